"""Two hundred children who go to school in another municipality than they live in, and some who do not."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from mocks.identifiers import is_synthetic_cpr
from mocks.people import CaseKind
from tests.overview.world import AALBORG, JAMMERBUGT, KOMBIT, PPR, World, card_lookup, case, person, school

NAMES = {AALBORG: "Aalborg Kommune", JAMMERBUGT: "Jammerbugt Kommune", KOMBIT: "KOMBIT"}
ELSEWHERE, AT_HOME = 200, 20


def numbers(count: int) -> list[str]:
    """So many synthetic CPR numbers of children born in 2014."""
    found: list[str] = []
    day = date(2014, 2, 1)
    while len(found) < count:
        number = f"{day:%d%m%y}{4000 + len(found)}"
        if is_synthetic_cpr(number):
            found.append(number)
        day += timedelta(days=1)
    return found


@pytest.fixture(scope="module")
def homes_and_schools() -> dict[str, tuple[str, str]]:
    """By CPR number: where the child lives, and where its school lies."""
    codes = list(NAMES)
    rows = {}
    for place, number in enumerate(numbers(ELSEWHERE + AT_HOME)):
        home = codes[place % 3]
        rows[number] = (home, home if place >= ELSEWHERE else codes[(place + 1 + place // 3 % 2) % 3])
    assert sum(home != away for home, away in rows.values()) == ELSEWHERE
    return rows


@pytest.fixture(scope="module")
def world(homes_and_schools: dict[str, tuple[str, str]]) -> World:
    return World(
        people=[
            person(number, "Barn", f"Nr{place}", date(2014, int(number[2:4]), int(number[:2])), home)
            for place, (number, (home, _)) in enumerate(homes_and_schools.items())
        ],
        placements={number: school(away) for number, (_, away) in homes_and_schools.items()},
        cases=[
            msgspec.structs.replace(
                case(CaseKind.PPR, away, date(2025, 2, 3)), cpr=number, number=f"2025-{place:06d}",
                uuid=f"00000000-0000-4000-8000-{place:012d}",
            )
            for place, (number, (_, away)) in enumerate(homes_and_schools.items())
        ],
    )  # fmt: skip


def test_ppr_is_every_time_that_of_the_school_and_family_that_of_the_home(
    world: World, homes_and_schools: dict[str, tuple[str, str]]
) -> None:
    for number, (home, away) in homes_and_schools.items():
        status, card = card_lookup(world, number)
        assert status == 200
        (block,) = card["departments"]
        assert (block["kind"], block["owner"], block["unit"]) == ("ppr", away, PPR[away])
        assert block["heading"] == f"Pædagogisk psykologisk Rådgivning, {NAMES[away]}"
        assert card["states"]["ppr"]["municipality"] == away
        assert card["states"]["family"] == {
            "state": "none", "municipality": home, "reason": "",
            "note": "Ingen aktiv sag inden for det seneste halve år.",
        }  # fmt: skip
    assert world.errors == []
