"""What must hold of a case, and how a change lays itself over what is known."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest

from mocks.runtime import COPENHAGEN
from mocks.standards.sagdok import roles
from mocks.standards.sagdok.case import (
    Egenskaber,
    Fremdrift,
    FremdriftStatusKode,
    Journalpost,
    LivscyklusKode,
    Registrering,
    Sag,
    Update,
    Virkning,
)
from mocks.standards.sagdok.matching import agrees
from mocks.standards.sagdok.rules import RULES, check, fault_of
from mocks.standards.sagdok.search import Interval, SoegSag
from mocks.standards.sagdok.timeline import laid_over, updated
from tests.standards.sagdok.cases import (
    CHILD,
    MORE,
    OPEN,
    OWNER,
    RELATIONS,
    START,
    UUID,
    WHOLE,
    relation,
    sag,
    with_relation,
)

CLOSING = datetime(2025, 5, 1, tzinfo=COPENHAGEN)
NEXT = datetime(2025, 6, 1, tzinfo=COPENHAGEN)
OWN = WHOLE.egenskaber[0]
INDEX = WHOLE.indeks_egenskaber[0]


def step(status: FremdriftStatusKode, fra: datetime | None, til: datetime | None = None) -> Fremdrift:
    return Fremdrift(status=status, virkning=Virkning(fra=fra, til=til))


OPSTAAET, AFSLUTTET = FremdriftStatusKode.OPSTAAET, FremdriftStatusKode.AFSLUTTET


def own(**fields: Any) -> Sag:
    return sag(egenskaber=(msgspec.structs.replace(OWN, **fields),))


def test_a_right_case_has_no_fault() -> None:
    assert check(sag(relationer=(*RELATIONS, *MORE))) == []


@pytest.mark.parametrize(
    ("case", "rule", "part"),
    [
        (sag(uuid="not-a-uuid"), "sag-uuid", "UUIDIdentifikator"),
        (sag(livscyklus=LivscyklusKode.OPSTAAET), "sag-livscyklus", "Importeret"),
        (sag(note="x" * 1025), "sag-length", "1025"),
        (sag(egenskaber=()), "sag-egenskaber", "Egenskaber: missing"),
        (own(sagsnummer="x" * 51, noegle="x" * 51), "sag-length", "51 characters"),
        (own(noegle="another"), "sag-sagsnummer", "must repeat"),
        (own(titel=""), "sag-egenskaber", "Titel"),
        (own(titel="x" * 256), "sag-length", "Titel"),
        (own(beskrivelse="x" * 4097), "sag-length", "Beskrivelse"),
        (own(kassationskode="X"), "sag-kassationskode", "Kassationskode"),
        (own(virkning=None), "sag-virkning", "finite"),
        (sag(indeks_egenskaber=()), "sag-foelsomhed", "Foelsomhed"),
        (sag(indeks_egenskaber=(msgspec.structs.replace(INDEX, foelsomhed=None),)), "sag-foelsomhed", "missing"),
        (sag(indeks_egenskaber=(msgspec.structs.replace(INDEX, sagsstatus="x" * 256),)), "sag-length", "Sagsstatus"),
        (sag(fremdrift=()), "sag-fremdrift", "whole history"),
        (sag(fremdrift=(step(AFSLUTTET, START),)), "sag-fremdrift", "starts with Opstaaet"),
        (sag(fremdrift=(step(OPSTAAET, START), step(AFSLUTTET, CLOSING))), "sag-fremdrift", "only the last one"),
        (sag(fremdrift=(step(OPSTAAET, START, NEXT), step(AFSLUTTET, CLOSING))), "sag-fremdrift", "has ended"),
        (sag(fremdrift=(step(OPSTAAET, START, START),)), "sag-virkning", "exclusive"),
        (sag(fremdrift=(step(OPSTAAET, None),)), "sag-virkning", "finite"),
        (sag(with_relation(roles.EJER)), "sag-cardinality", "Relationer/Ejer"),
        (sag(with_relation(roles.ANSVARLIG)), "sag-cardinality", "Relationer/Ansvarlig"),
        (sag(with_relation(roles.PRIMAER_KLASSE)), "sag-cardinality", "Relationer/PrimaerKlasse"),
        (sag(with_relation(roles.HANDLINGSKLASSE)), "sag-cardinality", "Relationer/Handlingsklasse"),
        (sag(with_relation(roles.IT_MASTER)), "sag-cardinality", "ITSystemMaster"),
        (sag(with_relation(roles.IT_AFSENDER)), "sag-cardinality", "ITSystemAfsender"),
        (sag(relationer=(*RELATIONS, RELATIONS[0])), "sag-cardinality", "more than one at a time"),
        (sag(with_relation(roles.ANSVARLIG, type=roles.ORGANISATION)), "sag-type", "kinds"),
        (sag(with_relation(roles.ANSVARLIG, family=roles.Family.PART)), "sag-type", "belongs into Sagsaktoer"),
        (sag(with_relation(roles.ANSVARLIG, reference="")), "sag-reference", "missing"),
        (sag(with_relation(roles.ANSVARLIG, reference="PPR")), "sag-reference", "a URN or a UUID"),
        (sag(with_relation(roles.ANSVARLIG, reference="urn:" + "x" * 255)), "sag-length", "ReferenceID"),
        (sag(with_relation(roles.ANSVARLIG, virkning=None)), "sag-virkning", "Ansvarlig"),
        (sag(with_relation(roles.PRIMAER_KLASSE, noegle="PPR")), "sag-klasse", "NN.NN.NN"),
        (sag(with_relation(roles.EJER, reference="urn:oio:pnr:1234567890")), "sag-ejer", "urn:oio:cvr-nr"),
        (sag(with_relation(roles.EJER, reference="urn:oio:cvr-nr:12345675")), "sag-ejer", "check digit"),
        (sag(with_relation(roles.BOPAELSKOMMUNE, reference=OWNER)), "sag-bopaelskommune", "differs from Ejer"),
        (sag(with_relation(roles.PRIMAER_PART, reference="urn:oio:cpr-nr:123")), "sag-part", "10 digits"),
        (sag(with_relation(roles.PRIMAER_PART, reference="urn:oio:cpr-nr:9905150001")), "sag-part", "date"),
        (sag(with_relation(roles.PRIMAER_PART, reference=UUID)), "sag-part", "must be a URN"),
        (sag(with_relation(roles.PRIMAER_PART, reference="urn:oio:se-nr:12345678")), "sag-part", "must be a URN"),
        (
            sag(relationer=(*RELATIONS, msgspec.structs.replace(MORE[3], reference=UUID))),
            "sag-journalnotat", "URN:Empty",
        ),
        (
            sag(relationer=(*RELATIONS, msgspec.structs.replace(MORE[3], journalpost=Journalpost(notat="!")))),
            "sag-journalnotat", "base64",
        ),
        (
            sag(relationer=(*RELATIONS, msgspec.structs.replace(MORE[3], journalpost=Journalpost(notat="A" * 150_000)))),
            "sag-journalnotat", "100 KB",
        ),
    ],
)  # fmt: skip
def test_a_case_that_breaks_a_rule_is_told_which_and_where(case: Sag, rule: str, part: str) -> None:
    found = check(case)
    assert rule in [finding.rule for finding in found]
    assert any(part in f"{finding.path}: {finding.message}" for finding in found)
    assert CHILD not in str(found)
    assert fault_of(case) == f"{found[0].path}: {found[0].message}"


def test_every_rule_can_be_broken_and_has_a_source_and_a_mend() -> None:
    marks = test_a_case_that_breaks_a_rule_is_told_which_and_where.pytestmark
    broken = {row[1] for row in marks[0].args[1]}
    assert broken == {rule.id for rule in RULES}
    assert all(rule.source and rule.mend for rule in RULES)


def test_a_role_that_changed_hands_is_one_at_a_time() -> None:
    before = relation(
        roles.PRIMAER_BEHANDLER, "urn:a:1", roles.BRUGER, virkning=Virkning(fra=START, til=CLOSING)
    )
    after = relation(roles.PRIMAER_BEHANDLER, "urn:a:2", roles.BRUGER, virkning=Virkning(fra=CLOSING))
    rest = tuple(r for r in RELATIONS if r.rolle != roles.PRIMAER_BEHANDLER.uuid)
    assert check(sag(relationer=(*rest, before, after))) == []
    assert sag(relationer=(*rest, after, before)).latest.one(roles.PRIMAER_BEHANDLER) == after


# Changes ---------------------------------------------------------------------------------------------------


def change(**fields: Any) -> Update:
    return Update(uuid=UUID, tidspunkt=CLOSING, **fields)


def test_a_change_takes_over_from_its_moment_and_leaves_the_time_before() -> None:
    closed = updated(WHOLE, change(fremdrift=(step(AFSLUTTET, CLOSING),)))
    assert closed.fremdrift == (step(OPSTAAET, START, CLOSING), step(AFSLUTTET, CLOSING))
    assert closed.tidspunkt == CLOSING
    assert closed.relationer == WHOLE.relationer and closed.egenskaber == WHOLE.egenskaber


def test_a_change_in_the_middle_leaves_both_sides() -> None:
    line = laid_over(
        (step(OPSTAAET, START),), (step(FremdriftStatusKode.OPLYST, CLOSING, NEXT),), lambda _: 0
    )
    assert line == (
        step(OPSTAAET, START, CLOSING),
        step(FremdriftStatusKode.OPLYST, CLOSING, NEXT),
        step(OPSTAAET, NEXT),
    )


def test_a_change_of_one_relation_lets_the_others_be() -> None:
    other = relation(
        roles.PRIMAER_BEHANDLER, "urn:a:2", roles.BRUGER, virkning=Virkning(fra=CLOSING), navn="En Anden"
    )
    changed = updated(WHOLE, change(relationer=(other,)))
    workers = changed.all(roles.PRIMAER_BEHANDLER)
    assert [(w.navn, w.virkning) for w in workers] == [
        ("P. Røve", Virkning(fra=START, til=CLOSING)),
        ("En Anden", Virkning(fra=CLOSING)),
    ]
    assert len(changed.relationer) == len(WHOLE.relationer) + 1
    assert check(Sag(uuid=UUID, registreringer=(changed,))) == []


def test_a_change_without_a_time_takes_the_whole_line() -> None:
    title = Egenskaber(noegle="1", sagsnummer="1", titel="Ny")
    assert updated(WHOLE, change(egenskaber=(title,))).egenskaber == (title,)


# Examples --------------------------------------------------------------------------------------------------


def found(written: Registrering = WHOLE, now: datetime = CLOSING, **example: Any) -> bool:
    return agrees(written, SoegSag(**example), now)


def test_an_empty_example_agrees_with_everything() -> None:
    assert found()


@pytest.mark.parametrize(
    ("example", "agreed"),
    [
        ({"relationer": (relation(roles.PRIMAER_PART, f"urn:oio:cpr-nr:{CHILD}", virkning=None),)}, True),
        ({"relationer": (relation(roles.PRIMAER_PART, "urn:oio:cpr-nr:*", virkning=None),)}, False),
        ({"relationer": (relation(roles.SEKUNDAER_PART, f"urn:oio:cpr-nr:{CHILD}", virkning=None),)}, False),
        ({"egenskaber": (Egenskaber(titel="PPR-sag"),)}, True),
        ({"egenskaber": (Egenskaber(titel="PPR%"),)}, False),
        ({"egenskaber": (Egenskaber(titel="' or '1'='1"),)}, False),
        ({"fremdrift": (Fremdrift(status=OPSTAAET),)}, True),
        ({"fremdrift": (Fremdrift(status=AFSLUTTET),)}, False),
        ({"livscyklus": "Importeret"}, True),
        ({"livscyklus": "Slettet"}, False),
        ({"bruger": UUID}, False),
        ({"oprettet": Interval(START, CLOSING)}, True),
        ({"oprettet": Interval(None, START)}, False),
        ({"senest_aendret": Interval(START)}, True),
        ({"senest_aendret": Interval(CLOSING)}, False),
        ({"registrering": Interval(CLOSING)}, False),
    ],
)  # fmt: skip
def test_an_example_is_compared_value_by_value(example: dict[str, Any], agreed: bool) -> None:
    assert found(**example) is agreed


def test_an_example_without_times_means_now_and_one_with_times_those() -> None:
    closed = updated(WHOLE, change(fremdrift=(step(AFSLUTTET, CLOSING),)))
    opened = (Fremdrift(status=OPSTAAET),)
    assert not found(closed, CLOSING, fremdrift=opened)
    assert found(closed, CLOSING, fremdrift=opened, virkning=Interval(START, CLOSING))
    assert not found(closed, CLOSING, fremdrift=opened, virkning=Interval(CLOSING, NEXT))
    assert found(closed, CLOSING, fremdrift=opened, virkning=Interval())
    assert not found(WHOLE, datetime(2025, 2, 1, tzinfo=COPENHAGEN), fremdrift=opened)
    assert OPEN.holds(START) and not Virkning(fra=START, til=CLOSING).holds(CLOSING)
