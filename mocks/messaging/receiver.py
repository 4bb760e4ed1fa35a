"""Receiving: read the envelope, tell copies from news, check the letter, show it once, acknowledge it.

The duplicate table of reliable messaging, by (envelope identifier, message identifier):

========  ========  ===================================================================
envelope  message   what happens
========  ========  ===================================================================
new       new       taken in, acknowledged
seen      seen      an exact copy: not shown again; the first answer once more
new       seen      our acknowledgement was lost: the same content in a new envelope
seen      new       an error: identifiers are never used again; NegativeMessage
========  ========  ===================================================================
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from mocks.errors import BadInput, Malformed
from mocks.limits import scrub
from mocks.messaging.formats import Format, of_document
from mocks.messaging.records import Inbound, ReceivedLetter, SeenEnvelope
from mocks.messaging.sender import XML, Sender
from mocks.messaging.settings import MessagingSettings
from mocks.runtime import Runtime
from mocks.standards import vans_envelope as vans
from mocks.units import Unit

#: Files a letter in the case system; returns whether it was filed.
File = Callable[[ReceivedLetter], Awaitable[bool]]


class Delivery(NamedTuple):
    """The answer to VANS: HTTP status, body (a receipt envelope, or plain text)."""

    status: int
    body: bytes
    content_type: str = XML


class Receiver:
    """The receiving half of a messaging system."""

    def __init__(
        self, runtime: Runtime, settings: MessagingSettings, formats: dict[str, Format], sender: Sender
    ) -> None:
        self._runtime, self._settings, self._formats, self._sender = runtime, settings, formats, sender
        self._units: dict[str, Unit] = {unit.gln: unit for unit in settings.units if unit.gln}
        self._letters = runtime.store.collection("received", ReceivedLetter)
        self._seen = runtime.store.collection("seen_envelopes", SeenEnvelope)
        self._by_key = {
            (letter.sender_gln, letter.key): m for m, letter in self._letters.items() if letter.key
        }
        #: Hears of each letter when it has come into an inbox.
        self.arrived: Callable[[ReceivedLetter], None] = lambda letter: None
        self._inboxes: dict[str, list[str]] = {}
        self._unread: dict[str, dict[str, None]] = {}
        for message, letter in self._letters.items():
            if letter.accepted:
                self._inboxes.setdefault(letter.unit, []).append(message)
                if letter.read is None:
                    self._unread.setdefault(letter.unit, {})[message] = None

    async def take(self, raw: bytes) -> Delivery:
        """Take one envelope from VANS and answer it."""
        trace = self._runtime.trace
        try:
            envelope = vans.read(raw)
        except Malformed as error:
            return self._unusable(f"not a VANSEnvelope: {error}")
        if envelope.receipt is not None:
            self._sender.envelope_receipt(envelope.receipt)
            return Delivery(204, b"", "text/plain")
        meta = envelope.meta
        assert meta is not None and envelope.data is not None
        try:
            positive = self._write_receipt(envelope)  # first of all: what cannot be answered is not taken in
        except BadInput as error:
            return self._unusable(f"no receipt can repeat what the envelope says: {error}")
        seen = self._seen.get(envelope.identifier)
        if seen is not None and seen.message != meta.identifier:
            return self._refuse(envelope, "the envelope identifier was used before for another message")
        unit = self._units.get(envelope.receiver.id)
        if unit is None:
            return self._refuse(envelope, f"no unit here has location number {envelope.receiver.id}")
        fmt, is_receipt = of_document(self._formats, meta.document.name, meta.document.version or "")
        if fmt is None:
            return self._refuse(
                envelope,
                f"message type {meta.document.name} {meta.document.version or ''} is not received here",
            )
        if is_receipt:
            return self._take_receipt(envelope, fmt, positive)
        known = self._letters.get(meta.identifier)
        if known is not None and known.sender_gln != envelope.sender.id:
            return self._refuse(envelope, "the message identifier was used before by another sender")
        if known is None and meta.document.size != len(envelope.data):
            return self._refuse(
                envelope,
                f"SizeInBytes says {meta.document.size} and the document has {len(envelope.data)} bytes",
            )
        letter = self._take_letter(envelope, unit, fmt)
        if not letter.key:  # nothing that a receipt for the letter could name
            return self._refuse(envelope, letter.refusal)
        answer = seen.receipt if seen is not None else self._say(envelope, *positive)
        if seen is None:
            self._seen.put(envelope.identifier, SeenEnvelope(meta.identifier, answer))
        trace.station("delivered", meta.identifier, envelope=envelope.identifier, party=unit.gln or "")
        if letter.copies > 1:
            trace.station("duplicate", letter.message, envelope=envelope.identifier, copy=letter.copies)
        elif letter.accepted:
            trace.station("shown", letter.message, party=unit.gln or "")
            self.arrived(letter)
        if letter.wants_receipt or not letter.accepted:
            answering = self._sender.acknowledge(letter, self._formats[letter.standard])
            self._runtime.clock.spawn(f"{self._runtime.system} acknowledges", answering)
        return Delivery(200, answer)

    def _take_letter(self, envelope: vans.Envelope, unit: Unit, fmt: Format) -> ReceivedLetter:
        """Find the letter among those we have, or check it and show it."""
        meta = envelope.meta
        assert meta is not None and envelope.data is not None
        known = self._letters.get(meta.identifier)
        if known is None:
            refusal: Malformed | None = None
            try:
                inbound = fmt.interpret(envelope.data)
            except Malformed as error:
                refusal = error
                inbound = Inbound(key=fmt.key_of(envelope.data))
            message = self._by_key.get((envelope.sender.id, inbound.key))
            known = self._letters.get(message) if message and inbound.key else None
        if known is not None:
            known.copies += 1
            if known.message != meta.identifier:
                self._runtime.trace.link(meta.identifier, known.message)
            self._letters.put(known.message, known)
            return known
        letter = ReceivedLetter(
            message=meta.identifier,
            key=inbound.key,
            unit=unit.sor_id,
            sender_gln=envelope.sender.id,
            standard=fmt.capability,
            name=meta.document.name,
            version=meta.document.version or "",
            payload=envelope.data,
            at=self._runtime.clock.now(),
            subject=inbound.subject,
            text=inbound.text,
            cpr=inbound.cpr,
            patient=inbound.patient,
            wants_receipt=inbound.wants_receipt,
            accepted=refusal is None,
            refusal_code=refusal.findings[0].rule if refusal else "",
            refusal=str(refusal) if refusal else "",
            reply_to=inbound.reply_key,
        )
        self._letters.put(letter.message, letter)
        if letter.key:
            self._by_key[letter.sender_gln, letter.key] = letter.message
        if letter.accepted:
            self._inboxes.setdefault(letter.unit, []).append(letter.message)
            self._unread.setdefault(letter.unit, {})[letter.message] = None
        else:
            self._runtime.trace.station("rejected", letter.message, rule=letter.refusal_code)
        return letter

    def _take_receipt(self, envelope: vans.Envelope, fmt: Format, positive: tuple[str, bytes]) -> Delivery:
        """A receipt of the receiving system for one of our letters. A receipt is never acknowledged."""
        meta = envelope.meta
        assert meta is not None and envelope.data is not None
        try:
            answer = fmt.answer(envelope.data)
        except Malformed as error:
            return self._refuse(envelope, f"the receipt cannot be read: {error}")
        self._runtime.trace.station("receipt_arrived", meta.identifier, envelope=envelope.identifier)
        self._sender.answered(answer, meta.identifier)
        return Delivery(200, self._say(envelope, *positive))

    # Envelope receipts

    def _unusable(self, reason: str) -> Delivery:
        reason = scrub(reason)
        self._runtime.trace.note("refused", where=self._runtime.system, reason=reason)
        return Delivery(400, reason.encode(), "text/plain; charset=utf-8")

    def _refuse(self, envelope: vans.Envelope, reason: str) -> Delivery:
        assert envelope.meta is not None
        reason = scrub(reason)
        self._runtime.trace.note(
            "refused", where=self._runtime.system, reason=reason, envelope=envelope.identifier
        )
        return Delivery(200, self._say(envelope, *self._write_receipt(envelope, reason)))

    def _write_receipt(self, envelope: vans.Envelope, reason: str | None = None) -> tuple[str, bytes]:
        """Identifier and bytes of the receipt for this envelope: negative with a reason, else positive."""
        runtime, meta = self._runtime, envelope.meta
        identifier = runtime.ids.uuid("envelope")
        body = vans.write(
            vans.Envelope(
                sender=envelope.receiver,
                receiver=envelope.sender,
                identifier=identifier,
                sent=runtime.clock.now(),
                meta=None,
                data=None,
                receipt=vans.Receipt(
                    kind=vans.ReceiptKind.NEGATIVE if reason else vans.ReceiptKind.POSITIVE,
                    original_envelope=envelope.identifier,
                    original=meta,
                    error_code=None,
                    error_text=reason[:512] if reason else None,
                ),
            )
        )
        return identifier, body

    def _say(self, envelope: vans.Envelope, identifier: str, body: bytes) -> bytes:
        """The receipt goes on the wire."""
        assert envelope.meta is not None
        self._runtime.trace.wire(
            envelope.meta.identifier, sender=envelope.receiver.id, receiver=envelope.sender.id, standard="VANSEnvelope",
            ids={"envelope": identifier, "original": envelope.identifier}, content_type=XML, body=body,
        )  # fmt: skip
        return body

    # The inbox

    def inbox(self, unit: str, unread: bool = False) -> list[ReceivedLetter]:
        """What a unit has received, oldest first; each letter once. ``unread``: only what nobody opened."""
        messages = (self._unread if unread else self._inboxes).get(unit, ())
        found = (self._letters.get(message) for message in messages)
        return [letter for letter in found if letter is not None]

    def letter(self, message: str) -> ReceivedLetter | None:
        """An accepted letter by its message identifier."""
        letter = self._letters.get(message)
        return letter if letter is not None and letter.accepted else None

    def read(self, letter: ReceivedLetter) -> None:
        """Somebody opened it."""
        if letter.read is None:
            letter.read = self._runtime.clock.now()
            self._unread.get(letter.unit, {}).pop(letter.message, None)
            self._letters.put(letter.message, letter)
            self._runtime.trace.station("read", letter.message)

    async def file(self, letter: ReceivedLetter, file: File) -> bool:
        """File it; a second time changes nothing. Returns whether it is filed now."""
        if letter.filed is None and await file(letter):
            letter.filed = self._runtime.clock.now()
            self._letters.put(letter.message, letter)
            self._runtime.trace.station("filed", letter.message)
        return letter.filed is not None
