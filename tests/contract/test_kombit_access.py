"""KOMBIT's access management under every driver: system tokens, users' logins, and a service that checks both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from starlette.responses import Response
from starlette.routing import Route

from mocks import soap
from mocks.drivers.keys import KeyRing
from mocks.health_login import LoginSettings
from mocks.kombit.access_app import create_app
from mocks.kombit.access_settings import CASE_INDEX, EDIT, SHOW, Agreement, JobFunction, Settings
from mocks.kombit.case_index.restriction import Rights
from mocks.kombit.client import KombitLogin
from mocks.kombit.tokens import TokenCheck, write_security
from mocks.limits import guarded
from mocks.municipal.sapa import app as sapa_app
from mocks.municipal.sapa.settings import Settings as SapaSettings
from mocks.nsp.app import create_app as platform
from mocks.nsp.settings import Settings as PlatformSettings
from mocks.overview.lookup_log import User
from mocks.overview.session import Failure
from mocks.runtime import Asgi, Runtime
from mocks.soap import Received, SaidFault
from mocks.standards.dgws.id_card import SECURITY
from tests.drivers.harness import Driver

RING = KeyRing()
THISTED, AALBORG = "29189560", "29189420"
USER = User(id="u-1", name="Bo Holm", municipality="0787", role="ppr")
FUNCTIONS = {
    "u-1": (JobFunction("PPR", subjects=("17.*", "27.24.00"), units=("ppr-1",), level=3),),
    "u-2": (JobFunction("Familie", subjects=("27.*",)), JobFunction("Vagt", roles=(EDIT,), level=2)),
}
SETTINGS = Settings(
    agreements=(
        Agreement("sapa", THISTED),
        Agreement("sapa", AALBORG, owners=None, subjects=("27.*",), level=3),
        Agreement("fagsystem", THISTED, roles=(SHOW, EDIT)),
        Agreement("fagsystem", THISTED, service="http://another.service"),
    ),
    functions=lambda user, role: FUNCTIONS.get(user, ()),
    keys=RING,
)
OWN = LoginSettings(name="SAPA", cvr="19435075", cvr_of={"0787": THISTED}, keys=RING)


class Ground:
    """Access management, two systems, and a service that checks tokens as the case index does."""

    def __init__(self, driver: Driver, settings: Settings = SETTINGS) -> None:
        self.driver = driver
        self.rights: tuple[Rights, ...] = ()
        self.person_required = False
        driver.install("adgangsstyring", lambda runtime: create_app(runtime, settings))
        for name in ("sapa", "fagsystem"):
            driver.install(name, lambda runtime: guarded(runtime, []))
        driver.install("index", self._index)

    def _index(self, runtime: Runtime) -> Asgi:
        sts, handler = RING.key("kombit-sts"), RING.key("context-handler")
        checks = {
            required: TokenCheck(sts, CASE_INDEX, handler, person_required=required)
            for required in (False, True)
        }

        async def serve(asked: Received) -> Response:
            self.rights = checks[self.person_required].rights(asked.envelope, runtime.clock.now())
            return soap.answer(asked.envelope, b"<ok/>")

        endpoint = soap.endpoint(runtime, serve, understood=(SECURITY,))
        return guarded(runtime, [Route("/index", endpoint, methods=["POST"])])

    def login(self, system: str = "sapa", settings: LoginSettings = OWN) -> KombitLogin:
        return KombitLogin(self.driver.runtime(system), settings)

    def token(self, cvr: str = THISTED, system: str = "sapa", service: str = CASE_INDEX) -> bytes:
        return self.driver.run(self.login(system).system_token(cvr, service))

    def call(self, *tokens: bytes) -> tuple[Rights, ...]:
        runtime = self.driver.runtime("sapa")
        headers = [write_security(tokens)] if tokens else []
        self.driver.run(soap.call(runtime, "index", "/index", b"<find/>", headers=headers))
        return self.rights

    def refused(self, *tokens: bytes) -> str:
        with pytest.raises(SaidFault) as caught:
            self.call(*tokens)
        assert b"ErrorCode" in caught.value.fault.detail
        return caught.value.fault.name

    def fault(self, work: Any) -> str:
        """The code of KOMBIT's fault for a token that is not given."""
        with pytest.raises(SaidFault) as caught:
            self.driver.run(work)
        (detail,) = caught.value.fault.details()
        return (detail[0].text or "").partition(":")[0]


@pytest.fixture
def ground(driver: Driver) -> Ground:
    return Ground(driver)


def test_a_systems_token_says_whose_cases_it_may_see_and_which(ground: Ground) -> None:
    assert ground.call(ground.token()) == (Rights(frozenset((THISTED,)), None, 4, writes=False),)
    assert ground.call(ground.token(system="fagsystem")) == (
        Rights(frozenset((THISTED,)), None, 4, writes=True),
    )
    assert ground.call(ground.token(AALBORG)) == (Rights(None, ("27.*",), 3, writes=False),)


def test_a_persons_job_functions_limit_what_is_seen(ground: Ground) -> None:
    def of(user: User) -> Rights:
        found = ground.driver.run(ground.login().user_token(user))
        assert isinstance(found, bytes)
        return ground.call(ground.token(), found)[1]

    assert of(USER) == Rights(frozenset((THISTED,)), ("17.*", "27.24.00"), 3, writes=False)
    # Where two job functions differ, the narrower limit counts.
    assert of(User(id="u-2", municipality="0787")) == Rights(
        frozenset((THISTED,)), ("27.*",), 2, writes=False
    )


def test_the_header_of_a_request_holds_both(ground: Ground) -> None:
    found = ground.driver.run(ground.login().security(THISTED, CASE_INDEX, USER))
    assert isinstance(found, bytes)
    runtime = ground.driver.runtime("sapa")
    ground.driver.run(soap.call(runtime, "index", "/index", b"<find/>", headers=[found]))
    assert len(ground.rights) == 2


def test_a_user_without_a_job_function_is_turned_away(ground: Ground) -> None:
    found = ground.driver.run(ground.login().security(THISTED, CASE_INDEX, User(id="nobody")))
    assert isinstance(found, Failure)
    assert (found.code, found.status) == ("no_job_function", 403)


def test_tokens_and_logins_are_used_again(ground: Ground) -> None:
    login, run = ground.login(), ground.driver.run
    assert run(login.system_token(THISTED, CASE_INDEX)) is run(login.system_token(THISTED, CASE_INDEX))
    assert run(login.system_token(AALBORG, CASE_INDEX)) is not run(login.system_token(THISTED, CASE_INDEX))
    assert run(login.user_token(USER)) is run(login.user_token(USER))


def test_who_gets_no_token_hears_kombits_code(ground: Ground) -> None:
    login = ground.login()
    assert ground.fault(login.system_token("12345678", CASE_INDEX)) == "5002"
    assert ground.fault(login.system_token(THISTED, "http://another.service")) == "5002"
    assert ground.fault(login.system_token("", CASE_INDEX)) == "5015"
    assert ground.fault(ground.login("index").system_token(THISTED, CASE_INDEX)) == "5607"
    stranger = replace(OWN, keys=KeyRing("another authority"))
    assert ground.fault(ground.login(settings=stranger).system_token(THISTED, CASE_INDEX)) == "5607"


def test_a_request_without_tokens_or_with_wrong_ones_is_refused(ground: Ground) -> None:
    token = ground.token()
    user = ground.driver.run(ground.login().user_token(USER))
    assert isinstance(user, bytes)
    assert ground.refused() == "SecurityTokenUnavailable"
    assert ground.refused(user) == "SecurityTokenUnavailable"
    assert ground.refused(token, token) == "InvalidSecurityToken"
    assert ground.refused(token.replace(THISTED.encode(), AALBORG.encode())) == "FailedCheck"
    assert ground.refused(token, user.replace(b"Bo Holm", b"Bo Hahn")) == "FailedCheck"
    other = ground.token(system="fagsystem", service="http://another.service")
    assert ground.refused(other) == "InvalidSecurityToken"
    start = token.index(b"<ds:Signature")
    assert ground.refused(token[:start] + token[token.index(b"</ds:Signature>") + 15 :]) == "FailedCheck"


def test_a_token_of_another_token_service_is_refused(ground: Ground) -> None:
    keys = KeyRing("another authority")
    ground.driver.install("adgangsstyring", lambda runtime: create_app(runtime, replace(SETTINGS, keys=keys)))
    theirs = ground.driver.run(
        ground.login(settings=replace(OWN, keys=keys)).system_token(THISTED, CASE_INDEX)
    )
    assert ground.refused(theirs) == "FailedCheck"


def test_a_service_may_insist_on_a_person(ground: Ground) -> None:
    ground.person_required = True
    assert ground.refused(ground.token()) == "SecurityTokenUnavailable"


def test_no_token_reaches_the_trace(ground: Ground) -> None:
    token = ground.token()
    ground.refused(token.replace(THISTED.encode(), AALBORG.encode()))
    seen = str([(event.name, event.facts) for event in ground.driver.trace.events()])
    assert "refused" in seen and token.decode()[600:660] not in seen


def test_a_token_ends_with_its_time_and_is_renewed_before(driver: Driver) -> None:
    if driver.name == "sockets":
        pytest.skip("hours cannot pass on sockets; the rule is the same code under every driver")
    ground = Ground(driver)
    login = ground.login()
    first = driver.run(login.system_token(THISTED, CASE_INDEX))
    driver.advance(timedelta(hours=7, minutes=54).total_seconds())
    assert driver.run(login.system_token(THISTED, CASE_INDEX)) is first
    driver.advance(120.0)
    second = driver.run(login.system_token(THISTED, CASE_INDEX))
    assert second is not first
    assert ground.call(first) and ground.call(second)
    driver.advance(300.0)
    assert ground.refused(first) == "InvalidSecurityToken"
    assert ground.call(second)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"SAMLRequest=",
        b"SAMLRequest=%FF&user=u",
        b"SAMLRequest=PGEvPg==&user=u&cvr=1",
        b"user=%1C&cvr=1",
        b"&" * 200 + b"a=b" * 99,
    ],
)
def test_a_login_that_is_none_is_refused_and_says_so(ground: Ground, body: bytes) -> None:
    async def work() -> tuple[int, bytes]:
        network = ground.driver.runtime("sapa").network
        url = network.address("adgangsstyring") + "/runtime/saml2/issue"
        kind = "application/x-www-form-urlencoded"
        found = await network.request("POST", url, body=body, content_type=kind)
        return found.status, found.body

    status, said = ground.driver.run(work())
    assert status == 400 and b"what_to_do" in said and b"Traceback" not in said


def test_sapa_lets_in_who_has_a_job_function_and_logs_the_others_too(driver: Driver) -> None:
    ground = Ground(driver)
    settings = SapaSettings(login=OWN, municipal_login=True)
    driver.install("sapa", lambda runtime: sapa_app.create_app(runtime, settings))
    driver.install("nsp", lambda runtime: platform(runtime, PlatformSettings(keys=RING)))
    for name in ("cpr", "sor"):
        driver.install(name, lambda runtime: guarded(runtime, []))

    def look_up(user: str) -> tuple[int, dict[str, Any]]:
        body = {
            "user": {"id": user, "name": "Bo Holm", "municipality": "0787", "role": "ppr"},
            "cpr": "1403130008", "consent_declared": True,
        }  # fmt: skip

        async def work() -> tuple[int, dict[str, Any]]:
            network = ground.driver.runtime("person").network
            url = network.address("sapa") + "/desk/aftaler"
            raw = msgspec.json.encode(body)
            found = await network.request("POST", url, body=raw, content_type="application/json")
            return found.status, msgspec.json.decode(found.body)

        return driver.run(work())

    status, said = look_up("nobody")
    assert (status, said["code"], said["outcome"]) == (403, "no_job_function", "denied")
    assert "jobfunktionsrolle" in said["besked"]
    status, said = look_up("u-1")
    assert "jobfunktionsrolle" not in str(said)
    driver.install("adgangsstyring", lambda runtime: guarded(runtime, []))
    assert look_up("u-1")[0] == status  # logged in already
    assert look_up("u-2")[0] == 502
