"""SEB's face to systems: ``POST /seb/sso``, a login as SAML's POST binding has it. A denial travels the same way."""

from __future__ import annotations

from base64 import b64decode

from cryptography import x509
from starlette.responses import Response
from starlette.routing import Route

from mocks.identifiers import check_cpr
from mocks.limits import Refused
from mocks.nsp.seb import ISSUER, Login, Seb
from mocks.nsp.seb_screen import way_back
from mocks.nsp.settings import Settings
from mocks.runtime import Runtime
from mocks.saml_login import Fields, first, login_route

SSO = "/seb/sso"
NO_ROLE = "no_seb_role"


def sso_route(runtime: Runtime, settings: Settings, seb: Seb) -> Route:
    """The fields of the user: ``user``, ``name``, ``cpr``, ``cvr``, ``organisation``, ``authorisation``,
    ``role`` (each role once; ``no_roles`` for none)."""

    def log_in(fields: Fields, system: str, certificate: x509.Certificate) -> bytes | None:
        session = seb.log_in(_login(fields, system), certificate)
        return None if session is None else b64decode(session.token)

    def shown(fields: Fields, reply_to: str, response: str, denied: bool) -> Response:
        user = first(fields, "name") or first(fields, "user")
        return way_back(reply_to, response, first(fields, "RelayState"), user, NO_ROLE if denied else "")

    return login_route(SSO, runtime, settings.keys.authority, ISSUER, log_in, denial=NO_ROLE, shown=shown)


def _login(fields: Fields, system: str) -> Login:
    """Who the user says to be. Errors: ``Refused``."""
    if not first(fields, "user"):
        raise Refused(400, "nobody logs in", "user", "say who the user is")
    cpr = first(fields, "cpr")
    if cpr and check_cpr(cpr) is not None:
        raise Refused(400, "the user's CPR number is none", "cpr", "send ten digits, or none")
    roles = [role for role in fields.get("role", []) if role]
    return Login(
        user=first(fields, "user"),
        system=system,
        organisation=first(fields, "organisation"),
        roles=[] if first(fields, "no_roles") else (roles or None),
        name=first(fields, "name"),
        cpr=cpr,
        authorisation=first(fields, "authorisation"),
        cvr=first(fields, "cvr"),
    )
