"""The rulebook: every rule that a check may name stands in it, once."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import mocks.standards
import scenarios.checking
from mocks.standards.findings import Finding
from mocks.standards.recognise import check_bytes
from mocks.standards.rule import Rule
from mocks.standards.rulebook import standards
from scenarios.rules import book as rulebook
from tests.official import DATA as OFFICIAL
from tests.official import needs_official

ROOTS = (Path(mocks.standards.__file__).parent, Path(scenarios.checking.__file__).parent)
#: They turn the rows and tables, which are in the rulebook, into findings.
ENGINES = {"xml_engine.py", "fhir_engine.py", "safe_xml.py", "rule.py", "fhir_rows.py"}


def modules() -> Iterator[str]:
    for package in (mocks.standards, scenarios.checking):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.ispkg:
                yield found.name


@pytest.mark.parametrize("name", list(modules()))
def test_the_rules_of_each_module_stand_in_the_rulebook(name: str) -> None:
    """Where this fails: add the module's RULES to mocks/standards/rulebook.py."""
    module = importlib.import_module(name)
    rules = [value for value in vars(module).values() if isinstance(value, Rule)]
    rules += getattr(module, "RULES", ())
    for rule in rules:
        assert rulebook()[rule.id].rule == rule, f"{name}: {rule.id}"


def test_rules_say_what_must_hold_and_who_says_so() -> None:
    for rule_id, entry in rulebook().items():
        rule = entry.rule
        assert rule.id == rule_id and " " not in rule_id
        assert rule.statement and rule.source and entry.standards, rule_id
    assert len(rulebook()) > 1000
    assert {"VANSEnvelope", "XDIS91", "XCTL", "CareCommunication", "Acknowledgement"} <= set(standards())


def test_findings_come_from_rules_not_from_words_in_passing() -> None:
    """A finding with an id written on the spot would be in no rulebook."""
    made = {"error", "warning", "information", "Note", "Finding", "ValueRule", "refuse", "malformed"}
    loose = []
    for file in (file for root in ROOTS for file in root.rglob("*.py")):
        if file.name in ENGINES:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "rule")]
            if name in made and any(isinstance(each, ast.Constant | ast.JoinedStr) for each in given):
                loose.append(f"{file.name}:{node.lineno}")
    assert loose == []


def unknown(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings} - rulebook().keys()


@pytest.mark.official
@needs_official
def test_what_official_examples_break_stands_in_the_rulebook() -> None:
    files = [path for path in OFFICIAL.rglob("*") if path.suffix in (".json", ".xml")]
    examples = [path for path in files if "packages" not in path.parts]
    assert examples
    for path in examples:
        assert unknown(check_bytes(path.read_bytes()).findings) == set(), path.name
