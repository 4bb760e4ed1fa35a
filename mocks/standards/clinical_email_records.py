"""A correspondence letter (XDIS91) as records: who writes to whom about which citizen, and what."""

from __future__ import annotations

from datetime import datetime

import msgspec

from mocks.standards.oioxml_parties import Party

__all__ = ["BinaryReference", "ClinicalEmail", "Party", "Patient", "Reference"]


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """The citizen: a CPR number, or a replacement number of ten characters (``alternative``)."""

    cpr: str | None = None
    alternative: str | None = None
    surname: str
    given: str | None = None
    street: str = ""
    suburb: str = ""
    district: str = ""
    post_code: str = ""
    occupation: str = ""
    episode_status: str = "inaktiv"


class BinaryReference(msgspec.Struct, frozen=True):
    """Points at an attachment sent as XBIN01: its id (a UUID without dashes), kind of object
    (``vektor_grafik`` for pdf), file extension, and size in bytes."""

    id: str
    code: str
    extension: str
    size: int


class Reference(msgspec.Struct, frozen=True):
    """A reference to something outside the letter: a web address, an attachment, or, where both are
    ``None``, material that follows by post."""

    description: str
    url: str | None = None
    binary: BinaryReference | None = None


class ClinicalEmail(msgspec.Struct, frozen=True, kw_only=True):
    """One letter with its envelope.

    Times are Danish local time to the minute; a naive one counts as that, and ``read`` gives aware ones.
    ``envelope_id`` and ``letter_id`` have 1 to 14 characters. ``status`` is ``nytbrev`` or ``rettetbrev``,
    ``priority`` ``rutine`` or ``høj_prioritet``, ``episode`` an episode of care, a UUID without dashes.
    ``text`` has its lines joined by newlines.
    """

    envelope_id: str
    sent: datetime
    wants_receipt: bool
    letter_id: str
    authorised: datetime
    sender: Party
    receiver: Party
    patient: Patient
    text: str
    subject: str | None = None
    status: str = "nytbrev"
    episode: str | None = None
    priority: str | None = None
    references: tuple[Reference, ...] = ()
