"""SOAP between systems: asking one, and what an endpoint needs to be asked.

An endpoint is a coroutine that gets the ``Received`` message and gives its answer by ``answer``; whatever
is wrong with a request is raised as a ``SoapRefusal`` and becomes a fault in the version of the request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from mocks.errors import TvaersError, Unreachable
from mocks.limits import scrub
from mocks.runtime import Runtime
from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap import mtom
from mocks.standards.soap.envelope import Envelope, SoapVersion
from mocks.standards.soap.faults import (
    CLIENT,
    Fault,
    SoapProblem,
    SoapRefusal,
    read_fault,
    write_fault,
)

__all__ = [
    "NoSoap",
    "Received",
    "SaidFault",
    "SoapAnswer",
    "answer",
    "call",
    "endpoint",
    "fault_answer",
    "receive",
    "send",
    "too_large",
]


class SaidFault(TvaersError):
    """Another system answered with a SOAP fault. ``status`` is that of HTTP."""

    def __init__(self, system: str, status: int, fault: Fault) -> None:
        self.system, self.status, self.fault = system, status, fault
        super().__init__(f"{system} answered with the fault {fault.name}: {scrub(fault.reason)[:300]}")


class NoSoap(Unreachable):
    """Another system answered, and not with SOAP (a proxy's page, another service, half an answer)."""


@dataclass(frozen=True, slots=True)
class SoapAnswer:
    """An answer without a fault; ``parts`` are its attachments by content id."""

    envelope: Envelope
    parts: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """A request. ``action`` is that of WS-Addressing, or what HTTP says of it; empty where neither does."""

    envelope: Envelope
    action: str
    parts: Mapping[str, bytes] = field(default_factory=dict)


async def call(
    runtime: Runtime,
    system: str,
    path: str,
    body: bytes,
    *,
    version: SoapVersion = SoapVersion.SOAP12,
    action: str = "",
    headers: Sequence[bytes] = (),
    timeout: float = 30.0,
    attachments: Mapping[str, bytes] | Sequence[tuple[str, bytes]] = (),
    addressing: bool | None = None,
) -> SoapAnswer:
    """Send ``body`` in an envelope with ``headers`` to ``path`` of a system, and wait for the answer.

    ``attachments`` are parts by content id. ``addressing``: with the headers of WS-Addressing; left out,
    SOAP 1.2 has them and SOAP 1.1 has not (DGWS names messages in its own header).

    Errors: ``SaidFault``; ``Unreachable``, ``TimedOut``; ``NoSoap`` for an answer that is none.
    """
    url = runtime.network.address(system) + path
    addressed = version is SoapVersion.SOAP12 if addressing is None else addressing
    if addressed:
        message_id = "urn:uuid:" + runtime.ids.uuid("soap-message")
        data = envelopes.write(version, body, headers=headers, action=action, message_id=message_id, to=url)
    else:
        data = envelopes.write(version, body, headers=headers)
    return await send(
        runtime, system, path, data, version=version, action=action, timeout=timeout, parts=dict(attachments)
    )


async def send(
    runtime: Runtime,
    system: str,
    path: str,
    envelope: bytes,
    *,
    version: SoapVersion,
    action: str = "",
    timeout: float = 30.0,
    parts: Mapping[str, bytes] | None = None,
) -> SoapAnswer:
    """Send an envelope that is complete, as a signed one is; the rest as in ``call``."""
    content_type, data = _on_the_wire(version, envelope, action, parts or {})
    response = await runtime.network.request(
        "POST",
        runtime.network.address(system) + path,
        body=data,
        content_type=content_type,
        headers={"SOAPAction": f'"{action}"'} if version is SoapVersion.SOAP11 else None,
        timeout=timeout,
    )
    try:
        root, found = mtom.read(response.headers.get("content-type", ""), response.body)
        answered = envelopes.read(root)
    except SoapProblem as error:
        what = scrub(error.reason)[:300]
        raise NoSoap(f"{system} answered HTTP {response.status}, and not with SOAP: {what}") from None
    if (fault := read_fault(answered)) is not None:
        raise SaidFault(system, response.status, fault)
    if response.status != 200:
        raise NoSoap(f"{system} answered HTTP {response.status} without a fault that says why")
    return SoapAnswer(answered, found)


def _on_the_wire(
    version: SoapVersion, data: bytes, action: str, parts: Mapping[str, bytes]
) -> tuple[str, bytes]:
    """Content type and body of a message."""
    if parts:
        return mtom.write(data, parts, version=version, action=action)
    what = f'; action="{action}"' if action and version is SoapVersion.SOAP12 else ""
    return f"{version.content_type}; charset=utf-8{what}", data


# Answering -------------------------------------------------------------------------------------------------


async def receive(request: Request, *, understood: Collection[str] = ()) -> Received:
    """The message in a request. ``understood`` are the headers, ``{namespace}local``, that the service knows.

    Errors: ``SoapProblem`` for whatever is no SOAP message, for a content type of another version, and for
    an action in HTTP that is not the one in the envelope.
    """
    content_type = request.headers.get("content-type", "")
    root, parts = mtom.read(content_type, await request.body())
    envelope = envelopes.read(root)
    kind = content_type
    if mtom.is_multipart(content_type):
        kind = mtom.parameter(content_type, "start-info")
    kind = kind.partition(";")[0].strip().lower()
    if kind and kind != envelope.version.content_type:
        raise SoapProblem(
            CLIENT,
            f"the content type is {scrub(kind[:60])!r}; this version of SOAP has {envelope.version.content_type!r}",
        )
    envelope.require_understood(understood)
    of_http = request.headers.get("soapaction", "").strip().strip('"')
    if envelope.version is SoapVersion.SOAP12:
        of_http = mtom.parameter(content_type, "action")
    action = envelope.action
    if action and of_http and action != of_http:
        raise SoapProblem(CLIENT, "the action in HTTP is another than wsa:Action in the envelope")
    return Received(envelope, action or of_http, parts)


def endpoint(
    runtime: Runtime,
    serve: Callable[[Received], Awaitable[Response]],
    *,
    understood: Collection[str] = (),
) -> Callable[[Request], Awaitable[Response]]:
    """The handler of a SOAP service: ``serve`` gets each message, and refusals become faults.

    Refusals are noted in the trace as ``refused``, as everywhere. An error that nobody expected is left to
    the driver, which makes it a harness error: never a stack trace to the caller.
    """

    async def handle(request: Request) -> Response:
        version = SoapVersion.SOAP11
        if "soap+xml" in request.headers.get("content-type", "").lower():
            version = SoapVersion.SOAP12
        received: Received | None = None
        try:
            received = await receive(request, understood=understood)
            return await serve(received)
        except SoapRefusal as error:
            asked = received.envelope if received is not None else None
            fault = error.fault(asked.version if asked is not None else version)
            _note(runtime, request.url.path, error)
            return fault_answer(fault, asked)

    return handle


def _note(runtime: Runtime, path: str, error: SoapRefusal) -> None:
    runtime.trace.note(
        "refused", system=runtime.system, status=500, path=scrub(path), reason=scrub(str(error))
    )


def answer(
    asked: Envelope,
    body: bytes,
    *,
    action: str = "",
    message_id: str = "",
    headers: Sequence[bytes] = (),
    parts: Mapping[str, bytes] | None = None,
) -> Response:
    """The answer to a request, in its version of SOAP, and relating to it where it had a message id."""
    addressed = bool(asked.action or asked.message_id)
    data = envelopes.write(
        asked.version,
        body,
        headers=headers,
        action=action if addressed else "",
        message_id=message_id if addressed else "",
        relates_to=asked.message_id if addressed else "",
        to=envelopes.ANONYMOUS if addressed else "",
    )
    content_type, data = _on_the_wire(asked.version, data, action, parts or {})
    return _response(content_type, data, 200)


def fault_answer(fault: Fault, asked: Envelope | None = None, *, headers: Sequence[bytes] = ()) -> Response:
    """A fault as an answer: HTTP 500, as SOAP 1.1 has it for every fault and the services of the field for 1.2."""
    try:
        relates_to = asked.message_id if asked is not None else ""
    except SoapProblem:
        relates_to = ""
    data = envelopes.write(fault.version, write_fault(fault), headers=headers, relates_to=relates_to)
    return _response(f"{fault.version.content_type}; charset=utf-8", data, 500)


def too_large(most_bytes: int, version: SoapVersion = SoapVersion.SOAP11) -> Response:
    """The answer to a body past a system's limit, in the ``version`` that the service speaks."""
    reason = f"the message is larger than {most_bytes} bytes; send less"
    return fault_answer(Fault(version, CLIENT, reason))


def _response(content_type: str, data: bytes, status: int) -> Response:
    # Starlette would put a character set behind a content type of text that has its own already.
    return Response(data, status, headers={"content-type": content_type, "cache-control": "no-store"})
