"""Checks an XML document against a table of rules, and reports everything that is wrong, not the first.

``compile_table`` turns a table (``xml_table.py``) into two things at once: a schema that says in one call
whether all is well, as it mostly is, and nested functions that walk down a document in which something is
not, and explain it.

The rule id of an element is ``<standard>/<parent>/<element>``, as ``XD9134L/Letter/VersionCode``. What
belongs to no single element has the parent's name and ``order``, ``unknown-element``,
``unknown-attribute`` or ``stray-text``.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from lxml import etree

from mocks.standards.findings import Finding
from mocks.standards.profiles.xml_schema import schema_test
from mocks.standards.profiles.xml_table import Choice, Element, Mixed, optional
from mocks.standards.profiles.xml_types import Kind, collapsed
from mocks.standards.safe_xml import MANY, Document, error

__all__ = [
    "Check",
    "Choice",
    "Element",
    "Mixed",
    "ShortNames",
    "Walk",
    "compile_table",
    "compile_walk",
    "optional",
]

#: A compiled rule: walks one element, knows its path, and appends what it finds.
Walk = Callable[[etree._Element, str, list[Finding]], None]
#: A compiled table: appends what is wrong with a document, and returns whether nothing is.
Check = Callable[[Document, list[Finding]], bool]

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_HARMLESS = frozenset({f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"})


class _Short(dict[str, str]):
    def __missing__(self, tag: str) -> str:
        return tag


class ShortNames:
    """The short name of each element of a table, by the long one (``{namespace}name``) that lxml gives.

    A name that the table does not have stays long, so that it matches nothing by accident.
    """

    __slots__ = ("of",)

    def __init__(self, namespace: str, *roots: Element) -> None:
        names = set[str]().union(*map(_names_below, roots))
        self.of = _Short({f"{{{namespace}}}{name}": name for name in names})

    def children(self, node: etree._Element) -> dict[str, etree._Element]:
        """The children of ``node`` by short name; of several with one name, the last."""
        of = self.of
        return {of[child.tag]: child for child in node}

    def values(self, node: etree._Element) -> dict[str, str]:
        """The texts of the children of ``node`` by short name."""
        of = self.of
        return {of[child.tag]: child.text or "" for child in node}


def _names_below(element: Element) -> set[str]:
    out = {element.name}
    if isinstance(element.content, tuple):
        for part in element.content:
            for below in part.elements if isinstance(part, Choice) else (part,):
                out |= _names_below(below)
    return out


class _Slot(msgspec.Struct, frozen=True):
    index: int
    walk: Walk
    name: str
    rule: str
    repeats: bool


class _Part(msgspec.Struct, frozen=True):
    names: str
    least: int
    most: int | None
    rule: str
    name: str


def compile_table(standard: str, namespace: str, root: Element, source: str) -> Check:
    """The check for documents whose root is ``root``."""
    in_order, explain = schema_test(namespace, root), compile_walk(standard, namespace, root, source)

    def check(document: Document, out: list[Finding]) -> bool:
        if in_order(document.root, document):
            return True
        found = _Few()
        try:
            explain(document.root, root.name, found)
        except _Enough:
            text = f"there are more than {_MOST} findings; the others are not listed"
            found.append(MANY.at(root.name, text))
        out.extend(found)
        return not found

    return check


class _Enough(Exception):
    """So much is wrong that the rest would only fill memory."""


class _Few(list[Finding]):
    def append(self, finding: Finding) -> None:
        if len(self) == _MOST and finding.rule != MANY.id:
            raise _Enough
        super().append(finding)


_MOST = 10_000


def compile_walk(standard: str, namespace: str, root: Element, source: str) -> Walk:
    """The explaining half of ``compile_table``: it goes through the whole document in any case."""

    def walk_of(element: Element) -> Walk:
        content = element.content
        if isinstance(content, Kind):
            inner = value(element.name, content)
        elif isinstance(content, Mixed):
            inner = mixed(element.name, content)
        elif content is None:
            return lambda node, path, out: None
        else:
            inner = parts(element.name, content)
        return attributes(element, inner)

    def attributes(element: Element, inner: Walk) -> Walk:
        required = element.attributes
        known = _HARMLESS | {name for name, _ in required}
        name = element.name

        def walk(node: etree._Element, path: str, out: list[Finding]) -> None:
            for key, kind in required:
                given = node.get(key)
                wrong = "the attribute is missing" if given is None else kind.test(given)
                if wrong:
                    out.append(error(f"{standard}/{name}/@{key}", f"{path}/@{key}", wrong, source, kind.mend))
            if node.attrib:
                for key in map(str, node.keys()):
                    if key not in known:
                        out.append(
                            error(
                                f"{standard}/{name}/unknown-attribute",
                                f"{path}/@{_local(key)}",
                                f"{name} has no attribute {_local(key)!r}",
                                source,
                                "Leave it out.",
                            )
                        )
            inner(node, path, out)

        return walk

    def value(name: str, kind: Kind) -> Walk:
        test, collapse, mend = kind.test, kind.collapse, kind.mend

        def walk(node: etree._Element, path: str, out: list[Finding]) -> None:
            given = node.text or ""
            for child in node:
                out.append(unknown(name, child, path))
                given += child.tail or ""
            wrong = test(collapsed(given) if collapse else given)
            if wrong:
                out.append(error(rule_at(path, name), path, wrong, source, mend))

        return walk

    def rule_at(path: str, name: str) -> str:
        above = path.rsplit("/", 2)
        parent = above[-2].partition("[")[0] if len(above) > 1 else ""
        return f"{standard}/{parent}/{name}" if parent else f"{standard}/{name}"

    def unknown(parent: str, child: etree._Element, path: str) -> Finding:
        tag = str(child.tag)
        local = _local(tag)
        elsewhere = "" if tag == f"{{{namespace}}}{local}" else f" of namespace {_namespace(tag) or '(none)'}"
        return error(
            f"{standard}/{parent}/unknown-element",
            f"{path}/{local}",
            f"{parent} has no element {local}{elsewhere}",
            source,
            "Leave it out, or check its spelling and namespace.",
        )

    def stray(name: str, path: str) -> Finding:
        return error(
            f"{standard}/{name}/stray-text",
            path,
            f"there is text directly in {name}, between its elements",
            source,
            "Move the text into the element that it belongs to.",
        )

    def mixed(name: str, content: Mixed) -> Walk:
        inside = {f"{{{namespace}}}{tag}": (tag, mixed(tag, inner)) for tag, inner in content.markup}
        allows_text = content.text

        def walk(node: etree._Element, path: str, out: list[Finding]) -> None:
            if not allows_text and node.text:
                out.append(stray(name, path))
            for child in node:
                found = inside.get(str(child.tag))
                if found is None:
                    out.append(unknown(name, child, path))
                else:
                    found[1](child, f"{path}/{found[0]}", out)
                    if child.attrib:
                        out.append(
                            error(
                                f"{standard}/{found[0]}/unknown-attribute",
                                path,
                                f"{found[0]} takes no attributes",
                                source,
                                "Leave them out.",
                            )
                        )

        return walk

    def parts(name: str, content: tuple[Element | Choice, ...]) -> Walk:
        slots: dict[str, _Slot] = {}
        rows: list[_Part] = []
        for index, part in enumerate(content):
            elements = part.elements if isinstance(part, Choice) else (part,)
            repeats = part.most is None or part.most > 1
            names = " or ".join(e.name for e in elements)
            first = elements[0].name
            rows.append(_Part(names, part.least, part.most, f"{standard}/{name}/{first}", first))
            for element in elements:
                tag = f"{{{namespace}}}{element.name}"
                slots[tag] = _Slot(
                    index, walk_of(element), element.name, f"{standard}/{name}/{element.name}", repeats
                )
        order = ", ".join(row.names for row in rows)
        size = len(rows)

        def walk(node: etree._Element, path: str, out: list[Finding]) -> None:
            if node.text and not node.text.isspace():
                out.append(stray(name, path))
            counts = [0] * size
            position = 0
            for child in node:
                slot = slots.get(child.tag)
                if child.tail and not child.tail.isspace():
                    out.append(stray(name, path))
                if slot is None:
                    out.append(unknown(name, child, path))
                    continue
                index = slot.index
                counts[index] += 1
                here = f"{path}/{slot.name}"
                if slot.repeats and (counts[index] > 1 or _has_twin(child)):
                    here = f"{here}[{counts[index]}]"
                if index >= position:
                    position = index
                else:
                    out.append(
                        error(
                            f"{standard}/{name}/order",
                            here,
                            f"{slot.name} stands after {rows[position].names}, and belongs before it",
                            source,
                            f"The order in {name} is: {order}.",
                        )
                    )
                slot.walk(child, here, out)
            for row, count in zip(rows, counts, strict=True):
                if count < row.least:
                    out.append(
                        error(
                            row.rule,
                            f"{path}/{row.name}",
                            f"{row.names} is missing in {name}",
                            source,
                            f"Add it; the order in {name} is: {order}.",
                        )
                    )
                elif row.most is not None and count > row.most:
                    out.append(
                        error(
                            row.rule,
                            f"{path}/{row.name}",
                            f"{row.names} stands {count} times in {name}; at most {row.most} allowed",
                            source,
                            "Send the surplus in another message.",
                        )
                    )

        return walk

    return walk_of(root)


def _has_twin(node: etree._Element) -> bool:
    return next(node.itersiblings(str(node.tag)), None) is not None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _namespace(tag: str) -> str:
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""
