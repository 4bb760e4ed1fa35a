"""``python -P -m loadtests.benchmarks.hostile``: what hostile and large files cost, in seconds and memory.

Each file is made by one process and judged by another, so that the memory is that of the judging alone. The
figures are those of one run on one machine; what holds everywhere, the tests say.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

_MEGABYTE = 1_000_000


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What one file cost: ``seconds`` from its name to its result, ``peak`` bytes of memory of the process in
    all, of which ``before`` were taken before it began."""

    shape: str
    size: int
    seconds: float
    peak: int
    before: int
    verdict: str
    kind: str
    findings: int
    rule: str


def cost(shape: str, size: int) -> Cost:
    """Make the file of a shape, judge it, measure that. Three other processes do it.

    One of them only starts the two others: what the kernel says of a process at first is the memory of the one
    that started it, so that one has to be small.
    """
    return msgspec.json.decode(_child("cost", shape, str(size)), type=Cost)


def _start_both(shape: str, size: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile"
        _child("make", shape, size, str(path))
        return _child("judge", shape, str(path))


def _child(*words: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "loadtests.benchmarks.hostile", *words],
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout


def _make(shape: str, size: int, path: Path) -> None:
    from loadtests.benchmarks.shapes import HOSTILE, LEGAL

    path.write_bytes({**HOSTILE, **LEGAL}[shape](size))


def _judge(shape: str, path: Path) -> Cost:
    from contextlib import ExitStack

    from scenarios.checking.items import items
    from scenarios.checking.judging import judge
    from scenarios.checking.options import Options

    before, begin, options = _peak(), time.perf_counter(), Options()
    with ExitStack() as kept:
        (result,) = [judge(item, options) for item in items([path], options.most_bytes, kept)]
    return Cost(
        shape=shape,
        size=path.stat().st_size,
        seconds=time.perf_counter() - begin,
        peak=_peak(),
        before=before,
        verdict=result.verdict,
        kind=result.title,
        findings=len(result.findings),
        rule=result.findings[0].rule if result.findings else "",
    )


def _peak() -> int:
    """Bytes of memory that this process has had at most."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024  # kilobytes, except on macOS


def _show(costs: list[Cost]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Hostile and large files", box=None, title_justify="left", pad_edge=False)
    table.add_column("shape", no_wrap=True)
    for name in ("MB", "seconds", "peak MB"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("verdict", "kind", "first finding"):
        table.add_column(name, no_wrap=True)
    for each in costs:
        figures = (each.size / _MEGABYTE, each.seconds, each.peak / _MEGABYTE)
        table.add_row(
            each.shape,
            f"{figures[0]:.1f}",
            f"{figures[1]:.2f}",
            f"{figures[2]:.0f}",
            each.verdict,
            each.kind,
            each.rule,
        )
    Console(width=160).print(table)


def main(arguments: list[str]) -> int:
    """The command; ``cost``, ``make`` and ``judge`` are for its own processes. Exit code 0."""
    if arguments[:1] == ["cost"]:
        sys.stdout.buffer.write(_start_both(arguments[1], arguments[2]))
    elif arguments[:1] == ["make"]:
        _make(arguments[1], int(arguments[2]), Path(arguments[3]))
    elif arguments[:1] == ["judge"]:
        sys.stdout.buffer.write(msgspec.json.encode(_judge(arguments[1], Path(arguments[2]))))
    else:
        from loadtests.benchmarks.shapes import HOSTILE, LEGAL

        parser = argparse.ArgumentParser(
            prog="python -P -m loadtests.benchmarks.hostile", description=__doc__
        )
        parser.add_argument("--hostile", type=float, default=10.0, help="megabytes of the hostile files")
        parser.add_argument("--legal", type=float, default=99.0, help="megabytes of the legal files")
        chosen = parser.parse_args(arguments)
        sizes = dict.fromkeys(HOSTILE, chosen.hostile) | dict.fromkeys(LEGAL, chosen.legal)
        _show([cost(name, int(size * _MEGABYTE)) for name, size in sizes.items()])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
