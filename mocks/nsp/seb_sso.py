"""SEB's face to systems: a login as SAML's POST binding has it.

``POST /seb/sso`` takes what the user's browser brings from a system, the signed ``AuthnRequest``, and who the
user says to be in place of MitID; the answer is the page whose form goes back to the system with the
``SAMLResponse``. A denial travels the same way.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta
from html import escape
from urllib.parse import parse_qsl

from cryptography import x509
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.errors import BadInput
from mocks.identifiers import check_cpr
from mocks.limits import Refused
from mocks.nsp.seb import ISSUER, Login, Seb
from mocks.nsp.settings import Settings
from mocks.runtime import Runtime
from mocks.signatures import SignatureRefused, Signed, Verifier, issued_by
from mocks.standards.saml import protocol
from mocks.standards.saml.assertion import BadAssertion
from mocks.standards.saml.protocol import LoginRequest

SSO = "/seb/sso"
#: Where a system takes the answer.
CONSUMER = "/saml/acs"
NO_ROLE = "no_seb_role"
_MOST_FIELDS = 30
_LEEWAY = timedelta(minutes=5)
PREFIX = "https://saml."


def sso_routes(runtime: Runtime, settings: Settings, seb: Seb) -> list[Route]:
    """``POST /seb/sso``: fields ``SAMLRequest``, ``RelayState``, and of the user ``user``, ``name``, ``cpr``,
    ``cvr``, ``organisation``, ``authorisation``, ``role`` (each role once; ``no_roles`` for none)."""
    verify = Verifier(issued_by(settings.keys.authority), _read_request, id_attribute="ID", most_known=100)

    async def sso(request: Request) -> Response:
        fields = await _fields(request)
        asked, certificate = _request(fields.get("SAMLRequest", [""])[0])
        now = runtime.clock.now()
        system = asked.issuer.removeprefix(PREFIX)
        login = _login(fields, system)
        session = seb.log_in(login, certificate)
        assertion = b"" if session is None else b64decode(session.token)
        answered = protocol.write_answer(
            "_" + runtime.ids.uuid("seb-response"), asked.id, ISSUER, now, assertion, NO_ROLE
        )
        return _page(asked.reply_to, protocol.encoded(answered), fields.get("RelayState", [""])[0])

    def _request(value: str) -> tuple[LoginRequest, x509.Certificate]:
        now = runtime.clock.now()
        try:
            asked, certificate = verify(protocol.decoded(value), now)
        except (BadAssertion, SignatureRefused) as error:
            raise Refused(
                400, f"the request for a login: {error}", "SAMLRequest", "send a signed AuthnRequest"
            ) from None
        if abs(now - asked.issued) > _LEEWAY:
            raise Refused(
                400, "the request for a login is too old or too new", "SAMLRequest", "send a new one"
            )
        try:
            base = runtime.network.address(asked.issuer.removeprefix(PREFIX))
        except BadInput:
            base = ""
        if not base or asked.reply_to != base + CONSUMER:
            raise Refused(
                400,
                "the request is of a system that is not known here, or its answer would go elsewhere",
                "SAMLRequest",
                f"reply to {CONSUMER} at the address of the system {PREFIX}<system>",
            )
        return asked, certificate

    return [Route(SSO, sso, methods=["POST"])]


def _read_request(signed: Signed) -> tuple[LoginRequest, x509.Certificate]:
    return protocol.read_request(signed.element), signed.certificate


async def _fields(request: Request) -> dict[str, list[str]]:
    try:
        text = (await request.body()).decode()
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise Refused(400, "the form cannot be read", "body", "send an url-encoded form in UTF-8") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _login(fields: dict[str, list[str]], system: str) -> Login:
    """Who the user says to be. Errors: ``Refused``."""
    said = {name: values[0][:200] for name, values in fields.items()}
    if not said.get("user"):
        raise Refused(400, "nobody logs in", "user", "say who the user is")
    if said.get("cpr") and check_cpr(said["cpr"]) is not None:
        raise Refused(400, "the user's CPR number is none", "cpr", "send ten digits, or none")
    roles = [role[:200] for role in fields.get("role", []) if role]
    return Login(
        user=said["user"],
        system=system,
        organisation=said.get("organisation", ""),
        roles=[] if said.get("no_roles") else (roles or None),
        name=said.get("name", ""),
        cpr=said.get("cpr", ""),
        authorisation=said.get("authorisation", ""),
        cvr=said.get("cvr", ""),
    )


def _page(reply_to: str, response: str, relay: str) -> Response:
    """The page that sends the browser back; it works without a script."""
    text = (
        '<!DOCTYPE html><html lang="da"><head><meta charset="utf-8"><title>SEB</title></head><body>'
        f'<form method="post" action="{escape(reply_to)}">'
        f'<input type="hidden" name="SAMLResponse" value="{response}">'
        f'<input type="hidden" name="RelayState" value="{escape(relay)}">'
        '<button type="submit">Fortsæt</button></form></body></html>'
    )
    return Response(text, media_type="text/html", headers={"cache-control": "no-store"})
