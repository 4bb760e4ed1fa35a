"""Document sharing alone on one driver, a source of on-demand documents beside it, and whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks import soap
from mocks.access.consents import Consent, ConsentMode
from mocks.drivers.keys import KeyRing
from mocks.limits import guarded
from mocks.nsp.access_routes import Registers, access_routes
from mocks.nsp.access_settings import AccessSettings
from mocks.nsp.blocking import BlockingItem
from mocks.nsp.document_sharing.routes import sharing_routes, too_large_at
from mocks.nsp.document_sharing.settings import SharingSettings
from mocks.nsp.id_cards import IdCardCheck
from mocks.nsp.minlog import MinLog
from mocks.people import Person
from mocks.runtime import Response as HttpResponse
from mocks.runtime import Runtime
from mocks.signatures import PLACE, sign
from mocks.standards.dgws import header, hsuid, id_card
from mocks.standards.dgws.fault_codes import fault_code_in
from mocks.standards.dgws.hsuid import Hsuid, UserType
from mocks.standards.dgws.id_card import CardType, CardUser, IdCard
from mocks.standards.minlog import LogDataEntry
from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap import mtom
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import Fault, read_fault
from mocks.standards.xds import queries, responses, retrieval, submissions
from mocks.standards.xds.names import (
    Action,
    AssociationType,
    Availability,
    DocumentType,
    Status,
    StoredQuery,
)
from mocks.standards.xds.objects_write import member_of
from mocks.standards.xds.records import (
    Association,
    Author,
    Code,
    Document,
    DocumentEntry,
    DocumentRequest,
    QueryAnswer,
    RegistryAnswer,
    RetrieveAnswer,
    RetrievedDocument,
    Slot,
    Submission,
    SubmissionSet,
)
from mocks.standards.xds.values import organisation_xon, patient_cx
from tests.drivers.harness import Driver

NANCY, OTHER, DOCTOR_CPR = "2512489996", "2906910651", "0101584160"
#: Children under eighteen on the day of the tests: consent is about them.
CHILD, MOTHER = "1403139996", "2512489996"
UNIT, OTHER_UNIT = "261471000016001", "242621000016001"
SOURCE_REPOSITORY = "1.2.208.176.43210.8.10.99"
CVR = "29190925"
APPROVED = f"('{Availability.APPROVED}')"


RING = KeyRing()
MOST = 1_000_000


def signed(card: IdCard, key: str = "sts") -> bytes:
    """The card as the STS hands it out, or somebody else."""
    return sign(
        id_card.write(card, PLACE), RING.key(key), id_attribute="id", signature_id=id_card.SIGNATURE_ID
    )


class Source:
    """An on-demand source: makes a document for every number that starts as its own do."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.away = False
        self.adds = ""

    def create(self, runtime: Runtime) -> Starlette:
        async def serve(asked: soap.Received) -> Response:
            assert asked.envelope.body is not None
            wanted = retrieval.read_request(asked.envelope.body)
            self.asked.append([w.unique_id for w in wanted])
            found = [
                RetrievedDocument(
                    repository=w.repository,
                    unique_id=w.unique_id,
                    new_unique_id=w.unique_id + ".1",
                    content=f"<made for='{w.unique_id}'/>".encode(),
                )
                for w in wanted
            ]
            if self.adds:
                found.append(
                    RetrievedDocument(repository=SOURCE_REPOSITORY, unique_id=self.adds, content=b"<x/>")
                )
            body, parts = retrieval.write_response(Status.SUCCESS, found)
            return soap.answer(asked.envelope, body, parts=parts)

        async def refuse(request: Request) -> Response:
            return Response(b"<html>away</html>", 503)

        served = soap.endpoint(runtime, serve)

        async def either(request: Request) -> Response:
            return await (refuse(request) if self.away else served(request))

        return guarded(runtime, [Route("/xds/iti43", either, methods=["POST"])])


def entry(number: int, cpr: str = NANCY, **changes: Any) -> DocumentEntry:
    """The entry of an appointment document."""
    fields: dict[str, Any] = {
        "id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "unique_id": f"1.2.208.184.9.{number}",
        "patient_id": patient_cx(cpr),
        "source_patient_id": patient_cx(cpr),
        "title": "Aftale",
        "creation_time": "20250113100000",
        "service_start": f"202505{number:02d}120000",
        "service_stop": f"202505{number:02d}130000",
        "language": "da-DK",
        "authors": (Author(institutions=(organisation_xon("BUP", UNIT),)),),
        "class_code": Code("001", "1.2.208.184.100.9", "Klinisk rapport"),
        "confidentiality": (Code("N", "2.16.840.1.113883.5.25", "Normal"),),
        "event_codes": (Code("ALAL03", "1.2.208.176.2.4", "Psykiske lidelser"),),
        "format_code": Code("urn:ad:dk:medcom:apd-v2.0.1:full", "1.2.208.184.100.10", "DK APD"),
        "type_code": Code("39289-4", "2.16.840.1.113883.6.1", "Aftale"),
        **changes,
    }
    made = DocumentEntry(**fields)
    return made if made.logical_id else msgspec.structs.replace(made, logical_id=made.id)


def on_demand(number: int, cpr: str = NANCY, **changes: Any) -> DocumentEntry:
    """The entry of a document that the source makes when somebody asks."""
    return entry(number, cpr, **({"type": DocumentType.ON_DEMAND, "repository": SOURCE_REPOSITORY} | changes))


def submission(
    *entries: DocumentEntry, replaces: str = "", deprecates: str = "", cpr: str = NANCY
) -> Submission:
    """What a source hands in."""
    made = SubmissionSet(id="urn:uuid:set", unique_id="1.2.3", patient_id=patient_cx(cpr), source_id="1.2.4")
    associations = [member_of(made, e) for e in entries]
    if replaces:
        associations.append(Association(type=AssociationType.REPLACES, source=entries[0].id, target=replaces))
    if deprecates:
        associations.append(
            Association(
                type=AssociationType.UPDATES_AVAILABILITY,
                source=made.id,
                target=deprecates,
                original_status=Availability.APPROVED,
                new_status=Availability.DEPRECATED,
            )
        )
    return Submission(set=made, entries=entries, associations=tuple(associations))


class People:
    """The CPR replica, for custody and age."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = {person.cpr: person for person in people}

    def find(self, number: str) -> Person | None:
        return self._people.get(number)

    def home_of(self, number: str) -> str | None:
        return None


class Platform:
    """``search``, ``retrieve``, ``provide``, ``register`` and ``update`` ask as a system does, and read the
    answer: a record, or the fault."""

    def __init__(
        self,
        driver: Driver,
        *,
        mode: ConsentMode = ConsentMode.DECLARED,
        consents: Sequence[Consent] = (),
        blockings: Sequence[BlockingItem] = (),
        **settings: Any,
    ) -> None:
        self.driver, self.source = driver, Source()
        self.settings = SharingSettings(sources={SOURCE_REPOSITORY: ("source", "/xds/iti43")}, **settings)
        self.access = AccessSettings(consent_mode=mode, consents=tuple(consents), blockings=tuple(blockings))
        self.minlog: MinLog | None = None
        driver.install("source", self.source.create)
        self.start()

    def start(self) -> None:
        """Start the platform, or start it again from what it kept."""
        self.driver.install("nsp", self._create)

    def _create(self, runtime: Runtime) -> Starlette:
        registers = Registers(runtime, self.access)
        self.minlog = MinLog(runtime)
        cards = IdCardCheck(RING.key("sts"))
        routes = [
            *sharing_routes(runtime, self.settings, cards, registers.check, self.minlog, registers.relations),
            *access_routes(runtime, registers),
        ]
        return guarded(runtime, routes, most_bytes=MOST, too_large_at=too_large_at(MOST))

    # Who asks

    def card(self, **changes: Any) -> IdCard:
        now = self.now
        fields: dict[str, Any] = {
            "id": "card",
            "type": CardType.USER,
            "level": 4,
            "issuer": "STS",
            "not_before": now - timedelta(hours=1),
            "not_on_or_after": now + timedelta(hours=23),
            "system": "SAPA",
            "provider": CVR,
            "user": CardUser(
                cpr=DOCTOR_CPR, given="Jens", surname="Test", role="bup_doctor", authorisation="SRTTQ"
            ),
        }
        return IdCard(**(fields | changes))

    def worker(self, role: str = "ppr") -> IdCard:
        """The card of a municipal worker."""
        return self.card(user=CardUser(cpr=DOCTOR_CPR, given="Allan", surname="Korsman", role=role))

    @property
    def now(self) -> datetime:
        return self.driver.runtime("asker").clock.now()

    def headers(
        self, cpr: str = NANCY, *, card: IdCard | None = None, about: bool = True, **changes: Any
    ) -> list[bytes]:
        fields: dict[str, Any] = {
            "user_type": UserType.HEALTHCARE_PROFESSIONAL,
            "citizen": cpr,
            "acting": DOCTOR_CPR,
            "organisation": UNIT,
            "system_owner": "KL",
            "system": "SAPA",
            "system_version": "1",
            "organisation_responsible": "Thisted Kommune",
        }
        made = id_card.write_security(self.now, signed(card or self.card()))
        blocks = [made, header.write(header.Header(message_id="m-1", security_level="4"))]
        return [*blocks, hsuid.write(Hsuid(**(fields | changes)), self.now)] if about else blocks

    # Asking

    def search(
        self,
        cpr: str = NANCY,
        *slots: Slot,
        returns: queries.ReturnType = queries.ReturnType.LEAF,
        headers: Sequence[bytes] | None = None,
        **about: Any,
    ) -> QueryAnswer | Fault:
        types = f"('{DocumentType.STABLE}','{DocumentType.ON_DEMAND}')"
        usual = (
            Slot("$XDSDocumentEntryPatientId", (f"'{patient_cx(cpr)}'",)),
            Slot("$XDSDocumentEntryStatus", (APPROVED,)),
            Slot("$XDSDocumentEntryType", (types,)),
        )
        named = {slot.name for slot in slots}
        parameters = (*(s for s in usual if s.name not in named), *slots)
        return self.query(
            queries.QueryRequest(parameters=parameters, returns=returns),
            headers=self.headers(cpr, **about) if headers is None else headers,
        )

    def query(self, request: queries.QueryRequest, *, headers: Sequence[bytes]) -> QueryAnswer | Fault:
        said = self.call("/ddsregistry", Action.ITI_18, queries.write_request(request), headers)
        if isinstance(said, Fault):
            return said
        assert said.envelope.body is not None
        return queries.read_response(said.envelope.body)

    def by_id(self, *unique_ids: str, cpr: str = NANCY) -> QueryAnswer | Fault:
        listed = ",".join(f"'{u}'" for u in unique_ids)
        slot = Slot("$XDSDocumentEntryUniqueId", (f"({listed})",))
        request = queries.QueryRequest(query=StoredQuery.GET_DOCUMENTS, parameters=(slot,))
        return self.query(request, headers=self.headers(cpr))

    def retrieve(
        self, *entries: DocumentEntry, repository: str = "", cpr: str = NANCY, **about: Any
    ) -> RetrieveAnswer | Fault:
        wanted = [
            DocumentRequest(repository or e.repository or self.settings.repository, e.unique_id)
            for e in entries
        ]
        body = retrieval.write_request(wanted)
        said = self.call("/ddsrepository", Action.ITI_43, body, self.headers(cpr, **about))
        if isinstance(said, Fault):
            return said
        assert said.envelope.body is not None
        return retrieval.read_response(said.envelope.body, said.parts)

    def provide(self, made: Submission, *contents: bytes, **about: Any) -> RegistryAnswer | Fault:
        documents = [Document(e.id, c) for e, c in zip(made.entries, contents, strict=False)]
        body, parts = submissions.write_provided(made, documents)
        return self._submitted("/dros/iti41", Action.ITI_41, body, parts, about)

    def register(self, made: Submission, **about: Any) -> RegistryAnswer | Fault:
        body = submissions.write_submission(made)
        return self._submitted("/dros/iti61", Action.ITI_61, body, {}, about)

    def update(self, made: Submission, **about: Any) -> RegistryAnswer | Fault:
        body = submissions.write_submission(made)
        return self._submitted("/dros/iti57", Action.ITI_57, body, {}, about)

    def _submitted(
        self, path: str, action: Action, body: bytes, parts: Mapping[str, bytes], about: dict[str, Any]
    ) -> RegistryAnswer | Fault:
        system = self.card(type=CardType.SYSTEM, level=3, user=None)
        headers = self.headers(about=False, **({"card": system} | about))
        said = self.call(path, action, body, headers, parts)
        if isinstance(said, Fault):
            return said
        assert said.envelope.body is not None
        return responses.read_response(said.envelope.body)

    def call(
        self, path: str, action: str, body: bytes, headers: Sequence[bytes], parts: Mapping[str, bytes] = {}
    ) -> soap.SoapAnswer | Fault:
        data = envelopes.write(
            SoapVersion.SOAP12, body, headers=headers, action=action, message_id="urn:uuid:m", to="nsp"
        )
        kind = f'application/soap+xml; charset=utf-8; action="{action}"'
        if parts:
            kind, data = mtom.write(data, parts, action=action)
        answer = self.raw(path, data, kind)
        root, found = mtom.read(answer.headers["content-type"], answer.body)
        said = envelopes.read(root)
        if (fault := read_fault(said)) is not None:
            assert answer.status == 500
            return fault
        assert answer.status == 200
        assert said.action == f"{action}Response"
        assert said.relates_to == "urn:uuid:m"
        return soap.SoapAnswer(said, found)

    def raw(self, path: str, body: bytes, content_type: str) -> HttpResponse:
        network = self.driver.runtime("asker").network

        async def work() -> HttpResponse:
            return await network.request(
                "POST", network.address("nsp") + path, body=body, content_type=content_type
            )

        return self.driver.run(work())

    # What was left behind

    def logged(self, cpr: str = NANCY) -> list[LogDataEntry]:
        assert self.minlog is not None
        return self.minlog.read(cpr)

    def lookups(self) -> list[dict[str, Any]]:
        return [event.facts for event in self.driver.trace.events(name="document_lookup")]


def found(answer: QueryAnswer | Fault) -> list[str]:
    """The documents of an answer that found some, or nothing."""
    assert isinstance(answer, QueryAnswer), answer
    assert answer.status is Status.SUCCESS and not answer.errors, answer.errors
    return [e.unique_id for e in answer.entries]


def errors(answer: QueryAnswer | RetrieveAnswer | RegistryAnswer | Fault) -> list[str]:
    """The codes of an answer that says no."""
    assert not isinstance(answer, Fault), answer
    assert answer.status is not Status.SUCCESS
    return [error.code for error in answer.errors]


def code(answer: object) -> str:
    """The DGWS code of a fault."""
    assert isinstance(answer, Fault), answer
    return fault_code_in(answer)
