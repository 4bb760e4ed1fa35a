"""SEB, the login broker of the health sector: who may look, in an assertion that says so for some hours.

A system sends its user with a signed ``AuthnRequest``; the user logs in (here: says who it is), and comes
back with an assertion that SEB has signed. Whoever has no role in SEB comes back with a denial. In the
assertion stands a bootstrap token, which only that system may change into an id card at the STS.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from mocks.errors import TvaersError
from mocks.identifiers import make_user_cpr
from mocks.nsp.settings import Settings
from mocks.runtime import Runtime
from mocks.saml_login import entity_id, system_of
from mocks.signatures import PLACE, SignatureRefused, Signed, Verifier, only, sign
from mocks.standards.saml import assertion as assertions
from mocks.standards.saml import privileges as bpp
from mocks.standards.saml.assertion import Assertion, BadAssertion
from mocks.standards.saml.privileges import PrivilegeGroup
from mocks.standards.saml.protocol import decoded, wrap_bootstrap

ISSUER = "https://saml.seb.tvaers"
STS = "https://sts.nsp.tvaers"
CPR = "dk:gov:saml:attribute:CprNumberIdentifier"
CVR = "dk:gov:saml:attribute:CvrNumberIdentifier"
RID = "dk:gov:saml:attribute:RidNumberIdentifier"
LEVEL = "dk:gov:saml:attribute:AssuranceLevel"
PRIVILEGES = "dk:gov:saml:attribute:Privileges_intermediate"
NAME = "urn:oid:2.5.4.3"
ORGANISATION_NAME = "urn:oid:2.5.4.10"
BOOTSTRAP = "urn:liberty:disco:2006-08:DiscoveryEPR"
HAS_AUTHORISATION = "dk:healthcare:saml:attribute:HasUserAuthorization"
AUTHORISATIONS = "dk:healthcare:saml:attribute:UserAuthorizations"
#: Ours: SEB has no attribute for the unit of a user (a SOR id or municipality code); an assumption.
UNIT = "urn:tvaers:attribute:unit"
#: Ours: no national role of PPR or social workers is public; an assumption.
ROLE = "urn:tvaers:role:"


class Login(msgspec.Struct, kw_only=True):
    """Somebody asks to be let in. ``roles`` left out means: the roles the employer gave are not the question;
    an empty list means: the employer gave none. ``organisation`` is a SOR id where it has that form; ``cvr``
    the employer's."""

    user: str
    system: str
    organisation: str = ""
    roles: list[str] | None = None
    name: str = ""
    cpr: str = ""
    authorisation: str = ""
    cvr: str = ""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was let in, until ``expires``. ``token`` is the signed assertion in base64, with the
    bootstrap token in it as ``bootstrap``: neither is for any log."""

    token: str
    user: str
    name: str
    system: str
    organisation: str
    roles: tuple[str, ...]
    expires: datetime
    cpr: str = ""
    authorisation: str = ""
    cvr: str = ""
    bootstrap: str = ""


class TokenRefused(TvaersError):
    """The token opens nothing. ``code`` is ``unknown_token`` or ``expired_token``."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class SebCheck:
    """Reads SEB's assertions: whoever trusts SEB needs to ask nobody. One that was seen before is known."""

    _MOST_KNOWN = 20_000

    def __init__(self, trusts: Callable[[x509.Certificate], bool]) -> None:
        self._verify = Verifier(trusts, _read, id_attribute="ID", most_known=1)
        self._known: dict[bytes, Session] = {}

    def check(self, token: str, now: datetime) -> Session:
        """The session of a token. Errors: ``TokenRefused``."""
        mark = sha256(token.encode()).digest()
        session = self._known.get(mark)
        if session is None:
            session = self._first(token, now)
            if len(self._known) >= self._MOST_KNOWN:
                for oldest in list(self._known)[: self._MOST_KNOWN // 10]:
                    del self._known[oldest]
            self._known[mark] = session
        if now >= session.expires:
            raise TokenRefused("expired_token", "this login has expired; log in again at SEB")
        return session

    def _first(self, token: str, now: datetime) -> Session:
        try:
            element = decoded(token)
            return session_of(self._verify(element, now), token)
        except (BadAssertion, SignatureRefused):
            raise TokenRefused("unknown_token", "this is no login that SEB gave out; log in at SEB") from None


def _read(signed: Signed) -> Assertion:
    return assertions.read(signed.element)


def session_of(assertion: Assertion, token: str) -> Session:
    """The session that an assertion of SEB tells of. Errors: ``BadAssertion``."""
    held = assertion.attributes
    groups = bpp.read(held[PRIVILEGES]) if held.get(PRIVILEGES) else ()
    return Session(
        token=token,
        user=held.get(RID, ""),
        name=held.get(NAME, ""),
        system=system_of(assertion.audience),
        organisation=held.get(UNIT, ""),
        roles=tuple(p.removeprefix(ROLE) for group in groups for p in group.privileges),
        expires=assertion.not_on_or_after,
        cpr=held.get(CPR, ""),
        authorisation=held.get(AUTHORISATIONS, ""),
        cvr=held.get(CVR, ""),
        bootstrap=held.get(BOOTSTRAP, ""),
    )


class Seb:
    """The broker: it gives out assertions, and keeps nothing."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings
        self._key = settings.keys.key("seb")
        self._check = SebCheck(only(self._key))

    def check(self, token: str) -> Session:
        """The session of a token. Errors: ``TokenRefused``."""
        return self._check.check(token, self._runtime.clock.now())

    def log_in(self, login: Login, holder: x509.Certificate | None = None) -> Session | None:
        """A new login, or ``None`` for a user without the role.

        ``holder`` is the certificate of the system that sent the user, which alone may use the bootstrap token.
        """
        if login.roles == [] or self._settings.lacks_seb_role(login.user):
            return None
        now = self._runtime.clock.now().replace(microsecond=0)
        common = {
            CPR: login.cpr or make_user_cpr(login.user),
            CVR: login.cvr,
            RID: login.user,
            LEVEL: "3",
            NAME: login.name,
            ORGANISATION_NAME: login.cvr and f"CVR {login.cvr}",
            UNIT: login.organisation,
            HAS_AUTHORISATION: "true" if login.authorisation else "false",
            AUTHORISATIONS: login.authorisation,
        }
        if login.roles:
            group = PrivilegeGroup(cvr=login.cvr, privileges=tuple(ROLE + role for role in login.roles))
            common[PRIVILEGES] = bpp.write([group])
        common = {name: value for name, value in common.items() if value}
        if holder is not None:
            held = b64encode(holder.public_bytes(Encoding.DER)).decode()
            common[BOOTSTRAP] = wrap_bootstrap(self._signed(login, now, common, STS, held), STS)
        signed = self._signed(login, now, common, entity_id(login.system))
        token = b64encode(signed).decode()
        return session_of(assertions.read(etree.fromstring(signed)), token)

    def _signed(
        self, login: Login, now: datetime, attributes: dict[str, str], audience: str, holder: str = ""
    ) -> bytes:
        assertion = Assertion(
            id="_" + self._runtime.ids.uuid("seb-assertion"),
            issuer=ISSUER,
            subject=f"{login.cvr}-{login.user}" if login.cvr else login.user,
            audience=audience,
            issued=now,
            not_before=now,
            not_on_or_after=now + timedelta(hours=self._settings.token_hours),
            attributes=attributes,
            holder=holder,
        )
        return sign(assertions.write(assertion, PLACE), self._key, id_attribute="ID")
