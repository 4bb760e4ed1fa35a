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
from mocks.runtime import Fault, Runtime
from mocks.standards import vans_envelope as vans
from mocks.vans.conversion.converter import Converter
from mocks.vans.conversion.envelopes import origin_of
from mocks.vans.conversion.records import Later, Refused, Waiting
from mocks.vans.receipts import Receipts
from mocks.vans.records import Converted, Refusal, Taken, Tally, Transit
from mocks.vans.settings import Settings
from mocks.vans.tallies import Tallies
from mocks.vans.ways import XML, Ways


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
        self._ways = Ways(runtime, settings)
        self._receipts = Receipts(runtime, settings, self._ways)
        self._transit = store.collection("transit", Transit)
        self._taken = store.collection("taken", Taken)
        self._tallies = Tallies(store)
        self._refusals = store.collection("refusals", Refusal)
        self._converted = store.collection("converted", Converted)
        self._converter: Converter | None = None
        if settings.conversion is not None:
            self._converter = Converter(
                runtime, settings.conversion, settings.most_bytes, self._transit.get, self._look_again
            )

    def start(self) -> None:
        """Go on with what was accepted before a restart."""
        for key, transit in list(self._transit.items()):
            going_on = self._receipts.bring(transit) if transit.is_receipt else self._carry(transit, None)
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
        if not self._ways.reaches(receiver):
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
        answer = self._receipts.write(
            vans.ReceiptKind.POSITIVE, sender, envelope.identifier, envelope.meta, message
        )
        self._transit.put(transit.envelope, transit)
        self._taken.put(envelope.identifier, Taken(message, answer))
        self._tallies.accepted(transit)
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
        if not self._ways.reaches(envelope.receiver.id):
            return self._unreadable(
                400, f"a receipt is for the sender of an envelope; nobody receives at {envelope.receiver.id}"
            )
        self._runtime.clock.spawn("vans passes a receipt on", self._receipts.pass_receipt(envelope, raw))
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
        body = self._receipts.write(kind, sender, envelope.identifier, envelope.meta, message, reason)
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

    def _note_refusal(self, refusal: Refusal) -> None:
        self._refusals.put(f"{len(self._refusals):09d}", refusal)
        self._runtime.trace.note("refused", where="vans", reason=refusal.reason, envelope=refusal.envelope)

    # Carrying

    async def _carry(self, transit: Transit, fault: Fault | None) -> None:
        runtime, settings = self._runtime, self._settings
        fresh = transit.tries == 0 and transit.waits_until is None and not transit.is_converted
        wait = settings.forward_seconds if fresh else 0.0
        if fault is not None and not transit.is_converted:
            runtime.trace.station(
                "fault", transit.message, envelope=transit.envelope, action=fault.action, rule=fault.rule
            )
            if fault.action == "drop":
                self._transit.drop(transit.envelope)
                return
            if fault.action == "delay":
                wait += fault.seconds
        await runtime.clock.sleep(wait)
        if self._converter is not None and not await self._as_it_is(transit, self._converter, fault):
            return
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

    # Converting

    def _look_again(self, transit: Transit) -> None:
        self._runtime.clock.spawn("vans carries what waited", self._carry(transit, None))

    async def _as_it_is(self, transit: Transit, converter: Converter, fault: Fault | None) -> bool:
        """Whether an envelope goes on as it is. If not, something else does instead, or it waits, or it ends."""
        pauses = self._settings.retry_seconds
        while isinstance(outcome := await converter.convert(transit), Later):
            if self._runtime.clock.now() >= transit.deadline:
                await self._give_up(transit, outcome.reason)
                return False
            transit.tries += 1
            self._runtime.trace.station(
                "held", transit.message, envelope=transit.envelope, reason=outcome.reason
            )
            await self._runtime.clock.sleep(pauses[min(transit.tries, len(pauses)) - 1])
        if outcome is None or transit.envelope not in self._transit:
            return outcome is None
        if isinstance(outcome, Refused):
            await self._give_up(transit, outcome.reason)
        elif isinstance(outcome, Waiting):
            transit.waits_until = outcome.until
            self._transit.put(transit.envelope, transit)
        else:
            for each in outcome.transits:
                self._transit.put(each.envelope, each)
                self._converted.put(each.envelope, Converted(each.origins, each.is_file))
            going = {origin.envelope for each in outcome.transits for origin in each.origins}
            for envelope in outcome.instead:
                if (done := self._transit.get(envelope)) is not None and envelope not in going:
                    self._tallies.delivered(done)  # it ends here
                self._transit.drop(envelope)
            copied = fault if fault is not None and fault.action == "duplicate" else None
            for each in outcome.transits:
                self._runtime.clock.spawn("vans carries what it converted", self._carry(each, copied))
        return False

    async def _deliver(self, transit: Transit, again: bool = False) -> tuple[str | None, bool]:
        """Hand the envelope to its receiver. Returns what went wrong (or ``None``) and whether for good."""
        runtime = self._runtime
        vendor = transit.receiver in self._settings.external
        if not again:
            runtime.trace.station("forwarded", transit.message, envelope=transit.envelope)
        try:
            answer = await self._ways.post(transit.receiver, transit.raw)
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
            self._tallies.delivered(transit)
            self._transit.drop(transit.envelope)
        if answer.body.strip():
            await self._receipts.hand_back(transit, answer.body)
        return None, False

    async def _give_up(self, transit: Transit, reason: str) -> None:
        """Tell the sender, who believes that the network has it. The envelope is forgotten when the receipt is kept."""
        self._tallies.refused(transit)
        self._runtime.trace.station(
            "negative_vans", transit.message, envelope=transit.envelope, reason=reason
        )
        now = self._runtime.clock.now()
        refusals = []
        for origin in transit.origins if transit.is_converted else (origin_of(transit),):
            raw = self._receipts.write(
                vans.ReceiptKind.NEGATIVE_VANS,
                origin.sender,
                origin.envelope,
                origin.meta,
                origin.message,
                reason,
            )
            refusal = msgspec.structs.replace(
                transit, envelope=f"{origin.envelope}-nv", receiver=origin.sender, raw=raw, is_receipt=True,
                tries=0, deadline=now + timedelta(seconds=self._settings.give_up_seconds),
            )  # fmt: skip
            self._transit.put(refusal.envelope, refusal)
            refusals.append(refusal)
        self._transit.drop(transit.envelope)
        for refusal in refusals:
            await self._receipts.bring(refusal)

    # Statistics

    def statistics(self) -> list[Tally]:
        """All rows, by month, type, sender and receiver."""
        return self._tallies.rows()

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
