"""How a messaging system behaves: its units, its patience, and what it does where the rules leave a choice."""

from __future__ import annotations

from dataclasses import dataclass

from mocks.units import Unit


@dataclass(frozen=True, slots=True)
class ResendPolicy:
    """When a sender tries again.

    ``acknowledgement_seconds``: 30 minutes (reliable messaging). ``most_resends``: the public rules say
    two in some places and three in others; the default is three. ``retry_seconds``: pauses after VANS
    itself could not be reached (an assumption; the last one repeats).
    """

    acknowledgement_seconds: float = 1800.0
    most_resends: int = 3
    retry_seconds: tuple[float, ...] = (60.0, 300.0, 900.0, 1800.0)
    most_retries: int = 96


@dataclass(frozen=True, slots=True)
class MessagingSettings:
    """One messaging system. ``prefer`` orders the formats it can send, best first (capability strings).

    ``connects`` says whether other systems reach it over HTTP at ``/vans/inbox``. ``directory_hours``: how
    long a look-up in SOR is trusted (assumption: systems work on a nightly copy).
    """

    units: tuple[Unit, ...]
    prefer: tuple[str, ...]
    policy: ResendPolicy = ResendPolicy()
    files: bool = True
    directory_hours: float = 24.0
    case_system: str = ""
    screen_name: str = ""
