"""The trade tables of the data package, one module per concept."""
