"""run.json, journeys.jsonl and junit.xml hold what the contract promises."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree
from rich.console import Console

from mocks.errors import BadInput
from scenarios.reports import journeys, junit, run_json, summary, tables
from scenarios.reports.folder import write_all
from scenarios.result import NOT_EXERCISED, PASS, Figure, FigureResult, overall
from tests import promises


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# run.json


def test_run_json_has_the_keys_of_the_contract(told: Any, make_result: Any, tmp_path: Path) -> None:
    run = json.loads(run_json.write(tmp_path / "run.json", make_result(told.journal)).read_bytes())
    assert run["schema"] == "tvaers.run/1"
    assert set(run) >= promises.RUN
    assert list(run) == sorted(run), "a stable order lets two runs be compared line by line"
    assert (run["from"], run["to"]) == ("2025-04-01", "2025-09-30")
    assert set(run["counts"]) == promises.COUNTS
    for figure in run["figures"]:
        assert set(figure) == promises.FIGURE


def test_counts_come_out_of_the_journeys(told: Any, make_result: Any) -> None:
    counts = make_result(told.journal).counts
    assert (counts.messages_sent, counts.messages_delivered, counts.acknowledged) == (5, 4, 4)
    assert (counts.resends, counts.lost, counts.duplicates_shown) == (1, 0, 0)
    assert (counts.lookups_denied, counts.lookups_without_valid_consent) == (1, 1)


def test_a_lost_letter_a_letter_shown_twice_and_a_leak_fail_the_run(script: Any, make_result: Any) -> None:
    script.send("gone", arrives=False)
    script.send("twice")
    script.show("twice")
    script.show("twice")
    script.note("lookup", who="2512489996")
    result = make_result(script.journal)
    verdicts = {check.id: check.verdict for check in result.checks}
    assert verdicts == {
        "lost": "fail",
        "duplicates_shown": "fail",
        "lookups_logged": "pass",
        "privacy": "fail",
    }
    assert result.verdict == "fail"


def test_a_figure_without_opportunity_is_never_a_pass() -> None:
    def any_number(observed: int) -> bool:
        return True

    figure: Figure[Any] = Figure(
        id="A1",
        what="w",
        source="s",
        expected="e",
        observe=lambda facts: facts,
        holds=any_number,
        disputed=True,
    )
    assert figure.judge(None).verdict == NOT_EXERCISED
    assert figure.judge(1).verdict == PASS
    assert figure.judge(1).predicate == "any_number"
    refused: Figure[Any] = Figure(
        id="A1",
        what="w",
        source="s",
        expected="e",
        observe=lambda facts: facts,
        holds=lambda _: False,
        disputed=True,
    )
    assert refused.judge(1).verdict == "disputed"


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        (["pass", "fail"], "fail"),
        (["pass", "not_exercised"], "pass"),
        (["not_exercised"], "not_exercised"),
        (["disputed", "not_exercised"], "disputed"),
        ([], "not_exercised"),
    ],
)
def test_the_worst_row_decides_and_silence_is_no_pass(verdicts: list[str], whole: str) -> None:
    rows = [
        FigureResult(id="x", what="w", source="s", expected="e", observed=0, verdict=verdict)
        for verdict in verdicts
    ]
    assert overall(rows) == whole


# journeys.jsonl


def test_each_line_is_a_journey_with_its_exact_bytes(told: Any, tmp_path: Path) -> None:
    lines = read_lines(journeys.write(tmp_path / "j.jsonl", told.journal.journeys(), "all"))
    assert [line["journey"] for line in lines] == ["plain", "saved", "twice", "nowhere", "to-vendor"]
    bodies = iter(w.body for w in told.journal.wires)
    for line in lines:
        for station in line["stations"]:
            assert {"station", "system", "at"} <= set(station)
        for message in line["messages"]:
            body = base64.b64decode(message["wire"])
            assert body == next(bodies)
            assert message["sha256"] == hashlib.sha256(body).hexdigest()
            assert message["size"] == len(body)
            assert tuple(message) == promises.MESSAGE
    assert lines[0]["stations"][0]["at"] == "2025-04-08T09:00:00.000+02:00"


def test_failed_keeps_the_bytes_of_journeys_that_need_attention_only(told: Any, tmp_path: Path) -> None:
    lines = read_lines(journeys.write(tmp_path / "j.jsonl", told.journal.journeys(), "failed"))
    with_bytes = {line["journey"] for line in lines if any(m["wire"] is not None for m in line["messages"])}
    assert with_bytes == {"nowhere"}
    assert all(m["sha256"] and m["size"] for line in lines for m in line["messages"])


def test_none_keeps_no_bytes_and_an_unknown_policy_is_refused(told: Any, tmp_path: Path) -> None:
    lines = read_lines(journeys.write(tmp_path / "j.jsonl", told.journal.journeys(), "none"))
    assert all(m["wire"] is None for line in lines for m in line["messages"])
    with pytest.raises(BadInput, match="all, failed or none"):
        journeys.write(tmp_path / "k.jsonl", [], "some")  # type: ignore[arg-type]


def test_the_line_says_which_stations_were_a_vendors_and_what_was_odd(told: Any, tmp_path: Path) -> None:
    lines = read_lines(journeys.write(tmp_path / "j.jsonl", told.journal.journeys(), "none"))
    by_id = {line["journey"]: line for line in lines}
    assert by_id["to-vendor"]["vendors"] == ["5790009000174"]
    assert [s["station"] for s in by_id["to-vendor"]["stations"] if s.get("vendor")] == ["delivered"]
    assert by_id["saved"]["remarks"][0]["party"] == "injected fault"
    assert "remarks" not in by_id["plain"] and "vendors" not in by_id["plain"]


# junit.xml


def test_junit_has_a_case_for_each_check_and_figure(told: Any, make_result: Any, tmp_path: Path) -> None:
    result = make_result(told.journal)
    root = etree.fromstring(junit.write(tmp_path / "junit.xml", result).read_bytes())
    assert [(s.get("name"), s.get("tests"), s.get("failures"), s.get("skipped")) for s in root] == [
        ("checks", "4", "0", "0"),
        ("figures", "3", "1", "1"),
    ]
    (failure,) = root.iter("failure")
    assert failure.get("message") == "expected at least 2, observed 1"
    assert failure.get("type") == "at_least_two"
    (skipped,) = root.iter("skipped")
    assert "not exercised" in skipped.get("message")


def test_junit_survives_text_that_xml_cannot_hold(told: Any, make_result: Any, tmp_path: Path) -> None:
    row = FigureResult(
        id="A1", what="a\x00b & <c>\ufffe", source="s", expected="\x1b[1m", observed="\x07", verdict="fail"
    )
    result = msgspec.structs.replace(make_result(told.journal), figures=(row,))
    root = etree.fromstring(junit.write(tmp_path / "junit.xml", result).read_bytes())
    assert [case.get("name") for case in root[1].iter("testcase")] == ["A1: ab & <c>"]


# The folder, the terminal, the tables


def test_the_folder_is_made_and_holds_four_files(
    told: Any, make_result: Any, data: Any, tmp_path: Path
) -> None:
    paths = write_all(tmp_path / "new" / "out", make_result(told.journal), told.journal, data)
    assert [p.name for p in paths] == ["report.html", "run.json", "journeys.jsonl", "junit.xml"]
    assert sorted(p.name for p in paths[0].parent.iterdir()) == sorted(p.name for p in paths), (
        "no drafts stay"
    )
    run = json.loads(paths[1].read_bytes())
    thisted = run["municipalities"][0]
    assert (thisted["municipality"], thisted["correspondence"], thisted["resends"]) == ("Thisted", 2, 1)
    assert {t["what"] for t in run["timings"]} == {"delivered", "acknowledged", "read", "filed"}


def test_a_folder_that_cannot_be_written_is_named(
    told: Any, make_result: Any, data: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match="choose another folder with --out"):
        write_all(tmp_path / "file", make_result(told.journal), told.journal, data)


def test_equal_runs_leave_equal_files(told: Any, make_result: Any, data: Any, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_all(tmp_path / name, make_result(told.journal), told.journal, data)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_the_terminal_shows_verdicts_and_what_saved_messages(told: Any, make_result: Any) -> None:
    out = io.StringIO()
    summary.show(Console(file=out, width=120), make_result(told.journal), told.journal)
    text = out.getvalue()
    for words in ("FAIL", "not exercised", "1 letter sent again", "Figure A6 <b>"):
        assert words in text
    assert text.count("expected: at least 2") == 1, "only what failed says how"
    assert "observed: 1" in text
    assert "2512489996" not in text


def test_tables_count_weeks_receivers_and_outcomes(told: Any, data: Any) -> None:
    weeks = tables.weeks_between(data.contacts[0].at.date(), data.contacts[-1].at.date())
    assert [str(week) for week in weeks] == ["2025-04-07", "2025-04-14"]
    assert tables.weekly_letters(data.contacts, weeks) == {"Thisted": [2, 0], "Aalborg": [1, 0]}
    assert tables.outside_share(data.contacts) == pytest.approx(2 / 3)
    assert [tables.outcome_of(lookup) for lookup in data.lookups] == ["with consent", "denied"]
    found = tables.spans(told.journal.journeys(), data.contacts)
    assert [span.resent for span in found["acknowledged"]] == [False, True, False, False]
    assert found["replied"][0].seconds > 86_400
