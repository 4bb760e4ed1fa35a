"""Who may see what, and why: user kinds, consents, the legal rules as data, and the decisions they lead to.

Pure records and rules. The services that keep and ask them are in ``mocks.nsp``.
"""
