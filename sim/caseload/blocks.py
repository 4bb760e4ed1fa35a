"""A few families block: everything, what one psychiatric unit has, or whoever works in one municipal department.

MinSpaerring is the citizen's own register; nothing that is shown tells that something was blocked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mocks.runtime import COPENHAGEN
from sim.caseload.calendar import next_moment
from sim.caseload.desks import Desks
from sim.caseload.desks import World as Driver
from sim.nation.streams import Draw
from sim.nation.world import World

#: Of the blocks: everything for everybody; one unit's data; one department as receiver.
_KINDS = (0.4, 0.7)


@dataclass(frozen=True, slots=True)
class Block:
    """``what``: the SOR id of the unit whose data are blocked, empty for all; ``who``: that of the department
    that may not look, empty for everybody. ``entered``: from when on, ``None`` for before the run."""

    cpr: str
    what: str = ""
    who: str = ""
    entered: datetime | None = None


def plan_blocks(
    world: World, share: float, seed: int, start: date, end: date, children: Iterable[int]
) -> list[Block]:
    """The blocks about ``children`` (rows); each child has a stream of its own."""
    found = []
    units = world.bup
    for row in children:
        u = Draw(seed, f"caseload/blocks/{row}").unit(4).tolist()
        if u[0] >= share:
            continue
        child = world.child(row)
        what = units[int(u[2] * len(units))].sor_id if _KINDS[0] <= u[1] < _KINDS[1] else ""
        who = world.ppr_of(child.municipality).sor_id if u[1] >= _KINDS[1] else ""
        entered = None
        if u[3] < 0.3:
            day = start + timedelta(days=int(u[3] / 0.3 * (end - start).days))
            morning = datetime(day.year, day.month, day.day, tzinfo=COPENHAGEN)
            entered = next_moment(morning, tuple(range(8, 16)))
        found.append(Block(child.cpr, what, who, entered))
    return found


async def enter(driver: Driver, blocks: Iterable[Block]) -> None:
    """Citizens register their blocks: those of before the run now, the others in their time."""
    for number, block in enumerate(blocks):
        if block.entered is None:
            await _register(driver, block)
        else:
            driver.spawn(f"block {number}", _later(driver, block, block.entered))


async def _later(driver: Driver, block: Block, entered: datetime) -> None:
    await driver.sleep(max(0.0, (entered - driver.now()).total_seconds()))
    await _register(driver, block)


async def _register(driver: Driver, block: Block) -> None:
    body: dict[str, Any] = {"citizenCpr": block.cpr, "consentType": 0, "validFrom": driver.now()}
    if block.what:
        body["whatItem"] = {"source": "sor", "value": block.what}
    if block.who:
        body["whoItem"] = {"source": "sor", "value": block.who}
    await Desks(driver).post("nsp", "/minsp/registrer", body)
