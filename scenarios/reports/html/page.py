"""Puts the page together: what it claims, the pictures that show it, the tables that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from scenarios.reports import tables
from scenarios.reports.data import ReportData, actor_name, channel_name
from scenarios.reports.html import lanes, pictures, story
from scenarios.reports.html.calendar import date_text
from scenarios.reports.run_json import put
from scenarios.reports.wording import (
    COUNT_NAMES,
    VERDICT_WORDS,
    headline,
    masked,
    number,
    observed_text,
    rescue_lines,
    span_text,
)
from scenarios.result import RunResult
from sim.journal import Journal
from sim.journey import Journey
from sim.near_miss import awaited

_MOST_OPEN = 12


@dataclass(frozen=True, slots=True)
class Chapter:
    """A picture with what it shows in one sentence, and its numbers as a table."""

    title: str
    text: str
    picture: Markup
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    figure: str = ""  # the figure of the sources that it belongs to


def write(path: Path, result: RunResult, journal: Journal, data: ReportData) -> Path:
    """Write ``report.html``. Every CPR number that any text still holds is masked on the way out."""
    put(path, render(result, journal, data).encode())
    return path


def render(result: RunResult, journal: Journal, data: ReportData) -> str:
    """The whole page as text."""
    journeys = journal.journeys()
    by_id = {j.id: j for j in journeys}
    page = _template().render(
        result=result,
        data=data,
        css=Markup(_resource("style.css")),
        headline=headline(result),
        tiles=_tiles(result),
        meaning=_meaning(result, journeys, data),
        chapters=chapters(result, journeys, data),
        drawings=[*lanes.vendor_examples(journeys, data), *lanes.examples(journeys, data)],
        step=lanes.STEP,
        story=story.tell(data, by_id),
        rescue=rescue_lines(result, journeys),
        open_ends=_open_ends(journeys),
        count_names=COUNT_NAMES,
        volumes=any(a.low is not None for a in result.assumptions),
    )
    return masked(page)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters.update(
        number=number,
        observed=observed_text,
        span=span_text,
        day=date_text,
        actor=actor_name,
        channel=channel_name,
        verdict=lambda word: VERDICT_WORDS.get(word, word),
    )
    return environment.from_string(_resource("report.html.j2"))


def _resource(name: str) -> str:
    return files("scenarios.reports.html").joinpath(name).read_text(encoding="utf-8")


def _tiles(result: RunResult) -> list[tuple[str, str, str]]:
    """The numbers that stand on top: number, name, look."""
    counts = result.counts
    return [
        (number(counts.messages_sent), "messages sent", ""),
        (_share(counts.acknowledged, counts.messages_sent), "of them acknowledged", ""),
        (number(counts.lost), "lost", "alarm" if counts.lost else "good"),
        (
            number(counts.duplicates_shown),
            "shown twice",
            "alarm" if counts.duplicates_shown else "good",
        ),
        (number(counts.resends), "sent again by themselves", ""),
        (number(counts.lookups), "look-ups in the overviews", ""),
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _meaning(result: RunResult, journeys: Sequence[Journey], data: ReportData) -> list[str]:
    """What a project lead would tell the others, in a few sentences."""
    counts = result.counts
    lines = []
    if result.label:
        lines.append(
            f"This run is labelled {result.label}: it shows what would have been, not what the pilot did."
        )
    if counts.children:
        lines.append(
            f"{number(counts.children)} children live in the pilot municipalities; "
            f"{number(counts.cases)} cases were followed."
        )
    outside = tables.outside_share(data.contacts)
    if outside is not None:
        lines.append(f"{100 * outside:.0f} % of the letters went to receivers outside the pilot.")
    incomplete = sum(1 for j in journeys if j.sent and not j.acknowledged)
    if incomplete:
        lines.append(
            f"{number(incomplete)} letters were never acknowledged; the table below says with whom that lies."
        )
    if counts.lookups:
        lines.append(
            f"{number(counts.lookups_without_valid_consent)} of {number(counts.lookups)} look-ups were made "
            f"without a valid consent and {number(counts.lookups_denied)} were denied; "
            f"{number(counts.lookups_logged)} stand in the log."
        )
    return lines


def _open_ends(journeys: Sequence[Journey]) -> list[tuple[str, str, str]]:
    """Letters that are not acknowledged, or shown other than once: id, party, why. The first few."""
    rows = []
    for journey in journeys:
        if not journey.complete and (remark := awaited(journey)):
            rows.append((journey.id, remark.party, remark.text))
            if len(rows) == _MOST_OPEN:
                break
    return rows


def chapters(result: RunResult, journeys: Sequence[Journey], data: ReportData) -> list[Chapter]:
    """The pictures for which there is something to show."""
    weeks = tables.weeks_between(result.from_, result.to)
    found = [
        _weekly(weeks, data),
        _destinations(data),
        _channels(result),
        _times(journeys, data),
        _unequal(result),
        _lookups(weeks, data),
    ]
    return [chapter for chapter in found if chapter is not None]


def _weekly(weeks: Sequence[Any], data: ReportData) -> Chapter | None:
    rows = tables.weekly_letters(data.contacts, weeks)
    if not rows:
        return None
    totals = [sum(values[n] for values in rows.values()) for n in range(len(weeks))]
    busiest = weeks[totals.index(max(totals))]
    first = next(iter(rows))
    title = f"{first} wrote most; the busiest week began on {date_text(busiest)}"
    return Chapter(
        title=title,
        text="Correspondence messages per week, by municipality.",
        picture=pictures.weekly_lines(title, weeks, rows),
        head=("Week from", *rows),
        rows=[
            (date_text(week), *(number(values[n]) for values in rows.values()))
            for n, week in enumerate(weeks)
        ],
    )


def _destinations(data: ReportData) -> Chapter | None:
    rows = tables.destinations(data.contacts)
    outside = tables.outside_share(data.contacts)
    if not rows or outside is None:
        return None
    title = f"{100 * outside:.0f} % of the letters left the pilot"
    grouped: dict[str, list[tuple[str, int, int]]] = {}
    for row in rows:
        place = "" if row.pilot else ", outside"
        grouped.setdefault(row.actor, []).append(
            (f"{row.receiver}{place}", row.letters, 0 if row.pilot else 1)
        )
    return Chapter(
        title=title,
        text="Where each kind of sender wrote to. Blue stayed within the pilot, orange went outside: "
        "to other clinics and to somatic departments, which no figure of the pilot counted.",
        picture=pictures.shares("destinations", title, list(grouped.items())),
        head=("Sender", "Receiver", "Within the pilot", "Letters"),
        rows=[(r.actor, r.receiver, "yes" if r.pilot else "no", number(r.letters)) for r in rows],
        figure="A18",
    )


def _channels(result: RunResult) -> Chapter | None:
    if not result.channels:
        return None
    colours: dict[str, int] = {}
    for row in sorted(result.channels, key=lambda r: (r.channel != "correspondence", r.channel)):
        colours.setdefault(row.channel, len(colours))
    grouped: dict[str, list[tuple[str, int, int]]] = {}
    for row in sorted(result.channels, key=lambda r: colours[r.channel]):
        part = (channel_name(row.channel), row.contacts, colours[row.channel])
        grouped.setdefault(actor_name(row.actor), []).append(part)
    title = "Each profession kept to its own channel"
    return Chapter(
        title=title,
        text="How each kind of sender reached others. Only the first channel, the correspondence message, "
        "was part of the pilot.",
        picture=pictures.shares("channels", title, sorted(grouped.items())),
        head=("Sender", "Channel", "Contacts"),
        rows=[(actor_name(r.actor), channel_name(r.channel), number(r.contacts)) for r in result.channels],
        figure="A19",
    )


def _times(journeys: Sequence[Journey], data: ReportData) -> Chapter | None:
    rows = tables.spans(journeys, data.contacts)
    if not rows:
        return None
    ordered = {name: sorted(span.seconds for span in spans) for name, spans in rows.items()}
    middle = {name: values[len(values) // 2] for name, values in ordered.items()}
    words = ", ".join(f"{name} after {span_text(value)}" for name, value in middle.items())
    title = f"The typical letter: {words}"
    return Chapter(
        title=title,
        text="Time from sending. Each column is a share of the letters; the scale grows tenfold in even "
        "steps, and the dashed line is the 30 minutes after which a sender sends again.",
        picture=pictures.journey_times(title, rows),
        head=("Until", "Letters", "Median", "90 % within", "Longest"),
        rows=[
            (
                name,
                number(len(values)),
                span_text(middle[name]),
                span_text(values[min(len(values) - 1, int(len(values) * 0.9))]),
                span_text(values[-1]),
            )
            for name, values in ordered.items()
        ],
    )


def _unequal(result: RunResult) -> Chapter | None:
    known = [row for row in result.municipalities if row.correspondence]
    if len(known) < 2:
        return None

    def use(letters: int, users: int) -> float:
        return 100 * letters / users if users else float(letters)

    ranked = sorted(known, key=lambda r: -use(r.correspondence, r.potential_users))
    most, least = ranked[0], ranked[-1]
    ratio = use(most.correspondence, most.potential_users) / use(least.correspondence, least.potential_users)
    title = f"Use differs {ratio:.1f}-fold between {most.municipality} and {least.municipality}"
    per_user = all(row.potential_users for row in known)
    bars = []
    for row in ranked:
        value = use(row.correspondence, row.potential_users)
        words = f"{number(row.correspondence)} letters"
        if per_user:
            words = f"{value:.0f}  ({words}, {number(row.potential_users)} possible users)"
        bars.append((row.municipality, value, words))
    return Chapter(
        title=title,
        text=f"Letters{' per 100 possible users' if per_user else ''}, by municipality. "
        "How many users a municipality has does not explain how much it writes.",
        picture=pictures.bars("unequal-use", title, bars),
        head=("Municipality", "Possible users", "Letters", "Outside the pilot", "Resends", "Look-ups"),
        rows=[
            (
                r.municipality,
                number(r.potential_users) if r.potential_users else "–",
                number(r.correspondence),
                number(r.outside_pilot),
                number(r.resends),
                number(r.lookups),
            )
            for r in ranked
        ],
        figure="A17",
    )


def _lookups(weeks: Sequence[Any], data: ReportData) -> Chapter | None:
    rows = tables.weekly_lookups(data.lookups, weeks)
    if not rows:
        return None
    title = "Every look-up is logged, and consent is told apart"
    return Chapter(
        title=title,
        text="Look-ups per week. In the pilot the user declared the consent and no machine checked it, so a "
        "look-up without a valid consent succeeds, is logged, and is counted here.",
        picture=pictures.lookups(title, weeks, rows),
        head=("Overview", *tables.OUTCOMES),
        rows=[
            (solution, *(number(sum(outcomes[o])) for o in tables.OUTCOMES))
            for solution, outcomes in rows.items()
        ],
        figure="A16",
    )
