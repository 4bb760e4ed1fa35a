"""Official and composed letters of OIOXML, read and written again, say what they said, element by element."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from lxml import etree

from mocks.standards import binary_letter, clinical_email, hospital_referral, receipts
from mocks.standards.findings import is_valid
from mocks.standards.formatted_text import plain
from tests.official import VANS, needs_official

pytestmark = [pytest.mark.official, needs_official]
STANDARDS: dict[str, ModuleType] = {
    "ClinicalEmail": clinical_email,
    "HospitalReferral": hospital_referral,
    "BinaryLetter": binary_letter,
    "PositiveReceipt": receipts,
    "NegativeReceipt": receipts,
    "NegativeVansReceipt": receipts,
}
MARKUP = {"Break", "Space", "Bold", "Italic", "Underline", "Center", "Right", "FixedFont"}
LAYOUT = {"Break", "Space"}


def samples() -> list[Path]:
    found = [*VANS.glob("samples/oioxml/*.xml"), *VANS.glob("composed/x*.xml")]
    return sorted(path for path in found if path.name != "DIS20_1.xml")


def name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def content(raw: bytes) -> list[tuple[str, str, tuple[str, ...]]]:
    """Every element that holds a value, with its text and its styles; texts that follow each other are one."""
    out: list[tuple[str, str, tuple[str, ...]]] = []
    for element in etree.fromstring(raw, etree.XMLParser(remove_comments=True)).iter():
        inside = [name(child) for child in element]
        if name(element) in MARKUP or not MARKUP.issuperset(inside):
            continue
        text = plain(element).strip()
        styles = tuple(name(each) for each in element.iterdescendants() if name(each) not in LAYOUT)
        if out and out[-1][0] == name(element) == "Text01":
            out[-1] = ("Text01", f"{out[-1][1]}\n{text}", out[-1][2] + styles)
        else:
            out.append((name(element), text, styles))
    return out


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.name)
def test_a_letter_says_the_same_when_it_is_written_again(path: Path) -> None:
    raw = path.read_bytes()
    standard = STANDARDS[name(etree.fromstring(raw)[1])]
    assert is_valid(standard.check(raw))
    again = standard.write(standard.read(raw))
    assert content(again) == content(raw)
    assert is_valid(standard.check(again))


def test_there_are_samples_of_each_standard() -> None:
    names = {name(etree.fromstring(path.read_bytes())[1]) for path in samples()}
    assert names == set(STANDARDS)
