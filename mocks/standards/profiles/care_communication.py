"""The profiles of CareCommunication (korrespondancemeddelelsen in FHIR), versions 5.0 and 4.0.

The tables follow MedCom's compiled profiles 5.0.2 and 4.0.3 with the corrections of 5.0.3 (the address
of the definition) and 5.0.4 (rule 15). ``rules_for`` gives the rules of a version.
"""

from __future__ import annotations

import re
from typing import Any

from mocks.standards.profiles import codes
from mocks.standards.profiles.care_communication_rules import INVARIANTS_4, INVARIANTS_5
from mocks.standards.profiles.fhir_datatypes import (
    CARE_TEAM,
    ENCOUNTER,
    PATIENT,
    PRACTITIONER,
    PRACTITIONER_ROLE,
    RESOURCE,
    by_url,
    organisation_rows,
    payload_rows,
)
from mocks.standards.profiles.fhir_engine import compile_profile
from mocks.standards.profiles.fhir_kinds import row_rules
from mocks.standards.profiles.fhir_message import MessageRules, header_rows
from mocks.standards.profiles.fhir_rows import Row, Slicing, value_rule
from mocks.standards.profiles.fhir_values import UUID_V4
from mocks.standards.rule import Rule
from mocks.standards.topics import DEFINITION

_DEFINITION_5 = re.compile(re.escape(codes.CC_DEFINITION_5) + r"\|5\.[0-9]{1,2}")


def _definition_wrong(value: str) -> str | None:
    if _DEFINITION_5.fullmatch(value):
        return None
    return f"definition is {value[:160]!r}"


_DEFINITION = Rule(
    id="medcom-carecommunication-definition-url",
    statement="MessageHeader.definition is the address of CareCommunication's definition, |5. and a number.",
    source="medcom-careCommunication-messageHeader 5.0.3",
    mend=f"send {codes.CC_DEFINITION_5}|5.0",
    readings=DEFINITION.readings({"5.0.2": None}),
    example=f"{codes.CC_DEFINITION_5}|5.0",
)
#: As compiled in 5.0.2, where the bar is not escaped: either side of it is enough.
_COMPILED = re.compile(f"^{re.escape(codes.CC_DEFINITION_5)}|5[.][0-9]{{1,2}}$")
_DEFINITION_RULE = value_rule(
    _DEFINITION, _definition_wrong, lambda value: _COMPILED.search(value) is not None
)


def _header(definition: Row) -> tuple[Row, ...]:
    event = (
        Row("eventCoding", "1..1", "Coding"),
        Row("eventCoding.system", "1..1", "uri", fixed=codes.EVENT_SYSTEM),
        Row("eventCoding.code", "1..1", "code", fixed="care-communication-message"),
    )
    return (
        *header_rows(event),
        Row("focus", "1..1", "Reference", targets=("Communication",)),
        definition,
    )


def _content(payload: Any) -> str | None:
    if "contentString" in payload:
        return "string"
    return "attachment" if "contentAttachment" in payload else None


def _communication(version: str) -> tuple[Row, ...]:
    five = version == "5.0"
    return (
        *RESOURCE,
        Row("extension", "0..*", "Extension", slicing=by_url({codes.SENDER_EXTENSION: "sender"})),
        Row("extension:sender", "0..1", "Extension"),
        Row("extension:sender.valueReference", "0..1", "Reference", targets=("PractitionerRole", "CareTeam")),
        Row("identifier", "1..1", "Identifier"),
        Row("identifier.value", "1..1", "string", tests=(UUID_V4,)),
        Row("status", "1..1", "code", fixed="unknown"),
        Row("category", "1..1", "CodeableConcept"),
        # the required binding asks for a coding in 4.0 too, though its cardinality there is 0..*
        Row("category.coding", "1..1" if five else "1..*", "Coding"),
        Row("category.coding.system", "1..1", "uri", codes={codes.CATEGORY_SYSTEM}),
        Row(
            "category.coding.code",
            "1..1",
            "code",
            codes=codes.CATEGORIES_5 if five else codes.CATEGORIES_4,
        ),
        Row("priority", "0..1", "code", codes=codes.PRIORITIES),
        Row("subject", "1..1", "Reference", targets=("Patient",)),
        Row("topic", "0..1", "CodeableConcept"),
        Row("topic.text", "1..1", "string"),
        Row("encounter", "0..1", "Reference", targets=("Encounter",)),
        Row(
            "recipient",
            "0..1" if five else "0..*",
            "Reference",
            targets=("PractitionerRole", "CareTeam"),
        ),
        Row("payload", "1..*", slicing=Slicing(_content, "the type of its content")),
        Row("payload.content[x]", "1..1"),
        Row("payload:string", "1..*"),
        *payload_rows("payload:string", "1..1"),
        Row("payload:string.contentString", "1..1", "string"),
        Row("payload:attachment", "0..*"),
        *payload_rows("payload:attachment", "0..1"),
        Row("payload:attachment.contentAttachment", "1..1"),
        Row("payload:attachment.contentAttachment.contentType", "0..1", "code", codes=codes.MIME_TYPES),
        Row("payload:attachment.contentAttachment.data", "0..1", "base64Binary"),
        Row("payload:attachment.contentAttachment.url", "0..1", "url"),
        Row("payload:attachment.contentAttachment.title", "1..1", "string"),
        Row("payload:attachment.contentAttachment.creation", "0..1", "dateTime"),
        Row("payload:attachment.contentAttachment.size", "0..1", "unsignedInt"),
        Row("payload:attachment.contentAttachment.hash", "0..1", "base64Binary"),
    )


def _role(entity: Any) -> str | None:
    role = entity.get("role")
    return {"revision": "preceedingMessage", "source": "payload"}.get(role) if type(role) is str else None


def _provenance(version: str) -> tuple[Row, ...]:
    five = version == "5.0"
    return (
        *RESOURCE,
        Row("target", "1..1", "Reference"),
        Row("target.reference", "1..1", "string"),
        Row("occurredDateTime", "1..1", "dateTime"),
        Row("occurredPeriod", "0..0"),
        Row("recorded", "1..1", "instant"),
        Row("activity", "1..1", "CodeableConcept"),
        Row("activity.coding", "1..1" if five else "1..*", "Coding"),
        # 0..1 in 4.0, but a code without its system is not of the list that the required binding names
        Row("activity.coding.system", "1..1", "uri", codes={codes.ACTIVITY_SYSTEM}),
        Row("activity.coding.code", "1..1", "code", codes=codes.CC_ACTIVITIES.keys()),
        Row("agent", "1..*"),
        Row("agent.who", "1..1", "Reference", targets=("Organization",)),
        Row("entity", "1..*", slicing=Slicing(_role, "its role", closed=True)),
        Row("entity.role", "1..1", "code", codes=codes.PROVENANCE_ROLES),
        Row("entity.what", "1..1", "Reference"),
        Row("entity:preceedingMessage", "0..1"),
        Row("entity:payload", "1..*"),
        Row("entity:payload.what", "1..1", "Reference"),
        Row("entity:payload.what.identifier", "1..1", "Identifier"),
        Row("entity:payload.what.identifier.value", "1..1", "string"),
    )


_ROWS: dict[str, tuple[Row, ...]] = {}


def _rules(version: str, package: str, core: str, messaging: str) -> MessageRules:
    five = version == "5.0"
    definition = (
        Row("definition", "1..1", "canonical", tests=(_DEFINITION_RULE,))
        if five
        else Row("definition", "1..1", "canonical", fixed=codes.CC_DEFINITION_4)
    )

    def profile(name: str, resource: str, rows: tuple[Row, ...]) -> Any:
        _ROWS[name] = rows
        return compile_profile(resource, rows, name)

    cc = "medcom-careCommunication"
    return MessageRules(
        source=f"{cc}-message {package}",
        resources={
            "MessageHeader": profile(f"{cc}-messageHeader {package}", "MessageHeader", _header(definition)),
            "Communication": profile(
                f"{cc}-communication {package}", "Communication", _communication(version)
            ),
            "Provenance": profile(f"{cc}-provenance {package}", "Provenance", _provenance(version)),
            "Patient": profile(f"medcom-core-patient {core}", "Patient", PATIENT),
            "Practitioner": profile(f"medcom-core-practitioner {core}", "Practitioner", PRACTITIONER),
            "PractitionerRole": profile(
                f"medcom-core-practitionerrole {core}", "PractitionerRole", PRACTITIONER_ROLE
            ),
            "CareTeam": profile(f"medcom-core-careteam {core}", "CareTeam", CARE_TEAM),
            "Encounter": profile(f"medcom-core-encounter {core}", "Encounter", ENCOUNTER),
            "Organization": profile(
                f"medcom-core-organization {core}", "Organization", organisation_rows("0..1", "1..*")
            ),
        },
        transport=profile(
            f"medcom-messaging-organization {messaging}", "Organization", organisation_rows("1..1", "2..*")
        ),
        invariants=INVARIANTS_5 if five else INVARIANTS_4,
    )


_RULES = {
    "5.0": _rules("5.0", "5.0.2", "3.0.1", "4.0.2"),
    "4.0.0": _rules("4.0.0", "4.0.3", "2.4.0", "2.2.2"),
}

RULES: tuple[Rule, ...] = (_DEFINITION, *row_rules(_ROWS.items()))


def version_of(definition: object) -> str:
    """The version that ``MessageHeader.definition`` says; the newest where it says none that we know."""
    return "4.0.0" if definition == codes.CC_DEFINITION_4 else "5.0"


def rules_for(version: str) -> MessageRules:
    """The rules of ``"5.0"`` or ``"4.0.0"``."""
    return _RULES[version]
