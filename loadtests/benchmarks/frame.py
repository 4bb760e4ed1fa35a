"""A small frame for benchmarks that mean the same on every machine: ratios, taken in one run.

Seconds depend on the machine and on what else it does just then. So each benchmark lets several contenders
do the same work in turns, the order reversed every round, and compares them within each round. What counts
is the median of these ratios, with its confidence interval. A goal ("at most 5 times the base") is passed
only if the whole interval keeps it, and failed only if all of it breaks it.
"""

from __future__ import annotations

import gc
import math
import platform
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import msgspec
import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from mocks.errors import BadInput
from scenarios.intervals import percentile_interval
from scenarios.verdict import Verdict, combine

SCHEMA = "tvaers.bench/1"


@dataclass(frozen=True, slots=True)
class Contest:
    """The same work done in different ways, and the way that the others are measured by.

    One call of a contender does ``units`` pieces of work. ``at_most`` holds goals: the ratio to ``base``
    that a contender may reach. ``per_second`` holds the few goals that are absolute, and so this machine's.
    ``percentile``: not the mean of a round's calls is compared but this one, such as 0.99.
    """

    base: str
    contenders: Mapping[str, Callable[[], object]]
    units: int = 1
    at_most: Mapping[str, float] = field(default_factory=dict)
    per_second: Mapping[str, float] = field(default_factory=dict)
    percentile: float | None = None

    def __post_init__(self) -> None:
        unknown = {self.base, *self.at_most, *self.per_second} - set(self.contenders)
        if unknown or self.units < 1:
            raise BadInput(f"a contest among {sorted(self.contenders)} cannot speak of {sorted(unknown)}")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A contest under a name. ``prepare`` builds it only when it is to be run; ``unit`` names the work."""

    name: str
    what: str
    unit: str
    prepare: Callable[[], Contest]


class Ratio(msgspec.Struct, frozen=True):
    """Median of the ratios of all rounds with its interval; null: too few rounds to bound it."""

    value: float
    low: float | None
    high: float | None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How one contender did: median time for a unit of work, and its ratio to the base."""

    contender: str
    microseconds: float
    per_second: float
    ratio: Ratio
    at_most: float | None = None
    at_least_per_second: float | None = None
    verdict: Verdict | None = None
    """``None`` where there is no goal."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one benchmark."""

    name: str
    what: str
    unit: str
    base: str
    rounds: int
    standings: tuple[Standing, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a run of benchmarks, as it is written as JSON."""

    schema: str = SCHEMA
    verdict: Verdict | None
    python: str
    machine: str
    benchmarks: tuple[Result, ...]


def measure(benchmark: Benchmark, rounds: int = 9, slot: float = 0.05) -> Result:
    """Run a benchmark: each contender works about ``slot`` seconds (at least one call) in each round."""
    contest = benchmark.prepare()
    calls = {name: _calls(work, slot) for name, work in contest.contenders.items()}
    order = list(contest.contenders)
    times: dict[str, list[float]] = {name: [] for name in order}
    for _ in range(rounds):
        for name in order:
            times[name].append(
                _timed(contest.contenders[name], calls[name], contest.percentile) / contest.units
            )
        order.reverse()
    base = np.array(times[contest.base])
    return Result(
        name=benchmark.name,
        what=benchmark.what,
        unit=benchmark.unit,
        base=contest.base,
        rounds=rounds,
        standings=tuple(
            _standing(
                name, np.array(times[name]), base, contest.at_most.get(name), contest.per_second.get(name)
            )
            for name in contest.contenders
        ),
    )


def report(results: Iterable[Result]) -> Report:
    """All results under one verdict: that of the goals among them, or none where nobody set a goal."""
    found = tuple(results)
    verdicts = [s.verdict for result in found for s in result.standings if s.verdict is not None]
    return Report(
        verdict=combine(verdicts) if verdicts else None,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        machine=f"{platform.system()} {platform.machine()}",
        benchmarks=found,
    )


def show(result: Result, console: Console) -> None:
    """Print one result as a table, each ratio beside its goal."""
    table = Table(
        title=f"{result.name}: {result.what} ({result.rounds} rounds)",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        title_justify="left",
    )
    table.add_column("contender")
    for name in (f"µs/{result.unit}", "per second", "ratio (95 %)", "goal"):
        table.add_column(name, justify="right")
    table.add_column("verdict")
    for standing in result.standings:
        ratio = standing.ratio
        table.add_row(
            standing.contender + (" (base)" if standing.contender == result.base else ""),
            f"{standing.microseconds:,.2f}",
            f"{standing.per_second:,.0f}",
            f"{ratio.value:.2f} ({_bound(ratio.low)}-{_bound(ratio.high)})",
            _goal(standing),
            "" if standing.verdict is None else standing.verdict.value,
        )
    console.print(table)


def _calls(work: Callable[[], object], slot: float) -> int:
    """How many calls fill a slot; finding out also warms up."""
    calls = 1
    while (taken := _timed(work, calls) * calls) < slot:
        calls = max(calls + 1, math.ceil(calls * min(10.0, 1.2 * slot / max(taken, 1e-9))))
    return calls


def _timed(work: Callable[[], object], calls: int, percentile: float | None = None) -> float:
    """Seconds for one call, the mean or a percentile. The collector of cycles works as usual, but nobody pays for
    another's cycles."""
    gc.collect()
    if percentile is not None:
        single = []
        for _ in range(max(calls, round(1 / (1 - percentile)))):
            begin = time.perf_counter()
            work()
            single.append(time.perf_counter() - begin)
        return sorted(single)[min(len(single) - 1, int(len(single) * percentile))]
    begin = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - begin) / calls


def _standing(
    name: str,
    times: np.ndarray[tuple[int], np.dtype[np.float64]],
    base: np.ndarray[tuple[int], np.dtype[np.float64]],
    at_most: float | None,
    per_second: float | None,
) -> Standing:
    found = percentile_interval(times / base, 0.5)
    verdict: Verdict | None = None
    if at_most is not None:
        verdict = Verdict.INCONCLUSIVE
        if found.high <= at_most:
            verdict = Verdict.PASS
        elif found.low > at_most:
            verdict = Verdict.FAIL
    if per_second is not None:
        fast = percentile_interval(1.0 / times, 0.5)
        verdict = Verdict.INCONCLUSIVE
        if fast.low >= per_second:
            verdict = Verdict.PASS
        elif fast.high < per_second:
            verdict = Verdict.FAIL
    seconds = float(np.median(times))
    return Standing(
        contender=name,
        microseconds=seconds * 1e6,
        per_second=1 / seconds,
        ratio=Ratio(
            found.value,
            found.low if math.isfinite(found.low) else None,
            found.high if math.isfinite(found.high) else None,
        ),
        at_most=at_most,
        at_least_per_second=per_second,
        verdict=verdict,
    )


def _goal(standing: Standing) -> str:
    if standing.at_least_per_second is not None:
        return f">= {standing.at_least_per_second:,.0f}/s"
    return "" if standing.at_most is None else f"<= {standing.at_most:g}"


def _bound(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}"
