"""Writing a correspondence letter (XDIS91): strict, in the order and the lengths of the schema."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

from mocks.errors import BadInput
from mocks.standards.clinical_email_records import ClinicalEmail, Party, Patient, Reference
from mocks.standards.oioxml import blocks, markup, write_moment
from mocks.standards.profiles import xdis91
from mocks.standards.profiles.xdis91 import NAMESPACE, VERSION
from mocks.standards.safe_xml import escape

_LENGTHS = MappingProxyType(
    {
        "OrganisationName": 35,
        "DepartmentName": 35,
        "UnitName": 35,
        "StreetName": 35,
        "SuburbName": 35,
        "DistrictName": 35,
        "PostCodeIdentifier": 9,
        "TelephoneSubscriberIdentifier": 25,
        "OccupancyText": 35,
    }
)


def write(letter: ClinicalEmail) -> bytes:
    """The letter as ISO-8859-1; other characters become numeric character references.

    The text is divided into blocks of at most 3150 characters, ten at most. ``BadInput`` for what the
    schema does not allow; names of organisations and streets are cut at 35 characters, as senders do.
    """
    episode = letter.episode
    episode_of_care = (
        ""
        if episode is None
        else f"<EpisodeOfCareIdentifier>{_text(episode, 35, 'the episode of care')}</EpisodeOfCareIdentifier>"
    )
    additional = ""
    if letter.priority is not None or letter.subject is not None:
        priority = (
            ""
            if letter.priority is None
            else f"<Priority>{_code(letter.priority, xdis91.PRIORITIES, 'Priority')}</Priority>"
        )
        subject = (
            "" if letter.subject is None else f"<Subject>{_text(letter.subject, 70, 'the subject')}</Subject>"
        )
        additional = f"<AdditionalInformation>{priority}{subject}</AdditionalInformation>"
    text = "".join(
        f"<ClinicalInformation><Text01>{markup(block)}</Text01></ClinicalInformation>"
        for block in blocks(letter.text)
    )
    if len(letter.references) > 10:
        raise BadInput(f"a letter takes ten references, not {len(letter.references)}: send two letters")
    references = "".join(map(_write_reference, letter.references)) if letter.references else ""
    return (
        f"{_HEAD}<Envelope><Sent>{write_moment(letter.sent)}</Sent><Identifier>"
        f"{_text(letter.envelope_id, 14, 'the envelope identifier')}</Identifier><AcknowledgementCode>"
        f"{'plus' if letter.wants_receipt else 'minus'}positivkvitt</AcknowledgementCode></Envelope>"
        f"<ClinicalEmail><Letter><Identifier>{_text(letter.letter_id, 14, 'the letter identifier')}"
        f"</Identifier><VersionCode>{VERSION}</VersionCode><StatisticalCode>XDIS91</StatisticalCode><Authorisation>"
        f"{write_moment(letter.authorised)}</Authorisation><TypeCode>XDIS91</TypeCode><StatusCode>"
        f"{_code(letter.status, xdis91.LETTER_STATUSES, 'StatusCode')}</StatusCode>{episode_of_care}</Letter>"
        f"<Sender>{_write_sender(letter.sender)}</Sender><Receiver>{_write_receiver(letter.receiver)}</Receiver>"
        f"<Patient>{_write_patient(letter.patient)}</Patient>{additional}{text}{references}"
        "</ClinicalEmail></Emessage>"
    ).encode("iso-8859-1", "xmlcharrefreplace")


_HEAD = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<Emessage xmlns="{NAMESPACE}">'


def _text(value: str, most: int, what: str) -> str:
    if not 1 <= len(value) <= most:
        raise BadInput(f"{what} has {len(value)} characters: give 1 to {most}")
    return escape(value)


def _code(value: str, codes: tuple[str, ...], what: str) -> str:
    if value not in codes:
        raise BadInput(f"{what} {value[:40]!r} is not a code of {VERSION}: use one of {', '.join(codes)}")
    return value


def _names(*pairs: tuple[str, str]) -> str:
    return "".join(f"<{tag}>{escape(value[: _LENGTHS[tag]])}</{tag}>" for tag, value in pairs if value)


def _identity(party: Party, what: str) -> str:
    return (
        f"<EANIdentifier>{_text(party.gln, 35, f'the GLN of the {what}')}</EANIdentifier>"
        f"<Identifier>{_text(party.id, 17, f'the identifier of the {what}')}</Identifier>"
        f"<IdentifierCode>{_code(party.id_code, xdis91.IDENTIFIER_CODES, 'IdentifierCode')}</IdentifierCode>"
    )


def _place(party: Party) -> str:
    return _names(
        ("OrganisationName", party.organisation),
        ("DepartmentName", party.department),
        ("UnitName", party.unit),
        ("StreetName", party.street),
        ("SuburbName", party.suburb),
        ("DistrictName", party.district),
        ("PostCodeIdentifier", party.post_code),
    )


# A system writes the same few hundred parties over and over.
@lru_cache(maxsize=4096)
def _write_sender(party: Party) -> str:
    if not party.organisation:
        raise BadInput("the sender of a letter must have an organisation: give its name")
    speciality = ""
    if party.speciality:
        if party.speciality not in xdis91.SPECIALITIES:
            raise BadInput(f"speciality {party.speciality[:40]!r} is not in the list of {VERSION}")
        speciality = f"<MedicalSpecialityCode>{party.speciality}</MedicalSpecialityCode>"
    phone = _names(("TelephoneSubscriberIdentifier", party.phone))
    return f"{_identity(party, 'sender')}{_place(party)}{phone}{speciality}"


@lru_cache(maxsize=4096)
def _write_receiver(party: Party) -> str:
    return f"{_identity(party, 'receiver')}{_place(party)}"


def _write_patient(patient: Patient) -> str:
    if (patient.cpr is None) == (patient.alternative is None):
        raise BadInput("a patient has a CPR number or a replacement number: give exactly one")
    if patient.cpr is not None:
        if len(patient.cpr) != 10 or not (patient.cpr.isascii() and patient.cpr.isdigit()):
            raise BadInput("the CPR number of the patient must be ten digits, without a hyphen")
        number = f"<CivilRegistrationNumber>{patient.cpr}</CivilRegistrationNumber>"
    else:
        alternative = patient.alternative or ""
        if len(alternative) != 10:
            raise BadInput(f"a replacement number has ten characters, this has {len(alternative)}")
        number = f"<AlternativeIdentifier>{escape(alternative)}</AlternativeIdentifier>"
    given = (
        ""
        if patient.given is None
        else f"<PersonGivenName>{_text(patient.given, 70, 'the given name of the patient')}</PersonGivenName>"
    )
    address = ""
    if patient.street or patient.post_code or patient.district or patient.suburb or patient.occupation:
        address = _names(
            ("StreetName", patient.street),
            ("SuburbName", patient.suburb),
            ("DistrictName", patient.district),
            ("PostCodeIdentifier", patient.post_code),
            ("OccupancyText", patient.occupation),
        )
    return (
        f"{number}<PersonSurnameName>{_text(patient.surname, 70, 'the surname of the patient')}"
        f"</PersonSurnameName>{given}{address}<EpisodeOfCareStatusCode>"
        f"{_code(patient.episode_status, xdis91.EPISODE_STATUSES, 'EpisodeOfCareStatusCode')}"
        "</EpisodeOfCareStatusCode>"
    )


def _write_reference(reference: Reference) -> str:
    description = _text(reference.description, 70, "the description of a reference")
    if reference.url is not None and reference.binary is not None:
        raise BadInput("a reference is a web address or an attachment: make two of it")
    if reference.url is not None:
        content = f"<URL>{_text(reference.url, 350, 'the web address of a reference')}</URL>"
    elif (binary := reference.binary) is not None:
        if binary.size < 1:
            raise BadInput(f"an attachment has at least one byte, this one {binary.size}")
        extension = _code(binary.extension, xdis91.OBJECT_EXTENSIONS, "ObjectExtensionCode")
        content = (
            f"<BIN><ObjectIdentifier>{_text(binary.id, 35, 'an object identifier (a UUID without dashes)')}"
            f"</ObjectIdentifier><ObjectCode>{_code(binary.code, xdis91.OBJECT_CODES, 'ObjectCode')}"
            f"</ObjectCode><ObjectExtensionCode>{extension}</ObjectExtensionCode>"
            f"<OriginalObjectSize>{binary.size}</OriginalObjectSize></BIN>"
        )
    else:
        content = "<SUP>true</SUP>"
    return f"<Reference><RefDescription>{description}</RefDescription>{content}</Reference>"
