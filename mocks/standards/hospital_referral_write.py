"""Writing a referral to a hospital (XREF01): strict, in the order and the lengths of the schema."""

from __future__ import annotations

from mocks.errors import BadInput
from mocks.standards.formatted_text import FormattedText, write_formatted
from mocks.standards.hospital_referral_records import (
    AnswerReceiver,
    Course,
    Diagnosis,
    HospitalReferral,
    ReferralPatient,
    Referrer,
    Relative,
    Visitation,
)
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
from mocks.standards.profiles import xref01
from mocks.standards.profiles.oioxml_parts import OBJECT_EXTENSIONS_PLO
from mocks.standards.profiles.xref01 import VERSIONS, Version

_FORMS = {code: PartyForm(code, version.identifier_codes) for code, version in VERSIONS.items()}


def write(referral: HospitalReferral) -> bytes:
    """The referral as ISO-8859-1; other characters become numeric character references.

    ``BadInput`` for what the schema of its version does not allow; names of organisations and streets are
    cut at 35 characters, as senders do.
    """
    version = VERSIONS.get(referral.version)
    if version is None:
        raise BadInput(f"{referral.version[:20]!r} is no version of XREF01: use {', '.join(VERSIONS)}")
    form = _FORMS[version.code]
    head = write_letter_head(
        referral.letter_id,
        version.code,
        "XREF01",
        referral.authorised,
        referral.status,
        _courses(referral.courses, version),
    )
    _at_most(referral.references, 10, "references")
    references = (write_reference(each, version.code, OBJECT_EXTENSIONS_PLO) for each in referral.references)
    _at_most(referral.visitations, xref01.MOST_VISITATIONS, "notes of visitation")
    content = "".join(
        (
            head,
            f"<Sender>{write_sender(referral.sender, form)}{_referrer(referral.referrer, form)}</Sender>",
            f"<Receiver>{write_receiver(referral.receiver, form)}</Receiver>",
            "" if referral.answer_to is None else _answer_receiver(referral.answer_to, form),
            _patient(referral.patient, version),
            "" if referral.relative is None else _relative(referral.relative, version),
            _additional(referral, version),
            _diagnoses(referral, version),
            _clinical(referral),
            *references,
            *(_visitation(each, version) for each in referral.visitations),
        )
    )
    envelope = write_envelope(referral.envelope_id, referral.sent, referral.wants_receipt)
    return b"".join(write_emessage(version.namespace, envelope, "HospitalReferral", content))


def _at_most(items: tuple[object, ...], most: int, what: str) -> None:
    if len(items) > most:
        raise BadInput(f"a referral takes {most} {what}, not {len(items)}: leave some out")


def _element(tag: str, value: str, most: int, what: str) -> str:
    """The element, or nothing where ``value`` is empty."""
    return f"<{tag}>{filled(value, most, what)}</{tag}>" if value else ""


def _code(tag: str, value: str | None, codes: tuple[str, ...], version: Version) -> str:
    return "" if value is None else f"<{tag}>{coded(value, codes, tag, version.code)}</{tag}>"


def _text(tag: str, value: FormattedText | None) -> str:
    return "" if value is None else f"<{tag}>{write_formatted(value)}</{tag}>"


def _courses(courses: tuple[Course, ...], version: Version) -> str:
    identifiers = [filled(each.id, 35, "the identifier of a course of care") for each in courses]
    if not version.courses:
        if len(courses) > 1 or any(each.type for each in courses):
            raise BadInput(f"{version.code} has room for one course of care, without its type")
        return "".join(f"<EpisodeOfCareIdentifier>{each}</EpisodeOfCareIdentifier>" for each in identifiers)
    if not courses:
        raise BadInput(f"a referral of {version.code} belongs to at least one course of care: name it")
    return "".join(
        f"<EpisodeOfCare><EpisodeOfCareType>{filled(course.type, 17, 'the type of a course of care')}"
        f"</EpisodeOfCareType><EpisodeOfCareIdentifier>{identifier}</EpisodeOfCareIdentifier></EpisodeOfCare>"
        for course, identifier in zip(courses, identifiers, strict=True)
    )


def _referrer(referrer: Referrer, form: PartyForm) -> str:
    code = (
        f"<IdentifierCode>{coded(referrer.id_code, form.codes, 'IdentifierCode', form.version)}</IdentifierCode>"
        if referrer.id_code
        else ""
    )
    return (
        f"<Referrer>{_element('Identifier', referrer.id, 17, 'the identifier of the referrer')}{code}"
        f"<PersonName>{filled(referrer.name, 35, 'the name of the referrer')}</PersonName>"
        f"{_element('PersonTitle', referrer.title, 35, 'the title of the referrer')}</Referrer>"
    )


def _answer_receiver(party: AnswerReceiver, form: PartyForm) -> str:
    place = names(
        ("OrganisationName", party.organisation),
        ("DepartmentName", party.department),
        ("UnitName", party.unit),
        ("StreetName", party.street),
        ("SuburbName", party.suburb),
        ("DistrictName", party.district),
        ("PostCodeIdentifier", party.post_code),
        ("TelephoneSubscriberIdentifier", party.phone),
    )
    return (
        f"<AnswerCCReceiver><Identifier>{filled(party.id, 17, 'the identifier of who gets the answer')}"
        f"</Identifier><IdentifierCode>{coded(party.id_code, form.codes, 'IdentifierCode', form.version)}"
        f"</IdentifierCode>{place}</AnswerCCReceiver>"
    )


def _patient(patient: ReferralPatient, version: Version) -> str:
    _at_most(patient.phones, xref01.MOST_PHONES, "phone numbers")
    phones = "".join(
        f"<TelephoneSubscriber><TelephoneSubscriberIdentifier>{filled(phone.number, 25, 'a phone number')}"
        f"</TelephoneSubscriberIdentifier>"
        f"{_code('TelephoneSubscriberCode', phone.code, xref01.PHONE_CODES, version)}</TelephoneSubscriber>"
        for phone in patient.phones
    )
    address = names(
        ("StreetName", patient.street),
        ("SuburbName", patient.suburb),
        ("DistrictName", patient.district),
        ("PostCodeIdentifier", patient.post_code),
    )
    return (
        f"<Patient>{person_number(patient.cpr, patient.alternative)}"
        f"{person_name(patient.surname, patient.given)}"
        f"{_element('PersonTitle', patient.title, 35, 'the title of the patient')}{address}{phones}"
        f"{_element('EmailIdentifier', patient.email, 70, 'the mail address of the patient')}</Patient>"
    )


def _relative(relative: Relative, version: Version) -> str:
    return (
        f"<Relative>{_code('RelationCode', relative.relation, xref01.RELATIONS, version)}"
        f"{_element('PersonIdentifier', relative.id, 10, 'the number of the relative')}"
        f"{person_name(relative.surname, relative.given, 'the relative')}</Relative>"
    )


def _additional(referral: HospitalReferral, version: Version) -> str:
    if referral.hospital_choice is not None and not version.chooses:
        raise BadInput(f"{version.code} has no choice of hospital: leave it out, or send XH0131R")
    inside = "".join(
        (
            _code("Priority", referral.priority, xref01.PRIORITIES, version),
            _code("ReferralStatus", referral.referral_status, version.statuses, version),
            _code("Transport", referral.transport, xref01.TRANSPORTS, version),
            _text("Supplementary", referral.supplementary),
            _text("ClinicalReason", referral.reason),
            _code("HospitalChoice", referral.hospital_choice, xref01.HOSPITAL_CHOICES, version),
        )
    )
    return f"<AdditionalInformation>{inside}</AdditionalInformation>" if inside else ""


def _diagnoses(referral: HospitalReferral, version: Version) -> str:
    _at_most(referral.further, xref01.MOST_FURTHER, "further diagnoses")
    if referral.diagnosis is None and not referral.further:
        return ""
    first = ""
    if referral.diagnosis is not None:
        first = f"<Refer>{_diagnosis(referral.diagnosis, version, version.described)}</Refer>"
    further = "".join(
        f"<ReferralAdditional>{_diagnosis(each, version, True)}</ReferralAdditional>"
        for each in referral.further
    )
    return f"<Referral>{first}{further}</Referral>"


def _diagnosis(diagnosis: Diagnosis, version: Version, described: bool) -> str:
    if diagnosis.description and not described:
        raise BadInput(f"the diagnosis of an {version.code} has no description: leave it out")
    description = (
        _code("DiagnoseDescriptionCode", diagnosis.description, version.descriptions, version)
        if described
        else ""
    )
    return (
        f"{description}{_element('DiagnoseCode', diagnosis.code, 17, 'the code of a diagnosis')}"
        f"{_code('DiagnoseTypeCode', diagnosis.type, version.diagnose_types, version)}"
        f"<DiagnoseText>{filled(diagnosis.text, 70, 'the text of a diagnosis')}</DiagnoseText>"
    )


def _clinical(referral: HospitalReferral) -> str:
    inside = "".join(
        (
            _text("Cave", referral.cave),
            _text("Anamnesis", referral.anamnesis),
            _text("Examination", referral.examination),
            _text("ActualMedicine", referral.medicine),
        )
    )
    return f"<RelevantClinicalInformation>{inside}</RelevantClinicalInformation>" if inside else ""


def _visitation(visitation: Visitation, version: Version) -> str:
    return (
        f"<HospitalVisitation>"
        f"{_code('InformationCode', visitation.code, xref01.VISITATION_CODES, version)}"
        f"{_text('Information', visitation.information)}</HospitalVisitation>"
    )
