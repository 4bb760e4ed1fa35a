"""One fault at a time in a correct CareCommunication: the rule that is meant must catch it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import orjson
import pytest

from mocks.drivers.ids import SeededIds
from mocks.errors import Malformed
from mocks.identifiers import make_gln, make_sor
from mocks.standards import care_communication as cc
from mocks.standards.findings import Severity, is_valid
from mocks.standards.profiles import codes
from mocks.standards.readings import CURRENT, weigh

AT = datetime(2025, 9, 29, 9, 0, tzinfo=timezone(timedelta(hours=2)))
PPR = cc.Organisation(make_sor(1), make_gln(1), "PPR Aalborg")
CLINIC = cc.Organisation(make_sor(2), make_gln(2), "Lægerne")
AUTHOR = cc.Author("Mette", "Hansen", "12345678", role_code="psykolog")
Tree = dict[str, Any]
Change = Callable[[Tree], object]


def reply(version: str = "5.0") -> Tree:
    """A reply with attachment, encounter, specific parties and all identifiers of a patient."""
    ids = SeededIds(3, "test")

    def new_id() -> str:
        return ids.uuid("message")

    new = cc.new(
        version=version,
        new_id=new_id,
        at=AT,
        sender=PPR,
        receiver=CLINIC,
        patient=cc.PatientIdentity(
            (
                (codes.CPR, "2509479989"),
                (codes.X_ECPR, "0703921VJ4"),
                (codes.D_ECPR_GENERIC, "1206550VK9"),
            ),
            "Elmer",
            "Bruno",
        ),
        category="healthcare",
        text="Hej",
        author=AUTHOR,
        attachments=[cc.Attachment("Fil", "application/pdf", b"%PDF")],
        encounter=cc.Encounter(((codes.LPR3, "urn:uuid:fc60e762-b13b-5773-865e-67f3907bdcc7"),)),
        specific_sender=cc.Person(AUTHOR),
    )
    answer = cc.reply(
        new,
        new_id=new_id,
        at=AT + timedelta(hours=1),
        text="Svar",
        author=cc.Author("Lars", "Holm", "87654321", role_code="laege"),
        specific_sender=cc.Team("Teamet"),
        attachments=[cc.Attachment("Ny", "image/png", b"png")],
    )
    tree: Tree = orjson.loads(cc.write(answer))
    return tree


def of(tree: Tree, kind: str, position: int = 0) -> Tree:
    found = [e["resource"] for e in tree["entry"] if e["resource"]["resourceType"] == kind]
    return found[position]  # type: ignore[no-any-return]


def header(tree: Tree) -> Tree:
    return of(tree, "MessageHeader")


def com(tree: Tree) -> Tree:
    return of(tree, "Communication")


def entry(tree: Tree, kind: str) -> Tree:
    return next(e for e in tree["entry"] if e["resource"]["resourceType"] == kind)  # type: ignore[no-any-return]


def without(tree: Tree, kind: str) -> None:
    tree["entry"] = [e for e in tree["entry"] if e["resource"]["resourceType"] != kind]


def ext(payload: Tree, url: str) -> Tree:
    return next(e for e in payload["extension"] if e["url"] == url)  # type: ignore[no-any-return]


def no_ext(tree: Tree, position: int, url: str) -> None:
    payload = com(tree)["payload"][position]
    payload["extension"] = [e for e in payload["extension"] if e["url"] != url]


def identifier(tree: Tree, kind: str, system: str) -> Tree:
    return next(i for i in of(tree, kind)["identifier"] if i["system"] == system)  # type: ignore[no-any-return]


def uncoded(tree: Tree) -> None:
    for number in range(2):
        of(tree, "PractitionerRole", number)["code"] = [{"text": "Læge"}]


def nameless(tree: Tree) -> None:
    for resource in (e["resource"] for e in tree["entry"]):
        if resource["resourceType"] == "Practitioner":
            resource.pop("name")


def unreferred(tree: Tree) -> None:
    for resource in (e["resource"] for e in tree["entry"]):
        if resource["resourceType"] == "PractitionerRole":
            resource.pop("practitioner")


CPR = codes.CPR
D_ECPR = codes.D_ECPR_GENERIC
BOTH: list[tuple[str, str, Change]] = [
    ("type of bundle", "fhir-fixed-value", lambda t: t.update(type="document")),
    ("no timestamp", "fhir-cardinality", lambda t: t.pop("timestamp")),
    ("timestamp without zone", "fhir-type", lambda t: t.update(timestamp="2025-09-29T09:00:00")),
    ("timestamp that never was", "fhir-type", lambda t: t.update(timestamp="2025-02-30T09:00:00Z")),
    ("id with a colon", "fhir-type", lambda t: t.update(id="urn:uuid:1")),
    ("no entries", "fhir-cardinality", lambda t: t.update(entry=[])),
    ("total", "bdl-1", lambda t: t.update(total=7)),
    ("search", "bdl-2", lambda t: t["entry"][1].update(search={"mode": "match"})),
    ("request", "bdl-3", lambda t: t["entry"][1].update(request={"method": "PUT"})),
    ("response", "bdl-4", lambda t: t["entry"][1].update(response={"status": "200"})),
    ("entry without resource", "bdl-5", lambda t: t["entry"].append({"fullUrl": "urn:uuid:1"})),
    ("fullUrl twice", "bdl-7", lambda t: t["entry"].append(t["entry"][1])),
    ("fullUrl with version", "bdl-8", lambda t: t["entry"][1].update(fullUrl="http://x/P/1/_history/2")),
    ("fullUrl of another", "bundle-full-url", lambda t: t["entry"][-1].update(fullUrl="http://x/P/1")),
    ("header not first", "bdl-12", lambda t: t["entry"].insert(0, t["entry"].pop())),
    ("no provenance", "medcom-messaging-2", lambda t: without(t, "Provenance")),
    ("two patients", "medcom-careCommunication-2", lambda t: t["entry"].append(entry(t, "Patient"))),
    ("no name of anybody", "medcom-careCommunication-4", nameless),
    ("no author with a name", "medcom-careCommunication-8", nameless),
    ("priority of healthcare", "medcom-careCommunication-5", lambda t: com(t).update(priority="asap")),
    (
        "other without topic",
        "medcom-careCommunication-6",
        lambda t: com(t)["category"][0]["coding"][0].update(code="other"),
    ),
    (
        "encounter without episode",
        "medcom-careCommunication-9",
        lambda t: of(t, "Encounter").pop("episodeOfCare"),
    ),
    (
        "team of another organisation",
        "medcom-careCommunication-11",
        lambda t: of(t, "CareTeam").update(managingOrganization=[header(t)["destination"][0]["receiver"]]),
    ),
    (
        "recipient of another organisation",
        "medcom-careCommunication-12",
        lambda t: com(t)["recipient"].__setitem__(0, com(t)["extension"][0]["valueReference"]),
    ),
    ("no practitioner referred to", "medcom-careCommunication-13", unreferred),
    (
        "upper-case thread id",
        "medcom-uuidv4",
        lambda t: com(t)["identifier"][0].update(value="urn:uuid:0D5B3C18-FAB6-4D93-9D88-C9C8ABF1F18C"),
    ),
    (
        "payload id without prefix",
        "medcom-uuidv4",
        lambda t: ext(com(t)["payload"][0], codes.IDENTIFIER_EXTENSION)["valueIdentifier"].update(value="1"),
    ),
    (
        "phone without a digit",
        "medcom-core-contact",
        lambda t: ext(com(t)["payload"][0], codes.CONTACT_EXTENSION)["valueContactPoint"].update(value="?"),
    ),
    (
        "contact by mail",
        "fhir-fixed-value",
        lambda t: ext(com(t)["payload"][0], codes.CONTACT_EXTENSION)["valueContactPoint"].update(
            system="email"
        ),
    ),
    ("gln too short", "gln-length", lambda t: identifier(t, "Organization", codes.GLN).update(value="579")),
    (
        "gln check digit",
        "gln-modulus-10",
        lambda t: identifier(t, "Organization", codes.GLN).update(value="5790009000010"),
    ),
    ("sor too short", "min-digits-sor", lambda t: identifier(t, "Organization", codes.SOR).update(value="1")),
    ("no gln", "fhir-cardinality", lambda t: of(t, "Organization")["identifier"].pop()),
    (
        "no sor id",
        "dk-core-organization-mandatory-identifier",
        lambda t: of(t, "Organization")["identifier"].pop(0),
    ),
    ("cpr with hyphen", "cpr", lambda t: identifier(t, "Patient", CPR).update(value="250947-9989")),
    ("cpr of 32 December", "cpr", lambda t: identifier(t, "Patient", CPR).update(value="3212479989")),
    ("national eCPR", "x-ecpr", lambda t: identifier(t, "Patient", codes.X_ECPR).update(value="0703922VJ4")),
    ("decentral eCPR", "d-ecpr", lambda t: identifier(t, "Patient", D_ECPR).update(value="1206551VK9")),
    ("cpr as temporary", "fhir-fixed-value", lambda t: identifier(t, "Patient", CPR).update(use="temp")),
    ("no official name", "fhir-cardinality", lambda t: of(t, "Patient")["name"][0].update(use="old")),
    (
        "LPR3 of version 4",
        "uuidv5",
        lambda t: of(t, "Encounter")["episodeOfCare"][0]["identifier"].update(
            value="urn:uuid:fc60e762-b13b-4773-865e-67f3907bdcc7"
        ),
    ),
    ("class of encounter", "fhir-binding", lambda t: of(t, "Encounter")["class"].update(code="HOME")),
    ("account", "fhir-cardinality", lambda t: of(t, "Encounter").update(account=[{"display": "x"}])),
    ("status", "fhir-fixed-value", lambda t: com(t).update(status="completed")),
    (
        "unknown category",
        "fhir-binding",
        lambda t: com(t)["category"][0]["coding"][0].update(code="assessment"),
    ),
    (
        "no category code",
        "fhir-cardinality",
        lambda t: com(t)["category"][0]["coding"][0].pop("code"),
    ),
    ("category not a list", "fhir-type", lambda t: com(t).update(category=com(t)["category"][0])),
    ("payload without content", "fhir-cardinality", lambda t: com(t)["payload"][0].pop("contentString")),
    ("empty text", "fhir-type", lambda t: com(t)["payload"][0].update(contentString="")),
    ("text with a bell", "fhir-type", lambda t: com(t)["payload"][0].update(contentString="a\x07")),
    ("no date", "fhir-cardinality", lambda t: no_ext(t, 0, codes.DATE_EXTENSION)),
    ("no author", "fhir-cardinality", lambda t: no_ext(t, 0, codes.AUTHOR_EXTENSION)),
    ("no contact", "fhir-cardinality", lambda t: no_ext(t, 0, codes.CONTACT_EXTENSION)),
    ("no identifier", "fhir-cardinality", lambda t: no_ext(t, 1, codes.IDENTIFIER_EXTENSION)),
    (
        "only a date",
        "tvaers-time-zone",
        lambda t: ext(com(t)["payload"][0], codes.DATE_EXTENSION).update(valueDateTime="2025-09-29"),
    ),
    (
        "text file",
        "fhir-binding",
        lambda t: com(t)["payload"][-1]["contentAttachment"].update(contentType="text/plain"),
    ),
    (
        "broken base64",
        "fhir-type",
        lambda t: com(t)["payload"][-1]["contentAttachment"].update(data="a-b"),
    ),
    ("no title", "fhir-cardinality", lambda t: com(t)["payload"][-1]["contentAttachment"].pop("title")),
    (
        "dangling subject",
        "fhir-reference",
        lambda t: com(t)["subject"].update(reference="Patient/nobody"),
    ),
    (
        "subject of another type",
        "fhir-reference",
        lambda t: com(t)["subject"].update(reference=header(t)["sender"]["reference"]),
    ),
    ("event", "fhir-fixed-value", lambda t: header(t)["eventCoding"].update(code="empty-message")),
    (
        "carbon copy",
        "fhir-cardinality",
        lambda t: header(t)["destination"][0]["extension"][0]["valueCoding"].update(code="cc"),
    ),
    ("no use", "fhir-slicing", lambda t: header(t)["destination"][0].pop("extension")),
    ("no endpoint", "fhir-cardinality", lambda t: header(t)["source"].pop("endpoint")),
    (
        "retracted",
        "fhir-binding",
        lambda t: of(t, "Provenance")["activity"]["coding"][0].update(code="retract-message"),
    ),
    (
        "correction",
        "fhir-slicing",
        lambda t: of(t, "Provenance")["entity"][0].update(role="removal"),
    ),
    (
        "two predecessors",
        "fhir-cardinality",
        lambda t: of(t, "Provenance", 1)["entity"].append(of(t, "Provenance", 1)["entity"][0]),
    ),
    (
        "no source",
        "fhir-cardinality",
        lambda t: of(t, "Provenance", 1).update(entity=of(t, "Provenance", 1)["entity"][:1]),
    ),
    (
        "no step of its own",
        "tvaers-provenance-target",
        lambda t: of(t, "Provenance", 1)["target"][0].update(reference="MessageHeader/other"),
    ),
    ("broken narrative", "txt-1", lambda t: com(t)["text"].update(div="<div><p></div>")),
    ("script", "txt-1", lambda t: com(t)["text"].update(div="<div><script/></div>")),
    ("narrative is no div", "txt-1", lambda t: com(t)["text"].update(div="<p>x</p>")),
    ("empty object", "ele-1", lambda t: com(t).update(topic={})),
]
FIVE: list[tuple[str, str, Change]] = [
    ("header profile", "medcom-careCommunication-1", lambda t: header(t).pop("meta")),
    (
        "two header profiles",
        "medcom-careCommunication-1",
        lambda t: header(t)["meta"]["profile"].append(codes.CC_HEADER),
    ),
    ("old step's profile", "medcom-careCommunication-3", lambda t: of(t, "Provenance").pop("meta")),
    (
        "code and text",
        "medcom-careCommunication-7",
        lambda t: of(t, "PractitionerRole")["code"][0].update(text="Psykolog"),
    ),
    ("no role", "medcom-careCommunication-7", lambda t: of(t, "PractitionerRole").pop("code")),
    ("loose encounter", "medcom-careCommunication-15", lambda t: com(t).pop("encounter")),
    (
        "definition of 6",
        "medcom-carecommunication-definition-url",
        lambda t: header(t).update(definition=f"{codes.CC_DEFINITION_5}|6.0"),
    ),
    (
        "two recipients",
        "fhir-cardinality",
        lambda t: com(t)["recipient"].append(com(t)["recipient"][0]),
    ),
]
FOUR: list[tuple[str, str, Change]] = [
    (
        "category of 5.0",
        "fhir-binding",
        lambda t: com(t)["category"][0]["coding"][0].update(code="acute-ambulant"),
    ),
    ("role as text", "medcom-careCommunication-7", uncoded),
    (
        "no step's profile",
        "medcom-careCommunication-3",
        lambda t: [of(t, "Provenance", n).pop("meta") for n in (0, 1)],
    ),
]
CASES = [("5.0", *case) for case in BOTH + FIVE] + [("4.0.0", *case) for case in BOTH + FOUR]


def test_the_message_that_is_broken_below_is_without_fault() -> None:
    assert cc.check_tree(reply()) == []
    assert cc.check_tree(reply("4.0.0")) == []


@pytest.mark.parametrize(
    ("version", "rule", "fault"),
    [(v, r, f) for v, _, r, f in CASES],
    ids=[f"{v} {name}" for v, name, _, _ in CASES],
)
def test_a_single_fault_is_caught_by_its_rule(version: str, rule: str, fault: Change) -> None:
    tree = reply(version)
    fault(tree)
    found = cc.check_tree(tree, version=version)
    assert rule in {f.rule for f in found if f.severity is Severity.ERROR}
    assert all(f.path and f.message and f.source for f in found)


def drop_reference(tree: Tree) -> None:
    of(tree, "Provenance", 1)["entity"] = of(tree, "Provenance", 1)["entity"][1:]


DOUBTS: list[tuple[str, str, Change]] = [
    ("no narrative", "medcom-narrative", lambda t: com(t).pop("text")),
    ("empty narrative", "medcom-narrative", lambda t: com(t)["text"].update(status="empty")),
    ("endpoint", "tvaers-endpoint", lambda t: header(t)["source"].update(endpoint="https://x/#id=1")),
    (
        "sor check digit",
        "tvaers-sor-check-digit",
        lambda t: identifier(t, "Organization", codes.SOR).update(value="90000001100001600" + "9"),
    ),
    (
        "foreign source",
        "tvaers-provenance-sources",
        lambda t: of(t, "Provenance")["entity"][0]["what"]["identifier"].update(value="urn:uuid:1"),
    ),
    ("reply to nothing", "tvaers-provenance-previous", drop_reference),
    (
        "attachment of nothing",
        "tvaers-attachment-content",
        lambda t: com(t)["payload"][-1]["contentAttachment"].pop("data"),
    ),
    (
        "data of unknown type",
        "tvaers-attachment-content",
        lambda t: com(t)["payload"][-1]["contentAttachment"].pop("contentType"),
    ),
    (
        "old file again",
        "tvaers-reply-attachment",
        lambda t: com(t)["payload"][1]["contentAttachment"].update(data="JVBERg=="),
    ),
    (
        "eleven files",
        "tvaers-attachment-count",
        lambda t: com(t)["payload"].extend([com(t)["payload"][-1]] * 10),
    ),
]


@pytest.mark.parametrize(("rule", "doubt"), [d[1:] for d in DOUBTS], ids=[d[0] for d in DOUBTS])
def test_what_only_prose_forbids_is_a_warning(rule: str, doubt: Change) -> None:
    tree = reply()
    doubt(tree)
    found = weigh(cc.check_tree(tree), CURRENT)
    assert rule in {f.rule for f in found}
    assert is_valid(found)


BENIGN: list[tuple[str, Change]] = [
    ("an unknown element", lambda t: com(t).update(mood={"deep": [1, 2, {"x": None}]})),
    ("an unknown extension", lambda t: com(t)["extension"].append({"url": "http://x/y", "valueCode": "z"})),
    ("an unknown resource", lambda t: t["entry"].append(extra())),
    ("another order of the history", lambda t: t["entry"].append(t["entry"].pop(-2))),
    (
        "another narrative",
        lambda t: com(t)["text"].update(div='<div xmlns="http://www.w3.org/1999/xhtml"><b>&#230;</b></div>'),
    ),
    ("a ydernummer", lambda t: of(t, "Organization")["identifier"].append(yder())),
    ("a profile with version", lambda t: header(t)["meta"].update(profile=[codes.CC_HEADER + "|5.0.1"])),
    ("no name of the organisation", lambda t: of(t, "Organization").pop("name")),
    ("no PractitionerRole.organization", lambda t: of(t, "PractitionerRole", 1).pop("organization")),
    ("another minor version", lambda t: header(t).update(definition=f"{codes.CC_DEFINITION_5}|5.12")),
]


def extra() -> Tree:
    return {
        "fullUrl": "https://x/Observation/1",
        "resource": {"resourceType": "Observation", "id": "1", "text": {"status": "generated"}},
    }


def yder() -> Tree:
    return {"system": codes.YDERNUMMER, "value": "012345"}


@pytest.mark.parametrize("change", [b[1] for b in BENIGN], ids=[b[0] for b in BENIGN])
def test_what_a_receiver_must_bear_is_no_error_and_can_be_read(change: Change) -> None:
    tree = reply()
    change(tree)
    assert is_valid(cc.check_tree(tree))
    assert cc.read_tree(tree).activity == "reply-message"


def test_all_faults_are_reported_and_not_only_the_first() -> None:
    tree = reply()
    tree["type"] = "batch"
    com(tree)["status"] = "done"
    com(tree)["priority"] = "asap"
    identifier(tree, "Organization", codes.GLN)["value"] = "1"
    paths = {f.path for f in cc.check_tree(tree)}
    assert {"Bundle.type", "Bundle.entry[2].resource.status", "Bundle.entry[2].resource.priority"} <= paths
    assert any(p.endswith(".identifier[1].value") for p in paths)


def test_no_mutation_of_the_tree_gives_anything_but_findings() -> None:
    values: list[Any] = [None, "x", "", 7, [], {}, True, ["x"], {"a": 1}]

    def places(node: Any) -> list[tuple[Any, Any]]:
        keys = list(node) if type(node) is dict else range(len(node)) if type(node) is list else []
        return [(node, k) for k in keys] + [p for k in keys for p in places(node[k])]

    count = len(places(reply()))
    for number in range(count):
        tree = reply()
        holder, key = places(tree)[number]
        holder[key] = values[number % len(values)]
        findings = cc.check_tree(tree)
        try:
            cc.read_tree(tree)
        except Malformed:
            assert not is_valid(findings), (holder, key)
