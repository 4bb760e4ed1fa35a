"""The national service platform as an ASGI application (JSON in place of SOAP; the mock's own contract)."""

from __future__ import annotations

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.limits import JsonBody, contract_route, guarded
from mocks.nsp.access_check import NotAuthorized
from mocks.nsp.access_routes import Registers, access_routes
from mocks.nsp.citizen_screens import citizen_screen_routes
from mocks.nsp.minlog import MinLog
from mocks.nsp.minlog_service import minlog_route
from mocks.nsp.seb import Seb, TokenRefused
from mocks.nsp.seb_screen import seb_screen_routes
from mocks.nsp.seb_sso import sso_route
from mocks.nsp.settings import Settings
from mocks.nsp.sharing import Search, Sharing, SourceFailed
from mocks.nsp.sts import sts_routes
from mocks.overview.calls import answer, checked_cpr, refusal
from mocks.runtime import Runtime


class _Reader(msgspec.Struct):
    cpr: str
    custody_holder: bool = False


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """``POST /seb/sso`` (SAML), the STS, MinLog2's registration (both SOAP 1.1); ``/minlog/soeg``;
    ``/aftaler/soeg``; and the routes of ``access_routes``.

    Every no carries ``code``, ``message`` (English) and ``besked`` (Danish).
    """
    seb = Seb(runtime, settings)
    minlog = MinLog(runtime)
    registers = Registers(runtime, settings.access)
    sharing = Sharing(runtime, settings, seb, minlog, registers.check)
    searches, readers = JsonBody(Search), JsonBody(_Reader)

    async def read_log(request: Request) -> Response:
        reader = await readers(request)
        rows = minlog.read(checked_cpr(reader.cpr), reader.custody_holder)
        return answer({"count": len(rows), "rows": rows})

    async def find_appointments(request: Request) -> Response:
        search = await searches(request)
        try:
            return answer(await sharing.search(checked_cpr(search.cpr), search))
        except TokenRefused as error:
            return _log_in_again(error)
        except NotAuthorized as error:
            return refusal(403, "not_authorized", str(error), "Du har ikke adgang til disse oplysninger.")
        except SourceFailed as error:
            return refusal(
                error.status, error.code, str(error), "Aftalerne kan ikke hentes lige nu. Prøv igen senere."
            )

    routes = [
        sso_route(runtime, settings, seb),
        *sts_routes(runtime, settings),
        minlog_route(
            runtime,
            minlog,
            most_entries=settings.most_registrations,
            most_requests=settings.most_registration_requests,
        ),
        Route("/minlog/soeg", read_log, methods=["POST"]),
        Route("/aftaler/soeg", find_appointments, methods=["POST"]),
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
    return guarded(runtime, routes, most_bytes=settings.most_bytes)


def _log_in_again(error: TokenRefused) -> Response:
    danish = "Dit login er udløbet." if error.code == "expired_token" else "Dit login kendes ikke."
    return refusal(401, error.code, str(error), f"{danish} Log ind igen.")
