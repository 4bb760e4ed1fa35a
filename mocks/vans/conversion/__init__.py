"""The conversion service of the VANS operators: old correspondence to new units, and new to old ones."""
