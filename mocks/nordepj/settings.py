"""What NordEPJ's booking system and document source are started with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from mocks.people import Appointment, Person
from mocks.units import Unit


class Patients(Protocol):
    """The hospital's own index of its patients."""

    def find(self, cpr: str) -> Person | None:
        """The patient with that number, if the hospital knows one."""
        ...


class NoPatients:
    """A hospital that knows nobody by name."""

    def find(self, cpr: str) -> Person | None:
        return None


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """How appointments are shared.

    ``repository`` and ``source_id`` are our own numbers below the test root; ``home_community`` is that of
    the national test environment TEST1. ``platform`` is the system that entries are registered at.
    ``custodian`` is the SOR id of whoever keeps the documents, a region at the top of SOR, and
    ``custodian_name`` its name.
    ``offers``: whether changes are registered at all. ``retry_seconds`` are the pauses while the platform
    does not answer, the last one again and again, ``most_attempts`` times in all; then it is tried again
    with the next change or at the next start. All of them are assumptions.
    ``sor_seconds``: how long SOR may take to tell of a unit that is not NordEPJ's own; what it said is
    trusted for ``sor_hours``.
    """

    platform: str = "nsp"
    repository: str = "1.2.208.176.43210.8.10.51"
    source_id: str = "1.2.208.176.43210.8.10.52"
    home_community: str = "1.2.208.176.43210.8.10"
    custodian: str = ""
    custodian_name: str = ""
    offers: bool = True
    answer_seconds: float = 30.0
    retry_seconds: tuple[float, ...] = (60.0, 300.0, 900.0)
    most_attempts: int = 1_000
    sor_seconds: float = 5.0
    sor_hours: float = 24.0


@dataclass(frozen=True, slots=True)
class BookSettings:
    """The booking system. ``appointments``: the book at the start, registered at the platform already.
    ``units``: those of the house; ``patients``: its index of patients."""

    appointments: Iterable[Appointment] = ()
    units: tuple[Unit, ...] = ()
    patients: Patients = field(default_factory=NoPatients)
    source: SourceSettings = field(default_factory=SourceSettings)

    def unit(self, sor_id: str) -> Unit | None:
        """The unit of the house with that SOR id."""
        return next((unit for unit in self.units if unit.sor_id == sor_id), None)
