"""What the hospitals' contact register (LPR3) tells BRS of child psychiatry's appointments.

An assumption: a contact is reported two weeks after its day, and a child's appointments at one unit are one course.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from mocks.access.relations import Contact, Source
from mocks.people import Appointment, AppointmentStatus
from mocks.runtime import start_of

REPORTED_AFTER = timedelta(days=14)


def reported_contacts(appointments: Iterable[Appointment]) -> tuple[Contact, ...]:
    """One contact for each day of an appointment, and one for each course; cancelled ones are none."""
    courses: dict[tuple[str, str], list[Appointment]] = {}
    for appointment in appointments:
        if appointment.status is not AppointmentStatus.CANCELLED:
            courses.setdefault((appointment.cpr, appointment.unit), []).append(appointment)
    found = []
    for (cpr, unit), course in courses.items():
        days = sorted({appointment.start.date() for appointment in course})
        for day in days:
            known = start_of(day) + REPORTED_AFTER
            found.append(
                Contact(source=Source.LPR3, patient=cpr, organisation=unit, on=day, known_from=known)
            )
        known = start_of(days[0]) + REPORTED_AFTER
        found.append(
            Contact(
                source=Source.LPR3,
                patient=cpr,
                organisation=unit,
                on=days[0],
                until=days[-1],
                course=True,
                known_from=known,
            )
        )
    return tuple(found)
