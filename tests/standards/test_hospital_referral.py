"""Referrals to a hospital, XREF01: valid when written, the same when read back, each fault found."""

# ruff: noqa: E501 - a row of a table of broken messages stays one row

from __future__ import annotations

from datetime import datetime

import pytest
from lxml import etree
from msgspec.structs import replace

from mocks.errors import BadInput, Malformed
from mocks.runtime import COPENHAGEN
from mocks.standards import hospital_referral
from mocks.standards.findings import Finding, Severity, is_valid
from mocks.standards.hospital_referral import (
    AnswerReceiver,
    BinaryReference,
    Course,
    Diagnosis,
    FormattedText,
    HospitalReferral,
    Party,
    Phone,
    Reference,
    ReferralPatient,
    Referrer,
    Relative,
    Style,
    Styled,
    Visitation,
)
from mocks.standards.profiles.xref01 import VERSIONS
from tests.official import VANS as OFFICIAL
from tests.official import needs_official

CLINIC = Party(
    gln="5790009990024",
    id="000001",
    id_code="ydernummer",
    organisation="Lægehuset Prøve",
    phone="00000000",
    speciality="almen_medicin",
)
BUP = Party(gln="5790009990017", id="8001010", id_code="sygehusafdelingsnummer", organisation="Prøve Sygehus")
PATIENT = ReferralPatient(
    cpr="2512489996",
    surname="Testperson",
    given="Prøve",
    title="Elev",
    street="Testgade 3",
    district="Prøveby",
    post_code="9999",
    phones=(Phone("00000001", "fastnet"), Phone("00000002", "mobil")),
    email="test@example.invalid",
)
LEAN = HospitalReferral(
    version="XH0130R",
    envelope_id="ENV00000000004",
    sent=datetime(2025, 4, 1, 9, 15, tzinfo=COPENHAGEN),
    wants_receipt=True,
    letter_id="BRV00000000004",
    authorised=datetime(2025, 4, 1, 9, 14, tzinfo=COPENHAGEN),
    sender=CLINIC,
    referrer=Referrer(name="Test Testesen"),
    receiver=BUP,
    patient=ReferralPatient(cpr="2512489996", surname="Testperson"),
)
FULL = replace(
    LEAN,
    version="XH0131R",
    courses=(Course("6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11", "henviser"),),
    referrer=Referrer(name="Test Testesen", title="Læge", id="5790009990024", id_code="lokationsnummer"),
    answer_to=AnswerReceiver(id="461", id_code="kommunenummer", organisation="Prøveby Kommune", phone="00000003"),
    patient=PATIENT,
    relative=Relative(relation="mor", id="0101001234", surname="Testperson", given="Mor"),
    priority="elektiv",
    referral_status="hjemmet",
    transport="ingen",
    supplementary=FormattedText("Ring først"),
    reason=FormattedText("Udredning\nfor angst", (Styled(0, 9, Style.BOLD),)),
    hospital_choice="ALDB01",
    diagnosis=Diagnosis(description="henv_diagnose", code="DF419", type="SKSdiagnosekode", text="Angst"),
    further=(Diagnosis(description="bidiagnose", type="uspecificeretkode", text="Søvnbesvær"),),
    cave=FormattedText(""),
    anamnesis=FormattedText("Kendt i PPR"),
    examination=FormattedText("Intet særligt"),
    medicine=FormattedText("Ingen"),
    references=(
        Reference("Udredning", None, BinaryReference("0F1E2D3C4B5A49788796A5B4C3D2E1F0", "vektor_grafik", "pdf", 2900)),
        Reference("Skema", "https://example.invalid/skema"),
    ),
    visitations=(Visitation("visitering", FormattedText("Til ambulatoriet")),),
)  # fmt: skip
ALL = [LEAN, FULL]
WRITTEN = hospital_referral.write(FULL)


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


@pytest.mark.parametrize("referral", ALL)
def test_a_referral_is_read_back_as_it_was_written(referral: HospitalReferral) -> None:
    raw = hospital_referral.write(referral)
    assert hospital_referral.read(raw) == referral
    assert hospital_referral.read_checked(raw) == referral
    assert hospital_referral.check(raw) == []


@needs_official
@pytest.mark.official
@pytest.mark.parametrize("referral", ALL)
def test_what_we_write_is_valid_by_the_official_schema(referral: HospitalReferral) -> None:
    year = VERSIONS[referral.version].namespace[-11:-1]
    schema = etree.XMLSchema(file=str(OFFICIAL / f"xsd/oioxml/{year}/EMessage.xsd"))
    schema.assertValid(etree.fromstring(hospital_referral.write(referral)))


@needs_official
@pytest.mark.official
def test_official_referrals_are_in_order_and_come_back_with_the_same_content() -> None:
    composed = [OFFICIAL / f"composed/xref01_{code}.xml" for code in VERSIONS]
    for path in (*composed, OFFICIAL / "samples/oioxml/REF01_1.xml"):
        raw = path.read_bytes()
        assert rules(hospital_referral.check(raw)) <= {"oioxml-encoding"}, path.name
        referral = hospital_referral.read(raw)
        assert hospital_referral.read(hospital_referral.write(referral)) == referral
    assert referral.relative is not None and referral.relative.relation == "mor"
    assert [phone.code for phone in referral.patient.phones] == ["fastnet", "mobil"]
    assert referral.further[0].code == "DE659"
    assert referral.cave is not None and referral.cave.text.startswith("\nFenoxy")


PATIENT_CPR = b"<Patient><CivilRegistrationNumber>2512489996</CivilRegistrationNumber>"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"XH0131R", b"XH0130R", "XH0131R/Letter/VersionCode"),
        (b"XH0131R", b"XH0130R", "oioxml-version-namespace"),
        (b"medcom.dk/xml/schemas/2017/05/01", b"medcom.dk/xml/schemas/2017/05/02", "xref01-letter"),
        (b"<StatisticalCode>XREF01", b"<StatisticalCode>XREF02", "xref01-statistical-code"),
        (b"<StatusCode>nytbrev", b"<StatusCode>annulleretbrev", "XH0131R/Letter/StatusCode"),
        (b"<Time>09:14<", b"<Time>09:16<", "xref01-authorised-after-sent"),
        (b"<EpisodeOfCareType>henviser</EpisodeOfCareType>", b"", "XH0131R/EpisodeOfCare/EpisodeOfCareType"),
        (b"<Referrer>", b"<Refferrer/><Referrer>", "XH0131R/Sender/unknown-element"),
        (b"<IdentifierCode>lokationsnummer</IdentifierCode>", b"", "xref01-referrer-number"),
        (b"<Identifier>5790009990024</Identifier>", b"", "xref01-referrer-number"),
        (b"<Identifier>5790009990024</Identifier>", b"<Identifier>5790009990025</Identifier>", "gln-modulus-10"),
        (b"<Receiver><EANIdentifier>5790009990017", b"<Receiver><EANIdentifier>5790009990018", "gln-modulus-10"),
        (b"<IdentifierCode>kommunenummer", b"<IdentifierCode>amt", "xref01-amt"),
        (b"<AnswerCCReceiver>", b"<AnswerCCReceiver><EANIdentifier>5790009990017</EANIdentifier>", "XH0131R/AnswerCCReceiver/unknown-element"),
        (PATIENT_CPR, PATIENT_CPR.replace(b"2512489996", b"3113489996"), "cpr-date"),
        (PATIENT_CPR, PATIENT_CPR.replace(b"2512489996", b"0000000000"), "cpr-unknown"),
        (PATIENT_CPR, b"<Patient>", "XH0131R/Patient/CivilRegistrationNumber"),
        (b"</Patient>", b"<EpisodeOfCareStatusCode>inaktiv</EpisodeOfCareStatusCode></Patient>", "xref01-episode-status"),
        (b"test@example.invalid", b"test.example.invalid", "xref01-email"),
        (b"0101001234", b"3113001234", "xref01-relative-cpr"),
        (b"<RelationCode>mor", b"<RelationCode>moster", "XH0131R/Relative/RelationCode"),
        (b"<Priority>elektiv", b"<Priority>rutine", "XH0131R/AdditionalInformation/Priority"),
        (b"ALDB01", b"ALDB04", "XH0131R/AdditionalInformation/HospitalChoice"),
        (b"<DiagnoseDescriptionCode>henv_diagnose</DiagnoseDescriptionCode>", b"", "XH0131R/Refer/DiagnoseDescriptionCode"),
        (b"SKSdiagnosekode", b"SKSkode", "XH0131R/Refer/DiagnoseTypeCode"),
        (b"<DiagnoseTypeCode>uspec", b"<DiagnoseCode>DF419</DiagnoseCode><DiagnoseTypeCode>uspec", "xref01-duplicate-diagnosis"),
        (b"<Cave>", b"<Cave><Blink/>", "XH0131R/Cave/unknown-element"),
        (b"<Cave>", b"<Cave>a&lt;Break/&gt;b", "oioxml-escaped-markup"),
        (b"0F1E2D3C4B5A49788796A5B4C3D2E1F0", b"BILAG-1", "xref01-object-identifier"),
        (b"<OriginalObjectSize>2900", b"<OriginalObjectSize>0", "XH0131R/BIN/OriginalObjectSize"),
        (b"<InformationCode>visitering", b"<InformationCode>visiteret", "XH0131R/HospitalVisitation/InformationCode"),
        (b"<Identifier>BRV00000000004<", b"<Identifier> <", "oioxml-blank-identifier"),
    ],
)  # fmt: skip
def test_each_rule_broken_once_is_found(old: bytes, new: bytes, rule: str) -> None:
    assert old in WRITTEN, old
    found = hospital_referral.check(WRITTEN.replace(old, new, 1))
    assert rule in rules(found)
    assert all(f.path and f.message and f.source for f in found)
    assert not any("2512489996" in f.message or "0101001234" in f.message for f in found)


def test_what_stands_twice_is_found() -> None:
    course = b"<EpisodeOfCare>" + WRITTEN.partition(b"<EpisodeOfCare>")[2].partition(b"</Letter>")[0]
    assert rules(hospital_referral.check(WRITTEN.replace(course, course + course, 1))) == {
        "xref01-duplicate-course"
    }
    reference = (
        b"<Reference>" + WRITTEN.partition(b"<Reference>")[2].partition(b"</Reference>")[0] + b"</Reference>"
    )
    assert rules(hospital_referral.check(WRITTEN.replace(reference, reference * 2, 1))) == {
        "xref01-duplicate-object"
    }
    body = WRITTEN[WRITTEN.index(b"<HospitalReferral>") : WRITTEN.index(b"</Emessage>")]
    found = hospital_referral.check(WRITTEN.replace(body, body * 2))
    assert rules(found) == {"oioxml-one-letter", "oioxml-duplicate-letter"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"XH0131R", b"XH0130R"),
        (b"<Sent><Date>2025-04-01</Date>", b"<Sent><Date>i dag</Date>"),
        (b"<PersonName>Test Testesen</PersonName>", b""),
        (PATIENT_CPR, b"<Patient>"),
        (b"plusposi", b"minposi"),
        (b"<OriginalObjectSize>2900", b"<OriginalObjectSize>stor"),
        (b"<HospitalReferral>", b"<HospitalReferral/><HospitalReferral>"),
        (b"HospitalReferral>", b"XrayRequest>"),
    ],
)
def test_a_referral_that_cannot_be_understood_is_malformed(old: bytes, new: bytes) -> None:
    raw = WRITTEN.replace(old, new)
    with pytest.raises(Malformed) as caught:
        hospital_referral.read(raw)
    assert all(f.severity is Severity.ERROR for f in caught.value.findings)
    with pytest.raises(Malformed):
        hospital_referral.read_checked(raw)
    assert not is_valid(hospital_referral.check(raw))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(FULL, version="XH0132R"), "XH0130R, XH0131R"),
        (replace(FULL, courses=()), "at least one course"),
        (replace(FULL, courses=(Course("1"),)), "type of a course"),
        (replace(LEAN, courses=(Course("1", "henviser"),)), "without its type"),
        (replace(LEAN, hospital_choice="ALDB00"), "no choice of hospital"),
        (replace(LEAN, referral_status="hjemmet"), "ReferralStatus"),
        (replace(LEAN, diagnosis=FULL.diagnosis), "no description"),
        (replace(FULL, diagnosis=Diagnosis(type="ICPCkode", text="x")), "DiagnoseDescriptionCode"),
        (replace(FULL, further=FULL.further * 6), "5 further diagnoses"),
        (replace(FULL, visitations=FULL.visitations * 10), "9 notes"),
        (replace(FULL, references=FULL.references * 6), "10 references"),
        (replace(FULL, patient=replace(PATIENT, phones=(Phone("1", "mobil"),) * 4)), "3 phone numbers"),
        (replace(FULL, patient=replace(PATIENT, phones=(Phone("1", "fax"),))), "TelephoneSubscriberCode"),
        (replace(FULL, referrer=Referrer(name="")), "name of the referrer"),
        (replace(FULL, relative=Relative(relation="moster", surname="x")), "RelationCode"),
        (replace(LEAN, sender=replace(CLINIC, id_code="amt")), "IdentifierCode"),
        (replace(FULL, reason=FormattedText("x", (Styled(0, 2, Style.BOLD),))), "outside the text"),
    ],
)
def test_a_referral_that_the_schema_forbids_is_not_written(wrong: HospitalReferral, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        hospital_referral.write(wrong)
