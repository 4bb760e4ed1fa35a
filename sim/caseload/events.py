"""What happens to children and departments by itself: a new telephone number, a move, another school, custody.

The registers learn of it as they really do, later; the case follows the child a week after that (an assumption):
the old municipality closes its case, and the new one opens one if it takes part.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from mocks.people import CaseKind, Placement
from mocks.units import Unit
from sim.caseload.calendar import at
from sim.caseload.cases import CaseWork
from sim.caseload.desks import Desks
from sim.caseload.desks import World as Driver
from sim.caseload.plan import Intent
from sim.caseload.troubles import Troubles
from sim.registers import Registers
from sim.truth import Truth

if TYPE_CHECKING:
    from sim.caseload.pilot import PilotCaseload

EVENTS = frozenset({"change_contact", "move_home", "change_school", "change_custody"})
_HAND_OVER_SECONDS = 7 * 86400.0


class Events:
    """Lets events happen: to the truth at once, to the registers as they are told."""

    def __init__(
        self,
        caseload: PilotCaseload,
        driver: Driver,
        truth: Truth,
        registers: Registers,
        troubles: Troubles,
    ) -> None:
        self._world, self._driver, self._truth = caseload.world, driver, truth
        self._troubles = troubles
        self._registers, self._log, self._end = registers, caseload.log, caseload.end
        self._desks, self._cases = Desks(driver), CaseWork(driver, truth, caseload.log)

    async def happen(self, intent: Intent) -> None:
        """Let the event of an intent happen now."""
        unit = self._world.by_sor(intent.unit)
        happens: dict[str, Callable[[Intent, Unit], Awaitable[None]]] = {
            "change_contact": self._contact,
            "move_home": self._home,
            "change_school": self._school,
            "change_custody": self._custody,
        }
        if unit is not None:
            await happens[intent.kind](intent, unit)
            self._log.events[intent.kind] = self._log.events.get(intent.kind, 0) + 1

    async def _contact(self, intent: Intent, unit: Unit) -> None:
        field, value = intent.detail
        known = self._truth.unit(unit.sor_id)
        if known is None:
            return
        self._truth.unit_changed(msgspec.structs.replace(known.last, **{field: value}), self._driver.now())
        if late := self._troubles.sor_learns_late(unit):
            self._driver.spawn("SOR learns late", self._tell_sor(unit, field, value, late))
        else:
            await self._tell_sor(unit, field, value, 0.0)

    async def _tell_sor(self, unit: Unit, field: str, value: str, late: float) -> None:
        if self._driver.now() + timedelta(seconds=late) >= at(self._end, 0):
            return
        await self._driver.sleep(late)
        await self._desks.post("sor", f"/desk/entries/{unit.sor_id}", {field: value})

    async def _home(self, intent: Intent, unit: Unit) -> None:
        (code,) = intent.detail
        municipality = self._world.municipality(code)
        if municipality is None:
            return
        cpr = self._cpr(intent.child)
        post_code, city, _ = municipality.towns[0]
        self._registers.people.change(cpr, municipality=code, street="", post_code=post_code, city=city)
        self._truth.moved_home(cpr, code, self._driver.now())
        await self._hand_over(cpr, CaseKind.FAMILY, self._world.family_of(code))

    async def _school(self, intent: Intent, unit: Unit) -> None:
        place, group = intent.detail
        institution = self._world.institutions[place]
        cpr = self._cpr(intent.child)
        placement = Placement(institution=institution, group=group)
        self._registers.placements.change(cpr, placement)
        self._truth.changed_school(cpr, placement, self._driver.now())
        await self._hand_over(cpr, CaseKind.PPR, self._world.ppr_of(institution.municipality))

    async def _custody(self, intent: Intent, unit: Unit) -> None:
        cpr = self._cpr(intent.child)
        self._registers.people.change(cpr, custody=intent.detail)
        self._truth.custody_changed(cpr, intent.detail, self._driver.now())

    async def _hand_over(self, cpr: str, kind: CaseKind, to: Unit) -> None:
        """A week later the case has followed the child."""
        if all(
            c.kind is not kind or c.closed is not None or c.unit == to.sor_id for c in self._truth.cases(cpr)
        ):
            return
        if self._driver.now() + timedelta(seconds=_HAND_OVER_SECONDS) >= at(self._end, 0):
            return
        await self._driver.sleep(_HAND_OVER_SECONDS)
        left = [
            c for c in self._truth.cases(cpr) if c.kind is kind and c.closed is None and c.unit != to.sor_id
        ]
        for case in left:
            unit = self._world.by_sor(case.unit)
            if unit is not None and unit.system:
                await self._cases.close(unit, cpr, case.uuid)
        if left and to.system:
            await self._cases.open(to, kind, cpr)

    def _cpr(self, child: int) -> str:
        return f"{self._world.people.children.cpr[child].item():010d}"
