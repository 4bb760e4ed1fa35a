"""Single faults in the bundle and the header of a CareCommunication 5.0."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from tests.standards.mutants.fhir_edits import (
    Tree,
    append,
    both,
    drop,
    entry,
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

_MD = "http://medcomfhir.dk/ig/messagedefinitions/MessageDefinition/MedComCareCommunicationMessageDefinition"
_PROFILES = "http://medcomfhir.dk/ig/carecommunication/StructureDefinition/medcom-careCommunication"
_H = "MessageHeader"
_USE = f"{_H}.destination[0].extension:use"


def bundle_mutants() -> Iterator[Mutant]:
    """Faults of the bundle: its fields, its entries, and which resources it holds."""
    yield missing("Bundle.id")
    yield missing("Bundle.type")
    yield missing("Bundle.timestamp")
    for wrong, value in (
        ("has no time zone", "2025-09-29T09:00:00"),
        ("has no seconds", "2025-09-29T09:00+02:00"),
        ("is only a date", "2025-09-29"),
        ("is a day that does not exist", "2025-02-30T09:00:00+01:00"),
        ("is an hour that does not exist", "2025-09-29T25:00:00+02:00"),
        ("has a time zone without a colon", "2025-09-29T09:00:00+0200"),
    ):
        yield fault(f"the timestamp {wrong}", put("Bundle.timestamp", value), "Bundle.timestamp")
    yield fault("the bundle is a collection", put("Bundle.type", "collection"), "Bundle.type")
    yield fault("the bundle's type is not a code of FHIR", put("Bundle.type", "Message"), "Bundle.type")
    yield fault("the bundle has a total", put("Bundle.total", 3), "Bundle", rule="bdl-1")
    yield fault("an entry tells of a search", put("Bundle.entry[3].search", {"mode": "match"}), rule="bdl-2")
    yield fault(
        "an entry tells of a request",
        put("Bundle.entry[3].request", {"method": "POST", "url": "Patient"}),
        rule="bdl-3",
    )
    yield fault(
        "an entry tells of a response", put("Bundle.entry[3].response", {"status": "200"}), rule="bdl-4"
    )
    yield fault("the header is not the first entry", _header_last, rule="bdl-12|medcom-careCommunication-1")
    yield fault("two entries have one fullUrl", repeat_entry("Organization"), rule="bdl-7")
    yield fault("a fullUrl names a version", _versioned, rule="bdl-8")
    yield fault(
        "an entry has no fullUrl, and references to it lead nowhere",
        _without_url,
        rule="fhir-reference|.*fullUrl.*|bdl-.*",
    )
    yield fault(
        "a fullUrl is a UUID, and references to it are relative", _uuid_url, says="no entry|reference|fullUrl"
    )
    yield fault("an entry is empty", put("Bundle.entry[4]", {}), "Bundle.entry[4]")
    yield fault("an entry has a fullUrl and no resource", drop("Bundle.entry[4].resource"), "Bundle.entry[4]")
    yield fault("there are two patients", repeat_entry("Patient", "p2"), rule="medcom-careCommunication-2")
    yield fault("there is no patient", remove_entry("Patient"), rule="medcom-careCommunication-2")
    yield fault("there is no history", remove_entry("Provenance"), rule="medcom-messaging-2")
    yield fault("there is no communication", remove_entry("Communication"), f"{_H}.focus[0]")
    yield fault("the sender's organisation is not in the bundle", _without_sender, f"{_H}.sender")
    yield fault(
        "an unknown kind of resource stands in the bundle",
        put("Patient.resourceType", "Citizen"),
        says="Citizen",
    )
    yield fault(
        "a resource does not say what it is", drop("Encounter.resourceType"), says="resourceType|resource"
    )
    yield fault("an id has an underscore", put("Practitioner.id", "a_b"), "Practitioner.id")
    yield fault("an id is 65 characters long", put("Practitioner.id", "a" * 65), "Practitioner.id")
    yield fault(
        "a resource has an id other than its fullUrl's", put("Practitioner.id", "another"), says="fullUrl|id"
    )
    yield fault(
        "a profile is one of another message",
        put(
            "MessageHeader.meta.profile[0]",
            "http://medcomfhir.dk/ig/hospitalnotification/StructureDefinition/medcom-hospitalNotification-messageHeader",
        ),
        rule="medcom-careCommunication-1",
    )


def _header_last(tree: Tree) -> None:
    tree["entry"].append(tree["entry"].pop(0))


def _versioned(tree: Tree) -> None:
    tree["entry"][entry(tree, "Practitioner")]["fullUrl"] += "/_history/2"


def _without_url(tree: Tree) -> None:
    del tree["entry"][entry(tree, "Encounter")]["fullUrl"]


def _uuid_url(tree: Tree) -> None:
    tree["entry"][entry(tree, "Encounter")]["fullUrl"] = "urn:uuid:0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c"


def _without_sender(tree: Tree) -> None:
    target = get(tree, f"{_H}.sender.reference")
    tree["entry"] = [e for e in tree["entry"] if not e["fullUrl"].endswith(target)]


def header_mutants() -> Iterator[Mutant]:
    """Faults of the MessageHeader."""
    for path in (
        "id",
        "eventCoding",
        "eventCoding.system",
        "eventCoding.code",
        "sender",
        "source",
        "focus",
        "definition",
    ):
        says = "event" if path == "eventCoding" else ""
        yield missing(f"{_H}.{path}", says=says)
    yield missing(f"{_H}.source.endpoint")
    yield missing(f"{_H}.destination")
    yield missing(f"{_H}.destination[0].endpoint")
    yield missing(f"{_H}.destination[0].receiver")
    yield fault("the header has no profile", drop(f"{_H}.meta"), rule="medcom-careCommunication-1")
    yield fault(
        "the header has the profile of the communication",
        put(f"{_H}.meta.profile[0]", f"{_PROFILES}-communication"),
        rule="medcom-careCommunication-1",
    )
    yield fault(
        "the event's system is another",
        put(
            f"{_H}.eventCoding.system",
            "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-activityCodes",
        ),
        f"{_H}.eventCoding",
    )
    yield fault(
        "the event is given as an address",
        both(drop(f"{_H}.eventCoding"), put(f"{_H}.eventUri", "urn:care")),
        _H,
        says="event",
    )
    yield fault(
        "the event is one that nobody knows",
        put(f"{_H}.eventCoding.code", "care-communication"),
        says="event|unrecognised",
    )
    for wrong, value in (
        ("of a version to come", f"{_MD}|6.0"),
        ("without a version", _MD),
        ("with a version of three parts", f"{_MD}|5.0.2"),
        ("with another name", _MD.replace("CareCommunication", "HospitalNotification") + "|5.0"),
        (
            "of version 4.0",
            "http://medcomfhir.dk/ig/carecommunication/medcom-careCommunication-message-definition|5.0.0",
        ),
    ):
        yield fault(f"the definition is {wrong}", put(f"{_H}.definition", value), f"{_H}.definition")
    # destination
    yield fault("there are two primary receivers", repeat(f"{_H}.destination[0]"), f"{_H}.destination")
    yield fault(
        "the receiver is not called primary", drop(f"{_H}.destination[0].extension"), f"{_H}.destination"
    )
    yield fault("the receiver gets a copy", put(f"{_USE}.valueCoding.code", "cc"), f"{_H}.destination")
    yield fault("a second receiver gets a copy", _with_copy, f"{_H}.destination")
    yield fault(
        "the receiver's use has another system",
        put(f"{_USE}.valueCoding.system", "http://medcomfhir.dk/ig/x"),
        f"{_H}.destination",
    )
    yield fault("the receiver's use has no code", drop(f"{_USE}.valueCoding.code"), f"{_H}.destination")
    yield fault("the receiver's use has no value", drop(f"{_USE}.valueCoding"), f"{_H}.destination")
    yield fault(
        "the receiver is not in the bundle",
        put(f"{_H}.destination[0].receiver.reference", "Organization/none"),
        f"{_H}.destination[0].receiver",
        rule="fhir-reference",
    )
    yield fault("the receiver is the patient", _receiver_is_patient, f"{_H}.destination[0].receiver")
    yield fault(
        "the receiver is only named",
        put(f"{_H}.destination[0].receiver", {"display": "Lægerne"}),
        f"{_H}.destination[0].receiver",
    )
    yield fault(
        "the receiver is at another server",
        put(f"{_H}.destination[0].receiver.reference", "https://example.org/fhir/Organization/1"),
        f"{_H}.destination[0].receiver",
    )
    yield fault(
        "the receiver's endpoint is of another unit",
        put(f"{_H}.destination[0].endpoint", "https://sor2.sum.dsdn.dk/#id=900000031000016009"),
        f"{_H}.destination[0].endpoint",
        lenient=True,
    )
    # sender, source, focus
    yield fault("the sender's reference is empty", put(f"{_H}.sender", {"reference": ""}), f"{_H}.sender")
    yield fault(
        "the sender leads to no entry",
        put(f"{_H}.sender.reference", "Organization/none"),
        f"{_H}.sender",
        rule="fhir-reference",
    )
    yield fault("the sender is a practitioner", _sender_is_practitioner, f"{_H}.sender")
    yield fault(
        "the sender is an organisation without a GLN profile",
        _sender_is_clinical,
        "Organization",
        says="EAN|GLN|identifier",
        base="CC5 simple",
    )
    yield fault(
        "the source's endpoint is of another unit",
        put(f"{_H}.source.endpoint", "https://sor2.sum.dsdn.dk/#id=900000031000016009"),
        f"{_H}.source.endpoint",
        lenient=True,
    )
    yield fault(
        "the source's endpoint holds blanks",
        put(f"{_H}.source.endpoint", "https://sor2.sum.dsdn.dk/ #id=1"),
        f"{_H}.source.endpoint",
    )
    yield fault("there are two focuses", repeat(f"{_H}.focus[0]"), f"{_H}.focus")
    yield fault("the focus is the patient", _focus_is_patient, f"{_H}.focus[0]")
    yield fault(
        "the focus leads to no entry",
        put(f"{_H}.focus[0].reference", "Communication/none"),
        f"{_H}.focus[0]",
        rule="fhir-reference",
    )
    yield fault(
        "the sender stands in a list", put(f"{_H}.sender", [{"reference": "Organization/1"}]), f"{_H}.sender"
    )
    yield fault(
        "the focus stands in no list", put(f"{_H}.focus", {"reference": "Communication/1"}), f"{_H}.focus"
    )
    yield fault("the header has an event twice", put(f"{_H}.eventUri", "urn:care"), _H, says="event")
    yield fault(
        "the header's destination is renamed",
        rename(f"{_H}.destination", "destinations"),
        _H,
        says="destination",
    )


def _with_copy(tree: Tree) -> None:
    copy = deepcopy(get(tree, f"{_H}.destination[0]"))
    copy["extension"][0]["valueCoding"]["code"] = "cc"
    append(f"{_H}.destination", copy)(tree)


def _reference(tree: Tree, kind: str) -> dict[str, str]:
    return {"reference": f"{kind}/{resource(tree, kind)['id']}"}


def _receiver_is_patient(tree: Tree) -> None:
    put(f"{_H}.destination[0].receiver", _reference(tree, "Patient"))(tree)


def _sender_is_practitioner(tree: Tree) -> None:
    put(f"{_H}.sender", _reference(tree, "Practitioner"))(tree)


def _focus_is_patient(tree: Tree) -> None:
    put(f"{_H}.focus[0]", _reference(tree, "Patient"))(tree)


def _sender_is_clinical(tree: Tree) -> None:
    """The sender keeps its SOR id, and has the profile of an organisation that cannot send."""
    target = get(tree, f"{_H}.sender.reference")
    sender = next(e["resource"] for e in tree["entry"] if e["fullUrl"].endswith(target))
    sender["meta"]["profile"] = ["http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-organization"]
    sender["identifier"] = [i for i in sender["identifier"] if "gln" not in i["system"]]
