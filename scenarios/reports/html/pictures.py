"""The pictures of the report: plain charts as inline SVG, in the colours of the page.

Charts are drawn with fixed colours that are then replaced by the page's CSS variables, so that they
follow light and dark. Text stays text. Equal data give equal bytes.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from scenarios.reports.tables import OUTCOMES, Span
from scenarios.reports.wording import counted, number

# Stand-ins that matplotlib draws with; ``style.css`` gives the colours that a reader sees.
INK, MUTED, GRID = "#101001", "#101002", "#101003"
SERIES = ("#101011", "#101012", "#101013", "#101014", "#101015", "#101016")
ALARM, PAPER, ON_COLOUR = "#101021", "#101031", "#101032"
_COLOURS = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    ALARM: "var(--alarm)",
    PAPER: "var(--paper)",
    ON_COLOUR: "var(--on-colour)",
    **{stand_in: f"var(--c{n})" for n, stand_in in enumerate(SERIES, start=1)},
}
_STAND_IN = re.compile("|".join(_COLOURS))
_TICKS = {
    1: "1 s",
    60: "1 min",
    1800: "30 min",
    3600 * 8: "8 h",
    86400: "1 day",
    604800: "1 week",
    2592000: "30 days",
}

Figure = Any
Axes = Any


@cache
def _backend() -> tuple[Any, Any, Any]:
    """matplotlib, imported once and only when a picture is wanted: the import takes half a second."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    return matplotlib, Canvas, FigureCanvasSVG


def _picture(name: str, title: str, height: float, draw: Callable[[Figure], None]) -> Markup:
    matplotlib, canvas, svg = _backend()
    style = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "font.family": ["DejaVu Sans"],
        "font.size": 9,
        "text.parse_math": False,
        "text.color": INK,
        "axes.edgecolor": GRID,
        "axes.labelcolor": MUTED,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "grid.color": GRID,
        "grid.linewidth": 0.6,
    }
    with matplotlib.rc_context(style):
        figure = canvas(figsize=(8.4, height), facecolor="none")
        svg(figure)
        draw(figure)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None}, transparent=True)
    return _inline(out.getvalue(), title)


def _inline(text: str, title: str) -> Markup:
    """The drawing as a part of the page: no outside names, no ids that two pictures would share."""
    body = text[text.index("<svg") :]
    view = re.search(r'viewBox="[^"]+"', body)
    body = body[body.index(">") + 1 :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.S)
    body = re.sub(r'<g id="[^"]*"', "<g", body)
    body = body.replace("xlink:href", "href")
    body = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1", body)
    body = re.sub(r"(font-weight|font-family): [^;\"]*;?", "", body)
    body = _STAND_IN.sub(lambda match: _COLOURS[match[0]], body)
    body = re.sub(r">\s+<", "><", body)
    opening = f'<svg class="chart" role="img" aria-label="{escape(title)}" {view[0] if view else ""}>'
    return Markup(opening + body)


def _months(axes: Axes, weeks: Sequence[date]) -> None:
    """A tick at the first week of each month, named."""
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    places, seen = [], set()
    for n, week in enumerate(weeks):
        middle = date.fromordinal(week.toordinal() + 3)
        if (key := (middle.year, middle.month)) not in seen and (n == 0 or n < len(weeks) - 1):
            seen.add(key)
            places.append((n, names[middle.month - 1]))
    axes.set_xticks([n for n, _ in places], [name for _, name in places])
    axes.set_xlim(-0.6, max(len(weeks) - 0.4, 1))


def _spread(places: Sequence[float], gap: float) -> list[float]:
    """Label positions near ``places`` that keep ``gap`` between them."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    settled = list(places)
    for below, above in pairwise(order):
        settled[above] = max(settled[above], settled[below] + gap)
    return settled


def weekly_lines(title: str, weeks: Sequence[date], rows: Mapping[str, Sequence[int]]) -> Markup:
    """Letters per week, one line a municipality, named at its end."""

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.06, 0.1, 0.76, 0.84))
        top = max((max(values) for values in rows.values()), default=1) or 1
        ends = _spread([values[-1] for values in rows.values()], top * 0.075)
        for n, (name, values) in enumerate(rows.items()):
            colour = SERIES[n % len(SERIES)]
            axes.plot(range(len(values)), values, color=colour, linewidth=1.8, solid_joinstyle="round")
            label = f"{name}  {number(sum(values))}"
            axes.annotate(
                label,
                (len(values) - 1, ends[n]),
                (8, 0),
                textcoords="offset points",
                color=colour,
                va="center",
                annotation_clip=False,
            )
        axes.set_ylim(0, top * 1.05)
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.spines["left"].set_visible(False)
        axes.tick_params(length=0)
        _months(axes, weeks)

    return _picture("weekly-letters", title, 3.0, draw)


def shares(name: str, title: str, rows: Sequence[tuple[str, Sequence[tuple[str, int, int]]]]) -> Markup:
    """One bar a row, to 100 %. A row is its name and its parts: (label, number, colour)."""

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.17, 0.02, 0.74, 0.96))
        for n, (_, parts) in enumerate(rows):
            total = sum(part[1] for part in parts)
            left = 0.0
            for label, amount, colour in parts:
                share = 100 * amount / total if total else 0
                axes.barh(
                    n, share, left=left, height=0.66, color=SERIES[colour % len(SERIES)], edgecolor="none"
                )
                if left > 0:
                    axes.plot([left, left], [n - 0.34, n + 0.34], color=PAPER, linewidth=1.6)
                text = f"{label} {share:.0f} %"
                if share > 1.12 * len(text):
                    axes.text(
                        left + share / 2, n, text, ha="center", va="center", color=ON_COLOUR, fontsize=8.5
                    )
                elif share >= 7:
                    axes.text(
                        left + share / 2,
                        n,
                        f"{share:.0f} %",
                        ha="center",
                        va="center",
                        color=ON_COLOUR,
                        fontsize=8.5,
                    )
                left += share
            axes.text(101, n, number(total), va="center", color=MUTED)
        axes.set_yticks(range(len(rows)), [row[0] for row in rows], color=INK)
        axes.set_ylim(len(rows) - 0.45, -0.55)
        axes.set_xlim(0, 100)
        axes.set_xticks([])
        axes.tick_params(length=0)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)

    return _picture(name, title, 0.25 + 0.46 * max(len(rows), 1), draw)


def bars(name: str, title: str, rows: Sequence[tuple[str, float, str]]) -> Markup:
    """One bar a row: name, length, and the words at its end."""

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.17, 0.02, 0.5, 0.96))
        axes.barh(range(len(rows)), [row[1] for row in rows], height=0.62, color=SERIES[0])
        longest = max((row[1] for row in rows), default=1) or 1
        for n, (_, length, words) in enumerate(rows):
            axes.text(length + longest * 0.015, n, words, va="center", color=INK)
        axes.set_yticks(range(len(rows)), [row[0] for row in rows], color=INK)
        axes.set_ylim(len(rows) - 0.45, -0.55)
        axes.set_xlim(0, longest)
        axes.set_xticks([])
        axes.tick_params(length=0)
        axes.spines["bottom"].set_visible(False)

    return _picture(name, title, 0.25 + 0.4 * max(len(rows), 1), draw)


def journey_times(title: str, rows: Mapping[str, Sequence[Span]]) -> Markup:
    """How long until acknowledged, read, replied: letters by time on a logarithmic scale, resends marked."""
    edges = [10 ** (0.25 * n) for n in range(28)]

    def draw(figure: Figure) -> None:
        panels = figure.subplots(len(rows), 1, sharex=True, squeeze=False)
        figure.subplots_adjust(left=0.22, right=0.97, top=0.96, bottom=0.11, hspace=0.35)
        for n, (name, spans) in enumerate(rows.items()):
            axes = panels[n][0]
            plain, again = [0] * len(edges), [0] * len(edges)
            for span in spans:
                slot = min(int(math.log10(max(span.seconds, 1)) / 0.25), len(edges) - 1)
                (again if span.resent else plain)[slot] += 1
            for heights, base, colour in ((plain, [0] * len(edges), SERIES[0]), (again, plain, ALARM)):
                full = [k for k, height in enumerate(heights) if height]
                axes.bar(
                    [edges[k] for k in full],
                    [heights[k] for k in full],
                    [edges[k] * 0.68 for k in full],
                    [base[k] for k in full],
                    align="edge",
                    color=colour,
                )
            axes.set_xscale("log")
            axes.set_xlim(1, 3.2e6)
            axes.axvline(1800, color=MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
            axes.set_xticks(list(_TICKS), list(_TICKS.values()))
            axes.minorticks_off()
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
            axes.tick_params(length=3)
            late = sum(span.resent for span in spans)
            axes.text(-0.015, 0.5, name, transform=axes.transAxes, ha="right", va="center", color=INK)
            words = counted(len(spans), "letter") + (f", {number(late)} sent again" if late else "")
            axes.text(
                -0.015,
                0.22,
                words,
                transform=axes.transAxes,
                ha="right",
                va="center",
                color=MUTED,
                fontsize=7.5,
            )

    return _picture("journey-times", title, 0.5 + 1.05 * max(len(rows), 1), draw)


def lookups(title: str, weeks: Sequence[date], rows: Mapping[str, Mapping[str, Sequence[int]]]) -> Markup:
    """Look-ups per week, one panel a solution, stacked by what became of them."""
    colours = dict(zip(OUTCOMES, (SERIES[0], SERIES[1], ALARM, MUTED), strict=True))

    def draw(figure: Figure) -> None:
        panels = figure.subplots(len(rows), 1, sharex=True, squeeze=False)
        figure.subplots_adjust(left=0.06, right=0.99, top=0.9, bottom=0.1, hspace=0.32)
        for n, (solution, outcomes) in enumerate(rows.items()):
            axes = panels[n][0]
            base = [0] * len(weeks)
            for outcome in OUTCOMES:
                values = outcomes[outcome]
                full = [k for k, value in enumerate(values) if value]
                heights, feet = [values[k] for k in full], [base[k] for k in full]
                axes.bar(full, heights, 0.72, bottom=feet, color=colours[outcome])
                base = [a + b for a, b in zip(base, values, strict=True)]
            axes.set_title(f"{solution}  {number(sum(base))}", loc="left", fontsize=9, color=INK)
            axes.grid(axis="y")
            axes.set_axisbelow(True)
            axes.spines["left"].set_visible(False)
            axes.tick_params(length=0)
            _months(axes, weeks)

    return _picture("lookups", title, 0.4 + 1.6 * max(len(rows), 1), draw)
