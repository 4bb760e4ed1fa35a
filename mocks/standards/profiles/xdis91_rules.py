"""What a table cannot say of a correspondence letter: identifiers, repetitions, time order, encodings."""

from __future__ import annotations

import re

from lxml import etree

from mocks.standards.binary_letter_records import object_key
from mocks.standards.findings import Finding, Severity
from mocks.standards.oioxml import has_escaped_markup, is_longer
from mocks.standards.profiles import oioxml_rules
from mocks.standards.profiles.oioxml_rules import (
    check_cpr_number,
    check_encoding,
    check_head,
    check_letters,
    check_party,
    check_repeated,
    letter_rules,
)
from mocks.standards.profiles.xdis91 import BLOCK_LENGTH, NAMES, NAMESPACE, SOURCE, VERSION, walk
from mocks.standards.rule import Rule
from mocks.standards.safe_xml import Document, wrong_root

_NS = f"{{{NAMESPACE}}}"
_INFORMATION, _TEXT = f"{_NS}ClinicalInformation", f"{_NS}Text01"
_MAIL = "Emessage/ClinicalEmail"

_LETTER = letter_rules("xdis91", "correspondence", "XDIS91", SOURCE)
_BLOCK_LENGTH = Rule(
    id="xdis91-block-length",
    statement=f"One ClinicalInformation holds at most {BLOCK_LENGTH} characters, what EDIFACT can carry.",
    source="MedCom's conversion between OIOXML and EDIFACT",
    mend="Divide it between several ClinicalInformation.",
    severity=Severity.WARNING,
)
_NAMESPACE = Rule(
    id=f"{VERSION}/namespace",
    statement="A letter is an Emessage in the namespace of 2006/07/01.",
    source=SOURCE,
    mend=f'Start the document with <Emessage xmlns="{NAMESPACE}">.',
)
#: For readers.
UNREADABLE = Rule(
    id=f"{VERSION}/unreadable",
    statement="A letter without errors can be read: what cannot is a gap in our rules.",
    source="tvaers: reading of letters",
    mend="Report it, with the letter.",
)
RULES: tuple[Rule, ...] = (*_LETTER.all, _BLOCK_LENGTH, _NAMESPACE, UNREADABLE)


def check_document(document: Document) -> list[Finding]:
    """Everything that is wrong with a parsed letter."""
    root, out = document.root, list[Finding]()
    if root.tag != f"{_NS}Emessage":
        return [wrong_root(root, _NAMESPACE.id, "Emessage", NAMESPACE, SOURCE)]
    walk(root, "Emessage", out)
    check_encoding(document.encoding, out)
    mails = list(root.iterchildren(f"{_NS}ClinicalEmail"))
    for number, mail in enumerate(mails, start=1):
        _check_mail(root, mail, _MAIL if len(mails) == 1 else f"{_MAIL}[{number}]", out)
    check_letters(mails, NAMESPACE, _MAIL, out)
    return out


def _check_mail(root: etree._Element, mail: etree._Element, path: str, out: list[Finding]) -> None:
    parts = NAMES.children(mail)
    letter = NAMES.children(parts["Letter"]) if "Letter" in parts else {}
    envelope = NAMES.children(root).get("Envelope")
    check_head(envelope, letter, NAMES, path, "XDIS91", _LETTER, out)
    for side in ("Sender", "Receiver"):
        if (party := parts.get(side)) is not None:
            check_party(NAMES.values(party), f"{path}/{side}", _LETTER, out)
    if (patient := parts.get("Patient")) is not None and (
        cpr := NAMES.values(patient).get("CivilRegistrationNumber")
    ):
        check_cpr_number(cpr, f"{path}/Patient/CivilRegistrationNumber", out)
    if "ClinicalInformation" in parts:
        texts = [text for node in mail.iterchildren(_INFORMATION) for text in node.iterchildren(_TEXT)]
        for number, node in enumerate(texts, start=1):
            _check_text(node, f"{path}/ClinicalInformation[{number}]/Text01", out)
    if "Reference" in parts:
        _check_objects(mail, path, out)


def _check_objects(mail: etree._Element, path: str, out: list[Finding]) -> None:
    """The identifiers by which a letter points at attachments that travel apart."""
    where = f"{path}/Reference/BIN/ObjectIdentifier"
    objects = [node.text for node in mail.iter(f"{_NS}ObjectIdentifier")]
    for value in objects:
        if value and not re.fullmatch(r"[0-9a-fA-F]{32}", value):
            out.append(_LETTER.object_identifier.at(where, f"{value[:40]!r} is not a UUID without dashes"))
    keys = [object_key(value) if value else None for value in objects]
    check_repeated(keys, _LETTER.duplicate_object, where, "attachment", out)


def _check_text(node: etree._Element, path: str, out: list[Finding]) -> None:
    if has_escaped_markup(node):
        message = "markup stands in the text as characters (&lt;Break/&gt;), not as elements"
        out.append(oioxml_rules.ESCAPED_MARKUP.at(path, message))
    if length := is_longer(node, BLOCK_LENGTH):
        message = f"the text has {length} characters; only {BLOCK_LENGTH} fit an EDIFACT segment group"
        out.append(_BLOCK_LENGTH.at(path, message))
