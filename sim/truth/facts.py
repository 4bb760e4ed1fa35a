"""Everything that is true, and what was true before: appointments, cases, schools, homes, contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Protocol

import msgspec

from mocks.people import Appointment, AppointmentStatus, Case, Person, Placement
from mocks.units import Unit
from sim.truth.blocks import Blocks
from sim.truth.consents import Consents
from sim.truth.timeline import EVER, Timeline


class People(Protocol):
    """Everybody as they were when the run began."""

    def find(self, cpr: str) -> Person | None: ...

    def home_of(self, cpr: str) -> str | None: ...

    def placement_of(self, cpr: str) -> Placement | None: ...


class Truth:
    """What holds, by citizen or by unit. ``connected``: the municipalities that deliver cases; ``consents`` and
    ``blocks``: what families gave and forbade, put there by whoever draws it."""

    def __init__(
        self,
        appointments: Iterable[Appointment] = (),
        cases: Iterable[Case] = (),
        units: Iterable[Unit] = (),
        people: People | None = None,
        connected: Iterable[str] = (),
    ) -> None:
        self._appointments: dict[str, dict[str, Timeline[Appointment]]] = {}
        self._cases: dict[str, dict[str, Timeline[Case]]] = {}
        self._units = {unit.sor_id: Timeline(unit) for unit in units}
        self._homes: dict[str, Timeline[str]] = {}
        self._custody: dict[str, Timeline[tuple[str, ...]]] = {}
        self._placements: dict[str, Timeline[Placement | None]] = {}
        self._people = people
        self.connected = frozenset(connected)
        self.consents = Consents()
        self.blocks = Blocks()
        for appointment in appointments:
            self.booked(appointment)
        for case in cases:
            self.case(case)

    # What happens

    def booked(self, appointment: Appointment, at: datetime = EVER) -> None:
        """An appointment was booked or moved."""
        known = self._appointments.setdefault(appointment.cpr, {})
        if appointment.uuid in known:
            known[appointment.uuid].change(appointment, at)
        else:
            known[appointment.uuid] = Timeline(appointment, at)

    def cancelled(self, cpr: str, uuid: str, at: datetime = EVER) -> None:
        """An appointment was cancelled: it must be shown no more."""
        known = self._appointments[cpr][uuid]
        known.change(msgspec.structs.replace(known.last, status=AppointmentStatus.CANCELLED), at)

    def case(self, case: Case, at: datetime = EVER) -> None:
        """A case was opened."""
        self._cases.setdefault(case.cpr, {})[case.uuid] = Timeline(case, at)

    def close(self, cpr: str, uuid: str, day: date, at: datetime = EVER) -> None:
        """A case was closed; ``day`` is its last day."""
        known = self._cases[cpr][uuid]
        known.change(msgspec.structs.replace(known.last, closed=day), at)

    def moved_home(self, cpr: str, municipality: str, at: datetime) -> None:
        """The child lives in another municipality from now on."""
        known = self._homes.setdefault(cpr, Timeline(self._home_before(cpr)))
        known.change(municipality, at)

    def changed_school(self, cpr: str, placement: Placement | None, at: datetime) -> None:
        """The child goes to another school or day-care, or group, from now on."""
        known = self._placements.setdefault(cpr, Timeline(self._placement_before(cpr)))
        known.change(placement, at)

    def went_before(self, cpr: str, placement: Placement, until: datetime) -> None:
        """Before the run the child went elsewhere; since ``until`` it goes where the world says."""
        known = self._placements[cpr] = Timeline[Placement | None](placement)
        known.change(self._placement_before(cpr), until)

    def custody_changed(self, cpr: str, holders: tuple[str, ...], at: datetime) -> None:
        """Other people have custody of the child from now on."""
        known = self._custody.setdefault(cpr, Timeline(self._custody_before(cpr)))
        known.change(holders, at)

    def unit_changed(self, unit: Unit, at: datetime) -> None:
        """A unit has another telephone number, address or location number from now on."""
        self._units[unit.sor_id].change(unit, at)

    # What holds

    def appointments(self, cpr: str) -> Iterator[Timeline[Appointment]]:
        """The citizen's appointments, cancelled ones too."""
        yield from self._appointments.get(cpr, {}).values()

    def cases(self, cpr: str) -> Iterator[Case]:
        """The citizen's cases, closed ones too."""
        return (known.last for known in self._cases.get(cpr, {}).values())

    def cases_since(self, cpr: str) -> Iterator[Timeline[Case]]:
        """The same with their past."""
        yield from self._cases.get(cpr, {}).values()

    def unit(self, sor_id: str) -> Timeline[Unit] | None:
        """A unit and what it was before; ``None`` for one that nobody told of."""
        return self._units.get(sor_id)

    def above(self, sor_id: str) -> str:
        """The SOR id above a unit; empty where nobody told of one."""
        known = self._units.get(sor_id)
        return known.last.parent_sor_id if known else ""

    def home(self, cpr: str) -> Timeline[str]:
        """The 4-digit code of the home municipality; empty where it is not known."""
        return self._homes.get(cpr) or Timeline(self._home_before(cpr))

    def placement(self, cpr: str) -> Timeline[Placement | None]:
        """School or day-care."""
        return self._placements.get(cpr) or Timeline(self._placement_before(cpr))

    def custody(self, cpr: str) -> Timeline[tuple[str, ...]]:
        """The CPR numbers of the custody holders."""
        return self._custody.get(cpr) or Timeline(self._custody_before(cpr))

    def appointment(self, cpr: str, uuid: str) -> Appointment:
        """One appointment as it is now."""
        return self._appointments[cpr][uuid].last

    def open_cases(self) -> list[Case]:
        """Cases that are not closed, in the order in which they became known."""
        return [t.last for cases in self._cases.values() for t in cases.values() if t.last.closed is None]

    def identifiers(self, cpr: str, solution: str) -> list[str]:
        """What a copy of a look-up would be known by: identifiers of the citizen's appointments or cases."""
        if solution == "aftaleoverblik":
            return list(self._appointments.get(cpr, {}))
        return [part for case in self.cases(cpr) for part in (case.uuid, case.number) if part]

    def _home_before(self, cpr: str) -> str:
        return (self._people.home_of(cpr) or "") if self._people else ""

    def _placement_before(self, cpr: str) -> Placement | None:
        return self._people.placement_of(cpr) if self._people else None

    def _custody_before(self, cpr: str) -> tuple[str, ...]:
        person = self._people.find(cpr) if self._people else None
        return person.custody if person else ()
