"""Trouble on purpose: which rules strike, how often and when, drawn from the seed.

A rule names a point where somebody asks (VANS, or people at their desks and the registers they look into), what
happens there, and how often: a share of all that passes, or a window of time. What struck is counted, so that
nobody blames a system for what the harness did; and so is whom it hit and what it cost.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from mocks.drivers.ids import stream
from mocks.errors import BadInput
from mocks.runtime import COPENHAGEN, Fault
from sim.caseload.calendar import at, working_days

#: What can happen at each point: the network is away as a whole, an envelope on its way meets with trouble, or the
#: pilot's own troubles at desks and registers (``troubles.toml``).
ACTIONS = {
    "vans.intake": ("away",),
    "vans.route": ("drop", "duplicate", "delay"),
    "desk.inbox": ("skip",),
    "desk.mailbox": ("wait",),
    "desk.attachment": ("fail",),
    "desk.reply": ("same_channel",),
    "desk.address": ("mistype",),
    "sor.contact": ("late",),
    "seb.role": ("missing",),
    "register.answer": ("delay",),
    "stil.placement": ("wrong",),
}
#: By which facts a rule may pick, at each point.
_VANS_FACTS = ("sender", "receiver", "type")
FACTS = {
    "vans.intake": _VANS_FACTS,
    "vans.route": _VANS_FACTS,
    "register.answer": ("system",),
    "desk.attachment": ("sector", "actor", "receiver"),
    "stil.placement": (),
    "seb.role": (),
}
DESK_FACTS = ("sector", "actor")
_MOST_SECONDS = {"vans.intake": 7 * 86400.0, "vans.route": 7 * 86400.0}

#: ``--faults mild``: 2 % lost, 2 % twice, 2 % late, and VANS away for three hours on one morning.
MILD = """
[[fault]]
id = "lost"
point = "vans.route"
action = "drop"
share = 0.02

[[fault]]
id = "twice"
point = "vans.route"
action = "duplicate"
share = 0.02
seconds = 240

[[fault]]
id = "late"
point = "vans.route"
action = "delay"
share = 0.02
seconds = 5400

[[fault]]
id = "vans-away"
point = "vans.intake"
action = "away"
working_day = 0.4
hour = 9
seconds = 10800
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of trouble.

    ``share`` of what passes is struck (0 to 1), inside the window if there is one. ``seconds`` is how long
    a delay, a repetition or an absence lasts. ``match`` narrows by facts (``type``, ``sender``,
    ``receiver``): a fact must start with the given text. ``what`` and ``source`` are for the report.
    """

    id: str
    point: str
    action: str
    share: float
    seconds: float
    start: datetime | None
    end: datetime | None
    match: Mapping[str, str]
    what: str = ""
    source: str = ""


@dataclass(slots=True)
class Effect:
    """What a rule did to people: how many letters and look-ups it hit, and what it cost them in seconds."""

    letters: int = 0
    lookups: int = 0
    seconds: float = 0.0


class FaultPlan:
    """All rules of a run, how often each has struck, and to what effect."""

    def __init__(self, seed: int, rules: list[Rule], now: Callable[[], datetime]) -> None:
        self._seed, self._now = seed, now
        self.rules = rules
        self.struck = {rule.id: 0 for rule in rules}
        self.effects = {rule.id: Effect() for rule in rules}

    def at(self, point: str) -> list[Rule]:
        """The rules at one point."""
        return [rule for rule in self.rules if rule.point == point]

    def chosen(self, rule: Rule, name: str) -> bool:
        """Whether a rule that strikes some and not others for good (users, children) strikes this one."""
        return stream(self._seed, "fault", rule.point, rule.id, name).random() < rule.share

    def hit(self, rule: str, *, letters: int = 0, lookups: int = 0, seconds: float = 0.0) -> None:
        """Count an effect of a rule."""
        effect = self.effects[rule]
        effect.letters += letters
        effect.lookups += lookups
        effect.seconds += seconds

    def for_system(self, system: str) -> SystemFaults:
        """The faults of one system, with a random stream of its own."""
        return SystemFaults(self, system, self._seed, self._now)


class SystemFaults:
    """``mocks.runtime.Faults`` for one system. At most one rule strikes a thing; the first that does."""

    def __init__(self, plan: FaultPlan, system: str, seed: int, now: Callable[[], datetime]) -> None:
        self._plan, self._now = plan, now
        self._streams = {rule.id: stream(seed, "fault", system, rule.id) for rule in plan.rules}
        self._by_point: dict[str, list[Rule]] = {}
        for rule in plan.rules:
            self._by_point.setdefault(rule.point, []).append(rule)

    def strike(self, point: str, facts: Mapping[str, str]) -> Fault | None:
        struck: Rule | None = None
        for rule in self._by_point.get(point, ()):
            if rule.start is not None and rule.end is not None and not rule.start <= self._now() < rule.end:
                continue
            if any(not facts.get(name, "").startswith(text) for name, text in rule.match.items()):
                continue
            # Every rule draws for everything it fits, so that switching one off leaves the others as they were.
            if (rule.share >= 1.0 or self._streams[rule.id].random() < rule.share) and struck is None:
                struck = rule
        if struck is None:
            return None
        self._plan.struck[struck.id] += 1
        return Fault(struck.id, struck.action, struck.seconds)


def load(choice: str, seed: int, start: date, end: date, now: Callable[[], datetime]) -> FaultPlan:
    """``none``, ``mild``, ``pilot``, some of the pilot's (``pilot:no-notice,slow-lookup``), or a TOML file with
    ``[[fault]]`` tables."""
    if choice == "none":
        return FaultPlan(seed, [], now)
    name, _, wanted = choice.partition(":")
    if choice == "mild":
        text, where = MILD, "mild"
    elif name == "pilot":
        text, where = resources.files("sim").joinpath("troubles.toml").read_text("utf-8"), "pilot"
    else:
        text, where = _read(choice), choice
    try:
        tables = tomllib.loads(text).get("fault", [])
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{where} is not TOML: {error}") from error
    if not (isinstance(tables, list) and tables and all(isinstance(table, dict) for table in tables)):
        raise BadInput(f"{where} holds no [[fault]] table (two brackets on each side)")
    days = list(working_days(start, end))
    rules = [_rule(table, f"{where}, fault {number}", days) for number, table in enumerate(tables, 1)]
    if len({rule.id for rule in rules}) != len(rules):
        raise BadInput(f"{where}: each fault needs an id of its own")
    return FaultPlan(seed, _only(rules, wanted) if where == "pilot" and choice != "pilot" else rules, now)


def _read(choice: str) -> str:
    path = Path(choice)
    if not path.is_file():
        raise BadInput(f"--faults takes none, mild, pilot or a TOML file; there is no file {choice!r}")
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"--faults: {choice} cannot be read: {error}") from error


def _only(rules: list[Rule], wanted: str) -> list[Rule]:
    """Those of the pilot's troubles that were named."""
    names = [name.strip() for name in wanted.split(",")]
    known = {rule.id: rule for rule in rules}
    for name in names:
        if name not in known:
            raise BadInput(f"--faults pilot: there is no trouble {name!r}; there are {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)]


_WINDOW_KEYS = frozenset({"working_day", "hour", "from", "to"})
_KEYS = _WINDOW_KEYS | {"id", "point", "action", "share", "seconds", "match", "what", "source"}


def _rule(table: dict[str, Any], where: str, days: list[date]) -> Rule:
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise BadInput(f"{where}: unknown key {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))}")
    for name in ("id", "point", "action"):
        if not isinstance(table.get(name), str):
            raise BadInput(f"{where} lacks {name}")
    if table["point"] not in ACTIONS:
        raise BadInput(f"{where}: point is one of {', '.join(ACTIONS)}, not {table['point']!r}")
    if table["action"] not in (possible := ACTIONS[table["point"]]):
        raise BadInput(
            f"{where}: action at {table['point']} is one of {', '.join(possible)}, not {table['action']!r}"
        )
    share = _number(table, "share", 1.0, 1.0, where)
    seconds = _number(table, "seconds", 0.0, _MOST_SECONDS.get(table["point"], 90 * 86400.0), where)
    match = table.get("match", {})
    facts = FACTS.get(table["point"], DESK_FACTS)
    if not (isinstance(match, dict) and all(k in facts and isinstance(v, str) for k, v in match.items())):
        raise BadInput(
            f"{where}: match is a table of texts; its keys are {', '.join(facts) or 'none at this point'}"
        )
    for name in ("what", "source"):
        if not isinstance(table.get(name, ""), str):
            raise BadInput(f"{where}: {name} is a text")
    start = end = None
    if "working_day" in table:
        place = int(_number(table, "working_day", 0.0, 1.0, where) * len(days))
        hour = int(_number(table, "hour", 9, 23, where))
        # A run without a working day has no such moment: an empty window, in which nothing strikes.
        start = at(days[min(place, len(days) - 1)], hour) if days else at(date(1970, 1, 1), 0)
        end = start + timedelta(seconds=seconds if days else 0.0)
    elif "from" in table or "to" in table:
        start, end = _moment(table, "from", where), _moment(table, "to", where)
        if end <= start:
            raise BadInput(
                f"{where}: to ({end:%Y-%m-%d %H:%M}) does not lie after from ({start:%Y-%m-%d %H:%M})"
            )
    elif table["action"] == "away":
        raise BadInput(f"{where}: an absence needs working_day (a share of the run) or from and to")
    return Rule(
        table["id"], table["point"], table["action"], share, seconds, start, end, match,
        table.get("what", ""), table.get("source", ""),
    )  # fmt: skip


def _number(table: dict[str, Any], name: str, default: float, most: float, where: str) -> float:
    value = table.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadInput(f"{where}: {name} is a number between 0 and {most:g}, not {value!r}")
    return float(value)


def _moment(table: dict[str, Any], name: str, where: str) -> datetime:
    value = table.get(name)
    if not isinstance(value, datetime):
        raise BadInput(f"{where}: {name} is a date and time, such as 2025-05-14T09:00:00")
    return value if value.tzinfo else value.replace(tzinfo=COPENHAGEN)
