"""What the CPR replica is started with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mocks.limits import DEFAULT_BYTES
from mocks.people import Person


class Persons(Protocol):
    """The people, by CPR number. Whoever builds the country has this; it is not copied."""

    def find(self, cpr: str) -> Person | None: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """``register`` knows every person of the simulated country."""

    register: Persons
    most_bytes: int = DEFAULT_BYTES
