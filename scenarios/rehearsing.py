"""``tvaers rehearse``: run a scenario with a progress bar, show the summary, leave the report."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace as replace_fields
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from mocks.errors import BadInput
from scenarios.pilots import nordjylland
from scenarios.pilots.conclusions import other_volumes
from scenarios.pilots.nordjylland import Choices
from scenarios.replacing import Replacement, at, external, parse
from scenarios.reports import summary
from scenarios.reports.data import ReportData
from scenarios.reports.folder import write_all
from scenarios.reports.journeys import WirePolicy
from scenarios.result import RunResult
from scenarios.verdict import Verdict
from sim.rehearsal import Progress as Stride
from sim.rehearsal import Rehearsal

#: Above this many messages on the wire (envelopes and receipts included) the exact bytes are kept for failed
#: journeys only, unless asked for.
MANY_MESSAGES = 20_000
_POLICIES: tuple[WirePolicy, ...] = ("all", "failed", "none")


def rehearse(
    choices: Choices, *, out: Path, wire: str | None, pace: float | None, replace: list[str], port: int
) -> Verdict:
    """Run, judge, show and write. ``wire`` is ``None`` for the default."""
    if wire is not None and wire not in _POLICIES:
        raise BadInput(f"--wire is one of {', '.join(_POLICIES)}, not {wire!r}")
    replacements = parse(replace)
    if replacements and pace is None:
        raise BadInput(
            "--replace needs --pace: a system of your own lives in real time, and virtual time would run away "
            "from it; try --pace 600, where one second is ten minutes"
        )
    if at(replacements, "sf1470"):
        raise BadInput(
            "--replace: a case system of your own (sf1470) would know nothing of the cases that the people of a "
            "rehearsal open; use tvaers up"
        )
    if at(replacements, "sapa"):
        raise BadInput(
            "--replace: the people of a rehearsal cannot sit at a SAPA of your own; use tvaers up and look there"
        )
    if at(replacements, "xds"):
        raise BadInput(
            "--replace: a document source of your own (xds) would know nothing of the appointments that the "
            "people of a rehearsal book; use tvaers up"
        )
    console = Console()
    began = time.perf_counter()
    with writable(out), _bar(console) as bar:
        task = bar.add_task("building the world", total=1.0)

        def progress(share: float, moment: datetime) -> None:
            bar.update(task, completed=share, description=f"{moment:%d %b %Y}")

        if pace is None:
            result, run, data = nordjylland.rehearse(choices, progress)
        else:
            result, run, data = _paced(choices, pace, replacements, port, progress, began, console)
        bar.update(task, completed=1.0, description="writing the report")
        policy = _policy(wire, sum(1 for _ in run.journal.wires))
        paths = write_all(out, result, run.journal, data, wire=policy)
    summary.show(console, result, run.journal)
    console.print(
        f"\n[bold]Report:[/bold] {paths[0]}   [dim]{', '.join(p.name for p in paths[1:])} beside it[/dim]",
        soft_wrap=True,
    )
    return Verdict(result.verdict)


@contextmanager
def writable(out: Path) -> Iterator[None]:
    """Makes the folder before the work, not after it; work that ends early leaves no empty one behind.

    Errors: ``BadInput``.
    """
    new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".tvaers"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise BadInput(
            f"cannot write to {out}: {problem.strerror}; choose another folder with --out"
        ) from None
    try:
        yield
    except BaseException:
        if new:
            with suppress(OSError):  # not empty: it stays
                out.rmdir()
        raise


def _policy(wire: str | None, messages: int) -> WirePolicy:
    for policy in _POLICIES:
        if policy == wire:
            return policy
    return "failed" if messages > MANY_MESSAGES else "all"


def _paced(
    choices: Choices,
    pace: float,
    replacements: list[Replacement],
    port: int,
    progress: Stride,
    began: float,
    console: Console,
) -> tuple[RunResult, Rehearsal, ReportData]:
    from scenarios.pacing import play  # sockets, which a run in virtual time has no use for

    choices = replace_fields(choices, external=external(replacements))
    run = asyncio.run(play(choices, pace, replacements, port, progress, console))
    return nordjylland.judged(choices, run, began, other_volumes(choices, run.world))


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("[bold]rehearsing[/bold]"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True,
    )  # fmt: skip
