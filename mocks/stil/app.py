"""The institution register as the overviews ask it: where does this child go, and what is that place.

Real answers come from STIL's SOAP services (wsiINST, Skolegrunddata); this JSON face is our own. PPR
follows the municipality where the institution *lies* (``municipality``, wsiINST's kommunenr), which may
differ from the one that runs it (``admin_municipality``) and from the child's home.
"""

from __future__ import annotations

import re

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.errors import BadInput
from mocks.identifiers import check_cpr, mask_cpr
from mocks.limits import JsonBody, Refused, answer, contract_route, guarded
from mocks.runtime import Runtime
from mocks.stil.settings import Settings

_NUMBER = re.compile(r"\d{6}", re.ASCII)


class PlacementQuestion(msgspec.Struct, frozen=True):
    """Whose placement. The CPR number stands in the body, never in the URL."""

    cpr: str


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """``POST /stil/placering`` and ``GET /stil/institution/{number}``.

    400 for a malformed number, 404 for a child without school or day-care and for an unknown institution.
    """
    read = JsonBody(PlacementQuestion)
    institutions: dict[str, bytes] = {}
    for institution in settings.institutions:
        if not _NUMBER.fullmatch(institution.number):
            raise BadInput(f"institution {institution.name}: number {institution.number!r} is not six digits")
        institutions[institution.number] = msgspec.json.encode(institution)

    async def placement(request: Request) -> Response:
        cpr = (await read(request)).cpr
        if wrong := check_cpr(cpr):
            raise Refused(400, wrong, "$.cpr", "send the ten digits of the child's CPR number")
        found = settings.register.find(cpr)
        if found is None:
            raise Refused(
                404,
                f"no school or day-care is registered for {mask_cpr(cpr)}",
                "$.cpr",
                "show 'Findes ikke'",
            )
        return answer(found)

    async def one_institution(request: Request) -> Response:
        number = request.path_params["number"]
        if not _NUMBER.fullmatch(number):
            raise Refused(
                400, "an institution number has six digits", "number in the path", "correct the number"
            )
        found = institutions.get(number)
        if found is None:
            raise Refused(
                404, f"no institution has number {number}", "number in the path", "check the number"
            )
        return answer(found)

    routes = [
        Route("/stil/placering", placement, methods=["POST"]),
        Route("/stil/institution/{number}", one_institution),
        contract_route("mocks.stil"),
    ]
    return guarded(runtime, routes, most_bytes=settings.most_bytes)
