"""The pilot's systems: which there are, who works on them, and how they are wired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from mocks.drivers.ids import SeededIds
from mocks.drivers.memory_trace import MemoryTrace
from mocks.errors import BadInput
from mocks.messaging import ResendPolicy
from mocks.runtime import COPENHAGEN, MemoryStore, Runtime
from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from sim.ecosystem import INTEGRATED, Options, System, cases_at_start, systems
from sim.kernel import Kernel
from sim.nation.world import World
from sim.rehearsal import Stage
from tests.rehearsal.conftest import DAY, Play, Played

REGISTERS = ["sor", "cpr", "stil", "sagsindeks", "nsp", "sagsoverblik"]


@pytest.fixture(scope="module")
def world(play: Play) -> World:
    return nordjylland.world_of(1, "pilot")


@pytest.fixture(scope="module")
def built(world: World) -> dict[str, System]:
    return {system.name: system for system in systems(world, Options())}


@pytest.fixture(scope="module")
def stage(play: Play) -> Iterator[Stage]:
    """Ten days that are never played."""
    made = nordjylland.stage(Choices(start=DAY, end=DAY + timedelta(days=9)))
    yield made
    made.kernel._abandon()


def test_the_pilots_systems_are_there_registers_first(world: World, built: dict[str, System]) -> None:
    names = list(built)
    assert names[: len(REGISTERS)] == REGISTERS
    assert len(names) == len(systems(world, Options())), "no name is used twice"
    assert set(names) == {
        *REGISTERS, "vans", "adgangsstyring", "fordeling", "stoettesystemer", "sapa", "nordepj",
        "alldialogue-aalborg", "lps-udenfor",
        *(f"{kind}-{slug}" for kind in ("fagsystem", "os2") for slug in ("broenderslev", "thisted", "jammerbugt", "rebild")),
        *(f"lps-{number:02d}" for number in range(1, 16)),
    }  # fmt: skip
    assert all(system.title for system in built.values())


def test_every_unit_of_the_pilot_works_on_one_system(world: World, built: dict[str, System]) -> None:
    working = Counter(unit.sor_id for system in built.values() for unit in system.units)
    assert set(working.values()) == {1}
    assert {u.sor_id for u in world.units if u.system} == set(working)
    for system in built.values():
        assert {u.system for u in system.units} <= {system.name}


def test_aalborg_has_correspondence_in_its_case_system_and_the_others_beside_it(
    world: World, built: dict[str, System]
) -> None:
    for m in world.pilot_municipalities:
        expected = INTEGRATED if m.name == "Aalborg" else f"os2-{m.slug}"
        assert world.ppr_of(m.code).system == world.family_of(m.code).system == expected
        assert (f"fagsystem-{m.slug}" in built) is (m.name != "Aalborg")


def test_every_system_says_its_name_when_it_is_asked_for_its_health(stage: Stage) -> None:
    for system in stage.systems:
        answer = stage.kernel.complete(stage.kernel.request("GET", f"http://{system.name}/health"))
        assert answer.status == 200
        assert f'"system":"{system.name}"'.encode() in answer.body.replace(b" ", b"")


def test_a_replaced_location_number_goes_to_the_vendor_and_nobody_of_ours_sits_there(
    world: World,
) -> None:
    clinic = world.pilot_clinics[0]
    replaced = nordjylland.stage(Choices(start=DAY, end=DAY, external={clinic.gln or "": "http://vendor/in"}))
    assert not replaced.staffed(clinic)
    assert replaced.staffed(world.pilot_clinics[1])
    run = replaced.play()
    acted = {c.sender for c in run.log.contacts} | {x.system for x in run.log.lookups}
    assert clinic.sor_id not in acted
    assert clinic.system not in acted


def test_cases_at_the_start_are_those_of_the_pilots_municipalities(world: World) -> None:
    codes = {m.code for m in world.pilot_municipalities}
    found = cases_at_start(world)
    assert len(found) > 1000
    assert {case.owner for case in found} == codes


def test_options_reach_the_systems(world: World) -> None:
    options = Options(policy=ResendPolicy(most_resends=2))
    assert len(systems(world, options)) == len(systems(world, Options()))
    assert Options().policy.most_resends == 3


# Stages and choices -------------------------------------------------------------------------------------------------


def test_a_stage_is_cut_into_stretches_that_end_with_the_run(stage: Stage) -> None:
    pieces = list(stage.stretches())
    shares = [share for share, _ in pieces]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert pieces[-1][1].isoformat() == "2025-05-30T00:00:00+02:00"
    assert len(pieces) <= 200


def test_progress_is_told_while_the_run_goes_on(play: Play) -> None:
    told: list[float] = []
    sunday = DAY.replace(day=18)
    nordjylland.stage(Choices(start=sunday, end=sunday)).play(lambda share, moment: told.append(share))
    assert len(told) == 24
    assert told[-1] == 1.0


def test_a_run_ends_after_its_last_day_with_nothing_under_way(quarter: Played) -> None:
    tail = quarter.run.ended.date() - quarter.choices.end
    assert timedelta() < tail <= timedelta(days=3)
    transit = quarter.run.stores["vans"].collection("transit", object)
    assert len(transit) == 0


def test_a_stage_installs_every_system_with_a_store_of_its_own(stage: Stage) -> None:
    assert set(stage.stores) == {system.name for system in stage.systems}
    assert len({id(store) for store in stage.stores.values()}) == len(stage.stores)


@pytest.mark.parametrize(
    ("choices", "text"),
    [
        ({"start": DAY, "end": DAY - timedelta(days=1)}, "lies before"),
        ({"start": DAY, "end": DAY + timedelta(days=801)}, "at most 800 days"),
        ({"start": DAY.replace(year=2019), "end": DAY}, "choose days from 2020 to 2034"),
        ({"standard": "6.0"}, "--standard is one of"),
        ({"volume": "none"}, "--volume is one of"),
    ],
)
def test_choices_that_cannot_be_are_refused(choices: dict, text: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(BadInput, match=text):
        Choices(**choices)


def test_a_command_names_what_differs_from_the_default() -> None:
    assert Choices().command() == "tvaers rehearse nordjylland --seed 1"
    command = Choices(seed=3, start=DAY, volume="low", faults="mild").command()
    assert command == "tvaers rehearse nordjylland --seed 3 --from 2025-05-20 --volume low --faults mild"


def test_a_latency_makes_its_system_slow_and_an_unknown_system_is_said_to_be_unknown(world: World) -> None:
    kernel = Kernel(datetime(2025, 5, 5, 9, tzinfo=COPENHAGEN), lambda name, error: None)
    stage_ = {system.name: system for system in systems(world, Options(latency={"stil": 7.5}))}
    for name in ("stil", "sor"):
        runtime = Runtime(
            name, kernel, kernel, SeededIds(1, name), MemoryStore(), MemoryTrace(kernel.now).of(name)
        )
        kernel.install(name, stage_[name].create(runtime))

    async def seconds(name: str, path: str) -> float:
        begun = kernel.now()
        await kernel.request("GET", f"http://{name}{path}")
        return (kernel.now() - begun).total_seconds()

    assert kernel.complete(seconds("stil", "/contract")) == 7.5
    assert kernel.complete(seconds("stil", "/health")) == 0
    assert kernel.complete(seconds("sor", "/contract")) == 0
    with pytest.raises(BadInput, match="no system is called 'sagindeks'"):
        systems(world, Options(latency={"sagindeks": 1}))
    with pytest.raises(BadInput, match="between 0 and 3600"):
        systems(world, Options(latency={"sor": -1}))[0].create(runtime)
