"""Single faults in an Acknowledgement 2.0."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standards.mutants.fhir_edits import (
    Tree,
    append,
    drop,
    get,
    put,
    remove_entry,
    repeat,
    repeat_entry,
    resource,
)
from tests.standards.mutants.fhir_fault import fault, missing
from tests.standards.mutants.mutant import Mutant

_H, _P, _O = "MessageHeader", "Provenance", "Organization"
_COPIED, _OWN = f"{_P}#0", f"{_P}#1"
_ISSUE = "OperationOutcome.issue[0]"
_OTHER = "0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c"
_OK, _BAD = "ACK ok", "ACK fatal-error"


def acknowledgement_mutants() -> Iterator[Mutant]:
    """All mutants of acknowledgements."""
    yield from _bundle()
    yield from _header()
    yield from _history()
    yield from _outcome()


def _bundle() -> Iterator[Mutant]:
    yield missing("Bundle.id", _OK)
    yield missing("Bundle.timestamp", _OK)
    yield fault(
        "the timestamp has no time zone",
        put("Bundle.timestamp", "2025-09-29T09:00:00"),
        "Bundle.timestamp",
        base=_OK,
    )
    yield fault("the bundle is a document", put("Bundle.type", "document"), "Bundle.type", base=_OK)
    yield fault("two entries have one fullUrl", repeat_entry(_O), base=_OK, rule="bdl-7")
    yield fault("the header is not the first entry", _header_last, base=_OK, rule="bdl-12|medcom-.*")
    yield fault(
        "the receiver is not in the bundle",
        remove_entry(f"{_O}#1"),
        f"{_H}.destination[0].receiver",
        base=_OK,
        rule="fhir-reference",
    )
    yield fault(
        "an organisation has no GLN", drop(f"{_O}.identifier[1]"), _O, base=_OK, says="EAN|GLN|identifier"
    )
    yield fault(
        "an organisation has no SOR id", drop(f"{_O}.identifier[0]"), _O, base=_OK, says="SOR|identifier"
    )
    yield fault(
        "a GLN's check digit is wrong",
        put(f"{_O}.identifier[1].value", "5790009000021"),
        f"{_O}.identifier[1]",
        base=_OK,
        rule="gln-modulus-10",
    )
    yield fault(
        "a SOR id is too short",
        put(f"{_O}.identifier[0].value", "441211"),
        f"{_O}.identifier[0]",
        base=_OK,
        rule=".*sor.*",
    )


def _header_last(tree: Tree) -> None:
    tree["entry"].append(tree["entry"].pop(0))


def _header() -> Iterator[Mutant]:
    for path in (
        "id",
        "sender",
        "source",
        "destination",
        "response",
        "response.identifier",
        "response.code",
        "source.endpoint",
        "destination[0].endpoint",
        "destination[0].receiver",
    ):
        yield missing(f"{_H}.{path}", _OK)
    for wrong, value in (
        ("is a URN", f"urn:uuid:{_OTHER}"),
        ("is a reference", f"MessageHeader/{_OTHER}"),
        ("is longer than an id", "a" * 65),
        ("is empty", ""),
    ):
        yield fault(
            f"the identifier of the answered message {wrong}",
            put(f"{_H}.response.identifier", value),
            f"{_H}.response.identifier",
            base=_OK,
        )
    for wrong, value in (
        ("is that of HL7 v2", "AA"),
        ("is error", "error"),
        ("has an underscore", "fatal_error"),
        ("is in capitals", "OK"),
    ):
        yield fault(
            f"the response's code {wrong}", put(f"{_H}.response.code", value), f"{_H}.response.code", base=_OK
        )
    yield fault(
        "a refusal has no reason",
        put(f"{_H}.response.code", "fatal-error"),
        base=_OK,
        rule="medcom-acknowledgement-1",
    )
    yield fault(
        "a technical fault has no reason",
        put(f"{_H}.response.code", "transient-error"),
        base=_OK,
        rule="medcom-acknowledgement-1",
    )
    yield fault(
        "the reason has been left out",
        remove_entry("OperationOutcome"),
        base=_BAD,
        says="medcom-acknowledgement-1|OperationOutcome|reference",
    )
    yield fault(
        "the details lead to no entry",
        put(f"{_H}.response.details.reference", "OperationOutcome/none"),
        f"{_H}.response.details",
        base=_BAD,
    )
    yield fault("the details are an organisation", _details_organisation, f"{_H}.response.details", base=_BAD)
    yield fault(
        "the event is that of a hospital notification",
        put(f"{_H}.eventCoding.code", "hospital-notification-message"),
        base=_OK,
        says="event|unrecognised|hospital",
    )
    yield fault(
        "the event's system is another",
        put(f"{_H}.eventCoding.system", "http://medcomfhir.dk/ig/x"),
        f"{_H}.eventCoding",
        base=_OK,
    )
    yield fault(
        "the sender leads to no entry",
        put(f"{_H}.sender.reference", "Organization/none"),
        f"{_H}.sender",
        base=_OK,
        rule="fhir-reference",
    )
    yield fault(
        "the receiver gets a copy",
        put(f"{_H}.destination[0].extension:use.valueCoding.code", "cc"),
        f"{_H}.destination",
        base=_OK,
    )
    yield fault("there are two receivers", repeat(f"{_H}.destination[0]"), f"{_H}.destination", base=_OK)
    yield fault(
        "the receiver's use is missing", drop(f"{_H}.destination[0].extension"), f"{_H}.destination", base=_OK
    )
    yield fault(
        "the source's endpoint is of another unit",
        put(f"{_H}.source.endpoint", "https://sor2.sum.dsdn.dk/#id=900000031000016009"),
        f"{_H}.source.endpoint",
        base=_OK,
        lenient=True,
    )
    yield fault(
        "the response stands in a list",
        put(f"{_H}.response", [{"identifier": _OTHER, "code": "ok"}]),
        f"{_H}.response",
        base=_OK,
    )
    yield fault(
        "an acknowledgement answers itself",
        _answers_itself,
        base=_OK,
        says="identifier|revision|response",
        lenient=True,
    )


def _details_organisation(tree: Tree) -> None:
    put(f"{_H}.response.details.reference", f"{_O}/{resource(tree, _O)['id']}")(tree)


def _answers_itself(tree: Tree) -> None:
    put(f"{_H}.response.identifier", resource(tree, _H)["id"])(tree)


def _history() -> Iterator[Mutant]:
    for path in ("target", "recorded", "activity", "agent", "agent[0].who", "occurredDateTime"):
        yield missing(f"{_OWN}.{path}", _OK, says="occurred" if path.startswith("occ") else "")
    yield fault("there is no history", _no_history, base=_OK, rule="medcom-messaging-2")
    yield fault("there are three steps", repeat_entry(_P, "p3"), base=_OK, says="provenance")
    yield fault(
        "the step of the answered message is missing", remove_entry(_COPIED), base=_OK, says="provenance"
    )
    yield fault("the acknowledgement's own step is missing", remove_entry(_OWN), base=_OK, says="provenance")
    yield fault(
        "no step tells of the acknowledgement",
        put(f"{_OWN}.target[0].reference", f"{_H}/{_OTHER}"),
        base=_OK,
        says="target|header",
    )
    yield fault(
        "the own step's activity is a reply",
        put(f"{_OWN}.activity.coding[0].code", "reply-message"),
        f"{_OWN}.activity",
        base=_OK,
    )
    yield fault(
        "the own step's activity is not in the list",
        put(f"{_OWN}.activity.coding[0].code", "ack"),
        f"{_OWN}.activity",
        base=_OK,
    )
    yield fault(
        "the activity's system is another",
        put(f"{_OWN}.activity.coding[0].system", "http://medcomfhir.dk/ig/x"),
        f"{_OWN}.activity",
        base=_OK,
    )
    yield fault(
        "the own step revises nothing", drop(f"{_OWN}.entity"), base=_OK, says="entity|revision", lenient=True
    )
    yield fault(
        "the own step's entity is a source",
        put(f"{_OWN}.entity[0].role", "source"),
        base=_OK,
        says="entity|revision|role",
        lenient=True,
    )
    yield fault(
        "the own step's entity has an unknown role",
        put(f"{_OWN}.entity[0].role", "answer"),
        f"{_OWN}.entity",
        base=_OK,
    )
    yield fault(
        "the own step revises another message",
        put(f"{_OWN}.entity[0].what.reference", f"{_H}/{_OTHER}"),
        base=_OK,
        says="revision|response|identifier",
        lenient=True,
    )
    yield fault(
        "the answered message is not the one whose step is repeated",
        put(f"{_H}.response.identifier", _OTHER),
        base=_OK,
        says="revision|target|identifier",
        lenient=True,
    )
    yield fault(
        "the repeated step is of another message",
        put(f"{_COPIED}.target[0].reference", f"{_H}/{_OTHER}"),
        base=_OK,
        says="target|header|provenance|response",
        lenient=True,
    )
    yield fault(
        "the own step's agent leads to no entry",
        put(f"{_OWN}.agent[0].who.reference", "Organization/none"),
        f"{_OWN}.agent[0].who",
        base=_OK,
        rule="fhir-reference",
    )
    yield fault(
        "the own step's agent is who asked for the answer",
        _agent_is_receiver,
        f"{_OWN}.agent",
        base=_OK,
        lenient=True,
    )
    yield fault(
        "the own step's moment has no time zone",
        put(f"{_OWN}.recorded", "2025-09-29T09:00:00"),
        f"{_OWN}.recorded",
        base=_OK,
    )
    yield fault(
        "the acknowledgement was sent before it was made",
        put("Bundle.timestamp", "2025-09-29T10:00:00+02:00"),
        base=_OK,
        says="earlier|later|before|after|order",
        lenient=True,
    )


def _no_history(tree: Tree) -> None:
    tree["entry"] = [e for e in tree["entry"] if e["resource"]["resourceType"] != _P]


def _agent_is_receiver(tree: Tree) -> None:
    put(f"{_OWN}.agent[0].who.reference", get(tree, f"{_H}.destination[0].receiver.reference"))(tree)


def _outcome() -> Iterator[Mutant]:
    yield missing("OperationOutcome.issue", _BAD)
    yield missing(f"{_ISSUE}.severity", _BAD)
    yield missing(f"{_ISSUE}.code", _BAD)
    detail = f"{_ISSUE}.details.coding[0]"
    for wrong, path, value in (
        ("severity is not a code", f"{_ISSUE}.severity", "critical"),
        ("code is that of HL7 v2", f"{_ISSUE}.code", "AE"),
        ("detail is not in the list", f"{detail}.code", "MSG_CATEGORY_WRONG"),
        ("detail is in other letters", f"{detail}.code", "MSG_Valueset_Value_Unknown"),
        ("detail is one that an older draft knew", f"{detail}.code", "message-development-error"),
        ("detail has another system", f"{detail}.system", "http://medcomfhir.dk/ig/x"),
    ):
        yield fault(
            f"the reason's {wrong}", put(path, value), detail if "detail" in path else path, base=_BAD
        )
    yield fault(
        "the reason's text is a list",
        put(f"{_ISSUE}.details.text", ["a"]),
        f"{_ISSUE}.details.text",
        base=_BAD,
    )
    yield fault(
        "a reason has two severities",
        put(f"{_ISSUE}.severity", ["error", "fatal"]),
        f"{_ISSUE}.severity",
        base=_BAD,
    )
    yield fault(
        "a patient stands in the acknowledgement",
        append("Bundle.entry", _PATIENT),
        base=_OK,
        says="Patient",
        lenient=True,
    )


_PATIENT = {
    "fullUrl": "https://medcomfhir.dk/ig/acknowledgement/Patient/p1",
    "resource": {"resourceType": "Patient", "id": "p1", "name": [{"family": "Elmer"}]},
}
