"""What MedCom's letters in EDIFACT have in common: their head, their parties, the patient, and free text."""

from __future__ import annotations

from mocks.standards.edifact.codes import (
    EXTENSION_OF,
    IDENTIFIER_CODE_OF,
    IDENTIFIER_CODES,
    OBJECT_CODE_OF,
    SPECIALITY_OF,
)
from mocks.standards.edifact.interchange import read_moment
from mocks.standards.profiles.edifact_engine import (
    NOTHING,
    Element,
    Form,
    Group,
    Slot,
    code,
    maybe,
    one,
    optional,
    qualified,
    required,
)
from mocks.standards.profiles.xml_types import Kind, matching, one_of, text


def _moment_test(value: str) -> str | None:
    try:
        read_moment(value)
    except ValueError:
        return f"{value[:20]!r} is not a date and time of twelve digits"
    return None


def _speciality_test(value: str) -> str | None:
    if value in SPECIALITY_OF or value.lstrip("0") in SPECIALITY_OF:
        return None
    return f"{value[:12]!r} is no number of a speciality"


MOMENT = Kind(_moment_test, "Write CCYYMMDDHHMM, the year with four digits.")
SPECIALITY = Kind(_speciality_test, "Use a number of MedCom's list; 99 where none fits.")
REFERENCE = text(1, 14)
NAME = text(1, 35)
LONG_NAME = text(1, 70)
GLN = text(1, 35)
NUMBER = matching("[1-9][0-9]{0,11}", "a whole number from 1")
#: Fonts, faces and sides that MedCom's converter knows.
STYLE = matching("[PF][0FKU][0MH]", "a style as P00, PF0 or F0M")
_CPR = matching("[0-9]{10}", "a CPR number of ten digits", secret=True)
_LINE = text(1, 70)
_FTX = (required("style", STYLE),)

#: The components that a text fills in an FTX.
TEXT: Element = (required("text", _LINE), *(maybe(f"text-{number}", _LINE) for number in range(2, 6)))


def head(kind: str, version: str, name: str, begins: str) -> tuple[Slot, ...]:
    """UNH, BGM and the time of authorisation."""
    return (unh(kind, version, name, "UN"), bgm(begins), dtm("137"))


def unh(kind: str, version: str, name: str, agency: str) -> Slot:
    """The head of a message of MedCom."""
    return one(
        "UNH",
        (required("reference", REFERENCE),),
        (
            code("message-type", kind),
            code("directory", "D"),
            code("release", "93A"),
            code("agency", agency),
            code("version", version),
        ),
        (code("letter-type", name),),
    )


def bgm(begins: str) -> Slot:
    return one("BGM", (code("type", begins),), NOTHING, (code("function", "9"),), (code("answer", "NA"),))


def dtm(qualifier: str) -> Slot:
    """A moment of twelve digits."""
    moment = (code("qualifier", qualifier), required("moment", MOMENT), code("format", "203"))
    return qualified("DTM", (qualifier,), moment)


def trigger(number: str) -> Slot:
    return one(f"S{number}", (code("number", number),))


def nad(qualifier: str) -> Slot:
    """Identifier and names of a party."""
    return one(
        "NAD",
        (code("qualifier", qualifier),),
        (
            required("identifier", text(1, 17)),
            maybe("identifier-code", one_of(*(each for each in IDENTIFIER_CODE_OF if each))),
            maybe("agency", one_of(*dict.fromkeys(agency for _, agency in IDENTIFIER_CODES.values()))),
        ),
        NOTHING,
        (
            required("organisation", NAME),
            maybe("department", NAME),
            maybe("unit", NAME),
            None,
            None,
            code("form", "US"),
        ),
    )


ADR = optional(
    "ADR",
    NOTHING,
    (code("form", "US"), maybe("street", NAME), maybe("suburb", NAME)),
    (maybe("district", NAME),),
    (maybe("post-code", text(1, 9)),),
)
CON = optional("CON", NOTHING, (required("phone", text(1, 25)), code("kind", "TE")))


def seq(number: str) -> Slot:
    return one("SEQ", NOTHING, (code("number", number),))


def spr(name: str) -> Slot:
    """Speciality of the sender, and the letter type once more."""
    return one(
        "SPR",
        (code("qualifier", "ORG"),),
        (
            maybe("speciality", SPECIALITY),
            maybe("list", one_of("SKS")),
            maybe("agency", one_of("SST")),
        ),
        (code("letter-type", name), code("type-list", "SKS"), code("type-agency", "SST")),
    )


def party(role: str, qualifier: str, *slots: Slot, least: int = 1) -> Group:
    """A segment group S01; ``slots`` are those between ADR and its end."""
    return Group(f"S01-{role}", (trigger("01"), nad(qualifier), ADR, *slots), least, 1, ("NAD", (qualifier,)))


PNA = one(
    "PNA",
    (code("qualifier", "PAT"),),
    (maybe("cpr", _CPR), None, None, maybe("cpr-list", one_of("CPR")), maybe("cpr-agency", one_of("IM"))),
    NOTHING,
    NOTHING,
    (code("surname-qualifier", "SU"), required("surname", LONG_NAME)),
    (maybe("given-qualifier", one_of("FO")), maybe("given", LONG_NAME)),
)
RFF_XPI = qualified(
    "RFF", ("XPI",), (code("qualifier", "XPI"), required("alternative", text(10, 10))), least=0
)
EMP = optional("EMP", (code("qualifier", "1"),), NOTHING, (None, None, None, required("occupation", NAME)))
RFF_SRI = qualified("RFF", ("SRI",), (code("qualifier", "SRI"), required("reference", REFERENCE)))


def ftx(*qualifiers: str, content: Element = TEXT) -> Form:
    """An FTX with one of these qualifiers."""
    return Form((((code("qualifier", *qualifiers)),), _FTX, NOTHING, content), qualifiers)


SUBJECT = ftx("OE", content=(required("subject", _LINE),))
#: References to what is sent apart, stands elsewhere, or follows by post.
REFERENCES = (
    ftx(
        "BIN",
        content=(
            required("description", _LINE),
            required("object-identifier", NAME),
            code("object-code", *OBJECT_CODE_OF),
            code("object-extension", *EXTENSION_OF),
            required("object-size", NUMBER),
        ),
    ),
    ftx(
        "URL",
        content=(
            required("description", _LINE),
            required("url", _LINE),
            *(maybe(f"url-{number}", _LINE) for number in range(2, 5)),
        ),
    ),
    ftx("SUP", content=(required("description", _LINE),)),
)
