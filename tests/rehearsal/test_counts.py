"""A rehearsal keeps its promises, and each count is what the journal says when it is counted again."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from scenarios.pilots.figures import FIGURES
from scenarios.pilots.nordjylland import Choices
from scenarios.result import Counts, FigureResult, overall, standing_checks
from tests.rehearsal.conftest import DAY, Play, Played

pytestmark = pytest.mark.slow  # whichever test is the first waits for the rehearsal


def test_a_quarter_of_the_pilot_passes(quarter: Played) -> None:
    assert quarter.result.verdict == "pass"
    assert {row.id: row.verdict for row in quarter.result.checks} == dict.fromkeys(
        (
            *("lost", "duplicates_shown", "lookups_logged", "privacy", "access_by_rules"),
            *("audit_attempts", "audit_minlog", "audit_cards", "audit_blocked"),
        ),
        "pass",
    )


def test_nothing_is_lost_shown_twice_or_looked_up_unlogged(quarter: Played) -> None:
    counts = quarter.result.counts
    assert (counts.lost, counts.duplicates_shown, counts.resends, counts.negative_acknowledgements) == (
        0,
        0,
        0,
        0,
    )
    assert counts.lookups == counts.lookups_logged > 50
    assert 0 < counts.lookups_denied < counts.lookups
    assert 0 < counts.lookups_without_valid_consent < counts.lookups


def test_the_counts_are_what_the_journal_holds(quarter: Played) -> None:
    counts, journal, log = quarter.result.counts, quarter.run.journal, quarter.run.log
    stations = Counter(s.station for j in journal.journeys() for s in j.stations)
    written = [c for c in log.contacts if c.message]
    assert counts.messages_sent == stations["composed"] == len(written) > 200
    assert counts.messages_delivered == stations["shown"]
    assert counts.acknowledged == stations["acknowledged"]
    assert len(journal.journeys()) == counts.messages_sent, "every journey is that of a letter"
    assert counts.children == len(quarter.run.world) == 71_370
    outcomes = Counter(x.outcome for x in log.lookups)
    assert counts.lookups == sum(outcomes.values())
    assert counts.lookups_denied == outcomes["denied"]
    assert counts.lookups_without_valid_consent == sum(not x.consent for x in log.lookups)


def test_every_letter_is_acknowledged_shown_once_and_stands_in_one_inbox(quarter: Played) -> None:
    journeys = quarter.run.journal.journeys()
    assert all(j.complete for j in journeys)
    received = Counter(
        message
        for store in quarter.run.stores.values()
        for message, _ in store.collection("received", msgspec.Struct).items()
    )
    assert set(received) == {j.id for j in journeys}
    assert set(received.values()) == {1}


def test_each_letter_has_six_envelopes_on_the_wire(quarter: Played) -> None:
    """The letter, its acknowledgement, and for each a receipt of VANS and one of the receiving endpoint."""
    for journey in quarter.run.journal.journeys():
        kinds = Counter(wire.standard for wire in journey.messages)
        assert kinds == {"MCM:XDIS91": 1, "MCM:XCTL03": 1, "VANSEnvelope": 4}


def test_the_figures_are_those_of_the_sources_with_their_predicates(quarter: Played) -> None:
    figures = quarter.result.figures
    assert [f.id for f in figures] == ["A4", "A6", "A7", "A14", "A15", "A16", "A17", "A18", "A19"]
    assert [f.predicate for f in figures] == [f.holds.__name__ for f in FIGURES]
    assert len({f.predicate for f in figures}) == 8, "A14 and A15 share one"
    for figure in figures:
        assert figure.what and figure.source and figure.expected
        assert figure.observed is not None
        assert figure.verdict == "pass"


def test_figures_without_an_opportunity_are_not_exercised(play: Play) -> None:
    day = play(Choices(start=DAY, end=DAY))
    verdicts = {f.id: f.verdict for f in day.result.figures}
    assert {verdicts[i] for i in ("A6", "A7", "A17")} == {"not_exercised"}
    assert all(f.observed is None for f in day.result.figures if f.verdict == "not_exercised")
    assert {verdicts[i] for i in ("A4", "A16")} == {"pass"}


def test_nothing_at_all_happens_on_a_sunday(play: Play) -> None:
    sunday = play(Choices(start=DAY.replace(day=18), end=DAY.replace(day=18), faults="mild"))
    assert sunday.result.verdict == "not_exercised"
    assert {f.verdict for f in (*sunday.result.figures, *sunday.result.checks)} == {"not_exercised"}
    assert (sunday.result.counts.messages_sent, sunday.result.counts.lookups) == (0, 0)
    assert list(sunday.run.journal.wires) == []


def test_most_letters_are_read_some_answered_and_municipal_ones_filed(quarter: Played) -> None:
    journeys = quarter.run.journal.journeys()
    read, answered = sum(j.read for j in journeys), sum(bool(j.reply_to) for j in journeys)
    assert read + quarter.run.log.unread_at_end == len(journeys)
    assert len(journeys) * 0.2 < answered < len(journeys) * 0.6
    filed = [j for j in journeys if j.filed]
    assert len(filed) == quarter.run.log.letters_filed > 0
    entries = {
        entry.message
        for name, store in quarter.run.stores.items()
        if name.startswith(("fagsystem", "alldialogue"))
        for _, entry in store.collection("case_system.journal", msgspec.Struct).items()
    }
    municipal = {j.id for j in filed if j.receiver.startswith(("os2", "alldialogue"))}
    assert entries == municipal != set()


def test_people_write_and_look_in_office_hours_on_working_days(quarter: Played) -> None:
    moments = [c.at for c in quarter.run.log.contacts] + [x.at for x in quarter.run.log.lookups]
    assert {m.weekday() for m in moments} == {0, 1, 2, 3, 4}
    assert {m.hour for m in moments} == set(range(8, 16))
    easter = {date.day for date in (m.date() for m in moments) if date.month == 4 and 17 <= date.day <= 21}
    assert easter == set()


def test_every_channel_and_every_kind_of_sender_occurs(quarter: Played) -> None:
    contacts = quarter.run.log.contacts
    assert {c.channel for c in contacts} == {
        *("correspondence", "digital_post", "secure_mail", "lae_form", "letter", "phone"),
    }
    assert {c.actor for c in contacts} == {"ppr", "family", "bup", "clinic", "department"}
    for contact in contacts:
        assert bool(contact.message) is (contact.channel == "correspondence")
        assert not contact.fell_back or contact.channel == "digital_post"


def test_a_run_says_that_a_new_standard_is_counterfactual(quarter: Played, play: Play) -> None:
    assert quarter.result.label == ""
    other = play(Choices(start=DAY, end=DAY, standard="5.0.2"))
    assert other.result.label == "counterfactual"
    assert any("Counterfactual" in note for note in other.result.notes)


def test_assumptions_are_given_with_their_reasons_and_their_three_volumes(quarter: Played) -> None:
    rows = {a.id: a for a in quarter.result.assumptions}
    assert all(a.reason or a.source for a in rows.values())
    volume = rows["volume"]
    assert volume.low < volume.base < volume.high
    assert volume.value == volume.low


# Each promise can be broken -----------------------------------------------------------------------------------


def checks(leaks: int = 0, **broken: int) -> dict[str, FigureResult]:
    good = {"messages_sent": 9, "messages_delivered": 9, "lookups": 5, "lookups_logged": 5}
    return {row.id: row for row in standing_checks(Counts(**{**good, **broken}), leaks)}


@pytest.mark.parametrize(
    ("id_", "leaks", "broken"),
    [
        ("lost", 0, {"lost": 1}),
        ("duplicates_shown", 0, {"duplicates_shown": 1}),
        ("lookups_logged", 0, {"lookups_logged": 4}),
        ("lookups_logged", 0, {"lookups_logged": 6}),
        ("privacy", 1, {}),
    ],
)
def test_a_broken_promise_fails_the_run(id_: str, leaks: int, broken: dict[str, int]) -> None:
    assert overall(checks().values()) == "pass"
    rows = checks(leaks, **broken)
    assert rows[id_].verdict == "fail"
    assert [i for i, row in rows.items() if row.verdict != "pass"] == [id_]
    assert overall(rows.values()) == "fail"


def test_promises_that_nobody_could_break_are_not_exercised() -> None:
    rows = checks(messages_sent=0, messages_delivered=0, lookups=0, lookups_logged=0)
    assert {row.verdict for row in rows.values()} == {"not_exercised"}
