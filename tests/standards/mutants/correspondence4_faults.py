"""Single faults in a CareCommunication 4.0: what differs from 5.0, and a selection of what does not."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standards.mutants.fhir_edits import (
    Tree,
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

_H, _C, _P, _R = "MessageHeader", "Communication", "Provenance", "PractitionerRole"
_NEW, _SIMPLE = "CC4 new", "CC4 simple"
_TEXT = f"{_C}.payload[0]"
_FILE = f"{_C}.payload[1].contentAttachment"
_DEFINITION = "http://medcomfhir.dk/ig/carecommunication/medcom-careCommunication-message-definition"


def correspondence4_mutants() -> Iterator[Mutant]:
    """All mutants of the older version."""
    for path in ("definition", "sender", "focus", "source", "destination", "eventCoding"):
        yield missing(f"{_H}.{path}", _NEW, says="event" if path == "eventCoding" else "")
    for path in ("identifier", "status", "category", "subject", "payload", "category[0].coding[0].code"):
        yield missing(f"{_C}.{path}", _NEW)
    for path in ("target", "recorded", "activity", "agent", "entity"):
        yield missing(f"{_P}.{path}", _NEW)
    yield missing("Patient.identifier", _NEW)
    yield missing("Patient.name", _NEW)
    for wrong, value in (
        ("without a version", _DEFINITION),
        ("of 4.0 alone", f"{_DEFINITION}|4.0"),
        ("of 3.0", f"{_DEFINITION}|3.0.0"),
        ("with another name", f"{_DEFINITION}s|4.0.0"),
    ):
        yield fault(
            f"the definition is {wrong}", put(f"{_H}.definition", value), f"{_H}.definition", base=_NEW
        )
    coding = f"{_C}.category[0].coding[0].code"
    for new in ("acute-ambulant", "extended-care-responsibility"):
        yield fault(f"the category {new} came with 5.0", put(coding, new), coding, base=_SIMPLE)
    yield fault("the category is not in the list", put(coding, "school"), coding, base=_SIMPLE)
    yield fault(
        "the activity takes a message back",
        put(f"{_P}.activity.coding[0].code", "retract-message"),
        f"{_P}.activity",
        base=_SIMPLE,
    )
    yield fault(
        "a role is only a text, which came with 5.0",
        _role_text,
        base=_SIMPLE,
        rule="medcom-careCommunication-7",
    )
    yield fault("a role has no code", drop(f"{_R}.code"), base=_SIMPLE, rule="medcom-careCommunication-7")
    yield fault(
        "no step has the profile", drop(f"{_P}.meta"), base=_SIMPLE, rule="medcom-careCommunication-3"
    )
    yield fault(
        "there are two patients", repeat_entry("Patient", "p2"), base=_NEW, rule="medcom-careCommunication-2"
    )
    yield fault("there is no history", remove_entry(_P), base=_NEW, rule="medcom-messaging-2")
    yield fault(
        "the practitioner has no name",
        drop("Practitioner.name"),
        base=_SIMPLE,
        rule="medcom-careCommunication-[48]",
    )
    yield fault(
        "no role has a practitioner",
        drop(f"{_R}.practitioner"),
        base=_SIMPLE,
        rule="medcom-careCommunication-13",
    )
    yield fault(
        "the recipient is of the sender's organisation",
        _recipient_of_sender,
        base=_NEW,
        rule="medcom-careCommunication-12",
    )
    yield fault(
        "a priority stands without a referral",
        put(f"{_C}.priority", "asap"),
        base=_SIMPLE,
        rule="medcom-careCommunication-5",
    )
    yield fault(
        "the category other has no topic",
        drop(f"{_C}.topic"),
        base="CC4 other",
        rule="medcom-careCommunication-6",
    )
    yield fault(
        "the encounter belongs to no episode",
        drop("Encounter.episodeOfCare"),
        base=_NEW,
        rule="medcom-careCommunication-9",
    )
    yield fault(
        "an episode of LPR3 is a UUID of version 4",
        put("Encounter.episodeOfCare[0].identifier.value", "urn:uuid:fc60e762-b13b-4773-865e-67f3907bdcc7"),
        "Encounter.episodeOfCare",
        base=_NEW,
        rule="uuidv5",
    )
    yield fault(
        "the thread's identifier has capital letters",
        put(f"{_C}.identifier[0].value", "urn:uuid:30869F66-e657-4dc0-bf5c-ea0aa502af59"),
        f"{_C}.identifier",
        base=_NEW,
        rule="medcom-uuidv4",
    )
    yield fault("the status is completed", put(f"{_C}.status", "completed"), f"{_C}.status", base=_NEW)
    yield fault(
        "the subject leads to no entry",
        put(f"{_C}.subject.reference", "Patient/none"),
        f"{_C}.subject",
        base=_NEW,
    )
    for part in ("date", "author", "contact", "identifier"):
        yield fault(
            f"a text has no {part}",
            drop(f"{_TEXT}.extension:{part}"),
            f"{_TEXT}.extension",
            base=_NEW,
            says=part,
        )
    yield fault(
        "a payload has no content", drop(f"{_TEXT}.contentString"), _C, base=_NEW, says="content|string"
    )
    yield fault(
        "a segment's identifier has no value",
        drop(f"{_TEXT}.extension:identifier.valueIdentifier.value"),
        f"{_TEXT}.extension:identifier",
        base=_NEW,
        says="value",
    )
    yield fault("an attachment has no title", drop(f"{_FILE}.title"), _FILE, base=_NEW, says="title")
    yield fault(
        "an attachment is plain text",
        put(f"{_FILE}.contentType", "text/plain"),
        f"{_FILE}.contentType",
        base=_NEW,
    )
    yield fault(
        "the receiver gets a copy",
        put(f"{_H}.destination[0].extension:use.valueCoding.code", "cc"),
        f"{_H}.destination",
        base=_NEW,
    )
    yield fault(
        "an organisation's GLN has a wrong check digit",
        put("Organization.identifier[1].value", "5790009000014"),
        "Organization.identifier[1]",
        base=_NEW,
        rule="gln-modulus-10",
    )
    yield fault(
        "an organisation has no SOR id",
        drop("Organization.identifier[0]"),
        "Organization",
        base=_NEW,
        says="SOR|identifier",
    )
    yield fault(
        "the CPR number has a hyphen",
        put("Patient.identifier[0].value", "250947-9989"),
        "Patient.identifier[0]",
        base=_NEW,
        rule="cpr|.*-cpr.*",
    )
    yield fault(
        "a payload is no step's source",
        drop(f"{_P}.entity[1]"),
        base=_NEW,
        says="source|provenance",
        lenient=True,
    )
    yield fault(
        "a step revises two messages", repeat(f"{_P}#1.entity[0]"), f"{_P}#1.entity", base="CC4 reply"
    )
    yield fault(
        "an old step's agent is not in the bundle",
        put(f"{_P}#0.agent[0].who.reference", "Organization/none"),
        f"{_P}#0.agent[0].who",
        base="CC4 forward",
    )


def _role_text(tree: Tree) -> None:
    put(f"{_R}.code", [{"text": "Psykolog"}])(tree)


def _recipient_of_sender(tree: Tree) -> None:
    wanted = get(tree, f"{_C}.recipient[0].reference")
    for nth in range(2):
        role = resource(tree, f"{_R}#{nth}")
        if wanted.endswith(role["id"]):
            role["organization"] = {"reference": get(tree, f"{_H}.sender.reference")}
