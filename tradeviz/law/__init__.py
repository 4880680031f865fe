"""The law as dated tables: records, reading, resolving, a schedule of a day, outcomes, and why."""
