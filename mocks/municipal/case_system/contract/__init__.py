"""The contract that this mock serves at GET /contract: our own, not an official one."""
