"""How a municipal system gets its tokens at KOMBIT's access management, and its users theirs.

Tokens are kept, in memory only, until shortly before they expire.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from lxml import etree

from mocks import message_signatures, saml_login, soap
from mocks.errors import Unreachable
from mocks.health_login import LoginSettings, soap_failure
from mocks.kombit import context_handler, sts
from mocks.kombit.tokens import write_security
from mocks.overview.lookup_log import User
from mocks.overview.session import Failure, denied
from mocks.runtime import Runtime
from mocks.signatures import Key, SignatureRefused, Signed, Verifier, only
from mocks.soap import SaidFault
from mocks.standards import ws_trust
from mocks.standards.saml import assertion as assertions
from mocks.standards.saml import protocol
from mocks.standards.saml.assertion import Assertion, BadAssertion
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import CLIENT, SoapRefusal

ACCESS = "adgangsstyring"
_MARGIN = timedelta(minutes=5)
_MOST_KEPT = 10_000

_K = TypeVar("_K")
_V = TypeVar("_V")


class NoToken(Unreachable):
    """The token service answered with something that is no token to use."""


class KombitLogin:
    """The tokens of one system. ``settings.keys`` says whom it trusts."""

    def __init__(self, runtime: Runtime, settings: LoginSettings) -> None:
        self._runtime, self._settings = runtime, settings
        self._key: Key = settings.keys.key(runtime.system, settings.cvr)
        self._systems = Verifier(
            only(settings.keys.key("kombit-sts")), _read, id_attribute="ID", most_known=1000
        )
        self._users = Verifier(
            only(settings.keys.key("context-handler")), _read, id_attribute="ID", most_known=1000
        )
        self._tokens: dict[tuple[str, str], tuple[bytes, datetime]] = {}
        self._people: dict[User, tuple[bytes, datetime]] = {}

    async def system_token(self, cvr: str, applies_to: str, seconds: float | None = None) -> bytes:
        """The token for a service in the name of an authority. ``seconds``: how long the token service may take
        at most.

        Errors: ``SaidFault``, ``Unreachable``; ``SoapRefusal`` for an answer without a token that holds.
        """
        now = self._runtime.clock.now()
        kept = self._tokens.get((cvr, applies_to))
        if kept is not None and now + _MARGIN < kept[1]:
            return kept[0]
        message = message_signatures.write(
            SoapVersion.SOAP12,
            ws_trust.write_request(applies_to, {sts.CVR: cvr}),
            self._key,
            action=ws_trust.ACTION13,
            message_id="urn:uuid:" + self._runtime.ids.uuid("soap-message"),
            to=self._runtime.network.address(ACCESS) + sts.PATH,
            now=now,
        )
        answered = await soap.send(
            self._runtime,
            ACCESS,
            sts.PATH,
            message,
            version=SoapVersion.SOAP12,
            action=ws_trust.ACTION13,
            timeout=min(self._settings.seconds, self._settings.seconds if seconds is None else seconds),
        )
        element = ws_trust.token_in(answered.envelope.body)
        token, expires = self._received(self._systems, element)
        _keep(self._tokens, (cvr, applies_to), (token, expires))
        return token

    async def user_token(self, user: User) -> bytes | Failure:
        """The assertion of a user's login at the Context Handler, or why there is none."""
        now = self._runtime.clock.now()
        kept = self._people.get(user)
        if kept is not None and now < kept[1]:
            return kept[0]
        form = {"user": user.id, "name": user.name, "role": user.role}
        form["cvr"] = self._settings.cvr_of.get(user.municipality, self._settings.cvr)
        try:
            answered = await saml_login.ask(
                self._runtime, self._key, ACCESS, context_handler.PATH, form, seconds=self._settings.seconds
            )
            if not answered.token:
                return denied(answered.message or "login_denied", "the Context Handler turned the user away")
            element = etree.fromstring(b64decode(answered.token))
            token, expires = self._received(self._users, element)
        except (Unreachable, SoapRefusal) as error:
            return soap_failure(error, "Login (Context Handler)")
        _keep(self._people, user, (token, expires))
        return token

    def securing(self, cvr: str, applies_to: str) -> Callable[[float], Awaitable[bytes]]:
        """What gives the header of each request in the name of that authority, for a client of the service; it
        takes at most so many seconds.

        It raises ``SaidFault`` and ``Unreachable``.
        """

        async def secure(seconds: float) -> bytes:
            try:
                return write_security([await self.system_token(cvr, applies_to, seconds)])
            except SoapRefusal as error:
                raise NoToken(str(error)) from None

        return secure

    async def security(self, cvr: str, applies_to: str, user: User | None = None) -> bytes | Failure:
        """The header ``wsse:Security`` for a request to a service, in the name of ``user`` where one looks."""
        try:
            tokens = [await self.system_token(cvr, applies_to)]
        except (SaidFault, Unreachable, SoapRefusal) as error:
            return soap_failure(error, "Adgang (KOMBIT)")
        if user is not None:
            of_user = await self.user_token(user)
            if isinstance(of_user, Failure):
                return of_user
            tokens.append(of_user)
        return write_security(tokens)

    def _received(self, verify: Verifier[Assertion], element: etree._Element) -> tuple[bytes, datetime]:
        """A token as bytes, and until when it holds; its signature is checked. Errors: ``SoapRefusal``."""
        try:
            token = verify(element, self._runtime.clock.now())
            return protocol.bare(element), token.not_on_or_after
        except (SignatureRefused, BadAssertion) as error:
            raise SoapRefusal(CLIENT, f"the token that was received: {error}") from None


def _read(signed: Signed) -> Assertion:
    return assertions.read(signed.element)


def _keep(kept: dict[_K, _V], key: _K, value: _V) -> None:
    if len(kept) >= _MOST_KEPT:
        del kept[next(iter(kept))]
    kept[key] = value
