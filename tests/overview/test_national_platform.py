"""Login at SEB, and MinLog's rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.overview.world import BUP, CHILD, World

ENTRY: dict[str, Any] = {
    "Source": {"SystemName": "Klinik+"},
    "Destination": {"SystemName": "Overblik"},
    "Activity": "Opslag",
    "DateTime": "2025-05-12T10:00:00+02:00",
    "OrganisationId": {"source": "SOR", "value": BUP},
    "PersonIdentifier": {"source": "CPR", "value": CHILD},
    "UserPersonIdentifier": {"source": "Autorisation", "value": "SRTTQ"},
    "UserRole": "læge",
    "SequenceNumber": "1",
}


def register(world: World, *entries: Any) -> tuple[int, Any]:
    return world.post("nsp", "/minlog", {"LogDataEntry": list(entries)})


def test_a_user_whose_employer_gave_no_role_is_turned_away_with_a_way_out() -> None:
    status, said = World().post("nsp", "/seb/login", {"user": "u", "system": "sapa", "roles": []})
    assert (status, said["code"]) == (403, "no_seb_role")
    assert "administrator" in said["message"] and "administrator" in said["besked"]


def test_a_login_holds_for_eight_hours_and_then_says_that_it_has_expired() -> None:
    world = World()
    _, login = world.post("nsp", "/seb/login", {"user": "u", "system": "sapa"})
    search = {"cpr": CHILD, "token": login["token"]}
    world.settle(8 * 3600.0 - 1)
    assert world.post("nsp", "/aftaler/soeg", search) == (200, {"aftaler": []})
    world.settle(1.0)
    status, said = world.post("nsp", "/aftaler/soeg", search)
    assert (status, said["code"]) == (401, "expired_token")
    assert world.post("nsp", "/aftaler/soeg", {"cpr": CHILD})[1]["code"] == "unknown_token"
    world.settle(48 * 3600.0)
    world.post("nsp", "/seb/login", {"user": "u", "system": "sapa"})
    assert world.post("nsp", "/seb/check", {"token": login["token"]})[1]["code"] == "unknown_token"


def test_entries_in_order_are_added_and_read_by_the_citizen_and_the_custody_holder() -> None:
    world = World()
    status, added = register(
        world,
        ENTRY,
        ENTRY | {"SequenceNumber": "2", "Filter": ["Ikke forældremyndigheds-indehaver"]},
    )
    assert (status, added) == (200, {"NumberAdded": 2, "NumberFailed": 0, "FailedLogDataEntries": []})
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 2
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD, "custody_holder": True})[1]["count"] == 1


def test_an_entry_that_is_sent_again_counts_as_added_and_stands_there_once() -> None:
    world = World()
    register(world, ENTRY)
    assert register(world, ENTRY)[1]["NumberAdded"] == 1
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"Activity": "x" * 76}, "$.Activity"),
        ({"Reason": "x" * 51}, "$.Reason"),
        ({"Addition": "x" * 51}, "$.Addition"),
        ({"UserRole": "x" * 201}, "$.UserRole"),
        ({"Destination": {"SystemName": "x" * 26}}, "$.Destination.SystemName"),
        ({"OrganisationId": {"source": "EAN", "value": "1"}}, "$.OrganisationId.source"),
        ({"PersonIdentifier": {"source": "CPR", "value": "123"}}, "PersonIdentifier"),
        ({"UserPersonIdentifier": {"source": "Navn", "value": "x"}}, "$.UserPersonIdentifier.source"),
        ({"DateTime": "2025-05-12T10:00:00"}, "$.DateTime"),
        ({"DateTime": "2014-12-31T23:59:00+01:00"}, "2015"),
        ({"DateTime": None}, "DateTime"),
        ({"FromDateTime": "2025-05-12T10:00:00+02:00"}, "exactly one"),
        ({"DateTime": None, "FromDateTime": "2025-05-12T10:00:00+02:00"}, "belong together"),
        ({"Filter": ["Alle"]}, "$.Filter[0]"),
        ({"Begrundelse": "x"}, "Begrundelse"),
    ],
)
def test_an_entry_that_breaks_a_rule_fails_alone_and_is_named(change: dict[str, Any], named: str) -> None:
    world = World()
    _, added = register(world, ENTRY | {"SequenceNumber": "ok"}, ENTRY | {"SequenceNumber": "bad"} | change)
    assert (added["NumberAdded"], added["NumberFailed"]) == (1, 1)
    (fault,) = added["FailedLogDataEntries"]
    assert fault["SequenceNumber"] == "bad" and named in fault["FaultText"]
    assert CHILD not in fault["FaultText"]


def test_500_entries_are_one_request_and_501_are_too_many() -> None:
    world = World()
    many = [ENTRY | {"SequenceNumber": str(number)} for number in range(501)]
    assert register(world, *many)[0] == 413
    assert register(world, *many[:500])[1]["NumberAdded"] == 500


def test_what_is_no_entry_at_all_fails_by_its_place() -> None:
    _, added = register(World(), "nonsense")
    assert added["FailedLogDataEntries"][0]["SequenceNumber"] == "0"


def test_an_appointment_that_ends_before_it_starts_or_has_no_unit_is_refused() -> None:
    world = World()
    body = {"cpr": CHILD, "unit": BUP, "start": "2025-06-02T09:00:00", "end": "2025-06-02T08:00:00"}
    assert world.post("nordepj", "/desk/appointments", body)[0] == 400
    body |= {"end": None, "unit": "12345678901"}
    status, said = world.post("nordepj", "/desk/appointments", body)
    assert status == 400 and said["where"] == "$.unit"
    empty = {"cpr": CHILD, "from": "2025-06-02T09:00:00+02:00", "to": "2025-06-01T09:00:00+02:00"}
    assert world.post("nordepj", "/aftaler/ondemand", empty)[0] == 400
