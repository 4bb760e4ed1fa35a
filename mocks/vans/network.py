"""The network itself: take an envelope in, answer it, carry it to its receiver, or say why not.

Acceptance is durable before it is answered: what was receipted positively is delivered, or its sender
gets a NegativeVans receipt. Layers are kept apart: the receipts here speak of envelopes only.

Assumptions (no operator publishes its interface): systems hand envelopes over by HTTP POST; the answer
carries the operator's own receipt; the receiving endpoint's receipt comes back in its answer or as an
envelope of its own, and is passed on to the sender.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import msgspec

from mocks.errors import BadInput, Malformed, Unreachable
from mocks.identifiers import check_gln, is_uuid
from mocks.limits import scrub
from mocks.runtime import Fault, Response, Runtime
from mocks.standards import vans_envelope as vans
from mocks.vans.records import Refusal, Taken, Tally, Transit
from mocks.vans.settings import Settings

XML = "application/xml"


class Answer(NamedTuple):
    """HTTP status and body; the body of a 200 is a VANSEnvelope with a receipt, else plain text."""

    status: int
    body: bytes
    content_type: str = XML


class VansNetwork:
    """One operator that reaches everybody (the real three interconnect)."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings
        store = runtime.store
        self._transit = store.collection("transit", Transit)
        self._taken = store.collection("taken", Taken)
        self._tallies = store.collection("statistics", Tally)
        self._refusals = store.collection("refusals", Refusal)

    def start(self) -> None:
        """Go on with what was accepted before a restart."""
        for key, transit in list(self._transit.items()):
            going_on = self._bring(transit) if transit.is_receipt else self._carry(transit, None)
            self._runtime.clock.spawn(f"vans carries {key}", going_on)

    # Taking in

    async def take_in(self, raw: bytes) -> Answer:
        """Answer one envelope: a positive receipt, a NegativeVans receipt, or plain text and 4xx/503."""
        runtime = self._runtime
        try:
            envelope = vans.read(raw)
        except Malformed as error:
            return self._unreadable(400, f"not a VANSEnvelope: {error}")
        if problem := _unusable(envelope):
            return self._unreadable(400, problem)
        ends = {"sender": envelope.sender.id, "receiver": envelope.receiver.id}
        if runtime.faults.strike("vans.intake", ends) is not None:
            return Answer(503, b"The network is out of service. Try again later.", "text/plain")
        if envelope.receipt is not None:
            return self._take_receipt(envelope, raw)
        try:
            return self._take_message(envelope, raw)
        except BadInput as error:
            return self._unreadable(400, f"no receipt can repeat what the envelope says: {error}")

    def _take_message(self, envelope: vans.Envelope, raw: bytes) -> Answer:
        """Errors: ``BadInput`` for an envelope that cannot be receipted; nothing of it is kept then."""
        assert envelope.meta is not None
        runtime, sender, receiver = self._runtime, envelope.sender.id, envelope.receiver.id
        message = envelope.meta.identifier
        if sender in self._settings.external:
            runtime.trace.wire(
                message, sender=sender, receiver=receiver, standard=envelope.meta.document.name,
                ids={"envelope": envelope.identifier, "message": message}, content_type=XML, body=raw,
            )  # fmt: skip
            runtime.trace.station("sent", message, envelope=envelope.identifier, vendor=True, party=sender)
        taken = self._taken.get(envelope.identifier)
        if taken is not None:
            if taken.message == message:
                return Answer(200, taken.answer)  # our answer was lost; the envelope was not
            return self._refuse(envelope, "the envelope identifier was used before for another message")
        for end in (envelope.sender, envelope.receiver):
            if problem := check_gln(end.id) if end.kind == vans.EndPointKind.EAN else None:
                return self._refuse(envelope, f"unknown location number: {problem}")
        if not self._reaches(receiver):
            return self._refuse(envelope, f"unknown location number: nobody receives at {receiver}")
        now = runtime.clock.now()
        transit = Transit(
            envelope=envelope.identifier,
            message=message,
            sender=sender,
            receiver=receiver,
            name=envelope.meta.document.name,
            raw=raw,
            accepted=now,
            deadline=now + timedelta(seconds=self._settings.give_up_seconds),
        )
        answer = self._receipt(vans.ReceiptKind.POSITIVE, sender, envelope.identifier, envelope.meta, message)
        self._transit.put(transit.envelope, transit)
        self._taken.put(envelope.identifier, Taken(message, answer))
        self._count(transit, accepted=1)
        runtime.trace.station("accepted", message, envelope=envelope.identifier)
        fault = runtime.faults.strike(
            "vans.route", {"sender": sender, "receiver": receiver, "type": transit.name}
        )
        runtime.clock.spawn("vans carries an envelope", self._carry(transit, fault))
        return Answer(200, answer)

    def too_large(self) -> Answer:
        """The answer to a body that is larger than an envelope may be; the rest of it is not read."""
        return self._unreadable(
            413,
            f"an envelope may hold {self._settings.most_bytes} bytes, this one is larger: send attachments apart",
        )

    def _take_receipt(self, envelope: vans.Envelope, raw: bytes) -> Answer:
        """A receiving endpoint that returns its receipt as an envelope of its own, not in its answer."""
        assert envelope.receipt is not None
        if not self._reaches(envelope.receiver.id):
            return self._unreadable(
                400, f"a receipt is for the sender of an envelope; nobody receives at {envelope.receiver.id}"
            )
        self._runtime.clock.spawn("vans passes a receipt on", self._pass_receipt(envelope, raw))
        return Answer(202, b"", "text/plain")

    def _unreadable(self, status: int, reason: str) -> Answer:
        reason = scrub(reason)
        self._note_refusal(Refusal(at=self._runtime.clock.now(), reason=reason))
        return Answer(status, reason.encode(), "text/plain; charset=utf-8")

    def _refuse(self, envelope: vans.Envelope, reason: str) -> Answer:
        assert envelope.meta is not None
        message, reason = envelope.meta.identifier, scrub(reason)
        sender, receiver = envelope.sender.id, envelope.receiver.id
        kind = vans.ReceiptKind.NEGATIVE_VANS
        body = self._receipt(kind, sender, envelope.identifier, envelope.meta, message, reason)
        self._note_refusal(
            Refusal(
                at=self._runtime.clock.now(),
                reason=reason,
                envelope=envelope.identifier,
                sender=scrub(sender),
                receiver=scrub(receiver),
            )
        )
        self._runtime.trace.station("negative_vans", message, envelope=envelope.identifier, reason=reason)
        return Answer(200, body)

    def _reaches(self, gln: str) -> bool:
        return gln in self._settings.external or gln in self._settings.routes

    def _note_refusal(self, refusal: Refusal) -> None:
        self._refusals.put(f"{len(self._refusals):09d}", refusal)
        self._runtime.trace.note("refused", where="vans", reason=refusal.reason, envelope=refusal.envelope)

    # Carrying

    async def _carry(self, transit: Transit, fault: Fault | None) -> None:
        runtime, settings = self._runtime, self._settings
        wait = settings.forward_seconds if transit.tries == 0 else 0.0
        if fault is not None:
            runtime.trace.station(
                "fault", transit.message, envelope=transit.envelope, action=fault.action, rule=fault.rule
            )
            if fault.action == "drop":
                self._transit.drop(transit.envelope)
                return
            if fault.action == "delay":
                wait += fault.seconds
        await runtime.clock.sleep(wait)
        while True:
            transit.tries += 1
            problem, final = await self._deliver(transit)
            if problem is None:
                break
            now = runtime.clock.now()
            if final or now >= transit.deadline:
                await self._give_up(transit, problem)
                return
            self._transit.put(transit.envelope, transit)
            runtime.trace.station("held", transit.message, envelope=transit.envelope, reason=problem)
            pauses = settings.retry_seconds
            await runtime.clock.sleep(pauses[min(transit.tries, len(pauses)) - 1])
        if fault is not None and fault.action == "duplicate":
            await runtime.clock.sleep(fault.seconds)
            await self._deliver(transit, again=True)

    async def _deliver(self, transit: Transit, again: bool = False) -> tuple[str | None, bool]:
        """Hand the envelope to its receiver. Returns what went wrong (or ``None``) and whether for good."""
        runtime = self._runtime
        vendor = transit.receiver in self._settings.external
        if not again:
            runtime.trace.station("forwarded", transit.message, envelope=transit.envelope)
        try:
            answer = await self._post(transit.receiver, transit.raw)
        except Unreachable as error:
            return str(error), False
        if answer.status >= 500 or answer.status in (408, 429):
            return f"the receiving system answered {answer.status}", False
        if answer.status >= 300:
            return f"the receiving system refused the envelope with {answer.status}", True
        if vendor and not transit.is_receipt:
            # What our own systems trace themselves, VANS traces for a vendor's, as far as it can see.
            for station in ("delivered", *_told_by(transit.name)):
                runtime.trace.station(
                    station, transit.message, envelope=transit.envelope, vendor=True, party=transit.receiver
                )
        if not again:
            self._count(transit, delivered=1)
            self._transit.drop(transit.envelope)
        if answer.body.strip():
            await self._hand_back(transit, answer.body)
        return None, False

    async def _hand_back(self, transit: Transit, raw: bytes) -> None:
        """What the receiving system answered goes to the sender of what it got, who reads it.

        A vendor's answer is read here too: only a receipt is passed on, and the trace must hold it.
        """
        if transit.receiver not in self._settings.external:
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
                await self._pass_receipt(envelope, raw)

    async def _pass_receipt(self, envelope: vans.Envelope, raw: bytes) -> None:
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
        await self._pass_on(message, envelope.identifier, envelope.sender.id, envelope.receiver.id, raw)

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
            await self._bring(transit)
        else:
            self._runtime.clock.spawn("vans passes a receipt on", self._bring_troubled(transit, fault))

    async def _bring_troubled(self, transit: Transit, fault: Fault) -> None:
        if fault.action == "delay":
            await self._runtime.clock.sleep(fault.seconds)
        await self._bring(transit)
        if fault.action == "duplicate":
            await self._runtime.clock.sleep(fault.seconds)
            await self._bring(msgspec.structs.replace(transit, tries=0))

    async def _bring(self, transit: Transit) -> None:
        """Bring a receipt to whom it is for, at once or as soon as the system answers again."""
        pauses = self._settings.retry_seconds
        self._transit.put(transit.envelope, transit)
        while True:
            transit.tries += 1
            try:
                answer = await self._post(transit.receiver, transit.raw)
            except Unreachable:
                pass
            else:
                if answer.status < 500:
                    break
            if self._runtime.clock.now() >= transit.deadline or not self._reaches(transit.receiver):
                self._runtime.trace.note(
                    "refused", where="vans", reason=f"no way to bring a receipt to {transit.receiver}"
                )
                break
            self._transit.put(transit.envelope, transit)
            await self._runtime.clock.sleep(pauses[min(transit.tries, len(pauses)) - 1])
        self._transit.drop(transit.envelope)

    async def _give_up(self, transit: Transit, reason: str) -> None:
        """Tell the sender, who believes that the network has it. The envelope is forgotten when the receipt is kept."""
        self._count(transit, refused=1)
        self._runtime.trace.station(
            "negative_vans", transit.message, envelope=transit.envelope, reason=reason
        )
        meta = vans.read(transit.raw).meta
        raw = self._receipt(
            vans.ReceiptKind.NEGATIVE_VANS, transit.sender, transit.envelope, meta, transit.message, reason
        )
        now = self._runtime.clock.now()
        refusal = msgspec.structs.replace(
            transit, envelope=f"{transit.envelope}-nv", receiver=transit.sender, raw=raw, is_receipt=True,
            tries=0, deadline=now + timedelta(seconds=self._settings.give_up_seconds),
        )  # fmt: skip
        self._transit.put(refusal.envelope, refusal)
        self._transit.drop(transit.envelope)
        await self._bring(refusal)

    async def _post(self, receiver: str, raw: bytes) -> Response:
        url = self._settings.external.get(receiver)
        if url is None:
            system = self._settings.routes.get(receiver)
            if system is None:
                raise Unreachable(f"nobody receives at {receiver}")
            url = self._runtime.network.address(system) + "/vans/inbox"
        return await self._runtime.network.request(
            "POST", url, body=raw, content_type=XML, timeout=self._settings.answer_seconds
        )

    # Receipts and statistics

    def _receipt(
        self,
        kind: vans.ReceiptKind,
        to: str,
        original: str,
        meta: vans.MetaInformation | None,
        message: str,
        reason: str | None = None,
    ) -> bytes:
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

    def _count(self, transit: Transit, accepted: int = 0, delivered: int = 0, refused: int = 0) -> None:
        month = transit.accepted.isoformat()[:7]
        key = f"{month}|{transit.name}|{transit.sender}|{transit.receiver}"
        tally = self._tallies.get(key)
        if tally is None:
            tally = Tally(month=month, type=transit.name, sender=transit.sender, receiver=transit.receiver)
        tally.accepted += accepted
        tally.delivered += delivered
        tally.refused += refused
        self._tallies.put(key, tally)

    def statistics(self) -> list[Tally]:
        """All rows, by month, type, sender and receiver."""
        return [tally for _, tally in sorted(self._tallies.items())]

    def refusals(self) -> list[Refusal]:
        """What was not accepted, oldest first."""
        return [refusal for _, refusal in self._refusals.items()]

    def in_transit(self) -> int:
        """Accepted envelopes that are not delivered yet."""
        return sum(not transit.is_receipt for _, transit in self._transit.items())


def _unusable(envelope: vans.Envelope) -> str | None:
    """Why an envelope that can be read can still not be receipted: a receipt must repeat its identifiers."""
    identifiers = {"EnvelopeIdentifier": envelope.identifier}
    if envelope.meta is not None:
        identifiers["MetaInformation/Identifier"] = envelope.meta.identifier
    for where, value in identifiers.items():
        if not is_uuid(value):
            return f"{where} {value[:40]!r} is not a UUID with dashes, as the schema asks: draw one for each"
    return None


def _told_by(name: str) -> tuple[str, ...]:
    """What a delivered receipt of that document name tells its receiver about the letter."""
    if name.startswith(("MCM:XCTL03", "MCM:FCTL#ok")):
        return ("acknowledged",)
    return ("negative",) if name.startswith(("MCM:XCTL02", "MCM:FCTL#fatal-error")) else ()
