"""What a municipality's case system is started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mocks.health_login import LoginSettings
from mocks.kombit.case_index.cases import KLE_FAMILY, KLE_PPR_ASSUMED
from mocks.limits import DEFAULT_BYTES
from mocks.people import Case, CaseKind
from mocks.units import Unit


class Residents(Protocol):
    """The system's own copy of the CPR data: who lives where."""

    def home_of(self, cpr: str) -> str | None:
        """The 4-digit code of the home municipality; ``None`` for an unknown number."""
        ...


def _kle() -> Mapping[CaseKind, str]:
    return {CaseKind.FAMILY: KLE_FAMILY, CaseKind.PPR: KLE_PPR_ASSUMED}


@dataclass(frozen=True, slots=True)
class Settings:
    """One municipality's case system.

    ``municipality`` is its four-digit code, ``units`` its departments, ``cases`` the ones it starts with.
    ``indexed``: the index has these from the start, and hears only of what changes.
    ``residents`` tells in which municipality a child lives (without it, nothing is told of that);
    ``cvr_of`` gives other municipalities' CVR numbers by code. ``index`` is the case index's name on the
    network, ``login`` how the system gets its token for it (without it, it asks with none).
    ``kle`` numbers the cases; PPR's number is an assumption, as are batch and pauses: after
    ``most_attempts`` failures in a row the system waits for the next change or restart.
    """

    municipality: str
    name: str
    cvr: str
    units: tuple[Unit, ...]
    cases: tuple[Case, ...] = field(default=(), repr=False)
    indexed: bool = False
    residents: Residents | None = None
    cvr_of: Mapping[str, str] = field(default_factory=dict)
    index: str = "sagsindeks"
    login: LoginSettings | None = None
    kle: Mapping[CaseKind, str] = field(default_factory=_kle)
    action: str = "G01"  # KLE facet
    batch: int = 100
    retry_seconds: tuple[float, ...] = (5.0, 60.0, 300.0, 900.0, 1800.0)
    most_attempts: int = 100
    answer_seconds: float = 30.0
    list_limit: int = 200
    most_bytes: int = DEFAULT_BYTES
