"""Looking at the card: the desk and the screen that NordEPJ and the GP portal Klinik+ both have.

Login at SEB, one request to the overview service, one row in the looking system's own log.
"""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.errors import Unreachable
from mocks.health_login import HealthLogin
from mocks.limits import JsonBody, Refused
from mocks.overview.calls import SaidNo, answer, ask, checked_cpr, refusal
from mocks.overview.card import HEADINGS, MISSING_GLN, SCHOOL_HEADING, Card
from mocks.overview.lookup_log import LookupLog, LookupRecord, Outcome, User
from mocks.overview.session import (
    Failure,
    LookupRequest,
    failure_of,
    refusal_of,
)
from mocks.overview.settings import ViewerSettings
from mocks.people import CaseKind
from mocks.runtime import Runtime
from mocks.screens.page import form_fields, page

WARNING = "OBS! Du skal have borgerens gyldige samtykke for at se overblikket."
#: What the evaluation asks for: help to tell the municipal departments apart. The words are an assumption.
HELP_TEXTS = {
    CaseKind.FAMILY: (
        "Familieområdet hjælper efter barnets lov: råd og vejledning, børnefaglige undersøgelser og støtte til "
        "barnet og familien. Sagen ligger i den kommune, hvor barnet bor."
    ),
    CaseKind.PPR: (
        "PPR rådgiver skoler og dagtilbud om børn og unge med særlige behov og laver "
        "pædagogisk-psykologiske vurderinger. Sagen ligger i den kommune, hvor skolen eller dagtilbuddet ligger."
    ),
}
TEXTS: dict[str, Any] = {
    "warning": WARNING,
    "school_heading": SCHOOL_HEADING,
    "missing_gln": MISSING_GLN,
    "headings": HEADINGS,
    "help_texts": HELP_TEXTS,
}
TEMPLATE = "mocks.overview.screens:card.html"


class Viewer:
    """Look-ups of cards in one system."""

    def __init__(self, runtime: Runtime, settings: ViewerSettings) -> None:
        self._runtime, self._settings = runtime, settings
        self._login = HealthLogin(runtime, settings.login)
        self.log = LookupLog(runtime, "Visning Sags- og kontaktoverblik", "sagsoverblik")

    async def look_up(self, asked: LookupRequest) -> tuple[LookupRecord, Card | Failure]:
        """One look-up of a user who declared a consent; logged however it ends."""
        record = self.log.begin(asked.user, asked.cpr, asked.consent)
        try:
            found = await self._fetch(asked)
        except Exception:
            self.log.conclude(record, Outcome.ERROR, reason="internal")
            raise
        if isinstance(found, Failure):
            return self.log.conclude(record, found.outcome, reason=found.code), found
        return self.log.conclude(record, found.outcome, found.rows, municipality=found.municipality), found

    async def _fetch(self, asked: LookupRequest) -> Card | Failure:
        runtime, settings = self._runtime, self._settings
        token = await self._login.token(asked.user, settings.login_seconds)
        if isinstance(token, Failure):
            return token
        body = {"cpr": asked.cpr, "token": token}
        seconds = settings.service_seconds
        try:
            return await ask(runtime, "sagsoverblik", "/overblik", Card, body, timeout=seconds)
        except (SaidNo, Unreachable) as error:
            return failure_of(error, "Overblikket")


def viewer_routes(runtime: Runtime, settings: ViewerSettings) -> list[Route]:
    """``POST /desk/overblik`` (409 with the warning until the consent was declared),
    ``GET /desk/overblik/log?limit=``, and the screen ``/screen/overblik``, for any application that is
    ``guarded``.
    """
    viewer = Viewer(runtime, settings)
    requests = JsonBody(LookupRequest)

    async def desk(request: Request) -> Response:
        asked = await requests(request)
        asked = msgspec.structs.replace(asked, cpr=checked_cpr(asked.cpr))
        if not asked.consent_declared:
            return refusal(409, "consent_not_declared", "the consent must be declared first", WARNING)
        record, found = await viewer.look_up(asked)
        if isinstance(found, Failure):
            return refusal_of(found, lookup=record.lookup, outcome=found.outcome)
        return answer({"lookup": record.lookup, **msgspec.to_builtins(found)})

    async def read_log(request: Request) -> Response:
        return answer({"count": len(viewer.log), "rows": viewer.log.newest(most_rows(request))})

    async def entrance(request: Request) -> Response:
        return _screen(settings)

    async def screen(request: Request) -> Response:
        fields = {"organisation": settings.organisation} | await form_fields(request)
        asked = lookup_from(fields)
        if not asked.consent_declared:
            return _screen(settings, fields=fields, problem=WARNING, status=409)
        _, found = await viewer.look_up(asked)
        if isinstance(found, Failure):
            return _screen(settings, fields=fields, problem=found.danish, status=found.status)
        return _screen(settings, fields=fields, card=found)

    return [
        Route("/desk/overblik", desk, methods=["POST"]),
        Route("/desk/overblik/log", read_log),
        Route("/screen/overblik", entrance, methods=["GET"]),
        Route("/screen/overblik", screen, methods=["POST"]),
    ]


def lookup_from(fields: dict[str, str]) -> LookupRequest:
    """The look-up that a screen's form asks for. Errors: ``Refused``."""
    user = User(
        id=fields.get("user", ""),
        name=fields.get("name", ""),
        municipality=fields.get("municipality") or fields.get("place", ""),
        role=fields.get("role", ""),
        organisation=fields.get("organisation", ""),
    )
    return LookupRequest(
        user=user,
        cpr=checked_cpr(fields.get("cpr", "")),
        consent_declared=fields.get("consent_declared") == "ja",
        consent=fields.get("consent") == "ja",
    )


def most_rows(request: Request) -> int:
    """How many log rows are asked for: ``?limit=``, by default 500. Errors: ``Refused``."""
    said = request.query_params.get("limit", "500")
    if not (said.isascii() and said.isdecimal() and len(said) <= 7):
        raise Refused(400, "limit is no number", "query, limit", "send a whole number of rows")
    return int(said)


def _screen(settings: ViewerSettings, status: int = 200, **values: Any) -> Response:
    given: dict[str, Any] = {"fields": {}, "problem": "", "card": None} | values
    return page(TEMPLATE, status, settings=settings, **TEXTS, **given)
