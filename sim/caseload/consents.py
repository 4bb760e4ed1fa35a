"""The consents that families give, and do not give: drawn for every child that somebody may look up.

A consent names who gave it, for which kinds of data, from when until when; it may be withdrawn. What ends it by
law (a fifteenth birthday, other custody holders) is followed, mostly, by a new one. Whether a consent holds at a
look-up is not decided here (``sim.truth.consents`` and, apart from it, the consent register).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mocks.people import Person
from mocks.runtime import COPENHAGEN
from sim.caseload.calendar import next_moment
from sim.caseload.parameters import Parameters
from sim.nation.streams import Draw
from sim.nation.world import World

#: The kinds of data, by the words of the consent register.
SCOPES = ("appointments", "school", "family_case", "ppr_case")
#: From this birthday on the young person consents.
_YOUNG = 15
_OFFICE = tuple(range(8, 16))


@dataclass(frozen=True, slots=True)
class Given:
    """A consent as it was given. ``entered``: when, ``None`` for before the run; days include both ends."""

    cpr: str
    scopes: tuple[str, ...]
    givers: tuple[str, ...]
    first: date
    last: date | None = None
    entered: datetime | None = None
    withdrawn: datetime | None = None


def plan_consents(
    world: World,
    parameters: Parameters,
    seed: int,
    start: date,
    end: date,
    children: Iterable[int],
    custody_changes: Mapping[int, tuple[datetime, tuple[str, ...]]],
    missing: float,
) -> list[Given]:
    """The consents about ``children`` (rows), in the order of the children.

    ``missing``: share of the children about whom nobody consents. ``custody_changes``: what happens to custody in
    the run. Each child has a stream of its own, so that another share or another child shifts nothing.
    """
    p = parameters.number
    found: list[Given] = []
    for row in children:
        u = Draw(seed, f"caseload/consents/{row}").unit(12).tolist()
        if u[0] < missing:
            continue
        child = world.child(row)
        given_on = start - timedelta(days=1 + int(u[1] * 270))
        scopes = _scopes(u[3]) if u[2] < p("consent_partial") else SCOPES
        # A consent of last year may have been the custody holders'; whoever must consent has by now.
        givers = _who(child, child.custody, start)
        if len(givers) > 1 and u[5] < p("consent_one_giver"):
            givers = givers[:1]
        last = given_on + timedelta(days=364) if u[4] < p("consent_limited") else None
        withdrawn = None
        if u[6] < p("consent_withdrawn"):
            withdrawn = _moment(start, u[7] * (end - start).days)
        first = Given(child.cpr, scopes, givers, given_on, last, None, withdrawn)
        found.append(first)
        if withdrawn is None and len(givers) == len(_who(child, child.custody, start)):
            found += _again(
                world, child, first, start, end, custody_changes.get(row), u[8:], p("consent_renewed")
            )
    return found


def _again(
    world: World,
    child: Person,
    before: Given,
    start: date,
    end: date,
    change: tuple[datetime, tuple[str, ...]] | None,
    u: list[float],
    renewed: float,
) -> list[Given]:
    """New consents where the first no longer suffices: it ended, the child turned fifteen, custody changed."""
    found: list[Given] = []
    turns = _birthday(child.birth_date, _YOUNG)
    if before.last is not None and start <= before.last < end and u[0] < renewed:
        day = before.last + timedelta(days=1 + int(u[1] * 14))
        custody = change[1] if change is not None and change[0].date() < day else child.custody
        found.append(_new(before, _who(child, custody, day), day, u[1]))
    if start <= turns < end and u[2] < renewed:
        day = turns + timedelta(days=int(u[3] * 21))
        found.append(_new(before, (child.cpr,), day, u[3]))
    if change is not None and u[0] < renewed:
        day = change[0].date() + timedelta(days=1 + int(u[1] * 21))
        found.append(_new(before, _who(child, change[1], day), day, u[2]))
    return [given for given in found if given.first < end]


def _new(before: Given, givers: tuple[str, ...], day: date, minute: float) -> Given:
    moment = _moment(day, 0.0) + timedelta(minutes=int(minute * 50))
    return Given(before.cpr, before.scopes, givers, moment.date(), None, moment)


def _who(child: Person, custody: tuple[str, ...], day: date) -> tuple[str, ...]:
    return (child.cpr,) if child.age(day) >= _YOUNG else custody


def _scopes(u: float) -> tuple[str, ...]:
    """All kinds of data but one."""
    left_out = SCOPES[int(u * len(SCOPES))]
    return tuple(scope for scope in SCOPES if scope != left_out)


def _moment(day: date, more: float) -> datetime:
    """The first office hour after the beginning of that day, or so many days later."""
    morning = datetime(day.year, day.month, day.day, tzinfo=COPENHAGEN) + timedelta(days=int(more))
    return next_moment(morning, _OFFICE)


def _birthday(birth: date, age: int) -> date:
    """Born on 29 February: on 1 March in other years."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)
