"""What the reports need beside the journal: who turned to whom, who looked up what, and for whom.

The caseload keeps this log of its own. The journal knows only messages; a phone form or a letter by
Digital Post leaves no trace on the wire of correspondence, and yet belongs into the picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple


class Contact(NamedTuple):
    """One time somebody turned to somebody else about a child, on whatever channel.

    ``actor`` is ``ppr``, ``family``, ``bup``, ``clinic`` or ``department``, and so is ``receiver_kind``;
    ``municipality`` is the name of the municipality concerned; ``channel`` is ``correspondence``,
    ``lae_form``, ``digital_post``, ``secure_mail`` or any other word. ``message_id`` is the VANS message
    identifier where it went by correspondence. ``child`` is an opaque key, never a CPR number.
    """

    at: datetime
    municipality: str
    actor: str
    receiver_kind: str
    receiver_pilot: bool
    channel: str
    message_id: str | None = None
    replied_at: datetime | None = None
    child: str = ""
    subject: str = ""
    sender_name: str = ""
    receiver_name: str = ""


class Lookup(NamedTuple):
    """One attempt to open an overview. ``outcome``: shown, empty, denied, timeout or error."""

    at: datetime
    solution: str  # "aftaleoverblik" or "sagsoverblik"
    municipality: str
    outcome: str
    consent: bool
    user_kind: str = ""
    system: str = ""
    child: str = ""
    rows: int = 0


class Child(NamedTuple):
    """A synthetic child, as the story tells of it. ``cpr`` is masked before anybody sees it."""

    name: str
    birth_date: date
    municipality: str
    school: str = ""
    cpr: str = ""


@dataclass(frozen=True, slots=True)
class ReportData:
    """The caseload's own log, and the words a reader needs.

    ``potential_users`` gives, by municipality, how many could have used correspondence. ``children`` may
    hold only those whose story may be told; the report picks one of them.
    ``system_names`` turns system names into what a reader calls them. ``real`` and ``mocked`` are
    (what, how) pairs. ``command`` repeats the run.
    """

    contacts: Sequence[Contact] = ()
    lookups: Sequence[Lookup] = ()
    potential_users: Mapping[str, int] = field(default_factory=dict)
    children: Mapping[str, Child] = field(default_factory=dict)
    system_names: Mapping[str, str] = field(default_factory=dict)
    real: Sequence[tuple[str, str]] = ()
    mocked: Sequence[tuple[str, str]] = ()
    command: str = ""


#: How actors and receivers are called in the report.
ACTORS = {
    "ppr": "PPR",
    "family": "Family department",
    "bup": "BUP",
    "clinic": "GP clinic",
    "department": "Somatic department",
}

#: How channels are called in the report.
CHANNELS = {
    "correspondence": "Correspondence message",
    "lae_form": "LÆ form",
    "digital_post": "Digital Post",
    "secure_mail": "Secure mail",
    "letter": "Paper letter",
    "phone": "Phone",
}


def actor_name(kind: str) -> str:
    """``ppr`` as a reader calls it; a kind without a name of its own in plain letters."""
    return ACTORS.get(kind, kind.replace("_", " "))


def channel_name(channel: str) -> str:
    """``lae_form`` as a reader calls it."""
    return CHANNELS.get(channel, channel.replace("_", " "))
