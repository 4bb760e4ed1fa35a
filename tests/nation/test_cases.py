"""The cases on the first day: shares, owners, windows, BUP, target group."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest

from mocks.people import CaseKind
from sim.nation import World, build
from sim.nation.case_columns import OPEN
from sim.nation.institutions import Stage


def test_ppr_follows_the_school_and_the_family_department_the_home(world: World) -> None:
    moved = 0
    connected = {m.code for m in world.pilot_municipalities}
    for position in range(len(world.caseload.cases.child)):
        row = int(world.caseload.cases.child[position])
        case, placement = world.case(position), world.placement(row)
        home = world.municipalities[
            world.people.households.municipality[world.people.children.household[row]]
        ].code
        if case.kind is CaseKind.PPR:
            assert placement is not None
            assert case.owner == placement.institution.municipality
            assert case.unit == world.ppr_of(case.owner).sor_id
            moved += case.owner != home
        else:
            assert case.owner == home
            assert case.unit == world.family_of(case.owner).sor_id
        assert case.owner in connected
    assert moved > 100


def test_ppr_cases_outside_the_pilot_exist_but_cannot_be_seen(world: World) -> None:
    unseen = world.caseload.unseen.tolist()
    assert len(unseen) > 20
    connected = {m.code for m in world.pilot_municipalities}
    for row in unseen:
        placement = world.placement(row)
        assert placement is not None and placement.institution.municipality not in connected
        assert not any(c.kind is CaseKind.PPR for c in world.cases_of_child(row))


def test_thirteen_in_a_hundred_have_an_active_ppr_case(world: World) -> None:
    c, cases = world.people.children, world.caseload.cases
    eligible = np.count_nonzero((c.institution >= 0) & (c.stage != Stage.YOUTH))
    active = np.count_nonzero((cases.kind == 0) & (cases.closed == OPEN)) + len(world.caseload.unseen)
    assert active / eligible == pytest.approx(0.13, abs=0.005)


def test_the_family_department_has_its_share_and_shares_many_children_with_ppr(world: World) -> None:
    cases = world.caseload.cases
    active = cases.closed == OPEN
    family = set(cases.child[active & (cases.kind == 1)].tolist())
    ppr = set(cases.child[active & (cases.kind == 0)].tolist()) | set(world.caseload.unseen.tolist())
    assert len(family) / len(world) == pytest.approx(0.0362, abs=0.003)
    assert len(family & ppr) / len(family) == pytest.approx(0.45, abs=0.05)


def test_dates_lie_in_order_and_some_cases_closed_inside_and_some_outside_the_half_year(world: World) -> None:
    half_year = date(2024, 10, 1)
    inside = outside = 0
    for m in world.pilot_municipalities:
        for case in world.cases_in(m.code):
            assert case.opened < world.as_of
            if case.closed is not None:
                assert case.opened < case.closed < world.as_of
                inside += case.closed >= half_year
                outside += case.closed < half_year
    assert inside > 1000 and outside > 1000


def test_nobody_has_a_case_before_birth(world: World) -> None:
    cases = world.caseload.cases
    assert (cases.opened > world.people.children.birth[cases.child]).all()


def test_case_numbers_are_unique_in_a_municipality_and_uuids_everywhere(world: World) -> None:
    every = [case for m in world.pilot_municipalities for case in world.cases_in(m.code)]
    assert len(every) == len(world.caseload.cases.child)
    assert len({case.uuid for case in every}) == len(every)
    assert len({(case.owner, case.number) for case in every}) == len(every)
    assert all(case.uuid[14] == "4" and case.uuid[19] in "89ab" for case in every)


def test_a_child_has_at_most_one_case_in_each_department(world: World) -> None:
    cases = world.caseload.cases
    keys = Counter(zip(cases.child.tolist(), cases.kind.tolist(), strict=True))
    assert set(keys.values()) == {1}


def test_a_worker_has_one_name_one_phone_and_one_department(world: World) -> None:
    seen: dict[str, set[tuple[str, str]]] = {}
    for m in world.pilot_municipalities:
        for case in world.cases_in(m.code):
            seen.setdefault(case.worker_phone, set()).add((case.worker, case.unit))
    assert all(len(workers) == 1 for workers in seen.values())
    assert all(phone.startswith("012") for phone in seen)


def test_cases_are_found_by_child_and_by_cpr(world: World) -> None:
    row = int(world.followed[0])
    found = world.cases_of_child(row)
    assert found and found == world.cases_of(world.child(row).cpr)
    assert {case.cpr for case in found} == {world.child(row).cpr}
    busy = {int(r) for r in world.caseload.cases.child}
    free = next(r for r in range(len(world)) if r not in busy)
    assert world.cases_of_child(free) == ()
    assert world.cases_of("0000000000") == ()


def test_bup_sees_its_share_and_most_patients_have_a_municipal_case(world: World) -> None:
    patients = set(world.bup_patients.tolist())
    assert len(patients) / len(world) == pytest.approx(0.03826, abs=0.003)
    cases = world.caseload.cases
    active = set(cases.child[cases.closed == OPEN].tolist()) | set(world.caseload.unseen.tolist())
    assert len(patients & active) / len(patients) == pytest.approx(0.70, abs=0.04)
    assert all(world.child(row).age(world.as_of) >= 3 for row in list(patients)[:200])


def test_the_target_group_has_an_active_case_and_is_large_enough_for_the_pilot(world: World) -> None:
    cases = world.caseload.cases
    active = set(cases.child[cases.closed == OPEN].tolist())
    followed = world.followed.tolist()
    assert set(followed) <= active
    assert 2000 < len(followed) < 6000
    assert set(followed) & set(world.bup_patients.tolist())


def test_a_replaced_figure_changes_the_caseload_and_nothing_else(world: World) -> None:
    other = build(world.seed, figures={"ppr-share": 0.10})
    assert len(other.caseload.cases.child) < len(world.caseload.cases.child)
    assert (other.people.children.cpr == world.people.children.cpr).all()
