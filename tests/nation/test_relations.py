"""What BRS hears of child psychiatry's appointments."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from mocks.access.relations import Category, RelationLookUp, graded
from mocks.access.users import UserKind
from mocks.people import AppointmentStatus
from sim.relations import reported_contacts
from tests.overview.world import BUP, CHILD, appointment, moment

FIRST, SECOND = appointment(1, "2025-05-05T09:00"), appointment(2, "2025-06-02T09:00")


def grade(at: str, later: int) -> Category:
    look_up = RelationLookUp(
        id="1", patient=CHILD, professional="", kind=UserKind.BUP_NURSE, at=moment(at), organisation=BUP
    )
    contacts = reported_contacts([FIRST, SECOND])
    return graded(look_up, contacts, moment(at) + timedelta(days=later), 62)


def test_a_look_up_on_the_day_of_an_appointment_is_evidenced_when_that_is_reported() -> None:
    assert grade("2025-05-05T10:00", later=1) is Category.D
    assert grade("2025-05-05T10:00", later=14) is Category.A


def test_between_appointments_the_course_is_the_evidence_and_after_it_history() -> None:
    assert grade("2025-05-20T10:00", later=0) is Category.B_PLUS
    assert grade("2025-06-20T10:00", later=0) is Category.C


def test_a_cancelled_appointment_is_no_contact() -> None:
    cancelled = msgspec.structs.replace(FIRST, status=AppointmentStatus.CANCELLED)
    assert reported_contacts([cancelled]) == ()
