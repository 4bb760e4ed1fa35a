"""Quantiles are exact, and intervals hold what they promise."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.intervals import (
    mean_interval,
    percentile_interval,
    quantile,
    quantiles,
    rank_bounds,
    samples_needed,
    share_interval,
    smallest_sample,
)


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=300),
    st.sampled_from([0.01, 0.07, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0]),
)
def test_a_quantile_is_a_measured_value_that_just_enough_of_the_sample_does_not_exceed(
    values: list[float], p: float
) -> None:
    found = quantile(values, p)
    assert found in values
    n = len(values)
    need = p * n - 1e-6
    assert sum(v <= found for v in values) >= need
    assert sum(v < found for v in values) < need + 1e-6 or found == min(values)


@pytest.mark.parametrize("n", [1, 2, 19, 20, 99, 100, 101, 1000, 4321])
def test_percentiles_agree_with_numpys_exact_definition(n: int) -> None:
    values = np.random.default_rng(n).lognormal(5, 1, n)
    shares = [0.25, 0.5, 0.75, 0.875]  # exact in binary, so that numpy has no rounding of its own
    assert quantiles(values, shares) == [
        float(np.quantile(values, share, method="inverted_cdf")) for share in shares
    ]


def test_rounding_in_binary_does_not_move_a_rank() -> None:
    assert 0.07 * 100 > 7
    assert quantile(list(range(1, 101)), 0.07) == 7


def test_an_answer_that_never_came_counts_as_slower_than_all_others() -> None:
    values = [10.0] * 94 + [math.inf] * 6
    assert quantile(values, 0.94) == 10.0
    assert quantile(values, 0.95) == math.inf


@pytest.mark.parametrize("n", [5, 30, 72, 100, 365, 2000])
@pytest.mark.parametrize("p", [0.5, 0.9, 0.95, 0.99])
def test_the_ranks_are_the_tightest_that_keep_each_tail(n: int, p: float) -> None:
    whole = round(p * 100)

    def at_most(k: int) -> Fraction:
        """P(X <= k) in whole numbers: no rounding at all."""
        total = sum(math.comb(n, i) * whole**i * (100 - whole) ** (n - i) for i in range(k + 1))
        return Fraction(total, 100**n)

    lower, upper = rank_bounds(n, p, 0.95)
    tail = Fraction(25, 1000)
    if lower >= 1:
        assert at_most(lower - 1) <= tail
    assert at_most(lower) > tail
    if upper <= n:
        assert at_most(upper - 1) >= 1 - tail
    assert at_most(upper - 2) < 1 - tail


def test_known_ranks_from_the_tables_of_the_median() -> None:
    assert rank_bounds(10, 0.5) == (2, 9)  # the textbook's 97.9 % interval of ten values
    assert rank_bounds(6, 0.5) == (1, 6)
    assert rank_bounds(5, 0.5) == (0, 6)  # five values cannot bound a median at 95 %


def test_a_million_samples_are_counted_as_exactly_as_a_hundred() -> None:
    lower, upper = rank_bounds(1_000_000, 0.95)
    spread = 1.959964 * math.sqrt(1_000_000 * 0.95 * 0.05)
    assert lower == pytest.approx(950_000 - spread, abs=2)
    assert upper == pytest.approx(950_001 + spread, abs=2)


def test_the_interval_covers_the_true_percentile_at_least_as_often_as_it_says() -> None:
    truth = float(np.exp(5 + 1.6448536269514722))
    covered = 0
    for seed in range(1000):
        found = percentile_interval(np.random.default_rng(seed).lognormal(5, 1, 400), 0.95)
        covered += found.low <= truth <= found.high
    assert covered >= 940  # 950 expected at least; three standard errors are 21


def test_too_small_a_sample_has_no_upper_bound_and_one_more_has() -> None:
    assert smallest_sample(0.95) == 72
    assert percentile_interval([1.0] * 71, 0.95).high == math.inf
    assert percentile_interval([1.0] * 72, 0.95).high == 1.0


def test_the_number_of_missing_samples_is_the_one_that_decides() -> None:
    more = samples_needed(200, 193, 0.95)  # 96.5 % in time so far
    assert more is not None and more > 0
    size = 200 + more
    _, upper = rank_bounds(size, 0.95)
    assert math.floor(0.965 * size) >= upper
    _, upper = rank_bounds(size - 1, 0.95)
    assert math.floor(0.965 * (size - 1)) < upper


def test_no_samples_are_missing_when_it_is_decided_and_none_would_do_at_the_limit() -> None:
    assert samples_needed(200, 200, 0.95) == 0
    assert samples_needed(200, 100, 0.95) == 0
    assert samples_needed(200, 190, 0.95) is None
    assert samples_needed(0, 0, 0.95) == 72
    fails = samples_needed(200, 186, 0.95)
    assert fails is not None and fails > 0


@pytest.mark.parametrize(
    ("n", "t"), [(2, 12.706), (3, 4.303), (4, 3.182), (6, 2.571), (11, 2.228), (31, 2.042), (121, 1.980)]
)
def test_the_mean_uses_students_table(n: int, t: float) -> None:
    values = np.arange(n, dtype=float)
    found = mean_interval(values)
    half = t * values.std(ddof=1) / math.sqrt(n)
    assert found.value == pytest.approx(values.mean())
    assert found.high - found.value == pytest.approx(half, rel=5e-4)
    assert found.value - found.low == pytest.approx(half, rel=5e-4)


def test_one_value_says_nothing_of_the_spread_of_a_mean() -> None:
    found = mean_interval([3.0])
    assert (found.value, found.low, found.high) == (3.0, -math.inf, math.inf)


def test_a_share_of_none_is_not_certainly_none() -> None:
    found = share_interval(0, 100)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(0.0370, abs=1e-4)
    middle = share_interval(5, 50)
    assert (middle.low, middle.high) == pytest.approx((0.0435, 0.2136), abs=1e-4)
    assert share_interval(7, 7).high == 1.0
    nothing = share_interval(0, 0)
    assert math.isnan(nothing.value) and (nothing.low, nothing.high) == (0.0, 1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: quantile([], 0.5),
        lambda: quantile([1.0], 1.5),
        lambda: quantile([1.0, math.nan], 0.5),
        lambda: rank_bounds(10, 1.0),
        lambda: rank_bounds(10, 0.5, 0.0),
        lambda: share_interval(3, 2),
    ],
)
def test_questions_without_an_answer_are_refused(wrong: object) -> None:
    with pytest.raises(ValueError):
        wrong()  # type: ignore[operator]
