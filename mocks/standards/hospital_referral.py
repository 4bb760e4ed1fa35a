"""Referrals to a hospital: XREF01, versions XH0130R and XH0131R.

A doctor refers a citizen to a hospital department: why, with what, how urgently, what is known already.
Attachments are named here and travel in letters of their own (``binary_letter``).

``read`` takes what receivers in the field take; ``write`` is strict; ``check`` says everything that is
wrong. Source: MedCom's schemas 2005/08/07 and 2017/05/01.
"""

from __future__ import annotations

from lxml import etree

from mocks.errors import Malformed
from mocks.standards import safe_xml
from mocks.standards.findings import Finding, Severity
from mocks.standards.formatted_text import FormattedText, Style, Styled, read_formatted
from mocks.standards.hospital_referral_records import (
    AnswerReceiver,
    BinaryReference,
    Course,
    Diagnosis,
    HospitalReferral,
    Party,
    Phone,
    Reference,
    ReferralPatient,
    Referrer,
    Relative,
    Visitation,
)
from mocks.standards.hospital_referral_write import write
from mocks.standards.oioxml import read_envelope, read_moment, value_of
from mocks.standards.oioxml_parties import read_party
from mocks.standards.oioxml_references import read_reference
from mocks.standards.profiles.xml_engine import ShortNames
from mocks.standards.profiles.xref01 import NAMES, Version
from mocks.standards.profiles.xref01_rules import UNREADABLE, check_document, version_of

__all__ = [
    "AnswerReceiver",
    "BinaryReference",
    "Course",
    "Diagnosis",
    "FormattedText",
    "HospitalReferral",
    "Party",
    "Phone",
    "Reference",
    "ReferralPatient",
    "Referrer",
    "Relative",
    "Style",
    "Styled",
    "Visitation",
    "check",
    "read",
    "read_checked",
    "write",
]

# Reading ----------------------------------------------------------------------------------------------


def read(raw: bytes) -> HospitalReferral:
    """The referral in ``raw``. ``Malformed`` (with findings) when it cannot be understood."""
    return _read(safe_xml.parse(raw), None)


def read_checked(raw: bytes) -> HospitalReferral:
    """As ``read``, for receivers: a referral that breaks a rule is ``Malformed`` too, with every finding."""
    document = safe_xml.parse(raw)
    findings = check_document(document)
    wrong = [f for f in findings if f.severity is Severity.ERROR]
    if wrong:
        raise Malformed((*wrong, *(f for f in findings if f.severity is not Severity.ERROR)))
    return _read(document, findings)


def _read(document: safe_xml.Document, findings: list[Finding] | None) -> HospitalReferral:
    version = version_of(document.root)
    try:
        if version is None:
            raise ValueError("it is none")
        return _referral(document.root, version)
    except (LookupError, ValueError, AttributeError, TypeError) as reason:
        found = check_document(document) if findings is None else findings
        wrong = [f for f in found if f.severity is Severity.ERROR]
        if not wrong:
            wrong = [UNREADABLE.at("Emessage", f"the referral cannot be read: {reason}")]
        raise Malformed(tuple(wrong)) from None


def _referral(root: etree._Element, version: Version) -> HospitalReferral:
    names, ns = NAMES[version.code], f"{{{version.namespace}}}"
    envelope = read_envelope(names.children(root[0]))
    (body,) = root.iterchildren(f"{ns}HospitalReferral")
    parts = names.children(body)
    head = names.children(parts["Letter"])
    if head["VersionCode"].text != version.code:
        raise ValueError("another version")
    referrer = names.values(names.children(parts["Sender"])["Referrer"])
    additional = names.children(parts["AdditionalInformation"]) if "AdditionalInformation" in parts else {}
    clinical = (
        names.children(parts["RelevantClinicalInformation"]) if "RelevantClinicalInformation" in parts else {}
    )
    diagnosis, further = _diagnoses(parts.get("Referral"), names)
    return HospitalReferral(
        version=version.code,
        envelope_id=envelope.id,
        sent=envelope.sent,
        wants_receipt=envelope.wants_receipt,
        letter_id=value_of(head["Identifier"]),
        authorised=read_moment(head["Authorisation"]),
        status=value_of(head["StatusCode"]),
        courses=_courses(parts["Letter"], names),
        sender=read_party(names.values(parts["Sender"])),
        referrer=Referrer(
            name=referrer["PersonName"],
            title=referrer.get("PersonTitle", ""),
            id=referrer.get("Identifier", ""),
            id_code=referrer.get("IdentifierCode", ""),
        ),
        receiver=read_party(names.values(parts["Receiver"])),
        answer_to=_answer_receiver(names.values(parts["AnswerCCReceiver"]))
        if "AnswerCCReceiver" in parts
        else None,
        patient=_patient(parts["Patient"], names),
        relative=_relative(names.values(parts["Relative"])) if "Relative" in parts else None,
        priority=_code(additional, "Priority"),
        referral_status=_code(additional, "ReferralStatus"),
        transport=_code(additional, "Transport"),
        supplementary=_text(additional, "Supplementary"),
        reason=_text(additional, "ClinicalReason"),
        hospital_choice=_code(additional, "HospitalChoice"),
        diagnosis=diagnosis,
        further=further,
        cave=_text(clinical, "Cave"),
        anamnesis=_text(clinical, "Anamnesis"),
        examination=_text(clinical, "Examination"),
        medicine=_text(clinical, "ActualMedicine"),
        references=tuple(read_reference(node, names) for node in body.iterchildren(f"{ns}Reference")),
        visitations=tuple(
            Visitation(value_of(node[0]), read_formatted(node[1]))
            for node in body.iterchildren(f"{ns}HospitalVisitation")
        ),
    )


def _code(given: dict[str, etree._Element], name: str) -> str | None:
    node = given.get(name)
    return None if node is None else node.text


def _text(given: dict[str, etree._Element], name: str) -> FormattedText | None:
    node = given.get(name)
    return None if node is None else read_formatted(node)


def _courses(letter: etree._Element, names: ShortNames) -> tuple[Course, ...]:
    out = list[Course]()
    for node in letter:
        name = names.of[node.tag]
        if name == "EpisodeOfCareIdentifier":
            out.append(Course(node.text or ""))
        elif name == "EpisodeOfCare":
            given = names.values(node)
            out.append(Course(given["EpisodeOfCareIdentifier"], given["EpisodeOfCareType"]))
    return tuple(out)


def _answer_receiver(given: dict[str, str]) -> AnswerReceiver:
    get = given.get
    return AnswerReceiver(
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
    )


def _patient(node: etree._Element, names: ShortNames) -> ReferralPatient:
    given = names.values(node)
    get = given.get
    cpr, alternative = get("CivilRegistrationNumber"), get("AlternativeIdentifier")
    if (cpr is None) == (alternative is None):
        raise ValueError("a patient has one number")
    phones = [names.values(child) for child in node if names.of[child.tag] == "TelephoneSubscriber"]
    return ReferralPatient(
        cpr=cpr,
        alternative=alternative,
        surname=given["PersonSurnameName"],
        given=get("PersonGivenName"),
        title=get("PersonTitle", ""),
        street=get("StreetName", ""),
        suburb=get("SuburbName", ""),
        district=get("DistrictName", ""),
        post_code=get("PostCodeIdentifier", ""),
        phones=tuple(
            Phone(phone["TelephoneSubscriberIdentifier"], phone["TelephoneSubscriberCode"])
            for phone in phones
        ),
        email=get("EmailIdentifier", ""),
    )


def _relative(given: dict[str, str]) -> Relative:
    return Relative(
        relation=given["RelationCode"],
        id=given.get("PersonIdentifier", ""),
        surname=given["PersonSurnameName"],
        given=given.get("PersonGivenName"),
    )


def _diagnoses(
    node: etree._Element | None, names: ShortNames
) -> tuple[Diagnosis | None, tuple[Diagnosis, ...]]:
    first, further = None, list[Diagnosis]()
    for child in node if node is not None else ():
        given = names.values(child)
        diagnosis = Diagnosis(
            description=given.get("DiagnoseDescriptionCode", ""),
            code=given.get("DiagnoseCode", ""),
            type=given["DiagnoseTypeCode"],
            text=given["DiagnoseText"],
        )
        if names.of[child.tag] == "Refer":
            first = diagnosis
        else:
            further.append(diagnosis)
    return first, tuple(further)


# Checking ---------------------------------------------------------------------------------------------


def check(raw: bytes) -> list[Finding]:
    """Everything that is wrong with the referral, not only the first thing."""
    try:
        document = safe_xml.parse(raw)
    except Malformed as refused:
        return list(refused.findings)
    return check_document(document)
