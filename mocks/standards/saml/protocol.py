"""What travels around an assertion: the request for a login, the answer, and the bootstrap token's envelope."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from datetime import datetime

import msgspec
from lxml import etree

from mocks.errors import Malformed
from mocks.standards import safe_xml
from mocks.standards.dgws.fields import text_of, zulu
from mocks.standards.safe_xml import escape, escape_attribute
from mocks.standards.saml.assertion import ASSERTION, SAML, BadAssertion

SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
_STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
SUCCESS = f"{_STATUS}Success"
RESPONDER = f"{_STATUS}Responder"
DENIED = f"{_STATUS}RequestDenied"
WSA = "http://www.w3.org/2005/08/addressing"
SECURITY_TOKEN = "urn:liberty:security:tokenusage:2006-08:SecurityToken"
LIBERTY = "urn:liberty:security:2006-08"
MAX_BYTES = 200_000


class LoginRequest(msgspec.Struct, frozen=True, kw_only=True):
    """An ``AuthnRequest``: who wants whose user to log in, and where the answer is to go."""

    id: str
    issuer: str
    destination: str
    reply_to: str
    issued: datetime


class LoginAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A ``Response``. ``status`` is the inner status code, empty for success; ``assertion`` the login."""

    in_response_to: str
    status: str
    message: str
    assertion: etree._Element | None


def decoded(value: str) -> etree._Element:
    """The XML in a form's field ``SAMLRequest`` or ``SAMLResponse``. Errors: ``BadAssertion``."""
    if len(value) > MAX_BYTES:
        raise BadAssertion("the SAML message is too long")
    try:
        return safe_xml.parse(b64decode("".join(value.split()), validate=True)).root
    except (binascii.Error, ValueError, Malformed):
        raise BadAssertion("the SAML message is no XML in base64") from None


def encoded(data: bytes) -> str:
    """XML for a form's field."""
    return b64encode(data).decode()


def write_request(request: LoginRequest, signature: bytes = b"") -> bytes:
    """The request; ``signature`` is what stands in the signature's place."""
    start = (
        f'<samlp:AuthnRequest xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="{escape_attribute(request.id)}" '
        f'Version="2.0" IssueInstant="{zulu(request.issued)}" '
        f'Destination="{escape_attribute(request.destination)}" '
        f'AssertionConsumerServiceURL="{escape_attribute(request.reply_to)}">'
        f"<saml:Issuer>{escape(request.issuer)}</saml:Issuer>"
    )
    return start.encode() + signature + b"</samlp:AuthnRequest>"


def read_request(element: etree._Element) -> LoginRequest:
    """The request; its signature is not looked at. Errors: ``BadAssertion``."""
    if element.tag != f"{{{SAMLP}}}AuthnRequest":
        raise BadAssertion("this is no samlp:AuthnRequest")
    issuer = text_of(element.find(f"{{{SAML}}}Issuer"))
    own = element.get("ID", "")
    if not own or not issuer:
        raise BadAssertion("the request has no ID or no Issuer")
    try:
        issued = datetime.fromisoformat(element.get("IssueInstant", ""))
    except ValueError:
        raise BadAssertion("IssueInstant of the request is no moment") from None
    return LoginRequest(
        id=own,
        issuer=issuer,
        destination=element.get("Destination", ""),
        reply_to=element.get("AssertionConsumerServiceURL", ""),
        issued=issued,
    )


def write_answer(
    answer_id: str,
    in_response_to: str,
    issuer: str,
    issued: datetime,
    assertion: bytes = b"",
    message: str = "",
) -> bytes:
    """The answer: with an assertion a success, without one a denial that says why."""
    status = (
        f'<samlp:StatusCode Value="{SUCCESS}"/>'
        if assertion
        else f'<samlp:StatusCode Value="{RESPONDER}"><samlp:StatusCode Value="{DENIED}"/></samlp:StatusCode>'
        f"<samlp:StatusMessage>{escape(message)}</samlp:StatusMessage>"
    )
    start = (
        f'<samlp:Response xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="{escape_attribute(answer_id)}" '
        f'Version="2.0" IssueInstant="{zulu(issued)}" InResponseTo="{escape_attribute(in_response_to)}">'
        f"<saml:Issuer>{escape(issuer)}</saml:Issuer><samlp:Status>{status}</samlp:Status>"
    )
    return start.encode() + assertion + b"</samlp:Response>"


def read_answer(element: etree._Element) -> LoginAnswer:
    """The answer. Errors: ``BadAssertion``."""
    if element.tag != f"{{{SAMLP}}}Response":
        raise BadAssertion("this is no samlp:Response")
    status = element.find(f"{{{SAMLP}}}Status")
    code = None if status is None else status.find(f"{{{SAMLP}}}StatusCode")
    if status is None or code is None:
        raise BadAssertion("the answer says not how the login ended")
    assertions = element.findall(ASSERTION)
    success = code.get("Value") == SUCCESS
    if success != (len(assertions) == 1):
        raise BadAssertion("the answer holds not exactly one assertion, or one in spite of a denial")
    inner = code.find(f"{{{SAMLP}}}StatusCode")
    return LoginAnswer(
        in_response_to=element.get("InResponseTo", ""),
        status="" if success else (inner if inner is not None else code).get("Value", ""),
        message=text_of(status.find(f"{{{SAMLP}}}StatusMessage")),
        assertion=assertions[0] if success else None,
    )


def wrap_bootstrap(token: bytes, address: str) -> str:
    """A bootstrap token as the value of the attribute DiscoveryEPR: an endpoint reference in base64."""
    text = (
        f'<wsa:EndpointReference xmlns:wsa="{WSA}"><wsa:Address>{escape(address)}</wsa:Address><wsa:Metadata>'
        f'<sec:SecurityContext xmlns:sec="{LIBERTY}"><sec:Token usage="{SECURITY_TOKEN}">'
    )
    end = b"</sec:Token></sec:SecurityContext></wsa:Metadata></wsa:EndpointReference>"
    return b64encode(text.encode() + token + end).decode()


def unwrap_bootstrap(value: str) -> bytes:
    """The bootstrap token in the value of DiscoveryEPR. Errors: ``BadAssertion``."""
    token = decoded(value).find(f".//{{{LIBERTY}}}Token/{ASSERTION}")
    if token is None:
        raise BadAssertion("the endpoint reference holds no token")
    return bare(token)


def bare(element: etree._Element) -> bytes:
    """An element as bytes of its own, with the namespaces it uses; a signature over it still holds.

    Errors: ``BadAssertion`` for what has no canonical form (a namespace that is a relative address).
    """
    try:
        return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)
    except etree.C14NError:
        raise BadAssertion("the assertion cannot be put into canonical form") from None
