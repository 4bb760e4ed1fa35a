"""``tvaers compare``: two runs side by side, to see what a switch does.

Two runs of the same seed and period differ in what was switched, and in nothing that people set out to do; so a
difference is the switch's. It is a difference between two simulated histories, not a forecast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mocks.errors import BadInput
from scenarios.reports.wording import number, span_text
from scenarios.result import SCHEMA, RunResult, Timing

COMPARE_SCHEMA = "tvaers.compare/1"
#: What two runs must have in common for a difference to be the switch's.
_COMMON = ("seed", "from", "to", "scenario")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in both runs; ``None`` where a run has no such thing. ``unit``: ``count``, ``share`` or
    ``seconds``."""

    what: str
    unit: str
    a: float | None
    b: float | None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """``differ``: the settings in which the runs differ, with both values; ``warnings``: what else does, and
    spoils the comparison."""

    rows: tuple[Row, ...]
    differ: dict[str, tuple[Any, Any]]
    warnings: tuple[str, ...] = ()
    schema: str = COMPARE_SCHEMA


def read(path: Path) -> RunResult:
    """A ``run.json``, or the folder that has it. Errors: ``BadInput``."""
    file = path / "run.json" if path.is_dir() else path
    try:
        result = msgspec.json.decode(file.read_bytes(), type=RunResult)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}; give a run.json, or its folder") from None
    except msgspec.DecodeError as error:
        raise BadInput(f"{file} is no run.json: {error}; tvaers rehearse writes one") from None
    if result.schema != SCHEMA:
        raise BadInput(f"{file} has schema {result.schema!r}; this version compares {SCHEMA}")
    return result


def compare(a: RunResult, b: RunResult) -> Comparison:
    """What both runs show, row by row."""
    rows = []
    for what, unit, observe in _OBSERVED:
        left, right = observe(a), observe(b)
        if left is not None or right is not None:
            rows.append(Row(what=what, unit=unit, a=left, b=right))
    names = sorted(a.parameters.keys() | b.parameters.keys())
    differ = {
        name: (a.parameters.get(name), b.parameters.get(name))
        for name in names
        if a.parameters.get(name) != b.parameters.get(name)
    }
    common = ((name, _common(a, name), _common(b, name)) for name in _COMMON)
    warnings = tuple(f"{name}: {left} and {right}" for name, left, right in common if left != right)
    return Comparison(rows=tuple(rows), differ=differ, warnings=warnings)


def _common(result: RunResult, name: str) -> str:
    return str(getattr(result, "from_" if name == "from" else name))


def show(console: Console, found: Comparison) -> None:
    """The table for people."""
    for warning in found.warnings:
        console.print(f"[yellow]Not the same people and days: {escape(warning)}.[/]")
    for name, (left, right) in found.differ.items():
        console.print(f"{escape(name)}: {escape(_setting(left))} [dim]and[/] {escape(_setting(right))}")
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for head in ("A", "B", "B - A"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in found.rows:
        table.add_row(escape(row.what), *(_told(row, value) for value in (row.a, row.b)), _change(row))
    console.print(table)


def _setting(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) and value else str(value or "none")


def _told(row: Row, value: float | None) -> str:
    if value is None:
        return "–"
    if row.unit == "seconds":
        return span_text(value)
    return f"{100 * value:.1f} %" if row.unit == "share" else number(round(value))


def _change(row: Row) -> str:
    if row.a is None or row.b is None or row.a == row.b:
        return ""
    change = row.b - row.a
    if row.unit == "seconds":
        return ("-" if change < 0 else "+") + span_text(abs(change))
    return f"{100 * change:+.1f} points" if row.unit == "share" else f"{round(change):+,}"


# What is observed -----------------------------------------------------------------------------------------

Observe = Callable[[RunResult], float | None]


def _timing(station: str, value: Callable[[Timing], float]) -> Observe:
    return lambda run: next((value(t) for t in run.timings if t.what == station), None)


def _fault(rule: str, value: str) -> Observe:
    return lambda run: next((float(getattr(f, value)) for f in run.faults if f.rule == rule), None)


def _channel(actors: Iterable[str], channels: Iterable[str]) -> Observe:
    who, how = set(actors), set(channels)

    def total(run: RunResult) -> float | None:
        return float(sum(c.contacts for c in run.channels if c.actor in who and c.channel in how))

    return total


def _access(word: str) -> Observe:
    return lambda run: (
        float(sum(row.access.get(word, 0) for row in run.lookup_truth)) if run.lookup_truth else None
    )


def _shown(word: str) -> Observe:
    def share(run: RunResult) -> float | None:
        shown = sum(sum(row.shown.values()) for row in run.lookup_truth)
        return sum(row.shown.get(word, 0) for row in run.lookup_truth) / shown if shown else None

    return share


def _sum(value: str) -> Observe:
    return lambda run: (
        float(sum(getattr(row, value) for row in run.lookup_truth)) if run.lookup_truth else None
    )


_MUNICIPAL = ("ppr", "family")
_OBSERVED: tuple[tuple[str, str, Observe], ...] = (
    ("Letters read", "count", _timing("read", lambda t: t.count)),
    ("Time to read, median", "seconds", _timing("read", lambda t: t.median)),
    ("Time to read, nine of ten", "seconds", _timing("read", lambda t: t.p90)),
    ("Letters filed", "count", _timing("filed", lambda t: t.count)),
    ("Mistyped location numbers", "count", _fault("mistyped-number", "letters")),
    ("Municipal letters by correspondence", "count", _channel(_MUNICIPAL, ("correspondence",))),
    ("… by Digital Post or secure mail", "count", _channel(_MUNICIPAL, ("digital_post", "secure_mail"))),
    ("Look-ups", "count", _sum("attempts")),
    ("… denied, as the rules say", "count", _access("denied")),
    ("… denied against the rules", "count", _access("denied_against_rules")),
    ("… allowed against the rules", "count", _access("allowed_against_rules")),
    ("… allowed without a valid consent", "count", _sum("without_consent")),
    ("… complete, of those that showed something", "share", _shown("complete")),
    ("… with something stale", "share", _shown("stale")),
    ("… with something missing", "share", _shown("missing")),
)
