"""The consent register and the truth beside it come to the same, though they share no code."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import msgspec
import pytest

from mocks.access.consents import READINGS, Consent, ConsentRules, Giver, Scope, Withdrawal, judge
from mocks.access.users import AccessUser, UserKind
from mocks.people import Person
from mocks.runtime import COPENHAGEN
from sim.caseload.consents import Given
from sim.truth.consents import Consents
from tests.access.test_consents import CHILD, FATHER, MOTHER, NEW_FATHER

SCOPES = tuple(scope.value for scope in Scope)
USER = AccessUser(kind=UserKind.PPR_WORKER)
START = date(2025, 4, 1)


def drawn_moment(draw: random.Random) -> datetime:
    day = START + timedelta(days=draw.randrange(-300, 300))
    return datetime(day.year, day.month, day.day, draw.randrange(24), draw.randrange(60), tzinfo=COPENHAGEN)


def drawn(draw: random.Random) -> Given:
    """A consent as a family might give it, or as nobody would."""
    first = START + timedelta(days=draw.randrange(-400, 120))
    last = first + timedelta(days=draw.randrange(0, 400)) if draw.random() < 0.4 else None
    givers = tuple(draw.sample((MOTHER, FATHER, NEW_FATHER, CHILD), draw.randrange(1, 4)))
    scopes = tuple(draw.sample(SCOPES, draw.randrange(1, 5)))
    withdrawn = drawn_moment(draw) if draw.random() < 0.3 else None
    return Given(CHILD, scopes, givers, first, last, None, withdrawn)


def registered(given: Given, number: int) -> Consent:
    """The same consent as the register keeps it."""
    scopes = tuple(Scope(scope) for scope in given.scopes)
    ended = () if given.withdrawn is None else (Withdrawal(given.withdrawn, given.givers[0], scopes),)
    return Consent(
        id=f"c-{number}",
        cpr=given.cpr,
        scopes=scopes,
        givers=tuple(Giver(giver, given.first) for giver in given.givers),
        from_=given.first,
        until=given.last,
        withdrawals=ended,
    )


@pytest.mark.parametrize("reading", READINGS)
def test_the_register_and_the_truth_come_to_the_same_for_whatever_families_do(reading: str) -> None:
    draw = random.Random(4)
    rules = READINGS[reading] or ConsentRules()
    covered = 0
    for _ in range(2500):
        born = START - timedelta(days=draw.randrange(13 * 365, 19 * 365))
        custody = tuple(draw.sample((MOTHER, FATHER, NEW_FATHER), draw.randrange(0, 3)))
        child = Person(
            cpr=CHILD, given="F", family="H", birth_date=born, sex="F", municipality="0851", custody=custody
        )
        given = [drawn(draw) for _ in range(draw.randrange(0, 5))]
        kept = [registered(one, number) for number, one in enumerate(given)]
        at = drawn_moment(draw)
        truth = Consents(given, reading).covered(child, custody, at)
        found = {s.value for s in Scope if judge(kept, child, s, USER, at, rules).valid}
        assert found == truth, (born, custody, at, msgspec.to_builtins(kept))
        covered += bool(truth)
    assert 150 < covered < 2300  # both answers occur often
