"""Findings as they are made: of each rule a bounded number, so that a hostile file makes no flood."""

from __future__ import annotations

from collections.abc import Iterable

from mocks.standards.findings import Finding, Severity
from mocks.standards.rule import Rule

#: Of one rule this many findings are listed.
MOST_SHOWN = 20

MORE = Rule(
    id="edifact-more",
    statement="Of each rule twenty findings are listed; how many more there are is said at the end.",
    source="tvaers: safe reading of EDIFACT",
    mend="Mend what is listed, and check again.",
    severity=Severity.INFORMATION,
)
RULES = (MORE,)


class FindingList(list[Finding]):
    """A list of findings that drops what is too many of one rule, and knows how many those were."""

    __slots__ = ("_counts",)

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}
        for finding in findings:
            self.append(finding)

    def append(self, finding: Finding) -> None:
        count = self._counts[finding.rule] = self._counts.get(finding.rule, 0) + 1
        if count <= MOST_SHOWN:
            super().append(finding)

    def with_rest(self) -> list[Finding]:
        """The findings, and at their end how many were dropped."""
        dropped = [(rule, count - MOST_SHOWN) for rule, count in self._counts.items() if count > MOST_SHOWN]
        return [
            *self,
            *(MORE.at("", f"{count} further findings of {rule} are not listed") for rule, count in dropped),
        ]
