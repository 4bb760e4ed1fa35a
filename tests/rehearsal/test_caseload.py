"""What people set out to do: when they work, how often they act, and where the numbers come from."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mocks.errors import BadInput
from mocks.people import AppointmentStatus
from mocks.runtime import COPENHAGEN
from scenarios.pilots import nordjylland
from sim.caseload.calendar import Office, at, is_working_day, next_moment, working_days
from sim.caseload.parameters import VOLUMES, Parameters, load
from sim.caseload.pilot import PilotCaseload
from sim.caseload.plan import Intent, pick, poisson, uneven_use
from sim.caseload.texts import new_letter, reply
from sim.nation.streams import Draw
from tests.rehearsal import own
from tests.rehearsal.conftest import Play

START, END = date(2025, 5, 5), date(2025, 6, 2)


# The calendar ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-04-01", True),
        ("2025-04-05", False),  # Saturday
        ("2025-04-06", False),
        ("2025-04-17", False),  # Maundy Thursday
        ("2025-04-18", False),
        ("2025-04-21", False),
        ("2025-05-16", True),  # Great Prayer Day until 2023, a working day since
        ("2023-05-05", False),
        ("2025-05-29", False),  # Ascension
        ("2025-06-09", False),
        ("2025-12-25", False),
        ("2025-12-26", False),
        ("2026-01-01", False),
    ],
)
def test_danish_working_days(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is works


def test_the_end_of_a_stretch_of_working_days_is_not_part_of_it() -> None:
    assert list(working_days(date(2025, 4, 16), date(2025, 4, 22))) == [date(2025, 4, 16)]


@pytest.mark.parametrize(
    ("after", "first"),
    [
        ("2025-05-06T07:59:59", "2025-05-06T08:00:00"),
        ("2025-05-06T08:00:00", "2025-05-06T12:00:00"),
        ("2025-05-06T12:00:01", "2025-05-07T08:00:00"),
        ("2025-05-09T12:30:00", "2025-05-12T08:00:00"),
        ("2025-04-16T12:30:00", "2025-04-22T08:00:00"),
    ],
)
def test_the_next_moment_is_the_next_full_hour_of_a_habit_on_a_working_day(after: str, first: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=COPENHAGEN)
    assert next_moment(moment, (8, 12)).isoformat(timespec="seconds")[:19] == first


def test_moments_lie_in_office_hours_and_follow_their_weights() -> None:
    office = Office(START, END, {8: 1.0, 9: 3.0}, {})
    moments = [datetime.fromtimestamp(t, COPENHAGEN) for t in office.draw(4000, Draw(1, "test"))]
    assert moments == sorted(moments)
    hours = Counter(m.hour for m in moments)
    assert set(hours) == {8, 9}
    assert 2.6 < hours[9] / hours[8] < 3.4
    assert all(is_working_day(m.date()) for m in moments)


def test_summer_counts_for_less() -> None:
    quiet, normal = (Office(date(2025, 7, 1), date(2025, 8, 1), {9: 1.0}, m) for m in ({7: 0.5}, {}))
    assert quiet.days == pytest.approx(normal.days / 2)
    assert normal.days == 23


def test_a_stretch_without_working_days_has_no_moments() -> None:
    office = Office(date(2025, 5, 17), date(2025, 5, 19), {9: 1.0}, {})
    assert office.days == 0.0
    assert list(office.draw(5, Draw(1, "test"))) == []


def test_office_hours_keep_to_the_clock_over_the_change_to_winter_time() -> None:
    friday, monday = at(date(2025, 10, 24), 8), at(date(2025, 10, 27), 8)
    assert (monday.timestamp() - friday.timestamp()) == (3 * 24 + 1) * 3600
    assert (friday.hour, monday.hour) == (8, 8)


# Drawing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [0.3, 4.0, 60.0, 900.0])
def test_counts_are_poisson_with_the_mean_that_was_asked_for(mean: float) -> None:
    draw = Draw(1, f"poisson {mean}")
    counts = [poisson(mean, draw) for _ in range(1500)]
    average = sum(counts) / len(counts)
    variance = sum((c - average) ** 2 for c in counts) / len(counts)
    assert average == pytest.approx(mean, abs=4 * math.sqrt(mean / 1500))
    assert variance == pytest.approx(mean, rel=0.25)
    assert min(counts) >= 0


@pytest.mark.parametrize("mean", [0.0, -1.0])
def test_nothing_is_drawn_from_nothing(mean: float) -> None:
    assert poisson(mean, Draw(1, "none")) == 0


def test_use_is_uneven_and_the_sum_stays() -> None:
    codes = ["0810", "0787", "0849", "0851", "0840"]
    for seed in range(1, 20):
        factors = uneven_use(seed, codes, 0.8)
        assert list(factors) == codes
        assert sum(factors.values()) == pytest.approx(5.0)
    even = uneven_use(1, codes, 0.0)
    assert set(even.values()) == {1.0}


def test_keys_are_picked_as_often_as_their_shares_say() -> None:
    found = Counter(pick({"a": 0.2, "b": 0.8, "c": 0.0}, Draw(1, "pick"), 5000))
    assert set(found) == {"a", "b"}
    assert found["b"] / 5000 == pytest.approx(0.8, abs=0.03)


# Intents ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def caseload(play: Play) -> Callable[..., PilotCaseload]:
    world = nordjylland.world_of(1, "pilot")  # built once for the session
    return lambda volume="base", seed=1: PilotCaseload(world, load(volume), seed, START, END)


@pytest.fixture(scope="module")
def intents(caseload: Callable[..., PilotCaseload]) -> list[Intent]:
    return caseload().intents()


def test_intents_are_in_order_and_inside_the_run(intents: list[Intent]) -> None:
    moments = [i.at for i in intents]
    assert moments == sorted(moments)
    assert at(START, 0).timestamp() <= moments[0] <= moments[-1] < at(END, 0).timestamp()
    assert {i.kind for i in intents} == {
        *("contact", "sapa", "overblik", "open_case", "close_case", "book", "move", "cancel"),
        *("change_contact", "move_home", "change_school", "change_custody"),
    }


def test_everything_is_done_in_office_hours(intents: list[Intent]) -> None:
    for intent in intents:
        moment = datetime.fromtimestamp(intent.at, COPENHAGEN)
        assert is_working_day(moment.date()), intent
        assert 8 <= moment.hour < 16, intent


def test_people_intents_are_the_intents_without_cases_appointments_and_changes(
    caseload: Callable[..., PilotCaseload], intents: list[Intent]
) -> None:
    people = caseload().people_intents()
    assert [i for i in people if i.kind != "overblik"] == [
        i for i in intents if i.kind in ("contact", "sapa")
    ]
    cards = {i for i in intents if i.kind == "overblik"}
    more = cards - {i for i in people if i.kind == "overblik"}
    assert len(cards) == len(more) + sum(i.kind == "overblik" for i in people)
    moved = {i.child for i in intents if i.kind in ("move_home", "change_school", "change_custody")}
    assert {i.child for i in more} <= moved, "they look again at children around whom something changed"


def test_an_appointment_is_booked_before_it_is_moved_or_cancelled(intents: list[Intent]) -> None:
    booked: dict[tuple[int, Any], float] = {}
    changed = 0
    for intent in intents:
        key = (intent.child, intent.detail[0] if intent.detail else None)
        if intent.kind == "book":
            booked[key] = intent.at
        elif intent.kind in ("move", "cancel") and isinstance(intent.detail[0], int):
            assert booked[key] < intent.at
            changed += 1
    assert changed > 20


def test_appointments_lie_on_half_hours_of_working_days(
    caseload: Callable[..., PilotCaseload], intents: list[Intent]
) -> None:
    book = caseload().appointments
    starts = [a.start for a in book] + [i.detail[1] for i in intents if i.kind in ("book", "move")]
    assert len(book) > 1000
    assert {a.status for a in book} == {AppointmentStatus.BOOKED}
    for start in starts:
        assert is_working_day(start.date())
        assert 8 <= start.hour < 15
        assert (start.minute % 30, start.second) == (0, 0)
    assert min(starts).date() < START - timedelta(days=183), "some are older than the window of the overview"
    assert max(starts).date() > END


def test_volumes_scale_contacts_and_nothing_else(caseload: Callable[..., PilotCaseload]) -> None:
    counts = {v: Counter(i.kind for i in caseload(v).intents()) for v in VOLUMES}
    factor = {v: load(v).number("volume") for v in VOLUMES}
    assert counts["low"]["contact"] < counts["base"]["contact"] < counts["high"]["contact"]
    ratio = counts["high"]["contact"] / counts["base"]["contact"]
    assert ratio == pytest.approx(factor["high"] / factor["base"], rel=0.25)
    for kind in ("sapa", "overblik", "open_case", "close_case", "book", "move", "cancel"):
        assert len({counts[v][kind] for v in VOLUMES}) == 1


def test_a_child_meets_the_same_receivers_each_time(
    caseload: Callable[..., PilotCaseload], intents: list[Intent]
) -> None:
    made = caseload()
    met: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for intent in intents:
        if intent.kind == "contact" and (receiver := made.receiver_of(intent)) is not None:
            met[intent.child, intent.detail[0]].add(receiver.sor_id)
    assert len(met) > 100
    assert {len(found) for found in met.values()} == {1}


def test_letters_to_a_gp_go_to_the_childs_own(
    caseload: Callable[..., PilotCaseload], intents: list[Intent]
) -> None:
    made = caseload()
    for intent in intents:
        if intent.kind == "contact" and intent.detail[0] == "gp":
            assert made.receiver_of(intent) == made.world.gp_of(intent.child)


def test_ppr_is_that_of_the_schools_municipality(
    caseload: Callable[..., PilotCaseload], intents: list[Intent]
) -> None:
    made = caseload()
    elsewhere = 0
    for intent in intents:
        if intent.kind != "contact" or intent.detail[0] != "ppr":
            continue
        receiver, placement = made.receiver_of(intent), made.world.placement(intent.child)
        if receiver is not None and placement is not None:
            assert receiver.municipality == placement.institution.municipality
            elsewhere += receiver.municipality != made.world.child(intent.child).municipality
    assert elsewhere > 0, "some children go to school in another municipality"


def test_no_letter_says_more_than_a_first_name() -> None:
    for actor in ("ppr", "family", "bup", "clinic", "department", "nobody"):
        for n in range(30):
            wording = new_letter(actor, "Åse", Random(n))
            assert 0 < len(wording.subject) <= 70
            assert "{" not in wording.text
    assert reply("Trivsel", "Åse", Random(1)).subject == "SV: Trivsel"
    assert reply("SV: Trivsel", "Åse", Random(1)).subject == "SV: Trivsel"
    assert len(reply("x" * 70, "Åse", Random(1)).subject) == 70


# Parameters --------------------------------------------------------------------------------------------------------


def test_every_number_has_its_reason_or_its_source() -> None:
    for assumption in load("base").assumptions:
        assert assumption.what
        assert assumption.reason or assumption.source, assumption.id


def test_our_own_file_is_a_file_like_any_other(tmp_path: Path) -> None:
    for volume in VOLUMES:
        assert load(volume, own.parameters(tmp_path / "own.toml")).assumptions == load(volume).assumptions


def test_a_file_may_change_every_number(tmp_path: Path) -> None:
    file = own.parameters(tmp_path / "own.toml", users_per_department="7")
    assert load("base", file).number("users_per_department") == 7.0


def swap(pattern: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        text, times = re.subn(pattern, new, text, count=1)
        assert times == 1
        return text

    return change


USERS = r"(?s)(\[users_per_department\].*?)value = [^\n]*"
CHANGES = {
    "a parameter is missing": (swap(r"\[gp_contacts\]", "[gp_contact]"), "lacks gp_contacts"),
    "a parameter is unknown": (lambda t: t + '\n[x]\nvalue=1\nwhat="x"\nreason="y"', "has unknown x"),
    "text for a number": (swap(USERS, r'\1value = "many"'), "[users_per_department] value is 'many'"),
    "a number below zero": (swap(USERS, r"\1value = -40"), "[users_per_department] value is -40"),
    "a number for a table": (swap(r"(?s)(\[case_months\].*?)value = [^\n]*", r"\1value = 24"), "[case_months] value is 24"),
    "no value": (swap(USERS, r"\1amount = 40"), "[users_per_department] has neither value nor low"),
    "no reason": (swap(r"(?s)(\[gp_contacts\].*?)reason = [^\n]*", r"\1"), "[gp_contacts] lacks reason"),
    "a volume is missing": (swap("base = [^\n]*", ""), "[volume] has neither value nor low"),
    "an entry is a number": (swap(r"(?s)^(.*?)\[volume\].*?\n\n", r"volume = 1\n\1"), "[volume] is a table"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(CHANGES))
def test_a_wrong_file_is_refused_with_the_parameter_and_the_reason(name: str, tmp_path: Path) -> None:
    change, text = CHANGES[name]
    file = tmp_path / "own.toml"
    file.write_text(change(own.ours()), "utf-8")
    with pytest.raises(BadInput) as refused:
        load("base", file)
    assert text in str(refused.value)


def test_an_unknown_volume_is_refused() -> None:
    with pytest.raises(BadInput, match="low, base, high, not 'huge'"):
        Parameters({}, "huge")
