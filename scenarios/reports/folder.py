"""The folder that a rehearsal leaves behind."""

from __future__ import annotations

from pathlib import Path

from mocks.errors import BadInput
from scenarios.reports import journeys, junit, run_json, tables
from scenarios.reports.data import ReportData
from scenarios.reports.html import page
from scenarios.reports.journeys import WirePolicy
from scenarios.result import RunResult
from sim.journal import Journal


def write_all(
    out_dir: Path, result: RunResult, journal: Journal, extras: ReportData, wire: WirePolicy = "all"
) -> list[Path]:
    """Write ``report.html``, ``run.json``, ``journeys.jsonl`` and ``junit.xml``; their paths come back.

    The folder is made if it is missing; files of those names are replaced. The tables of the result
    (municipalities, channels, timings) are made from ``extras`` and the journal.

    Errors: ``BadInput`` when the folder cannot be written, or for another word than a wire policy.
    """
    result = tables.complete(result, journal, extras)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        return [
            page.write(out_dir / "report.html", result, journal, extras),
            run_json.write(out_dir / "run.json", result),
            journeys.write(out_dir / "journeys.jsonl", journal.journeys(), wire),
            junit.write(out_dir / "junit.xml", result),
        ]
    except OSError as problem:
        raise BadInput(
            f"cannot write to {out_dir}: {problem.strerror}; choose another folder with --out"
        ) from None
