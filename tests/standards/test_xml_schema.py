"""The schema made from a table never accepts what the table refuses, and knows what is in order."""

from __future__ import annotations

import copy
import random

import pytest
from lxml import etree

from mocks.standards import safe_xml
from mocks.standards.profiles import vans_envelope, xctl, xdis91
from mocks.standards.profiles.xml_engine import compile_walk
from mocks.standards.profiles.xml_schema import schema_test
from mocks.standards.profiles.xml_table import Element, Mixed, optional
from mocks.standards.profiles.xml_types import (
    BASE64,
    BOOLEAN,
    DATE,
    DATE_TIME,
    INT32,
    POSITIVE,
    TIME,
    UUID,
    Kind,
    matching,
    one_of,
    text,
)

NAMESPACE = "urn:x"
EMPTY = Mixed(text=False)
TABLE = Element(
    "Root",
    (
        Element("Date", DATE),
        Element("DateTime", DATE_TIME),
        Element("Time", TIME),
        Element("Code", one_of("a<b", "høj_prioritet", 'q"')),
        Element("Number", POSITIVE, 0, 3),
        Element("Size", INT32),
        Element("Flag", BOOLEAN),
        Element("Uuid", UUID),
        Element("Token", text(1, 5, collapse=True), attributes=(("kind", one_of("x", "y")),)),
        Element("Digits", matching("[0-9]{3}", "three digits")),
        Element("Data", BASE64),
        optional("Text", Mixed((("Break", EMPTY), ("Bold", Mixed((("Break", EMPTY),)))))),
        Element("Local", None, 0, None),
    ),
)
GOOD = """<Root xmlns="urn:x"><Date>2025-04-01</Date><DateTime>2025-04-01T09:15:00+02:00</DateTime><Time>09:15</Time>
<Code>a&lt;b</Code><Number>7</Number><Size>-3</Size><Flag>true</Flag><Uuid>0d5b3c18-0000-4000-8000-00000000000a</Uuid>
<Token kind="x">abc</Token><Digits>123</Digits><Data>YWJj</Data><Text>a<Break/>b <Bold>c<Break/></Bold></Text>
<Local odd="1">x<y xmlns=""/></Local></Root>"""
VALUES = (
    "", " ", "x", "x" * 6, "a  b", " a ", "2025-02-30", " 2025-02-28 ", "2025-02-28Z", "0000-01-01",
    "2025-04-01T24:00:00", "2025-04-01T24:00:01", "2025-04-01T09:15:00+14:01", "2025-04-01T09:15:60", "24:00",
    "23:59", "1234-1-1", "0", "-1", "+5", " 7 ", "7.0", "99999999999999999999999999999999999999999", "2147483648",
    "-2147483648", "true", "TRUE", "1", "0d5b3c18-0000-4000-8000-00000000000Z", "a<b", "høj_prioritet", "١٢٣", "YWJ",
    "YW Jj", "YW!Jj", "\u00a0", "\u2003", "½", "𝒳𝒳𝒳𝒳𝒳",
)  # fmt: skip


def spoil(root: etree._Element, chance: random.Random) -> etree._Element:
    """A copy with one thing changed, which may be harmless."""
    tree = copy.deepcopy(root)
    elements = list(tree.iter())
    element, other = chance.choice(elements[1:]), chance.choice(elements[1:])
    match chance.randrange(9):
        case 0:
            element.getparent().remove(element)  # type: ignore[union-attr]
        case 1:
            element.addnext(copy.deepcopy(element))
        case 2 | 3 | 4:
            element.text = chance.choice(VALUES)
        case 5:
            element.addnext(copy.deepcopy(other))
        case 6:
            element.set(chance.choice(("odd", "kind")), chance.choice(("x", "z")))
        case 7:
            element.tail = chance.choice((*VALUES, " \n"))
        case _:
            element.tag = chance.choice((other.tag, "{urn:y}Date", "Date"))
    return etree.fromstring(etree.tostring(tree, encoding="utf-8"))


def compared(namespace: str, table: Element, raw: bytes, turns: int) -> tuple[int, int]:
    """How many spoilt documents the schema took and did not take; the walk must have agreed each time."""
    in_order, walk = schema_test(namespace, table), compile_walk("t", namespace, table, "t")
    root, chance, taken = etree.fromstring(raw), random.Random(7), 0
    for _ in range(turns):
        document = spoil(root, chance)
        if document.tag != root.tag:
            continue
        found: list[object] = []
        walk(document, "Root", found)  # type: ignore[arg-type]
        if in_order(document, None):
            taken += 1
            assert not found, (etree.tostring(document), found)
    return taken, turns - taken


def test_the_schema_takes_nothing_that_the_table_refuses() -> None:
    taken, refused = compared(NAMESPACE, TABLE, GOOD.encode(), 3000)
    assert taken > 100 and refused > 1000


def test_no_value_passes_the_schema_that_its_own_test_refuses() -> None:
    in_order, walk = schema_test(NAMESPACE, TABLE), compile_walk("t", NAMESPACE, TABLE, "t")
    root = etree.fromstring(GOOD.encode())
    for position in range(1, len(list(root.iter()))):
        for value in VALUES:
            tree = copy.deepcopy(root)
            list(tree.iter())[position].text = value
            found: list[object] = []
            walk(tree, "Root", found)  # type: ignore[arg-type]
            assert not (found and in_order(tree, None)), (value, found)


def test_a_good_document_needs_no_walk() -> None:
    in_order = schema_test(NAMESPACE, TABLE)
    assert in_order(etree.fromstring(GOOD.encode()), None)
    assert in_order(etree.fromstring(GOOD.replace('xmlns="urn:x"', 'xmlns:p="urn:x"').replace("xmlns=\"\"", "")
                                     .replace("<", "<p:").replace("<p:/", "</p:").encode()), None)  # fmt: skip


@pytest.mark.parametrize(
    "attribute", ["xsi:schemaLocation='urn:x file:///x.xsd'", "xsi:nil='true'", "xsi:type='a'"]
)
def test_a_document_that_would_steer_the_schema_is_walked(attribute: str) -> None:
    raw = GOOD.replace("<Root ", f"<Root xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' {attribute} ")
    assert not schema_test(NAMESPACE, TABLE)(etree.fromstring(raw.encode()), None)


@pytest.mark.parametrize(
    ("inside", "simple"),
    [("", True), ("&amp;", False), ("<![CDATA[x]]>", False), ("<!-- XMLSchema-instance -->", False)],
)
def test_only_a_plain_document_is_known_to_be_fit_without_a_search(inside: str, simple: bool) -> None:
    assert safe_xml.parse(f"<a>{inside}</a>".encode()).simple is simple


def test_what_the_schema_cannot_say_is_tested_all_the_same() -> None:
    odd = Element("Root", (Element("Odd", Kind(lambda value: None if value == "odd" else "even", "")),))
    in_order = schema_test(NAMESPACE, odd)
    assert in_order(etree.fromstring(b'<Root xmlns="urn:x"><Odd>odd</Odd></Root>'), None)
    assert not in_order(etree.fromstring(b'<Root xmlns="urn:x"><Odd>even</Odd></Root>'), None)


def test_every_table_has_a_schema() -> None:
    assert callable(vans_envelope.walk)
    assert set(xdis91.WALKS) == set(xdis91.VERSIONS)
    assert set(xctl.walks) == set(xctl.RECEIPTS)
