"""Message standards: bytes to records and back, and the rules they must keep."""
