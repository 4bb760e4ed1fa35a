"""The appointment document DK-APD: valid when written, the same when read back, and never a fault of ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from mocks.errors import BadInput, Malformed
from mocks.runtime import COPENHAGEN
from mocks.standards import appointment_document
from mocks.standards.appointment_document import AppointmentDocument, Kind, Organisation, PersonName, Reason
from mocks.standards.appointment_document_read import read_moment
from mocks.standards.findings import Severity, is_valid
from mocks.standards.recognise import check_bytes
from tests.official import DATA, needs_official
from tests.standards.appointment_strategies import documents
from tests.standards.mutants.appointment_bases import BUP, FULL, LEAN
from tests.standards.mutants.xml_spoilt import spoilt

OFFICIAL = DATA / "national" / "apd"


@settings(max_examples=60, deadline=None)
@given(documents())
def test_a_document_is_valid_and_reads_back_as_it_was_written(document: AppointmentDocument) -> None:
    raw = appointment_document.write(document)
    wrong = [f for f in appointment_document.check(raw) if f.severity is Severity.ERROR]
    assert wrong == []
    assert appointment_document.read(raw) == document


@pytest.mark.parametrize("document", [FULL, LEAN], ids=["full", "lean"])
def test_our_documents_have_no_finding(document: AppointmentDocument) -> None:
    raw = appointment_document.write(document)
    assert appointment_document.check(raw) == []
    assert appointment_document.read(raw) == document
    checked = check_bytes(raw)
    assert (checked.standard, checked.version, checked.findings) == ("APD", "2.0.1", [])


def test_a_night_in_which_the_clock_is_put_back_keeps_its_hours() -> None:
    early = datetime(2025, 10, 26, 2, 30, tzinfo=COPENHAGEN)
    late = early.replace(fold=1)
    raw = appointment_document.write(replace(FULL, start=early, end=late))
    read = appointment_document.read(raw)
    assert read.end is not None
    assert read.end.astimezone(UTC) - read.start.astimezone(UTC) == timedelta(hours=1)
    assert b"20251026023000+0200" in raw and b"20251026023000+0100" in raw


def test_a_naive_time_is_danish_local_time() -> None:
    raw = appointment_document.write(replace(LEAN, start=datetime(2025, 7, 1, 10, 0)))
    assert b"20250701100000+0200" in raw


def test_the_text_of_the_document_says_what_its_fields_say() -> None:
    raw = appointment_document.write(replace(FULL, reason=Reason(text="Samtale <1>"))).decode()
    assert "<td>2025-10-26</td>" in raw and "<td>01:30 - 09:00</td>" in raw
    assert "Samtale &lt;1&gt;" in raw and "BUP Nord &amp; Søn, Prøvetorv 2" in raw


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"status": "booked"}, "status"),
        ({"kind": None}, "kind"),
        ({"version": "1.0"}, "version"),
        ({"end": FULL.start - timedelta(minutes=1)}, "ends before it starts"),
        ({"id": " "}, "the document"),
        ({"appointment": ""}, "the appointment"),
        ({"patient": replace(FULL.patient, cpr="9912489996")}, "CPR"),
        ({"patient": replace(FULL.patient, sex="X")}, "sex"),
        ({"patient": replace(FULL.patient, name=PersonName(family="Berggren"))}, "given name"),
        ({"performer": Organisation(sor="1", name="x")}, "SOR id"),
        ({"performer": Organisation(sor=BUP.sor)}, "name of the performer"),
        ({"place": replace(BUP, person=PersonName(family="x"))}, "no person"),
        ({"custodian": replace(BUP, person=PersonName(family="x"))}, "unit"),
        ({"custodian": replace(BUP, telecoms=BUP.telecoms * 2)}, "one telecom"),
        ({"reason": Reason(text="\x00")}, "cannot stand in XML"),
    ],
)  # fmt: skip
def test_what_the_profile_does_not_allow_is_not_written(change: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says) as raised:
        appointment_document.write(replace(FULL, **change))
    assert "9912489996" not in str(raised.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"<ClinicalDocument/>",
        b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>',
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><ClinicalDocument xmlns='urn:hl7-org:v3'>&a;</ClinicalDocument>",
        b"",
        appointment_document.write(FULL)[:-9],
        appointment_document.write(FULL).replace(b'extension="2512489996"', b'extension="251248999X"'),
        appointment_document.write(FULL).replace(b"20251026013000+0200", b"20251326013000+0200"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_findings(raw: bytes) -> None:
    with pytest.raises(Malformed) as raised:
        appointment_document.read(raw)
    assert raised.value.findings
    assert not is_valid(appointment_document.check(raw))


@pytest.mark.parametrize("document", [FULL, LEAN], ids=["full", "lean"])
def test_whatever_has_no_error_can_be_read(document: AppointmentDocument) -> None:
    unreadable, readable = [], 0
    for what, raw in spoilt(appointment_document.write(document)):
        if not is_valid(appointment_document.check(raw)):
            continue
        try:
            appointment_document.read(raw)
            readable += 1
        except Malformed as refused:
            unreadable.append(f"{what}: {refused.findings[0].message}")
    assert unreadable == [] and readable > 200


@pytest.mark.parametrize(
    ("value", "means"),
    [
        ("20221001100000+0200", datetime(2022, 10, 1, 8, 0, tzinfo=UTC)),
        ("202210011000+0200", datetime(2022, 10, 1, 8, 0, tzinfo=UTC)),
        ("20221001100000.123+0200", datetime(2022, 10, 1, 8, 0, tzinfo=UTC)),
        ("20221001100000-0330", datetime(2022, 10, 1, 13, 30, tzinfo=UTC)),
        ("20221001", datetime(2022, 9, 30, 22, 0, tzinfo=UTC)),
        ("20220101100000", datetime(2022, 1, 1, 9, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_with_its_offset_or_as_danish_time(value: str, means: datetime) -> None:
    assert read_moment(value) == means


@pytest.mark.parametrize(
    "value", ["", "2022", "20221301", "20221001100000+9900", "00010101000000+1400", "x" * 99]
)
def test_what_is_no_moment_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_moment(value)


def test_a_document_of_very_many_parts_is_read_and_its_faults_are_told_in_few() -> None:
    raw, most = appointment_document.write(FULL), 90_000
    line = b"<streetAddressLine>a</streetAddressLine>"
    address = appointment_document.read(raw.replace(line[:19], line * most + line[:19], 1)).patient.address
    assert address is not None and len(address.lines) == most + 1
    wrong = raw.replace(b"</text>", b"</text>" + b'<id root="1.2.208.176.1.1" extension="1"/>' * most)
    assert 20 <= len(appointment_document.check(wrong)) < 50


def test_another_clinical_document_is_no_appointment() -> None:
    raw = b'<ClinicalDocument xmlns="urn:hl7-org:v3"><templateId root="2.16.1"/></ClinicalDocument>'
    checked = check_bytes(raw)
    assert checked.standard == "unknown" and "clinical document" in checked.foreign


def test_an_appointment_that_lost_its_first_template_is_known_by_its_section() -> None:
    raw = appointment_document.write(FULL).replace(b'root="1.2.208.184.14.1"', b'root="1.2.208.184.14.9"')
    checked = check_bytes(raw)
    assert checked.standard == "APD"
    assert [f.rule for f in checked.findings] == ["APD/ClinicalDocument/templateId"]


# Official samples ------------------------------------------------------------------------------------


@pytest.mark.official
@needs_official
def test_the_official_maximum_example_is_read_and_has_but_the_known_dummy() -> None:
    raw = (OFFICIAL / "DK-APD_Example_1_2_apd_maximum.xml").read_bytes()
    document = appointment_document.read(raw)
    assert (document.kind, document.status) == (Kind.REGION, "active")
    assert document.start == datetime(2022, 10, 1, 8, 0, tzinfo=UTC)
    assert document.end == datetime(2022, 10, 1, 8, 30, tzinfo=UTC)
    assert document.performer.sor == "345031000016009"
    assert document.performer.name == "Odense Universitets Hospital"
    assert document.requester is not None and document.requester.person is not None
    assert document.requester.person.family == "Strøm"
    assert document.place is not None and document.place.sor == "325421000016001"
    assert document.reason is not None and document.reason.code == "302393006"
    assert document.episode is not None and (document.episode.code, len(document.episode.ids)) == (
        "ALAL51",
        5,
    )
    assert document.indicative and document.series == "603c82a2-ac1f-4ab0-a21f-9b2c4478a85d"
    assert [f.rule for f in appointment_document.check(raw)] == ["APD/sor-id"]  # a dummy of the example
    assert appointment_document.read(appointment_document.write(document)) == document


@pytest.mark.official
@needs_official
def test_the_official_example_of_version_1_is_read_and_said_not_to_be_checked() -> None:
    raw = (OFFICIAL / "DK-APD_v1.0_Example_1.xml").read_bytes()
    document = appointment_document.read(raw)
    assert (document.version, document.kind) == ("1.0", None)
    assert document.start == datetime(2017, 5, 31, 10, 0, tzinfo=UTC)
    assert document.performer.sor == "320161000016005"
    assert check_bytes(raw).unchecked == "there are no rules for APD 1.0 here"
    assert is_valid(appointment_document.check(raw))
