"""How a vendor's own system did in a rehearsal: one check for each location number that it took over.

Our mocks' part is judged elsewhere; these are the assertions that concern the vendor.
"""

from __future__ import annotations

from mocks.units import Unit
from scenarios.result import Figure, FigureResult
from sim.journey import PATIENCE, Journey
from sim.near_miss import remarks
from sim.rehearsal import Rehearsal

SOURCE = "MedCom reliable messaging: an acknowledgement within 30 minutes; identifiers are never used twice"


def every_letter_acknowledged_in_time(observed: dict[str, int]) -> bool:
    """All that was delivered is acknowledged in time, and nothing is remarked of the vendor."""
    return observed["acknowledged_in_time"] == observed["delivered"] and observed["remarks"] == 0


def judge(run: Rehearsal, external: list[str]) -> tuple[FigureResult, ...]:
    """One row for each of the vendors' numbers, in their order."""
    journeys = run.journal.journeys()
    return tuple(_check(gln, run.world.by_gln(gln), journeys).judge(run) for gln in external)


def _check(gln: str, unit: Unit | None, journeys: list[Journey]) -> Figure[Rehearsal]:
    def observe(_: Rehearsal) -> dict[str, int] | None:
        delivered = [j for j in journeys if j.to_vendor and gln in {j.party(s) for s in j.vendor_stations}]
        written = [j for j in journeys if j.from_vendor and j.sender == gln]
        if not delivered and not written:
            return None
        of_vendor = [r for j in (*delivered, *written) for r in remarks(j) if r.party.split(" ")[0] == gln]
        return {
            "delivered": len(delivered),
            "acknowledged_in_time": sum(map(_in_time, delivered)),
            "written": len(written),
            "remarks": len(of_vendor),
        }

    check: Figure[Rehearsal] = Figure(
        id=f"vendor {gln}",
        what=f"The vendor's own system in the place of {unit.name if unit else gln} ({gln})",
        source=SOURCE,
        expected="every letter acknowledged within 30 minutes, nothing sent twice",
        observe=observe,
        holds=every_letter_acknowledged_in_time,
    )
    return check


def _in_time(journey: Journey) -> bool:
    arrived, answered = journey.at("delivered"), journey.at("acknowledged")
    return arrived is not None and answered is not None and answered - arrived <= PATIENCE
