"""From the journal alone: every attempt is logged, every look-up of documents stands in the citizen's log or must not,
and no answer holds what was blocked. And each way of breaking that is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from mocks.runtime import COPENHAGEN
from scenarios.pilots import audit
from scenarios.pilots.nordjylland import Choices
from sim.journal import Journal
from tests.rehearsal.conftest import Play, Played
from tests.rehearsal.own import parameters

WEEKS = Choices(start=date(2025, 5, 5), end=date(2025, 5, 23), volume="low", missing_consents=0.2)
IDS = ["audit_attempts", "audit_minlog", "audit_cards", "audit_blocked"]


@pytest.fixture(scope="module", params=["declared", "registered"])
def played(request: pytest.FixtureRequest, play: Play, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Three weeks in which a third of the families has blocked something."""
    file = parameters(tmp_path_factory.mktemp("blocked") / "own.toml", blocked_children="0.35")
    return play(replace(WEEKS, consent=request.param, parameters=file))


@pytest.mark.slow
def test_the_audit_of_a_run_passes_in_both_modes(played: Played) -> None:
    rows = {row.id: row for row in audit.judge(played.run.journal)}
    assert {i: rows[i].verdict for i in IDS} == dict.fromkeys(IDS, "pass")
    assert {row.id for row in played.result.checks} >= set(IDS)
    assert rows["audit_attempts"].observed["attempts"] == len(played.run.log.lookups) > 50
    documents = rows["audit_minlog"].observed
    assert documents["allowed"] > 20 and documents["silent"] > 2
    assert rows["audit_blocked"].observed["look_ups"] > 2


def test_a_block_looks_like_nothing_there_and_truth_agrees(played: Played) -> None:
    hidden = [x for x in played.run.log.lookups if x.judgement and x.judgement.hidden]
    assert hidden
    for lookup in hidden:
        assert lookup.judgement is not None
        assert lookup.judgement.did == lookup.judgement.should
        assert lookup.outcome == ("shown" if lookup.judgement.should else "empty")


def test_no_note_of_the_audit_names_a_citizen(played: Played) -> None:
    assert played.run.journal.leaks() == []


# Broken on purpose

Facts = dict[str, Any]
NOW = datetime(2025, 5, 6, 12, tzinfo=COPENHAGEN)


def journal(*notes: tuple[str, Facts]) -> Journal:
    """A journal with one good look-up of documents, one of a card, a blocked one, and these notes besides."""
    made = Journal()
    trace = made.trace_for("test", lambda: NOW)
    for kind, facts in (*GOOD, *notes):
        trace.note(kind, **facts)
    return made


def attempt(**more: Any) -> tuple[str, Facts]:
    facts = {"solution": "aftaleoverblik", "system": "sapa", "user_kind": "ppr", "outcome": "shown"}
    return "attempt", {**facts, "should": 1, "did": 1, "hidden": 0, **more}


def logged(**more: Any) -> tuple[str, Facts]:
    facts = {"solution": "aftaleoverblik", "system": "sapa", "user_kind": "ppr", "outcome": "shown"}
    return "lookup", {**facts, **more}


def looked(
    outcome: str, minlog: str = "", shown: int = 0, kind: str = "document_lookup"
) -> tuple[str, Facts]:
    return kind, {"outcome": outcome, "minlog": minlog, "shown": shown}


def entry(sequence: str, destination: str = "Dokumentdelingsservice") -> tuple[str, Facts]:
    return "minlog_entry", {"destination": destination, "sequence": sequence}


CARD = "Sags- og kontaktoverblik"
GOOD = (
    attempt(), logged(), looked("shown", "s1", 1), entry("s1"),
    attempt(outcome="empty", should=0, did=0, hidden=1), logged(outcome="empty"), looked("blocked"),
    looked("shown", "c1", 1, "card_lookup"), entry("c1", CARD),
)  # fmt: skip

BROKEN: list[tuple[str, list[tuple[str, Facts]]]] = [
    ("audit_attempts", [attempt()]),
    ("audit_attempts", [logged()]),
    ("audit_attempts", [attempt(), logged(outcome="denied")]),
    ("audit_minlog", [looked("shown", "s2", 1)]),
    ("audit_minlog", [looked("empty")]),
    ("audit_minlog", [entry("s1")]),
    ("audit_minlog", [entry("s3")]),
    ("audit_minlog", [looked("denied", "s4"), entry("s4")]),
    ("audit_minlog", [looked("blocked", "s5"), entry("s5")]),
    ("audit_cards", [looked("shown", "", 1, "card_lookup")]),
    ("audit_cards", [looked("denied", "c2", 0, "card_lookup"), entry("c2", CARD)]),
    ("audit_cards", [entry("c3", CARD)]),
    ("audit_blocked", [looked("blocked", shown=1)]),
    ("audit_blocked", [attempt(hidden=1, should=1, did=2), logged()]),
]


def verdicts(made: Journal) -> dict[str, str]:
    return {row.id: row.verdict for row in audit.judge(made)}


def test_the_good_journal_is_good_and_an_empty_one_proves_nothing() -> None:
    assert verdicts(journal()) == dict.fromkeys(IDS, "pass")
    assert verdicts(Journal()) == dict.fromkeys(IDS, "not_exercised")


@pytest.mark.parametrize(("id_", "notes"), BROKEN)
def test_each_breach_is_found_and_only_that(id_: str, notes: list[tuple[str, Facts]]) -> None:
    found = verdicts(journal(*notes))
    assert [i for i, verdict in found.items() if verdict == "fail"] == [id_]


def test_a_platform_that_forgets_the_citizens_log_is_found(
    monkeypatch: pytest.MonkeyPatch, play: Play
) -> None:
    from mocks.nsp.minlog import MinLog
    from scenarios.pilots import nordjylland

    kept: Callable[..., None] = MinLog.add

    def forgetful(self: MinLog, entry: Any) -> None:
        if len(entry.SequenceNumber) and entry.SequenceNumber[0] not in "01234567":
            kept(self, entry)

    monkeypatch.setattr(MinLog, "add", forgetful)
    result, _, _ = nordjylland.rehearse(replace(WEEKS, end=date(2025, 5, 7)))
    assert {c.id: c.verdict for c in result.checks}["audit_minlog"] == "fail"
