"""The correspondence letter of the old standard, "Den gode korrespondance" (XDIS91, version XD9134L).

A short clinical letter between two units about one citizen. It travels as an ``Emessage``: an envelope of
its own (not the VANSEnvelope around it) with the time of sending and the wish for a receipt, and one
``ClinicalEmail`` with sender, receiver, patient, text, and references to attachments that are sent apart.

``read`` takes what receivers in the field take; ``write`` is strict; ``check`` says everything that is
wrong. Source: MedCom's schemas 2006/07/01, and the habits of MedCom's converter and of OS2korrespondance.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

import msgspec
from lxml import etree

from mocks.errors import BadInput, Malformed
from mocks.standards import safe_xml
from mocks.standards.findings import Finding, Severity
from mocks.standards.oioxml import blocks, markup, plain, read_moment, write_moment
from mocks.standards.profiles import xdis91
from mocks.standards.profiles.xdis91 import NAMES, NAMESPACE, SOURCE, VERSION
from mocks.standards.profiles.xdis91_rules import check_document
from mocks.standards.safe_xml import error, escape

_NS = f"{{{NAMESPACE}}}"
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


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Sender or receiver. ``id_code`` says what ``id`` is: ``lokationsnummer``, ``ydernummer``,
    ``sygehusafdelingsnummer``, ``kommunenummer`` or ``sorkode``. Empty fields are left out of the letter;
    a receiver has no phone and no speciality, and a sender must have an organisation."""

    gln: str
    id: str
    id_code: str
    organisation: str = ""
    department: str = ""
    unit: str = ""
    street: str = ""
    suburb: str = ""
    district: str = ""
    post_code: str = ""
    phone: str = ""
    speciality: str = ""


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """The citizen: a CPR number, or a replacement number of ten characters (``alternative``)."""

    cpr: str | None = None
    alternative: str | None = None
    surname: str
    given: str | None = None
    street: str = ""
    suburb: str = ""
    district: str = ""
    post_code: str = ""
    occupation: str = ""
    episode_status: str = "inaktiv"


class BinaryReference(msgspec.Struct, frozen=True):
    """Points at an attachment sent as XBIN01: its id (a UUID without dashes), kind of object
    (``vektor_grafik`` for pdf), file extension, and size in bytes."""

    id: str
    code: str
    extension: str
    size: int


class Reference(msgspec.Struct, frozen=True):
    """A reference to something outside the letter: a web address, an attachment, or, where both are
    ``None``, material that follows by post."""

    description: str
    url: str | None = None
    binary: BinaryReference | None = None


class ClinicalEmail(msgspec.Struct, frozen=True, kw_only=True):
    """One letter with its envelope.

    Times are Danish local time to the minute; a naive one counts as that, and ``read`` gives aware ones.
    ``envelope_id`` and ``letter_id`` have 1 to 14 characters. ``status`` is ``nytbrev`` or ``rettetbrev``,
    ``priority`` ``rutine`` or ``høj_prioritet``, ``episode`` an episode of care, a UUID without dashes.
    ``text`` has its lines joined by newlines.
    """

    envelope_id: str
    sent: datetime
    wants_receipt: bool
    letter_id: str
    authorised: datetime
    sender: Party
    receiver: Party
    patient: Patient
    text: str
    subject: str | None = None
    status: str = "nytbrev"
    episode: str | None = None
    priority: str | None = None
    references: tuple[Reference, ...] = ()


# Reading ----------------------------------------------------------------------------------------------


def read(raw: bytes) -> ClinicalEmail:
    """The letter in ``raw``. ``Malformed`` (with findings) when it cannot be understood.

    Formatting is flattened to plain text. Several letters in one envelope are refused: the standard
    allows them, and the systems of the field send one.
    """
    return _read(safe_xml.parse(raw), None)


def read_checked(raw: bytes) -> ClinicalEmail:
    """As ``read``, for receivers: a letter that breaks a rule is ``Malformed`` too, with every finding.

    The document is parsed once for both.
    """
    document = safe_xml.parse(raw)
    findings = check_document(document)
    wrong = [f for f in findings if f.severity is Severity.ERROR]
    if wrong:
        raise Malformed((*wrong, *(f for f in findings if f.severity is not Severity.ERROR)))
    return _read(document, findings)


def _read(document: safe_xml.Document, findings: list[Finding] | None) -> ClinicalEmail:
    try:
        return _letter(document.root)
    except (LookupError, ValueError, AttributeError, TypeError) as reason:
        found = check_document(document) if findings is None else findings
        wrong = [f for f in found if f.severity is Severity.ERROR]
        if not wrong:
            text = f"the letter cannot be read: {reason}"
            wrong = [error(f"{VERSION}/unreadable", "Emessage", text, SOURCE)]
        raise Malformed(tuple(wrong)) from None


def _letter(root: etree._Element) -> ClinicalEmail:
    if root.tag != f"{_NS}Emessage":
        raise ValueError("wrong root")
    envelope = NAMES.children(root[0])
    (mail,) = root.iterchildren(f"{_NS}ClinicalEmail")
    letter = sender = receiver = patient = None
    text: list[str] = []
    references: list[Reference] = []
    priority = subject = None
    for node in mail:
        name = NAMES.of[node.tag]
        if name == "ClinicalInformation":
            text.append(plain(node[0]))
        elif name == "Letter":
            letter = NAMES.children(node)
        elif name == "Sender":
            sender = _party(NAMES.values(node))
        elif name == "Receiver":
            receiver = _party(NAMES.values(node))
        elif name == "Patient":
            patient = _patient(NAMES.values(node))
        elif name == "AdditionalInformation":
            values = NAMES.values(node)
            priority, subject = values.get("Priority"), values.get("Subject")
        elif name == "Reference":
            references.append(_reference(node))
    if letter is None or sender is None or receiver is None or patient is None:
        raise KeyError("an element is missing")
    if letter["VersionCode"].text != VERSION:
        raise ValueError("another version")
    episode = letter.get("EpisodeOfCareIdentifier")
    return ClinicalEmail(
        envelope_id=_filled(envelope["Identifier"]),
        sent=read_moment(envelope["Sent"]),
        wants_receipt=_WANTS[_filled(envelope["AcknowledgementCode"])],
        letter_id=_filled(letter["Identifier"]),
        authorised=read_moment(letter["Authorisation"]),
        status=_filled(letter["StatusCode"]),
        episode=None if episode is None else episode.text,
        sender=sender,
        receiver=receiver,
        patient=patient,
        priority=priority,
        subject=subject,
        text="".join(text) if len(text) < 2 else _joined(text),
        references=tuple(references),
    )


_WANTS = MappingProxyType({"pluspositivkvitt": True, "minuspositivkvitt": False})


def _joined(texts: list[str]) -> str:
    """The blocks as one text: a full block runs on in the next, a shorter one ends its line."""
    pieces = []
    for text in texts[:-1]:
        ends = not text or text[-1] in "\n " or len(text) == xdis91.BLOCK_LENGTH
        pieces.append(text if ends else f"{text}\n")
    return "".join((*pieces, texts[-1]))


def _filled(node: etree._Element) -> str:
    value = (node.text or "").strip()
    if not value:
        raise ValueError(f"{node.tag} is empty")
    return value


def _party(given: dict[str, str]) -> Party:
    get = given.get
    return Party(
        gln=given["EANIdentifier"],
        id=given["Identifier"],
        id_code=given["IdentifierCode"],
        organisation=get("OrganisationName", ""),
        department=get("DepartmentName", ""),
        unit=get("UnitName", ""),
        street=get("StreetName", ""),
        suburb=get("SuburbName", ""),
        district=get("DistrictName", ""),
        post_code=get("PostCodeIdentifier", ""),
        phone=get("TelephoneSubscriberIdentifier", ""),
        speciality=get("MedicalSpecialityCode", ""),
    )


def _patient(given: dict[str, str]) -> Patient:
    get = given.get
    cpr, alternative = get("CivilRegistrationNumber"), get("AlternativeIdentifier")
    if (cpr is None) == (alternative is None):
        raise ValueError("a patient has one number")
    return Patient(
        cpr=cpr,
        alternative=alternative,
        surname=given["PersonSurnameName"],
        given=get("PersonGivenName"),
        street=get("StreetName", ""),
        suburb=get("SuburbName", ""),
        district=get("DistrictName", ""),
        post_code=get("PostCodeIdentifier", ""),
        occupation=get("OccupancyText", ""),
        episode_status=given["EpisodeOfCareStatusCode"],
    )


def _reference(node: etree._Element) -> Reference:
    given = NAMES.children(node)
    description = given["RefDescription"].text or ""
    if (url := given.get("URL")) is not None:
        return Reference(description, url.text or "")
    if (binary := given.get("BIN")) is not None:
        values = NAMES.values(binary)
        return Reference(
            description,
            None,
            BinaryReference(
                values["ObjectIdentifier"],
                values["ObjectCode"],
                values["ObjectExtensionCode"],
                int(values["OriginalObjectSize"]),
            ),
        )
    if "SUP" not in given:
        raise KeyError("SUP")
    return Reference(description)


# Writing ----------------------------------------------------------------------------------------------


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


# Checking ---------------------------------------------------------------------------------------------


def check(raw: bytes) -> list[Finding]:
    """Everything that is wrong with the letter, not only the first thing."""
    try:
        document = safe_xml.parse(raw)
    except Malformed as refused:
        return list(refused.findings)
    return check_document(document)
