"""The profiles of Acknowledgement 2.0: the answer of the receiving application to a FHIR message.

The tables follow MedCom's compiled profile 2.0.3 (messaging 2.1.0, core 2.0.1). Two things that the
profile leaves open and the standard means are rules of ours: the event code, and which of the two steps
tells of what. MedCom also publishes an *empty message* with the examples of this standard; it is
checked by the generic profile of MedCom messages.
"""

from __future__ import annotations

from typing import Any, Final

from mocks.standards.profiles import codes
from mocks.standards.profiles.acknowledgement_rules import INVARIANTS, empty_step
from mocks.standards.profiles.fhir_datatypes import RESOURCE, is_coding, organisation_rows
from mocks.standards.profiles.fhir_engine import compile_profile
from mocks.standards.profiles.fhir_kinds import BINDING, row_rules
from mocks.standards.profiles.fhir_message import (
    MessageRules,
    endpoints,
    has_provenance,
    header_rows,
    organisation_identifiers,
    same_clock,
)
from mocks.standards.profiles.fhir_rows import Check, Row, ValueRule
from mocks.standards.rule import Rule

_SOURCE = "medcom-messaging-acknowledgement 2.0.3"


def _event(code: str | None) -> tuple[Row, ...]:
    return (
        Row("eventCoding", "1..1", "Coding"),
        # 0..1, but a code without its system is not of the list that the required binding names
        Row("eventCoding.system", "1..1", "uri", fixed=codes.EVENT_SYSTEM),
        Row("eventCoding.code", "1..1", "code", fixed=code, codes=codes.EVENTS),
    )


_HEADER = (
    *header_rows(_event("acknowledgement-message")),
    Row("response", "1..1"),
    Row("response.identifier", "1..1", "id"),
    Row("response.code", "1..1", "code", codes=codes.RESPONSE_CODES),
    Row("response.details", "0..1", "Reference", targets=("OperationOutcome",)),
    Row("definition", "0..1", "canonical"),
)


_PROVENANCE = (
    *RESOURCE,
    Row("target", "1..1", "Reference"),
    Row("target.reference", "1..1", "string"),
    Row("occurredDateTime", "1..1", "dateTime"),
    Row("occurredPeriod", "0..0"),
    Row("recorded", "1..1", "instant"),
    Row("activity", "1..1", "CodeableConcept"),
    Row("activity.coding", "1..*", "Coding"),
    Row("activity.coding.system", "1..1", "uri", codes={codes.ACTIVITY_SYSTEM}),
    Row("activity.coding.code", "1..1", "code", codes=codes.ACTIVITIES),
    Row("agent", "1..*"),
    Row("agent.who", "1..1", "Reference", targets=("Organization",)),
    Row("entity", "0..*"),
    Row("entity.role", "1..1", "code", codes=codes.PROVENANCE_ROLES),
    Row("entity.what", "1..1", "Reference"),
)


def _detail_wrong(value: Any) -> str | None:
    if is_coding(value, codes.ISSUE_DETAILS):
        return None
    return f"{str(value.get('code'))[:60]!r} is not in MedCom's list of issue details"


_OUTCOME = (
    *RESOURCE,
    Row("issue", "1..*"),
    Row("issue.severity", "1..1", "code", codes=codes.ISSUE_SEVERITIES),
    Row("issue.code", "1..1", "code", codes=codes.ISSUE_TYPES),
    Row("issue.details", "0..1", "CodeableConcept"),
    Row(
        "issue.details.coding",
        "0..*",
        "Coding",
        tests=(
            ValueRule(
                BINDING.id,
                _detail_wrong,
                "use a listed code, or put your own words into details.text",
                "medcom-acknowledgement-operationoutcome 2.0.3",
            ),
        ),
    ),
    Row("issue.details.text", "0..1", "string"),
)

_PROFILES: dict[str, tuple[str, tuple[Row, ...]]] = {
    "medcom-messaging-acknowledgementHeader 2.0.3": ("MessageHeader", _HEADER),
    "medcom-messaging-messageHeader 2.1.0": ("MessageHeader", header_rows(_event(None))),
    "medcom-messaging-provenance 2.1.0": ("Provenance", _PROVENANCE),
    "medcom-acknowledgement-operationoutcome 2.0.3": ("OperationOutcome", _OUTCOME),
    "medcom-core-organization 2.0.1": ("Organization", organisation_rows("0..1", "1..*")),
    "medcom-messaging-organization 2.1.0": ("Organization", organisation_rows("1..1", "2..*")),
}
_CHECKS: dict[str, Check] = {
    profile: compile_profile(resource, rows, profile) for profile, (resource, rows) in _PROFILES.items()
}
_PROVENANCE_AND_CORE = {
    "Provenance": _CHECKS["medcom-messaging-provenance 2.1.0"],
    "Organization": _CHECKS["medcom-core-organization 2.0.1"],
}
_TRANSPORT = _CHECKS["medcom-messaging-organization 2.1.0"]

ACKNOWLEDGEMENT_RULES: Final = MessageRules(
    source=_SOURCE,
    resources={
        "MessageHeader": _CHECKS["medcom-messaging-acknowledgementHeader 2.0.3"],
        "OperationOutcome": _CHECKS["medcom-acknowledgement-operationoutcome 2.0.3"],
        **_PROVENANCE_AND_CORE,
    },
    transport=_TRANSPORT,
    invariants=(has_provenance, organisation_identifiers, *INVARIANTS, endpoints),
)

#: The generic profile of MedCom messages, for the empty message.
MESSAGING_RULES: Final = MessageRules(
    source="medcom-messaging-message 2.1.0",
    resources={
        "MessageHeader": _CHECKS["medcom-messaging-messageHeader 2.1.0"],
        **_PROVENANCE_AND_CORE,
    },
    transport=_TRANSPORT,
    invariants=(has_provenance, organisation_identifiers, empty_step, same_clock, endpoints),
)

RULES: Final[tuple[Rule, ...]] = (*row_rules((profile, rows) for profile, (_, rows) in _PROFILES.items()),)
