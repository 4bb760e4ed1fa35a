"""The pilot's own troubles: each strikes, each can be switched, and the report tells whom it hit and what it cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from mocks.errors import BadInput
from mocks.identifiers import check_gln, make_gln
from mocks.recommendations import Recommendations
from mocks.runtime import COPENHAGEN
from scenarios.pilots.nordjylland import Choices
from scenarios.reports.html import looked
from scenarios.reports.wording import effect_text
from scenarios.result import InjectedFault
from sim import faults
from sim.caseload.troubles import mistyped
from sim.truth import Part
from tests.rehearsal.conftest import Play, Played
from tests.rehearsal.own import parameters

SPRING = Choices(start=date(2025, 4, 7), end=date(2025, 5, 9), faults="pilot")
NAMES = (
    "no-notice", "mailbox-by-hand", "attachment-fails", "reply-on-channel", "mistyped-number", "stale-contact",
    "missing-role", "slow-lookup", "data-quality",
)  # fmt: skip


@pytest.fixture(scope="module")
def troubled(play: Play, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Five weeks, in which departments change their numbers more often than in life."""
    file = parameters(tmp_path_factory.mktemp("troubled") / "own.toml", contact_changes="8")
    return play(replace(SPRING, parameters=file))


@pytest.fixture(scope="module")
def calm(play: Play) -> Played:
    return play(replace(SPRING, faults="none"))


def injected(played: Played) -> dict[str, InjectedFault]:
    return {fault.rule: fault for fault in played.result.faults}


def hours_to_read(played: Played) -> float:
    """Mean hours from sending to reading of letters to a municipality."""
    spans = []
    for journey in played.run.journal.journeys():
        sent, read = journey.at("sent"), journey.at("read")
        if sent and read and journey.receiver.startswith(("os2", "alldialogue")):
            spans.append((read - sent).total_seconds() / 3600)
    return sum(spans) / len(spans)


@pytest.mark.slow
def test_each_trouble_strikes_and_its_effect_is_counted(troubled: Played) -> None:
    told = injected(troubled)
    assert tuple(told) == NAMES
    for name, fault in told.items():
        assert fault.times > 0, name
        assert fault.what and fault.source
        assert fault.letters + fault.lookups > 0, name
    for name in ("no-notice", "mailbox-by-hand", "mistyped-number", "slow-lookup", "data-quality"):
        assert told[name].seconds > 0, name
    for name in NAMES[:5]:
        assert told[name].lookups == 0 < told[name].letters
    for name in NAMES[5:]:
        assert told[name].letters == 0 < told[name].lookups


def test_troubles_of_people_break_no_promise(troubled: Played) -> None:
    assert troubled.result.verdict == "pass"


def test_a_mailbox_without_notice_that_is_emptied_by_hand_takes_days(
    troubled: Played, calm: Played, play: Play
) -> None:
    told = play(replace(SPRING, faults="none", recommendations=Recommendations(notice=True)))
    assert hours_to_read(told) < 4 < hours_to_read(calm) < hours_to_read(troubled) - 12
    assert all(j.read for j in told.run.journal.journeys() if not j.receiver.startswith("lps"))


def test_a_mistyped_number_is_refused_and_the_letter_goes_later(troubled: Played) -> None:
    log = troubled.run.log
    assert log.numbers_mistyped == log.numbers_refused == injected(troubled)["mistyped-number"].letters > 3
    assert troubled.result.counts.lost == 0


def test_one_click_leaves_no_number_to_mistype(play: Play) -> None:
    one = replace(SPRING, end=date(2025, 4, 18), faults="pilot:mistyped-number")
    assert play(one).run.log.numbers_mistyped > 0
    clicked = play(replace(one, recommendations=Recommendations(one_click=True)))
    assert clicked.run.log.numbers_mistyped == clicked.result.faults[0].times == 0


def test_what_came_by_digital_post_is_answered_there(troubled: Played, calm: Played) -> None:
    answers = [c for c in troubled.run.log.contacts if c.reply_to == "another channel"]
    assert len(answers) > 20
    assert {c.channel for c in answers} == {"digital_post", "secure_mail"}
    assert {c.actor for c in answers} <= {"ppr", "family"}
    assert not [c for c in calm.run.log.contacts if c.reply_to == "another channel"]


def test_attachments_to_psychiatry_go_by_digital_post(troubled: Played) -> None:
    fallen = [c for c in troubled.run.log.contacts if c.fell_back == "attachment_failed"]
    assert len(fallen) == injected(troubled)["attachment-fails"].letters > 0
    assert {(c.receiver_kind, c.channel) for c in fallen} == {("bup", "digital_post")}
    assert any("attachment" in note for note in troubled.result.notes)


def test_a_contact_that_nobody_tells_sor_of_is_stale_for_longer_than_a_day(
    troubled: Played, play: Play
) -> None:
    late = [
        d.seconds
        for x in troubled.run.log.lookups
        if x.judgement
        for d in x.judgement.deviations
        if d.part is Part.CONTACT
    ]
    assert max(late) > 3 * 86400
    assert injected(troubled)["stale-contact"].lookups == len(
        [
            x
            for x in troubled.run.log.lookups
            if x.judgement
            and any(d.part is Part.CONTACT and d.seconds > 28.5 * 3600 for d in x.judgement.deviations)
        ]
    )


def test_slow_registers_cost_the_user_seconds_and_missing_roles_the_look_up(
    troubled: Played, calm: Played
) -> None:
    assert all(row.waits.count > 5 and row.waits.longest >= 4 for row in troubled.result.lookup_truth)
    assert all(row.waits.count == 0 for row in calm.result.lookup_truth)
    assert troubled.result.counts.lookups_denied > calm.result.counts.lookups_denied
    assert troubled.result.verdict == "pass", "they lack the role, and the rules say so"


def test_a_wrong_school_is_read_until_its_support_case_is_closed(troubled: Played) -> None:
    wrong: dict[str, list[datetime]] = {}
    for x in troubled.run.log.lookups:
        if x.judgement and any(
            d.part is Part.SCHOOL and d.seconds > 3 * 86400 for d in x.judgement.deviations
        ):
            wrong.setdefault(x.child, []).append(x.at)
    assert wrong
    for moments in wrong.values():
        assert (moments[-1] - moments[0]).days <= 9
    fault = injected(troubled)["data-quality"]
    assert fault.lookups == sum(len(moments) for moments in wrong.values())
    assert fault.seconds == len(wrong) * 9 * 86400


def test_some_of_the_troubles_can_be_chosen(play: Play) -> None:
    day = Choices(start=date(2025, 5, 20), end=date(2025, 5, 20), faults="pilot:slow-lookup,no-notice")
    assert [fault.rule for fault in play(day).result.faults] == ["slow-lookup", "no-notice"]
    assert "--faults pilot:slow-lookup,no-notice" in day.command()
    with pytest.raises(BadInput, match="there is no trouble 'noise'; there are no-notice, mailbox-by-hand"):
        play(replace(day, faults="pilot:noise"))


def test_the_report_has_a_section_about_them(troubled: Played, calm: Played) -> None:
    page = looked.troubles(troubled.result)
    assert "own troubles" in page and "mistyped" in page
    assert looked.troubles(calm.result) == ""
    fault = injected(troubled)["mistyped-number"]
    assert effect_text(fault) == f": {fault.letters} letters, 15 min each on average"
    assert effect_text(InjectedFault(rule="lost", action="drop", times=3)) == ""


def test_a_mistyped_number_is_no_number() -> None:
    for n in range(200):
        gln = make_gln(n)
        assert check_gln(mistyped(gln, 1, str(n))) is not None
    assert check_gln(mistyped("5790000000000", 1, "x")) is not None


def test_a_rule_of_ones_own_can_strike_a_desk(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        '[[fault]]\nid="x"\npoint="desk.inbox"\naction="skip"\nmatch={sector="municipal"}', "utf-8"
    )
    now = datetime(2025, 5, 6, tzinfo=COPENHAGEN)
    plan = faults.load(str(file), 1, SPRING.start, SPRING.end, lambda: now)
    desk = plan.for_system("caseload")
    assert desk.strike("desk.inbox", {"sector": "municipal", "actor": "ppr"})
    assert not desk.strike("desk.inbox", {"sector": "health", "actor": "clinic"})
    file.write_text('[[fault]]\nid="x"\npoint="seb.role"\naction="missing"\nmatch={actor="ppr"}', "utf-8")
    with pytest.raises(BadInput, match="its keys are none at this point"):
        faults.load(str(file), 1, SPRING.start, SPRING.end, lambda: now)
