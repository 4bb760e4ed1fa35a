"""What FHIR R4 itself says of the elements of a message, as rows for the engine, and its rules on data types.

MedCom's profiles speak of some elements; the others may stand in a message too, and then they have the type
that FHIR gives them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mocks.standards.profiles.fhir_engine import define_resource, define_type
from mocks.standards.profiles.fhir_kinds import BINDING
from mocks.standards.profiles.fhir_primitives import PRIMITIVES
from mocks.standards.profiles.fhir_r4 import DATA_TYPES, EVERY, RESOURCES, VALUE_SETS
from mocks.standards.profiles.fhir_rows import Row, ValueRule, value_rule
from mocks.standards.rule import Rule

_R4 = "FHIR R4 4.0.1"
_QUANTITIES = ("Duration", "Age", "Count", "Distance", "SimpleQuantity")


def rows_of(text: str) -> tuple[Row, ...]:
    """The rows of a table of ``fhir_r4``. A choice of types is one row for each type, none of them required."""
    return tuple(row for line in text.split(", ") for row in _rows(line))


def _rows(line: str) -> Iterator[Row]:
    path, card, kind, *bound = line.split(" ")
    if path.endswith("[x]"):
        kinds = (*PRIMITIVES, *DATA_TYPES, *_QUANTITIES) if kind == "*" else tuple(kind.split("|"))
        for each in kinds:
            yield Row(f"{path[:-3]}{each[0].upper()}{each[1:]}", "0..1", each)
    else:
        codes = frozenset(VALUE_SETS[bound[0]]) if bound else None
        tests = (_LANGUAGES,) if path == "language" and kind == "code" else ()
        yield Row(path, card, "" if kind == "-" else kind, codes=codes, tests=tests)


# Rules on data types --------------------------------------------------------------------------------------

CONTACT = Rule(
    id="cpt-2",
    statement="A way to reach somebody says of which kind it is.",
    source=_R4,
    mend="add system: phone, email or another",
)
PERIOD = Rule(
    id="per-1",
    statement="A period does not end before it begins.",
    source=_R4,
    mend="turn start and end round",
)
EXTENSION = Rule(
    id="ext-1",
    statement="An extension has a value or extensions of its own, and not both.",
    source=_R4,
    mend="give it a value, or leave it out",
)
ATTACHMENT = Rule(
    id="att-1",
    statement="An attachment with data says of which type they are.",
    source=_R4,
    mend="add contentType",
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def _language_wrong(value: str) -> str | None:
    return (
        None if _LANGUAGE.fullmatch(value) else f"{value[:40]!r} is not a language of BCP 47, as da or en-GB"
    )


_LANGUAGES = ValueRule(BINDING.id, _language_wrong, "write da, en or another language", _R4)
RULES: tuple[Rule, ...] = (CONTACT, PERIOD, EXTENSION, ATTACHMENT)


def _contact_wrong(value: Any) -> str | None:
    if type(value) is dict and "value" in value and "system" not in value:
        return "a way to reach somebody is of no kind"
    return None


def _period_wrong(value: Any) -> str | None:
    start, end = (value.get("start"), value.get("end")) if type(value) is dict else (None, None)
    if type(start) is not str or type(end) is not str:
        return None
    try:
        begins, ends = datetime.fromisoformat(_day(start)), datetime.fromisoformat(_day(end))
        later = begins > ends
    except (ValueError, TypeError):  # wrong, or with a time zone on one side only
        later = start[: min(len(start), len(end), 10)] > end[: min(len(start), len(end), 10)]
    return "the period ends before it begins" if later else None


def _day(text: str) -> str:
    return text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text


def _extension_wrong(value: Any) -> str | None:
    if type(value) is not dict:
        return None
    valued = any(name.startswith(("value", "_value")) for name in value)
    if valued is ("extension" in value):
        return "the extension has both a value and extensions" if valued else "the extension holds nothing"
    return None


def _attachment_wrong(value: Any) -> str | None:
    if type(value) is dict and "data" in value and "contentType" not in value:
        return "the attachment brings data and no contentType"
    return None


_TESTS: dict[str, tuple[ValueRule, ...]] = {
    "ContactPoint": (value_rule(CONTACT, _contact_wrong),),
    "Period": (value_rule(PERIOD, _period_wrong),),
    "Extension": (value_rule(EXTENSION, _extension_wrong),),
    "Attachment": (value_rule(ATTACHMENT, _attachment_wrong),),
}

for _name, _text in DATA_TYPES.items():
    define_type(_name, (Row("extension", "0..*", "Extension"), *rows_of(_text)), _TESTS.get(_name, ()))
for _name in _QUANTITIES:
    define_type(_name, (Row("extension", "0..*", "Extension"), *rows_of(DATA_TYPES["Quantity"])))
for _name, _text in RESOURCES.items():
    define_resource(_name, rows_of(f"{EVERY}, {_text}"))
