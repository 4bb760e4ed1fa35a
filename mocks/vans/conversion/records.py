"""What the conversion service remembers: which letter became which message, and who still owes an answer."""

from __future__ import annotations

from datetime import datetime

import msgspec

from mocks.standards.conversion.receipts import Awaiting
from mocks.standards.receipts import LetterReceipt
from mocks.vans.records import Transit


class FilePair(msgspec.Struct, frozen=True):
    """An attachment: the letter that carries it (XBIN01), and its object by ``object_key``.

    ``message`` is the VANS message identifier of that letter, ``envelope`` the number of its Emessage.
    """

    keys: tuple[str, ...]
    message: str
    envelope: str
    letter: str
    version: str
    wants_receipt: bool = True


class Answer(msgspec.Struct, frozen=True):
    """A receipt that was sent: its VANS message identifier, name and version of the document, its number."""

    message: str
    name: str
    version: str
    letter: str
    payload: bytes


class Pair(msgspec.Struct, kw_only=True):
    """One letter of the old standard and the message of the new one that it became, or came from.

    ``header`` is the ``MessageHeader.id``, ``letter`` the identifier of the letter, which is unique for its
    sender's location number ``gln`` only. ``to_new`` says which of them was there first. ``envelope`` is the
    number of the Emessage that came, or went, last.
    """

    header: str
    thread: str
    text: str
    gln: str
    receiver: str
    letter: str
    envelope: str
    version: str
    to_new: bool
    message: str
    wants_receipt: bool = True
    files: tuple[FilePair, ...] = ()
    #: Of a message that became a letter: who waits for the acknowledgement, and what was answered so far.
    awaiting: Awaiting | None = None
    receipts: dict[str, LetterReceipt] = {}
    #: Of a letter that became a message: the receipts as they were sent, by number of the letter or file.
    answers: dict[str, Answer] = {}
    #: ``MessageHeader.id`` of the acknowledgement that the receipts became.
    acknowledgement: str = ""


class Pointer(msgspec.Struct, frozen=True):
    """One name leads to another: a letter's number to its pair, an Emessage's number to a bundle."""

    to: str


class Content(msgspec.Struct, frozen=True):
    """A message that was made of a letter, kept for a resend, whose attachments do not come again."""

    at: datetime
    payload: bytes


class Held(msgspec.Struct, frozen=True):
    """An attachment that came and waits for its letter: the envelope that holds it is still in transit."""

    envelope: str


class Outgoing(msgspec.Struct, frozen=True):
    """What goes on instead of what came. ``instead`` are the envelopes in transit that are thereby done."""

    transits: tuple[Transit, ...]
    instead: tuple[str, ...]


class Waiting(msgspec.Struct, frozen=True):
    """Nothing goes on yet; at ``until`` it is looked at again. ``woken`` are other envelopes to look at now."""

    until: datetime | None = None
    woken: tuple[str, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """It cannot be converted: its sender gets NegativeVans with this reason."""

    reason: str


class Later(msgspec.Struct, frozen=True):
    """Something is away that the conversion needs: try again."""

    reason: str


Outcome = Outgoing | Waiting | Refused | Later
