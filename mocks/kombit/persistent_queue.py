"""What must reach another system although that may be away: one line in the store for each thing to send.

Each target has a queue of its own, sent in order by one process, so that one that is away holds up nobody
else. While a target does not take what it is sent, the pauses grow; a restart finds the lines again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from mocks.runtime import Runtime

#: Sends the thing with this key to a target; returns why it must be tried again, or ``None``.
Send = Callable[[str, str], Awaitable[str | None]]


class Line(msgspec.Struct, frozen=True):
    """One thing that a target has not taken yet."""

    target: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Patience:
    """Pauses in seconds after failures; after ``most_attempts`` in a row a target is left alone until something
    new is to be sent there, or the system starts anew (assumptions)."""

    pauses: tuple[float, ...] = (5.0, 60.0, 300.0, 900.0, 1800.0)
    most_attempts: int = 100


class PersistentQueue:
    """``name`` is that of the collection; ``send`` is called once for each attempt."""

    def __init__(self, runtime: Runtime, name: str, send: Send, patience: Patience) -> None:
        self._runtime, self._name, self._send, self._patience = runtime, name, send, patience
        self._lines = runtime.store.collection(name, Line)
        self._queues: dict[str, dict[str, None]] = {}
        self._awake: set[str] = set()
        for key, line in self._lines.items():
            self._queues.setdefault(line.target, {})[key] = None

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, key: str) -> bool:
        return key in self._lines

    def add(self, key: str, target: str) -> None:
        """Send the thing with this key to a target; the key is new, or goes to the same target again."""
        self._lines.put(key, Line(target, self._runtime.clock.now()))
        self._queues.setdefault(target, {})[key] = None
        self._wake(target)

    def wake(self) -> None:
        """Go on with everything that waits; called at start."""
        for target in list(self._queues):
            self._wake(target)

    def _wake(self, target: str) -> None:
        if target not in self._awake and self._queues.get(target):
            self._awake.add(target)
            self._runtime.clock.spawn(
                f"{self._runtime.system}: {self._name} to {target}", self._empty(target)
            )

    async def _empty(self, target: str) -> None:
        failures = 0
        queue = self._queues[target]
        pauses, most = self._patience.pauses, self._patience.most_attempts
        try:
            while queue:
                key = next(iter(queue))
                trouble = await self._send(key, target)
                if trouble is None:
                    failures = 0
                    queue.pop(key, None)
                    self._lines.drop(key)
                    continue
                failures += 1
                if failures == 1 or failures >= most:
                    self._runtime.trace.note(
                        "target_away",
                        system=self._runtime.system,
                        queue=self._name,
                        target=target,
                        waiting=len(queue),
                        attempts=failures,
                        reason=trouble,
                    )
                if failures >= most:
                    return
                await self._runtime.clock.sleep(pauses[min(failures, len(pauses)) - 1])
        finally:
            self._awake.discard(target)
