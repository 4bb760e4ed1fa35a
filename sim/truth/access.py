"""Who should have been let in: the configured rules, read here on their own.

Login and consent are decided by systems of the ecosystem; this says what those settings demand of them. Whatever
a rule demands, a citizen's block leads to an empty success and not to a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Access(StrEnum):
    """What came of asking, beside what the rules demand."""

    ALLOWED = "allowed"  # and rightly so
    DENIED = "denied"  # and rightly so
    ALLOWED_AGAINST = "allowed_against_rules"
    DENIED_AGAINST = "denied_against_rules"
    UNANSWERED = "unanswered"  # timed out or failed: nobody decided


#: Outcomes of a look-up in which somebody was let in, whether or not there was anything to see.
_LET_IN = frozenset({"shown", "empty"})
_FAILED = frozenset({"timeout", "error"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What a run demands of a look-up. ``registered``: a valid consent must be registered, where otherwise the
    user declares one and nobody checks; ``partial``: one that leaves something out opens the rest, where otherwise
    it opens nothing; ``role``: a role in SEB is needed; ``reading``: whose consent counts, and for how long, where
    the law leaves it open (``sim.truth.consents``)."""

    registered: bool = False
    partial: bool = False
    role: bool = True
    reading: str = "careful"

    def allow(self, *, needed: frozenset[str], covered: frozenset[str], adult: bool, role: bool) -> bool:
        """Whether somebody may look. ``needed`` and ``covered``: kinds of data, wanted and consented to. For an
        adult no consent is asked for: there is nothing to be shown."""
        if self.role and not role:
            return False
        if not self.registered or adult:
            return True
        return bool(needed & covered) if self.partial else needed <= covered

    def withheld(self, *, needed: frozenset[str], covered: frozenset[str]) -> frozenset[str]:
        """What must not be shown to somebody who was rightly let in."""
        return needed - covered if self.registered and self.partial else frozenset()


def judge(outcome: str, may: bool) -> Access:
    """Compare how a look-up ended (``shown``, ``empty``, ``denied``, ``timeout``, ``error``) with the rules."""
    if outcome in _FAILED:
        return Access.UNANSWERED
    did = outcome in _LET_IN
    if may is did:
        return Access.ALLOWED if did else Access.DENIED
    return Access.ALLOWED_AGAINST if did else Access.DENIED_AGAINST
