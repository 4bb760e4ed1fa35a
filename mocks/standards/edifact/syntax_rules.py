"""The rules of EDIFACT as characters: separators, segments, what may stand in text, raw octets."""

from __future__ import annotations

from mocks.standards.findings import Severity
from mocks.standards.rule import Rule

_ISO = "ISO 9735 version 3"
_MEDCOM = "MedCom's EDIFACT messages, as its converter reads and writes them"

SIZE = Rule(
    id="edifact-size",
    statement="An interchange has at most 100 MB, 20,000 segments and 1,000 messages; a segment 8,000 characters.",
    source="tvaers: safe reading of EDIFACT",
    mend="Send large attachments apart, or as a reference.",
)
EMPTY = Rule(
    id="edifact-empty",
    statement="An interchange has segments.",
    source=_ISO,
    mend="Send a complete interchange, from UNB to UNZ.",
)
UNA = Rule(
    id="edifact-una",
    statement="UNA names six separators: component, element, decimal mark, release, repetition, end of segment.",
    source=_ISO,
    mend="Start with UNA:+.? ' and use these separators.",
)
NO_UNA = Rule(
    id="edifact-una-missing",
    statement="An interchange starts with UNA.",
    source=_MEDCOM,
    mend="Start with UNA:+.? ' even though these are the separators that hold without it.",
    severity=Severity.WARNING,
)
OTHER_UNA = Rule(
    id="edifact-una-other",
    statement="The separators are :+.? and ' everywhere in MedCom's messages.",
    source=_MEDCOM,
    mend="Use UNA:+.? ' since receivers may not look at UNA.",
    severity=Severity.WARNING,
)
UNTERMINATED = Rule(
    id="edifact-unterminated",
    statement="Every segment ends with the terminator.",
    source=_ISO,
    mend="Send the interchange complete; check that the release character stands only where it is meant.",
)
TAG = Rule(
    id="edifact-tag",
    statement="A segment starts with a tag of three capital letters or digits.",
    source=_ISO,
    mend="Escape an apostrophe inside text as ?' and leave nothing but line breaks between segments.",
)
RELEASE = Rule(
    id="edifact-release",
    statement="The release character stands only before a separator or before itself.",
    source=_ISO,
    mend="Write a question mark inside text as ??.",
)
CHARACTER = Rule(
    id="edifact-character",
    statement="Text has no control characters.",
    source=f"{_ISO}, level C",
    mend="Leave the character out; a line of text is a component of its own.",
)
LINE_BREAK = Rule(
    id="edifact-line-break",
    statement="Line breaks stand between segments, not inside them.",
    source=_ISO,
    mend="Do not wrap lines; a line of text is a component of its own. Readers drop such line breaks.",
    severity=Severity.WARNING,
)
ENCODING = Rule(
    id="edifact-encoding",
    statement="The characters are those of ISO-8859-1.",
    source=f"{_ISO}, level C (UNOC)",
    mend="Write the interchange in ISO-8859-1, not in UTF-8 or windows-1252.",
)
BINARY_LENGTH = Rule(
    id="edifact-binary-length",
    statement="UNO says the number of octets that follow it, and after them stands UNP.",
    source="MedCom BIN01",
    mend="Count the octets of the object as they stand in the file; UNP follows them without a line break.",
)
BINARY_BREAK = Rule(
    id="edifact-binary-line-break",
    statement="UNP follows the octets without a line break between them.",
    source="MedCom BIN01",
    mend="Write UNP at once after the last octet, so that a wrong number of octets shows.",
    severity=Severity.WARNING,
)
RULES = (
    SIZE,
    EMPTY,
    UNA,
    NO_UNA,
    OTHER_UNA,
    UNTERMINATED,
    TAG,
    RELEASE,
    CHARACTER,
    LINE_BREAK,
    ENCODING,
    BINARY_LENGTH,
    BINARY_BREAK,
)
