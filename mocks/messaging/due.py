"""What falls due: one list, one waking process a system, rebuilt from the store at start.

A timer for each message would die with a restart and leave dead events behind; here a settled message
is simply no longer found when its moment comes.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from mocks.runtime import Clock


class DueList:
    """Calls ``act(key)`` when the moment of a key comes. Keys may be due more than once.

    ``act`` must itself find out whether there is still something to do.
    """

    def __init__(self, name: str, clock: Clock, act: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        self._name, self._clock, self._act = name, clock, act
        self._heap: list[tuple[datetime, int, str]] = []
        self._count = 0
        self._next_wake: datetime | None = None

    def add(self, at: datetime, key: str) -> None:
        """Remember ``key`` for ``at``."""
        self._count += 1
        heapq.heappush(self._heap, (at, self._count, key))
        if self._next_wake is None or at < self._next_wake:
            self._next_wake = at
            self._clock.spawn(self._name, self._wake(at))

    async def _wake(self, at: datetime) -> None:
        while True:
            await self._clock.sleep((at - self._clock.now()).total_seconds())
            if self._next_wake != at:
                return  # an earlier waking has taken over
            now = self._clock.now()
            while self._heap and self._heap[0][0] <= now:
                # Each in a process of its own: one that waits for its answer holds up no other.
                self._clock.spawn(self._name, self._act(heapq.heappop(self._heap)[2]))
            if not self._heap:
                self._next_wake = None
                return
            self._next_wake = at = self._heap[0][0]
