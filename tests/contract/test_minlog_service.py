"""MinLog2's registration service under every driver: who registers, what is added, and what gets a fault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
from msgspec.structs import replace

from mocks.drivers.keys import KeyRing
from mocks.health_login import HealthLogin, LoginSettings
from mocks.nsp.app import create_app
from mocks.nsp.settings import Settings
from mocks.runtime import COPENHAGEN
from mocks.runtime import Response as HttpResponse
from mocks.standards.dgws.fault_codes import fault_code_in
from mocks.standards.minlog import (
    ACTION,
    PATH,
    Added,
    DestinationSystem,
    Identified,
    LogDataEntry,
    read_response,
    write_request,
)
from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import Fault, read_fault
from tests.drivers.harness import Driver

CPR = "2512489996"
ENTRY = LogDataEntry(
    Destination=DestinationSystem(SystemName="EPJ"),
    Activity="Opslag",
    DateTime=datetime(2025, 4, 1, 8, tzinfo=COPENHAGEN),
    PersonIdentifier=Identified(source="CPR", value=CPR),
    UserPersonIdentifier=Identified(source="Autorisation", value="SRTTQ"),
    SequenceNumber="1",
)


class Registrant:
    """A system that registers, and its id card."""

    def __init__(self, driver: Driver) -> None:
        self.driver, ring = driver, KeyRing()
        settings = Settings(keys=ring, most_bytes=200_000, most_registrations=3)
        driver.install("nsp", lambda runtime: create_app(runtime, settings))
        login = HealthLogin(driver.runtime("epj"), LoginSettings(name="EPJ", keys=ring))
        self.headers = driver.run(login.system_card()).headers("m-1")

    def send(
        self, body: bytes, headers: Sequence[bytes] | None = None, version: SoapVersion = SoapVersion.SOAP11
    ) -> Added | Fault:
        own = self.headers if headers is None else headers
        answer = self.raw(envelopes.write(version, body, headers=own), version.content_type)
        said = envelopes.read(answer.body)
        if (fault := read_fault(said)) is not None:
            assert answer.status == 500
            return fault
        assert said.body is not None
        return read_response(said.body)

    def raw(self, data: bytes, content_type: str = "text/xml") -> HttpResponse:
        network = self.driver.runtime("epj").network

        async def work() -> HttpResponse:
            return await network.request(
                "POST", network.address("nsp") + PATH, body=data, content_type=content_type,
                headers={"SOAPAction": f'"{ACTION}"'},
            )  # fmt: skip

        return self.driver.run(work())


@pytest.fixture
def registrant(driver: Driver) -> Registrant:
    return Registrant(driver)


def code(said: Added | Fault) -> str:
    assert isinstance(said, Fault), said
    assert CPR not in said.reason
    return fault_code_in(said) or said.name


def test_entries_are_added_and_wrong_ones_named(registrant: Registrant) -> None:
    wrong = write_request([replace(ENTRY, SequenceNumber="bad", Activity="WRONG")]).replace(
        b"<Activity>WRONG</Activity>", b""
    )
    assert registrant.send(write_request([ENTRY])) == Added(1, 0)
    said = registrant.send(wrong)
    assert isinstance(said, Added) and (said.NumberAdded, said.NumberFailed) == (0, 1)
    assert said.FailedLogDataEntries[0].SequenceNumber == "bad"


def test_who_shows_no_card_or_a_changed_one_is_refused(registrant: Registrant) -> None:
    body = write_request([ENTRY])
    assert code(registrant.send(body, headers=())) == "missing_required_header"
    changed = [block.replace(b">3<", b">4<") for block in registrant.headers]
    assert code(registrant.send(body, headers=changed)) in ("invalid_signature", "syntax_error")


def test_what_is_no_registration_gets_a_fault_that_gives_nothing_away(registrant: Registrant) -> None:
    assert code(registrant.send(write_request([ENTRY]), version=SoapVersion.SOAP12)) == "VersionMismatch"
    assert code(registrant.send(f"<x>{CPR}</x>".encode())) == "Client"
    assert code(registrant.send(b"")) == "Client"
    assert code(registrant.send(write_request([ENTRY] * 4))) == "Client"
    for data in (b"", b"not xml", b"<a>" * 300, b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"x" * 200_001):
        answer = registrant.raw(data)
        fault = read_fault(envelopes.read(answer.body))
        assert fault is not None and (answer.status, fault.name) == (500, "Client")
        assert b"Traceback" not in answer.body
    assert registrant.driver.trace.events(name="harness_error") == []
