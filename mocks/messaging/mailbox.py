"""What a person sees of a mailbox: lines of a folder, and one letter with its receipt.

Received and sent letters look the same here. Labels are those of the module that the pilot's municipalities
used; the source's "Frå" is read as "Fra".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mocks.errors import BadInput, Malformed, Unreachable
from mocks.messaging.folders import INBOX, SENT, Folders
from mocks.messaging.formats import Format
from mocks.messaging.receiver import Receiver
from mocks.messaging.records import ReceivedLetter, SentLetter, SentState
from mocks.messaging.sender import Sender
from mocks.runtime import COPENHAGEN
from mocks.units import Unit

#: Names of the receipts, as the correspondence module shows them.
_RECEIPTS = {
    SentState.ACKNOWLEDGED: "Positiv",
    SentState.NEGATIVE: "Negativ",
    SentState.UNDELIVERABLE: "Negativ Vans",
}
#: What a sender knows while there is no receipt (our words).
_WAITING = {
    SentState.QUEUED: "Venter på afsendelse",
    SentState.ACCEPTED: "Afsendt, venter på kvittering",
    SentState.DELIVERED: "Afleveret, venter på kvittering",
    SentState.IN_ERROR: "Ingen kvittering trods gentagne forsøg",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a folder."""

    message: str
    at: str
    other: str
    subject: str
    state: str
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """One letter. ``receipt_at`` and ``receipt`` are empty where there is none; ``waiting`` then says why."""

    message: str
    received: bool
    subject: str
    sender: str
    receiver: str
    patient: str
    cpr: str
    text: str
    at: str
    receipt_at: str
    receipt: str
    waiting: str = ""
    reason: str = ""
    other: str = ""
    answers: str = ""
    filed: bool = False


class Mailbox:
    """The mailboxes of the units of one system."""

    def __init__(
        self,
        sender: Sender,
        receiver: Receiver,
        formats: dict[str, Format],
        folders: Folders,
        units: tuple[Unit, ...],
    ) -> None:
        self._sender, self._receiver, self._formats = sender, receiver, formats
        self.folders = folders
        self.units = {unit.sor_id: unit for unit in units}

    async def lines(self, unit: str, folder: str) -> list[Line]:
        """The letters of a unit in one folder, newest first."""
        found: list[tuple[datetime, Line]] = []
        for got in self._receiver.inbox(unit):
            if self.folders.of(got.message, INBOX) == folder:
                state = "Ulæst" if got.read is None else "Journaliseret" if got.filed else "Læst"
                other = await self.name(got.sender_gln)
                line = Line(got.message, moment(got.at), other, got.subject, state, got.read is None)
                found.append((got.at, line))
        for sent in self._sender.letters(unit):
            if self.folders.of(sent.message, SENT) == folder:
                state = _RECEIPTS.get(sent.state) or _WAITING[sent.state]
                other = await self.name(sent.receiver_gln)
                found.append(
                    (sent.composed, Line(sent.message, moment(sent.composed), other, sent.subject, state))
                )
        return [line for _, line in sorted(found, key=lambda row: row[0], reverse=True)]

    def unread(self, unit: str) -> int:
        """How many letters of a unit nobody has opened."""
        return len(self._receiver.inbox(unit, unread=True))

    def start_of(self, message: str) -> tuple[str, str] | None:
        """The unit that a letter belongs to, and the folder it came to lie in by itself."""
        if (got := self._receiver.letter(message)) is not None:
            return got.unit, INBOX
        sent = self._sender.letter(message)
        return (sent.unit, SENT) if sent is not None and sent.unit in self.units else None

    async def open(self, message: str) -> Opened | None:
        """One letter, with the names that SOR has for its two ends."""
        if (got := self._receiver.letter(message)) is not None:
            return await self._received(got)
        sent = self._sender.letter(message)
        return await self._sent(sent) if sent is not None else None

    async def _received(self, letter: ReceivedLetter) -> Opened:
        own = self.units[letter.unit]
        answered = self._sender.letter(letter.reply_to) or self._sender.by_key(letter.reply_to)
        return Opened(
            message=letter.message,
            received=True,
            subject=letter.subject,
            sender=await self.name(letter.sender_gln),
            receiver=f"{own.name} ({own.gln})",
            patient=letter.patient,
            cpr=letter.cpr,
            text=letter.text,
            at=moment(letter.at),
            receipt_at=moment(letter.at) if letter.wants_receipt else "",
            receipt="Positiv" if letter.wants_receipt else "",
            waiting="" if letter.wants_receipt else "Afsenderen har ikke bedt om kvittering",
            other=letter.sender_gln,
            answers=self._text(answered) if answered else "",
            filed=letter.filed is not None,
        )

    async def _sent(self, letter: SentLetter) -> Opened:
        own = self.units.get(letter.unit)
        replied = self._receiver.letter(letter.reply_to) if letter.reply_to else None
        return Opened(
            message=letter.message,
            received=False,
            subject=letter.subject,
            sender=f"{own.name} ({letter.sender_gln})" if own else letter.sender_gln,
            receiver=await self.name(letter.receiver_gln),
            patient=self._inbound(letter)[1],
            cpr=letter.cpr,
            text=self._text(letter),
            at=moment(letter.composed),
            receipt_at=moment(letter.acknowledged),
            receipt=_RECEIPTS.get(letter.state, ""),
            waiting=_WAITING.get(letter.state, ""),
            reason=letter.reason,
            other=letter.receiver_gln,
            answers=replied.text if replied else "",
        )

    def _text(self, letter: SentLetter) -> str:
        return self._inbound(letter)[0]

    def _inbound(self, letter: SentLetter) -> tuple[str, str]:
        """Text and patient of a letter of ours, as its receiver reads them."""
        try:
            inbound = self._formats[letter.standard].interpret(letter.payload)
        except (Malformed, KeyError):
            return "", ""
        return inbound.text, inbound.patient

    async def name(self, gln: str) -> str:
        """Name and location number as SOR knows them; the bare number where it does not."""
        try:
            unit = await self._sender.directory.find(gln)
        except (BadInput, Unreachable):
            unit = None
        return f"{unit.name} ({gln})" if unit is not None else gln


def moment(at: datetime | None) -> str:
    """As the module writes it: ``2024-12-18 12:57``, in Danish local time; empty where there is none."""
    return "" if at is None else at.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M")
