"""A CareCommunication on the wire, read into the record.

Reading takes what the record needs and ignores everything else, as the standard asks of receivers.
It is not the check: a message that can be read may still break rules. A message that passes the check
can be read, unless it gives a data-absent-reason for something that nobody can do without.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from typing import Any

from mocks.errors import Malformed
from mocks.standards.care_communication_records import (
    Address,
    Attachment,
    Author,
    CareCommunication,
    Encounter,
    PatientIdentity,
    Person,
    Segment,
    Team,
    Telecom,
)
from mocks.standards.fhir_bundle import (
    Organisation,
    Step,
    Tree,
    parse,
    read_moment,
    read_organisation,
)
from mocks.standards.findings import Severity
from mocks.standards.profiles import care_communication as profile
from mocks.standards.profiles import codes
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_message_rules import UNREADABLE


def read(raw: bytes) -> CareCommunication:
    """The record of a message in JSON or XML. Errors: ``Malformed`` with the findings."""
    return read_tree(parse(raw))


def read_tree(tree: Tree) -> CareCommunication:
    """The record of a parsed message. Errors: ``Malformed`` with the findings."""
    try:
        return _Reader(tree).read()
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise _why(tree, error) from None


def _why(tree: Tree, error: Exception) -> Malformed:
    """The findings that explain why a message cannot be read."""
    context = Context(tree, "")
    version = profile.version_of(context.resources[0].get("definition") if context.resources else None)
    findings = profile.rules_for(version).check(context)
    errors = tuple(f for f in findings if f.severity is Severity.ERROR)
    if errors:
        return Malformed(errors)
    return UNREADABLE.refusal("Bundle", f"the message cannot be read: {error!r}")


def _uuid(value: str) -> str:
    return value.removeprefix("urn:uuid:")


class _Reader:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._context = Context(tree, "")
        self._organisations: dict[int, Organisation] = {}
        self._authors: dict[int, tuple[str, str, str | None, str | None, str | None]] = {}

    def read(self) -> CareCommunication:
        tree, context = self._tree, self._context
        header = context.resources[0]
        if header["resourceType"] != "MessageHeader":
            raise ValueError("the first entry is no MessageHeader")
        number, communication = context.of("Communication")[0]
        # one address for all entries is the rule; where entries differ, each has its own
        context.base = context.bases[0]
        sender = self._organisation(header["sender"])
        receiver = self._organisation(header["destination"][0]["receiver"])
        steps = tuple(self._step(n, step) for n, step in context.of("Provenance"))
        context.base = context.bases[number]
        topic = communication.get("topic")
        recipient = communication.get("recipient")
        encounter = communication.get("encounter")
        extension = _extensions(communication).get(codes.SENDER_EXTENSION)
        record = CareCommunication(
            version=profile.version_of(header.get("definition")),
            bundle_id=tree["id"],
            timestamp=read_moment(tree["timestamp"]),
            header_id=header["id"],
            thread=_uuid(communication["identifier"][0]["value"]),
            category=communication["category"][0]["coding"][0]["code"],
            sender=sender,
            receiver=receiver,
            patient=self._patient(self._resolve(communication["subject"])),
            segments=tuple([self._segment(payload, steps, sender) for payload in communication["payload"]]),
            steps=steps,
            topic=topic["text"] if topic else None,
            priority=communication.get("priority"),
            encounter=self._encounter(self._resolve(encounter)) if encounter else None,
            specific_sender=self._party(extension["valueReference"]) if extension else None,
            specific_recipient=self._party(recipient[0]) if recipient else None,
            further_recipients=tuple([self._party(each) for each in (recipient or ())[1:]]),
        )
        if not any(step.header_id == record.header_id for step in steps):
            raise ValueError("no Provenance has the MessageHeader as its target")
        return record

    def _resolve(self, reference: Tree) -> Tree:
        found = self._context.resolve(reference["reference"])
        if found is None:
            raise ValueError(f"{reference['reference']} leads to no entry")
        return found

    def _organisation(self, reference: Tree) -> Organisation:
        resource = self._resolve(reference)
        found = self._organisations.get(id(resource))
        if found is None:
            found = self._organisations[id(resource)] = read_organisation(resource)
        return found

    def _step(self, number: int, step: Tree) -> Step:
        self._context.base = self._context.bases[number]
        return read_step(step, self._organisation(step["agent"][0]["who"]))

    def _patient(self, patient: Tree) -> PatientIdentity:
        names = patient["name"]
        name = next((n for n in names if n.get("use") == "official"), names[0])
        return PatientIdentity(
            tuple(
                [(i["system"], i["value"]) for i in patient["identifier"] if "system" in i and "value" in i]
            ),
            name.get("family") or "",  # an official example gives a data-absent-reason instead
            " ".join(name.get("given") or ()),
            patient.get("deceasedBoolean") is True or "deceasedDateTime" in patient,
            _address(patient.get("address") or ()),
            patient.get("deceasedDateTime"),
            tuple(
                [
                    Telecom(each["system"], each["value"], each.get("use"))
                    for each in patient.get("telecom") or ()
                    if "system" in each and "value" in each
                ]
            ),
        )

    def _segment(self, payload: Tree, steps: tuple[Step, ...], sender: Organisation) -> Segment:
        extensions = _extensions(payload)
        value = extensions[codes.IDENTIFIER_EXTENSION]["valueIdentifier"]
        identifier = _uuid(value["value"])
        assigner = value["assigner"].get("reference")
        if assigner is not None and self._context.resolve(assigner) is not None:
            organisation = self._organisation(value["assigner"])
        else:  # an official example leaves the assigner out: the step that added the segment knows
            owners = (step.organisation for step in steps if identifier in step.sources)
            organisation = next(owners, sender)
        attachment = payload.get("contentAttachment")
        return Segment(
            identifier,
            read_moment(extensions[codes.DATE_EXTENSION]["valueDateTime"]),
            organisation,
            self._author(extensions),
            None if attachment is not None else payload["contentString"],
            None if attachment is None else _attachment(attachment),
        )

    def _author(self, extensions: dict[str, Tree]) -> Author | None:
        author, contact = extensions.get(codes.AUTHOR_EXTENSION), extensions.get(codes.CONTACT_EXTENSION)
        if author is None and contact is None:
            return None
        phone = contact["valueContactPoint"]["value"] if contact else ""
        if author is None:
            return Author("", "", phone)
        given, family, code, text, system = self._role(self._resolve(author["valueReference"]))
        return Author(given, family, phone, code, text, system)

    def _role(self, role: Tree) -> tuple[str, str, str | None, str | None, str | None]:
        """Given name, family name, role code, role text, foreign code system."""
        found = self._authors.get(id(role))
        if found is not None:
            return found
        reference = (role.get("practitioner") or {}).get("reference")
        names = (self._context.resolve(reference) or {}).get("name") if reference else None
        name = names[0] if names else {}
        code = text = system = None
        for concept in role.get("code") or ():
            text = text or concept.get("text")
            for coding in concept.get("coding") or ():
                code, system = coding.get("code"), coding.get("system")
                break
        if code == "NAVU" and text:
            code = None  # how a role that has no code is written in 4.0
        if code is None or system == codes.role_system(code):
            system = None
        given = " ".join(name.get("given") or ())
        found = self._authors[id(role)] = (given, name.get("family") or "", code, text, system)
        return found

    def _party(self, reference: Tree) -> Team | Person:
        target = self._resolve(reference)
        if target["resourceType"] == "CareTeam":
            return Team(target["name"])
        given, family, code, text, system = self._role(target)
        return Person(Author(given, family, "", code, text, system))

    def _encounter(self, encounter: Tree) -> Encounter:
        identifiers = [e["identifier"] for e in encounter.get("episodeOfCare") or () if "identifier" in e]
        return Encounter(
            tuple([(i.get("system") or "", i["value"]) for i in identifiers]),
            encounter["status"],
            encounter["class"]["code"],
            self._organisation(encounter["serviceProvider"]) if "serviceProvider" in encounter else None,
        )


def read_step(step: Tree, organisation: Organisation) -> Step:
    """One Provenance as a step of the history."""
    target = step["target"][0]["reference"]
    at = read_moment(step["occurredDateTime"])
    recorded = read_moment(step["recorded"])
    sources: list[str] = []
    previous: str | None = None
    for entity in step.get("entity") or ():
        what: Tree = entity["what"]
        if entity["role"] == "source":
            sources.append(_uuid(what["identifier"]["value"]))
        elif entity["role"] == "revision":
            reference = what.get("reference")
            letter: Tree = what.get("identifier") or {}
            previous = letter.get("value") if reference is None else _last(reference)
    return Step(
        _last(target),
        at,
        step["activity"]["coding"][0]["code"],
        organisation,
        tuple(sources),
        previous,
        None if recorded == at else recorded,
    )


def _last(reference: str) -> str:
    """The id in a reference: ``MessageHeader/<id>``, an address ending so, or ``urn:uuid:<id>``."""
    return reference.removeprefix("urn:uuid:").rpartition("/")[2]


def _address(addresses: Iterable[Tree]) -> Address | None:
    """The first address; a line that says only why it is missing counts as none."""
    for address in addresses:
        lines = tuple(line for line in address.get("line") or () if line)
        found = Address(lines, address.get("city") or "", address.get("postalCode") or "")
        return found if found != Address() else None
    return None


def _extensions(holder: Tree) -> dict[str, Tree]:
    return {extension["url"]: extension for extension in holder.get("extension") or ()}


def _attachment(content: dict[str, Any]) -> Attachment:
    data = content.get("data")
    return Attachment(
        content["title"],
        content.get("contentType"),
        None if data is None else b64decode(data),
        content.get("url"),
        content.get("creation"),
    )
