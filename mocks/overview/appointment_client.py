"""The consumer of document sharing: a citizen's appointments, as a looking system gets them from the platform.

One search (ITI-18) finds what is approved, one retrieval (ITI-43) gets all the documents, and each is read as
an appointment document (DK-APD). Nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec
from lxml import etree

from mocks import soap
from mocks.errors import Malformed, Unreachable
from mocks.overview.lookup_log import Outcome
from mocks.overview.session import Failure, denied, failure_of
from mocks.runtime import COPENHAGEN, Runtime
from mocks.standards import appointment_document
from mocks.standards.appointment_document import AppointmentDocument
from mocks.standards.dgws import hsuid as hsuids
from mocks.standards.dgws.fault_codes import FaultCode, fault_code_in
from mocks.standards.dgws.hsuid import Hsuid
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.xds import queries, retrieval
from mocks.standards.xds.names import Action, Availability, DocumentType, ErrorCode, Status
from mocks.standards.xds.records import (
    DocumentEntry,
    DocumentRequest,
    QueryAnswer,
    ReceivedError,
    RetrieveAnswer,
    Slot,
    XdsProblem,
)
from mocks.standards.xds.values import patient_cx, utc_moment

PLATFORM = "nsp"
WHAT = "Aftalerne"
#: One appointment, in LOINC.
_APPOINTMENT = "39289-4^^2.16.840.1.113883.6.1"
#: Where a source's error says that it did not answer in time.
_TIMEOUT = "source_timeout"


class SharedAppointment(msgspec.Struct, frozen=True, kw_only=True):
    """One appointment as its document tells. ``uuid`` stays when it is moved.

    ``unit`` is the SOR id of the performing unit; street, post code and city are the meeting place.
    """

    uuid: str
    start: datetime
    unit: str
    end: datetime | None = None
    unit_name: str = ""
    place_street: str = ""
    place_post_code: str = ""
    place_city: str = ""
    reason: str = ""


class Appointments(msgspec.Struct, frozen=True):
    """What was found, by start; ``missing`` counts documents that were found and could not be shown."""

    found: list[SharedAppointment]
    missing: int = 0


class Card(Protocol):
    """An id card with the headers that it travels in (``mocks.health_login``)."""

    def headers(self, message_id: str) -> list[bytes]: ...


async def find(
    runtime: Runtime, card: Card, hsuid: Hsuid, cpr: str, from_: datetime, *, seconds: float = 20.0
) -> Appointments | Failure:
    """The citizen's appointments that start at ``from_`` or later, and what is yet to come.

    ``seconds``: how long the platform may take for each of the two questions. An appointment that was moved
    between them is searched for once more.
    """
    client = _Client(runtime, card, hsuid, seconds)
    try:
        found = await client.all(cpr, from_)
        if found.stale:
            found = await client.all(cpr, from_)
    except soap.SaidFault as error:
        return _fault(error)
    except Unreachable as error:
        return failure_of(error, WHAT)
    except XdsProblem as problem:
        return _unusable(problem.error.context)
    except _Refused as refused:
        return _unusable(str(refused))
    if not found.appointments and found.errors:
        return _no_documents(found.errors)
    return Appointments(sorted(found.appointments, key=lambda a: (a.start, a.uuid)), found.missing)


class _Round(msgspec.Struct, kw_only=True):
    """What a search and its retrieval gave. ``stale``: a document had gone when it was asked for."""

    appointments: list[SharedAppointment] = []
    missing: int = 0
    errors: tuple[ReceivedError, ...] = ()

    @property
    def stale(self) -> bool:
        return any(error.code == ErrorCode.UNKNOWN_DOCUMENT for error in self.errors)


class _Refused(Exception):
    """The platform answered a question with errors."""


class _Client:
    def __init__(self, runtime: Runtime, card: Card, hsuid: Hsuid, seconds: float) -> None:
        self._runtime, self._card, self._hsuid, self._seconds = runtime, card, hsuid, seconds

    async def all(self, cpr: str, from_: datetime) -> _Round:
        entries = await self._search(cpr, from_)
        if not entries:
            return _Round()
        answer = await self._retrieve(entries)
        documents = [_read(d.content) for d in answer.documents]
        appointments = [_appointment(d) for d in documents if d is not None and d.patient.cpr == cpr]
        # Sources are known to answer more than they were asked for; the window is the screen's promise.
        shown = [a for a in appointments if a.start >= from_]
        gone = sum(error.code == ErrorCode.UNKNOWN_DOCUMENT for error in answer.errors)
        missing = len(entries) - len(appointments) - gone
        return _Round(appointments=shown, missing=max(missing, 0), errors=answer.errors)

    async def _search(self, cpr: str, from_: datetime) -> Sequence[DocumentEntry]:
        parameters = (
            Slot("$XDSDocumentEntryPatientId", (f"'{patient_cx(cpr)}'",)),
            Slot("$XDSDocumentEntryStatus", (f"('{Availability.APPROVED}')",)),
            Slot("$XDSDocumentEntryType", (f"('{DocumentType.STABLE}','{DocumentType.ON_DEMAND}')",)),
            Slot("$XDSDocumentEntryTypeCode", (f"('{_APPOINTMENT}')",)),
            Slot("$XDSDocumentEntryServiceStartTimeFrom", (utc_moment(from_),)),
        )
        body = queries.write_request(queries.QueryRequest(parameters=parameters))
        said = await self._ask("/ddsregistry", Action.ITI_18, body)
        answer: QueryAnswer = queries.read_response(_body(said))
        if answer.status is not Status.SUCCESS:
            raise _Refused(_told(answer.errors))
        return answer.entries

    async def _retrieve(self, entries: Sequence[DocumentEntry]) -> RetrieveAnswer:
        wanted = [DocumentRequest(e.repository, e.unique_id, e.home_community) for e in entries]
        said = await self._ask("/ddsrepository", Action.ITI_43, retrieval.write_request(wanted))
        return retrieval.read_response(_body(said), said.parts)

    async def _ask(self, path: str, action: Action, body: bytes) -> soap.SoapAnswer:
        runtime = self._runtime
        headers = self._card.headers(runtime.ids.uuid("dgws-message"))
        return await soap.call(
            runtime,
            PLATFORM,
            path,
            body,
            version=SoapVersion.SOAP12,
            action=action,
            headers=[*headers, hsuids.write(self._hsuid, runtime.clock.now())],
            timeout=self._seconds,
        )


def _body(said: soap.SoapAnswer) -> etree._Element:
    if said.envelope.body is None:
        raise XdsProblem(ErrorCode.REGISTRY, "the platform's answer is empty")
    return said.envelope.body


def _read(content: bytes) -> AppointmentDocument | None:
    """The document; ``None`` for one that cannot be understood."""
    try:
        return appointment_document.read(content)
    except Malformed:
        return None


def _appointment(document: AppointmentDocument) -> SharedAppointment:
    place = None if document.place is None else document.place.address
    return SharedAppointment(
        uuid=document.appointment,
        start=document.start.astimezone(COPENHAGEN),
        end=None if document.end is None else document.end.astimezone(COPENHAGEN),
        unit=document.performer.sor,
        unit_name=document.performer.name,
        place_street="" if place is None else ", ".join(place.lines),
        place_post_code="" if place is None else place.post_code,
        place_city="" if place is None else place.city,
        reason="" if document.reason is None else document.reason.text,
    )


# Failures --------------------------------------------------------------------------------------------------


def _fault(error: soap.SaidFault) -> Failure:
    code = fault_code_in(error.fault) or error.fault.name
    if code in (FaultCode.PROCESSING_PROBLEM, FaultCode.SYNTAX_ERROR) or not fault_code_in(error.fault):
        return _unusable(str(error))
    return denied("expired_token" if code == FaultCode.EXPIRED_IDCARD else code, str(error))


def _no_documents(errors: Sequence[ReceivedError]) -> Failure:
    """Nothing could be retrieved of what was found."""
    if any(error.location == _TIMEOUT for error in errors):
        return Failure(
            Outcome.TIMEOUT,
            _TIMEOUT,
            _told(errors),
            f"{WHAT}: der kom ikke svar i tide. Prøv igen senere.",
        )
    code = next((error.location for error in errors if error.location.startswith("source_")), "no_documents")
    return Failure(
        Outcome.ERROR, code, _told(errors), f"{WHAT}: der er ingen forbindelse lige nu. Prøv igen senere."
    )


def _unusable(why: str) -> Failure:
    return Failure(
        Outcome.ERROR, "unusable", f"{PLATFORM}: {why}", f"{WHAT} kan ikke hentes lige nu. Prøv igen senere."
    )


def _told(errors: Sequence[ReceivedError]) -> str:
    return "; ".join(f"{error.code}: {error.context}" for error in errors[:3]) or "no reason given"
