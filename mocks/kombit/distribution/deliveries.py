"""What is on its way: objects to receivers and receipts to senders, each until it has been taken.

A receiver's answer is the business receipt; it goes on to the sender. A receiver that cannot be reached, or
answers with something else than SOAP, is tried again. One that says by a SOAP fault that it will never take the
object ends the matter: the sender hears FEJLET.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from mocks import soap
from mocks.errors import Unreachable
from mocks.kombit.distribution.settings import Receiver, Sender, Settings
from mocks.kombit.persistent_queue import PersistentQueue
from mocks.limits import scrub
from mocks.runtime import Runtime
from mocks.standards.distribution.names import ANVENDER_RESPONSE, MODTAG_RESPONSE
from mocks.standards.distribution.read import read_modtag_answer
from mocks.standards.distribution.records import (
    Anmodning,
    Context,
    DistributionProblem,
    Fejl,
    ForretningsKode,
    ForretningsKvittering,
    Kvitteringstype,
)
from mocks.standards.distribution.write import write_anvender_kvittering, write_modtag
from mocks.standards.soap.envelope import SoapVersion


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """An object that was taken over for delivery. ``outcome`` is its last business receipt."""

    anmodning: Anmodning
    receiver: str
    sender: str
    at: datetime
    outcome: ForretningsKode = ForretningsKode.MODTAGET


class Receipt(msgspec.Struct, frozen=True):
    """A business receipt on its way to the sender."""

    kvittering: ForretningsKvittering
    context: Context


class Deliveries:
    """Everything is in the store. Keys are the component's own transaction numbers."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings
        self._receivers = {receiver.uuid: receiver for receiver in settings.receivers}
        self._senders = {sender.uuid: sender for sender in settings.senders}
        self._kept = runtime.store.collection("distribution.deliveries", Delivery)
        self._receipts = runtime.store.collection("distribution.receipts", Receipt)
        self._of_sender = {self._sent_as(d.anmodning.context, d.sender): key for key, d in self._kept.items()}
        self._to_receivers = PersistentQueue(
            runtime, "distribution.objects", self._deliver, settings.patience
        )
        self._to_senders = PersistentQueue(
            runtime, "distribution.to_senders", self._hand_back, settings.patience
        )
        self._to_receivers.wake()
        self._to_senders.wake()

    def take(self, anmodning: Anmodning, receiver: Receiver, sender: str) -> str:
        """Take an object over: the component's number of it. The same transaction again is the same one."""
        sent_as = self._sent_as(anmodning.context, sender)
        if (known := self._of_sender.get(sent_as)) is not None:
            return known
        key = self._runtime.ids.uuid("distribution")
        context = msgspec.structs.replace(anmodning.context, distribution=key)
        kept = Delivery(
            anmodning=Anmodning(context, anmodning.objekt),
            receiver=receiver.uuid,
            sender=sender,
            at=self._runtime.clock.now(),
        )
        self._kept.put(key, kept)
        self._of_sender[sent_as] = key
        self._to_receivers.add(key, receiver.uuid)
        return key

    def kept(self, key: str) -> Delivery | None:
        """What became of an object, by the component's number."""
        return self._kept.get(key)

    def settle(self, key: str, delivery: Delivery, kvittering: ForretningsKvittering) -> None:
        """Note a receiver's receipt, and hand it on to the sender."""
        self._kept.put(key, msgspec.structs.replace(delivery, outcome=kvittering.kode))
        self._runtime.trace.note(
            "distributed", system=self._runtime.system, transaction=key, outcome=kvittering.kode.value
        )
        if delivery.sender in self._senders:
            number = f"{key}/{self._runtime.ids.uuid('receipt')}"
            self._receipts.put(number, Receipt(kvittering, delivery.anmodning.context))
            self._to_senders.add(number, delivery.sender)

    @staticmethod
    def _sent_as(context: Context, sender: str) -> tuple[str, str]:
        return sender, context.transaktion

    async def _deliver(self, key: str, target: str) -> str | None:
        delivery, receiver = self._kept.get(key), self._receivers.get(target)
        if delivery is None or delivery.outcome is not ForretningsKode.MODTAGET:
            return None
        if receiver is None:
            self.settle(key, delivery, _failed("modtager_ukendt", "the receiver takes no objects any more"))
            return None
        try:
            answered = await self._call(receiver, write_modtag(delivery.anmodning))
            body = answered.envelope.body
            if body is None or body.tag != MODTAG_RESPONSE:
                return f"{receiver.system} answered with something else than a receipt"
            kvittering = read_modtag_answer(body)
        except soap.SaidFault as fault:
            if fault.fault.code == "Server":
                return str(fault)  # its own trouble passes
            self.settle(key, delivery, _failed("transport", scrub(fault.fault.reason)[:300]))
            return None
        except (Unreachable, DistributionProblem) as error:
            return scrub(str(error))
        self.settle(key, delivery, kvittering)
        return None

    async def _hand_back(self, number: str, target: str) -> str | None:
        receipt, sender = self._receipts.get(number), self._senders.get(target)
        if receipt is None or sender is None:
            return None
        data = write_anvender_kvittering(receipt.kvittering, receipt.context)
        try:
            answered = await self._call(sender, data)
        except (soap.SaidFault, Unreachable) as error:
            return scrub(str(error))
        if answered.envelope.body is None or answered.envelope.body.tag != ANVENDER_RESPONSE:
            return f"{sender.system} did not confirm the receipt"
        self._receipts.drop(number)
        return None

    async def _call(self, party: Receiver | Sender, data: bytes) -> soap.SoapAnswer:
        return await soap.call(
            self._runtime,
            party.system,
            party.path,
            data,
            version=SoapVersion.SOAP11,
            timeout=self._settings.answer_seconds,
        )


def _failed(kode: str, tekst: str) -> ForretningsKvittering:
    return ForretningsKvittering(ForretningsKode.FEJLET, Kvitteringstype.TEKNISK, tekst, (Fejl(kode, tekst),))
