"""Which kind of number identifies a patient, by its system."""

from __future__ import annotations

from mocks.standards.profiles import codes


def kind_of(system: str) -> str:
    """``CPR number``, ``national replacement number``, ``decentral replacement number``, or the system."""
    if system == codes.CPR:
        return "CPR number"
    if system == codes.X_ECPR:
        return "national replacement number"
    return "decentral replacement number" if system in codes.D_ECPR_SYSTEMS else system
