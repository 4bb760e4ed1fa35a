"""The form of FHIR's primitive types (R4, data types): text, codes, ids, addresses, moments.

Each function says in a sentence what is wrong with a value, or returns ``None``.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
#: A megabyte, by FHIR R4.
_LONGEST = 1_048_576
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_DATE_TIME = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?", re.ASCII)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _string(value: Any) -> str | None:
    if type(value) is not str:
        return f"text is expected, not {_shown(value)}"
    if not value or value.isspace():
        return "the text is empty; FHIR leaves empty elements out"
    if not value.isprintable() and _CONTROL.search(value):
        return "the text holds control characters other than tab and line break"
    if len(value) > _LONGEST:
        return f"the text has {len(value)} characters; FHIR's strings have at most {_LONGEST}"
    return None


def _code(value: Any) -> str | None:
    if type(value) is not str:
        return f"a code is expected, not {_shown(value)}"
    if not value or value != value.strip():
        return f"a code is not empty and has no blanks around it: {_shown(value)}"
    return None


def _uri(value: Any) -> str | None:
    if type(value) is not str:
        return f"an address (uri) is expected, not {_shown(value)}"
    if not value or " " in value or "\n" in value:
        return f"an address (uri) is not empty and has no blanks: {_shown(value)}"
    return None


def _id(value: Any) -> str | None:
    if type(value) is not str or not _ID.fullmatch(value):
        return f"an id has 1 to 64 letters A-Z, digits, - and . : {_shown(value)}"
    return None


def _boolean(value: Any) -> str | None:
    return None if type(value) is bool else f"true or false is expected, not {_shown(value)}"


def _integer(value: Any) -> str | None:
    return None if type(value) is int else f"a whole number is expected, not {_shown(value)}"


@lru_cache(1024)  # the moments of one message are mostly one and the same
def _moment(value: str, whole: bool) -> str | None:
    if not _DATE_TIME.fullmatch(value):
        return f"a moment is written like 2025-09-29T09:00:00+02:00, with its time zone: {_shown(value)}"
    try:
        if len(value) > 10:
            # 24:00 and second 60 are as wrong here as a thirteenth month
            datetime.fromisoformat(value)
        elif whole:
            return f"a moment with seconds and time zone is expected: {_shown(value)}"
        elif len(value) == 10:
            date.fromisoformat(value)
    except ValueError:
        return f"this moment does not exist: {_shown(value)}"
    return None


def _instant(value: Any) -> str | None:
    return _moment(value, True) if type(value) is str else f"a moment is text, not {_shown(value)}"


def _date_time(value: Any) -> str | None:
    return _moment(value, False) if type(value) is str else f"a moment is text, not {_shown(value)}"


def _base64(value: Any) -> str | None:
    if type(value) is not str:
        return f"base64 text is expected, not {_shown(value)}"
    if not value:
        return "there are no bytes; FHIR leaves empty elements out"
    try:
        binascii.a2b_base64("".join(value.split()), strict_mode=True)
    except ValueError as error:
        return f"this is not base64: {error}"
    return None


def _unsigned(value: Any) -> str | None:
    if type(value) is int and value >= 0:
        return None
    return f"a whole number, not below zero, is expected, not {_shown(value)}"


_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)


def _date(value: Any) -> str | None:
    # a birth date stays out of the sentence
    if type(value) is not str or not _DATE.fullmatch(value):
        return "a date is written like 2018-05-31, 2018-05 or 2018, without a time of day"
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value)
    except ValueError:
        return "this date does not exist"
    return None


def _positive(value: Any) -> str | None:
    return (
        None
        if type(value) is int and value > 0
        else f"a whole number from 1 is expected, not {_shown(value)}"
    )


_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?", re.ASCII)


def _decimal(value: Any) -> str | None:
    # from XML it comes as text
    if type(value) in (int, float) or (type(value) is str and _DECIMAL.fullmatch(value)):
        return None
    return f"a number is expected, not {_shown(value)}"


def _time(value: Any) -> str | None:
    if type(value) is str and _TIME.fullmatch(value):
        return None
    return f"a time of day is written like 09:30:00, not {_shown(value)}"


def _any(value: Any) -> str | None:
    return None


#: What is wrong with a value, by the name of its type.
PRIMITIVES: Final[dict[str, Callable[[Any], str | None]]] = {
    "string": _string,
    "code": _code,
    "id": _id,
    "uri": _uri,
    "url": _uri,
    "canonical": _uri,
    "instant": _instant,
    "dateTime": _date_time,
    "date": _date,
    "boolean": _boolean,
    "integer": _integer,
    "unsignedInt": _unsigned,
    "positiveInt": _positive,
    "decimal": _decimal,
    "time": _time,
    "markdown": _string,
    "oid": _uri,
    "uuid": _uri,
    "base64Binary": _base64,
    "xhtml": _any,  # all narratives are tried together, see ``message_check``
}
