"""The pilot's own troubles as people meet them at their desks, and what they cost in time."""

from __future__ import annotations

from datetime import datetime

from mocks.drivers.ids import stream
from mocks.runtime import Fault
from mocks.units import Unit, UnitKind
from sim.faults import FaultPlan

#: Departments of a municipality; everybody else belongs to health care.
_MUNICIPAL = (UnitKind.PPR, UnitKind.FAMILY)


class Troubles:
    """Asks the faults of a run on behalf of people."""

    def __init__(self, plan: FaultPlan) -> None:
        self.plan = plan
        self._faults = plan.for_system("caseload")

    def strike(self, point: str, unit: Unit, **facts: str) -> Fault | None:
        """Whether something goes wrong at this unit's desk, now."""
        sector = "municipal" if unit.kind in _MUNICIPAL else "health"
        return self._faults.strike(point, {"sector": sector, "actor": unit.kind.value, **facts})

    def no_look(self, unit: Unit, letters: int, now: datetime, next_look: datetime) -> bool:
        """Whether nobody looks into a mailbox in which letters lie; they wait until somebody next does."""
        fault = self.strike("desk.inbox", unit)
        if fault is not None:
            waits = (next_look - now).total_seconds()
            self.plan.hit(fault.rule, letters=letters, seconds=letters * waits)
        return fault is not None

    def passed_on_by_hand(self, unit: Unit) -> float:
        """Seconds until a letter that was found in the mailbox is with whom it is for."""
        return self._costs_a_letter("desk.mailbox", unit)

    def attachment_fails(self, unit: Unit, receiver: Unit) -> bool:
        """Whether a letter has an attachment that the module cannot handle."""
        fault = self.strike("desk.attachment", unit, receiver=receiver.kind.value)
        if fault is not None:
            self.plan.hit(fault.rule, letters=1)
        return fault is not None

    def answers_on_the_channel(self, unit: Unit) -> bool:
        """Whether a contact by another channel is answered there."""
        fault = self.strike("desk.reply", unit)
        if fault is not None:
            self.plan.hit(fault.rule, letters=1)
        return fault is not None

    def mistypes(self, unit: Unit) -> float:
        """Seconds until a mistyped location number has been looked up again; 0 where it was copied rightly."""
        return self._costs_a_letter("desk.address", unit)

    def sor_learns_late(self, unit: Unit) -> float:
        """Seconds for which nobody tells SOR of a department's new contact."""
        fault = self.strike("sor.contact", unit)
        return fault.seconds if fault else 0.0

    def lacks_role(self, user: str) -> str:
        """The rule by which a user lacks the role in SEB; empty where none does."""
        return next((rule.id for rule in self.plan.at("seb.role") if self.plan.chosen(rule, user)), "")

    def _costs_a_letter(self, point: str, unit: Unit) -> float:
        fault = self.strike(point, unit)
        if fault is None:
            return 0.0
        self.plan.hit(fault.rule, letters=1, seconds=fault.seconds)
        return fault.seconds


def mistyped(gln: str, seed: int, letter: str) -> str:
    """A location number with two digits that stand side by side exchanged, as fingers do.

    Neighbours that differ by five are left alone: the check digit would miss that, and the letter might reach
    somebody else.
    """
    digits = list(gln)
    places = [n for n in range(3, len(digits) - 1) if abs(int(digits[n]) - int(digits[n + 1])) not in (0, 5)]
    if not places:
        return gln[:-1]
    place = places[stream(seed, "mistyped", letter).randrange(len(places))]
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    return "".join(digits)
