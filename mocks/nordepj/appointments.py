"""The desk of the booking system, and the source of its documents on the wire."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.limits import JsonBody, Refused
from mocks.nordepj.book import AppointmentBook, Booking, Change, Move, Version
from mocks.nordepj.document import Documents
from mocks.nordepj.on_demand import PATH, OnDemand
from mocks.nordepj.outbox import Headers, Outbox
from mocks.nordepj.settings import BookSettings
from mocks.overview.calls import answer
from mocks.runtime import Runtime
from mocks.soap import endpoint


async def no_headers() -> tuple[bytes, ...]:
    """For a platform that asks for no id card."""
    return ()


def appointment_routes(
    runtime: Runtime, settings: BookSettings, headers: Headers = no_headers
) -> list[Route]:
    """The desk (``POST /desk/appointments``, ``.../{uuid}/move``, ``.../{uuid}/cancel``, and ``GET
    /desk/sharing`` for what the registry has not heard of or refused) and the wire (``POST /xds/iti43``).
    A change to what was cancelled answers 409, to the unknown 404. ``headers`` logs in at the platform."""

    def changed(change: Change, version: Version) -> None:
        on_demand.add(version)
        outbox.add(change, version)
        outbox.wake()

    book = AppointmentBook(runtime, settings.appointments, changed)
    on_demand = OnDemand(runtime, settings.source, book, Documents(runtime, settings))
    outbox = Outbox(runtime, settings, book.find, headers)
    outbox.wake()  # what an earlier start did not get rid of
    bookings, moves = JsonBody(Booking), JsonBody(Move)

    def changeable(request: Request) -> Version:
        found = book.find(request.path_params["uuid"])
        if found is None:
            raise Refused(404, "no appointment has this id", "path", "send the uuid that booking answered")
        if not found.approved:
            raise Refused(409, "the appointment was cancelled", "path", "book a new one")
        return found

    async def make(request: Request) -> Response:
        return answer(_receipt(book.book(await bookings(request))), 201)

    async def move(request: Request) -> Response:
        wanted = await moves(request)
        return answer(_receipt(book.move(changeable(request), wanted)))

    async def cancel(request: Request) -> Response:
        return answer(_receipt(book.cancel(changeable(request))))

    async def sharing(_: Request) -> Response:
        return answer({"waiting": len(outbox), "refused": outbox.refused()})

    return [
        Route("/desk/appointments", make, methods=["POST"]),
        Route("/desk/appointments/{uuid}/move", move, methods=["POST"]),
        Route("/desk/appointments/{uuid}/cancel", cancel, methods=["POST"]),
        Route("/desk/sharing", sharing, methods=["GET"]),
        Route(PATH, endpoint(runtime, on_demand.serve), methods=["POST"]),
    ]


def _receipt(version: Version) -> dict[str, object]:
    return {
        "uuid": version.appointment.uuid,
        "version": version.version,
        "availability": version.availability,
        "start": version.appointment.start,
    }
