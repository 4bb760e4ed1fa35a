"""Letters of attachments, XBIN01 and XBIN02: valid when written, the same when read back, each fault found."""

from __future__ import annotations

from datetime import datetime

import pytest
from lxml import etree
from msgspec.structs import replace

from mocks.errors import BadInput
from mocks.runtime import COPENHAGEN
from mocks.standards import binary_letter
from mocks.standards.binary_letter import BinaryLetter, BinaryObject, Citizen, Party
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles.xbin import VERSIONS
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
