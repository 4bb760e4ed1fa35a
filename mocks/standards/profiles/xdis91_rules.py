"""What a table cannot say of a correspondence letter: identifiers, repetitions, time order, encodings."""

from __future__ import annotations

from itertools import islice

from lxml import etree

from mocks.standards.findings import Finding, Severity
from mocks.standards.formatted_text import plain
from mocks.standards.profiles.oioxml_rules import (
    MOST_LETTERS,
    LetterValues,
    check_encoding,
    check_letter,
    check_letters,
    check_objects,
    check_text,
    letter_rules,
    ordered_head,
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
    in_order = WALKS[version.code](document, out)
    check_encoding(document, out)
    if in_order and len(root) == 2:  # an envelope and a letter, and nothing of the sender's own
        _check_ordered(document, version, out)
        return out
    mails = list(root.iterchildren(f"{{{version.namespace}}}ClinicalEmail"))
    for number, mail in enumerate(mails[:MOST_LETTERS], start=1):
        _check_mail(mail, version, _MAIL if len(mails) == 1 else f"{_MAIL}[{number}]", out)
    check_letters(mails, version.namespace, _MAIL, out)
    return out


#: What a letter without any text is long, at the very least: so much of a file is no text.
_FRAME = 500


def _check_ordered(document: Document, version: Version, out: list[Finding]) -> None:
    """The quick way, which most letters take."""
    envelope, mail = document.root
    # The texts of a short letter without character references can be neither too long nor escaped twice.
    quiet = document.simple and document.size - _FRAME <= BLOCK_LENGTH
    number = mail[3][0]
    cpr = (number.text or "") if str(number.tag).endswith("}CivilRegistrationNumber") else ""
    check_letter(ordered_head(envelope, mail), cpr, _MAIL, "XDIS91", version.code, _LETTER, out)
    texts, objects = 0, list[str | None]()
    for node in islice(mail, 4, None):
        tag = str(node.tag)
        if tag.endswith("}ClinicalInformation"):
            texts += 1
            if quiet:
                continue
            _check_text(node[0], f"{_MAIL}/ClinicalInformation[{texts}]/Text01", out)
        elif tag.endswith("}Reference") and len(node[1]):
            objects.append(node[1][0].text)
    if objects:
        check_objects(objects, f"{_MAIL}/Reference/BIN/ObjectIdentifier", _LETTER, out)


def _check_mail(mail: etree._Element, version: Version, path: str, out: list[Finding]) -> None:
    """The way through letters in any disorder."""
    ns = f"{{{version.namespace}}}"
    head, cpr, _ = _VALUES[version.code](mail)
    check_letter(head, cpr, path, "XDIS91", version.code, _LETTER, out)
    nodes = mail.iterchildren(f"{ns}ClinicalInformation")
    texts = [text for node in nodes for text in node.iterchildren(f"{ns}Text01")]
    for number, node in enumerate(texts, start=1):
        _check_text(node, f"{path}/ClinicalInformation[{number}]/Text01", out)
    if mail.find(f"{ns}Reference") is not None:
        objects = [node.text for node in mail.iter(f"{ns}ObjectIdentifier")]
        check_objects(objects, f"{path}/Reference/BIN/ObjectIdentifier", _LETTER, out)


_VALUES = {code: LetterValues(version.namespace) for code, version in VERSIONS.items()}


def _check_text(node: etree._Element, path: str, out: list[Finding]) -> None:
    at_most = check_text(node, path, out)
    if at_most <= BLOCK_LENGTH:
        return
    # Layout makes no difference to what is many times too long.
    length = at_most if at_most > 100 * BLOCK_LENGTH else len(plain(node))
    if length > BLOCK_LENGTH:
        message = f"the text has {length} characters; only {BLOCK_LENGTH} fit an EDIFACT segment group"
        out.append(_BLOCK_LENGTH.at(path, message))
