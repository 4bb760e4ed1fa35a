"""The mock's own contract, served at /contract."""
