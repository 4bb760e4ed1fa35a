"""What a table cannot say of a letter of attachments: sizes, base64, gzip, identifiers, whom it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from mocks.standards.binary_letter_records import object_key
from mocks.standards.findings import Finding, Severity
from mocks.standards.gzip_content import BrokenGzip, TooLarge, is_gzip, measure
from mocks.standards.profiles.oioxml_rules import (
    MOST_LETTERS,
    LetterValues,
    check_encoding,
    check_letter,
    check_letters,
    check_repeated,
    letter_rules,
)
from mocks.standards.profiles.xbin import BY_TAG, NAMES, VERSIONS, WALKS, Version
from mocks.standards.profiles.xml_types import decode_base64
from mocks.standards.rule import Rule
from mocks.standards.safe_xml import MAX_BYTES, Document

_SOURCE = "XBIN01 and XBIN02 (schemas 2005/08/07, 2012/03/28, 2016/10/02, 2019/04/03)"
_LETTER = letter_rules("xbin", "a letter of attachments", "XBIN01 or XBIN02, as its type", _SOURCE)
_NONE = Rule(
    id="xbin-letter",
    statement="The message holds a letter of attachments, in a namespace that has one.",
    source=_SOURCE,
    mend=f"Use the root and namespace of one of {', '.join(VERSIONS)}.",
)
_CONTENTS = Rule(
    id="xbin-contents",
    statement="Contents describe information about systems; a letter about a patient has none.",
    source=_SOURCE,
    mend="Leave Contents out, or send SystemInformation instead of the patient.",
)
_BASE64 = Rule(
    id="xbin-base64",
    statement="The content of an attachment is base64; white space is allowed, nothing else.",
    source="RFC 4648; receivers decode strictly",
    mend="Encode the bytes of the file in base64, with padding.",
)
_SIZE = Rule(
    id="xbin-size",
    statement="OriginalObjectSize is the number of bytes that the base64 decodes to.",
    source="OS2korrespondance refuses attachments of another size; official example",
    mend="Write the number of bytes before encoding; count what travels, packed or not.",
)
_PACKED = Rule(
    id="xbin-gzip",
    statement="An attachment that is packed with gzip is known by its first bytes only.",
    source="Official example of XBIN01",
    mend="Receivers: unpack before showing. Senders: send the file itself, unless it is agreed otherwise.",
    severity=Severity.INFORMATION,
)
_BROKEN = Rule(
    id="xbin-gzip-broken",
    statement="An attachment that starts like gzip can be unpacked.",
    source="RFC 1952",
    mend="Send the file complete.",
    severity=Severity.WARNING,
)
_BOMB = Rule(
    id="xbin-gzip-size",
    statement=f"Attachments unpack to at most {MAX_BYTES} bytes together.",
    source="tvaers: safe reading",
    mend="Send large files apart.",
)
#: For readers.
UNREADABLE = Rule(
    id="xbin-unreadable",
    statement="A letter of attachments without errors can be read: what cannot is a gap in our rules.",
    source="tvaers: reading of XBIN01 and XBIN02",
    mend="Report it, with the letter.",
)
_HEX_32 = re.compile("[0-9A-Fa-f]{32}")

RULES: tuple[Rule, ...] = (
    *_LETTER.all,
    _NONE,
    _CONTENTS,
    _BASE64,
    _SIZE,
    _PACKED,
    _BROKEN,
    _BOMB,
    UNREADABLE,
)


def version_of(root: etree._Element) -> Version | None:
    """Which version of attachments a document carries, by the names of its elements."""
    for child in root:
        if (version := BY_TAG.get(str(child.tag))) is not None:
            return version if root.tag == f"{{{version.namespace}}}Emessage" else None
    return None


def encoded_contents(document: Document, version: Version) -> list[bytes]:
    """The base64 of each attachment, in their order; empty where there is none."""
    nodes = list(document.root.iter(f"{{{version.namespace}}}Object_Base64Encoded"))
    if len(document.pieces) == len(nodes):
        return list(document.pieces)
    return [(node.text or "").encode("ascii", "replace") for node in nodes]


def check_document(document: Document) -> list[Finding]:
    """Everything that is wrong with a parsed letter of attachments."""
    root, out = document.root, list[Finding]()
    version = version_of(root)
    if version is None:
        name = etree.QName(root)
        inside = ", ".join(etree.QName(child).localname for child in root if child.tag)[:80]
        message = (
            f"{name.localname} in namespace {name.namespace or '(none)'} holds no such letter, but {inside}"
        )
        return [_NONE.at("Emessage", message)]
    WALKS[version.code](document, out)
    check_encoding(document, out)
    path = f"Emessage/{version.root}"
    letters = list(root.iterchildren(f"{{{version.namespace}}}{version.root}"))
    contents = iter(encoded_contents(document, version))
    budget = MAX_BYTES
    for number, letter in enumerate(letters[:MOST_LETTERS], start=1):
        here = path if len(letters) == 1 else f"{path}[{number}]"
        budget = _check_letter(letter, version, here, contents, budget, out)
    check_letters(letters, version.namespace, path, out)
    return out


_VALUES = {code: LetterValues(version.namespace) for code, version in VERSIONS.items()}


def _check_letter(
    letter: etree._Element,
    version: Version,
    path: str,
    contents: Iterator[bytes],
    budget: int,
    out: list[Finding],
) -> int:
    """Returns how many bytes may still be unpacked."""
    names = NAMES[version.code]
    parts = names.children(letter)
    head, cpr, _ = _VALUES[version.code](letter)
    check_letter(head, cpr, path, version.kind, version.code, _LETTER, out)
    if "Patient" in parts and "Contents" in parts:
        out.append(_CONTENTS.at(f"{path}/Contents", "the letter is about a patient and has Contents"))
    keys = list[str]()
    objects = list(letter.iterchildren(f"{{{version.namespace}}}BinaryObject"))
    for number, item in enumerate(objects, start=1):
        given, where = (
            names.values(item),
            f"{path}/BinaryObject[{number}]" if len(objects) > 1 else f"{path}/BinaryObject",
        )
        identifier = given.get("ObjectIdentifier", "")
        keys.append(object_key(identifier))
        if not version.dashes and identifier and not _HEX_32.fullmatch(identifier):
            message = f"{identifier[:40]!r} is not a UUID without dashes"
            out.append(_LETTER.object_identifier.at(f"{where}/ObjectIdentifier", message))
        if "Object_Base64Encoded" in given:
            encoded = next(contents, b"")
            budget -= _check_content(encoded, given.get("OriginalObjectSize", ""), where, budget, out)
    check_repeated(keys, _LETTER.duplicate_object, f"{path}/BinaryObject/ObjectIdentifier", "attachment", out)
    return budget


def _check_content(encoded: bytes, size: str, path: str, budget: int, out: list[Finding]) -> int:
    """Returns how many bytes were unpacked."""
    try:
        content = decode_base64(encoded)
    except ValueError as reason:
        out.append(_BASE64.at(f"{path}/Object_Base64Encoded", str(reason)))
        return 0
    stated = size.strip()
    if stated.isascii() and stated.isdigit() and len(stated) < 20 and int(stated) != len(content):
        message = f"the size is given as {int(stated)} bytes, and the content has {len(content)}"
        out.append(_SIZE.at(f"{path}/OriginalObjectSize", message))
    if not is_gzip(content):
        return 0
    where = f"{path}/Object_Base64Encoded"
    try:
        unpacked = measure(content, budget)
    except BrokenGzip as reason:
        out.append(_BROKEN.at(where, str(reason)))
        return 0
    except TooLarge:
        out.append(_BOMB.at(where, f"the attachments unpack to more than {MAX_BYTES} bytes"))
        return 0
    out.append(_PACKED.at(where, f"the content is packed with gzip and unpacks to {unpacked} bytes"))
    return unpacked
