"""What was true when somebody looked: the oracle that every overview is compared with.

It hears of each booking and each case as the person at the desk knows it, and computes on its own what an
overview must show at a moment. It shares no code with the overviews, or it would share their mistakes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from mocks.people import Appointment, AppointmentStatus, Case, CaseKind, Person
from mocks.runtime import COPENHAGEN

WINDOW_MONTHS = 6

#: From this birthday on the overviews show nothing (the boundary itself is an assumption).
ADULT = 18


def half_a_year_before(day: date) -> date:
    """Six calendar months back; a day that the month lacks becomes its last day."""
    year, month = (
        (day.year, day.month - WINDOW_MONTHS) if day.month > WINDOW_MONTHS else (day.year - 1, day.month + 6)
    )
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, day.day)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a look-up showed what was true; ``deviation`` says what differs, without naming the citizen."""

    true: bool
    window_kept: bool
    deviation: str = ""


class Truth:
    """Appointments and cases as they are, by citizen."""

    def __init__(self, appointments: Iterable[Appointment], cases: Iterable[Case]) -> None:
        self._appointments: dict[str, dict[str, Appointment]] = {}
        self._cases: dict[str, dict[str, Case]] = {}
        for appointment in appointments:
            self.booked(appointment)
        for case in cases:
            self.case(case)

    def booked(self, appointment: Appointment) -> None:
        """An appointment was booked or moved."""
        self._appointments.setdefault(appointment.cpr, {})[appointment.uuid] = appointment

    def cancelled(self, cpr: str, uuid: str) -> None:
        """An appointment was cancelled: it must be shown no more."""
        found = self._appointments[cpr][uuid]
        self._appointments[cpr][uuid] = msgspec.structs.replace(found, status=AppointmentStatus.CANCELLED)

    def appointment(self, cpr: str, uuid: str) -> Appointment:
        return self._appointments[cpr][uuid]

    def case(self, case: Case) -> None:
        """A case was opened or changed."""
        self._cases.setdefault(case.cpr, {})[case.uuid] = case

    def close(self, cpr: str, uuid: str, day: date) -> None:
        """A case was closed; ``day`` is its last day."""
        cases = self._cases[cpr]
        cases[uuid] = msgspec.structs.replace(cases[uuid], closed=day)

    # Comparing

    def appointments_shown(self, child: Person, rows: list[dict[str, str]], now: datetime) -> Comparison:
        """Compare the rows of the aftaleoverblik (column ``Starttidspunkt``) with the truth at ``now``."""
        first = datetime.combine(half_a_year_before(now.date()), datetime.min.time(), COPENHAGEN)
        standing = [
            a
            for a in self._appointments.get(child.cpr, {}).values()
            if a.status is not AppointmentStatus.CANCELLED and child.age(now.date()) < ADULT
        ]
        expected = sorted((a.start for a in standing if a.start >= first), reverse=True)
        shown = [
            datetime.strptime(row["Starttidspunkt"], "%d-%m-%Y %H:%M").replace(tzinfo=COPENHAGEN)
            for row in rows
        ]
        kept = all(start >= first for start in shown)
        wanted = [start.replace(second=0, microsecond=0) for start in expected]
        if shown == wanted:
            return Comparison(True, kept)
        if sorted(shown) == sorted(wanted):
            return Comparison(False, kept, "the rows are not newest first")
        return Comparison(False, kept, f"{len(wanted)} appointments should stand there, {len(shown)} did")

    def card_shown(
        self, child: Person, blocks: dict[CaseKind, dict[str, Any] | None], now: datetime
    ) -> Comparison:
        """Compare the case blocks of the card with the truth.

        ``blocks`` gives for each kind ``None`` where the card shows no case, else ``since`` (a date) and
        ``units`` (the SOR ids of the departments shown).
        """
        first = half_a_year_before(now.date())
        kept, deviations = True, []
        for kind, block in blocks.items():
            standing = [
                c
                for c in self._cases.get(child.cpr, {}).values()
                if c.kind is kind
                and child.age(now.date()) < ADULT
                and c.opened <= now.date()
                and (c.closed is None or c.closed >= first)
            ]
            if not standing:
                if block is not None:
                    deviations.append(f"{kind}: a case is shown and there is none")
                    kept = False
            elif block is None:
                deviations.append(f"{kind}: no case is shown and there is one")
            elif block["since"] != min(c.opened for c in standing):
                deviations.append(f"{kind}: shown since {block['since']}")
            elif block["units"] != {c.unit for c in standing}:
                deviations.append(f"{kind}: another department is shown than has the case")
        return Comparison(not deviations, kept, "; ".join(deviations))

    def open_cases(self) -> list[Case]:
        """Cases that are not closed, in the order in which they became known."""
        return [c for cases in self._cases.values() for c in cases.values() if c.closed is None]

    def identifiers(self, cpr: str, solution: str) -> list[str]:
        """What a copy of a look-up would be known by: identifiers of the citizen's appointments or cases."""
        if solution == "aftaleoverblik":
            return list(self._appointments.get(cpr, {}))
        return [part for c in self._cases.get(cpr, {}).values() for part in (c.uuid, c.number) if part]
