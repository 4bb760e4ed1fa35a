"""The result of a rehearsal in the form that ``run.json`` promises (schema ``tvaers.run/1``).

A figure of the source documents is judged by a named predicate: what was observed goes in, yes or no
comes out, and where there was nothing to observe the verdict is *not exercised*, never *pass*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

import msgspec

from scenarios.lookup_result import SolutionTruth
from sim.journal import Journal
from sim.journey import Journey

SCHEMA = "tvaers.run/1"

PASS, FAIL, NOT_EXERCISED, DISPUTED = "pass", "fail", "not_exercised", "disputed"

#: What the predicates look at: the caller's own summary of a run.
Facts = TypeVar("Facts")


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How much happened. ``lookups`` are attempts, ``lookups_logged`` those found in the log."""

    children: int = 0
    cases: int = 0
    messages_sent: int = 0
    messages_delivered: int = 0
    acknowledged: int = 0
    negative_acknowledgements: int = 0
    resends: int = 0
    lost: int = 0
    duplicates_shown: int = 0
    lookups: int = 0
    lookups_logged: int = 0
    lookups_denied: int = 0
    lookups_without_valid_consent: int = 0


class FigureResult(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of the sources beside what the run gave. ``predicate`` names what decided."""

    id: str
    what: str
    source: str
    expected: str
    observed: Any
    verdict: str
    predicate: str = ""


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """A number that no source gives. ``low``, ``base``, ``high`` where three volumes exist."""

    id: str
    what: str
    value: Any
    reason: str
    source: str = ""
    low: Any = None
    base: Any = None
    high: Any = None


class Conclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of the report and its verdict under each volume; empty where it was not run."""

    what: str
    low: str = ""
    base: str = ""
    high: str = ""

    @property
    def holds_for_all(self) -> bool:
        return self.low == self.base == self.high == PASS


class MunicipalityRow(msgspec.Struct, frozen=True, kw_only=True):
    """What went to and fro around one municipality, on all channels and by correspondence.

    ``written`` are the letters of its own PPR and family department; ``written_outside`` those of them
    that left the pilot.
    """

    municipality: str
    potential_users: int = 0
    contacts: int = 0
    correspondence: int = 0
    written: int = 0
    written_outside: int = 0
    to_pilot: int = 0
    outside_pilot: int = 0
    resends: int = 0
    unacknowledged: int = 0
    lookups: int = 0


class ChannelRow(msgspec.Struct, frozen=True, kw_only=True):
    """How often one kind of actor used one channel."""

    actor: str
    channel: str
    contacts: int


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """From sending to a later station, in seconds; ``count`` letters got there."""

    what: str
    count: int
    median: float
    p90: float
    longest: float


class InjectedFault(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of the fault file and how often it struck; and, of the pilot's own troubles, how many ``letters`` and
    ``lookups`` it hit and what it cost people, in seconds all together."""

    rule: str
    action: str
    times: int
    what: str = ""
    source: str = ""
    letters: int = 0
    lookups: int = 0
    seconds: float = 0.0


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """One run. ``checks`` are the promises of every rehearsal, ``figures`` those of the sources;
    ``label`` is ``counterfactual`` where the run does not mean to show what was."""

    scenario: str
    seed: int
    from_: date = msgspec.field(name="from")
    to: date
    verdict: str
    digest: str
    counts: Counts
    schema: str = SCHEMA
    wall_seconds: float = 0.0
    figures: tuple[FigureResult, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    label: str = ""
    checks: tuple[FigureResult, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    parameters: dict[str, Any] = msgspec.field(default_factory=dict)
    versions: dict[str, str] = msgspec.field(default_factory=dict)
    municipalities: tuple[MunicipalityRow, ...] = ()
    channels: tuple[ChannelRow, ...] = ()
    timings: tuple[Timing, ...] = ()
    faults: tuple[InjectedFault, ...] = ()
    lookup_truth: tuple[SolutionTruth, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure(Generic[Facts]):
    """One figure of the sources, and how a run is judged by it.

    ``observe(facts)`` gives what the run shows, or ``None`` when there was no opportunity;
    ``holds(observed)`` is the named predicate; ``expected`` says in words what it demands.
    """

    id: str
    what: str
    source: str
    expected: str
    observe: Callable[[Facts], Any]
    holds: Callable[[Any], bool]
    disputed: bool = False

    def judge(self, facts: Facts) -> FigureResult:
        """A broken predicate of a figure whose sources contradict each other is *disputed*, no *fail*."""
        observed = self.observe(facts)
        if observed is None:
            verdict = NOT_EXERCISED
        elif self.holds(observed):
            verdict = PASS
        else:
            verdict = DISPUTED if self.disputed else FAIL
        return FigureResult(
            id=self.id,
            what=self.what,
            source=self.source,
            expected=self.expected,
            observed=observed,
            verdict=verdict,
            predicate=self.holds.__name__,
        )


def overall(rows: Iterable[FigureResult]) -> str:
    """The verdict over all rows: any fail is a fail; nothing exercised stays *not exercised*."""
    verdicts = {row.verdict for row in rows}
    if FAIL in verdicts:
        return FAIL
    if PASS in verdicts:
        return PASS
    return DISPUTED if DISPUTED in verdicts else NOT_EXERCISED


def count(journal: Journal, *, children: int, cases: int, lookups: int, lookups_logged: int) -> Counts:
    """The counts of a run, from its journeys and its ``lookup`` notes.

    ``lookups`` are the attempts as the caseload made them, ``lookups_logged`` those that the log holds:
    both are counted where they happen, not here.
    """
    journeys = journal.journeys()
    looked = journal.notes("lookup")
    return Counts(
        children=children,
        cases=cases,
        messages_sent=sum(j.sent for j in journeys),
        messages_delivered=sum(j.delivered for j in journeys),
        acknowledged=sum(j.acknowledged for j in journeys),
        negative_acknowledgements=sum(j.negative for j in journeys),
        resends=sum(j.resends for j in journeys),
        lost=sum(j.lost for j in journeys),
        duplicates_shown=sum(max(0, j.shown - 1) for j in journeys),
        lookups=lookups,
        lookups_logged=lookups_logged,
        lookups_denied=sum(n.facts.get("outcome") == "denied" for n in looked),
        lookups_without_valid_consent=sum(not n.facts.get("consent", False) for n in looked),
    )


def none_lost(observed: int) -> bool:
    """Nothing that VANS took may vanish."""
    return observed == 0


def none_shown_twice(observed: int) -> bool:
    """A letter stands once in its inbox."""
    return observed == 0


def every_lookup_logged(observed: dict[str, int]) -> bool:
    """The log has exactly the look-ups that were attempted."""
    return observed["attempts"] == observed["logged"]


def nothing_private_traced(observed: int) -> bool:
    """No CPR number stands in the facts of the trace."""
    return observed == 0


def standing_checks(counts: Counts, leaks: int) -> tuple[FigureResult, ...]:
    """The promises that every rehearsal must keep, whatever it rehearses.

    ``leaks`` is the length of ``Journal.leaks()``.
    """
    promises: tuple[Figure[Counts], ...] = (
        Figure(
            id="lost",
            what="Letters that VANS took and that then vanished",
            source="A VANS receipt is a promise to deliver or to say that it cannot",
            expected="0",
            observe=lambda c: c.lost if c.messages_sent else None,
            holds=none_lost,
        ),
        Figure(
            id="duplicates_shown",
            what="Letters that a reader saw twice",
            source="MedCom reliable messaging",
            expected="0",
            observe=lambda c: c.duplicates_shown if c.messages_delivered else None,
            holds=none_shown_twice,
        ),
        Figure(
            id="lookups_logged",
            what="Look-ups in the overviews, and those found in the log",
            source="A16",
            expected="as many logged as attempted",
            observe=lambda c: {"attempts": c.lookups, "logged": c.lookups_logged} if c.lookups else None,
            holds=every_lookup_logged,
        ),
        Figure(
            id="privacy",
            what="CPR numbers in the trace",
            source="CPR numbers belong into message bodies only",
            expected="0",
            observe=lambda c: leaks if c.messages_sent or c.lookups else None,
            holds=nothing_private_traced,
        ),
    )
    return tuple(promise.judge(counts) for promise in promises)


def timings(journeys: Iterable[Journey]) -> tuple[Timing, ...]:
    """How long letters took from sending to each later station that any of them reached."""
    journeys = list(journeys)
    rows = []
    for station in ("delivered", "acknowledged", "read", "filed"):
        spans: list[timedelta] = []
        for journey in journeys:
            start, end = journey.at("sent"), journey.at(station)
            if start is not None and end is not None:
                spans.append(end - start)
        if spans:
            spans.sort()
            rows.append(
                Timing(
                    what=station,
                    count=len(spans),
                    median=_quantile(spans, 0.5),
                    p90=_quantile(spans, 0.9),
                    longest=spans[-1].total_seconds(),
                )
            )
    return tuple(rows)


def _quantile(ordered: list[timedelta], share: float) -> float:
    """The smallest value that at least that share of the sample does not exceed, in seconds."""
    rank = max(0, -int(-len(ordered) * share // 1) - 1)
    return round(ordered[rank].total_seconds(), 3)
