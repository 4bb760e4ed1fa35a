"""The booking system of child psychiatry: appointments are booked, moved and cancelled, and shared on demand.

An appointment is shared as a document. Moving it makes a new document version with the same appointment
id, and the old version becomes *Deprecated*; cancelling deprecates the last one. A search finds only what
is *Approved*, so a cancelled appointment disappears: nobody outside ever sees a flag that says "cancelled".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.identifiers import check_sor
from mocks.limits import JsonBody, Refused
from mocks.nsp.sharing import Appointments, SharedAppointment
from mocks.overview.calls import answer, checked_cpr
from mocks.people import Appointment, AppointmentStatus
from mocks.runtime import COPENHAGEN, Runtime, fresh


class Availability(StrEnum):
    """The XDS availability of a document version."""

    APPROVED = "Approved"
    DEPRECATED = "Deprecated"


class AppointmentDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one appointment; only the newest can be approved."""

    appointment: Appointment
    version: int
    made: datetime
    availability: Availability = Availability.APPROVED


class BookingSettings(Protocol):
    """What the booking system needs of its host's settings: the appointments it starts with."""

    @property
    def appointments(self) -> Iterable[Appointment]: ...


class Booking(msgspec.Struct, kw_only=True):
    """A new appointment. Times carry their zone; one without is Danish local time."""

    cpr: str
    unit: str
    start: datetime
    end: datetime | None = None
    place_street: str = ""
    place_post_code: str = ""
    place_city: str = ""
    reason: str = ""


class Move(msgspec.Struct, kw_only=True):
    """A new time. What is left out of the place stays as it was; the end does not, it belongs to the time."""

    start: datetime
    end: datetime | None = None
    place_street: str | None = None
    place_post_code: str | None = None
    place_city: str | None = None


class OnDemand(msgspec.Struct, kw_only=True, rename={"from_": "from"}):
    """The platform's question: a citizen's appointments that start at ``from`` or later and before ``to``."""

    cpr: str
    from_: datetime | None = None
    to: datetime | None = None


class AppointmentBook:
    """All appointments, found by citizen. The index is rebuilt from the store at start."""

    def __init__(self, runtime: Runtime, appointments: Iterable[Appointment]) -> None:
        self._runtime = runtime
        self._documents = runtime.store.collection("appointment_documents", AppointmentDocument)
        self._newest: dict[str, int] = {}
        self._by_citizen: dict[str, list[str]] = {}
        for _, document in self._documents.items():
            self._index(document)
        for appointment in appointments:
            # A restart finds them in the store already, possibly moved or cancelled since.
            if appointment.uuid not in self._newest:
                self._put(appointment, 1)

    def book(self, booking: Booking) -> AppointmentDocument:
        """A new appointment. Errors: ``Refused``."""
        cpr = checked_cpr(booking.cpr)
        if (problem := check_sor(booking.unit)) is not None:
            raise Refused(400, problem, "$.unit", "send the SOR id of the performing unit")
        start, end = _times(booking.start, booking.end)
        uuid = fresh(self._runtime.ids, "appointment", self._newest)
        fields = msgspec.structs.asdict(booking) | {"cpr": cpr, "start": start, "end": end, "uuid": uuid}
        return self._put(Appointment(**fields), 1)

    def find(self, uuid: str) -> AppointmentDocument | None:
        """The newest version, approved or not."""
        version = self._newest.get(uuid)
        return None if version is None else self._documents.get(f"{uuid}/{version}")

    def move(self, found: AppointmentDocument, move: Move) -> AppointmentDocument:
        """The next version; the old one is deprecated. Errors: ``Refused``."""
        start, end = _times(move.start, move.end)
        places = {
            name: value
            for name in ("place_street", "place_post_code", "place_city")
            if (value := getattr(move, name)) is not None
        }
        moved = msgspec.structs.replace(found.appointment, start=start, end=end, **places)
        document = self._put(moved, found.version + 1)
        self._deprecate(found)
        return document

    def cancel(self, found: AppointmentDocument) -> AppointmentDocument:
        """The appointment disappears from sharing."""
        cancelled = msgspec.structs.replace(found.appointment, status=AppointmentStatus.CANCELLED)
        return self._deprecate(msgspec.structs.replace(found, appointment=cancelled))

    def approved(self, cpr: str, start: datetime | None, to: datetime | None) -> list[SharedAppointment]:
        """What is shared of one citizen, by start time."""
        found = (self.find(uuid) for uuid in self._by_citizen.get(cpr, ()))
        shared = [
            _shared(document)
            for document in found
            if document is not None
            and document.availability is Availability.APPROVED
            and (start is None or document.appointment.start >= start)
            and (to is None or document.appointment.start < to)
        ]
        return sorted(shared, key=lambda a: (a.start, a.uuid))

    def _put(self, appointment: Appointment, version: int) -> AppointmentDocument:
        gone = appointment.status is AppointmentStatus.CANCELLED
        document = AppointmentDocument(
            appointment=appointment,
            version=version,
            made=self._runtime.clock.now(),
            availability=Availability.DEPRECATED if gone else Availability.APPROVED,
        )
        self._documents.put(f"{appointment.uuid}/{version}", document)
        self._index(document)
        return document

    def _deprecate(self, document: AppointmentDocument) -> AppointmentDocument:
        old = msgspec.structs.replace(document, availability=Availability.DEPRECATED)
        self._documents.put(f"{old.appointment.uuid}/{old.version}", old)
        return old

    def _index(self, document: AppointmentDocument) -> None:
        uuid = document.appointment.uuid
        if uuid not in self._newest:
            self._by_citizen.setdefault(document.appointment.cpr, []).append(uuid)
        self._newest[uuid] = max(document.version, self._newest.get(uuid, 0))


def appointment_routes(runtime: Runtime, settings: BookingSettings) -> list[Route]:
    """The desk (``POST /desk/appointments``, ``.../{uuid}/move``, ``.../{uuid}/cancel``) and the wire
    (``POST /aftaler/ondemand``). A change to what was cancelled answers 409, to the unknown 404."""
    book = AppointmentBook(runtime, settings.appointments)
    bookings, moves, questions = JsonBody(Booking), JsonBody(Move), JsonBody(OnDemand)

    def changeable(request: Request) -> AppointmentDocument:
        found = book.find(request.path_params["uuid"])
        if found is None:
            raise Refused(404, "no appointment has this id", "path", "send the uuid that booking answered")
        if found.availability is Availability.DEPRECATED:
            raise Refused(409, "the appointment was cancelled", "path", "book a new one")
        return found

    async def make(request: Request) -> Response:
        return answer(_receipt(book.book(await bookings(request))), 201)

    async def move(request: Request) -> Response:
        wanted = await moves(request)
        return answer(_receipt(book.move(changeable(request), wanted)))

    async def cancel(request: Request) -> Response:
        return answer(_receipt(book.cancel(changeable(request))))

    async def on_demand(request: Request) -> Response:
        asked = await questions(request)
        start, to = _local(asked.from_), _local(asked.to)
        if start is not None and to is not None and to < start:
            raise Refused(400, "it lies before 'from'", "$.to", "send a later moment, or none")
        return answer(Appointments(book.approved(checked_cpr(asked.cpr), start, to)))

    return [
        Route("/desk/appointments", make, methods=["POST"]),
        Route("/desk/appointments/{uuid}/move", move, methods=["POST"]),
        Route("/desk/appointments/{uuid}/cancel", cancel, methods=["POST"]),
        Route("/aftaler/ondemand", on_demand, methods=["POST"]),
    ]


def _receipt(document: AppointmentDocument) -> dict[str, object]:
    return {
        "uuid": document.appointment.uuid,
        "version": document.version,
        "availability": document.availability,
        "start": document.appointment.start,
    }


def _shared(document: AppointmentDocument) -> SharedAppointment:
    appointment = document.appointment
    return SharedAppointment(
        uuid=appointment.uuid,
        version=document.version,
        status=document.availability.value,
        start=appointment.start,
        end=appointment.end,
        unit=appointment.unit,
        place_street=appointment.place_street,
        place_post_code=appointment.place_post_code,
        place_city=appointment.place_city,
        reason=appointment.reason,
    )


def _times(start: datetime, end: datetime | None) -> tuple[datetime, datetime | None]:
    begins, ends = start if start.tzinfo else start.replace(tzinfo=COPENHAGEN), _local(end)
    if ends is not None and ends <= begins:
        raise Refused(400, "the appointment ends before it starts", "$.end", "send a later end, or none")
    return begins, ends


def _local(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=COPENHAGEN) if moment is not None and moment.tzinfo is None else moment
