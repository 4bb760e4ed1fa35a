"""How every message of a run is judged, whoever judges it: this process or another."""

from __future__ import annotations

import msgspec

from mocks.standards import readings, roles
from mocks.standards.findings import Finding

#: A little more than the largest envelope, which is 100 MB: what is larger is refused, not read.
MOST_BYTES = 110_000_000


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The choices of one run; they go to worker processes, so they are plain values.

    A new choice is a field here, an option of ``check`` in ``scenarios/cli.py``, and a step in
    ``scenarios/checking/judging.py``. ``most_bytes`` is the size in bytes above which a file is refused.
    ``reading`` is the profile of readings by its name, ``role`` the side on whose behalf is judged, or empty.
    Errors: ``BadInput`` for names that there are not.
    """

    most_bytes: int = MOST_BYTES
    reading: str = "current"
    role: str = ""

    def __post_init__(self) -> None:
        readings.profile(self.reading)
        if self.role:
            roles.role(self.role)

    def weigh(self, findings: list[Finding]) -> list[Finding]:
        """The findings as they weigh for the role and under the reading of this run."""
        if self.role:
            findings = roles.weigh_for(findings, roles.role(self.role))
        return readings.weigh(findings, readings.profile(self.reading))
