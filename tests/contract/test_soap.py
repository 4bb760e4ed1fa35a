"""SOAP between two systems, under every driver."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks import soap
from mocks.errors import TimedOut, Unreachable
from mocks.limits import guarded
from mocks.runtime import Asgi, Runtime
from mocks.soap import NoSoap, Received, SaidFault, SoapAnswer
from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import CLIENT, MUST_UNDERSTAND, SoapRefusal
from tests.drivers.harness import Driver

KNOWN = "{urn:h}known"


def service(runtime: Runtime) -> Asgi:
    """Echoes what it was sent; refuses, sleeps or talks HTML when told to."""

    async def serve(asked: Received) -> Response:
        assert asked.envelope.body is not None
        match asked.action:
            case "refuse":
                raise SoapRefusal(
                    "{urn:trust}InvalidRequest", "because 2512489996 asked", b"<why/>", "urn:who"
                )
            case "sleep":
                await runtime.clock.sleep(3600)
        echoed = asked.envelope.body.text or ""
        body = f'<echo xmlns="urn:e" action="{asked.action}">{echoed}</echo>'.encode()
        return soap.answer(
            asked.envelope,
            body,
            action="urn:answered",
            message_id="urn:uuid:" + runtime.ids.uuid("soap-message"),
            headers=[b'<h xmlns="urn:answer"/>'],
            parts=dict(asked.parts),
        )

    async def html(request: Request) -> Response:
        return Response("<html>Bad Gateway</html>", 502, media_type="text/html")

    async def odd(request: Request) -> Response:
        return Response(envelopes.write(SoapVersion.SOAP11, b"<a/>"), 404, media_type="text/xml")

    routes = [
        Route("/service", soap.endpoint(runtime, serve, understood={KNOWN}), methods=["POST"]),
        Route("/html", html, methods=["POST"]),
        Route("/odd", odd, methods=["POST"]),
    ]
    return guarded(runtime, routes, most_bytes=5_000, too_large=lambda: soap.too_large(5_000))


@pytest.fixture
def ask(driver: Driver) -> Callable[..., SoapAnswer]:
    driver.install("echo", service)
    runtime = driver.runtime("asker")

    def asked(body: bytes = b"<say>hej</say>", path: str = "/service", **more: Any) -> SoapAnswer:
        return driver.run(soap.call(runtime, "echo", path, body, **more))

    return asked


@pytest.mark.parametrize("version", list(SoapVersion))
def test_a_message_is_answered_in_its_version_with_its_action(
    ask: Callable[..., SoapAnswer], version: SoapVersion
) -> None:
    found = ask(version=version, action="urn:do-it").envelope
    assert found.version is version
    assert found.body is not None and found.body.text == "hej"
    assert found.body.get("action") == "urn:do-it"
    assert len(found.headers("{urn:answer}h")) == 1


def test_the_answer_relates_to_the_request_where_that_had_a_message_id(
    ask: Callable[..., SoapAnswer],
) -> None:
    addressed, bare = ask(action="a").envelope, ask(action="a", version=SoapVersion.SOAP11).envelope
    assert addressed.relates_to.startswith("urn:uuid:") and addressed.message_id != addressed.relates_to
    assert addressed.action == "urn:answered"
    assert bare.relates_to == bare.action == ""


@pytest.mark.parametrize("version", list(SoapVersion))
def test_attachments_travel_both_ways(ask: Callable[..., SoapAnswer], version: SoapVersion) -> None:
    parts = {"one@x": bytes(range(256)), "two@x": b"\r\n--"}
    assert ask(version=version, action="a", attachments=parts).parts == parts


@pytest.mark.parametrize("version", list(SoapVersion))
def test_a_refusal_comes_back_as_a_fault_with_http_500(
    ask: Callable[..., SoapAnswer], driver: Driver, version: SoapVersion
) -> None:
    with pytest.raises(SaidFault) as caught:
        ask(version=version, action="refuse")
    fault = caught.value.fault
    assert caught.value.status == 500
    assert (fault.code, fault.detail, fault.actor) == ("{urn:trust}InvalidRequest", b"<why></why>", "urn:who")
    assert "2512489996" not in str(caught.value)
    (noted,) = driver.trace.events(name="refused")
    assert "2512489996" not in str(noted.facts)


def test_a_header_that_must_be_understood_reaches_only_who_knows_it(ask: Callable[..., SoapAnswer]) -> None:
    space = str(SoapVersion.SOAP12)
    known, unknown = (
        f'<{name} xmlns="urn:h" xmlns:s="{space}" s:mustUnderstand="1"/>'.encode()
        for name in ("known", "unknown")
    )
    ask(headers=[known])
    with pytest.raises(SaidFault) as caught:
        ask(headers=[unknown])
    assert caught.value.fault.code == MUST_UNDERSTAND


def test_a_body_past_the_limit_is_answered_by_a_fault(ask: Callable[..., SoapAnswer]) -> None:
    with pytest.raises(SaidFault, match="5000 bytes") as caught:
        ask(b"<say>" + b"x" * 6_000 + b"</say>")
    assert caught.value.fault.code == CLIENT


def test_an_answer_that_is_no_soap_says_so(ask: Callable[..., SoapAnswer]) -> None:
    with pytest.raises(NoSoap, match="HTTP 502"):
        ask(path="/html")
    with pytest.raises(NoSoap, match="HTTP 404"):
        ask(path="/odd")
    with pytest.raises(NoSoap, match="HTTP 404"):
        ask(path="/nowhere")


def test_a_system_that_does_not_answer_in_time_is_timed_out(ask: Callable[..., SoapAnswer]) -> None:
    with pytest.raises(TimedOut):
        ask(action="sleep", timeout=0.05)


def sent(driver: Driver, body: bytes, content_type: str, **headers: str) -> tuple[int, bytes]:
    """What comes back for exactly these bytes."""
    driver.install("echo", service)
    network = driver.runtime("asker").network

    async def work() -> tuple[int, bytes]:
        found = await network.request(
            "POST",
            network.address("echo") + "/service",
            body=body,
            content_type=content_type,
            headers=headers,
        )
        return found.status, found.body

    return driver.run(work())


ENVELOPE = envelopes.write(SoapVersion.SOAP12, b"<say/>", action="urn:a")
RAW: list[Callable[[], tuple[bytes, str]]] = [
    lambda: (b"", "text/xml"),
    lambda: (b"not XML", "application/soap+xml"),
    lambda: (ENVELOPE, "text/xml"),
    lambda: (ENVELOPE, 'application/soap+xml; action="urn:b"'),
    lambda: (ENVELOPE, "multipart/related; boundary=b"),
    lambda: (b'<!DOCTYPE a [<!ENTITY b "c">]>' + ENVELOPE, "application/soap+xml"),
]


@pytest.mark.parametrize("made", RAW)
def test_what_is_no_soap_message_is_answered_by_a_fault(
    driver: Driver, made: Callable[[], tuple[bytes, str]]
) -> None:
    status, body = sent(driver, *made())
    assert status == 500
    fault = soap.read_fault(envelopes.read(body))
    assert fault is not None and fault.code == CLIENT and fault.reason
    assert b"Traceback" not in body


def test_an_action_in_http_alone_is_the_action(driver: Driver) -> None:
    bare = envelopes.write(SoapVersion.SOAP12, b"<say/>")
    status, body = sent(driver, bare, 'application/soap+xml; charset=utf-8; action="urn:b"')
    assert status == 200 and b'action="urn:b"' in body
    bare = envelopes.write(SoapVersion.SOAP11, b"<say/>")
    status, body = sent(driver, bare, "text/xml", SOAPAction='"urn:c"')
    assert status == 200 and b'action="urn:c"' in body


def test_nobody_there_is_unreachable(driver: Driver) -> None:
    driver.install("echo", service)
    runtime = driver.runtime("asker")
    errors: tuple[type[Exception], ...] = (Unreachable,)
    with pytest.raises(errors):
        driver.run(soap.call(_Lost(runtime).runtime, "echo", "/service", b"<a/>"))


class _Lost:
    """A runtime whose every address leads nowhere."""

    def __init__(self, runtime: Runtime) -> None:
        network = runtime.network

        class Nowhere:
            def address(self, system: str) -> str:
                return "http://127.0.0.1:9"

            def request(self, *given: Any, **more: Any) -> Awaitable[Any]:
                return network.request(*given, **more)

        self.runtime = Runtime(
            runtime.system, runtime.clock, Nowhere(), runtime.ids, runtime.store, runtime.trace
        )
