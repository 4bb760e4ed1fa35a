"""Synthetic CPR numbers for a whole population at once.

The serial numbers that fit a date depend only on the century, the sex and the date's share of the
modulus 11 sum. So there are 44 lists of allowed serials; each date takes them in turn from a place of
its own, and uniqueness needs no search.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mocks.errors import HarnessFault
from sim.nation.streams import Draw, Ints

#: Serials of published test persons and of the persons on the pilot's screens: never given to others.
RESERVED = (6666, 7194, 9996, 9989, 9990, 1111, 4160, 651)

_EPOCH = np.datetime64("1970-01-01", "D")
_FIRST_DAY = int((np.datetime64("1930-01-01", "D") - _EPOCH).astype(np.int64))


def day_number(text: str) -> int:
    """Days since 1 January 1970 of an ISO date."""
    return int((np.datetime64(text, "D") - _EPOCH).astype(np.int64))


def calendar(days: Ints) -> tuple[Ints, Ints, Ints]:
    """Year, month and day of month of days since 1 January 1970, between 1930 and 2040."""
    years, months, dom = _calendar_table()
    at = days - _FIRST_DAY
    return years[at], months[at], dom[at]


@cache
def _calendar_table() -> tuple[Ints, Ints, Ints]:
    # Looking a day up is ten times as fast as numpy's datetime arithmetic on a population.
    dates = np.arange("1930-01-01", "2041-01-01", dtype="datetime64[D]")
    months = dates.astype("datetime64[M]")
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    dom = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    return years, months.astype(np.int64) % 12 + 1, dom


def off_new_year(days: Ints, latest: int) -> Ints:
    """Birthdays on 1 January moved to the 2nd, or to 31 December where the 2nd would be after ``latest``."""
    _, month, day = calendar(days)
    moved = days + np.where(days + 1 > latest, -1, 1)
    return np.where((month == 1) & (day == 1), moved, days)


def cpr_numbers(birth: Ints, male: NDArray[np.int8], draw: Draw) -> Ints:
    """One unique number for each person, as integers (leading zero lost).

    ``birth`` is in days since 1 January 1970, between 1937 and 2036 and never 1 January. Born before
    2000 the seventh digit is 0-3, after that 4-9. The last digit is odd for men. Modulus 11 fails.
    """
    year, month, day = calendar(birth)
    yy = year % 100
    digits = (day // 10, day % 10, month // 10, month % 10, yy // 10, yy % 10)
    partial = sum(w * d for w, d in zip((4, 3, 2, 7, 6, 5), digits, strict=True)) % 11

    date = day * 10_000 + month * 100 + yy
    key = date * 2 + male
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    starts = np.flatnonzero(first)
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = np.arange(len(key)) - starts[np.cumsum(first) - 1]

    serial = np.zeros(len(key), dtype=np.int64)
    group = ((year >= 2000) * 2 + male) * 11 + partial
    members = np.split(np.argsort(group, kind="stable"), np.cumsum(np.bincount(group, minlength=44))[:-1])
    for number, rows in enumerate(members):
        allowed = _serials(century=number // 22, male=number // 11 % 2, partial=number % 11, draw=draw)
        if len(rows) and int(rank[rows].max()) >= len(allowed):
            raise HarnessFault("more people born on one day than there are synthetic CPR numbers")
        serial[rows] = allowed[(date[rows] * 7919 + rank[rows]) % len(allowed)]
    return date * 10_000 + serial


def _serials(century: int, male: int, partial: int, draw: Draw) -> Ints:
    """All serials of that century and sex with which modulus 11 fails for such a date, shuffled."""
    low, high = ((0, 4000), (4000, 10_000))[century]
    serials = np.arange(low, high, dtype=np.int64)
    total = partial + (serials // 1000) * 4 + serials // 100 % 10 * 3 + serials // 10 % 10 * 2 + serials % 10
    keep = (serials % 2 == male) & (total % 11 != 0) & ~np.isin(serials, RESERVED) & (serials > 0)
    kept: Ints = serials[keep]
    return np.take(kept, draw.order(len(kept)))
