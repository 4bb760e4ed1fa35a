"""Children move, change school and custody, departments change numbers; registers learn of it at night."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from mocks.runtime import COPENHAGEN
from scenarios.pilots.nordjylland import Choices
from sim.nation.world import World
from sim.registers import Registers, institutions_ready, replica_ready
from sim.truth import Kind, Part
from tests.rehearsal.conftest import Play, Played
from tests.rehearsal.own import parameters

#: Nothing is outdated for longer than its register takes: over a weekend CPR needs until Monday.
LONGEST = {
    Part.CONTACT: timedelta(hours=28.5),
    Part.AUTHORITY: timedelta(days=3),
    Part.SCHOOL: timedelta(hours=28),
}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


@pytest.mark.parametrize(
    ("changed", "ready"),
    [
        ("2025-05-06T10:00", "2025-05-07T02:00"),  # Tuesday
        ("2025-05-07T01:00", "2025-05-08T02:00"),  # in the night, after the extract was made
        ("2025-05-09T10:00", "2025-05-12T02:00"),  # Friday
        ("2025-05-10T10:00", "2025-05-12T02:00"),
        ("2025-05-11T23:59", "2025-05-12T02:00"),
    ],
)
def test_the_cpr_replica_knows_after_the_next_night_of_a_weekday(changed: str, ready: str) -> None:
    assert replica_ready(moment(changed)) == moment(ready)


def test_the_institution_register_knows_the_next_morning() -> None:
    assert institutions_ready(moment("2025-05-09T10:00")) == moment("2025-05-10T04:00")


def test_a_register_tells_what_it_knew_at_that_moment(play: Play) -> None:
    world: World = play(Choices(start=date(2025, 5, 18), end=date(2025, 5, 18))).run.world
    clock = [moment("2025-05-09T10:00")]
    registers = Registers(world, lambda: clock[0])
    child = world.child(int(world.followed[0]))
    registers.people.change(child.cpr, municipality="0999")
    assert registers.people.find(child.cpr) == child
    registers.people.change(child.cpr, custody=("2512489996",))
    newest = registers.people.newest(child.cpr)
    assert newest is not None and (newest.municipality, newest.custody) == ("0999", ("2512489996",))
    assert registers.people.home_of(child.cpr) == child.municipality
    registers.placements.change(child.cpr, None)
    assert registers.placements.find(child.cpr) == world.placement_of(child.cpr)
    clock[0] = moment("2025-05-12T02:00")
    assert registers.people.find(child.cpr) == newest
    assert registers.people.home_of(child.cpr) == "0999"
    assert registers.placements.find(child.cpr) is registers.placements.newest(child.cpr) is None


@pytest.fixture(scope="module")
def restless(play: Play, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Ten days in which far more changes than in life, and is looked up at once."""
    file = parameters(
        tmp_path_factory.mktemp("restless") / "own.toml", contact_changes="60", home_moves="0.9",
        school_changes="0.9", custody_changes="0.5", lookup_after_change="1.0", lookup_after_change_hours="3",
    )  # fmt: skip
    return play(Choices(start=date(2025, 5, 5), end=date(2025, 5, 16), volume="low", parameters=file))


def test_what_changed_is_shown_as_it_was_until_the_register_knows(restless: Played) -> None:
    stale = [
        d
        for x in restless.run.log.lookups
        if x.judgement
        for d in x.judgement.deviations
        if d.kind is Kind.STALE
    ]
    assert {d.part for d in stale} == set(LONGEST)
    for deviation in stale:
        assert 0 < deviation.seconds <= LONGEST[deviation.part].total_seconds(), deviation.text


def test_nothing_else_deviates_and_the_run_passes(restless: Played) -> None:
    kinds = {d.kind for x in restless.run.log.lookups if x.judgement for d in x.judgement.deviations}
    assert kinds == {Kind.STALE}
    assert restless.result.verdict == "pass", "registers that are late break no promise"


def test_the_report_says_what_was_stale_for_how_long(restless: Played) -> None:
    rows = {row.solution: row for row in restless.result.lookup_truth}
    card = rows["sagsoverblik"]
    assert card.shown["stale"] == card.staleness.count > 10
    assert 3600 < card.staleness.median <= card.staleness.p90 <= card.staleness.longest
    assert card.right == sum(card.shown.values())
    assert any("municipality" in note and "schools" in note for note in restless.result.notes)


def test_cases_follow_the_children_that_moved(restless: Played) -> None:
    events = restless.run.log.events
    assert set(events) == {"change_contact", "move_home", "change_school", "change_custody"}
    assert restless.run.log.cases_opened > 50


def test_what_changes_shifts_nothing_that_people_intend(play: Play, restless: Played) -> None:
    calm = play(Choices(start=date(2025, 5, 5), end=date(2025, 5, 16), volume="low"))

    def contacts(played: Played) -> set[tuple[datetime, str, int, str]]:
        return {(c.at, c.sender, c.child, c.receiver) for c in played.run.log.contacts if not c.reply_to}

    assert contacts(calm) == contacts(restless)
    looked = {(x.at, x.system, x.child) for x in calm.run.log.lookups if x.solution == "aftaleoverblik"}
    assert looked == {
        (x.at, x.system, x.child) for x in restless.run.log.lookups if x.solution == "aftaleoverblik"
    }
