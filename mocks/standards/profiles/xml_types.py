"""The kinds of value that stand in OIOXML and VANS elements, as small tests.

Each maker returns a ``Kind``: a test that takes the text of an element and returns ``None``, or a
sentence that says what is wrong. Values of elements that name a person never appear in the sentence.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from datetime import date
from xml.sax.saxutils import quoteattr

import msgspec

#: ``None``, or what is wrong.
Test = Callable[[str], str | None]


class Kind(msgspec.Struct, frozen=True):
    """One kind of value. ``collapse`` removes white space around the value before the test (and makes one
    space of what is within), as the schema language does for dates, numbers and tokens but not for strings.
    ``mend`` says what is right. ``base`` and ``facets`` say in the schema language what ``test`` says; an
    empty ``base`` means that it cannot be said there."""

    test: Test
    mend: str
    collapse: bool = False
    base: str = ""
    facets: str = ""


def collapsed(value: str) -> str:
    """``value`` without white space around it, and with single spaces within."""
    return _SPACE.sub(" ", value).strip(" ")


_SPACE = re.compile(r"[ \t\r\n]+")


def _facet(name: str, value: object) -> str:
    return f"<xs:{name} value={quoteattr(str(value))}/>"


def _pattern(pattern: str) -> str:
    return _facet("pattern", pattern.replace("(?:", "("))


def words(listed: str) -> tuple[str, ...]:
    """A list of codes, written as a text with white space between them."""
    return tuple(listed.split())


def text(least: int, most: int, *, collapse: bool = False) -> Kind:
    """A string of ``least`` to ``most`` characters."""

    def test(value: str) -> str | None:
        if least <= len(value) <= most:
            return None
        if not value:
            return "the element is empty"
        return f"the value has {len(value)} characters; {least} to {most} are allowed"

    facets = _facet("minLength", least) + _facet("maxLength", most)
    mend = f"Give {least} to {most} characters."
    return Kind(test, mend, collapse, "xs:token" if collapse else "xs:string", facets)


def one_of(*values: str) -> Kind:
    """One of the listed codes, letter for letter."""
    allowed = frozenset(values)
    shown = ", ".join(values[:8]) + (f" and {len(values) - 8} more" if len(values) > 8 else "")

    def test(value: str) -> str | None:
        return None if value in allowed else f"{value[:40]!r} is not one of the codes allowed here"

    mend = f"Use {shown}." if len(values) == 1 else f"Use one of: {shown}."
    facets = "".join(_facet("enumeration", value) for value in values)
    return Kind(test, mend, False, "xs:string", facets)


def matching(pattern: str, what: str, *, secret: bool = False, collapse: bool = False) -> Kind:
    """A string of a fixed form; ``secret`` keeps the value out of the sentence."""
    matches = re.compile(pattern, re.ASCII).fullmatch

    def test(value: str) -> str | None:
        if matches(value):
            return None
        shown = f"this value of {len(value)} characters" if secret else repr(value[:60])
        return f"{shown} is not {what}"

    return Kind(test, f"Give {what}.", collapse, "xs:token" if collapse else "xs:string", _pattern(pattern))


_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_ZONE = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_DATE = re.compile(_DAY)
_DATE_TIME = re.compile(f"({_DAY})T{_CLOCK}{_ZONE}")


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _date_test(value: str) -> str | None:
    if _DATE.fullmatch(value) and _is_date(value):
        return None
    return f"{value[:30]!r} is not a date without time zone"


def _date_time_test(value: str) -> str | None:
    found = _DATE_TIME.fullmatch(value)
    if found and _is_date(found.group(1)):
        return None
    return f"{value[:40]!r} is not a date and time"


def _base64_test(value: str) -> str | None:
    try:
        decode_base64(value.encode("ascii", "replace"))
    except ValueError as error:
        return str(error)
    return None


def _whole_number(least: int, most: int | None) -> Test:
    def test(value: str) -> str | None:
        if not re.fullmatch(r"[+-]?[0-9]{1,40}", value):
            return f"{value[:30]!r} is not a whole number"
        number = int(value)
        if number < least or (most is not None and number > most):
            return f"{number} is outside what is allowed here"
        return None

    return test


_NUMBER = "[+-]?[0-9]{1,40}"
DATE = Kind(_date_test, "Write the date as YYYY-MM-DD, without a time zone.", True, "xs:date", _pattern(_DAY))
TIME = matching(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", "a time of the form HH:MM")
DATE_TIME = Kind(
    _date_time_test,
    "Write YYYY-MM-DDThh:mm:ss and the offset, as +01:00.",
    True,
    "xs:dateTime",
    _pattern(f"({_DAY})T{_CLOCK}{_ZONE}"),
)
BOOLEAN = Kind(
    lambda value: (
        None if value in ("true", "false", "1", "0") else f"{value[:20]!r} is neither true nor false"
    ),
    "Use true or false.",
    True,
    "xs:boolean",
)
POSITIVE = Kind(
    _whole_number(1, None), "Give a whole number from 1.", True, "xs:positiveInteger", _pattern(_NUMBER)
)
INT32 = Kind(
    _whole_number(-(2**31), 2**31 - 1), "Give a whole number of bytes.", True, "xs:int", _pattern(_NUMBER)
)
BASE64 = Kind(_base64_test, "Encode the document in base64 (RFC 4648, with padding).")
#: The schema's own class, ``[aA-fF0-9]``, lets the letters A to Z and some signs through; what is
#: stricter than the schema is asked by the check ``vans-uuid`` as a warning.
UUID = matching(
    r"[A-fa-f0-9]{8}-[A-fa-f0-9]{4}-[A-fa-f0-9]{4}-[A-fa-f0-9]{4}-[A-fa-f0-9]{12}",
    "a UUID with dashes",
)


def decode_base64(value: bytes) -> bytes:
    """Decode strictly: white space is allowed between characters, anything else is a ``ValueError``."""
    compact = value
    try:
        decoded = binascii.a2b_base64(compact, strict_mode=True)
    except binascii.Error:  # perhaps only for white space, which is rare
        compact = value.translate(None, b" \t\r\n")
        try:
            decoded = binascii.a2b_base64(compact, strict_mode=True)
        except binascii.Error as error:
            raise ValueError(f"the content is not base64: {error}") from None
    last = compact[-4:]
    if last and binascii.b2a_base64(binascii.a2b_base64(last), newline=False) != last:
        raise ValueError("the content is not base64: its last group of four characters is not canonical")
    return decoded
