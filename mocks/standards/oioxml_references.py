"""References of OIOXML letters: to a web address, to an attachment that travels apart, to something by post."""

from __future__ import annotations

import msgspec
from lxml import etree

from mocks.errors import BadInput
from mocks.standards.oioxml_parties import coded, filled
from mocks.standards.profiles.oioxml_parts import OBJECT_CODES
from mocks.standards.profiles.xml_engine import ShortNames


class BinaryReference(msgspec.Struct, frozen=True):
    """Points at an attachment sent as XBIN01: its id (a UUID without dashes), kind of object
    (``vektor_grafik`` for pdf), file extension, and size in bytes."""

    id: str
    code: str
    extension: str
    size: int


class Reference(msgspec.Struct, frozen=True):
    """A reference to something outside the letter: a web address, an attachment, or, where both are
    ``None``, material that follows by post."""

    description: str
    url: str | None = None
    binary: BinaryReference | None = None


def read_reference(node: etree._Element, names: ShortNames) -> Reference:
    """A Reference element. ``LookupError`` or ``ValueError`` where something is missing or wrong."""
    given = names.children(node)
    description = given["RefDescription"].text or ""
    if (url := given.get("URL")) is not None:
        return Reference(description, url.text or "")
    if (binary := given.get("BIN")) is not None:
        values = names.values(binary)
        return Reference(
            description,
            None,
            BinaryReference(
                values["ObjectIdentifier"],
                values["ObjectCode"],
                values["ObjectExtensionCode"],
                int(values["OriginalObjectSize"]),
            ),
        )
    if "SUP" not in given:
        raise KeyError("SUP")
    return Reference(description)


def write_reference(reference: Reference, version: str, extensions: tuple[str, ...]) -> str:
    """A Reference element. ``BadInput`` for what the version does not allow."""
    description = filled(reference.description, 70, "the description of a reference")
    if reference.url is not None and reference.binary is not None:
        raise BadInput("a reference is a web address or an attachment: make two of it")
    if reference.url is not None:
        content = f"<URL>{filled(reference.url, 350, 'the web address of a reference')}</URL>"
    elif (binary := reference.binary) is not None:
        if binary.size < 1:
            raise BadInput(f"an attachment has at least one byte, this one {binary.size}")
        extension = coded(binary.extension, extensions, "ObjectExtensionCode", version)
        content = (
            f"<BIN><ObjectIdentifier>{filled(binary.id, 35, 'an object identifier (a UUID without dashes)')}"
            f"</ObjectIdentifier><ObjectCode>{coded(binary.code, OBJECT_CODES, 'ObjectCode', version)}"
            f"</ObjectCode><ObjectExtensionCode>{extension}</ObjectExtensionCode>"
            f"<OriginalObjectSize>{binary.size}</OriginalObjectSize></BIN>"
        )
    else:
        content = "<SUP>true</SUP>"
    return f"<Reference><RefDescription>{description}</RefDescription>{content}</Reference>"
