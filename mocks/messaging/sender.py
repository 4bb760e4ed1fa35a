"""Sending: compose, hand to VANS, wait for the acknowledgement, try again, and in the end say so.

The rules are MedCom's reliable messaging: an acknowledgement is due within 30 minutes; each resend has a
new envelope identifier and time and the same message identifier and content. What the public rules
leave open (two or three resends, automatic or not) is in ``ResendPolicy``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from mocks.errors import BadInput, Malformed, Unreachable
from mocks.limits import scrub
from mocks.messaging.directory import Directory
from mocks.messaging.due import DueList
from mocks.messaging.formats import Format, choose, choose_own
from mocks.messaging.records import (
    SETTLED,
    Answer,
    Composed,
    Draft,
    ReceivedLetter,
    SentLetter,
    SentReceipt,
    SentState,
)
from mocks.messaging.settings import MessagingSettings
from mocks.runtime import Runtime
from mocks.standards import vans_envelope as vans

XML = "application/xml"


class NotSent(BadInput):
    """The letter was not sent. ``reason`` is one of the words that runs are counted by."""

    def __init__(self, reason: str, text: str) -> None:
        self.reason = reason
        super().__init__(text)


class Handed(NamedTuple):
    """What became of an envelope that was handed to VANS. With a ``refusal`` another try is of no use."""

    taken: bool
    refusal: str = ""


class Sender:
    """The sending half of a messaging system."""

    def __init__(self, runtime: Runtime, settings: MessagingSettings, formats: dict[str, Format]) -> None:
        self._runtime, self._settings, self._formats = runtime, settings, formats
        self._units = {unit.sor_id: unit for unit in settings.units}
        self.directory = Directory(runtime, settings.directory_hours)
        self._letters = runtime.store.collection("sent", SentLetter)
        self._receipts = runtime.store.collection("receipts", SentReceipt)
        self._by_key = {letter.key: message for message, letter in self._letters.items()}
        self._due = DueList(f"{runtime.system} resends", runtime.clock, self._fell_due)
        self._next: dict[str, datetime] = {}  # when a letter is due; what the list held before is void
        self._vans_url = ""

    def start(self) -> None:
        """Rebuild the due list: every letter that still waits gets its full time anew."""
        now = self._runtime.clock.now()
        for message, letter in self._letters.items():
            if letter.state not in SETTLED:
                self._expect(message, now + timedelta(seconds=self._patience(letter)))
        for message in [message for message, _ in self._receipts.items()]:
            self._due.add(now, message)

    def _patience(self, letter: SentLetter) -> float:
        policy = self._settings.policy
        return policy.retry_seconds[0] if letter.state is SentState.QUEUED else policy.acknowledgement_seconds

    def _expect(self, message: str, at: datetime) -> None:
        self._next[message] = at
        self._due.add(at, message)

    # A new letter

    async def send(self, draft: Draft, replied: ReceivedLetter | None = None) -> SentLetter:
        """Send a letter. Errors: ``NotSent`` with the reason; nothing has left then."""
        runtime = self._runtime
        sender = self._units.get(draft.unit)
        if sender is None:
            raise NotSent("unknown_unit", f"unit {draft.unit} does not work on {runtime.system}")
        if not sender.gln:
            raise NotSent(
                "no_location_number", f"{sender.name} has no location number of its own to send from"
            )
        try:
            receiver = await self.directory.find(draft.receiver)
        except Unreachable as error:
            raise NotSent("sor_away", f"SOR could not be asked: {error}") from error
        except BadInput as error:
            raise NotSent("malformed_location_number", str(error)) from error
        if receiver is None:
            raise NotSent(
                "unknown_location_number", f"SOR knows no unit with location number {draft.receiver}"
            )
        chosen = choose(self._formats, self._settings.prefer, sender, receiver)
        if chosen is None and self._settings.conversion:
            chosen = choose_own(self._formats, self._settings.prefer, sender, receiver)
        if chosen is None:
            raise NotSent(
                "no_common_format",
                f"{receiver.name} is registered in SOR for {', '.join(receiver.capabilities) or 'nothing'}; "
                f"{sender.name} for {', '.join(sender.capabilities) or 'nothing'}",
            )
        now = runtime.clock.now()
        try:
            composed = chosen.compose(draft, sender, receiver, runtime.ids, now, replied)
        except BadInput as error:
            raise NotSent("unusable_draft", str(error)) from error
        letter = SentLetter(
            message=runtime.ids.uuid("message"),
            key=composed.key,
            unit=sender.sor_id,
            sender_gln=sender.gln,
            receiver_gln=draft.receiver,
            standard=chosen.capability,
            name=composed.name,
            version=composed.version,
            payload=composed.payload,
            composed=now,
            subject=draft.subject,
            cpr=draft.cpr,
            reply_to=draft.reply_to,
        )
        self._letters.put(letter.message, letter)
        self._by_key[letter.key] = letter.message
        runtime.trace.station(
            "composed", letter.message, standard=letter.standard, sender=letter.sender_gln,
            receiver=letter.receiver_gln, unit=letter.unit, reply_to=draft.reply_to,
        )  # fmt: skip
        await self._post_letter(letter, composed)
        return letter

    async def _post_letter(self, letter: SentLetter, composed: Composed | None = None) -> None:
        runtime, policy = self._runtime, self._settings.policy
        now = runtime.clock.now()
        fmt = self._formats[letter.standard]
        if composed is None:  # another try
            letter.payload = fmt.resend(letter.payload, runtime.ids, now)
        envelope = runtime.ids.uuid("envelope")
        first = letter.taken == 0
        letter.envelopes = (*letter.envelopes, envelope)
        self._letters.put(letter.message, letter)
        handed = await self._post(
            "sent" if first else "resent", letter.message, envelope, letter.sender_gln, letter.receiver_gln,
            self._document(fmt, letter.payload, letter.name, letter.version), letter.payload, key=letter.key,
        )  # fmt: skip
        wait = policy.acknowledgement_seconds
        if handed.taken:
            letter.taken += 1
        else:
            tries = len(letter.envelopes) - letter.taken
            wait = policy.retry_seconds[min(tries, len(policy.retry_seconds)) - 1]
        if letter.state not in SETTLED:  # the answer to an earlier envelope may have come meanwhile
            if handed.refusal:
                letter.state, letter.reason = SentState.UNDELIVERABLE, handed.refusal
            elif handed.taken and letter.state is SentState.QUEUED:
                letter.state = SentState.ACCEPTED
        self._letters.put(letter.message, letter)
        if letter.state not in SETTLED:
            self._expect(letter.message, now + timedelta(seconds=wait))

    def _document(
        self, fmt: Format, payload: bytes, name: str, version: str
    ) -> tuple[vans.Document, vans.Transport]:
        fhir = name.startswith("MCM:F")
        kind = "application/fhir+json" if payload[:1] == b"{" else "application/fhir+xml"
        return (
            vans.Document(format="HL7" if fhir else "XML", name=name, version=version, size=len(payload)),
            vans.Transport(kind="reliable", transform=False, tags=(("MCM:MIME", kind),) if fhir else ()),
        )

    async def _post(
        self,
        station: str,
        message: str,
        envelope: str,
        sender: str,
        receiver: str,
        document: tuple[vans.Document, vans.Transport],
        payload: bytes,
        key: str,
    ) -> Handed:
        """Hand one envelope to VANS."""
        runtime = self._runtime
        raw = vans.write(
            vans.Envelope(
                sender=vans.EndPoint(vans.EndPointKind.EAN, sender),
                receiver=vans.EndPoint(vans.EndPointKind.EAN, receiver),
                identifier=envelope,
                sent=runtime.clock.now(),
                meta=vans.MetaInformation(
                    identifier=message, document=document[0], processing=None, transport=document[1]
                ),
                data=payload,
                receipt=None,
            )
        )
        runtime.trace.wire(
            message, sender=sender, receiver=receiver, standard=document[0].name,
            ids={"envelope": envelope, "message": message, "letter": key}, content_type=XML, body=raw,
        )  # fmt: skip
        runtime.trace.station(station, message, envelope=envelope)
        if not self._vans_url:
            self._vans_url = runtime.network.address("vans") + "/vans/envelopes"
        try:
            answer = await runtime.network.request(
                "POST", self._vans_url, body=raw, content_type=XML, timeout=60.0
            )
        except Unreachable as error:
            return self._not_taken(message, envelope, str(error))
        if 400 <= answer.status < 500 and answer.status not in (408, 429):
            said = scrub(answer.body[:200].decode("utf-8", "replace"))
            runtime.trace.station(
                "refused", message, envelope=envelope, reason=f"VANS answered {answer.status}: {said}"
            )
            return Handed(False, f"VANS answered {answer.status}: {said}")
        if answer.status != 200:
            return self._not_taken(message, envelope, f"VANS answered {answer.status}")
        try:
            receipt = vans.read(answer.body).receipt
        except Malformed as error:
            return self._not_taken(message, envelope, f"VANS answered no receipt: {error}")
        if receipt is None:
            return self._not_taken(message, envelope, "VANS answered with a message and no receipt")
        if receipt.kind is vans.ReceiptKind.POSITIVE:
            return Handed(True)
        return Handed(True, scrub(receipt.error_text or "refused by VANS"))

    def _not_taken(self, message: str, envelope: str, reason: str) -> Handed:
        self._runtime.trace.station("not_taken", message, envelope=envelope, reason=scrub(reason))
        return Handed(False)

    # Receipts that we send

    async def acknowledge(self, letter: ReceivedLetter, fmt: Format) -> None:
        """Send the receipt for a received letter: the same content each time, in a new envelope."""
        runtime = self._runtime
        unit = self._units[letter.unit]
        assert unit.gln
        receiver = None
        if fmt.letter_name == "MCM:FDIS91":  # the FHIR receipt names its receiver by SOR id too
            try:
                receiver = await self.directory.find(letter.sender_gln)
            except (BadInput, Unreachable):
                receiver = None
        composed = fmt.acknowledge(letter, unit, receiver, runtime.ids, runtime.clock.now())
        receipt = SentReceipt(
            message=runtime.ids.uuid("message"),
            journey=letter.message,
            sender_gln=unit.gln,
            receiver_gln=letter.sender_gln,
            name=composed.name,
            format=composed.format,
            version=composed.version,
            tags=composed.tags,
            payload=composed.payload,
        )
        runtime.trace.link(receipt.message, letter.message)
        self._receipts.put(receipt.message, receipt)
        await self._post_receipt(receipt, fmt)

    async def _post_receipt(self, receipt: SentReceipt, fmt: Format) -> None:
        receipt.tries += 1
        handed = await self._post(
            "acknowledging", receipt.message, self._runtime.ids.uuid("envelope"), receipt.sender_gln,
            receipt.receiver_gln, self._document(fmt, receipt.payload, receipt.name, receipt.version),
            receipt.payload, key="",
        )  # fmt: skip
        policy = self._settings.policy
        if handed.taken or handed.refusal or receipt.tries > policy.most_retries:
            self._receipts.drop(receipt.message)
            return
        self._receipts.put(receipt.message, receipt)
        wait = policy.retry_seconds[min(receipt.tries, len(policy.retry_seconds)) - 1]
        self._due.add(self._runtime.clock.now() + timedelta(seconds=wait), receipt.message)

    # What comes back

    async def _fell_due(self, message: str) -> None:
        letter = self._letters.get(message)
        if letter is None:
            receipt = self._receipts.get(message)
            if receipt is not None:
                fmt = next(f for f in self._formats.values() if receipt.name.startswith(f.receipt_name))
                await self._post_receipt(receipt, fmt)
            return
        if letter.state in SETTLED:
            self._next.pop(message, None)
            return
        if self._runtime.clock.now() < self._next.get(message, letter.composed):
            return  # it was sent again meanwhile and has its full time anew
        policy = self._settings.policy
        never_taken = len(letter.envelopes) - letter.taken > policy.most_retries
        if never_taken or letter.taken > policy.most_resends:
            letter.state = SentState.IN_ERROR
            letter.reason = (
                "VANS does not take it" if never_taken else "no acknowledgement after the last resend"
            )
            self._letters.put(message, letter)
            self._runtime.trace.station("gave_up", message, reason=letter.reason)
            return
        await self._post_letter(letter)

    def answered(self, answer: Answer, receipt_message: str) -> bool:
        """A receipt of the receiving system came. Returns whether it is news; a repeated one is not."""
        message = self._by_key.get(answer.key)
        letter = self._letters.get(message) if message else None
        if letter is None or message is None:
            self._runtime.trace.note("receipt_without_letter", reason="no letter of ours has that identifier")
            return False
        trace, reason = self._runtime.trace, scrub(answer.reason)  # strangers' words
        trace.link(receipt_message, message)
        if letter.state in (SentState.ACKNOWLEDGED, SentState.NEGATIVE):
            trace.station("duplicate_receipt", message)
            return False
        if answer.code == "ok":
            letter.state, letter.acknowledged = SentState.ACKNOWLEDGED, self._runtime.clock.now()
            trace.station("acknowledged", message)
        elif answer.code == "transient-error":
            trace.station("transient", message, reason=reason)
            self._expect(message, self._runtime.clock.now())
        elif answer.from_vans:
            letter.state, letter.reason = SentState.UNDELIVERABLE, reason
            trace.station("negative_vans", message, reason=reason)
        else:
            letter.state, letter.reason = SentState.NEGATIVE, reason
            trace.station("negative", message, reason=reason)
        self._letters.put(message, letter)
        return True

    def envelope_receipt(self, receipt: vans.Receipt) -> None:
        """A receipt for an envelope of ours. It says nothing of whether anybody has read the letter."""
        message = receipt.original.identifier if receipt.original else ""
        letter = self._letters.get(message)
        if letter is None or receipt.original_envelope not in letter.envelopes:
            return  # for a receipt that we sent, or for nothing of ours
        if receipt.kind is vans.ReceiptKind.POSITIVE:
            self._runtime.trace.station("receipted", message, envelope=receipt.original_envelope)
            if letter.state in (SentState.QUEUED, SentState.ACCEPTED):
                letter.state = SentState.DELIVERED
        elif letter.state not in SETTLED:
            letter.state = (
                SentState.UNDELIVERABLE
                if receipt.kind is vans.ReceiptKind.NEGATIVE_VANS
                else SentState.NEGATIVE
            )
            letter.reason = scrub(receipt.error_text or "no reason given")
            if receipt.kind is vans.ReceiptKind.NEGATIVE:
                self._runtime.trace.station("negative", message, reason=letter.reason)
        self._letters.put(message, letter)

    def letters(self, unit: str) -> list[SentLetter]:
        """What a unit sent, oldest first."""
        return [letter for _, letter in self._letters.items() if letter.unit == unit]

    def letter(self, message: str) -> SentLetter | None:
        return self._letters.get(message)

    def by_key(self, key: str) -> SentLetter | None:
        """The letter of ours that a receiver names by its own identifier."""
        message = self._by_key.get(key)
        return self._letters.get(message) if message else None
