"""One run of ``tvaers check``: items in, results out to whoever wants them, one verdict at the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mocks.standards.exchange.together import Related
from scenarios.checking.documents import JsonWriter, JunitWriter
from scenarios.checking.items import Item, items
from scenarios.checking.options import Options
from scenarios.checking.relating import related, relations
from scenarios.checking.running import results
from scenarios.checking.showing import Shower
from scenarios.checking.tally import Tally
from scenarios.verdict import Verdict


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told: a person at a terminal or (``as_json``) a machine, and a JUnit file beside it."""

    as_json: bool = False
    junit: Path | None = None
    quiet: bool = False


def check(paths: Sequence[Path], options: Options, output: Output, workers: int = 0) -> Verdict:
    """Check everything below ``paths`` and tell of it. ``workers`` is the number of processes; 0 chooses.

    Errors: ``BadInput`` for a path that cannot be read.
    """
    tally = Tally()
    with ExitStack() as kept:
        found = items(paths, options.most_bytes, kept)
        exchange: dict[str, Related] = {}
        if options.together:
            listed = list(found)
            exchange, found = relations(listed, options), iter(listed)
        junit = kept.enter_context(JunitWriter(output.junit)) if output.junit else None
        console = Console()
        shower = None if output.as_json else Shower(console, output.quiet)
        json = JsonWriter(sys.stdout.buffer, options) if output.as_json else None
        with _Progress(console, output.as_json, paths) as progress:
            for result in results(progress.watched(found), options, workers):
                if exchange:
                    result = related(result, exchange, options)
                tally.add(result)
                progress.advance(tally)
                for writer in (json, junit):
                    if writer:
                        writer.write(result)
                if shower:
                    shower.show(result)
        for writer in (json, junit):
            if writer:
                writer.end(tally)
        if shower:
            shower.counts(tally)
    return tally.verdict


class _Progress:
    """A bar on the terminal, if there is one and more than a few files; it disappears at the end.

    Files of folders are counted beforehand, by their names alone; members of archives as they are found.
    """

    def __init__(self, console: Console, as_json: bool, paths: Sequence[Path]) -> None:
        self._stack = ExitStack()
        where = console if console.is_terminal and not as_json else Console(stderr=True)
        total = sum(_files_below(path) for path in paths) if where.is_terminal else 0
        self._bar: Progress | None = None
        if where.is_terminal and total > _FEW:
            self._bar = Progress(
                TextColumn("checking"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[bad]} failed"),
                TimeRemainingColumn(),
                console=where,
                transient=True,
            )
            self._task = self._bar.add_task("checking", total=total, bad=0)
            self._total = total

    def __enter__(self) -> Self:
        if self._bar:
            self._stack.enter_context(self._bar)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def watched(self, found: Iterator[Item]) -> Iterator[Item]:
        """The items as they are, counting members of archives on the way."""
        for item in found:
            if self._bar and item.members:
                self._total += 1
                self._bar.update(self._task, total=self._total)
            yield item

    def advance(self, tally: Tally) -> None:
        """One more is done."""
        if self._bar:
            self._bar.update(self._task, advance=1, bad=tally.verdicts.get(Verdict.FAIL, 0))


_FEW = 20


def _files_below(path: Path) -> int:
    if not path.is_dir():
        return 1
    return sum(len(names) for _, _, names in os.walk(path))
