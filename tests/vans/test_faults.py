"""What VANS does to an envelope when the harness asks for trouble, and that it says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from mocks.runtime import Fault
from mocks.standards import vans_envelope
from tests.messaging.ground import START, Ground

LETTER = "MCM:XDIS91"


def faults(ground: Ground, message: str) -> list[tuple[str, str]]:
    return [
        (str(s.facts["action"]), str(s.facts["rule"]))
        for s in ground.journey(message).stations
        if s.station == "fault"
    ]


@pytest.mark.parametrize("action", ["drop", "duplicate", "delay"])
def test_every_fault_is_told_with_the_rule_that_struck(ground: Ground, action: str) -> None:
    ground.trouble.next(LETTER, action, 60)
    message = ground.write()
    ground.settle()
    assert faults(ground, message) == [(action, f"{action} {LETTER}")]


def test_a_dropped_envelope_was_accepted_and_never_arrives(ground: Ground) -> None:
    ground.trouble.next(LETTER, "drop")
    message = ground.write()
    ground.wait(minutes=29)
    assert ground.stations(message, "accepted", "forwarded", "delivered") == ["accepted"]
    assert ground.get("http://vans/vans/statistics")["in_transit"] == 0


def test_a_doubled_envelope_arrives_twice_with_the_same_identifier(ground: Ground) -> None:
    ground.trouble.next(LETTER, "duplicate", 240)
    message = ground.write()
    ground.settle()
    arrived = [
        s for s in ground.journey(message).stations if s.station == "delivered" and s.message == message
    ]
    assert [s.at - START for s in arrived] == [timedelta(seconds=20), timedelta(seconds=260)]
    assert len({s.facts["envelope"] for s in arrived}) == 1
    assert ground.stations(message, "forwarded").count("forwarded") == 3, (
        "letter and two acknowledgements, once each"
    )


def test_a_delayed_envelope_arrives_that_much_later(ground: Ground) -> None:
    ground.trouble.next(LETTER, "delay", 600)
    message = ground.write()
    ground.settle()
    assert ground.journey(message).at("delivered") == START + timedelta(seconds=620)


def test_without_trouble_an_envelope_takes_its_time_and_no_more(ground: Ground) -> None:
    message = ground.write()
    ground.settle()
    assert ground.journey(message).at("delivered") == START + timedelta(seconds=20)


def test_a_network_that_is_away_answers_503_and_takes_nothing(ground: Ground) -> None:
    def away(point: str, facts: Mapping[str, str]) -> Fault | None:
        assert set(facts) >= {"sender", "receiver"}
        return Fault("vans-away", "away") if point == "vans.intake" else None

    present = ground.trouble.strike
    ground.trouble.strike = away  # type: ignore[method-assign]
    message = ground.write()
    assert ground.sent()[0]["state"] == "queued"
    assert ground.stations(message, "accepted", "not_taken") == ["not_taken"]
    ground.trouble.strike = present  # type: ignore[method-assign]
    ground.settle()
    assert ground.journey(message).acknowledged
    assert len({e.identifier for e in ground.letters()}) == 2, "each try is an envelope of its own"


def test_faults_can_pick_acknowledgements_and_receipts_apart(ground: Ground) -> None:
    ground.trouble.next("MCM:XCTL", "drop")
    ground.trouble.next("Receipt", "drop")
    message = ground.write()
    ground.settle()
    struck = [s for s in ground.journey(message).stations if s.station == "fault"]
    assert len(struck) == 2
    letters = {e.identifier for e in ground.letters()}
    assert {str(s.facts["envelope"]) for s in struck}.isdisjoint(letters)
    names = {
        w.standard for w in ground.journal.wires if vans_envelope.read(w.body).identifier in _struck(struck)
    }
    assert names == {"MCM:XCTL03", "VANSEnvelope"}


@pytest.mark.parametrize(("action", "moments"), [("delay", [620]), ("duplicate", [20, 620])])
def test_a_receipt_meets_with_the_same_trouble_as_a_message(
    ground: Ground, action: str, moments: list[int]
) -> None:
    ground.trouble.next("Receipt", action, 600)
    message = ground.write()
    ground.settle()
    assert faults(ground, message) == [(action, f"{action} Receipt")]
    receipted = [s for s in ground.journey(message).stations if s.station == "receipted"]
    assert [(s.at - START).total_seconds() for s in receipted] == moments
    assert ground.sent()[0]["state"] == "acknowledged"


def _struck(stations: list) -> set[str]:  # type: ignore[type-arg]
    return {str(s.facts["envelope"]) for s in stations}
