"""FHIR in XML, read into the same tree that FHIR in JSON gives, and written from it.

A receiver must take both forms (``application/fhir+xml`` and ``application/fhir+json``), and the same
message may be answered in the other one. Everything behind this module sees one shape only: dicts,
lists and text as the JSON form has them.

XML that declares a document type, nests deeper than 100 elements or has another namespace is refused
with a finding.
"""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from mocks.standards import fhir_form as form
from mocks.standards import safe_xml
from mocks.standards.fhir_form import TXT_1
from mocks.standards.fhir_shape import BOOLEANS, INTEGERS, refuse_long_lists, repeats

FHIR_NS = "http://hl7.org/fhir"
XHTML_NS = "http://www.w3.org/1999/xhtml"
MAX_DEPTH = 100

_FHIR = f"{{{FHIR_NS}}}"
_DIV = f"{{{XHTML_NS}}}div"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
)
_LARGE_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True,
    huge_tree=True,
)  # fmt: skip
#: From this size on an attachment may be longer than the 10 million characters that a parser takes as such.
_LARGE = 10_000_000
_ATTRIBUTE_ENTITIES = {'"': "&quot;", "\n": "&#xA;", "\r": "&#xD;", "\t": "&#x9;"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def read(raw: bytes) -> dict[str, Any]:
    """The JSON-like tree of a FHIR resource in XML. Errors: ``Malformed``, with one finding."""
    if b"<!DOCTYPE" in raw[:4096] or b"<!ENTITY" in raw[:4096]:
        raise form.XML_DOCTYPE.refusal("/", "a document type is declared")
    safe_xml.examine(raw)
    # Without any declaration, and in an encoding that writes one as in ASCII, nothing can be expanded: then
    # the parser's guards against that may be lifted, and with them its limit to the length of an attachment.
    large = len(raw) > _LARGE and b"<!" not in raw
    try:
        root = etree.fromstring(raw, _LARGE_PARSER if large else _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise form.XML.refusal("/", f"not well-formed XML: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise form.XML_DOCTYPE.refusal("/", "a document type is declared")
    return from_root(root)


def from_root(root: etree._Element) -> dict[str, Any]:
    """As ``read``, for a document that was parsed without comments, processing instructions and entities."""
    tree = _resource(root, 0)
    refuse_long_lists(tree)
    return tree


def _local(element: etree._Element, path: str) -> str:
    tag = element.tag
    if not isinstance(tag, str):
        raise form.XML_ENTITY.refusal(path, "an entity reference stands here")
    if not tag.startswith(_FHIR):
        raise form.XML_NAMESPACE.refusal(
            path, f"the element {etree.QName(tag).localname} is not in the namespace {FHIR_NS}"
        )
    return tag[len(_FHIR) :]


def _resource(element: etree._Element, depth: int) -> dict[str, Any]:
    name = _local(element, "/")
    return {"resourceType": name, **_children(element, name, depth)}


def _children(element: etree._Element, parent: str, depth: int) -> dict[str, Any]:
    """The content of an element; ``parent`` is its resource type or its own name."""
    if depth > MAX_DEPTH:
        raise form.DEPTH.refusal(parent, f"nested deeper than {MAX_DEPTH} elements")
    node: dict[str, Any] = {}
    for child in element:
        if child.tag == _DIV:
            node["div"] = etree.tostring(child, encoding="unicode", with_tail=False)
            continue
        name = _local(child, parent)
        value, beside = _value(child, name, depth + 1)
        if repeats(parent, name):
            _append(node, name, value, beside)
        elif name in node:  # repeated against the rules: keep both, the check will say so
            held = node[name]
            if type(held) is list:
                held.append(value)
            else:
                node[name] = [held, value]
        else:
            if value is not None:
                node[name] = value
            if beside is not None:
                node["_" + name] = beside
    return node


def _append(node: dict[str, Any], name: str, value: Any, beside: dict[str, Any] | None) -> None:
    values = node.setdefault(name, [])
    values.append(value)
    if beside is not None:
        node.setdefault("_" + name, []).extend([None] * (len(values) - 1 - len(node.get("_" + name, []))))
        node["_" + name].append(beside)


def _value(element: etree._Element, name: str, depth: int) -> tuple[Any, dict[str, Any] | None]:
    """A primitive's value and what JSON keeps beside it (``_name``), or an object and ``None``."""
    raw = element.get("value")
    if raw is not None:
        beside = _children(element, name, depth) if len(element) else {}
        if (own := element.get("id")) is not None:
            beside["id"] = own
        return _typed(name, raw), beside or None
    if name in ("resource", "contained") and len(element) == 1:
        return _resource(element[0], depth), None
    node = _children(element, name, depth)
    for attribute in ("url", "id"):
        if (given := element.get(attribute)) is not None:
            node = {attribute: given, **node}
    if "extension" in node and any(e.get("url") == _ABSENT for e in node["extension"] if type(e) is dict):
        return None, node  # a primitive without value: only the reason for its absence
    return node, None


def _typed(name: str, value: str) -> Any:
    if name in BOOLEANS:
        return {"true": True, "false": False}.get(value, value)
    if name in INTEGERS:
        try:
            return int(value)
        except ValueError:
            return value
    return value


# Writing ----------------------------------------------------------------------------------------------


def write(tree: dict[str, Any]) -> bytes:
    """FHIR XML of a resource tree, UTF-8, with the children in the order of the tree.

    FHIR's schema orders the children of an element; our own messages are built in that order.
    A narrative that is not well-formed XHTML is refused: ``Malformed``.
    """
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write_resource(tree, parts, f' xmlns="{FHIR_NS}"')
    return "".join(parts).encode()


def _write_resource(tree: dict[str, Any], parts: list[str], declaration: str = "") -> None:
    name = tree["resourceType"]
    parts.append(f"<{name}{declaration}>")
    _write_children(tree, parts, _TYPE_ONLY)
    parts.append(f"</{name}>")


#: What is not written as a child element: in a resource, in an extension, in any other element.
_TYPE_ONLY, _ID_AND_URL, _ID_ONLY = ("resourceType",), ("id", "url"), ("id",)
_BY_URL = ("extension", "modifierExtension")


def _write_children(node: dict[str, Any], parts: list[str], elsewhere: tuple[str, ...]) -> None:
    for name, value in node.items():
        if name in elsewhere:
            continue
        if name.startswith("_"):
            if name[1:] not in node:
                _write_element(name[1:], None, value, parts)
            continue
        beside = node.get("_" + name)
        if type(value) is list:
            for position, one in enumerate(value):
                extra = beside[position] if type(beside) is list and position < len(beside) else None
                _write_element(name, one, extra, parts)
        else:
            _write_element(name, value, beside, parts)


def _write_element(name: str, value: Any, beside: Any, parts: list[str]) -> None:
    if name == "div":
        parts.append(_narrative(value))
    elif type(value) is dict:
        if "resourceType" in value:
            parts.append(f"<{name}>")
            _write_resource(value, parts)
        else:
            parts.append(f"<{name}{_attributes(name, value)}>")
            _write_children(value, parts, _ID_AND_URL if name in _BY_URL else _ID_ONLY)
        parts.append(f"</{name}>")
    else:
        text = "" if value is None else f' value="{_attribute(_text(value))}"'
        if beside:
            parts.append(f"<{name}{text}{_attributes('', beside)}>")
            _write_children(beside, parts, _ID_ONLY)
            parts.append(f"</{name}>")
        else:
            parts.append(f"<{name}{text}/>")


def _attributes(name: str, node: dict[str, Any]) -> str:
    """``id`` of an element and ``url`` of an extension are XML attributes, all else are elements."""
    found = f' id="{_attribute(node["id"])}"' if "id" in node else ""
    if name in _BY_URL and "url" in node:
        found += f' url="{_attribute(node["url"])}"'
    return found


def _text(value: Any) -> str:
    return ("true" if value else "false") if type(value) is bool else str(value)


def _attribute(text: str) -> str:
    if not text.isprintable() and _CONTROL.search(text):
        raise form.STRING.refusal("/", "a text holds control characters")
    return escape(text, _ATTRIBUTE_ENTITIES)


def _narrative(div: str) -> str:
    try:
        root = etree.fromstring(div, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise TXT_1.refusal("text.div", f"the narrative is not XHTML: {error}", "mend it") from None
    if root.tag != _DIV:
        raise TXT_1.refusal("text.div", "the narrative is not an XHTML div", f'add xmlns="{XHTML_NS}"')
    return div
