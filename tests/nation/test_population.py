"""The people: numbers, ages, homes, custody, GP, school."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest

from mocks.errors import BadInput
from mocks.identifiers import cpr_birth_date, cpr_modulus_11, is_synthetic_cpr
from sim.nation import World, build
from sim.nation.cpr_numbers import calendar, cpr_numbers, day_number, off_new_year
from sim.nation.institutions import Stage
from sim.nation.streams import Draw

EVERY_SO_MANY = 97


def _numbers(world: World) -> list[str]:
    people = world.people
    return [f"{n:010d}" for n in (*people.children.cpr.tolist(), *people.adults.cpr.tolist())]


def test_every_cpr_number_is_synthetic_and_used_once(world: World) -> None:
    numbers = _numbers(world)
    assert all(map(is_synthetic_cpr, numbers))
    assert len(set(numbers)) == len(numbers)


def test_the_last_digit_says_the_sex_and_the_seventh_the_century(world: World) -> None:
    people = world.people
    for group in (people.children, people.adults):
        assert (group.cpr % 2 == group.male).all()
        seventh = group.cpr // 1000 % 10
        recent = calendar(group.birth)[0] >= 2000
        assert ((seventh >= 4) == recent).all()


def test_every_cpr_number_starts_with_the_birth_date(world: World) -> None:
    births = np.r_[world.people.children.birth, world.people.adults.birth].tolist()
    epoch = date(1970, 1, 1).toordinal()
    for number, birth in zip(_numbers(world), births, strict=True):
        assert cpr_birth_date(number).toordinal() == epoch + birth


def test_a_crowd_born_on_one_day_still_gets_different_numbers() -> None:
    birth = np.full(2500, day_number("2015-02-28"))
    male = np.zeros(2500, dtype=np.int8)
    numbers = cpr_numbers(birth, male, Draw(1, "test"))
    assert len(set(numbers.tolist())) == 2500
    assert all(cpr_modulus_11(f"{n:010d}") for n in numbers.tolist())


def test_nobody_gets_the_number_of_a_published_test_person(world: World) -> None:
    published = {2802156666, 204087194, 2512489996, 2509479989, 201919990, 408801111}
    assert published.isdisjoint(map(int, _numbers(world)))


def test_birthdays_leave_new_year_without_entering_the_future() -> None:
    days = np.array([day_number("2015-01-01"), day_number("2025-01-01")])
    moved = off_new_year(days, latest=day_number("2025-01-01"))
    assert moved.tolist() == [day_number("2015-01-02"), day_number("2024-12-31")]


def test_municipalities_have_the_estimated_numbers_of_children(world: World) -> None:
    households = world.people.children.household
    counts = np.bincount(world.people.households.municipality[households])
    found = {m.name: int(n) for m, n in zip(world.municipalities, counts, strict=False)}
    assert found == {
        "Aalborg": 42_418,
        "Brønderslev": 7_094,
        "Thisted": 8_485,
        "Jammerbugt": 7_489,
        "Rebild": 5_884,
    }
    assert len(world) == 71_370


@pytest.mark.parametrize("as_of", [date(2025, 4, 1), date(2024, 2, 29), date(2026, 1, 1), date(2025, 12, 31)])
def test_all_children_are_under_eighteen_on_the_first_day(as_of: date) -> None:
    world = build(3, as_of)
    births = world.people.children.birth
    eldest, youngest = int(births.argmin()), int(births.argmax())
    assert world.child(eldest).age(as_of) == 17
    assert world.child(youngest).birth_date <= as_of
    assert world.child(youngest).age(as_of) == 0


def test_ages_follow_the_national_bands(world: World) -> None:
    ages = Counter(world.child(i).age(world.as_of) for i in range(0, len(world), 7))
    total = sum(ages.values())
    small = sum(ages[a] for a in range(6)) / total
    assert small == pytest.approx(363_903 / 1_137_799, abs=0.02)
    assert min(ages[a] for a in range(18)) > total / 30


def test_custody_holders_are_twenty_to_fifty_five_years_older(world: World) -> None:
    for i in range(0, len(world), EVERY_SO_MANY):
        child = world.child(i)
        assert 1 <= len(child.custody) <= 2
        for cpr in child.custody:
            holder = world.find(cpr)
            assert holder is not None
            assert 20 <= holder.age(child.birth_date) <= 55


def test_no_two_siblings_are_born_within_three_hundred_days(world: World) -> None:
    c = world.people.children
    order = np.lexsort((c.birth, c.household))
    same = np.diff(c.household[order]) == 0
    assert np.diff(c.birth[order])[same].min() >= 298  # a birthday on 1 January moves by a day


def test_some_second_custody_holders_live_apart(world: World) -> None:
    h, a = world.people.households, world.people.adults
    apart = (a.street != h.street[a.household]) | (a.number != h.number[a.household])
    assert 0.05 < apart.mean() < 0.15


def test_each_child_has_a_gp_and_most_have_one_outside_the_pilot(world: World) -> None:
    clinics = {unit.sor_id: unit.pilot for unit in (*world.pilot_clinics, *world.outside_clinics)}
    pilot = [clinics[world.child(i).gp] for i in range(0, len(world), 11)]
    assert 0.05 < sum(pilot) / len(pilot) < 0.25


def test_school_children_are_in_the_grade_of_their_year_of_birth(world: World) -> None:
    c = world.people.children
    years = calendar(c.birth)[0]
    at_school = c.stage == Stage.SCHOOL
    assert (c.grade[at_school] == 2024 - years[at_school] - 6).all()
    row = int(np.flatnonzero(at_school)[0])
    placement = world.placement(row)
    assert placement is not None
    assert placement.institution.kind in ("Folkeskole", "Fri- og privatskole", "Specialskole")
    assert placement.group.startswith(f"{c.grade[row]}.")


def test_day_care_takes_the_small_ones_and_babies_stay_at_home(world: World) -> None:
    kinds: dict[bool, set[str]] = {True: set(), False: set()}
    for i in range(0, len(world), EVERY_SO_MANY):
        placement, age = world.placement(i), world.child(i).age(world.as_of)
        if placement and age < 5:
            kinds[age < 3].add(placement.institution.kind)
        days = (world.as_of - world.child(i).birth_date).days
        assert placement is None or days >= 300
    assert kinds == {True: {"Dagpleje", "Daginstitution"}, False: {"Daginstitution"}}


def test_a_few_per_cent_go_to_school_in_another_municipality(world: World) -> None:
    c = world.people.children
    home = world.people.households.municipality[c.household]
    lies_in = [i.municipality for i in world.institutions]
    codes = [m.code for m in world.municipalities]
    school = np.flatnonzero(c.stage == Stage.SCHOOL)
    elsewhere = [
        lies_in[c.institution[i]] for i in school.tolist() if lies_in[c.institution[i]] != codes[home[i]]
    ]
    assert 0.02 < len(elsewhere) / len(school) < 0.04
    assert {"0851", "0820"} <= set(elsewhere)  # inside and outside the pilot


def test_a_date_that_cpr_numbers_cannot_carry_is_refused() -> None:
    with pytest.raises(BadInput, match="2018 to 2036"):
        build(1, date(2040, 1, 1))
