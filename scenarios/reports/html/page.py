"""Puts the page together: what it claims, the pictures that show it, the tables that prove it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from scenarios.reports import tables
from scenarios.reports.data import ReportData, actor_name, channel_name
from scenarios.reports.html import lanes, looked, pictures, story
from scenarios.reports.html.calendar import date_text
from scenarios.reports.run_json import put
from scenarios.reports.wording import (
    COUNT_NAMES,
    VERDICT_WORDS,
    counted,
    headline,
    masked,
    number,
    observed_text,
    rescue_lines,
    span_text,
)
from scenarios.result import MunicipalityRow, RunResult
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
    legend: Sequence[tuple[str, str]] = ()  # what the colours mean: words, and the colour in style.css


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
        looked=looked.section(result) + looked.troubles(result),
        rescue=rescue_lines(result, journeys),
        open_ends=_open_ends(journeys),
        count_names=COUNT_NAMES,
        varied=[a for a in result.assumptions if a.low is not None],
        fixed=[a for a in result.assumptions if a.low is None],
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
        breakable=lambda name: Markup(str(escape(name)).replace("_", "_<wbr>")),
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
    if not whole:
        return "–"
    share = 100 * part / whole
    return "100 %" if part == whole else f"{min(share, 99.9):.1f} %"


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
            f"{number(counts.cases)} cases are in their case systems."
        )
    outside = tables.outside_share(data.contacts)
    if outside is not None:
        lines.append(
            f"{100 * outside:.0f} % of what the municipalities wrote went to receivers outside the pilot."
        )
    incomplete = sum(1 for j in journeys if j.sent and not j.acknowledged)
    if incomplete:
        lines.append(
            f"{counted(incomplete, 'letter')} never acknowledged; the table below says with whom that lies."
        )
    if counts.lookups:
        lines.append(
            f"At {number(counts.lookups_without_valid_consent)} of {number(counts.lookups)} look-ups there was no "
            f"valid consent; {number(counts.lookups_denied)} were denied, for this or another reason; "
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
        _lookups(weeks, result, data),
    ]
    return [chapter for chapter in found if chapter is not None]


def _weekly(weeks: Sequence[Any], data: ReportData) -> Chapter | None:
    rows = tables.weekly_letters(data.contacts, weeks)
    if not rows:
        return None
    totals = [sum(values[n] for values in rows.values()) for n in range(len(weeks))]
    busiest = weeks[totals.index(max(totals))]
    first, own = next((name, sum(values)) for name, values in rows.items())
    title = (
        f"{first} had {100 * own / sum(totals):.0f} % of the letters to and from municipalities; over all of them "
        f"the week from {date_text(busiest)} was the busiest ({counted(max(totals), 'letter')})"
    )
    return Chapter(
        title=title,
        text="Correspondence messages to and from each municipality, per week.",
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
    title = f"{100 * outside:.0f} % of what the municipalities wrote left the pilot"
    grouped: dict[str, list[tuple[str, int, int]]] = {}
    for row in rows:
        place = "" if row.pilot else ", outside"
        grouped.setdefault(row.actor, []).append(
            (f"{row.receiver}{place}", row.letters, 0 if row.pilot else 1)
        )
    return Chapter(
        title=title,
        text="Where the letters of each kind of sender went. Replies come back into the pilot, so the first "
        "letters of PPR and family department show best where correspondence was wanted.",
        legend=[("within the pilot", "c1"), ("to receivers outside the pilot", "c2")],
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
    title = _channel_title(result)
    return Chapter(
        title=title,
        text="How each kind of sender reached others. Only the correspondence message was part of the pilot.",
        legend=[(channel_name(channel), f"c{n % 6 + 1}") for channel, n in colours.items()],
        picture=pictures.shares("channels", title, sorted(grouped.items())),
        head=("Sender", "Channel", "Contacts"),
        rows=[(actor_name(r.actor), channel_name(r.channel), number(r.contacts)) for r in result.channels],
        figure="A19",
    )


def _channel_title(result: RunResult) -> str:
    """How much of its contacts each actor had by correspondence, most first."""
    total, letters = Counter[str](), Counter[str]()
    for row in result.channels:
        total[row.actor] += row.contacts
        letters[row.actor] += row.contacts if row.channel == "correspondence" else 0
    shares = {actor: letters[actor] / total[actor] for actor in ("ppr", "family", "bup") if total[actor]}
    words = [f"{actor_name(a)} {100 * s:.0f} %" for a, s in sorted(shares.items(), key=lambda item: -item[1])]
    return f"Contacts by correspondence: {', '.join(words)}" if words else "Channels by sender"


def _times(journeys: Sequence[Journey], data: ReportData) -> Chapter | None:
    rows = tables.spans(journeys, data.contacts)
    if not rows:
        return None
    ordered = {name: sorted(span.seconds for span in spans) for name, spans in rows.items()}
    middle = {name: values[len(values) // 2] for name, values in ordered.items()}
    words = ", ".join(f"{name} after {span_text(value)}" for name, value in middle.items())
    title = f"The typical letter: {words}".replace("replied", "answered")
    return Chapter(
        title=title,
        text="Time from sending, on a scale from seconds to weeks. At the dashed line, 30 minutes, "
        "a sender without an acknowledgement sends again.",
        legend=[("sent once", "c1"), ("sent again", "alarm")],
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
    known = [row for row in result.municipalities if row.written and row.potential_users]
    if len(known) < 2:
        return None
    use = {row.municipality: 100 * row.written / row.potential_users for row in known}
    ranked = sorted(known, key=lambda r: -use[r.municipality])
    most, least = ranked[0].municipality, ranked[-1].municipality
    title = f"{most} wrote {use[most] / use[least]:.1f} times as much per user as {least}"
    bars = [(r.municipality, use[r.municipality], _use_words(r, use[r.municipality])) for r in ranked]
    return Chapter(
        title=title,
        text="Letters of PPR and family department per 100 possible users. The evaluation reports about "
        "as many possible users in each municipality, and very different use.",
        picture=pictures.bars("unequal-use", title, bars),
        head=("Municipality", "Possible users", "Letters written", "Of them outside the pilot", "Look-ups"),
        rows=[
            (r.municipality, *map(number, (r.potential_users, r.written, r.written_outside, r.lookups)))
            for r in ranked
        ],
        figure="A17",
    )


def _use_words(row: MunicipalityRow, use: float) -> str:
    return f"{use:,.0f}  ({number(row.written)} letters, {number(row.potential_users)} possible users)"


def _lookups(weeks: Sequence[Any], result: RunResult, data: ReportData) -> Chapter | None:
    rows = tables.weekly_lookups(data.lookups, weeks)
    if not rows:
        return None
    counts = result.counts
    without = sum(sum(outcomes["without valid consent"]) for outcomes in rows.values())
    title = (
        f"{number(counts.lookups_logged)} of {number(counts.lookups)} look-ups are in the log, "
        f"{number(without)} were let in without a valid consent"
    )
    if result.parameters.get("consent") == "registered":
        why = "The register of consents decides, so a look-up without a valid consent is denied."
    else:
        why = (
            "In the pilot the user declared the consent and no machine checked it, so a look-up without a valid "
            "consent is not stopped for that; it is counted here."
        )
    return Chapter(
        title=title,
        text=f"Look-ups per week. {why}",
        legend=list(zip(tables.OUTCOMES, ("c1", "c2", "alarm", "muted"), strict=True)),
        picture=pictures.lookups(title, weeks, rows),
        head=("Overview", *tables.OUTCOMES),
        rows=[
            (solution, *(number(sum(outcomes[o])) for o in tables.OUTCOMES))
            for solution, outcomes in rows.items()
        ],
        figure="A16",
    )
