"""Single changes of an XML message, by a path of local names from below the root.

``Letter/TypeCode`` is the first element that matches; ``Reference[2]/URL`` counts from one.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from lxml import etree

from mocks.standards import safe_xml

Edit = Callable[[etree._Element], None]


def edited(edit: Edit) -> Callable[[bytes], bytes]:
    """The change of bytes that makes ``edit`` in the tree. Encoding and all else stay."""

    def change(raw: bytes) -> bytes:
        root = safe_xml.parse(raw).root
        edit(root)
        encoding = root.getroottree().docinfo.encoding or "UTF-8"
        return bytes(etree.tostring(root, encoding=encoding, xml_declaration=True))

    return change


def find(root: etree._Element, path: str) -> etree._Element:
    """The element at ``path``; ``.`` is the root itself."""
    if path == ".":
        return root
    steps = "/".join(_step(part) for part in path.split("/"))
    found = root.xpath(steps)
    if not found:
        raise LookupError(f"the base message has no {path}")
    return found[0]


def _step(part: str) -> str:
    name, bracket, count = part.partition("[")
    return f"*[local-name()='{name}']{bracket}{count}"


def _sibling(element: etree._Element, name: str) -> str:
    return f"{{{etree.QName(element).namespace}}}{name}"


def drop(path: str) -> Edit:
    """The element is missing."""

    def edit(root: etree._Element) -> None:
        gone = find(root, path)
        parent = gone.getparent()
        assert parent is not None
        parent.remove(gone)

    return edit


def put(path: str, text: str) -> Edit:
    """The element has another text, and nothing else in it."""

    def edit(root: etree._Element) -> None:
        element = find(root, path)
        for child in list(element):
            element.remove(child)
        element.text = text

    return edit


def attribute(path: str, name: str, value: str | None) -> Edit:
    """The attribute has another value; ``None`` takes it away."""

    def edit(root: etree._Element) -> None:
        element = find(root, path)
        if value is None:
            del element.attrib[name]
        else:
            element.set(name, value)

    return edit


def repeat(path: str, times: int = 2) -> Edit:
    """The element stands ``times`` times, one after the other."""

    def edit(root: etree._Element) -> None:
        element = find(root, path)
        for _ in range(times - 1):
            element.addnext(deepcopy(element))

    return edit


def swap(path: str) -> Edit:
    """The element stands after the one that should follow it."""

    def edit(root: etree._Element) -> None:
        element = find(root, path)
        following = element.getnext()
        assert following is not None, f"nothing stands after {path}"
        following.addnext(element)

    return edit


def add(path: str, name: str, text: str | None = None) -> Edit:
    """A new element as the last of those in ``path``, in their namespace."""

    def edit(root: etree._Element) -> None:
        parent = find(root, path)
        etree.SubElement(parent, _sibling(parent, name)).text = text

    return edit


def add_before(path: str, name: str, text: str | None = None) -> Edit:
    """A new element before the one at ``path``."""

    def edit(root: etree._Element) -> None:
        element = find(root, path)
        new = etree.Element(_sibling(element, name))
        new.text = text
        element.addprevious(new)

    return edit


def rename(path: str, name: str) -> Edit:
    """The element has another name."""

    def edit(root: etree._Element) -> None:
        element = find(root, path)
        element.tag = _sibling(element, name)

    return edit


def inside(path: str, xml: str) -> Edit:
    """The element holds this markup instead, in its own namespace."""

    def edit(root: etree._Element) -> None:
        element = find(root, path)
        new = etree.fromstring(f'<x xmlns="{etree.QName(element).namespace}">{xml}</x>')
        for child in list(element):
            element.remove(child)
        element.text = new.text
        element.extend(list(new))

    return edit


def both(*edits: Edit) -> Edit:
    """Changes that are one fault together."""

    def edit(root: etree._Element) -> None:
        for one in edits:
            one(root)

    return edit


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Other bytes at the one place where ``old`` stands first."""

    def change(raw: bytes) -> bytes:
        assert old in raw, f"the base message has no {old!r}"
        return raw.replace(old, new, 1)

    return change


def everywhere(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Other bytes wherever ``old`` stands."""

    def change(raw: bytes) -> bytes:
        assert old in raw, f"the base message has no {old!r}"
        return raw.replace(old, new)

    return change
