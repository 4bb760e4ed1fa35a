"""KOMBIT's token service: a system gets a token for one service, in the name of one authority.

WS-Trust 1.3 over SOAP 1.2, in a message that the system signs. The token is a SAML assertion that only the holder
of the system's key may use, with the CVR number and what the service agreement allows. The codes of the faults
(5002, 5607, 5015) are KOMBIT's; the address, the faults' form around them and the lifetime are assumptions.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.responses import Response
from starlette.routing import Route

from mocks import message_signatures, soap
from mocks.kombit.access_settings import Settings
from mocks.kombit.privileges import granted
from mocks.runtime import Runtime
from mocks.signatures import PLACE, SignatureRefused, issued_by, sign
from mocks.soap import Received
from mocks.standards import ws_trust
from mocks.standards.dgws.id_card import SECURITY
from mocks.standards.safe_xml import escape
from mocks.standards.saml import assertion as assertions
from mocks.standards.saml import privileges as bpp
from mocks.standards.saml.assertion import Assertion
from mocks.standards.soap.faults import CLIENT, SoapRefusal
from mocks.standards.ws_trust import ANSWER13, INVALID_REQUEST, SAML_TOKEN, TokenRequest, TrustFault

PATH = "/runtime/services/kombittrust/14/certificatemixed"
ISSUER = "https://adgangsstyring.tvaers/sts"
CVR = "dk:gov:saml:attribute:CvrNumberIdentifier"
PRIVILEGES = "dk:gov:saml:attribute:Privileges_intermediate"
LEVEL = "dk:gov:saml:attribute:AssuranceLevel"
SPEC_VERSION = "dk:gov:saml:attribute:SpecVer"
KOMBIT_VERSION = "dk:gov:saml:attribute:KombitSpecVer"
NO_CONNECTION = "5002"
NOT_AUTHENTICATED = "5607"
NO_CVR = "5015"
_FAULT = "urn:tvaers:kombit:FrameworkFault"


class FrameworkFault(SoapRefusal):
    """A token that is refused with one of KOMBIT's codes. ``number`` is the code."""

    def __init__(self, number: str, text: str) -> None:
        self.number = number
        details = f"{number}: {text}"
        detail = f'<FrameworkFault xmlns="{_FAULT}"><Details>{escape(details)}</Details></FrameworkFault>'
        super().__init__(CLIENT, details, detail.encode())


class TokenService:
    """The token service."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings
        self._key = settings.keys.key("kombit-sts")
        self._systems = issued_by(settings.keys.authority)

    async def issue(self, asked: Received) -> Response:
        """A token for the asker. Errors: ``FrameworkFault``, ``TrustFault``."""
        now = self._runtime.clock.now()
        try:
            certificate = message_signatures.verify(asked.envelope, self._systems, now)
        except SignatureRefused as error:
            raise FrameworkFault(NOT_AUTHENTICATED, f"authentication failed: {error}") from None
        request = ws_trust.read_request(asked.envelope.body)
        expires = now.replace(microsecond=0) + timedelta(hours=self._settings.token_hours)
        token = self._token(request, certificate, now.replace(microsecond=0), expires)
        body = ws_trust.write_answer(request.space, SAML_TOKEN, token, now, expires)
        message_id = "urn:uuid:" + self._runtime.ids.uuid("soap-message")
        return soap.answer(asked.envelope, body, action=ANSWER13, message_id=message_id)

    def _token(
        self, request: TokenRequest, certificate: x509.Certificate, now: datetime, expires: datetime
    ) -> bytes:
        system = _name(certificate)
        if not self._settings.knows(system):
            raise FrameworkFault(NOT_AUTHENTICATED, "authentication failed: no system has this certificate")
        if request.token_type != SAML_TOKEN:
            raise TrustFault(INVALID_REQUEST, "TokenType is another than SAML 2.0", space=request.space)
        cvr = request.claims.get(CVR, "")
        if not cvr:
            raise FrameworkFault(NO_CVR, "the claim with the CVR number is missing")
        agreement = self._settings.agreement(system, cvr, request.applies_to)
        if agreement is None:
            raise FrameworkFault(
                NO_CONNECTION,
                "no connection found: there is no service agreement with the service for this authority",
            )
        groups = granted(agreement.reach, agreement.roles, agreement.subjects, agreement.level)
        assertion = Assertion(
            id="_" + self._runtime.ids.uuid("system-token"),
            issuer=ISSUER,
            subject=system,
            audience=request.applies_to,
            issued=now,
            not_before=now,
            not_on_or_after=expires,
            attributes={
                CVR: cvr,
                LEVEL: "3",
                SPEC_VERSION: "DK-SAML-2.0",
                KOMBIT_VERSION: "1.0",
                PRIVILEGES: bpp.write(groups),
            },
            holder=b64encode(certificate.public_bytes(Encoding.DER)).decode(),
        )
        return sign(assertions.write(assertion, PLACE), self._key, id_attribute="ID")


def _name(certificate: x509.Certificate) -> str:
    """The system that a certificate names."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def sts_route(runtime: Runtime, settings: Settings) -> Route:
    """``POST`` of a request for a token."""
    service = TokenService(runtime, settings)
    return Route(PATH, soap.endpoint(runtime, service.issue, understood=(SECURITY,)), methods=["POST"])
