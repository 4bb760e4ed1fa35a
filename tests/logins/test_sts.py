"""Whom the token services give nothing, each for its own reason."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from lxml import etree

from mocks import message_signatures
from mocks.drivers.keys import KeyRing
from mocks.kombit import sts as kombit
from mocks.kombit.access_settings import CASE_INDEX, Agreement
from mocks.kombit.access_settings import Settings as AccessSettings
from mocks.kombit.tokens import TokenCheck, TokenFault, write_security
from mocks.nsp.id_cards import IdCardCheck
from mocks.nsp.seb import STS, Login, Seb, Session
from mocks.nsp.settings import Settings
from mocks.nsp.sts import CLAIM_AUTHORISATION, TokenService
from mocks.runtime import Runtime
from mocks.signatures import PLACE, Digest, SignatureRefused, issued_by, sign
from mocks.soap import Received
from mocks.standards import ws_trust
from mocks.standards.dgws import header as headers
from mocks.standards.dgws import id_card
from mocks.standards.dgws.fault_codes import DgwsFault, FaultCode
from mocks.standards.dgws.header import Header
from mocks.standards.dgws.id_card import CardType, CardUser, IdCard
from mocks.standards.saml import assertion as assertions
from mocks.standards.saml import protocol
from mocks.standards.saml.assertion import Assertion
from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.ws_trust import WST05, WST13, TokenRequest, TrustFault
from tests.drivers.harness import VirtualDriver

RING = KeyRing()
CVR = "29190941"
KEY, SEB = RING.key("sapa", CVR), RING.key("seb")
DRIVER = VirtualDriver()
RUNTIME: Runtime = DRIVER.runtime("nsp")
NOW = RUNTIME.clock.now()
SETTINGS = Settings(keys=RING)
SERVICE = TokenService(RUNTIME, SETTINGS)
HOUR = timedelta(hours=1)
OWN = IdCard(
    id="own",
    type=CardType.SYSTEM,
    level=3,
    issuer="SAPA",
    not_before=NOW - HOUR,
    not_on_or_after=NOW + HOUR,
    system="SAPA",
    provider=CVR,
    name_id="SAPA",
)


def signed_card(card: IdCard, key: Any = KEY) -> etree._Element:
    data = sign(id_card.write(card, PLACE), key, id_attribute="id", digest=Digest.SHA1)
    return etree.fromstring(data)


def system_card(card: IdCard = OWN, **changed: Any) -> IdCard:
    held = signed_card(msgspec.structs.replace(card, **changed))
    return SERVICE.issue_system(TokenRequest(space=WST05, card=held), NOW)


def refused(name: str, actor: str, ask: Any) -> None:
    with pytest.raises(TrustFault) as caught:
        ask()
    assert (caught.value.name, caught.value.actor.rpartition(":")[2]) == (name, actor)


def test_a_systems_own_card_is_issued_at_level_3_whatever_it_said() -> None:
    card = system_card(level=4)
    assert (card.level, card.cvr, card.system, card.issuer) == (3, CVR, "SAPA", "TVAERS-STS")
    assert card.not_on_or_after - card.not_before == timedelta(hours=24)
    assert card.id != "own" and card.certificate_hash


def test_a_system_gets_no_card_for_another_owner_time_or_kind() -> None:
    failed = "FailedAuthentication"
    refused(failed, "cvrridcpr", lambda: system_card(provider="12345678"))
    refused(failed, "cvrridcpr", lambda: system_card(provider_format="medcom:ynumber"))
    refused(failed, "its", lambda: system_card(not_on_or_after=NOW))
    refused(failed, "its", lambda: system_card(not_before=NOW + HOUR))
    user = CardUser(cpr="0408801111", given="A", surname="B", role="7170")
    refused(failed, "cvrridcpr", lambda: system_card(type=CardType.USER, level=4, user=user))
    stranger = KeyRing("another authority").key("sapa", CVR)
    held = TokenRequest(space=WST05, card=signed_card(OWN, stranger))
    refused(failed, "its", lambda: SERVICE.issue_system(held, NOW))
    refused("InvalidRequest", "", lambda: SERVICE.issue_system(TokenRequest(space=WST05), NOW))


def session(clock: Any = None, **more: Any) -> Session:
    runtime = RUNTIME if clock is None else replace(RUNTIME, clock=clock)
    login = Login(user="u", name="Bo Holm", system="sapa", **({"cvr": CVR, "authorisation": "SRTTQ"} | more))
    found = Seb(runtime, SETTINGS).log_in(login, KEY.certificate)
    assert found is not None
    return found


def user_card(token: bytes, now: datetime = NOW, **claims: str) -> IdCard:
    request = TokenRequest(space=WST13, act_as=etree.fromstring(token), claims=claims)
    return SERVICE.issue_user(request, KEY.certificate, now)


def test_a_users_card_holds_no_longer_than_the_login() -> None:
    made = session()
    token = protocol.unwrap_bootstrap(made.bootstrap)
    card = user_card(token, NOW + HOUR)
    assert card.not_on_or_after == made.expires
    refused("FailedAuthentication", "bst2sosi", lambda: user_card(token, made.expires))
    refused("FailedAuthentication", "bst2sosi", lambda: user_card(token, NOW - HOUR))


def test_a_users_card_has_only_authorisations_that_the_login_has() -> None:
    token = protocol.unwrap_bootstrap(session().bootstrap)
    asked = {CLAIM_AUTHORISATION: "SRTTQ"}
    user = user_card(token, **asked).user
    assert user is not None and user.authorisation == "SRTTQ"
    asked[CLAIM_AUTHORISATION] = "ABCDE"
    refused("RequestFailed", "autorisation", lambda: user_card(token, **asked))


def test_a_login_without_an_employer_gives_no_card() -> None:
    token = protocol.unwrap_bootstrap(session(cvr="").bootstrap)
    refused("RequestFailed", "cvrridcpr", lambda: user_card(token))


def test_an_assertion_for_another_is_no_bootstrap_token() -> None:
    """The login itself, and a token of SEB's for somebody else's service."""
    failed = "FailedAuthentication"
    refused(failed, "bst2sosi", lambda: user_card(b64decode(session().token)))
    token = assertions.read(etree.fromstring(protocol.unwrap_bootstrap(session().bootstrap)))

    def signed(made: Assertion, key: Any = SEB) -> bytes:
        return sign(assertions.write(made, PLACE), key, id_attribute="ID")

    assert token.audience == STS and user_card(signed(token))
    elsewhere = msgspec.structs.replace(token, audience="https://elsewhere")
    refused(failed, "bst2sosi", lambda: user_card(signed(elsewhere)))
    refused(failed, "bst2sosi", lambda: user_card(signed(token, KEY)))
    request = TokenRequest(space=WST13)
    refused("InvalidRequest", "bst2sosi", lambda: SERVICE.issue_user(request, KEY.certificate, NOW))


# At a service ----------------------------------------------------------------------------------------------


def code(*cards: bytes, now: datetime = NOW) -> FaultCode:
    blocks = [headers.write(Header(message_id="m")), id_card.write_security(NOW, b"".join(cards))]
    message = envelopes.read(envelopes.write(SoapVersion.SOAP11, b"<a/>", headers=blocks))
    with pytest.raises(DgwsFault) as caught:
        IdCardCheck(RING.key("sts")).check(message, now)
    return caught.value.fault_code


def test_a_card_is_good_for_its_time_and_stands_there_once() -> None:
    given = SERVICE.signed(system_card())
    assert code(given, now=NOW - HOUR) is FaultCode.INVALID_IDCARD
    assert code(given, now=NOW + 25 * HOUR) is FaultCode.EXPIRED_IDCARD
    assert code(given, given) is FaultCode.SYNTAX_ERROR
    assert code() is FaultCode.MISSING_REQUIRED_HEADER
    assert code(id_card.write(OWN)) is FaultCode.INVALID_IDCARD


def test_a_token_that_names_no_holder_is_no_system_token() -> None:
    token = Assertion(
        id="_1",
        issuer=kombit.ISSUER,
        subject="sapa",
        audience=CASE_INDEX,
        issued=NOW,
        not_before=NOW,
        not_on_or_after=NOW + HOUR,
        attributes={},
        holder="AAAA",
    )

    def checked(**changed: Any) -> Any:
        made = assertions.write(msgspec.structs.replace(token, **changed), PLACE)
        tokens = [sign(made, RING.key("kombit-sts"), id_attribute="ID")]
        data = envelopes.write(SoapVersion.SOAP12, b"<a/>", headers=[write_security(tokens)])
        return TokenCheck(RING.key("kombit-sts"), CASE_INDEX).rights(envelopes.read(data), NOW)

    (right,) = checked()
    assert right.cvrs == frozenset() and not right.writes  # without privileges nothing may be seen
    for changed in ({"holder": ""}, {"issuer": "https://another"}, {"audience": "https://another"}):
        with pytest.raises(TokenFault) as caught:
            checked(**changed)
        assert caught.value.name == "InvalidSecurityToken"


# KOMBIT's token service ------------------------------------------------------------------------------------


def kombit_request(token_type: str = ws_trust.SAML_TOKEN, now: datetime = NOW) -> Received:
    body = ws_trust.write_request(CASE_INDEX, {kombit.CVR: CVR}, token_type=token_type)
    data = message_signatures.write(
        SoapVersion.SOAP12, body, KEY, action=ws_trust.ACTION13, message_id="m", to="t", now=now
    )
    return Received(envelopes.read(data), ws_trust.ACTION13)


def test_kombit_issues_saml_tokens_only_and_to_fresh_requests() -> None:
    settings = AccessSettings(agreements=(Agreement("sapa", CVR),), keys=RING)
    service = kombit.TokenService(RUNTIME, settings)
    assert DRIVER.run(service.issue(kombit_request())).status_code == 200
    with pytest.raises(TrustFault, match="TokenType"):
        DRIVER.run(service.issue(kombit_request("urn:jwt")))
    with pytest.raises(kombit.FrameworkFault, match="5607"):
        DRIVER.run(service.issue(kombit_request(now=NOW - HOUR)))


def test_a_message_that_wants_to_hold_for_an_hour_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(message_signatures, "SECONDS", 3600)
        envelope = kombit_request().envelope
    with pytest.raises(SignatureRefused, match="too old"):
        message_signatures.verify(envelope, issued_by(RING.authority), NOW + timedelta(minutes=1))
