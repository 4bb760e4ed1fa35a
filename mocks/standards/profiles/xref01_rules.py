"""What a table cannot say of a referral: numbers, repetitions, what belongs together, what has no place."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from mocks.identifiers import check_cpr
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles.oioxml_rules import (
    CPR,
    MOST_LETTERS,
    LetterValues,
    check_encoding,
    check_letter,
    check_letters,
    check_number,
    check_objects,
    check_repeated,
    check_text,
    letter_rules,
    ordered_head,
)
from mocks.standards.profiles.xml_engine import ShortNames
from mocks.standards.profiles.xml_values import Values
from mocks.standards.profiles.xref01 import BY_TAG, NAMES, VERSIONS, WALKS, Version
from mocks.standards.rule import Rule
from mocks.standards.safe_xml import Document

_SOURCE = "XREF01 (schemas 2005/08/07 and 2017/05/01)"
_PATH = "Emessage/HospitalReferral"
_LETTER = letter_rules("xref01", "a referral to a hospital", "XREF01", _SOURCE)
_NONE = Rule(
    id="xref01-letter",
    statement="The message holds a referral to a hospital, in a namespace that has one.",
    source=_SOURCE,
    mend=f"Use HospitalReferral in the namespace of one of {', '.join(VERSIONS)}.",
)
_EPISODE_STATUS = Rule(
    id="xref01-episode-status",
    statement="A referral does not say where the patient is: EpisodeOfCareStatusCode belongs to correspondence.",
    source=_SOURCE,
    mend="Leave EpisodeOfCareStatusCode out; ReferralStatus says how the patient is to be received.",
)
_REFERRER = Rule(
    id="xref01-referrer-number",
    statement="The number of the referrer and what kind of number it is stand together.",
    source=_SOURCE,
    mend="Give both Identifier and IdentifierCode, or neither.",
    severity=Severity.WARNING,
)
_RELATIVE = Rule(
    id="xref01-relative-cpr",
    statement="The number of a relative, if it has ten digits, starts with a date of birth that exists.",
    source="CPR office: the number starts with the date of birth",
    mend="Correct the number, or leave it out.",
    severity=Severity.WARNING,
)
_EMAIL = Rule(
    id="xref01-email",
    statement="The mail address of the patient has one @ with something on both sides.",
    source="RFC 5322",
    mend="Correct the address, or leave it out.",
    severity=Severity.WARNING,
)
_DIAGNOSIS = Rule(
    id="xref01-duplicate-diagnosis",
    statement="A diagnosis stands once in a referral.",
    source=_SOURCE,
    mend="Name each diagnosis once.",
    severity=Severity.WARNING,
)
_COURSE = Rule(
    id="xref01-duplicate-course",
    statement="A course of care stands once in a referral.",
    source=_SOURCE,
    mend="Name each course of care once.",
    severity=Severity.WARNING,
)
#: For readers.
UNREADABLE = Rule(
    id="xref01-unreadable",
    statement="A referral without errors can be read: what cannot is a gap in our rules.",
    source="tvaers: reading of referrals",
    mend="Report it, with the referral.",
)
RULES: tuple[Rule, ...] = (
    *_LETTER.all,
    _NONE,
    _EPISODE_STATUS,
    _REFERRER,
    _RELATIVE,
    _EMAIL,
    _DIAGNOSIS,
    _COURSE,
    UNREADABLE,
)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_TEXTS = (
    "Supplementary",
    "ClinicalReason",
    "Cave",
    "Anamnesis",
    "Examination",
    "ActualMedicine",
    "Information",
)


def version_of(root: etree._Element) -> Version | None:
    """Which version of a referral a document carries, by the names of its elements."""
    for child in root:
        if (version := BY_TAG.get(str(child.tag))) is not None:
            return version if root.tag == f"{{{version.namespace}}}Emessage" else None
    return None


def check_document(document: Document) -> list[Finding]:
    """Everything that is wrong with a parsed referral."""
    root, out = document.root, list[Finding]()
    version = version_of(root)
    if version is None:
        name = etree.QName(root)
        message = f"{name.localname} in namespace {name.namespace or '(none)'} holds no referral"
        return [_NONE.at("Emessage", message)]
    in_order = WALKS[version.code](document, out) and len(root) == 2
    envelope = root[0] if in_order else None
    check_encoding(document, out)
    referrals = list(root.iterchildren(f"{{{version.namespace}}}HospitalReferral"))
    for count, referral in enumerate(referrals[:MOST_LETTERS], start=1):
        _check_referral(
            envelope, referral, version, _PATH if len(referrals) == 1 else f"{_PATH}[{count}]", out
        )
    check_letters(referrals, version.namespace, _PATH, out)
    return out


def _check_referral(
    envelope: etree._Element | None, referral: etree._Element, version: Version, path: str, out: list[Finding]
) -> None:
    """``envelope`` is there where the table found all in order, and each element has its place."""
    names, ns = NAMES[version.code], f"{{{version.namespace}}}"
    parts = names.children(referral)
    if envelope is not None:
        given = _MORE[version.code](referral)
        cpr, head = given[CPR], ordered_head(envelope, referral)
    else:
        head, cpr, given = _VALUES[version.code](referral)
    check_letter(head, cpr, path, "XREF01", version.code, _LETTER, out)
    found = referral.iterfind(f"{ns}Letter/{ns}EpisodeOfCare/{ns}EpisodeOfCareIdentifier")
    courses = [node.text for node in found]
    check_repeated(courses, _COURSE, f"{path}/Letter/EpisodeOfCare", "course", out)
    _check_parties(given, path, out)
    _check_persons(parts, names, ns, path, out)
    if (diagnoses := parts.get("Referral")) is not None:
        codes = [node.text for node in diagnoses.iter(f"{ns}DiagnoseCode")]
        check_repeated(codes, _DIAGNOSIS, f"{path}/Referral", "diagnosis", out)
    if "Reference" in parts:
        objects = [node.text for node in referral.iter(f"{ns}ObjectIdentifier")]
        check_objects(objects, f"{path}/Reference/BIN/ObjectIdentifier", _LETTER, out)
    for node in referral.iter(*(f"{ns}{name}" for name in _TEXTS)):
        above = node.getparent()
        inside = "" if above is None else names.of[above.tag]
        check_text(node, f"{path}/{inside}/{names.of[node.tag]}", out)


_REFERRER_NUMBER, _REFERRER_CODE = "Sender/Referrer/Identifier", "Sender/Referrer/IdentifierCode"
_COPY_NUMBER, _COPY_CODE = "AnswerCCReceiver/Identifier", "AnswerCCReceiver/IdentifierCode"


def _check_parties(given: Mapping[str, str], path: str, out: list[Finding]) -> None:
    """The referrer, and who else gets the answer."""
    check_number(given[_COPY_NUMBER], given[_COPY_CODE], f"{path}/AnswerCCReceiver", _LETTER, out)
    identifier, code, where = given[_REFERRER_NUMBER], given[_REFERRER_CODE], f"{path}/Sender/Referrer"
    check_number(identifier, code, where, _LETTER, out)
    if bool(identifier) != bool(code):
        there, missing = ("Identifier", "IdentifierCode") if identifier else ("IdentifierCode", "Identifier")
        out.append(_REFERRER.at(where, f"{there} stands without {missing}"))


_PATHS = (_REFERRER_NUMBER, _REFERRER_CODE, _COPY_NUMBER, _COPY_CODE)
_VALUES = {code: LetterValues(version.namespace, *_PATHS) for code, version in VERSIONS.items()}
_MORE = {code: Values(version.namespace, CPR, *_PATHS) for code, version in VERSIONS.items()}


def _check_persons(
    parts: dict[str, etree._Element], names: ShortNames, ns: str, path: str, out: list[Finding]
) -> None:
    if (patient := parts.get("Patient")) is not None:
        given, where = names.values(patient), f"{path}/Patient"
        if patient.find(f"{ns}EpisodeOfCareStatusCode") is not None:
            message = "the patient of a referral has an EpisodeOfCareStatusCode, as in correspondence"
            out.append(_EPISODE_STATUS.at(f"{where}/EpisodeOfCareStatusCode", message))
        email = given.get("EmailIdentifier", "")
        if email and not _ADDRESS.fullmatch(email):
            out.append(_EMAIL.at(f"{where}/EmailIdentifier", f"{len(email)} characters that are no address"))
    if (relative := parts.get("Relative")) is not None:
        number = names.values(relative).get("PersonIdentifier", "")
        ten = len(number) == 10 and number.isascii() and number.isdigit()
        if ten and number != "0000000000" and (wrong := check_cpr(number)):
            out.append(_RELATIVE.at(f"{path}/Relative/PersonIdentifier", wrong))
