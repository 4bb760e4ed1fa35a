"""Single faults in the history of a CareCommunication 5.0: its Provenances and their chain."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standards.mutants.fhir_edits import (
    Tree,
    append,
    both,
    drop,
    get,
    put,
    remove_entry,
    rename,
    repeat,
    repeat_entry,
    resource,
)
from tests.standards.mutants.fhir_fault import fault, missing
from tests.standards.mutants.mutant import Mutant

_P = "Provenance"
_FIRST, _LAST = f"{_P}#0", f"{_P}#1"  # of a reply: the message answered, and the answer
_ACTIVITY = "activity.coding[0]"
_UUID = "urn:uuid:0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c"
_SOURCES = "tvaers-provenance-sources|.*provenance.*|.*source.*"


def history_mutants() -> Iterator[Mutant]:
    """All mutants of Provenances."""
    for path in (
        "target",
        "occurredDateTime",
        "recorded",
        "activity",
        "activity.coding",
        "activity.coding[0].code",
        "activity.coding[0].system",
        "agent",
        "agent[0].who",
        "entity",
    ):
        says = "occurred" if path.startswith("occurred") else ""
        yield missing(f"{_P}.{path}", says=says)
    yield missing(f"{_P}.entity[0].role")
    yield missing(f"{_P}.entity[0].what", says="what|identifier")
    yield missing(f"{_P}.entity[0].what.identifier", says="identifier")
    yield fault("a history's step has no profile", drop(f"{_P}.meta"), rule="medcom-careCommunication-3")
    yield fault(
        "an old step of the history has no profile",
        drop(f"{_FIRST}.meta"),
        rule="medcom-careCommunication-3",
        base="CC5 reply",
    )
    yield from _fields()
    yield from _sources()
    yield from _chain()


def _fields() -> Iterator[Mutant]:
    yield fault(
        "a step has two targets", append(f"{_P}.target", {"reference": "MessageHeader/other"}), f"{_P}.target"
    )
    yield fault("a step's target is the communication", _target_is_communication, f"{_P}.target")
    yield fault(
        "a step took place over a period",
        both(
            drop(f"{_P}.occurredDateTime"),
            put(f"{_P}.occurredPeriod", {"start": "2025-09-29T09:00:00+02:00"}),
        ),
        _P,
        says="occurred",
    )
    yield fault(
        "a step's moment has no time zone",
        put(f"{_P}.occurredDateTime", "2025-09-29T09:00:00"),
        f"{_P}.occurredDateTime",
    )
    yield fault(
        "a step's record has no time zone", put(f"{_P}.recorded", "2025-09-29T09:00:00"), f"{_P}.recorded"
    )
    yield fault("a step's record is only a date", put(f"{_P}.recorded", "2025-09-29"), f"{_P}.recorded")
    yield fault(
        "a step's moment is only a day",
        put(f"{_P}.occurredDateTime", "2025-09-29"),
        f"{_P}.occurredDateTime",
        lenient=True,
    )
    for wrong, value in (
        ("takes a message back", "retract-message"),
        ("modifies a message", "modified-message"),
        ("is an acknowledgement", "acknowledgement"),
        ("is not in the list", "new"),
    ):
        yield fault(
            f"a step's activity {wrong}", put(f"{_P}.{_ACTIVITY}.code", value), f"{_P}.{_ACTIVITY}.code"
        )
    yield fault(
        "a step's activity is of another system",
        put(
            f"{_P}.{_ACTIVITY}.system",
            "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-eventCodes",
        ),
        f"{_P}.activity",
    )
    yield fault("a step has two activities", repeat(f"{_P}.{_ACTIVITY}"), f"{_P}.activity.coding")
    yield fault(
        "a step's agent leads to no entry",
        put(f"{_P}.agent[0].who.reference", "Organization/none"),
        f"{_P}.agent[0].who",
        rule="fhir-reference",
    )
    yield fault("a step's agent is a practitioner", _agent_is_practitioner, f"{_P}.agent[0].who")
    yield fault(
        "an old step's agent is not in the bundle",
        put(f"{_FIRST}.agent[0].who.reference", "Organization/none"),
        f"{_FIRST}.agent[0].who",
        base="CC5 forward",
        rule="fhir-reference",
    )
    yield fault(
        "the sender of the message is not the agent of its step",
        _agent_is_receiver,
        f"{_P}.agent",
        lenient=True,
    )
    yield fault(
        "an entity has a role that no slice allows", put(f"{_P}.entity[0].role", "quotation"), f"{_P}.entity"
    )
    yield fault(
        "an entity has a role that FHIR does not know", put(f"{_P}.entity[0].role", "payload"), f"{_P}.entity"
    )
    yield fault(
        "an agent stands in no list",
        put(f"{_P}.agent", {"who": {"reference": "Organization/1"}}),
        f"{_P}.agent",
    )


def _sources() -> Iterator[Mutant]:
    yield fault("a payload is no step's source", drop(f"{_P}.entity[1]"), rule=_SOURCES, lenient=True)
    yield fault(
        "a step names a source that is no payload",
        append(f"{_P}.entity", {"role": "source", "what": {"identifier": {"value": _UUID}}}),
        rule=_SOURCES,
        lenient=True,
    )
    yield fault(
        "the source of a single text is another identifier",
        put(f"{_P}.entity[0].what.identifier.value", _UUID),
        rule=_SOURCES,
        base="CC5 simple",
        lenient=True,
    )
    yield fault("a step names a source twice", repeat(f"{_P}.entity[0]"), rule=_SOURCES, lenient=True)
    yield fault("two steps name one source", _source_of_two, rule=_SOURCES, base="CC5 reply", lenient=True)
    yield fault(
        "an old text is lost from a reply",
        drop("Communication.payload[0]"),
        rule=_SOURCES,
        base="CC5 reply",
        lenient=True,
    )
    yield fault(
        "an old step has lost its sources",
        drop(f"{_FIRST}.entity"),
        f"{_FIRST}",
        base="CC5 reply",
        says="entity|source",
    )
    yield fault(
        "the answer names no text of its own",
        _no_own_source,
        f"{_LAST}.entity",
        base="CC5 reply",
        says="source|payload|entity",
    )
    yield fault(
        "a source is given by a reference",
        put(f"{_P}.entity[0].what", {"reference": "Communication/1"}),
        f"{_P}.entity",
        says="identifier",
    )


def _chain() -> Iterator[Mutant]:
    chain = {
        "base": "CC5 reply",
        "lenient": True,
        "says": "revision|previous|precee?d|chain|header|target|thread",
    }

    def link(name: str, edit, at: str = "", **more: object) -> Mutant:  # type: ignore[no-untyped-def]
        return fault(name, edit, at, **{**chain, **more})  # type: ignore[arg-type]

    yield link("no step tells of the message itself", _foreign_target, base="CC5 simple")
    yield link("a step names the message before it by its own name", _previous_is_itself)
    yield link("a reply follows a message that the history does not know", _unknown_previous)
    yield link("a reply follows nothing", drop(f"{_LAST}.entity[0]"))
    yield link("a reply follows two messages", repeat(f"{_LAST}.entity[0]"), f"{_LAST}.entity", lenient=False)
    yield link("a forward follows nothing", drop(f"{_LAST}.entity[0]"), base="CC5 forward")
    yield link("a new message follows another", _new_follows, base="CC5 simple")
    yield link("the step before the reply is missing", remove_entry(_FIRST))
    yield link("the history has lost its middle", remove_entry(f"{_P}#1"), base="CC5 again")
    yield link(
        "two steps tell of the message itself",
        repeat_entry(_P, "p2"),
        base="CC5 simple",
        says="header|target|source|step|provenance",
    )
    yield link("two messages answer each other", _circle)
    yield link("a reply is called a new message", put(f"{_LAST}.{_ACTIVITY}.code", "new-message"))
    yield link(
        "a reply is older than what it answers", _older_reply, says="earlier|later|before|after|order|older"
    )
    yield link(
        "a message was recorded before it happened",
        put(f"{_P}.recorded", "2025-09-29T08:00:00+02:00"),
        base="CC5 simple",
        says="earlier|later|before|after|order",
    )
    yield link(
        "the letter that is answered has no location number",
        put(f"{_P}.entity[0].what.identifier.value", "BRV00000000001"),
        base="CC5 letter reply",
        says="lokationsnummer|location|brevid|#|letter",
    )
    yield link(
        "the letter's id stands before the location number",
        put(f"{_P}.entity[0].what.identifier.value", "BRV00000000001#5790009000020"),
        base="CC5 letter reply",
        says="lokationsnummer|location|brevid|#|letter",
    )
    yield link(
        "the location number of the letter has a wrong check digit",
        put(f"{_P}.entity[0].what.identifier.value", "5790009000021#BRV00000000001"),
        base="CC5 letter reply",
        says="lokationsnummer|location|brevid|gln|check digit",
    )
    yield link(
        "the message before is named by nothing", rename(f"{_LAST}.entity[0].what.reference", "display")
    )


def _target_is_communication(tree: Tree) -> None:
    put(f"{_P}.target[0].reference", f"Communication/{resource(tree, 'Communication')['id']}")(tree)


def _agent_is_practitioner(tree: Tree) -> None:
    put(f"{_P}.agent[0].who.reference", f"Practitioner/{resource(tree, 'Practitioner')['id']}")(tree)


def _agent_is_receiver(tree: Tree) -> None:
    receiver = get(tree, "MessageHeader.destination[0].receiver.reference")
    put(f"{_P}.agent[0].who.reference", receiver)(tree)


def _source_of_two(tree: Tree) -> None:
    append(f"{_LAST}.entity", get(tree, f"{_FIRST}.entity[0]"))(tree)


def _no_own_source(tree: Tree) -> None:
    """The history of the reply, and its own texts, gone together: only the revision is left."""
    step = resource(tree, _LAST)
    own = {e["what"]["identifier"]["value"] for e in step["entity"] if e["role"] == "source"}
    step["entity"] = [e for e in step["entity"] if e["role"] != "source"]
    message = resource(tree, "Communication")
    message["payload"] = [p for p in message["payload"] if not own & set(_values(p))]


def _values(payload: Tree) -> list[str]:
    return [e["valueIdentifier"]["value"] for e in payload["extension"] if "valueIdentifier" in e]


def _foreign_target(tree: Tree) -> None:
    put(f"{_P}.target[0].reference", "MessageHeader/0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c")(tree)


def _previous_is_itself(tree: Tree) -> None:
    put(f"{_LAST}.entity[0].what.reference", get(tree, f"{_LAST}.target[0].reference"))(tree)


def _unknown_previous(tree: Tree) -> None:
    put(f"{_LAST}.entity[0].what.reference", "MessageHeader/0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c")(tree)


def _new_follows(tree: Tree) -> None:
    before = {"role": "revision", "what": {"reference": "MessageHeader/0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c"}}
    append(f"{_P}.entity", before)(tree)


def _circle(tree: Tree) -> None:
    later = get(tree, f"{_LAST}.target[0].reference")
    append(f"{_FIRST}.entity", {"role": "revision", "what": {"reference": later}})(tree)
    put(f"{_FIRST}.{_ACTIVITY}.code", "reply-message")(tree)


def _older_reply(tree: Tree) -> None:
    """All moments of the first message are moved after the reply."""
    step = resource(tree, _FIRST)
    step["occurredDateTime"] = step["recorded"] = "2025-09-29T09:45:00+02:00"
