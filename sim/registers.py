"""Registers that learn of a change later than it happens: the CPR replica and the institution register.

The world at the start stands in both. A change is seen from the next night's refresh on, so that whoever looks
before sees what was true yesterday, or on Friday.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar

import msgspec

from mocks.people import Person, Placement
from mocks.runtime import COPENHAGEN
from sim.nation.world import World

T = TypeVar("T")


def replica_ready(at: datetime) -> datetime:
    """When a change of that moment is in the municipalities' CPR replica: it is refreshed in the nights of
    weekdays and ready at 02:00, so Friday's changes come on Monday."""
    day = at.astimezone(COPENHAGEN).date() + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return _at(day, 2)


def institutions_ready(at: datetime, hour: int = 4) -> datetime:
    """When a change of that moment is in the institution register: the next night (an assumption)."""
    return _at(at.astimezone(COPENHAGEN).date() + timedelta(days=1), hour)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), COPENHAGEN)


class _Delayed(Generic[T]):
    """Newer values by key, each with the moment from which it is seen."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._changes: dict[str, list[tuple[datetime, T]]] = {}

    def change(self, key: str, value: T, seen: datetime) -> None:
        self._changes.setdefault(key, []).append((seen, value))

    def newest(self, key: str) -> tuple[T] | None:
        """What holds by now, seen or not."""
        changes = self._changes.get(key)
        return (changes[-1][1],) if changes else None

    def seen(self, key: str) -> tuple[T] | None:
        """What the register tells at this moment; ``None``: as it was at the start."""
        changes = self._changes.get(key)
        if changes is None:
            return None
        now = self._now()
        return next(((value,) for seen, value in reversed(changes) if seen <= now), None)


class CprReplica:
    """Who lives where and has custody of whom, as the replica has it (``mocks.kombit.cpr.Persons``)."""

    def __init__(self, world: World, now: Callable[[], datetime]) -> None:
        self._world, self._now = world, now
        self._changed: _Delayed[Person] = _Delayed(now)

    def find(self, cpr: str) -> Person | None:
        """The person as the replica knows them."""
        seen = self._changed.seen(cpr)
        return seen[0] if seen else self._world.find(cpr)

    def home_of(self, cpr: str) -> str | None:
        """The 4-digit code of the child's home municipality, as the replica knows it."""
        seen = self._changed.seen(cpr)
        return seen[0].municipality if seen else self._world.home_of(cpr)

    def newest(self, cpr: str) -> Person | None:
        """The person as they are."""
        newest = self._changed.newest(cpr)
        return newest[0] if newest else self._world.find(cpr)

    def change(self, cpr: str, **fields: Any) -> Person | None:
        """The civil register learns of something now; the replica will after its next refresh."""
        person = self.newest(cpr)
        if person is None:
            return None
        person = msgspec.structs.replace(person, **fields)
        self._changed.change(cpr, person, replica_ready(self._now()))
        return person


class InstitutionRegister:
    """Where each child goes, as the institution register has it (``mocks.stil`` placements)."""

    def __init__(self, world: World, now: Callable[[], datetime], hour: int = 4) -> None:
        self._world, self._now, self._hour = world, now, hour
        self._changed: _Delayed[Placement | None] = _Delayed(now)
        self._wrong: dict[str, Placement] = {}

    def find(self, cpr: str) -> Placement | None:
        """The placement as the register knows it."""
        if (wrong := self._wrong.get(cpr)) is not None:
            return wrong
        seen = self._changed.seen(cpr)
        return seen[0] if seen else self._world.placement_of(cpr)

    def newest(self, cpr: str) -> Placement | None:
        """The placement as it is."""
        newest = self._changed.newest(cpr)
        return newest[0] if newest else self._world.placement_of(cpr)

    def change(self, cpr: str, placement: Placement | None) -> None:
        """A school registers that a child has come or gone."""
        self._wrong.pop(cpr, None)
        self._changed.change(cpr, placement, institutions_ready(self._now(), self._hour))

    def has_wrongly(self, cpr: str, placement: Placement) -> None:
        """The register still has the child at another place, and nobody has noticed yet."""
        self._wrong[cpr] = placement

    def wrong(self, cpr: str) -> bool:
        """Whether it has."""
        return cpr in self._wrong

    def corrected(self, cpr: str) -> None:
        """Somebody put it right."""
        self._wrong.pop(cpr, None)


class Registers:
    """Both, over one world and one clock."""

    def __init__(self, world: World, now: Callable[[], datetime], institution_hour: int = 4) -> None:
        self.people = CprReplica(world, now)
        self.placements = InstitutionRegister(world, now, institution_hour)
