"""The official pairs of requests and responses, and the shape of a message."""

from __future__ import annotations

from lxml import etree

from tests.official import DATA

FOLDER = DATA / "national" / "xds-aftaledeling"
_BODY = "{http://www.w3.org/2003/05/soap-envelope}Body"
#: The samples were made anonymous by letters where the CPR number stood.
MASKED = "ABCDEFGHIJ"


def envelope_bytes(name: str) -> bytes:
    """The SOAP envelope of a sample; some have the parts of a MIME message behind it."""
    raw = (FOLDER / f"{name}.xml").read_bytes()
    end = b"</soap:Envelope>"
    return raw[: raw.index(end) + len(end)]


def body(name: str) -> etree._Element:
    """What stands in the SOAP body of a sample."""
    found = etree.fromstring(envelope_bytes(name)).find(_BODY)
    assert found is not None
    return found[0]


_KINDS = ("name", "classificationScheme", "identificationScheme", "classificationNode", "objectType")


def shape(element: etree._Element) -> tuple[object, ...]:
    """Names of elements and attributes, and which slot, scheme or identifier each is: all but the values."""
    kinds = tuple(element.get(kind) for kind in _KINDS)
    attributes = tuple(sorted(str(name) for name in element.attrib))
    return (element.tag, attributes, kinds, tuple(shape(child) for child in element))
