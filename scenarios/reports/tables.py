"""The numbers behind the pictures: weeks, receivers, channels, spans, counted from the caseload's log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from scenarios.reports.data import Contact, Lookup, ReportData, actor_name
from scenarios.result import ChannelRow, MunicipalityRow, RunResult, timings
from sim.journal import Journal
from sim.journey import Journey

#: The actors of a municipality. What they write is what the evaluation counts by municipality.
MUNICIPAL = ("ppr", "family")

#: Municipalities with fewer letters than this share are drawn together.
_SMALL = 0.01
OTHERS = "other municipalities"

#: What became of a look-up, in the order in which the pictures stack it.
OUTCOMES = ("with consent", "without valid consent", "denied", "timed out or failed")


class Span(NamedTuple):
    """Seconds from sending to a later event, and whether the letter had to be sent again."""

    seconds: float
    resent: bool


class Destination(NamedTuple):
    """Letters of one actor to one kind of receiver."""

    actor: str
    receiver: str
    pilot: bool
    letters: int


def week_of(moment: date | datetime) -> date:
    """The Monday of that week."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return day - timedelta(days=day.weekday())


def weeks_between(start: date, end: date) -> list[date]:
    """The Mondays of all weeks that touch the period."""
    first = week_of(start)
    return [first + timedelta(weeks=n) for n in range((week_of(end) - first).days // 7 + 1)]


def by_correspondence(contacts: Iterable[Contact]) -> list[Contact]:
    """The contacts that were correspondence messages."""
    return [c for c in contacts if c.channel == "correspondence"]


def weekly_letters(contacts: Iterable[Contact], weeks: Sequence[date]) -> dict[str, list[int]]:
    """Letters per week for each municipality, busiest first; the very small ones together, last."""
    place = {week: n for n, week in enumerate(weeks)}
    table: dict[str, list[int]] = {}
    for contact in by_correspondence(contacts):
        if (n := place.get(week_of(contact.at))) is not None and contact.municipality:
            table.setdefault(contact.municipality, [0] * len(weeks))[n] += 1
    least = _SMALL * sum(map(sum, table.values()))
    large = {name: values for name, values in table.items() if sum(values) >= least}
    small = [values for name, values in table.items() if name not in large]
    ordered = dict(sorted(large.items(), key=lambda item: (-sum(item[1]), item[0])))
    return {**ordered, OTHERS: [sum(column) for column in zip(*small, strict=True)]} if small else ordered


def destinations(contacts: Iterable[Contact]) -> list[Destination]:
    """Where letters went, by actor; inside the pilot first, then the most frequent."""
    tally = Counter((c.actor, c.receiver_kind, c.receiver_pilot) for c in by_correspondence(contacts))
    rows = [
        Destination(actor_name(actor), actor_name(kind), pilot, n)
        for (actor, kind, pilot), n in tally.items()
    ]
    return sorted(rows, key=lambda r: (r.actor, not r.pilot, -r.letters, r.receiver))


def outside_share(contacts: Iterable[Contact]) -> float | None:
    """The share of the municipalities' letters to receivers outside the pilot; ``None`` without letters."""
    letters = [c for c in by_correspondence(contacts) if c.actor in MUNICIPAL]
    return sum(not c.receiver_pilot for c in letters) / len(letters) if letters else None


def channel_mix(contacts: Iterable[Contact]) -> list[ChannelRow]:
    """How often each actor used each channel."""
    tally = Counter((c.actor, c.channel) for c in contacts)
    rows = [ChannelRow(actor=a, channel=ch, contacts=n) for (a, ch), n in tally.items()]
    return sorted(rows, key=lambda r: (r.actor, -r.contacts, r.channel))


def spans(journeys: Iterable[Journey], contacts: Iterable[Contact]) -> dict[str, list[Span]]:
    """Seconds from sending to acknowledged, read and replied."""
    replied = {c.message_id: c.replied_at for c in contacts if c.message_id and c.replied_at}
    found: dict[str, list[Span]] = {"acknowledged": [], "read": [], "replied": []}
    for journey in journeys:
        sent = journey.at("sent") or journey.at("accepted")
        if sent is None:
            continue
        resent = journey.resends > 0
        ends = (journey.at("acknowledged"), journey.at("read"), replied.get(journey.id))
        for name, end in zip(found, ends, strict=True):
            if end is not None:
                found[name].append(Span((end - sent).total_seconds(), resent))
    return {name: rows for name, rows in found.items() if rows}


def outcome_of(lookup: Lookup) -> str:
    """One of ``OUTCOMES``. An empty overview that was opened counts as opened."""
    if lookup.outcome == "denied":
        return "denied"
    if lookup.outcome in ("timeout", "error"):
        return "timed out or failed"
    return "with consent" if lookup.consent else "without valid consent"


def weekly_lookups(lookups: Iterable[Lookup], weeks: Sequence[date]) -> dict[str, dict[str, list[int]]]:
    """Look-ups per week: solution, then outcome, then one number a week."""
    place = {week: n for n, week in enumerate(weeks)}
    table: dict[str, dict[str, list[int]]] = {}
    for lookup in lookups:
        if (n := place.get(week_of(lookup.at))) is not None:
            rows = table.setdefault(lookup.solution, {o: [0] * len(weeks) for o in OUTCOMES})
            rows[outcome_of(lookup)][n] += 1
    return dict(sorted(table.items()))


def municipality_rows(data: ReportData, journeys: Mapping[str, Journey]) -> tuple[MunicipalityRow, ...]:
    """One row a municipality. ``journeys`` is by message id."""
    names = dict.fromkeys([*data.potential_users, *(c.municipality for c in data.contacts)])
    contacts, letters, pilot, resends, open_ends = (Counter[str]() for _ in range(5))
    written, left = Counter[str](), Counter[str]()
    for contact in data.contacts:
        where = contact.municipality
        contacts[where] += 1
        if contact.channel != "correspondence":
            continue
        letters[where] += 1
        pilot[where] += contact.receiver_pilot
        if contact.actor in MUNICIPAL:
            written[where] += 1
            left[where] += not contact.receiver_pilot
        journey = journeys.get(contact.message_id or "")
        if journey is not None:
            resends[where] += journey.resends
            open_ends[where] += not journey.acknowledged
    looked = Counter(lookup.municipality for lookup in data.lookups)
    return tuple(
        MunicipalityRow(
            municipality=name,
            potential_users=data.potential_users.get(name, 0),
            contacts=contacts[name],
            correspondence=letters[name],
            written=written[name],
            written_outside=left[name],
            to_pilot=pilot[name],
            outside_pilot=letters[name] - pilot[name],
            resends=resends[name],
            unacknowledged=open_ends[name],
            lookups=looked[name],
        )
        for name in names
        if name
    )


def complete(result: RunResult, journal: Journal, data: ReportData) -> RunResult:
    """The result with the tables that come from the log and the journal."""
    journeys = journal.journeys()
    return msgspec.structs.replace(
        result,
        municipalities=municipality_rows(data, {j.id: j for j in journeys}),
        channels=tuple(channel_mix(data.contacts)),
        timings=timings(journeys),
    )
