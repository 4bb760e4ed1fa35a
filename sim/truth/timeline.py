"""One thing that changes: its values, each from a moment on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Generic, TypeVar

T = TypeVar("T")

#: What already held when the run began held since ever, as far as the run can tell.
EVER = datetime(1900, 1, 1, tzinfo=UTC)


class Timeline(Generic[T]):
    """Values in order of time. Asked for a moment before the first one, it gives the first."""

    __slots__ = ("_since", "_values")

    def __init__(self, value: T, since: datetime = EVER) -> None:
        self._since, self._values = [since], [value]

    def change(self, value: T, at: datetime) -> None:
        """From ``at`` on it is ``value``; ``at`` does not lie before the last change."""
        self._since.append(at)
        self._values.append(value)

    @property
    def last(self) -> T:
        """The newest value."""
        return self._values[-1]

    def changes(self) -> Iterator[tuple[datetime, T]]:
        """Each value with the moment from which it held."""
        return zip(self._since, self._values, strict=True)

    def value(self, at: datetime) -> T:
        """What held at that moment."""
        return self._values[self._place(at)]

    def since(self, at: datetime) -> datetime:
        """From when on that has held."""
        return self._since[self._place(at)]

    def ended(self, fits: Callable[[T], bool], at: datetime) -> datetime | None:
        """When the newest earlier value that fits was replaced; ``None`` if none of them fits."""
        for place in range(self._place(at) - 1, -1, -1):
            if fits(self._values[place]):
                return self._since[place + 1]
        return None

    def _place(self, at: datetime) -> int:
        return max(0, bisect_right(self._since, at) - 1)


def seconds_since(earlier: datetime | None, now: datetime) -> float:
    """Seconds between two moments; 0 where the earlier one lies before the run or is not known."""
    return 0.0 if earlier is None or earlier <= EVER else max(0.0, (now - earlier).total_seconds())
