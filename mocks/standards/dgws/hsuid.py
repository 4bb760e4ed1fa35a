"""The HSUID header: on whose behalf a service of the national platform is asked, and about whom.

Names and formats as in version 1.1 (2016/08). The names of formats changed in 2016 (``nsi:sorcode`` became
``nsi:sor``, ``nsi:skscode`` became ``nsi:skskode``); both are read, and the new ones written. Which attributes
are required for which kind of user is partly an assumption: the rules that are public say so much.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from lxml import etree

from mocks.identifiers import check_cpr
from mocks.standards.dgws.fault_codes import DgwsFault, FaultCode
from mocks.standards.dgws.fields import attributes, moment, text_of, written, zulu
from mocks.standards.safe_xml import escape
from mocks.standards.soap.envelope import Envelope

HSUID = "http://www.nsi.dk/hsuid/2016/08/hsuid-1.1.xsd"
HEADER = f"{{{HSUID}}}HsuidHeader"
_STATEMENT = f"{{{HSUID}}}AttributeStatement"
_RENAMED = {"nsi:sorcode": "nsi:sor", "nsi:skscode": "nsi:skskode"}


class UserType(StrEnum):
    """Who asks."""

    CITIZEN = "nsi:Citizen"
    HEALTHCARE_PROFESSIONAL = "nsi:HealthcareProfessional"


class Hsuid(msgspec.Struct, frozen=True, kw_only=True):
    """The header's content. ``citizen`` is whom it is about; ``acting`` the CPR number of who sits there,
    ``responsible`` and ``authorisation`` the health person in charge. ``organisation`` is a number of the
    kind ``organisation_format``. ``override`` is Værdispring. ``relation``: the acting user's to the citizen.
    """

    user_type: UserType
    citizen: str = ""
    acting: str = ""
    organisation: str = ""
    organisation_format: str = "nsi:sor"
    responsible: str = ""
    authorisation: str = ""
    override: bool = False
    system_owner: str = ""
    system: str = ""
    system_version: str = ""
    organisation_responsible: str = ""
    relation: str = ""
    issuer: str = ""
    issued: datetime | None = None


def read(element: etree._Element) -> Hsuid:
    """The header. Errors: ``DgwsFault`` with ``syntax_error``, naming the attribute and not its value."""
    assertion = element.find(f"{{{HSUID}}}Assertion")
    if assertion is None:
        raise _wrong("the HSUID header has no Assertion")
    statements = [child for child in assertion if child.tag == _STATEMENT]
    held = attributes(statements, HSUID, FaultCode.SYNTAX_ERROR)
    said = {name.removeprefix("nsi:"): value for name, (value, _) in held.items()}
    try:
        user_type = UserType(said.get("UserType", ""))
    except ValueError:
        raise _wrong(f"nsi:UserType is none of {', '.join(UserType)}") from None
    professional = user_type is UserType.HEALTHCARE_PROFESSIONAL
    required = ["ActingUserCivilRegistrationNumber", "CitizenCivilRegistrationNumber"]
    required += ["SystemOwnerName", "SystemName", "SystemVersion", "OrgResponsibleName"]
    required += ["OrgUsingID", "ConsentOverride"] if professional else []
    for name in required:
        if not said.get(name):
            raise _wrong(f"the HSUID header has no nsi:{name}")
    for name in (*required[:2], "ResponsibleUserCivilRegistrationNumber"):
        if said.get(name) and check_cpr(said[name]) is not None:
            raise _wrong(f"nsi:{name} is no CPR number")
    override = said.get("ConsentOverride", "false").lower()
    if override not in ("true", "false"):
        raise _wrong("nsi:ConsentOverride is neither true nor false")
    organisation_format = held.get("nsi:OrgUsingID", ("", ""))[1]
    issued = assertion.get("IssueInstant", "")
    return Hsuid(
        user_type=user_type,
        citizen=said["CitizenCivilRegistrationNumber"],
        acting=said["ActingUserCivilRegistrationNumber"],
        organisation=said.get("OrgUsingID", ""),
        organisation_format=_RENAMED.get(organisation_format, organisation_format),
        responsible=said.get("ResponsibleUserCivilRegistrationNumber", ""),
        authorisation=said.get("ResponsibleUserAuthorizationCode", ""),
        override=override == "true",
        system_owner=said["SystemOwnerName"],
        system=said["SystemName"],
        system_version=said["SystemVersion"],
        organisation_responsible=said["OrgResponsibleName"],
        relation=said.get("CitizenUserRelation", ""),
        issuer=text_of(assertion.find(f"{{{HSUID}}}Issuer")),
        issued=moment(issued, "the HSUID header's IssueInstant") if issued else None,
    )


def hsuid_of(envelope: Envelope) -> Hsuid:
    """The one HSUID header of a message. Errors: ``DgwsFault``."""
    found = envelope.headers(HEADER)
    if not found:
        raise DgwsFault(FaultCode.MISSING_REQUIRED_HEADER, "the message has no HSUID header")
    if len(found) > 1:
        raise _wrong("the message has more than one HSUID header")
    return read(found[0])


def _wrong(text: str) -> DgwsFault:
    return DgwsFault(FaultCode.SYNTAX_ERROR, text)


def write(hsuid: Hsuid, issued: datetime) -> bytes:
    """The header as XML, issued at that moment."""
    a = "hsuid:"
    professional = hsuid.user_type is UserType.HEALTHCARE_PROFESSIONAL
    override = ("true" if hsuid.override else "false") if professional else ""
    text = (
        f'<hsuid:HsuidHeader xmlns:hsuid="{HSUID}">'
        f'<hsuid:Assertion IssueInstant="{zulu(issued)}" Version="2.0" id="HSUID">'
        f"<hsuid:Issuer>{escape(hsuid.issuer or hsuid.system)}</hsuid:Issuer>"
        '<hsuid:AttributeStatement id="HSUIDdata">'
        + written("nsi:UserType", hsuid.user_type, a)
        + written("nsi:ActingUserCivilRegistrationNumber", hsuid.acting, a)
        + written("nsi:CitizenCivilRegistrationNumber", hsuid.citizen, a)
        + written("nsi:OrgUsingID", hsuid.organisation, a, hsuid.organisation_format)
        + written("nsi:ResponsibleUserCivilRegistrationNumber", hsuid.responsible, a)
        + written("nsi:ResponsibleUserAuthorizationCode", hsuid.authorisation, a)
        + written("nsi:ConsentOverride", override, a)
        + written("nsi:SystemOwnerName", hsuid.system_owner, a)
        + written("nsi:SystemName", hsuid.system, a)
        + written("nsi:SystemVersion", hsuid.system_version, a)
        + written("nsi:OrgResponsibleName", hsuid.organisation_responsible, a)
        + written("nsi:CitizenUserRelation", hsuid.relation, a)
        + "</hsuid:AttributeStatement></hsuid:Assertion></hsuid:HsuidHeader>"
    )
    return text.encode()
