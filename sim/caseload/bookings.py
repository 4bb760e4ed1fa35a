"""BUP's appointments over a run: those that stand in the book at its start, and what happens to it later."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from mocks.drivers.ids import SeededIds
from mocks.people import Appointment, AppointmentStatus
from mocks.runtime import COPENHAGEN
from mocks.units import Unit
from sim.caseload.calendar import at, is_working_day
from sim.caseload.parameters import Parameters
from sim.caseload.plan import Intent, poisson
from sim.nation.streams import Draw

#: How far around the run appointments lie: the overview looks six months back and has no end ahead.
_BEFORE, _AFTER = timedelta(days=270), timedelta(days=120)


def plan_bookings(
    seed: int,
    parameters: Parameters,
    start: date,
    end: date,
    patients: list[tuple[int, str]],
    units: list[Unit],
) -> tuple[list[Appointment], list[Intent]]:
    """Draw the appointments of ``patients`` (child index, CPR).

    Returns the book at the start of the run, and the intents ``book``, ``move`` and ``cancel`` during it.
    A ``move`` or ``cancel`` names the appointment by child and number, since its identifier is the booking
    system's. Detail of ``book``: (number, start, end); of ``move``: (number, new start, new end).
    """
    draw = Draw(seed, "caseload/bookings")
    ids = SeededIds(seed, "bookings")
    first, last = start - _BEFORE, end + _AFTER
    span = (last - first).days
    per_child = parameters.number("appointments_per_child") * span / 182.5
    begin, stop = at(start, 0).timestamp(), at(end, 0).timestamp()
    book: list[Appointment] = []
    intents: list[Intent] = []
    for child, cpr in patients:
        count = poisson(per_child, draw)
        if not count:
            continue
        unit = units[int(draw.below(1, len(units))[0])]
        numbers = draw.unit(count * 6).reshape(count, 6)
        for number, (u_day, u_hour, u_lead, u_fate, u_when, u_other) in enumerate(numbers.tolist()):
            moment = _visit(first, span, u_day, u_hour)
            length = timedelta(minutes=45)
            known = _office(moment - timedelta(days=7 + 60 * u_lead))
            fate = "move" if u_fate < (moved := parameters.number("appointment_moved")) else "hold"
            if moved <= u_fate < moved + parameters.number("appointment_cancelled"):
                fate = "cancel"
            changed = _office(known + (moment - known) * (0.2 + 0.7 * u_when))
            later = _visit(moment.date() + timedelta(days=3), 30, u_other, u_hour)
            if known.timestamp() >= stop:
                continue
            if known.timestamp() < begin:
                settled = changed.timestamp() < begin
                if fate == "cancel" and settled:
                    continue  # it had disappeared before the run
                stands = later if fate == "move" and settled else moment
                book.append(
                    Appointment(
                        uuid=ids.uuid("initial"),
                        cpr=cpr,
                        unit=unit.sor_id,
                        start=stands,
                        end=stands + length,
                        status=AppointmentStatus.BOOKED,
                        place_street=unit.street,
                        place_post_code=unit.post_code,
                        place_city=unit.city,
                    )
                )
                if settled or fate == "hold":
                    continue
                name: int | str = book[-1].uuid
            else:
                intents.append(
                    Intent(
                        known.timestamp(),
                        "book",
                        "bup",
                        "",
                        unit.sor_id,
                        child,
                        (number, moment, moment + length),
                    )
                )
                name = number
            if fate != "hold" and begin <= changed.timestamp() < stop:
                detail = (name, later, later + length) if fate == "move" else (name,)
                intents.append(Intent(changed.timestamp(), fate, "bup", "", unit.sor_id, child, detail))
    return book, intents


def _office(moment: datetime) -> datetime:
    """The same minute and second in office hours of that day, or of the next working day."""
    day = moment.date()
    while not is_working_day(day):
        day += timedelta(days=1)
    return moment.replace(
        year=day.year, month=day.month, day=day.day, hour=8 + moment.hour % 7, microsecond=0
    )


def _visit(first: date, span: int, u_day: float, u_hour: float) -> datetime:
    """A working day near that share of the span, on a half hour between 8 and 15."""
    day = first + timedelta(days=int(u_day * span))
    while not is_working_day(day):
        day += timedelta(days=1)
    half_hours = int(u_hour * 14)
    return datetime(
        day.year, day.month, day.day, 8 + half_hours // 2, 30 * (half_hours % 2), tzinfo=COPENHAGEN
    )
