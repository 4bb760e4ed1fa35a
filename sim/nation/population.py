"""The children of the five municipalities and their custody holders, as columns.

Children of one household stand next to each other and share home, custody holders, GP and, by age, their
school. Nothing here makes an object for each person: ``sim.nation.world`` reads single rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mocks.errors import BadInput
from sim.nation.assumptions import Assumed
from sim.nation.cpr_numbers import calendar, cpr_numbers, day_number, off_new_year
from sim.nation.institutions import Institutions, Stage
from sim.nation.municipalities import Municipality
from sim.nation.names import family_weights, names
from sim.nation.streams import Draw, Floats, Ints, choose

_SIBLING_GAP = 300  # days
_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Households:
    """One row a household. ``municipality`` and ``town`` are positions, ``gp`` a position in the clinics."""

    municipality: Ints
    town: Ints
    street: Ints
    number: Ints
    family: Ints
    gp: Ints
    first_adult: Ints
    adults: Ints


@dataclass(frozen=True, slots=True)
class Children:
    """One row a child. ``birth`` is in days since 1970, ``institution`` -1 where there is none.

    ``grade`` is the school year 0 to 10, or -1 outside school; ``group`` chooses the letter or room.
    """

    household: Ints
    birth: Ints
    male: NDArray[np.int8]
    cpr: Ints
    given: Ints
    stage: Ints
    grade: Ints
    institution: Ints
    group: Ints


@dataclass(frozen=True, slots=True)
class Adults:
    """One row a custody holder. ``street`` and ``number`` differ from the household's when living apart."""

    household: Ints
    birth: Ints
    male: NDArray[np.int8]
    cpr: Ints
    given: Ints
    family: Ints
    street: Ints
    number: Ints


@dataclass(frozen=True, slots=True)
class Population:
    """All columns."""

    households: Households
    children: Children
    adults: Adults


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the population is placed into: municipalities (the pilot's first), institutions, clinics.

    ``clinics`` gives for each clinic its municipality's position and its weight.
    """

    municipalities: tuple[Municipality, ...]
    institutions: Institutions
    clinics: tuple[tuple[int, float], ...]


def population(around: Surroundings, seed: int, as_of: date, assumed: Assumed) -> Population:
    """Everybody under 18 in the pilot municipalities on that day, with their custody holders."""
    if not 2018 <= as_of.year <= 2036:
        raise BadInput(f"the world starts on {as_of}: choose a date from 2018 to 2036, as CPR numbers allow")
    today = day_number(as_of.isoformat())
    pilot = [m for m in around.municipalities if m.pilot]

    counts = np.array([m.children for m in pilot])
    home = np.repeat(np.arange(len(pilot), dtype=np.int64), counts)
    birth = _births(len(home), seed, as_of, today, assumed)
    order, household = _households(home, birth, seed)
    home, birth = home[order], birth[order]
    count = int(household[-1]) + 1
    first = np.r_[0, np.flatnonzero(np.diff(household)) + 1]

    draw = Draw(seed, "children")
    n = len(home)
    male = (draw.unit(n) < 0.513).astype(np.int8)
    given = given_names(male, draw)
    lives_in = home[first]

    rows = _homes(lives_in, count, around, seed, assumed)
    adults = _adults(np.minimum.reduceat(birth, first), rows, seed, assumed)
    every = np.r_[birth, adults.birth]
    numbers = cpr_numbers(every, np.r_[male, adults.male], Draw(seed, "cpr"))
    stage, grade = _stages(birth, as_of, today, seed, assumed)
    institution = _placements(household, lives_in, stage, around, seed, assumed)
    return Population(
        households=rows,
        children=Children(
            household=household,
            birth=birth,
            male=male,
            cpr=numbers[:n],
            given=given,
            stage=np.where(institution < 0, int(Stage.HOME), stage),
            grade=grade,
            institution=institution,
            group=Draw(seed, "groups").below(n, 1 << 16),
        ),
        adults=replace(adults, cpr=numbers[n:]),
    )


# Births and households --------------------------------------------------------------------------------


def _births(n: int, seed: int, as_of: date, today: int, assumed: Assumed) -> Ints:
    draw = Draw(seed, "births")
    bands = (
        (0, 6, assumed("children-aged-0-5")),
        (6, 10, assumed("children-aged-6-15")),
        (16, 2, assumed("children-aged-16-17")),
    )
    band = draw.pick(n, [weight for _, _, weight in bands])
    start = np.array([b[0] for b in bands])[band]
    years = np.array([b[1] for b in bands])[band]
    age = start + draw.unit(n) * years
    eldest = _years_before(as_of, 18) + 1
    birth = np.maximum(today - (age * 365.2425).astype(np.int64), eldest)
    return off_new_year(birth, today)


def _years_before(day: date, years: int) -> int:
    """Day number of the birthday of those who turn ``years`` on that day (1 March for 29 February)."""
    month, dom = (3, 1) if (day.month, day.day) == (2, 29) else (day.month, day.day)
    return day_number(date(day.year - years, month, dom).isoformat())


def _households(home: Ints, birth: Ints, seed: int) -> tuple[Ints, Ints]:
    """An order of the children in which households stand together, and the household of each place."""
    draw = Draw(seed, "households")
    n = len(home)
    # Shifted by 0 to 3 times 800 days and a little more, children born some years apart come to stand
    # side by side; the eldest and the youngest of a household are then at most eight years apart.
    near = birth + draw.below(n, 4) * 800 + draw.below(n, 500)
    order = np.lexsort((near, home)).astype(np.int64)
    sizes = draw.pick(n, (0.12, 0.48, 0.30, 0.10)) + 1
    starts = np.cumsum(sizes)
    new = np.zeros(n, dtype=bool)
    new[0] = True
    new[starts[starts < n]] = True
    place, born = home[order], birth[order]
    new[1:] |= place[1:] != place[:-1]
    drawn = np.cumsum(new)
    for back in (1, 2, 3):
        close = (drawn[back:] == drawn[:-back]) & (np.abs(born[back:] - born[:-back]) < _SIBLING_GAP)
        new[back:] |= close
    return order, (np.cumsum(new) - 1).astype(np.int64)


def _homes(lives_in: Ints, count: int, around: Surroundings, seed: int, assumed: Assumed) -> Households:
    draw = Draw(seed, "homes")
    town = np.zeros(count, dtype=np.int64)
    units = draw.unit(count)
    for position, m in enumerate(around.municipalities):
        here = lives_in == position
        if here.any():
            town[here] = choose(units[here], [t[2] for t in m.towns])
    two = draw.unit(count) < assumed("two-custody-holders")
    adults = 1 + two.astype(np.int64)
    return Households(
        municipality=lives_in,
        town=town,
        street=draw.below(count, len(names().streets)),
        number=1 + draw.below(count, 198),
        family=draw.pick(count, family_weights()),
        gp=_gps(lives_in, around, seed, assumed),
        first_adult=np.cumsum(adults) - adults,
        adults=adults,
    )


def _gps(lives_in: Ints, around: Surroundings, seed: int, assumed: Assumed) -> Ints:
    draw = Draw(seed, "gps")
    served = _elsewhere(lives_in, draw.unit(len(lives_in)), assumed("gp-elsewhere"), around, draw)
    where = np.array([place for place, _ in around.clinics])
    weight = np.array([w for _, w in around.clinics])
    units = draw.unit(len(lives_in))
    gp = np.full(len(lives_in), -1, dtype=np.int64)
    for position in range(len(around.municipalities)):
        here = served == position
        clinics = np.flatnonzero(where == position)
        if here.any():
            gp[here] = clinics[choose(units[here], weight[clinics])]
    return gp


def _elsewhere(lives_in: Ints, units: Floats, share: float, around: Surroundings, draw: Draw) -> Ints:
    """Municipality positions: the own one, but for ``share`` of the rows a neighbouring one."""
    position = {m.slug: k for k, m in enumerate(around.municipalities)}
    which = draw.unit(len(lives_in))
    result = lives_in.copy()
    for k, m in enumerate(around.municipalities):
        leaves = (lives_in == k) & (units < share)
        if leaves.any():
            neighbours = np.array([position[slug] for slug in m.neighbours])
            # The neighbours stand in order of likelihood.
            result[leaves] = neighbours[choose(which[leaves], 1.0 / np.arange(1, len(neighbours) + 1))]
    return result


# Custody holders -------------------------------------------------------------------------------------


def _adults(eldest: Ints, rows: Households, seed: int, assumed: Assumed) -> Adults:
    draw = Draw(seed, "adults")
    count = len(eldest)
    n = int(rows.adults.sum())
    household = np.repeat(np.arange(count, dtype=np.int64), rows.adults)
    second = np.zeros(n, dtype=bool)
    second[1:] = household[1:] == household[:-1]

    first_sex = (draw.unit(count) >= assumed("first-custody-holder-is-a-woman")).astype(np.int8)
    same = draw.unit(count) < 0.02
    second_sex = np.where(same, first_sex, 1 - first_sex).astype(np.int8)
    male = np.where(second, second_sex[household], first_sex[household]).astype(np.int8)

    older = 20.05 + (draw.unit(count) + draw.unit(count)) * 10
    gap = draw.unit(count) * 9 - 3
    years = np.where(second, np.clip(older + gap, 20.05, 46.0)[household], older[household])
    birth = off_new_year(eldest[household] - (years * _YEAR).astype(np.int64), int(eldest.max()))

    apart = second & (draw.unit(n) < assumed("custody-holder-lives-apart"))
    own_name = draw.unit(n) < np.where(second, 0.35, 0.15)
    return Adults(
        household=household,
        birth=birth,
        male=male,
        cpr=np.zeros(n, dtype=np.int64),
        given=given_names(male, draw),
        family=np.where(own_name, draw.pick(n, family_weights()), rows.family[household]),
        street=np.where(apart, draw.below(n, len(names().streets)), rows.street[household]),
        number=np.where(apart, 1 + draw.below(n, 198), rows.number[household]),
    )


def given_names(male: NDArray[np.int8], draw: Draw) -> Ints:
    """A given name for each row, as a position in the table of that sex."""
    women, men = (len(table) for table in names().given)
    return (draw.unit(len(male)) * np.where(male == 1, men, women)).astype(np.int64)


# Day-care and school ---------------------------------------------------------------------------------


def _stages(birth: Ints, as_of: date, today: int, seed: int, assumed: Assumed) -> tuple[Ints, Ints]:
    """Stage and school year of each child: school starts in August of the year a child turns six."""
    draw = Draw(seed, "stages")
    n = len(birth)
    school_year = as_of.year if as_of.month >= 8 else as_of.year - 1
    year, _, _ = calendar(birth)
    grade = school_year - year - 6
    age = (today - birth) / _YEAR
    attends = draw.unit(n)
    stage = np.full(n, int(Stage.HOME), dtype=np.int64)
    small = (grade < 0) & (age * 12 >= assumed("day-care-from-months")) & (age < 3)
    stage[small & (attends < assumed("day-care-share-under-3"))] = Stage.UNDER_THREE
    stage[(grade < 0) & (age >= 3) & (attends < assumed("day-care-share-3-5"))] = Stage.KINDERGARTEN
    tenth = draw.unit(n) < assumed("tenth-grade-share")
    at_school = (grade >= 0) & ((grade <= 9) | ((grade == 10) & tenth))
    stage[at_school] = Stage.SCHOOL
    stage[(grade >= 10) & ~at_school & (attends < assumed("youth-education-share"))] = Stage.YOUTH
    return stage, np.where(at_school, grade, -1)


def _placements(
    household: Ints, lives_in: Ints, stage: Ints, around: Surroundings, seed: int, assumed: Assumed
) -> Ints:
    draw = Draw(seed, "placements")
    count = len(lives_in)
    far = draw.unit(count)
    goes = {
        Stage.UNDER_THREE: _elsewhere(lives_in, far, assumed("day-care-elsewhere"), around, draw),
        Stage.SCHOOL: _elsewhere(lives_in, far, assumed("school-elsewhere"), around, draw),
    }
    goes[Stage.KINDERGARTEN] = goes[Stage.UNDER_THREE]
    goes[Stage.YOUTH] = goes[Stage.SCHOOL]
    chosen = draw.unit(count)  # one number a household: siblings of a stage go to the same place
    result = np.full(len(household), -1, dtype=np.int64)
    for kind, municipality in goes.items():
        for position, m in enumerate(around.municipalities):
            here = np.flatnonzero((stage == kind) & (municipality[household] == position))
            if len(here):
                options = around.institutions.choices[kind][m.code]
                rows = np.array([row for row, _ in options], dtype=np.int64)
                result[here] = rows[choose(chosen[household[here]], [weight for _, weight in options])]
    return result
