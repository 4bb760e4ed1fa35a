"""The CPR replica and the institution register."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from mocks import stil
from mocks.errors import BadInput
from mocks.identifiers import is_synthetic_cpr
from mocks.kombit import cpr
from mocks.people import Institution, Person, Placement

CHILD, STRANGER, ADULT = "6105150001", "6105150002", "2512489996"
SCHOOL = Institution(
    number="900001",
    name="Prøveskolen",
    kind="Folkeskole",
    municipality="0851",
    admin_municipality="0840",
    street="Skolevej 1",
    post_code="9000",
    city="Aalborg",
)


class Known(dict[str, Any]):
    def find(self, cpr: str) -> Any:
        return self.get(cpr)


PERSON = Person(
    cpr=CHILD,
    given="Prøve",
    family="Barn",
    birth_date=date(2015, 5, 1),
    sex="F",
    municipality="0840",
    custody=(ADULT,),
)


@pytest.fixture
def ask(world: Any) -> Any:
    world.start("cpr", cpr.create_app, cpr.Settings(register=Known({CHILD: PERSON})))
    placements = Known({CHILD: Placement(institution=SCHOOL, group="3.U")})
    world.start("stil", stil.create_app, stil.Settings(register=placements, institutions=(SCHOOL,)))
    return world


def test_the_numbers_used_here_belong_to_nobody() -> None:
    assert is_synthetic_cpr(CHILD) and is_synthetic_cpr(STRANGER)


def test_a_known_person_is_told_with_home_and_custody(ask: Any) -> None:
    assert msgspec.convert(ask.post("http://cpr/cpr/opslag", {"cpr": CHILD}), Person) == PERSON


def test_a_child_is_told_with_school_and_group(ask: Any) -> None:
    found = msgspec.convert(ask.post("http://stil/stil/placering", {"cpr": CHILD}), Placement)
    assert (found.institution, found.group) == (SCHOOL, "3.U")
    assert found.institution.municipality != found.institution.admin_municipality


@pytest.mark.parametrize("url", ["http://cpr/cpr/opslag", "http://stil/stil/placering"])
def test_an_unknown_number_gets_404_and_stays_masked(ask: Any, url: str) -> None:
    said = ask.post(url, {"cpr": STRANGER}, 404)
    assert "610515-****" in said["message"]
    assert STRANGER not in str(said) + str(ask.trace.notes)


@pytest.mark.parametrize("url", ["http://cpr/cpr/opslag", "http://stil/stil/placering"])
@pytest.mark.parametrize(
    "number", ["", "610515-0001", "61051500011", "610515000x", "9913150001", "٦105150001"]
)
def test_a_malformed_number_gets_400_and_stays_masked(ask: Any, url: str, number: str) -> None:
    said = ask.post(url, {"cpr": number}, 400)
    assert said["where"] == "$.cpr"
    assert "CPR number" in said["message"]
    if number:
        assert number not in str(said) + str(ask.trace.notes)


def test_a_look_up_by_get_is_refused_so_that_no_number_ends_in_a_log(ask: Any) -> None:
    assert ask.request("GET", f"http://cpr/cpr/opslag?cpr={CHILD}").status == 405
    assert CHILD not in str(ask.trace.notes)


def test_an_institution_is_found_by_its_number(ask: Any) -> None:
    assert msgspec.convert(ask.get("http://stil/stil/institution/900001"), Institution) == SCHOOL
    assert "900002" in ask.get("http://stil/stil/institution/900002", 404)["message"]
    assert "six digits" in ask.get("http://stil/stil/institution/90001", 400)["message"]


def test_an_institution_with_a_wrong_number_is_refused_at_start(world: Any) -> None:
    wrong = msgspec.structs.replace(SCHOOL, number="12")
    with pytest.raises(BadInput, match="six digits"):
        world.start("stil", stil.create_app, stil.Settings(register=Known(), institutions=(wrong,)))


def test_a_cpr_number_in_the_place_of_an_institution_number_is_masked_in_the_trace(ask: Any) -> None:
    ask.get("http://stil/stil/institution/2512489996", 400)
    assert ask.trace.of("refused")[0]["path"] == "/stil/institution/251248-****"
