"""Writing a correspondence letter (XDIS91): strict, in the order and the lengths of the schema."""

from __future__ import annotations

from mocks.errors import BadInput
from mocks.standards.clinical_email_records import ClinicalEmail, Patient
from mocks.standards.formatted_text import FormattedText, write_blocks
from mocks.standards.oioxml import write_emessage, write_envelope, write_letter_head
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
from mocks.standards.oioxml_references import write_reference
from mocks.standards.profiles import xdis91
from mocks.standards.profiles.xdis91 import VERSIONS

_FORMS = {code: PartyForm(code, xdis91.IDENTIFIER_CODES) for code in VERSIONS}


def write(letter: ClinicalEmail) -> bytes:
    """The letter as ISO-8859-1; other characters become numeric character references.

    The text is divided into blocks of at most 3150 characters, ten at most. ``BadInput`` for what the
    schema does not allow; names of organisations and streets are cut at 35 characters, as senders do.
    """
    version = VERSIONS.get(letter.version)
    if version is None:
        raise BadInput(f"{letter.version[:20]!r} is no version of XDIS91: use {', '.join(VERSIONS)}")
    form, code = _FORMS[version.code], version.code
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
            else f"<Priority>{coded(letter.priority, xdis91.PRIORITIES, 'Priority', code)}</Priority>"
        )
        subject = (
            ""
            if letter.subject is None
            else f"<Subject>{filled(letter.subject, 70, 'the subject')}</Subject>"
        )
        additional = f"<AdditionalInformation>{priority}{subject}</AdditionalInformation>"
    text = "".join(
        f"<ClinicalInformation><Text01>{block}</Text01></ClinicalInformation>"
        for block in write_blocks(FormattedText(letter.text, letter.styles), version.most_blocks)
    )
    if len(letter.references) > 10:
        raise BadInput(f"a letter takes ten references, not {len(letter.references)}: send two letters")
    references = "".join(write_reference(each, code, version.extensions) for each in letter.references)
    head = write_letter_head(
        letter.letter_id, code, "XDIS91", letter.authorised, letter.status, episode_of_care
    )
    content = (
        f"{head}<Sender>{write_sender(letter.sender, form)}</Sender>"
        f"<Receiver>{write_receiver(letter.receiver, form)}</Receiver>"
        f"<Patient>{_write_patient(letter.patient, code)}</Patient>{additional}{text}{references}"
    )
    envelope = write_envelope(letter.envelope_id, letter.sent, letter.wants_receipt)
    return b"".join(write_emessage(version.namespace, envelope, "ClinicalEmail", content))


def _write_patient(patient: Patient, code: str) -> str:
    address = ""
    if patient.street or patient.post_code or patient.district or patient.suburb or patient.occupation:
        address = names(
            ("StreetName", patient.street),
            ("SuburbName", patient.suburb),
            ("DistrictName", patient.district),
            ("PostCodeIdentifier", patient.post_code),
            ("OccupancyText", patient.occupation),
        )
    status = coded(patient.episode_status, xdis91.EPISODE_STATUSES, "EpisodeOfCareStatusCode", code)
    return (
        f"{person_number(patient.cpr, patient.alternative)}{person_name(patient.surname, patient.given)}"
        f"{address}<EpisodeOfCareStatusCode>{status}</EpisodeOfCareStatusCode>"
    )
