"""The history of a thread, as CareCommunication's prose and test protocols ask for it.

Every message adds one step (Provenance), which names the segments it added and the message it follows. The
profiles enforce little of that, and official examples break some of it; what they break weighs less.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from mocks.identifiers import check_gln
from mocks.standards import topics
from mocks.standards.findings import Reading, Severity
from mocks.standards.profiles import codes
from mocks.standards.profiles.care_communication_thread import StepAt, header_id, thread_of
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_message import sor_of
from mocks.standards.profiles.fhir_message_rules import PROVENANCE_TARGET
from mocks.standards.profiles.fhir_rows import Note, broken
from mocks.standards.rule import Rule

_GOVERNANCE = "MedCom governance for CareCommunication"


def _rule(
    rule_id: str,
    statement: str,
    mend: str,
    severity: Severity = Severity.WARNING,
    source: str = _GOVERNANCE,
    readings: tuple[Reading, ...] = (),
    example: str = "",
) -> Rule:
    return Rule(
        id=rule_id,
        statement=statement,
        source=source,
        mend=mend,
        severity=severity,
        readings=readings,
        example=example,
    )


_AS_EXAMPLES = topics.EXAMPLES.readings({"as-published": Severity.WARNING})

SOURCES = _rule(
    "tvaers-provenance-sources",
    "Every segment is the source of exactly one step of the history, and every source is a segment.",
    "let the Provenance of the message that added the segment name it, and no other",
    Severity.ERROR,
    readings=_AS_EXAMPLES,
    example='the payload has valueIdentifier.value "urn:uuid:1...", and one Provenance an entity '
    '{"role": "source", "what": {"identifier": {"value": "urn:uuid:1..."}}}',
)
NEW_SOURCES = _rule(
    "tvaers-provenance-new-sources",
    "The only step of a new message names at least one segment that is in the message.",
    "let the entities with the role source hold the identifiers of the segments",
    Severity.ERROR,
    "CareCommunication 5.0 test protocol for receiving, 3.2.7.9-12 (R-Tek-M, R-Tek-N)",
)
PREVIOUS = _rule(
    "tvaers-provenance-previous",
    "A reply or forward names the one message that it follows; a new message names none.",
    "reply and forward have one entity with the role revision, new has none",
    source="CareCommunication test scripts 5.0.0, assertions A6 and A7",
)
CHAIN = _rule(
    "tvaers-provenance-chain",
    "The message that is followed stands in the history as a step of its own, and nothing follows itself.",
    "bundle the steps of all messages whose segments go along, and name the latest of them",
    Severity.ERROR,
    readings=_AS_EXAMPLES,
)
LETTER = _rule(
    "tvaers-letter-reference",
    "A letter of EDIFACT or OIOXML that is followed is named [lokationsnummer]#[brevid].",
    "write the 13 digits of the sender's lokationsnummer, # and the id of the letter, in this order",
    Severity.ERROR,
    "CareCommunication use cases and test protocol for sending, 3.3.6",
    _AS_EXAMPLES,
    "5790009000020#BRV00000000001",
)
AGENT = _rule(
    "tvaers-provenance-agent",
    "The agent of a message's own step is the organisation that sends the message.",
    "let agent.who be MessageHeader.sender",
)
ASSIGNER = _rule(
    "tvaers-segment-assigner",
    "A segment's identifier is assigned by the organisation that sent the segment, and that is bundled.",
    "let assigner be the organisation of the step that names the segment, and bundle it",
)
SAME_SEGMENT = _rule(
    "tvaers-segment-identifier",
    "No two segments have one identifier.",
    "give each segment a UUID of its own, for ever",
)
ORDER = _rule(
    "tvaers-time-order",
    "Segments are sent before the bundle is made, messages happen before they are recorded, answers come last.",
    "compare the clocks of the system, and the time zones of the moments",
)
RULES: tuple[Rule, ...] = (
    SOURCES,
    NEW_SOURCES,
    PREVIOUS,
    CHAIN,
    LETTER,
    AGENT,
    ASSIGNER,
    SAME_SEGMENT,
    ORDER,
)

_LETTER = re.compile(r"([0-9]{13})#(\S{1,14})")


def own_step(context: Context) -> Iterator[Note]:
    """One Provenance tells of the message at hand: its target is the MessageHeader (test scripts, A5)."""
    thread = thread_of(context)
    if thread.steps and not thread.own:
        yield broken(
            PROVENANCE_TARGET,
            "no Provenance has the MessageHeader as its target",
            f"{thread.steps[-1].path}.target",
            f"add the Provenance of this message, with target MessageHeader/{thread.header.get('id')}",
        )


def sources(context: Context) -> Iterator[Note]:
    """Every payload is the source of exactly one step, and every source is a payload."""
    thread = thread_of(context)
    named = Counter(value for step in thread.steps for _, value in step.sources)
    held = Counter(segment.identifier for segment in thread.segments)
    for segment in thread.segments:
        times = named[segment.identifier]
        if times != 1:
            said = (
                f"payload {segment.identifier} is the source of {times} Provenance entities, should be of one"
            )
            yield broken(SOURCES, said, f"{segment.named}.value", disputed=True)
        if held[segment.identifier] > 1:
            said = f"{held[segment.identifier]} payloads have the identifier {segment.identifier}"
            yield broken(SAME_SEGMENT, said, f"{segment.named}.value")
    for step in thread.steps:
        for position, value in step.sources:
            if value not in held:
                yield broken(
                    SOURCES,
                    f"the source {value} is no payload of this message",
                    f"{step.path}.entity[{position}].what.identifier",
                    "name the identifiers of the payloads that the step added",
                    disputed=True,
                )
    if thread.activity == "new-message" and len(thread.steps) == 1 and not held.keys() & named.keys():
        said = "the step of this new message names none of its segments"
        yield broken(NEW_SOURCES, said, f"{thread.own[0].path}.entity")


def previous(context: Context) -> Iterator[Note]:
    """A reply or forward names the message it follows, a new message follows none."""
    for step in thread_of(context).steps:
        follows = bool(step.revisions)
        if step.activity in codes.CC_ACTIVITIES and follows == (step.activity == "new-message"):
            said = f"a step with {step.activity} names {'a' if follows else 'no'} preceding message"
            yield broken(PREVIOUS, said, f"{step.path}.entity")
        for position, what in step.revisions:
            yield from _revision(step, f"{step.path}.entity[{position}].what", what)


def _revision(step: StepAt, path: str, what: dict[str, Any]) -> Iterator[Note]:
    reference, letter = what.get("reference"), (what.get("identifier") or {}).get("value")
    if type(reference) is str:
        if header_id(reference) == step.target:
            said = f"the step of {step.target} names itself as the message before it"
            yield broken(CHAIN, said, path, disputed=True)
    elif type(letter) is not str or not letter:
        yield broken(PREVIOUS, "the preceding message is named by nothing", path)
    elif (found := _LETTER.fullmatch(letter)) is None:
        turned = re.fullmatch(r"\S{1,14}#[0-9]{13}", letter) is not None
        said = "the id of the letter stands before the lokationsnummer" if turned else "it is of another form"
        said = f"the letter that is followed is named {letter[:60]!r}: {said}"
        yield broken(LETTER, said, path, disputed=True)
    elif wrong := check_gln(found.group(1)):
        said = f"the letter that is followed names a lokationsnummer: {wrong}"
        yield broken(LETTER, said, path, disputed=True)


def chain(context: Context) -> Iterator[Note]:
    """The own step follows a message of the history, and the steps are no ring."""
    thread = thread_of(context)
    by_target = {step.target: step for step in thread.steps}
    for step in thread.own:
        for position, what in step.revisions:
            reference = what.get("reference")
            if type(reference) is str and header_id(reference) not in by_target:
                said = f"the message follows {header_id(reference)[:80]}, of which no Provenance tells"
                path = f"{step.path}.entity[{position}].what.reference"
                yield broken(CHAIN, said, path, disputed=True)
    yield from _ring(thread.own, by_target)


def _ring(own: list[StepAt], by_target: dict[str, StepAt]) -> Iterator[Note]:
    """Walk back from the own step, and compare moments on the way."""
    step, seen = (own[0] if own else None), set[str]()
    while step is not None and step.target not in seen:
        seen.add(step.target)
        before = next(
            (
                by_target.get(header_id(what["reference"]))
                for _, what in step.revisions
                if "reference" in what
            ),
            None,
        )
        if before is not None and before.target in seen and before is not step:
            said = f"the messages {step.target} and {before.target} follow each other"
            yield broken(CHAIN, said, f"{step.path}.entity", disputed=True)
        elif before is not None and step.occurred and before.occurred and step.occurred < before.occurred:
            said = "the message is older than the one that it follows"
            yield broken(ORDER, said, f"{step.path}.occurredDateTime")
        step = before


def parties(context: Context) -> Iterator[Note]:
    """Who sends, who did the step, and who assigned the identifiers of its segments, is one organisation."""
    thread = thread_of(context)
    sender = sor_of(context.follow(0, thread.header.get("sender")))
    owner: dict[str, str] = {}
    mine = {id(step) for step in thread.own}
    for step in thread.steps:
        agent = sor_of(step.agent)
        owner.update(dict.fromkeys([value for _, value in step.sources], agent))
        if id(step) in mine and sender and agent and agent != sender:
            said = f"the step's agent has SOR id {agent}, the sender {sender}"
            yield broken(AGENT, said, f"{step.path}.agent")
    for segment in thread.segments:
        path = f"{segment.named}.assigner"
        if segment.assigner is not None and not segment.assigned:
            yield broken(ASSIGNER, "the assigner of the segment's identifier is not bundled", path)
            continue
        assigner, agent = sor_of(segment.assigned), owner.get(segment.identifier, "")
        if assigner and agent and assigner != agent:
            said = f"the identifier was assigned by SOR id {assigner}, and the segment sent by {agent}"
            yield broken(ASSIGNER, said, path)


def order(context: Context) -> Iterator[Note]:
    """Own segments are not later than the bundle, nor the message later than its record (instants)."""
    thread = thread_of(context)
    made = context.timestamp
    for step in thread.steps:
        if step.occurred and step.recorded and step.recorded < step.occurred:
            yield broken(ORDER, "the message was recorded before it happened", f"{step.path}.recorded")
    mine = thread.own_sources
    for segment in thread.segments:
        if made and segment.sent and segment.identifier in mine and segment.sent > made:
            said = "the segment was sent later than the bundle was made"
            yield broken(ORDER, said, f"{segment.path}.extension")


HISTORY = (own_step, sources, previous, chain, parties, order)
