"""Whether a consent held at a moment: who gave it, for what, from when until when, and who has custody."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from mocks.people import Person
from sim.caseload.consents import SCOPES, Given
from sim.truth import Access, Rules, Truth
from sim.truth.access import judge
from sim.truth.consents import Consents, as_the_replica_knew
from tests.truth.ground import CHILD, CPR, NOW, Homes, moment

MOTHER, FATHER = "0101801110", "0202801111"
BOTH = (MOTHER, FATHER)
ALL = frozenset(SCOPES)


def given(*givers: str, **more: Any) -> Given:
    return Given(CPR, **{"scopes": SCOPES, "givers": givers, "first": date(2025, 5, 1), **more})


def covered(*consents: Given, custody: tuple[str, ...] = BOTH, child: Person = CHILD) -> frozenset[str]:
    return Consents(consents).covered(child, custody, NOW)


def test_everybody_who_has_custody_must_have_consented() -> None:
    assert covered(given(*BOTH)) == ALL
    assert covered(given(MOTHER), given(FATHER)) == ALL
    assert covered(given(MOTHER)) == covered() == frozenset()
    assert covered(given(MOTHER), custody=(MOTHER,)) == ALL
    assert covered(given(MOTHER), custody=()) == frozenset()
    assert covered(given(CPR)) == frozenset(), "a child of thirteen does not consent"


@pytest.mark.parametrize(
    ("born", "parents", "own"),
    [
        (date(2010, 9, 1), ALL, frozenset()),  # fifteen tomorrow
        (date(2010, 8, 31), frozenset(), ALL),  # fifteen today
        (date(2007, 9, 1), frozenset(), ALL),
        (date(2007, 8, 31), frozenset(), frozenset()),  # of age: nothing to consent to
    ],
)
def test_from_the_fifteenth_birthday_on_the_young_person_consents(
    born: date, parents: frozenset[str], own: frozenset[str]
) -> None:
    child = msgspec.structs.replace(CHILD, birth_date=born)
    assert covered(given(*BOTH), child=child) == parents
    assert covered(given(CPR), child=child) == own


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ({"first": date(2025, 8, 31)}, True),
        ({"first": date(2025, 9, 1)}, False),
        ({"last": date(2025, 8, 31)}, True),
        ({"last": date(2025, 8, 30)}, False),
        ({"entered": NOW}, True),
        ({"entered": moment("2025-08-31T14:31")}, False),
        ({"withdrawn": moment("2025-08-31T14:31")}, True),
        ({"withdrawn": NOW}, False),
    ],
)
def test_a_consent_holds_from_its_first_day_to_its_last_unless_it_is_withdrawn(
    more: dict[str, Any], holds: bool
) -> None:
    assert covered(given(*BOTH, **more)) == (ALL if holds else frozenset())


def test_a_consent_covers_what_it_names() -> None:
    assert covered(given(*BOTH, scopes=("school", "ppr_case"))) == {"school", "ppr_case"}
    other = Given("2509479989", SCOPES, BOTH, date(2025, 5, 1))
    assert covered(other) == frozenset()


def test_the_replica_knows_of_custody_at_two_in_the_morning_of_the_next_weekday() -> None:
    truth = Truth(people=Homes())
    truth.custody_changed(CPR, (FATHER,), moment("2025-08-29T10:00"))  # a Friday
    known = as_the_replica_knew(truth.custody(CPR))
    assert truth.custody(CPR).value(NOW) == (FATHER,)
    assert known.value(NOW) == CHILD.custody
    assert known.value(moment("2025-09-01T01:59")) == CHILD.custody
    assert known.value(moment("2025-09-01T02:00")) == (FATHER,)


# What the configured rules make of it

CARD = frozenset({"school", "family_case", "ppr_case"})
PART = frozenset({"school"})


@pytest.mark.parametrize(
    ("rules", "covers", "adult", "role", "may"),
    [
        (Rules(), frozenset(), False, True, True),
        (Rules(), CARD, False, False, False),
        (Rules(role=False), CARD, False, False, True),
        (Rules(registered=True), ALL, False, True, True),
        (Rules(registered=True), CARD, False, False, False),
        (Rules(registered=True), PART, False, True, False),
        (Rules(registered=True), frozenset(), False, True, False),
        (Rules(registered=True), frozenset(), True, True, True),
        (Rules(registered=True, partial=True), PART, False, True, True),
        (Rules(registered=True, partial=True), frozenset({"appointments"}), False, True, False),
    ],
)
def test_who_may_look(rules: Rules, covers: frozenset[str], adult: bool, role: bool, may: bool) -> None:
    assert rules.allow(needed=CARD, covered=covers, adult=adult, role=role) is may


def test_a_partial_consent_leaves_out_the_rest() -> None:
    assert Rules(registered=True, partial=True).withheld(needed=CARD, covered=PART) == CARD - PART
    assert Rules(registered=True).withheld(needed=CARD, covered=PART) == frozenset()
    assert Rules(partial=True).withheld(needed=CARD, covered=PART) == frozenset()


@pytest.mark.parametrize(
    ("outcome", "may", "access"),
    [
        ("shown", True, Access.ALLOWED),
        ("empty", True, Access.ALLOWED),
        ("denied", False, Access.DENIED),
        ("shown", False, Access.ALLOWED_AGAINST),
        ("empty", False, Access.ALLOWED_AGAINST),
        ("denied", True, Access.DENIED_AGAINST),
        ("timeout", True, Access.UNANSWERED),
        ("error", False, Access.UNANSWERED),
    ],
)
def test_how_a_look_up_ended_is_held_against_the_rules(outcome: str, may: bool, access: Access) -> None:
    assert judge(outcome, may) is access
