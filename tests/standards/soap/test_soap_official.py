"""Published requests and answers of document sharing are read."""

from __future__ import annotations

import pytest

from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap import mtom
from mocks.standards.soap.envelope import SoapVersion
from tests.official import DATA, needs_official

SAMPLES = DATA / "national" / "xds-aftaledeling"
XDSB = "urn:ihe:iti:xds-b:2007"
pytestmark = [pytest.mark.official, needs_official]


def test_a_stored_query_is_read() -> None:
    read = envelopes.read((SAMPLES / "iti18-request.xml").read_bytes())
    assert read.version is SoapVersion.SOAP12
    assert read.action == "urn:ihe:iti:2007:RegistryStoredQuery"
    assert read.message_id == "urn:uuid:6a19f336-fcd0-4b8d-bbc9-b700afbbd3a5"
    assert read.to.startswith("https://") and read.to.endswith("/registry/services/xds-iti18")
    assert read.body is not None
    assert read.body.tag == "{urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0}AdhocQueryRequest"
    read.require_understood(())


def published(name: str) -> tuple[str, bytes]:
    """The content type and body that were sent: the published files lack the head of their first part."""
    data = (SAMPLES / name).read_bytes()
    boundary = data.rstrip().rpartition(b"\n--")[2].removesuffix(b"--").decode()
    content_type = f'multipart/related; type="application/xop+xml"; boundary="{boundary}"'
    return content_type, f"--{boundary}\nContent-Type: application/xop+xml\n\n".encode() + data


@pytest.mark.parametrize(
    "name", ["iti43-response.xml", "iti41-request.xml", "iti41withreplacement-request.xml"]
)
def test_an_included_document_is_read(name: str) -> None:
    root, parts = mtom.read(*published(name))
    body = envelopes.read(root).body
    assert body is not None and len(parts) == 1
    (document,) = body.iter(f"{{{XDSB}}}Document")
    content = mtom.content_of(document, parts)
    assert content.startswith(b"<ClinicalDocument") and content.endswith(b"</ClinicalDocument>")


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xml")), ids=lambda path: path.stem)
def test_every_published_message_is_read_and_survives_being_written(path: object) -> None:
    name = str(path).rpartition("/")[2]
    data = (SAMPLES / name).read_bytes()
    root, parts = mtom.read(*published(name)) if data.rstrip().endswith(b"--") else (data, {})
    again, back = mtom.read(*mtom.write(root, parts))
    assert (again, back) == (root, parts)
    assert envelopes.read(again).action.startswith("urn:ihe:iti:20")


def test_a_request_with_an_hsuid_header_is_read() -> None:
    read = envelopes.read((DATA / "national" / "hsuid" / "dds2gateway-request.xml").read_bytes())
    assert len(read.headers("{http://www.nsi.dk/hsuid/2016/08/hsuid-1.1.xsd}HsuidHeader")) == 1
    assert len(read.headers("{http://www.medcom.dk/dgws/2006/04/dgws-1.0.xsd}Header")) == 1
