"""How the VANS network behaves. Everything but the size limit is an assumption: no operator publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks.vans.conversion.settings import ConversionSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """``routes``: location number -> system that takes its envelopes at ``/vans/inbox``.

    ``external``: location number -> URL of a vendor's own endpoint; it wins over ``routes``.
    ``forward_seconds``: time between taking an envelope in and passing it on.
    ``retry_seconds``: pauses between attempts while a receiver is away (the last one repeats);
    after ``give_up_seconds`` the sender gets a NegativeVans receipt.
    ``most_bytes``: 100 MB for a whole envelope (MedCom's network rule).
    ``conversion``: how old correspondence becomes new and back for units that take only one of them; without it
    nothing is converted.
    """

    routes: Mapping[str, str]
    external: Mapping[str, str] = field(default_factory=dict)
    identity: str = "DKTVAERSVANS"
    forward_seconds: float = 20.0
    retry_seconds: tuple[float, ...] = (60.0, 300.0, 900.0, 1800.0)
    give_up_seconds: float = 48 * 3600.0
    most_bytes: int = 100_000_000
    answer_seconds: float = 30.0
    conversion: ConversionSettings | None = None
