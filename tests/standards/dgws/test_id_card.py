"""Id cards are read as they were written, and refused for what they lack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from lxml import etree

from mocks.standards.dgws import id_card
from mocks.standards.dgws.fault_codes import DgwsFault, FaultCode
from mocks.standards.dgws.id_card import CardType, CardUser, IdCard
from tests.standards.dgws.records import cards

START = datetime(2025, 4, 1, 8, tzinfo=UTC)
CARD = IdCard(
    id="one",
    type=CardType.USER,
    level=4,
    issuer="TVAERS-STS",
    not_before=START,
    not_on_or_after=START + timedelta(hours=8),
    system="SAPA",
    provider="12345678",
    name_id="2512489996",
    name_format="medcom:cprnumber",
    user=CardUser(cpr="2512489996", given="Nancy", surname="Berggren", role="7170"),
)
WRITTEN = id_card.write(CARD)


@settings(deadline=None)
@given(cards())
def test_a_card_is_read_as_it_was_written(card: IdCard) -> None:
    assert id_card.read(etree.fromstring(id_card.write(card))) == card


def test_a_card_holds_from_its_first_moment_to_before_its_last() -> None:
    assert CARD.holds(START) and not CARD.holds(START - timedelta(seconds=1))
    assert not CARD.holds(START + timedelta(hours=8))


def test_only_a_card_of_a_cvr_number_has_one() -> None:
    assert CARD.cvr == "12345678"
    other = id_card.read(etree.fromstring(WRITTEN.replace(b"medcom:cvrnumber", b"medcom:ynumber")))
    assert other.cvr == "" and other.provider == "12345678"


def drop(name: str) -> bytes:
    """The card without that attribute."""
    start = WRITTEN.index(b'<saml:Attribute Name="' + name.encode())
    end = WRITTEN.index(b"</saml:Attribute>", start) + len(b"</saml:Attribute>")
    return WRITTEN[:start] + WRITTEN[end:]


def repeated(name: str) -> bytes:
    start = WRITTEN.index(b'<saml:Attribute Name="' + name.encode())
    end = WRITTEN.index(b"</saml:Attribute>", start) + len(b"</saml:Attribute>")
    return WRITTEN[:end] + WRITTEN[start:end] + WRITTEN[end:]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<a/>", "saml:Assertion"),
        *((drop(f"sosi:{name}"), f"sosi:{name}")
          for name in ("IDCardID", "IDCardVersion", "IDCardType", "AuthenticationLevel")),
        *((drop(f"medcom:{name}"), f"medcom:{name}")
          for name in ("ITSystemName", "CareProviderID", "UserGivenName", "UserSurName", "UserRole")),
        (repeated("sosi:AuthenticationLevel"), "more than once"),
        (WRITTEN.replace(b">user<", b">robot<"), "sosi:IDCardType"),
        (WRITTEN.replace(b">4<", b">9<"), "sosi:AuthenticationLevel"),
        (WRITTEN.replace(b">1.0.1<", b">2.0<"), "1.0.1"),
        (WRITTEN.replace(b"medcom:cvrnumber", b"medcom:shoesize"), "medcom:CareProviderID"),
        (WRITTEN.replace(b"saml:Conditions", b"saml:Terms"), "saml:Conditions"),
        (WRITTEN.replace(b'NotBefore="2025', b'NotBefore="soon'), "NotBefore"),
        (WRITTEN.replace(b"saml:NameID", b"saml:Name"), "saml:NameID"),
    ],
)  # fmt: skip
def test_a_card_that_lacks_something_is_invalid_and_says_what(data: bytes, says: str) -> None:
    with pytest.raises(DgwsFault) as caught:
        id_card.read(etree.fromstring(data))
    assert caught.value.fault_code is FaultCode.INVALID_IDCARD
    assert says in caught.value.reason
    assert "2512489996" not in str(caught.value)
