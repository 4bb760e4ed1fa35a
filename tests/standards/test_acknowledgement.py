"""Acknowledgements that we compose, and single faults in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import orjson
import pytest

from mocks.drivers.ids import SeededIds
from mocks.errors import BadInput, Malformed
from mocks.identifiers import make_gln, make_sor
from mocks.standards import acknowledgement as ack
from mocks.standards import care_communication as cc
from mocks.standards.findings import Finding, Severity

AT = datetime(2025, 9, 29, 9, 0, tzinfo=timezone(timedelta(hours=2)))
PPR = cc.Organisation(make_sor(1), make_gln(1), "PPR Aalborg")
CLINIC = cc.Organisation(make_sor(2), make_gln(2), "Lægerne på Torvet")
BUP = cc.Organisation(make_sor(3), make_gln(3), "BUP")
AWAY = ack.Issue("error", "transient", "MSG_Mailbox_Out_Of_Operation", "Postkassen er lukket")
FAULT = ack.Issue("error", "value", "MSG_VALUESET_VALUE_UNKNOWN", "Kategorien findes ikke")
REASONS: dict[str, list[ack.Issue]] = {"ok": [], "fatal-error": [FAULT], "transient-error": [AWAY]}
IDS = SeededIds(2, "test")


def new_id() -> str:
    return IDS.uuid("message")


def message() -> cc.CareCommunication:
    return cc.new(
        new_id=new_id,
        at=AT,
        sender=PPR,
        receiver=CLINIC,
        patient=cc.PatientIdentity.of_cpr("2509479989", "Elmer", "Bruno"),
        category="nursing",
        text="Hej",
        author=cc.Author("Mette", "Hansen", "12345678", "psykolog"),
    )


def negative() -> ack.Acknowledgement:
    return ack.answer(message(), "fatal-error", new_id=new_id, at=AT, issues=[FAULT])


@pytest.mark.parametrize("mime", [ack.MIME_JSON, ack.MIME_XML])
@pytest.mark.parametrize("code", ["ok", "transient-error", "fatal-error"])
def test_every_acknowledgement_we_write_passes_our_check_and_reads_back_the_same(
    code: ack.Code, mime: str
) -> None:
    received = message()
    record = ack.answer(received, code, new_id=new_id, at=AT, issues=REASONS[code])
    raw = ack.write(record, mime=mime)
    assert ack.check(raw) == []
    assert ack.read(raw) == record
    assert record.original_header_id == received.header_id
    assert (record.sender, record.receiver) == (CLINIC, PPR)


def test_an_acknowledgement_of_a_forward_repeats_only_the_latest_step() -> None:
    onward = cc.forward(
        message(), new_id=new_id, at=AT, receiver=BUP, text="Se", author=cc.Author("A", "B", "1", "laege")
    )
    record = ack.answer(onward, "ok", new_id=new_id, at=AT)
    tree = orjson.loads(ack.write(record))
    steps = [e["resource"] for e in tree["entry"] if e["resource"]["resourceType"] == "Provenance"]
    assert [s["activity"]["coding"][0]["code"] for s in steps] == ["forward-message", "acknowledgement"]
    assert ack.check_tree(tree) == []


def test_a_negative_answer_without_a_reason_is_refused() -> None:
    with pytest.raises(BadInput, match="says why"):
        ack.answer(message(), "fatal-error", new_id=new_id, at=AT)


def test_errors_of_a_check_become_issues_and_warnings_do_not() -> None:
    def finding(rule: str, severity: Severity) -> Finding:
        return Finding(rule=rule, severity=severity, path="Bundle", message="m", source="s")

    issues = ack.issues_of(
        [
            finding("fhir-binding", Severity.ERROR),
            finding("tvaers-endpoint", Severity.WARNING),
            finding("bdl-7", Severity.ERROR),
        ]
    )
    assert [issue.detail_code for issue in issues] == ["MSG_VALUESET_VALUE_UNKNOWN", None]
    record = ack.answer(message(), "fatal-error", new_id=new_id, at=AT, issues=issues)
    assert ack.check(ack.write(record)) == []


def test_a_resent_acknowledgement_has_new_ids_and_moments_and_the_same_answer() -> None:
    record = negative()
    again = ack.resent(record, bundle_id="b2", header_id="h2", at=AT + timedelta(minutes=30))
    assert again.code == record.code
    assert again.issues == record.issues
    assert again.bundle_id != record.bundle_id
    assert ack.check(ack.write(again)) == []


def resource(tree: dict[str, Any], kind: str, position: int = 0) -> dict[str, Any]:
    found = [e["resource"] for e in tree["entry"] if e["resource"]["resourceType"] == kind]
    return found[position]  # type: ignore[no-any-return]


def drop(kind: str) -> Callable[[dict[str, Any]], None]:
    def change(tree: dict[str, Any]) -> None:
        tree["entry"] = [e for e in tree["entry"] if e["resource"]["resourceType"] != kind]

    return change


FAULTS: list[tuple[str, str, Callable[[dict[str, Any]], object]]] = [
    ("no outcome for an error", "medcom-acknowledgement-1", drop("OperationOutcome")),
    ("no history", "medcom-messaging-2", drop("Provenance")),
    (
        "three steps",
        "tvaers-acknowledgement-provenance",
        lambda t: t["entry"].append({"resource": resource(t, "Provenance")}),
    ),
    (
        "two headers",
        "medcom-acknowledgement-2",
        lambda t: t["entry"].append({"resource": resource(t, "MessageHeader")}),
    ),
    ("no response", "fhir-cardinality", lambda t: resource(t, "MessageHeader").pop("response")),
    (
        "unknown code",
        "fhir-binding",
        lambda t: resource(t, "MessageHeader")["response"].update(code="maybe"),
    ),
    (
        "identifier is no id",
        "fhir-type",
        lambda t: resource(t, "MessageHeader")["response"].update(identifier="urn:uuid:1"),
    ),
    (
        "another event",
        "fhir-fixed-value",
        lambda t: resource(t, "MessageHeader")["eventCoding"].update(code="care-communication-message"),
    ),
    (
        "another activity",
        "tvaers-acknowledgement-activity",
        lambda t: resource(t, "Provenance", 1)["activity"]["coding"][0].update(code="new-message"),
    ),
    (
        "no step of its own",
        "tvaers-provenance-target",
        lambda t: resource(t, "Provenance", 1).update(target=[{"reference": "MessageHeader/other"}]),
    ),
    (
        "own words as a code",
        "fhir-binding",
        lambda t: resource(t, "OperationOutcome")["issue"][0]["details"]["coding"][0].update(code="MINE"),
    ),
    (
        "severity of our own",
        "fhir-binding",
        lambda t: resource(t, "OperationOutcome")["issue"][0].update(severity="bad"),
    ),
    (
        "date without time",
        "tvaers-time-zone",
        lambda t: resource(t, "Provenance").update(occurredDateTime="2025-09-29"),
    ),
    ("wrong bundle type", "fhir-fixed-value", lambda t: t.update(type="collection")),
]


@pytest.mark.parametrize(("rule", "fault"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_single_fault_is_caught_by_its_rule(rule: str, fault: Callable[[dict[str, Any]], object]) -> None:
    tree = orjson.loads(ack.write(negative()))
    fault(tree)
    assert rule in {f.rule for f in ack.check_tree(tree) if f.severity is Severity.ERROR}


def test_a_response_that_names_another_message_than_the_history_is_a_warning() -> None:
    tree = orjson.loads(ack.write(negative()))
    resource(tree, "MessageHeader")["response"]["identifier"] = "another"
    found = ack.check_tree(tree)
    assert {(f.rule, f.severity) for f in found} == {("tvaers-acknowledgement-revision", Severity.WARNING)}
    assert {f.path.rpartition(".")[2] for f in found} == {"entity", "target"}


def test_what_is_no_acknowledgement_is_refused_with_a_reason() -> None:
    assert ack.check(b"{}")[0].message.startswith("a None is no message")
    with pytest.raises(Malformed):
        ack.read(b'{"resourceType": "Bundle"}')
    with pytest.raises(Malformed):
        ack.read(cc.write(message()))


def test_the_envelope_names_the_answer() -> None:
    assert ack.document_name("transient-error") == "MCM:FCTL#transient-error"
    assert ack.document_version() == "2.0.0"
