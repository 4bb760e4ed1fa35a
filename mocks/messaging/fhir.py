"""Correspondence on the new standard: CareCommunication, acknowledged by FHIR Acknowledgement."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from typing import cast

from mocks.errors import BadInput, Malformed
from mocks.identifiers import check_cpr
from mocks.messaging.records import Answer, Composed, Draft, Inbound, ReceivedLetter
from mocks.runtime import Ids
from mocks.standards import acknowledgement, care_communication, fhir_bundle
from mocks.standards.acknowledgement import Acknowledgement, Code, Issue
from mocks.standards.care_communication import Author, CareCommunication, Organisation, PatientIdentity, Step
from mocks.standards.findings import Finding, is_valid
from mocks.standards.profiles.codes import CATEGORIES
from mocks.standards.readings import CURRENT, weigh
from mocks.units import Unit

_JSON_TAG = (("MCM:MIME", care_communication.MIME_JSON),)
#: A phone number is mandatory in a signature; the unit's switchboard stands in where nobody gave one.
_NO_PHONE = "00000000"
#: What FHIR allows as an id; nothing else can be named in an acknowledgement.
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class CareCommunicationFormat:
    """``Format`` for CareCommunication of one version. Version 5.0 and 4.0 differ in content and name."""

    letter_name = "MCM:FDIS91"
    receipt_name = "MCM:FCTL"

    def __init__(self, capability: str, version: str) -> None:
        self.capability, self._version = capability, version
        # What was read when a letter came in, until it is acknowledged a moment later.
        self._read: dict[str, CareCommunication] = {}

    def compose(
        self,
        draft: Draft,
        sender: Unit,
        receiver: Unit,
        ids: Ids,
        now: datetime,
        replied: ReceivedLetter | None,
    ) -> Composed:
        """A reply stays in the thread of a CareCommunication; to an OIOXML letter it names that letter.

        Errors: ``BadInput`` for a draft that every receiver would have to refuse.
        """
        _usable(draft)
        new_id = partial(ids.uuid, "fhir")
        author = Author(draft.author.given, draft.author.family, draft.author.phone or sender.phone or _NO_PHONE,
                        role_code=draft.author.role)  # fmt: skip
        if replied is not None and replied.name.startswith("MCM:FDIS91"):
            message = care_communication.reply(
                care_communication.read(replied.payload), new_id=new_id, at=now, text=draft.text, author=author,
                version=self._version, sender=_organisation(sender), topic=draft.subject or None,
            )  # fmt: skip
        else:
            message = care_communication.new(
                version=self._version, new_id=new_id, at=now, sender=_organisation(sender),
                receiver=_organisation(receiver),
                patient=PatientIdentity.of_cpr(draft.cpr, draft.family, draft.given),
                category=draft.category, text=draft.text, author=author, topic=draft.subject or None,
                answers_letter=f"{replied.sender_gln}#{replied.key}" if replied is not None else None,
            )  # fmt: skip
        return Composed(
            key=message.header_id,
            payload=care_communication.write(message),
            format=care_communication.DOCUMENT_FORMAT,
            name=care_communication.document_name(message.category),
            version=care_communication.document_version(self._version),
            tags=_JSON_TAG,
        )

    def resend(self, payload: bytes, ids: Ids, now: datetime) -> bytes:
        """New Bundle.id and Bundle.timestamp, everything else as it was."""
        return fhir_bundle.resent(payload, ids.uuid("fhir"), now)

    def interpret(self, payload: bytes) -> Inbound:
        tree = care_communication.parse(payload)
        _accept(care_communication.check_tree(tree))
        message = care_communication.read_tree(tree)
        if len(self._read) >= 256:
            self._read.clear()
        self._read[message.header_id] = message
        patient = message.patient
        return Inbound(
            key=message.header_id,
            subject=message.topic or "",
            text=message.text,
            cpr=patient.cpr or (patient.identifiers[0][1] if patient.identifiers else ""),
            patient=f"{patient.given} {patient.family}".strip(),
            reply_key=message.step.previous or "",
        )

    def key_of(self, payload: bytes) -> str:
        try:
            entries = care_communication.parse(payload).get("entry")
            header = entries[0]["resource"] if isinstance(entries, list) else {}
            key = header["id"] if header.get("resourceType") == "MessageHeader" else ""
            return key if _ID.fullmatch(key) else ""
        except (Malformed, LookupError, TypeError, AttributeError):
            return ""

    def acknowledge(
        self, letter: ReceivedLetter, sender: Unit, receiver: Unit | None, ids: Ids, now: datetime
    ) -> Composed:
        """``ok``, or ``fatal-error`` with what was found. Content is the same each time it is sent."""
        new_id = partial(ids.uuid, "fhir")
        code: Code = "ok" if letter.accepted else "fatal-error"
        issues = () if letter.accepted else (Issue("error", "structure", None, letter.refusal[:1000]),)
        original = self._read.pop(letter.key, None)
        if original is None:
            try:
                original = care_communication.read(letter.payload)
            except Malformed:
                original = None
        if original is not None:
            answer = acknowledgement.answer(original, code, new_id=new_id, at=now, issues=issues)
        else:
            answer = _of_unreadable(letter, sender, receiver, code, issues, new_id(), new_id(), now)
        return Composed(
            key=answer.header_id,
            payload=acknowledgement.write(answer),
            format=acknowledgement.DOCUMENT_FORMAT,
            name=acknowledgement.document_name(code),
            version=acknowledgement.document_version(),
            tags=_JSON_TAG,
        )

    def answer(self, payload: bytes) -> Answer:
        tree = acknowledgement.parse(payload)
        _accept(acknowledgement.check_tree(tree))
        found = acknowledgement.read_tree(tree)
        reason = "; ".join(filter(None, (issue.text or issue.detail_code for issue in found.issues)))
        return Answer(key=found.original_header_id, code=found.code, reason=reason)


def _usable(draft: Draft) -> None:
    if problem := check_cpr(draft.cpr):
        raise BadInput(f"cpr: {problem}")
    if not (draft.author.given.strip() and draft.author.family.strip()):
        raise BadInput("author: a signature shows given and family name; give both")
    if draft.category not in CATEGORIES:
        raise BadInput(f"category {draft.category[:40]!r}: use one of {', '.join(CATEGORIES)}")
    for where in ("family", "given", "subject", "text"):
        if _CONTROL.search(getattr(draft, where)):
            raise BadInput(f"{where} holds a control character: take it out")


def _organisation(unit: Unit) -> Organisation:
    return Organisation(unit.sor_id, unit.gln or "", unit.name)


def _accept(findings: list[Finding]) -> None:
    """Errors: ``Malformed``, the errors first. What public rules dispute is taken."""
    if not is_valid(findings) and not is_valid(findings := weigh(findings, CURRENT)):
        raise Malformed(tuple(sorted(findings, key=lambda f: f.severity != "error")))


def _of_unreadable(
    letter: ReceivedLetter,
    sender: Unit,
    receiver: Unit | None,
    code: str,
    issues: tuple[Issue, ...],
    header_id: str,
    bundle_id: str,
    now: datetime,
) -> Acknowledgement:
    """The refusal of a message whose content cannot be read: its sender is who the envelope says."""
    party = _organisation(receiver) if receiver else Organisation(sender.sor_id, letter.sender_gln, None)
    return Acknowledgement(
        header_id=header_id,
        bundle_id=bundle_id,
        timestamp=now,
        sender=_organisation(sender),
        receiver=party,
        original_header_id=letter.key,
        code=cast("Code", code),
        original_step=Step(letter.key, letter.at, "new-message", party, (), None),
        at=now,
        issues=issues,
    )
