"""SAML 2.0 assertions of the login brokers and token services: who, from whom, for whom, until when.

Bearer assertions end a person's login; holder-of-key assertions (bootstrap tokens, system tokens) name the
certificate of the only one who may use them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from lxml import etree

from mocks.errors import BadInput
from mocks.runtime import COPENHAGEN
from mocks.standards.dgws.fields import text_of, zulu
from mocks.standards.safe_xml import escape, escape_attribute

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
ASSERTION = f"{{{SAML}}}Assertion"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
HOLDER_OF_KEY = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"
_BASIC = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
_PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
#: A person has some roles, not thousands.
MAX_ATTRIBUTES = 200


class BadAssertion(BadInput):
    """What should be an assertion is none. The text names fields and no values."""


class Assertion(msgspec.Struct, frozen=True, kw_only=True):
    """``subject`` is the NameID; ``holder`` the base64 of the certificate that may use it, empty for a bearer.

    ``attributes``: name -> value; of several values the first.
    """

    id: str
    issuer: str
    subject: str
    audience: str
    issued: datetime
    not_before: datetime
    not_on_or_after: datetime
    attributes: Mapping[str, str]
    holder: str = ""

    def holds(self, at: datetime) -> bool:
        """Whether it is valid at that moment."""
        return self.not_before <= at < self.not_on_or_after


def read(element: etree._Element) -> Assertion:
    """The assertion; its signature is not looked at. Errors: ``BadAssertion``."""
    if element.tag != ASSERTION:
        raise BadAssertion("this is no saml:Assertion")
    space = f"{{{SAML}}}"
    conditions = element.find(f"{space}Conditions")
    if conditions is None:
        raise BadAssertion("the assertion has no saml:Conditions")
    confirmation = element.find(f"{space}Subject/{space}SubjectConfirmation")
    method = "" if confirmation is None else confirmation.get("Method", "")
    holder = ""
    if method == HOLDER_OF_KEY:
        assert confirmation is not None
        found = confirmation.find(
            f"{space}SubjectConfirmationData/{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate"
        )
        holder = "".join(text_of(found).split())
        if not holder:
            raise BadAssertion("the assertion names no certificate of its holder")
    elif method != BEARER:
        raise BadAssertion("the assertion is neither a bearer's nor a key holder's")
    return Assertion(
        id=_required(element.get("ID"), "an ID"),
        issuer=_required(text_of(element.find(f"{space}Issuer")), "an Issuer"),
        subject=_required(text_of(element.find(f"{space}Subject/{space}NameID")), "a NameID"),
        audience=text_of(conditions.find(f"{space}AudienceRestriction/{space}Audience")),
        issued=_moment(element, "IssueInstant"),
        not_before=_moment(conditions, "NotBefore"),
        not_on_or_after=_moment(conditions, "NotOnOrAfter"),
        attributes=_attributes(element),
        holder=holder,
    )


def _attributes(element: etree._Element) -> dict[str, str]:
    space = f"{{{SAML}}}"
    found: dict[str, str] = {}
    for attribute in element.findall(f"{space}AttributeStatement/{space}Attribute"):
        name = attribute.get("Name", "")
        if name in found or len(found) == MAX_ATTRIBUTES:
            raise BadAssertion("an attribute stands there twice, or there are too many")
        found[name] = text_of(attribute.find(f"{space}AttributeValue"))
    return found


def _required(value: str | None, what: str) -> str:
    if not value:
        raise BadAssertion(f"the assertion has not {what}")
    return value


def _moment(element: etree._Element, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(element.get(name, ""))
    except ValueError:
        raise BadAssertion(f"{name} of the assertion is no moment") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=COPENHAGEN)


def write(assertion: Assertion, signature: bytes = b"") -> bytes:
    """The assertion as XML; ``signature`` is what stands in the signature's place, after the issuer."""
    if assertion.holder:
        confirmation = (
            f'<saml:SubjectConfirmation Method="{HOLDER_OF_KEY}"><saml:SubjectConfirmationData>'
            f'<ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data><ds:X509Certificate>{assertion.holder}'
            "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
            "</saml:SubjectConfirmationData></saml:SubjectConfirmation>"
        )
    else:
        confirmation = (
            f'<saml:SubjectConfirmation Method="{BEARER}"><saml:SubjectConfirmationData '
            f'NotOnOrAfter="{zulu(assertion.not_on_or_after)}" '
            f'Recipient="{escape_attribute(assertion.audience)}"/></saml:SubjectConfirmation>'
        )
    attributes = "".join(
        f'<saml:Attribute Name="{escape_attribute(name)}" NameFormat="{_BASIC}">'
        f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue></saml:Attribute>"
        for name, value in assertion.attributes.items()
    )
    statement = f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement>" if attributes else ""
    issued = zulu(assertion.issued)
    start = (
        f'<saml:Assertion xmlns:saml="{SAML}" ID="{escape_attribute(assertion.id)}" '
        f'IssueInstant="{issued}" Version="2.0"><saml:Issuer>{escape(assertion.issuer)}</saml:Issuer>'
    )
    rest = (
        f'<saml:Subject><saml:NameID Format="{_PERSISTENT}">{escape(assertion.subject)}</saml:NameID>'
        f"{confirmation}</saml:Subject>"
        f'<saml:Conditions NotBefore="{zulu(assertion.not_before)}" '
        f'NotOnOrAfter="{zulu(assertion.not_on_or_after)}"><saml:AudienceRestriction>'
        f"<saml:Audience>{escape(assertion.audience)}</saml:Audience></saml:AudienceRestriction>"
        f'</saml:Conditions><saml:AuthnStatement AuthnInstant="{issued}" '
        f'SessionNotOnOrAfter="{zulu(assertion.not_on_or_after)}"><saml:AuthnContext>'
        "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
        "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
        f"{statement}</saml:Assertion>"
    )
    return start.encode() + signature + rest.encode()
