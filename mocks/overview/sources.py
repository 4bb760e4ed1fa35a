"""Asking the registers for one card: CPR, institutions, case index and SOR, side by side.

Each has its own patience, and all together the card's time limit: whatever they do, the card comes, says
which part is missing and why, and shows the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mocks.errors import Unreachable
from mocks.identifiers import cpr_birth_date
from mocks.kombit.case_index.client import Securing
from mocks.overview.calls import SaidNo, ask
from mocks.overview.card import (
    Card,
    department_blocks,
    head,
    leading_cases,
    minimised,
    school_block,
    shown_cases,
)
from mocks.overview.cases import IndexAnswer, cases_about
from mocks.overview.contacts import Contacts
from mocks.overview.lookup_log import Outcome
from mocks.overview.parts import Answers, State
from mocks.overview.placements import placement_of
from mocks.overview.session import Failure, failure_of
from mocks.overview.settings import Settings
from mocks.overview.window import months_before
from mocks.people import Case, CaseKind, Person, Placement, age_on
from mocks.runtime import Runtime

#: The parts of a card that a consent may leave out.
PARTS = ("school", CaseKind.FAMILY.value, CaseKind.PPR.value)


class Deadline:
    """The card's own time limit, counted from when it is made."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._clock, self._settings = runtime.clock, settings
        self._end = runtime.clock.now() + timedelta(seconds=settings.card_seconds)

    def patience(self, source: str) -> float:
        """How many seconds this source may take now: its own patience, or what is left."""
        own = self._settings.patience.get(source, self._settings.source_seconds)
        left = (self._end - self._clock.now()).total_seconds()
        return max(min(own, left), 0.0)


@dataclass(frozen=True, slots=True)
class _Cases:
    """What is shown of the cases: those within the window, with names and contacts of their departments."""

    failure: Failure | None
    shown: list[Case]
    owners: Mapping[str, str]
    contacts: Contacts


async def compose(
    runtime: Runtime,
    settings: Settings,
    cpr: str,
    *,
    withheld: Collection[str] = (),
    departments: Mapping[str, Collection[str]] | None = None,
    deadline: Deadline | None = None,
    security: Securing | None = None,
) -> Card:
    """The card of one citizen, as the registers answer at this moment, within ``settings.card_seconds``.

    ``withheld``: those of ``PARTS`` that the citizen's consent does not cover; they are not asked for.
    ``departments``: of the parts whose consent covers some departments only, their SOR ids. ``security``: the
    header with our token at the case index.
    """
    today = runtime.clock.now().date()
    deadline = deadline or Deadline(runtime, settings)
    limited = departments or {}
    if age_on(cpr_birth_date(cpr), today) >= settings.age_limit:  # then nobody else needs to hear of it
        person = await _person(runtime, cpr, deadline)
        if person is None or isinstance(person, Failure) or person.age(today) >= settings.age_limit:
            return _too_old(settings, person)
    person, placement, cases = await runtime.clock.gather(
        "card",
        _person(runtime, cpr, deadline),
        _placement(runtime, cpr, deadline, withheld),
        _cases(runtime, settings, cpr, deadline, today, withheld, limited, security),
    )
    if person is None:
        return Card(outcome=Outcome.EMPTY, note="Borgeren findes ikke i CPR.")
    if isinstance(person, Person) and person.age(today) >= settings.age_limit:
        return _too_old(settings, person)
    card = _card(settings, cpr, today, person, placement, cases, withheld, limited)
    return minimised(card) if settings.minimised else card


def _card(
    settings: Settings,
    cpr: str,
    today: date,
    person: Person | Failure,
    placement: Placement | Failure | None,
    cases: _Cases,
    withheld: Collection[str],
    limited: Collection[str],
) -> Card:
    contacts = cases.contacts
    departments = department_blocks(
        cases.shown, contacts.unit, lambda code: cases.owners.get(code, f"kommune {code}")
    )
    states = Answers(
        person=person,
        placement=placement,
        index=cases.failure,
        contacts=contacts.failure,
        kinds={block.kind for block in departments},
        connected=settings.connected,
        withheld=withheld,
        limited=limited,
    ).parts()
    return Card(
        outcome=_outcome(placement, cases.failure, bool(departments)),
        head=head(person if isinstance(person, Person) else None, cpr, today, settings.name_mark),
        school=school_block(placement if isinstance(placement, Placement) else None)
        if states["school"].state in (State.FOUND, State.NONE)
        else None,
        departments=departments,
        states=states,
        municipality=person.municipality if isinstance(person, Person) else "",
        rows=len(departments),
    )


async def _person(runtime: Runtime, cpr: str, deadline: Deadline) -> Person | Failure | None:
    """``None``: CPR knows nobody with this number."""
    try:
        seconds = deadline.patience("cpr")
        return await ask(runtime, "cpr", "/cpr/opslag", Person, {"cpr": cpr}, timeout=seconds)
    except (SaidNo, Unreachable) as error:
        if isinstance(error, SaidNo) and error.status == 404:
            return None
        return failure_of(error, "CPR")


async def _placement(
    runtime: Runtime, cpr: str, deadline: Deadline, withheld: Collection[str]
) -> Placement | Failure | None:
    """Where the child goes decides whose PPR it is, and is asked also when the school itself is not shown."""
    if "school" in withheld and CaseKind.PPR in withheld:
        return None
    return await placement_of(runtime, cpr, deadline.patience("stil"), "Institutionsregistret")


async def _cases(
    runtime: Runtime,
    settings: Settings,
    cpr: str,
    deadline: Deadline,
    today: date,
    withheld: Collection[str],
    limited: Mapping[str, Collection[str]],
    security: Securing | None,
) -> _Cases:
    if CaseKind.FAMILY in withheld and CaseKind.PPR in withheld:
        return _Cases(None, [], {}, Contacts(runtime, 0.0))
    found = await cases_about(runtime, cpr, deadline.patience("sagsindeks"), security)
    contacts = Contacts(runtime, deadline.patience("sor"))
    if not isinstance(found, IndexAnswer):
        return _Cases(found, [], {}, contacts)
    shown = [
        case
        for case in shown_cases(found.cases, months_before(today, settings.months_back), today)
        if (settings.connected is None or case.owner in settings.connected)
        and case.kind not in withheld
        and (case.kind not in limited or case.unit in limited[case.kind])
    ]
    await contacts.fetch(case.unit for case in leading_cases(shown))
    return _Cases(None, shown, found.owners, contacts)


def _too_old(settings: Settings, person: Person | Failure | None) -> Card:
    if person is None:
        return Card(outcome=Outcome.EMPTY, note="Borgeren findes ikke i CPR.")
    note = f"Overblikket viser kun børn og unge under {settings.age_limit} år (antagelse)."
    municipality = person.municipality if isinstance(person, Person) else ""
    return Card(outcome=Outcome.EMPTY, municipality=municipality, note=note)


def _outcome(placement: Placement | Failure | None, index: Failure | None, departments: bool) -> Outcome:
    """The case index decides: without it the look-up has failed, whatever else could be shown."""
    if index is not None:
        return index.outcome
    if departments or isinstance(placement, Placement):
        return Outcome.SHOWN
    return placement.outcome if isinstance(placement, Failure) else Outcome.EMPTY
