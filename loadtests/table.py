"""The verdicts of a load run as a table for the terminal: each value beside its limit."""

from __future__ import annotations

import math

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from loadtests.verdicts import Outcome, Report
from scenarios.verdict import Verdict

#: The longest run that ``--for`` takes.
_DAY = 86_400
#: The mix of a longer run is only about that of this one.
_MARGIN = 1.1
_STYLE = {
    Verdict.PASS: "bold green",
    Verdict.FAIL: "bold red",
    Verdict.INCONCLUSIVE: "bold yellow",
    Verdict.NOT_EXERCISED: "dim",
    Verdict.INVALID: "bold magenta",
}


def show(report: Report, console: Console) -> None:
    """Print the table, the machine's floor, how the generator fared, and the verdict of the run."""
    console.print(Group(_targets(report), *_notes(report)))


def _targets(report: Report) -> Table:
    table = Table(
        title=f"{report.scenario}, {report.seconds:g} s: response times in ms from the intended start, with "
        f"{report.confidence:.0%} intervals",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("operation", no_wrap=True)
    table.add_column("limit", justify="right", no_wrap=True)
    table.add_column("measured\n(interval)", justify="right", min_width=13)
    table.add_column("server\nalone", justify="right")
    table.add_column("failed", justify="right")
    table.add_column("verdict", min_width=12)
    operations = {operation.operation: operation for operation in report.operations}
    for outcome in report.targets:
        target = outcome.target
        operation = operations.get(target.operation)
        key = f"{target.percentile:g}"
        table.add_row(
            target.operation,
            f"{target.limit_ms:,g}{'*' if target.assumption else ' '}\np{key} ",
            _measured(outcome),
            _ms(operation.service_ms.get(key)) if operation else "-",
            f"{operation.failed.value:.1%}\nof {operation.requests:,}" if operation else "-",
            _word(outcome.verdict),
        )
    return table


def _notes(report: Report) -> list[Text]:
    notes = [
        Text.assemble(f"{outcome.target.operation}: ", _word(outcome.verdict), f", {outcome.explanation}")
        for outcome in report.targets
        if outcome.verdict not in (Verdict.PASS, Verdict.INVALID)
    ]
    if any(outcome.target.assumption for outcome in report.targets):
        notes.append(
            Text(
                "* assumed limit: the sources ask for satisfactory times without a figure",
                style="dim",
            )
        )
    if report.baseline_ms:
        floor = ", ".join(f"p{key} {_ms(report.baseline_ms.get(key))} ms" for key in ("50", "95", "99"))
        notes.append(Text(f"floor of this machine, server and generator (an empty answer): {floor}"))
    generator = report.generator
    notes.append(
        Text(
            f"generator: {generator.achieved_rate:,.1f} of {generator.intended_rate:,.1f} requests/s in time,"
            f" {generator.late_share:.1%} late, p99 lag {_ms(generator.lag_ms.get('99'))} ms, "
            f"longest standstill {generator.longest_stall_ms:,.0f} ms, {generator.cpu_share:.0%} of a core"
        )
    )
    bursts = [o.operation for o in report.operations if o.slow_in_a_row > 4 and o.operation != "health"]
    if bursts:
        notes.append(
            Text(
                f"slow answers came in bursts ({', '.join(bursts)}): requests were not independent, and the "
                "intervals are narrower than the truth; a longer run settles it",
                style="yellow",
            )
        )
    if (seconds := _enough(report)) is not None:
        notes.append(Text(f"to settle it, run for longer: --for {_duration(seconds)}"))
    notes.append(Text.assemble("verdict: ", _word(report.verdict), f" ({report.explanation})"))
    return notes


def _enough(report: Report) -> float | None:
    """How many seconds would give every undecided target the samples it lacks; ``None`` where none is undecided,
    or where no length of a run is known to help."""
    undecided = [o for o in report.targets if o.verdict is Verdict.INCONCLUSIVE]
    needed = [
        report.seconds * (1 + o.samples_missing / o.requests) * _MARGIN
        for o in undecided
        if o.samples_missing is not None and o.requests
    ]
    longest = max(needed, default=0.0)
    return longest if undecided and len(needed) == len(undecided) and longest <= _DAY else None


def _duration(seconds: float) -> str:
    """Rounded up, as ``--for`` takes it."""
    return f"{math.ceil(seconds)}s" if seconds <= 90 else f"{math.ceil(seconds / 60)}m"


def _measured(outcome: Outcome) -> str:
    if not outcome.requests:
        return "-"
    if outcome.observed_ms is None:
        return "not answered"
    limit = outcome.target.limit_ms
    low = "0" if outcome.low_ms is None else _ms(outcome.low_ms, limit)
    high = "?" if outcome.high_ms is None else _ms(outcome.high_ms, limit)
    return f"{_ms(outcome.observed_ms, limit)}\n({low}-{high})"


def _word(verdict: Verdict) -> Text:
    return Text(verdict.value.replace("_", " "), style=_STYLE.get(verdict, "bold"))


def _ms(value: float | None, limit: float | None = None) -> str:
    if value is None:
        return "-"
    text = f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
    # 1,000.3 ms breaks a limit of 1,000 ms, and must not look as if it kept it.
    return f"{value:,.3f}" if limit is not None and round(value) == limit != value else text
