"""Our tables and the official schemas say the same of thousands of messages that were spoilt at random."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable

import pytest
from lxml import etree
from msgspec.structs import replace

from mocks.standards import binary_letter, clinical_email, hospital_referral, receipts, vans_envelope
from mocks.standards.findings import Finding, Severity
from mocks.standards.formatted_text import FormattedText, Style, Styled
from mocks.standards.hospital_referral import AnswerReceiver, Diagnosis, Phone, Relative, Visitation
from tests.official import VANS as OFFICIAL
from tests.official import needs_official

pytestmark = [
    pytest.mark.official,
    needs_official,
]
VALUES = [
    "",
    "x",
    "x" * 36,
    "x" * 71,
    "x" * 256,
    "XD9134L",
    "2026-02-30",
    " 2026-02-28 ",
    "24:00",
    "23:59",
    "0",
    "-1",
    "+5",
    " 7 ",
    "true",
    "rutine",
    "nytbrev",
    "1234567890",
    "reliable",
    "00000000-0000-4000-8000-00000000000Z",
    "2026-03-02T24:00:00Z",
    "2026-03-02T09:15:30.5",
]
#: Errors that go beyond the schema, which knows nothing of dates in numbers, sizes or receipts of receipts.
STRICTER = {"vans-size", "vans-base64", "vans-empty", "cpr-date", "xctl-acknowledgement-code"}
STRICTER |= {"xdis91-duplicate-object", "xctl-duplicate-letter", "oioxml-duplicate-letter"}
STRICTER |= {"xbin-size", "xbin-base64", "xbin-duplicate-object", "xref01-duplicate-object"}
STRICTER |= {"oioxml-blank-identifier"}


def spoil(root: etree._Element, chance: random.Random) -> bytes:
    """The document with one element removed, doubled, moved, renamed, refilled or decorated."""
    tree = copy.deepcopy(root)
    elements = [element for element in tree.iter() if element is not tree]
    element, other = chance.choice(elements), chance.choice(elements)
    parent = element.getparent()
    assert parent is not None
    match chance.randrange(7):
        case 0:
            parent.remove(element)
        case 1:
            element.addnext(copy.deepcopy(element))
        case 2 if len(element) == 0 and not element.tag.endswith("}Data"):
            element.text = chance.choice(VALUES)
        case 3:
            element.addnext(copy.deepcopy(other))
        case 4:
            parent.append(element)
        case 5:
            element.set("odd", "1")
        case _:
            element.tail = chance.choice(["text", " "])
    encoding = "utf-8" if "vans" in root.tag else "iso-8859-1"
    return etree.tostring(tree, encoding=encoding, xml_declaration=True)


def composed(name: str) -> bytes:
    return (OFFICIAL / "composed" / f"{name}.xml").read_bytes()


def later_letter() -> bytes:
    """XD9135L: the letter of the field, in the schema that came later."""
    raw = composed("xdis91_full").replace(
        b"sundcom.dk/medcom.dk/xml/schemas/2006/07/01", b"medcom.dk/xml/schemas/2015/08/01"
    )
    return raw.replace(b"XD9134L", b"XD9135L")


def attachments(code: str) -> bytes:
    """A letter of attachments of a version, with all that it may have."""
    letter = binary_letter.read(composed("xbin01"))
    sender = replace(
        letter.sender, street="Prøvevej 1", district="Prøveby", speciality="almen_medicin", phone="00000000"
    )
    return binary_letter.write(replace(letter, version=code, sender=sender))


def any_referral() -> bytes:
    """A referral with every element that there is."""
    text = FormattedText("a\nb", (Styled(0, 3, Style.FIXED), Styled(0, 1, Style.BOLD)))
    referral = hospital_referral.read(composed("xref01_XH0131R"))
    diagnosis = Diagnosis(description="bidiagnose", code="DF419", type="ICPCkode", text="x")
    return hospital_referral.write(
        replace(
            referral,
            answer_to=AnswerReceiver(id="461", id_code="kommunenummer", unit="x", phone="1"),
            patient=replace(
                referral.patient, title="x", suburb="x", phones=(Phone("1", "mobil"),), email="a@b"
            ),
            relative=Relative(relation="far", id="x", surname="x", given="x"),
            referral_status="hjemmet",
            supplementary=text,
            further=(diagnosis,),
            cave=text,
            examination=text,
            medicine=text,
            visitations=(Visitation("indkaldt", text),),
        )
    )


def about_systems() -> bytes:
    """A letter of attachments that is about no patient."""
    letter = binary_letter.read(composed("xbin01"))
    return binary_letter.write(replace(letter, patient=None, contents="Tabel"))


@pytest.mark.parametrize(
    ("sample", "make", "schema", "check"),
    [
        ("vans_message_full", composed, "vans/VANSEnvelope", vans_envelope.check),
        ("vans_receipt_negative", composed, "vans/VANSEnvelope", vans_envelope.check),
        ("vans_receipt_negativevans", composed, "vans/VANSEnvelope", vans_envelope.check),
        ("xdis91_full", composed, "oioxml/2006/07/01/EMessage", clinical_email.check),
        ("XD9135L", lambda _: later_letter(), "oioxml/2015/08/01/EMessage", clinical_email.check),
        ("xctl01", composed, "oioxml/2005/08/07/EMessage", receipts.check),
        ("xctl02", composed, "oioxml/2005/08/07/EMessage", receipts.check),
        ("xctl03", composed, "oioxml/2005/08/07/EMessage", receipts.check),
        ("xref01_XH0130R", composed, "oioxml/2005/08/07/EMessage", hospital_referral.check),
        ("xref01_XH0131R", composed, "oioxml/2017/05/01/EMessage", hospital_referral.check),
        ("any referral", lambda _: any_referral(), "oioxml/2017/05/01/EMessage", hospital_referral.check),
        ("XB0130X", attachments, "oioxml/2005/08/07/EMessage", binary_letter.check),
        ("XB0131X", attachments, "oioxml/2012/03/28/EMessage", binary_letter.check),
        ("XB0210X", attachments, "oioxml/2016/10/02/EMessage", binary_letter.check),
        ("XB0230X", attachments, "oioxml/2019/04/03/EMessage", binary_letter.check),
        ("systems", lambda _: about_systems(), "oioxml/2012/03/28/EMessage", binary_letter.check),
    ],
)
def test_the_table_finds_a_message_valid_exactly_when_the_schema_does(
    sample: str, make: Callable[[str], bytes], schema: str, check: Callable[[bytes], list[Finding]]
) -> None:
    official = etree.XMLSchema(file=str(OFFICIAL / "xsd" / f"{schema}.xsd"))
    root = etree.fromstring(make(sample))
    chance = random.Random(sample)
    verdicts = set()
    for _ in range(600):
        raw = spoil(root, chance)
        valid = official.validate(etree.fromstring(raw))
        errors = [f for f in check(raw) if f.severity is Severity.ERROR and f.rule not in STRICTER]
        assert valid is not bool(errors), (raw, official.error_log, errors)
        verdicts.add(valid)
    assert verdicts == {True, False}
