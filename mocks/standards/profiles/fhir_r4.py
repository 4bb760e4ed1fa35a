"""FHIR R4 itself, as far as MedCom's messages draw on it: data types, resources, code lists of required bindings.

One line an element: name, cardinality, type, and the value set of a required binding; ``name[x]`` has one of
several types. Both our own profiles and the stand-ins for missing packages are made of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from mocks.standards.profiles import codes


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: FHIR R4's data types: name, cardinality, type, and the value set of a required binding.
DATA_TYPES: Final = {
    "Coding": "system 0..1 uri, version 0..1 string, code 0..1 code, display 0..1 string, "
    "userSelected 0..1 boolean",
    "CodeableConcept": "coding 0..* Coding, text 0..1 string",
    "Identifier": "use 0..1 code identifier-use, type 0..1 CodeableConcept, system 0..1 uri, "
    "value 0..1 string, period 0..1 Period, assigner 0..1 Reference",
    "Reference": "reference 0..1 string, type 0..1 uri, identifier 0..1 Identifier, display 0..1 string",
    "HumanName": "use 0..1 code name-use, text 0..1 string, family 0..1 string, given 0..* string, "
    "prefix 0..* string, suffix 0..* string, period 0..1 Period",
    "ContactPoint": "system 0..1 code contact-point-system, value 0..1 string, "
    "use 0..1 code contact-point-use, rank 0..1 positiveInt, period 0..1 Period",
    "Address": "use 0..1 code address-use, type 0..1 code address-type, text 0..1 string, line 0..* string, "
    "city 0..1 string, district 0..1 string, state 0..1 string, postalCode 0..1 string, "
    "country 0..1 string, period 0..1 Period",
    "Period": "start 0..1 dateTime, end 0..1 dateTime",
    "Attachment": "contentType 0..1 code, language 0..1 code, data 0..1 base64Binary, url 0..1 url, "
    "size 0..1 unsignedInt, hash 0..1 base64Binary, title 0..1 string, creation 0..1 dateTime",
    "Annotation": "author[x] 0..1 Reference|string, time 0..1 dateTime, text 1..1 markdown",
    "Quantity": "value 0..1 decimal, comparator 0..1 code quantity-comparator, unit 0..1 string, "
    "system 0..1 uri, code 0..1 code",
    "Range": "low 0..1 Quantity, high 0..1 Quantity",
    "Ratio": "numerator 0..1 Quantity, denominator 0..1 Quantity",
    "SampledData": "origin 1..1 Quantity, period 1..1 decimal, factor 0..1 decimal, lowerLimit 0..1 decimal, "
    "upperLimit 0..1 decimal, dimensions 1..1 positiveInt, data 0..1 string",
    "Signature": "type 1..* Coding, when 1..1 instant, who 1..1 Reference, onBehalfOf 0..1 Reference, "
    "targetFormat 0..1 code, sigFormat 0..1 code, data 0..1 base64Binary",
    "Narrative": "status 1..1 code narrative-status, div 1..1 xhtml",
    "Meta": "versionId 0..1 id, lastUpdated 0..1 instant, source 0..1 uri, profile 0..* canonical, "
    "security 0..* Coding, tag 0..* Coding",
    "ContactDetail": "name 0..1 string, telecom 0..* ContactPoint",
    "UsageContext": "code 1..1 Coding, value[x] 1..1 CodeableConcept|Quantity|Range|Reference",
    "Money": "value 0..1 decimal, currency 0..1 code",
    "Extension": "url 1..1 uri, value[x] 0..1 *",
}
#: The resources of MedCom's messages, in the same notation; ``-`` is an element with elements of its own.
RESOURCES: Final = {
    "MessageHeader": "event[x] 1..1 Coding|uri, destination 0..* -, destination.name 0..1 string, "
    "destination.target 0..1 Reference, destination.endpoint 1..1 url, destination.receiver 0..1 Reference, "
    "sender 0..1 Reference, enterer 0..1 Reference, author 0..1 Reference, source 1..1 -, "
    "source.name 0..1 string, source.software 0..1 string, source.version 0..1 string, "
    "source.contact 0..1 ContactPoint, source.endpoint 1..1 url, responsible 0..1 Reference, "
    "reason 0..1 CodeableConcept, response 0..1 -, response.identifier 1..1 id, "
    "response.code 1..1 code response-code, response.details 0..1 Reference, focus 0..* Reference, "
    "definition 0..1 canonical",
    "Communication": "identifier 0..* Identifier, instantiatesCanonical 0..* canonical, "
    "instantiatesUri 0..* uri, basedOn 0..* Reference, partOf 0..* Reference, inResponseTo 0..* Reference, "
    "status 1..1 code event-status, statusReason 0..1 CodeableConcept, category 0..* CodeableConcept, "
    "priority 0..1 code, medium 0..* CodeableConcept, subject 0..1 Reference, topic 0..1 CodeableConcept, "
    "about 0..* Reference, encounter 0..1 Reference, sent 0..1 dateTime, received 0..1 dateTime, "
    "recipient 0..* Reference, sender 0..1 Reference, reasonCode 0..* CodeableConcept, "
    "reasonReference 0..* Reference, payload 0..* -, payload.content[x] 1..1 string|Attachment|Reference, "
    "note 0..* Annotation",
    "Provenance": "target 1..* Reference, occurred[x] 0..1 Period|dateTime, recorded 1..1 instant, "
    "policy 0..* uri, location 0..1 Reference, reason 0..* CodeableConcept, activity 0..1 CodeableConcept, "
    "agent 1..* -, agent.type 0..1 CodeableConcept, agent.role 0..* CodeableConcept, agent.who 1..1 Reference, "
    "agent.onBehalfOf 0..1 Reference, entity 0..* -, entity.role 1..1 code provenance-entity-role, "
    "entity.what 1..1 Reference, entity.agent 0..* -, signature 0..* Signature",
    "Patient": "identifier 0..* Identifier, active 0..1 boolean, name 0..* HumanName, telecom 0..* ContactPoint, "
    "gender 0..1 code administrative-gender, birthDate 0..1 date, deceased[x] 0..1 boolean|dateTime, "
    "address 0..* Address, maritalStatus 0..1 CodeableConcept, multipleBirth[x] 0..1 boolean|integer, "
    "photo 0..* Attachment, contact 0..* -, contact.relationship 0..* CodeableConcept, "
    "contact.name 0..1 HumanName, contact.telecom 0..* ContactPoint, contact.address 0..1 Address, "
    "contact.gender 0..1 code administrative-gender, contact.organization 0..1 Reference, "
    "contact.period 0..1 Period, communication 0..* -, communication.language 1..1 CodeableConcept, "
    "communication.preferred 0..1 boolean, generalPractitioner 0..* Reference, "
    "managingOrganization 0..1 Reference, link 0..* -, link.other 1..1 Reference, link.type 1..1 code link-type",
    "Practitioner": "identifier 0..* Identifier, active 0..1 boolean, name 0..* HumanName, "
    "telecom 0..* ContactPoint, address 0..* Address, gender 0..1 code administrative-gender, "
    "birthDate 0..1 date, photo 0..* Attachment, qualification 0..* -, "
    "qualification.identifier 0..* Identifier, qualification.code 1..1 CodeableConcept, "
    "qualification.period 0..1 Period, qualification.issuer 0..1 Reference, communication 0..* CodeableConcept",
    "PractitionerRole": "identifier 0..* Identifier, active 0..1 boolean, period 0..1 Period, "
    "practitioner 0..1 Reference, organization 0..1 Reference, code 0..* CodeableConcept, "
    "specialty 0..* CodeableConcept, location 0..* Reference, healthcareService 0..* Reference, "
    "telecom 0..* ContactPoint, availableTime 0..* -, availableTime.daysOfWeek 0..* code days-of-week, "
    "availableTime.allDay 0..1 boolean, availableTime.availableStartTime 0..1 time, "
    "availableTime.availableEndTime 0..1 time, notAvailable 0..* -, notAvailable.description 1..1 string, "
    "notAvailable.during 0..1 Period, availabilityExceptions 0..1 string, endpoint 0..* Reference",
    "Organization": "identifier 0..* Identifier, active 0..1 boolean, type 0..* CodeableConcept, "
    "name 0..1 string, alias 0..* string, telecom 0..* ContactPoint, address 0..* Address, "
    "partOf 0..1 Reference, contact 0..* -, contact.purpose 0..1 CodeableConcept, contact.name 0..1 HumanName, "
    "contact.telecom 0..* ContactPoint, contact.address 0..1 Address, endpoint 0..* Reference",
    "CareTeam": "identifier 0..* Identifier, status 0..1 code care-team-status, category 0..* CodeableConcept, "
    "name 0..1 string, subject 0..1 Reference, encounter 0..1 Reference, period 0..1 Period, "
    "participant 0..* -, participant.role 0..* CodeableConcept, participant.member 0..1 Reference, "
    "participant.onBehalfOf 0..1 Reference, participant.period 0..1 Period, reasonCode 0..* CodeableConcept, "
    "reasonReference 0..* Reference, managingOrganization 0..* Reference, telecom 0..* ContactPoint, "
    "note 0..* Annotation",
    "Encounter": "identifier 0..* Identifier, status 1..1 code encounter-status, statusHistory 0..* -, "
    "statusHistory.status 1..1 code encounter-status, statusHistory.period 1..1 Period, class 1..1 Coding, "
    "classHistory 0..* -, classHistory.class 1..1 Coding, classHistory.period 1..1 Period, "
    "type 0..* CodeableConcept, serviceType 0..1 CodeableConcept, priority 0..1 CodeableConcept, "
    "subject 0..1 Reference, episodeOfCare 0..* Reference, basedOn 0..* Reference, participant 0..* -, "
    "participant.type 0..* CodeableConcept, participant.period 0..1 Period, "
    "participant.individual 0..1 Reference, appointment 0..* Reference, period 0..1 Period, "
    "length 0..1 Duration, reasonCode 0..* CodeableConcept, reasonReference 0..* Reference, diagnosis 0..* -, "
    "diagnosis.condition 1..1 Reference, diagnosis.use 0..1 CodeableConcept, diagnosis.rank 0..1 positiveInt, "
    "account 0..* Reference, hospitalization 0..1 -, hospitalization.preAdmissionIdentifier 0..1 Identifier, "
    "hospitalization.origin 0..1 Reference, hospitalization.admitSource 0..1 CodeableConcept, "
    "hospitalization.reAdmission 0..1 CodeableConcept, hospitalization.dietPreference 0..* CodeableConcept, "
    "hospitalization.specialCourtesy 0..* CodeableConcept, "
    "hospitalization.specialArrangement 0..* CodeableConcept, hospitalization.destination 0..1 Reference, "
    "hospitalization.dischargeDisposition 0..1 CodeableConcept, location 0..* -, "
    "location.location 1..1 Reference, location.status 0..1 code encounter-location-status, "
    "location.physicalType 0..1 CodeableConcept, location.period 0..1 Period, serviceProvider 0..1 Reference, "
    "partOf 0..1 Reference",
    "OperationOutcome": "issue 1..* -, issue.severity 1..1 code issue-severity, issue.code 1..1 code issue-type, "
    "issue.details 0..1 CodeableConcept, issue.diagnostics 0..1 string, issue.location 0..* string, "
    "issue.expression 0..* string",
}
#: What every resource has, besides its id, meta and narrative.
EVERY: Final = (
    "id 0..1 id, meta 0..1 Meta, implicitRules 0..1 uri, language 0..1 code, text 0..1 Narrative, "
    "extension 0..* Extension, modifierExtension 0..* Extension"
)
#: Value sets of FHIR R4 that required bindings name, as codes.
VALUE_SETS: Final[Mapping[str, Iterable[str]]] = {
    "identifier-use": codes.IDENTIFIER_USES,
    "name-use": codes.NAME_USES,
    "contact-point-system": codes.CONTACT_SYSTEMS,
    "contact-point-use": codes.CONTACT_USES,
    "narrative-status": codes.NARRATIVE_STATUS,
    "encounter-status": codes.ENCOUNTER_STATUS,
    "provenance-entity-role": codes.PROVENANCE_ROLES,
    "response-code": codes.RESPONSE_CODES,
    "issue-severity": codes.ISSUE_SEVERITIES,
    "issue-type": codes.ISSUE_TYPES,
    "address-use": _words("home work temp old billing"),
    "address-type": _words("postal physical both"),
    "administrative-gender": _words("male female other unknown"),
    "quantity-comparator": frozenset(("<", "<=", ">=", ">")),
    "bundle-type": _words(
        """document message transaction transaction-response batch batch-response history searchset
    collection"""
    ),
    "event-status": _words(
        """preparation in-progress not-done on-hold stopped completed entered-in-error unknown"""
    ),
    "link-type": _words("replaced-by replaces refer seealso"),
    "days-of-week": _words("mon tue wed thu fri sat sun"),
    "care-team-status": _words("proposed active suspended inactive entered-in-error"),
    "encounter-location-status": _words("planned active reserved completed"),
    "search-entry-mode": _words("match include outcome"),
    "http-verb": _words("GET HEAD POST PUT DELETE PATCH"),
    "publication-status": _words("draft active retired unknown"),
}
