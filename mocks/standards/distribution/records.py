"""What the distribution component carries: an object with its way, and receipts for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from mocks.errors import BadInput


class DistributionProblem(BadInput):
    """What was sent cannot be understood. ``where`` is the element, ``what`` the trouble, without its value."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what = where, what


class ObjektType(StrEnum):
    JOURNALPOST = "JOURNALPOST"
    DOKUMENT = "DOKUMENT"
    FORMULAR = "FORMULAR"


class TransportKode(StrEnum):
    """Whether an object could be carried at all."""

    OK = "OK"
    ADVARSEL = "ADVARSEL"
    FEJL = "FEJL"


class ForretningsKode(StrEnum):
    """What became of an object where it went. Only the last three are final."""

    MODTAGET = "MODTAGET"
    AFLEVERET = "AFLEVERET"
    ACCEPTERET = "ACCEPTERET"
    AFVIST = "AFVIST"
    FEJLET = "FEJLET"

    @property
    def final(self) -> bool:
        return self in (ForretningsKode.ACCEPTERET, ForretningsKode.AFVIST, ForretningsKode.FEJLET)


class Kvitteringstype(StrEnum):
    TEKNISK = "Teknisk"
    FORRETNING = "Forretning"
    DIGITAL_POST = "Digital post"


class Fejl(msgspec.Struct, frozen=True):
    """One error: a code, and what is wrong in words."""

    kode: str
    tekst: str


class TransportKvittering(msgspec.Struct, frozen=True):
    """The transport receipt; a bad one is the detail of a SOAP fault."""

    kode: TransportKode = TransportKode.OK
    begrundelse: str = ""
    fejl: tuple[Fejl, ...] = ()


class ForretningsKvittering(msgspec.Struct, frozen=True):
    """The business receipt."""

    kode: ForretningsKode
    type: Kvitteringstype = Kvitteringstype.FORRETNING
    begrundelse: str = ""
    fejl: tuple[Fejl, ...] = ()


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends what where. ``distribution`` is the component's own number of it, given at its answer.

    The way is by KLE subject (and ``facet``) at the authority ``myndighed``, or by ``modtager``, a system's
    UUID. ``fil`` names the file of a document, which goes another way (SFTP).
    """

    transaktion: str
    afsender: str  # CVR number
    myndighed: str  # CVR number
    emne: str = ""
    facet: str = ""
    modtager: str = ""
    distribution: str = ""
    digital_post: str = ""
    fil: str = ""


class Part(msgspec.Struct, frozen=True):
    """Whom an object is about: a URN, a UUID or a text."""

    reference: str
    type: str = "Person"


class Journalpost(msgspec.Struct, frozen=True, kw_only=True):
    """A journal note to be filed. ``system`` (RegistreringItSystem) is who sends it, ``bruger`` whose it is.

    ``dokument`` refers to what the note is about: here the message that was received.
    """

    id: str
    emne: str
    fra: datetime
    system: str
    notat: str
    titel: str = ""
    dokumenttitel: str = ""
    dokument: str = ""
    bruger: str = ""
    facet: str = ""
    sag: str = ""
    part: Part | None = None


class Objekt(msgspec.Struct, frozen=True, kw_only=True):
    """What is handed on. Only a journal note is understood here; of the others ``raw`` keeps the XML."""

    type: ObjektType
    id: str
    emne: str
    journalpost: Journalpost | None = None
    system: str = ""
    raw: bytes = b""


class Anmodning(msgspec.Struct, frozen=True):
    """An object and its way."""

    context: Context
    objekt: Objekt


class Modtagersystem(msgspec.Struct, frozen=True):
    """A system that takes objects of an authority; ``emne`` may end in ``*``."""

    myndighed: str
    uuid: str
    navn: str
    emne: str
    facet: str = ""


class Routing(msgspec.Struct, frozen=True):
    """A way by receiver, and (in an answer) whether the receiver can take objects."""

    myndighed: str
    modtager: str
    kan_modtage: bool | None = None
