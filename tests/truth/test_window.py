"""How far back an overview looks, reckoned twice by code that is not shared."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks.overview.window import months_before
from sim.truth.window import half_a_year_before


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2025-08-31", "2025-02-28"),
        ("2024-08-31", "2024-02-29"),
        ("2025-08-30", "2025-02-28"),
        ("2024-08-30", "2024-02-29"),
        ("2024-08-29", "2024-02-29"),
        ("2025-08-29", "2025-02-28"),
        ("2025-08-28", "2025-02-28"),
        ("2025-03-31", "2024-09-30"),
        ("2025-12-31", "2025-06-30"),
        ("2025-05-31", "2024-11-30"),
        ("2025-06-30", "2024-12-30"),
        ("2025-01-01", "2024-07-01"),
        ("2025-07-01", "2025-01-01"),
        ("2024-02-29", "2023-08-29"),
    ],
)
def test_half_a_year_is_six_calendar_months(day: str, first: str) -> None:
    assert half_a_year_before(date.fromisoformat(day)).isoformat() == first


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_the_oracle_and_the_overviews_reckon_alike_though_they_share_no_code(day: date) -> None:
    assert half_a_year_before(day) == months_before(day, 6)
