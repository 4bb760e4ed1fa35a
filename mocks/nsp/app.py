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
from mocks.nsp.seb import Login, Seb, TokenRefused
from mocks.nsp.seb_screen import seb_screen_routes
from mocks.nsp.settings import Settings
from mocks.nsp.sharing import Search, Sharing, SourceFailed
from mocks.overview.calls import answer, checked_cpr, refusal
from mocks.runtime import Runtime


class _Token(msgspec.Struct):
    token: str


class _Reader(msgspec.Struct):
    cpr: str
    custody_holder: bool = False


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """``POST /seb/login``, ``/seb/check``; MinLog2's registration (SOAP 1.1), ``/minlog/soeg``;
    ``/aftaler/soeg``; and the routes of ``access_routes``.

    Every no carries ``code``, ``message`` (English) and ``besked`` (Danish).
    """
    seb = Seb(runtime, settings)
    minlog = MinLog(runtime)
    registers = Registers(runtime, settings.access)
    sharing = Sharing(runtime, settings, seb, minlog, registers.check)
    logins, tokens, searches = JsonBody(Login), JsonBody(_Token), JsonBody(Search)
    readers = JsonBody(_Reader)

    async def log_in(request: Request) -> Response:
        session = seb.log_in(await logins(request))
        if session is None:
            return refusal(
                403,
                "no_seb_role",
                "the user has no role in SEB; the local administrator of the organisation assigns it",
                "Du har ingen rolle i SEB, der giver adgang. Kontakt din lokale administrator.",
            )
        return answer({"token": session.token, "expires": session.expires})

    async def check(request: Request) -> Response:
        try:
            return answer(seb.check((await tokens(request)).token))
        except TokenRefused as error:
            return _log_in_again(error)

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
        Route("/seb/login", log_in, methods=["POST"]),
        Route("/seb/check", check, methods=["POST"]),
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
        *seb_screen_routes(runtime, seb, settings.login_screens_for),
    ]
    return guarded(runtime, routes, most_bytes=settings.most_bytes)


def _log_in_again(error: TokenRefused) -> Response:
    danish = "Dit login er udløbet." if error.code == "expired_token" else "Dit login kendes ikke."
    return refusal(401, error.code, str(error), f"{danish} Log ind igen.")
