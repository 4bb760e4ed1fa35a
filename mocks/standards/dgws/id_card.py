"""The SOSI id card of DGWS 1.0.1: who calls, by which system, for which care provider, at which level.

A card is a SAML assertion with a form of its own in the header ``wsse:Security``. Level 3 is a system's
card, level 4 a person's. The reader takes what services take; what is written meets the published schemas.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec
from lxml import etree

from mocks.standards.dgws.fault_codes import DgwsFault, FaultCode
from mocks.standards.dgws.fields import attributes, moment, text_of, written, zulu
from mocks.standards.safe_xml import escape, escape_attribute

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
SECURITY = f"{{{WSSE}}}Security"
ASSERTION = f"{{{SAML}}}Assertion"
#: The id of the signature, and of the assertion.
SIGNATURE_ID = "OCESSignature"
CARD_ID = "IDCard"
VERSION = "1.0.1"
#: What a NameID and a CareProviderID may be.
FORMATS = frozenset(
    f"medcom:{name}"
    for name in (
        "cprnumber",
        "ynumber",
        "pnumber",
        "skscode",
        "cvrnumber",
        "communalnumber",
        "locationnumber",
        "itsystemname",
        "other",
    )
)
HOLDER_OF_KEY = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"


class CardType(StrEnum):
    """Whether a person or a system calls."""

    USER = "user"
    SYSTEM = "system"


class CardUser(msgspec.Struct, frozen=True, kw_only=True):
    """The person of a user's card. ``authorisation`` is the five characters of a health authorisation;
    ``role`` an education code, a national role, or the organisation's own word."""

    cpr: str = ""
    given: str = ""
    surname: str = ""
    email: str = ""
    role: str = ""
    occupation: str = ""
    authorisation: str = ""


class IdCard(msgspec.Struct, frozen=True, kw_only=True):
    """An id card. ``provider`` is the care provider's number of the kind ``provider_format``
    (``medcom:cvrnumber``); ``name_id`` the subject, of the kind ``name_format``."""

    id: str
    type: CardType
    level: int
    issuer: str
    not_before: datetime
    not_on_or_after: datetime
    system: str
    provider: str
    provider_format: str = "medcom:cvrnumber"
    provider_name: str = ""
    name_id: str = ""
    name_format: str = "medcom:itsystemname"
    user: CardUser | None = None
    certificate_hash: str = ""
    issued: datetime | None = None

    @property
    def cvr(self) -> str:
        """The care provider's CVR number, where that is how it is named."""
        return self.provider if self.provider_format == "medcom:cvrnumber" else ""

    def holds(self, at: datetime) -> bool:
        """Whether the card is valid at that moment."""
        return self.not_before <= at < self.not_on_or_after


def read(assertion: etree._Element) -> IdCard:
    """The card in an assertion; its signature is not looked at.

    Errors: ``DgwsFault`` with ``invalid_idcard``, naming the field that is missing or wrong.
    """
    if assertion.tag != ASSERTION:
        raise _invalid("the security header holds no saml:Assertion")
    statements = {s.get("id", ""): s for s in assertion.findall(f"{{{SAML}}}AttributeStatement")}
    held = attributes(statements.values(), SAML, FaultCode.INVALID_IDCARD)

    def value(name: str, required: bool = False) -> str:
        found = held.get(name, ("", ""))[0]
        if required and not found:
            raise _invalid(f"the id card has no {name}")
        return found

    try:
        kind = CardType(value("sosi:IDCardType", required=True))
    except ValueError:
        raise _invalid("sosi:IDCardType is neither user nor system") from None
    level = value("sosi:AuthenticationLevel", required=True)
    if level not in ("1", "2", "3", "4", "5"):
        raise _invalid("sosi:AuthenticationLevel is none of 1 to 5")
    if (version := value("sosi:IDCardVersion", required=True)) not in ("1.0", VERSION):
        raise _invalid(f"id cards of version {version[:10]} are not read here; {VERSION} is")
    conditions = assertion.find(f"{{{SAML}}}Conditions")
    name_id = assertion.find(f"{{{SAML}}}Subject/{{{SAML}}}NameID")
    if conditions is None or name_id is None:
        raise _invalid("the id card has no saml:Conditions or no saml:NameID")
    provider_format = held.get("medcom:CareProviderID", ("", ""))[1]
    name_format = name_id.get("Format", "")
    if provider_format not in FORMATS or name_format not in FORMATS:
        raise _invalid("the kind of medcom:CareProviderID or of saml:NameID is not one that DGWS has")
    issued = assertion.get("IssueInstant", "")
    return IdCard(
        id=value("sosi:IDCardID", required=True),
        type=kind,
        level=int(level),
        issuer=text_of(assertion.find(f"{{{SAML}}}Issuer")),
        not_before=_moment(conditions, "NotBefore"),
        not_on_or_after=_moment(conditions, "NotOnOrAfter"),
        system=value("medcom:ITSystemName", required=True),
        provider=value("medcom:CareProviderID", required=True),
        provider_format=provider_format,
        provider_name=value("medcom:CareProviderName"),
        name_id=text_of(name_id),
        name_format=name_format,
        user=_user(value) if kind is CardType.USER else None,
        certificate_hash=value("sosi:OCESCertHash"),
        issued=moment(issued, "IssueInstant", FaultCode.INVALID_IDCARD) if issued else None,
    )


class _Value(Protocol):
    def __call__(self, name: str, required: bool = False) -> str: ...


def _user(value: _Value) -> CardUser:
    return CardUser(
        cpr=value("medcom:UserCivilRegistrationNumber"),
        given=value("medcom:UserGivenName", required=True),
        surname=value("medcom:UserSurName", required=True),
        email=value("medcom:UserEmailAddress"),
        role=value("medcom:UserRole", required=True),
        occupation=value("medcom:UserOccupation"),
        authorisation=value("medcom:UserAuthorizationCode"),
    )


def _moment(conditions: etree._Element, name: str) -> datetime:
    return moment(conditions.get(name, ""), f"the id card's {name}", FaultCode.INVALID_IDCARD)


def _invalid(text: str) -> DgwsFault:
    return DgwsFault(FaultCode.INVALID_IDCARD, text)


def write(card: IdCard, signature: bytes = b"") -> bytes:
    """The card as an assertion; ``signature`` is what stands in the signature's place."""
    a = "saml:"
    user = card.user
    of_user = ""
    if user is not None:
        of_user = '<saml:AttributeStatement id="UserLog">' + "".join(
            (
                written("medcom:UserCivilRegistrationNumber", user.cpr, a),
                written("medcom:UserGivenName", user.given, a),
                written("medcom:UserSurName", user.surname, a),
                written("medcom:UserEmailAddress", user.email, a),
                written("medcom:UserRole", user.role, a),
                written("medcom:UserOccupation", user.occupation, a),
                written("medcom:UserAuthorizationCode", user.authorisation, a),
                "</saml:AttributeStatement>",
            )
        )
    issued = zulu(card.issued or card.not_before)
    text = (
        f'<saml:Assertion xmlns:saml="{SAML}" IssueInstant="{issued}" Version="2.0" id="{CARD_ID}">'
        f"<saml:Issuer>{escape(card.issuer)}</saml:Issuer>"
        f'<saml:Subject><saml:NameID Format="{escape_attribute(card.name_format)}">'
        f"{escape(card.name_id)}</saml:NameID><saml:SubjectConfirmation>"
        f"<saml:ConfirmationMethod>{HOLDER_OF_KEY}</saml:ConfirmationMethod>"
        f'<saml:SubjectConfirmationData><ds:KeyInfo xmlns:ds="{DS}">'
        f"<ds:KeyName>{SIGNATURE_ID}</ds:KeyName></ds:KeyInfo></saml:SubjectConfirmationData>"
        "</saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{zulu(card.not_before)}" NotOnOrAfter="{zulu(card.not_on_or_after)}"/>'
        '<saml:AttributeStatement id="IDCardData">'
        + written("sosi:IDCardID", card.id, a)
        + written("sosi:IDCardVersion", VERSION, a)
        + written("sosi:IDCardType", card.type, a)
        + written("sosi:AuthenticationLevel", str(card.level), a)
        + written("sosi:OCESCertHash", card.certificate_hash, a)
        + "</saml:AttributeStatement>"
        + of_user
        + '<saml:AttributeStatement id="SystemLog">'
        + written("medcom:ITSystemName", card.system, a)
        + written("medcom:CareProviderID", card.provider, a, card.provider_format)
        + written("medcom:CareProviderName", card.provider_name, a)
        + "</saml:AttributeStatement>"
    )
    return text.encode() + signature + b"</saml:Assertion>"


def write_security(created: datetime, assertion: bytes) -> bytes:
    """The header ``wsse:Security`` with a card."""
    start = (
        f'<wsse:Security xmlns:wsse="{WSSE}"><wsu:Timestamp xmlns:wsu="{WSU}">'
        f"<wsu:Created>{zulu(created)}</wsu:Created></wsu:Timestamp>"
    )
    return start.encode() + assertion + b"</wsse:Security>"
