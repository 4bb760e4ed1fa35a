"""Letters of attachments, XBIN01 and XBIN02: valid when written, the same when read back, each fault found."""

from __future__ import annotations

import gzip
from datetime import datetime
from uuid import UUID

import pytest
from lxml import etree
from msgspec.structs import replace

from mocks.errors import BadInput, Malformed
from mocks.runtime import COPENHAGEN
from mocks.standards import binary_letter
from mocks.standards.binary_letter import BinaryLetter, BinaryObject, Citizen, Party
from mocks.standards.findings import Finding, Severity, is_valid
from mocks.standards.profiles.xbin import VERSIONS
from mocks.standards.recognise import check_bytes
from tests.official import VANS as OFFICIAL
from tests.official import needs_official

CLINIC = Party(
    gln="5790009990024",
    id="000001",
    id_code="ydernummer",
    organisation="Lægehuset Åen & Søn",
    street="Prøvetorv 2",
    district="Prøveby",
    post_code="9999",
    speciality="almen_medicin",
)
PPR = Party(
    gln="5790009990017", id="5790009990017", id_code="lokationsnummer", organisation="Prøveby Kommune"
)
PDF = BinaryObject(
    "0F1E2D3C-4B5A-4978-8796-A5B4C3D2E1F0", "vektor_grafik", "pdf", b"%PDF-1.4 \xe6\xf8\xe5" * 99
)
TEXT = BinaryObject("6D0C9B1E-4C3E-4B6F-8B0F-5A0F7F2B7C11", "tekstfil", "txt", b"Hej\n")
FULL = BinaryLetter(
    envelope_id="ENV00000000003",
    sent=datetime(2025, 4, 1, 9, 15, tzinfo=COPENHAGEN),
    wants_receipt=True,
    letter_id="BRV00000000003",
    authorised=datetime(2025, 4, 1, 9, 14, tzinfo=COPENHAGEN),
    sender=CLINIC,
    receiver=PPR,
    patient=Citizen(cpr="2512489996", surname="Testperson", given="Prøve"),
    objects=(PDF, TEXT),
)
SYSTEM = replace(FULL, patient=None, contents="Lokationstabel", wants_receipt=False)
WRITTEN = binary_letter.write(FULL)


def in_version(letter: BinaryLetter, code: str) -> BinaryLetter:
    """The letter as that version has it: with dashes in the identifiers, or without."""
    if VERSIONS[code].dashes:
        return replace(letter, version=code)
    bare = tuple(replace(each, id=each.id.replace("-", "")) for each in letter.objects)
    return replace(letter, version=code, objects=bare)


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


@pytest.mark.parametrize("code", VERSIONS)
@pytest.mark.parametrize("letter", [FULL, SYSTEM])
def test_a_letter_is_read_back_as_it_was_written(letter: BinaryLetter, code: str) -> None:
    raw = binary_letter.write(replace(letter, version=code))
    assert binary_letter.read(raw) == in_version(letter, code)
    assert binary_letter.check(raw) == []
    assert binary_letter.read_checked(raw) == binary_letter.read(raw)


@needs_official
@pytest.mark.official
@pytest.mark.parametrize("code", VERSIONS)
@pytest.mark.parametrize("letter", [FULL, SYSTEM])
def test_what_is_written_is_valid_by_the_official_schema(letter: BinaryLetter, code: str) -> None:
    year = VERSIONS[code].namespace[-11:-1]
    schema = etree.XMLSchema(file=str(OFFICIAL / f"xsd/oioxml/{year}/EMessage.xsd"))
    tree = etree.fromstring(binary_letter.write(replace(letter, version=code)))
    assert schema.validate(tree), schema.error_log


@needs_official
@pytest.mark.official
def test_official_letters_are_in_order_and_the_packed_one_is_told_so() -> None:
    packed = (OFFICIAL / "samples/oioxml/XBIN_hello_World.xml").read_bytes()
    found = binary_letter.check(packed)
    assert rules(found) == {"xbin-gzip"}
    assert {f.severity for f in found} == {Severity.INFORMATION}
    letter = binary_letter.read(packed)
    assert len(letter.objects[0].content) == 32
    assert binary_letter.unpacked(letter.objects[0].content) == b"Hello World\n"
    assert binary_letter.read(binary_letter.write(letter)) == letter
    composed = (OFFICIAL / "composed/xbin01.xml").read_bytes()
    assert binary_letter.check(composed) == []
    assert binary_letter.read(binary_letter.write(binary_letter.read(composed))) == binary_letter.read(
        composed
    )


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(FULL, version="XB9999X"), "XB0131X"),
        (replace(FULL, objects=()), "1 to 10 attachments, not 0"),
        (replace(FULL, objects=tuple(replace(TEXT, id=f"{n:032x}") for n in range(11))), "not 11"),
        (replace(FULL, objects=(PDF, replace(TEXT, id=PDF.id.lower().replace("-", "")))), "same identifier"),
        (replace(FULL, objects=(replace(PDF, id="bilag 1"),)), "UUID"),
        (replace(FULL, objects=(replace(PDF, content=b""),)), "one byte"),
        (replace(FULL, objects=(replace(PDF, extension="docx"),)), "docx"),
        (replace(FULL, version="XB0230X", objects=(replace(PDF, extension="fnx"),)), "fnx"),
        (replace(FULL, objects=(replace(PDF, code="pdf"),)), "ObjectCode"),
        (replace(FULL, contents="Bilag"), "leave them out"),
        (replace(FULL, version="XB0130X", sender=PPR), "street"),
        (replace(FULL, version="XB0230X", sender=replace(CLINIC, speciality="")), "ikkeklassificeret"),
        (replace(FULL, sender=replace(CLINIC, id_code="amt")), "sorkode"),
        (replace(FULL, patient=Citizen(surname="x")), "exactly one"),
    ],
)
def test_a_letter_that_the_schema_forbids_is_not_written(wrong: BinaryLetter, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        binary_letter.write(wrong)


def gzipped(content: bytes) -> BinaryLetter:
    return replace(FULL, objects=(replace(TEXT, content=gzip.compress(content, mtime=0)),))


def test_a_packed_attachment_is_unpacked_when_asked_for() -> None:
    packed = gzipped(b"Hej" * 999)
    found = binary_letter.check(binary_letter.write(packed))
    assert rules(found) == {"xbin-gzip"} and "2997 bytes" in found[0].message
    content = packed.objects[0].content
    assert binary_letter.unpacked(content) == b"Hej" * 999
    assert binary_letter.unpacked(content * 2) == b"Hej" * 1998
    assert binary_letter.unpacked(b"Hej") == b"Hej"
    assert binary_letter.unpacked(content[:-9]) == content[:-9]
    with pytest.raises(BadInput, match="more than 2000 bytes"):
        binary_letter.unpacked(content, 2000)


def test_packed_attachments_that_are_broken_or_would_burst_are_found() -> None:
    broken = replace(FULL, objects=(replace(TEXT, content=gzip.compress(b"Hej")[:-9]),))
    assert rules(binary_letter.check(binary_letter.write(broken))) == {"xbin-gzip-broken"}
    bomb = gzip.compress(bytes(60 * 1024 * 1024))
    twice = replace(FULL, objects=(replace(TEXT, content=bomb), replace(PDF, content=bomb)))
    found = binary_letter.check(binary_letter.write(twice))
    assert rules(found) == {"xbin-gzip", "xbin-gzip-size"}
    assert not is_valid(found)


ENCODED = b"SGVqCg=="


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"XB0131X", b"XB0230X", "XB0131X/Letter/VersionCode"),
        (b"XB0131X", b"XB0230X", "oioxml-version-namespace"),
        (b"schemas/2012/03/28", b"schemas/2012/03/29", "xbin-letter"),
        (b"<TypeCode>XBIN01", b"<TypeCode>XBIN02", "XB0131X/Letter/TypeCode"),
        (b"<StatusCode>nytbrev", b"<StatusCode>rettetbrev", "XB0131X/Letter/StatusCode"),
        (b"<StatisticalCode>XBIN01", b"<StatisticalCode>XDIS91", "xbin-statistical-code"),
        (b"<Time>09:14<", b"<Time>09:16<", "xbin-authorised-after-sent"),
        (b"<Sender><EANIdentifier>5790009990024", b"<Sender><EANIdentifier>5790009990025", "gln-modulus-10"),
        (b"2512489996", b"3113489996", "cpr-date"),
        (b"</Patient>", b"</Patient><Contents>Bilag</Contents>", "xbin-contents"),
        (
            b"<Patient>",
            b"<SystemInformation>true</SystemInformation><Patient>",
            "XB0131X/BinaryLetter/Patient",
        ),
        (
            b"</Patient>",
            b"<OccupancyText>Elev</OccupancyText></Patient>",
            "XB0131X/Patient/unknown-element",
        ),
        (
            b"6D0C9B1E-4C3E-4B6F-8B0F-5A0F7F2B7C11",
            b"6D0C9B1E4C3E4B6F8B0F5A0F7F2B7C11",
            "XB0131X/BinaryObject/ObjectIdentifier",
        ),
        (
            b"6D0C9B1E-4C3E-4B6F-8B0F-5A0F7F2B7C11",
            b"0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0",
            "xbin-duplicate-object",
        ),
        (b"<ObjectCode>tekstfil", b"<ObjectCode>tekst", "XB0131X/BinaryObject/ObjectCode"),
        (
            b"<ObjectExtensionCode>txt",
            b"<ObjectExtensionCode>docx",
            "XB0131X/BinaryObject/ObjectExtensionCode",
        ),
        (b"<OriginalObjectSize>4<", b"<OriginalObjectSize>5<", "xbin-size"),
        (b"<OriginalObjectSize>4<", b"<OriginalObjectSize>8<", "xbin-size"),
        (b"<OriginalObjectSize>4<", b"<OriginalObjectSize>-4<", "XB0131X/BinaryObject/OriginalObjectSize"),
        (ENCODED, b"SGVqC!g==", "xbin-base64"),
        (ENCODED, b"SGVqCg", "xbin-base64"),
        (ENCODED, b"SGVqCh==", "xbin-base64"),
        (ENCODED, b"", "xbin-size"),
        (ENCODED, "Åg==".encode("iso-8859-1"), "xbin-base64"),
        (b"<Identifier>ENV00000000003<", b"<Identifier>  <", "oioxml-blank-identifier"),
    ],
)  # fmt: skip
def test_each_rule_broken_once_is_found(old: bytes, new: bytes, rule: str) -> None:
    assert old in WRITTEN, old
    found = binary_letter.check(WRITTEN.replace(old, new, 1))
    assert rule in rules(found)
    assert all(f.path and f.message and f.source for f in found)
    assert not any("2512489996" in f.message for f in found)


def test_identifiers_without_dashes_should_be_uuids_all_the_same() -> None:
    raw = binary_letter.write(replace(FULL, version="XB0230X"))
    found = binary_letter.check(raw.replace(b"6D0C9B1E4C3E4B6F8B0F5A0F7F2B7C11", b"BILAG-1"))
    assert rules(found) == {"xbin-object-identifier"} and is_valid(found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"XB0131X", b"XB0130X"),
        (b"<OriginalObjectSize>4<", b"<OriginalObjectSize>5<"),
        (ENCODED, b"SGVqC!g=="),
        (b"<Patient>", b"<Person>"),
        (b"2012/03/28", b"2006/07/01"),
        (b"plusposi", b"minposi"),
        (b"<BinaryLetter>", b"<BinaryLetter/><BinaryLetter>"),
    ],
)
def test_a_letter_that_cannot_be_understood_is_malformed(old: bytes, new: bytes) -> None:
    raw = WRITTEN.replace(old, new, 1).replace(
        b"</Patient>", b"</Person>" if b"Person>" in new else b"</Patient>"
    )
    for read in (binary_letter.read, binary_letter.read_checked):
        with pytest.raises(Malformed) as caught:
            read(raw)
        assert caught.value.findings[0].severity is Severity.ERROR
    assert not is_valid(binary_letter.check(raw))


def test_attachments_of_many_megabytes_are_read_beside_a_small_one() -> None:
    large = bytes(range(256)) * 40_000  # as base64 more than the parser takes as one text
    letter = replace(
        FULL, objects=(replace(PDF, content=large), TEXT, replace(PDF, id=str(UUID(int=7)), content=large))
    )
    raw = binary_letter.write(letter)
    assert len(raw) > 20_000_000
    assert binary_letter.read_checked(raw) == letter
    found = check_bytes(raw.replace(ENCODED, b"SGVqCgo=", 1))
    assert rules(found.findings) == {"xbin-size"}
    assert found.findings[0].path == "Emessage/BinaryLetter/BinaryObject[2]/OriginalObjectSize"
