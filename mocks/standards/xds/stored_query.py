"""The stored queries of ITI-18 and the small language of their parameters.

A value is a text in single quotes (a quote in it is doubled), a number, or a list of these in parentheses.
Nothing else is a value: what does not match the grammar to its end is refused, so no value can reach beyond
itself. Values are compared and never become part of an expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

import msgspec

from mocks.errors import BadInput
from mocks.standards.xds.names import Availability, DocumentType, ErrorCode, StoredQuery
from mocks.standards.xds.records import DocumentEntry, Slot, XdsProblem
from mocks.standards.xds.values import full_moment

T = TypeVar("T")

MOST_SLOTS = 50
MOST_VALUES = 500
LONGEST_VALUE = 4_000

_ENTRY = "$XDSDocumentEntry"
_PATIENT = f"{_ENTRY}PatientId"
#: Longer queries are read each time, so that nobody fills the memory with them.
_REMEMBERED = 2_000
_QUOTED = r"'(?:[^']|'')*'"
_ONE = re.compile(rf"\s*(?:({_QUOTED})|(\d{{1,20}}))\s*", re.ASCII)
_LIST = re.compile(rf"\s*\(\s*{_QUOTED}(?:\s*,\s*{_QUOTED})*\s*\)\s*")
_EACH = re.compile(_QUOTED)


class CodePattern(msgspec.Struct, frozen=True):
    """A code that is looked for: ``code^^scheme``."""

    code: str
    scheme: str


class FindDocuments(msgspec.Struct, frozen=True, kw_only=True):
    """Entries of one patient. Empty tuples and texts ask nothing; moments have 14 digits (from <= m < to).

    Codes in one inner tuple are alternatives; ``event_codes`` and ``confidentiality`` may have several inner
    tuples, of which each must be met.
    """

    patient_id: str
    status: tuple[Availability, ...]
    types: tuple[DocumentType, ...] = (DocumentType.STABLE,)
    class_code: tuple[CodePattern, ...] = ()
    type_code: tuple[CodePattern, ...] = ()
    format_code: tuple[CodePattern, ...] = ()
    practice_setting: tuple[CodePattern, ...] = ()
    facility_type: tuple[CodePattern, ...] = ()
    event_codes: tuple[tuple[CodePattern, ...], ...] = ()
    confidentiality: tuple[tuple[CodePattern, ...], ...] = ()
    author_person: tuple[str, ...] = ()
    creation: tuple[str, str] = ("", "")
    service_start: tuple[str, str] = ("", "")
    service_stop: tuple[str, str] = ("", "")


class GetDocuments(msgspec.Struct, frozen=True, kw_only=True):
    """Entries by their own id or by that of their document; exactly one of the two is asked."""

    entry_ids: tuple[str, ...] = ()
    unique_ids: tuple[str, ...] = ()


def read_query(query: str, parameters: Sequence[Slot]) -> FindDocuments | GetDocuments:
    """The query that a request asks. Errors: ``XdsProblem``."""
    if len(parameters) > MOST_SLOTS:
        raise XdsProblem(ErrorCode.REGISTRY, f"a query has at most {MOST_SLOTS} parameters")
    if query == StoredQuery.FIND_DOCUMENTS:
        patient = tuple([slot for slot in parameters if slot.name == _PATIENT])
        others = tuple([slot for slot in parameters if slot.name != _PATIENT])
        small = sum([len(value) for slot in others for value in slot.values]) < _REMEMBERED
        rest = _rest(others) if small else _rest.__wrapped__(others)
        return msgspec.structs.replace(rest, patient_id=_patient(_Parameters(patient)))
    if query == StoredQuery.GET_DOCUMENTS:
        return _get_documents(_Parameters(parameters))
    raise XdsProblem(
        ErrorCode.UNKNOWN_QUERY, "this stored query is not served: ask FindDocuments or GetDocuments", "id"
    )


class _Parameters:
    """The parameters by name: for each the slots it came in, for each slot its values."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        self._slots: dict[str, list[tuple[str, ...]]] = {}
        for slot in slots:
            self._slots.setdefault(slot.name, []).append(_values(slot))

    def slots(self, name: str) -> list[tuple[str, ...]]:
        return self._slots.get(name, [])

    def many(self, name: str) -> tuple[str, ...]:
        """Alternatives; the parameter may be given in one slot only."""
        slots = self.slots(name)
        if len(slots) > 1:
            raise _number(name, "in one slot only")
        return slots[0] if slots else ()

    def one(self, name: str) -> str:
        values = self.many(name)
        if len(values) > 1:
            raise _number(name, "with one value only")
        return values[0] if values else ""

    def required(self, name: str) -> tuple[str, ...]:
        if not (values := self.many(name)):
            raise XdsProblem(ErrorCode.MISSING_PARAMETER, f"the query needs {name}", name)
        return values

    def codes(self, name: str) -> tuple[CodePattern, ...]:
        return tuple(_code(name, value) for value in self.many(name))

    def all_codes(self, name: str) -> tuple[tuple[CodePattern, ...], ...]:
        return tuple(tuple(_code(name, value) for value in values) for values in self.slots(name))

    def span(self, name: str) -> tuple[str, str]:
        start, end = (self._moment(f"{name}{side}") for side in ("From", "To"))
        if start and end and end < start:
            raise XdsProblem(ErrorCode.REGISTRY, f"{name}To lies before {name}From", f"{name}To")
        return start, end

    def _moment(self, name: str) -> str:
        value = self.one(name)
        try:
            return full_moment(value) if value else ""
        except BadInput:
            raise XdsProblem(
                ErrorCode.REGISTRY, f"{name} is no moment: send digits, YYYYMMDDhhmmss in UTC", name
            ) from None


def _patient(given: _Parameters) -> str:
    patients = given.required(_PATIENT)
    if len(patients) > 1:
        raise _number(_PATIENT, "with one value only")
    return patients[0]


@lru_cache(maxsize=256)
def _rest(parameters: tuple[Slot, ...]) -> FindDocuments:
    """All of a query but its patient, remembered: a system asks the same of citizen after citizen."""
    given = _Parameters(parameters)
    return FindDocuments(
        patient_id="",
        status=_each(given.required(f"{_ENTRY}Status"), Availability, f"{_ENTRY}Status"),
        # Who does not ask for on-demand entries gets the stable ones only (IHE supplement on on-demand documents).
        types=_each(given.many(f"{_ENTRY}Type"), DocumentType, f"{_ENTRY}Type") or (DocumentType.STABLE,),
        class_code=given.codes(f"{_ENTRY}ClassCode"),
        type_code=given.codes(f"{_ENTRY}TypeCode"),
        format_code=given.codes(f"{_ENTRY}FormatCode"),
        practice_setting=given.codes(f"{_ENTRY}PracticeSettingCode"),
        facility_type=given.codes(f"{_ENTRY}HealthcareFacilityTypeCode"),
        event_codes=given.all_codes(f"{_ENTRY}EventCodeList"),
        confidentiality=given.all_codes(f"{_ENTRY}ConfidentialityCode"),
        author_person=given.many(f"{_ENTRY}AuthorPerson"),
        creation=given.span(f"{_ENTRY}CreationTime"),
        service_start=given.span(f"{_ENTRY}ServiceStartTime"),
        service_stop=given.span(f"{_ENTRY}ServiceStopTime"),
    )


def _get_documents(given: _Parameters) -> GetDocuments:
    entries, documents = given.many(f"{_ENTRY}EntryUUID"), given.many(f"{_ENTRY}UniqueId")
    if not entries and not documents:
        raise XdsProblem(
            ErrorCode.MISSING_PARAMETER,
            f"the query needs {_ENTRY}EntryUUID or {_ENTRY}UniqueId",
            "AdhocQuery",
        )
    if entries and documents:
        raise _number(f"{_ENTRY}EntryUUID", f"without {_ENTRY}UniqueId beside it")
    return GetDocuments(entry_ids=entries, unique_ids=documents)


def _values(slot: Slot) -> tuple[str, ...]:
    found: list[str] = []
    for value in slot.values:
        if len(value) > LONGEST_VALUE * 10:
            raise _malformed(slot.name)
        found.extend(_parse(slot.name, value))
    if len(found) > MOST_VALUES:
        raise XdsProblem(
            ErrorCode.REGISTRY, f"a parameter has at most {MOST_VALUES} values", _safe(slot.name)
        )
    if any(len(value) > LONGEST_VALUE for value in found):
        raise XdsProblem(
            ErrorCode.REGISTRY, f"a value has at most {LONGEST_VALUE} characters", _safe(slot.name)
        )
    return tuple(found)


@lru_cache(maxsize=1024)
def _fixed(value: str) -> tuple[str, ...] | None:
    """As ``_literal``, remembered: statuses, codes and types are the same in query after query."""
    return _literal(value)


def _parse(name: str, value: str) -> tuple[str, ...]:
    # A patient's id is never kept in a memory that outlives the request.
    found = _literal(value) if name.endswith(("PatientId", "UniqueId", "UUID", "Person")) else _fixed(value)
    if found is None:
        raise _malformed(name)
    return found


def _literal(value: str) -> tuple[str, ...] | None:
    if (one := _ONE.fullmatch(value)) is not None:
        return (_unquoted(one.group(1)) if one.group(1) is not None else one.group(2),)
    if _LIST.fullmatch(value) is not None:
        return tuple(_unquoted(found) for found in _EACH.findall(value))
    return None


def _unquoted(text: str) -> str:
    return text[1:-1].replace("''", "'").strip()


@lru_cache(maxsize=1024)
def _split(value: str) -> CodePattern | None:
    code, sign, scheme = value.partition("^^")
    return CodePattern(code, scheme) if sign and code and scheme and "^" not in scheme else None


def _code(name: str, value: str) -> CodePattern:
    if (found := _split(value)) is None:
        raise XdsProblem(ErrorCode.REGISTRY, f"a value of {name} is not 'code^^codingScheme'", name)
    return found


def _each(values: tuple[str, ...], make: Callable[[str], T], name: str) -> tuple[T, ...]:
    try:
        return tuple(make(value) for value in values)
    except ValueError:
        raise XdsProblem(ErrorCode.REGISTRY, f"{name} has a value that XDS does not know", name) from None


def _number(name: str, how: str) -> XdsProblem:
    return XdsProblem(ErrorCode.PARAMETER_NUMBER, f"{name} is given {how}", name)


def _malformed(name: str) -> XdsProblem:
    name = _safe(name)
    return XdsProblem(
        ErrorCode.REGISTRY,
        f"{name}: a value is a text in single quotes, a number, or ('a','b'); this is none of them",
        name,
    )


def _safe(name: str) -> str:
    """A parameter's name for an error text: one that is no name is not repeated."""
    return name if re.fullmatch(r"\$[A-Za-z]{1,60}", name) else "a parameter"


# Matching --------------------------------------------------------------------------------------------------


def meets(entry: DocumentEntry, asked: FindDocuments) -> bool:
    """Whether an entry of the asked patient is what the query looks for."""
    return (
        entry.status in asked.status
        and entry.type in asked.types
        and (not asked.type_code or _has((entry.type_code,), asked.type_code))
        and (not asked.format_code or _has((entry.format_code,), asked.format_code))
        and (not asked.class_code or _has((entry.class_code,), asked.class_code))
        and (not asked.practice_setting or _has((entry.practice_setting,), asked.practice_setting))
        and (not asked.facility_type or _has((entry.facility_type,), asked.facility_type))
        and all(_has(entry.event_codes, group) for group in asked.event_codes)
        and all(_has(entry.confidentiality, group) for group in asked.confidentiality)
        and _within(entry.service_start, asked.service_start)
        and _within(entry.service_stop, asked.service_stop)
        and _within(entry.creation_time, asked.creation)
        and (not asked.author_person or _by(entry, asked.author_person))
    )


def _has(codes: Sequence[object], patterns: tuple[CodePattern, ...]) -> bool:
    return any(
        code is not None and code.code == pattern.code and code.scheme == pattern.scheme  # type: ignore[attr-defined]
        for code in codes
        for pattern in patterns
    )


def _within(moment: str, span: tuple[str, str]) -> bool:
    start, end = span
    if not start and not end:
        return True
    if not moment:
        return False
    moment = full_moment(moment)
    return (not start or moment >= start) and (not end or moment < end)


def _by(entry: DocumentEntry, patterns: tuple[str, ...]) -> bool:
    """Authors by a pattern in which ``%`` stands for any text and ``_`` for one character (SQL's LIKE)."""
    persons = [person for author in entry.authors for person in author.persons]
    return any(_like(pattern, person) for pattern in patterns for person in persons)


def _like(pattern: str, text: str) -> bool:
    """Each piece between two ``%`` is found behind the one before it, so no pattern makes this slow."""
    first, *rest = pattern.split("%")
    if not (start := _piece(first).match(text)):
        return False
    if not rest:
        return start.end() == len(text)
    at, last = start.end(), rest.pop()
    for piece in rest:
        if (found := _piece(piece).search(text, at)) is None:
            return False
        at = found.end()
    return len(text) - len(last) >= at and _piece(last).match(text, len(text) - len(last)) is not None


def _piece(piece: str) -> re.Pattern[str]:
    return re.compile("".join("." if c == "_" else re.escape(c) for c in piece), re.S)
