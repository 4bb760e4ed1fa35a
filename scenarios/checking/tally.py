"""Counts over many results: by standard and verdict, and by rule. Small however many results there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from mocks.standards.findings import Severity
from scenarios.checking.results import Result
from scenarios.verdict import WORST_FIRST, Verdict, combine

#: A message may claim any version, so the kinds are limited; what comes later counts as ``others``.
_MOST_KINDS = 100
_OTHERS = "others"
_LONGEST_TITLE = 80


class RuleCount(msgspec.Struct, frozen=True):
    """How often a rule was broken: ``findings`` in all, in ``files`` of them."""

    rule: str
    severity: Severity
    files: int
    findings: int


class KindCount(msgspec.Struct, frozen=True):
    """How the files of one kind ended."""

    kind: str
    verdicts: dict[Verdict, int]


class Tally:
    """Add results, then read."""

    def __init__(self) -> None:
        self.files = 0
        self._kinds: dict[str, Counter[Verdict]] = {}
        self._files: Counter[tuple[str, Severity]] = Counter()
        self._findings: Counter[tuple[str, Severity]] = Counter()

    def add(self, result: Result) -> None:
        """Count one more."""
        self.files += 1
        kind = result.title[:_LONGEST_TITLE]
        if kind not in self._kinds and len(self._kinds) >= _MOST_KINDS:
            kind = _OTHERS
        self._kinds.setdefault(kind, Counter())[result.verdict] += 1
        broken = [(finding.rule, finding.severity) for finding in result.findings]
        self._findings.update(broken)
        self._files.update(set(broken))

    @property
    def verdict(self) -> Verdict:
        """The verdict of all together: the worst. Nothing at all: not exercised."""
        return combine(self.verdicts)

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many files ended in each verdict, worst first; only those that occurred."""
        total: Counter[Verdict] = Counter()
        for counts in self._kinds.values():
            total.update(counts)
        return {verdict: total[verdict] for verdict in WORST_FIRST if total[verdict]}

    def kinds(self) -> Iterator[KindCount]:
        """The kinds of message, by name."""
        for kind in sorted(self._kinds):
            counts = self._kinds[kind]
            yield KindCount(kind, {verdict: counts[verdict] for verdict in WORST_FIRST if counts[verdict]})

    def rules(self) -> list[RuleCount]:
        """The broken rules, those that concern most files first."""
        rows = [RuleCount(*key, files, self._findings[key]) for key, files in self._files.items()]
        weight = list(Severity)
        return sorted(rows, key=lambda row: (weight.index(row.severity), -row.files, row.rule))
