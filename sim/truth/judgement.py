"""How a look-up compares with the truth: what deviated, in which part, and for how long already."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is wrong with something that was shown, or that was not; the worst first."""

    FORBIDDEN = "forbidden"  # shown, though no consent covers it or the citizen blocked it
    CANCELLED = "cancelled"  # shown, though it was called off
    UNFOUNDED = "unfounded"  # shown, and it was never true
    MISSING = "missing"  # true, and not shown
    STALE = "stale"  # shown as it was before
    DISORDERED = "disordered"  # all there, in another order than promised


class Part(StrEnum):
    """Which part of an overview."""

    APPOINTMENT = "appointment"
    CASE = "case"
    SCHOOL = "school"
    AUTHORITY = "authority"  # which municipality is in charge
    CONTACT = "contact"  # whom to call, and where to write


#: What the promises of the overviews are about: these must be right. Schools, contacts and authorities come from
#: registers that pass changes on at night; they may be late, and are then told of as stale.
SUBSTANCE = frozenset({Part.APPOINTMENT, Part.CASE})


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that differs. ``seconds``: how long ago it became so (what is shown ceased to hold, what is
    missing began to); 0 where that is not known. ``admitted``: the screen says that this could not be had.
    ``text`` never names the citizen."""

    kind: Kind
    part: Part
    text: str
    seconds: float = 0.0
    admitted: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """One look-up that showed something, compared. ``should`` and ``did``: how many appointments or department
    blocks should have stood there, and how many did; ``hidden``: how many more there are that the citizen has
    blocked."""

    deviations: tuple[Deviation, ...] = ()
    window_kept: bool = True
    should: int = 0
    did: int = 0
    hidden: int = 0

    @property
    def complete(self) -> bool:
        """Nothing was missing, stale, called off or invented."""
        return not self.deviations

    @property
    def true(self) -> bool:
        """Appointments and cases were right, or the screen says that they could not be had; a school or a telephone
        number may have been an old one."""
        return all(d.admitted or d.part not in SUBSTANCE for d in self.deviations)

    @property
    def state(self) -> str:
        """``complete``, or the worst kind of deviation."""
        found = {d.kind for d in self.deviations}
        return next((kind.value for kind in Kind if kind in found), "complete")

    @property
    def staleness(self) -> float:
        """Seconds since the longest outdated thing shown had ceased to hold."""
        outdated = (d.seconds for d in self.deviations if d.kind in (Kind.STALE, Kind.CANCELLED))
        return max(outdated, default=0.0)

    @property
    def text(self) -> str:
        """All deviations in words, each once."""
        return "; ".join(dict.fromkeys(d.text for d in self.deviations))
