"""Events of the case index, under every driver: pushed to who asked for them, again until taken, taken once."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from mocks.kombit import case_index
from mocks.kombit.case_index import CaseIndexClient
from mocks.kombit.events import Subscriber, event_route
from mocks.limits import guarded
from mocks.runtime import Asgi, Runtime
from mocks.standards import event_message
from mocks.standards.event_message import EventMessage
from mocks.standards.sagdok.case import Fremdrift, FremdriftStatusKode, Update, Virkning
from mocks.standards.sagdok.search import Fjern
from tests.drivers.harness import START, Driver
from tests.standards.sagdok.cases import CHILD, OWNER, UUID, sag

ALL = Subscriber("abonnent")


class Town:
    """An index, a subscriber, and the events that the subscriber was handed."""

    def __init__(self, driver: Driver, *subscribers: Subscriber) -> None:
        self.driver = driver
        self.heard: list[EventMessage] = []
        self.subscribers = subscribers or (ALL,)
        self.start_index()

    def start_index(self) -> None:
        settings = case_index.Settings(subscribers=self.subscribers)
        self.driver.install("sagsindeks", lambda runtime: case_index.create_app(runtime, settings))

    def start_subscriber(self) -> None:
        async def take(event: EventMessage) -> None:
            self.heard.append(event)

        def create(runtime: Runtime) -> Asgi:
            return guarded(runtime, [event_route(runtime, take)])

        self.driver.install("abonnent", create)

    def answering(self, *answers: tuple[int, bytes]) -> None:
        """A subscriber that answers so, one after another, and in the end as it should."""
        said = list(answers)

        async def reply(request: Any) -> Response:
            event = event_message.read(await request.body())
            status, body = said.pop(0) if said else (200, event_message.write_answer(20))
            self.heard.append(event)
            return Response(body, status)

        routes = [Route(ALL.path, reply, methods=["POST"])]
        self.driver.install("abonnent", lambda runtime: Starlette(routes=routes))

    def client(self) -> CaseIndexClient:
        return CaseIndexClient(self.driver.runtime("fagsystem"))

    def wait(self, count: int) -> list[EventMessage]:
        for _ in range(100):
            if len(self.heard) >= count:
                break
            self.driver.advance(self.driver.unit)
        self.driver.advance(self.driver.unit)
        assert len(self.heard) == count
        return self.heard


def test_import_update_and_removal_each_make_an_event_without_a_person_in_it(driver: Driver) -> None:
    town = Town(driver)
    town.start_subscriber()
    client = town.client()
    driver.run(client.importer([sag()]))
    step = Fremdrift(status=FremdriftStatusKode.OPLYST, virkning=Virkning(fra=START))
    change = Update(uuid=UUID, tidspunkt=driver.runtime("x").clock.now(), fremdrift=(step,))
    driver.run(client.opdater([change]))
    driver.run(client.fjern(Fjern(sag_uuid=(UUID,))))
    events = town.wait(3)
    assert [event.handling for event in events] == ["Importeret", "Opdateret", "Fjernet"]
    assert len({event.id for event in events}) == 3
    for event in events:
        assert (event.authority, event.subject, event.objects[0].id) == (OWNER, "17.00.00", UUID)
        assert CHILD.encode() not in event_message.write(event)


def test_what_changes_nothing_or_is_to_be_silent_makes_no_event(driver: Driver) -> None:
    town = Town(driver)
    town.start_subscriber()
    client = town.client()
    silent = sag(uuid=UUID.replace("1", "2"))
    silent = type(silent)(
        uuid=silent.uuid, registreringer=sag(note="x").registreringer, uden_notifikation=True
    )
    driver.run(client.importer([silent]))
    driver.run(client.importer([silent]))
    driver.run(client.importer([sag(uuid="not a uuid")]))
    driver.advance(driver.unit)
    assert town.heard == []


@pytest.mark.parametrize(
    ("subscriber", "count"),
    [
        (Subscriber("abonnent", cvrs=frozenset(("12345674",)), subjects=("17.*",)), 1),
        (Subscriber("abonnent", subjects=("17.00.00", "27.24.00")), 1),
        (Subscriber("abonnent", subjects=("27.*",)), 0),
        (Subscriber("abonnent", cvrs=frozenset(("29189420",))), 0),
    ],
)
def test_a_subscriber_hears_what_it_asked_for(driver: Driver, subscriber: Subscriber, count: int) -> None:
    town = Town(driver, subscriber)
    town.start_subscriber()
    driver.run(town.client().importer([sag()]))
    driver.advance(driver.unit)
    driver.advance(driver.unit)
    assert len(town.heard) == count


def test_an_event_that_comes_twice_is_taken_once(driver: Driver) -> None:
    town = Town(driver)
    town.start_subscriber()
    driver.run(town.client().importer([sag()]))
    (event,) = town.wait(1)
    network = driver.runtime("fordeler").network

    async def again() -> int:
        url = network.address("abonnent") + ALL.path
        answer = await network.request(
            "POST", url, body=event_message.write(event), content_type="application/xml"
        )
        return event_message.read_answer(answer.body)

    assert [driver.run(again()), driver.run(again())] == [20, 20]
    assert town.heard == [event]
    town.start_subscriber()
    assert driver.run(again()) == 20
    assert town.heard == [event], "a restart does not forget what was taken"


@pytest.mark.parametrize("body", [b"", b"<a/>", b"not XML", event_message.write_answer(20)])
def test_what_is_no_event_is_answered_41(driver: Driver, body: bytes) -> None:
    town = Town(driver)
    town.start_subscriber()
    network = driver.runtime("fordeler").network

    async def push() -> tuple[int, int]:
        url = network.address("abonnent") + ALL.path
        answer = await network.request("POST", url, body=body, content_type="application/xml")
        return answer.status, event_message.read_answer(answer.body)

    assert driver.run(push()) == (200, 41)
    assert town.heard == []


def test_an_event_reads_back_as_it_was_written() -> None:
    event = EventMessage(
        id=UUID, type=UUID, authority=OWNER, handling="Importeret", subject="27.24.00",
        objects=(event_message.RelatedObject(UUID, "Sag", "Ejer"),), receivers=(UUID, OWNER), made=START,
        transaction=UUID, source=UUID, classification="x",
    )  # fmt: skip
    assert event_message.read(event_message.write(event)) == event


RETRYING = [(503, b""), (200, event_message.write_answer(41)), (200, b"<a/>")]


def test_an_event_comes_again_until_it_is_answered_20_also_across_a_restart(driver: Driver) -> None:
    if driver.name == "sockets":
        pytest.skip("the pauses between attempts are real there")
    town = Town(driver)
    town.answering(*RETRYING)
    driver.run(town.client().importer([sag()]))
    driver.advance(10.0)
    town.start_index()
    driver.advance(3600.0)
    assert len(town.heard) >= 4
    assert len({event.id for event in town.heard}) == 1
    before = len(town.heard)
    driver.advance(7200.0)
    assert len(town.heard) == before
