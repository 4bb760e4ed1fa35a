"""The way from the case system to the case index: nothing changed is forgotten while the index is away.

What must be told stands in the store, one line for each changed case. One process empties it in batches
and, while the index does not answer, tries again after growing pauses. A restart finds the lines again.

A case that the index has taken before is updated, any other imported with its whole history. If the index
knows nothing of a case that we update (it was removed there), it is imported in the next round.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import islice

import msgspec

from mocks import soap
from mocks.errors import Unreachable
from mocks.kombit.access_settings import CASE_INDEX
from mocks.kombit.case_index.client import CaseIndexClient
from mocks.kombit.client import KombitLogin
from mocks.municipal.case_system.settings import Settings
from mocks.runtime import Runtime
from mocks.standards.sagdok.answers import OK, UNKNOWN, Outcome
from mocks.standards.sagdok.case import Sag, Update


class Pending(msgspec.Struct, frozen=True):
    """A case that the index has not heard the latest of. ``change`` counts, so that a change made while
    an older state is on its way is sent as well."""

    change: int
    since: datetime


class Taken(msgspec.Struct, frozen=True):
    """A case that the index has taken in, and when."""

    at: datetime


class TurnedDown(msgspec.Struct, frozen=True):
    """A case that the index refused, and its reason: a person has to look at it."""

    at: datetime
    status: int
    text: str


class Outbox:
    """``entry(uuid, now)`` makes the index entry of a case as it is at the moment of sending, ``change`` what
    an update says of it. ``known`` tells of cases that the index had from the start."""

    def __init__(
        self,
        runtime: Runtime,
        settings: Settings,
        entry: Callable[[str, datetime], Sag],
        change: Callable[[str, datetime], Update],
        known: Callable[[str], bool],
    ) -> None:
        self._runtime, self._settings = runtime, settings
        self._entry, self._change, self._known = entry, change, known
        security = None
        if settings.login is not None:
            security = KombitLogin(runtime, settings.login).securing(settings.cvr, CASE_INDEX)
        self._index = CaseIndexClient(
            runtime, index=settings.index, seconds=settings.answer_seconds, security=security
        )
        self._pending = runtime.store.collection("case_system.outbox", Pending)
        self._taken = runtime.store.collection("case_system.indexed", Taken)
        self._refused = runtime.store.collection("case_system.turned_down", TurnedDown)
        self._changes = max((p.change for _, p in self._pending.items()), default=0)
        self._awake = False
        self._forgotten: set[str] = set()

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
        """One import or update: what the first line needs. Returns why it must be tried again, or ``None``."""
        now = self._runtime.clock.now()
        updating = self._has(batch[0][0])
        batch = [line for line in batch if self._has(line[0]) is updating]
        uuids = [uuid for uuid, _ in batch]
        try:
            if updating:
                outcome = await self._index.opdater([self._change(uuid, now) for uuid in uuids])
            else:
                outcome = await self._index.importer([self._entry(uuid, now) for uuid in uuids])
        except (Unreachable, soap.SaidFault) as error:
            return str(error)
        if outcome.standard is not None:
            return f"{self._settings.index} answered {outcome.standard.status}: {outcome.standard.text}"
        return self._settle(batch, outcome, now)

    def _has(self, uuid: str) -> bool:
        """Whether the index has the case already, as far as we know."""
        return uuid not in self._forgotten and (uuid in self._taken or self._known(uuid))

    def _settle(self, batch: list[tuple[str, Pending]], outcome: Outcome, now: datetime) -> str | None:
        results = {r.uuid: r for r in outcome.unik}
        unanswered = 0
        for uuid, sent in batch:
            result = results.get(uuid)
            if result is None:
                unanswered += 1
                continue
            if result.status == UNKNOWN and uuid not in self._forgotten:
                self._forgotten.add(uuid)
                self._taken.drop(uuid)
                continue
            if result.status == OK:
                self._refused.drop(uuid)
                self._taken.put(uuid, Taken(now))
                self._forgotten.discard(uuid)
            else:
                self._refused.put(uuid, TurnedDown(now, result.status, result.text))
                self._runtime.trace.note(
                    "index_refused",
                    system=self._runtime.system,
                    case=uuid,
                    status=result.status,
                    reason=result.text,
                )
            if self._pending.get(uuid) == sent:
                self._pending.drop(uuid)
        if unanswered:
            return f"{self._settings.index} left {unanswered} of {len(batch)} cases unanswered"
        return None
