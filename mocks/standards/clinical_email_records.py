"""A correspondence letter (XDIS91) as records: who writes to whom about which citizen, and what."""

from __future__ import annotations

from datetime import datetime

import msgspec

from mocks.standards.formatted_text import Styled
from mocks.standards.oioxml_parties import Party
from mocks.standards.oioxml_references import BinaryReference, Reference
from mocks.standards.profiles.xdis91 import VERSION

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


class ClinicalEmail(msgspec.Struct, frozen=True, kw_only=True):
    """One letter with its envelope.

    Times are Danish local time to the minute; a naive one counts as that, and ``read`` gives aware ones.
    ``envelope_id`` and ``letter_id`` have 1 to 14 characters. ``status`` is ``nytbrev`` or ``rettetbrev``,
    ``priority`` ``rutine`` or ``høj_prioritet``, ``episode`` an episode of care, a UUID without dashes.
    ``text`` has its lines joined by newlines; ``styles`` says what of it is bold, centred and so on.
    ``version`` is ``XD9134L``, or ``XD9135L``, which takes longer texts and which nobody is known to send.
    """

    version: str = VERSION

    envelope_id: str
    sent: datetime
    wants_receipt: bool
    letter_id: str
    authorised: datetime
    sender: Party
    receiver: Party
    patient: Patient
    text: str
    styles: tuple[Styled, ...] = ()
    subject: str | None = None
    status: str = "nytbrev"
    episode: str | None = None
    priority: str | None = None
    references: tuple[Reference, ...] = ()
