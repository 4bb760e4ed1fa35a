"""The ecosystem of a nation, wired together: every system of the pilot, on whatever driver is given.

The same wiring serves a rehearsal in virtual time, one at a pace with a vendor's system in it, and the
mocks on local ports.
"""
