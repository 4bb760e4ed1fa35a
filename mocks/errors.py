"""Every error that the project raises on purpose, in one tree.

::

    TvaersError
    +-- BadInput          what somebody gave us is wrong: says what, where, and what to do
    |   +-- BadIdentifier     an identifier of the field does not have its form
    |   +-- Malformed         a message cannot be read; carries the findings
    +-- Unreachable       another system could not be reached
    |   +-- TimedOut          it was reached and did not answer in time
    +-- HarnessFault      our own fault, never that of the system under test
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mocks.standards.findings import Finding


class TvaersError(Exception):
    """Base of all errors raised on purpose."""


class BadInput(TvaersError):
    """Something handed to us is wrong. The text says what, where, and what to do."""


class BadIdentifier(BadInput, ValueError):
    """An identifier (CPR, SOR id, GLN ...) does not have the form that its register prescribes."""


class Malformed(BadInput):
    """A message cannot be read as what it claims to be.

    ``findings`` name the broken rules, worst first; there is at least one.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        first = findings[0]
        where = f"{first.path}: " if first.path else ""
        super().__init__(f"{where}{first.message} [{first.rule}]")


class Unreachable(TvaersError):
    """The other system refused the connection or could not be found."""


class TimedOut(Unreachable):
    """The other system did not answer within the time the caller allowed."""


class HarnessFault(TvaersError):
    """The harness itself is at fault (a handler awaited something foreign, a run did not drain)."""
