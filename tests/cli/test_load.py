"""``tvaers load`` from its first command on: mocks, caseload, generator, verdicts, all in a folder that is new."""

from __future__ import annotations

import json
from pathlib import Path

from scenarios.loading import load


def test_a_load_run_makes_its_folder_and_leaves_schedule_and_verdicts_in_it(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    code = load(seconds=2.0, rate=20.0, seed=3, standard="pilot", out=out, targets=None)
    assert code in (1, 2, 3), "two seconds are too few to pass"
    lines = (out / "schedule.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 20
    verdicts = json.loads((out / "load.json").read_text(encoding="utf-8"))
    assert verdicts["verdict"] == "inconclusive"
