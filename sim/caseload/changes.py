"""What changes around the children while the run goes on: departments' contacts, homes, schools, custody.

Drawn before the run like everything that people intend, each kind from a stream of its own. When a register
learns of it is not decided here.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from mocks.runtime import COPENHAGEN
from mocks.units import Unit
from sim.caseload.calendar import at, next_moment
from sim.caseload.plan import Intent, Planner, pick, poisson
from sim.nation.contacts import PHONE_HOURS, phone_number
from sim.nation.streams import Draw, Ints
from sim.nation.world import World

#: Telephone numbers from here on belong to no unit at the start.
_NEW_NUMBERS = 900_000
#: Schools begin in the second week of August.
_SCHOOL_BEGINS = (8, 11)
#: Of those who move, so many stay in the pilot's municipalities, and so many keep the municipality at a change of school.
_INSIDE, _SAME_MUNICIPALITY = 0.7, 0.85


def plan_changes(
    planner: Planner, world: World, start: date, end: date, children: Ints, patients: Ints
) -> None:
    """Put the changes of the run into the plan. ``children``: those who are looked up; ``patients``: those of
    them about whom child psychiatry looks something up when something has changed."""
    share = (end - start).days / 182.5
    before = len(planner.intents)
    _contacts(planner, world, share)
    _homes(planner, world, share, children)
    _schools(planner, world, share, children, start, end)
    _custody(planner, world, share, children)
    moved = [i for i in planner.intents[before:] if i.kind != "change_contact"]
    _lookups(planner, world, [i for i in moved if i.child in set(patients.tolist())])


def _contacts(planner: Planner, world: World, share: float) -> None:
    rate = planner.parameters.number("contact_changes") * share
    number = _NEW_NUMBERS
    units: list[Unit] = [
        unit for m in world.pilot_municipalities for unit in (world.ppr_of(m.code), world.family_of(m.code))
    ]
    for unit in (*units, *world.bup):
        draw = planner.draw("changes", "contact", unit.sor_id)
        for moment in planner.exactly(poisson(rate, draw), draw):
            number += 1
            phone = draw.unit(1)[0] < 0.7
            hours = PHONE_HOURS[int(draw.below(1, len(PHONE_HOURS))[0])]
            detail = ("phone", phone_number(number)) if phone else ("phone_hours", hours)
            planner.intents.append(
                Intent(moment, "change_contact", unit.kind.value, unit.municipality, unit.sor_id, -1, detail)
            )


def _some(planner: Planner, name: str, share: float, children: Ints) -> tuple[Draw, list[int]]:
    """Each time the given share of the children, at random, none twice."""
    draw = planner.draw("changes", name)
    count = min(len(children), poisson(planner.parameters.number(name) * share * len(children), draw))
    return draw, [int(children[i]) for i in draw.order(len(children))[:count]]


def _homes(planner: Planner, world: World, share: float, children: Ints) -> None:
    draw, movers = _some(planner, "home_moves", share, children)
    inside = [m.code for m in world.municipalities if m.pilot]
    outside = [m.code for m in world.municipalities if not m.pilot]
    for child, moment in zip(movers, planner.exactly(len(movers), draw, shuffled=True), strict=False):
        stays, where = draw.unit(2).tolist()
        home = world.child(child).municipality
        choice = [code for code in (inside if stays < _INSIDE else outside) if code != home]
        code = choice[int(where * len(choice))]
        unit = world.family_of(home).sor_id
        planner.intents.append(Intent(moment, "move_home", "family", home, unit, child, (code,)))


def _schools(planner: Planner, world: World, share: float, children: Ints, start: date, end: date) -> None:
    draw, changers = _some(planner, "school_changes", share, children)
    places: dict[tuple[str, str], list[int]] = {}
    elsewhere: dict[str, list[int]] = {}
    for number, place in enumerate(world.institutions):
        places.setdefault((place.municipality, place.kind), []).append(number)
        elsewhere.setdefault(place.kind, []).append(number)
    begins = date(start.year, *_SCHOOL_BEGINS)
    summer = at(begins, 8).timestamp() if start <= begins < end else None
    after_summer = planner.parameters.number("school_changes_after_summer")
    for child, moment in zip(changers, planner.exactly(len(changers), draw, shuffled=True), strict=False):
        when, where, which = draw.unit(3).tolist()
        now = world.placement(child)
        if now is None:
            continue
        here = now.institution
        near = places[here.municipality, here.kind] if where < _SAME_MUNICIPALITY else elsewhere[here.kind]
        choice = [n for n in near if world.institutions[n].number != here.number]
        if not choice:
            continue
        if summer is not None and when < after_summer:
            moment = summer
        unit = world.ppr_of(here.municipality).sor_id
        detail = (choice[int(which * len(choice))], now.group)
        planner.intents.append(Intent(moment, "change_school", "ppr", here.municipality, unit, child, detail))


def _custody(planner: Planner, world: World, share: float, children: Ints) -> None:
    draw, changing = _some(planner, "custody_changes", share, children)
    adults = len(world.people.adults.cpr)
    for child, moment in zip(changing, planner.exactly(len(changing), draw, shuffled=True), strict=False):
        which, other = draw.unit(2).tolist()
        person = world.child(child)
        holders = person.custody
        # One of two keeps it; from one it passes to somebody else.
        somebody = world.adult(int(other * adults)).cpr
        detail = (holders[int(which * len(holders))] if len(holders) > 1 else somebody,)
        unit = world.family_of(person.municipality).sor_id
        planner.intents.append(
            Intent(moment, "change_custody", "family", person.municipality, unit, child, detail)
        )


def _lookups(planner: Planner, world: World, moved: list[Intent]) -> None:
    """Child psychiatry looks again when something about a child has changed, and often before the registers know."""
    p = planner.parameters
    draw = planner.draw("changes", "lookups")
    users = int(p.number("users_per_department"))
    bup = world.bup[0].sor_id
    for change in moved:
        looks, user, declares, minute = draw.unit(4).tolist()
        (role,) = pick(p["bup_roles"], draw, 1)
        wait = float(draw.waits(1, p.number("lookup_after_change_hours") * 3600)[0])
        if looks >= p.number("lookup_after_change"):
            continue
        after = datetime.fromtimestamp(change.at + wait, COPENHAGEN)
        moment = next_moment(after, tuple(range(8, 16))) + timedelta(minutes=int(minute * 60))
        detail = (role, int(user * users), declares < p.number("consent_declared"))
        planner.intents.append(Intent(moment.timestamp(), "overblik", "bup", "", bup, change.child, detail))
