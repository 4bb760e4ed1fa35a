"""The booking system of child psychiatry: every version of every appointment.

An appointment is shared as a document. Moving it makes a new version with the same appointment id, and the
old version becomes *Deprecated*; cancelling deprecates the last one. A search finds only what is *Approved*,
so a cancelled appointment disappears: nobody outside ever sees a flag that says "cancelled".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from mocks.identifiers import check_sor
from mocks.limits import Refused
from mocks.overview.calls import checked_cpr
from mocks.people import Appointment, AppointmentStatus
from mocks.runtime import COPENHAGEN, Runtime, fresh


class Availability(StrEnum):
    """Whether a version counts."""

    APPROVED = "Approved"
    DEPRECATED = "Deprecated"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one appointment; only the newest can be approved."""

    appointment: Appointment
    version: int
    made: datetime
    availability: Availability = Availability.APPROVED

    @property
    def approved(self) -> bool:
        """Whether it counts."""
        return self.availability is Availability.APPROVED


class Change(StrEnum):
    """What happens to an appointment."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"


class Booking(msgspec.Struct, kw_only=True):
    """A new appointment. Times carry their zone; one without is Danish local time."""

    cpr: str
    unit: str
    start: datetime
    end: datetime | None = None
    place_street: str = ""
    place_post_code: str = ""
    place_city: str = ""
    reason: str = ""


class Move(msgspec.Struct, kw_only=True):
    """A new time. What is left out of the place stays as it was; the end does not, it belongs to the time."""

    start: datetime
    end: datetime | None = None
    place_street: str | None = None
    place_post_code: str | None = None
    place_city: str | None = None


#: Hears of each change, and of the version that it made or ended.
Listener = Callable[[Change, Version], None]


class AppointmentBook:
    """All appointments. The index is rebuilt from the store at start; ``changed`` hears what happens later."""

    def __init__(
        self, runtime: Runtime, appointments: Iterable[Appointment], changed: Listener = lambda *_: None
    ) -> None:
        self._runtime, self._changed = runtime, changed
        self._versions = runtime.store.collection("appointment_documents", Version)
        self._newest: dict[str, int] = {}
        for _, version in self._versions.items():
            self._index(version)
        for appointment in appointments:
            # A restart finds them in the store already, possibly moved or cancelled since.
            if appointment.uuid not in self._newest:
                self._put(appointment, 1)

    def __iter__(self) -> Iterator[Version]:
        return (version for _, version in self._versions.items())

    def book(self, booking: Booking) -> Version:
        """A new appointment. Errors: ``Refused``."""
        cpr = checked_cpr(booking.cpr)
        if (problem := check_sor(booking.unit)) is not None:
            raise Refused(400, problem, "$.unit", "send the SOR id of the performing unit")
        start, end = _times(booking.start, booking.end)
        uuid = fresh(self._runtime.ids, "appointment", self._newest)
        fields = msgspec.structs.asdict(booking) | {"cpr": cpr, "start": start, "end": end, "uuid": uuid}
        version = self._put(Appointment(**fields), 1)
        self._changed(Change.BOOKED, version)
        return version

    def find(self, uuid: str, version: int | None = None) -> Version | None:
        """That version, or else the newest one, approved or not."""
        number = self._newest.get(uuid) if version is None else version
        return None if number is None else self._versions.get(f"{uuid}/{number}")

    def move(self, found: Version, move: Move) -> Version:
        """The next version; the old one is deprecated. Errors: ``Refused``."""
        start, end = _times(move.start, move.end)
        places = {
            name: value
            for name in ("place_street", "place_post_code", "place_city")
            if (value := getattr(move, name)) is not None
        }
        moved = msgspec.structs.replace(found.appointment, start=start, end=end, **places)
        version = self._put(moved, found.version + 1)
        self._deprecate(found)
        self._changed(Change.MOVED, version)
        return version

    def cancel(self, found: Version) -> Version:
        """The appointment disappears from sharing."""
        cancelled = msgspec.structs.replace(found.appointment, status=AppointmentStatus.CANCELLED)
        version = self._deprecate(msgspec.structs.replace(found, appointment=cancelled))
        self._changed(Change.CANCELLED, version)
        return version

    def _put(self, appointment: Appointment, number: int) -> Version:
        gone = appointment.status is AppointmentStatus.CANCELLED
        version = Version(
            appointment=appointment,
            version=number,
            made=self._runtime.clock.now(),
            availability=Availability.DEPRECATED if gone else Availability.APPROVED,
        )
        self._versions.put(f"{appointment.uuid}/{number}", version)
        self._index(version)
        return version

    def _deprecate(self, version: Version) -> Version:
        old = msgspec.structs.replace(version, availability=Availability.DEPRECATED)
        self._versions.put(f"{old.appointment.uuid}/{old.version}", old)
        return old

    def _index(self, version: Version) -> None:
        uuid = version.appointment.uuid
        self._newest[uuid] = max(version.version, self._newest.get(uuid, 0))


def _times(start: datetime, end: datetime | None) -> tuple[datetime, datetime | None]:
    begins, ends = _local(start), None if end is None else _local(end)
    if ends is not None and ends <= begins:
        raise Refused(400, "the appointment ends before it starts", "$.end", "send a later end, or none")
    return begins, ends


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=COPENHAGEN) if moment.tzinfo is None else moment
