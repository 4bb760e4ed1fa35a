"""How a messaging system behaves: its units, its patience, and what it does where the rules leave a choice."""

from __future__ import annotations

from dataclasses import dataclass

from mocks.units import FDIS91_4, FDIS91_5, XDIS91, Unit


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
    """One messaging system. ``prefer`` orders the formats, best first; a unit
    sends what it is itself registered for in SOR.

    ``directory_hours``: how long a look-up in SOR is trusted (assumption: systems work on a nightly copy).
    ``most_bytes``: 100 MB for a whole envelope. ``conversion``: whether a letter is sent in a format that its
    receiver does not take, because VANS converts it. ``title``, ``folders`` and ``home`` are for the screen: what
    the system is called, the folders inside its inbox, and another page of the same system (label, path).
    ``notice``: whoever looks after a mailbox is told of a new letter; ``automatic_filing``: a letter is filed as
    it comes in (both recommendations of the evaluation).
    """

    units: tuple[Unit, ...]
    prefer: tuple[str, ...] = (FDIS91_5, FDIS91_4, XDIS91)
    policy: ResendPolicy = ResendPolicy()
    directory_hours: float = 24.0
    most_bytes: int = 100_000_000
    conversion: bool = False
    title: str = "Korrespondance"
    folders: tuple[str, ...] = ()
    home: tuple[str, str] | None = None
    notice: bool = False
    automatic_filing: bool = False
