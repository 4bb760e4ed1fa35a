"""Every system of the pilot under every driver: the same code, wired the same way."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from mocks.runtime import Runtime
from mocks.units import Unit
from sim.ecosystem import Options, System, systems
from sim.nation import PILOT_START, World, build, with_standard
from sim.nation.standards import NEW, OLD
from tests.drivers.harness import Driver

DOCTOR = {"id": "u-1", "name": "Signe Lund", "role": "gp"}
AUTHOR = {"given": "Allan", "family": "Korsman", "role": "psykolog"}


@pytest.fixture(scope="module")
def world() -> World:
    return build(1, PILOT_START)


class Ecosystem:
    """All systems on one driver, and a person at any desk."""

    def __init__(self, driver: Driver, world: World, conversion: bool = False) -> None:
        self._driver = driver
        self.world = world
        options = Options(forward_seconds=0.0, conversion=conversion)
        self.systems: list[System] = systems(world, options)
        self.apps: dict[str, Starlette] = {}
        self.start()

    def start(self) -> None:
        """Start every system, or start it again from what it kept."""
        for system in self.systems:
            self._driver.install(system.name, self._remembering(system))

    def _remembering(self, system: System) -> Callable[[Runtime], Starlette]:
        def create(runtime: Runtime) -> Starlette:
            self.apps[system.name] = system.create(runtime)
            return self.apps[system.name]

        return create

    def ask(self, method: str, system: str, path: str, body: Any = None) -> tuple[int, Any]:
        network = self._driver.runtime("person").network

        async def work() -> tuple[int, Any]:
            raw = b"" if body is None else msgspec.json.encode(body)
            answer = await network.request(
                method, network.address(system) + path, body=raw, content_type="application/json"
            )
            return answer.status, msgspec.json.decode(answer.body)

        return self._driver.run(work())

    def until(self, what: Callable[[], Any]) -> Any:
        """Let time pass until there is something; at most a hundred stretches."""
        for _ in range(100):
            if found := what():
                return found
            self._driver.advance(self._driver.unit)
        raise AssertionError("it never came")

    def errors(self) -> list[Any]:
        return [event.facts for event in self._driver.trace.events(name="harness_error")]


@pytest.fixture
def ecosystem(driver: Driver, world: World) -> Ecosystem:
    return Ecosystem(driver, world)


def test_every_system_is_healthy_and_has_only_asynchronous_endpoints(ecosystem: Ecosystem) -> None:
    names = [system.name for system in ecosystem.systems]
    assert len(names) >= 34
    for name in names:
        assert ecosystem.ask("GET", name, "/health") == (200, {"system": name, "status": "ok"})
        assert _synchronous(ecosystem.apps[name].routes) == []
    assert ecosystem.errors() == []


def test_a_letter_is_written_delivered_acknowledged_and_read_also_across_a_restart(
    ecosystem: Ecosystem,
) -> None:
    _send_and_read(ecosystem)


def test_a_letter_on_the_new_standard_takes_the_same_way(driver: Driver, world: World) -> None:
    _send_and_read(Ecosystem(driver, with_standard(world, "5.0.2")))


@pytest.mark.parametrize("old_to_new", [True, False])
def test_a_letter_that_vans_converts_takes_the_same_way(
    driver: Driver, world: World, old_to_new: bool
) -> None:
    mixed = with_standard(world, "mixed")
    pprs = [mixed.ppr_of(m.code) for m in mixed.pilot_municipalities]
    old, new = (
        {unit.sor_id for unit in (*pprs, *mixed.pilot_clinics) if set(unit.capabilities) == set(kind)}
        for kind in (OLD, NEW)
    )
    sending, receiving = (old, new) if old_to_new else (new, old)
    pairs = [
        (p, c) for p in pprs for c in mixed.pilot_clinics if p.sor_id in sending and c.sor_id in receiving
    ]
    pairs += [
        (c, p) for p in pprs for c in mixed.pilot_clinics if c.sor_id in sending and p.sor_id in receiving
    ]
    _send_and_read(Ecosystem(driver, mixed, conversion=True), *pairs[0])


def _send_and_read(ecosystem: Ecosystem, sender: Unit | None = None, receiver: Unit | None = None) -> None:
    world = ecosystem.world
    ppr = sender or world.ppr_of(world.pilot_municipalities[0].code)
    clinic = receiver or world.pilot_clinics[0]
    child = world.child(0)
    draft = {
        "unit": ppr.sor_id, "receiver": clinic.gln,
        "cpr": child.cpr, "given": child.given, "family": child.family,
        "subject": "Status", "text": "Udredningen er i gang.", "author": AUTHOR,
    }  # fmt: skip
    status, written = ecosystem.ask("POST", ppr.system, "/desk/messages", draft)
    assert (status, written.get("text", "")) == (201, "")

    def inbox() -> list[dict[str, Any]]:
        letters: list[dict[str, Any]] = ecosystem.ask(
            "GET", clinic.system, f"/desk/inbox?unit={clinic.sor_id}"
        )[1]["letters"]
        return letters

    def sent() -> list[dict[str, Any]]:
        letters = ecosystem.ask("GET", ppr.system, f"/desk/sent?unit={ppr.sor_id}")[1]["letters"]
        return [letter for letter in letters if letter["state"] == "acknowledged"]

    (received,) = ecosystem.until(inbox)
    assert "Status" in received["subject"]
    (acknowledged,) = ecosystem.until(sent)
    assert acknowledged["envelopes"] == 1

    ecosystem.start()
    assert inbox() == [received]
    assert sent() == [acknowledged]
    status, opened = ecosystem.ask("POST", clinic.system, f"/desk/messages/{received['message']}/read")
    assert (status, opened["text"].splitlines()[0]) == (200, "Udredningen er i gang.")
    assert ecosystem.errors() == []


def test_an_overview_is_composed_out_of_many_systems(ecosystem: Ecosystem) -> None:
    clinic = ecosystem.world.pilot_clinics[0]
    body = {
        "user": DOCTOR | {"organisation": clinic.sor_id},
        "cpr": ecosystem.world.child(0).cpr,
        "consent_declared": True,
        "consent": True,
    }
    status, card = ecosystem.ask("POST", clinic.system, "/desk/overblik", body)
    assert status == 200, card
    assert ecosystem.errors() == []


def _synchronous(routes: list[BaseRoute]) -> list[str]:
    found = []
    for route in routes:
        if isinstance(route, Mount):
            found += _synchronous(route.routes)
        elif isinstance(route, Route) and not inspect.iscoroutinefunction(route.endpoint):
            found.append(route.path)
    return found


def test_a_synchronous_endpoint_is_found() -> None:
    def plain(request: Any) -> Any: ...

    async def good(request: Any) -> Any: ...

    routes = [Route("/good", good), Mount("/deep", routes=[Route("/bad", plain)])]
    assert _synchronous(routes) == ["/bad"]
