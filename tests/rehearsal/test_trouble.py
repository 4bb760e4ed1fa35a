"""Rehearsals with trouble: nothing is lost, and the run shows what saved it. And the rules of trouble themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from mocks.errors import BadInput, HarnessFault
from mocks.messaging.receiver import Receiver
from mocks.municipal.sapa import appointments
from mocks.overview import sources
from mocks.overview.lookup_log import LookupLog
from mocks.runtime import COPENHAGEN
from mocks.vans.network import VansNetwork
from mocks.vans.tallies import Tallies
from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from sim import faults
from tests.rehearsal.conftest import DAY, Play, Played

ONE_DAY = Choices(start=DAY, end=DAY)


# A run in trouble -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_mild_trouble_loses_nothing_and_shows_nothing_twice(troubled: Played) -> None:
    counts = troubled.result.counts
    assert troubled.result.verdict == "pass"
    assert (counts.lost, counts.duplicates_shown) == (0, 0)
    assert counts.messages_sent == counts.messages_delivered == counts.acknowledged > 100
    assert counts.resends > 3, "this is what saved it"


def test_every_kind_of_trouble_struck_and_is_reported(troubled: Played) -> None:
    told = {f.rule: (f.action, f.times) for f in troubled.result.faults}
    assert {rule: action for rule, (action, _) in told.items()} == {
        "lost": "drop",
        "twice": "duplicate",
        "late": "delay",
        "vans-away": "away",
    }
    assert all(times > 0 for _, times in told.values())
    stations = [s for j in troubled.run.journal.journeys() for s in j.stations if s.station == "fault"]
    by_rule = Counter(str(s.facts["rule"]) for s in stations)
    assert by_rule == {rule: times for rule, (_, times) in told.items() if rule != "vans-away"}


def test_two_in_a_hundred_envelopes_are_lost_doubled_and_late(troubled: Played) -> None:
    """Each accepted envelope passes the point where faults strike, and so does the receipt for it."""
    taken = sum(s.station == "accepted" for j in troubled.run.journal.journeys() for s in j.stations)
    for fault in troubled.result.faults:
        if fault.rule != "vans-away":
            assert 0.005 * 2 * taken < fault.times < 0.05 * 2 * taken


def test_vans_is_away_for_three_hours_of_one_morning(troubled: Played) -> None:
    (rule,) = [r for r in troubled.run.faults.rules if r.id == "vans-away"]
    assert rule.start is not None and rule.end is not None
    assert (rule.start.hour, rule.end - rule.start) == (9, timedelta(hours=3))
    accepted = [
        s.at for j in troubled.run.journal.journeys() for s in j.stations if s.station in ("accepted", "sent")
    ]
    assert [at for at in accepted if rule.start <= at < rule.end]
    taken = [s.at for j in troubled.run.journal.journeys() for s in j.stations if s.station == "accepted"]
    assert [at for at in taken if rule.start <= at < rule.end] == []


def test_each_resend_has_a_reason_on_its_journey(troubled: Played) -> None:
    for journey in troubled.run.journal.journeys():
        if journey.resends:
            names = {s.station for s in journey.stations}
            assert names & {"fault", "not_taken"}, journey.id
            assert journey.complete


def test_each_copy_on_the_wire_is_recognised_by_its_receiver(troubled: Played) -> None:
    doubled = [j for j in troubled.run.journal.journeys() if j.duplicates]
    assert doubled
    for journey in doubled:
        assert journey.shown == 1
        assert journey.times["acknowledged"] == 1


# Broken systems are found -----------------------------------------------------------------------------------------


def verdicts(choices: Choices) -> dict[str, str]:
    """A run that nobody else looks at: the verdict of the whole, of each check and each figure."""
    result, _, _ = nordjylland.rehearse(choices)
    rows = {row.id: row.verdict for row in (*result.checks, *result.figures)}
    return {**rows, "run": result.verdict}


def test_a_receiver_that_shows_copies_is_found(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every envelope comes twice, and the receivers have forgotten what they saw."""
    assert play(ONE_DAY).result.verdict == "pass"
    taken = Receiver.take

    async def forgetful(self: Receiver, raw: bytes):  # type: ignore[no-untyped-def]
        await taken(self, raw)
        for collection in (self._seen, self._letters):
            for key in [key for key, _ in collection.items()]:
                collection.drop(key)
        self._by_key.clear()
        return await taken(self, raw)

    monkeypatch.setattr(Receiver, "take", forgetful)
    found = verdicts(ONE_DAY)
    assert (found["duplicates_shown"], found["run"]) == ("fail", "fail")


def test_a_network_that_loses_what_it_accepted_is_found(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    """It throws away whatever is for the receiver of the first letter of the day."""
    carried, unlucky = VansNetwork._carry, []

    async def careless(self: VansNetwork, transit, fault):  # type: ignore[no-untyped-def]
        unlucky.append(transit.receiver)
        if transit.receiver == unlucky[0]:
            self._transit.drop(transit.envelope)
            return
        await carried(self, transit, fault)

    monkeypatch.setattr(VansNetwork, "_carry", careless)
    found = verdicts(ONE_DAY)
    assert (found["lost"], found["run"]) == ("fail", "fail")


def test_a_look_up_that_is_not_logged_is_found(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    kept = LookupLog.conclude

    def sloppy(self: LookupLog, *args: object, **more: object):  # type: ignore[no-untyped-def]
        record = kept(self, *args, **more)  # type: ignore[arg-type]
        self._rows.drop(record.lookup)
        return record

    monkeypatch.setattr(LookupLog, "conclude", sloppy)
    found = verdicts(ONE_DAY)
    assert (found["lookups_logged"], found["A16"], found["run"]) == ("fail", "fail", "fail")


def test_a_window_that_is_too_wide_is_found(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    """Both overviews show what is ten years old."""
    for overview in (sources, appointments):
        monkeypatch.setattr(overview, "months_before", lambda day, months: day - timedelta(days=3650))
    found = verdicts(replace(ONE_DAY, end=DAY + timedelta(days=9)))
    assert "fail" in (found["A14"], found["A15"])
    assert found["run"] == "fail"


def test_an_error_in_a_handler_is_the_harness_own_fault(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    def broken(self: Tallies, *_: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(Tallies, "accepted", broken)
    with pytest.raises(
        HarnessFault, match=r"the first in vans POST /vans/envelopes: ZeroDivisionError: planted"
    ):
        nordjylland.rehearse(ONE_DAY)


def test_a_process_that_never_ends_is_the_harness_own_fault(play: Play) -> None:
    stage = nordjylland.stage(replace(ONE_DAY, end=DAY, start=DAY))

    async def sits_there() -> None:
        await stage.kernel.sleep(400 * 86400.0)

    stage.kernel.spawn("sits there", sits_there())
    with pytest.raises(HarnessFault, match="'sits there'"):
        stage.play()


# The rules ------------------------------------------------------------------------------------------------------------


NOW = datetime(2025, 5, 6, 10, tzinfo=COPENHAGEN)
START, END = date(2025, 5, 5), date(2025, 5, 26)
LETTER = {"sender": "1", "receiver": "2", "type": "MCM:XDIS91"}


def plan(
    text: str, tmp_path: Path, now: Callable[[], datetime] = lambda: NOW, seed: int = 1
) -> faults.FaultPlan:
    file = tmp_path / "faults.toml"
    file.write_text(text, "utf-8")
    return faults.load(str(file), seed, START, END, now)


def test_no_trouble_strikes_nothing() -> None:
    calm = faults.load("none", 1, START, END, lambda: NOW)
    assert calm.rules == []
    assert calm.for_system("vans").strike("vans.route", LETTER) is None


def test_a_share_of_what_passes_is_struck(tmp_path: Path) -> None:
    made = plan('[[fault]]\nid="a"\npoint="vans.route"\naction="drop"\nshare=0.25', tmp_path)
    vans = made.for_system("vans")
    struck = [vans.strike("vans.route", LETTER) for _ in range(4000)]
    assert 850 < sum(f is not None for f in struck) < 1150
    assert made.struck == {"a": sum(f is not None for f in struck)}
    assert {f.action for f in struck if f} == {"drop"}


def test_another_seed_strikes_others(tmp_path: Path) -> None:
    text = '[[fault]]\nid="a"\npoint="vans.route"\naction="drop"\nshare=0.5'

    def pattern(seed: int) -> list[bool]:
        vans = plan(text, tmp_path, seed=seed).for_system("vans")
        return [vans.strike("vans.route", LETTER) is not None for _ in range(64)]

    assert pattern(1) == pattern(1) != pattern(2)


def test_one_rule_more_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    first = '[[fault]]\nid="a"\npoint="vans.route"\naction="drop"\nshare=0.3\n'
    second = '[[fault]]\nid="b"\npoint="vans.route"\naction="delay"\nshare=0.3\nseconds=5\n'
    alone, both = (plan(t, tmp_path).for_system("vans") for t in (second, first + second))
    one = [alone.strike("vans.route", LETTER) is not None for _ in range(200)]
    two = [both.strike("vans.route", LETTER) for _ in range(200)]
    for struck, fault in zip(one, two, strict=True):
        assert struck is (fault is not None and fault.rule == "b") or (
            fault is not None and fault.rule == "a"
        )


def test_a_rule_can_pick_by_type_sender_and_receiver(tmp_path: Path) -> None:
    text = '[[fault]]\nid="a"\npoint="vans.route"\naction="drop"\nmatch={type="MCM:XCTL", sender="57"}'
    vans = plan(text, tmp_path).for_system("vans")
    assert vans.strike("vans.route", {**LETTER, "type": "MCM:XCTL03", "sender": "5790"})
    assert not vans.strike("vans.route", {**LETTER, "type": "MCM:XCTL03", "sender": "12"})
    assert not vans.strike("vans.route", {**LETTER, "sender": "5790"})
    assert not vans.strike("vans.intake", {"sender": "5790", "receiver": "2"})


def test_a_window_strikes_inside_and_not_at_its_end(tmp_path: Path) -> None:
    text = '[[fault]]\nid="a"\npoint="vans.intake"\naction="away"\nfrom=2025-05-06T09:00:00\nto=2025-05-06T12:00:00'
    clock = [NOW]
    vans = plan(text, tmp_path, now=lambda: clock[0]).for_system("vans")
    seen = []
    for hour, minute in ((8, 59), (9, 0), (11, 59), (12, 0)):
        clock[0] = NOW.replace(hour=hour, minute=minute)
        seen.append(vans.strike("vans.intake", LETTER) is not None)
    assert seen == [False, True, True, False]


def test_a_working_day_is_a_share_of_the_run(tmp_path: Path) -> None:
    text = '[[fault]]\nid="a"\npoint="vans.intake"\naction="away"\nworking_day={}\nhour=13\nseconds=60'
    days = [plan(text.format(share), tmp_path).rules[0].start for share in (0, 0.5, 1)]
    assert [d and (d.date().isoformat(), d.hour) for d in days] == [
        ("2025-05-05", 13),
        ("2025-05-14", 13),
        ("2025-05-23", 13),
    ]


def test_a_run_without_a_working_day_is_not_troubled_by_one() -> None:
    sunday = faults.load("mild", 1, date(2025, 5, 18), date(2025, 5, 19), lambda: NOW)
    assert sunday.for_system("vans").strike("vans.intake", LETTER) is None
    assert len(sunday.rules) == 4


def fault(**lines: str) -> str:
    given = {"id": '"a"', "point": '"vans.route"', "action": '"drop"', **lines}
    return "[[fault]]\n" + "\n".join(f"{key}={value}" for key, value in given.items() if value)


BAD = {
    "not TOML": ("[[fault", "is not TOML"),
    "empty": ("", "holds no [[fault]] table"),
    "single brackets": ('[fault]\nid="a"', "holds no [[fault]] table"),
    "a list of words": ('fault=["drop"]', "holds no [[fault]] table"),
    "unknown key": (fault(chance="1"), "fault 1: unknown key chance; known are action"),
    "no id": (fault(id=""), "fault 1 lacks id"),
    "id is a number": (fault(id="1"), "fault 1 lacks id"),
    "unknown point": (fault(point='"vans"'), "point is one of vans.intake, vans.route, desk.inbox"),
    "unknown action": (
        fault(action='"eat"'),
        "action at vans.route is one of drop, duplicate, delay, not 'eat'",
    ),
    "action elsewhere": (fault(point='"vans.intake"'), "action at vans.intake is one of away, not 'drop'"),
    "share above one": (fault(share="1.5"), "share is a number between 0 and 1, not 1.5"),
    "share is text": (fault(share='"half"'), "share is a number between 0 and 1, not 'half'"),
    "seconds below zero": (fault(seconds="-1"), "seconds is a number between 0 and 604800, not -1"),
    "hour of no day": (fault(working_day="0.5", hour="24"), "hour is a number between 0 and 23"),
    "working day beyond": (fault(working_day="3"), "working_day is a number between 0 and 1"),
    "from without to": (fault(**{"from": "2025-05-06T09:00:00"}), "to is a date and time"),
    "from is a day": (fault(**{"from": "2025-05-06", "to": "2025-05-07"}), "from is a date and time"),
    "to before from": (
        fault(**{"from": "2025-05-06T09:00:00", "to": "2025-05-06T08:00:00"}),
        "to (2025-05-06 08:00) does not lie after from",
    ),
    "absence without a time": (
        fault(point='"vans.intake"', action='"away"'),
        "an absence needs working_day (a share of the run) or from and to",
    ),
    "match is text": (fault(match='"x"'), "match is a table of texts; its keys are sender, receiver, type"),
    "match by number": (fault(match="{type=1}"), "match is a table of texts"),
    "match by anything": (fault(match='{cpr="1"}'), "match is a table of texts"),
    "one id twice": (fault() + "\n" + fault(), "each fault needs an id of its own"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_rule_is_refused_with_file_place_and_reason(name: str, tmp_path: Path) -> None:
    text, reason = BAD[name]
    with pytest.raises(BadInput) as refused:
        plan(text, tmp_path)
    assert reason in str(refused.value)
    assert "faults.toml" in str(refused.value)
    assert "\n" not in str(refused.value) or name == "not TOML"


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no file 'wild'"):
        faults.load("wild", 1, START, END, lambda: NOW)
    (tmp_path / "faults.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="cannot be read"):
        faults.load(str(tmp_path / "faults.toml"), 1, START, END, lambda: NOW)
