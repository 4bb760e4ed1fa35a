"""What runs the mocks: sockets, stores, identifiers. The only modules that touch the outside."""
