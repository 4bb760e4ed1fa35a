"""What FHIR's XML asks for beyond being well-formed: UTF-8, elements in order, no text between them, no attributes.

Readers bear all of that, so a breach is a warning: the message means what it means. Elements that FHIR does
not know are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mocks.standards.fhir_form import R4_XML
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles.fhir_r4 import DATA_TYPES, EVERY, RESOURCES
from mocks.standards.rule import Rule

ENCODING = Rule(
    id="fhir-xml-encoding",
    statement="A message in XML is encoded in UTF-8.",
    source=R4_XML,
    mend="write it in UTF-8, and declare that or nothing",
    severity=Severity.WARNING,
)
ORDER = Rule(
    id="fhir-xml-order",
    statement="The elements of a resource or data type stand in the order of FHIR's definition.",
    source=R4_XML,
    mend="write them in the order that the finding names",
    severity=Severity.WARNING,
)
TEXT = Rule(
    id="fhir-xml-text",
    statement="Between the elements of a message in XML stands no text but in narratives.",
    source=R4_XML,
    mend="leave the text out: values stand in the attribute value",
    severity=Severity.WARNING,
)
ATTRIBUTE = Rule(
    id="fhir-xml-attribute",
    statement="Elements of a message in XML have no attributes but value, id and url.",
    source=R4_XML,
    mend="leave the attribute out",
    severity=Severity.WARNING,
)
RULES: tuple[Rule, ...] = (ENCODING, ORDER, TEXT, ATTRIBUTE)

_FHIR = "{http://hl7.org/fhir}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_KNOWN = frozenset({"value", "id", "url", f"{_XSI}schemaLocation"})
_BUNDLE = (
    "id 0..1 id, meta 0..1 Meta, implicitRules 0..1 uri, language 0..1 code, identifier 0..1 Identifier, "
    "type 1..1 code, timestamp 0..1 instant, total 0..1 unsignedInt, link 0..* -, entry 0..* -, "
    "entry.link 0..* -, entry.fullUrl 0..1 uri, entry.resource 0..1 -, entry.search 0..1 -, "
    "entry.request 0..1 -, entry.response 0..1 -, signature 0..1 Signature"
)


def form_findings(root: etree._Element, encoding: str) -> list[Finding]:
    """What is wrong with the form of a document that can be read; ``encoding`` is the one it declares."""
    found = list(_below(root, etree.QName(root).localname, etree.QName(root).localname))
    if encoding.lower() not in ("", "utf-8", "us-ascii"):
        found.insert(0, ENCODING.at("", f"the document declares {encoding[:20]}; FHIR is written in UTF-8"))
    return found


def _below(element: etree._Element, kind: str, path: str) -> Iterator[Finding]:
    for key in map(str, element.attrib):
        if key not in _KNOWN:
            name = etree.QName(key).localname
            yield ATTRIBUTE.at(f"{path}/@{name}", f"the element has an attribute {name[:40]}")
    order, position, last = _ORDER.get(kind), -1, ""
    if element.text and not element.text.isspace():
        yield TEXT.at(path, "there is text between the elements")
    counts: dict[str, int] = {}
    for child in element:
        tag = child.tag
        if child.tail and not child.tail.isspace():
            yield TEXT.at(path, "there is text between the elements")
        if type(tag) is not str or not tag.startswith(_FHIR):
            continue  # a narrative
        name = tag[len(_FHIR) :]
        counts[name] = counts.get(name, 0) + 1
        here = f"{path}/{name}[{counts[name]}]"
        place = None if order is None else order.get(name)
        if place is not None:
            if place[0] < position:
                yield ORDER.at(here, f"{name} stands after {last}, and belongs before it")
            else:
                position, last = place[0], name
        if name == "resource" and len(child) == 1:
            inside = etree.QName(child[0]).localname
            yield from _below(child[0], inside, f"{here}/{inside}")
        else:
            yield from _below(child, place[1] if place is not None else "", here)


def _orders() -> dict[str, dict[str, tuple[int, str]]]:
    """For each type and each element with elements: the place of each child, and what it is in its turn."""
    found: dict[str, dict[str, tuple[int, str]]] = {}
    tables = {name: f"{EVERY}, {text}" for name, text in RESOURCES.items()}
    tables |= {name: f"extension 0..* Extension, {text}" for name, text in DATA_TYPES.items()}
    for name, text in {**tables, "Bundle": _BUNDLE}.items():
        for line in text.split(", "):
            path, _, kind, *_ = line.split(" ")
            holder, _, own = f"{name}.{path}".rpartition(".")
            inside = found.setdefault(holder, _begin(holder == name))
            place = len({position for position, _ in inside.values()}) + 1
            if own.endswith("[x]"):
                kinds = _CHOICES if kind == "*" else kind.split("|")
                inside.update({own[:-3] + each[0].upper() + each[1:]: (place, each) for each in kinds})
            else:
                inside[own] = (place, f"{holder}.{own}" if kind == "-" else kind)
    return found


def _begin(whole: bool) -> dict[str, tuple[int, str]]:
    return {} if whole else {"extension": (0, "Extension"), "modifierExtension": (1, "Extension")}


_CHOICES: Final = (
    *DATA_TYPES,
    *("string", "code", "uri", "url", "boolean", "integer", "dateTime", "date", "instant", "decimal", "id"),
)
_ORDER: Final = _orders()
