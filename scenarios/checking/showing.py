"""Results as text: each file with what is wrong, where, by which rule, and how to mend it; then the counts."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mocks.standards.findings import Finding, Severity
from scenarios.checking.results import Result, printable
from scenarios.checking.tally import Tally
from scenarios.verdict import WORST_FIRST, Verdict

_COLOURS = {
    Severity.ERROR: "red",
    Severity.DISPUTED: "magenta",
    Severity.WARNING: "yellow",
    Severity.INFORMATION: "cyan",
}
_VERDICTS = {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.ERROR: "red", Verdict.DISPUTED: "yellow"}
_INDENT = " " * 18
#: Findings of one file that are printed; --json has them all.
MOST_SHOWN = 100
#: From this many files on the counts follow.
COUNTS_FROM = 4
_MOST_RULES = 10


class Shower:
    """Writes each result as it comes. ``quiet`` leaves out files that passed or were skipped."""

    def __init__(self, console: Console, quiet: bool) -> None:
        self._console, self._quiet = console, quiet
        self._wrap = console.is_terminal

    def show(self, result: Result) -> None:
        """Print one result."""
        if self._quiet and result.verdict in (Verdict.PASS, Verdict.SKIPPED):
            return
        word = result.verdict.replace("_", " ")
        head = Text.assemble(
            (f"{word:<5}", f"bold {_VERDICTS.get(result.verdict, 'dim')}"), f" {result.file}"
        )
        if result.standard:
            head.append(f"  {printable(result.title)}", "dim")
        if result.relation:
            head.append(f"  {printable(result.relation)}", "cyan")
        if result.reason:
            head.append(f"  {printable(result.reason)}")
        self._line(head)
        for finding in result.findings[:MOST_SHOWN]:
            self._finding(finding)
        if len(result.findings) > MOST_SHOWN:
            self._line(Text(f"      ... and {len(result.findings) - MOST_SHOWN} more; --json has them all"))

    def _finding(self, finding: Finding) -> None:
        line = Text("      ")
        line.append(f"{finding.severity:<12}", _COLOURS[finding.severity])
        line.append(finding.rule, "bold")
        line.append(f"  {printable(finding.path)}", "dim")
        self._line(line)
        self._line(Text(f"{_INDENT}{printable(finding.message)}"), wrap=self._wrap)
        if finding.mend:
            self._line(Text(f"{_INDENT}mend: {printable(finding.mend)}"), wrap=self._wrap)
        self._line(Text(f"{_INDENT}source: {finding.source}", "dim"), wrap=self._wrap)
        for reading in finding.allowed_by if finding.severity is Severity.DISPUTED else ():
            text = f"{_INDENT}allowed by: {reading.source}: {reading.says}"
            self._line(Text(text, "magenta"), wrap=self._wrap)

    def _line(self, text: Text, wrap: bool = False) -> None:
        self._console.print(text, soft_wrap=not wrap)

    def counts(self, tally: Tally) -> None:
        """The tables at the end, where there were enough files for them."""
        if tally.files == 0:
            self._line(Text("nothing to check: the folder or archive holds no file"))
        if tally.files < COUNTS_FROM:
            return
        verdicts = [verdict for verdict in WORST_FIRST if verdict in tally.verdicts]
        table = Table(box=None, pad_edge=False, title_justify="left", title=f"\n{tally.files} files")
        table.add_column("standard", overflow="fold")
        for verdict in verdicts:
            table.add_column(verdict.replace("_", " "), justify="right")
        for kind in tally.kinds():
            table.add_row(
                printable(kind.kind), *(str(kind.verdicts.get(verdict, "")) for verdict in verdicts)
            )
        table.add_row("all", *(str(tally.verdicts[verdict]) for verdict in verdicts), style="bold")
        self._console.print(table)
        self._rules(tally)

    def _rules(self, tally: Tally) -> None:
        rules = tally.rules()
        if not rules:
            return
        table = Table(box=None, pad_edge=False, title_justify="left", title="\nmost frequent rules")
        for heading in ("rule", "severity"):
            table.add_column(heading, overflow="fold")
        for heading in ("files", "findings"):
            table.add_column(heading, justify="right")
        for row in rules[:_MOST_RULES]:
            table.add_row(printable(row.rule), str(row.severity), str(row.files), str(row.findings))
        self._console.print(table)
        if len(rules) > _MOST_RULES:
            self._line(Text(f"... and {len(rules) - _MOST_RULES} more rules"))
