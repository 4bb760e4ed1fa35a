"""A correspondence module files its letters through the distribution component, under every driver."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.kombit import distribution
from mocks.kombit.distribution import Receiver, Sender
from mocks.limits import guarded
from mocks.messaging.records import ReceivedLetter
from mocks.municipal import case_system
from mocks.municipal.correspondence import Distribution
from mocks.municipal.correspondence.filing import DistributedFiling, Filing, State
from mocks.runtime import Asgi, Runtime
from mocks.standards.sagdok.roles import assumed_uuid
from mocks.units import Unit, UnitKind
from tests.drivers.harness import START, Driver

CHILD, CVR = "6105150001", "12345674"
FAMILY = Unit(sor_id="900000011000016004", name="Familieafdelingen", kind=UnitKind.FAMILY, system="os2")
LETTER = ReceivedLetter(
    message="m-1", key="k", unit=FAMILY.sor_id, sender_gln="5790009100522", standard="XDIS91", name="n", version="v",
    payload=b"", at=START, subject="Svar", text="Kære kollega", cpr=CHILD,
)  # fmt: skip


class Town:
    """A module without its messages, the component, and a case system."""

    def __init__(self, driver: Driver, *, waits: tuple[float, ...] = (0.0, 0.0, 0.0, 0.01, 0.1, 0.2)) -> None:
        self.driver = driver
        self.settings = Distribution(cvr=CVR, subjects={FAMILY.sor_id: "27.24.00"}, waits=waits)
        self.filing: DistributedFiling
        letters = driver.runtime("os2").store.collection("received", ReceivedLetter)
        letters.put("m-1", msgspec.structs.replace(LETTER))
        self.start_component()
        self.start_cases()
        self.start_module()

    def start_component(self, subjects: tuple[str, ...] = ("27.24.00",)) -> None:
        settings = distribution.Settings(
            receivers=(
                Receiver(CVR, assumed_uuid("it-system", "fagsystem"), "Fagsystem", "fagsystem", subjects),
            ),
            senders=(Sender(assumed_uuid("it-system", "os2"), "os2"),),
        )
        self.driver.install("fordeling", lambda runtime: distribution.create_app(runtime, settings))

    def start_cases(self, units: tuple[Unit, ...] = (FAMILY,)) -> None:
        settings = case_system.Settings(municipality="0840", name="Rebild Kommune", cvr=CVR, units=units)
        self.driver.install("fagsystem", lambda runtime: case_system.create_app(runtime, settings))

    def start_module(self) -> None:
        def create(runtime: Runtime) -> Asgi:
            self.filing = DistributedFiling(runtime, self.settings)
            return guarded(runtime, self.filing.routes())

        self.driver.install("os2", create)

    def away(self, system: str) -> None:
        async def no(request: Request) -> Response:
            return Response(b"", 503)

        app = Starlette(routes=[Route("/{path:path}", no, methods=["POST", "GET"])])
        self.driver.install(system, lambda runtime: app)

    def letter(self) -> ReceivedLetter:
        found = self.driver.runtime("os2").store.collection("received", ReceivedLetter).get("m-1")
        assert found is not None
        return found

    def state(self) -> Filing:
        found = self.driver.runtime("os2").store.collection("correspondence.filings", Filing).get("m-1")
        assert found is not None
        return found

    def file(self) -> bool:
        return self.driver.run(self.filing.file(self.letter()))

    def entries(self) -> list[dict[str, Any]]:
        network = self.driver.runtime("person").network
        url = f"{network.address('fagsystem')}/desk/journal?unit={FAMILY.sor_id}"

        async def work() -> Any:
            return msgspec.json.decode((await network.request("GET", url)).body)["entries"]

        found: list[dict[str, Any]] = self.driver.run(work())
        return found

    def filed_stations(self) -> int:
        return len(list(self.driver.trace.events(name="filed")))

    def until(self, true: Callable[[], Any]) -> None:
        for _ in range(200):
            if true():
                return
            self.driver.advance(self.driver.unit)
        raise AssertionError("it never came")


def test_a_letter_is_filed_when_the_case_system_has_accepted_it(driver: Driver) -> None:
    town = Town(driver)
    assert town.file() is True
    assert town.file() is True
    (entry,) = town.entries()
    assert (entry["message"], entry["text"], entry["filed_by"], entry["cpr"]) == (
        "m-1",
        "Kære kollega",
        "os2",
        CHILD,
    )
    assert town.state().state is State.ACCEPTED and town.state().distribution
    assert town.filed_stations() == 0, "whoever waits for it marks the letter"
    assert not re.search(r"(?<!\d)\d{10}(?!\d)", str([event.facts for event in driver.trace.events()]))


def test_what_the_case_system_turns_down_is_not_filed_and_can_be_filed_again(driver: Driver) -> None:
    town = Town(driver)
    town.start_cases(units=())
    assert town.file() is False
    assert town.state().state is State.REFUSED and "AFVIST" in town.state().reason
    town.start_cases()
    assert town.file() is True
    assert len(town.entries()) == 1


def test_a_subject_that_nobody_takes_is_a_refusal_of_the_component(driver: Driver) -> None:
    town = Town(driver)
    town.start_component(("99.*",))
    assert town.file() is False
    assert town.state().state is State.REFUSED and "nobody takes" in town.state().reason
    town.start_component()
    assert town.file() is True


def test_a_department_without_a_subject_is_said(driver: Driver) -> None:
    town = Town(driver)
    town.settings = Distribution(cvr=CVR, subjects={}, waits=(0.0, 0.01))
    town.start_module()
    assert town.file() is False
    assert "KLE" in town.state().reason


@pytest.mark.parametrize("who", ["fordeling", "fagsystem"])
def test_a_letter_that_waits_is_filed_later_by_itself_also_across_a_restart(driver: Driver, who: str) -> None:
    if driver.name == "sockets":
        pytest.skip("the pauses between attempts are real there")
    town = Town(driver)
    town.away(who)
    assert town.file() is False
    assert town.letter().filed is None and town.filed_stations() == 0
    town.start_module()
    assert town.file() is False, "asking again changes nothing while it is on its way"
    town.start_component()
    town.start_cases()
    town.until(lambda: town.letter().filed)
    assert town.filed_stations() == 1
    assert town.file() is True
    assert len(town.entries()) == 1


def test_a_receipt_that_comes_twice_marks_the_letter_once(driver: Driver) -> None:
    town = Town(driver, waits=())
    assert town.file() is False, "nobody waited"
    town.until(lambda: town.letter().filed)
    before = town.filed_stations()
    town.start_module()
    assert town.file() is True
    assert town.filed_stations() == before == 1
