"""Receiving events: each is handed on once, however often it comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.errors import BadInput
from mocks.limits import scrub
from mocks.runtime import Runtime
from mocks.standards import event_message
from mocks.standards.event_message import OK, UNREADABLE, EventMessage


class Heard(msgspec.Struct, frozen=True):
    """An event that was taken already."""

    at: datetime


def event_route(
    runtime: Runtime,
    take: Callable[[EventMessage], Awaitable[None]],
    *,
    path: str = "/beskedfordeler/modtag",
) -> Route:
    """Where events are pushed to. What cannot be read is answered 41, and so comes again."""
    heard = runtime.store.collection("events.heard", Heard)

    async def receive(request: Request) -> Response:
        try:
            event = event_message.read(await request.body())
        except BadInput as error:
            runtime.trace.note(
                "refused", system=runtime.system, status=UNREADABLE, path=path, reason=scrub(str(error))
            )
            return _answer(UNREADABLE, "the event cannot be read")
        if event.id not in heard:
            await take(event)
            heard.put(event.id, Heard(runtime.clock.now()))
        return _answer(OK)

    return Route(path, receive, methods=["POST"])


def _answer(status: int, text: str = "") -> Response:
    return Response(event_message.write_answer(status, text), 200, media_type="application/xml")
