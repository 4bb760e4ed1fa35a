"""SAPA as an ASGI application: the desk (JSON), and the same as screens."""

from __future__ import annotations

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.limits import JsonBody, contract_route, guarded
from mocks.municipal.sapa.appointments import WARNING, AppointmentTab
from mocks.municipal.sapa.municipality import of_served
from mocks.municipal.sapa.revision_log import revision_csv, revision_row
from mocks.municipal.sapa.schools import SchoolTab
from mocks.municipal.sapa.screen import screen_routes
from mocks.municipal.sapa.settings import Settings
from mocks.overview.calls import answer, checked_cpr, refusal
from mocks.overview.lookup_log import LookupLog
from mocks.overview.session import Failure, LookupRequest, refusal_of
from mocks.overview.viewer import most_rows
from mocks.runtime import Runtime


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """``POST /desk/aftaler`` (409 with the warning until the consent was declared), ``POST /desk/skole``,
    ``GET /desk/log`` and ``GET /desk/skole/log`` (both take ``?limit=``), ``GET /desk/log.csv``
    (SAPA's revision log as a file), and the screens under ``/screen``.
    """
    appointments = AppointmentTab(runtime, settings)
    schools = SchoolTab(runtime, settings)
    requests = JsonBody(LookupRequest)

    async def read(request: Request) -> LookupRequest:
        asked = await requests(request)
        asked = of_served(asked, settings.municipalities)
        return msgspec.structs.replace(asked, cpr=checked_cpr(asked.cpr))

    async def find_appointments(request: Request) -> Response:
        asked = await read(request)
        if not asked.consent_declared:
            return refusal(409, "consent_not_declared", "the warning must be passed first", WARNING)
        found = await appointments.look_up(asked)
        if isinstance(found, Failure):
            return refusal_of(found, outcome=found.outcome)
        return answer(found)

    async def find_school(request: Request) -> Response:
        found = await schools.look_up(await read(request))
        if isinstance(found, Failure):
            return refusal_of(found, outcome=found.outcome)
        return answer(found)

    def read_log(log: LookupLog, request: Request) -> Response:
        rows = log.newest(most_rows(request))
        return answer({"count": len(log), "rows": [revision_row(record) for record in rows]})

    async def appointment_log(request: Request) -> Response:
        return read_log(appointments.log, request)

    async def school_log(request: Request) -> Response:
        return read_log(schools.log, request)

    async def revision_log(request: Request) -> Response:
        rows = [*appointments.log.newest(most_rows(request)), *schools.log.newest(most_rows(request))]
        rows.sort(key=lambda record: (record.at, record.lookup))
        return Response(revision_csv(rows), media_type="text/csv; charset=utf-8")

    routes = [
        Route("/desk/aftaler", find_appointments, methods=["POST"]),
        Route("/desk/skole", find_school, methods=["POST"]),
        Route("/desk/log", appointment_log),
        Route("/desk/skole/log", school_log),
        Route("/desk/log.csv", revision_log),
        contract_route("mocks.municipal.sapa"),
        *screen_routes(runtime, settings, appointments, schools),
    ]
    return guarded(runtime, routes, most_bytes=settings.most_bytes)
