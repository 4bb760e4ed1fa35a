"""The look-ups of a run beside the truth: one row a solution, and the worst cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from scenarios.lookup_result import SolutionTruth, Spread, WorstLookup
from scenarios.result import Figure, FigureResult
from sim.caseload.log import Lookup
from sim.truth import Access, Kind

#: So many of a solution's worst look-ups are named.
_WORST = 5
SOLUTIONS = ("aftaleoverblik", "sagsoverblik")
_AGAINST = (Access.ALLOWED_AGAINST, Access.DENIED_AGAINST)


def solutions(lookups: Sequence[Lookup], names: Mapping[str, str]) -> tuple[SolutionTruth, ...]:
    """One row for each solution that somebody used. ``names``: municipalities by code."""
    rows = [(solution, [x for x in lookups if x.solution == solution]) for solution in SOLUTIONS]
    return tuple(_solution(solution, mine, names) for solution, mine in rows if mine)


def _solution(solution: str, lookups: Sequence[Lookup], names: Mapping[str, str]) -> SolutionTruth:
    judged = [x.judgement for x in lookups if x.judgement is not None]
    parts = Counter(f"{d.kind} {d.part}" for j in judged for d in j.deviations)
    return SolutionTruth(
        solution=solution,
        attempts=len(lookups),
        access=_counted(x.access or "" for x in lookups),
        shown=_counted(j.state for j in judged),
        right=sum(j.true for j in judged),
        deviations=dict(sorted(parts.items())),
        staleness=spread(j.staleness for j in judged if j.staleness),
        without_consent=sum(x.access is Access.ALLOWED and not (x.consent or x.partial) for x in lookups),
        waits=spread(x.seconds for x in lookups if x.seconds),
        partial=sum(x.access is Access.ALLOWED and x.partial for x in lookups),
        old_custody=sum(x.old_custody for x in lookups),
        worst=_worst(lookups, names),
    )


def _counted(words: Iterable[str]) -> dict[str, int]:
    return {str(word): number for word, number in sorted(Counter(words).items())}


def spread(seconds: Iterable[float]) -> Spread:
    """The distribution of some durations: the smallest value that at least that share does not exceed."""
    ordered = sorted(seconds)
    if not ordered:
        return Spread()

    def at(share: float) -> float:
        return round(ordered[max(0, -int(-len(ordered) * share // 1) - 1)], 1)

    return Spread(count=len(ordered), median=at(0.5), p90=at(0.9), longest=round(ordered[-1], 1))


def _worst(lookups: Iterable[Lookup], names: Mapping[str, str]) -> tuple[WorstLookup, ...]:
    """Decided against the rules first, then by kind of deviation, then the longest; never more than a few."""
    order = {kind.value: place for place, kind in enumerate(Kind, 1)}
    found = []
    for lookup in lookups:
        against = lookup.access in _AGAINST
        judgement = lookup.judgement
        if not against and (judgement is None or judgement.complete):
            continue
        state = str(lookup.access) if against else (judgement.state if judgement else "")
        seconds = max((d.seconds for d in judgement.deviations), default=0.0) if judgement else 0.0
        text = judgement.text if judgement else ""
        row = WorstLookup(
            at=lookup.at.isoformat(timespec="seconds"), system=lookup.system, user_kind=lookup.user_kind,
            municipality=names.get(lookup.municipality, ""), state=state, seconds=round(seconds, 1),
            text=text[:200],
        )  # fmt: skip
        found.append(((0 if against else order[state], -seconds, row.at), row))
    found.sort(key=lambda pair: pair[0])
    return tuple(row for _, row in found[:_WORST])


def nobody_against_the_rules(observed: dict[str, int]) -> bool:
    """Nobody was let in or turned away otherwise than the configured rules demand."""
    return observed["allowed"] == observed["denied"] == 0


def judge(lookups: Sequence[Lookup]) -> tuple[FigureResult, ...]:
    """The promise about access, for the checks of a run."""
    promise: Figure[Counter[Access | None]] = Figure(
        id="access_by_rules",
        what="Look-ups allowed or denied against the configured rules",
        source="the run's own settings: consent mode, roles",
        expected="none",
        observe=lambda c: (
            {"allowed": c[Access.ALLOWED_AGAINST], "denied": c[Access.DENIED_AGAINST]} if c.total() else None
        ),
        holds=nobody_against_the_rules,
    )
    return (promise.judge(Counter(_access(x) for x in lookups)),)


def _access(lookup: Lookup) -> Access | None:
    """Somebody who was rightly let in, and saw what no consent covers, was let in against the rules too."""
    forbidden = lookup.judgement is not None and lookup.judgement.state == Kind.FORBIDDEN
    return Access.ALLOWED_AGAINST if forbidden else lookup.access
