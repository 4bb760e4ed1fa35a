"""One direct call of an ASGI application: request bytes in, complete answer out, no sockets between.

``call`` is what virtual time uses in place of a connection. ``Watched`` stands between an application and
a real server, so that an error in a handler is a traced ``harness_error`` there too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from mocks.errors import HarnessFault
from mocks.runtime import Asgi, Response

#: What a handler's own error looks like from outside, here as on a socket.
BROKEN = Response(500, {"content-type": "text/plain; charset=utf-8"}, b"Internal Server Error")

_CLIENT = ("127.0.0.1", 0)
_VERSION = {"version": "3.0", "spec_version": "2.3"}
_DISCONNECT = {"type": "http.disconnect"}
_URL_SAFE = "%/:=&?~+!$,;'@()*[]"


def split(url: str) -> tuple[str, str, str]:
    """Base (``http://host:port``), path and query of a URL. The path is at least ``/``."""
    cut = url.find("/", 8)
    if cut < 0 or "?" in url[:cut]:
        base, mark, query = url.partition("?")
        return base, "/", query if mark else ""
    path, _, query = url[cut:].partition("?")
    return url[:cut], path, query


@lru_cache(maxsize=1024)
def _origin(base: str) -> tuple[str, tuple[bytes, bytes], tuple[str | None, int | None]]:
    """Scheme, host header and server address of a base URL."""
    parts = urlsplit(base)
    return parts.scheme, (b"host", parts.netloc.encode("idna")), (parts.hostname, parts.port)


async def call(
    app: Asgi,
    method: str,
    url: str,
    headers: Mapping[str, str] | None,
    content_type: str,
    body: bytes,
    answer: Callable[[Response], None],
) -> None:
    """Call ``app`` once and see it through to its end.

    ``answer`` gets the response as soon as its last body chunk was sent; what the application does after
    that keeps nobody waiting. Errors of the application come out as they are; one that returns without a
    complete answer is a ``HarnessFault``.
    """
    base, path, query = split(url)
    if not url.isascii():  # a client on a socket encodes these
        path, query = quote(path, safe=_URL_SAFE), quote(query, safe=_URL_SAFE)
    scheme, host, server = _origin(base)
    raw = [host, (b"content-length", b"%d" % len(body))]
    if content_type:
        raw.append((b"content-type", content_type.encode("latin-1")))
    if headers:
        for name, text in headers.items():
            raw.append((name.lower().encode("latin-1"), text.encode("latin-1")))
    scope = {
        "type": "http",
        "asgi": _VERSION,
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": unquote(path) if "%" in path else path,
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": raw,
        "client": _CLIENT,
        "server": server,
    }
    status = 0
    answer_headers: dict[str, str] = {}
    chunks: list[bytes] = []
    asked = complete = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            return _DISCONNECT
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, complete
        if message["type"] == "http.response.start":
            status = message["status"]
            for name, value in message.get("headers", ()):
                answer_headers[name.decode("latin-1")] = value.decode("latin-1")
        elif message["type"] == "http.response.body" and not complete:
            if message.get("more_body"):
                chunks.append(message.get("body", b""))
                return
            complete = True
            last = message.get("body", b"")
            if chunks:
                last = b"".join((*chunks, last))
            answer(Response(status, answer_headers, b"" if method == "HEAD" else last))

    await app(scope, receive, send)
    if not complete:
        raise HarnessFault(f"{method} {path}: the application returned without a complete answer")


class Watched:
    """An application whose errors are heard: ``on_error(what, error)``, and a plain 500 for the caller.

    An error after the answer was begun breaks the connection off, as the server does by itself.
    """

    def __init__(self, app: Asgi, system: str, on_error: Callable[[str, BaseException], None]) -> None:
        self._app, self._system, self._on_error = app, system, on_error

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        begun = finished = False

        async def watched_send(message: dict[str, Any]) -> None:
            nonlocal begun, finished
            begun = True
            finished = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
            if not begun:
                raise HarnessFault("the application returned without an answer")
        except Exception as error:
            self._on_error(f"{self._system} {scope.get('method', '')} {scope.get('path', '')}", error)
            if not begun:
                start = {"type": "http.response.start", "status": BROKEN.status, "headers": _BROKEN_HEADERS}
                await send(start)
                await send({"type": "http.response.body", "body": BROKEN.body})
            elif not finished:
                raise


_BROKEN_HEADERS = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in BROKEN.headers.items()]
_BROKEN_HEADERS.append((b"content-length", b"%d" % len(BROKEN.body)))
