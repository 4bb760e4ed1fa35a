"""The logins of the health sector under every driver: SEB, the STS, and a service that checks id cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import Response
from starlette.routing import Route

from mocks import soap
from mocks.drivers.keys import KeyRing
from mocks.errors import Unreachable
from mocks.health_login import Card, HealthLogin, LoginSettings
from mocks.limits import guarded
from mocks.nsp.app import create_app
from mocks.nsp.id_cards import UNDERSTOOD, IdCardCheck
from mocks.nsp.seb import SebCheck, Session, TokenRefused
from mocks.nsp.settings import Settings
from mocks.overview.lookup_log import User
from mocks.overview.session import Failure
from mocks.runtime import Asgi, Runtime
from mocks.signatures import only
from mocks.soap import Received, SaidFault
from mocks.standards.dgws.fault_codes import FaultCode, fault_code_in
from mocks.standards.dgws.id_card import CardType
from mocks.standards.soap.envelope import SoapVersion
from tests.drivers.harness import Driver

RING = KeyRing()
USER = User(
    id="u-1", name="Signe Marie Lund", municipality="0851", role="bup_doctor", organisation="261471000016001",
    cpr="0408801111", authorisation="SRTTQ",
)  # fmt: skip
SETTINGS = LoginSettings(
    name="NordEPJ", cvr="29190941", owner="Region Nordjylland", cvr_of={"0851": "29189420"}, keys=RING
)


class Ground:
    """A platform, a system with a login, and a service that lets in by id card."""

    def __init__(self, driver: Driver, settings: Settings | None = None) -> None:
        self.driver = driver
        self.settings = settings or Settings(
            keys=RING, users_without_seb_role=frozenset({"no-role"}), token_hours=8.0
        )
        driver.install("nsp", lambda runtime: create_app(runtime, self.settings))
        driver.install("nordepj", lambda runtime: guarded(runtime, []))
        self.levels: dict[str, Any] = {"level": 3, "cvrs": None}
        driver.install("service", self._service)

    def _service(self, runtime: Runtime) -> Asgi:
        check = IdCardCheck(RING.key("sts"))

        async def serve(asked: Received) -> Response:
            card = check.check(asked.envelope, runtime.clock.now(), **self.levels)
            return soap.answer(asked.envelope, f'<you xmlns="urn:y">{card.type} {card.level}</you>'.encode())

        endpoint = soap.endpoint(runtime, serve, understood=UNDERSTOOD)
        return guarded(runtime, [Route("/service", endpoint, methods=["POST"])])

    def login(self, settings: LoginSettings = SETTINGS, system: str = "nordepj") -> HealthLogin:
        return HealthLogin(self.driver.runtime(system), settings)

    def user_card(self, login: HealthLogin | None = None, user: User = USER) -> Card:
        found = self.driver.run((login or self.login()).user_card(user))
        assert isinstance(found, Card), found
        return found

    def call(self, *blocks: bytes, version: SoapVersion = SoapVersion.SOAP11) -> str:
        """What the service says to a message with these headers."""
        runtime = self.driver.runtime("nordepj")
        answered = self.driver.run(
            soap.call(runtime, "service", "/service", b"<hello/>", version=version, headers=blocks)
        )
        assert answered.envelope.body is not None
        return answered.envelope.body.text or ""

    def refused(self, *blocks: bytes) -> str:
        with pytest.raises(SaidFault) as caught:
            self.call(*blocks)
        assert caught.value.status == 500
        return fault_code_in(caught.value.fault)


@pytest.fixture
def ground(driver: Driver) -> Ground:
    return Ground(driver)


def test_a_user_logs_in_at_seb_and_gets_a_card_that_a_service_takes(ground: Ground) -> None:
    card = ground.user_card()
    assert (card.card.type, card.card.level, card.card.issuer) == (CardType.USER, 4, "TVAERS-STS")
    assert (card.card.system, card.card.cvr) == ("NordEPJ", "29189420")
    assert card.card.user is not None
    user = card.card.user
    assert (user.given, user.surname, user.cpr) == ("Signe Marie", "Lund", "0408801111")
    assert (user.role, user.authorisation) == ("bup_doctor", "SRTTQ")
    for version in SoapVersion:
        assert ground.call(*card.headers("m-1"), version=version) == "user 4"


def test_a_system_gets_a_card_of_level_3(ground: Ground) -> None:
    card = ground.driver.run(ground.login().system_card())
    assert (card.card.type, card.card.level, card.card.cvr) == (CardType.SYSTEM, 3, "29190941")
    assert card.card.user is None
    assert ground.call(*card.headers("m-1")) == "system 3"
    ground.levels = {"level": 4}
    assert ground.refused(*card.headers("m-2")) == FaultCode.SECURITY_LEVEL_FAILED
    assert ground.call(*ground.user_card().headers("m-3")) == "user 4"


def test_logins_and_cards_are_used_again(ground: Ground) -> None:
    login = ground.login()
    assert ground.user_card(login) is ground.user_card(login)
    run = ground.driver.run
    assert run(login.system_card()) is run(login.system_card())
    assert run(login.session(USER)) is run(login.session(USER))
    assert ground.user_card(login, User(id="u-2")) is not ground.user_card(login)


def test_the_session_tells_who_it_is_and_says_nothing_to_others(ground: Ground) -> None:
    session = ground.driver.run(ground.login().session(USER))
    assert isinstance(session, Session)
    assert (session.user, session.name, session.system) == ("u-1", "Signe Marie Lund", "nordepj")
    assert (session.organisation, session.roles) == ("261471000016001", ("bup_doctor",))
    assert (session.cpr, session.cvr, session.authorisation) == ("0408801111", "29189420", "SRTTQ")


def test_a_user_without_a_role_in_seb_is_turned_away(ground: Ground) -> None:
    for ask in (ground.login().session, ground.login().user_card):
        found = ground.driver.run(ask(User(id="no-role")))
        assert isinstance(found, Failure)
        assert (found.code, found.status) == ("no_seb_role", 403)
        assert "administrator" in found.danish


def test_a_card_is_missing_broken_or_a_strangers(ground: Ground) -> None:
    header, security = ground.user_card().headers("m-1")
    assert ground.refused() == FaultCode.MISSING_REQUIRED_HEADER
    assert ground.refused(header) == FaultCode.MISSING_REQUIRED_HEADER
    assert ground.refused(security) == FaultCode.MISSING_REQUIRED_HEADER
    assert ground.refused(header, security.replace(b">user<", b">system<")) == FaultCode.INVALID_SIGNATURE
    assert ground.refused(header, security.replace(b"SRTTQ", b"SRTTX")) == FaultCode.INVALID_SIGNATURE
    stranger = replace(SETTINGS, keys=KeyRing("another authority"))
    foreign = Ground(ground.driver, Settings(keys=stranger.keys))
    assert ground.refused(header, foreign.user_card(foreign.login(stranger)).security) == (
        FaultCode.INVALID_IDCARD
    )


def test_only_owners_on_the_list_are_let_in(ground: Ground) -> None:
    blocks = ground.user_card().headers("m-1")
    ground.levels = {"level": 3, "cvrs": {"29189420"}}
    assert ground.call(*blocks) == "user 4"
    ground.levels = {"level": 3, "cvrs": {"12345678"}}
    assert ground.refused(*blocks) == FaultCode.NOT_AUTHORIZED


def test_a_platform_that_trusts_another_authority_gives_no_card_and_no_login(ground: Ground) -> None:
    login = ground.login(replace(SETTINGS, keys=KeyRing("another authority")))
    with pytest.raises(SaidFault) as caught:
        ground.driver.run(login.system_card())
    assert caught.value.fault.name == "FailedAuthentication"
    found = ground.driver.run(login.user_card(USER))
    assert isinstance(found, Failure) and found.outcome == "error"


def test_a_bootstrap_token_is_good_for_the_system_that_it_was_given_to(ground: Ground) -> None:
    """Who steals a user's login cannot make a card of it."""
    own, thief = ground.login(), ground.login(replace(SETTINGS, cvr="12345678"))
    session = ground.driver.run(own.session(USER))
    assert isinstance(session, Session)
    thief._sessions[USER] = session
    found = ground.driver.run(thief.user_card(USER))
    assert isinstance(found, Failure)
    assert found.code == "FailedAuthentication" and "another system" in found.message


def test_who_is_not_there_or_answers_nonsense_gives_a_failure_that_says_so(ground: Ground) -> None:
    async def nonsense(request: Any) -> Response:
        return Response("<html>502</html>", 502)

    routes = [Route("/{path:path}", nonsense, methods=["POST"])]
    ground.driver.install("nsp", lambda runtime: guarded(runtime, routes))
    found = ground.driver.run(ground.login().session(USER))
    assert isinstance(found, Failure) and found.status == 502
    with pytest.raises(Unreachable):
        ground.driver.run(ground.login().system_card())


def test_no_token_and_no_cpr_number_reaches_the_trace(ground: Ground) -> None:
    card = ground.user_card()
    ground.refused(card.headers("m")[0], card.security.replace(b">user<", b">system<"))
    seen = str([(event.name, event.facts) for event in ground.driver.trace.events()])
    assert "refused" in seen
    for secret in ("0408801111", "SRTTQ", card.security.decode()[200:260]):
        assert secret not in seen
    assert "0408801111" not in repr(card) and "OCES" not in repr(card)


def test_a_login_and_a_card_end_with_their_time(driver: Driver) -> None:
    """In virtual hours where time can be made to pass; on sockets in what is left of a second."""
    hours = 8.0 if driver.name != "sockets" else 1.0 / 3600
    ground = Ground(driver, Settings(keys=RING, token_hours=hours, card_hours=24.0))
    login = ground.login()
    first = ground.driver.run(login.session(USER))
    assert isinstance(first, Session)
    now = driver.runtime("nordepj").clock.now
    check = SebCheck(only(RING.key("seb")))
    if driver.name != "sockets":
        blocks = ground.user_card(login).headers("m-1")
        driver.advance(hours * 3600 - 1)
        assert ground.call(*blocks) == "user 4"
        driver.advance(1)
        assert ground.refused(*blocks) == FaultCode.EXPIRED_IDCARD
    else:
        driver.advance(1.1)
    with pytest.raises(TokenRefused) as caught:
        check.check(first.token, now())
    assert caught.value.code == "expired_token"
    second = driver.run(login.session(USER))
    assert isinstance(second, Session) and second.token != first.token


def test_a_systems_card_is_renewed_before_it_expires(driver: Driver) -> None:
    if driver.name == "sockets":
        pytest.skip("a day cannot pass on sockets; the rule is the same code under every driver")
    login = Ground(driver).login()
    first = driver.run(login.system_card())
    driver.advance(timedelta(hours=23, minutes=54).total_seconds())
    assert driver.run(login.system_card()) is first
    driver.advance(120.0)
    second = driver.run(login.system_card())
    assert second is not first and second.card.not_before > first.card.not_before
