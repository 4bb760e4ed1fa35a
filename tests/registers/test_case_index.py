"""The case index: what it takes in, what a search shows, and what it remembers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from mocks.kombit import case_index
from mocks.kombit.case_index import CaseIndexClient, KnownCases, Rights, about, case_of
from mocks.kombit.case_index.client import INDEX
from mocks.municipal.case_system import Settings as CaseSystemSettings
from mocks.municipal.case_system.entries import Entries
from mocks.people import Case, CaseKind
from mocks.runtime import COPENHAGEN
from mocks.standards.sagdok import roles
from mocks.standards.sagdok.answers import Found, UnikRetur
from mocks.standards.sagdok.case import (
    Egenskaber,
    Foelsomhed,
    Fremdrift,
    FremdriftStatusKode,
    Relation,
    Sag,
    Update,
    Virkning,
)
from mocks.standards.sagdok.search import (
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
from mocks.standards.sagdok.write import EVERYTHING
from mocks.units import Unit, UnitKind

PPR = Unit(sor_id="900000001000016001", name="PPR", kind=UnitKind.PPR, system="fagsystem-rebild")
CHILD, OTHER_CHILD = "6105150001", "6105150002"
NOW = datetime(2025, 4, 1, 8, tzinfo=COPENHAGEN)


class Elsewhere:
    """Every child lives in the same municipality, another one than the case's unless told so."""

    def __init__(self, municipality: str = "0851") -> None:
        self.municipality = municipality

    def home_of(self, cpr: str) -> str:
        return self.municipality


SETTINGS = CaseSystemSettings(
    municipality="0840",
    name="Rebild Kommune",
    cvr="12345674",
    units=(PPR,),
    residents=Elsewhere(),
    cvr_of={"0851": "29189420"},
)
CASE = Case(
    uuid="11111111-1111-4111-8111-111111111111",
    cpr=CHILD,
    kind=CaseKind.PPR,
    owner="0840",
    unit=PPR.sor_id,
    number="17.00.00-G01-1-25",
    opened=date(2025, 3, 1),
    worker="Prøve Psykolog",
    worker_phone="12345678",
)


def another(number: int, **fields: Any) -> Case:
    """The case as the one with this number."""
    uuid = CASE.uuid.replace("1", str(number))
    return msgspec.structs.replace(CASE, uuid=uuid, number=f"17.00.00-G01-{number}-25", **fields)


def sag(case: Case = CASE, at: datetime = NOW, **fields: Any) -> Sag:
    """The case as a case system writes it, with some fields of its registration changed."""
    made = Entries("fagsystem-rebild", SETTINGS).of(case, at)
    return Sag(uuid=made.uuid, registreringer=(msgspec.structs.replace(made.latest, **fields),))


def changed(case: Sag, role: roles.Role, **fields: Any) -> Sag:
    """With this relation changed; without fields, without it."""
    relations = tuple(
        msgspec.structs.replace(r, **fields) if r.rolle == role.uuid else r
        for r in case.latest.relationer
        if fields or r.rolle != role.uuid
    )
    return Sag(uuid=case.uuid, registreringer=(msgspec.structs.replace(case.latest, relationer=relations),))


def start(world: Any, **settings: Any) -> Any:
    world.start(INDEX, case_index.create_app, case_index.Settings(**settings))
    return world


@pytest.fixture
def index(world: Any) -> Any:
    return start(world)


def client(world: Any) -> CaseIndexClient:
    return CaseIndexClient(world.runtime("tester"))


def put(world: Any, *sager: Sag) -> Sequence[UnikRetur]:
    outcome = world.kernel.complete(client(world).importer(sager))
    assert outcome.standard is None and len(outcome.unik) == len(sager)
    lines: Sequence[UnikRetur] = outcome.unik
    return lines


def update(world: Any, **fields: Any) -> UnikRetur:
    change = Update(**{"uuid": CASE.uuid, "tidspunkt": world.kernel.now(), **fields})
    line: UnikRetur = world.kernel.complete(client(world).opdater([change])).unik[0]
    return line


def search(world: Any, terms: Fremsoeg | None = None, **more: Any) -> Found:
    asked = msgspec.structs.replace(terms or about(CHILD), **more)
    found: Found = world.kernel.complete(client(world).fremsoeg(asked))
    return found


def example(**fields: Any) -> Fremsoeg:
    return Fremsoeg(udtryk=SoegUdtryk(sager=(SoegSag(**fields),)), vis=EVERYTHING)


def numbers(found: Found) -> list[str]:
    """The serial numbers of the cases that were found, in their order."""
    return [sag.latest.egenskaber[-1].sagsnummer.split("-")[2] for sag in found.sager]


# Import and search -----------------------------------------------------------------------------------------


def test_an_imported_case_is_found_by_the_childs_number_and_reads_back_as_it_was(index: Any) -> None:
    assert put(index, sag()) == (UnikRetur(status=20, uuid=CASE.uuid),)
    found = search(index)
    assert found.antal == 1
    assert case_of(found.sager[0]) == CASE
    assert found.sager[0].latest.sts_tidspunkt == NOW


def test_an_empty_filter_returns_no_data_and_says_so(index: Any) -> None:
    put(index, sag())
    for empty in ({}, {"inkluder": frozenset((SagInkluder.SAGSRELATION,))}):
        found = search(index, vis=frozenset(), **empty)
        assert (found.sager, found.antal, found.retur.status) == ((), 0, 20)
        assert "empty filter" in found.retur.text


@pytest.mark.parametrize(
    ("block", "kept"),
    [
        (SagVis.EGENSKABER, {"egenskaber", "indeks_egenskaber"}),
        (SagVis.FREMDRIFT, {"fremdrift"}),
        (SagVis.SAGSAKTOER, {"Ejer", "Ansvarlig", "PrimaerBehandler", "Bopaelskommune"}),
        (SagVis.SAGSPART, {"PrimaerPart"}),
        (SagVis.SAGSKLASSE, {"PrimaerKlasse", "Handlingsklasse"}),
        (SagVis.ITSYSTEM, {"ITSystemMaster", "ITSystemAfsender"}),
        (SagVis.SAGSRELATION, set()),
    ],
)
def test_a_filter_shows_its_block_and_no_other(index: Any, block: SagVis, kept: set[str]) -> None:
    put(index, sag())
    shown = search(index, vis=frozenset((block,))).sager[0].latest
    found = {name for name in ("egenskaber", "indeks_egenskaber", "fremdrift") if getattr(shown, name)}
    found |= {roles.BY_UUID[relation.rolle].name for relation in shown.relationer}
    assert found == kept


def test_two_filters_in_turn_show_each_its_own(index: Any) -> None:
    put(index, sag())
    for block in (SagVis.EGENSKABER, SagVis.FREMDRIFT, SagVis.EGENSKABER):
        shown = search(index, vis=frozenset((block,))).sager[0].latest
        assert bool(shown.egenskaber) is (block is SagVis.EGENSKABER)


def test_ppr_of_the_schools_municipality_carries_the_childs_home(index: Any) -> None:
    put(index, sag())
    home = search(index).sager[0].latest.one(roles.BOPAELSKOMMUNE)
    assert home is not None
    assert (home.reference, home.noegle) == ("urn:oio:cvr-nr:29189420", "0851")


def test_a_case_of_the_childs_own_municipality_names_no_home() -> None:
    at_home = dataclasses.replace(SETTINGS, residents=Elsewhere("0840"))
    made = Entries("fagsystem-rebild", at_home).of(CASE, NOW)
    assert made.latest.one(roles.BOPAELSKOMMUNE) is None


def test_a_home_whose_cvr_number_is_not_known_is_named_by_its_code() -> None:
    unknown = dataclasses.replace(SETTINGS, cvr_of={})
    home = Entries("fagsystem-rebild", unknown).of(CASE, NOW).latest.one(roles.BOPAELSKOMMUNE)
    assert home is not None and home.reference == "urn:tvaers:kommunekode:0851"


def test_two_hundred_children_name_their_home_only_when_the_school_lies_elsewhere(world: Any) -> None:
    class Homes:
        def home_of(self, cpr: str) -> str:
            return "0840" if int(cpr[-3:]) % 2 else "0851"

    start(world)
    made = Entries("fagsystem-rebild", dataclasses.replace(SETTINGS, residents=Homes()))
    children = [f"6105150{n:03d}" for n in range(200)]
    cases = [
        msgspec.structs.replace(CASE, cpr=cpr, uuid=f"00000000-0000-4000-8000-{n:012d}", number=f"n-{n}")
        for n, cpr in enumerate(children)
    ]
    assert {line.status for line in put(world, *[made.of(case, NOW) for case in cases])} == {20}
    for cpr in children:
        (found,) = search(world, about(cpr)).sager
        home = found.latest.one(roles.BOPAELSKOMMUNE)
        assert (home is None) is (Homes().home_of(cpr) == "0840"), "set, and only then"
        assert home is None or home.noegle == "0851"


def test_a_case_that_breaks_a_rule_is_turned_down_alone(index: Any) -> None:
    broken = changed(sag(), roles.PRIMAER_PART, reference=f"urn:oio:cpr-nr:{CHILD}1")
    refused, taken = put(index, broken, sag(another(2)))
    assert (refused.status, taken.status) == (41, 20)
    assert "Relationer/PrimaerPart/ReferenceID" in refused.text
    assert CHILD not in refused.text
    assert search(index).antal == 1


def test_closing_is_exclusive_at_its_end_and_reads_back_as_the_last_open_day(index: Any) -> None:
    closed = msgspec.structs.replace(CASE, closed=date(2025, 3, 31))
    put(index, sag(closed))
    found = search(index).sager[0]
    opened, closing = (step.virkning for step in found.latest.fremdrift)
    assert opened is not None and closing is not None
    assert opened.til == closing.fra == datetime(2025, 4, 1, tzinfo=COPENHAGEN)
    assert case_of(found) == closed


# Registrations and changes ---------------------------------------------------------------------------------


def test_the_same_import_again_changes_nothing(index: Any) -> None:
    put(index, sag())
    index.kernel.env.run(until=60)
    assert put(index, sag())[0].status == 20
    assert [s.latest.sts_tidspunkt for s in search(index).sager] == [NOW]


def test_a_change_lays_itself_over_what_is_known_and_the_state_before_can_be_asked_for(index: Any) -> None:
    put(index, sag())
    index.kernel.env.run(until=3600)
    moment = index.kernel.now()
    closing = Fremdrift(status=FremdriftStatusKode.AFSLUTTET, virkning=Virkning(fra=moment))
    assert update(index, fremdrift=(closing,)).status == 20
    now = search(index).sager[0].latest
    assert [step.status for step in now.fremdrift] == ["Opstaaet", "Afsluttet"]
    assert now.fremdrift[0].virkning == Virkning(fra=datetime(2025, 3, 1, tzinfo=COPENHAGEN), til=moment)
    assert set(search(index, vis=EVERYTHING).sager[0].latest.relationer) == set(sag().latest.relationer)

    def as_of(at: datetime, fra: datetime | None = None) -> Found:
        terms = about(CHILD).udtryk
        assert terms is not None
        asked = msgspec.structs.replace(terms.sager[0], sts=Interval(fra, at))
        return search(index, udtryk=SoegUdtryk(sager=(asked,)))

    then = as_of(NOW + timedelta(minutes=30)).sager[0]
    assert case_of(then) == CASE
    assert as_of(NOW - timedelta(hours=1)).sager == ()
    both = as_of(moment, NOW).sager[0]
    assert [len(written.fremdrift) for written in both.registreringer] == [1, 2]


def test_a_change_that_makes_a_case_wrong_is_turned_down_and_leaves_it(index: Any) -> None:
    put(index, sag())
    untitled = Egenskaber(virkning=Virkning(fra=NOW), noegle="x", sagsnummer="y", titel="z")
    line = update(index, egenskaber=(untitled,))
    assert line.status == 41 and "must repeat" in line.text
    assert case_of(search(index).sager[0]) == CASE


def test_an_older_registration_does_not_overwrite_a_later_one(index: Any) -> None:
    index.kernel.env.run(until=3600)
    put(index, sag(at=index.kernel.now()))
    stale = put(index, sag(msgspec.structs.replace(CASE, worker="En Anden"), NOW))
    assert stale[0].status == 49
    step = Fremdrift(status=FremdriftStatusKode.OPLYST, virkning=Virkning(fra=NOW))
    assert update(index, tidspunkt=NOW, fremdrift=(step,)).status == 49
    assert case_of(search(index).sager[0]) == CASE


def test_updating_an_unknown_case_is_told_apart_from_importing_it(index: Any) -> None:
    assert update(index).status == 44


def test_a_case_number_is_unique_within_its_owner(index: Any) -> None:
    put(index, sag())
    twin = sag(msgspec.structs.replace(CASE, uuid=another(3).uuid))
    assert "unique" in put(index, twin)[0].text
    elsewhere = changed(changed(twin, roles.EJER, reference="urn:oio:cvr-nr:29189420"), roles.BOPAELSKOMMUNE)
    assert put(index, elsewhere)[0].status == 20


def test_the_master_system_cannot_be_changed(index: Any) -> None:
    put(index, sag())
    stolen = changed(sag(), roles.IT_MASTER, reference="99999999-9999-4999-8999-999999999999")
    assert put(index, stolen)[0].status == 49


def test_a_case_that_gets_another_party_is_found_under_that_one_only(index: Any) -> None:
    put(index, sag())
    put(index, sag(msgspec.structs.replace(CASE, cpr=OTHER_CHILD)))
    assert search(index).sager == ()
    assert search(index, about(OTHER_CHILD)).antal == 1


def test_a_removed_case_is_not_found_and_may_come_back(index: Any) -> None:
    put(index, sag())
    gone = index.kernel.complete(client(index).fjern(Fjern(sag_uuid=(CASE.uuid, another(9).uuid))))
    assert [line.status for line in gone.unik] == [20, 44]
    assert search(index).sager == ()
    by_uuid = Fremsoeg(sag_uuid=(CASE.uuid,), vis=EVERYTHING)
    assert search(index, by_uuid).sager == ()
    assert put(index, sag())[0].status == 20
    assert search(index, by_uuid).antal == 1


def test_cases_can_be_removed_by_what_they_are(index: Any) -> None:
    put(index, sag(), sag(another(2)), sag(another(3, cpr=OTHER_CHILD)))
    gone = index.kernel.complete(client(index).fjern(Fjern(udtryk=about(CHILD).udtryk)))
    assert [line.status for line in gone.unik] == [20, 20]
    assert search(index, about(OTHER_CHILD)).antal == 1


def test_the_number_of_a_removed_case_is_free_also_after_a_restart(index: Any) -> None:
    put(index, sag())
    index.kernel.complete(client(index).fjern(Fjern(sag_uuid=(CASE.uuid,))))
    start(index)
    heir = msgspec.structs.replace(CASE, uuid=another(3).uuid)
    assert put(index, sag(heir))[0].status == 20
    # The removed one comes back under another number, and the heir keeps its own.
    put(index, sag(msgspec.structs.replace(CASE, number="another")))
    third = msgspec.structs.replace(CASE, uuid=another(4).uuid)
    assert put(index, sag(third))[0].status == 49


def test_a_restart_on_the_same_store_finds_everything_again(index: Any) -> None:
    put(index, sag())
    start(index)
    assert case_of(search(index).sager[0]) == CASE
    assert put(index, sag(msgspec.structs.replace(CASE, uuid=another(3).uuid)))[0].status == 49


# What the index knows from the start -----------------------------------------------------------------------


def known(*cases: Case) -> tuple[KnownCases, ...]:
    entries = Entries("fagsystem-rebild", SETTINGS)
    return (KnownCases(owner="urn:oio:cvr-nr:12345674", cases=cases, entry=entries.of),)


def test_cases_known_from_the_start_are_found_changed_removed_and_survive_a_restart(world: Any) -> None:
    start(world, known=known(CASE, another(2)))
    assert search(world).antal == 2
    assert {s.latest.sts_tidspunkt for s in search(world).sager} == {NOW}
    world.kernel.env.run(until=60)
    assert put(world, sag())[0].status == 20
    assert {s.latest.sts_tidspunkt for s in search(world).sager} == {NOW}, "the same content changes nothing"
    world.kernel.env.run(until=3600)
    closing = Fremdrift(status=FremdriftStatusKode.AFSLUTTET, virkning=Virkning(fra=world.kernel.now()))
    assert update(world, fremdrift=(closing,)).status == 20
    world.kernel.complete(client(world).fjern(Fjern(sag_uuid=(another(2).uuid,))))
    for _ in range(2):
        (left,) = search(world).sager
        assert left.uuid == CASE.uuid and left.latest.fremdrift[-1] == closing
        start(world, known=known(CASE, another(2)))
        assert search(world, sag_uuid=()).sager[0].latest.tidspunkt == world.kernel.now()


def test_the_number_of_a_known_case_is_taken(world: Any) -> None:
    start(world, known=known(CASE))
    assert put(world, sag(msgspec.structs.replace(CASE, uuid=another(3).uuid)))[0].status == 49


# Expressions, order, parts ---------------------------------------------------------------------------------


@pytest.fixture
def four(world: Any) -> Any:
    """Cases 2 to 5: of two children, of which 4 is closed; 5 has another title."""
    start(world)
    made = [
        sag(another(2)),
        sag(another(3, cpr=OTHER_CHILD)),
        sag(another(4, closed=date(2025, 3, 20))),
        sag(another(5)),
    ]
    own = made[3].latest.egenskaber[0]
    made[3] = sag(another(5), egenskaber=(msgspec.structs.replace(own, titel="AAA"),))
    assert {line.status for line in put(world, *made)} == {20}
    return world


def party(cpr: str) -> Relation:
    return Relation(
        family=roles.PRIMAER_PART.family, rolle=roles.PRIMAER_PART.uuid, reference=f"urn:oio:cpr-nr:{cpr}"
    )


OF_CHILD = SoegSag(relationer=(party(CHILD),))
OF_OTHER = SoegSag(relationer=(party(OTHER_CHILD),))
CLOSED = SoegSag(fremdrift=(Fremdrift(status=FremdriftStatusKode.AFSLUTTET),))
TITLED = SoegSag(egenskaber=(Egenskaber(titel="AAA"),))


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (SoegUdtryk(sager=(OF_CHILD,)), ["2", "4", "5"]),
        (SoegUdtryk(sager=(OF_CHILD, CLOSED)), ["4"]),
        (SoegUdtryk(sager=(OF_CHILD, OF_OTHER)), []),
        (SoegUdtryk(either=True, sager=(OF_CHILD, OF_OTHER)), ["2", "3", "4", "5"]),
        (SoegUdtryk(either=True, sager=(CLOSED, OF_OTHER)), ["3", "4"]),
        (SoegUdtryk(sager=(OF_CHILD,), ikke=(SoegUdtryk(sager=(CLOSED,)),)), ["2", "5"]),
        (SoegUdtryk(ikke=(SoegUdtryk(sager=(OF_CHILD,)),)), ["3"]),
        (
            SoegUdtryk(sager=(OF_CHILD,), udtryk=(SoegUdtryk(either=True, sager=(CLOSED, TITLED)),)),
            ["4", "5"],
        ),
        (SoegUdtryk(ikke=(SoegUdtryk(either=True, sager=(CLOSED, TITLED, OF_OTHER)),)), ["2"]),
        (SoegUdtryk(sager=(OF_CHILD,), dokumenter=1), []),
        (SoegUdtryk(either=True, sager=(TITLED,), dokumenter=1), ["5"]),
    ],
)
def test_expressions_join_turn_round_and_nest(four: Any, terms: SoegUdtryk, expected: list[str]) -> None:
    found = search(four, Fremsoeg(udtryk=terms, vis=EVERYTHING))
    assert sorted(numbers(found)) == expected
    assert found.antal == len(expected)


@pytest.mark.parametrize(
    "text",
    [
        "' or '1'='1",
        "*",
        "%",
        "_AA",
        "AAA' or true() or '",
        "//*",
        "${x}",
        "(?i)aaa",
        "AAA)(|(uid=*)",
        "\\x41AA",
    ],
)
def test_what_might_be_another_language_is_only_a_text(four: Any, text: str) -> None:
    for asked in (
        example(egenskaber=(Egenskaber(titel=text),)),
        example(relationer=(Relation(family=roles.PRIMAER_PART.family, rolle="", reference=text),)),
        Fremsoeg(sag_uuid=(text,), vis=EVERYTHING),
    ):
        found = search(four, asked)
        assert (found.retur.status, found.antal, found.sager) == (20, 0, ())


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((Sortering(SorterEfter.NOEGLE, True),), ["5", "4", "3", "2"]),
        ((Sortering(SorterEfter.TITEL), Sortering(SorterEfter.NOEGLE, True, 2)), ["5", "4", "3", "2"]),
        ((Sortering(SorterEfter.FREMDRIFT, True), Sortering(SorterEfter.NOEGLE, False, 2)), ["4", "2", "3", "5"]),
        ((Sortering(SorterEfter.NOEGLE, True, 9), Sortering(SorterEfter.TITEL, False, 1)), ["5", "4", "3", "2"]),
        *(((Sortering(element), Sortering(SorterEfter.NOEGLE, False, 5)), None) for element in SorterEfter),
    ],
)  # fmt: skip
def test_hits_come_in_the_order_asked_for(
    four: Any, order: tuple[Sortering, ...], expected: list[str] | None
) -> None:
    found = numbers(search(four, example(), sortering=order))
    assert found == expected if expected is not None else sorted(found) == ["2", "3", "4", "5"]


def test_a_part_of_the_hits_can_be_asked_for_and_all_are_counted(four: Any) -> None:
    order = (Sortering(SorterEfter.NOEGLE),)
    found = search(four, example(foerste=1, most=2), sortering=order)
    assert (numbers(found), found.antal) == (["3", "4"], 4)
    assert search(four, example(foerste=9)).sager == ()


def test_a_search_shows_at_most_so_many_and_counts_all(world: Any) -> None:
    start(world, most_hits=2)
    put(world, *[sag(another(n)) for n in (2, 3, 4)])
    found = search(world)
    assert (found.antal, len(found.sager)) == (3, 2)


def test_related_cases_come_along_when_asked_for(index: Any) -> None:
    link = Relation(
        family=roles.ANDRE_SAGER.family,
        rolle=roles.ANDRE_SAGER.uuid,
        type=roles.SAG_TYPE,
        reference=another(2).uuid,
        virkning=Virkning(fra=NOW),
    )
    linked = sag(relationer=(*sag().latest.relationer, link))
    put(index, linked, sag(another(2, cpr=OTHER_CHILD)))
    assert numbers(search(index)) == ["1"]
    both = search(index, inkluder=frozenset((SagInkluder.SAGSRELATION,)))
    assert (numbers(both), both.antal) == (["1", "2"], 1)


def test_a_search_without_a_question_is_turned_down(index: Any) -> None:
    found = search(index, Fremsoeg(vis=EVERYTHING))
    assert (found.retur.status, found.sager) == (41, ())
    assert "SoegUdtryk" in found.retur.text


def test_a_class_that_the_reader_does_not_know_is_no_case_for_it() -> None:
    assert case_of(sag(), {"27.24.00": CaseKind.FAMILY}) is None
    assert case_of(sag(), {"17.00.00": CaseKind.FAMILY}) is not None


# Who may see and write what --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rights", "seen"),
    [
        ((), True),
        ((Rights(),), True),
        ((Rights(cvrs=frozenset(("12345674",))),), True),
        ((Rights(cvrs=frozenset(("29189420",))),), False),
        ((Rights(subjects=("17.00.00",)),), True),
        ((Rights(subjects=("17.*", "27.24.00")),), True),
        ((Rights(subjects=("27.*",)),), False),
        ((Rights(subjects=()),), False),
        ((Rights(level=Foelsomhed.FOELSOMME_PERSONOPLYSNINGER.level),), True),
        ((Rights(level=Foelsomhed.FORTROLIGE_PERSONOPLYSNINGER.level),), False),
        ((Rights(), Rights(subjects=("27.*",))), False),
        ((Rights(subjects=("27.*",)), Rights()), False),
    ],
)
def test_system_and_person_must_each_pass_owner_class_and_sensitivity(
    world: Any, rights: tuple[Rights, ...], seen: bool
) -> None:
    start(world)
    put(world, sag())
    start(world, check=lambda envelope, now: rights)
    found = search(world)
    assert (found.antal, len(found.sager), found.retur.status) == ((1, 1, 20) if seen else (0, 0, 20))
    assert found.retur.text == "", "nothing hints at what may not be seen"


def test_who_may_not_write_a_case_changes_nothing(world: Any) -> None:
    start(world)
    put(world, sag())
    for rights in (Rights(writes=False), Rights(cvrs=frozenset(("29189420",))), Rights(subjects=("27.*",))):
        start(world, check=lambda envelope, now, rights=rights: (rights,))
        assert put(world, sag(another(2)))[0].status == 43
        step = Fremdrift(status=FremdriftStatusKode.OPLYST, virkning=Virkning(fra=NOW))
        assert update(world, fremdrift=(step,)).status == 43
        gone = world.kernel.complete(client(world).fjern(Fjern(sag_uuid=(CASE.uuid,))))
        assert gone.unik[0].status == 43
    start(world)
    assert case_of(search(world).sager[0]) == CASE


def test_a_stranger_cannot_take_a_case_by_naming_itself_its_owner(world: Any) -> None:
    start(world)
    put(world, sag())
    start(world, check=lambda envelope, now: (Rights(cvrs=frozenset(("29189420",))),))
    claimed = changed(changed(sag(), roles.EJER, reference="urn:oio:cvr-nr:29189420"), roles.BOPAELSKOMMUNE)
    assert put(world, claimed)[0].status == 43


def test_no_number_of_a_person_stands_in_the_trace(four: Any) -> None:
    search(four)
    assert not re.search(r"\d{10}", str(four.trace.notes))
