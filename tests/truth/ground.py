"""A child, and what holds for it: the ground of the tests of the oracle."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from mocks.people import Appointment, Case, CaseKind, Institution, Person, Placement
from mocks.runtime import COPENHAGEN
from mocks.units import Unit, UnitKind

CPR = "2512489996"
NOW = datetime(2025, 8, 31, 14, 30, tzinfo=COPENHAGEN)
CHILD = Person(
    cpr=CPR, given="Nanna", family="Test", birth_date=date(2012, 3, 4), sex="F", municipality="0851"
)
UNIT, OTHER = "900010021000016000", "900010031000016009"
PPR = Unit(
    sor_id=UNIT, name="PPR Aalborg", kind=UnitKind.PPR, system="alldialogue-aalborg", gln="5790001234567",
    municipality="0851", street="Nygade 1", post_code="9000", city="Aalborg", phone="01200001",
    email="ppr@aalborg.example", phone_hours="Man-fre 09:00-11:00",
)  # fmt: skip
SCHOOL = Placement(
    institution=Institution(number="100001", name="Nyskolen", kind="Folkeskole", municipality="0851"),
    group="3.B",
)


class Homes:
    """Everybody lives in Aalborg and goes to Nyskolen."""

    def find(self, cpr: str) -> Person | None:
        return CHILD if cpr == CPR else None

    def home_of(self, cpr: str) -> str | None:
        return "0851"

    def placement_of(self, cpr: str) -> Placement | None:
        return SCHOOL


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


def appointment(start: str, uuid: str = "a1", cpr: str = CPR, unit: str = UNIT) -> Appointment:
    begin = moment(start)
    return Appointment(uuid=uuid, cpr=cpr, unit=unit, start=begin, end=begin + timedelta(minutes=45))


def case(opened: str, closed: str | None = None, uuid: str = "c1", **fields: Any) -> Case:
    ended = date.fromisoformat(closed) if closed else None
    given: dict[str, Any] = {"kind": CaseKind.PPR, "owner": "0851", "unit": UNIT, "number": "27.00-1"}
    return Case(uuid=uuid, cpr=CPR, opened=date.fromisoformat(opened), closed=ended, **{**given, **fields})
