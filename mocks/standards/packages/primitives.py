"""The primitive types of FHIR R4 that MedCom's own messages do not use, beside those of our tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from mocks.standards.profiles.fhir_primitives import PRIMITIVES as USED

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?", re.ASCII)
_OID = re.compile(r"urn:oid:[0-2](\.(0|[1-9]\d*))+", re.ASCII)
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def _whole(least: int) -> Callable[[Any], str | None]:
    def wrong(value: Any) -> str | None:
        if type(value) is int and value >= least:
            return None
        return f"a whole number from {least} is expected"

    return wrong


def _decimal(value: Any) -> str | None:
    return None if type(value) in (int, float) else "a number is expected"


def _date(value: Any) -> str | None:
    if type(value) is not str or not _DATE.fullmatch(value):
        return "a date is written like 2025-09-29"
    return USED["dateTime"](value)


def _text(pattern: re.Pattern[str], sentence: str) -> Callable[[Any], str | None]:
    def wrong(value: Any) -> str | None:
        return None if type(value) is str and pattern.fullmatch(value) else sentence

    return wrong


#: What is wrong with a value, by the name of its type.
PRIMITIVES: Final[dict[str, Callable[[Any], str | None]]] = {
    **USED,
    "positiveInt": _whole(1),
    "unsignedInt": _whole(0),
    "decimal": _decimal,
    "date": _date,
    "time": _text(_TIME, "a time of day is written like 09:30:00"),
    "markdown": USED["string"],
    "oid": _text(_OID, "an OID is written like urn:oid:1.2.208"),
    "uuid": _text(_UUID, "a UUID is written like urn:uuid: and the UUID in lower case"),
}


def from_text(type_name: str, text: str) -> Any:
    """What XML's text means in JSON: booleans and numbers lose their quotes, if they are any."""
    if type_name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if type_name in ("integer", "positiveInt", "unsignedInt") and re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        return int(text)
    if type_name == "decimal" and _DECIMAL.fullmatch(text) and len(text) < 40:
        return float(text)
    return text
