"""MinSpærring's rules, asked over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from mocks import sor
from mocks.identifiers import make_sor
from tests.overview.world import BUP, CHILD, HOSPITAL, PPR, REGION, World
from tests.overview.world import entries as world_entries

DOCTOR: dict[str, Any] = {
    "kind": "bup_doctor", "cpr": "0101584160", "authorisation": "SRTTQ", "organisation": BUP,
}  # fmt: skip
AALBORG_PPR = PPR["0851"]
ENTRIES = [
    {"document": "d-1", "organisation": BUP},
    {"document": "d-2", "organisation": HOSPITAL},
    {"document": "d-3", "organisation": AALBORG_PPR},
]


def item(**fields: Any) -> dict[str, Any]:
    return {"citizenCpr": CHILD, "consentType": 0, "validFrom": "2025-01-01T00:00:00Z"} | fields


def opening(**fields: Any) -> dict[str, Any]:
    return item(consentType=1, validTo="2026-01-01T00:00:00Z", **fields)


def blocked(*items: dict[str, Any]) -> World:
    world = World()
    for one in items:
        status, said = world.post("nsp", "/minsp/registrer", one)
        assert status == 201, said
    return world


def verdict(world: World, user: dict[str, Any] = DOCTOR) -> str:
    status, said = world.post("nsp", "/minsp/verify/user", {"cpr": CHILD, "user": user})
    assert status == 200
    return str(said["consent"])


def seen(world: World, user: dict[str, Any] = DOCTOR) -> list[str]:
    question = {"cpr": CHILD, "user": user, "entries": ENTRIES}
    return [entry["document"] for entry in world.post("nsp", "/minsp/verify/data", question)[1]["entries"]]


def who(source: str, value: str, sub_units: bool = False) -> dict[str, Any]:
    return {"source": source, "value": value, "sub_units": sub_units}


def test_without_a_registration_everything_is_open() -> None:
    world = blocked()
    assert (verdict(world), seen(world)) == ("positive", ["d-1", "d-2", "d-3"])


def test_a_block_of_everything_for_everybody_leaves_nothing() -> None:
    world = blocked(item())
    assert (verdict(world), seen(world)) == ("negative", [])


@pytest.mark.parametrize(
    ("whom", "expected"),
    [
        (who("authorisation", "SRTTQ"), "negative"),
        (who("authorisation", "ABCDE"), "positive"),
        (who("cpr", "0101584160"), "negative"),
        (who("sor", BUP), "negative"),
        (who("sor", HOSPITAL), "positive"),
        (who("sor", HOSPITAL, sub_units=True), "negative"),
        (who("sor", REGION, sub_units=True), "negative"),
        (who("sor", AALBORG_PPR, sub_units=True), "positive"),
    ],
)
def test_a_block_concerns_a_professional_or_a_place_with_or_without_its_units(
    whom: dict[str, Any], expected: str
) -> None:
    assert verdict(blocked(item(whoItem=whom))) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"validFrom": "2025-05-13T00:00:00Z"}, "positive"),
        ({"validTo": "2025-05-12T07:00:00Z"}, "positive"),
        ({"validTo": "2025-05-12T09:00:00Z"}, "negative"),
    ],
)
def test_the_period_is_that_of_the_look_up(fields: dict[str, str], expected: str) -> None:
    assert verdict(blocked(item(**fields))) == expected  # the world's clock says 10:00, 08:00 UTC


def test_a_positive_item_beats_a_negative_one_for_its_who_and_its_what() -> None:
    world = blocked(item(), opening(whoItem=who("authorisation", "SRTTQ")))
    assert (verdict(world), seen(world)) == ("positive", ["d-1", "d-2", "d-3"])
    assert verdict(world, DOCTOR | {"authorisation": "ABCDE"}) == "negative"
    partly = blocked(item(), opening(whatItem=who("sor", BUP)))
    assert (verdict(partly), seen(partly)) == ("data-specific", ["d-1"])
    document = blocked(item(), opening(whatItem={"source": "document", "value": "d-3"}))
    assert seen(document) == ["d-3"]


def test_a_block_of_data_takes_in_the_organisations_above_unless_they_are_opened() -> None:
    block = item(whatItem=who("sor", BUP))
    assert verdict(blocked(block)) == "data-specific"
    assert seen(blocked(block)) == ["d-3"]
    assert seen(blocked(block, opening(whatItem=who("sor", HOSPITAL)))) == ["d-2", "d-3"]


def test_a_block_of_data_takes_in_the_units_below_where_it_says_so() -> None:
    assert seen(blocked(item(whatItem=who("sor", HOSPITAL)))) == ["d-1", "d-3"]
    assert seen(blocked(item(whatItem=who("sor", HOSPITAL, sub_units=True)))) == ["d-3"]


def test_a_lifted_item_is_history() -> None:
    world = blocked(item())
    (kept,) = world.post("nsp", "/minsp/soeg", {"cpr": CHILD})[1]["items"]
    world.start("nsp")
    assert verdict(world) == "negative"
    status, lifted = world.post("nsp", "/minsp/ophaev", {"id": kept["id"], "by": "citizen"})
    assert (status, lifted["active"], lifted["modifiedBy"]) == (200, False, "citizen")
    assert verdict(world) == "positive"
    assert len(world.post("nsp", "/minsp/soeg", {"cpr": CHILD})[1]["items"]) == 1


def test_a_ydernummer_is_mapped_to_its_units_on_either_side() -> None:
    clinic = make_sor(98)
    owner = sor.SorEntry(sor_id=make_sor(96), level=sor.Level.IE, name="Lægerne")
    house = sor.SorEntry(sor_id=make_sor(97), level=sor.Level.SI, name="Lægehuset", parent=owner.sor_id)
    unit = sor.SorEntry(
        sor_id=clinic, level=sor.Level.OE, name="Klinikken", parent=house.sor_id, ydernummer="012345"
    )

    def with_clinic(one: dict[str, Any]) -> World:
        world = blocked(one)
        entries = (*world_entries(), owner, house, unit)
        world.kernel.install("sor", sor.create_app(world.runtime("sor"), sor.Settings(entries=entries)))
        return world

    by_place = with_clinic(item(whoItem=who("sor", clinic)))
    gp = {"kind": "gp", "ydernummer": "012345"}
    assert verdict(by_place, gp) == "negative"
    assert verdict(by_place, gp | {"ydernummer": "054321"}) == "positive"
    by_yder = with_clinic(item(whoItem=who("yder", "012345")))
    assert verdict(by_yder, gp) == "negative"
    assert verdict(by_yder, {"kind": "gp", "organisation": clinic}) == "negative"
    assert verdict(by_yder, {"kind": "gp", "organisation": BUP}) == "positive"


def test_when_sor_is_away_a_block_on_a_place_is_not_passed_over() -> None:
    world = blocked(item(whoItem=who("sor", HOSPITAL, sub_units=True)))
    world.replace("sor", status=500, body=b"no")
    status, said = world.post("nsp", "/minsp/verify/user", {"cpr": CHILD, "user": DOCTOR})
    assert (status, said["code"]) == (503, "processing_problem")


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"citizenCpr": "12"}, "$.citizenCpr"),
        ({"consentType": 1}, "$.validTo"),
        ({"validTo": "2024-01-01T00:00:00Z"}, "$.validTo"),
        ({"whoItem": who("sor", "../stop")}, "$.whoItem.value"),
    ],
)
def test_an_item_that_cannot_be_is_refused(fields: dict[str, Any], where: str) -> None:
    status, said = World().post("nsp", "/minsp/registrer", item(**fields))
    assert (status, said["where"]) == (400, where)
