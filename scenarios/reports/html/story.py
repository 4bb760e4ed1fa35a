"""What happened around one child, told day by day from the log of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from mocks.identifiers import mask_cpr
from scenarios.reports.data import Child, Contact, Lookup, ReportData, actor_name, channel_name
from scenarios.reports.html.calendar import day_text
from scenarios.reports.wording import span_text
from sim.journey import Journey

_MOST_SCENES = 45


class Moment(NamedTuple):
    """One line of the story; ``look`` is ``""``, ``good`` or ``alarm``."""

    at: datetime
    text: str
    look: str = ""

    @property
    def clock(self) -> str:
        return self.at.strftime("%H:%M")


@dataclass(frozen=True, slots=True)
class Story:
    """A child and the days on which something happened. ``cut`` lines at the end were left out."""

    child: Child
    masked_cpr: str
    days: list[tuple[str, list[Moment]]]
    cut: int


def tell(data: ReportData, journeys: Mapping[str, Journey]) -> Story | None:
    """The story of ``data.story_child``, or of the child with the most telling course.

    ``None`` when no child is known by name.
    """
    key = data.story_child or _choose(data, journeys)
    child = data.children.get(key)
    if child is None:
        return None
    moments = [Moment(s.at, f"{s.who}: {s.text}") for s in data.scenes if s.child == key]
    for contact in data.contacts:
        if contact.child == key:
            moments += _contact(contact, journeys.get(contact.message_id or ""))
    moments += [_lookup(lookup) for lookup in data.lookups if lookup.child == key]
    moments.sort(key=lambda m: m.at)
    days: dict[date, list[Moment]] = {}
    for moment in moments[:_MOST_SCENES]:
        days.setdefault(moment.at.date(), []).append(moment)
    return Story(
        child=child,
        masked_cpr=mask_cpr(child.cpr) if child.cpr else "",
        days=[(day_text(day), lines) for day, lines in days.items()],
        cut=max(0, len(moments) - _MOST_SCENES),
    )


def _choose(data: ReportData, journeys: Mapping[str, Journey]) -> str:
    """The child whose course shows most: letters, replies, resends and look-ups, but not endlessly many."""
    score: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for contact in data.contacts:
        if contact.child in data.children:
            journey = journeys.get(contact.message_id or "")
            size[contact.child] += 5 if journey else 1
            if journey:
                score[contact.child] += 2 + 2 * bool(contact.replied_at) + 4 * bool(journey.resends)
            else:
                score[contact.child] += 1
    for lookup in data.lookups:
        if lookup.child in data.children:
            score[lookup.child] += 2
            size[lookup.child] += 1
    fitting = [child for child in score if size[child] <= _MOST_SCENES] or list(score)
    return max(fitting, key=lambda child: score[child], default="")


def _contact(contact: Contact, journey: Journey | None) -> list[Moment]:
    sender = contact.sender_name or f"{actor_name(contact.actor)} {contact.municipality}".strip()
    receiver = contact.receiver_name or actor_name(contact.receiver_kind)
    outside = "" if contact.receiver_pilot else ", outside the pilot"
    subject = f": “{contact.subject}”" if contact.subject else ""
    way = "" if journey else f" by {channel_name(contact.channel)}"
    moments = [Moment(contact.at, f"{sender} writes to {receiver}{outside}{way}{subject}")]
    if journey:
        moments += _letter(journey, sender, receiver)
    if contact.replied_at:
        later = span_text((contact.replied_at - contact.at).total_seconds())
        moments.append(Moment(contact.replied_at, f"{receiver} replies, {later} later", "good"))
    return moments


def _letter(journey: Journey, sender: str, receiver: str) -> list[Moment]:
    """The stations of the letter that a person would notice."""
    moments = []
    for station in journey.stations:
        at = station.at
        if station.station == "resent":
            moments.append(
                Moment(at, f"No acknowledgement came; the system of {sender} sends the letter again", "alarm")
            )
        elif station.station == "held":
            moments.append(Moment(at, f"{receiver} cannot be reached; VANS keeps the letter", "alarm"))
        elif station.station == "duplicate":
            moments.append(Moment(at, f"A copy reaches {receiver} and is recognised; nobody sees it"))
        elif station.station == "shown" and station.message == journey.id:
            moments.append(Moment(at, f"The letter stands in the inbox of {receiver}"))
        elif station.station == "read":
            moments.append(Moment(at, f"{receiver} reads it"))
        elif station.station == "gave_up":
            moments.append(Moment(at, f"{sender} is told that no acknowledgement came", "alarm"))
        elif station.station in ("negative", "negative_vans", "refused"):
            moments.append(Moment(at, f"{sender} is told that the letter could not be taken", "alarm"))
    return moments


def _lookup(lookup: Lookup) -> Moment:
    who = lookup.user_kind or actor_name("bup")
    consent = "with consent" if lookup.consent else "without a valid consent"
    what = {
        "shown": f"opens the {lookup.solution} {consent} and sees {lookup.rows} rows",
        "empty": f"opens the {lookup.solution} {consent}; it is empty",
        "denied": f"is denied the {lookup.solution}",
    }.get(lookup.outcome, f"gets no answer from the {lookup.solution} in time")
    look = "" if lookup.outcome in ("shown", "empty") and lookup.consent else "alarm"
    return Moment(lookup.at, f"{who} {what}; the look-up is logged", look)
