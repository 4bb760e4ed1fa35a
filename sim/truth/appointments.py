"""The aftaleoverblik compared: which appointments should have stood there, and whom to call about each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from mocks.people import Appointment, AppointmentStatus, Person
from mocks.runtime import COPENHAGEN
from mocks.units import Unit
from sim.truth.facts import Truth
from sim.truth.judgement import Deviation, Judgement, Kind, Part
from sim.truth.timeline import Timeline, seconds_since
from sim.truth.window import ADULT, half_a_year_before

#: Cells of a row that tell of the performing unit, and where the truth has them.
_EMPTY = "-"
_CONTACTS: tuple[tuple[str, Callable[[Unit], str]], ...] = (
    ("Udførende enhed", lambda u: u.name),
    ("Kontakttelefon", lambda u: u.phone or _EMPTY),
    ("Kontaktmail", lambda u: u.email or _EMPTY),
    ("Lokationsnummer", lambda u: u.gln or _EMPTY),
)


def appointments_shown(
    truth: Truth, child: Person, rows: Sequence[Mapping[str, str]], now: datetime, department: str = ""
) -> Judgement:
    """Compare the rows of the tab, by the texts of its columns, with what holds at ``now``, for somebody of that
    department (SOR id): what the citizen hides from it must not stand there.

    A column that a row lacks is not compared: what was left out on purpose is not missing.
    """
    first = datetime.combine(half_a_year_before(now.date()), datetime.min.time(), COPENHAGEN)
    grown = child.age(now.date()) >= ADULT
    known = list(truth.appointments(child.cpr))
    standing = [t for t in known if not grown and _stands(t.value(now), first)]
    hidden = [t for t in standing if truth.blocks.hides(child.cpr, t.value(now).unit, department, now)]
    waiting = [t for t in standing if t not in hidden]
    should = len(waiting)
    deviations: list[Deviation] = []
    strange: list[datetime] = []
    kept = True
    starts = [_moment(row["Starttidspunkt"]) for row in rows]
    for row, start in zip(rows, starts, strict=True):
        kept = kept and start >= first
        found = next((t for t in waiting if _is(t.value(now), start, row)), None)
        if found is None and any(_is(t.value(now), start, row) for t in hidden):
            text = "an appointment is shown that the citizen has blocked"
            deviations.append(Deviation(Kind.FORBIDDEN, Part.APPOINTMENT, text))
            continue
        if found is None:
            strange.append(start)
            continue
        waiting.remove(found)
        deviations += _contacts(truth, found.value(now), row, now)
    for start in strange:
        deviations.append(_strange(known, waiting, start, now))
    deviations += (
        Deviation(
            Kind.MISSING, Part.APPOINTMENT, "an appointment is not shown", seconds_since(t.since(now), now)
        )
        for t in waiting
    )
    if starts != sorted(starts, reverse=True):
        deviations.append(Deviation(Kind.DISORDERED, Part.APPOINTMENT, "the rows are not newest first"))
    return Judgement(tuple(deviations), kept, should, len(rows), len(hidden))


def _stands(appointment: Appointment, first: datetime) -> bool:
    return appointment.status is not AppointmentStatus.CANCELLED and appointment.start >= first


def _is(appointment: Appointment, start: datetime, row: Mapping[str, str]) -> bool:
    if appointment.start.replace(second=0, microsecond=0) != start:
        return False
    said = row.get("Sluttidspunkt")
    if said is None:
        return True
    end = None if said == _EMPTY else _moment(said)
    return (appointment.end and appointment.end.replace(second=0, microsecond=0)) == end


def _strange(
    known: list[Timeline[Appointment]],
    waiting: list[Timeline[Appointment]],
    start: datetime,
    now: datetime,
) -> Deviation:
    """What a row tells of that does not hold: an appointment as it was before, or one that never was."""
    for timeline in known:
        ended = timeline.ended(lambda a: a.start.replace(second=0, microsecond=0) == start, now)
        here = timeline.value(now)
        if ended is None:
            continue
        seconds = seconds_since(ended, now)
        if here.status is AppointmentStatus.CANCELLED:
            return Deviation(
                Kind.CANCELLED, Part.APPOINTMENT, "an appointment is shown that was cancelled", seconds
            )
        if timeline in waiting:  # it stands there, at its old time: one fault, not two
            waiting.remove(timeline)
        return Deviation(
            Kind.STALE, Part.APPOINTMENT, "an appointment is shown at the time it had before", seconds
        )
    return Deviation(
        Kind.UNFOUNDED, Part.APPOINTMENT, "a row tells of no appointment that should stand there"
    )


def _contacts(
    truth: Truth, appointment: Appointment, row: Mapping[str, str], now: datetime
) -> Iterator[Deviation]:
    unit = truth.unit(appointment.unit)
    if unit is None:
        return
    for column, tells in _CONTACTS:
        if (said := row.get(column)) is not None:
            yield from contact(unit, column, said, tells, _EMPTY, now)


def contact(
    unit: Timeline[Unit], label: str, said: str, tells: Callable[[Unit], str], empty: str, now: datetime
) -> Iterator[Deviation]:
    """Compare one text about a unit with what ``tells`` reads from it. ``empty`` stands for no text."""
    if said == tells(unit.value(now)):
        return
    ended = unit.ended(lambda u: tells(u) == said, now)
    if ended is not None:
        yield Deviation(Kind.STALE, Part.CONTACT, f"{label}: as it was before", seconds_since(ended, now))
    elif said in (empty, f"SOR {unit.value(now).sor_id}"):  # the id stands in for the name
        yield Deviation(Kind.MISSING, Part.CONTACT, f"{label}: not shown")
    else:
        yield Deviation(Kind.UNFOUNDED, Part.CONTACT, f"{label}: another than the unit has or had")


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=COPENHAGEN)
