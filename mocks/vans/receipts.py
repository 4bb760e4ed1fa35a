"""Receipts for envelopes: those that the operator writes, and those of receivers, which it takes to senders.

Layers are kept apart: a receipt here speaks of an envelope, never of the letter in it.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from mocks.errors import Malformed, Unreachable
from mocks.runtime import Fault, Runtime
from mocks.standards import vans_envelope as vans
from mocks.vans.conversion.envelopes import receipt_for
from mocks.vans.records import Converted, Taken, Transit
from mocks.vans.settings import Settings
from mocks.vans.ways import XML, Ways


class Receipts:
    """The receipts of one operator. They are kept among what is in transit until they are brought."""

    def __init__(self, runtime: Runtime, settings: Settings, ways: Ways) -> None:
        self._runtime, self._settings, self._ways = runtime, settings, ways
        self._transit = runtime.store.collection("transit", Transit)
        self._taken = runtime.store.collection("taken", Taken)
        self._converted = runtime.store.collection("converted", Converted)

    def write(
        self,
        kind: vans.ReceiptKind,
        to: str,
        original: str,
        meta: vans.MetaInformation | None,
        message: str,
        reason: str | None = None,
    ) -> bytes:
        """A receipt of the operator itself, which thereby goes on the wire."""
        runtime = self._runtime
        identifier = runtime.ids.uuid("envelope")
        body = vans.write(
            vans.Envelope(
                sender=vans.EndPoint(vans.EndPointKind.VANS, self._settings.identity),
                receiver=vans.EndPoint(vans.EndPointKind.EAN, to),
                identifier=identifier,
                sent=runtime.clock.now(),
                meta=None,
                data=None,
                receipt=vans.Receipt(
                    kind=kind,
                    original_envelope=original,
                    original=meta,
                    error_code=None,
                    error_text=reason[:512] if reason else None,
                ),
            )
        )
        runtime.trace.wire(
            message, sender=self._settings.identity, receiver=to, standard="VANSEnvelope",
            ids={"envelope": identifier, "original": original}, content_type=XML, body=body,
        )  # fmt: skip
        return body

    async def hand_back(self, transit: Transit, raw: bytes) -> None:
        """What the receiving system answered goes to the sender of what it got, who reads it.

        A vendor's answer is read here too: only a receipt is passed on, and the trace must hold it.
        """
        if not transit.is_converted and transit.receiver not in self._settings.external:
            key = f"{transit.envelope}/receipt"
            await self._pass_on(transit.message, key, transit.receiver, transit.sender, raw)
            return
        try:
            envelope = vans.read(raw)
        except Malformed as error:
            self._runtime.trace.note(
                "refused", where="vans", reason=f"{transit.receiver} answered with no receipt: {error}"
            )
        else:
            if envelope.receipt is not None:
                await self.pass_receipt(envelope, raw)

    async def pass_receipt(self, envelope: vans.Envelope, raw: bytes) -> None:
        """Take a receiving endpoint's receipt to the sender of the original. Receipts are not receipted."""
        receipt = envelope.receipt
        assert receipt is not None
        taken = self._taken.get(receipt.original_envelope)
        message = receipt.original.identifier if receipt.original else taken.message if taken else ""
        if envelope.sender.id in self._settings.external:
            self._runtime.trace.wire(
                message, sender=envelope.sender.id, receiver=envelope.receiver.id, standard="VANSEnvelope",
                ids={"envelope": envelope.identifier, "original": receipt.original_envelope},
                content_type=XML, body=raw,
            )  # fmt: skip
        converted = self._converted.get(receipt.original_envelope)
        if converted is None:
            await self._pass_on(message, envelope.identifier, envelope.sender.id, envelope.receiver.id, raw)
        elif not converted.is_file or receipt.kind is not vans.ReceiptKind.POSITIVE:
            for origin in converted.origins:
                body = receipt_for(self._runtime, origin, envelope)
                key = f"{origin.envelope}/receipt"
                await self._pass_on(origin.message, key, envelope.sender.id, origin.sender, body)

    async def _pass_on(self, message: str, key: str, sender: str, receiver: str, raw: bytes) -> None:
        fault = self._runtime.faults.strike(
            "vans.route", {"sender": sender, "receiver": receiver, "type": "Receipt"}
        )
        if fault is not None:
            struck = vans.read(raw).identifier
            self._runtime.trace.station(
                "fault", message, envelope=struck, action=fault.action, rule=fault.rule
            )
            if fault.action == "drop":
                return
        now = self._runtime.clock.now()
        transit = Transit(
            envelope=key, message=message, sender=sender, receiver=receiver,
            name="Receipt", raw=raw, accepted=now, is_receipt=True,
            deadline=now + timedelta(seconds=self._settings.give_up_seconds),
        )  # fmt: skip
        if fault is None:
            await self.bring(transit)
        else:
            self._runtime.clock.spawn("vans passes a receipt on", self._bring_troubled(transit, fault))

    async def _bring_troubled(self, transit: Transit, fault: Fault) -> None:
        if fault.action == "delay":
            await self._runtime.clock.sleep(fault.seconds)
        await self.bring(transit)
        if fault.action == "duplicate":
            await self._runtime.clock.sleep(fault.seconds)
            await self.bring(msgspec.structs.replace(transit, tries=0))

    async def bring(self, transit: Transit) -> None:
        """Bring a receipt to whom it is for, at once or as soon as the system answers again."""
        pauses = self._settings.retry_seconds
        self._transit.put(transit.envelope, transit)
        while True:
            transit.tries += 1
            try:
                answer = await self._ways.post(transit.receiver, transit.raw)
            except Unreachable:
                pass
            else:
                if answer.status < 500:
                    break
            if self._runtime.clock.now() >= transit.deadline or not self._ways.reaches(transit.receiver):
                self._runtime.trace.note(
                    "refused", where="vans", reason=f"no way to bring a receipt to {transit.receiver}"
                )
                break
            self._transit.put(transit.envelope, transit)
            await self._runtime.clock.sleep(pauses[min(transit.tries, len(pauses)) - 1])
        self._transit.drop(transit.envelope)
