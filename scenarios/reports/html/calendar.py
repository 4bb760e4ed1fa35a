"""Dates in words, the same under every locale."""

from __future__ import annotations

from datetime import date

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_text(day: date) -> str:
    """``Tuesday 8 April 2025``."""
    return f"{_DAYS[day.weekday()]} {date_text(day)}"


def date_text(day: date) -> str:
    """``8 April 2025``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
