"""ITI-43 at the source: documents made when they are asked for, and none of what was moved or cancelled."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.identifiers import make_sor
from mocks.nordepj.book import Change
from mocks.nordepj.metadata import unique_id
from mocks.nordepj.settings import BookSettings, SourceSettings
from mocks.people import Appointment, Person
from mocks.runtime import COPENHAGEN
from mocks.runtime import Response as Answer
from mocks.soap import SaidFault, call
from mocks.standards import appointment_document
from mocks.standards.appointment_document import AppointmentDocument
from mocks.standards.xds import retrieval
from mocks.standards.xds.names import Action, Status
from mocks.standards.xds.records import DocumentRequest, RetrieveAnswer
from mocks.units import Unit, UnitKind
from tests.nordepj.test_outbox import House
from tests.official import needs_official
from tests.standards import schematron

NANCY = "2512489996"
BUP = Unit(
    sor_id=make_sor(1), name="BUP Nord", kind=UnitKind.BUP, system="nordepj",
    street="Mølleparkvej 10", post_code="9000", city="Aalborg", phone="00000000",
)  # fmt: skip
VISITS = tuple(
    Appointment(
        uuid=f"00000000-0000-4000-9000-00000000000{number}",
        cpr=NANCY,
        unit=BUP.sor_id,
        start=datetime(2025, 10, number, 10, tzinfo=COPENHAGEN),
        end=datetime(2025, 10, number, 10, 45, tzinfo=COPENHAGEN) if number == 1 else None,
        place_street="Prøvetorv 2" if number == 1 else "",
        reason="Samtale" if number == 1 else "",
    )
    for number in (1, 2)
)


class Index:
    def find(self, cpr: str) -> Person | None:
        return Person(
            cpr=cpr, given="Nancy Ann", family="Berggren", birth_date=date(1948, 12, 25), sex="F",
            municipality="0851", street="Testpark Allé 48", post_code="3400", city="Hillerød", gp=make_sor(7),
        )  # fmt: skip


class Source(House):
    """A hospital whose documents are asked for."""

    def __init__(self, **fields: Any) -> None:
        given = {"appointments": VISITS, "units": (BUP,), "patients": Index()} | fields
        source = SourceSettings(custodian=make_sor(9), custodian_name="Region Prøve", offers=False)
        super().__init__()
        self.kernel.install("sor", _register(None, []))
        self.settings = BookSettings(source=source, **given)
        self.restart()

    def ask(
        self, *unique_ids: str, repository: str = "", action: str = Action.ITI_43, body: bytes = b""
    ) -> RetrieveAnswer:
        wanted = [DocumentRequest(repository or self.settings.source.repository, each) for each in unique_ids]
        runtime = self._runtime("person")

        async def work() -> RetrieveAnswer:
            raw = body or retrieval.write_request(wanted)
            answer = await call(runtime, "nordepj", "/xds/iti43", raw, action=action)
            assert answer.envelope.body is not None
            assert answer.envelope.action == "urn:ihe:iti:2007:RetrieveDocumentSetResponse"
            return retrieval.read_response(answer.envelope.body, answer.parts)

        return self.kernel.complete(work())

    def document(self, visit: Appointment) -> AppointmentDocument:
        (found,) = self.ask(unique_id(visit.uuid, 1)).documents
        return appointment_document.read(found.content)


def test_a_document_is_made_with_what_is_known_now() -> None:
    source = Source()
    answer = source.ask(unique_id(VISITS[0].uuid, 1))
    assert answer.status is Status.SUCCESS
    (found,) = answer.documents
    assert [f.rule for f in appointment_document.check(found.content)] == [
        "APD/patientRole/providerOrganization"
    ]
    document = appointment_document.read(found.content)
    assert found.unique_id == unique_id(VISITS[0].uuid, 1)
    assert found.new_unique_id == f"1.2.208.184^{document.id}" != found.unique_id and not found.new_repository
    assert document.appointment == VISITS[0].uuid
    assert (document.start, document.end) == (VISITS[0].start, VISITS[0].end)
    assert document.made == source.kernel.now()
    assert document.performer.name == "BUP Nord" and document.performer.telecoms[0].value == "tel:00000000"
    assert document.performer.address is not None and document.performer.address.lines == ("Mølleparkvej 10",)
    assert document.place is not None and document.place.address is not None
    assert document.place.address.lines == ("Prøvetorv 2",)
    assert document.custodian.name == "Region Prøve"
    assert document.reason is not None and document.reason.text == "Samtale"
    assert document.episode is not None and document.episode.code == "ALAL03"
    assert document.patient.name.given == ("Nancy", "Ann") and document.patient.cpr == NANCY


@pytest.mark.official
@needs_official
def test_what_is_made_on_demand_meets_the_official_rules() -> None:
    answer = Source().ask(*(unique_id(visit.uuid, 1) for visit in VISITS))
    assert len(answer.documents) == 2
    for found in answer.documents:
        assert schematron.errors(found.content) == []


def test_each_asking_makes_a_document_of_its_own() -> None:
    source = Source()
    assert source.document(VISITS[0]).id != source.document(VISITS[0]).id


def test_where_no_place_and_no_end_was_booked_the_document_says_neither() -> None:
    document = Source().document(VISITS[1])
    assert document.place is None and document.end is None and document.reason is None


def test_of_a_patient_whom_the_index_does_not_know_the_number_stands_there() -> None:
    class Nobody:
        def find(self, cpr: str) -> Person | None:
            return None

    document = Source(patients=Nobody(), units=()).document(VISITS[0])
    assert document.patient.cpr == NANCY and document.patient.sex == "F"
    assert document.performer.name == f"SOR {BUP.sor_id}"  # SOR is away as well


def test_many_documents_come_in_one_answer_and_unknown_ones_are_told_apart() -> None:
    answer = Source().ask(*(unique_id(visit.uuid, 1) for visit in VISITS), "1.2.208.184^nothing")
    assert answer.status is Status.PARTIAL and len(answer.documents) == 2
    assert [error.code for error in answer.errors] == ["XDSDocumentUniqueIdError"]


def test_what_was_moved_is_handed_out_in_its_new_version_only() -> None:
    source = Source()
    uuid = VISITS[0].uuid
    source.move(uuid)
    answer = source.ask(unique_id(uuid, 1))
    assert (answer.status, answer.documents) == (Status.FAILURE, ())
    assert "moved or cancelled" in answer.errors[0].context
    (found,) = source.ask(unique_id(uuid, 2)).documents
    document = appointment_document.read(found.content)
    assert document.appointment == uuid and document.start == datetime(2025, 6, 4, 11, tzinfo=UTC)


def test_what_was_cancelled_is_handed_out_no_more_also_after_a_restart() -> None:
    source = Source()
    source.cancel(VISITS[0].uuid)
    for _ in range(2):
        answer = source.ask(unique_id(VISITS[0].uuid, 1))
        assert (answer.status, answer.errors[0].code) == (Status.FAILURE, "XDSDocumentUniqueIdError")
        source.restart()


def test_a_booking_can_be_asked_for_at_once() -> None:
    source = Source()
    uuid = source.book()
    (found,) = source.ask(unique_id(uuid, 1)).documents
    assert appointment_document.read(found.content).appointment == uuid


def test_another_repository_is_not_served() -> None:
    answer = Source().ask(unique_id(VISITS[0].uuid, 1), repository="1.2.3")
    assert [error.code for error in answer.errors] == ["XDSUnknownRepositoryId"]


def test_what_is_no_request_gets_a_failure_or_a_fault_and_names_no_citizen() -> None:
    source = Source()
    assert source.ask(body=b"<a xmlns='urn:x'/>").status is Status.FAILURE
    with pytest.raises(SaidFault):
        source.ask("1.2.3", action=Action.ITI_18)
    with pytest.raises(SaidFault):
        source.ask(body=b" ")


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("application/soap+xml", b""),
        ("application/soap+xml", b"<Envelope"),
        ("application/soap+xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><Envelope>&b;</Envelope>"),
        ("application/soap+xml", b"<a/>" * 1000),
        ("application/json", b'{"cpr": "2512489996"}'),
        ('multipart/related; boundary="b"', b"--b\r\n\r\n2512489996"),
        ("multipart/related", b"--b--"),
    ],
)
def test_what_is_no_soap_message_gets_a_fault_and_leaves_no_number_behind(kind: str, raw: bytes) -> None:
    source = Source()

    async def work() -> Answer:
        url = source.kernel.address("nordepj") + "/xds/iti43"
        return await source.kernel.request("POST", url, body=raw, content_type=kind)

    answer = source.kernel.complete(work())
    assert answer.status == 500 and b"Fault" in answer.body
    assert NANCY.encode() not in answer.body and b"Traceback" not in answer.body
    assert all(NANCY not in str(event.facts) for event in source.trace.events())


def test_names_from_sor_are_trusted_for_a_day() -> None:
    source = Source()
    asked: list[str] = []
    gp = Unit(sor_id=make_sor(7), name="Lægerne på Torvet", kind=UnitKind.CLINIC, system="lps-01")
    source.kernel.install("sor", _register(gp, asked))
    for _ in range(2):
        document = source.document(VISITS[0])
        assert document.patient.provider is not None and document.patient.provider.name == gp.name
    assert asked.count(gp.sor_id) == 1
    source.wait(hours=25)
    source.document(VISITS[0])
    assert asked.count(gp.sor_id) == 2


def test_a_clinic_that_is_no_unit_in_sor_is_named_all_the_same() -> None:
    source = Source()
    asked: list[str] = []

    async def one(request: Request) -> Response:
        asked.append(request.path_params["sor_id"])
        return Response(msgspec.json.encode({"sor_id": asked[-1], "name": "Lægerne", "level": "institution"}))

    source.kernel.install("sor", Starlette(routes=[Route("/sor/{sor_id}", one)]))
    for _ in range(2):
        provider = source.document(VISITS[0]).patient.provider
        assert provider is not None and provider.name == "Lægerne"
    assert asked.count(make_sor(7)) == 1


def _register(unit: Unit | None, asked: list[str]) -> Starlette:
    async def one(request: Request) -> Response:
        asked.append(request.path_params["sor_id"])
        if unit is None:
            return Response(b"maintenance", 503)
        known = asked[-1] == unit.sor_id
        return Response(
            msgspec.json.encode(unit) if known else b'{"code": "not_found"}', 200 if known else 404
        )

    return Starlette(routes=[Route("/sor/{sor_id}", one)])


def test_the_words_of_changes_are_those_of_the_desk() -> None:
    assert [change.value for change in Change] == ["booked", "moved", "cancelled"]
