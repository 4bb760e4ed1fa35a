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
from mocks.standards.profiles.fhir_message import (
    MessageRules,
    endpoints,
    has_provenance,
    header_rows,
    organisation_identifiers,
)
from mocks.standards.profiles.fhir_rows import Note, Row, ValueRule

_SOURCE = "medcom-messaging-acknowledgement 2.0.3"
_GOVERNANCE = "MedCom governance for Acknowledgement"


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
                "fhir-binding",
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
        yield Note(
            "medcom-acknowledgement-1",
            f"the answer is {response.get('code')} and no OperationOutcome says why",
            "bundle an OperationOutcome with one issue for each fault",
            "Bundle.entry",
        )


def header_profile(context: Context) -> Iterator[Note]:
    """medcom-acknowledgement-2: there is one MessageHeader, and it is an acknowledgement's."""
    if (count := len(context.of("MessageHeader"))) != 1:
        yield Note(
            "medcom-acknowledgement-2",
            f"the message holds {count} headers",
            "bundle exactly one MessageHeader",
            "Bundle.entry",
        )


def two_steps(context: Context) -> Iterator[Note]:
    """Two steps: the last one of the acknowledged message, and the acknowledging itself."""
    steps = context.of("Provenance")
    if len(steps) != 2:
        yield Note(
            "tvaers-acknowledgement-provenance",
            f"the acknowledgement holds {len(steps)} Provenance, should be two",
            "bundle the latest Provenance of the acknowledged message, and that of the acknowledgement",
            "Bundle.entry",
            source=_GOVERNANCE,
        )
    header = context.first("MessageHeader")
    own = f"MessageHeader/{header.get('id')}"
    mine = [(n, s) for n, s in steps if ((s.get("target") or [{}])[0].get("reference") or "").endswith(own)]
    if not mine and steps:
        yield Note(
            "tvaers-provenance-target",
            "no Provenance has the MessageHeader as its target",
            f"add the Provenance of the acknowledgement, with target {own}",
            f"Bundle.entry[{steps[-1][0]}].resource.target",
            source=_GOVERNANCE,
        )
    for number, step in mine:
        codings = (step.get("activity") or {}).get("coding") or [{}]
        if codings[0].get("code") != "acknowledgement":
            yield Note(
                "tvaers-acknowledgement-activity",
                "the step of the acknowledgement has another activity",
                "send the activity acknowledgement",
                f"Bundle.entry[{number}].resource.activity",
                source=_GOVERNANCE,
            )
        yield from _revision(number, step, (header.get("response") or {}).get("identifier"))


def _revision(number: int, step: dict[str, Any], original: Any) -> Iterator[Note]:
    revisions = [
        (entity.get("what") or {}).get("reference") or ""
        for entity in step.get("entity") or ()
        if entity.get("role") == "revision"
    ]
    if not any(reference.endswith(f"/{original}") for reference in revisions):
        # official examples name one message in the response and another here
        yield Note(
            "tvaers-acknowledgement-revision",
            f"response.identifier is {original}, the Provenance names {', '.join(revisions) or 'none'}",
            "name the acknowledged MessageHeader in both places",
            f"Bundle.entry[{number}].resource.entity",
            Severity.WARNING,
            _GOVERNANCE,
        )


def time_zones(context: Context) -> Iterator[Note]:
    """The moment of acknowledging has a time of day and a time zone."""
    for number, step in context.of("Provenance"):
        moment = step.get("occurredDateTime")
        if type(moment) is str and len(moment) <= 10:
            yield Note(
                "tvaers-time-zone",
                f"the moment {moment} has no time of day and no time zone",
                "write it like 2025-09-29T09:00:00+02:00",
                f"Bundle.entry[{number}].resource.occurredDateTime",
                source=_GOVERNANCE,
            )


def _organisations() -> tuple[Any, Any]:
    core = compile_profile(
        "Organization", organisation_rows("0..1", "1..*"), "medcom-core-organization 2.0.1"
    )
    transport = compile_profile(
        "Organization", organisation_rows("1..1", "2..*"), "medcom-messaging-organization 2.1.0"
    )
    return core, transport


_CORE, _TRANSPORT = _organisations()
_STEP = compile_profile("Provenance", _PROVENANCE, "medcom-messaging-provenance 2.1.0")

RULES: Final = MessageRules(
    source=_SOURCE,
    resources={
        "MessageHeader": compile_profile(
            "MessageHeader", _HEADER, "medcom-messaging-acknowledgementHeader 2.0.3"
        ),
        "Provenance": _STEP,
        "OperationOutcome": compile_profile(
            "OperationOutcome", _OUTCOME, "medcom-acknowledgement-operationoutcome 2.0.3"
        ),
        "Organization": _CORE,
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
        "MessageHeader": compile_profile(
            "MessageHeader", header_rows(_event(None)), "medcom-messaging-messageHeader 2.1.0"
        ),
        "Provenance": _STEP,
        "Organization": _CORE,
    },
    transport=_TRANSPORT,
    invariants=(has_provenance, organisation_identifiers, endpoints),
)
