"""Nothing that was only shown stays in a looking system: a copy that is planted there is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest

from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from sim.rehearsal import Rehearsal
from tests.rehearsal.conftest import DAY, Play

Plant = Callable[..., int]


class Crumb(msgspec.Struct):
    """Something that a looking system might keep."""

    text: str


class Nested(msgspec.Struct):
    crumbs: dict[str, list[Crumb]]


@pytest.fixture(scope="module")
def day(play: Play) -> Rehearsal:
    return play(Choices(start=DAY, end=DAY)).run


@pytest.fixture(params=["aftaleoverblik", "sagsoverblik"])
def seen(request: pytest.FixtureRequest, day: Rehearsal) -> str:
    """An identifier of something that this overview has shown to somebody."""
    for lookup in day.log.lookups:
        if lookup.solution == request.param and lookup.outcome == "shown":
            return day.truth.identifiers(lookup.child, lookup.solution)[0]
    raise AssertionError("nothing was shown")


@pytest.fixture
def plant(day: Rehearsal) -> Iterator[Plant]:
    """Puts a record into a system's store, and takes it out again."""
    planted: list[tuple[str, str]] = []

    def put(system: str, record: msgspec.Struct, collection: str = "planted") -> int:
        assert system in day.stores
        day.stores[system].collection(collection, msgspec.Struct).put("planted", record)
        planted.append((system, collection))
        return nordjylland.copies(day)

    yield put
    for system, collection in planted:
        day.stores[system].collection(collection, msgspec.Struct).drop("planted")
    assert nordjylland.copies(day) == 0


@pytest.mark.parametrize("system", ["sapa", "nordepj", "lps-01", "lps-15", "sagsoverblik"])
def test_a_copy_in_a_looking_system_is_found(plant: Plant, seen: str, system: str) -> None:
    assert plant(system, Crumb(f"copied: {seen}!")) == 1


def test_a_copy_is_found_however_deep_it_lies(plant: Plant, seen: str) -> None:
    assert plant("sapa", Nested({"a": [Crumb("nothing"), Crumb(seen)]})) == 1


def test_each_record_that_holds_a_copy_counts_once(plant: Plant, seen: str) -> None:
    assert plant("sapa", Crumb(f"{seen} {seen}")) == 1
    assert plant("lps-02", Crumb(seen)) == 2


def test_a_copy_in_a_log_is_a_copy_too(plant: Plant, seen: str) -> None:
    assert plant("sapa", Crumb(seen), "lookup_log") == 1


@pytest.mark.parametrize("system", ["fagsystem-thisted", "alldialogue-aalborg", "sagsindeks", "vans"])
def test_what_a_system_of_origin_keeps_is_no_copy(plant: Plant, seen: str, system: str) -> None:
    assert plant(system, Crumb(seen)) == 0


def test_the_booking_system_may_keep_its_own_appointments(plant: Plant, seen: str) -> None:
    assert plant("nordepj", Crumb(seen), "appointment_documents") == 0


def test_something_else_is_no_copy(plant: Plant) -> None:
    assert plant("sapa", Crumb("00000000-0000-4000-8000-000000000000")) == 0
