"""A CareCommunication record as the FHIR message that goes on the wire.

The order of entries and elements is fixed, and resource ids are derived from the message's own id
unless a source of ids is handed in: the same record always gives the same bytes.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from mocks.errors import BadInput
from mocks.standards.care_communication_records import (
    Address,
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
    MIME_JSON,
    BundleWriter,
    Organisation,
    Tree,
    derived_ids,
    serialise,
    write_moment,
)
from mocks.standards.fhir_narrative import narrative
from mocks.standards.profiles import codes

_BASE = "https://medcomfhir.dk/ig/carecommunication"


def _meta(profile: str) -> Tree:
    return {"profile": [profile]}


_MESSAGE = _meta(codes.CC_MESSAGE)
_HEADER = _meta(codes.CC_HEADER)
_COMMUNICATION = _meta(codes.CC_COMMUNICATION)
_PROVENANCE = _meta(codes.CC_PROVENANCE)
_PATIENT = _meta(codes.CORE_PATIENT)
_ENCOUNTER = _meta(codes.CORE_ENCOUNTER)
_PRACTITIONER = _meta(codes.CORE_PRACTITIONER)
_PRACTITIONER_ROLE = _meta(codes.CORE_PRACTITIONER_ROLE)
_CARE_TEAM = _meta(codes.CORE_CARE_TEAM)
_EVENT = {"system": codes.EVENT_SYSTEM, "code": "care-communication-message"}
#: Stands beside a required element whose value nobody knows.
_ABSENT = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
_DEFINITIONS = {"5.0": f"{codes.CC_DEFINITION_5}|5.0", "4.0.0": codes.CC_DEFINITION_4}


def write(
    record: CareCommunication, *, mime: str = MIME_JSON, new_id: Callable[[], str] | None = None
) -> bytes:
    """The message as FHIR JSON or XML. ``new_id`` gives resource ids; by default they are derived."""
    return serialise(to_tree(record, new_id=new_id), mime)


def to_tree(record: CareCommunication, *, new_id: Callable[[], str] | None = None) -> Tree:
    """The message as a tree. Parts of it may be shared: copy before changing it."""
    if record.version not in _DEFINITIONS:
        raise BadInput(f"CareCommunication is written in version 5.0 or 4.0.0, not {record.version}")
    if record.version == "5.0" and record.further_recipients:
        raise BadInput("CareCommunication 5.0 has one specific recipient: leave the further ones out")
    writer = _Writer(record, new_id or derived_ids(record.header_id))
    writer.write()
    return {
        "resourceType": "Bundle",
        "id": record.bundle_id,
        "meta": _MESSAGE,
        "type": "message",
        "timestamp": write_moment(record.timestamp),
        "entry": writer.entries,
    }


class _Writer(BundleWriter):
    def __init__(self, record: CareCommunication, new_id: Callable[[], str]) -> None:
        super().__init__(_BASE, new_id)
        self._record = record
        self._roles: dict[tuple[Any, ...], str] = {}
        self._people: list[Tree] = []

    def write(self) -> None:
        record = self._record
        patient, communication = f"Patient/{self.new_id()}", f"Communication/{self.new_id()}"
        encounter = f"Encounter/{self.new_id()}" if record.encounter else None
        self._header(communication)
        self._patient(record.patient, patient[8:])
        self._communication(communication[14:], patient, encounter)
        if record.encounter and encounter:
            self._encounter(record.encounter, encounter[10:], patient)
        for resource in self._people:
            self.add(resource)
        history, self.entries = self.entries, []
        for step in record.steps:
            self.step(step, _PROVENANCE)
        # organisations of earlier steps are known only now; they stand before the steps
        steps, self.entries = self.entries, history
        self.add_organisations()
        self.entries += steps

    def _header(self, focus: str) -> None:
        record, own = self._record, self._record.header_id
        sender, destination = self.organisation(record.sender), self.destination(record.receiver)
        source = codes.SOR_ENDPOINT + record.sender.sor_id
        shown = [
            ("Hændelse (Event)", "Korrespondancemeddelelse (care-communication-message)"),
            ("Modtager (Receiver), primary", destination[0]["receiver"]["reference"]),
            ("Modtagers endpoint (Destination endpoint)", destination[0]["endpoint"]),
            ("Afsender (Sender)", sender),
            ("Afsenders endpoint (Source endpoint)", source),
            ("Indhold (Focus)", focus),
        ]
        self.add(
            {
                "resourceType": "MessageHeader",
                "id": own,
                "meta": _HEADER,
                "text": narrative("Meddelelseshoved (MessageHeader)", own, shown),
                "eventCoding": _EVENT,
                "destination": destination,
                "sender": {"reference": sender},
                "source": {"endpoint": source},
                "focus": [{"reference": focus}],
                "definition": _DEFINITIONS[record.version],
            }
        )

    def _patient(self, patient: PatientIdentity, own: str) -> None:
        given = patient.given.split()
        shown = [(_identifier_label(system), value) for system, value in patient.identifiers]
        shown.append(("Navn (Name)", f"{patient.given} {patient.family}".strip()))
        name: Tree = {"use": "official"}
        if patient.family:
            name["family"] = patient.family
        else:
            name["_family"] = _ABSENT
        if given:
            name["given"] = given
        resource: Tree = {
            "resourceType": "Patient",
            "id": own,
            "meta": _PATIENT,
            "text": None,
            "identifier": [{"system": system, "value": value} for system, value in patient.identifiers],
            "name": [name],
        }
        if patient.telecoms:
            resource["telecom"] = [_telecom(telecom, shown) for telecom in patient.telecoms]
        if patient.died is not None:
            resource["deceasedDateTime"] = patient.died
            shown.append(("Død (Deceased)", patient.died))
        elif patient.deceased:
            resource["deceasedBoolean"] = True
            shown.append(("Død (Deceased)", "ja"))
        if patient.address is not None:
            resource["address"] = [_address(patient.address, shown)]
        resource["text"] = narrative("Patient (Patient)", own, shown)
        self.add(resource)

    def _communication(self, own: str, patient: str, encounter: str | None) -> None:
        record = self._record
        danish, english = codes.CATEGORIES.get(record.category, (record.category, record.category))
        shown = [
            ("Status (Status)", "unknown"),
            ("Kategori (Category)", f"{danish} ({english}), {record.category}"),
            ("Patient (Subject)", patient),
        ]
        resource: Tree = {
            "resourceType": "Communication",
            "id": own,
            "meta": _COMMUNICATION,
            "text": None,
        }
        if record.specific_sender is not None:
            party = self._party(record.specific_sender, record.sender)
            resource["extension"] = [{"url": codes.SENDER_EXTENSION, "valueReference": {"reference": party}}]
            shown.append(("Specifik afsender (Sender)", party))
        resource["identifier"] = [{"value": f"urn:uuid:{record.thread}"}]
        resource["status"] = "unknown"
        resource["category"] = [{"coding": [{"system": codes.CATEGORY_SYSTEM, "code": record.category}]}]
        if record.priority:
            resource["priority"] = record.priority
            shown.append(("Prioritet (Priority)", record.priority))
        resource["subject"] = {"reference": patient}
        if record.topic:
            resource["topic"] = {"text": record.topic}
            shown.append(("Emne (Topic)", record.topic))
        if encounter:
            resource["encounter"] = {"reference": encounter}
            shown.append(("Kontakt (Encounter)", encounter))
        recipients = (record.specific_recipient, *record.further_recipients)
        if parties := [self._party(each, record.receiver) for each in recipients if each is not None]:
            resource["recipient"] = [{"reference": party} for party in parties]
            shown += [("Specifik modtager (Recipient)", party) for party in parties]
        resource["payload"] = [self._payload(segment, shown) for segment in record.segments]
        resource["text"] = narrative("Korrespondance (Communication)", own, shown, "extensions")
        self.add(resource)

    def _payload(self, segment: Segment, shown: list[tuple[str, str]]) -> Tree:
        sent, author = write_moment(segment.sent), segment.author
        extensions: list[Tree] = [
            {"url": codes.DATE_EXTENSION, "valueDateTime": sent},
            {
                "url": codes.IDENTIFIER_EXTENSION,
                "valueIdentifier": {
                    "value": f"urn:uuid:{segment.identifier}",
                    "assigner": {"reference": self.organisation(segment.organisation)},
                },
            },
        ]
        shown.append(("Sendt (Date)", sent))
        if author is not None:
            if author.family or author.given:
                role = self._role(author, segment.organisation)
                extensions.append({"url": codes.AUTHOR_EXTENSION, "valueReference": {"reference": role}})
                shown.append(("Forfatter (Author)", role))
            if author.phone:
                contact = {"system": "phone", "value": author.phone}
                extensions.append({"url": codes.CONTACT_EXTENSION, "valueContactPoint": contact})
                shown.append(("Telefon (Author contact)", author.phone))
        if segment.text is not None:
            shown.append(("Tekst (Text)", segment.text))
            return {"extension": extensions, "contentString": segment.text}
        attachment = segment.attachment
        if attachment is None:
            raise BadInput(f"segment {segment.identifier} holds neither text nor attachment: add one")
        content: Tree = {}
        if attachment.content_type:
            content["contentType"] = attachment.content_type
            shown.append(("Filtype (Content type)", attachment.content_type))
        if attachment.data is not None:
            content["data"] = b64encode(attachment.data).decode("ascii")
        if attachment.url:
            content["url"] = attachment.url
            shown.append(("Link (URL)", attachment.url))
        content["title"] = attachment.title
        shown.append(("Titel (Title)", attachment.title))
        if attachment.creation:
            content["creation"] = attachment.creation
            shown.append(("Oprettet (Creation)", attachment.creation))
        return {"extension": extensions, "contentAttachment": content}

    def _party(self, party: Team | Person, organisation: Organisation) -> str:
        if isinstance(party, Person):
            return self._role(party.author, organisation)
        own, manager = self.new_id(), self.organisation(organisation)
        shown = [("Navn (Name)", party.name), ("Organisation (Managing organization)", manager)]
        self._people.append(
            {
                "resourceType": "CareTeam",
                "id": own,
                "meta": _CARE_TEAM,
                "text": narrative("Team (CareTeam)", own, shown),
                "name": party.name,
                "managingOrganization": [{"reference": manager}],
            }
        )
        return f"CareTeam/{own}"

    def _role(self, author: Author, organisation: Organisation) -> str:
        """The PractitionerRole of a person in an organisation, bundled once with its Practitioner."""
        key = (author.given, author.family, author.role_code, author.role_text, organisation.sor_id)
        found = self._roles.get(key)
        if found is not None:
            return found
        own, person = self.new_id(), self.new_id()
        name: Tree = {"family": author.family} if author.family else {}
        if given := author.given.split():
            name["given"] = given
        full = f"{author.given} {author.family}".strip()
        code, label = _role_code(author, self._record.version)
        employer = self.organisation(organisation)
        shown = [
            ("Person (Practitioner)", f"Practitioner/{person}"),
            ("Organisation (Organization)", employer),
            ("Stilling (Role)", label),
        ]
        self._people.append(
            {
                "resourceType": "PractitionerRole",
                "id": own,
                "meta": _PRACTITIONER_ROLE,
                "text": narrative("Rolle (PractitionerRole)", own, shown),
                "practitioner": {"reference": f"Practitioner/{person}"},
                "organization": {"reference": employer},
                "code": [code],
            }
        )
        self._people.append(
            {
                "resourceType": "Practitioner",
                "id": person,
                "meta": _PRACTITIONER,
                "text": narrative("Person (Practitioner)", person, [("Navn (Name)", full)]),
                "name": [name],
            }
        )
        found = self._roles[key] = f"PractitionerRole/{own}"
        return found

    def _encounter(self, encounter: Encounter, own: str, patient: str) -> None:
        system = codes.MEDCOM_ACT_SYSTEM if encounter.class_code == "other" else codes.ACT_SYSTEM
        shown = [
            ("Status (Status)", encounter.status),
            ("Type (Class)", encounter.class_code),
            ("Patient (Subject)", patient),
            *((f"Forløb (Episode of care) {system_}", value) for system_, value in encounter.episodes),
        ]
        resource: Tree = {
            "resourceType": "Encounter",
            "id": own,
            "meta": _ENCOUNTER,
            "text": None,
            "status": encounter.status,
            "class": {"system": system, "code": encounter.class_code},
            "subject": {"reference": patient},
            "episodeOfCare": [
                {"identifier": {"system": system_, "value": value}} for system_, value in encounter.episodes
            ],
        }
        if encounter.provider is not None:
            provider = self.organisation(encounter.provider)
            resource["serviceProvider"] = {"reference": provider}
            shown.append(("Behandlingssted (Service provider)", provider))
        resource["text"] = narrative("Kontakt (Encounter)", own, shown)
        self.add(resource)


def _telecom(telecom: Telecom, shown: list[tuple[str, str]]) -> Tree:
    shown.append(("Kontakt (Telecom)", f"{telecom.system} {telecom.value}"))
    written: Tree = {"system": telecom.system, "value": telecom.value}
    if telecom.use:
        written["use"] = telecom.use
    return written


def _address(address: Address, shown: list[tuple[str, str]]) -> Tree:
    written: Tree = {}
    if address.lines:
        written["line"] = list(address.lines)
    if address.city:
        written["city"] = address.city
    if address.postal_code:
        written["postalCode"] = address.postal_code
    told = ", ".join((*address.lines, f"{address.postal_code} {address.city}".strip()))
    shown.append(("Adresse (Address)", told.strip(", ")))
    return written


def _identifier_label(system: str) -> str:
    return "CPR-nummer (CPR number)" if system == codes.CPR else "Erstatnings-CPR (Replacement CPR)"


def _role_code(author: Author, version: str) -> tuple[Tree, str]:
    """The role as CodeableConcept and its text: 5.0 refuses code and text together, 4.0 wants a code."""
    code, text = author.role_code, author.role_text
    if version == "5.0" and text and (not code or code == "NAVU"):
        return {"text": text}, text
    coding = {
        "coding": [
            {"system": author.role_system or codes.role_system(code or "NAVU"), "code": code or "NAVU"}
        ]
    }
    if version != "5.0" and text:
        return {**coding, "text": text}, text
    return coding, code or "NAVU"
