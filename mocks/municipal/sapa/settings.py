"""How SAPA behaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mocks.health_login import LoginSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """``municipalities``: name by 4-digit code of those whose users work here; empty lets everybody in.
    ``months_back``: the pilot's window is the future and six calendar months back.

    ``past_status`` is an assumption: the screens show only the status of a future appointment.
    ``age_limit``: from this age on nothing is shown (assumption on the boundary; ``None`` shows all).
    ``login``: how it gets its users into the health sector. ``municipal_login``: whether they log in at KOMBIT's
    Context Handler before, which lets in who has a job function.
    ``one_click``: a location number leads to a new message in the municipality's
    correspondence (``letters``: system by municipality code), a recommendation.
    ``nsp_seconds`` must be longer than the platform waits for its source.
    """

    municipalities: Mapping[str, str] = field(default_factory=dict)
    months_back: int = 6
    past_status: str = "Tidligere"
    age_limit: int | None = 18
    one_click: bool = False
    letters: Mapping[str, str] = field(default_factory=dict)
    login_seconds: float = 10.0
    login: LoginSettings = field(default_factory=lambda: LoginSettings(name="SAPA"))
    municipal_login: bool = False
    nsp_seconds: float = 20.0
    register_seconds: float = 5.0
    most_bytes: int = 1_000_000
