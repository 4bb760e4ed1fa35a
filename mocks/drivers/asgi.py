"""One direct call of an ASGI application: request bytes in, complete answer out, no sockets between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from mocks.errors import HarnessFault
from mocks.runtime import Asgi, Response


async def call(
    app: Asgi, method: str, url: str, headers: Mapping[str, str] | None, content_type: str, body: bytes
) -> Response:
    """Call ``app`` once. The answer is complete when its last body chunk was sent.

    Errors of the application come out as they are; the driver turns them into a 500.
    """
    parts = urlsplit(url)
    raw = [(b"host", parts.netloc.encode()), (b"content-length", b"%d" % len(body))]
    if content_type:
        raw.append((b"content-type", content_type.encode("latin-1")))
    if headers:
        raw.extend((k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers.items())
    path = parts.path or "/"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": parts.scheme,
        "path": unquote(path) if "%" in path else path,
        "raw_path": path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": raw,
        "client": ("127.0.0.1", 0),
        "server": (parts.hostname, parts.port),
        "state": {},
    }
    status = 0
    answer_headers: dict[str, str] = {}
    chunks: list[bytes] = []
    complete = False
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, complete
        if message["type"] == "http.response.start":
            status = message["status"]
            for key, value in message.get("headers", ()):
                answer_headers[key.decode("latin-1")] = value.decode("latin-1")
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))
            complete = not message.get("more_body", False)

    await app(scope, receive, send)
    if not complete:
        raise HarnessFault(f"{method} {parts.path}: the application returned without a complete answer")
    return Response(status, answer_headers, chunks[0] if len(chunks) == 1 else b"".join(chunks))
