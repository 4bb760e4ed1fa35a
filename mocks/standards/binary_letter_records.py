"""A letter of attachments (XBIN01, XBIN02) as records: the bytes that another letter points at.

It does not say which letter that is. The letter names the object (``BinaryReference.id``), and the two are
joined by ``object_key``.
"""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

import msgspec

from mocks.standards.oioxml_parties import Party

__all__ = [
    "OBJECT_CODE_OF",
    "BinaryLetter",
    "BinaryObject",
    "Citizen",
    "Party",
    "object_key",
]


class Citizen(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the attachment is about: a CPR number, or a replacement number of ten characters."""

    cpr: str | None = None
    alternative: str | None = None
    surname: str
    given: str | None = None


class BinaryObject(msgspec.Struct, frozen=True):
    """One attachment. ``id`` stands as in the letter: a UUID with dashes in XB0131X and XB0210X, 1 to 35
    characters (a UUID without dashes) in XB0130X and XB0230X; ``write`` adds or takes away the dashes.
    ``code`` is the kind of object, ``extension`` the file extension in small letters.

    ``content`` is what travels. Some systems pack it with gzip: ``binary_letter.unpacked`` undoes that.
    """

    id: str
    code: str
    extension: str
    content: bytes

    @property
    def key(self) -> str:
        """By what a letter's reference finds the object."""
        return object_key(self.id)


class BinaryLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter of 1 to 10 attachments, with its envelope.

    Either about a ``patient``, or, where that is ``None``, information about systems, described in
    ``contents``. ``version`` is XB0131X (XBIN01) or XB0210X or XB0230X (XBIN02), XB0130X in old letters.
    Times are Danish local time to the minute. Its status is always ``nytbrev``: what was wrong is sent anew.
    """

    version: str = "XB0131X"
    envelope_id: str
    sent: datetime
    wants_receipt: bool
    letter_id: str
    authorised: datetime
    sender: Party
    receiver: Party
    patient: Citizen | None
    contents: str | None = None
    objects: tuple[BinaryObject, ...]


def object_key(identifier: str) -> str:
    """An object's identifier as letters and attachments share it: without dashes, in capitals."""
    return identifier.replace("-", "").upper()


#: Which kind of object a file is, by its extension. A habit of OS2korrespondance; no standard says it.
OBJECT_CODE_OF = MappingProxyType(
    {
        **dict.fromkeys(("txt", "rtf", "doc", "xls", "wpd"), "tekstfil"),
        **dict.fromkeys(("pcx", "tiff", "jpeg", "gif", "bmp", "png", "dcm"), "billede"),
        **dict.fromkeys(("exe", "com"), "program"),
        "pdf": "vektor_grafik",
        "scp": "biosignaler",
        **dict.fromkeys(("mpg", "wav", "avi", "mid", "rmi", "inh", "bin"), "multimedie"),
        **dict.fromkeys(("zip", "plo", "fnx"), "proprietaert_indhold"),
    }
)
