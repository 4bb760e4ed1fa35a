"""The citizen as the registers tell of one: person, custody, school or day-care, cases, appointments.

These are the records that registers hand out and that ``sim.nation`` fills; each register has its own
wire form.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the CPR replica. ``municipality`` is the home municipality's 4-digit code;
    ``custody`` holds the CPR numbers of the custody holders; ``gp`` is the SOR id of the GP clinic."""

    cpr: str
    given: str
    family: str
    birth_date: date
    sex: str  # "F" or "M"
    municipality: str
    street: str = ""
    post_code: str = ""
    city: str = ""
    custody: tuple[str, ...] = ()
    gp: str = ""

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    def age(self, on: date) -> int:
        """As ``age_on``."""
        return age_on(self.birth_date, on)


def age_on(birth_date: date, on: date) -> int:
    """Whole years on that day; born 29 February, the birthday is 1 March in other years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


class Institution(msgspec.Struct, frozen=True, kw_only=True):
    """A school or day-care in the institution register (wsiINST names in comments)."""

    number: str  # instnr, 6 digits
    name: str  # instnavn
    kind: str  # typenavn
    municipality: str  # kommunenr as 4 digits: where it lies
    admin_municipality: str = ""  # admkommunenr
    street: str = ""
    post_code: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""

    @property
    def address(self) -> str:
        return f"{self.street}, {self.post_code} {self.city}" if self.street else ""


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a child goes: the institution and the group there (hovedgruppenavn, "3.U")."""

    institution: Institution
    group: str = ""


class CaseKind(StrEnum):
    PPR = "ppr"
    FAMILY = "family"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A municipal case as the overview needs it.

    ``owner`` is the municipality that leads it (for PPR: that of the school), ``unit`` the SOR id of the
    department; ``closed`` is ``None`` while it is active.
    """

    uuid: str
    cpr: str
    kind: CaseKind
    owner: str
    unit: str
    number: str
    opened: date
    closed: date | None = None
    worker: str = ""
    worker_phone: str = ""


class AppointmentStatus(StrEnum):
    """``BOOKED`` until it was held. A cancelled appointment disappears from sharing."""

    BOOKED = "booked"
    HELD = "held"
    CANCELLED = "cancelled"


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment in the hospital's booking system. ``uuid`` stays when it is moved."""

    uuid: str
    cpr: str
    unit: str  # SOR id of the performing unit
    start: datetime
    end: datetime | None
    status: AppointmentStatus = AppointmentStatus.BOOKED
    place_street: str = ""
    place_post_code: str = ""
    place_city: str = ""
    reason: str = ""
