"""MedCom's schematron rules of an appointment's section and encounter, and ours: both say the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from mocks.standards import appointment_document
from mocks.standards.appointment_document import AppointmentDocument
from mocks.standards.findings import is_valid
from mocks.standards.profiles.apd_rules import RULES
from tests.official import DATA, needs_official
from tests.standards import schematron
from tests.standards.appointment_strategies import documents
from tests.standards.mutants.appointment_bases import FULL, appointment_documents
from tests.standards.mutants.appointment_faults import BODY, FAULTS, HEADER, Fault
from tests.standards.mutants.benign_appointments import APPOINTMENT
from tests.standards.mutants.xml_edits import edited
from tests.standards.mutants.xml_spoilt import spoilt

EXAMPLE = DATA / "national" / "apd" / "DK-APD_Example_1_2_apd_maximum.xml"
#: They say that a document cannot be judged, or is judged by other rules.
NO_FAULT = {"APD/version", "APD/unreadable", "APD/namespace"}


def test_each_of_our_rules_has_a_fault_that_it_finds() -> None:
    assert {f"APD/{fault.rule}" for fault in FAULTS} == {rule.id for rule in RULES} - NO_FAULT


@pytest.mark.official
@needs_official
def test_all_official_assertions_are_read() -> None:
    files = (schematron.SECTION, schematron.ENCOUNTER)
    read = [len({a.key for rule in schematron.rules(file) for a in rule.assertions}) for file in files]
    written = [file.read_text("utf-8").count("<assert ") for file in files]
    assert written == [215, 688]
    assert read[0] == 215 and read[1] >= 688 - 4  # two abstract rules of two assertions, each extended
    assert all(
        a.weight in ("error", "warning") for f in files for r in schematron.rules(f) for a in r.assertions
    )


@pytest.mark.official
@needs_official
@pytest.mark.parametrize("name", sorted(appointment_documents()))
def test_our_documents_meet_the_official_rules(name: str) -> None:
    raw = appointment_documents()[name]
    failed = [schematron.check(raw, file) for file in (schematron.SECTION, schematron.ENCOUNTER)]
    assert [found for found, _ in failed] == [[], []]
    assert all(tried >= 25 for _, tried in failed)


@pytest.mark.official
@needs_official
def test_the_official_example_meets_the_official_rules_as_run_here() -> None:
    raw = EXAMPLE.read_bytes()
    assert schematron.errors(raw) == []
    assert is_valid(appointment_document.check(raw))


@pytest.mark.official
@needs_official
@settings(max_examples=25, deadline=None)
@given(documents())
def test_any_document_that_we_write_meets_the_official_rules(document: AppointmentDocument) -> None:
    assert schematron.errors(appointment_document.write(document)) == []


@pytest.mark.official
@needs_official
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_official_rules_and_ours_agree_on_each_fault(fault: Fault) -> None:
    """They know the section and the encounter only: what a header lacks they cannot see."""
    broken = edited(fault.edit)(appointment_documents()["APD"])
    assert bool(schematron.errors(broken)) is fault.official
    if fault in HEADER:
        assert not fault.official


@pytest.mark.official
@needs_official
@pytest.mark.parametrize("what", sorted(APPOINTMENT))
def test_what_is_no_fault_is_none_for_the_official_rules_and_is_read(what: str) -> None:
    changed = APPOINTMENT[what](appointment_documents()["APD"])
    assert schematron.errors(changed) == []
    assert appointment_document.read(changed).appointment == FULL.appointment


def test_most_faults_of_the_body_are_known_to_the_official_rules() -> None:
    assert sum(fault.official for fault in BODY) > len(BODY) * 2 / 3


# Whatever else can be spoilt ----------------------------------------------------------------------------


@pytest.mark.official
@needs_official
@pytest.mark.slow
def test_whatever_official_rules_find_in_a_spoilt_body_ours_find_too() -> None:
    all_spoilt = list(spoilt(appointment_document.write(FULL), "section"))
    passed = [(name, raw) for name, raw in all_spoilt if is_valid(appointment_document.check(raw))]
    assert len(all_spoilt) > 300 and 100 < len(passed) < len(all_spoilt) - 100
    assert [name for name, raw in passed if schematron.errors(raw)] == []
