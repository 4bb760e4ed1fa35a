"""What a check says of a message: one finding a broken rule, with where, why and how to mend it."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """How much a finding weighs. Only ``ERROR`` makes a message invalid."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One broken rule at one place.

    ``rule`` is the id that the source gives the rule, or ours where it gives none; ``path`` is where in
    the message (XPath without prefixes, or FHIR path); ``source`` is the document that states the rule;
    ``mend`` says what the sender should do, and may be empty.
    """

    rule: str
    severity: Severity
    path: str
    message: str
    source: str
    mend: str = ""


def is_valid(findings: list[Finding]) -> bool:
    """A message is valid when no finding is an error."""
    return all(f.severity is not Severity.ERROR for f in findings)
