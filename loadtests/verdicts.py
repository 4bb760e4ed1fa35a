"""From raw samples to a verdict for each response-time target, and to one for the whole run.

Three rules keep the figures honest:

- A response time counts from the *intended* start. When a server stalls, the requests that had to wait for
  it are slow too, also those that a polite client would have held back (no coordinated omission).
- An answer other than the expected one never counts as in time, so errors cannot make a system look fast.
- pass only if the whole confidence interval of the percentile keeps the limit, fail only if all of it
  breaks the limit; between them the answer is "not enough samples", with the number that is missing.

And a generator that fell behind its schedule judges nobody: the whole run is then ``invalid``.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
import numpy as np

from loadtests.samples import Sample, Samples
from loadtests.schedule import Header
from loadtests.targets import Limits, Target, Targets
from scenarios.intervals import (
    percentile_interval,
    quantiles,
    samples_needed,
    share_interval,
    smallest_sample,
)
from scenarios.verdict import Verdict, combine, exit_code

SCHEMA = "tvaers.load/1"
BASELINE = "health"
"""The operation that does next to nothing: its times are the floor of machine, server and generator."""
Times = np.ndarray[tuple[int], np.dtype[np.float64]]
SHARES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)


class Share(msgspec.Struct, frozen=True):
    """``count`` of all requests as a share, with its confidence interval (Wilson)."""

    count: int
    value: float
    low: float
    high: float


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A target, what was measured, and what follows. Times in milliseconds; null: unbounded, or no answer."""

    target: Target
    verdict: Verdict
    explanation: str
    requests: int
    observed_ms: float | None = None
    low_ms: float | None = None
    high_ms: float | None = None
    samples_missing: int | None = None


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """All that was measured for one operation.

    ``latency_ms`` counts from the intended start and gives failed requests no time at all (null);
    ``service_ms`` counts from the actual start, over the answered ones: what the server alone took.
    Keys are percentiles. ``slow_in_a_row``: how long the runs of requests over the median are,
    compared with independent ones (1); far above it, the slow ones came in bursts and the intervals,
    which suppose independent requests, are too narrow.
    """

    operation: str
    requests: int
    failed: Share
    intended_rate: float
    achieved_rate: float
    latency_ms: dict[str, float | None]
    service_ms: dict[str, float | None]
    slow_in_a_row: float
    answers: dict[str, int]


class Generator(msgspec.Struct, frozen=True, kw_only=True):
    """How the generator kept its schedule. Rates in requests per second, times in milliseconds."""

    intended: int
    started_in_time: int
    late: int
    late_share: float
    intended_rate: float
    achieved_rate: float
    lag_ms: dict[str, float | None]
    longest_stall_ms: float
    stalled_share: float
    cpu_share: float
    limits: Limits
    problems: tuple[str, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a load run, as it is written to ``load.json``."""

    schema: str = SCHEMA
    scenario: str
    seed: int
    began: str
    seconds: float
    verdict: Verdict
    exit_code: int
    explanation: str
    confidence: float
    targets: tuple[Outcome, ...]
    operations: tuple[Operation, ...]
    baseline_ms: dict[str, float | None] | None
    generator: Generator
    header: Header
    assumptions: tuple[str, ...]


def judge(samples: Samples, targets: Targets, header: Header) -> Report:
    """The verdict of a load run from its raw samples."""
    by_operation: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples.rows:
        by_operation[sample.op].append(sample)
    generator = _generator(samples, targets.generator)
    outcomes = tuple(
        _outcome(target, by_operation.get(target.operation, []), targets.confidence, bool(generator.problems))
        for target in targets.target
    )
    seconds = samples.intention.seconds
    operations = tuple(
        _operation(name, rows, samples.fare.intended.get(name, len(rows)), seconds)
        for name, rows in sorted(by_operation.items())
    )
    if generator.problems:
        verdict = Verdict.INVALID
        explanation = "the generator did not keep its schedule: " + "; ".join(generator.problems)
    else:
        verdict = combine(outcome.verdict for outcome in outcomes)
        counts = Counter(outcome.verdict for outcome in outcomes)
        explanation = ", ".join(f"{n} {v.value.replace('_', ' ')}" for v, n in sorted(counts.items()))
    baseline = next((operation for operation in operations if operation.operation == BASELINE), None)
    return Report(
        scenario=header.scenario,
        seed=header.seed,
        began=samples.intention.began,
        seconds=seconds,
        verdict=verdict,
        exit_code=int(exit_code(verdict)),
        explanation=explanation,
        confidence=targets.confidence,
        targets=outcomes,
        operations=operations,
        baseline_ms=baseline.service_ms if baseline else None,
        generator=generator,
        header=header,
        assumptions=(
            *(
                f"{t.operation}: p{t.percentile:g} within {t.limit_ms:g} ms. {t.reason}. Source: {t.source}."
                for t in targets.target
                if t.assumption
            ),
            *header.assumptions,
            *(f"{f.what}: {f.value:g} {f.unit}. {f.reason}." for f in header.figures if f.assumption),
        ),
    )


def _outcome(target: Target, rows: Sequence[Sample], confidence: float, invalid: bool) -> Outcome:
    n = len(rows)
    if n == 0:
        return Outcome(
            target=target,
            verdict=Verdict.NOT_EXERCISED,
            explanation="the schedule held no such request for this stretch of time",
            requests=0,
        )
    times = _latencies(rows)
    p = target.percentile / 100
    within = int(np.count_nonzero(times <= target.limit_ms))
    interval = percentile_interval(times, p, confidence)
    missing: int | None = None
    if invalid:
        verdict, why = Verdict.INVALID, "the generator did not keep its schedule"
    elif n < target.minimum_sample:
        need = max(target.minimum_sample, smallest_sample(p, confidence)) - n
        missing = need
        verdict, why = Verdict.INCONCLUSIVE, f"need {need} more samples: {n} are too few to judge at all"
    elif interval.high <= target.limit_ms:
        verdict, why = Verdict.PASS, f"{within / n:.2%} in time"
    elif interval.low > target.limit_ms:
        failed = sum(row.failed for row in rows)
        verdict, why = Verdict.FAIL, f"only {within / n:.2%} in time"
        if failed:
            why += f" ({failed} of {n} were not answered as expected)"
    else:
        missing = samples_needed(n, within, p, confidence)
        verdict = Verdict.INCONCLUSIVE
        why = (
            f"need {missing:,} more samples: the interval holds the limit"
            if missing is not None
            else "the percentile lies so close to the limit that even a million samples would not tell"
        )
    return Outcome(
        target=target,
        verdict=verdict,
        explanation=why,
        requests=n,
        observed_ms=_finite(interval.value),
        low_ms=_finite(interval.low),
        high_ms=_finite(interval.high),
        samples_missing=missing,
    )


def _operation(name: str, rows: Sequence[Sample], intended: int, seconds: float) -> Operation:
    wrong = sum(row.failed for row in rows)
    failed = share_interval(wrong, len(rows))
    served = np.array([(row.ended - row.started) * 1000 for row in rows if row.status])
    answers = Counter(str(row.status) if row.status else row.error for row in rows)
    times = _latencies(rows)
    return Operation(
        operation=name,
        requests=len(rows),
        failed=Share(wrong, failed.value, failed.low, failed.high),
        intended_rate=intended / seconds,
        achieved_rate=len(rows) / max(seconds, max(row.started for row in rows)),
        latency_ms=_distribution(times),
        service_ms=_distribution(served) if served.size else {},
        slow_in_a_row=round(_clustering(times), 2),
        answers=dict(answers.most_common(20)),
    )


def _generator(samples: Samples, limits: Limits) -> Generator:
    """Did the generator do what the schedule wanted? ``problems`` says in which way it did not."""
    seconds = samples.intention.seconds
    rows, fare = samples.rows, samples.fare
    intended = sum(fare.intended.values())
    lag = np.array([(row.started - row.intended) * 1000 for row in rows])
    late = int(np.count_nonzero(lag > limits.late_ms)) + fare.not_started
    in_time = sum(row.started <= seconds + limits.late_ms / 1000 for row in rows)
    late_share = late / intended if intended else 0.0
    stalled = sum(stall.seconds for stall in fare.stalls) / seconds
    longest = max((stall.seconds * 1000 for stall in fare.stalls), default=0.0)
    problems = []
    if late_share > limits.late_share:
        problems.append(
            f"{late:,} of {intended:,} requests started more than {limits.late_ms:g} ms late "
            f"({late_share:.1%}; {limits.late_share:.1%} is allowed)"
        )
    if intended and in_time < limits.min_rate * intended:
        problems.append(
            f"only {in_time:,} of {intended:,} requests were started within the {seconds:g} s "
            f"({in_time / intended:.1%}; {limits.min_rate:.1%} is demanded)"
        )
    if longest > limits.longest_stall_ms:
        problems.append(f"it stood still for {longest:,.0f} ms ({limits.longest_stall_ms:g} ms is allowed)")
    if stalled > limits.late_share:
        problems.append(f"it stood still for {stalled:.1%} of the time ({limits.late_share:.1%} is allowed)")
    if len(rows) + fare.not_started != intended or fare.counted_by_locust != len(rows):
        problems.append(
            f"the books do not agree: {intended:,} intended, {len(rows):,} sampled, "
            f"{fare.counted_by_locust:,} counted by Locust, {fare.not_started:,} not started"
        )
    return Generator(
        intended=intended,
        started_in_time=in_time,
        late=late,
        late_share=late_share,
        intended_rate=intended / seconds,
        achieved_rate=in_time / seconds,
        lag_ms=_distribution(lag) if lag.size else {},
        longest_stall_ms=longest,
        stalled_share=stalled,
        cpu_share=fare.cpu_seconds / seconds,
        limits=limits,
        problems=tuple(problems),
    )


def _latencies(rows: Sequence[Sample]) -> Times:
    """Milliseconds from the intended start, in the order of the schedule; ``inf`` for a failed request."""
    ordered = sorted(rows, key=lambda row: row.row)
    return np.array([math.inf if row.failed else (row.ended - row.intended) * 1000 for row in ordered])


def _clustering(times: Times) -> float:
    """Mean length of a run of requests slower than the median, by that of independent requests (2)."""
    slow = times > np.quantile(times, 0.5, method="inverted_cdf")
    count = int(np.count_nonzero(slow))
    if count == 0:
        return 1.0
    starts = int(np.count_nonzero(slow[1:] & ~slow[:-1])) + int(slow[0])
    share = count / slow.size
    return (count / starts) * (1 - share)


def _distribution(values: Times) -> dict[str, float | None]:
    found = quantiles(values, SHARES)
    return {f"{share * 100:g}": _finite(value) for share, value in zip(SHARES, found, strict=True)}


def _finite(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None
