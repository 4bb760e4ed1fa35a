"""What a check says of a message: one finding a broken rule, with where, why and how to mend it."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """How much a finding weighs. Only ``ERROR`` makes a message invalid.

    ``DISPUTED``: the chosen reading of the public rules forbids it, and another one allows it. Checks do
    not say so themselves; ``readings.weigh`` does.
    """

    ERROR = "error"
    DISPUTED = "disputed"
    WARNING = "warning"
    INFORMATION = "information"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One of several readings of a rule, where public sources contradict each other.

    ``topic`` is what they disagree on, ``name`` this reading of it; ``says`` and ``source`` cite it.
    ``weight`` is what a breach of the rule weighs under this reading, ``None`` where it is allowed.
    ``current``: the profile of readings that is used where none is chosen has this one.
    """

    topic: str
    name: str
    says: str
    source: str
    weight: Severity | None = Severity.ERROR
    current: bool = False


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One broken rule at one place.

    ``rule`` is the id that the source gives the rule, or ours where it gives none; ``path`` is where in
    the message (XPath without prefixes, or FHIR path); ``source`` is the document that states the rule;
    ``mend`` says what the sender should do, and may be empty. ``allowed_by`` are the public readings of
    the rule under which what stands here is no error.

    Findings are printed, logged and sent back: ten digits that stand alone, and may be a CPR number in
    whatever place, never stand in ``message`` or ``mend``.
    """

    rule: str
    severity: Severity
    path: str
    message: str
    source: str
    mend: str = ""
    allowed_by: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        for name in ("message", "mend"):
            text = getattr(self, name)
            if _TEN_DIGITS.search(text):
                msgspec.structs.force_setattr(self, name, _TEN_DIGITS.sub("(ten digits)", text))


_TEN_DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9]{6}-?[0-9]{4}(?![0-9A-Za-z])")


def is_valid(findings: list[Finding]) -> bool:
    """A message is valid when no finding is an error."""
    return all(f.severity is not Severity.ERROR for f in findings)


#: Findings of one message that are told; more help nobody, and a hostile message may have a million.
MOST_FINDINGS = 1_000
