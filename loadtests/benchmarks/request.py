"""What virtual time adds to a request from one system to another, by a direct call of the application."""

from __future__ import annotations

from collections.abc import Coroutine, MutableMapping
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from loadtests.benchmarks.frame import Benchmark, Contest
from mocks.errors import HarnessFault
from mocks.runtime import COPENHAGEN
from sim.kernel import Kernel

REQUESTS = 100
_URL = "http://sor/desk"
_BODY = b'{"unit": "325251000016005"}' * 40


async def _echo(request: Request) -> Response:
    return Response(await request.body())


def _requesting() -> Contest:
    app = Starlette(routes=[Route("/desk", _echo, methods=["POST"])])

    def broken(name: str, error: BaseException) -> None:
        raise HarnessFault(f"the benchmark's own request failed: {name}: {error!r}")

    kernel = Kernel(datetime(2025, 4, 1, tzinfo=COPENHAGEN), broken)
    kernel.install("sor", app)

    async def by_kernel() -> None:
        for _ in range(REQUESTS):
            answer = await kernel.request("POST", _URL, body=_BODY, content_type="application/json")
            assert (answer.status, answer.body) == (200, _BODY)

    async def directly() -> None:
        for _ in range(REQUESTS):
            assert await _bare(app) == (200, _BODY)

    def virtual() -> None:
        kernel.spawn("benchmark", by_kernel())
        kernel.run()

    return Contest(
        "ASGI call",
        {"ASGI call": lambda: _driven(directly()), "virtual time": virtual},
        units=REQUESTS,
    )


async def _bare(app: Starlette) -> tuple[int, bytes]:
    """As little as an ASGI server can do for one request: the base owes nothing to our own driver."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/desk",
        "raw_path": b"/desk",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"sor"), (b"content-type", b"application/json")],
        "client": None,
        "server": ("sor", None),
    }
    status, body = 0, b""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": _BODY, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status, body
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            body += message["body"]

    await app(scope, receive, send)
    return status, body


def _driven(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never has to wait."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise HarnessFault("the benchmark's application waited for something")


REQUESTING = Benchmark(
    "request", "a 1 KB request between two systems in virtual time", "request", _requesting
)
