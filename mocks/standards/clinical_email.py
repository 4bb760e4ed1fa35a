"""The correspondence letter of the old standard, "Den gode korrespondance" (XDIS91, version XD9134L).

A short clinical letter between two units about one citizen. It travels as an ``Emessage``: an envelope of
its own (not the VANSEnvelope around it) with the time of sending and the wish for a receipt, and one
``ClinicalEmail`` with sender, receiver, patient, text, and references to attachments that are sent apart.

``read`` takes what receivers in the field take; ``write`` is strict; ``check`` says everything that is
wrong. Source: MedCom's schemas 2006/07/01, and the habits of MedCom's converter and of OS2korrespondance.
"""

from __future__ import annotations

from lxml import etree

from mocks.errors import Malformed
from mocks.standards import safe_xml
from mocks.standards.clinical_email_records import BinaryReference, ClinicalEmail, Party, Patient, Reference
from mocks.standards.clinical_email_write import write
from mocks.standards.findings import Finding, Severity
from mocks.standards.formatted_text import FormattedText, Style, Styled, in_order, read_formatted
from mocks.standards.oioxml import read_envelope, read_moment, value_of
from mocks.standards.oioxml_parties import read_party
from mocks.standards.oioxml_references import read_reference
from mocks.standards.profiles import xdis91
from mocks.standards.profiles.xdis91 import BY_ROOT, NAMES
from mocks.standards.profiles.xdis91_rules import UNREADABLE, check_document

__all__ = [
    "BinaryReference",
    "ClinicalEmail",
    "Party",
    "Patient",
    "Reference",
    "Style",
    "Styled",
    "check",
    "read",
    "read_checked",
    "write",
]

# Reading ----------------------------------------------------------------------------------------------


def read(raw: bytes) -> ClinicalEmail:
    """The letter in ``raw``. ``Malformed`` (with findings) when it cannot be understood.

    Several letters in one envelope are refused: the standard
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
            wrong = [UNREADABLE.at("Emessage", text)]
        raise Malformed(tuple(wrong)) from None


def _letter(root: etree._Element) -> ClinicalEmail:
    version = BY_ROOT[str(root.tag)]
    names = NAMES[version.code]
    envelope = read_envelope(names.children(root[0]))
    (mail,) = root.iterchildren(f"{{{version.namespace}}}ClinicalEmail")
    letter = sender = receiver = patient = None
    text: list[FormattedText] = []
    references: list[Reference] = []
    priority = subject = None
    for node in mail:
        name = names.of[node.tag]
        if name == "ClinicalInformation":
            text.append(read_formatted(node[0]))
        elif name == "Letter":
            letter = names.children(node)
        elif name == "Sender":
            sender = read_party(names.values(node))
        elif name == "Receiver":
            receiver = read_party(names.values(node))
        elif name == "Patient":
            patient = _patient(names.values(node))
        elif name == "AdditionalInformation":
            values = names.values(node)
            priority, subject = values.get("Priority"), values.get("Subject")
        elif name == "Reference":
            references.append(read_reference(node, names))
    if letter is None or sender is None or receiver is None or patient is None:
        raise KeyError("an element is missing")
    if letter["VersionCode"].text != version.code:
        raise ValueError("another version")
    episode = letter.get("EpisodeOfCareIdentifier")
    whole = text[0] if len(text) == 1 else _joined(text)
    return ClinicalEmail(
        version=version.code,
        envelope_id=envelope.id,
        sent=envelope.sent,
        wants_receipt=envelope.wants_receipt,
        letter_id=value_of(letter["Identifier"]),
        authorised=read_moment(letter["Authorisation"]),
        status=value_of(letter["StatusCode"]),
        episode=None if episode is None else episode.text,
        sender=sender,
        receiver=receiver,
        patient=patient,
        priority=priority,
        subject=subject,
        text=whole.text,
        styles=whole.styles,
        references=tuple(references),
    )


def _joined(texts: list[FormattedText]) -> FormattedText:
    """The blocks as one text: a full block runs on in the next, a shorter one ends its line."""
    pieces, styles, size = list[str](), list[Styled](), 0
    for number, block in enumerate(texts, start=1):
        text = block.text
        ends = number == len(texts) or not text or text[-1] in "\n " or len(text) == xdis91.BLOCK_LENGTH
        pieces.append(text if ends else f"{text}\n")
        styles += [Styled(size + each.start, size + each.stop, each.style) for each in block.styles]
        size += len(pieces[-1])
    return FormattedText("".join(pieces), in_order(styles))


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


# Checking ---------------------------------------------------------------------------------------------


def check(raw: bytes) -> list[Finding]:
    """Everything that is wrong with the letter, not only the first thing."""
    try:
        document = safe_xml.parse(raw)
    except Malformed as refused:
        return list(refused.findings)
    return check_document(document)
