"""What the VANS network remembers of an envelope, and what it counts."""

from __future__ import annotations

from datetime import datetime

import msgspec

from mocks.standards.vans_envelope import MetaInformation


class Origin(msgspec.Struct, frozen=True):
    """An envelope that was converted: whom a receipt must reach, and what it must repeat."""

    envelope: str
    message: str
    sender: str
    meta: MetaInformation


class Transit(msgspec.Struct, kw_only=True):
    """An envelope that was accepted and is not delivered yet. ``deadline``: then it is given up.

    ``waits_until``: a letter waits for its attachment, or an attachment for its letter. ``is_converted``: it is
    made of ``origins``, whose senders get its receipts; of an attachment that ``is_file`` negative ones only.
    """

    envelope: str
    message: str
    sender: str
    receiver: str
    name: str
    raw: bytes
    accepted: datetime
    deadline: datetime
    is_receipt: bool = False
    tries: int = 0
    waits_until: datetime | None = None
    is_converted: bool = False
    is_file: bool = False
    origins: tuple[Origin, ...] = ()


class Converted(msgspec.Struct, frozen=True):
    """An envelope that conversion wrote, for the receipt that comes for it, maybe much later."""

    origins: tuple[Origin, ...]
    is_file: bool = False


class Taken(msgspec.Struct, frozen=True):
    """An envelope identifier that was used, for which message, and how we answered."""

    message: str
    answer: bytes


class Tally(msgspec.Struct, kw_only=True):
    """One row of the statistics: messages of a type from one number to another in one month."""

    month: str
    type: str
    sender: str
    receiver: str
    accepted: int = 0
    delivered: int = 0
    refused: int = 0


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was not accepted, kept so that nobody has to guess later."""

    at: datetime
    reason: str
    envelope: str = ""
    sender: str = ""
    receiver: str = ""
