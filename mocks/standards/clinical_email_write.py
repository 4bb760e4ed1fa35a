"""Writing a correspondence letter (XDIS91): strict, in the order and the lengths of the schema."""

from __future__ import annotations

from mocks.errors import BadInput
from mocks.standards.clinical_email_records import ClinicalEmail, Patient, Reference
from mocks.standards.oioxml import blocks, markup, write_emessage, write_envelope, write_letter_head
from mocks.standards.oioxml_parties import (
    PartyForm,
    coded,
    filled,
    names,
    person_name,
    person_number,
    write_receiver,
    write_sender,
)
from mocks.standards.profiles import xdis91
from mocks.standards.profiles.xdis91 import NAMESPACE, VERSION

_FORM = PartyForm(VERSION, xdis91.IDENTIFIER_CODES)


def write(letter: ClinicalEmail) -> bytes:
    """The letter as ISO-8859-1; other characters become numeric character references.

    The text is divided into blocks of at most 3150 characters, ten at most. ``BadInput`` for what the
    schema does not allow; names of organisations and streets are cut at 35 characters, as senders do.
    """
    episode = letter.episode
    episode_of_care = (
        ""
        if episode is None
        else f"<EpisodeOfCareIdentifier>{filled(episode, 35, 'the episode of care')}</EpisodeOfCareIdentifier>"
    )
    additional = ""
    if letter.priority is not None or letter.subject is not None:
        priority = (
            ""
            if letter.priority is None
            else f"<Priority>{coded(letter.priority, xdis91.PRIORITIES, 'Priority', VERSION)}</Priority>"
        )
        subject = (
            ""
            if letter.subject is None
            else f"<Subject>{filled(letter.subject, 70, 'the subject')}</Subject>"
        )
        additional = f"<AdditionalInformation>{priority}{subject}</AdditionalInformation>"
    text = "".join(
        f"<ClinicalInformation><Text01>{markup(block)}</Text01></ClinicalInformation>"
        for block in blocks(letter.text)
    )
    if len(letter.references) > 10:
        raise BadInput(f"a letter takes ten references, not {len(letter.references)}: send two letters")
    references = "".join(map(_write_reference, letter.references)) if letter.references else ""
    head = write_letter_head(
        letter.letter_id, VERSION, "XDIS91", letter.authorised, letter.status, episode_of_care
    )
    content = (
        f"{head}<Sender>{write_sender(letter.sender, _FORM)}</Sender>"
        f"<Receiver>{write_receiver(letter.receiver, _FORM)}</Receiver>"
        f"<Patient>{_write_patient(letter.patient)}</Patient>{additional}{text}{references}"
    )
    envelope = write_envelope(letter.envelope_id, letter.sent, letter.wants_receipt)
    return b"".join(write_emessage(NAMESPACE, envelope, "ClinicalEmail", content))


def _write_patient(patient: Patient) -> str:
    address = ""
    if patient.street or patient.post_code or patient.district or patient.suburb or patient.occupation:
        address = names(
            ("StreetName", patient.street),
            ("SuburbName", patient.suburb),
            ("DistrictName", patient.district),
            ("PostCodeIdentifier", patient.post_code),
            ("OccupancyText", patient.occupation),
        )
    status = coded(patient.episode_status, xdis91.EPISODE_STATUSES, "EpisodeOfCareStatusCode", VERSION)
    return (
        f"{person_number(patient.cpr, patient.alternative)}{person_name(patient.surname, patient.given)}"
        f"{address}<EpisodeOfCareStatusCode>{status}</EpisodeOfCareStatusCode>"
    )


def _write_reference(reference: Reference) -> str:
    description = filled(reference.description, 70, "the description of a reference")
    if reference.url is not None and reference.binary is not None:
        raise BadInput("a reference is a web address or an attachment: make two of it")
    if reference.url is not None:
        content = f"<URL>{filled(reference.url, 350, 'the web address of a reference')}</URL>"
    elif (binary := reference.binary) is not None:
        if binary.size < 1:
            raise BadInput(f"an attachment has at least one byte, this one {binary.size}")
        extension = coded(binary.extension, xdis91.OBJECT_EXTENSIONS, "ObjectExtensionCode", VERSION)
        content = (
            f"<BIN><ObjectIdentifier>{filled(binary.id, 35, 'an object identifier (a UUID without dashes)')}"
            f"</ObjectIdentifier><ObjectCode>{coded(binary.code, xdis91.OBJECT_CODES, 'ObjectCode', VERSION)}"
            f"</ObjectCode><ObjectExtensionCode>{extension}</ObjectExtensionCode>"
            f"<OriginalObjectSize>{binary.size}</OriginalObjectSize></BIN>"
        )
    else:
        content = "<SUP>true</SUP>"
    return f"<Reference><RefDescription>{description}</RefDescription>{content}</Reference>"
