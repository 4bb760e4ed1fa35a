"""What a table cannot say of a correspondence letter: identifiers, repetitions, time order, encodings."""

from __future__ import annotations

from lxml import etree

from mocks.standards.findings import Finding, Severity
from mocks.standards.formatted_text import is_longer
from mocks.standards.profiles.oioxml_rules import (
    MOST_LETTERS,
    check_encoding,
    check_letter,
    check_letters,
    check_markup,
    check_objects,
    letter_rules,
    values_of,
)
from mocks.standards.profiles.xdis91 import (
    BLOCK_LENGTH,
    BY_ROOT,
    NAMESPACE,
    SOURCE,
    VERSION,
    VERSIONS,
    WALKS,
    Version,
)
from mocks.standards.rule import Rule
from mocks.standards.safe_xml import Document, wrong_root

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
    statement="A letter is an Emessage in the namespace of 2006/07/01 (or, for XD9135L, of 2015/08/01).",
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
    version = BY_ROOT.get(str(root.tag))
    if version is None:
        return [wrong_root(root, _NAMESPACE.id, "Emessage", NAMESPACE, SOURCE)]
    WALKS[version.code](document, out)
    check_encoding(document.encoding, out)
    # The texts of a short letter without character references can be neither too long nor escaped twice.
    quiet = document.simple and document.size - _FRAME <= BLOCK_LENGTH
    mails = list(root.iterchildren(f"{{{version.namespace}}}ClinicalEmail"))
    for number, mail in enumerate(mails[:MOST_LETTERS], start=1):
        _check_mail(mail, version, _MAIL if len(mails) == 1 else f"{_MAIL}[{number}]", quiet, out)
    check_letters(mails, version.namespace, _MAIL, out)
    return out


def _check_mail(mail: etree._Element, version: Version, path: str, quiet: bool, out: list[Finding]) -> None:
    ns = f"{{{version.namespace}}}"
    given = _VALUES[version.code](mail)
    check_letter(given, path, "XDIS91", version.code, _LETTER, out)
    if not quiet:
        nodes = mail.iterchildren(f"{ns}ClinicalInformation")
        texts = [text for node in nodes for text in node.iterchildren(f"{ns}Text01")]
        for number, node in enumerate(texts, start=1):
            _check_text(node, f"{path}/ClinicalInformation[{number}]/Text01", out)
    if given[_REFERENCES] != "0":
        objects = [node.text for node in mail.iter(f"{ns}ObjectIdentifier")]
        check_objects(objects, f"{path}/Reference/BIN/ObjectIdentifier", _LETTER, out)


_REFERENCES = "count(Reference)"
_VALUES = {code: values_of(version.namespace, _REFERENCES) for code, version in VERSIONS.items()}
#: What a letter without any text is long, at the very least: so much of a file is no text.
_FRAME = 500


def _check_text(node: etree._Element, path: str, out: list[Finding]) -> None:
    check_markup(node, path, out)
    if length := is_longer(node, BLOCK_LENGTH):
        message = f"the text has {length} characters; only {BLOCK_LENGTH} fit an EDIFACT segment group"
        out.append(_BLOCK_LENGTH.at(path, message))
