"""``python -P -m loadtests.benchmarks [NAME ...]``: run benchmarks, print ratios, and judge goals."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec
from rich.console import Console

from loadtests.benchmarks.catalogue import CATALOGUE
from loadtests.benchmarks.frame import Result, measure, report, show
from mocks.errors import TvaersError
from scenarios.verdict import exit_code


def main(arguments: list[str] | None = None) -> int:
    """Run the named benchmarks, or all. Exit code 0 without goals or with all kept, else by the verdict."""
    parser = argparse.ArgumentParser(prog="python -P -m loadtests.benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"which ones; there are: {', '.join(CATALOGUE)}")
    parser.add_argument("--rounds", type=int, default=9, help="rounds (below 6 the ratios have no interval)")
    parser.add_argument("--slot", type=float, default=0.05, help="seconds for a contender in a round")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args(arguments)
    if unknown := sorted(set(chosen.name) - set(CATALOGUE)):
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are: {', '.join(CATALOGUE)}")
    if chosen.rounds < 1 or not chosen.slot > 0:
        parser.error("--rounds and --slot must be above 0")
    console = Console()
    results: list[Result] = []
    try:
        for name in chosen.name or CATALOGUE:
            results.append(measure(CATALOGUE[name], chosen.rounds, chosen.slot))
            show(results[-1], console)
        found = report(results)
        if chosen.json:
            chosen.json.parent.mkdir(parents=True, exist_ok=True)
            chosen.json.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
    except TvaersError as problem:
        print(f"benchmarks: {problem}", file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"benchmarks: {problem.filename or ''}: {problem.strerror or problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("benchmarks: stopped", file=sys.stderr)
        return 2
    return 0 if found.verdict is None else int(exit_code(found.verdict))


if __name__ == "__main__":
    sys.exit(main())
