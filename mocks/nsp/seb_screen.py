"""SEB's login page in a browser: who are you, and the way back to the system that asked.

The page carries the system's signed request on to ``/seb/sso``, which checks it and answers (``seb_sso``).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.limits import Refused
from mocks.overview.session import DENIALS
from mocks.screens.page import form_fields, page

TEMPLATE = "mocks.nsp.screens:login.html"
#: What the page carries on: the request, and what the system told of its user beforehand.
CARRIED = ("SAMLRequest", "RelayState", "name", "cpr", "cvr", "organisation", "authorisation", "role")


def seb_screen_routes() -> list[Route]:
    """``POST /screen/seb``: the login page for a ``SAMLRequest``."""

    async def entrance(request: Request) -> Response:
        fields = await form_fields(request)
        if not fields.get("SAMLRequest"):
            raise Refused(
                400, "no system asked for a login", "SAMLRequest", "begin in the system you want to use"
            )
        return page(TEMPLATE, fields=fields, asked=True, kept=CARRIED, problem="", back="")

    return [Route("/screen/seb", entrance, methods=["POST"])]


def way_back(reply_to: str, response: str, relay: str, user: str, problem: str) -> Response:
    """The page that leads the browser back to the system, with SEB's answer; ``problem`` is a code of
    ``DENIALS``, or empty."""
    target = urlsplit(reply_to)
    return page(
        TEMPLATE,
        posts_to=(f"{target.scheme}://{target.netloc}",),
        fields={"name": user, "SAMLResponse": response, "RelayState": relay},
        asked=False,
        problem=DENIALS.get(problem, problem),
        back=reply_to,
        kept=(),
    )
