"""Small things to read: texts, moments, references, numbers. What cannot be read is a ``SagdokProblem``
that names the place and never repeats the value: it might be a person's number."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from lxml import etree

from mocks.standards.sagdok.answers import SagdokProblem
from mocks.standards.sagdok.case import AktoerType, Virkning
from mocks.standards.sagdok.names import SD

E = TypeVar("E", bound=StrEnum)

_UUID, _URN = f"{{{SD}}}UUIDIdentifikator", f"{{{SD}}}URNIdentifikator"
_STAMP, _LIMIT = f"{{{SD}}}TidsstempelDatoTid", f"{{{SD}}}GraenseIndikator"
_FROM, _UNTIL = f"{{{SD}}}FraTidspunkt", f"{{{SD}}}TilTidspunkt"
_ACTOR, _ACTOR_KIND, _NOTE = f"{{{SD}}}AktoerRef", f"{{{SD}}}AktoerTypeKode", f"{{{SD}}}NoteTekst"


def local(element: etree._Element) -> str:
    """The element's name without its namespace, for a message."""
    return str(element.tag).rpartition("}")[2]


def text(element: etree._Element) -> str:
    """The text of an element without elements in it."""
    if len(element):
        raise SagdokProblem(local(element), "holds elements, where a text is expected")
    found = element.text
    return found.strip() if found else ""


def moment(element: etree._Element) -> datetime:
    """A moment with its zone."""
    try:
        return _moment(text(element))
    except ValueError:
        raise SagdokProblem(
            local(element), "is no moment such as 2025-03-01T00:00:00.000+01:00 (the zone is mandatory)"
        ) from None


@lru_cache(maxsize=8192)
def _moment(value: str) -> datetime:
    read = datetime.fromisoformat(value)
    if read.tzinfo is None or "T" not in value:
        raise ValueError(value)
    return read


def tidspunkt(element: etree._Element) -> datetime | None:
    """A moment, or ``None`` for no limit."""
    for child in element:
        if child.tag == _STAMP:
            return moment(child)
        if child.tag == _LIMIT:
            if text(child) not in ("true", "1"):
                raise SagdokProblem(f"{local(element)}/GraenseIndikator", "can only be true")
            return None
    raise SagdokProblem(local(element), "holds neither TidsstempelDatoTid nor GraenseIndikator")


def unik(element: etree._Element) -> str:
    """A reference by UUID (in lower case) or URN."""
    for child in element:
        if child.tag == _UUID:
            return text(child).lower()
        if child.tag == _URN:
            return text(child)
    raise SagdokProblem(local(element), "holds neither UUIDIdentifikator nor URNIdentifikator")


def virkning(element: etree._Element) -> Virkning:
    """When something holds."""
    if len(element) == 2 and (usual := _usual_virkning(*element)) is not None:
        return usual
    start = until = None
    actor = note = ""
    kind: AktoerType | None = None
    for child in element:
        match child.tag:
            case value if value == _FROM:
                start = tidspunkt(child)
            case value if value == _UNTIL:
                until = tidspunkt(child)
            case value if value == _ACTOR:
                actor = unik(child)
            case value if value == _ACTOR_KIND:
                kind = code(child, AktoerType)
            case value if value == _NOTE:
                note = text(child)
            case _:
                raise unexpected(child, element)
    return Virkning(fra=start, til=until, aktoer=actor, aktoer_type=kind, note=note)


def _usual_virkning(start: etree._Element, until: etree._Element) -> Virkning | None:
    """The form that nearly all have, from a moment to another or without end; ``None`` for any other."""
    if start.tag != _FROM or until.tag != _UNTIL or len(start) != 1 or len(until) != 1:
        return None
    first, last = start[0], until[0]
    if first.tag != _STAMP or len(first) or len(last) or not first.text or not last.text:
        return None
    return _between(first.text, last.text, str(last.tag) == _LIMIT) if last.tag in (_STAMP, _LIMIT) else None


@lru_cache(maxsize=4096)  # a case says the same times of all its relations
def _between(start: str, until: str, endless: bool) -> Virkning | None:
    if endless and until.strip() not in ("true", "1"):
        return None
    try:
        return Virkning(fra=_moment(start.strip()), til=None if endless else _moment(until.strip()))
    except ValueError:
        return None  # the slower way says what is wrong


def code(element: etree._Element, codes: type[E]) -> E:
    """One of a list of codes."""
    try:
        return codes(text(element))
    except ValueError:
        raise SagdokProblem(local(element), f"is none of {', '.join(codes)}") from None


def boolean(element: etree._Element) -> bool:
    match text(element):
        case "true" | "1":
            return True
        case "false" | "0":
            return False
    raise SagdokProblem(local(element), "is neither true nor false")


def number(element: etree._Element) -> int:
    """A whole number from 0 on."""
    value = text(element)
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise SagdokProblem(local(element), "is no whole number from 0 on")
    return int(value)


def unexpected(child: etree._Element, parent: etree._Element) -> SagdokProblem:
    """An element that the schema does not have there."""
    name = local(child)[:60]
    return SagdokProblem(local(parent), f"holds {name if name.isidentifier() else 'an element'} out of place")
