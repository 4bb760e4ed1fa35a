"""Whatever CPR, STIL, the case index and SOR do: the card comes in time, says what is missing and why, and
shows the rest. Under every driver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.errors import Unreachable
from mocks.health_login import HealthLogin, LoginSettings
from mocks.kombit import access_app
from mocks.kombit.access_settings import Agreement
from mocks.kombit.access_settings import Settings as AccessManagement
from mocks.latency import Slowed
from mocks.overview import app as overview
from mocks.overview.lookup_log import User
from mocks.overview.settings import Settings
from mocks.people import CaseKind
from mocks.runtime import Asgi, Runtime
from tests.drivers.harness import Driver
from tests.overview.world import AALBORG, CHILD, DOCTOR, JAMMERBUGT, World, case, school

SOURCES = ("cpr", "stil", "sagsindeks", "sor")
OWNER = "29190941"
NOWHERE = "http://127.0.0.1:9"
#: What of the card stands on each of them.
PARTS = {
    "cpr": ["person"],
    "stil": ["school"],
    "sagsindeks": ["family", "ppr"],
    "sor": ["contacts"],
}
ALL_PARTS = ("person", "school", "family", "ppr", "contacts")
FAULT = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Receiver'
    b'</s:Value></s:Code><s:Reason><s:Text xml:lang="da">Intern fejl</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>'
)


class Nowhere:
    """The network with some systems gone: their address is one where nothing listens."""

    def __init__(self, network: Any, gone: set[str]) -> None:
        self._network, self._gone = network, gone

    def address(self, system: str) -> str:
        return NOWHERE if system in self._gone else self._network.address(system)

    async def request(self, method: str, url: str, **options: Any) -> Any:
        if url.startswith(NOWHERE) and hasattr(self._network, "pace"):
            # At a pace a real refusal would take hours of the virtual day.
            raise Unreachable(f"nothing listens at {NOWHERE}")
        return await self._network.request(method, url, **options)


class Ground:
    """The overview's systems on one driver, each of which can be troubled."""

    def __init__(self, driver: Driver, connected: frozenset[str] | None = None) -> None:
        self.driver, self.gone = driver, set[str]()
        #: On sockets real seconds: long enough for a busy machine, short enough to wait for.
        self.patience = 0.8 if driver.name == "sockets" else 5.0
        self._settings = Settings(
            connected=connected,
            source_seconds=self.patience,
            card_seconds=1.5 * self.patience,
            kombit=LoginSettings(name="Overblik", cvr=OWNER),
        )
        self._world = World(
            "2025-04-01T08:00",
            placements={CHILD: school(JAMMERBUGT, "Vestre Skole")},
            cases=[
                case(CaseKind.FAMILY, AALBORG, date(2024, 1, 8)),
                case(CaseKind.PPR, JAMMERBUGT, date(2025, 2, 3)),
            ],
        )
        for name in ("sagsindeks", *SOURCES, "nsp", f"fagsystem-{AALBORG}", f"fagsystem-{JAMMERBUGT}"):
            self.mend(name)
        access = AccessManagement((Agreement("sagsoverblik", OWNER, owners=None),))
        self.access: Asgi = lambda runtime: access_app.create_app(runtime, access)
        driver.install("adgangsstyring", self.access)
        driver.install("sagsoverblik", self._service)
        for _ in range(100):
            if len(self.card()["departments"]) == (2 if connected is None else len(connected)):
                break
            driver.advance(driver.unit)
        else:
            raise AssertionError("the cases never reached the index")

        self.restart()

    def restart(self) -> None:
        """The service starts again, and has no token for the index yet."""
        self.driver.install("sagsoverblik", self._service)

    def _service(self, runtime: Runtime) -> Asgi:
        elsewhere: Any = Nowhere(runtime.network, self.gone)
        return overview.create_app(replace(runtime, network=elsewhere), self._settings)

    def mend(self, name: str) -> None:
        self.gone.discard(name)
        self.driver.install(name, lambda runtime: self._world._app(name, runtime))

    def slow(self, name: str) -> None:
        """The real system, later than anybody waits for it."""
        latency = 4 * self.patience
        self.driver.install(
            name, lambda runtime: Slowed(self._world._app(name, runtime), runtime.clock, latency)
        )

    def answers(self, name: str, status: int, body: bytes, kind: str = "text/plain") -> None:
        async def reply(request: Request) -> Response:
            return Response(body, status, media_type=kind)

        routes = [Route("/{path:path}", reply, methods=["GET", "POST"])]
        self.driver.install(name, lambda runtime: Starlette(routes=routes))

    def card(self) -> Any:
        """One look-up; the service has to answer 200 within the card's limit, and a little."""
        runtime = self.driver.runtime("doctor")

        async def post(system: str, path: str, body: Any, seconds: float = 30.0) -> Any:
            url = runtime.network.address(system) + path
            raw = msgspec.json.encode(body)
            answer = await runtime.network.request(
                "POST", url, body=raw, content_type="application/json", timeout=seconds
            )
            assert answer.status == 200, answer.body
            return msgspec.json.decode(answer.body)

        async def work() -> Any:
            login = await HealthLogin(self.driver.runtime("sagsoverblik"), LoginSettings()).token(
                User(id=DOCTOR["id"])
            )
            # The limit is the card's own; what is added is for sockets on a busy machine.
            limit = self._settings.card_seconds + (0.001 if self.driver.name == "virtual" else 2.0)
            return await post("sagsoverblik", "/overblik", {"cpr": CHILD, "token": login}, limit)

        return self.driver.run(work())


TROUBLES: dict[str, tuple[Callable[[Ground, str], None], str, str]] = {
    "away": (lambda g, name: g.gone.add(name), "unreachable", "ingen forbindelse"),
    "slow": (lambda g, name: g.slow(name), "timeout", "ikke svar i tide"),
    "error": (lambda g, name: g.answers(name, 503, b"<h1>Sorry</h1>", "text/html"), "", "Prøv igen senere"),
    "fault": (lambda g, name: g.answers(name, 500, FAULT, "application/soap+xml"), "", "Prøv igen senere"),
    "nonsense": (
        lambda g, name: g.answers(name, 200, b'{"a": [', "application/json"),
        "",
        "Prøv igen senere",
    ),
}


@pytest.mark.parametrize("source", SOURCES)
def test_one_source_in_trouble_costs_its_own_part_and_the_rest_is_shown(driver: Driver, source: str) -> None:
    ground = Ground(driver)
    for trouble, reason, words in TROUBLES.values():
        trouble(ground, source)
        card = ground.card()
        missing = {name for name in ALL_PARTS if card["states"][name]["state"] == "no_answer"}
        assert missing == set(PARTS[source])
        for name in missing:
            part = card["states"][name]
            assert part["reason"] and reason in part["reason"]
            assert words in part["note"], part["note"]
        assert all(card["states"][name]["state"] == "found" for name in set(ALL_PARTS) - missing)
        assert card["head"]["Cpr. nr"] == CHILD and card["head"]["Alder"].endswith(" år")
        assert (card["school"] is None) == (source == "stil")
        assert len(card["departments"]) == (0 if source == "sagsindeks" else 2)
        ground.mend(source)


def test_a_fault_of_the_case_index_is_told_apart_from_its_silence(driver: Driver) -> None:
    ground = Ground(driver)
    ground.answers("sagsindeks", 500, FAULT, "application/soap+xml")
    for name in ("family", "ppr"):
        part = ground.card()["states"][name]
        assert part["reason"] == "soap_fault" and "kunne ikke svare" in part["note"]


def test_a_token_service_that_is_slow_takes_its_time_from_that_of_the_case_index(driver: Driver) -> None:
    ground = Ground(driver)
    slowly = 4 * ground.patience
    driver.install("adgangsstyring", lambda runtime: Slowed(ground.access(runtime), runtime.clock, slowly))
    ground.restart()
    card = ground.card()
    missing = {name for name in ALL_PARTS if card["states"][name]["state"] == "no_answer"}
    assert missing == {"family", "ppr"} and card["states"]["ppr"]["reason"] == "timeout"


def test_with_every_source_too_slow_the_card_comes_within_its_limit_and_claims_nothing(
    driver: Driver,
) -> None:
    ground = Ground(driver)
    for source in SOURCES:
        ground.slow(source)
    card = ground.card()
    assert card["outcome"] == "timeout" and card["departments"] == [] and card["school"] is None
    states = {name: card["states"][name]["state"] for name in ("person", "school", "family", "ppr")}
    assert set(states.values()) == {"no_answer"}
    assert card["head"]["Navn"] == "Navnet kan ikke hentes"


def test_of_a_municipality_that_is_not_connected_no_case_is_never_claimed(driver: Driver) -> None:
    ground = Ground(driver, connected=frozenset({AALBORG}))

    def ppr() -> dict[str, str]:
        return ground.card()["states"]["ppr"]

    ground.mend("stil")
    assert ppr()["state"] == "not_connected"
    ground.slow("stil")  # now nobody knows whose PPR it would be
    part = ppr()
    assert part["state"] == "no_answer" and "hvilken kommune" in part["note"]
    assert "Ingen aktiv sag" not in part["note"]
    ground.mend("stil")
    ground.slow("sagsindeks")
    assert ppr()["state"] == "no_answer"
