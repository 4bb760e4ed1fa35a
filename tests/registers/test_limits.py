"""The front door that all systems share: size, form, and clear refusals."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.errors import BadInput, HarnessFault
from mocks.limits import CEILING_BYTES, JsonBody, Refused, answer, guarded


class Flat(msgspec.Struct):
    cpr: str
    count: int = 0


def echo(runtime: Any, settings: int) -> Starlette:
    read = JsonBody(Flat)

    async def take(request: Request) -> Response:
        return answer(await read(request))

    async def careless(request: Request) -> Response:
        try:
            await request.body()
        except Exception:
            return answer({"all": "fine"})
        return answer({"all": "read"})

    async def broken(request: Request) -> Response:
        raise HarnessFault("on purpose")

    routes = [
        Route("/take", take, methods=["POST"]),
        Route("/careless", careless, methods=["POST"]),
        Route("/broken", broken),
    ]
    return guarded(runtime, routes, most_bytes=settings)


@pytest.fixture
def door(world: Any) -> Any:
    world.start("echo", echo, 1000)
    return world


def drive(
    app: Any, chunks: list[bytes], headers: list[tuple[bytes, bytes]], path: str = "/take"
) -> list[dict[str, Any]]:
    """Call an ASGI app with a body in chunks; it never has to wait."""
    sent: list[dict[str, Any]] = []
    left = [
        {"type": "http.request", "body": c, "more_body": i < len(chunks) - 1} for i, c in enumerate(chunks)
    ]

    async def receive() -> dict[str, Any]:
        return left.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "server": ("echo", 80),
        "client": ("127.0.0.1", 0),
    }
    work = app(scope, receive, send)
    with pytest.raises(StopIteration):
        work.send(None)
    return sent


def test_a_stream_without_content_length_is_stopped_at_the_limit(world: Any) -> None:
    app = echo(world.runtime("echo"), 1000)
    sent = drive(app, [b"x" * 300] * 10, [(b"content-type", b"application/json")])
    assert sent[0]["status"] == 413
    assert b"larger than 1000 bytes" in sent[1]["body"]
    assert world.trace.of("refused")[0]["status"] == 413


def test_a_content_length_that_lies_is_not_believed(world: Any) -> None:
    app = echo(world.runtime("echo"), 1000)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"10")]
    assert drive(app, [b"x" * 600, b"x" * 600], headers)[0]["status"] == 413


def test_a_body_of_exactly_the_limit_is_read(door: Any) -> None:
    body = b'{"cpr":"a","count":1'
    assert door.request("POST", "http://echo/take", body.ljust(999) + b"}").status == 200
    assert door.request("POST", "http://echo/take", body.ljust(1000) + b"}").status == 413


def test_a_handler_that_swallows_the_stop_does_not_hide_it(door: Any) -> None:
    assert door.request("POST", "http://echo/careless", b"x" * 5000).status == 413
    assert door.get("http://echo/health") == {"system": "echo", "status": "ok"}


@pytest.mark.parametrize("most", [0, -1, CEILING_BYTES + 1])
def test_a_limit_out_of_bounds_is_refused_at_start(world: Any, most: int) -> None:
    with pytest.raises(BadInput, match="most_bytes"):
        world.start("echo", echo, most)


def test_no_form_of_an_address_gets_around_the_limit(door: Any) -> None:
    for address in ("take", "take%0A", "careless%0A"):
        assert door.request("POST", f"http://echo/{address}", b"x" * 5000).status == 413
    assert len(door.trace.of("refused")) == 3


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "body"),
        (b"<xml/>", "body"),
        (b'{"cpr":', "body"),
        (b'{"cpr":"\xe6"}', "body"),
        (b'{"cpr":"a"} {}', "body"),
        (b"[1]", "$"),
        (b"{}", "$"),
        (b'{"cpr":1}', "$.cpr"),
        (b'{"cpr":"a","count":"many"}', "$.count"),
        (b"[" * 900, "$"),
    ],
)
def test_what_is_no_json_of_that_form_gets_400_with_its_place(door: Any, body: bytes, where: str) -> None:
    response = door.request("POST", "http://echo/take", body, headers={"content-type": "application/json"})
    said = msgspec.json.decode(response.body)
    assert (response.status, said["code"]) == (400, "bad_input")
    assert said["where"].startswith(where)
    assert said["message"] and said["what_to_do"]
    assert "Traceback" not in response.body.decode()


def test_json_nested_a_hundred_thousand_deep_gets_400(world: Any) -> None:
    world.start("echo", echo, 1_000_000)
    deep = b'{"cpr":"a","more":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    response = world.request("POST", "http://echo/take", deep)
    assert response.status == 400
    assert b"too deep" in response.body


@pytest.mark.parametrize(
    "content_type", ["text/xml", "", "application/jsonp", "application/json; charset=iso-8859-1"]
)
def test_another_content_type_or_character_set_gets_415(door: Any, content_type: str) -> None:
    response = door.request("POST", "http://echo/take", b'{"cpr":"a"}', content_type)
    assert response.status == 415
    assert b"Content-Type" in response.body


def test_json_with_a_charset_of_utf_8_is_read(door: Any) -> None:
    response = door.request("POST", "http://echo/take", b'{"cpr":"a"}', 'Application/JSON; charset="UTF-8"')
    assert response.status == 200


def test_an_unknown_path_and_a_wrong_method_are_refused_clearly(door: Any) -> None:
    assert door.get("http://echo/nothing", 404)["code"] == "not_found"
    response = door.request("GET", "http://echo/take")
    assert response.status == 405
    assert response.headers["allow"] == "POST"
    assert len(door.trace.of("refused")) == 2


def test_a_cpr_number_in_a_url_is_masked_in_answer_and_trace(door: Any) -> None:
    door.get("http://echo/person/2512489996", 404)
    door.get("http://echo/person/251248-9996", 404)
    assert "9996" not in str(door.trace.notes)
    assert "251248-****" in str(door.trace.notes)


def test_a_sor_id_is_not_taken_for_a_cpr_number() -> None:
    assert "325251000016005" in Refused(404, "no 325251000016005", "path", "look").refusal.message


def test_a_fault_of_ours_is_no_refusal(world: Any) -> None:
    world.start("echo", echo, 1000)
    assert world.request("GET", "http://echo/broken").status == 500
    assert isinstance(world.errors.pop()[1], HarnessFault)


def test_whatever_route_is_built_in_its_refusals_are_answered_and_noted(world: Any) -> None:
    async def no(request: Request) -> Response:
        raise Refused(409, "it is taken", "$.name", "choose another")

    runtime = world.runtime("other")
    world.kernel.install("other", guarded(runtime, [Route("/", no)]))
    assert world.get("http://other/", 409)["code"] == "conflict"
    assert world.trace.of("refused")[0]["reason"] == "it is taken"


@pytest.mark.parametrize("browser", [True, False])
def test_a_refusal_at_a_screen_is_a_page_for_a_browser_and_json_for_everybody_else(
    world: Any, browser: bool
) -> None:
    async def refusing(request: Request) -> Response:
        raise Refused(400, "<b> 251248-9996 is no number", "$.cpr", "send ten digits")

    app = guarded(world.runtime("echo"), [Route("/screen/take", refusing, methods=["POST"])])
    accept = b"text/html,*/*;q=0.8" if browser else b"*/*"
    start, sent = drive(app, [b""], [(b"accept", accept)], "/screen/take")
    headers, text = dict(start["headers"]), sent["body"].decode()
    assert start["status"] == 400 and "9996" not in text
    if browser:
        assert headers[b"content-type"] == b"text/html; charset=utf-8"
        assert headers[b"content-security-policy"].startswith(b"default-src 'none'")
        assert "CPR-nummeret kan ikke læses" in text and "&lt;b&gt; 251248-****" in text
    else:
        assert headers[b"content-type"] == b"application/json" and '"where":"$.cpr"' in text
