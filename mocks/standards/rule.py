"""A rule of a message standard: what must hold, who says so, and how to mend a message that breaks it.

Checks hold their rules as module constants and make findings with ``at``; what a module's rules are, its
``RULES`` says, so that they can be listed and explained without a message that breaks them.

Where public sources contradict each other, a rule carries their readings, and a check says of each breach
whether they differ on it. Which reading counts is not the check's business, but that of ``readings.weigh``.
"""

from __future__ import annotations

import msgspec

from mocks.errors import Malformed
from mocks.standards.findings import Finding, Reading, Severity


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """``id`` is the source's own where it gives one. ``statement`` says in one sentence what must hold.

    ``severity`` is what a breach weighs, unless the check knows better at the place it stands. ``example``
    shows, where it helps, what is right.
    """

    id: str
    statement: str
    source: str
    mend: str = ""
    severity: Severity = Severity.ERROR
    example: str = ""
    readings: tuple[Reading, ...] = ()

    @property
    def allowing(self) -> tuple[Reading, ...]:
        """The readings under which a breach is no error."""
        return tuple(reading for reading in self.readings if reading.weight is not Severity.ERROR)

    @property
    def current(self) -> Severity:
        """What a breach weighs that the readings differ on, while nobody chooses another reading."""
        weight = next((r.weight for r in self.readings if r.current), self.severity)
        return Severity.INFORMATION if weight is None else weight

    def at(self, path: str, message: str, mend: str | None = None, *, disputed: bool = False) -> Finding:
        """The finding that this rule is broken at ``path``; ``message`` says what stands there.

        ``disputed``: the rule's readings differ on what stands there.
        """
        return Finding(
            rule=self.id,
            severity=self.current if disputed else self.severity,
            path=path,
            message=message,
            source=self.source,
            mend=self.mend if mend is None else mend,
            allowed_by=self.allowing if disputed else (),
        )

    def refusal(self, path: str, message: str, mend: str | None = None) -> Malformed:
        """The error that a message cannot be read at all, because this rule is broken."""
        return Malformed((self.at(path, message, mend),))
