"""What Acknowledgement 2.0 demands over several elements: its two steps, its reasons, its order in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from mocks.standards import topics
from mocks.standards.findings import Severity
from mocks.standards.profiles.care_communication_thread import moment
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_message import Invariant, same_clock, sor_of
from mocks.standards.profiles.fhir_message_rules import PROVENANCE_TARGET, TIME_ZONE
from mocks.standards.profiles.fhir_rows import Note, broken
from mocks.standards.rule import Rule

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
    readings=topics.EXAMPLES.readings({"as-published": Severity.WARNING}),
)
AGENT = Rule(
    id="tvaers-acknowledgement-agent",
    statement="The agent of the acknowledging step is the organisation that sends the acknowledgement.",
    source=_GOVERNANCE,
    mend="let agent.who be MessageHeader.sender",
    # all official examples name the receiver
    readings=topics.EXAMPLES.readings({"as-published": Severity.WARNING}),
)
ORDER = Rule(
    id="tvaers-acknowledgement-order",
    statement="An acknowledgement is sent after it was made, and after the message that it answers.",
    source=_GOVERNANCE,
    mend="compare the clocks of the system, and the time zones of the moments",
    severity=Severity.WARNING,
)
CONTENTS = Rule(
    id="tvaers-acknowledgement-contents",
    statement="An acknowledgement holds header, steps, organisations and reasons, and nothing of a citizen.",
    source=_GOVERNANCE,
    mend="leave the resource out",
    severity=Severity.WARNING,
)
REASON = Rule(
    id="tvaers-acknowledgement-reason",
    statement="A negative answer gives at least one reason that is an error.",
    source=_GOVERNANCE,
    mend="give the issue the severity error or fatal, and a code that says why",
    severity=Severity.WARNING,
)
OK_ISSUE = Rule(
    id="tvaers-acknowledgement-ok-issue",
    statement="The answer ok comes with no reason that is an error.",
    source=_GOVERNANCE,
    mend="answer fatal-error or transient-error, or give the issue the severity information",
    severity=Severity.WARNING,
)
ANSWER_CODE = Rule(
    id="tvaers-answer-code",
    statement="An invalid message is answered with fatal-error, a fault of the receiver with transient-error.",
    source="MedCom governance for FHIR messaging 040, KR4.R and KR6.R",
    mend="answer fatal-error where the message is at fault, transient-error where sending again may help",
    readings=topics.NEGATIVE_ANSWER.readings({"use-cases-b2": None}),
)
EMPTY_MESSAGE = Rule(
    id="tvaers-empty-message",
    statement="An empty message is checked as a MedCom message; it acknowledges nothing.",
    source="medcom-messaging-message 2.1.0",
    severity=Severity.INFORMATION,
)
RULES: tuple[Rule, ...] = (
    OUTCOME,
    ONE_HEADER,
    TWO_STEPS,
    ACTIVITY,
    REVISION,
    AGENT,
    ORDER,
    CONTENTS,
    OK_ISSUE,
    REASON,
    ANSWER_CODE,
    EMPTY_MESSAGE,
)

_HELD = frozenset({"MessageHeader", "Provenance", "Organization", "OperationOutcome"})
#: Reasons that lie with the message, and those that lie with the receiver; of others the name does not tell.
OF_CONTENT = frozenset(
    {
        "MSG_VALUESET_VALUE_UNKNOWN",
        "MSG_CodeSystem_VALUE_UNKNOWN",
        "MSG_Element_To_Long",
        "MSG_Datatype_Wrong",
        "MSG_BAD_FORMAT",
        "MSG_BAD_SYNTAX",
        "MSG_DATE_FORMAT",
        "MSG_RESOURCE_REQUIRED",
        "MSG_WRONG_NS",
    }
)
OF_RECEIVER = frozenset({"MSG_Mailbox_Out_Of_Operation", "MSG_LOCAL_FAIL"})


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
        said = f"the acknowledgement holds {len(steps)} Provenance, should be two"
        yield broken(TWO_STEPS, said, "Bundle.entry")
    header = context.first("MessageHeader")
    own = f"MessageHeader/{header.get('id')}"
    mine = [(n, s) for n, s in steps if _tells_of(context, n, s, header)]
    if not mine and steps:
        yield broken(
            PROVENANCE_TARGET,
            "no Provenance has the MessageHeader as its target",
            f"Bundle.entry[{steps[-1][0]}].resource.target",
            f"add the Provenance of the acknowledgement, with target {own}",
            _GOVERNANCE,
        )
    original = (header.get("response") or {}).get("identifier")
    latest = max((made for _, s in steps if (made := moment(s.get("recorded")))), default=None)
    for number, step in mine:
        codings = (step.get("activity") or {}).get("coding") or [{}]
        if codings[0].get("code") != "acknowledgement":
            said = "the step of the acknowledgement has another activity"
            yield broken(ACTIVITY, said, f"Bundle.entry[{number}].resource.activity")
        yield from _revision(number, step, original)
        yield from _own(context, number, step, latest)
    for number, step in steps:
        known = _tells_of(context, number, step, header) or _target(step).endswith(f"/{original}")
        if len(steps) == 2 and not known:
            said = f"response.identifier is {original}, the repeated step tells of {_target(step)[:100]}"
            yield broken(REVISION, said, f"Bundle.entry[{number}].resource.target", disputed=True)


def empty_step(context: Context) -> Iterator[Note]:
    """As for other messages, one step tells of an empty message; the official example has none."""
    header, steps = context.first("MessageHeader"), context.of("Provenance")
    if steps and not any(_tells_of(context, number, step, header) for number, step in steps):
        path = f"Bundle.entry[{steps[-1][0]}].resource.target"
        note = broken(PROVENANCE_TARGET, "no Provenance has the MessageHeader as its target", path)
        note.severity = Severity.WARNING
        yield note


def _tells_of(context: Context, number: int, step: dict[str, Any], header: dict[str, Any]) -> bool:
    """Whether the target of a step is ``header``, by its name or by whatever address it has in the bundle."""
    named = _target(step).endswith(f"MessageHeader/{header.get('id')}")
    return named or (bool(header) and context.follow(number, (step.get("target") or [{}])[0]) is header)


def _target(step: dict[str, Any]) -> str:
    return (step.get("target") or [{}])[0].get("reference") or ""


def _revision(number: int, step: dict[str, Any], original: Any) -> Iterator[Note]:
    revisions = [
        (entity.get("what") or {}).get("reference") or ""
        for entity in step.get("entity") or ()
        if entity.get("role") == "revision"
    ]
    if not any(reference.endswith(f"/{original}") for reference in revisions):
        said = f"response.identifier is {original}, the Provenance names {', '.join(revisions) or 'none'}"
        yield broken(REVISION, said, f"Bundle.entry[{number}].resource.entity", disputed=True)


def _own(context: Context, number: int, step: dict[str, Any], latest: datetime | None) -> Iterator[Note]:
    """The step of the acknowledgement; ``latest`` is when the latest of all steps was recorded."""
    path = f"Bundle.entry[{number}].resource"
    sender = sor_of(context.follow(0, context.first("MessageHeader").get("sender")))
    agents = step.get("agent") or [{}]
    agent = sor_of(context.follow(number, agents[0].get("who")))
    if sender and agent and sender != agent:
        said = f"the step's agent has SOR id {agent}, the sender {sender}"
        yield broken(AGENT, said, f"{path}.agent", disputed=True)
    recorded, made = moment(step.get("recorded")), context.timestamp
    if recorded and made and recorded < made:
        yield broken(ORDER, "the acknowledgement was sent before it was made", f"{path}.recorded")
    if recorded and latest and recorded < latest:
        said = "the acknowledgement was sent before the message that it answers"
        yield broken(ORDER, said, f"{path}.recorded")


def contents(context: Context) -> Iterator[Note]:
    """An acknowledgement holds nothing about a citizen."""
    for number, resource in enumerate(context.resources):
        kind = resource.get("resourceType")
        if type(kind) is str and kind and kind not in _HELD:
            said = f"a {kind[:60]} stands in the acknowledgement"
            yield broken(CONTENTS, said, f"Bundle.entry[{number}].resource")


def reasons(context: Context) -> Iterator[Note]:
    """The answer and its reasons agree: a fault of the content, or one of the receiver."""
    code = (context.first("MessageHeader").get("response") or {}).get("code")
    outcomes = context.of("OperationOutcome")
    severities = {issue.get("severity") for _, each in outcomes for issue in each.get("issue") or ()}
    if code in ("fatal-error", "transient-error") and outcomes and not severities & {"fatal", "error"}:
        said = f"the answer is {code}, and no issue is an error"
        yield broken(REASON, said, f"Bundle.entry[{outcomes[0][0]}].resource.issue")
    for number, outcome in outcomes:
        for position, issue in enumerate(outcome.get("issue") or ()):
            path = f"Bundle.entry[{number}].resource.issue[{position}]"
            codings = (issue.get("details") or {}).get("coding") or ()
            details = {coding.get("code") for coding in codings}
            if code == "ok" and issue.get("severity") in ("fatal", "error"):
                said = "the answer is ok, and an issue tells of an error"
                yield broken(OK_ISSUE, said, f"{path}.severity")
            elif code == "transient-error" and (found := details & OF_CONTENT):
                said = f"the receiver says that it failed itself, and names a fault of the message, {found.pop()}"
                yield broken(ANSWER_CODE, said, f"{path}.details", disputed=True)
            elif code == "fatal-error" and (found := details & OF_RECEIVER):
                said = (
                    f"the message is said to be invalid, and the reason is the receiver's own, {found.pop()}"
                )
                yield broken(ANSWER_CODE, said, f"{path}.details", disputed=True)


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


INVARIANTS: Final[tuple[Invariant, ...]] = (
    outcome_of_errors,
    header_profile,
    two_steps,
    contents,
    reasons,
    time_zones,
    same_clock,
)
