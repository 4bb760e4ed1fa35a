"""What ``run.json`` tells of the look-ups: how they compare with the truth and with the configured rules."""

from __future__ import annotations

import msgspec


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution in seconds; ``count`` look-ups have such a value, and without one all is 0."""

    count: int = 0
    median: float = 0.0
    p90: float = 0.0
    longest: float = 0.0


class WorstLookup(msgspec.Struct, frozen=True, kw_only=True):
    """A look-up that deviated. It names place and time, never the citizen."""

    at: str  # ISO 8601, Danish local time
    system: str
    user_kind: str
    municipality: str
    state: str
    seconds: float
    text: str


class SolutionTruth(msgspec.Struct, frozen=True, kw_only=True):
    """All look-ups of one solution.

    ``access`` counts by what the rules demanded and what came of it; ``shown`` counts those in which somebody was
    let in, by state (``complete`` or the worst deviation); ``deviations`` counts each kind in each part of the
    overview (a look-up may have several). ``right`` had appointments and cases right: only school, contacts or the
    municipality in charge may have been old. ``staleness``: how long what was outdated had been so.
    ``without_consent``: let in without a valid consent where none is checked; ``partial``: let in by one
    that leaves parts out. ``old_custody``: decided by custody
    that the CPR replica had not yet passed on, where the real one would have led to another answer. ``waits``: how
    long users waited for the screen, where they waited at all.
    """

    solution: str
    attempts: int
    access: dict[str, int]
    shown: dict[str, int]
    right: int
    deviations: dict[str, int]
    staleness: Spread
    without_consent: int
    partial: int = 0
    old_custody: int = 0
    waits: Spread = Spread()
    worst: tuple[WorstLookup, ...] = ()
