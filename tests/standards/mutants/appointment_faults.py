"""Single faults in an appointment document (DK-APD 2.0.1), at least one for each of our rules."""

# ruff: noqa: E501 - a row of a table of faults stays one row

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from tests.standards.mutants.mutant import Meant, Mutant
from tests.standards.mutants.xml_edits import (
    Edit,
    add,
    attribute,
    both,
    drop,
    edited,
    find,
    put,
    rename,
    repeat,
)

_ROLE = "recordTarget/patientRole"
_PATIENT = f"{_ROLE}/patient"
_SECTION = "component/structuredBody/component/section"
_ENCOUNTER = f"{_SECTION}/entry/encounter"
_ENTITY = f"{_ENCOUNTER}/performer/assignedEntity"
_PLACE = f"{_ENCOUNTER}/participant/participantRole"
_CUSTODIAN = "custodian/assignedCustodian/representedCustodianOrganization"
_TIME, _PROFILE, _EPISODE = (f"documentationOf[{number}]/serviceEvent" for number in (1, 2, 3))
_AUTHOR = (
    "<author><time value='20250901091100+0200'/><assignedAuthor>"
    "<id root='1.2.208.176.1.1' extension='900000011000016008'/></assignedAuthor></author>"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """``rule`` is ours, without ``APD/``. ``official``: MedCom's schematron finds the fault as well."""

    rule: str
    name: str
    edit: Edit
    official: bool = False
    lenient: bool = False


def _insert(path: str, xml: str) -> Edit:
    """A further element in ``path``, at its end."""

    def edit(root: etree._Element) -> None:
        parent = find(root, path)
        space = etree.QName(parent).namespace
        parent.append(etree.fromstring(f'<x xmlns="{space}">{xml}</x>')[0])

    return edit


HEADER: tuple[Fault, ...] = (
    Fault("ClinicalDocument/realmCode", "the realm is another", attribute("realmCode", "code", "SE")),
    Fault("ClinicalDocument/typeId", "the model of HL7 is missing", drop("typeId")),
    Fault("ClinicalDocument/templateId", "the template is of another date", attribute("templateId", "extension", "2017-03-10")),
    Fault("ClinicalDocument/templateId", "the template stands twice", repeat("templateId")),
    Fault("ClinicalDocument/id", "the document has no identifier", drop("id")),
    Fault("ClinicalDocument/id", "the identifier has no extension", attribute("id", "extension", "")),
    Fault("ClinicalDocument/code", "the type is that of a summary", attribute("code", "code", "56446-8")),
    Fault("ClinicalDocument/title", "the title is missing", drop("title")),
    Fault("ClinicalDocument/effectiveTime", "the time of the version stands twice", repeat("effectiveTime")),
    Fault("ClinicalDocument/effectiveTime-value", "the time of the version has no offset", attribute("effectiveTime", "value", "20250901091105")),
    Fault("ClinicalDocument/effectiveTime-value", "the version is of the 31st of September", attribute("effectiveTime", "value", "20250931091105+0200")),
    Fault("ClinicalDocument/confidentialityCode", "the document is very restricted", attribute("confidentialityCode", "code", "V")),
    Fault("ClinicalDocument/languageCode", "the document is in English", attribute("languageCode", "code", "en-US")),
    Fault("ClinicalDocument/recordTarget", "there are two patients", repeat("recordTarget")),
    Fault("patientRole/id", "the patient's number is of another register", attribute(f"{_ROLE}/id", "root", "1.2.208.176.1.6.1.1")),
    Fault("patientRole/cpr", "the CPR number has a hyphen", attribute(f"{_ROLE}/id", "extension", "251248-9996")),
    Fault("patientRole/cpr", "the CPR number is of no date", attribute(f"{_ROLE}/id", "extension", "9912489996")),
    Fault("patientRole/addr", "the patient's address is missing", drop(f"{_ROLE}/addr")),
    Fault("patientRole/telecom", "the patient's telephones are missing", both(drop(f"{_ROLE}/telecom"), drop(f"{_ROLE}/telecom"))),
    Fault("patient/name", "the patient has no family name", drop(f"{_PATIENT}/name/family")),
    Fault("patient/administrativeGenderCode", "the sex is a word", attribute(f"{_PATIENT}/administrativeGenderCode", "code", "Kvinde")),
    Fault("patient/birthTime", "the day of birth is missing", drop(f"{_PATIENT}/birthTime")),
    Fault("patient/birthTime-cpr", "the day of birth is another than that of the number", attribute(f"{_PATIENT}/birthTime", "value", "19481224"), lenient=True),
    Fault("patient/birthTime-value", "the day of birth is no date", attribute(f"{_PATIENT}/birthTime", "value", "19489999")),
    Fault("author/time-value", "the author's time is a word", attribute("author/time", "value", "i går")),
    Fault("documentationOf/serviceEvent", "nothing is documented", drop(_PROFILE)),
    Fault("ClinicalDocument/recordTarget", "nobody is the patient", drop(_PATIENT)),
    Fault("patientRole/providerOrganization", "the patient's own unit is missing", drop(f"{_ROLE}/providerOrganization"), lenient=True),
    Fault("ClinicalDocument/title-patient", "the title names another patient", put("title", "Aftale for 2509479989")),
    Fault("ClinicalDocument/title-patient", "the title begins otherwise", put("title", "Tid for 2512489996")),
    Fault("ClinicalDocument/id-cpr", "the identifier holds the CPR number", attribute("id", "extension", "2512489996.1.7"), lenient=True),
    Fault("ClinicalDocument/author", "nobody is responsible", drop("author")),
    Fault("ClinicalDocument/author", "two units are responsible", repeat("author")),
    Fault("ClinicalDocument/author-requester", "two units asked for it", repeat("author[2]")),
    Fault("author/time", "the author has no time", drop("author/time")),
    Fault("author/assignedAuthor", "the author is two units", repeat("author/assignedAuthor")),
    Fault("assignedAuthor/id", "the author has no SOR id", drop("author/assignedAuthor/id")),
    Fault("assignedAuthor/addr", "the author has no address", drop("author/assignedAuthor/addr")),
    Fault("assignedAuthor/telecom", "the author has no telephone", drop("author/assignedAuthor/telecom")),
    Fault("assignedAuthor/representedOrganization", "the author's unit has no name", drop("author/assignedAuthor/representedOrganization/name")),
    Fault("ClinicalDocument/custodian", "nobody keeps the document", drop("custodian")),
    Fault("custodian/id", "the custodian's number is of another register", attribute(f"{_CUSTODIAN}/id", "root", "1.3.88")),
    Fault("custodian/name", "the custodian has no name", drop(f"{_CUSTODIAN}/name")),
    Fault("custodian/telecom", "the custodian has two telephones", repeat(f"{_CUSTODIAN}/telecom")),
    Fault("custodian/addr", "the custodian has no address", drop(f"{_CUSTODIAN}/addr")),
    Fault("sor-id", "a SOR id has a wrong check digit", attribute(f"{_CUSTODIAN}/id", "extension", "191901000016999"), lenient=True),
    Fault("documentationOf/time", "the time of the appointment is missing", drop("documentationOf[1]")),
    Fault("documentationOf/time", "the time of the appointment stands twice", repeat("documentationOf[1]")),
    Fault("serviceEvent/effectiveTime", "the time is no period", rename(f"{_TIME}/effectiveTime", "time")),
    Fault("serviceEvent/effectiveTime-period", "the time in the header ends before it starts", attribute(f"{_TIME}/effectiveTime/high", "value", "20251026003000+0200")),
    Fault("documentationOf/profile", "the profile is not named", drop("documentationOf[2]")),
    Fault("serviceEvent/id", "the profile is of another version", attribute(f"{_PROFILE}/id", "extension", "apd-v2.0")),
    Fault("documentationOf/episode", "there are two courses of care", repeat("documentationOf[3]")),
    Fault("serviceEvent/code", "the course of care has no code", drop(f"{_EPISODE}/code")),
)  # fmt: skip

BODY: tuple[Fault, ...] = (
    Fault("structuredBody/component", "there are two sections", repeat("component/structuredBody/component")),
    Fault("section/templateId", "the section's template is of another date", attribute(f"{_SECTION}/templateId", "extension", "2017-03-10")),
    Fault("section/code", "the section has another code", attribute(f"{_SECTION}/code", "code", "18776-4"), official=True),
    Fault("section/code", "the section's code does not name LOINC", attribute(f"{_SECTION}/code", "codeSystemName", None), official=True),
    Fault("section/title", "the section's title is missing", drop(f"{_SECTION}/title"), official=True),
    Fault("section/text", "nothing is said in words", drop(f"{_SECTION}/text"), official=True),
    Fault("section/id", "the section has two identifiers", both(add(_SECTION, "id"), add(_SECTION, "id")), official=True),
    Fault("section/languageCode", "the section is in two languages", both(add(_SECTION, "languageCode"), add(_SECTION, "languageCode")), official=True),
    Fault("section/entry", "there are two appointments", repeat(f"{_SECTION}/entry"), official=True),
    Fault("section/entry", "the appointment is of no template", drop(f"{_ENCOUNTER}/templateId"), official=True),
    Fault("encounter/classCode", "the appointment is an act", attribute(_ENCOUNTER, "classCode", "ACT"), official=True),
    Fault("encounter/moodCode", "the appointment has happened", attribute(_ENCOUNTER, "moodCode", "EVN"), official=True),
    Fault("encounter/templateId", "the appointment's template stands twice", repeat(f"{_ENCOUNTER}/templateId"), official=True),
    Fault("encounter/id", "the appointment has no identifier", drop(f"{_ENCOUNTER}/id"), official=True),
    Fault("encounter/id", "the appointment has two identifiers", repeat(f"{_ENCOUNTER}/id"), official=True),
    Fault("encounter/code", "the appointment is of an unknown kind", attribute(f"{_ENCOUNTER}/code", "code", "StateAppointment"), official=True),
    Fault("encounter/code", "the kind is of another code system", attribute(f"{_ENCOUNTER}/code", "codeSystem", "1.2.208.184.100.2"), official=True),
    Fault("encounter/code-system-name", "the kind does not name its code system", attribute(f"{_ENCOUNTER}/code", "codeSystemName", None), official=True),
    Fault("code-system", "a code system is a word", attribute(f"{_ENCOUNTER}/entryRelationship/observation/code", "codeSystem", "SNOMED")),
    Fault("encounter/statusCode", "the status is a word of ours", attribute(f"{_ENCOUNTER}/statusCode", "code", "booked"), official=True),
    Fault("encounter/effectiveTime", "the appointment has no time", drop(f"{_ENCOUNTER}/effectiveTime"), official=True),
    Fault("encounter/effectiveTime-period", "the appointment has no start", drop(f"{_ENCOUNTER}/effectiveTime/low"), official=True),
    Fault("encounter/effectiveTime-period", "the appointment has no end, and does not say so", drop(f"{_ENCOUNTER}/effectiveTime/high"), official=True),
    Fault("encounter/effectiveTime-period", "the start is a word", attribute(f"{_ENCOUNTER}/effectiveTime/low", "value", "i morgen"), official=True),
    Fault("encounter/effectiveTime-period", "the start has no offset", attribute(f"{_ENCOUNTER}/effectiveTime/low", "value", "20251026013000")),
    Fault("encounter/effectiveTime-period", "the appointment ends before it starts", attribute(f"{_ENCOUNTER}/effectiveTime/high", "value", "20251026003000+0200")),
    Fault("encounter/effectiveTime-header", "the header has another start", attribute(f"{_TIME}/effectiveTime/low", "value", "20251026014500+0200")),
    Fault("encounter/text", "the appointment has two texts", both(add(_ENCOUNTER, "text"), add(_ENCOUNTER, "text")), official=True),
    Fault("encounter/performer", "nobody holds the appointment", drop(f"{_ENCOUNTER}/performer"), official=True),
    Fault("encounter/performer", "two units hold the appointment", repeat(f"{_ENCOUNTER}/performer"), official=True),
    Fault("performer/assignedEntity", "the performer is two units", repeat(_ENTITY), official=True),
    Fault("performer/id", "the performer has no identifier", drop(f"{_ENTITY}/id"), official=True),
    Fault("performer/id", "the performer has no SOR id", attribute(f"{_ENTITY}/id", "root", "1.3.88")),
    Fault("performer/time", "the performer has two times", both(add(f"{_ENCOUNTER}/performer", "time"), add(f"{_ENCOUNTER}/performer", "time")), official=True),
    Fault("performer/modeCode", "the performer has two modes", both(add(f"{_ENCOUNTER}/performer", "modeCode"), add(f"{_ENCOUNTER}/performer", "modeCode"))),
    Fault("assignedEntity/code", "the performer has two codes", both(add(_ENTITY, "code"), add(_ENTITY, "code")), official=True),
    Fault("assignedEntity/assignedPerson", "the performer is two persons", both(add(_ENTITY, "assignedPerson"), add(_ENTITY, "assignedPerson")), official=True),
    Fault("assignedEntity/representedOrganization", "the performer's unit has no name", drop(f"{_ENTITY}/representedOrganization/name")),
    Fault("assignedEntity/representedOrganization", "the performer has two units", repeat(f"{_ENTITY}/representedOrganization"), official=True),
    Fault("encounter/author", "the appointment has two authors", both(_insert(_ENCOUNTER, _AUTHOR), _insert(_ENCOUNTER, _AUTHOR)), official=True),
    Fault("encounter/author/time", "the appointment's author has no time", both(_insert(_ENCOUNTER, _AUTHOR), drop(f"{_ENCOUNTER}/author/time")), official=True),
    Fault("encounter/author/assignedAuthor", "the appointment's author is two units", both(_insert(_ENCOUNTER, _AUTHOR), repeat(f"{_ENCOUNTER}/author/assignedAuthor")), official=True),
    Fault("participant/typeCode", "a participant does not say its part", attribute(f"{_ENCOUNTER}/participant", "typeCode", None)),
    Fault("encounter/participant", "there are two meeting places", repeat(f"{_ENCOUNTER}/participant")),
    Fault("participant/participantRole", "the meeting place has two roles", repeat(_PLACE), official=True),
    Fault("participantRole/templateId", "the meeting place has no template", drop(f"{_PLACE}/templateId")),
    Fault("participantRole/playingEntity", "the meeting place has no name", drop(f"{_PLACE}/playingEntity/name")),
    Fault("participantRole/playingEntity", "the meeting place is two", repeat(f"{_PLACE}/playingEntity"), official=True),
    Fault("participantRole/code", "the meeting place has two codes", both(add(_PLACE, "code"), add(_PLACE, "code")), official=True),
    Fault("participantRole/scopingEntity", "the meeting place belongs to two", both(add(_PLACE, "scopingEntity"), add(_PLACE, "scopingEntity")), official=True),
    Fault("entryRelationship/typeCode", "what is related does not say how", attribute(f"{_ENCOUNTER}/entryRelationship", "typeCode", None)),
    Fault("observation/code", "the reason has no words", attribute(f"{_ENCOUNTER}/entryRelationship/observation/code", "displayName", None)),
    Fault("observation/code", "the reason has two codes", repeat(f"{_ENCOUNTER}/entryRelationship/observation/code"), official=True),
    Fault("observation/classCode", "the reason is no observation", attribute(f"{_ENCOUNTER}/entryRelationship/observation", "classCode", None), official=True),
    Fault("observation/moodCode", "the reason is only planned", attribute(f"{_ENCOUNTER}/entryRelationship/observation", "moodCode", "INT"), official=True),
    Fault("precondition/criterion-once", "a precondition has two criteria", repeat(f"{_ENCOUNTER}/precondition/criterion"), official=True),
    Fault("criterion/code", "a criterion has two codes", repeat(f"{_ENCOUNTER}/precondition/criterion/code"), official=True),
    Fault("criterion/text", "a criterion has two texts", repeat(f"{_ENCOUNTER}/precondition/criterion/text"), official=True),
    Fault("precondition/criterion", "a precondition has an unknown code", attribute(f"{_ENCOUNTER}/precondition/criterion/code", "code", "Maybe"), lenient=True),
    Fault("criterion/value", "the series has no identifier", drop(f"{_ENCOUNTER}/precondition[2]/criterion/value")),
    Fault("section/classCode", "the section is of another class", attribute(_SECTION, "classCode", "ACT"), official=True),
    Fault("section/classCode", "the performer is of another class", attribute(_ENTITY, "classCode", "PAT"), official=True),
    Fault("section/classCode", "the meeting place is of another class", attribute(_PLACE, "classCode", "SPEC"), official=True),
    Fault("section/moodCode", "the section is only planned", attribute(_SECTION, "moodCode", "INT"), official=True),
    Fault("section/determinerCode", "the performer's unit is a kind of unit", attribute(f"{_ENTITY}/representedOrganization", "determinerCode", "KIND")),
    Fault("section/typeCode", "the performer does something else", attribute(f"{_ENCOUNTER}/performer", "typeCode", "DIST"), official=True),
    Fault("section/contextControlCode", "the meeting place hands its context on otherwise", attribute(f"{_ENCOUNTER}/participant", "contextControlCode", "AN"), official=True),
    Fault("section/contextConductionInd", "the entry hands no context on", attribute(f"{_SECTION}/entry", "contextConductionInd", "false"), official=True),
)  # fmt: skip
FAULTS = (*HEADER, *BODY)


def appointment_mutants() -> Iterator[Mutant]:
    """All mutants of appointment documents."""
    for fault in FAULTS:
        meant = Meant(rule=re.escape(f"APD/{fault.rule}"), lenient=fault.lenient)
        yield Mutant(fault.name, "APD", "APD", edited(fault.edit), meant)
    yield Mutant(
        "the document is of another namespace",
        "APD",
        "APD",
        lambda raw: raw.replace(b'"urn:hl7-org:v3"', b'"urn:hl7-org:v2"'),
        Meant(rule="APD/namespace"),
    )
