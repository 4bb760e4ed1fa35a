"""A login by SAML's POST binding, from both sides: the broker that lets users in, and the system that sends them.

A user's browser brings the system's signed ``AuthnRequest`` to the broker, and the broker's answer back. Here
the request's form also says who the user is, in place of MitID or the employer's login page.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from urllib.parse import parse_qsl, urlencode

from cryptography import x509
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.errors import BadInput, Unreachable
from mocks.limits import Refused
from mocks.runtime import Runtime
from mocks.signatures import PLACE, Certified, Key, SignatureRefused, Signed, Verifier, issued_by, sign
from mocks.standards.safe_xml import escape as escape_xml
from mocks.standards.saml import protocol
from mocks.standards.saml.assertion import BadAssertion
from mocks.standards.saml.protocol import LoginRequest

#: Where a system takes the answer.
CONSUMER = "/saml/acs"
_ENTITY = "https://saml."
_MOST_FIELDS = 60
_LEEWAY = timedelta(minutes=5)
Fields = Mapping[str, list[str]]
#: Who logs in, at which system, with which certificate -> the signed assertion, or ``None`` for a denial.
LogIn = Callable[[Fields, str, x509.Certificate], bytes | None]
#: The page for somebody who sits there: the fields, where the answer goes, the answer, whether it is a denial.
Shown = Callable[[Fields, str, str, bool], Response]


def entity_id(system: str) -> str:
    """How a system is called in SAML."""
    return _ENTITY + system


def system_of(entity: str) -> str:
    """The system that is called so."""
    return entity.removeprefix(_ENTITY)


# The broker ------------------------------------------------------------------------------------------------


def login_route(
    path: str,
    runtime: Runtime,
    authority: Certified,
    issuer: str,
    log_in: LogIn,
    *,
    denial: str,
    shown: Shown | None = None,
) -> Route:
    """``POST path`` with the fields ``SAMLRequest``, ``RelayState``, and whatever ``log_in`` reads. The answer
    is the page whose form goes back to the system; where a browser asks for it, the one that ``shown`` makes.
    Systems have certificates of ``authority``."""
    verify = Verifier(issued_by(authority), _read_request, id_attribute="ID", most_known=100)

    async def handle(request: Request) -> Response:
        fields = await _fields(request)
        asked, certificate = _request(fields.get("SAMLRequest", [""])[0])
        assertion = log_in(fields, system_of(asked.issuer), certificate)
        answered = protocol.write_answer(
            "_" + runtime.ids.uuid("saml-response"),
            asked.id,
            issuer,
            runtime.clock.now(),
            assertion or b"",
            denial,
        )
        value = protocol.encoded(answered)
        if shown is not None and "text/html" in request.headers.get("accept", ""):
            return shown(fields, asked.reply_to, value, assertion is None)
        return _page(asked.reply_to, value, first(fields, "RelayState"))

    def _request(value: str) -> tuple[LoginRequest, x509.Certificate]:
        now = runtime.clock.now()
        try:
            asked, certificate = verify(protocol.decoded(value), now)
        except (BadAssertion, SignatureRefused) as error:
            raise _refused(f"the request for a login: {error}", "send a signed AuthnRequest") from None
        if abs(now - asked.issued) > _LEEWAY:
            raise _refused("the request for a login is too old or too new", "send a new one")
        try:
            expected = runtime.network.address(system_of(asked.issuer)) + CONSUMER
        except BadInput:
            raise _refused("no system is called as the issuer says", f"name it {_ENTITY}<system>") from None
        if asked.reply_to != expected:
            raise _refused("the answer would go elsewhere than to the system", f"take it at {CONSUMER}")
        return asked, certificate

    return Route(path, handle, methods=["POST"])


def _refused(what: str, what_to_do: str) -> Refused:
    return Refused(400, what, "SAMLRequest", what_to_do)


def _read_request(signed: Signed) -> tuple[LoginRequest, x509.Certificate]:
    return protocol.read_request(signed.element), signed.certificate


async def _fields(request: Request) -> dict[str, list[str]]:
    try:
        text = (await request.body()).decode()
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise Refused(400, "the form cannot be read", "body", "send an url-encoded form in UTF-8") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        try:
            escape_xml(value)  # what it says goes into an assertion
        except BadInput as error:
            raise Refused(400, str(error), name[:40], "send text that XML can carry") from None
        found.setdefault(name, []).append(value if name.startswith("SAML") else value[:200])
    return found


def first(fields: Fields, name: str) -> str:
    """A field's first value, or ''."""
    return fields.get(name, [""])[0]


def _page(reply_to: str, response: str, relay: str) -> Response:
    """The page that sends the browser back; it works without a script."""
    text = (
        '<!DOCTYPE html><html lang="da"><head><meta charset="utf-8"><title>Login</title></head><body>'
        f'<form method="post" action="{escape(reply_to)}">'
        f'<input type="hidden" name="SAMLResponse" value="{response}">'
        f'<input type="hidden" name="RelayState" value="{escape(relay)}">'
        '<button type="submit">Fortsæt</button></form></body></html>'
    )
    return Response(text, media_type="text/html", headers={"cache-control": "no-store"})


# The system ------------------------------------------------------------------------------------------------


class NoLogin(Unreachable):
    """A broker answered with something that is no answer to a login."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a login ended: ``token`` is the assertion in base64, its signature not looked at; empty for a denial,
    which ``message`` explains."""

    token: str
    message: str


def request(
    runtime: Runtime, key: Key, broker: str, path: str, form: Mapping[str, str]
) -> tuple[LoginRequest, dict[str, str]]:
    """A request for a login of a user who is what ``form`` says, to be remembered, and the fields that a browser
    carries to the broker's page."""
    asked = LoginRequest(
        id="_" + runtime.ids.uuid("login-request"),
        issuer=entity_id(runtime.system),
        destination=runtime.network.address(broker) + path,
        reply_to=runtime.network.address(runtime.system) + CONSUMER,
        issued=runtime.clock.now(),
    )
    signed = sign(protocol.write_request(asked, PLACE), key, id_attribute="ID")
    fields = {"SAMLRequest": b64encode(signed).decode()}
    return asked, fields | {name: value for name, value in form.items() if value}


def read(broker: str, asked: LoginRequest, value: str) -> Answer:
    """The answer that a browser brought back. Errors: ``NoLogin`` for one that is none, or to another request."""
    try:
        answered = protocol.read_answer(protocol.decoded(value))
        held = b"" if answered.assertion is None else protocol.bare(answered.assertion)
    except BadAssertion as error:
        raise NoLogin(f"{broker}: {error}") from None
    if answered.in_response_to != asked.id:
        raise NoLogin(f"{broker} answered another request")
    return Answer(b64encode(held).decode(), answered.message)


async def ask(
    runtime: Runtime, key: Key, broker: str, path: str, form: Mapping[str, str], *, seconds: float
) -> Answer:
    """Send a user, who is what ``form`` says, to a broker. Errors: ``Unreachable``, ``TimedOut``, ``NoLogin``."""
    asked, fields = request(runtime, key, broker, path, form)
    response = await runtime.network.request(
        "POST",
        asked.destination,
        body=urlencode(fields).encode(),
        content_type="application/x-www-form-urlencoded",
        timeout=seconds,
    )
    found = _RESPONSE.search(response.body) if response.status == 200 else None
    if found is None:
        raise NoLogin(f"{broker} answered HTTP {response.status}, and no SAMLResponse")
    return read(broker, asked, found[1].decode())


_RESPONSE = re.compile(rb'name="SAMLResponse" value="([A-Za-z0-9+/=]*)"')
