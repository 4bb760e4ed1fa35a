"""An XDIS91 letter as CareCommunication."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from mocks.runtime import COPENHAGEN
from mocks.standards.binary_letter_records import BinaryObject
from mocks.standards.care_communication_records import CareCommunication, Segment
from mocks.standards.clinical_email_records import ClinicalEmail
from mocks.standards.conversion import notes
from mocks.standards.conversion.authors import author_of
from mocks.standards.conversion.files import segments_of
from mocks.standards.conversion.notes import Label
from mocks.standards.conversion.parties import organisation_of, phone_number
from mocks.standards.conversion.patients import encounter_of, identity_of
from mocks.standards.conversion.records import (
    MAP,
    MESSAGE,
    Lost,
    MessageIds,
    NewMessage,
    Registered,
)
from mocks.standards.fhir_bundle import Step, derived_ids

#: What a letter is about, in words: it has no category, and MedCom's example takes this one.
CATEGORY = "other"
#: The category asks for a topic, and a letter may have no subject; a message asks for a text.
NO_TOPIC, NO_TEXT = "Korrespondance", "(ingen tekst)"
HIGH, CORRECTED = "høj", "rettet brev"


def to_care_communication(
    letter: ClinicalEmail,
    *,
    ids: MessageIds,
    sender: Registered,
    receiver: Registered,
    objects: Mapping[str, BinaryObject] | None = None,
    version: str = "5.0",
) -> NewMessage:
    """The letter as a new message of ``version`` ``5.0`` or ``4.0.0``.

    ``sender`` and ``receiver`` are the parties' entries in SOR. ``objects`` are the attached files that have
    come, by ``object_key``; what has not come is named in the text and among the losses. Errors:
    ``NotConvertible`` for a file that is packed and too large.
    """
    styles = sorted({styled.style.value for styled in letter.styles})
    lost = [Lost(f"Text01/{style}", "messages have plain text", MESSAGE) for style in styles]
    sending = organisation_of(letter.sender, sender, "Sender", lost.append)
    receiving = organisation_of(letter.receiver, receiver, "Receiver", lost.append)
    authorised, sent = _aware(letter.authorised), _aware(letter.sent)
    assembled = max(authorised, sent)
    text, lines = notes.take(letter.text)
    author = author_of(lines, letter.sender.organisation, _phone(letter, sender, lost))
    attached, below = segments_of(
        letter.references,
        objects or {},
        new_id=derived_ids(f"{ids.header}/attachments"),
        sent=authorised,
        organisation=sending,
        lose=lost.append,
    )
    others = [line for line in lines if line[0] not in (Label.AUTHOR, Label.ROLE)]
    told = notes.put(text, [*_above(letter, lost), *others, *below])
    if not told.strip():
        told = NO_TEXT
    own = Segment(ids.text, authorised, sending, author, told)
    segments = (own, *attached)
    step = Step(ids.header, assembled, "new-message", sending, tuple(s.identifier for s in segments))
    message = CareCommunication(
        version=version,
        bundle_id=ids.bundle,
        timestamp=assembled,
        header_id=ids.header,
        thread=ids.thread,
        category=CATEGORY,
        sender=sending,
        receiver=receiving,
        patient=identity_of(letter.patient, sender.sor_id, lost.append),
        segments=segments,
        steps=(step,),
        topic=letter.subject or NO_TOPIC,
        encounter=encounter_of(
            letter.episode, letter.patient.episode_status, sender.sor_id, lost.append
        ),
    )  # fmt: skip
    return NewMessage(message, tuple(lost))


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=COPENHAGEN) if moment.tzinfo is None else moment


def _phone(letter: ClinicalEmail, sender: Registered, lost: list[Lost]) -> str:
    """The phone number of the letter, or that of SOR. MedCom's example takes one from outside the letter."""
    phone = phone_number(letter.sender.phone)
    if letter.sender.phone and not phone:
        lost.append(Lost("Sender/TelephoneSubscriberIdentifier", "it holds no digits", MESSAGE))
    return phone or phone_number(sender.phone)


def _above(letter: ClinicalEmail, lost: list[Lost]) -> list[notes.Line]:
    """Lines at the top: only messages about a referral have a priority, and no message is a correction."""
    lines: list[notes.Line] = []
    if letter.priority == "rutine":
        lost.append(Lost("AdditionalInformation/Priority", "only regarding-referral has a priority", MESSAGE))
    elif letter.priority is not None:
        lines.append((Label.PRIORITY, HIGH))
        lost.append(
            Lost("AdditionalInformation/Priority", "becomes a line of the text: only regarding-referral has one", MESSAGE)
        )  # fmt: skip
    if letter.status == "rettetbrev":
        lines.append((Label.STATUS, CORRECTED))
        lost.append(Lost("Letter/StatusCode", "becomes a line of the text: no activity is a correction", MAP))
    if not letter.wants_receipt:
        lost.append(Lost("Envelope/AcknowledgementCode", "every message is acknowledged", MAP))
    return lines
