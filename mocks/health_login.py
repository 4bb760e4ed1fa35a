"""How a system gets its users and itself into the health sector: SEB, then an id card of the platform's STS.

A login and a card are kept, in memory only, until they expire: a second look-up of the same user asks nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from mocks import message_signatures, saml_login, soap
from mocks.drivers.keys import KeyRing
from mocks.errors import Unreachable
from mocks.nsp import sts
from mocks.nsp.id_cards import IdCardCheck
from mocks.nsp.seb import SebCheck, Session, TokenRefused
from mocks.nsp.seb_sso import NO_ROLE, SSO
from mocks.overview.lookup_log import Outcome, User
from mocks.overview.session import Failure, denied, failure_of
from mocks.runtime import Runtime
from mocks.signatures import PLACE, Digest, Key, Keys, only, sign
from mocks.soap import SaidFault
from mocks.standards import ws_trust
from mocks.standards.dgws import header as headers
from mocks.standards.dgws import id_card
from mocks.standards.dgws.fault_codes import DgwsFault, fault_code_in
from mocks.standards.dgws.header import Header
from mocks.standards.dgws.id_card import CardType, IdCard
from mocks.standards.saml import protocol
from mocks.standards.saml.assertion import BadAssertion
from mocks.standards.saml.protocol import LoginRequest
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import SoapRefusal

PLATFORM = "nsp"
#: Whom a user's card is for, as BST2SOSI wants it said.
APPLIES_TO = "http://sosi.dk"
#: Long before a card expires, it is replaced, so that none expires on its way.
_MARGIN = timedelta(minutes=5)
_MOST_LOGINS = 10_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LoginSettings:
    """How a system logs in. ``name`` is what its cards say; ``cvr`` its owner's number, which stands in its
    certificate; ``cvr_of``: municipality code -> CVR number of a user's employer, else the owner's own.
    ``keys``: where the system has its key from, and whom it trusts as SEB and STS.
    """

    name: str = "tvaers"
    cvr: str = "29190941"
    owner: str = ""
    cvr_of: Mapping[str, str] = field(default_factory=dict)
    keys: Keys = field(default_factory=KeyRing)
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Card:
    """An id card. ``security`` is the header ``wsse:Security``, ready for an envelope; it is for no log."""

    security: bytes = field(repr=False)
    card: IdCard = field(repr=False)

    def headers(self, message_id: str) -> list[bytes]:
        """The two headers that every DGWS service wants."""
        level = str(self.card.level)
        return [headers.write(Header(message_id=message_id, security_level=level)), self.security]


class HealthLogin:
    """The logins of one system."""

    def __init__(self, runtime: Runtime, settings: LoginSettings) -> None:
        self._runtime, self._settings = runtime, settings
        self._key: Key = settings.keys.key(runtime.system, settings.cvr)
        self._seb = SebCheck(only(settings.keys.key("seb")))
        self._cards = IdCardCheck(settings.keys.key("sts"))
        self._sessions: dict[User, Session] = {}
        self._user_cards: dict[User, Card] = {}
        self._system_card: Card | None = None

    # A user's login ----------------------------------------------------------------------------------------

    async def session(self, user: User, seconds: float | None = None) -> Session | Failure:
        """The user's login at SEB, kept till it expires; or why there is none."""
        now = self._runtime.clock.now()
        kept = self._sessions.get(user)
        if kept is not None and now < kept.expires:
            return kept
        self._user_cards.pop(user, None)
        try:
            found = await self._log_in(user, now, seconds or self._settings.seconds)
        except Unreachable as error:
            return failure_of(error, "Login (SEB)")
        if isinstance(found, Session):
            _keep(self._sessions, user, found)
        return found

    async def token(self, user: User, seconds: float | None = None) -> str | Failure:
        """The assertion of the user's login, as the overview's own services take it."""
        found = await self.session(user, seconds)
        return found if isinstance(found, Failure) else found.token

    def request(self, user: User) -> tuple[LoginRequest, dict[str, str]]:
        """A login that a browser carries to SEB: the request, to be remembered, and the fields of the form."""
        return saml_login.request(self._runtime, self._key, PLATFORM, SSO, self._said(user))

    def received(self, user: User, asked: LoginRequest, value: str) -> Session | Failure:
        """What a browser brought back from SEB: the login, which is kept, or why there is none."""
        try:
            found = self._read(saml_login.read(PLATFORM, asked, value), self._runtime.clock.now())
        except Unreachable as error:
            return failure_of(error, "Login (SEB)")
        if isinstance(found, Session):
            self._user_cards.pop(user, None)
            _keep(self._sessions, user, found)
        return found

    async def _log_in(self, user: User, now: datetime, seconds: float) -> Session | Failure:
        answered = await saml_login.ask(
            self._runtime, self._key, PLATFORM, SSO, self._said(user), seconds=seconds
        )
        return self._read(answered, now)

    def _said(self, user: User) -> dict[str, str]:
        """What the system tells SEB of its user."""
        return {
            "user": user.id,
            "name": user.name,
            "cpr": user.cpr,
            "cvr": self._settings.cvr_of.get(user.municipality, self._settings.cvr),
            "organisation": user.organisation or user.municipality,
            "authorisation": user.authorisation,
            "role": user.role,
        }

    def _read(self, answered: saml_login.Answer, now: datetime) -> Session | Failure:
        """The login in SEB's answer; a denial is a ``Failure``."""
        if not answered.token:
            code = NO_ROLE if answered.message == NO_ROLE else "login_denied"
            return denied(code, answered.message)
        try:
            session = self._seb.check(answered.token, now)
        except TokenRefused as error:
            return _unusable("SEB", str(error))
        if session.system != self._runtime.system:
            return _unusable("SEB", "the assertion is for another system")
        return session

    # Cards -------------------------------------------------------------------------------------------------

    async def user_card(self, user: User, seconds: float | None = None) -> Card | Failure:
        """The user's id card, kept till it expires: SEB, then BST2SOSI."""
        now = self._runtime.clock.now()
        kept = self._user_cards.get(user)
        if kept is not None and kept.card.holds(now):
            return kept
        session = await self.session(user, seconds)
        if isinstance(session, Failure):
            return session
        claims = {sts.CLAIM_SYSTEM: self._settings.name, sts.CLAIM_PROVIDER_NAME: self._settings.owner}
        claims |= {sts.CLAIM_AUTHORISATION: user.authorisation, sts.CLAIM_ROLE: user.role}
        try:
            body = ws_trust.write_request(
                APPLIES_TO,
                {uri: value for uri, value in claims.items() if value},
                token_type=ws_trust.CARD_TOKEN,
                act_as=protocol.unwrap_bootstrap(session.bootstrap),
            )
            message = message_signatures.write(
                SoapVersion.SOAP11,
                body,
                self._key,
                action=ws_trust.ACTION13,
                message_id="urn:uuid:" + self._runtime.ids.uuid("soap-message"),
                to=self._runtime.network.address(PLATFORM) + sts.USER_CARDS,
                now=now,
            )
            answered = await soap.send(
                self._runtime,
                PLATFORM,
                sts.USER_CARDS,
                message,
                version=SoapVersion.SOAP11,
                action=ws_trust.ACTION13,
                timeout=seconds or self._settings.seconds,
            )
            card = self._received(answered)
        except (SaidFault, Unreachable, SoapRefusal, BadAssertion) as error:
            return soap_failure(error, "Adgang (STS)")
        _keep(self._user_cards, user, card)
        return card

    async def system_card(self) -> Card:
        """The system's own id card, kept till shortly before it expires.

        Errors: ``SaidFault``, ``Unreachable``; ``SoapRefusal`` for an answer without a card that holds.
        """
        now = self._runtime.clock.now()
        kept = self._system_card
        if kept is not None and now + _MARGIN < kept.card.not_on_or_after:
            return kept
        settings, runtime = self._settings, self._runtime
        start = now.replace(microsecond=0)
        own = IdCard(
            id=runtime.ids.uuid("own-card"),
            type=CardType.SYSTEM,
            level=3,
            issuer=settings.name.replace(" ", "-"),
            not_before=start,
            not_on_or_after=start + timedelta(hours=24),
            system=settings.name,
            provider=settings.cvr,
            provider_name=settings.owner,
            name_id=settings.name,
        )
        signed = sign(
            id_card.write(own, PLACE),
            self._key,
            id_attribute="id",
            digest=Digest.SHA1,
            signature_id=id_card.SIGNATURE_ID,
        )
        asked = Header(message_id=runtime.ids.uuid("dgws-message"), security_level="3")
        answered = await soap.call(
            runtime,
            PLATFORM,
            sts.SYSTEM_CARDS,
            ws_trust.write_card_request(signed),
            version=SoapVersion.SOAP11,
            action=sts.ISSUE,
            headers=[headers.write(asked)],
            timeout=settings.seconds,
        )
        self._system_card = self._received(answered)
        return self._system_card

    def _received(self, answered: soap.SoapAnswer) -> Card:
        """The card in an answer of the STS, with its signature checked."""
        assertion = ws_trust.token_in(answered.envelope.body)
        now = self._runtime.clock.now()
        card = self._cards.verified(assertion, now)
        return Card(id_card.write_security(now, protocol.bare(assertion)), card)


def _keep(kept: dict[User, T], user: User, value: T) -> None:
    """Keep one more, and forget the oldest when there are too many."""
    if len(kept) >= _MOST_LOGINS:
        del kept[next(iter(kept))]
    kept[user] = value


def _unusable(who: str, why: str) -> Failure:
    return Failure(Outcome.ERROR, "unusable", f"{who}: {why}", f"{who} svarede forkert. Prøv igen senere.")


def soap_failure(error: Exception, what: str) -> Failure:
    """What a SOAP service's no means for a look-up: DGWS's own code, where the fault has one."""
    if isinstance(error, SaidFault):
        code = fault_code_in(error.fault) or error.fault.name
        return Failure(Outcome.DENIED, code, str(error), "Du har ikke adgang.")
    if isinstance(error, DgwsFault):
        return _unusable(what, error.reason)
    if isinstance(error, SoapRefusal | BadAssertion):
        return _unusable(what, str(error))
    return failure_of(error, what)
