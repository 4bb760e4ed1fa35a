"""The documents agree with the program: links lead somewhere, names exist, and what exists is described.

Each comparison is a function, so that it is also shown to find what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest
import typer

from loadtests import verdicts as load
from loadtests.targets import Target
from mocks.standards.findings import Finding
from mocks.standards.look import Recognised
from mocks.standards.rule import Rule
from scenarios import cli, result
from scenarios.checking.options import Options as CheckOptions
from scenarios.checking.results import Result
from scenarios.checking.tally import KindCount, RuleCount
from scenarios.reports.data import ACTORS, CHANNELS
from scenarios.verdict import Verdict, exit_code
from sim.ecosystem import Options, systems
from sim.nation import build

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[[^\]]+\]\(([^)\s]+)\)")
_PROGRAM = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


# Links -------------------------------------------------------------------------------------------------


def anchors(markdown: str) -> set[str]:
    """The names by which headings can be linked to, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _PROGRAM.sub("", markdown), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(folder: Path, markdown: str) -> list[str]:
    """Links of a document in ``folder`` that lead nowhere. Addresses of other hosts are not followed."""
    dead = []
    for link in _LINK.findall(_PROGRAM.sub("", markdown)):
        if link.startswith(("http://", "https://")):
            continue
        place, _, anchor = link.partition("#")
        target = (folder / place).resolve() if place else None
        if target is not None and not target.exists():
            dead.append(link)
            continue
        inside = target.read_text("utf-8") if target is not None and anchor else markdown
        if anchor and anchor not in anchors(inside):
            dead.append(link)
    return dead


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    assert dead_links(document.parent, document.read_text("utf-8")) == []


def test_every_picture_is_there() -> None:
    shown = [
        document.parent / name
        for document in DOCUMENTS
        for name in _PICTURE.findall(document.read_text("utf-8"))
    ]
    assert shown
    assert [str(path.relative_to(ROOT)) for path in shown if not path.exists()] == []


def test_a_dead_link_is_found() -> None:
    markdown = "# A heading, here\n[a](#a-heading-here) [b](#elsewhere) [c](docs/none.md) [d](README.md#none)"
    assert dead_links(ROOT, markdown) == ["#elsewhere", "docs/none.md", "README.md#none"]


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached:
            continue
        reached.add(document)
        for link in _LINK.findall(document.read_text("utf-8")):
            target = (document.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.exists():
                waiting.append(target)
    assert set(DOCUMENTS) <= reached


# Coverage and glossary ---------------------------------------------------------------------------------


def named_systems(markdown: str) -> set[str]:
    """Names in ``code``, with ranges such as ```lps-01` to `lps-15``` written out."""
    names = set(re.findall(r"`([^`\n]+)`", markdown))
    for first, low, last, high in re.findall(r"`([a-z-]+-)(\d\d)` to `([a-z-]+-)(\d\d)`", markdown):
        assert first == last
        names |= {f"{first}{number:02d}" for number in range(int(low), int(high) + 1)}
    return names


def test_every_system_of_the_ecosystem_stands_in_the_coverage() -> None:
    names = {system.name for system in systems(build(1), Options())}
    assert len(names) > 30
    assert names - named_systems(text("docs/coverage.md")) == set()


def test_a_range_of_systems_is_written_out() -> None:
    assert named_systems("`lps-01` to `lps-03`: clinics") >= {"lps-01", "lps-02", "lps-03"}


def test_every_table_of_the_coverage_has_its_five_columns() -> None:
    head = "| part | real | simplified | not mimicked yet | assumption |"
    sections = text("docs/coverage.md").split("\n## ")[1:]
    assert len(sections) >= 13
    assert [section.splitlines()[0] for section in sections if head not in section] == []
    rows = [line for line in text("docs/coverage.md").splitlines() if line.startswith("|")]
    assert [row for row in rows if row.count("|") != head.count("|")] == []


def glossed(markdown: str) -> list[str]:
    """The terms of the glossary, in lower case; one line may explain several."""
    lines = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", markdown, re.MULTILINE)
    return [line.lower() for line in lines if line not in ("term", "---")]


def unexplained(words: Iterable[str]) -> list[str]:
    terms = glossed(text("docs/glossary.md"))
    return [word for word in words if not any(word.lower() in term for term in terms)]


def test_the_words_of_the_report_stand_in_the_glossary() -> None:
    page = text("scenarios/reports/html/report.html.j2").partition('<section id="words">')[2]
    words = re.findall(r"<dt>([^<{]+)</dt>", page)
    assert len(words) > 8
    assert unexplained(words) == []


def test_actors_and_channels_of_the_report_stand_in_the_glossary() -> None:
    plain = {"Paper letter", "Phone"}
    assert unexplained({*ACTORS.values(), *CHANNELS.values()} - plain) == []


def test_the_official_nouns_stand_in_the_glossary() -> None:
    nouns = (
        "PPR", "BUP", "SOR", "lokationsnummer", "GLN", "ydernummer", "VANS", "XDIS91", "XCTL", "CareCommunication",
        "SAPA", "SEB", "NSP", "MinLog", "sag", "aftale", "KLE", "DK-APD", "LÆ form", "Digital Post", "NordEPJ",
        "Klinik+", "HOI BU", "På Tværs - Børn & Unge", "§126a", "SF1470", "STIL", "MedCom", "KOMBIT",
    )  # fmt: skip
    assert unexplained(nouns) == []


def test_a_word_that_nobody_explains_is_found() -> None:
    assert unexplained(["PPR", "Quux"]) == ["Quux"]


def test_no_term_is_explained_twice() -> None:
    terms = glossed(text("docs/glossary.md"))
    assert len(terms) == len(set(terms)) > 60


# Files and outputs -------------------------------------------------------------------------------------

RECORDS = {
    "The folder of a rehearsal": (
        result.RunResult, result.Counts, result.FigureResult, result.Assumption, result.Conclusion,
        result.MunicipalityRow, result.ChannelRow, result.Timing, result.InjectedFault,
    ),
    "tvaers check --json": (Finding, Result, Recognised, KindCount, RuleCount, CheckOptions),
    "tvaers rules --json": (Rule,),
    "The folder of a load run": (load.Report, load.Outcome, load.Operation, load.Share, load.Generator, Target),
}  # fmt: skip


def section(heading: str) -> str:
    return text("docs/files.md").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def undescribed(records: Iterable[type], markdown: str) -> list[str]:
    """Fields of the records that the text does not name in ``code``."""
    named = set(re.findall(r"`([^`\n]+)`", markdown))
    return [
        f"{record.__name__}.{field.encode_name}"
        for record in records
        for field in msgspec.structs.fields(record)
        if field.encode_name not in named
    ]


@pytest.mark.parametrize("heading", RECORDS)
def test_every_field_of_an_output_is_described(heading: str) -> None:
    if heading == "The folder of a load run":
        assert undescribed(RECORDS[heading], section(heading) + "`schema`") == []
    else:
        assert undescribed(RECORDS[heading], section(heading)) == []


def test_a_field_that_nobody_describes_is_found() -> None:
    assert undescribed([result.Timing], "`what`, `count` and `median`") == ["Timing.p90", "Timing.longest"]


def stations_in(source: str) -> Iterator[str]:
    """Names that a module gives to ``trace.station``, and the words it chooses between."""
    yield from re.findall(r'\.station\(\s*"([a-z_]+)"', source)
    yield from re.findall(r'"(sent)" if first else "(?:resent)"', source)
    yield from re.findall(r'^\s+"(resent|acknowledging)", ', source, re.MULTILINE)


def test_every_station_is_described() -> None:
    modules = (*(ROOT / "mocks" / "messaging").glob("*.py"), *(ROOT / "mocks" / "vans").glob("*.py"))
    used = {name for module in modules for name in stations_in(module.read_text("utf-8"))}
    assert {"composed", "sent", "accepted", "shown", "filed"} <= used
    table = section("The folder of a rehearsal").partition("The stations:")[2]
    described = {
        name
        for cell in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    }
    assert used - described == set()


# Commands ----------------------------------------------------------------------------------------------


def options() -> dict[str, set[str]]:
    """The options of each command."""
    group = typer.main.get_command(cli.app)
    commands = getattr(group, "commands", {})
    return {
        name: {word for parameter in command.params for word in parameter.opts if word.startswith("--")}
        - {"--help"}
        for name, command in commands.items()
    }


def test_every_option_of_every_command_is_described_somewhere() -> None:
    everything = "\n".join(document.read_text("utf-8") for document in DOCUMENTS)
    assert set(options()) == {"rehearse", "compare", "check", "rules", "up", "load"}
    for command, words in options().items():
        assert [word for word in words if not re.search(rf"{word}\b", everything)] == [], command


def unknown_options(markdown: str) -> list[str]:
    """Options that an example gives to a command which has none of that name."""
    known, found = options(), []
    joined = markdown.replace("\\\n", " ")
    for command, rest in re.findall(r"tvaers (rehearse|check|rules|up|load)\b([^`\n]*)", joined):
        for word in re.findall(r"(?<![\w-])--[a-z-]+", rest):
            if word not in known[command]:
                found.append(f"tvaers {command} {word}")
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_examples_use_options_that_exist(document: Path) -> None:
    assert unknown_options(document.read_text("utf-8")) == []


def test_an_option_that_does_not_exist_is_found() -> None:
    assert unknown_options("`tvaers up --port-base 0 --ports 3`") == ["tvaers up --ports"]


def test_every_make_target_of_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(
            r"\bmake ([a-z]+)",
            "".join(re.findall(r"`[^`]+`|^make .*$", document.read_text("utf-8"), re.MULTILINE)),
        )
    }
    assert {"pilot", "test"} <= named <= targets


def test_the_verdict_words_exit_with_the_codes_of_the_table() -> None:
    table = text("ARCHITECTURE.md").partition("## Verdicts and exit codes")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([a-z ]+) \| [^|]+ \| (\d) \|$", table, re.MULTILINE)
    assert {word.replace(" ", "_"): int(code) for word, code in rows} == {
        verdict.value: int(exit_code(verdict)) for verdict in Verdict
    }


# The drawing -------------------------------------------------------------------------------------------


def drawn() -> str:
    return text("ARCHITECTURE.md").partition("## The tree")[2].partition("```")[2].partition("```")[0]


def test_what_the_drawing_shows_stands_there() -> None:
    modules = set(re.findall(r"\b(\w+\.(?:py|toml))\b", drawn()))
    existing = {
        path.name
        for package in ("mocks", "sim", "scenarios", "loadtests")
        for path in (ROOT / package).rglob("*")
    }
    assert len(modules) > 25
    assert modules - existing == set()


@pytest.mark.parametrize("package", ["mocks", "sim", "scenarios", "loadtests"])
def test_what_stands_in_a_package_is_in_the_drawing(package: str) -> None:
    block = re.split(r"^(?=\w+/)", drawn(), flags=re.MULTILINE)
    mine = next(part for part in block if part.startswith(f"{package}/"))
    standing = {
        path.stem
        for path in (ROOT / package).iterdir()
        if path.stem[:2] != "__" and (path.suffix == ".py" or any(path.rglob("[!_]*.py")))
    }
    assert {name for name in standing if not re.search(rf"\b{name}\b", mine)} == set()
