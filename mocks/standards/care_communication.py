"""CareCommunication, the correspondence message of the Danish health sector in FHIR.

PPR, family departments, psychiatry, hospitals and general practice write to each other with it:
free text about one citizen, a category, maybe attachments. ``new``, ``reply`` and ``forward`` compose
messages that follow MedCom's rules for threads; ``write`` and ``read`` take them to the wire and back;
``check`` says whether a message conforms. All are pure functions: ids and moments are handed in.

>>> document_name("discharge"), document_version("5.0")
('MCM:FDIS91#discharge', '5.0')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from datetime import datetime
from typing import Final

import msgspec

from mocks.errors import BadInput, Malformed
from mocks.standards.care_communication_read import read, read_tree
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
from mocks.standards.care_communication_write import to_tree, write
from mocks.standards.fhir_bundle import MIME_JSON, MIME_XML, Organisation, Step, Tree, parse
from mocks.standards.fhir_form import size_findings
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles import care_communication as profile
from mocks.standards.profiles.fhir_message import opened

__all__ = [
    "MIME_JSON",
    "MIME_XML",
    "Address",
    "Attachment",
    "Author",
    "CareCommunication",
    "Encounter",
    "Organisation",
    "PatientIdentity",
    "Person",
    "Segment",
    "Step",
    "Team",
    "Telecom",
    "check",
    "check_tree",
    "document_name",
    "document_version",
    "forward",
    "new",
    "parse",
    "read",
    "read_tree",
    "reply",
    "resent",
    "to_tree",
    "write",
]

#: ``MetaInformation/Document/Format`` of the VANS envelope.
DOCUMENT_FORMAT: Final = "HL7"
EVENT: Final = "care-communication-message"


def document_name(category: str) -> str:
    """``MetaInformation/Document/Name`` of the VANS envelope: MedCom's statistical code of a category."""
    return f"MCM:FDIS91#{category}"


def document_version(version: str) -> str:
    """``MetaInformation/Document/Version`` of the VANS envelope: ``5.0``, or ``4.0.0`` for all of 4.0."""
    return version


# Checking ---------------------------------------------------------------------------------------------


def check(raw: bytes, *, version: str | None = None, as_errors: Set[str] = frozenset()) -> list[Finding]:
    """Everything that is wrong with a message, never an exception.

    ``version`` (``"5.0"`` or ``"4.0.0"``) overrides what the message says of itself. ``as_errors`` are
    ids of rules whose warnings shall count as errors: some certifying parties read
    ``tvaers-provenance-sources`` so, though official examples break it.
    """
    try:
        tree = parse(raw)
    except Malformed as error:
        return list(error.findings)
    return size_findings(len(raw)) + check_tree(tree, version=version, as_errors=as_errors)


def check_tree(tree: Tree, *, version: str | None = None, as_errors: Set[str] = frozenset()) -> list[Finding]:
    """As ``check``, for a message that ``parse`` has read."""
    try:
        context = opened(tree, "")
    except Malformed as error:
        return list(error.findings)
    if version is None:
        version = profile.version_of(context.resources[0].get("definition") if context.resources else None)
    context.version = version
    findings = profile.rules_for(version).check(context)
    if as_errors:
        findings = [
            msgspec.structs.replace(f, severity=Severity.ERROR) if f.rule in as_errors else f
            for f in findings
        ]
    return findings


# Composing --------------------------------------------------------------------------------------------


def new(
    *,
    version: str = "5.0",
    new_id: Callable[[], str],
    at: datetime,
    sender: Organisation,
    receiver: Organisation,
    patient: PatientIdentity,
    category: str,
    text: str,
    author: Author,
    topic: str | None = None,
    priority: str | None = None,
    attachments: Iterable[Attachment] = (),
    encounter: Encounter | None = None,
    specific_sender: Team | Person | None = None,
    specific_recipient: Team | Person | None = None,
    answers_letter: str | None = None,
) -> CareCommunication:
    """The first message of a thread, sent at the moment ``at``.

    ``new_id`` gives UUIDs: thread, message, bundle, segments, in this order. ``answers_letter`` is
    ``<lokationsnummer>#<brevid>`` where the message answers an EDIFACT or OIOXML letter; it is a reply
    then, though its thread is new.
    """
    thread, header_id, bundle_id = new_id(), new_id(), new_id()
    segments = _own_segments(new_id, at, sender, author, text, attachments)
    activity = "reply-message" if answers_letter else "new-message"
    step = Step(header_id, at, activity, sender, tuple(s.identifier for s in segments), answers_letter)
    return CareCommunication(
        version=version,
        bundle_id=bundle_id,
        timestamp=at,
        header_id=header_id,
        thread=thread,
        category=category,
        sender=sender,
        receiver=receiver,
        patient=patient,
        segments=segments,
        steps=(step,),
        topic=topic,
        priority=priority,
        encounter=encounter,
        specific_sender=specific_sender,
        specific_recipient=specific_recipient,
    )


def reply(
    received: CareCommunication,
    *,
    new_id: Callable[[], str],
    at: datetime,
    text: str,
    author: Author,
    version: str | None = None,
    sender: Organisation | None = None,
    category: str | None = None,
    topic: str | None = None,
    priority: str | None = None,
    attachments: Iterable[Attachment] = (),
    specific_sender: Team | Person | None = None,
) -> CareCommunication:
    """The answer to a message, in the same thread.

    The receiver is who sent the message, the specific recipient its specific sender. Earlier segments
    go along unchanged, but attachments without their data and link: the other side has them.
    ``category`` and ``topic`` are taken over unless given. ``sender`` is the answering organisation, by
    default the one that was written to; where it is the sender itself, it adds to its own message, and
    the receiver stays. ``new_id`` gives UUIDs: message, bundle, segments.
    """
    sender = sender or received.receiver
    added = sender.sor_id == received.sender.sor_id
    chosen = category or received.category
    message = _following(
        received, "reply-message", new_id, at, sender, author, text, attachments, _stripped(received)
    )
    return msgspec.structs.replace(
        message,
        version=version or received.version,
        receiver=received.receiver if added else received.sender,
        category=chosen,
        topic=topic or received.topic,
        priority=(priority or received.priority) if chosen == "regarding-referral" else None,
        specific_sender=specific_sender,
        specific_recipient=received.specific_recipient if added else received.specific_sender,
        further_recipients=(),
    )


def forward(
    received: CareCommunication,
    *,
    new_id: Callable[[], str],
    at: datetime,
    receiver: Organisation,
    text: str,
    author: Author,
    version: str | None = None,
    sender: Organisation | None = None,
    category: str | None = None,
    topic: str | None = None,
    priority: str | None = None,
    attachments: Iterable[Attachment] = (),
    files: Mapping[str, Attachment] | None = None,
    messages: Set[str] | None = None,
    specific_sender: Team | Person | None = None,
    specific_recipient: Team | Person | None = None,
) -> CareCommunication:
    """The whole thread for somebody new, in a thread of its own; ``text`` should give the reason.

    ``messages`` are the header ids of those to forward, where not all are: whole messages only, and the
    latest among them. Attachments go along with data and link. Where the message at hand is a reply it lost those of
    earlier ones: hand them in with ``files``, by identifier of the segment. ``new_id`` gives UUIDs:
    thread, message, bundle, segments.
    """
    sender = sender or received.receiver
    found = files or {}
    carried = tuple(
        msgspec.structs.replace(s, attachment=found[s.identifier]) if s.identifier in found else s
        for s in received.segments
    )
    if messages is not None:
        received = _part(received, messages)
        kept = {source for step in received.steps for source in step.sources}
        carried = tuple(s for s in carried if s.identifier in kept)
    thread = new_id()
    chosen = category or received.category
    message = _following(received, "forward-message", new_id, at, sender, author, text, attachments, carried)
    return msgspec.structs.replace(
        message,
        version=version or received.version,
        thread=thread,
        receiver=receiver,
        category=chosen,
        topic=topic or received.topic,
        priority=(priority or received.priority) if chosen == "regarding-referral" else None,
        specific_sender=specific_sender,
        specific_recipient=specific_recipient,
        further_recipients=(),
    )


def _part(received: CareCommunication, messages: Set[str]) -> CareCommunication:
    """Only the steps of some messages: leaving out more than whole ones would break what the steps say."""
    if received.header_id not in messages:
        raise BadInput(f"a forward holds the latest message: name {received.header_id} too")
    unknown = messages - {step.header_id for step in received.steps}
    if unknown:
        raise BadInput(f"the thread has no message {', '.join(sorted(unknown))}")
    return msgspec.structs.replace(
        received, steps=tuple(step for step in received.steps if step.header_id in messages)
    )


def resent(message: CareCommunication, bundle_id: str, timestamp: datetime) -> CareCommunication:
    """The same message once more, after no acknowledgement came: new bundle, same ``header_id``.

    For bytes there is ``mocks.standards.fhir_bundle.resent``.
    """
    return msgspec.structs.replace(message, bundle_id=bundle_id, timestamp=timestamp)


def _own_segments(
    new_id: Callable[[], str],
    at: datetime,
    sender: Organisation,
    author: Author,
    text: str,
    attachments: Iterable[Attachment],
) -> tuple[Segment, ...]:
    if not text.strip():
        raise BadInput("a CareCommunication needs a text: write one")
    return (
        Segment(new_id(), at, sender, author, text),
        *(Segment(new_id(), at, sender, author, None, attachment) for attachment in attachments),
    )


def _stripped(received: CareCommunication) -> tuple[Segment, ...]:
    return tuple(
        s
        if s.attachment is None
        else msgspec.structs.replace(s, attachment=msgspec.structs.replace(s.attachment, data=None, url=None))
        for s in received.segments
    )


def _following(
    received: CareCommunication,
    activity: str,
    new_id: Callable[[], str],
    at: datetime,
    sender: Organisation,
    author: Author,
    text: str,
    attachments: Iterable[Attachment],
    carried: tuple[Segment, ...],
) -> CareCommunication:
    header_id, bundle_id = new_id(), new_id()
    own = _own_segments(new_id, at, sender, author, text, attachments)
    step = Step(header_id, at, activity, sender, tuple(s.identifier for s in own), received.header_id)
    return msgspec.structs.replace(
        received,
        bundle_id=bundle_id,
        timestamp=at,
        header_id=header_id,
        sender=sender,
        segments=(*carried, *own),
        steps=(*received.steps, step),
    )
