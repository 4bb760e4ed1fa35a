"""A mixed rehearsal in which VANS converts: everybody is reached, and the report says what it cost."""

from __future__ import annotations

from datetime import date

import pytest

from mocks.errors import BadInput
from mocks.standards.findings import Severity
from mocks.standards.recognise import check_bytes
from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices, conversion_notes
from scenarios.reports import journeys
from sim.rehearsal import Rehearsal

APRIL = Choices(standard="mixed", conversion=True, end=date(2025, 4, 20))


def fell_back(run: Rehearsal) -> int:
    return sum(contact.fell_back == "no_common_format" for contact in run.log.contacts)


@pytest.fixture(scope="module")
def run() -> Rehearsal:
    return nordjylland.stage(APRIL).play()


def test_nobody_falls_back_for_want_of_a_common_format(run: Rehearsal) -> None:
    assert fell_back(run) == 0
    converted = [j for j in run.journal.journeys() if "converted" in j.first]
    assert converted
    assert all(journey.complete for journey in converted)
    assert run.journal.leaks() == []


def test_one_seed_gives_one_history(run: Rehearsal) -> None:
    assert nordjylland.stage(APRIL).play().journal.digest() == run.journal.digest()


def test_without_conversion_some_do(run: Rehearsal) -> None:
    plain = nordjylland.stage(Choices(standard="mixed", end=APRIL.end)).play()
    assert fell_back(plain) > 0
    assert not any("converted" in j.first for j in plain.journal.journeys())


def test_everything_that_vans_wrote_conforms(run: Rehearsal) -> None:
    made = {
        envelope
        for j in run.journal.journeys()
        for s in j.stations
        if s.station == "converted"
        for envelope in str(s.facts["envelopes"]).split()
    }
    wires = [w for w in run.journal.wires if w.ids.get("envelope") in made]
    assert len(wires) == len(made) > 2
    for wire in wires:
        wrong = [f for f in check_bytes(wire.body).findings if f.severity is Severity.ERROR]
        assert wrong == [], wire.standard


def test_losses_stand_in_the_notes_and_in_the_journeys(run: Rehearsal) -> None:
    first, *lost = conversion_notes(run)
    assert first.startswith("VANS converted ")
    assert any("Communication.identifier: a letter belongs to no thread" in line for line in lost)
    (journey, *_) = [j for j in run.journal.journeys() if "converted" in j.first]
    stations = journeys.line(journey, with_bytes=False)["stations"]
    told = [s["facts"] for s in stations if s["station"] == "converted"]
    assert {"into", "envelopes", "losses", "lost"} <= set(told[0])


def test_the_command_that_repeats_the_run_says_so() -> None:
    assert APRIL.command().endswith("--standard mixed --conversion")


@pytest.mark.parametrize("standard", ["pilot", "5.0.2"])
def test_conversion_is_for_units_of_both_kinds(standard: str) -> None:
    with pytest.raises(BadInput, match="--standard mixed --conversion"):
        Choices(standard=standard, conversion=True)
