"""Cases that the tests of the case index break in one place at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from mocks.runtime import COPENHAGEN
from mocks.standards.sagdok import roles
from mocks.standards.sagdok.case import (
    AktoerType,
    Egenskaber,
    Foelsomhed,
    Fremdrift,
    FremdriftStatusKode,
    Journalpost,
    Registrering,
    Relation,
    Sag,
    SagIndeksEgenskaber,
    Virkning,
)

CHILD = "6105150001"
UUID = "11111111-1111-4111-8111-111111111111"
OWNER = "urn:oio:cvr-nr:12345674"
OTHER_OWNER = "urn:oio:cvr-nr:29189420"
START = datetime(2025, 3, 1, tzinfo=COPENHAGEN)
WRITTEN = datetime(2025, 4, 1, 8, tzinfo=COPENHAGEN)
OPEN = Virkning(fra=START)


def relation(role: roles.Role, reference: str, kind: str = "", **more: Any) -> Relation:
    return Relation(
        family=role.family, rolle=role.uuid, type=kind, reference=reference, **{"virkning": OPEN, **more}
    )


RELATIONS = (
    relation(roles.EJER, OWNER, roles.ORGANISATION, noegle="0840", navn="Rebild Kommune"),
    relation(roles.ANSVARLIG, "22222222-2222-4222-8222-222222222222", roles.ORG_ENHED, navn="PPR", cvr="12345674"),
    relation(roles.PRIMAER_BEHANDLER, "urn:tvaers:medarbejder:1", roles.BRUGER, navn="P. Røve", telefon="12345678"),
    relation(roles.BOPAELSKOMMUNE, OTHER_OWNER, roles.ORGANISATION, noegle="0851"),
    relation(roles.PRIMAER_KLASSE, "33333333-3333-4333-8333-333333333333", roles.KLASSE, noegle="17.00.00", navn="PPR"),
    relation(roles.HANDLINGSKLASSE, "44444444-4444-4444-8444-444444444444", roles.KLASSE, noegle="G01"),
    relation(roles.PRIMAER_PART, f"urn:oio:cpr-nr:{CHILD}", roles.PERSON),
    relation(roles.IT_MASTER, "55555555-5555-4555-8555-555555555555", roles.IT_SYSTEM, navn="Fagsystem"),
    relation(roles.IT_AFSENDER, "55555555-5555-4555-8555-555555555555", roles.IT_SYSTEM, navn="Fagsystem"),
)  # fmt: skip

#: One of everything that a case can have beside what it must have.
MORE = (
    relation(roles.SEKUNDAER_PART, "urn:oio:cpr-nr:0102800001", roles.PERSON, navn="Far & Mor", indeks="1"),
    relation(roles.ANDRE_SAGER, "66666666-6666-4666-8666-666666666666", roles.SAG_TYPE, indeks="1"),
    relation(roles.GENSTAND, "urn:oio:bfe-nr:1", roles.GENSTAND_TYPE, navn="Et hus", indeks="1"),
    relation(
        roles.TILAKTERET, "URN:Empty", roles.DOKUMENT, indeks="1",
        journalpost=Journalpost(dokumenttitel="Møde", titel="Samtale", notat="U8OmbA==", format="text/plain"),
    ),
    relation(roles.ADGANG, "77777777-7777-4777-8777-777777777777", roles.ORG_ENHED, indeks="1"),
)  # fmt: skip

WHOLE = Registrering(
    tidspunkt=WRITTEN,
    bruger="88888888-8888-4888-8888-888888888888",
    note="første",
    egenskaber=(
        Egenskaber(
            virkning=Virkning(fra=START, aktoer="urn:oio:it-system-uuid:1", aktoer_type=AktoerType.IT_SYSTEM, note="n"),
            noegle="17.00.00-G01-1-25", sagsnummer="17.00.00-G01-1-25", titel="PPR-sag", beskrivelse="<kort>",
            hjemmel="§", kassationskode="B", afleveret=False, principiel=True, alternativ_titel="Sag",
            undtaget_hjemmel="§ 30",
        ),
    ),
    indeks_egenskaber=(
        SagIndeksEgenskaber(
            virkning=OPEN, sagsstatus="Aktiv", sagskategori="k", lokation="l", oprettet=START,
            foelsomhed=Foelsomhed.FOELSOMME_PERSONOPLYSNINGER,
        ),
    ),
    fremdrift=(Fremdrift(status=FremdriftStatusKode.OPSTAAET, virkning=OPEN),),
    relationer=RELATIONS,
)  # fmt: skip


def sag(written: Registrering = WHOLE, uuid: str = UUID, **fields: Any) -> Sag:
    """The case, with some fields of its registration changed."""
    return Sag(uuid=uuid, registreringer=(msgspec.structs.replace(written, **fields),))


def with_relation(role: roles.Role, **fields: Any) -> Registrering:
    """The registration with this relation changed; without fields, without the relation."""
    changed = tuple(
        msgspec.structs.replace(r, **fields) if r.rolle == role.uuid else r
        for r in WHOLE.relationer
        if fields or r.rolle != role.uuid
    )
    return msgspec.structs.replace(WHOLE, relationer=changed)
