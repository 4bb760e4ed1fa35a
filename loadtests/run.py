"""A whole load run: start the generator in a process of its own, watch it, judge what it measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from loadtests import samples, schedule, table, targets, verdicts
from mocks.errors import BadInput, HarnessFault
from scenarios.verdict import ExitCode, Verdict

TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load run came to, and the files that prove it."""

    verdict: Verdict
    exit_code: ExitCode
    report: verdicts.Report
    report_path: Path
    samples_path: Path


def run_load(
    schedule_path: Path,
    out_dir: Path,
    seconds: float,
    *,
    targets_path: Path | None = None,
    hosts: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
    console: Console | None = None,
) -> LoadResult:
    """Fire ``schedule_path`` for ``seconds`` and judge the answers.

    Writes ``samples.jsonl``, ``load.json`` and ``generator.log`` into ``out_dir``; shows a progress bar and
    the table on ``console``. ``hosts`` puts addresses in the place of hosts named in the schedule. Raises
    ``BadInput`` for unusable files, ``HarnessFault`` when the generator died; on Ctrl-C the generator is
    ended before ``KeyboardInterrupt`` goes on.
    """
    console = console or Console()
    if not seconds > 0:
        raise BadInput(f"a load run of {seconds:g} seconds measures nothing; give --for a positive number")
    aims = targets.read(targets_path)
    header, rows = schedule.scan(schedule_path)
    due = sum(1 for row in rows if row.at < seconds)  # reads, and thereby checks, every line
    out_dir.mkdir(parents=True, exist_ok=True)
    samples_path, report_path = out_dir / "samples.jsonl", out_dir / "load.json"
    _generate(schedule_path, samples_path, min(seconds, header.seconds), due, hosts or {}, timeout, console)
    report = verdicts.judge(samples.read(samples_path), aims, header)
    report_path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    table.show(report, console)
    return LoadResult(report.verdict, ExitCode(report.exit_code), report, report_path, samples_path)


def _generate(
    schedule_path: Path,
    samples_path: Path,
    seconds: float,
    due: int,
    hosts: Mapping[str, str],
    timeout: float,
    console: Console,
) -> None:
    command = [sys.executable, "-P", "-m", "loadtests", "generate"]
    command += ["--schedule", str(schedule_path), "--samples", str(samples_path)]
    command += ["--for", repr(seconds), "--timeout", repr(timeout)]
    for name, address in hosts.items():
        command += ["--host-map", f"{name}={address}"]
    log_path = samples_path.with_name("generator.log")
    with log_path.open("wb") as log:
        # A session of its own: Ctrl-C reaches us alone, and we end the generator in order.
        generator = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, env=_environment(), start_new_session=True
        )
        try:
            assert generator.stdout is not None
            _watch(generator.stdout, seconds, due, console)
            code = generator.wait(timeout=10)
        except subprocess.TimeoutExpired:
            raise HarnessFault("the generator finished its work but did not end; it was killed") from None
        finally:
            _end(generator)
    if code:
        last = log_path.read_text("utf-8", "replace").strip().splitlines()[-1:] or ["it left no message"]
        raise HarnessFault(f"the load generator ended with code {code}: {last[0]} (all of it: {log_path})")


def _watch(progress: IO[bytes], seconds: float, due: int, console: Console) -> None:
    """Show the generator's lines of progress until it closes its end."""
    columns = (
        TextColumn("load"),
        BarColumn(),
        TextColumn("{task.fields[text]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("load", total=seconds, text=f"0 of {due:,} requests")
        for line in progress:
            try:
                state = json.loads(line)
            except ValueError:
                continue
            text = f"{state['answered']:,} of {due:,} answered, {state['failed']:,} failed"
            bar.update(task, completed=min(seconds, state["at"]), text=text)


def _end(generator: subprocess.Popen[bytes]) -> None:
    if generator.poll() is None:
        generator.terminate()
        killer = threading.Timer(3.0, generator.kill)
        killer.start()
        generator.wait()
        killer.cancel()
    if generator.stdout is not None:
        generator.stdout.close()


def _environment() -> dict[str, str]:
    """Ours, with the folder of our four packages first, so that the child finds the same ones."""
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path}
