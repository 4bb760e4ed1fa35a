"""The case index's XML: what is written reads back as it was, and what is broken says where."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec
import pytest
from lxml import etree

from mocks.runtime import COPENHAGEN
from mocks.standards.sagdok import names, roles
from mocks.standards.sagdok.answers import Found, Outcome, SagdokProblem, StandardRetur, UnikRetur, Unreadable
from mocks.standards.sagdok.case import Fremdrift, FremdriftStatusKode, Sag, Update, Virkning
from mocks.standards.sagdok.names import Operation
from mocks.standards.sagdok.read import read_import, read_update
from mocks.standards.sagdok.read_search import (
    DEEPEST,
    MOST_TERMS,
    read_fjern,
    read_found,
    read_fremsoeg,
    read_outcome,
)
from mocks.standards.sagdok.search import (
    WHOLE_CASE,
    Fjern,
    Fremsoeg,
    Interval,
    SagInkluder,
    SagVis,
    SoegSag,
    SoegUdtryk,
    SorterEfter,
    Sortering,
)
from mocks.standards.sagdok.write import write_import, write_update
from mocks.standards.sagdok.write_search import write_fjern, write_found, write_fremsoeg, write_outcome
from tests.standards.sagdok.cases import CHILD, MORE, RELATIONS, START, UUID, WHOLE, relation, sag

FULL = sag(relationer=(*RELATIONS, *MORE))
LATER = datetime(2025, 5, 1, 12, 30, 15, 250_000, tzinfo=COPENHAGEN)


def tree(data: bytes) -> Any:
    return etree.fromstring(data)


def ordered(case: Sag) -> Sag:
    """With the relations in the order of the schema, in which they are written."""
    order = list(roles.Family)
    order = [*order[:6], roles.Family.SIKKERHED, roles.Family.IT_SYSTEM]
    written = case.latest
    relations = tuple(sorted(written.relationer, key=lambda r: order.index(r.family)))
    return Sag(uuid=case.uuid, registreringer=(msgspec.structs.replace(written, relationer=relations),))


def test_a_case_with_one_of_everything_reads_back_as_it_was_written() -> None:
    assert read_import(tree(write_import([FULL]))) == [ordered(FULL)]


def test_several_registrations_keep_their_order() -> None:
    two = Sag(
        uuid=UUID,
        registreringer=(WHOLE, msgspec.structs.replace(WHOLE, tidspunkt=LATER, sts_tidspunkt=LATER)),
        uden_notifikation=True,
    )
    (read,) = read_import(tree(write_import([two])))
    assert isinstance(read, Sag)
    assert [r.tidspunkt for r in read.registreringer] == [WHOLE.tidspunkt, LATER]
    assert read.latest.sts_tidspunkt == LATER
    assert read.uden_notifikation


def test_moments_are_written_with_milliseconds_and_zone_and_limits_as_such() -> None:
    text = write_import([FULL]).decode()
    assert "<sd:Tidspunkt>2025-04-01T08:00:00.000+02:00</sd:Tidspunkt>" in text
    assert (
        "<sd:FraTidspunkt><sd:TidsstempelDatoTid>2025-03-01T00:00:00.000+01:00</sd:TidsstempelDatoTid>"
        in text
    )
    assert "<sd:TilTidspunkt><sd:GraenseIndikator>true</sd:GraenseIndikator></sd:TilTidspunkt>" in text


def test_elements_stand_in_the_namespaces_of_the_service() -> None:
    root = tree(write_import([FULL]))
    assert root.tag == "{urn:oio:sts:sagdok:sagdokumentindeks:6}ImporterSagDokumentIndeksInput"
    ns = {"sdi": names.SDI, "sd": names.SD, "sag": names.SAG, "si": names.SI, "gd": names.GD}
    for path in (
        "sdi:SagIndeks/sd:UUIDIdentifikator",
        "sdi:SagIndeks/sag:Registrering/sd:LivscyklusKode",
        "sdi:SagIndeks/sag:Registrering/sag:AttributListe/sag:Egenskaber/sag:Virkning/sd:FraTidspunkt",
        "sdi:SagIndeks/sag:Registrering/sag:AttributListe/gd:LokalUdvidelseListe/si:SagIndeksEgenskaber/si:Foelsomhed",
        "sdi:SagIndeks/sag:Registrering/sag:RelationListe/sag:Sagsaktoer/gd:ReferenceID/sd:URNIdentifikator",
        "sdi:SagIndeks/sag:Registrering/sag:RelationListe/sag:Sagspart/gd:Rolle/sd:UUIDIdentifikator",
        "sdi:SagIndeks/sag:Registrering/sag:RelationListe/sag:Journalpost/sag:JournalpostEgenskaber"
        "/sag:JournalnotatEgenskaber/sag:Notat",
        "sdi:SagIndeks/sag:Registrering/sag:RelationListe/gd:LokalUdvidelseListe/si:SagsitsystemRelation/si:SystemNavn",
    ):
        assert root.findall(path, ns), path


def test_a_change_reads_back_and_leaves_out_what_it_does_not_touch() -> None:
    change = Update(
        uuid=UUID,
        tidspunkt=LATER,
        note="lukket",
        fremdrift=(Fremdrift(status=FremdriftStatusKode.AFSLUTTET, virkning=Virkning(fra=LATER)),),
        uden_notifikation=True,
    )
    data = write_update([change])
    assert b"RelationListe" not in data
    assert read_update(tree(data)) == [change]


def test_a_search_with_everything_reads_back() -> None:
    example = SoegSag(
        foerste=2,
        most=5,
        livscyklus="Importeret",
        bruger=UUID,
        registrering=Interval(START, LATER),
        virkning=Interval(START),
        sts=Interval(None, LATER),
        egenskaber=WHOLE.egenskaber,
        indeks_egenskaber=WHOLE.indeks_egenskaber,
        fremdrift=WHOLE.fremdrift,
        relationer=(relation(roles.PRIMAER_PART, f"urn:oio:cpr-nr:{CHILD}", virkning=None),),
        oprettet=Interval(START, LATER),
        senest_aendret=Interval(LATER),
    )
    search = Fremsoeg(
        sag_uuid=(UUID,),
        udtryk=SoegUdtryk(
            either=True,
            sager=(example,),
            ikke=(SoegUdtryk(sager=(SoegSag(),)),),
            udtryk=(SoegUdtryk(dokumenter=1),),
        ),
        vis=WHOLE_CASE,
        inkluder=frozenset((SagInkluder.SAGSRELATION,)),
        sortering=(Sortering(SorterEfter.TITEL, True, 1), Sortering(SorterEfter.NOEGLE, False, 2)),
    )
    assert read_fremsoeg(tree(write_fremsoeg(search))) == search


def test_a_removal_and_the_answers_read_back() -> None:
    removal = Fjern(sag_uuid=(UUID,), udtryk=SoegUdtryk(sager=(SoegSag(),)))
    assert read_fjern(tree(write_fjern(removal))) == removal
    lines = Outcome(
        (UnikRetur(status=41, uuid=UUID, text="<nej>", detail="d"), UnikRetur(status=20, uuid=UUID))
    )
    assert read_outcome(tree(write_outcome(Operation.OPDATER, lines))) == lines
    whole = Outcome(standard=StandardRetur(41, "no"))
    assert read_outcome(tree(write_outcome(Operation.FJERN, whole))) == whole
    found = Found(retur=StandardRetur(), antal=7, sager=(ordered(FULL),))
    assert read_found(tree(write_found(found))) == found


def test_what_an_other_program_writes_with_other_prefixes_is_read() -> None:
    data = re.sub(r"(</?|xmlns:)(sdi|sd|sag|si|gd|go|tv)\b", r"\1n-\2", write_import([FULL]).decode())
    data = data.replace("><n-", ">\n  <n-")
    assert "sdi:" not in data.replace("n-sdi:", "")
    assert read_import(tree(data.encode())) == [ordered(FULL)]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("2025-04-01T08:00:00.000+02:00", "2025-04-01T08:00:00.000", "Tidspunkt"),
        ("2025-04-01T08:00:00.000+02:00", "", "Tidspunkt"),
        ("<sd:LivscyklusKode>Importeret", "<sd:LivscyklusKode>Andet", "LivscyklusKode"),
        ("FOELSOMME_PERSONOPLYSNINGER", "MEGET", "Foelsomhed"),
        ("<sag:FremdriftStatusKode>Opstaaet", "<sag:FremdriftStatusKode>Ny", "FremdriftStatusKode"),
        ("<sd:GraenseIndikator>true", "<sd:GraenseIndikator>false", "GraenseIndikator"),
        ("<sag:PrincipielIndikator>true", "<sag:PrincipielIndikator>ja", "PrincipielIndikator"),
        ("<sag:Titel>PPR-sag</sag:Titel>", "<sag:Titel><b/></sag:Titel>", "Titel"),
        ("<sag:Titel>PPR-sag</sag:Titel>", "<sag:Overskrift>PPR-sag</sag:Overskrift>", "Overskrift"),
        ("<gd:Indeks>1</gd:Indeks>", "<gd:Index>1</gd:Index>", "Index"),
    ],
)  # fmt: skip
def test_one_case_that_cannot_be_read_says_where_and_lets_the_others_be(
    old: str, new: str, where: str
) -> None:
    good = sag(uuid=UUID.replace("1", "2"))
    data = write_import([FULL]).decode()
    assert old in data
    broken = data.replace(old, new, 1)
    both = broken.replace("</sdi:Importer", write_import([good]).decode().partition(">")[2], 1)
    both = both.replace("SagDokumentIndeksInput>SagDokumentIndeksInput>", "SagDokumentIndeksInput>")
    refused, taken = read_import(tree(both.encode()))
    assert isinstance(refused, Unreadable) and isinstance(taken, Sag)
    assert (refused.uuid, refused.status) == (UUID, 41)
    assert where in refused.text
    assert CHILD not in refused.text


def test_documents_are_answered_as_not_kept() -> None:
    data = (
        write_import([])
        .decode()
        .replace(
            "></",
            f"><sdi:DokumentIndeks><sd:UUIDIdentifikator>{UUID}</sd:UUIDIdentifikator></sdi:DokumentIndeks></",
        )
    )
    assert [
        (u.uuid, u.status, u.kind) for u in read_import(tree(data.encode())) if isinstance(u, Unreadable)
    ] == [(UUID, 45, "Dokument")]


def nested(depth: int) -> SoegUdtryk:
    made = SoegUdtryk(sager=(SoegSag(),))
    for _ in range(depth - 1):
        made = SoegUdtryk(ikke=(made,))
    return made


def test_an_expression_nests_as_deep_as_allowed_and_no_deeper() -> None:
    assert read_fremsoeg(tree(write_fremsoeg(Fremsoeg(udtryk=nested(DEEPEST))))).udtryk == nested(DEEPEST)
    with pytest.raises(SagdokProblem, match="nested deeper"):
        read_fremsoeg(tree(write_fremsoeg(Fremsoeg(udtryk=nested(DEEPEST + 1)))))


def test_an_expression_has_a_limit_of_terms() -> None:
    many = SoegUdtryk(sager=(SoegSag(),) * (MOST_TERMS + 1))
    with pytest.raises(SagdokProblem, match="terms"):
        read_fremsoeg(tree(write_fremsoeg(Fremsoeg(udtryk=many))))


@pytest.mark.parametrize(
    ("search", "old", "new", "where"),
    [
        (Fremsoeg(vis=frozenset((SagVis.EGENSKABER,))), "egenskaber", "alt", "Vis"),
        (Fremsoeg(udtryk=nested(1)), "<sdi:SoegSag>", "<sdi:operation>XOR</sdi:operation><sdi:SoegSag>", "operation"),
        (Fremsoeg(udtryk=SoegUdtryk(sager=(SoegSag(most=5),))), ">5<", ">-5<", "MaksimalAntal"),
        (
            Fremsoeg(udtryk=SoegUdtryk(sager=(SoegSag(relationer=(RELATIONS[6],)),))),
            CHILD, CHILD + "1", "Sagspart/ReferenceID",
        ),
        (Fremsoeg(sortering=(Sortering(SorterEfter.TITEL),)), "Stigende", "Op", "Retning"),
        (Fremsoeg(sortering=(Sortering(SorterEfter.TITEL),)), ">Titel<", ">CPR<", "Element"),
        (Fremsoeg(), "<sdi:Filter></sdi:Filter>", "<sdi:XPath>//*</sdi:XPath>", "XPath"),
        (Fremsoeg(udtryk=nested(1)), "<sag:AttributListe></sag:AttributListe>", "<sag:Where/>", "Where"),
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_read_says_where(search: Fremsoeg, old: str, new: str, where: str) -> None:
    data = write_fremsoeg(search).decode()
    assert old in data
    with pytest.raises(SagdokProblem, match=where):
        read_fremsoeg(tree(data.replace(old, new, 1).encode()))


def test_the_uuids_of_published_roles_are_kept_apart_from_ours() -> None:
    assert len({role.uuid for role in roles.ROLES}) == len(roles.ROLES)
    known = {role.name for role in roles.ROLES if role.known}
    assert {"Ejer", "Ansvarlig", "PrimaerPart", "ITSystemMaster"} <= known
    assert "Bopaelskommune" not in known
