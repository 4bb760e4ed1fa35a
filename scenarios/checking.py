"""``tvaers check``: whether message files conform, rule by rule."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from mocks.errors import BadInput
from mocks.standards.findings import Finding, Severity, is_valid
from mocks.standards.recognise import UNKNOWN, Checked, check_bytes
from scenarios.verdict import Verdict, combine

#: A little more than the largest envelope: what is larger is refused, not read.
MOST_BYTES = 110_000_000
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFORMATION: "cyan"}


def check(files: Sequence[Path], as_json: bool = False) -> Verdict:
    """Check each file and print what was found. A file that cannot be read at all is a ``BadInput``."""
    console = Console()
    verdicts, rows = [], []
    for file in files:
        checked = check_bytes(_content(file))
        verdict = _verdict(checked)
        verdicts.append(verdict)
        if as_json:
            rows.append(row(file, checked, verdict))
        else:
            _show(console, file, checked, verdict)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(rows), indent=2) + b"\n")
    return combine(verdicts)


def row(file: Path, checked: Checked, verdict: Verdict) -> dict[str, Any]:
    """The result of one file, in the form of ``--json``."""
    return {
        "file": str(file),
        "standard": checked.standard,
        "version": checked.version,
        "verdict": verdict,
        "findings": [msgspec.to_builtins(finding) for finding in checked.findings],
    }


def _verdict(checked: Checked) -> Verdict:
    return Verdict.PASS if is_valid(checked.findings) and checked.standard != UNKNOWN else Verdict.FAIL


def _content(file: Path) -> bytes:
    try:
        if file.is_dir():
            raise BadInput(f"{file} is a folder; name the message files in it, e.g. {file}/*.xml")
        if file.stat().st_size > MOST_BYTES:
            raise BadInput(f"{file} has {file.stat().st_size} bytes; an envelope may hold 100 MB at most")
        return file.read_bytes()
    except OSError as problem:
        raise BadInput(f"{file} cannot be read: {problem.strerror}") from None


def _show(console: Console, file: Path, checked: Checked, verdict: Verdict) -> None:
    colour = "green" if verdict is Verdict.PASS else "red"
    head = Text.assemble(
        (f"{verdict:<5}", f"bold {colour}"), f" {file}  ", (f"{checked.standard} {checked.version}", "dim")
    )
    console.print(head, soft_wrap=True)
    for finding in sorted(checked.findings, key=_weight):
        _show_finding(console, finding)


def _weight(finding: Finding) -> int:
    return list(_COLOURS).index(finding.severity)


def _show_finding(console: Console, finding: Finding) -> None:
    line = Text("      ")
    line.append(f"{finding.severity:<12}", _COLOURS[finding.severity])
    line.append(f"{finding.rule}", "bold")
    line.append(f"  {finding.path}", "dim")
    console.print(line, soft_wrap=True)
    console.print(Text(f"                  {finding.message}"), soft_wrap=not console.is_terminal)
    if finding.mend:
        console.print(Text(f"                  mend: {finding.mend}"), soft_wrap=not console.is_terminal)
    console.print(
        Text(f"                  source: {finding.source}", "dim"), soft_wrap=not console.is_terminal
    )
