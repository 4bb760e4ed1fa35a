"""What the institution register is started with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mocks.limits import DEFAULT_BYTES
from mocks.people import Institution, Placement


class Placements(Protocol):
    """Where each child goes, by CPR number. Whoever builds the country has this; it is not copied."""

    def find(self, cpr: str) -> Placement | None: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """``register`` knows the children, ``institutions`` the schools and day-cares."""

    register: Placements
    institutions: tuple[Institution, ...] = ()
    most_bytes: int = DEFAULT_BYTES
