"""Publishing: each change of a case goes as an event to every subscriber that may have it and asked for it.

The distributor between publisher and subscribers, its queues (AMQP) and its agreements are not mimicked: here
the index pushes by itself. An event comes again until the subscriber has answered 20, so it may come twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from mocks.errors import BadInput, Unreachable
from mocks.kombit.persistent_queue import Patience, PersistentQueue
from mocks.limits import scrub
from mocks.runtime import Runtime
from mocks.standards import event_message
from mocks.standards.event_message import EventMessage, RelatedObject
from mocks.standards.sagdok import roles
from mocks.standards.sagdok.case import URN_CVR, Registrering
from mocks.standards.sagdok.roles import assumed_uuid

#: The kinds of events are UUIDs of a value list that is not public: assumptions.
TYPES = {name: assumed_uuid("beskedtype", name) for name in ("Importeret", "Opdateret", "Fjernet")}


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who hears of changes (a *dueslag*). ``path`` is where it takes events; ``cvrs`` and ``subjects`` choose
    by owner and KLE number, where ``27.*`` stands for all that start so; ``None`` is no limit."""

    system: str
    path: str = "/beskedfordeler/modtag"
    cvrs: frozenset[str] | None = None
    subjects: tuple[str, ...] | None = None

    def wants(self, cvr: str, subject: str) -> bool:
        if self.cvrs is not None and cvr not in self.cvrs:
            return False
        return self.subjects is None or any(
            subject.startswith(s[:-1]) if s.endswith("*") else subject == s for s in self.subjects
        )


class Parcel(msgspec.Struct, frozen=True):
    """An event on its way to one subscriber."""

    event: EventMessage


class Publisher:
    """Publishes for one index. ``heard`` is called for each change of a case."""

    def __init__(
        self,
        runtime: Runtime,
        subscribers: tuple[Subscriber, ...],
        *,
        patience: Patience | None = None,
        answer_seconds: float = 30.0,
    ) -> None:
        self.runtime, self.subscribers, self.answer_seconds = runtime, subscribers, answer_seconds
        self._of = {subscriber.system: subscriber for subscriber in subscribers}
        self._parcels = runtime.store.collection("events.parcels", Parcel)
        self._queue = PersistentQueue(runtime, "events", self._send, patience or Patience())
        self._queue.wake()

    def __len__(self) -> int:
        """How many events some subscriber has not taken yet."""
        return len(self._queue)

    def heard(self, uuid: str, handling: str, written: Registrering) -> None:
        """A case has changed."""
        owner, subject = written.one(roles.EJER), written.one(roles.PRIMAER_KLASSE)
        reference, kle = owner.reference if owner else "", subject.noegle if subject else ""
        cvr = reference.removeprefix(URN_CVR)
        wanting = [s for s in self.subscribers if s.wants(cvr, kle)]
        if not wanting:
            return
        runtime = self.runtime
        event = EventMessage(
            id=runtime.ids.uuid("event"),
            type=TYPES[handling],
            authority=reference,
            handling=handling,
            subject=kle,
            objects=(RelatedObject(uuid, "Sag"),),
            made=runtime.clock.now(),
            transaction=runtime.ids.uuid("event-transaction"),
            source=assumed_uuid("it-system", runtime.system),
            classification="FortroligePersonoplysninger",
        )
        for subscriber in wanting:
            key = f"{event.id}/{subscriber.system}"
            self._parcels.put(key, Parcel(event))
            self._queue.add(key, subscriber.system)

    async def _send(self, key: str, target: str) -> str | None:
        parcel, subscriber = self._parcels.get(key), self._of.get(target)
        if parcel is None or subscriber is None:
            return None  # who has unsubscribed hears nothing more
        trouble = await self._push(parcel.event, subscriber)
        if trouble is None:
            self._parcels.drop(key)
        return trouble

    async def _push(self, event: EventMessage, subscriber: Subscriber) -> str | None:
        network = self.runtime.network
        try:
            answer = await network.request(
                "POST",
                network.address(subscriber.system) + subscriber.path,
                body=event_message.write(event),
                content_type="application/xml; charset=utf-8",
                timeout=self.answer_seconds,
            )
        except Unreachable as error:
            return str(error)
        if answer.status != 200:
            return f"{subscriber.system} answered HTTP {answer.status}"
        try:
            status = event_message.read_answer(answer.body)
        except BadInput as error:
            return scrub(str(error))
        return None if status == event_message.OK else f"{subscriber.system} answered status {status}"
