"""Six calendar months back."""

from datetime import date

import pytest

from mocks.overview.window import danish_date, danish_moment, months_before
from tests.overview.world import moment


@pytest.mark.parametrize(
    ("day", "earliest"),
    [
        (date(2025, 8, 31), date(2025, 2, 28)),
        (date(2024, 8, 31), date(2024, 2, 29)),
        (date(2025, 8, 28), date(2025, 2, 28)),
        (date(2025, 3, 31), date(2024, 9, 30)),
        (date(2025, 6, 30), date(2024, 12, 30)),
        (date(2025, 1, 15), date(2024, 7, 15)),
        (date(2025, 12, 31), date(2025, 6, 30)),
    ],
)
def test_six_months_before_a_day_is_the_same_day_or_the_last_of_its_month(day: date, earliest: date) -> None:
    assert months_before(day, 6) == earliest


def test_dates_are_written_the_danish_way() -> None:
    assert danish_date(date(2024, 8, 15)) == "15-08-2024"
    assert danish_moment(moment("2049-10-09T00:00")) == "09-10-2049 00:00"
    assert danish_moment(None) == "-"
