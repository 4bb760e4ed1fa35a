"""Login at SEB, and MinLog's rules."""

from __future__ import annotations

from datetime import datetime

import pytest
from msgspec.structs import replace

from mocks.overview.session import Failure
from mocks.runtime import COPENHAGEN
from mocks.standards.dgws.fault_codes import fault_code_in
from mocks.standards.minlog import (
    ACTION,
    PATH,
    Added,
    DestinationSystem,
    Identified,
    LogDataEntry,
    SourceSystem,
    read_response,
    write_request,
    write_response,
)
from mocks.standards.soap import envelope
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import Fault as SoapFault
from mocks.standards.soap.faults import read_fault
from tests.overview.world import BUP, CHILD, NspSettings, World

ENTRY = LogDataEntry(
    Source=SourceSystem(SystemName="Klinik+"),
    Destination=DestinationSystem(SystemName="Overblik"),
    Activity="Opslag",
    DateTime=datetime(2025, 5, 12, 10, tzinfo=COPENHAGEN),
    OrganisationId=Identified(source="SOR", value=BUP),
    PersonIdentifier=Identified(source="CPR", value=CHILD),
    UserPersonIdentifier=Identified(source="Autorisation", value="SRTTQ"),
    UserRole="læge",
    SequenceNumber="1",
)


def test_who_registers_shows_a_systems_id_card() -> None:
    answer = World().ask(
        "POST", "nsp", PATH, body=envelope.write(SoapVersion.SOAP11, write_request([ENTRY])),
        content_type="text/xml",
    )  # fmt: skip
    fault = read_fault(envelope.read(answer.body))
    assert fault is not None and fault_code_in(fault) == "missing_required_header"


def register(world: World, *entries: LogDataEntry) -> Added | SoapFault:
    return send(world, write_request(entries))


def send(world: World, body: bytes) -> Added | SoapFault:
    """What the registration service answers."""
    data = envelope.write(SoapVersion.SOAP11, body, headers=world.system_card("sagsoverblik"))
    answer = world.ask(
        "POST", "nsp", PATH, body=data, content_type="text/xml", headers={"SOAPAction": f'"{ACTION}"'}
    )
    said = envelope.read(answer.body)
    fault = read_fault(said)
    if fault is not None:
        assert answer.status == 500
        return fault
    assert said.body is not None
    return read_response(said.body)


def test_a_user_whose_employer_gave_no_role_is_turned_away_with_a_way_out() -> None:
    world = World(nsp_settings=NspSettings(users_without_seb_role=frozenset({"u"})))
    failed = world.login("sapa", "u")
    assert isinstance(failed, Failure)
    assert (failed.status, failed.code) == (403, "no_seb_role")
    assert "administrator" in failed.danish


def test_a_login_holds_for_eight_hours_and_then_says_that_it_has_expired() -> None:
    world = World()
    asked = {"cpr": CHILD, "token": world.token("nordepj", "u")}
    world.settle(8 * 3600.0 - 1)
    assert world.post("sagsoverblik", "/overblik", asked)[0] == 200
    world.settle(1.0)
    status, said = world.post("sagsoverblik", "/overblik", asked)
    assert (status, said["code"]) == (401, "expired_token")
    asked["token"] = "bm9uc2Vuc2U="
    assert world.post("sagsoverblik", "/overblik", asked)[1]["code"] == "unknown_token"


def test_entries_in_order_are_added_and_read_by_the_citizen_and_the_custody_holder() -> None:
    world = World()
    hidden = ("Ikke forældremyndigheds-indehaver",)
    added = register(world, ENTRY, replace(ENTRY, SequenceNumber="2", Filter=hidden))
    assert added == Added(2, 0)
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 2
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD, "custody_holder": True})[1]["count"] == 1


def test_an_entry_that_is_sent_again_counts_as_added_and_stands_there_once() -> None:
    world = World()
    register(world, ENTRY)
    assert register(world, ENTRY) == Added(1, 0)
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 1


def test_an_entry_that_breaks_a_rule_fails_alone_and_is_named() -> None:
    world = World()
    body = write_request([ENTRY, replace(ENTRY, SequenceNumber="bad", Activity="SHORTENED")])
    added = send(world, body.replace(b"SHORTENED", b"x" * 76))
    assert isinstance(added, Added)
    assert (added.NumberAdded, added.NumberFailed) == (1, 1)
    (fault,) = added.FailedLogDataEntries
    assert fault.SequenceNumber == "bad" and "Activity" in fault.FaultText
    assert CHILD not in fault.FaultText


def test_500_entries_are_one_request_and_501_are_too_many() -> None:
    world = World()
    many = [replace(ENTRY, SequenceNumber=str(number)) for number in range(501)]
    said = register(world, *many)
    assert isinstance(said, SoapFault) and "500" in said.reason and said.code == "Client"
    assert register(world, *many[:500]) == Added(500, 0)


def test_the_recommended_twenty_requests_an_hour_can_be_enforced() -> None:
    world = World(nsp_settings=NspSettings(most_registration_requests=20))
    for number in range(20):
        assert register(world, replace(ENTRY, SequenceNumber=str(number))) == Added(1, 0)
    said = register(world, ENTRY)
    assert isinstance(said, SoapFault) and "20 requests" in said.reason
    world.settle(3600.0)
    assert register(world, ENTRY) == Added(1, 0)


@pytest.mark.parametrize("body", [b"<nonsense/>", b"", write_response(Added(1, 0))])
def test_what_is_no_registration_is_a_fault(body: bytes) -> None:
    said = send(World(), body)
    assert isinstance(said, SoapFault) and said.code == "Client"


def test_an_appointment_that_ends_before_it_starts_or_has_no_unit_is_refused() -> None:
    world = World()
    body = {"cpr": CHILD, "unit": BUP, "start": "2025-06-02T09:00:00", "end": "2025-06-02T08:00:00"}
    assert world.post("nordepj", "/desk/appointments", body)[0] == 400
    body |= {"end": None, "unit": "12345678901"}
    status, said = world.post("nordepj", "/desk/appointments", body)
    assert status == 400 and said["where"] == "$.unit"
