"""How every message of a run is judged, whoever judges it: this process or another."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mocks.errors import BadInput
from mocks.standards import readings, roles
from mocks.standards.exchange.registers import Register, read_register
from mocks.standards.findings import Finding

if TYPE_CHECKING:
    from mocks.standards.packages.message import Packages

#: A little more than the largest envelope, which is 100 MB: what is larger is refused, not read.
MOST_BYTES = 110_000_000


@lru_cache(1)
def _loaded(places: tuple[str, ...]) -> Packages:
    from mocks.standards.packages.message import load  # takes its time, and few need it

    return load([Path(place) for place in places])


@lru_cache(1)
def _register(place: str) -> Register:
    try:
        text = Path(place).read_text("utf-8")
    except OSError as problem:
        raise BadInput(f"{place} cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{place} is not in UTF-8: save it so") from None
    return read_register(text, place)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The choices of one run; they go to worker processes, so they are plain values.

    A new choice is a field here, an option of ``check`` in ``scenarios/cli.py``, and a step in
    ``scenarios/checking/judging.py``. ``most_bytes`` is the size in bytes above which a file is refused.
    ``reading`` is the profile of readings by its name, ``role`` the side on whose behalf is judged, or empty.
    ``packages`` are places of official FHIR packages, by which FHIR messages are judged if there are any.
    ``together``: the files are one exchange, whose messages are held against each other.
    ``register`` is a file of location numbers and SOR ids, against which parties are held, or empty.
    Errors: ``BadInput`` for names that there are not.
    """

    most_bytes: int = MOST_BYTES
    reading: str = "current"
    role: str = ""
    packages: tuple[str, ...] = ()
    together: bool = False
    register: str = ""

    def __post_init__(self) -> None:
        readings.profile(self.reading)
        if self.role:
            roles.role(self.role)
        self.official()
        self.registered()

    def registered(self) -> Register | None:
        """The register, read once in each process. Errors: ``BadInput`` for what is none."""
        return _register(self.register) if self.register else None

    def official(self) -> Packages | None:
        """The official packages, read once in each process. Errors: ``BadInput`` for what is none."""
        return _loaded(self.packages) if self.packages else None

    def weigh(self, findings: list[Finding]) -> list[Finding]:
        """The findings as they weigh under the reading of this run and for the role."""
        findings = readings.weigh(findings, readings.profile(self.reading))
        return roles.weigh_for(findings, roles.role(self.role)) if self.role else findings
