"""The profiles of Acknowledgement 2.0: the answer of the receiving application to a FHIR message.

The tables follow MedCom's compiled profile 2.0.3 (messaging 2.1.0, core 2.0.1). Two things that the
profile leaves open and the standard means are rules of ours: the event code, and which of the two steps
tells of what. MedCom also publishes an *empty message* with the examples of this standard; it is
checked by the generic profile of MedCom messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mocks.standards.findings import Severity
from mocks.standards.profiles import codes
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_datatypes import RESOURCE, is_coding, organisation_rows
from mocks.standards.profiles.fhir_engine import compile_profile
from mocks.standards.profiles.fhir_kinds import BINDING, row_rules
from mocks.standards.profiles.fhir_message import (
    MessageRules,
    endpoints,
    has_provenance,
    header_rows,
    organisation_identifiers,
)
from mocks.standards.profiles.fhir_message_rules import PROVENANCE_TARGET, TIME_ZONE
from mocks.standards.profiles.fhir_rows import Check, Note, Row, ValueRule, broken
from mocks.standards.rule import Rule
from mocks.standards.topics import EXAMPLES

_SOURCE = "medcom-messaging-acknowledgement 2.0.3"
_GOVERNANCE = "MedCom governance for Acknowledgement"

OUTCOME = Rule(
    id="medcom-acknowledgement-1",
    statement="Any answer but ok comes with an OperationOutcome that says why.",
    source="medcom-messaging-acknowledgement",
    mend="bundle an OperationOutcome with one issue for each fault",
)
ONE_HEADER = Rule(
    id="medcom-acknowledgement-2",
    statement="An acknowledgement holds one MessageHeader, and that is an acknowledgement's.",
    source="medcom-messaging-acknowledgement",
    mend="bundle exactly one MessageHeader",
)
TWO_STEPS = Rule(
    id="tvaers-acknowledgement-provenance",
    statement="An acknowledgement tells of two steps: the last one of the message, and the acknowledging.",
    source=_GOVERNANCE,
    mend="bundle the latest Provenance of the acknowledged message, and that of the acknowledgement",
)
ACTIVITY = Rule(
    id="tvaers-acknowledgement-activity",
    statement="The step that tells of the acknowledging has the activity acknowledgement.",
    source=_GOVERNANCE,
    mend="send the activity acknowledgement",
)
REVISION = Rule(
    id="tvaers-acknowledgement-revision",
    statement="The header's response and the acknowledging step name the same message.",
    source=_GOVERNANCE,
    mend="name the acknowledged MessageHeader in both places",
    # official examples name one message in the response and another here
    readings=EXAMPLES.readings({"as-published": Severity.WARNING}),
)
EMPTY_MESSAGE = Rule(
    id="tvaers-empty-message",
    statement="An empty message is checked as a MedCom message; it acknowledges nothing.",
    source="medcom-messaging-message 2.1.0",
    severity=Severity.INFORMATION,
)


def _event(code: str | None) -> tuple[Row, ...]:
    return (
        Row("eventCoding", "1..1", "Coding"),
        Row("eventCoding.system", "0..1", "uri", fixed=codes.EVENT_SYSTEM),
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
    Row("activity.coding.system", "0..1", "uri", codes={codes.ACTIVITY_SYSTEM}),
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

# Rules over several elements -------------------------------------------------------------------------


def outcome_of_errors(context: Context) -> Iterator[Note]:
    """medcom-acknowledgement-1: any answer but ok comes with an OperationOutcome."""
    response = context.first("MessageHeader").get("response") or {}
    if response.get("code") != "ok" and not context.of("OperationOutcome"):
        yield broken(
            OUTCOME, f"the answer is {response.get('code')} and no OperationOutcome says why", "Bundle.entry"
        )


def header_profile(context: Context) -> Iterator[Note]:
    """medcom-acknowledgement-2: there is one MessageHeader, and it is an acknowledgement's."""
    if (count := len(context.of("MessageHeader"))) != 1:
        yield broken(ONE_HEADER, f"the message holds {count} headers", "Bundle.entry")


def two_steps(context: Context) -> Iterator[Note]:
    """Two steps: the last one of the acknowledged message, and the acknowledging itself."""
    steps = context.of("Provenance")
    if len(steps) != 2:
        yield broken(
            TWO_STEPS, f"the acknowledgement holds {len(steps)} Provenance, should be two", "Bundle.entry"
        )
    header = context.first("MessageHeader")
    own = f"MessageHeader/{header.get('id')}"
    mine = [(n, s) for n, s in steps if ((s.get("target") or [{}])[0].get("reference") or "").endswith(own)]
    if not mine and steps:
        yield broken(
            PROVENANCE_TARGET,
            "no Provenance has the MessageHeader as its target",
            f"Bundle.entry[{steps[-1][0]}].resource.target",
            f"add the Provenance of the acknowledgement, with target {own}",
            _GOVERNANCE,
        )
    for number, step in mine:
        codings = (step.get("activity") or {}).get("coding") or [{}]
        if codings[0].get("code") != "acknowledgement":
            yield broken(
                ACTIVITY,
                "the step of the acknowledgement has another activity",
                f"Bundle.entry[{number}].resource.activity",
            )
        yield from _revision(number, step, (header.get("response") or {}).get("identifier"))


def _revision(number: int, step: dict[str, Any], original: Any) -> Iterator[Note]:
    revisions = [
        (entity.get("what") or {}).get("reference") or ""
        for entity in step.get("entity") or ()
        if entity.get("role") == "revision"
    ]
    if not any(reference.endswith(f"/{original}") for reference in revisions):
        yield broken(
            REVISION,
            f"response.identifier is {original}, the Provenance names {', '.join(revisions) or 'none'}",
            f"Bundle.entry[{number}].resource.entity",
            disputed=True,
        )


def time_zones(context: Context) -> Iterator[Note]:
    """The moment of acknowledging has a time of day and a time zone."""
    for number, step in context.of("Provenance"):
        moment = step.get("occurredDateTime")
        if type(moment) is str and len(moment) <= 10:
            yield broken(
                TIME_ZONE,
                f"the moment {moment} has no time of day and no time zone",
                f"Bundle.entry[{number}].resource.occurredDateTime",
                source=_GOVERNANCE,
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
    invariants=(
        has_provenance,
        organisation_identifiers,
        outcome_of_errors,
        header_profile,
        two_steps,
        time_zones,
        endpoints,
    ),
)

#: The generic profile of MedCom messages, for the empty message.
MESSAGING_RULES: Final = MessageRules(
    source="medcom-messaging-message 2.1.0",
    resources={
        "MessageHeader": _CHECKS["medcom-messaging-messageHeader 2.1.0"],
        **_PROVENANCE_AND_CORE,
    },
    transport=_TRANSPORT,
    invariants=(has_provenance, organisation_identifiers, endpoints),
)

RULES: Final[tuple[Rule, ...]] = (
    OUTCOME,
    ONE_HEADER,
    TWO_STEPS,
    ACTIVITY,
    REVISION,
    EMPTY_MESSAGE,
    *row_rules((profile, rows) for profile, (_, rows) in _PROFILES.items()),
)
