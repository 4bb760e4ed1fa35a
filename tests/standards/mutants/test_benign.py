"""Changes that a standard allows are no faults: no finding on them, on our messages and on official ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mocks.standards.findings import Severity, is_valid
from mocks.standards.recognise import check_bytes
from tests.standards.mutants import benign_edifact, benign_fhir, benign_letters, benign_xml
from tests.standards.mutants.bases import bases
from tests.standards.mutants.benign_other import OTHERS
from tests.standards.mutants.benign_xml import Change

ROOT = Path(os.environ.get("TVAERS_OFFICIAL_DATA", Path(__file__).parents[4] / "shared" / "data"))
FHIR = sorted(p for p in (ROOT / "medcom-fhir" / "examples").rglob("*.*") if p.suffix in (".json", ".xml"))
LETTERS = sorted((ROOT / "vans").glob("samples/oioxml/*.xml")) + sorted(
    (ROOT / "vans/composed").glob("*.xml")
)
needs_official = pytest.mark.skipif(not FHIR, reason=f"the official examples are not at {ROOT}")


def form_changes(raw: bytes) -> dict[str, Change]:
    """The changes of form that any message like this may undergo."""
    if raw.lstrip(b"\xef\xbb\xbf \r\n")[:1] == b"{":
        return benign_fhir.ANY_JSON
    if raw[:3] in (b"UNA", b"UNB"):
        return {} if b"UNO+" in raw else benign_edifact.ANY_EDIFACT
    changes = dict(benign_xml.ANY_XML)
    if benign_xml.encoding_of(raw).lower() == "utf-8":
        changes |= benign_xml.UTF8_XML
    if b"http://hl7.org/fhir" not in raw:
        changes |= benign_xml.WITH_SCHEMA
    return changes


def changes_of(name: str, raw: bytes) -> dict[str, Change]:
    """All benign changes of a base message."""
    changes = dict(form_changes(raw))
    kind, json = name[:3], raw[:1] == b"{"
    if json:
        changes |= benign_fhir.ANY_MESSAGE
        changes |= benign_fhir.CORRESPONDENCE if kind in ("CC4", "CC5") else benign_fhir.ANSWER
        if kind == "CC5":
            changes |= benign_fhir.CORRESPONDENCE_5
        if kind == "CC4":
            changes |= benign_fhir.CORRESPONDENCE_4
    if name == "VANS XDIS91":
        changes |= benign_letters.ENVELOPE
    if name == "XDIS91":
        changes |= benign_letters.LETTER
    if name == "DIS91":
        changes |= benign_edifact.LETTER
    changes |= benign_edifact.RECEIPTS.get(name, {})
    changes |= benign_letters.ENVELOPE_RECEIPTS.get(name, {})
    return changes | benign_letters.RECEIPTS.get(name, {}) | OTHERS.get(name, {})


#: False findings that are known: the rules, by change. docs/not-caught.md tells of them.
KNOWN: dict[str, set[str]] = {}


def false_findings(name: str, raw: bytes) -> Iterator[str]:
    """What is said of benign changes of a base message."""
    for what, change in changes_of(name, raw).items():
        for finding in check_bytes(change(raw)).findings:
            if finding.severity is Severity.INFORMATION or finding.rule in KNOWN.get(what, ()):
                continue
            yield f"{what}: {finding.rule} at {finding.path}: {finding.message}"


@pytest.mark.parametrize("name", sorted(bases()))
def test_a_benign_change_leads_to_no_finding(name: str) -> None:
    assert list(false_findings(name, bases()[name])) == []


@pytest.mark.parametrize("name", sorted(n for n, raw in bases().items() if n[0] == "X"))
def test_a_letter_in_any_usual_encoding_is_valid(name: str) -> None:
    for what, change in benign_xml.LETTER_ENCODINGS.items():
        findings = check_bytes(change(bases()[name])).findings
        assert is_valid(findings), what
        assert {f.rule for f in findings} <= {"oioxml-encoding"}, what


def rules(raw: bytes) -> set[str]:
    return {finding.rule for finding in check_bytes(raw).findings}


@needs_official
@pytest.mark.official
@pytest.mark.parametrize("path", [*FHIR, *LETTERS], ids=lambda p: f"{p.parent.name}/{p.name[:40]}")
def test_a_change_of_form_says_nothing_new_of_an_official_message(path: Path) -> None:
    raw = path.read_bytes()
    before = rules(raw)
    for what, change in form_changes(raw).items():
        assert rules(change(raw)) <= before | KNOWN.get(what, set()), what


@needs_official
@pytest.mark.official
@pytest.mark.parametrize("path", [p for p in FHIR if p.suffix == ".json"], ids=lambda p: p.name[:40])
def test_a_benign_change_says_nothing_new_of_an_official_message(path: Path) -> None:
    raw = path.read_bytes()
    before = rules(raw)
    for what, change in benign_fhir.ANY_MESSAGE.items():
        assert rules(change(raw)) <= before | KNOWN.get(what, set()), what


def test_a_known_false_finding_is_still_made() -> None:
    found = {
        (what, finding.rule)
        for name, raw in bases().items()
        for what, change in changes_of(name, raw).items()
        if what in KNOWN
        for finding in check_bytes(change(raw)).findings
    }
    assert {(what, rule) for what, rules in KNOWN.items() for rule in rules} <= found


def test_a_change_that_is_not_benign_is_seen_as_such() -> None:
    wrong = bases()["XDIS91"].replace(b"XD9134L", b"XD9135L")
    assert check_bytes(wrong).findings != []
