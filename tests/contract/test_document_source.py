"""BUP's book as a source of documents, under every driver: what a consumer of the national platform sees of
booking, moving and cancelling, also when the platform was away and after a restart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks import sor
from mocks.limits import guarded
from mocks.nordepj import BookSettings, SourceSettings, entries_at_start
from mocks.nordepj.appointments import appointment_routes
from mocks.nordepj.book import Change
from mocks.nordepj.outbox import Line
from mocks.people import Appointment
from mocks.runtime import COPENHAGEN, Runtime
from mocks.standards import appointment_document
from mocks.standards.appointment_document import AppointmentDocument
from mocks.standards.dgws.id_card import CardType
from mocks.standards.xds.names import Availability, Status
from mocks.standards.xds.records import QueryAnswer, RetrieveAnswer, Slot
from mocks.units import Unit, UnitKind
from tests.contract.sharing_platform import NANCY, SOURCE_REPOSITORY, UNIT, Platform
from tests.drivers.harness import Driver

BUP = Unit(sor_id=UNIT, name="BUP Nord", kind=UnitKind.BUP, system="source", street="Mølleparkvej 10")
VISIT = Appointment(
    uuid="00000000-0000-4000-9000-000000000001",
    cpr=NANCY,
    unit=UNIT,
    start=datetime(2030, 6, 2, 9, tzinfo=COPENHAGEN),
    end=None,
)
BOOKING = {"cpr": NANCY, "unit": UNIT, "start": "2030-06-02T09:00:00", "place_city": "Aalborg"}
LATER = {"start": "2030-06-04T13:00:00", "end": "2030-06-04T14:00:00"}


class Region:
    """The platform, BUP's book, and a consumer. ``at_start`` stands in the book, and in the registry."""

    def __init__(self, driver: Driver, *at_start: Appointment) -> None:
        self.driver = driver
        source = SourceSettings(
            repository=SOURCE_REPOSITORY,
            custodian="900010601000016004",
            custodian_name="Region Prøve",
            retry_seconds=(driver.unit,),
        )
        self.settings = BookSettings(appointments=at_start, units=(BUP,), source=source)
        self.platform = Platform(driver, entries=list(entries_at_start(self.settings)))
        driver.install("sor", lambda runtime: sor.create_app(runtime, sor.Settings(entries=())))
        self.start()

    def start(self) -> None:
        """Start the booking system, or start it again from what it kept."""
        self.driver.install("source", self._create)

    def _create(self, runtime: Runtime) -> Starlette:
        async def headers() -> Sequence[bytes]:
            card = self.platform.card(type=CardType.SYSTEM, level=3, user=None)
            return self.platform.headers(about=False, card=card)

        return guarded(runtime, appointment_routes(runtime, self.settings, headers))

    def away(self) -> None:
        """The platform answers nothing but an error page."""

        async def page(request: Request) -> Response:
            return Response(b"<html>maintenance</html>", 503)

        methods = ["GET", "POST"]
        routes = [Route("/{path:path}", page, methods=methods)]
        self.driver.install("nsp", lambda runtime: Starlette(routes=routes))

    # People

    def desk(self, path: str, body: Any = None, method: str = "POST") -> Any:
        network = self.driver.runtime("person").network

        async def work() -> Any:
            raw = b"" if method == "GET" else msgspec.json.encode(body or {})
            url = network.address("source") + path
            answer = await network.request(method, url, body=raw, content_type="application/json")
            assert answer.status in (200, 201), answer.body
            return msgspec.json.decode(answer.body)

        return self.driver.run(work())

    def book(self) -> str:
        return str(self.desk("/desk/appointments", BOOKING)["uuid"])

    def move(self, uuid: str) -> None:
        self.desk(f"/desk/appointments/{uuid}/move", LATER)

    def cancel(self, uuid: str) -> None:
        self.desk(f"/desk/appointments/{uuid}/cancel")

    def waiting(self) -> int:
        said = self.desk("/desk/sharing", method="GET")
        assert said["refused"] == []
        return int(said["waiting"])

    def settle(self) -> None:
        self.until(lambda: self.waiting() == 0)

    def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(200):
            if holds():
                return
            self.driver.advance(self.driver.unit)
        raise AssertionError("it never came")

    def found(self, status: Availability = Availability.APPROVED) -> QueryAnswer:
        answer = self.platform.search(NANCY, Slot("$XDSDocumentEntryStatus", (f"('{status}')",)))
        assert isinstance(answer, QueryAnswer) and answer.status is Status.SUCCESS, answer
        return answer

    def shown(self) -> list[AppointmentDocument]:
        """What a consumer sees: the documents of whatever a search finds."""
        entries = self.found().entries
        if not entries:
            return []
        answer = self.platform.retrieve(*entries)
        assert isinstance(answer, RetrieveAnswer) and answer.status is Status.SUCCESS, answer
        for document in answer.documents:
            wrong = [f.rule for f in appointment_document.check(document.content)]
            assert wrong == ["APD/patientRole/providerOrganization"]  # nobody knows the GP
        return [appointment_document.read(document.content) for document in answer.documents]

    def errors(self) -> list[Any]:
        return [event.facts for event in self.driver.trace.events(name="harness_error")]


@pytest.fixture
def region(driver: Driver) -> Region:
    return Region(driver)


def test_a_consumer_sees_an_appointment_booked_moved_and_cancelled(region: Region) -> None:
    uuid = region.book()
    region.settle()
    (document,) = region.shown()
    assert (document.appointment, document.performer.name) == (uuid, "BUP Nord")
    assert document.start == datetime(2030, 6, 2, 9, tzinfo=COPENHAGEN) and document.end is None
    region.move(uuid)
    region.settle()
    (moved,) = region.shown()
    assert (moved.appointment, moved.custodian.name) == (uuid, "Region Prøve")
    assert moved.start == datetime(2030, 6, 4, 13, tzinfo=COPENHAGEN)
    assert moved.end == moved.start + timedelta(hours=1) and moved.id != document.id
    assert len(region.found(Availability.DEPRECATED).entries) == 1
    region.cancel(uuid)
    region.settle()
    assert region.shown() == []
    assert len(region.found(Availability.DEPRECATED).entries) == 2
    assert region.errors() == []


def test_what_stood_in_the_book_at_the_start_is_found_without_a_message_and_can_be_moved(
    driver: Driver,
) -> None:
    region = Region(driver, VISIT)
    (document,) = region.shown()
    assert (document.appointment, document.start) == (VISIT.uuid, VISIT.start)
    assert driver.trace.events(name="documents_registered") == []
    region.move(VISIT.uuid)
    region.settle()
    (moved,) = region.shown()
    assert (moved.appointment, moved.start) == (VISIT.uuid, datetime(2030, 6, 4, 13, tzinfo=COPENHAGEN))


def test_what_changes_while_the_platform_is_away_is_seen_when_it_is_back_also_after_a_restart(
    driver: Driver,
) -> None:
    region = Region(driver, VISIT)
    region.away()
    new = region.book()
    region.move(new)
    region.cancel(VISIT.uuid)
    region.until(lambda: len(driver.trace.events(name="sharing_away")) > 0)
    assert region.waiting() == 3
    region.start()
    assert region.waiting() == 3
    region.platform.start()
    assert [entry.service_start for entry in region.found().entries] != []  # the old state, until it is told
    region.settle()
    (document,) = region.shown()
    assert (document.appointment, document.start) == (new, datetime(2030, 6, 4, 13, tzinfo=COPENHAGEN))
    region.start()
    region.platform.start()
    assert [document.appointment for document in region.shown()] == [new]
    assert region.errors() == []


def test_what_the_platform_heard_without_the_source_hearing_of_it_is_told_once(driver: Driver) -> None:
    region = Region(driver, VISIT)
    lines = driver.runtime("source").store.collection("sharing.outbox", Line)
    now = driver.runtime("source").clock.now()
    lines.put("1", Line(change=Change.BOOKED, uuid=VISIT.uuid, version=1, since=now, tried=True))
    region.start()
    region.settle()
    assert [document.appointment for document in region.shown()] == [VISIT.uuid]
    region.cancel(VISIT.uuid)
    region.settle()
    lines = driver.runtime("source").store.collection("sharing.outbox", Line)
    lines.put("9", Line(change=Change.CANCELLED, uuid=VISIT.uuid, version=1, since=now, tried=True))
    region.start()
    region.settle()
    assert region.shown() == []


def test_a_document_that_was_found_and_then_cancelled_is_handed_out_no_more(driver: Driver) -> None:
    region = Region(driver, VISIT)
    entries = region.found().entries
    region.away()  # the platform does not hear of it
    region.cancel(VISIT.uuid)
    region.platform.start()
    answer = region.platform.retrieve(*entries)
    assert isinstance(answer, RetrieveAnswer) and answer.documents == ()
    assert [error.code for error in answer.errors] == ["XDSDocumentUniqueIdError"]


def test_no_address_on_the_wire_and_no_note_names_the_citizen(region: Region) -> None:
    uuid = region.book()
    region.move(uuid)
    region.cancel(uuid)
    region.settle()
    region.shown()
    for event in region.driver.trace.events():
        assert NANCY not in str(event.facts)
