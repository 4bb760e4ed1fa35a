"""The correspondence letter XDIS91: valid when written, the same when read back, each fault found."""

# ruff: noqa: E501 - a row of a table of broken messages stays one row

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from mocks.errors import BadInput, Malformed
from mocks.runtime import COPENHAGEN
from mocks.standards import clinical_email
from mocks.standards.clinical_email import (
    BinaryReference,
    ClinicalEmail,
    Party,
    Patient,
    Reference,
    Style,
    Styled,
)
from mocks.standards.findings import Finding, Severity, is_valid
from mocks.standards.formatted_text import has_escaped_markup
from mocks.standards.profiles.xdis91 import NAMESPACE, VERSIONS
from tests.official import VANS as OFFICIAL
from tests.official import needs_official

CLINIC = Party(
    gln="5790009990024",
    id="000001",
    id_code="ydernummer",
    organisation="Lægehuset Åen & Søn",
    department="Læge",
    unit="Test Testesen",
    street="Prøvetorv 2",
    suburb="Nørre Prøve",
    district="Prøveby",
    post_code="9999",
    phone="00000000",
    speciality="almenlaege_laegevagt",
)
PPR = Party(
    gln="5790009990017", id="5790009990017", id_code="lokationsnummer", organisation="Prøveby Kommune"
)
LEAN = ClinicalEmail(
    envelope_id="ENV00000000001",
    sent=datetime(2025, 4, 1, 9, 15, tzinfo=COPENHAGEN),
    wants_receipt=False,
    letter_id="BRV00000000001",
    authorised=datetime(2025, 4, 1, 9, 14, tzinfo=COPENHAGEN),
    sender=PPR,
    receiver=replace(PPR, gln="5790009990024", id="5790009990024", organisation=""),
    patient=Patient(cpr="2512489996", surname="Testperson"),
    text="",
)
FULL = ClinicalEmail(
    envelope_id="ENV00000000002",
    sent=datetime(2025, 4, 1, 9, 15, tzinfo=COPENHAGEN),
    wants_receipt=True,
    letter_id="BRV00000000002",
    authorised=datetime(2025, 4, 1, 9, 14, tzinfo=COPENHAGEN),
    sender=CLINIC,
    receiver=replace(CLINIC, gln="5790009990017", phone="", speciality=""),
    patient=Patient(
        cpr="2512489996",
        surname="Testperson",
        given="Prøve",
        street="Testgade 3",
        suburb="Nørre Prøve",
        district="Prøveby",
        post_code="9999",
        occupation="Elev",
        episode_status="ambulant",
    ),
    text="Kære PPR\n\n  Indrykket,  med  huller \nog <tegn> & €uro – “gåseøjne”\n",
    subject="Trivsel & søvn",
    status="rettetbrev",
    episode="6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11",
    priority="høj_prioritet",
    references=(
        Reference("Bilag", None, BinaryReference("0F1E2D3C4B5A49788796A5B4C3D2E1F0", "vektor_grafik", "pdf", 2900)),
        Reference("Vejledning", "https://example.invalid/vejledning?a=1&b=2"),
        Reference("Følger med posten"),
    ),
)  # fmt: skip
REPLACEMENT = replace(LEAN, patient=Patient(alternative="251248ABC1", surname="Ukendt"))
LONG = replace(LEAN, text="\n".join(f"Linje {n} med en del ord som fylder noget." for n in range(700)))
UNBROKEN = replace(LEAN, text="x" * 31_500)
STYLED = replace(
    FULL,
    text="Kære PPR\nVi ses til møde",
    styles=(Styled(0, 8, Style.BOLD), Styled(9, 23, Style.FIXED), Styled(20, 23, Style.UNDERLINE)),
)
LONG_STYLED = replace(LONG, styles=(Styled(5, 20_000, Style.FIXED), Styled(3000, 9000, Style.ITALIC)))
LATER = replace(STYLED, version="XD9135L")
VERY_LONG = replace(UNBROKEN, version="XD9135L", text="x" * 99_999)
ALL = [LEAN, FULL, REPLACEMENT, LONG, UNBROKEN, STYLED, LONG_STYLED, LATER, VERY_LONG]
WRITTEN = clinical_email.write(FULL)


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def letter_with(text01: str) -> bytes:
    """A valid letter with this content of Text01, markup included."""
    raw = clinical_email.write(replace(LEAN, text="HERE"))
    return raw.replace(b"HERE", text01.encode("iso-8859-1"))


@pytest.mark.parametrize("letter", ALL)
def test_a_letter_is_read_back_as_it_was_written(letter: ClinicalEmail) -> None:
    raw = clinical_email.write(letter)
    assert clinical_email.read(raw) == letter
    assert clinical_email.write(clinical_email.read(raw)) == raw


@pytest.mark.parametrize("letter", ALL)
def test_what_we_write_passes_our_own_check(letter: ClinicalEmail) -> None:
    assert clinical_email.check(clinical_email.write(letter)) == []


@needs_official
@pytest.mark.official
@pytest.mark.parametrize("letter", ALL)
def test_what_we_write_is_valid_by_the_official_schema(letter: ClinicalEmail) -> None:
    year = VERSIONS[letter.version].namespace[-11:-1]
    schema = etree.XMLSchema(file=str(OFFICIAL / f"xsd/oioxml/{year}/EMessage.xsd"))
    schema.assertValid(etree.fromstring(clinical_email.write(letter)))


@needs_official
@pytest.mark.official
def test_composed_letters_pass_the_check() -> None:
    samples = sorted((OFFICIAL / "composed").glob("xdis91_*.xml"))
    assert samples
    for sample in samples:
        assert clinical_email.check(sample.read_bytes()) == [], sample.name
        letter = clinical_email.read(sample.read_bytes())
        assert clinical_email.read(clinical_email.write(letter)) == letter, sample.name


@needs_official
@pytest.mark.official
def test_official_letters_are_only_warned_of_their_encoding_and_check_digits() -> None:
    found = {}
    for sample in sorted((OFFICIAL / "samples/oioxml").glob("DIS91_*.xml")):
        found[sample.name] = clinical_email.check(sample.read_bytes())
        letter = clinical_email.read(sample.read_bytes())
        assert clinical_email.read(clinical_email.write(letter)) == letter
    assert {f.severity for findings in found.values() for f in findings} == {Severity.WARNING}
    assert rules(found["DIS91_1.xml"]) == {"oioxml-encoding", "gln-modulus-10"}
    assert rules(found["DIS91_2.xml"]) == {"oioxml-encoding"}


def test_the_file_is_latin_1_and_other_characters_are_references() -> None:
    assert WRITTEN.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    assert "Lægehuset".encode("iso-8859-1") in WRITTEN
    assert b"&#8364;uro &#8211;" in WRITTEN
    assert b"<Priority>h\xf8j_prioritet</Priority>" in WRITTEN


def test_times_are_danish_local_time() -> None:
    letter = replace(
        LEAN, sent=datetime(2025, 7, 1, 22, 30, tzinfo=UTC), authorised=datetime(2025, 7, 1, 8, 0)
    )
    read = clinical_email.read(clinical_email.write(letter))
    assert read.sent == datetime(2025, 7, 2, 0, 30, tzinfo=COPENHAGEN)
    assert read.authorised == datetime(2025, 7, 1, 8, 0, tzinfo=COPENHAGEN)


def test_a_long_text_is_divided_at_lines_into_blocks_that_edifact_can_carry() -> None:
    blocks = etree.fromstring(clinical_email.write(LONG)).findall(f".//{{{NAMESPACE}}}Text01")
    assert 2 <= len(blocks) <= 10
    assert all(len("".join(map(str, block.itertext()))) + len(block) <= 3150 for block in blocks)
    assert all(str(block[-1].tag).endswith("}Break") for block in blocks[:-1])


def test_a_text_that_ten_blocks_cannot_hold_is_refused_with_the_way_out() -> None:
    with pytest.raises(BadInput, match=r"31501 characters.*31500.*attachment"):
        clinical_email.write(replace(LEAN, text="x" * 31_501))


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=400
    )
)
@settings(max_examples=150, deadline=None)
def test_any_text_survives(text: str) -> None:
    if any(ord(character) in (0xFFFE, 0xFFFF) for character in text) or has_escaped_markup(text):
        return  # XML cannot carry the ones; readers take the others for markup
    assert clinical_email.read(clinical_email.write(replace(LEAN, text=text))).text == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a<Break/>b", "a\nb"),
        ("a<Space/><Space/>b", "a  b"),
        ("<Bold>fed</Bold> og <FixedFont>a<Italic>k<Break/></Italic></FixedFont>", "fed og ak\n"),
        ("\n   a\n   b<Break/>\n   c\n", "a b\nc"),
        ("a&lt;Break/&gt;b&lt;Space /&gt;c", "a\nb c"),
        ("a <!-- secret --> b", "a  b"),
        ("<![CDATA[a < b]]>", "a < b"),
    ],
)
def test_formatted_text_is_flattened(markup: str, text: str) -> None:
    assert clinical_email.read(letter_with(markup)).text == text


def test_blocks_that_do_not_end_a_line_are_joined_by_one() -> None:
    raw = letter_with("one</Text01></ClinicalInformation><ClinicalInformation><Text01>two<Break/></Text01></ClinicalInformation><ClinicalInformation><Text01>three")  # fmt: skip
    assert clinical_email.read(raw).text == "one\ntwo\nthree"


LETTER = b"<StatusCode>rettetbrev</StatusCode>"
CPR = b"<CivilRegistrationNumber>2512489996</CivilRegistrationNumber>"
REFERENCE = b"<Reference><RefDescription>a</RefDescription><SUP>true</SUP></Reference>"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"<Identifier>ENV00000000002<", b"<Identifier>ENV000000000021<", "XD9134L/Envelope/Identifier"),
        (b"plusposi", b"minposi", "XD9134L/Envelope/AcknowledgementCode"),
        (b"<Sent><Date>2025-04-01<", b"<Sent><Date>2025-04-01Z<", "XD9134L/Sent/Date"),
        (b"<Sent><Date>2025-04-01<", b"<Sent><Date>2025-04-31<", "XD9134L/Sent/Date"),
        (b"<Time>09:14<", b"<Time>9:14<", "XD9134L/Authorisation/Time"),
        (b"<Time>09:14<", b"<Time>24:14<", "XD9134L/Authorisation/Time"),
        (b"XD9134L", b"XD9135L", "XD9134L/Letter/VersionCode"),
        (b"<TypeCode>XDIS91", b"<TypeCode>XDIS90", "XD9134L/Letter/TypeCode"),
        (LETTER, b"<StatusCode>annulleretbrev</StatusCode>", "XD9134L/Letter/StatusCode"),
        (LETTER, b"", "XD9134L/Letter/StatusCode"),
        (LETTER, LETTER + LETTER, "XD9134L/Letter/StatusCode"),
        (b"6d0c9b1e4c3e4b6f8b0f5a0f7f2b7c11", b"6d0c9b1e-4c3e-4b6f-8b0f-5a0f7f2b7c11", "XD9134L/Letter/EpisodeOfCareIdentifier"),
        (b"almenlaege_laegevagt", b"heksedoktor", "XD9134L/Sender/MedicalSpecialityCode"),
        (b"<Receiver>", b"<Receiver/><Receiver>", "XD9134L/ClinicalEmail/Receiver"),
        (b"<PersonSurnameName>Testperson</PersonSurnameName>", b"", "XD9134L/Patient/PersonSurnameName"),
        (CPR, b"", "XD9134L/Patient/CivilRegistrationNumber"),
        (CPR, CPR + b"<AlternativeIdentifier>251248ABC1</AlternativeIdentifier>", "XD9134L/Patient/CivilRegistrationNumber"),
        (CPR, b"<CivilRegistrationNumber>251248-9996</CivilRegistrationNumber>", "XD9134L/Patient/CivilRegistrationNumber"),
        (CPR, b"<AlternativeIdentifier>short</AlternativeIdentifier>", "XD9134L/Patient/AlternativeIdentifier"),
        (b"<EpisodeOfCareStatusCode>ambulant</EpisodeOfCareStatusCode>", b"", "XD9134L/Patient/EpisodeOfCareStatusCode"),
        (b"h\xf8j_prioritet", b"hoej_prioritet", "XD9134L/AdditionalInformation/Priority"),
        (b"<Subject>", b"<Subject>" + b"x" * 70, "XD9134L/AdditionalInformation/Subject"),
        (b"<Text01>", b"<Text01><Blink/>", "XD9134L/Text01/unknown-element"),
        (b"<Text01>", b"<Text01><Bold><Italic>x</Italic></Bold>", "XD9134L/Bold/unknown-element"),
        (b"<Text01>", b"<Text01><Break>x</Break>", "XD9134L/Break/stray-text"),
        (b"<Text01>", b'<Text01><Bold class="x">x</Bold>', "XD9134L/Bold/unknown-attribute"),
        (b"<ClinicalInformation>", b"<ClinicalInformation><Text01>x</Text01></ClinicalInformation>" * 10 + b"<ClinicalInformation>", "XD9134L/ClinicalEmail/ClinicalInformation"),
        (b"</ClinicalEmail>", REFERENCE * 8 + b"</ClinicalEmail>", "XD9134L/ClinicalEmail/Reference"),
        (b"<SUP>true</SUP>", b"<SUP>false</SUP>", "XD9134L/Reference/SUP"),
        (b"<SUP>true</SUP>", b"", "XD9134L/Reference/URL"),
        (b"<OriginalObjectSize>2900", b"<OriginalObjectSize>0", "XD9134L/BIN/OriginalObjectSize"),
        (b"<ObjectExtensionCode>pdf", b"<ObjectExtensionCode>docx", "XD9134L/BIN/ObjectExtensionCode"),
        (b"<Patient>", b"<Practitioner/><Patient>", "XD9134L/ClinicalEmail/unknown-element"),
        (b"<Letter>", b'<Letter version="1">', "XD9134L/Letter/unknown-attribute"),
        (b"<Letter>", b"<Letter>text", "XD9134L/Letter/stray-text"),
        (b"<Priority>h\xf8j_prioritet</Priority><Subject>Trivsel &amp; s\xf8vn</Subject>", b"<Subject>x</Subject><Priority>rutine</Priority>", "XD9134L/AdditionalInformation/order"),
        (b"2006/07/01", b"2015/08/01", "XD9134L/namespace"),
        (b"<Patient>", b'<Patient xmlns="urn:other">', "XD9134L/ClinicalEmail/unknown-element"),
        (b'encoding="ISO-8859-1"', b'encoding="windows-1252"', "oioxml-encoding"),
        (b"<StatisticalCode>XDIS91", b"<StatisticalCode>XDIS90", "xdis91-statistical-code"),
        (b"<Time>09:14<", b"<Time>09:16<", "xdis91-authorised-after-sent"),
        (b"<Sender><EANIdentifier>5790009990024", b"<Sender><EANIdentifier>5790009990025", "gln-modulus-10"),
        (b"<Receiver><EANIdentifier>5790009990017<", b"<Receiver><EANIdentifier>57900<", "gln-modulus-10"),
        (b"2512489996", b"3113489996", "cpr-date"),
        (b"2512489996", b"0000000000", "cpr-unknown"),
        (b"0F1E2D3C4B5A49788796A5B4C3D2E1F0", b"BILAG-1", "xdis91-object-identifier"),
        (b"<Text01>", b"<Text01>a&lt;Break/&gt;b", "oioxml-escaped-markup"),
        (b"<Text01>", b"<Text01>" + b"x" * 3150, "xdis91-block-length"),
    ],
)  # fmt: skip
def test_each_rule_broken_once_is_found(old: bytes, new: bytes, rule: str) -> None:
    assert old in WRITTEN, old
    raw = WRITTEN.replace(old, new, 1)
    found = clinical_email.check(raw)
    assert rule in rules(found)
    assert all(f.path and f.message and f.source for f in found)
    assert not any("2512489996" in f.message or "251248-9996" in f.message for f in found)


@needs_official
@pytest.mark.official
def test_no_letter_that_the_official_schema_refuses_passes_the_table() -> None:
    schema = etree.XMLSchema(file=str(OFFICIAL / "xsd/oioxml/2006/07/01/EMessage.xsd"))
    pieces = [
        b"<Sent>",
        b"</Letter>",
        CPR,
        LETTER,
        b"<TypeCode>XDIS91</TypeCode>",
        b"<Subject>",
        b"<SUP>true</SUP>",
    ]
    for piece in pieces:
        for new in (b"", piece + piece, b"<Odd/>" + piece, b"text" + piece, piece + b"<Break/>"):
            raw = WRITTEN.replace(piece, new, 1)
            try:
                tree = etree.fromstring(raw)
            except etree.XMLSyntaxError:
                assert not is_valid(clinical_email.check(raw))
                continue
            assert schema.validate(tree) is is_valid(clinical_email.check(raw)), (piece, new)


def test_identifiers_are_checked_by_their_code() -> None:
    gln = replace(PPR, id="5790009990018")
    assert rules(clinical_email.check(clinical_email.write(replace(LEAN, sender=gln)))) == {"gln-modulus-10"}
    for code, value, rule in (
        ("sorkode", "1234567", "sor-verhoeff"),
        ("ydernummer", "12A", "ydernummer"),
        ("amt", "70", "xdis91-amt"),
    ):
        party = replace(PPR, id=value, id_code=code)
        found = clinical_email.check(clinical_email.write(replace(LEAN, sender=party)))
        assert rules(found) == {rule} and is_valid(found)


def test_an_attachment_or_a_letter_that_stands_twice_is_found() -> None:
    twice = replace(FULL, references=(FULL.references[0], FULL.references[0]))
    assert rules(clinical_email.check(clinical_email.write(twice))) == {"xdis91-duplicate-object"}
    start, end = WRITTEN.index(b"<ClinicalEmail>"), WRITTEN.index(b"</Emessage>")
    raw = WRITTEN[:end] + WRITTEN[start:]
    found = clinical_email.check(raw)
    assert rules(found) == {"oioxml-one-letter", "oioxml-duplicate-letter"}
    assert "Emessage/ClinicalEmail[2]" not in {f.path for f in found}
    with pytest.raises(Malformed):
        clinical_email.read(raw)


def test_all_faults_of_a_letter_are_found_at_once_each_at_its_place() -> None:
    raw = (
        WRITTEN.replace(b"rettetbrev", b"gammeltbrev")
        .replace(b"<Time>09:14<", b"<Time>9.14<")
        .replace(b"2512489996", b"3113489996")
        .replace(b"</Patient>", b"<Odd/></Patient>")
        .replace(b"<SUP>true</SUP>", b"<SUP>ja</SUP>")
    )
    assert {(f.rule, f.path) for f in clinical_email.check(raw)} == {
        ("XD9134L/Letter/StatusCode", "Emessage/ClinicalEmail/Letter/StatusCode"),
        ("XD9134L/Authorisation/Time", "Emessage/ClinicalEmail/Letter/Authorisation/Time"),
        ("cpr-date", "Emessage/ClinicalEmail/Patient/CivilRegistrationNumber"),
        ("XD9134L/Patient/unknown-element", "Emessage/ClinicalEmail/Patient/Odd"),
        ("XD9134L/Reference/SUP", "Emessage/ClinicalEmail/Reference[3]/SUP"),
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"XD9134L", b"XD9133L"),
        (b"2006/07/01", b"2005/08/07"),
        (b"<TypeCode>XDIS91</TypeCode><StatusCode>rettetbrev</StatusCode>", b""),
        (b"<Sent><Date>2025-04-01</Date>", b"<Sent><Date>i dag</Date>"),
        (CPR, b""),
        (b"plusposi", b"minposi"),
        (b"<OriginalObjectSize>2900", b"<OriginalObjectSize>stor"),
        (b"<SUP>true</SUP>", b""),
        (b"<Text01>", b"<Text02>"),
    ],
)
def test_a_letter_that_cannot_be_understood_is_malformed_with_the_errors_of_the_check(
    old: bytes, new: bytes
) -> None:
    with pytest.raises(Malformed) as caught:
        clinical_email.read(WRITTEN.replace(old, new, 1))
    assert caught.value.findings
    assert all(f.severity is Severity.ERROR for f in caught.value.findings)


@pytest.mark.parametrize("length", range(0, len(WRITTEN), 199))
def test_a_truncated_letter_is_refused(length: int) -> None:
    with pytest.raises(Malformed):
        clinical_email.read(WRITTEN[:length])
    assert not is_valid(clinical_email.check(WRITTEN[:length]))


def test_an_emessage_without_anything_is_malformed() -> None:
    with pytest.raises(Malformed) as caught:
        clinical_email.read(f'<Emessage xmlns="{NAMESPACE}"/>'.encode())
    assert rules(list(caught.value.findings)) == {
        "XD9134L/Emessage/Envelope",
        "XD9134L/Emessage/ClinicalEmail",
    }


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(LEAN, envelope_id="x" * 15), "envelope identifier has 15 characters"),
        (replace(LEAN, letter_id=""), "letter identifier"),
        (replace(LEAN, status="annulleretbrev"), "nytbrev, rettetbrev"),
        (replace(LEAN, priority="akut"), "Priority"),
        (replace(LEAN, subject="x" * 71), "subject has 71 characters"),
        (replace(LEAN, episode="6d0c9b1e-4c3e-4b6f-8b0f-5a0f7f2b7c11"), "episode of care has 36"),
        (replace(LEAN, sender=replace(PPR, organisation="")), "organisation"),
        (replace(LEAN, sender=replace(PPR, speciality="heksedoktor")), "speciality"),
        (replace(LEAN, sender=replace(PPR, id_code="sorid")), "sorkode"),
        (replace(LEAN, receiver=replace(PPR, gln="")), "GLN of the receiver"),
        (replace(LEAN, patient=Patient(surname="x")), "exactly one"),
        (replace(LEAN, patient=Patient(cpr="251248-9996", surname="x")), "without a hyphen"),
        (replace(LEAN, patient=Patient(alternative="1", surname="x")), "ten characters"),
        (replace(LEAN, patient=Patient(cpr="2512489996", surname="")), "surname"),
        (replace(LEAN, patient=Patient(cpr="2512489996", surname="x", episode_status="rask")), "EpisodeOfCare"),
        (replace(LEAN, references=(Reference("x"),) * 11), "ten references"),
        (replace(LEAN, references=(Reference("x", "y", BinaryReference("1", "billede", "png", 1)),)), "two of it"),
        (replace(LEAN, references=(Reference("x", None, BinaryReference("1", "billede", "docx", 1)),)), "docx"),
        (replace(LEAN, references=(Reference("x", None, BinaryReference("1", "billede", "png", 0)),)), "one byte"),
        (replace(LEAN, text="bell \x07"), r"U\+0007"),
    ],
)  # fmt: skip
def test_a_letter_that_the_schema_forbids_is_not_written(wrong: ClinicalEmail, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        clinical_email.write(wrong)


def test_long_names_are_cut_as_senders_do() -> None:
    letter = replace(LEAN, sender=replace(PPR, organisation="Børne- og Ungdomspsykiatrisk Afdeling Nord"))
    assert (
        clinical_email.read(clinical_email.write(letter)).sender.organisation
        == "Børne- og Ungdomspsykiatrisk Afdeli"
    )


def test_of_countless_faults_the_first_are_listed_and_the_rest_is_said_to_be_there() -> None:
    raw = WRITTEN.replace(b"</ClinicalEmail>", b"<Odd/>" * 30_000 + b"</ClinicalEmail>")
    found = clinical_email.check(raw)
    assert len(found) == 10_001
    assert rules(found) == {"XD9134L/ClinicalEmail/unknown-element", "xml-many-findings"}


def test_countless_letters_in_one_envelope_are_told_of_once() -> None:
    start, end = WRITTEN.index(b"<ClinicalEmail>"), WRITTEN.index(b"</Emessage>")
    found = clinical_email.check(WRITTEN[:start] + WRITTEN[start:end] * 1000 + WRITTEN[end:])
    assert rules(found) == {"oioxml-one-letter", "oioxml-duplicate-letter"}
    assert len(found) == 2


def test_a_text_of_countless_lines_is_too_long_and_no_more() -> None:
    found = clinical_email.check(WRITTEN.replace(b"<Text01>", b"<Text01>" + b"<Break/>" * 150_000, 1))
    assert rules(found) == {"xdis91-block-length"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"", b""),
        (b"<StatisticalCode>XDIS91", b"<StatisticalCode>XDIS90"),
        (b"<Time>09:14<", b"<Time>09:16<"),
        (b"<Identifier>ENV00000000002<", b"<Identifier> <"),
        (b"<Identifier>BRV00000000002<", b"<Identifier> <"),
        (b"<Sender><EANIdentifier>5790009990024", b"<Sender><EANIdentifier>5790009990025"),
        (b"<Receiver><EANIdentifier>5790009990017<", b"<Receiver><EANIdentifier>57900<"),
        (b"<Identifier>000001<", b"<Identifier>00000X<"),
        (b"2512489996", b"3113489996"),
        (CPR, b"<AlternativeIdentifier>3113489996</AlternativeIdentifier>"),
        (b"0F1E2D3C4B5A49788796A5B4C3D2E1F0", b"BILAG-1"),
        (b"<SUP>true</SUP>", b"<BIN><ObjectIdentifier>0f1e2d3c4b5a49788796a5b4c3d2e1f0</ObjectIdentifier><ObjectCode>billede</ObjectCode><ObjectExtensionCode>png</ObjectExtensionCode><OriginalObjectSize>1</OriginalObjectSize></BIN>"),
        (b"<Text01>", b"<Text01>a&lt;Break/&gt;b"),
        (b"<Text01>", b"<Text01><![CDATA[<Space/>]]>"),
        (b"<Text01>", b"<Text01>" + b"x" * 3150),
        (b"<Text01>", b"<Text01>" + b"<Break/>" * 3150),
        (b"<Text01>", b"<Text01>" + b" \n" * 3150),
        (b"<ClinicalInformation>", b"<ClinicalInformation><Text01>x</Text01></ClinicalInformation><ClinicalInformation>"),
    ],
)  # fmt: skip
def test_a_letter_in_order_is_checked_as_any_other(old: bytes, new: bytes) -> None:
    """Most letters are in order and take a quicker way; what the sender adds makes them take the other."""
    raw = WRITTEN.replace(old, new, 1)
    added = raw.replace(b"</Emessage>", b"<Local_Elements/></Emessage>")
    assert clinical_email.check(raw) == clinical_email.check(added)


@pytest.mark.parametrize(("encoding", "text"), [("utf-8", "Kære Åse"), ("windows-1252", "Kære – „Åse“")])
def test_bytes_of_another_encoding_than_the_declared_one_are_an_error(encoding: str, text: str) -> None:
    raw = WRITTEN.decode("iso-8859-1").replace("Kære", text).encode(encoding)
    assert b'encoding="ISO-8859-1"' in raw
    assert "oioxml-written-in" in rules(clinical_email.check(raw))


def test_a_letter_in_the_encoding_that_it_declares_is_in_order() -> None:
    raw = WRITTEN.decode("iso-8859-1").replace("Kære", "Kære Åse, øl ÆØÅ é ½ §").encode("iso-8859-1")
    assert clinical_email.check(raw) == []
