"""Laying a change over what is known: of everything with the same key, what holds later gives way.

An update tells what holds from when; what it says nothing of stays (``Update``). So a case's progress, its
properties and each of its relations are timelines of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from mocks.standards.sagdok.case import (
    Egenskaber,
    Fremdrift,
    Registrering,
    Relation,
    SagIndeksEgenskaber,
    Update,
    Virkning,
)

T = TypeVar("T", Egenskaber, SagIndeksEgenskaber, Fremdrift, Relation)


def updated(known: Registrering, change: Update) -> Registrering:
    """The registration that ``change`` makes of the latest one."""
    return msgspec.structs.replace(
        known,
        tidspunkt=change.tidspunkt,
        note=change.note,
        sts_tidspunkt=None,
        egenskaber=laid_over(known.egenskaber, change.egenskaber, _one_line),
        indeks_egenskaber=laid_over(known.indeks_egenskaber, change.indeks_egenskaber, _one_line),
        fremdrift=laid_over(known.fremdrift, change.fremdrift, _one_line),
        relationer=laid_over(known.relationer, change.relationer, lambda relation: relation.key),
    )


def laid_over(known: tuple[T, ...], change: Iterable[T], key: Callable[[T], Any]) -> tuple[T, ...]:
    """``known`` with each piece of ``change`` in its time; without a time it takes the whole line."""
    line = list(known)
    for piece in change:
        own = key(piece)
        line = [
            rest for held in line for rest in (_around(held, piece.virkning) if key(held) == own else (held,))
        ]
        line.append(piece)
        line.sort(key=_start)
    return tuple(line)


def overlap(one: Virkning | None, other: Virkning | None) -> bool:
    """Whether two stretches share a moment; without a stretch it is all of time."""
    if one is None or other is None:
        return True
    return _before(one.fra, other.til) and _before(other.fra, one.til)


def _before(start: datetime | None, end: datetime | None) -> bool:
    return start is None or end is None or start < end


def _one_line(piece: object) -> None:
    return None


def _start(piece: Egenskaber | SagIndeksEgenskaber | Fremdrift | Relation) -> float:
    held = piece.virkning
    return held.fra.timestamp() if held is not None and held.fra is not None else float("-inf")


def _around(held: T, new: Virkning | None) -> list[T]:
    """What is left of a piece before and after the new stretch."""
    if new is None:
        return []
    own = held.virkning or Virkning()
    if not overlap(own, new):
        return [held]
    left: list[T] = []
    if new.fra is not None and (own.fra is None or own.fra < new.fra):
        left.append(msgspec.structs.replace(held, virkning=msgspec.structs.replace(own, til=new.fra)))
    if new.til is not None and (own.til is None or new.til < own.til):
        left.append(msgspec.structs.replace(held, virkning=msgspec.structs.replace(own, fra=new.til)))
    return left
