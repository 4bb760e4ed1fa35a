"""A table of XML elements, said once more in the schema language, which libxml2 checks in a blink.

The schema only ever says "nothing is wrong here": a document that it does not accept is walked through
and explained. It must therefore never accept what the table refuses; tests compare the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from mocks.standards.profiles.xml_table import Choice, Element, Mixed
from mocks.standards.profiles.xml_types import Kind, Test, collapsed
from mocks.standards.safe_xml import Document

_XS = "http://www.w3.org/2001/XMLSchema"
#: What is never handed to the schema: attributes that may name a type or a schema, even a file; and so many
#: elements that libxml2 would take minutes to say of each where it stands.
_MOST_ELEMENTS = 5000
_UNFIT = etree.XPath(
    f"boolean(//@xsi:*) or count(//*) > {_MOST_ELEMENTS}",
    namespaces={"xsi": "http://www.w3.org/2001/XMLSchema-instance"},
)
#: The shortest element, and so the size up to which a document cannot have too many of them.
_SMALL = _MOST_ELEMENTS * len("<a/>")


def schema_test(namespace: str, root: Element) -> Callable[[etree._Element, Document | None], bool]:
    """Whether a document (by its root element) is all right by the table of ``root``.

    ``False`` also for what the schema language cannot judge; the ``Document`` it comes from, where it is at
    hand, saves a search for that.
    """
    schema = etree.XMLSchema(etree.fromstring(schema_text(namespace, root)))
    unsaid = {f"{{{namespace}}}{name}": kind for name, kind in _unsaid(root)}
    tests: dict[str, tuple[Test, bool]] = {tag: (kind.test, kind.collapse) for tag, kind in unsaid.items()}

    def in_order(node: etree._Element, document: Document | None) -> bool:
        fit = document is not None and document.simple and document.size < _SMALL
        if (not fit and _UNFIT(node)) or not schema(node):
            return False
        for found in node.iter(*tests) if tests else ():
            test, collapse = tests[str(found.tag)]
            value = found.text or ""
            if test(collapsed(value) if collapse else value):
                return False
        return True

    return in_order


def schema_text(namespace: str, root: Element) -> str:
    """The table as an XML schema."""
    writer = _Writer()
    body = writer.element(root, occurs="")
    return (
        f'<xs:schema xmlns:xs="{_XS}" xmlns:t="{namespace}" targetNamespace="{namespace}"'
        f' elementFormDefault="qualified">{"".join(writer.named)}{body}</xs:schema>'
    )


def _unsaid(element: Element) -> Iterator[tuple[str, Kind]]:
    """The kinds of value that only their test can judge, with the name of their element."""
    if isinstance(element.content, Kind) and not element.content.base:
        yield element.name, element.content
    elif isinstance(element.content, tuple):
        for part in element.content:
            for below in part.elements if isinstance(part, Choice) else (part,):
                yield from _unsaid(below)


def _occurs(part: Element | Choice) -> str:
    most = "unbounded" if part.most is None else part.most
    return f' minOccurs="{part.least}" maxOccurs="{most}"'


_ANYTHING = (
    '<xs:complexType mixed="true"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded"'
    ' processContents="skip"/></xs:sequence><xs:anyAttribute processContents="skip"/></xs:complexType>'
)
#: What may hold nothing at all, not even white space.
_EMPTY = (
    '<xs:simpleType><xs:restriction base="xs:string"><xs:length value="0"/></xs:restriction></xs:simpleType>'
)


class _Writer:
    """Writes the elements; ``named`` gathers the types that need a name."""

    def __init__(self) -> None:
        self.named: list[str] = []

    def element(self, element: Element, occurs: str) -> str:
        return f'<xs:element name="{element.name}"{occurs}>{self._type(element)}</xs:element>'

    def _type(self, element: Element) -> str:
        content = element.content
        attributes = "".join(
            f'<xs:attribute name="{name}" use="required"><xs:simpleType>{_restriction(kind)}</xs:simpleType>'
            "</xs:attribute>"
            for name, kind in element.attributes
        )
        if content is None:
            return _ANYTHING
        if isinstance(content, Kind):
            if not attributes:
                return f"<xs:simpleType>{_restriction(content)}</xs:simpleType>"
            name = f"value-{len(self.named)}"
            self.named.append(f'<xs:simpleType name="{name}">{_restriction(content)}</xs:simpleType>')
            extended = f'<xs:extension base="t:{name}">{attributes}</xs:extension>'
            return f"<xs:complexType><xs:simpleContent>{extended}</xs:simpleContent></xs:complexType>"
        if isinstance(content, Mixed):
            return _mixed(content, attributes)
        parts = "".join(map(self._part, content))
        return f"<xs:complexType><xs:sequence>{parts}</xs:sequence>{attributes}</xs:complexType>"

    def _part(self, part: Element | Choice) -> str:
        if isinstance(part, Element):
            return self.element(part, _occurs(part))
        inner = "".join(self.element(element, "") for element in part.elements)
        return f"<xs:choice{_occurs(part)}>{inner}</xs:choice>"


def _mixed(content: Mixed, attributes: str = "") -> str:
    if not content.text and not content.markup:
        return _EMPTY
    markup = "".join(
        f'<xs:element name="{tag}">{_mixed(inner)}</xs:element>' for tag, inner in content.markup
    )
    body = f'<xs:choice minOccurs="0" maxOccurs="unbounded">{markup}</xs:choice>' if markup else ""
    return f'<xs:complexType mixed="{str(content.text).lower()}">{body}{attributes}</xs:complexType>'


def _restriction(kind: Kind) -> str:
    return f'<xs:restriction base="{kind.base or "xs:string"}">{kind.facets}</xs:restriction>'
