"""The case index: what it takes in, what a search shows, and what it remembers."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from mocks.kombit import case_index
from mocks.kombit.case_index import WHOLE_CASE, Found, Sag, case_of
from mocks.municipal.case_system import Settings as CaseSystemSettings
from mocks.municipal.case_system.entries import Entries
from mocks.people import Case, CaseKind
from mocks.runtime import COPENHAGEN
from mocks.units import Unit, UnitKind

PPR = Unit(sor_id="900000001000016001", name="PPR", kind=UnitKind.PPR, system="fagsystem-rebild")
CHILD = "6105150001"
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


def sag(case: Case = CASE, at: datetime = NOW) -> dict[str, Any]:
    """The case as a case system writes it, as plain JSON that a test may break."""
    made = msgspec.to_builtins(Entries("fagsystem-rebild", SETTINGS).of(case, at), builtin_types=(datetime,))
    assert isinstance(made, dict)
    return made


@pytest.fixture
def index(world: Any) -> Any:
    world.start("sagsindeks", case_index.create_app, case_index.Settings())
    return world


def put(world: Any, *sager: Any, operation: str = "importer") -> list[dict[str, Any]]:
    answer = world.post(f"http://sagsindeks/sagsindeks/{operation}", {"sager": sager})
    results = answer["UnikRetur"]
    assert isinstance(results, list)
    assert (answer["StandardRetur"]["StatusKode"] == 20) == all(r["StatusKode"] == 20 for r in results)
    return results


def search(world: Any, **question: Any) -> Found:
    question.setdefault("Filter", {"SagVis": WHOLE_CASE})
    return msgspec.convert(world.post("http://sagsindeks/sagsindeks/fremsoeg", question), Found)


def test_an_imported_case_is_found_by_the_childs_number_and_reads_back_as_it_was(index: Any) -> None:
    assert put(index, sag()) == [{"StatusKode": 20, "UUID": CASE.uuid, "Type": "Sag"}]
    found = search(index, cpr=CHILD)
    assert found.antal.sager == 1
    assert case_of(found.sager[0]) == CASE
    assert found.sager[0].registrering.sts_tidspunkt == NOW


def test_the_wire_form_carries_the_index_own_field_names(index: Any) -> None:
    put(index, sag())
    raw = index.post(
        "http://sagsindeks/sagsindeks/fremsoeg",
        {"cpr": CHILD, "Filter": {"SagVis": [*WHOLE_CASE, "itsystem"]}},
    )["sager"][0]
    assert set(raw) == {
        "UUIDIdentifikator",
        "Registrering",
        "Egenskaber",
        "Tilstand",
        "SagIndeksEgenskaber",
        "Relationer",
    }
    assert raw["Registrering"]["LivscyklusKode"] == "Importeret"
    assert raw["Tilstand"][0]["FremdriftStatusKode"] == "Opstaaet"
    assert raw["Tilstand"][0]["Virkning"] == {"FraTidspunkt": "2025-03-01T00:00:00+01:00"}
    relations = raw["Relationer"]
    assert relations["Ejer"]["ReferenceID"] == "urn:oio:cvr-nr:12345674"
    assert relations["PrimaerPart"]["ReferenceID"] == f"urn:oio:cpr-nr:{CHILD}"
    assert relations["PrimaerKlasse"]["BrugervendtNoegle"] == "17.00.00"
    assert relations["ITSystemMaster"]["ReferenceID"].endswith("fagsystem-rebild")


@pytest.mark.parametrize("empty", [{}, {"SagVis": []}, {"SagInkluder": ["sagsrelation"]}])
def test_an_empty_filter_returns_no_data_and_says_so(index: Any, empty: dict[str, Any]) -> None:
    put(index, sag())
    found = search(index, cpr=CHILD, Filter=empty)
    assert (found.sager, found.antal.sager, found.standard_retur.status) == ((), 0, 20)
    assert "empty filter" in found.standard_retur.text


def test_a_filter_shows_its_blocks_and_no_other(index: Any) -> None:
    put(index, sag())
    only = search(index, cpr=CHILD, Filter={"SagVis": ["fremdrift"]}).sager[0]
    assert only.tilstand
    assert only.egenskaber is None
    assert msgspec.to_builtins(only.relationer) == {}
    party = search(index, cpr=CHILD, Filter={"SagVis": ["sagspart"]}).sager[0]
    assert list(msgspec.to_builtins(party.relationer)) == ["PrimaerPart"]


def test_an_unknown_block_is_refused_by_name(index: Any) -> None:
    said = index.post(
        "http://sagsindeks/sagsindeks/fremsoeg", {"cpr": CHILD, "Filter": {"SagVis": ["alt"]}}, 400
    )
    assert "'alt'" in said["message"]
    assert said["where"] == "$.Filter.SagVis[0]"


def test_ppr_of_the_schools_municipality_carries_the_childs_home(index: Any) -> None:
    put(index, sag())
    relations = search(index, cpr=CHILD).sager[0].relationer
    assert relations.ejer is not None and relations.bopaelskommune is not None
    assert relations.bopaelskommune.reference == "urn:oio:cvr-nr:29189420"
    assert relations.bopaelskommune.user_key == "0851"


def test_a_case_of_the_childs_own_municipality_names_no_home() -> None:
    at_home = dataclasses.replace(SETTINGS, residents=Elsewhere("0840"))
    assert Entries("fagsystem-rebild", at_home).of(CASE, NOW).relationer.bopaelskommune is None


def test_a_home_whose_cvr_number_is_not_known_is_named_by_its_code() -> None:
    unknown = dataclasses.replace(SETTINGS, cvr_of={})
    home = Entries("fagsystem-rebild", unknown).of(CASE, NOW).relationer.bopaelskommune
    assert home is not None and home.reference == "urn:tvaers:kommunekode:0851"


def broken(path: str, value: Any) -> dict[str, Any]:
    """The case with one thing changed; ``...`` takes it away."""
    made = sag()
    here: Any = made
    *way, last = path.split("/")
    for step in way:
        here = here[int(step) if step.isdigit() else step]
    if value is ...:
        del here[last]
    else:
        here[last] = value
    return made


@pytest.mark.parametrize(
    ("path", "value", "part"),
    [
        ("UUIDIdentifikator", "not-a-uuid", "UUIDIdentifikator"),
        ("Registrering/LivscyklusKode", "Opstaaet", "Importeret"),
        ("Egenskaber", ..., "Egenskaber: missing"),
        ("Egenskaber/Sagsnummer", "x" * 51, "51 characters"),
        ("Egenskaber/BrugervendtNoegle", "another", "must repeat"),
        ("Egenskaber/Titel", "x" * 256, "Titel"),
        ("SagIndeksEgenskaber", ..., "Foelsomhed"),
        ("Tilstand", ..., "whole history"),
        ("Tilstand/0/FremdriftStatusKode", "Afgjort", "starts with Opstaaet"),
        ("Tilstand/0/Virkning/TilTidspunkt", "2025-03-01T00:00:00+01:00", "exclusive"),
        ("Relationer/Ejer", ..., "Relationer/Ejer"),
        ("Relationer/Ansvarlig", ..., "Relationer/Ansvarlig"),
        ("Relationer/PrimaerKlasse", ..., "Relationer/PrimaerKlasse"),
        ("Relationer/PrimaerKlasse/BrugervendtNoegle", "PPR", "NN.NN.NN"),
        ("Relationer/Handlingsklasse", ..., "Relationer/Handlingsklasse"),
        ("Relationer/ITSystemMaster", ..., "ITSystemMaster"),
        ("Relationer/Ejer/ReferenceID", "12345674", "urn:oio:cvr-nr"),
        ("Relationer/Ejer/ReferenceID", "urn:oio:cvr-nr:12345675", "check digit"),
        ("Relationer/Bopaelskommune/ReferenceID", "urn:oio:cvr-nr:12345674", "differs from Ejer"),
        ("Relationer/PrimaerPart/ReferenceID", "urn:oio:cpr-nr:123", "10 digits"),
        ("Relationer/PrimaerPart/ReferenceID", CHILD, "must be a URN"),
    ],
)
def test_a_case_that_breaks_a_rule_is_turned_down_alone(index: Any, path: str, value: Any, part: str) -> None:
    good = sag(msgspec.structs.replace(CASE, uuid=CASE.uuid.replace("1", "2"), number="17.00.00-G01-2-25"))
    refused, taken = put(index, broken(path, value), good)
    assert refused["StatusKode"] == 41
    assert part in refused["FejlbeskedTekst"]
    assert CHILD not in refused["FejlbeskedTekst"]
    assert taken["StatusKode"] == 20
    assert search(index, cpr=CHILD).antal.sager == 1


def test_overlapping_stretches_of_progress_are_turned_down(index: Any) -> None:
    closed = sag(msgspec.structs.replace(CASE, closed=date(2025, 3, 31)))
    closed["Tilstand"][1]["Virkning"]["FraTidspunkt"] = "2025-03-30T00:00:00+01:00"
    assert "before Tilstand[0] has ended" in put(index, closed)[0]["FejlbeskedTekst"]
    closed["Tilstand"][0]["Virkning"].pop("TilTidspunkt")
    assert "only the last one" in put(index, closed)[0]["FejlbeskedTekst"]


def test_a_moment_without_a_zone_is_refused(index: Any) -> None:
    body = {"sager": [broken("Registrering/Tidspunkt", "2025-03-01T00:00:00")]}
    assert "timezone" in index.post("http://sagsindeks/sagsindeks/importer", body, 400)["message"]


def test_closing_is_exclusive_at_its_end_and_reads_back_as_the_last_open_day(index: Any) -> None:
    closed = msgspec.structs.replace(CASE, closed=date(2025, 3, 31))
    put(index, sag(closed))
    found = search(index, cpr=CHILD).sager[0]
    assert found.tilstand[0].virkning.til_tidspunkt == datetime(2025, 4, 1, tzinfo=COPENHAGEN)
    assert found.tilstand[1].virkning.fra_tidspunkt == datetime(2025, 4, 1, tzinfo=COPENHAGEN)
    assert case_of(found) == closed


def test_the_same_import_again_changes_nothing(index: Any) -> None:
    put(index, sag())
    index.kernel.env.run(until=60)
    assert put(index, sag())[0]["StatusKode"] == 20
    found = search(index, cpr=CHILD)
    assert [s.registrering.sts_tidspunkt for s in found.sager] == [NOW]


def test_every_registration_is_kept_and_can_be_asked_for(index: Any) -> None:
    put(index, sag())
    index.kernel.env.run(until=3600)
    later = index.kernel.now()
    put(index, sag(msgspec.structs.replace(CASE, closed=date(2025, 3, 31)), later), operation="opdater")
    assert case_of(search(index, cpr=CHILD).sager[0]) != CASE
    then = search(index, cpr=CHILD, Registreringstidspunkt="2025-04-01T08:30:00+02:00")
    assert case_of(then.sager[0]) == CASE
    assert search(index, cpr=CHILD, Registreringstidspunkt="2025-04-01T07:00:00+02:00").sager == ()


def test_an_older_registration_does_not_overwrite_a_later_one(index: Any) -> None:
    index.kernel.env.run(until=3600)
    put(index, sag(at=index.kernel.now()))
    stale = put(index, sag(msgspec.structs.replace(CASE, worker="En Anden"), NOW))
    assert stale[0]["StatusKode"] == 49
    assert case_of(search(index, cpr=CHILD).sager[0]) == CASE


def test_updating_an_unknown_case_is_told_apart_from_importing_it(index: Any) -> None:
    assert put(index, sag(), operation="opdater")[0]["StatusKode"] == 44


def test_a_case_number_is_unique_within_its_owner(index: Any) -> None:
    put(index, sag())
    twin = sag(msgspec.structs.replace(CASE, uuid=CASE.uuid.replace("1", "3")))
    assert "unique" in put(index, twin)[0]["FejlbeskedTekst"]
    twin["Relationer"]["Ejer"]["ReferenceID"] = "urn:oio:cvr-nr:29189420"
    twin["Relationer"].pop("Bopaelskommune")
    assert put(index, twin)[0]["StatusKode"] == 20


def test_the_master_system_cannot_be_changed(index: Any) -> None:
    put(index, sag())
    stolen = broken("Relationer/ITSystemMaster", {"ReferenceID": "urn:tvaers:it-system:other"})
    assert put(index, stolen)[0]["StatusKode"] == 49


def test_a_case_that_gets_another_party_is_found_under_that_one_only(index: Any) -> None:
    put(index, sag())
    put(index, sag(msgspec.structs.replace(CASE, cpr="6105150002")))
    assert search(index, cpr=CHILD).sager == ()
    assert search(index, cpr="6105150002").antal.sager == 1


def test_a_removed_case_is_not_found_and_may_come_back(index: Any) -> None:
    put(index, sag())
    gone = index.post("http://sagsindeks/sagsindeks/fjern", {"SagUuid": [CASE.uuid, "unknown"]})
    assert [r["StatusKode"] for r in gone["UnikRetur"]] == [20, 44]
    assert search(index, cpr=CHILD).sager == ()
    assert search(index, SagUuid=[CASE.uuid]).sager == ()
    assert put(index, sag())[0]["StatusKode"] == 20
    assert search(index, SagUuid=[CASE.uuid]).antal.sager == 1


def test_the_number_of_a_removed_case_is_free_also_after_a_restart(index: Any) -> None:
    put(index, sag())
    index.post("http://sagsindeks/sagsindeks/fjern", {"SagUuid": [CASE.uuid]})
    index.start("sagsindeks", case_index.create_app, case_index.Settings())
    heir = msgspec.structs.replace(CASE, uuid=CASE.uuid.replace("1", "3"))
    assert put(index, sag(heir))[0]["StatusKode"] == 20
    # The removed one comes back under another number, and the heir keeps its own.
    put(index, sag(msgspec.structs.replace(CASE, number="another")))
    third = msgspec.structs.replace(CASE, uuid=CASE.uuid.replace("1", "4"))
    assert put(index, sag(third))[0]["StatusKode"] == 49


def test_a_restart_on_the_same_store_finds_everything_again(index: Any) -> None:
    put(index, sag())
    index.start("sagsindeks", case_index.create_app, case_index.Settings())
    assert case_of(search(index, cpr=CHILD).sager[0]) == CASE
    twin = sag(msgspec.structs.replace(CASE, uuid=CASE.uuid.replace("1", "3")))
    assert put(index, twin)[0]["StatusKode"] == 49


@pytest.mark.parametrize(
    ("question", "where"),
    [({}, "$"), ({"cpr": CHILD, "SagUuid": ["x"]}, "$"), ({"cpr": "12"}, "$.cpr"), ({"cpr": 12}, "$.cpr")],
)
def test_a_search_without_a_clear_question_gets_400(index: Any, question: dict[str, Any], where: str) -> None:
    assert index.post("http://sagsindeks/sagsindeks/fremsoeg", question, 400)["where"] == where


def test_a_search_shows_at_most_so_many_and_counts_all(world: Any) -> None:
    world.start("sagsindeks", case_index.create_app, case_index.Settings(most_hits=2))
    cases = [
        msgspec.structs.replace(CASE, uuid=CASE.uuid.replace("1", str(n)), number=f"n-{n}") for n in (2, 3, 4)
    ]
    put(world, *[sag(c) for c in cases])
    found = search(world, cpr=CHILD)
    assert (found.antal.sager, len(found.sager)) == (3, 2)


def test_a_class_that_the_reader_does_not_know_is_no_case_for_it() -> None:
    made = msgspec.convert(sag(), Sag)
    assert case_of(made, {"27.24.00": CaseKind.FAMILY}) is None
    assert case_of(made, {"17.00.00": CaseKind.FAMILY}) is not None
