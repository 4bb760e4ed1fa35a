"""Two runs side by side: what a switch changed, and a warning where more than a switch differs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console

from mocks.errors import BadInput
from scenarios import comparing
from scenarios.lookup_result import SolutionTruth, Spread
from scenarios.recommending import recommended, registered
from scenarios.reports import run_json
from scenarios.result import ChannelRow, Counts, InjectedFault, RunResult, Timing


def run(**more: Any) -> RunResult:
    given: dict[str, Any] = {
        "scenario": "nordjylland", "seed": 1, "from_": date(2025, 4, 1), "to": date(2025, 4, 30), "verdict": "pass",
        "digest": "d", "counts": Counts(), "parameters": {"faults": "pilot", "recommendations": []},
        "timings": (Timing(what="read", count=100, median=86400.0, p90=172800.0, longest=200000.0),),
        "faults": (InjectedFault(rule="mistyped-number", action="mistype", times=7, letters=7),),
        "channels": (ChannelRow(actor="ppr", channel="correspondence", contacts=80),),
        "lookup_truth": (looked(denied=9),),
    }  # fmt: skip
    return RunResult(**{**given, **more})


def looked(denied: int) -> SolutionTruth:
    return SolutionTruth(
        solution="sagsoverblik", attempts=100, access={"allowed": 100 - denied, "denied": denied},
        shown={"complete": 80, "stale": 20}, right=100, deviations={}, staleness=Spread(), without_consent=4,
    )  # fmt: skip


def better() -> RunResult:
    read = Timing(what="read", count=100, median=3600.0, p90=7200.0, longest=9000.0)
    return run(
        parameters={"faults": "pilot", "recommendations": ["notice", "one-click"]},
        timings=(read,),
        faults=(InjectedFault(rule="mistyped-number", action="mistype", times=0),),
        lookup_truth=(looked(denied=3),),
    )


def rows(a: RunResult, b: RunResult) -> dict[str, tuple[float | None, float | None]]:
    return {row.what: (row.a, row.b) for row in comparing.compare(a, b).rows}


def test_what_a_switch_changed_stands_side_by_side() -> None:
    found = rows(run(), better())
    assert found["Time to read, median"] == (86400.0, 3600.0)
    assert found["Mistyped location numbers"] == (7, 0)
    assert found["… denied, as the rules say"] == (9, 3)
    assert found["… complete, of those that showed something"] == (0.8, 0.8)
    assert found["Municipal letters by correspondence"] == (80, 80)


def test_the_table_tells_the_difference_in_words() -> None:
    console = Console(record=True, width=120)
    comparing.show(console, comparing.compare(run(), better()))
    text = console.export_text()
    assert "recommendations: none and notice, one-click" in text
    lines = {line.split("  ")[0]: line.split() for line in text.splitlines()}
    assert lines["Time to read, median"][-4:] == ["24", "h", "60", "min", "-23", "h"][-4:]
    assert lines["Mistyped location numbers"][-3:] == ["7", "0", "-7"]
    assert "Not the same people" not in text


@pytest.mark.parametrize("more", [{"seed": 2}, {"to": date(2025, 4, 29)}])
def test_runs_of_other_people_or_days_are_warned_of(more: dict[str, Any]) -> None:
    found = comparing.compare(run(), run(**more))
    assert len(found.warnings) == 1
    assert comparing.compare(run(), run()).warnings == ()


def test_what_a_run_does_not_have_is_left_open() -> None:
    assert rows(run(), run(faults=()))["Mistyped location numbers"] == (7, None)
    assert "Look-ups" not in rows(run(lookup_truth=()), run(lookup_truth=()))


def test_a_run_json_is_read_by_its_path_or_its_folder(tmp_path: Path) -> None:
    run_json.write(tmp_path / "run.json", run())
    assert comparing.read(tmp_path) == comparing.read(tmp_path / "run.json") == run()


@pytest.mark.parametrize(
    ("text", "words"),
    [(b"{", "is no run.json"), (b"[]", "is no run.json"), (b'{"schema": "x"}', "is no run.json")],
)
def test_another_file_is_refused(text: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(text)
    with pytest.raises(BadInput, match=words):
        comparing.read(tmp_path)
    with pytest.raises(BadInput, match=r"cannot be read"):
        comparing.read(tmp_path / "nothing.json")


def test_a_run_of_another_schema_is_refused(tmp_path: Path) -> None:
    other = msgspec.structs.replace(run(), schema="tvaers.run/9")
    run_json.write(tmp_path / "run.json", other)
    with pytest.raises(BadInput, match=r"schema 'tvaers\.run/9'"):
        comparing.read(tmp_path)


def test_recommendations_are_known_by_the_names_that_people_use() -> None:
    follow = recommended("one-click, minimised-data,filing,registered-consent")
    assert (follow.one_click, follow.minimised, follow.automatic_filing, follow.notice) == (
        True,
        True,
        True,
        False,
    )
    assert registered("notice,registered-consent") and registered("all") and not registered("notice")
    assert recommended("") == recommended("registered-consent")
    with pytest.raises(BadInput, match="--with: no recommendation is called 'telepathy'"):
        recommended("telepathy")
