"""Single faults: at least 97 of 100 are noticed, each by the rule that is meant for it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from mocks.standards.findings import Finding, Severity
from mocks.standards.recognise import check_bytes
from mocks.standards.rulebook import rulebook
from tests.standards.mutants import fhir_edits
from tests.standards.mutants.bases import bases
from tests.standards.mutants.catalogue import MUTANTS
from tests.standards.mutants.mutant import Meant, Mutant, Outcome, outcome

#: The share of mutants that must be caught.
SHARE = 0.97
FEWEST = 200
NOT_CAUGHT = Path(__file__).parents[3] / "docs" / "not-caught.md"


@cache
def results() -> dict[str, tuple[Mutant, Outcome, tuple[Finding, ...]]]:
    """What became of each mutant, by its id."""
    found = {}
    for mutant in MUTANTS:
        findings = check_bytes(mutant.change(bases()[mutant.base])).findings
        found[mutant.id] = (mutant, outcome(mutant.meant, findings), tuple(findings))
    return found


def missed() -> dict[str, Outcome]:
    """The mutants that are not caught."""
    return {key: how for key, (_, how, _) in results().items() if how is not Outcome.CAUGHT}


def test_there_are_enough_mutants_and_each_has_a_name_of_its_own() -> None:
    names = Counter(mutant.id for mutant in MUTANTS)
    assert [name for name, times in names.items() if times > 1] == []
    assert len(MUTANTS) >= FEWEST


@pytest.mark.parametrize("name", sorted({mutant.base for mutant in MUTANTS}))
def test_a_base_message_has_no_finding(name: str) -> None:
    assert check_bytes(bases()[name]).findings == []


def test_each_mutant_differs_from_its_base() -> None:
    same = [m.id for m in MUTANTS if m.change(bases()[m.base]) == bases()[m.base]]
    assert same == []


def table() -> str:
    """Mutants and caught ones by standard, as Markdown."""
    lines = ["| standard | mutants | caught | by another rule | not noticed |", "|---|---:|---:|---:|---:|"]
    for standard in sorted({mutant.standard for mutant in MUTANTS}):
        count = Counter(how for mutant, how, _ in results().values() if mutant.standard == standard)
        cells = (count.total(), *(count[how] for how in Outcome))
        lines.append(f"| {standard} | {' | '.join(map(str, cells))} |")
    count = Counter(how for _, how, _ in results().values())
    lines.append(f"| all | {' | '.join(map(str, (count.total(), *(count[how] for how in Outcome))))} |")
    return "\n".join(lines)


def test_at_least_97_of_100_mutants_are_caught_by_the_rule_meant_for_them() -> None:
    print(f"\n{table()}")
    for key, how in missed().items():
        print(f"- {key} ({how})")
    assert len(missed()) <= (1 - SHARE) * len(MUTANTS)


def listed(markdown: str) -> dict[str, str]:
    """The mutants that a document lists as not caught, and how they fare."""
    return dict(re.findall(r"^- \*\*(.+?)\*\* \((.+?)\)", markdown, re.MULTILINE))


def test_the_documents_list_of_what_is_not_caught_is_true() -> None:
    assert listed(NOT_CAUGHT.read_text("utf-8")) == {key: str(how) for key, how in missed().items()}


# The test itself -------------------------------------------------------------------------------------


def test_a_fault_that_another_rule_refuses_does_not_count_as_caught() -> None:
    findings = check_bytes(
        fhir_edits.edited(fhir_edits.drop("Bundle.timestamp"))(bases()["CC5 simple"])
    ).findings
    assert outcome(Meant("Bundle.timestamp"), findings) is Outcome.CAUGHT
    assert outcome(Meant("Bundle.id"), findings) is Outcome.OTHER_RULE
    assert outcome(Meant("Bundle.timestamp", "bdl-7"), findings) is Outcome.OTHER_RULE
    assert outcome(Meant("Bundle.timestamp"), []) is Outcome.SILENT


def test_a_warning_is_enough_only_where_the_sources_are_lenient() -> None:
    wrong = bases()["XDIS91"].replace(b"<EANIdentifier>5790009990024", b"<EANIdentifier>5790009990025")
    findings = check_bytes(wrong).findings
    assert outcome(Meant(rule="gln-modulus-10"), findings) is Outcome.SILENT
    assert outcome(Meant(rule="gln-modulus-10", lenient=True), findings) is Outcome.CAUGHT


# What is said of a mutant -------------------------------------------------------------------------------


def test_every_finding_names_a_rule_that_is_explained_and_how_to_mend_it() -> None:
    known = rulebook()
    for _, _, findings in results().values():
        for finding in findings:
            assert finding.rule in known, finding
            assert finding.source and finding.mend and finding.message, finding


def test_no_finding_repeats_a_number_of_a_citizen() -> None:
    number = re.compile(r"(?<![0-9A-Fa-f])(\d{6}-?\d{4}|\d{7}[A-Z]{2}\d|\d{8}[A-Z]\d)(?![0-9A-Fa-f])")
    for _, _, findings in results().values():
        for finding in findings:
            assert not number.search(finding.message + finding.path), finding


def test_nine_of_ten_mutants_get_no_other_error_than_the_one_that_is_meant() -> None:
    aside = [
        key
        for key, (mutant, _, findings) in results().items()
        if any(f.severity is Severity.ERROR and not mutant.meant.fits(f) for f in findings)
    ]
    assert len(aside) <= len(MUTANTS) / 10
