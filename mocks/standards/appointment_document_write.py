"""Writing an appointment document (DK-APD 2.0.1): strict, in the order of the CDA schema."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from mocks.errors import BadInput
from mocks.identifiers import check_cpr
from mocks.runtime import COPENHAGEN
from mocks.standards.appointment_document_records import (
    Address,
    AppointmentDocument,
    Episode,
    Organisation,
    Patient,
    PersonName,
    Reason,
    Telecom,
)
from mocks.standards.profiles import apd
from mocks.standards.safe_xml import escape, escape_attribute

_DIGITS = re.compile("[0-9]{11,20}")
_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<ClinicalDocument xmlns="{apd.NAMESPACE}" classCode="DOCCLIN"'
    f' moodCode="EVN"><realmCode code="DK"/><typeId root="{apd.MODEL}" extension="{apd.MODEL_EXTENSION}"/>'
    f'<templateId root="{apd.DOCUMENT_TEMPLATE}" extension="{apd.TEMPLATE_DATE}"/>'
)
_AFTER_ID = (
    f'<code code="{apd.DOCUMENT_CODE}" codeSystem="{apd.LOINC}" codeSystemName="LOINC"'
    f' displayName="{apd.DOCUMENT_NAME}"/>'
)
_CONFIDENTIAL = (
    f'<confidentialityCode code="N" codeSystem="{apd.CONFIDENTIALITY}"/><languageCode code="da-DK"/>'
)
_PROFILE = (
    '<documentationOf typeCode="DOC"><serviceEvent classCode="MPROT" moodCode="EVN">'
    f'<templateId root="{apd.PROFILE_TEMPLATE}"/><id root="{apd.PROFILE_VERSIONS}"'
    f' extension="{apd.PROFILE_VERSION}" assigningAuthorityName="MedCom"/></serviceEvent></documentationOf>'
)
_SECTION = (
    '<component><structuredBody><component><section classCode="DOCSECT" moodCode="EVN">'
    f'<templateId root="{apd.SECTION_TEMPLATE}" extension="{apd.TEMPLATE_DATE}"/>'
    f'<code code="{apd.SECTION_CODE}" codeSystem="{apd.LOINC}" codeSystemName="LOINC"/>'
    f"<title>{apd.SECTION_TITLE}</title>"
)
_ENCOUNTER = (
    '<entry><encounter classCode="ENC" moodCode="APT">'
    f'<templateId root="{apd.ENCOUNTER_TEMPLATE}" extension="{apd.TEMPLATE_DATE}"/>'
)
_TAIL = "</encounter></entry></section></component></structuredBody></component></ClinicalDocument>"


def write(document: AppointmentDocument) -> bytes:
    """The document in UTF-8, by the profile 2.0.1. ``BadInput`` for what the profile does not allow."""
    if document.version != apd.VERSION:
        raise BadInput(f"{document.version[:20]!r} is not written: give version {apd.VERSION}")
    if document.kind is None:
        raise BadInput("an appointment of 2.0.1 has a kind: give one")
    if document.status not in apd.STATUSES:
        raise BadInput(f"status {document.status[:20]!r} is unknown: use one of {', '.join(apd.STATUSES)}")
    if document.end is not None and _aware(document.end) < _aware(document.start):
        raise BadInput("the appointment ends before it starts: give a later end, or none")
    patient = document.patient
    if wrong := check_cpr(patient.cpr):
        raise BadInput(f"the patient's CPR number: {wrong}")
    period = _period(document.start, document.end)
    requester = (
        "" if document.requester is None else _author(document.requester, document.authored, requests=True)
    )
    return "".join(
        (
            _HEAD,
            _medcom_id("id", document.id, "the document"),
            _AFTER_ID,
            f"<title>{apd.TITLE} {patient.cpr}</title>",
            f'<effectiveTime value="{moment(document.made)}"/>',
            _CONFIDENTIAL,
            _patient(patient),
            _author(document.responsible, document.authored),
            requester,
            _custodian(document.custodian),
            '<documentationOf typeCode="DOC"><serviceEvent classCode="MPROT" moodCode="EVN">'
            f'<templateId root="{apd.TIME_TEMPLATE}"/>{period}</serviceEvent></documentationOf>',
            _PROFILE,
            "" if document.episode is None else _episode(document.episode),
            _SECTION,
            _text(document),
            _ENCOUNTER,
            _medcom_id("id", document.appointment, "the appointment"),
            f'<code code="{document.kind}" codeSystem="{apd.MESSAGE_CODES}"'
            ' codeSystemName="MedCom Message Codes"/>',
            f'<statusCode code="{document.status}"/>{period}',
            _performer(document.performer),
            "" if document.place is None else _place(document.place),
            "" if document.reason is None else _reason(document.reason),
            _preconditions(document),
            _TAIL,
        )
    ).encode("utf-8")


def moment(value: datetime) -> str:
    """A point in time as CDA has it: Danish local time and its offset, ``20221001100000+0200``."""
    return _aware(value).astimezone(COPENHAGEN).strftime("%Y%m%d%H%M%S%z")


def _aware(value: datetime) -> datetime:
    return value.replace(tzinfo=COPENHAGEN) if value.tzinfo is None else value


def _period(start: datetime, end: datetime | None) -> str:
    high = '<high nullFlavor="NI"/>' if end is None else f'<high value="{moment(end)}"/>'
    return f'<effectiveTime><low value="{moment(start)}"/>{high}</effectiveTime>'


def _filled(value: str, what: str) -> str:
    if not value.strip():
        raise BadInput(f"{what} is empty: give one")
    return value


def _medcom_id(element: str, value: str, what: str) -> str:
    extension = escape_attribute(_filled(value, f"the id of {what}"))
    return f'<{element} root="{apd.CDA}" extension="{extension}" assigningAuthorityName="MedCom"/>'


def _sor(value: str, who: str) -> str:
    # Official examples have ids with a wrong check digit, so only the form is asked for.
    if not _DIGITS.fullmatch(value):
        raise BadInput(f"the SOR id of {who} is {value[:24]!r}: give at least eleven digits")
    return f'<id root="{apd.SOR}" extension="{value}" assigningAuthorityName="SOR"/>'


def _addr(address: Address | None, use: str = "") -> str:
    if address is None:
        return '<addr nullFlavor="NI"/>'
    use = address.use or use
    used = f' use="{escape_attribute(use)}"' if use else ""
    lines = "".join(f"<streetAddressLine>{escape(line)}</streetAddressLine>" for line in address.lines)
    rest = _elements(("postalCode", address.post_code), ("city", address.city), ("country", address.country))
    return f"<addr{used}>{lines}{rest}</addr>"


def _elements(*named: tuple[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in named if value)


def _telecom(telecoms: Iterable[Telecom]) -> str:
    written = "".join(
        f'<telecom{_use(each.use)} value="{escape_attribute(_filled(each.value, "a telecom"))}"/>'
        for each in telecoms
    )
    return written or '<telecom nullFlavor="NI"/>'


def _use(use: str) -> str:
    return f' use="{escape_attribute(use)}"' if use else ""


def _name(name: PersonName) -> str:
    prefix = _elements(("prefix", name.prefix))
    given = _elements(*(("given", each) for each in name.given))
    return f"<name>{prefix}{given}{_elements(('family', name.family))}</name>"


def _person(person: PersonName | None, element: str = "assignedPerson") -> str:
    if person is None:
        return ""
    return f'<{element} classCode="PSN" determinerCode="INSTANCE">{_name(person)}</{element}>'


def _patient(patient: Patient) -> str:
    if patient.sex not in apd.GENDERS:
        raise BadInput(f"sex {patient.sex[:10]!r} is unknown: use one of {', '.join(apd.GENDERS)}")
    if not patient.name.family.strip() or not any(given.strip() for given in patient.name.given):
        raise BadInput("the patient has a given name and a family name: give both")
    birth = (
        '<birthTime nullFlavor="NI"/>'
        if patient.birth_date is None
        else f'<birthTime value="{patient.birth_date:%Y%m%d}"/>'
    )
    provider = patient.provider
    organisation = (
        ""
        if provider is None
        else f"<providerOrganization>{_whole(provider, 'the patient’s provider')}</providerOrganization>"
    )
    return (
        '<recordTarget typeCode="RCT" contextControlCode="OP"><patientRole classCode="PAT">'
        f'<id root="{apd.CPR}" extension="{patient.cpr}" assigningAuthorityName="CPR"/>'
        f"{_addr(patient.address, 'H')}{_telecom(patient.telecoms)}"
        f'<patient classCode="PSN" determinerCode="INSTANCE">{_name(patient.name)}'
        f'<administrativeGenderCode code="{patient.sex}" codeSystem="{apd.GENDER}"/>{birth}</patient>'
        f"{organisation}</patientRole></recordTarget>"
    )


def _whole(organisation: Organisation, who: str) -> str:
    """A unit with all that CDA's Organization has: id, name, telecom, addr."""
    return (
        f"{_sor(organisation.sor, who)}<name>{escape(_filled(organisation.name, f'the name of {who}'))}</name>"
        f"{_telecom(organisation.telecoms)}{_addr(organisation.address)}"
    )


def _author(organisation: Organisation, since: datetime, *, requests: bool = False) -> str:
    who = "the requester" if requests else "the responsible unit"
    code = (
        f'<code code="{apd.RESPONSIBLE_PARTY}" codeSystem="{apd.PARTICIPATION}"'
        ' codeSystemName="ParticipationType (HL7) Code System" displayName="responsible party"/>'
        if requests
        else ""
    )
    return (
        f'<author typeCode="AUT" contextControlCode="OP"><time value="{moment(since)}"/>'
        f'<assignedAuthor classCode="ASSIGNED">{_sor(organisation.sor, who)}{code}'
        f"{_addr(organisation.address)}{_telecom(organisation.telecoms)}{_person(organisation.person)}"
        f"{_represented(organisation, who)}</assignedAuthor></author>"
    )


def _represented(organisation: Organisation, who: str) -> str:
    name = escape(_filled(organisation.name, f"the name of {who}"))
    return (
        '<representedOrganization classCode="ORG" determinerCode="INSTANCE">'
        f"<name>{name}</name></representedOrganization>"
    )


def _custodian(organisation: Organisation) -> str:
    if organisation.person is not None:
        raise BadInput("the custodian is a unit: leave its person out")
    if len(organisation.telecoms) > 1:
        raise BadInput("the custodian has one telecom: keep the one that is answered")
    return (
        '<custodian typeCode="CST"><assignedCustodian classCode="ASSIGNED">'
        '<representedCustodianOrganization classCode="ORG" determinerCode="INSTANCE">'
        f"{_whole(organisation, 'the custodian')}"
        "</representedCustodianOrganization></assignedCustodian></custodian>"
    )


def _episode(episode: Episode) -> str:
    ids = "".join(
        f'<id root="{escape_attribute(root)}" extension="{escape_attribute(extension)}"/>'
        for root, extension in episode.ids
    )
    name = f' displayName="{escape_attribute(episode.name)}"' if episode.name else ""
    code = escape_attribute(_filled(episode.code, "the code of the episode of care"))
    return (
        '<documentationOf typeCode="DOC"><serviceEvent classCode="MPROT" moodCode="EVN">'
        f'<templateId root="{apd.EPISODE_TEMPLATE}"/>{ids}'
        f'<code code="{code}" codeSystem="{apd.SKS}"'
        f' codeSystemName="Sundhedsvæsenets Klassifikations System"{name}/></serviceEvent></documentationOf>'
    )


def _performer(organisation: Organisation) -> str:
    return (
        '<performer typeCode="PRF"><assignedEntity classCode="ASSIGNED">'
        f"{_sor(organisation.sor, 'the performer')}{_addr(organisation.address)}"
        f"{_telecom(organisation.telecoms)}{_person(organisation.person)}"
        f"{_represented(organisation, 'the performer')}</assignedEntity></performer>"
    )


def _place(organisation: Organisation) -> str:
    if organisation.person is not None:
        raise BadInput("the meeting place is no person: leave its person out")
    name = escape(_filled(organisation.name, "the name of the meeting place"))
    return (
        '<participant typeCode="LOC"><participantRole classCode="SDLOC">'
        f'<templateId root="{apd.PLACE_TEMPLATE}" extension="{apd.TEMPLATE_DATE}"/>'
        f"{_sor(organisation.sor, 'the meeting place') if organisation.sor else ''}{_addr(organisation.address)}"
        f'{_telecom(organisation.telecoms)}<playingEntity classCode="PLC"><name>{name}</name></playingEntity>'
        "</participantRole></participant>"
    )


def _reason(reason: Reason) -> str:
    text = _filled(reason.text, "the text of the reason")
    if reason.code:
        name = ' codeSystemName="SNOMED CT"' if reason.system == apd.SNOMED else ""
        code = (
            f'<code code="{escape_attribute(reason.code)}" codeSystem="{escape_attribute(reason.system)}"'
            f'{name} displayName="{escape_attribute(text)}"/>'
        )
    else:
        code = f'<code nullFlavor="OTH"><originalText>{escape(text)}</originalText></code>'
    return (
        '<entryRelationship typeCode="RSON"><observation classCode="OBS" moodCode="EVN">'
        f"{code}</observation></entryRelationship>"
    )


def _preconditions(document: AppointmentDocument) -> str:
    written = ""
    if document.indicative:
        written += (
            f'<precondition><templateId root="{apd.INDICATIVE_TEMPLATE}" extension="{apd.TEMPLATE_DATE}"/>'
            f'<criterion><code code="{apd.INDICATIVE}" codeSystem="{apd.MESSAGE_CODES}"'
            ' codeSystemName="MedCom Message Codes"/><text>Tidspunktet er vejledende</text></criterion>'
            "</precondition>"
        )
    if document.series is not None:
        value = _medcom_id("value", document.series, "the series")[:-2]
        written += (
            f'<precondition><templateId root="{apd.SERIES_TEMPLATE}" extension="{apd.TEMPLATE_DATE}"/>'
            f'<criterion><code code="{apd.SERIES}" codeSystem="{apd.MESSAGE_CODES}"'
            f' codeSystemName="MedCom Message Codes"/>{value} xmlns:xsi="{apd.XSI}" xsi:type="II"/>'
            "</criterion></precondition>"
        )
    return written


def _text(document: AppointmentDocument) -> str:
    """What a person reads, should a system show the document as it is."""
    start = _aware(document.start).astimezone(COPENHAGEN)
    end = None if document.end is None else _aware(document.end).astimezone(COPENHAGEN)
    until = (
        "" if end is None else f" - {end:%H:%M}" if end.date() == start.date() else f" - {end:%Y-%m-%d %H:%M}"
    )
    place = document.place
    rows = (
        ("Dato", f"{start:%Y-%m-%d}"),
        ("Tidspunkt", f"{start:%H:%M}{until}"),
        ("Vejledende tidspunkt", "Ja" if document.indicative else "Nej"),
        ("Udføres af", _in_words(document.performer)),
        ("Mødested", "" if place is None else _in_words(place)),
        ("Vedrører", "" if document.reason is None else document.reason.text),
    )
    body = "".join(f"<tr><th>{name}</th><td>{escape(value)}</td></tr>" for name, value in rows if value)
    return f"<text><table><tbody>{body}</tbody></table></text>"


def _in_words(organisation: Organisation) -> str:
    address = organisation.address
    where = () if address is None else (*address.lines, f"{address.post_code} {address.city}".strip())
    return ", ".join(part for part in (organisation.name, *where) if part)
