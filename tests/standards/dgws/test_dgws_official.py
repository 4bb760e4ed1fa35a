"""What is written meets the published schemas, and published samples are read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from lxml import etree

from mocks.drivers.keys import KeyRing
from mocks.signatures import PLACE, Digest, sign
from mocks.standards.dgws import header as headers
from mocks.standards.dgws import id_card
from mocks.standards.dgws.header import Header
from mocks.standards.dgws.hsuid import UserType, hsuid_of
from mocks.standards.dgws.id_card import CardType, IdCard
from mocks.standards.soap import envelope as envelopes
from tests.official import DATA, needs_official
from tests.standards.dgws.records import HEADERS, cards

DGWS = DATA / "national" / "dgws"
pytestmark = [pytest.mark.official, needs_official]
NOW = datetime(2025, 4, 1, 8, tzinfo=UTC)
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity"
SPACES = {
    f"{_WSS}-utility-1.0.xsd": "wsu",
    "http://www.w3.org/2000/09/xmldsig#": "ds",
    "urn:oasis:names:tc:SAML:2.0:assertion": "saml",
    f"{_WSS}-secext-1.0.xsd": "wsse",
    "http://www.medcom.dk/dgws/2006/04/dgws-1.0.xsd": "medcom",
}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """All five schemas at once: they import each other without saying from where."""
    imports = "".join(
        f'<xs:import namespace="{space}" schemaLocation="{DGWS.as_uri()}/{name}.xsd"/>'
        for space, name in SPACES.items()
    )
    text = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(text))


def valid(schema: etree.XMLSchema, data: bytes) -> None:
    schema.assertValid(etree.ElementTree(etree.fromstring(data)))


def test_the_schema_refuses_what_is_wrong(schema: etree.XMLSchema) -> None:
    data = headers.write(Header(message_id="m", flow_status="flow_running"))
    valid(schema, data)
    with pytest.raises(etree.DocumentInvalid):
        valid(schema, data.replace(b"flow_running", b"flow_walking"))


@settings(max_examples=40, deadline=None)  # the first one makes a key
@given(card=cards())
def test_a_signed_card_in_its_header_meets_the_schema(schema: etree.XMLSchema, card: IdCard) -> None:
    key = KeyRing().key("sts")
    signed = sign(
        id_card.write(card, PLACE),
        key,
        id_attribute="id",
        digest=Digest.SHA1,
        signature_id=id_card.SIGNATURE_ID,
    )
    valid(schema, id_card.write_security(NOW, signed))


@settings(deadline=None)
@given(header=HEADERS)
def test_a_message_header_meets_the_schema(schema: etree.XMLSchema, header: Header) -> None:
    valid(schema, headers.write(header))


def test_the_published_security_header_is_read() -> None:
    security = etree.parse(DGWS / "SecurityHeader1.xml").getroot()
    (assertion,) = security.iter(id_card.ASSERTION)
    card = id_card.read(assertion)
    assert (card.type, card.level, card.system, card.cvr) == (CardType.USER, 4, "SOSITEST", "25520041")
    assert card.user is not None
    assert (card.user.given, card.user.surname, card.user.role) == ("Lisbeth", "Schjerling", "Doctor")
    assert (card.not_on_or_after - card.not_before).total_seconds() == 24 * 3600


def test_the_published_request_with_hsuid_is_read() -> None:
    data = (DATA / "national" / "hsuid" / "dds2gateway-request.xml").read_bytes()
    envelope = envelopes.read(data)
    assert headers.header_of(envelope).security_level == "3"
    hsuid = hsuid_of(envelope)
    assert hsuid.user_type is UserType.HEALTHCARE_PROFESSIONAL
    assert (hsuid.organisation, hsuid.organisation_format) == ("293591000016003", "nsi:sor")
    assert (hsuid.override, hsuid.authorisation) == (True, "SRTTQ")
