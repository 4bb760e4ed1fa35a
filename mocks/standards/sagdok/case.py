"""A case as the municipalities' case index holds it (SagIndeks), in the index's own field names.

The index stores no documents and no content: only that a case exists, who owns it, who works on it, whom
it is about and how far it has come. Everything is held twice in time: when it holds (``Virkning``), and
when it was written down (``Registrering``).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from mocks.standards.sagdok.roles import Family, Role

#: A moment with its zone; one without is refused.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]

#: How a relation names its target, beside a UUID.
URN_CVR = "urn:oio:cvr-nr:"
URN_CPR = "urn:oio:cpr-nr:"
#: A journal note is no document and points to nothing; the capitals are the guidance's.
URN_EMPTY = "URN:Empty"


class LivscyklusKode(StrEnum):
    """Life cycle of a registration. A sender may only write ``Importeret``."""

    OPSTAAET = "Opstaaet"
    IMPORTERET = "Importeret"
    PASSIVERET = "Passiveret"
    SLETTET = "Slettet"


class FremdriftStatusKode(StrEnum):
    """Progress. Version 6 knows these four only."""

    OPSTAAET = "Opstaaet"
    OPLYST = "Oplyst"
    AFGJORT = "Afgjort"
    AFSLUTTET = "Afsluttet"


class Foelsomhed(StrEnum):
    """Sensitivity, rising: who may see one level sees those below."""

    IKKE_FORTROLIGE_DATA = "IKKE_FORTROLIGE_DATA"
    FORTROLIGE_PERSONOPLYSNINGER = "FORTROLIGE_PERSONOPLYSNINGER"
    FOELSOMME_PERSONOPLYSNINGER = "FOELSOMME_PERSONOPLYSNINGER"
    VIP_SAGER = "VIP_SAGER"

    @property
    def level(self) -> int:
        """1 to 4."""
        return _LEVELS[self]


_LEVELS = {foelsomhed: number for number, foelsomhed in enumerate(Foelsomhed, start=1)}


class AktoerType(StrEnum):
    """Who made a change. Older rows name organisations."""

    BRUGER = "Bruger"
    IT_SYSTEM = "ItSystem"
    ORGANISATION = "Organisation"
    ORGANISATION_ENHED = "OrganisationEnhed"
    ORGANISATION_FUNKTION = "OrganisationFunktion"
    INTERESSEFAELLESSKAB = "Interessefaellesskab"


class Virkning(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """When something holds. ``til`` is *exclusive*; without it there is no end in sight (GraenseIndikator).

    ``fra`` is ``None`` where a sender left it out or gave a limit: a rule asks for a finite moment.
    """

    fra: Moment | None = None
    til: Moment | None = None
    aktoer: str = ""  # UUID or URN of who made the change
    aktoer_type: AktoerType | None = None
    note: str = ""

    def holds(self, moment: datetime) -> bool:
        return (self.fra is None or self.fra <= moment) and (self.til is None or moment < self.til)


class Egenskaber(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Number and title. ``noegle`` (BrugervendtNoegle) repeats the number."""

    virkning: Virkning | None = None
    noegle: str = ""
    sagsnummer: str = ""
    titel: str = ""
    beskrivelse: str = ""
    hjemmel: str = ""
    kassationskode: str = ""
    afleveret: bool | None = None
    principiel: bool | None = None
    alternativ_titel: str = ""  # OffentlighedUndtaget
    undtaget_hjemmel: str = ""


class SagIndeksEgenskaber(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the index adds: the case system's own words for status and category, sensitivity, place."""

    virkning: Virkning | None = None
    sagsstatus: str = ""
    sagskategori: str = ""
    foelsomhed: Foelsomhed | None = None
    lokation: str = ""
    oprettet: Moment | None = None


class Fremdrift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One stretch of progress."""

    status: FremdriftStatusKode
    virkning: Virkning | None = None


class Journalpost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a journal entry is called, and the note itself where it is one (``notat``: base64 text)."""

    dokumenttitel: str = ""
    titel: str = ""
    notat: str = ""
    format: str = ""


class Relation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the case relates to. Its key is (``type``, ``rolle``, ``indeks``); ``reference`` a UUID or URN.

    ``noegle`` and ``navn`` are the extension's user key and full name (of a class: its title).
    """

    family: Family
    rolle: str
    reference: str = ""
    type: str = ""
    indeks: str = ""
    virkning: Virkning | None = None
    noegle: str = ""
    navn: str = ""
    cvr: str = ""
    facettitel: str = ""
    uri: str = ""  # SystemURI
    telefon: str = ""  # of this mock only
    journalpost: Journalpost | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.type, self.rolle, self.indeks


class Registrering(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A case as it was written down once: by the sender, and (``sts_tidspunkt``) by the index."""

    tidspunkt: Moment
    livscyklus: LivscyklusKode = LivscyklusKode.IMPORTERET
    sts_tidspunkt: Moment | None = None
    bruger: str = ""  # BrugerRef
    note: str = ""
    egenskaber: tuple[Egenskaber, ...] = ()
    indeks_egenskaber: tuple[SagIndeksEgenskaber, ...] = ()
    fremdrift: tuple[Fremdrift, ...] = ()
    relationer: tuple[Relation, ...] = ()

    def all(self, role: Role) -> list[Relation]:
        """All relations in a role, whenever they hold."""
        return [relation for relation in self.relationer if relation.rolle == role.uuid]

    def one(self, role: Role) -> Relation | None:
        """The relation in a role that is to hold longest, the newest of several; ``None`` without any."""
        found: Relation | None = None
        for relation in self.relationer:
            if relation.rolle == role.uuid and (found is None or _ends_later(relation, found)):
                found = relation
        return found


def _ends_later(one: Relation, other: Relation) -> bool:
    if other.virkning is None or other.virkning.til is None:
        return False
    if one.virkning is None or one.virkning.til is None:
        return True
    return one.virkning.til > other.virkning.til


class Sag(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One case (SagIndeks) with its registrations, oldest first. In a search result they hold only what
    the filter asked for."""

    uuid: str
    registreringer: tuple[Registrering, ...] = ()
    uden_notifikation: bool = False

    @property
    def latest(self) -> Registrering:
        return self.registreringer[-1]


class Update(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A change to a case (OpdaterSagIndeks). What it says nothing of stays as it is."""

    uuid: str
    tidspunkt: Moment
    note: str = ""
    egenskaber: tuple[Egenskaber, ...] = ()
    indeks_egenskaber: tuple[SagIndeksEgenskaber, ...] = ()
    fremdrift: tuple[Fremdrift, ...] = ()
    relationer: tuple[Relation, ...] = ()
    uden_notifikation: bool = False
