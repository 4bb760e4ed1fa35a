"""The front door of an application: what an endpoint serves goes straight to it.

Starlette's layers (errors, middleware, exceptions, router) cost more than most handlers of the ecosystem.
So plain addresses are looked up in one table and those with parameters matched in one pass, with the body
limit and the refusals; what no endpoint serves takes Starlette's way, to its 404 or 405, and no body is read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

#: Turns an error that has an answer of its own into that answer.
Answer = Callable[[Request, Exception], Awaitable[Response]]


class Front(Starlette):
    """A Starlette application whose routes are served without its layers.

    ``most_bytes`` limits the body, counted as it arrives; ``too_large(path)`` is the answer
    beyond it. ``answers`` are the exception handlers that the layers would have applied.
    """

    def __init__(
        self,
        routes: Sequence[BaseRoute],
        *,
        most_bytes: int,
        too_large: Callable[[str], Response],
        answers: dict[type[Exception], Answer],
    ) -> None:
        handlers: dict[Any, Any] = dict(answers)
        super().__init__(routes=list(routes), exception_handlers=handlers)
        self._most_bytes, self._too_large = most_bytes, too_large
        self._answers = answers
        self._plain: dict[tuple[str, str], Callable[[Request], Awaitable[Response]]] = {}
        own = [route for route in routes if isinstance(route, Route)]
        # A plain address may be met in a form that only its pattern knows, as with a line end behind it.
        self._patterns = sorted(own, key=lambda route: not route.param_convertors)
        for route in own:
            if route.param_convertors:
                continue
            for method in route.methods or ():  # as in a router, the first of two equal ones wins
                self._plain.setdefault((method, route.path), route.endpoint)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            endpoint = self._plain.get((scope["method"], scope["path"])) or self._matching(scope)
            if endpoint is not None:
                scope["app"] = self
                response = await self._serve(endpoint, scope, receive)
                if response is not None:
                    await response(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

    def _matching(self, scope: Scope) -> Callable[[Request], Awaitable[Response]] | None:
        """The endpoint of an address with parameters; they are put into the scope as Starlette does."""
        for route in self._patterns:
            found = route.path_regex.match(scope["path"])
            if found is not None and scope["method"] in (route.methods or ()):
                scope["path_params"] = {
                    name: route.param_convertors[name].convert(value)
                    for name, value in found.groupdict().items()
                }
                endpoint: Callable[[Request], Awaitable[Response]] = route.endpoint
                return endpoint
        return None

    async def _serve(
        self, endpoint: Callable[[Request], Awaitable[Response]], scope: Scope, receive: Receive
    ) -> Response | None:
        """The answer; ``None`` when the caller has gone before its body was complete."""
        chunks: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return None
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self._most_bytes:
                return self._too_large(scope["path"])
            chunks.append(chunk)
            more = message.get("more_body", False)
        request = Request(scope, receive)
        request._body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        try:
            return await endpoint(request)
        except Exception as error:
            for kind, answer in self._answers.items():
                if isinstance(error, kind):
                    return await answer(request, error)
            raise
