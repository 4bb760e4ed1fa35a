"""When people work: Danish working days, office hours, summer, and the next moment somebody looks in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
import numpy as np

from mocks.runtime import COPENHAGEN
from sim.nation.streams import Draw, Floats


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, and not a Danish public holiday."""
    return day.weekday() < 5 and day not in _public_holidays(day.year)


def working_days(start: date, end: date) -> Iterator[date]:
    """The working days from ``start`` up to and without ``end``."""
    day = start
    while day < end:
        if is_working_day(day):
            yield day
        day += timedelta(days=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of that day in Danish local time."""
    return datetime.combine(day, time(hour, minute), COPENHAGEN)


def next_moment(after: datetime, hours: tuple[int, ...]) -> datetime:
    """The first full hour of ``hours`` on a working day that lies after ``after``."""
    day = after.date()
    while True:
        if is_working_day(day):
            for hour in hours:
                moment = at(day, hour)
                if moment > after:
                    return moment
        day += timedelta(days=1)


class Office:
    """Working hours between two days, weighted by hour of the day and by month.

    ``hour_weights`` maps the hour to its share of a day's work; ``month_weights`` scales whole months
    (summer). Moments are drawn in proportion.
    """

    def __init__(
        self, start: date, end: date, hour_weights: dict[int, float], month_weights: dict[int, float]
    ) -> None:
        slots: list[float] = []
        weights: list[float] = []
        for day in working_days(start, end):
            month = month_weights.get(day.month, 1.0)
            for hour, weight in sorted(hour_weights.items()):
                slots.append(at(day, hour).timestamp())
                weights.append(weight * month)
        self._slots = np.array(slots)
        cumulated = np.cumsum(np.array(weights))
        #: Total weight in full working days: what a rate per day is multiplied with.
        self.days = float(cumulated[-1] / sum(hour_weights.values())) if slots else 0.0
        self._cumulated = cumulated / cumulated[-1] if slots else cumulated

    def draw(self, count: int, draw: Draw) -> Floats:
        """``count`` moments as POSIX seconds, whole seconds, sorted."""
        if not count or not len(self._slots):
            return np.empty(0)
        slot = np.searchsorted(self._cumulated, draw.unit(count), side="right")
        return np.sort(self._slots[slot] + np.floor(draw.unit(count) * 3600.0))
