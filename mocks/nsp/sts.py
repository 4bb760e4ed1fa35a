"""The platform's security token service: it signs the id cards of systems, and makes those of users.

A system asks with a card that it signed itself, by a certificate that names its owner (level 3). For a user it
brings the bootstrap token of the login at SEB, in a message that it signs (level 4). Claims, actors and lifetimes
beyond what is published are assumptions.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from hashlib import sha1

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.responses import Response
from starlette.routing import Route

from mocks import message_signatures, soap
from mocks.nsp import seb as sebs
from mocks.nsp.seb import session_of
from mocks.nsp.settings import Settings
from mocks.runtime import Runtime
from mocks.signatures import PLACE, Digest, SignatureRefused, Signed, Verifier, cvr_of, issued_by, only, sign
from mocks.soap import Received
from mocks.standards import ws_trust
from mocks.standards.dgws import header as headers
from mocks.standards.dgws import id_card
from mocks.standards.dgws.fault_codes import DgwsFault
from mocks.standards.dgws.header import HEADER, Header
from mocks.standards.dgws.id_card import SECURITY, CardType, CardUser, IdCard
from mocks.standards.saml import assertion as assertions
from mocks.standards.saml.assertion import Assertion, BadAssertion
from mocks.standards.soap.envelope import Envelope
from mocks.standards.ws_trust import (
    CARD_TOKEN,
    FAILED_AUTHENTICATION,
    INVALID_REQUEST,
    REQUEST_FAILED,
    TokenRequest,
    TrustFault,
)

ISSUER = "TVAERS-STS"
SYSTEM_CARDS = "/sts/services/NewSecurityTokenService"
USER_CARDS = "/sts/services/BST2SOSI"
ISSUE = "Issue"
AUTHORISATION = "dk:sosi:sts:autorisation"
IT_SYSTEM = "dk:sosi:sts:its"
OWNER = "dk:sosi:sts:cvrridcpr"
BOOTSTRAP = "dk:sosi:sts:bst2sosi"
#: What a system may ask to stand in a user's card.
CLAIM_SYSTEM = "medcom:ITSystemName"
CLAIM_ROLE = "medcom:UserRole"
CLAIM_AUTHORISATION = "medcom:UserAuthorizationCode"
CLAIM_PROVIDER_NAME = "medcom:CareProviderName"


class TokenService:
    """The STS of one platform."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings
        self._key = settings.keys.key("sts")
        self._systems = issued_by(settings.keys.authority)
        self._own_cards = Verifier(self._systems, _own_card, id_attribute="id", most_known=100)
        self._logins = Verifier(only(settings.keys.key("seb")), _login, id_attribute="ID", most_known=100)

    # A system's card ---------------------------------------------------------------------------------------

    async def system_card(self, asked: Received) -> Response:
        """``Issue`` at the STS: the caller's card comes back, signed by the STS."""
        header = headers.header_of(asked.envelope)
        request = ws_trust.read_request(asked.envelope.body)
        now = self._runtime.clock.now()
        card = self.issue_system(request, now)
        reply = Header(message_id=self._uuid("dgws-message"), in_response_to=header.message_id)
        return self._answer(asked.envelope, request, card, [headers.write(reply)])

    def issue_system(self, request: TokenRequest, now: datetime) -> IdCard:
        """The card that a system gets. Errors: ``TrustFault``."""
        if request.card is None:
            raise TrustFault(INVALID_REQUEST, "the claims hold no id card", space=request.space)
        try:
            own, certificate = self._own_cards(request.card, now)
        except (SignatureRefused, DgwsFault) as error:
            reason = f"the id card: {error}"
            raise TrustFault(FAILED_AUTHENTICATION, reason, IT_SYSTEM, space=request.space) from None
        if own.type is not CardType.SYSTEM:
            raise TrustFault(
                FAILED_AUTHENTICATION,
                "a user's card needs the user's own certificate; get one for a login at SEB by BST2SOSI",
                OWNER,
                space=request.space,
            )
        if not own.holds(now):
            raise TrustFault(
                FAILED_AUTHENTICATION, "the id card is not valid now", IT_SYSTEM, space=request.space
            )
        if not own.cvr or own.cvr != cvr_of(certificate):
            raise TrustFault(
                FAILED_AUTHENTICATION,
                "the care provider of the id card is not the owner of the certificate",
                OWNER,
                space=request.space,
            )
        return self._stamped(own, certificate, now, now + timedelta(hours=self._settings.card_hours), level=3)

    # A user's card -----------------------------------------------------------------------------------------

    async def user_card(self, asked: Received) -> Response:
        """``BST2SOSI``: a bootstrap token of SEB is changed into a user's card."""
        request = ws_trust.read_request(asked.envelope.body)
        now = self._runtime.clock.now()
        try:
            certificate = message_signatures.verify(asked.envelope, self._systems, now)
        except SignatureRefused as error:
            raise TrustFault(FAILED_AUTHENTICATION, str(error), BOOTSTRAP, space=request.space) from None
        return self._answer(asked.envelope, request, self.issue_user(request, certificate, now), [])

    def issue_user(self, request: TokenRequest, certificate: x509.Certificate, now: datetime) -> IdCard:
        """The card of the user that logged in, for the system with this certificate. Errors: ``TrustFault``."""
        space, claims = request.space, request.claims
        if request.act_as is None:
            raise TrustFault(INVALID_REQUEST, "there is no bootstrap token in ActAs", BOOTSTRAP, space=space)
        try:
            login = self._logins(request.act_as, now)
            session = session_of(login, "")
        except (SignatureRefused, BadAssertion) as error:
            reason = f"the bootstrap token: {error}"
            raise TrustFault(FAILED_AUTHENTICATION, reason, BOOTSTRAP, space=space) from None
        if not login.holds(now):
            raise TrustFault(
                FAILED_AUTHENTICATION, "the bootstrap token is not valid now", BOOTSTRAP, space=space
            )
        if login.audience != sebs.STS or b64decode(login.holder) != certificate.public_bytes(Encoding.DER):
            raise TrustFault(
                FAILED_AUTHENTICATION, "the bootstrap token is another system's", BOOTSTRAP, space=space
            )
        wanted = claims.get(CLAIM_AUTHORISATION, "")
        if wanted and wanted != session.authorisation:
            raise TrustFault(
                REQUEST_FAILED,
                "the user does not have the authorisation that is asked for",
                AUTHORISATION,
                space=space,
            )
        if not session.cvr:
            raise TrustFault(REQUEST_FAILED, "the login names no employer", OWNER, space=space)
        given, _, surname = session.name.strip().rpartition(" ")
        user = CardUser(
            cpr=session.cpr,
            given=given or surname or "-",
            surname=surname or "-",
            role=claims.get(CLAIM_ROLE) or (session.roles[0] if session.roles else "") or "-",
            authorisation=session.authorisation,
        )
        own = IdCard(
            id="",
            type=CardType.USER,
            level=4,
            issuer="",
            not_before=now,
            not_on_or_after=session.expires,
            system=claims.get(CLAIM_SYSTEM, "-"),
            provider=session.cvr,
            provider_name=claims.get(CLAIM_PROVIDER_NAME, ""),
            name_id=session.cpr,
            name_format="medcom:cprnumber",
            user=user,
        )
        until = min(session.expires, now + timedelta(hours=self._settings.card_hours))
        return self._stamped(own, certificate, now, until, level=4)

    # Both --------------------------------------------------------------------------------------------------

    def _stamped(
        self, card: IdCard, certificate: x509.Certificate, now: datetime, until: datetime, *, level: int
    ) -> IdCard:
        start = now.replace(microsecond=0)
        digest = sha1(certificate.public_bytes(Encoding.DER), usedforsecurity=False).digest()
        return msgspec.structs.replace(
            card,
            id=self._uuid("id-card"),
            issuer=ISSUER,
            level=level,
            not_before=start,
            not_on_or_after=until.replace(microsecond=0),
            issued=start,
            certificate_hash=b64encode(digest).decode(),
        )

    def signed(self, card: IdCard) -> bytes:
        """The card as the STS gives it out."""
        return sign(
            id_card.write(card, PLACE),
            self._key,
            id_attribute="id",
            digest=Digest.SHA1,
            signature_id=id_card.SIGNATURE_ID,
        )

    def _answer(self, asked: Envelope, request: TokenRequest, card: IdCard, blocks: list[bytes]) -> Response:
        body = ws_trust.write_answer(
            request.space, CARD_TOKEN, self.signed(card), card.not_before, card.not_on_or_after
        )
        message_id = "urn:uuid:" + self._uuid("soap-message")
        return soap.answer(asked, body, action=ws_trust.ANSWER13, message_id=message_id, headers=blocks)

    def _uuid(self, purpose: str) -> str:
        return self._runtime.ids.uuid(purpose)


def _own_card(signed: Signed) -> tuple[IdCard, x509.Certificate]:
    return id_card.read(signed.element), signed.certificate


def _login(signed: Signed) -> Assertion:
    return assertions.read(signed.element)


def sts_routes(runtime: Runtime, settings: Settings) -> list[Route]:
    """``POST /sts/services/NewSecurityTokenService`` (``Issue``), ``POST /sts/services/BST2SOSI``: SOAP 1.1."""
    service = TokenService(runtime, settings)
    understood = (SECURITY, HEADER)
    system_card = soap.endpoint(runtime, service.system_card, understood=understood)
    user_card = soap.endpoint(runtime, service.user_card, understood=understood)
    return [
        Route(SYSTEM_CARDS, system_card, methods=["POST"]),
        Route(USER_CARDS, user_card, methods=["POST"]),
    ]
