"""A mutant: a right message with one fault, and the finding that must tell of this fault.

That a broken message is refused is not enough: the finding must be the one meant for the fault, by its
rule where a source gives the rule an id, and by its place in the message.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mocks.standards.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Meant:
    """What the finding must look like.

    ``at`` is the place, without counts in square brackets for XML; the finding stands there or below it.
    ``rule`` is a regular expression for the whole rule id; empty means that no source gives one.
    ``says`` is a regular expression that must occur in the finding's rule, place or message, in any case.
    ``lenient``: the sources let a receiver live with this fault, so that a warning is enough.
    """

    at: str = ""
    rule: str = ""
    says: str = ""
    lenient: bool = False

    def fits(self, finding: Finding) -> bool:
        """Whether ``finding`` is the one that is meant."""
        told = " ".join((finding.rule, finding.path, finding.message))
        heavy = finding.severity is not Severity.INFORMATION if self.lenient else _weighs(finding)
        return (
            heavy
            and (not self.rule or re.fullmatch(self.rule, finding.rule) is not None)
            and (not self.says or re.search(self.says, told, re.IGNORECASE) is not None)
            and _stands(finding.path, self.at)
        )


def _weighs(finding: Finding) -> bool:
    return finding.severity not in (Severity.WARNING, Severity.INFORMATION)


def _stands(path: str, at: str) -> bool:
    if not at:
        return True
    counted = at.startswith("Bundle")
    given = path if counted else re.sub(r"\[\d+\]", "", path)
    given = given if " > " in at else given.rpartition(" > ")[2]
    return given == at or re.match(re.escape(at) + r"[./\[@]", given) is not None


@dataclass(frozen=True, slots=True)
class Mutant:
    """``name`` says the fault as a sentence; ``change`` makes it in the bytes of the base message."""

    name: str
    standard: str
    base: str
    change: Callable[[bytes], bytes]
    meant: Meant

    @property
    def id(self) -> str:
        """A name that is unique among all mutants."""
        return f"{self.standard}: {self.name}"


class Outcome(StrEnum):
    """What became of a mutant."""

    CAUGHT = "caught"
    OTHER_RULE = "refused by another rule"
    SILENT = "not noticed"


def outcome(meant: Meant, findings: list[Finding]) -> Outcome:
    """What the findings on a mutant say."""
    if any(meant.fits(finding) for finding in findings):
        return Outcome.CAUGHT
    if any(_weighs(finding) for finding in findings):
        return Outcome.OTHER_RULE
    return Outcome.SILENT
