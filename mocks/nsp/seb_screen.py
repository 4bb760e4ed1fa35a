"""SEB's login page: where a system sends its user, and from where the user comes back with a token.

The real broker speaks SAML through the browser. Here the same two steps are forms, without a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.errors import BadInput
from mocks.limits import Refused
from mocks.nsp.seb import Login, Seb
from mocks.overview.session import DENIALS
from mocks.runtime import Runtime
from mocks.screens.page import form_fields, page

TEMPLATE = "mocks.nsp.screens:login.html"


def seb_screen_routes(runtime: Runtime, seb: Seb, systems: Sequence[str]) -> list[Route]:
    """``POST /screen/seb``: the login page; ``POST /screen/seb/login``: the way back with a token, or without.

    ``systems``: those whose users log in here; nobody is sent back anywhere else.
    """

    def back_to(system: str) -> str:
        if system not in systems:
            known = ", ".join(systems)
            raise Refused(400, "no such system sends its users here", "system", f"use one of {known}")
        try:
            return runtime.network.address(system)
        except BadInput as error:
            raise Refused(400, str(error), "system", "start that system") from None

    def show(fields: dict[str, str], status: int = 200, **values: Any) -> Response:
        base = back_to(fields.get("system", ""))
        given = {"token": "", "problem": "", "code": ""} | values
        return page(TEMPLATE, status, fields=fields, back=f"{base}/screen/login", posts_to=(base,), **given)

    async def entrance(request: Request) -> Response:
        return show(_known(await form_fields(request)))

    async def log_in(request: Request) -> Response:
        fields = _known(await form_fields(request))
        back_to(fields.get("system", ""))
        session = seb.log_in(
            Login(
                user=fields["user"],
                system=fields["system"],
                organisation=fields.get("organisation", ""),
                roles=[fields["role"]] if fields.get("role") else None,
                name=fields.get("name", ""),
            )
        )
        if session is None:
            return show(fields, 403, problem=DENIALS["no_seb_role"], code="no_seb_role")
        return show(fields, token=session.token)

    return [
        Route("/screen/seb", entrance, methods=["POST"]),
        Route("/screen/seb/login", log_in, methods=["POST"]),
    ]


def _known(fields: dict[str, str]) -> dict[str, str]:
    """What a system or the login page says of the user. Errors: ``Refused`` where the user is missing."""
    names = ("relay", "system", "user", "name", "role", "organisation")
    known = {name: fields[name][:200] for name in names if fields.get(name)}
    if "user" not in known or "relay" not in known:
        raise Refused(400, "a login needs a user and the number to come back with", "form", "begin in SAPA")
    return known
