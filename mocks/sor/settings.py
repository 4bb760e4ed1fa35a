"""What SOR is started with."""

from __future__ import annotations

from dataclasses import dataclass

from mocks.limits import DEFAULT_BYTES
from mocks.sor.register import SorEntry


@dataclass(frozen=True, slots=True)
class Settings:
    """``entries``: the raw register. ``list_limit``: how many entries one answer lists at most."""

    entries: tuple[SorEntry, ...] = ()
    list_limit: int = 100
    most_bytes: int = DEFAULT_BYTES
