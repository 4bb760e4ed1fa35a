"""SEB, the login broker of the health sector: who may look, and a token that says so for some hours.

The real broker answers with SAML assertions after a login at MitID Erhverv or the employer. Here one
request stands for all of it and the token means nothing to its bearer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from mocks.errors import TvaersError
from mocks.nsp.settings import Settings
from mocks.runtime import Runtime, fresh


class Login(msgspec.Struct, kw_only=True):
    """Somebody asks to be let in. ``roles`` left out means: the roles the employer gave are not the question;
    an empty list means: the employer gave none. ``organisation`` is a SOR id where it has that form."""

    user: str
    system: str
    organisation: str = ""
    roles: list[str] | None = None
    name: str = ""
    cpr: str = ""
    authorisation: str = ""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was let in, until ``expires``."""

    token: str
    user: str
    name: str
    system: str
    organisation: str
    roles: tuple[str, ...]
    expires: datetime
    cpr: str = ""
    authorisation: str = ""


class TokenRefused(TvaersError):
    """The token opens nothing. ``code`` is ``unknown_token`` or ``expired_token``."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class Seb:
    """Logins of one platform; they survive a restart."""

    #: Expired logins are kept for a day, so that their bearer hears "expired" and not "unknown".
    KEEP = timedelta(days=1)

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings
        self._sessions = runtime.store.collection("seb_sessions", Session)
        self._sweep_at: datetime | None = None

    def log_in(self, login: Login) -> Session | None:
        """A new session, or ``None`` for a user without the role."""
        if login.roles == [] or self._settings.lacks_seb_role(login.user):
            return None
        now = self._runtime.clock.now()
        self._sweep(now)
        session = Session(
            token=fresh(self._runtime.ids, "seb-token", self._sessions),
            user=login.user,
            name=login.name,
            system=login.system,
            organisation=login.organisation,
            roles=tuple(login.roles or ()),
            expires=now + timedelta(hours=self._settings.token_hours),
            cpr=login.cpr,
            authorisation=login.authorisation,
        )
        self._sessions.put(session.token, session)
        return session

    def check(self, token: str) -> Session:
        """The session of a token. Errors: ``TokenRefused``."""
        session = self._sessions.get(token)
        if session is None:
            raise TokenRefused("unknown_token", "this token was never given out here; log in at /seb/login")
        if self._runtime.clock.now() >= session.expires:
            raise TokenRefused("expired_token", "this login has expired; log in again at /seb/login")
        return session

    def _sweep(self, now: datetime) -> None:
        """Forget long expired logins, at most once an hour."""
        if self._sweep_at is not None and now < self._sweep_at:
            return
        self._sweep_at = now + timedelta(hours=1)
        for token in [t for t, s in self._sessions.items() if s.expires + self.KEEP < now]:
            self._sessions.drop(token)
