"""``python -P -m loadtests``: ``run`` measures and judges a load schedule, ``generate`` only fires it.

``run`` is what ``tvaers load`` starts. It starts ``generate`` in turn, because Locust patches sockets of the
process that imports it. ``verdicts`` judges the samples of an earlier run anew, with other targets perhaps.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from mocks.errors import BadInput, TvaersError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 pass, 1 fail, 2 our own error, 3 nothing decided."""
    chosen = _parser().parse_args(arguments)
    try:
        if chosen.command == "generate":
            return _generate(chosen)
        if chosen.command == "run":
            return _run(chosen)
        return _verdicts(chosen)
    except TvaersError as problem:
        print(f"loadtests: {problem}", file=sys.stderr)
    except OSError as problem:
        print(f"loadtests: {problem.filename or ''}: {problem.strerror or problem}", file=sys.stderr)
    except KeyboardInterrupt:
        print("loadtests: stopped; an unfinished load run has no verdict", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -P -m loadtests", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="fire a schedule, judge the answers, show the verdict")
    run.add_argument("--out", type=Path, default=Path("out/load"), help="folder for samples and load.json")
    generate = commands.add_parser("generate", help="fire a schedule and write raw samples (imports locust)")
    generate.add_argument("--samples", type=Path, required=True, help="file for the raw samples")
    for command in (run, generate):
        command.add_argument("--schedule", type=Path, required=True, help="the load schedule (JSON Lines)")
        command.add_argument("--for", dest="seconds", type=_seconds, required=True, help="30, 30s or 5m")
        command.add_argument("--timeout", type=_seconds, default=30.0, help="longest wait for an answer")
        command.add_argument(
            "--host-map",
            action="append",
            default=[],
            metavar="NAME=URL",
            help="put an address in the place of a host named in the schedule",
        )
    judge = commands.add_parser("verdicts", help="judge the samples of an earlier run")
    judge.add_argument("--schedule", type=Path, required=True)
    judge.add_argument("--samples", type=Path, required=True)
    for command in (run, judge):
        command.add_argument("--targets", type=Path, help="response-time targets of your own (TOML)")
    return parser


def _seconds(text: str) -> float:
    unit = {"s": 1, "m": 60, "h": 3600}.get(text[-1:], 0)
    try:
        seconds = float(text[:-1]) * unit if unit else float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e7:
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time; write 30, 30s, 5m or 1h")
    return seconds


def _hosts(pairs: list[str]) -> dict[str, str]:
    hosts = {}
    for pair in pairs:
        name, separator, address = pair.partition("=")
        if not (name and separator and address.startswith(("http://", "https://"))):
            raise BadInput(f"--host-map {pair!r}: write NAME=http://HOST:PORT")
        hosts[name] = address.rstrip("/")
    return hosts


def _generate(chosen: argparse.Namespace) -> int:
    from loadtests.locustfile import generate

    try:
        return generate(
            chosen.schedule, chosen.samples, chosen.seconds, chosen.timeout, _hosts(chosen.host_map)
        )
    except BrokenPipeError:
        # Whoever watched us is gone. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print("loadtests: nobody reads the progress any more; stopped", file=sys.stderr)
        return 2


def _run(chosen: argparse.Namespace) -> int:
    from loadtests.run import run_load

    result = run_load(
        chosen.schedule,
        chosen.out,
        chosen.seconds,
        targets_path=chosen.targets,
        hosts=_hosts(chosen.host_map),
        timeout=chosen.timeout,
    )
    return int(result.exit_code)


def _verdicts(chosen: argparse.Namespace) -> int:
    from rich.console import Console

    from loadtests import samples, schedule, table, targets, verdicts

    header, _ = schedule.scan(chosen.schedule)
    report = verdicts.judge(samples.read(chosen.samples), targets.read(chosen.targets), header)
    table.show(report, Console())
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
