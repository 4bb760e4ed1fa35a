"""Letters of attachments: XBIN01, and XBIN02 for what belongs to referrals.

A correspondence letter or a referral only names its attachments; their bytes travel in a letter of this
kind, with identifiers and a receipt of its own. Either may arrive first (``attachments`` joins them).

``read`` takes what receivers in the field take; ``write`` is strict; ``check`` says everything that is
wrong. Source: MedCom's schemas 2005/08/07, 2012/03/28, 2016/10/02 and 2019/04/03, and the habits of
OS2korrespondance.
"""

from __future__ import annotations

from mocks.errors import Malformed
from mocks.standards import gzip_content, safe_xml
from mocks.standards.binary_letter_records import (
    OBJECT_CODE_OF,
    BinaryLetter,
    BinaryObject,
    Citizen,
    Party,
    object_key,
)
from mocks.standards.binary_letter_write import write
from mocks.standards.findings import Finding, Severity
from mocks.standards.oioxml import read_envelope, read_moment, value_of
from mocks.standards.oioxml_parties import read_party
from mocks.standards.profiles.xbin import NAMES, Version
from mocks.standards.profiles.xbin_rules import UNREADABLE, check_document, encoded_contents, version_of
from mocks.standards.profiles.xml_types import decode_base64
from mocks.standards.safe_xml import MAX_BYTES

__all__ = [
    "OBJECT_CODE_OF",
    "BinaryLetter",
    "BinaryObject",
    "Citizen",
    "Party",
    "check",
    "object_key",
    "read",
    "read_checked",
    "unpacked",
    "write",
]

#: The element whose content may be large.
CUT = b"Object_Base64Encoded"

# Reading ----------------------------------------------------------------------------------------------


def read(raw: bytes) -> BinaryLetter:
    """The letter in ``raw``. ``Malformed`` (with findings) when it cannot be understood.

    An attachment whose size is not the stated one is refused, as receivers do: part of it may be missing.
    """
    return _read(safe_xml.parse(raw, cut=CUT), None)


def read_checked(raw: bytes) -> BinaryLetter:
    """As ``read``, for receivers: a letter that breaks a rule is ``Malformed`` too, with every finding."""
    document = safe_xml.parse(raw, cut=CUT)
    findings = check_document(document)
    wrong = [f for f in findings if f.severity is Severity.ERROR]
    if wrong:
        raise Malformed((*wrong, *(f for f in findings if f.severity is not Severity.ERROR)))
    return _read(document, findings)


def _read(document: safe_xml.Document, findings: list[Finding] | None) -> BinaryLetter:
    version = version_of(document.root)
    try:
        if version is None:
            raise ValueError("it is none")
        return _letter(document, version)
    except (LookupError, ValueError, AttributeError, TypeError) as reason:
        found = check_document(document) if findings is None else findings
        wrong = [f for f in found if f.severity is Severity.ERROR]
        if not wrong:
            text = f"the letter of attachments cannot be read: {reason}"
            wrong = [UNREADABLE.at("Emessage", text)]
        raise Malformed(tuple(wrong)) from None


def _letter(document: safe_xml.Document, version: Version) -> BinaryLetter:
    root, names = document.root, NAMES[version.code]
    envelope = read_envelope(names.children(root[0]))
    (body,) = root.iterchildren(f"{{{version.namespace}}}{version.root}")
    parts = names.children(body)
    head = names.children(parts["Letter"])
    if head["VersionCode"].text != version.code:
        raise ValueError("another version")
    patient, about = None, parts.get("Contents")
    if "Patient" in parts:
        patient = _citizen(names.values(parts["Patient"]))
    elif value_of(parts["SystemInformation"]) != "true":
        raise ValueError("neither a patient nor information about systems")
    nodes = body.iterchildren(f"{{{version.namespace}}}BinaryObject")
    contents = encoded_contents(document, version)
    objects = tuple(
        _object(names.values(node), content) for node, content in zip(nodes, contents, strict=True)
    )
    if not objects:
        raise KeyError("BinaryObject")
    return BinaryLetter(
        version=version.code,
        envelope_id=envelope.id,
        sent=envelope.sent,
        wants_receipt=envelope.wants_receipt,
        letter_id=value_of(head["Identifier"]),
        authorised=read_moment(head["Authorisation"]),
        sender=read_party(names.values(parts["Sender"])),
        receiver=read_party(names.values(parts["Receiver"])),
        patient=patient,
        contents=None if about is None or patient is not None else about.text,
        objects=objects,
    )


def _citizen(given: dict[str, str]) -> Citizen:
    cpr, alternative = given.get("CivilRegistrationNumber"), given.get("AlternativeIdentifier")
    if (cpr is None) == (alternative is None):
        raise ValueError("a patient has one number")
    return Citizen(
        cpr=cpr,
        alternative=alternative,
        surname=given["PersonSurnameName"],
        given=given.get("PersonGivenName"),
    )


def _object(given: dict[str, str], encoded: bytes) -> BinaryObject:
    content = decode_base64(encoded)
    if len(content) != int(given["OriginalObjectSize"]):
        raise ValueError("the attachment has another size than stated")
    return BinaryObject(given["ObjectIdentifier"], given["ObjectCode"], given["ObjectExtensionCode"], content)


def unpacked(content: bytes, most: int = MAX_BYTES) -> bytes:
    """The file that ``content`` is, unpacked where it starts like gzip and is.

    ``BadInput`` when that would be more than ``most`` bytes. What only looks like gzip is left as it is.
    """
    if not gzip_content.is_gzip(content):
        return content
    try:
        return gzip_content.unpack(content, most)
    except gzip_content.BrokenGzip:
        return content


# Checking ---------------------------------------------------------------------------------------------


def check(raw: bytes) -> list[Finding]:
    """Everything that is wrong with the letter, not only the first thing."""
    try:
        document = safe_xml.parse(raw, cut=CUT)
    except Malformed as refused:
        return list(refused.findings)
    return check_document(document)
