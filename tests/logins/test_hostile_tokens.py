"""Whatever byte of a request for a login, card or token is wrong: a fault or a refusal, never an error of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocks.drivers.keys import KeyRing
from mocks.health_login import HealthLogin, LoginSettings
from mocks.kombit.access_app import create_app as access_app
from mocks.kombit.access_settings import CASE_INDEX, Agreement
from mocks.kombit.access_settings import Settings as AccessSettings
from mocks.kombit.client import KombitLogin
from mocks.limits import guarded
from mocks.nsp.app import create_app as platform
from mocks.nsp.settings import Settings
from mocks.overview.lookup_log import User
from mocks.runtime import Response, Runtime
from tests.drivers.harness import VirtualDriver

RING = KeyRing()
OWN = LoginSettings(name="SAPA", cvr="19435075", keys=RING)
USER = User(id="u-1", name="Bo Holm", role="ppr")


class Recording:
    """A network that remembers what was sent."""

    def __init__(self, runtime: Runtime) -> None:
        self._network = runtime.network
        self.sent: list[tuple[str, bytes, str, Mapping[str, str] | None]] = []

    def address(self, system: str) -> str:
        return self._network.address(system)

    async def request(self, method: str, url: str, **more: Any) -> Response:
        self.sent.append((url, more["body"], more["content_type"], more.get("headers")))
        return await self._network.request(method, url, **more)


class Sent(list[tuple[str, bytes, str, Mapping[str, str] | None]]):
    """Requests, which are too long to be shown."""

    def __repr__(self) -> str:
        return f"{len(self)} requests"


@pytest.fixture(scope="module")
def ground() -> tuple[VirtualDriver, Sent]:
    """The services, and one good request of each kind."""
    driver = VirtualDriver()
    agreements = (Agreement("sapa", OWN.cvr),)
    driver.install("nsp", lambda runtime: platform(runtime, Settings(keys=RING)))
    driver.install(
        "adgangsstyring",
        lambda runtime: access_app(runtime, AccessSettings(agreements=agreements, keys=RING)),
    )
    driver.install("sapa", lambda runtime: guarded(runtime, []))
    runtime = driver.runtime("sapa")
    network: Any = Recording(runtime)
    recorded = Runtime(runtime.system, runtime.clock, network, runtime.ids, runtime.store, runtime.trace)
    health, kombit = HealthLogin(recorded, OWN), KombitLogin(recorded, OWN)
    driver.run(health.user_card(USER))
    driver.run(health.system_card())
    driver.run(kombit.system_token(OWN.cvr, CASE_INDEX))
    driver.run(kombit.user_token(USER))
    assert len(network.sent) == 5
    return driver, Sent(network.sent)


def test_each_recorded_request_is_answered_again(ground: Any) -> None:
    driver, sent = ground
    for request in sent:
        assert answer(driver, *request).status == 200


def answer(
    driver: VirtualDriver, url: str, body: bytes, kind: str, headers: Mapping[str, str] | None
) -> Response:
    network = driver.runtime("sapa").network

    async def work() -> Response:
        return await network.request("POST", url, body=body, content_type=kind, headers=headers)

    return driver.run(work())


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.integers(0, 4),
    at=st.floats(0, 1, exclude_max=True),
    cut=st.sampled_from((0, 1, 30, 4000)),
    put=st.binary(max_size=3) | st.sampled_from((b"<", b">", b"&#1;", b"<a>", b"]]>", b'"', b"\xe6")),
)
def test_a_damaged_request_is_refused_or_means_the_same(
    ground: Any, which: int, at: float, cut: int, put: bytes
) -> None:
    driver, sent = ground
    url, body, kind, headers = sent[which]
    start = int(at * len(body))
    found = answer(driver, url, body[:start] + put + body[start + cut :], kind, headers)
    assert found.status in (200, 400, 500)
    if found.status == 500:
        assert b"Fault" in found.body
    assert b"Traceback" not in found.body
    assert driver.trace.events(name="harness_error") == []


@settings(max_examples=40, deadline=None)
@given(names=st.lists(st.sampled_from((
    b"Assertion", b"Issuer", b"Conditions", b"Subject", b"NameID", b"Audience", b"SignedInfo", b"Reference",
    b"DigestValue", b"SignatureValue", b"X509Certificate", b"Claims", b"Created",
    b"BinarySecurityToken", b"Body", b"AttributeStatement", b"Attribute", b"AttributeValue", b"Transform",
    b"CanonicalizationMethod", b"SignatureMethod", b"DigestMethod", b"MessageID", b"Linking",
)), min_size=1, max_size=2), which=st.sampled_from((1, 2, 3)))  # fmt: skip
def test_a_request_without_an_element_that_it_needs_is_refused(
    ground: Any, names: list[bytes], which: int
) -> None:
    driver, sent = ground
    url, body, kind, headers = sent[which]
    for name in names:
        body = body.replace(name, b"Renamed")
    found = answer(driver, url, body, kind, headers)
    assert found.status == (200 if body == sent[which][1] else 500)
    assert driver.trace.events(name="harness_error") == []
