"""How sure a figure is: sample quantiles, and intervals that say what the sample can and cannot tell.

Nothing here assumes a shape of the distribution, save ``mean_interval``. The interval of a percentile
comes from counting alone: of ``n`` independent values, the number below the true ``p``-quantile is
binomial(n, p), so two order statistics enclose that quantile with a probability one can add up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its confidence limits, in the unit of the samples.

    ``low`` is ``-inf`` or ``high`` is ``inf`` where the sample is too small to bound that side.
    """

    value: float
    low: float
    high: float
    confidence: float


def quantile(samples: Values, p: float) -> float:
    """The smallest measured value that at least the share ``p`` of all values does not exceed.

    Never interpolated or rounded: it is one of the samples. ``inf`` may occur among them (an answer that
    never came). Raises ``ValueError`` for an empty sample or ``p`` outside 0..1.
    """
    return _at_rank(_sorted(samples), _rank(len(samples), p))


def quantiles(samples: Values, shares: Sequence[float]) -> list[float]:
    """``quantile`` for several shares of one sample, sorted once."""
    ordered = _sorted(samples)
    return [_at_rank(ordered, _rank(ordered.size, p)) for p in shares]


def rank_bounds(n: int, p: float, confidence: float = 0.95) -> tuple[int, int]:
    """The ranks (1-based) of the two order statistics that enclose the true ``p``-quantile.

    Each side errs with a probability of at most ``(1 - confidence) / 2``, whatever the distribution.
    Rank 0 means that ``n`` values give no lower bound, rank ``n + 1`` that they give no upper one.
    """
    _open_share(p, "p")
    _open_share(confidence, "confidence")
    if n < 1:
        return 0, n + 1
    tail = (1 - confidence) / 2
    first, cumulative = _binomial(n, p)
    lower = first + int(np.searchsorted(cumulative, tail, side="right"))
    upper = first + int(np.searchsorted(cumulative, 1 - tail, side="left")) + 1
    return min(lower, n), min(upper, n + 1)


def percentile_interval(samples: Values, p: float, confidence: float = 0.95) -> Interval:
    """The ``p``-quantile of the sample with its distribution-free confidence interval."""
    ordered = _sorted(samples)
    lower, upper = rank_bounds(ordered.size, p, confidence)
    return Interval(
        value=_at_rank(ordered, _rank(ordered.size, p)),
        low=_at_rank(ordered, lower) if lower >= 1 else -math.inf,
        high=_at_rank(ordered, upper) if upper <= ordered.size else math.inf,
        confidence=confidence,
    )


def smallest_sample(p: float, confidence: float = 0.95) -> int:
    """How many values it takes before the ``p``-quantile has an upper bound at all."""
    _open_share(p, "p")
    return math.ceil(math.log((1 - confidence) / 2) / math.log(p))


def samples_needed(
    n: int, within: int, p: float, confidence: float = 0.95, most: int = 1_000_000
) -> int | None:
    """About how many *more* values would decide whether the ``p``-quantile keeps a limit.

    ``within`` of the ``n`` values so far kept it; the estimate supposes that this share stays. 0 when it is
    decided already, ``None`` when more than ``most`` values in all would be needed (the quantile lies at the
    limit, and more samples will hardly tell).
    """
    if n < 1:
        return smallest_sample(p, confidence)
    share = within / n

    def decided(size: int) -> bool:
        lower, upper = rank_bounds(size, p, confidence)
        keeps = within if size == n else math.floor(share * size + 1e-9)
        return keeps >= upper or keeps + (size != n) < lower

    if decided(n):
        return 0
    low, high = n, max(2 * n, 16)
    while not decided(high):
        low, high = high, 2 * high
        if low >= most:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if decided(middle) else (middle, high)
    return high - n


def mean_interval(samples: Values, confidence: float = 0.95) -> Interval:
    """The mean with Student's interval: for figures of independent replications, not for latencies."""
    values = _sorted(samples)
    mean = float(values.mean())
    if values.size < 2:
        return Interval(mean, -math.inf, math.inf, confidence)
    half = (
        _student(1 - (1 - confidence) / 2, values.size - 1)
        * float(values.std(ddof=1))
        / math.sqrt(values.size)
    )
    return Interval(mean, mean - half, mean + half, confidence)


def share_interval(count: int, n: int, confidence: float = 0.95) -> Interval:
    """The share ``count / n`` with Wilson's score interval, which stays inside 0..1 and works near 0.

    Of nothing (``n`` 0) everything is possible: value ``nan``, interval 0..1.
    """
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is not a share")
    if n == 0:
        return Interval(math.nan, 0.0, 1.0, confidence)
    z = NormalDist().inv_cdf(1 - (1 - confidence) / 2)
    share = count / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if count == 0 else max(0.0, centre - half)
    high = 1.0 if count == n else min(1.0, centre + half)
    return Interval(share, low, high, confidence)


def _sorted(samples: Values) -> NDArray[np.float64]:
    ordered = np.sort(np.asarray(samples, dtype=np.float64))
    if ordered.size == 0:
        raise ValueError("no samples: there is nothing to estimate from")
    if math.isnan(ordered[-1]):
        raise ValueError("a sample is not a number")
    return ordered


def _rank(n: int, p: float) -> int:
    if not 0 <= p <= 1:
        raise ValueError(f"p is a share between 0 and 1, not {p}")
    # 0.07 * 100 is 7.000000000000001 in binary; that must stay rank 7.
    return min(n, max(1, math.ceil(round(n * p, 9))))


def _at_rank(ordered: NDArray[np.float64], rank: int) -> float:
    return float(ordered[rank - 1])


def _open_share(value: float, name: str) -> None:
    if not 0 < value < 1:
        raise ValueError(f"{name} is a share between 0 and 1, not {value}")


def _binomial(n: int, p: float) -> tuple[int, NDArray[np.float64]]:
    """The cumulative binomial(n, p) from its first count that matters: (that count, P(X <= count), ...).

    Counts further than 12 standard deviations from the mean together weigh less than a rounding error,
    so a million samples cost a few thousand terms.
    """
    spread = 12 * math.sqrt(n * p * (1 - p)) + 12
    first, last = max(0, math.floor(n * p - spread)), min(n, math.ceil(n * p + spread))
    start = (
        math.lgamma(n + 1)
        - math.lgamma(first + 1)
        - math.lgamma(n - first + 1)
        + first * math.log(p)
        + (n - first) * math.log1p(-p)
    )
    counts: NDArray[Any] = np.arange(first, last, dtype=np.float64)
    steps = np.log((n - counts) / (counts + 1)) + math.log(p) - math.log1p(-p)
    weights = np.exp(start + np.concatenate(([0.0], np.cumsum(steps))))
    cumulative: NDArray[np.float64] = np.cumsum(weights)
    # Rounding in lgamma moves the sum from 1 by about 1e-9 at a million; put it right.
    return first, cumulative / cumulative[-1]


def _student(p: float, freedom: int) -> float:
    """The ``p``-quantile (p > 0.5) of Student's t for whole degrees of freedom, by bisection."""
    low, high = 0.0, 2.0
    while _student_cdf(high, freedom) < p:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_cdf(middle, freedom) < p else (low, middle)
    return high


def _student_cdf(t: float, freedom: int) -> float:
    """P(T <= t) by the finite series for whole degrees of freedom (Abramowitz & Stegun 26.7.3-4)."""
    theta = math.atan(t / math.sqrt(freedom))
    cosine, sine = math.cos(theta), math.sin(theta)
    odd = freedom % 2 == 1
    term = total = (cosine if odd else 1.0) if freedom > 1 else 0.0
    for k in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    inside = 2 / math.pi * (theta + sine * total) if odd else sine * total
    return 0.5 + inside / 2
