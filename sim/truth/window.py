"""How far back an overview looks, and until which age: reckoned here on its own."""

from __future__ import annotations

from datetime import date

WINDOW_MONTHS = 6

#: From this birthday on the overviews show nothing (the boundary itself is an assumption).
ADULT = 18


def half_a_year_before(day: date) -> date:
    """Six calendar months back; a day that the month lacks becomes its last day."""
    year, month = (
        (day.year, day.month - WINDOW_MONTHS) if day.month > WINDOW_MONTHS else (day.year - 1, day.month + 6)
    )
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, day.day)
