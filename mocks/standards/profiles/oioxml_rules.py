"""Rules that all OIOXML letters share and a table cannot say: encodings, numbers with a check digit, CPR
numbers with a date, repetitions, time order, version and namespace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import msgspec
from lxml import etree

from mocks.identifiers import check_cpr, check_gln, check_sor, check_ydernummer
from mocks.standards.binary_letter_records import object_key
from mocks.standards.findings import Finding, Severity
from mocks.standards.formatted_text import characters, has_escaped_markup, written
from mocks.standards.profiles.oioxml_parts import BLOCK_LENGTH
from mocks.standards.profiles.xml_types import DATE, TIME
from mocks.standards.profiles.xml_values import Values
from mocks.standards.rule import Rule
from mocks.standards.safe_xml import Document

ENCODING = Rule(
    id="oioxml-encoding",
    statement="Letters and receipts declare ISO-8859-1 and are written in it.",
    source="Practice of OIOXML messages",
    mend='Start with <?xml version="1.0" encoding="ISO-8859-1"?> and write that encoding.',
    severity=Severity.WARNING,
)
WRITTEN = Rule(
    id="oioxml-written-in",
    statement="A letter that declares ISO-8859-1 is written in it, not in UTF-8 or windows-1252.",
    source="XML 1.0: the declared encoding is that of the bytes",
    mend="Write the file in the encoding that it declares; changing the declaration alone does not help.",
)
ONE_LETTER = Rule(
    id="oioxml-one-letter",
    statement="An envelope holds one letter; the schema allows several, systems send and read one.",
    source="OIOXML schemas (EMessage); practice of senders",
    mend="Send each letter in an envelope of its own.",
    severity=Severity.WARNING,
)
DUPLICATE_LETTER = Rule(
    id="oioxml-duplicate-letter",
    statement="Letters in one envelope have identifiers of their own.",
    source="OIOXML schemas (EMessage)",
    mend="Give each its own, and send each once.",
)
BLANK = Rule(
    id="oioxml-blank-identifier",
    statement="The identifiers of an envelope and of a letter hold more than white space.",
    source="OIOXML schemas (EMessage); receipts name letters by them",
    mend="Give each its own identifier.",
)
VERSION_NAMESPACE = Rule(
    id="oioxml-version-namespace",
    statement="The version code of a letter belongs to the namespace that the letter is in.",
    source="OIOXML schemas: each version has the namespace of its year",
    mend="Change the namespace or the version code, whichever is wrong.",
)
GLN = Rule(
    id="gln-modulus-10",
    statement="A lokationsnummer has 13 digits, the last of which is its check digit (in FHIR an error).",
    source="GS1",
    mend="Use the lokationsnummer that SOR lists.",
    severity=Severity.WARNING,  # official examples break it, so receivers take such numbers
)
SOR = Rule(
    id="sor-verhoeff",
    statement="A SOR code ends with its Verhoeff check digit.",
    source="SOR",
    mend="Use the number that the register lists.",
    severity=Severity.WARNING,
)
YDERNUMMER = Rule(
    id="ydernummer",
    statement="A ydernummer has one to six digits.",
    source="SOR",
    mend="Use the number that the register lists.",
    severity=Severity.WARNING,
)
CPR_DATE = Rule(
    id="cpr-date",
    statement="A CPR number starts with a date of birth that exists.",
    source="CPR office: the number starts with the date of birth",
    mend="Correct the number, or send a replacement number as AlternativeIdentifier.",
)
CPR_UNKNOWN = Rule(
    id="cpr-unknown",
    statement="The CPR number 0000000000 stands for an unknown person.",
    source="CPR core schema",
    severity=Severity.WARNING,
)
ESCAPED_MARKUP = Rule(
    id="oioxml-escaped-markup",
    statement="Markup stands in a text as elements, not as characters (&lt;Break/&gt;).",
    source="OIOXML schemas (FormattedText)",
    mend="Write <Break/> as an element; do not escape it.",
    severity=Severity.WARNING,
)
RULES = (
    ENCODING,
    WRITTEN,
    ONE_LETTER,
    DUPLICATE_LETTER,
    BLANK,
    VERSION_NAMESPACE,
    GLN,
    SOR,
    YDERNUMMER,
    CPR_DATE,
    CPR_UNKNOWN,
    ESCAPED_MARKUP,
)


class LetterRules(msgspec.Struct, frozen=True):
    """The rules that each kind of letter has under its own name."""

    statistical: Rule
    authorised: Rule
    duplicate_object: Rule
    object_identifier: Rule
    amt: Rule

    @property
    def all(self) -> tuple[Rule, ...]:
        """All of them."""
        return (self.statistical, self.authorised, self.duplicate_object, self.object_identifier, self.amt)


def letter_rules(prefix: str, what: str, counted_as: str, source: str) -> LetterRules:
    """The rules of ``what`` (``correspondence``), with ids that start with ``prefix``."""
    return LetterRules(
        Rule(
            id=f"{prefix}-statistical-code",
            statement=f"{what.capitalize()} is counted as {counted_as}.",
            source=source,
            mend=f"Write {counted_as}.",
            severity=Severity.WARNING,
        ),
        Rule(
            id=f"{prefix}-authorised-after-sent",
            statement="A letter is authorised before it is sent.",
            source=source,
            mend="Authorise, then send; check the clocks of both systems.",
            severity=Severity.WARNING,
        ),
        Rule(
            id=f"{prefix}-duplicate-object",
            statement="An attachment stands once in a letter.",
            source=source,
            mend="Give each its own, and send each once.",
        ),
        Rule(
            id=f"{prefix}-object-identifier",
            statement="An attachment is identified by a UUID without dashes, 32 hexadecimal digits.",
            source=source,
            mend="Write the 32 hexadecimal digits of the UUID of the attachment.",
            severity=Severity.WARNING,
        ),
        Rule(
            id=f"{prefix}-amt",
            statement="No party is named by a county (amt): they were dissolved in 2007.",
            source=source,
            mend="Use sorkode, lokationsnummer or the like.",
            severity=Severity.INFORMATION,
        ),
    )


def check_encoding(document: Document, out: list[Finding]) -> None:
    """OIOXML travels in ISO-8859-1. Official examples declare windows-1252, which receivers take too."""
    encoding = document.encoding
    if encoding != "iso-8859-1":
        declared = f"{encoding} is declared" if encoding else "no encoding is declared, which means UTF-8"
        out.append(ENCODING.at("Emessage", f"{declared}; letters and receipts travel in ISO-8859-1"))
    elif document.written_in:
        what = "ÆØÅ of the letter arrive as two characters each" if document.written_in == "utf-8" else (
            "its quotation marks and dashes arrive as control characters"
        )  # fmt: skip
        message = f"ISO-8859-1 is declared, and the bytes are {document.written_in}: {what}"
        out.append(WRITTEN.at("Emessage", message))


def check_ean(value: str, path: str, out: list[Finding]) -> None:
    """A wrong check digit is a warning: official examples have such numbers, so receivers take them."""
    if value and (wrong := check_gln(value)):
        out.append(GLN.at(path, wrong))


_HOMES = {
    "XD9134L": "2006/07/01",
    "XD9135L": "2015/08/01",
    "XB0130X": "2005/08/07",
    "XB0131X": "2012/03/28",
    "XB0210X": "2016/10/02",
    "XB0230X": "2019/04/03",
    "XH0130R": "2005/08/07",
    "XH0131R": "2017/05/01",
}


def check_repeated(
    values: Iterable[str | None], rule: Rule, path: str, what: str, out: list[Finding]
) -> None:
    """A finding for each value that stands more than once."""
    counts = Counter(value for value in values if value)
    for value, count in sorted(counts.items()):
        if count > 1:
            out.append(rule.at(path, f"the {what} {value[:40]!r} stands {count} times"))


def check_cpr_number(cpr: str, path: str, out: list[Finding]) -> None:
    """What ten digits say of themselves; a number of another form is a finding of the table."""
    if cpr == "0000000000":  # the type's own value for a number that is required and not known
        out.append(CPR_UNKNOWN.at(path, "the CPR number is the one for unknown persons"))
    elif len(cpr) == 10 and cpr.isascii() and cpr.isdigit() and (wrong := check_cpr(cpr)):
        out.append(CPR_DATE.at(path, wrong))


def check_number(value: str, code: str, path: str, rules: LetterRules, out: list[Finding]) -> None:
    """The number of a party in the register that ``code`` names; ``path`` is that of the party."""
    if code == "lokationsnummer":
        check_ean(value, f"{path}/Identifier", out)
    elif code == "sorkode":
        if value and (wrong := check_sor(value)):
            out.append(SOR.at(f"{path}/Identifier", wrong))
    elif code == "ydernummer":
        if value and (wrong := check_ydernummer(value)):
            out.append(YDERNUMMER.at(f"{path}/Identifier", wrong))
    elif code == "amt":
        message = "the counties (amter) were dissolved in 2007; later schemas dropped the code"
        out.append(rules.amt.at(f"{path}/IdentifierCode", message))


class Head(msgspec.Struct, frozen=True):
    """What all letters have, in the order in which it stands; empty where it is missing."""

    sent_date: str
    sent_time: str
    envelope_id: str
    letter_id: str
    version: str
    statistical: str
    date: str
    time: str
    sender_gln: str
    sender_id: str
    sender_code: str
    receiver_gln: str
    receiver_id: str
    receiver_code: str


def _party(side: str) -> tuple[str, ...]:
    return tuple(f"{side}/{name}" for name in ("EANIdentifier", "Identifier", "IdentifierCode"))


_AUTHORISED = "Letter/Authorisation"
_HEAD = (
    "../Envelope/Sent/Date", "../Envelope/Sent/Time", "../Envelope/Identifier",
    "Letter/Identifier", "Letter/VersionCode", "Letter/StatisticalCode",
    f"{_AUTHORISED}/Date", f"{_AUTHORISED}/Time",
    *_party("Sender"), *_party("Receiver"),
)  # fmt: skip
CPR = "Patient/CivilRegistrationNumber"


class LetterValues:
    """What the checks below need of a letter of ``namespace``, and the values at the paths ``more``."""

    __slots__ = ("_more", "_values")

    def __init__(self, namespace: str, *more: str) -> None:
        self._more = (CPR, *more)
        self._values = Values(namespace, *_HEAD, *self._more)

    def __call__(self, letter: etree._Element) -> tuple[Head, str, dict[str, str]]:
        """The head, the CPR number, and the values by their paths. Works on letters in any disorder."""
        given = self._values(letter)
        return Head(*map(given.__getitem__, _HEAD)), given[CPR], given


def ordered_head(envelope: etree._Element, letter: etree._Element) -> Head:
    """The same of a letter that its table found in order: there each element has its place."""
    sent, head, sender, receiver = envelope[0], letter[0], letter[1], letter[2]
    authorised = head[3]
    found = (
        sent[0], sent[1], envelope[1], head[0], head[1], head[2], authorised[0], authorised[1],
        sender[0], sender[1], sender[2], receiver[0], receiver[1], receiver[2],
    )  # fmt: skip
    return Head(*[node.text or "" for node in found])


def check_letter(
    given: Head, cpr: str, path: str, kind: str, version: str, rules: LetterRules, out: list[Finding]
) -> None:
    """What all letters have: head, sender, receiver and the citizen's number.

    ``kind`` (``XDIS91``) is what it is counted as, ``version`` what its namespace belongs to.
    """
    if given.statistical != kind and given.statistical:
        message = f"the statistical code is {given.statistical[:20]!r}; this letter is counted as {kind}"
        out.append(rules.statistical.at(f"{path}/Letter/StatisticalCode", message))
    if given.version != version and (there := _HOMES.get(given.version)):
        message = f"{given.version} belongs to the schemas {there}, and this namespace to {version}"
        out.append(VERSION_NAMESPACE.at(f"{path}/Letter/VersionCode", message))
    if given.envelope_id.isspace():
        out.append(BLANK.at("Emessage/Envelope/Identifier", "the identifier is white space"))
    if given.letter_id.isspace():
        out.append(BLANK.at(f"{path}/Letter/Identifier", "the identifier is white space"))
    sent, authorised = f"{given.sent_date.strip()} {given.sent_time}", f"{given.date.strip()} {given.time}"
    if authorised > sent and _is_moment(sent) and _is_moment(authorised):
        message = f"the letter was authorised at {authorised}, after it was sent at {sent}"
        out.append(rules.authorised.at(f"{path}/{_AUTHORISED}", message))
    check_party(given.sender_gln, given.sender_id, given.sender_code, f"{path}/Sender", rules, out)
    check_party(given.receiver_gln, given.receiver_id, given.receiver_code, f"{path}/Receiver", rules, out)
    if cpr:
        check_cpr_number(cpr, f"{path}/{CPR}", out)


def check_party(gln: str, number: str, code: str, path: str, rules: LetterRules, out: list[Finding]) -> None:
    """The location number of a party, and its number in some register."""
    if gln and (wrong := check_gln(gln)):
        out.append(GLN.at(f"{path}/EANIdentifier", wrong))
    check_number(number, code, path, rules, out)


def _is_moment(stamp: str) -> bool:
    day, _, time = stamp.partition(" ")
    return not DATE.test(day) and not TIME.test(time)


#: Of so many letters in one envelope each is looked into; the table is held against all.
MOST_LETTERS = 100


def check_letters(letters: list[etree._Element], namespace: str, path: str, out: list[Finding]) -> None:
    """One letter in an envelope, or at least different ones."""
    if len(letters) < 2:
        return
    message = f"the envelope holds {len(letters)} letters; the schema allows it, systems send and read one"
    out.append(ONE_LETTER.at("Emessage", message))
    where = f"{{{namespace}}}Letter/{{{namespace}}}Identifier"
    identifiers = [each.findtext(where) for each in letters[:MOST_LETTERS]]
    check_repeated(identifiers, DUPLICATE_LETTER, f"{path}/Letter/Identifier", "letter identifier", out)


def check_objects(identifiers: list[str | None], path: str, rules: LetterRules, out: list[Finding]) -> None:
    """The identifiers by which a letter points at attachments that travel apart."""
    for value in identifiers:
        if value and not _HEX_32.fullmatch(value):
            out.append(rules.object_identifier.at(path, f"{value[:40]!r} is not a UUID without dashes"))
    keys = [object_key(value) if value else None for value in identifiers]
    check_repeated(keys, rules.duplicate_object, path, "attachment", out)


_HEX_32 = re.compile("[0-9a-fA-F]{32}")


def check_text(node: etree._Element, path: str, out: list[Finding]) -> int:
    """Some senders escape their markup once too often. Returns the most characters that the text can have."""
    whole = written(node)
    if len(whole) <= BLOCK_LENGTH and "&lt;" not in whole:
        return len(whole)
    text, elements = characters(node)
    if has_escaped_markup(text):
        message = "markup stands in the text as characters (&lt;Break/&gt;), not as elements"
        out.append(ESCAPED_MARKUP.at(path, message))
    return len(text) + elements
