"""How far back the overviews look: six calendar months, from the day of the look-up."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime

from mocks.runtime import COPENHAGEN


def months_before(day: date, months: int) -> date:
    """The same day of the month, ``months`` earlier; the month's last day where it has no such day.

    Six months before 31 August is 28 or 29 February.
    """
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def danish_date(day: date) -> str:
    """``DD-MM-YYYY``."""
    return day.strftime("%d-%m-%Y")


def danish_moment(moment: datetime | None) -> str:
    """``DD-MM-YYYY HH:MM`` in Danish local time; ``-`` where there is none."""
    return "-" if moment is None else moment.astimezone(COPENHAGEN).strftime("%d-%m-%Y %H:%M")
