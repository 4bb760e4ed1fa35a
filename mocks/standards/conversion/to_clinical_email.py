"""A CareCommunication as XDIS91 letter, with the files that follow it in letters of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from mocks.runtime import COPENHAGEN
from mocks.standards.binary_letter_records import BinaryLetter, Citizen
from mocks.standards.care_communication_records import CareCommunication, Segment
from mocks.standards.clinical_email_records import ClinicalEmail, Reference
from mocks.standards.conversion import notes
from mocks.standards.conversion.authors import NO_PHONE, lines_of, party_name
from mocks.standards.conversion.files import MOST_REFERENCES, one_line, references_of
from mocks.standards.conversion.notes import Label, Line
from mocks.standards.conversion.parties import party_of
from mocks.standards.conversion.patients import episode_of, patient_of
from mocks.standards.conversion.records import (
    LETTER,
    MAP,
    LetterIds,
    Lost,
    NotConvertible,
    OldLetter,
    Registered,
)
from mocks.standards.conversion.to_care_communication import CATEGORY, CORRECTED, HIGH, NO_TEXT, NO_TOPIC
from mocks.standards.fhir_bundle import derived_ids
from mocks.standards.profiles import codes
from mocks.standards.profiles.xdis91 import BLOCK_LENGTH, MOST_BLOCKS

_MOST_TEXT = BLOCK_LENGTH * MOST_BLOCKS
_MOST_SUBJECT = 70
_EARLIER = "Tidligere i forløbet:"
_MARKED_BREAK = re.compile(r"[ \t]*<br ?/?>[ \t]*")
_PRIORITIES = {"asap": "høj_prioritet", "routine": "rutine"}


def to_clinical_email(
    message: CareCommunication,
    *,
    ids: LetterIds,
    sender: Registered | None = None,
    receiver: Registered | None = None,
    answers: str = "",
) -> OldLetter:
    """The message as a letter that asks for a receipt.

    ``sender`` and ``receiver`` are the parties' entries in SOR, for a name or phone that the message leaves out.
    ``answers`` names the older letter that this one answers (``<lokationsnummer>#<brevid>``), where the
    message itself names one by an id that the receiver never saw. Errors: ``NotConvertible`` where the text
    is too long, there are more than ten files, or the patient has no number that a letter can hold.
    """
    lost: list[Lost] = []
    step, own = message.step, own_segments(message)
    written = [s for s in own if s.text is not None]
    author = next((s.author for s in written if s.author is not None), None)
    name = message.sender.name or (sender.name if sender else "")
    text, lines = notes.take(_joined(written))
    priority, status, lines = _fields(message, lines)
    by_post = [Reference(v) for label, v in lines if label is Label.BY_POST and len(v) <= _MOST_SUBJECT]
    lines = [line for line in lines if Reference(line[1]) not in by_post or line[0] is not Label.BY_POST]
    earlier = [s for s in message.segments if s not in own]
    references, files, links = references_of(
        [*own, *(s for s in earlier if s.attachment)], derived_ids(f"{message.header_id}/files"), lost.append
    )
    room = MOST_REFERENCES - len(references)
    references += by_post[:room]
    lines += [(Label.BY_POST, reference.description) for reference in by_post[room:]]
    subject, cut = _subject(message, lost)
    told = answers or (step.previous if step.previous and "#" in step.previous else "")
    lines += [*cut, *_people(message, lost), *links]
    if told:
        lines.append((Label.ANSWERS, told))
    lines += lines_of(author, name)
    _name_what_has_no_field(message, bool(told), lost)
    signed = author.phone if author is not None and author.phone != NO_PHONE else ""
    phone = signed or (sender.phone if sender else "")
    patient = patient_of(message.patient, message.encounter, lost.append)
    if patient.cpr is None and len(patient.alternative or "") != 10:
        raise NotConvertible("the patient has no number of ten characters, and a letter needs one")
    letter = ClinicalEmail(
        envelope_id=ids.envelope,
        sent=_local(message.timestamp),
        wants_receipt=True,
        letter_id=ids.letter,
        authorised=_local(own[0].sent if own else step.at),
        sender=party_of(message.sender, sender, "MessageHeader.sender", lost.append, phone=phone),
        receiver=party_of(message.receiver, receiver, "MessageHeader.destination", lost.append),
        patient=patient,
        text=_with_history(notes.put(text, lines), earlier, lost),
        subject=subject,
        status=status,
        episode=episode_of(message.encounter, lost.append),
        priority=priority,
        references=tuple(references),
    )
    return OldLetter(letter, tuple(files), tuple(lost))


def _local(moment: datetime) -> datetime:
    try:
        return moment.astimezone(COPENHAGEN)
    except OverflowError:
        raise NotConvertible(f"the moment {moment.isoformat()} has no Danish local time") from None


def own_segments(message: CareCommunication) -> list[Segment]:
    """What the message itself adds. Where its step names no segment rightly (official examples do that), it
    is what no earlier step claims."""
    claimed = {source for step in message.steps if step is not message.step for source in step.sources}
    return [
        s for s in message.segments if s.identifier in message.step.sources or s.identifier not in claimed
    ]


def binary_letters(
    old: OldLetter, ids: Sequence[LetterIds], wants_receipt: bool = True
) -> tuple[BinaryLetter, ...]:
    """The letters of attachments (XBIN01) that follow a letter, one for each file, as MedCom's example does.

    ``ids`` are their numbers, as many as files.
    """
    letter, patient = old.letter, old.letter.patient
    about = Citizen(
        cpr=patient.cpr, alternative=patient.alternative, surname=patient.surname, given=patient.given
    )
    return tuple(
        BinaryLetter(
            envelope_id=own.envelope,
            sent=letter.sent,
            wants_receipt=wants_receipt,
            letter_id=own.letter,
            authorised=letter.authorised,
            sender=letter.sender,
            receiver=letter.receiver,
            patient=about,
            objects=(file,),
        )
        for file, own in zip(old.files, ids, strict=True)
    )


def _joined(segments: list[Segment]) -> str:
    text = "\n".join(_lines(s.text or "") for s in segments)
    return "" if text == NO_TEXT else text


def _lines(text: str) -> str:
    """Messages have no markup; some write their line breaks so, as MedCom's own examples do."""
    return _MARKED_BREAK.sub("\n", text.replace("\r\n", "\n").replace("\r", "\n"))


def _fields(message: CareCommunication, lines: list[Line]) -> tuple[str | None, str, list[Line]]:
    """Priority, status, and the lines that remain: those that a conversion put there become fields again."""
    priority, status = _PRIORITIES.get(message.priority or ""), "nytbrev"
    kept: list[Line] = []
    for label, value in lines:
        if (label, value) == (Label.PRIORITY, HIGH):
            priority = "høj_prioritet"
        elif (label, value) == (Label.STATUS, CORRECTED):
            status = "rettetbrev"
        else:
            kept.append((label, value))
    return priority, status, kept


def _subject(message: CareCommunication, lost: list[Lost]) -> tuple[str | None, list[Line]]:
    """Category and topic as MedCom's example joins them, and a line of text for what is too long for it."""
    topic = one_line(message.topic or "")
    if message.category == CATEGORY:
        subject = "" if topic == NO_TOPIC else topic
    else:
        danish = codes.CATEGORIES.get(message.category, (message.category, ""))[0]
        subject = f"{danish}, {topic}" if topic else danish
        lost.append(Lost("Communication.category", "becomes words in the subject", MAP))
    if len(subject) <= _MOST_SUBJECT:
        return subject or None, []
    lost.append(
        Lost(
            "Communication.topic", f"cut at {_MOST_SUBJECT} characters, all of it stands in the text", LETTER
        )
    )
    return subject[:_MOST_SUBJECT].rstrip(), [(Label.SUBJECT, subject)]


def _people(message: CareCommunication, lost: list[Lost]) -> list[Line]:
    lines: list[Line] = []
    if message.specific_recipient is not None:
        lines.append((Label.RECIPIENT, party_name(message.specific_recipient)))
        lost.append(Lost("Communication.recipient", "becomes a line of the text", LETTER))
    if message.specific_sender is not None:
        lines.append((Label.SENDER, party_name(message.specific_sender)))
        lost.append(Lost("Communication.extension(sender)", "becomes a line of the text", LETTER))
    return lines


def _name_what_has_no_field(message: CareCommunication, answers: bool, lost: list[Lost]) -> None:
    lost.append(Lost("Communication.identifier", "a letter belongs to no thread", LETTER))
    if message.activity != "new-message":
        reason = "the answered letter becomes a line of the text" if answers else "a letter names no other"
        lost.append(Lost("Provenance.activity, entity", reason, LETTER))


def _with_history(text: str, earlier: list[Segment], lost: list[Lost]) -> str:
    """The text, and below it what was written before, the latest first, as far as there is room.

    Errors: ``NotConvertible`` where the text alone has no room.
    """
    if len(text) > _MOST_TEXT:
        raise NotConvertible(
            f"the text has {len(text)} characters and a letter takes {_MOST_TEXT}: shorten it, or attach it"
        )
    told = sorted(earlier, key=lambda s: s.sent, reverse=True)
    whole, left_out = text, 0
    for segment in told:
        entry = _entry(segment)
        joined = f"{whole}\n\n{entry}" if whole is not text else f"{text}\n\n{_EARLIER}\n{entry}"
        if left_out or len(joined) > _MOST_TEXT:
            left_out += 1
        else:
            whole = joined
    if left_out:
        reason = f"the {left_out} oldest segments find no room: a letter takes {_MOST_TEXT} characters"
        lost.append(Lost("Communication.payload", reason, LETTER))
    return whole


def _entry(segment: Segment) -> str:
    at = _local(segment.sent)
    who = ", ".join(value for _, value in lines_of(segment.author, segment.organisation.name or ""))
    head = ", ".join(filter(None, (f"{at:%d.%m.%Y %H.%M}", segment.organisation.name, who)))
    if segment.attachment is not None:
        return f"{head}\nBilag: {segment.attachment.title}"
    return f"{head}\n{_lines(segment.text or '')}"
