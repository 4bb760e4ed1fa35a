"""What the caseload did, kept beside the trace: contacts on every channel, look-ups with what they showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sim.truth.access import Access
from sim.truth.judgement import Judgement


@dataclass(slots=True)
class Contact:
    """One contact across sectors. ``message`` is the VANS message identifier where it was correspondence.

    ``channel``: correspondence, digital_post, secure_mail, lae_form, letter, phone. ``fell_back`` names why
    correspondence was wanted and another channel was taken.
    """

    at: datetime
    actor: str  # ppr, family, bup, clinic, department
    municipality: str
    sender: str  # SOR id
    receiver: str  # SOR id
    receiver_kind: str
    receiver_pilot: bool
    channel: str
    message: str = ""
    reply_to: str = ""
    fell_back: str = ""
    replied_at: datetime | None = None
    child: int = -1
    subject: str = ""


@dataclass(slots=True)
class Lookup:
    """One look-up in an overview: what came of it, what the configured rules demanded (``access``), and how
    what was shown compares with what was true at that moment (``judgement``; ``None`` where nothing was shown)."""

    at: datetime
    solution: str  # aftaleoverblik, sagsoverblik
    system: str
    municipality: str
    user_kind: str
    outcome: str  # shown, empty, denied, timeout, error
    consent: bool
    rows: int = 0
    window_kept: bool | None = None
    true: bool | None = None
    deviation: str = ""
    child: str = ""
    access: Access | None = None
    seconds: float = 0.0  # how long the user waited for the screen
    partial: bool = False  # a consent leaves parts out, and the rest may be shown
    old_custody: bool = False  # decided by custody that CPR had not yet passed on
    judgement: Judgement | None = None


@dataclass(slots=True)
class CaseloadLog:
    """Everything in the order in which it happened."""

    contacts: list[Contact] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    cases_opened: int = 0
    cases_closed: int = 0
    appointments_booked: int = 0
    appointments_moved: int = 0
    appointments_cancelled: int = 0
    letters_read: int = 0
    letters_filed: int = 0
    unread_at_end: int = 0
    turned_back: int = 0
    numbers_mistyped: int = 0
    numbers_refused: int = 0
    consents_registered: int = 0
    consents_withdrawn: int = 0
    events: dict[str, int] = field(default_factory=dict)  # moves, changes of school, ...: by kind of intent
