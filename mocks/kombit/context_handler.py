"""KOMBIT's Context Handler: a municipality's user logs in, and comes back with job functions.

By SAML's POST binding, as at SEB. What the user may do stands in the assertion as privileges by the OIO Basic
Privilege Profile: the roles of the user's job functions, within their data limits. The address is an assumption.
"""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from starlette.routing import Route

from mocks.kombit.access_settings import JobFunction, Settings
from mocks.kombit.privileges import granted
from mocks.kombit.sts import CVR, KOMBIT_VERSION, LEVEL, PRIVILEGES, SPEC_VERSION
from mocks.limits import Refused
from mocks.runtime import Runtime
from mocks.saml_login import Fields, entity_id, first, login_route
from mocks.signatures import PLACE, sign
from mocks.standards.saml import assertion as assertions
from mocks.standards.saml import privileges as bpp
from mocks.standards.saml.assertion import Assertion

PATH = "/runtime/saml2/issue"
ISSUER = "https://adgangsstyring.tvaers/context-handler"
NO_FUNCTION = "no_job_function"
NAME = "urn:oid:2.5.4.3"


class ContextHandler:
    """Logins of municipal users."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings
        self._key = settings.keys.key("context-handler")

    def log_in(self, user: str, name: str, role: str, cvr: str, system: str) -> bytes | None:
        """The assertion of a user, or ``None`` for one without a job function."""
        functions = self._settings.functions(user, role)
        if not functions:
            return None
        now = self._runtime.clock.now().replace(microsecond=0)
        groups = [group for function in functions for group in _groups(function, cvr)]
        assertion = Assertion(
            id="_" + self._runtime.ids.uuid("user-token"),
            issuer=ISSUER,
            subject=user,
            audience=entity_id(system),
            issued=now,
            not_before=now,
            not_on_or_after=now + timedelta(hours=self._settings.token_hours),
            attributes={
                CVR: cvr,
                LEVEL: "3",
                SPEC_VERSION: "DK-SAML-2.0",
                KOMBIT_VERSION: "1.0",
                PRIVILEGES: bpp.write(groups),
            }
            | ({NAME: name} if name else {}),
        )
        return sign(assertions.write(assertion, PLACE), self._key, id_attribute="ID")


def _groups(function: JobFunction, cvr: str) -> list[bpp.PrivilegeGroup]:
    return granted((cvr,), function.roles, function.subjects, function.level, function.units)


def context_handler_route(runtime: Runtime, settings: Settings) -> Route:
    """The fields of the user: ``user``, ``name``, ``role``, ``cvr`` (the municipality's)."""
    handler = ContextHandler(runtime, settings)

    def log_in(fields: Fields, system: str, certificate: x509.Certificate) -> bytes | None:
        for name in ("user", "cvr"):
            if not first(fields, name):
                raise Refused(
                    400, "it is not said who logs in", name, "say who the user is, and of which authority"
                )
        return handler.log_in(
            first(fields, "user"), first(fields, "name"), first(fields, "role"), first(fields, "cvr"), system
        )

    return login_route(PATH, runtime, settings.keys.authority, ISSUER, log_in, denial=NO_FUNCTION)
