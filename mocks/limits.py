"""The front door that all systems share: how much they read, what they refuse, and how they say so.

A system may be sent anything: a body without end, text that is not JSON, JSON nested a million deep.
Each of these gets one clear answer (what is wrong, where, what to do) and a line in the trace, and never
a traceback. CPR numbers that somebody put in the wrong place are masked before they are repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any, Generic, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from mocks.errors import BadInput
from mocks.front import Front
from mocks.runtime import Runtime

#: A desk or a look-up: one megabyte is already a hundred times what they need.
DEFAULT_BYTES = 1_000_000
#: The network rule allows 100 MB an envelope; a little more lets a refusal say that it was exceeded.
CEILING_BYTES = 110_000_000

T = TypeVar("T")

_LOOKS_LIKE_CPR = re.compile(r"(?<!\d)(\d{6})-?\d{4}(?!\d)", re.ASCII)


class Refusal(msgspec.Struct, frozen=True):
    """The body of every 4xx answer: a code for programs, and in words what is wrong, where in the request,
    and what to do about it."""

    code: str
    message: str
    where: str
    what_to_do: str


class Refused(BadInput):
    """A request that gets a 4xx answer. ``where`` is a JSON path (``$.cpr``), a header or a URL part."""

    def __init__(self, status: int, what: str, where: str, what_to_do: str) -> None:
        super().__init__(f"{where}: {what}; {what_to_do}")
        self.status = status
        self.refusal = _refusal(status, what, where, what_to_do)


_CODES = {
    400: "bad_input",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    410: "gone",
    413: "too_large",
    415: "wrong_content_type",
}


def _refusal(status: int, what: str, where: str, what_to_do: str) -> Refusal:
    return Refusal(_CODES.get(status, "refused"), scrub(what), scrub(where), scrub(what_to_do))


def scrub(text: str) -> str:
    """The text with the serial number of everything that looks like a CPR number masked."""
    return _LOOKS_LIKE_CPR.sub(r"\1-****", text)


def answer(value: Any, status: int = 200) -> Response:
    """``value`` as JSON. Bytes are taken for JSON that is already encoded."""
    body = value if isinstance(value, bytes) else msgspec.json.encode(value)
    return Response(body, status, media_type="application/json")


def _at_a_screen(request: Request) -> bool:
    """Whether a person at a browser reads the answer."""
    return request.url.path.startswith("/screen") and "text/html" in request.headers.get("accept", "")


def _refusal_page(refusal: Refusal, status: int) -> Response:
    """A refusal as a page, for people who mistyped at a screen; it loads nothing, and styles nothing."""
    what = "CPR-nummeret kan ikke læses" if refusal.where == "$.cpr" else "Det kan ikke vises"
    body = (
        f'<!doctype html><html lang="da"><head><meta charset="utf-8"><title>{what}</title></head><body><main>'
        f"<h1>{what}</h1><p>Gå tilbage, og ret det, du skrev.</p>"
        f'<p lang="en">{escape(refusal.message)}.</p></main></body></html>'
    )
    policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    headers = {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "content-security-policy": policy,
    }
    return Response(body, status, headers | {"x-content-type-options": "nosniff"}, "text/html")


# JSON ------------------------------------------------------------------------------------------------------


class JsonBody(Generic[T]):
    """Reads a request body as one msgspec type: ``lookup = await JsonBody(Lookup)(request)``.

    Raises ``Refused``: 415 for another content type or character set, 400 for what is not JSON, is
    nested too deep, or does not have the type's form.
    """

    def __init__(self, type_: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(type_)

    async def __call__(self, request: Request) -> T:
        _require_json(request.headers.get("content-type", ""))
        body = await request.body()
        try:
            return self._decoder.decode(body)
        except msgspec.ValidationError as error:
            what, _, path = str(error).partition(" - at `")
            raise Refused(
                400, what, path.rstrip("`") or "$", "send the form that GET /contract describes"
            ) from None
        except msgspec.DecodeError as error:
            raise Refused(400, str(error), "body", "send one JSON document in UTF-8") from None
        except UnicodeDecodeError:
            raise Refused(400, "the text is not UTF-8", "body", "send one JSON document in UTF-8") from None
        except RecursionError:
            raise Refused(400, "the JSON is nested too deep", "body", "send flat records") from None


def _require_json(content_type: str) -> None:
    kind, *parameters = content_type.lower().split(";")
    if kind.strip() != "application/json":
        said = content_type[:60] or "none"
        raise Refused(415, f"content type {said!r} is not read here", "Content-Type", "send application/json")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(' "') not in ("utf-8", "utf8"):
            raise Refused(415, f"character set {value[:20]!r} is not read here", "Content-Type", "send UTF-8")


# The application -------------------------------------------------------------------------------------------


def _note(runtime: Runtime, status: int, path: str, what: str) -> None:
    runtime.trace.note("refused", system=runtime.system, status=status, path=scrub(path), reason=what)


def guarded(
    runtime: Runtime,
    routes: Sequence[BaseRoute],
    *,
    most_bytes: int = DEFAULT_BYTES,
    too_large: Callable[[], Response] | None = None,
    too_large_at: Mapping[str, Callable[[], Response]] | None = None,
) -> Starlette:
    """A Starlette application with these routes, the body limit, clear refusals, and ``GET /health``.

    ``too_large`` makes the answer to a body past the limit, where a system has one of its own;
    ``too_large_at`` makes that of single addresses.

    Every refusal is noted in the trace as ``refused`` with system, status, path and reason.

    Errors: ``BadInput`` for a ``most_bytes`` below 1 or above ``CEILING_BYTES``.
    """
    if not 0 < most_bytes <= CEILING_BYTES:
        raise BadInput(f"most_bytes is {most_bytes}; choose between 1 and {CEILING_BYTES}")
    paths = list(dict.fromkeys(route.path for route in routes if isinstance(route, Route)))
    served = (
        "see GET /contract for what is served" if "/contract" in paths else f"served here: {', '.join(paths)}"
    )

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        _note(runtime, error.status, request.url.path, error.refusal.message)
        if _at_a_screen(request):
            return _refusal_page(error.refusal, error.status)
        return answer(error.refusal, error.status)

    async def not_served(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        path = scrub(request.url.path)
        what = f"{request.method} {path}: {error.detail}"
        _note(runtime, error.status_code, path, what)
        refusal = _refusal(error.status_code, what, "request line", served)
        made = answer(refusal, error.status_code)
        made.headers.update(error.headers or {})
        return made

    def refuse_size(path: str) -> Response:
        if too_large is not None:
            return too_large()
        what = f"the body is larger than {most_bytes} bytes"
        _note(runtime, 413, path, what)
        if too_large_at is not None and path in too_large_at:
            return too_large_at[path]()
        return answer(_refusal(413, what, "body", "send less, or split it over several requests"), 413)

    return Front(
        [*routes, *_entrance(paths), health_route(runtime.system)],
        most_bytes=most_bytes,
        too_large=refuse_size,
        answers={Refused: refused, HTTPException: not_served},
    )


def _entrance(paths: Sequence[str]) -> list[Route]:
    """``GET /`` leads to the system's screen, where it has one."""
    screen = next((path for path in paths if path.startswith("/screen")), None)
    if screen is None or "/" in paths:
        return []

    async def entrance(request: Request) -> Response:
        return RedirectResponse(screen)

    return [Route("/", entrance, methods=["GET"])]


def health_route(system: str) -> Route:
    """``GET /health``: the system is up and says its name."""
    body = msgspec.json.encode({"system": system, "status": "ok"})

    async def health(request: Request) -> Response:
        return answer(body)

    return Route("/health", health)


def contract_route(package: str) -> Route:
    """``GET /contract``: the OpenAPI document that lies in ``<package>/contract/openapi.json``."""
    body = files(package).joinpath("contract", "openapi.json").read_bytes()

    async def contract(request: Request) -> Response:
        return answer(body)

    return Route("/contract", contract)
