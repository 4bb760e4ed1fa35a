"""WS-Trust, as the token services of the field use it: asking for a token, and getting one.

The STS of the national platform issues id cards by the version of February 2005; its newer services and
KOMBIT's STS use version 1.3, where a user's bootstrap token stands in ``ActAs`` (1.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from lxml import etree

from mocks.standards.dgws.fields import text_of, zulu
from mocks.standards.safe_xml import escape, escape_attribute
from mocks.standards.saml.assertion import ASSERTION
from mocks.standards.soap.faults import CLIENT, SoapRefusal

WST05 = "http://schemas.xmlsoap.org/ws/2005/02/trust"
WST13 = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
WST14 = "http://docs.oasis-open.org/ws-sx/ws-trust/200802"
WSP = "http://schemas.xmlsoap.org/ws/2004/09/policy"
WSA = "http://www.w3.org/2005/08/addressing"
AUTH = "http://docs.oasis-open.org/wsfed/authorization/200706"
DIALECT = f"{AUTH}/authclaims"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
CARD_TOKEN = "urn:oasis:names:tc:SAML:2.0:assertion:"
SAML_TOKEN = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0"
PUBLIC_KEY = f"{WST13}/PublicKey"
ISSUE05 = "http://schemas.xmlsoap.org/ws/2005/02/security/trust/Issue"
ISSUE13 = f"{WST13}/Issue"
ACTION13 = f"{WST13}/RST/Issue"
ANSWER13 = f"{WST13}/RSTRC/IssueFinal"

FAILED_AUTHENTICATION = "FailedAuthentication"
INVALID_REQUEST = "InvalidRequest"
REQUEST_FAILED = "RequestFailed"


class TrustFault(SoapRefusal):
    """A token that is refused. ``name`` is WS-Trust's code (``FailedAuthentication``), ``actor`` which part
    of the token service refuses."""

    def __init__(self, name: str, reason: str, actor: str = "", *, space: str = WST13) -> None:
        self.name = name
        super().__init__(f"{{{space}}}{name}", reason, b"", actor)


class TokenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A ``RequestSecurityToken``. ``card`` is the id card in the claims of the older version, ``act_as`` the
    token of the user on whose behalf is asked; ``claims``: URI -> value."""

    space: str
    token_type: str = ""
    request_type: str = ""
    key_type: str = ""
    applies_to: str = ""
    claims: Mapping[str, str] = {}
    card: etree._Element | None = None
    act_as: etree._Element | None = None


def read_request(body: etree._Element | None) -> TokenRequest:
    """The request in a message's body. Errors: ``TrustFault`` with ``InvalidRequest``."""
    space = next(
        (s for s in (WST05, WST13) if body is not None and body.tag == f"{{{s}}}RequestSecurityToken"), ""
    )
    if body is None or not space:
        raise TrustFault(INVALID_REQUEST, "the body is no RequestSecurityToken")
    w = f"{{{space}}}"
    claims = body.find(f"{w}Claims")
    found: dict[str, str] = {}
    for claim in () if claims is None else claims.findall(f"{{{AUTH}}}ClaimType"):
        found[claim.get("Uri", "")] = text_of(claim.find(f"{{{AUTH}}}Value"))
    request = TokenRequest(
        space=space,
        token_type=text_of(body.find(f"{w}TokenType")),
        request_type=text_of(body.find(f"{w}RequestType")),
        key_type=text_of(body.find(f"{w}KeyType")),
        applies_to=text_of(body.find(f"{{{WSP}}}AppliesTo/{{{WSA}}}EndpointReference/{{{WSA}}}Address")),
        claims=found,
        card=None if claims is None else claims.find(ASSERTION),
        act_as=body.find(f"{{{WST14}}}ActAs/{ASSERTION}"),
    )
    if request.request_type not in (ISSUE05, ISSUE13, f"{WST05}/Issue"):
        raise TrustFault(INVALID_REQUEST, "only tokens are issued here; RequestType is another", space=space)
    return request


def write_card_request(card: bytes) -> bytes:
    """Asking for an id card that the token service signs; ``card`` is signed by its system."""
    text = (
        f'<wst:RequestSecurityToken xmlns:wst="{WST05}" Context="www.sosi.dk">'
        f"<wst:TokenType>{CARD_TOKEN}</wst:TokenType><wst:RequestType>{ISSUE05}</wst:RequestType><wst:Claims>"
    )
    return text.encode() + card + b"</wst:Claims></wst:RequestSecurityToken>"


def write_request(
    applies_to: str, claims: Mapping[str, str], *, token_type: str = SAML_TOKEN, act_as: bytes = b""
) -> bytes:
    """Asking for a token by version 1.3; ``act_as`` is the user's bootstrap token."""
    stated = "".join(
        f'<auth:ClaimType Uri="{escape_attribute(uri)}"><auth:Value>{escape(value)}</auth:Value></auth:ClaimType>'
        for uri, value in claims.items()
    )
    start = (
        f'<wst:RequestSecurityToken xmlns:wst="{WST13}"><wst:TokenType>{token_type}</wst:TokenType>'
        f"<wst:RequestType>{ISSUE13}</wst:RequestType><wst:KeyType>{PUBLIC_KEY}</wst:KeyType>"
    )
    acting = (
        b"".join((f'<wst14:ActAs xmlns:wst14="{WST14}">'.encode(), act_as, b"</wst14:ActAs>"))
        if act_as
        else b""
    )
    rest = (
        f'<wsp:AppliesTo xmlns:wsp="{WSP}"><wsa:EndpointReference xmlns:wsa="{WSA}"><wsa:Address>'
        f"{escape(applies_to)}</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>"
        f'<wst:Claims Dialect="{DIALECT}" xmlns:auth="{AUTH}">{stated}</wst:Claims></wst:RequestSecurityToken>'
    )
    return start.encode() + acting + rest.encode()


def write_answer(space: str, token_type: str, token: bytes, created: datetime, expires: datetime) -> bytes:
    """The answer with the token."""
    start = (
        f'<wst:RequestSecurityTokenResponse xmlns:wst="{space}"><wst:TokenType>{escape(token_type)}'
        "</wst:TokenType><wst:RequestedSecurityToken>"
    )
    end = (
        f'</wst:RequestedSecurityToken><wst:Lifetime xmlns:wsu="{WSU}"><wsu:Created>{zulu(created)}'
        f"</wsu:Created><wsu:Expires>{zulu(expires)}</wsu:Expires></wst:Lifetime>"
        "</wst:RequestSecurityTokenResponse>"
    )
    data = start.encode() + token + end.encode()
    if space == WST05:
        return data
    return (
        f'<wst:RequestSecurityTokenResponseCollection xmlns:wst="{space}">'.encode()
        + data
        + b"</wst:RequestSecurityTokenResponseCollection>"
    )


def token_in(body: etree._Element | None) -> etree._Element:
    """The assertion that an answer holds. Errors: ``SoapRefusal`` for an answer without exactly one."""
    found = [] if body is None else list(body.iterfind(f".//{{*}}RequestedSecurityToken/{ASSERTION}"))
    if len(found) != 1:
        raise SoapRefusal(CLIENT, f"the answer of the token service holds {len(found)} tokens; one is right")
    return found[0]
