"""The way from the case system to the case index: nothing changed is forgotten while the index is away.

What must be told stands in the store, one line for each changed case. One process empties it in batches
and, while the index does not answer, tries again after growing pauses. A restart finds the lines again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import islice

import msgspec

from mocks.errors import Unreachable
from mocks.kombit import case_index
from mocks.kombit.case_index import Outcome, Sag, Sager
from mocks.municipal.case_system.settings import Settings
from mocks.runtime import Runtime


class Pending(msgspec.Struct, frozen=True):
    """A case that the index has not heard the latest of. ``change`` counts, so that a change made while
    an older state is on its way is sent as well."""

    change: int
    since: datetime


class TurnedDown(msgspec.Struct, frozen=True):
    """A case that the index refused, and its reason: a person has to look at it."""

    at: datetime
    status: int
    text: str


class Outbox:
    """``entry(uuid, now)`` makes the index entry of a case as it is at the moment of sending."""

    def __init__(self, runtime: Runtime, settings: Settings, entry: Callable[[str, datetime], Sag]) -> None:
        self._runtime, self._settings, self._entry = runtime, settings, entry
        self._pending = runtime.store.collection("case_system.outbox", Pending)
        self._refused = runtime.store.collection("case_system.turned_down", TurnedDown)
        self._changes = max((p.change for _, p in self._pending.items()), default=0)
        self._awake = False

    def __len__(self) -> int:
        return len(self._pending)

    def refused(self) -> dict[str, TurnedDown]:
        """Cases that the index turned down, by UUID."""
        return dict(self._refused.items())

    def add(self, uuid: str) -> None:
        """Tell the index of this case; also call ``wake``."""
        self._changes += 1
        self._pending.put(uuid, Pending(self._changes, self._runtime.clock.now()))

    def wake(self) -> None:
        """Start emptying, unless that goes on already or there is nothing."""
        if not self._awake and len(self._pending):
            self._awake = True
            self._runtime.clock.spawn(f"{self._runtime.system} to {self._settings.index}", self._empty())

    async def _empty(self) -> None:
        failures = 0
        pauses = self._settings.retry_seconds
        try:
            while len(self._pending):
                trouble = await self._send(list(islice(self._pending.items(), self._settings.batch)))
                if trouble is None:
                    failures = 0
                    continue
                failures += 1
                if failures == 1 or failures >= self._settings.most_attempts:
                    self._runtime.trace.note(
                        "index_away",
                        system=self._runtime.system,
                        waiting=len(self._pending),
                        attempts=failures,
                        reason=trouble,
                    )
                if failures >= self._settings.most_attempts:
                    return
                await self._runtime.clock.sleep(pauses[min(failures, len(pauses)) - 1])
        finally:
            self._awake = False

    async def _send(self, batch: list[tuple[str, Pending]]) -> str | None:
        """One import. Returns why it must be tried again, or ``None``."""
        runtime, settings = self._runtime, self._settings
        now = runtime.clock.now()
        body = msgspec.json.encode(Sager(tuple([self._entry(uuid, now) for uuid, _ in batch])))
        try:
            response = await runtime.network.request(
                "POST",
                f"{runtime.network.address(settings.index)}/sagsindeks/importer",
                body=body,
                content_type="application/json",
                timeout=settings.answer_seconds,
            )
        except Unreachable as error:
            return str(error)
        if response.status != 200:
            return f"{settings.index} answered {response.status}"
        try:
            outcome = msgspec.json.decode(response.body, type=Outcome)
        except msgspec.DecodeError as error:
            return f"{settings.index} answered what cannot be read: {error}"
        results = {r.uuid: r for r in outcome.unik_retur}
        unanswered = 0
        for uuid, sent in batch:
            result = results.get(uuid)
            if result is None:
                unanswered += 1
                continue
            if result.status == case_index.OK:
                self._refused.drop(uuid)
            else:
                self._refused.put(uuid, TurnedDown(now, result.status, result.text))
                runtime.trace.note(
                    "index_refused",
                    system=runtime.system,
                    case=uuid,
                    status=result.status,
                    reason=result.text,
                )
            if self._pending.get(uuid) == sent:
                self._pending.drop(uuid)
        return f"{settings.index} left {unanswered} of {len(batch)} cases unanswered" if unanswered else None
