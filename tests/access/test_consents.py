"""Whether a consent holds at a look-up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from mocks.access.consents import (
    SYDDJURS_FORM,
    Consent,
    ConsentRules,
    Giver,
    JointCustody,
    Scope,
    Standing,
    Withdrawal,
    YoungPerson,
    judge,
)
from mocks.access.users import AccessUser, UserKind
from mocks.people import Person
from mocks.runtime import COPENHAGEN

MOTHER, FATHER, CHILD, NEW_FATHER = "0201800000", "0202790001", "1006139990", "0303780003"
PPR = AccessUser(kind=UserKind.PPR_WORKER)
SIGNED = date(2025, 2, 3)


def child(*custody: str, born: date = date(2013, 6, 10)) -> Person:
    return Person(
        cpr=CHILD, given="Freja", family="Holm", birth_date=born, sex="F", municipality="0851",
        custody=custody,
    )  # fmt: skip


def consent(*givers: str, **fields: Any) -> Consent:
    given = {
        "id": "c-1",
        "cpr": CHILD,
        "scopes": (Scope.APPOINTMENTS,),
        "givers": tuple(Giver(giver, SIGNED) for giver in givers),
        "from_": SIGNED,
    }
    return Consent(**(given | fields))


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=COPENHAGEN)


def standing(
    person: Person,
    *consents: Consent,
    on: str = "2025-05-12",
    scope: Scope = Scope.APPOINTMENTS,
    user: AccessUser = PPR,
    rules: ConsentRules | None = None,
) -> Standing:
    return judge(consents, person, scope, user, at(on), rules or ConsentRules()).standing


def test_a_child_with_joint_custody_needs_both_custody_holders() -> None:
    both = child(MOTHER, FATHER)
    assert standing(both, consent(MOTHER)) is Standing.GIVERS
    assert standing(both, consent(MOTHER, FATHER)) is Standing.VALID
    one = ConsentRules(joint_custody=JointCustody.ONE)
    assert standing(both, consent(MOTHER), rules=one) is Standing.VALID
    assert standing(both, consent(NEW_FATHER), rules=one) is Standing.GIVERS


def test_both_may_sign_a_form_each() -> None:
    forms = (consent(MOTHER), consent(FATHER, id="c-2"))
    state = judge(forms, child(MOTHER, FATHER), Scope.APPOINTMENTS, PPR, at("2025-05-12"), ConsentRules())
    assert (state.standing, state.consents) == (Standing.VALID, ("c-1", "c-2"))


def test_two_forms_that_share_no_data_do_not_add_up() -> None:
    other = consent(FATHER, id="c-2", scopes=(Scope.SCHOOL,))
    assert standing(child(MOTHER, FATHER), consent(MOTHER), other) is Standing.GIVERS


def test_a_sole_custody_holder_suffices() -> None:
    assert standing(child(MOTHER), consent(MOTHER)) is Standing.VALID


def test_nobody_can_consent_for_a_child_without_a_known_custody_holder() -> None:
    assert standing(child(), consent(MOTHER)) is Standing.GIVERS


def test_the_fifteenth_birthday_ends_what_the_parents_consented_to_and_opens_what_the_young_person_did() -> (
    None
):
    person = child(MOTHER, FATHER, born=date(2010, 6, 10))
    by_parents, by_child = consent(MOTHER, FATHER), consent(CHILD, id="c-2")
    assert standing(person, by_parents, on="2025-06-09") is Standing.VALID
    assert standing(person, by_parents, on="2025-06-10") is Standing.GIVERS
    assert standing(person, by_child, on="2025-06-09") is Standing.GIVERS
    assert standing(person, by_child, on="2025-06-10") is Standing.VALID


def test_custody_holders_decide_for_a_young_person_who_cannot() -> None:
    person = child(MOTHER, FATHER, born=date(2009, 1, 1))
    unable = consent(MOTHER, FATHER, young_person_unable=True)
    assert standing(person, unable) is Standing.VALID
    assert standing(person, msgspec.structs.replace(unable, young_person_unable=False)) is Standing.GIVERS


def test_from_the_eighteenth_birthday_on_nothing_is_open() -> None:
    person = child(MOTHER, born=date(2007, 5, 12))
    assert standing(person, consent(CHILD), on="2025-05-11") is Standing.VALID
    assert standing(person, consent(CHILD), on="2025-05-12") is Standing.ADULT


def test_a_change_of_custody_takes_effect_at_the_look_up() -> None:
    form = consent(MOTHER, FATHER)
    assert standing(child(MOTHER, FATHER), form) is Standing.VALID
    assert standing(child(MOTHER, NEW_FATHER), form) is Standing.GIVERS
    assert standing(child(MOTHER), form) is Standing.VALID


def test_a_consent_holds_from_its_first_to_its_last_day() -> None:
    form = consent(MOTHER, until=date(2025, 5, 12))
    person = child(MOTHER)
    assert standing(person, form, on="2025-02-02") is Standing.NOT_YET
    assert standing(person, form, on="2025-02-03") is Standing.VALID
    assert standing(person, form, on="2025-05-12") is Standing.VALID
    assert standing(person, form, on="2025-05-13") is Standing.EXPIRED


def test_midnight_is_danish() -> None:
    form = consent(MOTHER, until=date(2025, 5, 12))
    late = datetime.fromisoformat("2025-05-12T22:30+00:00")  # 00:30 on the 13th in Denmark
    state = judge([form], child(MOTHER), Scope.APPOINTMENTS, PPR, late, ConsentRules())
    assert state.standing is Standing.EXPIRED


def test_the_syddjurs_form_holds_a_year_and_asks_everybody_from_fifteen_on() -> None:
    form = consent(MOTHER, FATHER)
    assert standing(child(MOTHER, FATHER), form, on="2026-02-03", rules=SYDDJURS_FORM) is Standing.VALID
    assert standing(child(MOTHER, FATHER), form, on="2026-02-04", rules=SYDDJURS_FORM) is Standing.EXPIRED
    leap = consent(MOTHER, FATHER, givers=(Giver(MOTHER, date(2024, 2, 29)), Giver(FATHER, date(2024, 5, 1))))
    assert standing(child(MOTHER, FATHER), leap, on="2025-03-01", rules=SYDDJURS_FORM) is Standing.EXPIRED
    young = child(MOTHER, FATHER, born=date(2010, 1, 1))
    assert standing(young, consent(CHILD), rules=SYDDJURS_FORM) is Standing.GIVERS
    everybody = consent(MOTHER, FATHER, CHILD)
    assert standing(young, everybody, rules=SYDDJURS_FORM) is Standing.VALID
    assert SYDDJURS_FORM.young_person is YoungPerson.WITH_CUSTODY


def test_a_withdrawal_counts_from_its_moment_and_for_its_data_only() -> None:
    ended = Withdrawal(at("2025-05-12"), MOTHER, (Scope.SCHOOL,))
    form = consent(MOTHER, scopes=(Scope.SCHOOL, Scope.PPR_CASE), withdrawals=(ended,))
    assert standing(child(MOTHER), form, scope=Scope.SCHOOL, on="2025-05-11") is Standing.VALID
    assert standing(child(MOTHER), form, scope=Scope.SCHOOL) is Standing.WITHDRAWN
    assert standing(child(MOTHER), form, scope=Scope.PPR_CASE) is Standing.VALID


def test_a_consent_opens_its_data_for_its_receivers_only() -> None:
    form = consent(MOTHER, receivers=(UserKind.PPR_WORKER,))
    assert standing(child(MOTHER), form) is Standing.VALID
    doctor = AccessUser(kind=UserKind.BUP_DOCTOR)
    assert standing(child(MOTHER), form, user=doctor) is Standing.OTHER_RECEIVER
    assert standing(child(MOTHER), form, scope=Scope.SCHOOL) is Standing.OTHER_SCOPE
    assert standing(child(MOTHER)) is Standing.NONE


def test_a_partial_consent_opens_the_departments_for_which_everybody_needed_consented() -> None:
    mother = consent(MOTHER, scopes=(Scope.PPR_CASE,))
    father = consent(FATHER, id="c-2", scopes=(Scope.PPR_CASE,), departments=("111", "222"))
    state = judge(
        [mother, father], child(MOTHER, FATHER), Scope.PPR_CASE, PPR, at("2025-05-12"), ConsentRules()
    )
    assert state.valid
    assert state.departments == ("111", "222")
    assert (state.covers("111"), state.covers("333")) == (True, False)
    different = msgspec.structs.replace(mother, departments=("333",))
    assert standing(child(MOTHER, FATHER), different, father, scope=Scope.PPR_CASE) is Standing.GIVERS


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"until": date(2025, 3, 1)}, Standing.EXPIRED),
        ({"from_": date(2025, 9, 1)}, Standing.NOT_YET),
        ({"scopes": (Scope.SCHOOL,)}, Standing.OTHER_SCOPE),
    ],
)
def test_of_several_reasons_the_one_nearest_to_valid_is_told(fields: dict[str, Any], told: Standing) -> None:
    failing = consent(MOTHER, **fields)
    assert standing(child(MOTHER), failing) is told
    withdrawn = consent(
        MOTHER, id="c-2", withdrawals=(Withdrawal(at("2025-03-01"), MOTHER, (Scope.APPOINTMENTS,)),)
    )
    assert standing(child(MOTHER), failing, withdrawn) is Standing.WITHDRAWN
