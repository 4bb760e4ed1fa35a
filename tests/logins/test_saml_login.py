"""A broker answers systems that it knows, and a system believes answers to what it asked."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.responses import Response
from starlette.routing import Route

from mocks.drivers.keys import KeyRing
from mocks.health_login import HealthLogin, LoginSettings
from mocks.limits import guarded
from mocks.nsp.app import create_app as platform
from mocks.nsp.seb import Login, Seb
from mocks.nsp.settings import Settings
from mocks.overview.lookup_log import User
from mocks.overview.session import Failure
from mocks.runtime import Runtime
from mocks.saml_login import CONSUMER, entity_id, login_route
from mocks.signatures import PLACE, sign
from mocks.standards.saml import protocol
from mocks.standards.saml.protocol import LoginRequest
from tests.drivers.harness import VirtualDriver

RING = KeyRing()
SETTINGS = Settings(keys=RING)
OWN = LoginSettings(name="SAPA", cvr="19435075", keys=RING)
KEY = RING.key("sapa", OWN.cvr)


@pytest.fixture
def driver() -> VirtualDriver:
    made = VirtualDriver()
    made.install("nsp", lambda runtime: platform(runtime, SETTINGS))
    made.install("sapa", lambda runtime: guarded(runtime, []))
    return made


def ask(driver: VirtualDriver, key: Any = KEY, **changed: Any) -> tuple[int, str]:
    """What SEB says to a request that differs so from a good one."""
    runtime = driver.runtime("sapa")
    fields = {
        "id": "_1",
        "issuer": entity_id("sapa"),
        "destination": "d",
        "reply_to": runtime.network.address("sapa") + CONSUMER,
        "issued": runtime.clock.now(),
    } | changed
    data = sign(protocol.write_request(LoginRequest(**fields), PLACE), key, id_attribute="ID")
    body = urlencode({"SAMLRequest": b64encode(data).decode(), "user": "u", "RelayState": "<r>"}).encode()

    async def work() -> tuple[int, str]:
        url = runtime.network.address("nsp") + "/seb/sso"
        kind = "application/x-www-form-urlencoded"
        found = await runtime.network.request("POST", url, body=body, content_type=kind)
        return found.status, found.body.decode()

    return driver.run(work())


def test_a_good_request_is_answered_with_the_form_that_leads_back(driver: VirtualDriver) -> None:
    status, page = ask(driver)
    assert status == 200 and "SAMLResponse" in page and "&lt;r&gt;" in page and "<r>" not in page


def test_a_request_that_is_old_strange_or_leads_elsewhere_is_refused(driver: VirtualDriver) -> None:
    now = driver.runtime("sapa").clock.now()
    for changed in (
        {"issued": now - timedelta(minutes=6)},
        {"issued": now + timedelta(minutes=6)},
        {"reply_to": "http://evil.example/saml/acs"},
        {"issuer": entity_id("nobody")},
        {"issuer": "https://elsewhere"},
        {"key": KeyRing("another authority").key("sapa", OWN.cvr)},
    ):
        status, said = ask(driver, **changed)  # type: ignore[arg-type]
        assert status == 400 and "SAMLRequest" in said


def broker(driver: VirtualDriver, **changed: Any) -> Failure:
    """What comes of a login at a broker whose assertions are for another system, or which answers late."""

    def create(runtime: Runtime) -> Any:
        seb = Seb(runtime, SETTINGS)

        def log_in(fields: Any, system: str, certificate: Any) -> bytes:
            session = seb.log_in(Login(user="u", system=changed.get("system", system)))
            assert session is not None
            return b64decode(session.token)

        route = login_route("/seb/sso", runtime, RING.authority, "i", log_in, denial="d")

        async def late(request: Any) -> Response:
            answered = await route.endpoint(request)
            page = bytes(answered.body)
            start = page.index(b'value="') + 7
            end = page.index(b'"', start)
            response = b64decode(page[start:end]).replace(b'InResponseTo="_', b'InResponseTo="_x')
            return Response(page[:start] + b64encode(response) + page[end:], media_type="text/html")

        served = Route("/seb/sso", late, methods=["POST"]) if "late" in changed else route
        return guarded(runtime, [served])

    driver.install("nsp", create)
    found = driver.run(HealthLogin(driver.runtime("sapa"), OWN).session(User(id="u")))
    assert isinstance(found, Failure)
    return found


def test_an_assertion_for_another_system_is_not_believed(driver: VirtualDriver) -> None:
    assert "another system" in broker(driver, system="nordepj").message


def test_an_answer_to_another_request_is_not_believed(driver: VirtualDriver) -> None:
    assert "another request" in broker(driver, late=True).message
