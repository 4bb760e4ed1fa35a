"""Official FHIR packages that a user points at, and messages checked against them.

``message.load`` reads the packages at some paths; the ``Packages`` that it gives check messages.
"""
