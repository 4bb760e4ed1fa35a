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
    user declares one and nobody checks; ``role``: a role in SEB is needed."""

    registered: bool = False
    role: bool = True

    def allow(self, *, consent: bool, role: bool) -> bool:
        """Whether somebody with or without a valid consent and a role may look."""
        return (role or not self.role) and (consent or not self.registered)

    def judge(self, outcome: str, *, consent: bool, role: bool) -> Access:
        """Compare how a look-up ended (``shown``, ``empty``, ``denied``, ``timeout``, ``error``)."""
        if outcome in _FAILED:
            return Access.UNANSWERED
        may, did = self.allow(consent=consent, role=role), outcome in _LET_IN
        if may is did:
            return Access.ALLOWED if did else Access.DENIED
        return Access.ALLOWED_AGAINST if did else Access.DENIED_AGAINST
