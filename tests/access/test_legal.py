"""The table of legal rules, and how a row decides."""

from __future__ import annotations

import msgspec
import pytest

from mocks.access.consents import JointCustody, Scope
from mocks.access.legal import NO_ROW, Mark, Need, legal_table
from mocks.access.users import BUP_KINDS, CLINIC_KINDS, UserKind

TABLE = legal_table()


def test_every_row_has_a_source_and_every_open_row_says_so() -> None:
    ids = [rule.id for rule in TABLE.rules]
    assert len(set(ids)) == len(ids) >= 18
    assert all(rule.source and rule.basis and rule.direction for rule in TABLE.rules)
    assert {rule.mark for rule in TABLE.rules} == set(Mark)
    assert all(rule.mark is not Mark.SOURCED for rule in TABLE.rules if "not verified" in rule.source)


@pytest.mark.parametrize("kind", [kind for kind in UserKind if kind is not UserKind.UNKNOWN])
@pytest.mark.parametrize("health_person", [True, False])
def test_every_user_kind_that_looks_at_appointments_has_a_row(kind: UserKind, health_person: bool) -> None:
    rule = TABLE.rule(kind, Scope.APPOINTMENTS, health_person=health_person)
    if kind in CLINIC_KINDS and not health_person:
        assert rule is NO_ROW
    else:
        assert kind in rule.kinds


@pytest.mark.parametrize("scope", [Scope.SCHOOL, Scope.FAMILY_CASE, Scope.PPR_CASE])
@pytest.mark.parametrize("kind", sorted(BUP_KINDS | CLINIC_KINDS))
def test_health_care_needs_a_consent_for_municipal_data_health_person_or_not(
    kind: UserKind, scope: Scope
) -> None:
    for health_person in (True, False):
        assert TABLE.rule(kind, scope, health_person=health_person).consent is Need.REQUIRED


def test_what_no_row_is_made_for_has_no_basis() -> None:
    assert TABLE.rule(UserKind.UNKNOWN, Scope.SCHOOL, health_person=True).consent is Need.NEVER


def test_a_year_and_the_young_person_beside_the_parents_decide_no_look_up_by_default() -> None:
    (form,) = [rule for rule in TABLE.rules if rule.id == "syddjurs-form"]
    assert (form.longest_years, form.from_15, form.data) == (1, "with_custody", ())
    assert [rule.id for rule in TABLE.rules if rule.from_15 == "with_custody"] == ["syddjurs-form"]
    assert [rule.id for rule in TABLE.rules if rule.longest_years and rule.data] == []


def test_an_open_row_is_settled_by_putting_another_in_its_place() -> None:
    row = TABLE.rule(UserKind.PPR_WORKER, Scope.APPOINTMENTS, health_person=False)
    settled = TABLE.replacing([msgspec.structs.replace(row, under_15=JointCustody.ONE)])
    found = settled.rule(UserKind.PPR_WORKER, Scope.APPOINTMENTS, health_person=False)
    assert found.consent_rules.joint_custody is JointCustody.ONE
    assert len(settled.rules) == len(TABLE.rules)
