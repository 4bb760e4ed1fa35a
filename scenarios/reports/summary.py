"""The summary on the terminal: what happened, what was judged, and what it means."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scenarios.reports.wording import (
    COUNT_NAMES,
    VERDICT_WORDS,
    headline,
    lookup_lines,
    number,
    observed_text,
    rescue_lines,
    trouble_lines,
)
from scenarios.result import DISPUTED, FAIL, FigureResult, RunResult
from sim.journal import Journal

_STYLES = {"pass": "green", "fail": "bold red", "not_exercised": "yellow", "disputed": "magenta"}


def show(console: Console, result: RunResult, journal: Journal) -> None:
    """Print the tables of a run."""
    console.print()
    style = _STYLES.get(result.verdict, "")
    word = VERDICT_WORDS.get(result.verdict, result.verdict).upper()
    console.print(f"[{style}]{word}[/]  {escape(headline(result))}" if style else escape(headline(result)))
    if result.label:
        console.print(f"[yellow]This run is labelled {escape(result.label)}.[/]")
    console.print()
    console.print(_counts(result))
    console.print()
    console.print(_rows("Promises of every rehearsal", result.checks))
    console.print()
    if result.figures:
        console.print(_rows("Figures of the sources", result.figures))
        console.print()
    if result.lookup_truth:
        console.print(_looked(result))
        console.print()
    lines = rescue_lines(result, journal.journeys())
    if lines:
        console.print("[bold]Messages that needed another try[/]")
        for text in lines:
            console.print(f"  {escape(text)}")
    troubles = trouble_lines(result)
    if troubles:
        console.print("[bold]The pilot's own troubles[/]")
        for text in troubles:
            console.print(f"  {escape(text)}")
    for note in result.notes:
        console.print(f"  {escape(note)}", soft_wrap=True)
    console.print(
        f"digest {result.digest[:16]}…  seed {result.seed}  {result.wall_seconds:.1f} s", style="dim"
    )


def _table(title: str) -> Table:
    return Table(
        title=title, title_justify="left", title_style="bold", box=None, show_header=False, pad_edge=False
    )


def _counts(result: RunResult) -> Table:
    table = _table("What happened")
    table.add_column(no_wrap=True)
    table.add_column(justify="right")
    for key, name in COUNT_NAMES.items():
        value = getattr(result.counts, key)
        bad = key in ("lost", "duplicates_shown") and value
        table.add_row(name, f"[bold red]{number(value)}[/]" if bad else number(value))
    return table


def _looked(result: RunResult) -> Table:
    """What the look-ups showed beside the truth, one line a solution and state; then the worst of them."""
    table = _table("Look-ups beside the truth")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in result.lookup_truth:
        for text in lookup_lines(row):
            table.add_row(escape(row.solution), escape(text))
    return table


def _rows(title: str, rows: tuple[FigureResult, ...]) -> Table:
    """One line each; what went otherwise than expected says how. The report has all of it for every row."""
    table = _table(title)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    for row in rows:
        told = escape(row.what)
        if row.verdict in (FAIL, DISPUTED):
            told += f"\n  expected: {escape(row.expected)}\n  observed: {escape(observed_text(row.observed))}"
        word = VERDICT_WORDS.get(row.verdict, row.verdict)
        table.add_row(escape(row.id), told, f"[{_STYLES.get(row.verdict, 'default')}]{word}[/]")
    return table
