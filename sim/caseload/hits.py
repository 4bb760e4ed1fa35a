"""Which trouble a look-up met: an old contact, a missing role, a slow register, a wrong entry and its support case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from sim.caseload.desks import World as Driver
from sim.caseload.log import Lookup
from sim.caseload.troubles import Troubles
from sim.faults import FaultPlan
from sim.nation.world import World
from sim.registers import Registers
from sim.truth import Access, Kind, Part, Truth

#: SOR publishes within 28.5 hours: what is stale for longer was not registered.
_SOR_SECONDS = 28.5 * 3600


class Hits:
    """Counts the effects of troubles on look-ups, and opens the support cases that they lead to."""

    def __init__(self, driver: Driver, registers: Registers, troubles: Troubles, end: datetime) -> None:
        self._end = end
        self._driver, self._registers, self._troubles = driver, registers, troubles
        self._plan = troubles.plan
        self._open: set[str] = set()

    def by(self, lookup: Lookup, user: str) -> None:
        """Count what this look-up met."""
        if lookup.access is Access.DENIED and (rule := self._troubles.lacks_role(user)):
            self._plan.hit(rule, lookups=1)
            self._plan.struck[rule] += 1
        if lookup.seconds >= 1.0:
            for slow in self._plan.at("register.answer"):
                self._plan.hit(slow.id, lookups=1, seconds=lookup.seconds)
        if lookup.judgement is None:
            return
        for late in self._plan.at("sor.contact"):
            stale = [
                d for d in lookup.judgement.deviations if d.part is Part.CONTACT and d.kind is Kind.STALE
            ]
            if any(d.seconds > _SOR_SECONDS for d in stale):
                self._plan.hit(late.id, lookups=1)
        if self._registers.placements.wrong(lookup.child):
            self._wrong_school(lookup)

    def _wrong_school(self, lookup: Lookup) -> None:
        """Somebody reads the wrong school and tells support; until the case is closed it stays as it is."""
        shown = lookup.judgement and any(d.part is Part.SCHOOL for d in lookup.judgement.deviations)
        for rule in self._plan.at("stil.placement") if shown else ():
            self._plan.hit(rule.id, lookups=1)
            if lookup.child not in self._open:
                self._open.add(lookup.child)
                self._plan.hit(rule.id, seconds=rule.seconds)
                self._driver.spawn("support case", self._support(lookup.child, rule.seconds))

    async def _support(self, cpr: str, seconds: float) -> None:
        if self._driver.now() + timedelta(seconds=seconds) >= self._end:
            return  # it is still open when the run ends
        await self._driver.sleep(seconds)
        self._registers.placements.corrected(cpr)


def mislaid(
    world: World,
    plan: FaultPlan,
    registers: Registers,
    truth: Truth,
    children: Iterable[int],
    start: datetime,
) -> None:
    """Some children stand at their former school in the institution register when the run begins; they left it
    between a week and four months before."""
    rules = plan.at("stil.placement")
    if not rules:
        return
    (rule, *_) = rules
    for row in children:
        cpr = f"{world.people.children.cpr[row].item():010d}"
        now = world.placement(row)
        if now is None or not plan.chosen(rule, str(row)):
            continue
        alike = [
            place
            for place in world.institutions
            if place.kind == now.institution.kind and place.municipality == now.institution.municipality
        ]
        former = alike[(row * 7 + 1) % len(alike)]
        if former.number == now.institution.number:
            continue
        plan.struck[rule.id] += 1
        before = msgspec.structs.replace(now, institution=former)
        registers.placements.has_wrongly(cpr, before)
        truth.went_before(cpr, before, start - timedelta(days=7 + row % 113))
