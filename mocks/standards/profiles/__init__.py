"""Our own compact tables of profile rules, and the engine that checks them."""
