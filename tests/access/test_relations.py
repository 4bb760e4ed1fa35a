"""Grades of treatment relations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from mocks.access.relations import Category, Contact, RelationLookUp, Source, graded
from mocks.access.users import UserKind
from mocks.runtime import COPENHAGEN

NOW = datetime(2025, 6, 2, 10, tzinfo=COPENHAGEN)
DAY = NOW.date()
LOOK_UP = RelationLookUp(
    id="1", patient="p", professional="d", kind=UserKind.GP, at=NOW, organisation="111", ydernummer="012345"
)


def contact(source: Source = Source.SSR, **fields: Any) -> Contact:
    given: dict[str, Any] = {"source": source, "patient": "p", "known_from": NOW, "ydernummer": "012345"}
    return Contact(**(given | fields))


def grade(*contacts: Contact, later: int = 0, look_up: RelationLookUp = LOOK_UP) -> Category:
    return graded(look_up, contacts, NOW + timedelta(days=later), 62)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"on": DAY}, Category.A),
        ({}, Category.C),
        ({"on": DAY - timedelta(days=30)}, Category.C),
        ({"on": DAY, "professional": "d"}, Category.A_PLUS),
        ({"on": DAY, "ydernummer": "999999"}, Category.D),
        ({"on": DAY, "patient": "q"}, Category.D),
        ({"source": Source.SIKREDE}, Category.B),
        ({"source": Source.LPR3, "on": DAY - timedelta(days=9), "course": True}, Category.B_PLUS),
        (
            {"source": Source.LPR3, "on": DAY - timedelta(days=9), "course": True,
             "until": DAY - timedelta(days=1)},
            Category.C,
        ),
        (
            {"source": Source.LPR3, "on": DAY - timedelta(days=9), "course": True, "professional": "d"},
            Category.A_PLUS,
        ),
    ],
)  # fmt: skip
def test_a_contact_gives_its_grade(fields: dict[str, Any], expected: Category) -> None:
    assert grade(contact(**fields)) is expected


def test_without_evidence_a_look_up_waits_62_days_and_then_cannot_be_settled() -> None:
    assert grade() is Category.D
    assert grade(later=62) is Category.D
    assert grade(later=63) is Category.E


def test_evidence_counts_from_when_it_is_known() -> None:
    late = contact(on=DAY, known_from=NOW + timedelta(days=14))
    assert grade(late, later=13) is Category.D
    assert grade(late, later=14) is Category.A


def test_ones_own_gp_is_a_general_relation_and_the_best_grade_counts() -> None:
    own = msgspec.structs.replace(LOOK_UP, own_gp=True)
    assert grade(look_up=own) is Category.B
    assert grade(contact(), look_up=own) is Category.B
    assert grade(contact(on=DAY), look_up=own) is Category.A


def test_no_register_knows_ppr() -> None:
    ppr = msgspec.structs.replace(LOOK_UP, kind=UserKind.PPR_WORKER)
    assert grade(contact(on=DAY), look_up=ppr) is Category.D
    assert grade(contact(on=DAY), look_up=ppr, later=63) is Category.E


def test_grades_have_an_order() -> None:
    assert Category.A.at_least(Category.B)
    assert Category.B.at_least(Category.B)
    assert not Category.C.at_least(Category.B)


def test_days_are_danish() -> None:
    late_evening = datetime.fromisoformat("2025-06-01T22:30+00:00")
    look_up = msgspec.structs.replace(LOOK_UP, at=late_evening)
    assert grade(contact(on=date(2025, 6, 2)), look_up=look_up) is Category.A
