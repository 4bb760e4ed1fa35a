"""The correspondence letter in EDIFACT: the same record as in OIOXML, and every fault found."""

# ruff: noqa: E501 - a row of a table of broken messages stays one row

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mocks.errors import BadInput, Malformed
from mocks.runtime import COPENHAGEN
from mocks.standards import clinical_email
from mocks.standards.clinical_email_records import BinaryReference, ClinicalEmail, Party, Patient, Reference
from mocks.standards.edifact import dis91
from mocks.standards.edifact.check import RULES, check
from mocks.standards.edifact.codes import IDENTIFIER_CODES, OBJECT_CODES, OBJECT_EXTENSIONS, SPECIALITIES
from mocks.standards.findings import Finding, Severity, is_valid
from mocks.standards.formatted_text import Style, Styled
from mocks.standards.profiles import oioxml_parts
from tests.official import VANS as OFFICIAL
from tests.official import needs_official

PPR = Party(
    gln="5790009990017",
    id="999",
    id_code="kommunenummer",
    organisation="Prøveby Kommune",
    department="PPR",
    unit="Team Å",
    street="Prøvevej 1",
    suburb="Nørre Prøve",
    district="Prøveby",
    post_code="9999",
    phone="00000000",
    speciality="psykolog",
)
CLINIC = Party(
    gln="5790009990024",
    id="000001",
    id_code="ydernummer",
    organisation="Lægehuset Åen & Søn",
    department="Læge",
    unit="Test Testesen",
)
LETTER = ClinicalEmail(
    envelope_id="ENV00000000002",
    sent=datetime(2026, 3, 2, 9, 15, tzinfo=COPENHAGEN),
    wants_receipt=True,
    letter_id="BRV00000000002",
    authorised=datetime(2026, 3, 2, 9, 14, tzinfo=COPENHAGEN),
    sender=PPR,
    receiver=CLINIC,
    patient=Patient(
        cpr="2512489996",
        surname="Testperson",
        given="Prøve",
        street="Testgade 3",
        district="Prøveby",
        post_code="9999",
        occupation="Elev",
        episode_status="ambulant",
    ),
    text="Kære klinik\n\nHvad siger I: er det nok? Vi mener ja + nej.\nEn lang linje, som er så lang, at den ikke kan stå i én komponent på halvfjerds tegn.\n",
    subject="Trivsel",
    status="rettetbrev",
    episode="6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11",
    priority="høj_prioritet",
    references=(
        Reference("Bilag", None, BinaryReference("0F1E2D3C4B5A49788796A5B4C3D2E1F0", "vektor_grafik", "pdf", 2900)),
        Reference("Vejledning", "https://example.invalid/" + "v" * 200),
        Reference("Følger med posten"),
    ),
)  # fmt: skip
LEAN = replace(
    LETTER,
    patient=Patient(alternative="251248ABC1", surname="Ukendt"),
    text="",
    subject=None,
    episode=None,
    priority=None,
    references=(),
    receiver=replace(CLINIC, organisation="", id="5790009990024", id_code="lokationsnummer"),
)
LONG = replace(LETTER, text="".join(f"Linje {n} med en del ord, som fylder noget.\n" for n in range(440)))
WRITTEN = dis91.write(LETTER)
TEXTS = st.text(
    st.characters(codec="latin-1", exclude_categories=("Cc",), exclude_characters="Ã"),
    min_size=1,
    max_size=30,
).filter(lambda value: value != "_")


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


# There and back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", [LETTER, LEAN, LONG])
def test_a_letter_is_read_back_as_it_was_written(letter: ClinicalEmail) -> None:
    raw = dis91.write(letter)
    assert dis91.read(raw) == letter == dis91.carried(letter).letter
    assert dis91.carried(letter).lost == ()
    assert dis91.write(dis91.read(raw)) == raw
    assert check(raw) == []


@needs_official
@pytest.mark.official
@pytest.mark.parametrize("name", ["DIS91_1", "DIS91_2"])
def test_official_pairs_are_one_letter_in_edifact_and_in_oioxml(name: str) -> None:
    edifact = (OFFICIAL / f"samples/edifact/{name}.edi").read_bytes()
    oioxml = (OFFICIAL / f"samples/oioxml/{name}.xml").read_bytes()
    letter = dis91.read(edifact)
    assert letter == clinical_email.read(oioxml)
    assert clinical_email.read(clinical_email.write(letter)) == letter
    # Only the line breaks between the segments differ.
    assert dis91.write(letter).replace(b"\r\n", b"\n") == edifact
    assert rules(check(edifact)) <= {"gln-modulus-10"} and is_valid(check(edifact))


@needs_official
@pytest.mark.official
def test_composed_letters_pass_and_come_back() -> None:
    for sample in sorted((OFFICIAL / "composed").glob("dis91_*.edi")):
        raw = sample.read_bytes()
        assert check(raw) == [], sample.name
        letter = dis91.read(raw)
        assert dis91.read(dis91.write(letter)) == letter
        assert clinical_email.read(clinical_email.write(letter)) == letter
        if sample.name == "dis91_min.edi":  # the full one breaks a line earlier than it must
            assert dis91.write(letter) == raw


PARTIES = st.builds(
    Party,
    gln=st.sampled_from(["5790009990017", "5790009990024"]),
    id=st.text(st.sampled_from("0123456789"), min_size=1, max_size=17),
    id_code=st.sampled_from(sorted(IDENTIFIER_CODES)),
    organisation=TEXTS,
    department=st.just("") | TEXTS,
    unit=st.just("") | TEXTS,
    street=st.just("") | TEXTS,
    suburb=st.just("") | TEXTS,
    district=st.just("") | TEXTS,
    post_code=st.just("") | st.just("9999"),
)
LETTERS = st.builds(
    ClinicalEmail,
    envelope_id=st.text(st.sampled_from("AZ09?:+'"), min_size=1, max_size=14),
    sent=st.datetimes(datetime(1980, 1, 1), datetime(2079, 12, 31)),
    wants_receipt=st.booleans(),
    letter_id=st.text(st.sampled_from("AZ09"), min_size=1, max_size=14),
    authorised=st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)),
    sender=st.builds(lambda party, speciality, phone: replace(party, speciality=speciality, phone=phone), PARTIES, st.sampled_from(sorted(SPECIALITIES)), st.just("") | st.just("12345678")),
    receiver=PARTIES,
    patient=st.builds(Patient, cpr=st.just("2512489996"), surname=TEXTS, given=st.none() | TEXTS, street=st.just("") | TEXTS, occupation=st.just("") | TEXTS, episode_status=st.sampled_from(["inaktiv", "indlagt", "ambulant", "doed", "ambulant_roentgen"])),
    text=st.text(st.characters(codec="latin-1", exclude_categories=("Cc",), exclude_characters="Ã", include_characters="\n.\\"), max_size=600),
    subject=st.none() | TEXTS,
    status=st.sampled_from(["nytbrev", "rettetbrev"]),
    episode=st.none() | TEXTS,
    priority=st.sampled_from([None, "rutine", "høj_prioritet"]),
    references=st.lists(
        st.builds(Reference, TEXTS, st.none() | TEXTS)
        | st.builds(Reference, TEXTS, st.none(), st.builds(BinaryReference, TEXTS, st.sampled_from(sorted(OBJECT_CODES)), st.sampled_from(sorted(OBJECT_EXTENSIONS)), st.integers(1, 10**9))),
        max_size=12,
    ).map(tuple),
)  # fmt: skip


@given(LETTERS)
@settings(max_examples=120, deadline=None)
def test_any_letter_comes_back_as_edifact_can_carry_it(letter: ClinicalEmail) -> None:
    expected = dis91.carried(letter).letter
    read = dis91.read(dis91.write(letter))
    assert read == expected
    assert dis91.write(read) == dis91.write(letter)
    assert {f.rule for f in check(dis91.write(letter)) if f.severity is Severity.ERROR} <= {
        "edifact-duplicate-object"
    }


# What EDIFACT cannot carry ----------------------------------------------------------------------------


def test_what_gets_lost_is_said_and_the_rest_can_be_written() -> None:
    wide = replace(
        LETTER,
        text="“Gåseøjne” – og €uro …\tŁódź",
        subject="Em – dash",
        sender=replace(PPR, organisation="x" * 40, speciality=""),
        receiver=replace(CLINIC, phone="12345678"),
        references=(*LETTER.references, Reference("Lang", "https://example.invalid/" + "v" * 300)),
        sent=datetime(2026, 3, 2, 8, 15, 59, tzinfo=UTC),
    )
    with pytest.raises(BadInput, match=r"U\+"):
        dis91.write(replace(wide, references=()))
    done = dis91.carried(wide)
    assert done.letter.text == '"Gåseøjne" - og EURuro ... ?ódz\n'
    assert done.letter.subject == "Em - dash"
    assert (
        done.letter.sender.organisation == "x" * 35 and done.letter.sender.speciality == "ikkeklassificeret"
    )
    assert done.letter.receiver.phone == "" and len(done.letter.references) == 3
    assert done.letter.sent == LETTER.sent
    assert len(done.lost) == 6
    assert dis91.read(dis91.write(done.letter)) == done.letter


@pytest.mark.parametrize(
    ("letter", "why"),
    [
        (replace(LETTER, text="x\n" * 446), "91 FTX of five lines.*carries 90.*attachment"),
        (replace(LETTER, references=(Reference("x"),) * 19), "18 references"),
        (replace(LETTER, envelope_id="E" * 15), "15 characters"),
        (replace(LETTER, letter_id=""), "0 characters"),
        (replace(LETTER, subject="x" * 71), "71 characters"),
        (replace(LETTER, sender=replace(PPR, id_code="amt")), "amt"),
        (replace(LETTER, sender=replace(PPR, speciality="heksedoktor")), "heksedoktor"),
        (replace(LETTER, status="annulleretbrev"), "annulleretbrev"),
        (replace(LETTER, priority="lav"), "lav"),
        (replace(LETTER, sent=datetime(2080, 1, 1)), "2080.*two digits"),
        (replace(LETTER, patient=Patient(surname="X")), "exactly one"),
        (replace(LETTER, patient=Patient(cpr="251248-9996", surname="X")), "ten digits"),
        (replace(LETTER, patient=Patient(alternative="ABC", surname="X")), "ten characters"),
        (replace(LETTER, references=(Reference("x", "u", BinaryReference("a", "billede", "png", 1)),)), "two of it"),
        (replace(LETTER, references=(Reference("x", "u" * 300),)), "275"),
        (replace(LETTER, references=(Reference("x", None, BinaryReference("a", "billede", "docx", 1)),)), "docx"),
        (replace(LETTER, references=(Reference("x", None, BinaryReference("a", "billede", "png", 0)),)), "one byte"),
    ],
)  # fmt: skip
def test_what_no_letter_may_have_is_refused_with_the_way_out(letter: ClinicalEmail, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        dis91.write(letter)


def test_all_specialities_of_the_schema_have_a_number() -> None:
    assert set(SPECIALITIES) == set(oioxml_parts.SPECIALITIES)


def test_the_century_of_unb_turns_at_eighty() -> None:
    for year in (1980, 1998, 2000, 2026, 2079):
        letter = replace(LETTER, sent=datetime(year, 5, 6, 7, 8, tzinfo=COPENHAGEN))
        assert dis91.read(dis91.write(letter)).sent.year == year


# Faults -----------------------------------------------------------------------------------------------

FTX = b"FTX+SUP+P00++F\xf8lger med posten'\r\n"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"UNOC:3", b"UNOA:1", "edifact-unb-syntax"),
        (b"5790009990017:14", b"5790009990017:30", "edifact-unb-party"),
        (b"5790009990017:14", b":14", "edifact-unb-party"),
        (b"5790009990017:14", b"5790009990018:14", "gln-modulus-10"),
        (b"260302:0915", b"260230:0915", "edifact-unb-time"),
        (b"260302:0915", b"260302:2515", "edifact-unb-time"),
        (b"260302:0915", b"260302", "edifact-unb-time"),
        (b"+ENV00000000002++++1", b"+ENV000000000021++++1", "edifact-reference"),
        (b"++++1'", b"++++2'", "edifact-unb-receipt"),
        (b"UNB+UNOC", b"UNX+UNOC", "edifact-unb"),
        (b"UNZ+1+", b"UNZ+2+", "edifact-unz-count"),
        (b"UNZ+1+", b"UNZ++", "edifact-unz-count"),
        (b"UNZ+1+ENV00000000002'", b"UNZ+1+ENV00000000003'", "edifact-unz-reference"),
        (b"UNZ+1+ENV00000000002'\r\n", b"", "edifact-unz"),
        (b"UNT+", b"UNT+1", "edifact-unt-count"),
        (FTX, FTX + FTX, "edifact-unt-count"),
        (b"+BRV00000000002'\r\nUNZ", b"+BRV00000000003'\r\nUNZ", "edifact-unt-reference"),
        (b"UNH+BRV00000000002", b"UNH+", "edifact-reference"),
        (b"UNH+", b"BGM+1'UNH+", "edifact-message"),
        (b"UNZ+", b"BGM+1'UNZ+", "edifact-message"),
        (b"MEDDIS:D:93A:UN:D9134L", b"MEDDIS:D:93A:UN:D9133L", "DIS91/head/UNH/version"),
        (b"MEDDIS:D:93A:UN:D9134L", b"MEDREF:D:93A:UN:D9134L", "DIS91/head/UNH/message-type"),
        (b"MEDDIS:D:93A:UN:D9134L", b"MEDDIS:D:96A:UN:D9134L", "DIS91/head/UNH/release"),
        (b"D9134L+DIS91", b"D9134L+DIS99", "DIS91/head/UNH/letter-type"),
        (b"D9134L+DIS91", b"D9135L+DIS99", "edifact-type"),
        (b"BGM+EPI", b"BGM+HNV", "DIS91/head/BGM/type"),
        (b"BGM+EPI++9+NA'\r\n", b"", "DIS91/head/BGM"),
        (b"BGM+EPI++9", b"BGM+EPI+1+9", "DIS91/head/BGM/surplus"),
        (b"BGM+EPI++9+NA'\r\nDTM+137:202603020914:203'", b"DTM+137:202603020914:203'\r\nBGM+EPI++9+NA'", "DIS91/head/order"),
        (b"137:202603020914:203", b"137:2603020914:203", "DIS91/head/DTM-137/moment"),
        (b"137:202603020914:203", b"137:202613020914:203", "DIS91/head/DTM-137/moment"),
        (b"137:202603020914:203", b"137:202603020914:204", "DIS91/head/DTM-137/format"),
        (b"137:202603020914:203", b"138:202603020914:203", "DIS91/head/DTM/qualifier"),
        (b"NAD+SSP+", b"NAD+XX+", "DIS91/unknown-group"),
        (b"NAD+SSP+999:KOM:IM", b"NAD+SSP+:KOM:IM", "DIS91/S01-sender/NAD/identifier"),
        (b"NAD+SSP+999:KOM:IM", b"NAD+SSP+999:XXX:IM", "DIS91/S01-sender/NAD/identifier-code"),
        (b"NAD+SSP+999:KOM:IM", b"NAD+SSP+999:KOM:SST", "edifact-identifier-agency"),
        (b"NAD+PO+000001:YNR:SFU", b"NAD+PO+1A:YNR:SFU", "ydernummer"),
        (b"NAD+PO+000001:YNR:SFU", b"NAD+PO+123:SOR:SST", "sor-verhoeff"),
        (b"NAD+PO+000001:YNR:SFU", b"NAD+PO+5790009990025::9", "gln-modulus-10"),
        (b"Pr\xf8veby Kommune", b"_", "edifact-sender-name"),
        (b"RFF+REI:6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11", b"RFF+AHI:2", "DIS91/S11/RFF-episode/unknown"),
        (b"RFF+REI:6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11", b"RFF+REI:6d0c9b1e-4c3e-4b6f-8b0f-5a0f7f2b7c11", "DIS91/S11/RFF-episode/episode"),
        (b"Pr\xf8veby Kommune", b"x" * 36, "DIS91/S01-sender/NAD/organisation"),
        (b":::US'", b":::XX'", "DIS91/S01-sender/NAD/form"),
        (b"CON++00000000:TE", b"CON++00000000:FX", "DIS91/S01-sender/CON/kind"),
        (b"SEQ++1'\r\nSPR", b"SEQ++2'\r\nSPR", "DIS91/S01-sender/SEQ/number"),
        (b"SPR+ORG+9463", b"SPR+ORG+9999", "DIS91/S01-sender/SPR/speciality"),
        (b"+DIS91:SKS:SST", b"+DIS20:SKS:SST", "DIS91/S01-sender/SPR/letter-type"),
        (b"S02+02'", b"S02+03'", "DIS91/S02/S02/number"),
        (b"S02+02'\r\n", b"S03+03'\r\n", "DIS91/S02"),
        (b"GIS+M'", b"GIS+X'", "DIS91/S02/GIS/status"),
        (b"RFF+SRI:BRV00000000002", b"RFF+SRI:BRV00000000003", "edifact-letter-reference"),
        (b"RFF+HI:NC", b"RFF+HI:XX", "DIS91/S02/RFF-priority/text"),
        (b"RFF+HI:NC", b"RFF+LO:NC", "DIS91/S02/RFF/qualifier"),
        (b"182:202603020914", b"182:202603020915", "edifact-same-time"),
        (b"260302:0915", b"260302:0913", "edifact-authorised-after-sent"),
        (b"PNA+PAT+2512489996", b"PNA+PAT+251248999", "DIS91/S07/PNA/cpr"),
        (b"PNA+PAT+2512489996", b"PNA+PAT+3113489996", "cpr-date"),
        (b"PNA+PAT+2512489996", b"PNA+PAT+0000000000", "cpr-unknown"),
        (b"PNA+PAT+2512489996:::CPR:IM", b"PNA+PAT+", "edifact-patient-number"),
        (b"2512489996:::CPR:IM", b"2512489996", "edifact-cpr-qualifier"),
        (b"+SU:Testperson", b"+SU:", "DIS91/S07/PNA/surname"),
        (b"+FO:Pr\xf8ve", b"+FO:", "edifact-given-name"),
        (b"PNA+PAT+", b"RFF+XPI:251248ABC1'\r\nPNA+PAT+", "edifact-patient-number"),
        (b"PNA+PAT+", b"RFF+XPI:251248ABC1'\r\nPNA+PAT+", "DIS91/S07/order"),
        (b"RFF+REI:6d", b"RFF+XX:6d", "DIS91/S11/RFF/qualifier"),
        (b"PAS+HA'", b"PAS+XX'", "DIS91/S11/PAS/status"),
        (b"PAS+HA'\r\n", b"", "DIS91/S11/PAS"),
        (b"FTX+OE+P00++Trivsel'\r\n", b"FTX+OE+P00++Trivsel'\r\nFTX+OE+P00++To'\r\n", "edifact-subject"),
        (b"FTX+NC+P00", b"FTX+NC+Q00", "DIS91/S14/FTX/style"),
        (b"FTX+NC+P00++", b"FTX+NC+P00+1+", "DIS91/S14/FTX/surplus"),
        (b"FTX+NC+P00++", b"FTX+NC+P00++" + b"x" * 71 + b":", "DIS91/S14/FTX/text"),
        (b"FTX+NC+P00++", b"FTX+ZZ+P00++", "DIS91/S14/FTX/qualifier"),
        (FTX, FTX * 8, "DIS91/S14/FTX"),
        (FTX, b"FTX+NC+P00++x\\'\r\n", "edifact-text-continues"),
        (b":VGR:PDF:2900", b":XXX:PDF:2900", "DIS91/S14/FTX/object-code"),
        (b":VGR:PDF:2900", b":VGR:DOCX:2900", "DIS91/S14/FTX/object-extension"),
        (b":VGR:PDF:2900", b":VGR:PDF:0", "DIS91/S14/FTX/object-size"),
        (b"0F1E2D3C4B5A49788796A5B4C3D2E1F0", b"BILAG-1", "edifact-object-identifier"),
        (FTX, b"FTX+BIN+P00++b:0F1E2D3C4B5A49788796A5B4C3D2E1F0:TXT:TXT:1'\r\n", "edifact-duplicate-object"),
        (FTX, b"S14+14'\r\n" * 13 + FTX, "DIS91/S14"),
        (b"S14+14'\r\nFTX+OE", b"S14+14'\r\nS14+14'\r\nFTX+OE", "DIS91/S14/FTX"),
        (FTX, FTX + b"S07+07'\r\n", "DIS91/order"),
        (FTX, FTX + b"GIS+N'\r\n", "DIS91/S14/unknown-segment"),
    ],
)  # fmt: skip
def test_each_rule_broken_once_is_found(old: bytes, new: bytes, rule: str) -> None:
    assert old in WRITTEN, old
    found = check(WRITTEN.replace(old, new, 1))
    assert rule in rules(found), rules(found)
    assert rules(found) <= {each.id for each in RULES} | {
        "gln-modulus-10",
        "sor-verhoeff",
        "ydernummer",
        "cpr-date",
        "cpr-unknown",
    }
    assert all(f.path and f.message and f.source for f in found)
    assert all("byte" in f.path for f in found)
    assert not any("251248" in f.message for f in found)


@pytest.mark.parametrize(
    "raw",
    [
        WRITTEN.replace(b"\r\n", b""),
        WRITTEN.replace(b"\r\n", b"\n"),
        WRITTEN.replace(b"FTX+SUP", b"\r\n  FTX+SUP"),
        WRITTEN.replace(b"S01+01'\r\nNAD+PO", b"S01+01'\r\nNAD+PO").replace(
            b"SPR+ORG+9463", b"SPR+ORG+09463"
        ),
    ],
)
def test_harmless_changes_stay_valid(raw: bytes) -> None:
    assert check(raw) == [] and dis91.read(raw) == LETTER


def test_a_truncated_letter_ends_in_a_finding_wherever_it_breaks_off() -> None:
    for end in range(0, len(WRITTEN) - 2, 7):
        found = check(WRITTEN[:end])
        assert found and not is_valid(found), end
        with pytest.raises(Malformed):
            dis91.read(WRITTEN[:end])


def test_a_broken_letter_is_malformed_with_the_rule() -> None:
    with pytest.raises(Malformed, match="DIS91/S11/PAS/status"):
        dis91.read(WRITTEN.replace(b"PAS+HA", b"PAS+XX"))
    with pytest.raises(Malformed, match="edifact-type"):
        dis91.read(WRITTEN.replace(b"D9134L+DIS91", b"D9134L+DIS90"))
    with pytest.raises(Malformed, match="DIS91/head/UNH/version"):
        dis91.read(WRITTEN.replace(b"D9134L", b"D9135L"))


def test_several_letters_in_an_interchange_are_read_in_their_order() -> None:
    start, end = WRITTEN.index(b"UNH+"), WRITTEN.index(b"UNZ+")
    second = WRITTEN[start:end].replace(b"BRV00000000002", b"BRV00000000009")
    raw = WRITTEN[:end] + second + WRITTEN[end:].replace(b"UNZ+1", b"UNZ+2")
    assert [each.letter_id for each in dis91.read_all(raw)] == ["BRV00000000002", "BRV00000000009"]
    assert rules(check(raw)) == {"edifact-one-letter"} and is_valid(check(raw))
    with pytest.raises(Malformed, match="2 messages"):
        dis91.read(raw)
    twice = raw.replace(b"BRV00000000009", b"BRV00000000002")
    assert "edifact-unh-reference" in rules(check(twice))


def test_styles_of_the_text_are_carried_too() -> None:
    styles = (Styled(0, 4, Style.BOLD), Styled(13, 57, Style.FIXED), Styled(18, 24, Style.ITALIC))
    letter = replace(LETTER, styles=styles)
    raw = dis91.write(letter)
    assert dis91.read(raw) == letter and check(raw) == []
    assert clinical_email.read(clinical_email.write(letter)) == letter
    with pytest.raises(BadInput, match="overlaps"):
        dis91.write(replace(LETTER, styles=(Styled(0, 4, Style.BOLD), Styled(2, 6, Style.ITALIC))))


def test_styles_move_with_the_characters_that_are_replaced() -> None:
    letter = replace(LETTER, text="a…\r\nfed", styles=(Styled(1, 3, Style.ITALIC), Styled(4, 7, Style.BOLD)))
    done = dis91.carried(letter).letter
    assert done.text == "a...\nfed\n"
    assert done.styles == (Styled(1, 4, Style.ITALIC), Styled(5, 9, Style.BOLD))
    assert dis91.read(dis91.write(done)) == done


def test_a_number_in_a_wrong_place_is_not_shown() -> None:
    for place in (b"PNA+PAT+", b"PAS+", b"GIS+", b"RFF+SRI:", b"UNT+"):
        found = check(WRITTEN.replace(place, place + b"2512489996+", 1))
        assert found and not any("2512489996" in f.message for f in found), place
