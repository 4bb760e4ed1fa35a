"""The VANS network: takes envelopes in, routes them by location number, delivers, keeps, refuses."""
