"""The national service platform as an ASGI application."""

from __future__ import annotations

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks import soap
from mocks.limits import JsonBody, contract_route, guarded
from mocks.nsp.access_routes import Registers, access_routes
from mocks.nsp.citizen_screens import citizen_screen_routes
from mocks.nsp.document_sharing.routes import sharing_routes, too_large_at
from mocks.nsp.id_cards import IdCardCheck
from mocks.nsp.minlog import MinLog
from mocks.nsp.minlog_service import minlog_route
from mocks.nsp.seb import Seb
from mocks.nsp.seb_screen import seb_screen_routes
from mocks.nsp.seb_sso import sso_route
from mocks.nsp.settings import Settings
from mocks.nsp.sts import SYSTEM_CARDS, USER_CARDS, sts_routes
from mocks.overview.calls import answer, checked_cpr
from mocks.runtime import Runtime
from mocks.standards import minlog as wire


class _Reader(msgspec.Struct):
    cpr: str
    custody_holder: bool = False


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """``POST /seb/sso`` (SAML), the STS and MinLog2's registration (both SOAP 1.1), document sharing (SOAP 1.2);
    in JSON ``/minlog/soeg`` and the routes of ``access_routes``.

    Every no in JSON carries ``code``, ``message`` (English) and ``besked`` (Danish).
    """
    seb = Seb(runtime, settings)
    minlog = MinLog(runtime)
    registers = Registers(runtime, settings.access)
    cards = IdCardCheck(settings.keys.key("sts"))
    readers = JsonBody(_Reader)

    async def read_log(request: Request) -> Response:
        reader = await readers(request)
        rows = minlog.read(checked_cpr(reader.cpr), reader.custody_holder)
        return answer({"count": len(rows), "rows": rows})

    routes = [
        sso_route(runtime, settings, seb),
        *sts_routes(runtime, settings),
        minlog_route(
            runtime,
            minlog,
            cards,
            most_entries=settings.most_registrations,
            most_requests=settings.most_registration_requests,
        ),
        Route("/minlog/soeg", read_log, methods=["POST"]),
        *sharing_routes(runtime, settings.sharing, cards, registers.check, minlog, registers.relations),
        *access_routes(runtime, registers),
        contract_route("mocks.nsp"),
        *citizen_screen_routes(
            runtime,
            minlog,
            registers.consents,
            digital_consent=settings.digital_consent,
            seconds=settings.access.register_seconds,
        ),
        *seb_screen_routes(),
    ]
    most = settings.most_bytes
    faults = dict.fromkeys((wire.PATH, SYSTEM_CARDS, USER_CARDS), lambda: soap.too_large(most))
    return guarded(runtime, routes, most_bytes=most, too_large_at=faults | too_large_at(most))
