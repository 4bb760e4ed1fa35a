"""The systems of the ecosystem and what they say on the wire. They know nothing of simulation."""
