"""Acknowledgement, the answer of a receiving application to a FHIR message (MedCom's FCTL).

``ok``: validated and taken in. ``fatal-error``: the message breaks its rules; do not send it again.
``transient-error``: a technical fault at the receiver; send it again. An acknowledgement is never
acknowledged. It names the original by its ``MessageHeader.id`` and repeats its latest step.

>>> document_name("ok"), document_version()
('MCM:FCTL#ok', '2.0.0')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from mocks.errors import BadInput, Malformed
from mocks.standards.care_communication_read import read_step
from mocks.standards.care_communication_records import CareCommunication
from mocks.standards.fhir_bundle import (
    MIME_JSON,
    MIME_XML,
    BundleWriter,
    Organisation,
    Step,
    Tree,
    derived_ids,
    event_code,
    parse,
    read_moment,
    read_organisation,
    serialise,
    write_moment,
)
from mocks.standards.fhir_form import size_findings
from mocks.standards.fhir_narrative import narrative
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles import codes
from mocks.standards.profiles.acknowledgement import ACKNOWLEDGEMENT_RULES, MESSAGING_RULES
from mocks.standards.profiles.acknowledgement_rules import EMPTY_MESSAGE
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_kinds import BINDING, TYPE
from mocks.standards.profiles.fhir_message import opened
from mocks.standards.profiles.fhir_message_rules import UNREADABLE

__all__ = [
    "MIME_JSON",
    "MIME_XML",
    "Acknowledgement",
    "Issue",
    "answer",
    "check",
    "check_tree",
    "document_name",
    "document_version",
    "issues_of",
    "parse",
    "read",
    "read_tree",
    "resent",
    "to_tree",
    "write",
]

Code = Literal["ok", "transient-error", "fatal-error"]

#: ``MetaInformation/Document/Format`` of the VANS envelope.
DOCUMENT_FORMAT: Final = "HL7"
EVENT: Final = "acknowledgement-message"
_BASE = "https://medcomfhir.dk/ig/acknowledgement"


class Issue(msgspec.Struct, frozen=True):
    """One reason. ``severity`` and ``code`` are FHIR's (``error``, ``structure``); ``detail_code`` is of
    MedCom's list (``MSG_VALUESET_VALUE_UNKNOWN``), anything else goes into ``text``."""

    severity: str
    code: str
    detail_code: str | None = None
    text: str | None = None


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """One acknowledgement. ``timestamp`` is when it was made, ``at`` when it was sent.

    ``original_header_id`` is the ``MessageHeader.id`` of the acknowledged message, ``original_step`` the
    latest step of that message's history.
    """

    bundle_id: str
    timestamp: datetime
    header_id: str
    sender: Organisation
    receiver: Organisation
    original_header_id: str
    code: str
    original_step: Step
    at: datetime
    issues: tuple[Issue, ...] = ()


def document_name(code: str) -> str:
    """``MetaInformation/Document/Name`` of the VANS envelope."""
    return f"MCM:FCTL#{code}"


def document_version() -> str:
    """``MetaInformation/Document/Version`` of the VANS envelope: three parts, unlike CareCommunication 5."""
    return "2.0.0"


def answer(
    received: CareCommunication,
    code: Code,
    *,
    new_id: Callable[[], str],
    at: datetime,
    issues: Iterable[Issue] = (),
) -> Acknowledgement:
    """The acknowledgement of a message, made and sent at the moment ``at``.

    ``new_id`` gives UUIDs: message, bundle. Any code but ``ok`` needs an issue.
    """
    reasons = tuple(issues)
    if code != "ok" and not reasons:
        raise BadInput(f"an acknowledgement with {code} says why: hand in issues")
    step = received.step
    return Acknowledgement(
        header_id=new_id(),
        bundle_id=new_id(),
        timestamp=at,
        sender=received.receiver,
        receiver=received.sender,
        original_header_id=received.header_id,
        code=code,
        # official acknowledgements repeat the step without its entities
        original_step=msgspec.structs.replace(step, sources=(), previous=None),
        at=at,
        issues=reasons,
    )


def issues_of(findings: Iterable[Finding], *, limit: int = 10) -> tuple[Issue, ...]:
    """The errors among findings as issues of a ``fatal-error``, at most ``limit`` of them."""
    found: list[Issue] = []
    for finding in findings:
        if finding.severity is not Severity.ERROR or len(found) == limit:
            continue
        text = f"{finding.path}: {finding.message} [{finding.rule}]"
        if finding.rule == BINDING.id:
            found.append(Issue("error", "value", "MSG_VALUESET_VALUE_UNKNOWN", text))
        elif finding.rule == TYPE.id:
            found.append(Issue("error", "value", "MSG_Datatype_Wrong", text))
        else:
            found.append(Issue("error", "structure", None, text))
    return tuple(found)


def resent(record: Acknowledgement, *, bundle_id: str, header_id: str, at: datetime) -> Acknowledgement:
    """The same answer once more, to a duplicate: new ids and moments, same code and reasons."""
    return msgspec.structs.replace(record, bundle_id=bundle_id, header_id=header_id, timestamp=at, at=at)


# Checking ---------------------------------------------------------------------------------------------


def check(raw: bytes) -> list[Finding]:
    """Everything that is wrong with an acknowledgement, never an exception."""
    try:
        tree = parse(raw)
    except Malformed as error:
        return list(error.findings)
    return size_findings(len(raw)) + check_tree(tree)


def check_tree(tree: Tree) -> list[Finding]:
    """As ``check``, for a message that ``parse`` has read."""
    try:
        context = opened(tree, "2.0.0")
    except Malformed as error:
        return list(error.findings)
    if event_code(tree) == "empty-message":
        note = EMPTY_MESSAGE.at(
            "Bundle.entry[0].resource.eventCoding",
            "this is an empty message, not an acknowledgement: checked as a MedCom message",
        )
        return [note, *MESSAGING_RULES.check(context)]
    return ACKNOWLEDGEMENT_RULES.check(context)


# Reading ------------------------------------------------------------------------------------------------


def read(raw: bytes) -> Acknowledgement:
    """The record of an acknowledgement in JSON or XML. Errors: ``Malformed`` with the findings."""
    return read_tree(parse(raw))


def read_tree(tree: Tree) -> Acknowledgement:
    """The record of a parsed acknowledgement. Errors: ``Malformed`` with the findings."""
    try:
        return _read(tree)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        errors = tuple(f for f in check_tree(tree) if f.severity is Severity.ERROR)
        if errors:
            raise Malformed(errors) from None
        raise UNREADABLE.refusal("Bundle", f"the acknowledgement cannot be read: {error!r}") from None


def _read(tree: Tree) -> Acknowledgement:
    context = Context(tree, "")
    header = context.resources[0]
    response = header["response"]
    own, original = None, None
    for number, resource in context.of("Provenance"):
        step = read_step(resource, read_organisation(context.follow(number, resource["agent"][0]["who"])))
        if step.header_id == header["id"]:
            own = step
        else:
            original = step
    if own is None or original is None:
        raise ValueError("one Provenance tells of the acknowledgement, the other of the original")
    return Acknowledgement(
        bundle_id=tree["id"],
        timestamp=read_moment(tree["timestamp"]),
        header_id=header["id"],
        sender=read_organisation(context.follow(0, header["sender"])),
        receiver=read_organisation(context.follow(0, header["destination"][0]["receiver"])),
        original_header_id=response["identifier"],
        code=response["code"],
        original_step=original,
        at=own.at,
        issues=tuple(
            [_issue(issue) for _, outcome in context.of("OperationOutcome") for issue in outcome["issue"]]
        ),
    )


def _issue(issue: Tree) -> Issue:
    details: Tree = issue.get("details") or {}
    codings: list[dict[str, Any]] = details.get("coding") or [{}]
    return Issue(issue["severity"], issue["code"], codings[0].get("code"), details.get("text"))


# Writing ------------------------------------------------------------------------------------------------


def write(
    record: Acknowledgement, *, mime: str = MIME_JSON, new_id: Callable[[], str] | None = None
) -> bytes:
    """The message as FHIR JSON or XML. ``new_id`` gives resource ids; by default they are derived."""
    return serialise(to_tree(record, new_id=new_id), mime)


_STEP_META = {"profile": [codes.MESSAGING_PROVENANCE]}
_EVENT = {"system": codes.EVENT_SYSTEM, "code": "acknowledgement-message"}


def to_tree(record: Acknowledgement, *, new_id: Callable[[], str] | None = None) -> Tree:
    """The message as a tree. Parts of it may be shared: copy before changing it."""
    writer = BundleWriter(_BASE, new_id or derived_ids(record.header_id))
    outcome = writer.new_id() if record.issues else None
    _header(writer, record, outcome)
    writer.organisation(record.original_step.organisation)
    writer.add_organisations()
    writer.step(record.original_step, _STEP_META)
    own = Step(record.header_id, record.at, "acknowledgement", record.sender, (), record.original_header_id)
    writer.step(own, _STEP_META)
    if outcome:
        _outcome(writer, record, outcome)
    return {
        "resourceType": "Bundle",
        "id": record.bundle_id,
        "meta": {"profile": [codes.ACK_MESSAGE]},
        "type": "message",
        "timestamp": write_moment(record.timestamp),
        "entry": writer.entries,
    }


def _header(writer: BundleWriter, record: Acknowledgement, outcome: str | None) -> None:
    sender, destination = writer.organisation(record.sender), writer.destination(record.receiver)
    source = codes.SOR_ENDPOINT + record.sender.sor_id
    shown = [
        ("Hændelse (Event)", "Kvittering (acknowledgement-message)"),
        ("Modtager (Receiver), primary", destination[0]["receiver"]["reference"]),
        ("Modtagers endpoint (Destination endpoint)", destination[0]["endpoint"]),
        ("Afsender (Sender)", sender),
        ("Afsenders endpoint (Source endpoint)", source),
        ("Kvitterer for (Response identifier)", record.original_header_id),
        ("Svar (Response code)", record.code),
    ]
    response: Tree = {"identifier": record.original_header_id, "code": record.code}
    if outcome:
        response["details"] = {"reference": f"OperationOutcome/{outcome}"}
        shown.append(("Begrundelse (Details)", f"OperationOutcome/{outcome}"))
    writer.add(
        {
            "resourceType": "MessageHeader",
            "id": record.header_id,
            "meta": {"profile": [codes.ACK_HEADER]},
            "text": narrative("Meddelelseshoved (MessageHeader)", record.header_id, shown),
            "eventCoding": _EVENT,
            "destination": destination,
            "sender": {"reference": sender},
            "source": {"endpoint": source},
            "response": response,
        }
    )


def _outcome(writer: BundleWriter, record: Acknowledgement, own: str) -> None:
    issues: list[Tree] = []
    shown: list[tuple[str, str]] = []
    for issue in record.issues:
        written: Tree = {"severity": issue.severity, "code": issue.code}
        shown.append(("Alvor (Severity)", issue.severity))
        shown.append(("Art (Code)", issue.code))
        details: Tree = {}
        if issue.detail_code:
            system = codes.outcome_system(issue.detail_code)
            details["coding"] = [{"system": system, "code": issue.detail_code}]
            shown.append(("Fejlkode (Details)", issue.detail_code))
        if issue.text:
            details["text"] = issue.text
            shown.append(("Forklaring (Text)", issue.text))
        if details:
            written["details"] = details
        issues.append(written)
    writer.add(
        {
            "resourceType": "OperationOutcome",
            "id": own,
            "meta": {"profile": [codes.ACK_OUTCOME]},
            "text": narrative("Begrundelse (OperationOutcome)", own, shown),
            "issue": issues,
        }
    )
