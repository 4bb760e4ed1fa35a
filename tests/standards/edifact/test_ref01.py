"""The hospital referral REF01, in the record of XREF01."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mocks.errors import Malformed
from mocks.standards import hospital_referral
from mocks.standards.edifact import ref01
from mocks.standards.edifact.check import check
from mocks.standards.findings import Finding, is_valid
from mocks.standards.formatted_text import FormattedText, Style, Styled
from mocks.standards.hospital_referral_records import Course, Diagnosis, Phone, Relative, Visitation
from tests.official import VANS as OFFICIAL
from tests.official import needs_official

BODY = """
BGM+HNV++9+NA'
DTM+137:202603020914:203'
S01+01'
NAD+PO+000001:YNR:SFU++Lægehuset Prøve:::::US'
ADR++US:_+Prøveby+9999'
CON++12345678:TE'
SEQ++1'
SPR+ORG+580:SKS:SST+REF01:SKS:SST'
S01+01'
NAD+SSP+2001060:SKS:SST++_:Medicinsk afd.::::US'
SEQ++2'
S01+01'
NAD+BV+000001:YNR:SFU++Læge:Test Testesen::::US'
RFF+AHL:1'
SEQ++3'
S01+01'
NAD+PRH+000002:YNR:SFU++_:Læge:Prøve Prøvesen:::US'
SEQ++4'
S02+02'
GIS+N'
RFF+ROI:6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11'
DTM+4:202603020914:203'
CIN+H+DI10:SKS::Prøvediagnose'
CIN+B+:USP::En til'
FTX+DI+P00++Udredning ?+ \\:behandling.'
S06+06'
STS++NR'
S07+07'
PNA+PAT+2512489996:::CPR:IM+++SU:Testperson+FO:Prøve'
CON+HO+11111111:TE'
CON+CE+22222222:TE'
EMP+1++:::Elev'
S10+10'
REL+PER+FA'
PNA+PAS++++SU:Testperson'
S12+12'
FTX+IN+P00++a@example.invalid'
FTX+NC+P00++Kort:anamnese.'
FTX+CF+PF0++Fed.'
FTX+MT+P00++Ingen.'
FTX+AL+P00++Ingen.'
FTX+BIN+P00++Bilag:0F1E2D3C4B5A69788796A5B4C3D2E1F0:VGR:PDF:12345'
FTX+SUP+P00++Pr. post'
S18+18'
GIS+N'
PTY+PRI+AC'
FTX+VI+P00++Visiteret'
FTX+VI+P00++i dag.'
FTX+IK+P00++Indkaldt.'
PAS+HS'
S19+19'
STS++NR'
TDT+PHL++SI'
FTX+COT+P00++Ring først.'
"""
SEGMENTS = [line for line in BODY.strip().splitlines() if line]
RAW = "\r\n".join(
    [
        "UNA:+.? '",
        "UNB+UNOC:3+5790009990017:14+5790009990024:14+260302:0915+ENV00000000004++++1'",
        "UNH+BRV00000000004+MEDREF:D:93A:UN:H0130R+REF01'",
        *SEGMENTS,
        f"UNT+{len(SEGMENTS) + 2}+BRV00000000004'",
        "UNZ+1+ENV00000000004'",
        "",
    ]
).encode("latin-1")


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def test_everything_a_referral_says_is_read() -> None:
    assert check(RAW) == []
    referral = ref01.read(RAW)
    assert referral.version == "XH0130R" and referral.courses == (Course("6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11"),)
    assert referral.sender.organisation == "Lægehuset Prøve" and referral.sender.street == ""
    assert referral.sender.speciality == "almenlaege_laegevagt" and referral.sender.phone == "12345678"
    assert referral.receiver.organisation == "" and referral.receiver.department == "Medicinsk afd."
    assert (referral.referrer.name, referral.referrer.title, referral.referrer.id_code) == (
        "Test Testesen",
        "Læge",
        "ydernummer",
    )
    assert referral.answer_to is not None and referral.answer_to.unit == "Prøve Prøvesen"
    assert referral.diagnosis == Diagnosis(code="DI10", type="SKSdiagnosekode", text="Prøvediagnose")
    assert referral.further == (Diagnosis(description="bidiagnose", type="uspecificeretkode", text="En til"),)
    assert referral.reason == FormattedText("Udredning + behandling.\n")
    assert referral.patient.phones == (Phone("11111111", "fastnet"), Phone("22222222", "mobil"))
    assert (referral.patient.title, referral.patient.email) == ("Elev", "a@example.invalid")
    assert referral.relative == Relative(relation="far", surname="Testperson")
    assert referral.anamnesis == FormattedText("Kort\nanamnese.\n")
    assert referral.examination == FormattedText("Fed.\n", (Styled(0, 5, Style.BOLD),))
    assert referral.cave == referral.medicine == FormattedText("Ingen.\n")
    assert [each.description for each in referral.references] == ["Bilag", "Pr. post"]
    assert (referral.priority, referral.referral_status, referral.transport) == (
        "akut",
        "indlaeggelse",
        "siddende",
    )
    assert referral.visitations == (
        Visitation("visitering", FormattedText("Visiteret\ni dag.\n")),
        Visitation("indkaldt", FormattedText("Indkaldt.\n")),
    )
    assert referral.supplementary == FormattedText("Ring først.\n")


def test_the_record_can_be_sent_as_oioxml() -> None:
    referral = ref01.read(RAW)
    assert hospital_referral.read(hospital_referral.write(referral)) == referral


@needs_official
@pytest.mark.official
def test_the_official_pair_is_one_referral() -> None:
    raw = (OFFICIAL / "samples/edifact/REF01_1.edi").read_bytes()
    assert check(raw) == []
    referral = ref01.read(raw)
    twin = hospital_referral.read((OFFICIAL / "samples/oioxml/REF01_1.xml").read_bytes())
    assert twin.answer_to is not None and referral.answer_to is not None
    assert twin.answer_to.organisation == "_"  # which stands for a missing name, and is taken for one here
    twin = replace(twin, answer_to=replace(twin.answer_to, organisation=""))
    assert referral == twin


@needs_official
@pytest.mark.official
def test_the_composed_referral_passes() -> None:
    raw = (OFFICIAL / "composed/ref01_min.edi").read_bytes()
    assert check(raw) == []
    referral = ref01.read(raw)
    assert referral.courses == () and referral.transport == "ingen"
    assert hospital_referral.read(hospital_referral.write(referral)) == referral


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"BGM+HNV", b"BGM+EPI", "REF01/head/BGM/type"),
        (b"NAD+PO+", b"NAD+SSP+", "REF01/S01-sender"),
        (b"NAD+BV+", b"NAD+XX+", "REF01/S01-referrer"),
        (b"RFF+AHL:1", b"RFF+AHL:2", "REF01/S01-referrer/RFF/number"),
        (b"SEQ++4'", b"SEQ++3'", "REF01/S01-answer/SEQ/number"),
        (b"RFF+ROI:", b"RFF+SRI:", "REF01/S02/RFF/qualifier"),
        (b"DTM+4:2026", b"DTM+182:2026", "REF01/S02/DTM/qualifier"),
        (b"CIN+B+", b"CIN+Q+", "REF01/S02/CIN/diagnosis"),
        (b":USP::", b":XXX::", "REF01/S02/CIN/type"),
        (b"CIN+B+:USP::En til'", b"CIN+B+:USP::En til'" * 6, "REF01/S02/CIN"),
        (b"S06+06'\r\n", b"", "REF01/S02/unknown-segment"),
        (b"CON+HO", b"CON+XX", "REF01/S07/CON/kind"),
        (b"REL+PER+FA", b"REL+PER+XX", "REF01/S10/REL/relation"),
        (b"PNA+PAS++++SU:Testperson", b"PNA+PAS++++SU:", "REF01/S10/PNA/surname"),
        (b"PNA+PAS++++", b"PNA+PAS+2512489996+++", "edifact-cpr-qualifier"),
        (b"FTX+CF", b"FTX+XX", "REF01/S12/FTX/qualifier"),
        (b"PTY+PRI+AC", b"PTY+PRI+XX", "REF01/S18/PTY/priority"),
        (b"PAS+HS", b"PAS+DA", "REF01/S18/PAS/status"),
        (b"FTX+VI", b"FTX+XX", "REF01/S18/FTX/qualifier"),
        (b"TDT+PHL++SI", b"TDT+PHL++XX", "REF01/S19/TDT/transport"),
        (b"FTX+COT+P00++Ring f\xf8rst.'", b"FTX+COT+P00++Ring f\xf8rst.\\'", "edifact-text-continues"),
        (b"H0130R", b"H0131R", "REF01/head/UNH/version"),
        (b"S19+19'", b"S18+18'", "REF01/S19"),
    ],
)  # fmt: skip
def test_each_rule_broken_once_is_found(old: bytes, new: bytes, rule: str) -> None:
    assert old in RAW, old
    found = check(RAW.replace(old, new, 1))
    assert rule in rules(found), rules(found)
    assert all("byte" in f.path for f in found) and not any("251248" in f.message for f in found)


def test_a_broken_referral_is_malformed_with_the_rule() -> None:
    with pytest.raises(Malformed, match="REF01/S18/PTY/priority"):
        ref01.read(RAW.replace(b"PTY+PRI+AC", b"PTY+PRI+XX"))
    assert is_valid(check(RAW.replace(b"2512489996", b"0000000000")))
