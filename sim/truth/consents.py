"""Whether a consent held at a moment, reckoned on its own from what families gave and withdrew.

The rules are the configured ones; where nothing is configured, from fifteen the young person consents, before that
everybody who has custody.
Custody is asked for twice: as it is, and as the CPR replica had it, since nobody who decides can know more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Protocol

from mocks.people import Person
from mocks.runtime import COPENHAGEN
from sim.truth.timeline import EVER, Timeline
from sim.truth.window import ADULT

YOUNG = 15
#: The kinds of data of each solution.
SCOPES = {
    "aftaleoverblik": frozenset({"appointments"}),
    "sagsoverblik": frozenset({"school", "family_case", "ppr_case"}),
}


class Given(Protocol):
    """A consent as it was given (``sim.caseload.consents.Given``)."""

    @property
    def cpr(self) -> str: ...
    @property
    def scopes(self) -> tuple[str, ...]: ...
    @property
    def givers(self) -> tuple[str, ...]: ...
    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date | None: ...
    @property
    def entered(self) -> datetime | None: ...
    @property
    def withdrawn(self) -> datetime | None: ...


class Consents:
    """Everything that was given, by citizen.

    ``reading`` settles what the law leaves open: ``careful``; ``one-holder``: one custody holder is enough;
    ``one-year``: no consent holds longer; ``syddjurs``: a year too, and from fifteen on everybody signs.
    """

    def __init__(self, given: Iterable[Given] = (), reading: str = "careful") -> None:
        self._reading = reading
        self._by_citizen: dict[str, list[Given]] = {}
        for consent in given:
            self._by_citizen.setdefault(consent.cpr, []).append(consent)

    def covered(self, child: Person, custody: Collection[str], at: datetime) -> frozenset[str]:
        """The kinds of data that a valid consent covers at that moment, with these people having custody."""
        day = at.astimezone(COPENHAGEN).date()
        if child.age(day) >= ADULT:
            return frozenset()
        said: dict[str, set[str]] = {}
        for consent in self._by_citizen.get(child.cpr, ()):
            if _holds(consent, day, at) and not self._too_old(consent, day):
                for scope in consent.scopes:
                    said.setdefault(scope, set()).update(consent.givers)
        young = child.age(day) >= YOUNG
        return frozenset(s for s, givers in said.items() if self._enough(child, young, set(custody), givers))

    def _enough(self, child: Person, young: bool, custody: set[str], givers: set[str]) -> bool:
        """Whether those who consented are those who must."""
        if young:
            return child.cpr in givers and (self._reading != "syddjurs" or custody <= givers)
        if self._reading == "one-holder":
            return bool(custody & givers)
        return bool(custody) and custody <= givers

    def _too_old(self, consent: Given, day: date) -> bool:
        """Whether a year has passed; a consent of 29 February ends on the 28th."""
        if self._reading not in ("one-year", "syddjurs"):
            return False
        first = consent.first
        leap = (first.month, first.day) == (2, 29)
        return day > date(first.year + 1, first.month, 28 if leap else first.day)


def _holds(consent: Given, day: date, at: datetime) -> bool:
    return (
        (consent.entered is None or consent.entered <= at)
        and consent.first <= day
        and (consent.last is None or day <= consent.last)
        and (consent.withdrawn is None or at < consent.withdrawn)
    )


def as_the_replica_knew(custody: Timeline[tuple[str, ...]]) -> Timeline[tuple[str, ...]]:
    """The same changes at the moments when the CPR replica has them: at two in the morning of the next weekday."""
    changes = list(custody.changes())
    known = Timeline(changes[0][1])
    for since, holders in changes[1:]:
        if since > EVER:
            known.change(holders, _seen(since))
    return known


def _seen(at: datetime) -> datetime:
    local = at.astimezone(COPENHAGEN)
    ahead = {4: 3, 5: 2}.get(local.weekday(), 1)  # Friday's and Saturday's changes are seen on Monday
    day = local.date() + timedelta(days=ahead)
    return datetime(day.year, day.month, day.day, 2, tzinfo=COPENHAGEN)
