"""How the case index behaves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """``most_bytes``: an import carries many cases at once, so it is larger than elsewhere (assumption).

    ``most_hits``: how many cases one search answers at most.
    """

    most_bytes: int = 10_000_000
    most_hits: int = 500
