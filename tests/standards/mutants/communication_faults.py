"""Single faults in the Communication of a CareCommunication 5.0: category, parties, texts."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standards.mutants.fhir_edits import (
    Edit,
    Tree,
    append,
    drop,
    get,
    put,
    rename,
    repeat,
    resource,
)
from tests.standards.mutants.fhir_fault import fault, missing
from tests.standards.mutants.mutant import Mutant

_C = "Communication"
_CODING = f"{_C}.category[0].coding[0]"
_TEXT, _FILE = (f"{_C}.payload[{n}]" for n in range(2))
_UUID = "urn:uuid:0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c"


def communication_mutants() -> Iterator[Mutant]:
    """All mutants of the Communication."""
    for path in (
        "identifier",
        "identifier[0].value",
        "status",
        "category",
        "category[0].coding",
        "category[0].coding[0].system",
        "category[0].coding[0].code",
        "subject",
        "topic.text",
        "payload",
    ):
        yield missing(f"{_C}.{path}")
    yield from _identity()
    yield from _classification()
    yield from _references()
    yield from _segments()


def _identity() -> Iterator[Mutant]:
    at = f"{_C}.identifier"
    uuid = "30869f66-e657-4dc0-bf5c-ea0aa502af59"
    for wrong, value in (
        ("has capital letters", f"urn:uuid:{uuid.upper()}"),
        ("lacks its prefix", uuid),
        ("lacks its dashes", f"urn:uuid:{uuid.replace('-', '')}"),
        ("is an OID", "urn:oid:1.2.208.176"),
        ("lacks a digit", f"urn:uuid:{uuid[:-1]}"),
    ):
        yield fault(
            f"the thread's identifier {wrong}", put(f"{at}[0].value", value), at, rule="medcom-uuidv4"
        )
    yield fault("the thread has two identifiers", append(at, {"value": _UUID}), at)
    yield fault("the status is completed", put(f"{_C}.status", "completed"), f"{_C}.status")
    yield fault("the status is not a code of FHIR", put(f"{_C}.status", "Unknown"), f"{_C}.status")


def _classification() -> Iterator[Mutant]:
    for wrong, value in (
        ("is not in the list", "school"),
        ("has a capital letter", "Regarding-referral"),
        ("has a blank behind it", "regarding-referral "),
        ("is the Danish name", "Vedr. henvisning"),
        ("was one of the statistical codes once", "assessment"),
    ):
        yield fault(f"the category {wrong}", put(f"{_CODING}.code", value), f"{_CODING}.code")
    yield fault(
        "the category is of another system",
        put(
            f"{_CODING}.system",
            "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-activityCodes",
        ),
        _CODING,
    )
    yield fault(
        "the category is only a text",
        put(f"{_C}.category[0]", {"text": "Vedr. henvisning"}),
        f"{_C}.category[0]",
    )
    yield fault("there are two categories", repeat(f"{_C}.category[0]"), f"{_C}.category")
    yield fault("the category has two codings", repeat(f"{_CODING}"), f"{_C}.category[0].coding")
    yield fault(
        "a priority stands without a referral",
        put(f"{_CODING}.code", "nursing"),
        rule="medcom-careCommunication-5",
    )
    yield fault(
        "another category has a priority",
        put(f"{_C}.priority", "routine"),
        rule="medcom-careCommunication-5",
        base="CC5 simple",
    )
    yield fault(
        "the category other has no topic",
        drop(f"{_C}.topic"),
        rule="medcom-careCommunication-6",
        base="CC5 other",
    )
    yield fault(
        "the category becomes other, and there is no topic",
        put(f"{_CODING}.code", "other"),
        rule="medcom-careCommunication-6",
        base="CC5 simple",
    )
    yield fault(
        "the priority is urgent, which FHIR knows and MedCom does not",
        put(f"{_C}.priority", "urgent"),
        f"{_C}.priority",
    )
    yield fault("the priority is high", put(f"{_C}.priority", "high"), f"{_C}.priority")
    yield fault("the priority is a number", put(f"{_C}.priority", 1), f"{_C}.priority")
    yield fault(
        "the topic is only a code",
        put(f"{_C}.topic", {"coding": [{"system": "urn:x", "code": "a"}]}),
        f"{_C}.topic",
        says="text",
    )
    yield fault("the topic is an empty text", put(f"{_C}.topic.text", ""), f"{_C}.topic.text")


def _references() -> Iterator[Mutant]:
    yield fault(
        "the subject leads to no entry",
        put(f"{_C}.subject.reference", "Patient/none"),
        f"{_C}.subject",
        rule="fhir-reference",
    )
    yield fault("the subject is the sender", _subject_is_sender, f"{_C}.subject")
    yield fault("the subject is only named", put(f"{_C}.subject", {"display": "Bruno"}), f"{_C}.subject")
    yield fault(
        "the subject's reference has the wrong type",
        _renamed("subject", "Practitioner"),
        f"{_C}.subject",
    )
    yield fault(
        "the encounter leads to no entry",
        put(f"{_C}.encounter.reference", "Encounter/none"),
        f"{_C}.encounter",
    )
    yield fault(
        "no reference leads to the encounter", drop(f"{_C}.encounter"), rule="medcom-careCommunication-15"
    )
    yield fault("there are two recipients", repeat(f"{_C}.recipient[0]"), f"{_C}.recipient")
    yield fault("the recipient is an organisation", _recipient_is_receiver, f"{_C}.recipient[0]")
    yield fault(
        "the recipient leads to no entry",
        put(f"{_C}.recipient[0].reference", "CareTeam/none"),
        f"{_C}.recipient[0]",
    )
    yield fault(
        "the recipient is of the sender's organisation",
        _recipient_of_sender,
        rule="medcom-careCommunication-12",
    )
    yield fault(
        "the recipient is of no organisation", _recipient_of_nobody, rule="medcom-careCommunication-12"
    )
    yield fault(
        "the specific sender is of the receiver's organisation",
        _sender_of_receiver,
        rule="medcom-careCommunication-11",
    )
    yield fault(
        "the specific sender leads to no entry",
        put(f"{_C}.extension:sender.valueReference.reference", "CareTeam/none"),
        f"{_C}.extension[0]",
    )
    yield fault("the specific sender is a patient", _sender_is_patient, f"{_C}.extension[0]")
    yield fault(
        "there are two specific senders",
        repeat(f"{_C}.extension[0]"),
        f"{_C}.extension",
        says="sender|extension",
    )


def _renamed(element: str, kind: str) -> Edit:
    """The reference names another type with the same id."""

    def edit(tree: Tree) -> None:
        old = get(tree, f"{_C}.{element}.reference")
        put(f"{_C}.{element}.reference", f"{kind}/{old.partition('/')[2]}")(tree)

    return edit


def _organisation(tree: Tree, which: str) -> dict[str, str]:
    path = "sender" if which == "sender" else "destination[0].receiver"
    return {"reference": get(tree, f"MessageHeader.{path}.reference")}


def _subject_is_sender(tree: Tree) -> None:
    put(f"{_C}.subject", _organisation(tree, "sender"))(tree)


def _recipient_is_receiver(tree: Tree) -> None:
    put(f"{_C}.recipient[0]", _organisation(tree, "receiver"))(tree)


def _recipient(tree: Tree) -> Tree:
    wanted = get(tree, f"{_C}.recipient[0].reference")
    found: Tree = next(e["resource"] for e in tree["entry"] if e["fullUrl"].endswith(wanted))
    return found


def _recipient_of_sender(tree: Tree) -> None:
    _recipient(tree)["organization"] = _organisation(tree, "sender")


def _recipient_of_nobody(tree: Tree) -> None:
    del _recipient(tree)["organization"]


def _sender_of_receiver(tree: Tree) -> None:
    resource(tree, "CareTeam")["managingOrganization"] = [_organisation(tree, "receiver")]


def _sender_is_patient(tree: Tree) -> None:
    patient = f"Patient/{resource(tree, 'Patient')['id']}"
    put(f"{_C}.extension:sender.valueReference", {"reference": patient})(tree)


def _segments() -> Iterator[Mutant]:
    at = f"{_TEXT}.extension"
    for part in ("date", "author", "contact", "identifier"):
        yield fault(f"a text has no {part}", drop(f"{_TEXT}.extension:{part}"), at, says=part)
        yield fault(f"a text has two of {part}", repeat(f"{_TEXT}.extension:{part}"), at, says=part)
    yield fault("no payload is a text", drop(_TEXT), f"{_C}.payload", says="string|text")
    yield fault("a text is empty", put(f"{_TEXT}.contentString", ""), _TEXT)
    yield fault("a text is a number", put(f"{_TEXT}.contentString", 42), f"{_TEXT}.contentString")
    yield fault("a text is nothing but blanks", put(f"{_TEXT}.contentString", "  \n "), _TEXT)
    yield fault("a text is longer than a megabyte", put(f"{_TEXT}.contentString", "x" * 1_100_000), _TEXT)
    yield fault("a payload has no content", drop(f"{_TEXT}.contentString"), _C, says="content|string")
    yield fault("a payload has text and file", put(f"{_TEXT}.contentAttachment", {"title": "Fil"}), _TEXT)
    date = f"{_TEXT}.extension:date"
    yield fault("a text's moment has no time zone", put(f"{date}.valueDateTime", "2025-09-29T09:00:00"), date)
    yield fault(
        "a text's moment is a day that does not exist",
        put(f"{date}.valueDateTime", "2025-09-31T09:00:00+02:00"),
        date,
    )
    yield fault(
        "a text's moment is only a date", put(f"{date}.valueDateTime", "2025-09-29"), _TEXT, lenient=True
    )
    yield fault(
        "a text's moment is an instant by name", rename(f"{date}.valueDateTime", "valueInstant"), date
    )
    yield fault(
        "a text's moment is later than the bundle",
        put(f"{date}.valueDateTime", "2025-09-29T11:00:00+02:00"),
        f"{_C}.payload",
        lenient=True,
        says="later|after|before|order",
    )
    author = f"{_TEXT}.extension:author"
    yield fault(
        "a text's author leads to no entry",
        put(f"{author}.valueReference.reference", "PractitionerRole/none"),
        author,
    )
    yield fault("a text's author is a practitioner without a role", _author_without_role, author)
    contact = f"{_TEXT}.extension:contact.valueContactPoint"
    yield fault("the phone number is an address of mail", put(f"{contact}.system", "email"), contact)
    yield fault("the phone number is missing", drop(f"{contact}.value"), contact, says="value")
    yield fault(
        "the phone number holds no digit",
        put(f"{contact}.value", "ring"),
        contact,
        rule="medcom-core-contact",
    )
    identifier = f"{_TEXT}.extension:identifier.valueIdentifier"
    yield fault("a segment's identifier has no value", drop(f"{identifier}.value"), identifier, says="value")
    yield fault(
        "a segment's identifier has no assigner", drop(f"{identifier}.assigner"), identifier, says="assigner"
    )
    yield fault("a segment's identifier lacks its prefix", _without_prefix, _TEXT, rule="medcom-uuidv4")
    yield fault(
        "a segment's assigner is not in the bundle",
        put(f"{identifier}.assigner.reference", "Organization/none"),
        identifier,
        lenient=True,
    )
    yield fault("a segment's assigner is the receiver", _assigned_by_receiver, identifier, lenient=True)
    yield fault("two segments have one identifier", _same_identifier, f"{_C}.payload", lenient=True)


def _author_without_role(tree: Tree) -> None:
    practitioner = f"Practitioner/{resource(tree, 'Practitioner')['id']}"
    put(f"{_TEXT}.extension:author.valueReference.reference", practitioner)(tree)


def _without_prefix(tree: Tree) -> None:
    """In the history as well, so that nothing else is wrong."""
    path = f"{_TEXT}.extension:identifier.valueIdentifier.value"
    old = get(tree, path)
    new = old.removeprefix("urn:uuid:")
    put(path, new)(tree)
    for entity in resource(tree, "Provenance")["entity"]:
        if entity["what"].get("identifier", {}).get("value") == old:
            entity["what"]["identifier"]["value"] = new


def _assigned_by_receiver(tree: Tree) -> None:
    put(f"{_TEXT}.extension:identifier.valueIdentifier.assigner", _organisation(tree, "receiver"))(tree)


def _same_identifier(tree: Tree) -> None:
    value = get(tree, f"{_TEXT}.extension:identifier.valueIdentifier.value")
    put(f"{_FILE}.extension:identifier.valueIdentifier.value", value)(tree)
