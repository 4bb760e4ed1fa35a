"""The tree of organisations as the platform reads it from SOR, remembered for a day.

The platform has a nightly copy of SOR (SORES); here a unit is asked for when it is first needed.
"""

from __future__ import annotations

from datetime import date

import msgspec

from mocks.access.users import AccessUser
from mocks.overview.calls import SaidNo, ask
from mocks.runtime import Runtime

#: A tree deeper than this is a circle.
DEEPEST = 30


class _Entry(msgspec.Struct):
    sor_id: str
    parent: str = ""


class Organisations:
    """What lies above a unit, and which units a ydernummer names.

    Errors of both questions: ``Unreachable`` when SOR does not answer. Who needs the answer for a decision
    then cannot decide, and must not open anything.
    """

    def __init__(self, runtime: Runtime, seconds: float = 5.0) -> None:
        self._runtime, self._seconds = runtime, seconds
        self._day: date | None = None
        self._parents: dict[str, str] = {}
        self._yder: dict[str, tuple[str, ...]] = {}

    async def above(self, sor_id: str) -> tuple[str, ...]:
        """The organisations above a unit, nearest first; as far as SOR tells."""
        self._of_today()
        found: list[str] = []
        here = sor_id
        while is_number(here) and len(found) < DEEPEST:
            here = await self._parent(here)
            if here:
                found.append(here)
        return tuple(found)

    async def of_ydernummer(self, ydernummer: str) -> tuple[str, ...]:
        """The SOR ids of the units with that ydernummer."""
        if not is_number(ydernummer):
            return ()
        self._of_today()
        if (known := self._yder.get(ydernummer)) is not None:
            return known
        try:
            path = f"/sor?yder={ydernummer}&resolve=false"
            hits = await ask(self._runtime, "sor", path, list[_Entry], timeout=self._seconds)
        except SaidNo:
            hits = []
        self._yder[ydernummer] = tuple(entry.sor_id for entry in hits)
        return self._yder[ydernummer]

    async def of_user(self, user: AccessUser) -> tuple[str, ...]:
        """The units a user works at: the SOR id that the login tells, else those of the ydernummer."""
        if user.organisation or not user.ydernummer:
            return (user.organisation,) if user.organisation else ()
        return await self.of_ydernummer(user.ydernummer)

    async def _parent(self, sor_id: str) -> str:
        if (known := self._parents.get(sor_id)) is not None:
            return known
        try:
            path = f"/sor/{sor_id}?resolve=false"
            entry = await ask(self._runtime, "sor", path, _Entry, timeout=self._seconds)
        except SaidNo:
            entry = _Entry(sor_id)
        self._parents[sor_id] = entry.parent
        return entry.parent

    def _of_today(self) -> None:
        today = self._runtime.clock.now().date()
        if today != self._day:
            self._day = today
            self._parents.clear()
            self._yder.clear()


def is_number(value: str) -> bool:
    """Whether the value may stand in a question to SOR: digits only."""
    return value.isascii() and value.isdecimal() and len(value) <= 24
