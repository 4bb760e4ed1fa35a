"""The official packages against our own tables: the same verdicts, but for what the document explains."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from mocks.standards.findings import Finding, Severity
from mocks.standards.packages import fhirpath_library, invariants
from mocks.standards.packages.fhirpath import Env, compile_path
from mocks.standards.packages.fhirpath import Path as Closure
from mocks.standards.packages.fhirpath_values import CannotRun, DataFault, Items, truth
from mocks.standards.packages.message import Packages, Result, load
from mocks.standards.recognise import check_bytes
from tests.standards.mutants.bases import bases
from tests.standards.mutants.catalogue import MUTANTS
from tests.standards.mutants.test_benign import changes_of

ROOT = Path(os.environ.get("TVAERS_OFFICIAL_DATA", Path(__file__).parents[4] / "shared" / "data"))
PACKAGES = ROOT / "medcom-fhir" / "packages"
EXAMPLES = sorted(
    path for path in (ROOT / "medcom-fhir" / "examples").rglob("*") if path.suffix in (".json", ".xml")
)
DOCUMENT = Path(__file__).parents[3] / "docs" / "packages.md"

pytestmark = [
    pytest.mark.official,
    pytest.mark.skipif(
        not EXAMPLES, reason=f"official packages are not at {PACKAGES} (TVAERS_OFFICIAL_DATA)"
    ),
]


@cache
def official() -> Packages:
    return load([PACKAGES])


def errors(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings if finding.severity is Severity.ERROR}


# Examples -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name[:40]}{path.suffix}"
)
def test_no_package_refuses_an_official_example_and_all_of_it_is_checked(path: Path) -> None:
    result = official().check(path.read_bytes())
    assert errors(result.findings) == set()
    assert result.complete


def test_every_official_example_with_another_verdict_is_explained() -> None:
    section = DOCUMENT.read_text("utf-8").partition("### Official examples")[2].partition("\n#")[0]
    told = dict(re.findall(r"^\| `(.+?)` \| `(.+?)` \| ", section, re.MULTILINE))
    found = {}
    for path in EXAMPLES:
        for rule in errors(check_bytes(path.read_bytes()).findings):
            found[path.stem.rpartition("-inv-")[0] or path.stem] = rule
    assert found == told


VERSIONS = {
    "carecommunication-5.0.2": ("medcom.fhir.dk.carecommunication", "5.0.2"),
    "carecommunication-4.0.3": ("medcom.fhir.dk.carecommunication", "4.0.3"),
    "acknowledgement-2.0.3": ("medcom.fhir.dk.acknowledgement", "2.0.3"),
}


@pytest.mark.parametrize("folder", VERSIONS)
def test_each_example_is_checked_by_the_package_that_it_was_published_with(folder: str) -> None:
    found = {
        (result.standard, result.version)
        for path in EXAMPLES
        if path.parent.name == folder and "eb26be85" not in path.name
        for result in (official().check(path.read_bytes()),)
    }
    assert found == {VERSIONS[folder]}


def test_the_empty_message_may_be_of_several_versions() -> None:
    (path,) = (path for path in EXAMPLES if "eb26be85" in path.name and path.suffix == ".json")
    result = official().check(path.read_bytes())
    assert (result.standard, result.version) == ("medcom.fhir.dk.messaging", "4.0.2")
    assert result.others == ("2.1.0", "2.2.2")


def test_what_is_missing_and_what_stands_in_is_named() -> None:
    (path,) = (
        path for path in EXAMPLES if path.parent.name == "carecommunication-4.0.3" and "gfd" in path.name
    )
    result = official().check(path.read_bytes())
    assert "hl7.fhir.r4.core 4.0.1" in result.missing and "hl7.fhir.dk.core 3.2.0" in result.missing
    assert result.substituted == ["medcom.fhir.dk.terminology 1.7.0: 1.8.1 is used"]
    assert "http://hl7.dk/fhir/core/StructureDefinition/dk-core-cpr-identifier" in result.stand_ins


@pytest.mark.parametrize("name", sorted(name for name in bases() if name.startswith(("CC", "ACK"))))
def test_what_we_write_keeps_the_official_packages(name: str) -> None:
    result = official().check(bases()[name])
    assert result.findings == [] and result.complete


STRANGE: list[Any] = [
    None, 5, True, "", [], {}, [[]], [None], [{}], {"a": 1}, {"url": 5}, {"reference": 5}, {"coding": 5},
    {"resourceType": 5}, {"extension": [{"url": "x"}]}, "2025-01-01T10:00:00Z", ["a"],
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_however_broken_a_message_is_there_is_a_result(seed: int) -> None:
    draw = Random(seed)
    examples = [path for path in EXAMPLES if path.suffix == ".json"]
    for _ in range(60):
        tree = orjson.loads(draw.choice(examples).read_bytes())
        for _ in range(draw.choice((1, 1, 3))):
            holder = draw.choice(list(_holders(tree)))
            keys = list(holder) if type(holder) is dict else list(range(len(holder)))
            if keys:
                holder[draw.choice(keys)] = draw.choice(STRANGE)
        result = official().check(orjson.dumps(tree))
        assert result.findings or result.told


def _holders(value: Any) -> Iterator[Any]:
    """All objects and lists of a tree."""
    if type(value) in (dict, list):
        yield value
        for child in value.values() if type(value) is dict else value:
            yield from _holders(child)


# Single faults ------------------------------------------------------------------------------------------


def changed() -> Iterator[tuple[str, bytes]]:
    """Our messages with a single fault, and with changes that the standard allows."""
    for mutant in MUTANTS:
        if mutant.base.startswith(("CC", "ACK")):
            yield mutant.id, mutant.change(bases()[mutant.base])
    for name, raw in bases().items():
        if name.startswith(("CC", "ACK")):
            for what, change in changes_of(name, raw).items():
                yield f"{name}: {what}", change(raw)


@cache
def differing() -> dict[str, tuple[set[str], set[str], Result]]:
    """What one side refuses and the other does not: the errors of our tables, those of the packages."""
    found = {}
    for name, raw in changed():
        result = official().check(raw)
        ours, theirs = errors(check_bytes(raw).findings), errors(result.findings)
        if bool(ours) != bool(theirs):
            found[name] = (ours, theirs, result)
    return found


def explained(heading: str) -> set[str]:
    """The rules in the first column of the table below a heading of the document; ``x-*`` are all with x-."""
    section = DOCUMENT.read_text("utf-8").partition(f"### {heading}")[2].partition("\n#")[0]
    return set(re.findall(r"^\| `(.+?)` \| ", section, re.MULTILINE))


def test_there_are_many_changes() -> None:
    assert sum(1 for _ in changed()) >= 600


@pytest.mark.parametrize(
    ("heading", "side"), [("Only our own tables refuse", 0), ("Only the packages refuse", 1)]
)
def test_every_change_with_another_verdict_is_explained_and_every_explanation_is_needed(
    heading: str, side: int
) -> None:
    told = explained(heading)
    used: set[str] = set()
    for name, sides in differing().items():
        if rules := sides[side]:
            print(f"{name}: {', '.join(sorted(rules))}; not checked: {sides[2].not_checked}")
            reasons = {row for row in told for rule in rules if fnmatchcase(rule, row)}
            assert reasons, name
            used |= reasons
    assert told == used


# The second opinion -------------------------------------------------------------------------------------


class Opinions:
    """Runs each invariant by our closure and by fhirpathpy, and keeps the ids of those that differ."""

    def __init__(self) -> None:
        self.asked = 0
        self.differing: set[str] = set()

    def compile(self, expression: str) -> Closure:
        ours = compile_path(expression)

        def path(items: Items, env: Env) -> Items:
            self.asked += 1
            if _ours(ours, env) is not _theirs(expression, env):
                self.differing.add(expression)
            env.this = [env.element]
            return ours(items, env)

        return path


def _ours(path: Closure, env: Env) -> bool | None:
    try:
        return truth(path(env.this, env)) is True
    except (CannotRun, DataFault):
        return None
    finally:
        env.this = [env.element]


def _theirs(expression: str, env: Env) -> bool | None:
    try:
        return fhirpathpy_holds(expression, env)
    except (CannotRun, DataFault):
        return None
    finally:
        env.this = [env.element]


fhirpathpy_holds = fhirpath_library.holds


def invariants_told() -> Iterator[str]:
    """Ids of invariants that the document names beside an answer of fhirpathpy."""
    section = DOCUMENT.read_text("utf-8").partition("## fhirpathpy")[2]
    for row in re.findall(r"^\| `.*$", section, re.MULTILINE):
        yield from re.findall(r"`(medcom-[\w-]+|[a-z]+-\d+)`", row)


def test_fhirpathpy_agrees_on_all_invariants_of_the_official_examples_but_for_those_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opinions = Opinions()
    monkeypatch.setattr(invariants, "compile_path", opinions.compile)
    packages = load([PACKAGES])
    for path in EXAMPLES:
        if path.suffix == ".json":
            packages.check(path.read_bytes())
    assert opinions.asked > 2000
    told = set(invariants_told())
    named = {key for expression in opinions.differing for key in keys_of(packages, expression)}
    assert named == told


def keys_of(packages: Packages, expression: str) -> set[str]:
    """The ids that the packages give an expression."""
    return {
        constraint["key"]
        for package in packages.packages
        for definition in package.definitions
        if definition.kind == "StructureDefinition"
        for element in definition.tree["snapshot"]["element"]
        for constraint in element.get("constraint", ())
        if constraint.get("expression") == expression
    }
