"""Swim lanes: a message journey drawn from top to bottom, one lane a system.

Real spans reach from milliseconds to weeks, so the steps stand at equal distance and the time that
passed between them is written beside them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise
from typing import NamedTuple

from scenarios.reports.data import ReportData
from scenarios.reports.html.calendar import day_text
from scenarios.reports.wording import span_text
from sim.journey import Journey, Station
from sim.near_miss import often

#: Stations of a letter as a reader calls them.
STATION_WORDS = {
    "composed": "written",
    "sent": "sent",
    "not_taken": "VANS does not answer",
    "accepted": "taken by VANS",
    "forwarded": "passed on",
    "delivered": "delivered",
    "receipted": "VANS receipt is back",
    "shown": "in the inbox",
    "acknowledged": "acknowledgement is back",
    "read": "read",
    "filed": "filed",
    "resent": "no answer: sent again",
    "duplicate": "copy recognised",
    "duplicate_receipt": "second acknowledgement ignored",
    "refused": "refused",
    "rejected": "rejected",
    "negative_vans": "VANS: undeliverable",
    "negative": "rejection is back",
    "transient": "receiver asks for another try",
    "gave_up": "gave up waiting",
    "held": "kept, receiver away",
    "waits": "VANS waits for the rest",
    "converted": "converted by VANS",
    "dropped": "copy dropped by VANS",
}
#: The same for the envelopes in which an acknowledgement travels.
ANSWER_WORDS = {
    "acknowledging": "acknowledges",
    "sent": "acknowledges",
    "accepted": "acknowledgement taken by VANS",
    "forwarded": "acknowledgement passed on",
    "delivered": "acknowledgement delivered",
    "receipt_arrived": "acknowledgement delivered",
    "not_taken": "VANS does not answer",
    "held": "acknowledgement kept, sender away",
    "converted": "acknowledgement converted by VANS",
}
#: What the faults of a fault file do, in words.
FAULT_WORDS = {
    "drop": "lost on the way (injected)",
    "duplicate": "doubled on the way (injected)",
    "delay": "delayed on the way (injected)",
}
_ALARMING = frozenset(
    ("resent", "refused", "rejected", "negative", "negative_vans", "gave_up", "held", "fault", "not_taken")
)
#: What comes out of a system's hands at one station and into another's at the next: the lines between lanes.
_HANDED_OVER = {
    "accepted": ("sent", "resent", "acknowledging"),
    "delivered": ("forwarded", "accepted"),
    "rejected": ("forwarded", "accepted"),
    "receipt_arrived": ("forwarded", "accepted"),
    "receipted": ("delivered",),
    "negative_vans": ("accepted",),
}
_MOST_STEPS = 30
LANE, STEP, TOP, HEAD = 228, 27, 62, 25


class Step(NamedTuple):
    """One dot: pixels, what it says, when, and how much time passed before it."""

    x: int
    y: int
    text: str
    clock: str
    waited: str
    look: str  # "", "answer" (of a linked or replying message) or "alarm"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A journey ready to be drawn. ``lanes`` are (x, lines of the name, is a vendor's); ``hops`` are the messages
    between lanes, each from one step to a later one."""

    title: str
    caption: str
    lanes: Sequence[tuple[int, Sequence[str], bool]]
    steps: Sequence[Step]
    hops: Sequence[tuple[Step, Step]]
    width: int
    height: int


def examples(journeys: Sequence[Journey], data: ReportData) -> list[Drawing]:
    """A plain journey, one that a resend saved, and one that was answered; those of them that exist."""
    by_id = {j.id: j for j in journeys}
    replies = {j.reply_to: j for j in journeys if j.reply_to in by_id}
    plain = _first(journeys, lambda j: j.complete and not j.resends and j.filed, replies) or _first(
        journeys, lambda j: j.complete and not j.resends, replies
    )
    saved = _first(journeys, lambda j: j.complete and j.resends > 0, {})
    answered = next(
        (j for j in journeys if j.id in replies and j.complete and replies[j.id].complete and not j.resends),
        None,
    )
    drawings = []
    if plain:
        drawings.append(_draw("A letter as it should go", [plain], data))
    if saved:
        drawings.append(_draw("A letter that was saved by sending it again", [saved], data))
    if answered:
        drawings.append(_draw("A letter and its reply", [answered, replies[answered.id]], data))
    return drawings


def vendor_examples(journeys: Sequence[Journey], data: ReportData, most: int = 2) -> list[Drawing]:
    """Journeys in which a vendor's own system took part."""
    taken = list(islice((j for j in journeys if j.vendor_stations), most))
    return [_draw("A journey through the vendor's system", [j], data) for j in taken]


def _first(
    journeys: Sequence[Journey], fits: Callable[[Journey], bool], avoid: Mapping[str, Journey]
) -> Journey | None:

    return next((j for j in journeys if j.id not in avoid and not j.reply_to and fits(j)), None)


def _draw(title: str, journeys: Sequence[Journey], data: ReportData) -> Drawing:
    letter = journeys[0]
    reply = journeys[1].id if len(journeys) > 1 else ""
    stations = _in_reading_order(s for j in journeys for s in j.stations)[:_MOST_STEPS]
    order = list(dict.fromkeys(letter.party(s) for s in stations))
    if "vans" in order:  # VANS stands between the two, as it does in life
        order.remove("vans")
        order.insert(1, "vans")
    lane = {system: 130 + n * LANE for n, system in enumerate(order)}
    vendor = {letter.party(s) for j in journeys for s in j.vendor_stations}
    steps: list[Step] = []
    before: datetime | None = None
    for n, station in enumerate(stations):
        own = station.message in (letter.id, reply)
        words = _words(station, own)
        if reply and station.message == reply:
            words = f"reply {words}"
        alarm = station.station in _ALARMING
        look = "alarm" if alarm else "" if station.message == letter.id else "answer"
        clock = station.at.strftime("%H:%M:%S")
        if before is None or station.at.date() != before.date():
            clock = f"{station.at.day}/{station.at.month} {clock}"
        x, y = lane[letter.party(station)], TOP + n * STEP
        steps.append(Step(x, y, words, clock, _waited(before, station), look))
        before = station.at
    names = [
        (x, _lines(data.system_names.get(system, system)), system in vendor) for system, x in lane.items()
    ]
    return Drawing(
        title=title,
        caption=_caption(letter, stations),
        lanes=names,
        steps=steps,
        hops=[(steps[n], steps[m]) for n, m in _hops(stations) if steps[n].x != steps[m].x],
        width=150 + len(order) * LANE,
        height=TOP + len(steps) * STEP,
    )


def _hops(stations: Sequence[Station]) -> Iterator[tuple[int, int]]:
    """Positions of the stations between which something was handed over: the newest that fits came from there."""
    for m, arrived in enumerate(stations):
        for n in range(m - 1, -1, -1):
            left = stations[n]
            if left.message == arrived.message and left.station in _HANDED_OVER.get(arrived.station, ()):
                yield n, m
                break


def _in_reading_order(stations: Iterable[Station]) -> list[Station]:
    """By time; a system that takes a letter in and shows it in one moment has it delivered first."""
    ordered = sorted(stations, key=lambda s: s.at)
    for n, (here, after) in enumerate(pairwise(ordered)):
        if (here.station, after.station) == ("shown", "delivered") and here.message == after.message:
            ordered[n], ordered[n + 1] = after, here
    return ordered


def _words(station: Station, own: bool) -> str:
    if station.station == "fault":
        words = FAULT_WORDS.get(str(station.facts.get("action")), "trouble (injected)")
        return words if own else f"acknowledgement {words}"
    words = station.station.replace("_", " ")
    return (STATION_WORDS if own else ANSWER_WORDS).get(station.station, words)


def _lines(name: str) -> list[str]:
    """A long name on up to three lines that fit a lane."""
    return textwrap.wrap(name, HEAD, max_lines=3, placeholder=" …") or [name]


def _waited(before: datetime | None, station: Station) -> str:
    if before is None:
        return ""
    seconds = (station.at - before).total_seconds()
    return f"{span_text(seconds)} later" if seconds >= 60 else ""


def _caption(letter: Journey, stations: Sequence[Station]) -> str:
    if not stations:
        return ""
    begun, whole = stations[0].at, (stations[-1].at - stations[0].at).total_seconds()
    text = f"Begun on {day_text(begun)}; from first to last step: {span_text(whole)}."
    if letter.resends:
        text += f" Sent {often(letter.resends + 1)}, shown {often(letter.shown)}."
    return text
