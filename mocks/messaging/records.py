"""What a messaging system remembers: what it sent, what it received, and how far each has come.

The states follow MedCom's general technical use cases; *accepted by VANS*, *delivered*, *acknowledged*,
*read* and *filed* are kept apart because each can fail on its own.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Author(msgspec.Struct, frozen=True):
    """Who wrote: shown under the text. ``role`` is a code of MedCom's practitioner roles."""

    given: str
    family: str
    role: str = "psykolog"
    phone: str = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a person at a desk wants to send. ``unit`` is the sender's SOR id, ``receiver`` a GLN.

    ``reply_to`` is the message identifier of the received letter that this answers.
    """

    unit: str
    receiver: str
    cpr: str
    given: str
    family: str
    subject: str
    text: str
    author: Author
    category: str = "psychiatry-social-disability"
    care_status: str = "inaktiv"
    reply_to: str = ""


class SentState(StrEnum):
    """How far a sent letter has come, as its sender knows."""

    QUEUED = "queued"  # composed; VANS has not accepted it yet
    ACCEPTED = "accepted"  # VANS has receipted it
    DELIVERED = "delivered"  # the receiving endpoint has receipted it
    ACKNOWLEDGED = "acknowledged"  # the receiving system has taken it in
    NEGATIVE = "negative"  # the receiving system refused it
    UNDELIVERABLE = "undeliverable"  # VANS refused it or gave it up
    IN_ERROR = "in_error"  # no acknowledgement after the last resend


#: States in which the sender waits for nothing more.
SETTLED = frozenset({SentState.ACKNOWLEDGED, SentState.NEGATIVE, SentState.UNDELIVERABLE, SentState.IN_ERROR})


class SentLetter(msgspec.Struct, kw_only=True):
    """One letter that left, over all its envelopes, of which VANS has ``taken`` some.

    ``key`` is the letter identifier or MessageHeader.id, which the acknowledgement names.
    """

    message: str
    key: str
    unit: str
    sender_gln: str
    receiver_gln: str
    standard: str
    name: str
    version: str
    payload: bytes
    composed: datetime
    subject: str = ""
    cpr: str = ""
    reply_to: str = ""
    state: SentState = SentState.QUEUED
    envelopes: tuple[str, ...] = ()
    taken: int = 0
    reason: str = ""
    acknowledged: datetime | None = None


class SentReceipt(msgspec.Struct, kw_only=True):
    """An acknowledgement on its way out. It is kept until VANS has taken it; nobody acknowledges it."""

    message: str
    journey: str
    sender_gln: str
    receiver_gln: str
    name: str
    format: str
    version: str
    tags: tuple[tuple[str, str], ...]
    payload: bytes
    tries: int = 0


class ReceivedLetter(msgspec.Struct, kw_only=True):
    """One letter that came in, shown once however many copies arrived.

    ``accepted`` is false for a letter that broke a rule: it is never shown, and each copy of it gets the
    same refusal. ``refusal`` then says why.
    """

    message: str
    key: str
    unit: str
    sender_gln: str
    standard: str
    name: str
    version: str
    payload: bytes
    at: datetime
    subject: str = ""
    text: str = ""
    cpr: str = ""
    patient: str = ""
    wants_receipt: bool = True
    accepted: bool = True
    refusal_code: str = ""
    refusal: str = ""
    copies: int = 1
    read: datetime | None = None
    filed: datetime | None = None
    reply_to: str = ""


class SeenEnvelope(msgspec.Struct, frozen=True):
    """One line of the receiver's cache: which message came in which envelope, and what we answered."""

    message: str
    receipt: bytes


class Inbound(msgspec.Struct, frozen=True, kw_only=True):
    """What a format makes of a payload: a letter, or a receipt for one of ours."""

    key: str
    subject: str = ""
    text: str = ""
    cpr: str = ""
    patient: str = ""
    wants_receipt: bool = True
    reply_key: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt says of our letter ``key``: ``ok``, ``transient-error`` or ``fatal-error``."""

    key: str
    code: str
    reason: str = ""
    from_vans: bool = False


class Composed(msgspec.Struct, frozen=True, kw_only=True):
    """A payload ready for an envelope."""

    key: str
    payload: bytes
    format: str
    name: str
    version: str
    tags: tuple[tuple[str, str], ...] = ()
