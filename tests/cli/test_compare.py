"""``tvaers compare`` as somebody types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scenarios.cli import app
from scenarios.reports import run_json
from tests.scenarios.test_comparing import better, run


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    for name, result in (("a", run()), ("b", better())):
        (tmp_path / name).mkdir()
        run_json.write(tmp_path / name / "run.json", result)
    return [str(tmp_path / "a"), str(tmp_path / "b" / "run.json")]


def test_two_runs_are_told_side_by_side(folders: list[str]) -> None:
    done = CliRunner().invoke(app, ["compare", *folders])
    assert done.exit_code == 0
    assert "Mistyped location numbers" in done.output


def test_a_machine_gets_the_rows(folders: list[str]) -> None:
    done = CliRunner().invoke(app, ["compare", "--json", *folders])
    found = json.loads(done.output)
    assert found["schema"] == "tvaers.compare/1"
    assert found["differ"]["recommendations"] == [[], ["notice", "one-click"]]
    assert {"what": "Mistyped location numbers", "unit": "count", "a": 7, "b": 0} in [
        {**row, "a": row["a"], "b": row["b"]} for row in found["rows"]
    ]
