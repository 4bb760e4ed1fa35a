"""``tvaers``: rehearse, compare, check, rules, up, load. Thin: each command gathers its choices and hands them on.

Exit codes of every command: 0 pass, 1 fail, 2 our own error or bad input, 3 nothing was exercised.
"""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from mocks.errors import BadInput, HarnessFault, TvaersError
from scenarios.verdict import ExitCode, exit_code

app = typer.Typer(
    name="tvaers",
    help="Rehearse, check and load-test cross-sector health IT around children and young people in Denmark.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help texts hold square brackets
)


def day(text: str) -> date:
    """A day as somebody types it, as 2025-05-01."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write YYYY-MM-DD, as 2025-05-01") from None


#: What the command line is told wrongly: a missing file, an unknown option or command.
USAGE: type[Exception] = typer.BadParameter.__bases__[0]
#: What typer makes of Ctrl-C.
_INTERRUPTED = 130
ReplaceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--replace",
        metavar="GLN:INTERFACE=ENDPOINT",
        help="put your own system in a mock's place, e.g. 5790009100522:vans=http://127.0.0.1:9000/in "
        "or ...:vans=folder:/path (with in/ and out/)",
    ),
]


def version(asked: bool) -> None:
    """Print the version and leave."""
    if asked:
        print(f"tvaers {metadata.version('tvaers')}")
        raise typer.Exit


@app.callback()
def begin(
    asked: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="print the version and leave")
    ] = False,
) -> None:
    """Rehearse, check and load-test cross-sector health IT around children and young people in Denmark."""


ConversionOption = Annotated[
    bool,
    typer.Option(
        "--conversion",
        help="with --standard mixed: VANS converts for units that take only the other standard",
    ),
]


@app.command()
def rehearse(
    scenario: Annotated[str, typer.Argument(help="what to rehearse: nordjylland")] = "nordjylland",
    seed: Annotated[int, typer.Option(min=0, help="one seed gives one history, byte for byte")] = 1,
    first: Annotated[
        date, typer.Option("--from", parser=day, metavar="YYYY-MM-DD", help="first day")
    ] = "2025-04-01",  # type: ignore[assignment]  # read by day(), as what somebody types is
    last: Annotated[
        date, typer.Option("--to", parser=day, metavar="YYYY-MM-DD", help="last day, included")
    ] = "2025-09-30",  # type: ignore[assignment]
    volume: Annotated[
        str, typer.Option(help="low, base or high (assumptions: the sources give none)")
    ] = "base",
    standard: Annotated[
        str, typer.Option(help="pilot (XDIS91), 4.0.3, 5.0.2 or mixed (counterfactual)")
    ] = "pilot",
    conversion: ConversionOption = False,
    faults: Annotated[
        str,
        typer.Option(help="none, mild, pilot (its own troubles; pilot:NAME,NAME for some), or a TOML file"),
    ] = "none",
    consent: Annotated[
        str, typer.Option(help="declared: users declare it (the pilot); registered: a register decides")
    ] = "declared",
    missing_consents: Annotated[
        float | None, typer.Option(help="share of children about whom nobody consented, 0 to 1 [0.05]")
    ] = None,
    consent_reading: Annotated[
        str,
        typer.Option(
            help="whose consent counts where the law is open: careful, one-holder, one-year or syddjurs"
        ),
    ] = "careful",
    follow: Annotated[
        str,
        typer.Option(
            "--with", metavar="NAME,NAME", help="recommendations of the evaluation to follow, or all"
        ),
    ] = "",
    pace: Annotated[
        float | None,
        typer.Option(min=1.0, help="virtual seconds in one real second, e.g. 600; needed with --replace"),
    ] = None,
    replace: ReplaceOption = None,
    port: Annotated[
        int, typer.Option(help="where VANS listens for your system with --replace; 0 picks one")
    ] = 8025,
    wire: Annotated[
        str | None,
        typer.Option(help="exact bytes in journeys.jsonl: all, failed or none [all; failed above 20,000]"),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="folder for report.html, run.json, journeys.jsonl, junit.xml")
    ] = Path("out"),
    parameters: Annotated[Path | None, typer.Option(help="your own caseload parameters (TOML)")] = None,
) -> None:
    """Rehearse a pilot: months in seconds, with a report."""
    from scenarios import rehearsing

    if scenario != "nordjylland":
        raise BadInput(f"there is no scenario {scenario!r}; there is: nordjylland")
    from scenarios.pilots.nordjylland import Choices
    from scenarios.recommending import recommended, registered

    choices = Choices(
        seed=seed, start=first, end=last, volume=volume, standard=standard,
        conversion=conversion, faults=faults, parameters=parameters,
        consent="registered" if registered(follow) else consent,
        missing_consents=missing_consents, consent_reading=consent_reading, recommendations=recommended(follow),
    )  # fmt: skip
    verdict = rehearsing.rehearse(choices, out=out, wire=wire, pace=pace, replace=replace or [], port=port)
    raise typer.Exit(exit_code(verdict))


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="a run.json, or the folder that has it")],
    second: Annotated[Path, typer.Argument(metavar="B", help="another one")],
    as_json: Annotated[bool, typer.Option("--json", help="the rows for a machine")] = False,
) -> None:
    """Put two rehearsals side by side: what does a switch do?"""
    from scenarios import comparing

    found = comparing.compare(comparing.read(first), comparing.read(second))
    if as_json:
        import msgspec

        print(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    else:
        from rich.console import Console

        comparing.show(Console(), found)


@app.command()
def check(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="message files, folders and zips of them; - is standard input"),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="results for a machine")] = False,
    junit: Annotated[Path | None, typer.Option(help="write a JUnit file for build servers too")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="leave out what passed or was skipped")] = False,
    workers: Annotated[
        int, typer.Option(min=0, max=64, help="processes; 0 takes one a processor from 200 files on")
    ] = 0,
    reading: Annotated[
        str, typer.Option(help="which reading of contradictory rules counts: see tvaers rules --readings")
    ] = "current",
    role: Annotated[
        str, typer.Option("--as", help="judge strictly as sender, or leniently as receiver")
    ] = "",
    packages: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="judge FHIR by official packages: folders, or package.tgz files"),
    ] = None,
    together: Annotated[
        bool,
        typer.Option(
            "--together", help="the files are one exchange: hold answers, replies, copies against it"
        ),
    ] = False,
    register: Annotated[
        Path | None, typer.Option(help="a CSV of sor_id and gln: do the parties' numbers belong together?")
    ] = None,
) -> None:
    """Say for each message whether it conforms, rule by rule."""
    from scenarios.checking import run
    from scenarios.checking.options import Options

    output = run.Output(as_json=as_json, junit=junit, quiet=quiet)
    official = tuple(str(place) for place in packages or ())
    options = Options(
        reading=reading, role=role, packages=official, together=together, register=str(register or "")
    )
    raise typer.Exit(exit_code(run.check(paths, options, output, workers)))


@app.command()
def rules(
    rule: Annotated[str | None, typer.Argument(metavar="[ID]", help="explain this rule")] = None,
    standard: Annotated[
        str | None, typer.Option(help="only rules of this standard, e.g. CareCommunication")
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="only rules with these words in id, demand or source")
    ] = None,
    readings: Annotated[
        bool,
        typer.Option("--readings", help="what public rules contradict each other on, and --reading's names"),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="rules for a machine")] = False,
) -> None:
    """List the rules that messages are checked by, or explain one."""
    from scenarios import rules as rulebook

    if readings:
        rulebook.show_readings(as_json)
    else:
        rulebook.show(rule, standard, text, as_json)


@app.command()
def up(
    seconds: Annotated[str | None, typer.Option("--for", help="stop after this long: 30, 30s or 5m")] = None,
    port_base: Annotated[int, typer.Option(help="first port; 0 picks free ones")] = 8100,
    seed: Annotated[int, typer.Option(min=0, help="which world: people, numbers, addresses")] = 1,
    standard: Annotated[str, typer.Option(help="pilot, 4.0.3, 5.0.2 or mixed")] = "pilot",
    conversion: ConversionOption = False,
    replace: ReplaceOption = None,
    state: Annotated[Path | None, typer.Option(help="keep what the systems remember in this folder")] = None,
    keys: Annotated[
        Path | None,
        typer.Option(help="write test keys for your system into this folder, and ask for tokens everywhere"),
    ] = None,
    follow: Annotated[
        str,
        typer.Option(
            "--with", metavar="NAME,NAME", help="recommendations of the evaluation to follow, or all"
        ),
    ] = "",
    latency: Annotated[
        list[str] | None,
        typer.Option(metavar="SYSTEM=SECONDS", help="answer so much later, e.g. sagsindeks=10"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the table for a machine")] = False,
) -> None:
    """Start all mocks on local ports; Ctrl-C stops them."""
    from scenarios import serving

    serving.up(
        seed=seed, standard=standard, conversion=conversion, port_base=port_base,
        seconds=duration(seconds) if seconds else None, replace=replace or [], state=state, as_json=as_json,
        keys=keys, latency=latency or [], follow=follow,
    )  # fmt: skip


@app.command()
def load(
    scenario: Annotated[str, typer.Argument(help="whose caseload to fire: nordjylland")] = "nordjylland",
    seconds: Annotated[str, typer.Option("--for", help="how long: 30, 30s or 5m")] = "30s",
    rate: Annotated[
        float, typer.Option(min=0.1, help="requests in a second, in the order and mix of the caseload")
    ] = 50.0,
    seed: Annotated[int, typer.Option(min=0, help="which world and which caseload")] = 1,
    standard: Annotated[str, typer.Option(help="pilot, 4.0.3, 5.0.2 or mixed")] = "pilot",
    out: Annotated[Path, typer.Option(help="folder for schedule, samples and load.json")] = Path("out/load"),
    targets: Annotated[Path | None, typer.Option(help="response-time targets of your own (TOML)")] = None,
) -> None:
    """Start the mocks, drive them with the caseload as load, and judge response times."""
    from scenarios import loading

    if scenario != "nordjylland":
        raise BadInput(f"there is no scenario {scenario!r}; there is: nordjylland")
    raise typer.Exit(
        loading.load(
            seconds=duration(seconds), rate=rate, seed=seed, standard=standard, out=out, targets=targets
        )
    )


def duration(text: str) -> float:
    """Seconds from ``30``, ``30s``, ``5m`` or ``2h``. Errors: ``BadInput``."""
    factors = {"s": 1.0, "m": 60.0, "h": 3600.0}
    number, factor = (text[:-1], factors[text[-1]]) if text[-1:] in factors else (text, 1.0)
    try:
        seconds = float(number) * factor
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 86400:
        raise BadInput(f"--for {text!r} is no duration; write 30, 30s, 5m or 2h, at most a day")
    return seconds


def one_distribution() -> None:
    """Our four package names are common words: refuse to run with somebody else's between them."""
    import mocks
    import scenarios
    import sim

    places = {Path(str(package.__file__)).parent.parent for package in (mocks, sim, scenarios)}
    if len(places) > 1:
        found = ", ".join(sorted(str(place) for place in places))
        raise HarnessFault(
            f"mocks, sim and scenarios come from different places ({found}); use an environment of its own"
        )


def main() -> None:
    """Entry point: every error is one line that says what to do; TVAERS_DEBUG=1 shows where it came from."""
    try:
        one_distribution()
        code = app(standalone_mode=False)
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
    except USAGE as problem:
        said = str(problem.format_message())  # type: ignore[attr-defined]  # of the vendored click
        context = problem.ctx  # type: ignore[attr-defined]
        command = context.command_path if context else "tvaers"
        print(said if "Usage" in said else f"tvaers: {said} (see {command} --help)", file=sys.stderr)
        code = ExitCode.HARNESS_ERROR
    except (typer.Abort, KeyboardInterrupt):
        print("tvaers: stopped before the end; there is no verdict", file=sys.stderr)
        code = ExitCode.HARNESS_ERROR
    except TvaersError as problem:
        if os.environ.get("TVAERS_DEBUG"):
            raise
        print(f"tvaers: {problem}", file=sys.stderr)
        code = ExitCode.HARNESS_ERROR
    except Exception as problem:
        if os.environ.get("TVAERS_DEBUG"):
            raise
        print(
            f"tvaers: a fault of our own: {type(problem).__name__}: {problem}; run again with TVAERS_DEBUG=1 and report it",
            file=sys.stderr,
        )
        code = ExitCode.HARNESS_ERROR
    sys.exit(int(code or 0))


def entry() -> None:
    """The installed command: leaves without taking a whole country apart in memory, which takes a second."""
    try:
        main()
    except SystemExit as leaving:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(leaving.code or 0))


if __name__ == "__main__":
    entry()
