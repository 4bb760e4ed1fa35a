"""What a conversion is given, what it gives, and what it could not carry over."""

from __future__ import annotations

from typing import Final

import msgspec

from mocks.errors import BadInput
from mocks.standards.binary_letter_records import BinaryObject
from mocks.standards.care_communication_records import CareCommunication
from mocks.standards.clinical_email_records import ClinicalEmail

#: Where a loss has its reason.
MAP: Final = "MedCom, mapping of XDIS91 to CareCommunication"
LETTER: Final = "XDIS91 XD9134L (schema 2006/07/01)"
MESSAGE: Final = "CareCommunication, profiles and value sets"
OURS: Final = "tvaers: a choice of this conversion"


class NotConvertible(BadInput):
    """The message cannot be carried over without loss of what it is for. Nothing of it should be delivered."""


class Lost(msgspec.Struct, frozen=True):
    """Something that did not come along. ``element`` is its place in what was converted, ``reason`` says why
    without repeating the value, ``source`` is the document behind it."""

    element: str
    reason: str
    source: str


class Registered(msgspec.Struct, frozen=True):
    """What SOR knows of a party; letters name parties by location number, and new messages by SOR id too."""

    sor_id: str
    name: str = ""
    phone: str = ""


class MessageIds(msgspec.Struct, frozen=True):
    """The UUIDs of a CareCommunication that is made of a letter: the same letter must always get the same.

    ``text`` is the identifier of the text segment. Attachments are known by those of their objects.
    """

    header: str
    bundle: str
    thread: str
    text: str


class LetterIds(msgspec.Struct, frozen=True):
    """The numbers of a letter that is made of a CareCommunication, 14 characters each at most."""

    envelope: str
    letter: str


class NewMessage(msgspec.Struct, frozen=True):
    """A CareCommunication made of a letter, and what was lost on the way."""

    message: CareCommunication
    lost: tuple[Lost, ...] = ()


class OldLetter(msgspec.Struct, frozen=True):
    """A letter made of a CareCommunication, the files that must follow it, and what was lost on the way.

    Files are sent apart: ``to_clinical_email.binary_letters`` makes the letters that carry them.
    """

    letter: ClinicalEmail
    files: tuple[BinaryObject, ...] = ()
    lost: tuple[Lost, ...] = ()
