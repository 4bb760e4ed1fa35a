"""JSON between the systems of the overviews: a clear no, and asking another system.

These are the mocks' own contracts: what the pilot really spoke between KOMBIT and the health data
authority has not been published.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from starlette.responses import Response

from mocks import limits
from mocks.errors import TvaersError, Unreachable
from mocks.identifiers import check_cpr
from mocks.runtime import Runtime

T = TypeVar("T")


class SaidNo(TvaersError):
    """Another system answered, and the answer is no. ``code`` is its own word for the reason."""

    def __init__(self, system: str, status: int, code: str, message: str) -> None:
        self.system, self.status, self.code = system, status, code
        super().__init__(message)


class Unusable(Unreachable):
    """Another system answered with something that is not what its contract promises."""


class _No(msgspec.Struct):
    """What the noes of all our systems have in common."""

    code: str = ""
    message: str = ""


def checked_cpr(value: str) -> str:
    """The CPR number without hyphen and blanks. Errors: ``Refused`` that does not repeat the number."""
    bare = value.replace("-", "").replace(" ", "")
    if (problem := check_cpr(bare)) is not None:
        raise limits.Refused(400, problem, "$.cpr", "send the citizen's ten digits in the body")
    return bare


def answer(content: Any, status: int = 200) -> Response:
    """A JSON answer about a person: nobody on the way may keep it."""
    made = limits.answer(content, status)
    made.headers["cache-control"] = "no-store"
    return made


def refusal(status: int, code: str, message: str, danish: str = "", **more: Any) -> Response:
    """A clear no: a code for programs, English for developers, Danish (``besked``) for the screen."""
    return answer({"code": code, "message": message, "besked": danish or message, **more}, status)


async def ask(
    runtime: Runtime,
    system: str,
    path: str,
    form: type[T],
    body: Mapping[str, Any] | msgspec.Struct | None = None,
    *,
    timeout: float,
) -> T:
    """Ask another system: POST with a body, GET without. The answer is read as ``form``.

    Errors: ``TimedOut``; ``Unreachable`` when it is away; ``SaidNo`` for 4xx and every coded no;
    ``Unusable`` for the rest: an error without a reason, an answer that cannot be read.
    """
    response = await runtime.network.request(
        "GET" if body is None else "POST",
        runtime.network.address(system) + path,
        body=b"" if body is None else msgspec.json.encode(body),
        content_type="" if body is None else "application/json",
        timeout=timeout,
    )
    try:
        if response.status == 200:
            return msgspec.json.decode(response.body, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unusable(f"{system} answered what cannot be read: {limits.scrub(str(error))}") from None
    try:
        said = msgspec.json.decode(response.body, type=_No)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = _No()
    if response.status < 500 or said.code:
        message = said.message or f"{system} answered {response.status}"
        raise SaidNo(system, response.status, said.code or str(response.status), message)
    raise Unusable(f"{system} answered {response.status} without saying why")
