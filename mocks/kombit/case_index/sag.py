"""A case as the municipalities' case index (SF1470, Sags- og Dokumentindeks) holds it.

The index stores no documents and no content: only that a case exists, who owns it, who works on it, whom
it is about and how far it has come. The field names are those of the index's own object (version 6),
without the Danish letters; the JSON around them is ours. What only this mock has is marked *mock-only*.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from mocks.people import Case, CaseKind
from mocks.runtime import COPENHAGEN

#: How a relation refers to something: the first two are the index's own forms.
URN_CVR = "urn:oio:cvr-nr:"
URN_CPR = "urn:oio:cpr-nr:"
#: Mock-only. In reality a department is a UUID of the shared organisation service (SF1500), and how the
#: pilot came from there to SOR is not published.
URN_SOR = "urn:tvaers:sor-id:"
URN_WORKER = "urn:tvaers:medarbejder:"
URN_MUNICIPALITY = "urn:tvaers:kommunekode:"
URN_KLE = "urn:tvaers:kle:"
URN_SYSTEM = "urn:tvaers:it-system:"

#: 27.24.00 is the child's social journal. The sources do not name PPR's number: an assumption, to be
#: configured.
KLE_FAMILY = "27.24.00"
KLE_PPR_ASSUMED = "17.00.00"
KLE_KINDS: Mapping[str, CaseKind] = {KLE_FAMILY: CaseKind.FAMILY, KLE_PPR_ASSUMED: CaseKind.PPR}

#: A moment with its zone; one without is refused.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


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
    """Sensitivity, rising."""

    IKKE_FORTROLIGE_DATA = "IKKE_FORTROLIGE_DATA"
    FORTROLIGE_PERSONOPLYSNINGER = "FORTROLIGE_PERSONOPLYSNINGER"
    FOELSOMME_PERSONOPLYSNINGER = "FOELSOMME_PERSONOPLYSNINGER"
    VIP_SAGER = "VIP_SAGER"


class Virkning(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", omit_defaults=True, gc=False):
    """When something holds. ``TilTidspunkt`` is *exclusive*; without it there is no end in sight."""

    fra_tidspunkt: Moment
    til_tidspunkt: Moment | None = None


class Registrering(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", omit_defaults=True, gc=False):
    """When it was written down: by the sender, and (``StsTidspunkt``) by the index."""

    tidspunkt: Moment
    livscyklus_kode: LivscyklusKode
    sts_tidspunkt: Moment | None = None
    bruger_ref: str = ""


class Egenskaber(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", omit_defaults=True, gc=False):
    """Number and title. ``BrugervendtNoegle`` repeats the number."""

    virkning: Virkning
    brugervendt_noegle: str
    sagsnummer: str
    titel: str


class SagIndeksEgenskaber(
    msgspec.Struct, frozen=True, kw_only=True, rename="pascal", omit_defaults=True, gc=False
):
    foelsomhed: Foelsomhed
    oprettet_tidspunkt: Moment
    sagsstatus: str = ""  # the case system's own word


class Tilstand(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", omit_defaults=True, gc=False):
    """One stretch of progress."""

    virkning: Virkning
    fremdrift_status_kode: FremdriftStatusKode


class Relation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the case relates to. Without ``Virkning`` it holds as long as the properties do."""

    reference: str = msgspec.field(name="ReferenceID")
    virkning: Virkning | None = msgspec.field(name="Virkning", default=None)
    user_key: str = msgspec.field(name="BrugervendtNoegle", default="")
    full_name: str = msgspec.field(name="FuldtNavn", default="")
    cvr: str = msgspec.field(name="CVRNummer", default="")
    phone: str = msgspec.field(
        name="Telefon", default=""
    )  # mock-only: in reality from the organisation service


class Relationer(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", omit_defaults=True, gc=False):
    """The relations we use. Which must be there is checked by ``rules``, since a search may leave out some.

    ``Bopaelskommune`` is there only when the child lives in another municipality than the owner's: the
    mark of PPR, which follows the school.
    """

    ejer: Relation | None = None
    ansvarlig: Relation | None = None
    primaer_behandler: Relation | None = None
    bopaelskommune: Relation | None = None
    primaer_part: Relation | None = None
    primaer_klasse: Relation | None = None
    handlingsklasse: Relation | None = None
    it_system_master: Relation | None = msgspec.field(name="ITSystemMaster", default=None)
    it_system_afsender: Relation | None = msgspec.field(name="ITSystemAfsender", default=None)


class Sag(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One case (SagIndeks). A search result holds only the blocks that its filter asked for."""

    uuid: str = msgspec.field(name="UUIDIdentifikator")
    registrering: Registrering = msgspec.field(name="Registrering")
    egenskaber: Egenskaber | None = msgspec.field(name="Egenskaber", default=None)
    tilstand: tuple[Tilstand, ...] = msgspec.field(name="Tilstand", default=())
    indeks_egenskaber: SagIndeksEgenskaber | None = msgspec.field(name="SagIndeksEgenskaber", default=None)
    relationer: Relationer = msgspec.field(name="Relationer", default=Relationer())


def case_of(sag: Sag, kinds: Mapping[str, CaseKind] = KLE_KINDS) -> Case | None:
    """The case behind an index entry, or ``None`` when its class is none of ``kinds`` (KLE -> kind).

    Needs the blocks egenskaber, fremdrift, sagsklasse, sagsaktoer and sagspart. ``closed`` is the last
    day on which the case was still open.
    """
    r = sag.relationer
    kind = kinds.get(r.primaer_klasse.user_key) if r.primaer_klasse else None
    if kind is None or not (sag.egenskaber and sag.tilstand and r.ejer and r.ansvarlig and r.primaer_part):
        return None
    worker = r.primaer_behandler
    closing = sag.tilstand[-1]
    closed = None
    if closing.fremdrift_status_kode is FremdriftStatusKode.AFSLUTTET:
        last_open = closing.virkning.fra_tidspunkt - timedelta(microseconds=1)
        closed = last_open.astimezone(COPENHAGEN).date()
    return Case(
        uuid=sag.uuid,
        cpr=r.primaer_part.reference.removeprefix(URN_CPR),
        kind=kind,
        owner=r.ejer.user_key,
        unit=r.ansvarlig.reference.removeprefix(URN_SOR),
        number=sag.egenskaber.sagsnummer,
        opened=sag.tilstand[0].virkning.fra_tidspunkt.astimezone(COPENHAGEN).date(),
        closed=closed,
        worker=worker.full_name if worker else "",
        worker_phone=worker.phone if worker else "",
    )
