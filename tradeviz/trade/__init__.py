"""What the law costs on trade, and what was recorded: exposure, rivals, balances, duty."""
