"""The municipalities' CPR replica: who a person is, where they live, who has custody.

The real look-up is SOAP (SF1520); this JSON face is our own. Replacement numbers are not mimicked. That the replica
is refreshed at night is the business of whoever hands it the people (``sim.registers`` in a rehearsal).
"""

from __future__ import annotations

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.identifiers import check_cpr, mask_cpr
from mocks.kombit.cpr.settings import Settings
from mocks.limits import JsonBody, Refused, answer, contract_route, guarded
from mocks.runtime import Runtime


class PersonQuestion(msgspec.Struct, frozen=True):
    """Who. The CPR number stands in the body, never in the URL."""

    cpr: str


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """``POST /cpr/opslag`` answers ``mocks.people.Person``; 400 malformed, 404 unknown."""
    read = JsonBody(PersonQuestion)

    async def look_up(request: Request) -> Response:
        cpr = (await read(request)).cpr
        if wrong := check_cpr(cpr):
            raise Refused(400, wrong, "$.cpr", "send the ten digits of the person's CPR number")
        person = settings.register.find(cpr)
        if person is None:
            raise Refused(404, f"no person has CPR number {mask_cpr(cpr)}", "$.cpr", "check the number")
        return answer(person)

    routes = [Route("/cpr/opslag", look_up, methods=["POST"]), contract_route("mocks.kombit.cpr")]
    return guarded(runtime, routes, most_bytes=settings.most_bytes)
