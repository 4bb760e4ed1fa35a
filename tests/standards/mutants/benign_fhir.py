"""Changes of a FHIR message that its standard allows: they must not lead to a finding."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from mocks.identifiers import make_sor
from tests.standards.mutants.fhir_edits import Edit, Tree, drop, get, put, repeat

Change = Callable[[bytes], bytes]
_DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


def _dumped(**how: Any) -> Change:
    return lambda raw: json.dumps(orjson.loads(raw), **how).encode("utf-8")


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value


def _crlf(raw: bytes) -> bytes:
    return _dumped(indent=2, ensure_ascii=False)(raw).replace(b"\n", b"\r\n")


#: The form of JSON.
ANY_JSON: dict[str, Change] = {
    "it is spread over lines": _dumped(indent=2, ensure_ascii=False),
    "its lines end with CR and LF": _crlf,
    "it is indented by tabs": _dumped(indent="\t", ensure_ascii=False),
    "its names stand in the order of the alphabet": _dumped(sort_keys=True, ensure_ascii=False),
    "its names stand in the opposite order": lambda raw: orjson.dumps(_turned(orjson.loads(raw))),
    "its Danish letters are escaped": _dumped(ensure_ascii=True),
    "its slashes are escaped": lambda raw: orjson.dumps(orjson.loads(raw)).replace(b"/", b"\\/"),
    "it begins with a byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "white space stands around it": lambda raw: b"\r\n  " + raw + b"\n\n",
}


def edit(change: Edit) -> Change:
    """A change of the tree, in JSON."""

    def changed(raw: bytes) -> bytes:
        tree = orjson.loads(raw)
        change(tree)
        return orjson.dumps(tree)

    return changed


def resources(tree: Tree, kind: str | None = None) -> Iterator[Tree]:
    """The resources of a bundle, or those of one kind."""
    for each in tree["entry"]:
        if kind is None or each["resource"]["resourceType"] == kind:
            yield each["resource"]


def _each(kind: str, **elements: Any) -> Edit:
    """Elements that FHIR allows and the profile does not mention."""

    def change(tree: Tree) -> None:
        for resource in resources(tree, kind):
            for name, value in elements.items():
                resource.setdefault(name, value)

    return change


def _reordered(order: Callable[[list[Tree]], list[Tree]]) -> Edit:
    def change(tree: Tree) -> None:
        tree["entry"] = [tree["entry"][0], *order(tree["entry"][1:])]

    return change


def _narrative(body: str, status: str = "generated") -> Edit:
    def change(tree: Tree) -> None:
        for resource in resources(tree):
            resource["text"] = {"status": status, "div": _DIV.format(f"<p>{resource['id']}</p>{body}")}

    return change


def _reversed_lists(tree: Tree) -> None:
    """Lists whose order says nothing: extensions and identifiers."""
    for node in _nodes(tree):
        for name in ("extension", "identifier"):
            if isinstance(node.get(name), list):
                node[name].reverse()


def _nodes(value: Any) -> Iterator[Tree]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item)


def _replaced(pattern: str, by: str) -> Edit:
    """In every text of the message, as a regular expression."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        return re.sub(pattern, by, value) if isinstance(value, str) else value

    def change(tree: Tree) -> None:
        tree.update(walk(tree))

    return change


def _absolute(tree: Tree) -> None:
    urls = {each["fullUrl"].split("/", 5)[-1]: each["fullUrl"] for each in tree["entry"]}
    for node in _nodes(tree):
        reference = node.get("reference")
        if isinstance(reference, str):
            node["reference"] = urls.get(reference, reference)


def _by_uuid(tree: Tree) -> None:
    """Every fullUrl is a UUID, and references to entries are as well."""
    names = {}
    for each in tree["entry"]:
        short = f"{each['resource']['resourceType']}/{each['resource']['id']}"
        names[short] = each["fullUrl"] = uuid5(NAMESPACE_URL, short).urn
    for node in _nodes(tree):
        if isinstance(node.get("reference"), str):
            node["reference"] = names.get(node["reference"], node["reference"])


def _described(tree: Tree) -> None:
    for node in _nodes(tree):
        if isinstance(node.get("reference"), str):
            node["type"] = node["reference"].split("/")[-2]
            node["display"] = "Se der"
        if "system" in node and "code" in node:
            node["display"] = "Det siger koden"


def _official(tree: Tree) -> None:
    for kind, systems in (("Organization", ("1.2.208.176.1.1", "gln")), ("Patient", ("1.2.208.176.1.2",))):
        for resource in resources(tree, kind):
            for identifier in resource.get("identifier", ()):
                if identifier["system"].endswith(systems):
                    identifier["use"] = "official"


def _more_identifiers(tree: Tree) -> None:
    for organisation in resources(tree, "Organization"):
        organisation["identifier"] += [
            {"system": "urn:oid:1.2.208.176.1.4", "value": "000001"},
            {"system": "http://cvr.dk", "value": "55133018"},
            {"system": "urn:oid:1.2.3.4", "value": "our own"},
        ]


def _extended(tree: Tree) -> None:
    """Extensions that nobody knows, where lists of extensions are open."""
    unknown = {"url": "https://example.org/StructureDefinition/colour", "valueString": "blue"}
    for kind in ("Patient", "Organization", "Practitioner", "Communication"):
        for resource in resources(tree, kind):
            resource.setdefault("extension", []).append(unknown)


def _more_organisations(tree: Tree) -> None:
    """An organisation that nothing refers to."""
    tree["entry"].append(
        {
            "fullUrl": "https://medcomfhir.dk/ig/carecommunication/Organization/more",
            "resource": {
                "resourceType": "Organization",
                "id": "more",
                "meta": {
                    "profile": ["http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-organization"]
                },
                "text": {"status": "generated", "div": _DIV.format("<p>more</p>")},
                "identifier": [{"system": "urn:oid:1.2.208.176.1.1", "value": make_sor(4)}],
            },
        }
    )


def _by_history_last(entries: list[Tree]) -> list[Tree]:
    steps = [each for each in entries if each["resource"]["resourceType"] == "Provenance"]
    rest = [each for each in entries if each["resource"]["resourceType"] != "Provenance"]
    return [*reversed(steps), *rest]


def _with_meta(tree: Tree) -> None:
    tree["language"] = "da"
    for resource in resources(tree):
        resource["language"] = "da"
        resource.setdefault("meta", {}).update(
            {"versionId": "1", "lastUpdated": "2025-09-29T09:00:00.000+02:00"}
        )


def _numbers(value: str) -> Edit:
    def change(tree: Tree) -> None:
        for node in _nodes(tree):
            if "valueContactPoint" in node:
                node["valueContactPoint"]["value"] = value

    return change


def _unnamed(tree: Tree) -> None:
    for organisation in resources(tree, "Organization"):
        organisation.pop("name", None)


_UUID_IDS = r"(Practitioner|PractitionerRole|CareTeam|Encounter|Patient)/([0-9a-f]{8})-[0-9a-f-]+$"


def _no_uuids(tree: Tree) -> None:
    """Ids of another form, in addresses, references and resources."""
    _replaced(_UUID_IDS, r"\1/x.\2-y")(tree)
    for each in tree["entry"]:
        each["resource"]["id"] = each["fullUrl"].rpartition("/")[2]


#: What may stand in any MedCom message.
ANY_MESSAGE: dict[str, Change] = {
    "its entries stand in the opposite order": edit(_reordered(lambda entries: entries[::-1])),
    "its history stands first, the newest step before the older": edit(_reordered(_by_history_last)),
    "its entries are sorted by address": edit(
        _reordered(lambda e: sorted(e, key=lambda x: str(x["fullUrl"])))
    ),
    "its extensions and identifiers stand in the opposite order": edit(_reversed_lists),
    "its narratives are new": edit(_narrative("<h2>Besked</h2><table><tr><td>æøå</td></tr></table>")),
    "its narratives have links, images, lists and styles": edit(
        _narrative('<ul><li style="color:red"><a href="#a">a</a><br/><img src="#b" alt="b"/></li></ul>')
    ),
    "its narratives come from extensions": edit(_narrative("<p>Mere</p>", "extensions")),
    "its moments are in Zulu time": edit(_replaced(r"T(\d\d)(:\d\d:\d\d)\+00:00$", r"T\1\2Z")),
    "its moments have milliseconds": edit(_replaced(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\+|Z)", r"\1.250\2")),
    "its addresses are of another server": edit(
        _replaced(
            r"^https://medcomfhir\.dk/ig/(?:carecommunication|acknowledgement)/(?=[A-Z]\w+/[\w.-]+$)",
            "https://example.org/fhir/",
        )
    ),
    "its references are absolute": edit(_absolute),
    "its references are UUIDs": edit(_by_uuid),
    "its references and codes have displays": edit(_described),
    "its identifiers say that they are official": edit(_official),
    "its organisations have more identifiers": edit(_more_identifiers),
    "its organisations have no names": edit(_unnamed),
    "its organisations have addresses and phones": edit(
        _each(
            "Organization",
            active=True,
            telecom=[{"system": "phone", "value": "12345678"}],
            address=[{"line": ["Vej 1"], "city": "By"}],
        )
    ),
    "its resources tell of their versions": edit(_with_meta),
    "it has extensions that nobody knows": edit(_extended),
    "it has an organisation that nothing refers to": edit(_more_organisations),
}


def _sent_again(tree: Tree) -> None:
    """As MedCom's examples of copies do it: only the bundle's id and moment are new."""
    tree["id"] = "0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c"
    tree["timestamp"] = "2025-09-29T12:00:00+02:00"


#: What may stand in a CareCommunication.
CORRESPONDENCE: dict[str, Change] = {
    "its patient has more about them": edit(
        _each(
            "Patient",
            gender="male",
            birthDate="1947-09-25",
            active=True,
            telecom=[{"system": "phone", "use": "mobile", "value": "12345678"}],
            address=[{"line": ["Testgade 3"], "city": "Prøveby", "postalCode": "9999"}],
            maritalStatus={
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}]
            },
        )
    ),
    "its patient is deceased": edit(_each("Patient", deceasedBoolean=True)),
    "its practitioners have more about them": edit(
        _each(
            "Practitioner",
            gender="female",
            active=True,
            telecom=[{"system": "email", "value": "a@example.org"}],
        )
    ),
    "it is sent once more, without a change of its history": edit(_sent_again),
    "its communication tells when it was sent": edit(
        _each("Communication", sent="2025-09-29T09:00:00+02:00")
    ),
    "its phone numbers have a country's number": edit(_numbers("+4512345678")),
    "its phone numbers begin with two noughts": edit(_numbers("004512345678")),
    "its ids are no UUIDs": edit(_no_uuids),
}
#: What may stand in a CareCommunication 5.0.
CORRESPONDENCE_5: dict[str, Change] = {
    "its profiles name their version": edit(
        _replaced(r"^(http://medcomfhir\.dk/ig/carecommunication/StructureDefinition/.+)$", r"\1|5.0.1")
    ),
    "its definition is of a minor version to come": edit(
        _replaced(r"(MedComCareCommunicationMessageDefinition)\|5\.0$", r"\1|5.1")
    ),
}


def _copied_entities(tree: Tree) -> None:
    """The step of the answered message comes with what it said of itself."""
    step = next(resources(tree, "Provenance"))
    step["entity"] = [
        {"role": "source", "what": {"identifier": {"value": "urn:uuid:0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c"}}}
    ]


def _informed(tree: Tree) -> None:
    """A positive answer tells something, for example that the message came twice."""
    if get(tree, "MessageHeader.response.code") == "ok":
        outcome = {
            "resourceType": "OperationOutcome",
            "id": "o",
            "text": {"status": "generated", "div": _DIV.format("<p>o</p>")},
        }
        outcome["issue"] = [{"severity": "information", "code": "informational", "details": {"text": "Kopi"}}]
        tree["entry"].append(
            {"fullUrl": "https://medcomfhir.dk/ig/acknowledgement/OperationOutcome/o", "resource": outcome}
        )
        put("MessageHeader.response.details", {"reference": "OperationOutcome/o"})(tree)


#: What may stand in an Acknowledgement.
ANSWER: dict[str, Change] = {
    "it repeats the entities of the answered step": edit(_copied_entities),
    "a positive answer tells something": edit(_informed),
    "it names its definition": edit(
        put(
            "MessageHeader.definition",
            "http://medcomfhir.dk/ig/acknowledgement/medcom-acknowledgement-message-definition|2.0.0",
        )
    ),
    "its header names no profile": edit(drop("MessageHeader.meta")),
}


def _two_recipients(tree: Tree) -> None:
    message = next(resources(tree, "Communication"))
    if "recipient" in message:
        message["recipient"] *= 2


#: What 4.0 allows and 5.0 does not.
CORRESPONDENCE_4: dict[str, Change] = {
    "it has two recipients": edit(_two_recipients),
    "a role has code and text": edit(put("PractitionerRole.code[0].text", "Psykolog")),
    "its category has a second coding": edit(repeat("Communication.category[0].coding[0]")),
}
