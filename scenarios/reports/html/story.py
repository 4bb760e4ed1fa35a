"""What happened around one child, told day by day from the log of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from mocks.identifiers import mask_cpr
from scenarios.reports.data import Child, Contact, Lookup, ReportData, actor_name
from scenarios.reports.html.calendar import day_text
from scenarios.reports.wording import span_text
from sim.journey import Journey

_MOST_MOMENTS = 40


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
    """The story of the child with the most telling course; ``None`` when no child is known by name."""
    key = _choose(data, journeys)
    child = data.children.get(key)
    if child is None:
        return None
    moments: list[Moment] = []
    own = [contact for contact in data.contacts if contact.child == key]
    answered = {(c.replied_at, c.receiver_name): c for c in own if c.replied_at}
    for contact in own:
        first = answered.get((contact.at, contact.sender_name))
        moments += _contact(contact, journeys.get(contact.message_id or ""), first)
    moments += [_lookup(lookup, data.system_names) for lookup in data.lookups if lookup.child == key]
    moments.sort(key=lambda m: m.at)
    days: dict[date, list[Moment]] = {}
    for moment in moments[:_MOST_MOMENTS]:
        days.setdefault(moment.at.date(), []).append(moment)
    return Story(
        child=child,
        masked_cpr=mask_cpr(child.cpr) if child.cpr else "",
        days=[(day_text(day), lines) for day, lines in days.items()],
        cut=max(0, len(moments) - _MOST_MOMENTS),
    )


def _choose(data: ReportData, journeys: Mapping[str, Journey]) -> str:
    """The child whose course shows most: letters, replies, resends and look-ups, but not endlessly many."""
    score: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for contact in data.contacts:
        if contact.child in data.children:
            journey = journeys.get(contact.message_id or "")
            size[contact.child] += 2 if journey else 1
            if journey:
                score[contact.child] += 1 + bool(contact.replied_at) + 12 * bool(journey.resends)
            else:
                score[contact.child] += 1
    for lookup in data.lookups:
        if lookup.child in data.children:
            score[lookup.child] += 3
            size[lookup.child] += 1
    fitting = [child for child in score if size[child] <= _MOST_MOMENTS] or list(score)
    return max(fitting, key=lambda child: score[child], default="")


def _contact(contact: Contact, journey: Journey | None, replies_to: Contact | None) -> list[Moment]:
    sender = contact.sender_name or f"{actor_name(contact.actor)} {contact.municipality}".strip()
    receiver = contact.receiver_name or actor_name(contact.receiver_kind)
    subject = f": “{contact.subject}”" if contact.subject else ""
    if replies_to is not None:
        later = span_text((contact.at - replies_to.at).total_seconds())
        said, look = f"{sender} replies to {receiver}, {later} later{subject}", "good"
    else:
        outside = "" if contact.receiver_pilot else ", who is outside the pilot"
        verb = "writes to {}" if journey else _WAYS.get(contact.channel, "turns to {}")
        said, look = f"{sender} {verb.format(receiver)}{outside}{subject}", ""
    return [Moment(contact.at, said, look), *(_letter(journey, sender, receiver) if journey else ())]


#: How people turn to each other on the channels that leave no message here.
_WAYS = {
    "digital_post": "writes to {} by Digital Post",
    "lae_form": "sends a LÆ form to {}",
    "secure_mail": "writes to {} by secure mail",
    "letter": "writes to {} on paper",
    "phone": "calls {}",
}


def _letter(journey: Journey, sender: str, receiver: str) -> list[Moment]:
    """The stations of the letter that a person would notice."""
    moments = []
    for station in journey.stations:
        at, name = station.at, station.station
        if name == "resent":
            text = f"No acknowledgement has come, so the system of {sender} sends the letter again"
            moments.append(Moment(at, text, "alarm"))
        elif name == "converted" and station.message == journey.id:
            told = f"VANS converts it for {receiver}, who takes only the other standard"
            moments.append(Moment(at, told))
        elif name == "held" and station.message == journey.id:
            moments.append(Moment(at, f"{receiver} cannot be reached; VANS keeps the letter", "alarm"))
        elif name == "duplicate":
            moments.append(Moment(at, f"A copy reaches {receiver}, is recognised, and nobody sees it"))
        elif name == "read":
            arrived = journey.at("shown")
            waited = (at - arrived).total_seconds() if arrived else 0
            after = f"after {span_text(waited)} in the inbox" if waited >= 60 else "at once"
            filed = " and files it" if journey.filed else ""
            moments.append(Moment(at, f"{receiver} reads it {after}{filed}"))
        elif name == "gave_up":
            moments.append(Moment(at, f"{sender} is told that no acknowledgement came", "alarm"))
        elif name in ("negative", "negative_vans", "refused"):
            moments.append(Moment(at, f"{sender} is told that the letter could not be taken", "alarm"))
    return moments


#: Who looks up, in the words of their own place.
_USERS = {
    "ppr": "PPR worker",
    "family": "worker of the family department",
    "bup_social_worker": "socialrådgiver (social worker)",
    "bup_psychologist": "behandler (clinician)",
    "bup": "lægesekretær (secretary)",
    "gp": "læge (doctor)",
}


def _lookup(lookup: Lookup, systems: Mapping[str, str]) -> Moment:
    kind = _USERS.get(lookup.user_kind, lookup.user_kind.replace("_", " ") or "user")
    place = systems.get(lookup.system, lookup.municipality)
    who = f"At {place}, a {kind}" if place else f"A {kind}"
    consent = "with consent" if lookup.consent else "without a valid consent"
    rows = "1 row" if lookup.rows == 1 else f"{lookup.rows} rows"
    what = {
        "shown": f"opens the {lookup.solution} {consent} and sees {rows}",
        "empty": f"opens the {lookup.solution} {consent}; it is empty",
        "denied": f"is denied the {lookup.solution}",
    }.get(lookup.outcome, f"gets no answer from the {lookup.solution} in time")
    look = "" if lookup.outcome in ("shown", "empty") and lookup.consent else "alarm"
    return Moment(lookup.at, f"{who} {what}; the look-up is logged", look)
