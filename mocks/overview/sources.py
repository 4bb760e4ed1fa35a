"""Asking the registers for one card: CPR, institutions, case index, SOR; each with its own patience."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from dataclasses import dataclass

from mocks.errors import Unreachable
from mocks.kombit import case_index
from mocks.kombit.case_index import WHOLE_CASE, Found, case_of
from mocks.overview.calls import SaidNo, Unusable, ask
from mocks.overview.card import (
    STATE_TEXTS,
    Card,
    Part,
    State,
    department_blocks,
    head,
    leading_cases,
    school_block,
    shown_cases,
)
from mocks.overview.contacts import Contacts
from mocks.overview.lookup_log import Outcome
from mocks.overview.placements import placement_of
from mocks.overview.session import Failure, failure_of
from mocks.overview.settings import Settings
from mocks.overview.window import months_before
from mocks.people import Case, CaseKind, Person, Placement
from mocks.runtime import Runtime


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """The cases about one child, and the names of the municipalities (by code) that own them."""

    cases: list[Case]
    owners: Mapping[str, str]


async def compose(runtime: Runtime, settings: Settings, cpr: str) -> Card | Failure:
    """The card of one citizen, as the registers answer at this moment.

    Without the CPR register there is no card (``Failure``); without any of the others there is one that
    says what is missing.
    """
    today = runtime.clock.now().date()
    seconds = settings.source_seconds
    try:
        person = await ask(runtime, "cpr", "/cpr/opslag", Person, {"cpr": cpr}, timeout=seconds)
    except (SaidNo, Unreachable) as error:
        if isinstance(error, SaidNo) and error.status == 404:
            return Card(outcome=Outcome.EMPTY, note="Borgeren findes ikke i CPR.")
        return failure_of(error, "CPR")
    if person.age(today) >= settings.age_limit:
        note = f"Overblikket viser kun børn og unge under {settings.age_limit} år (antagelse)."
        return Card(outcome=Outcome.EMPTY, municipality=person.municipality, note=note)

    placement = await placement_of(runtime, cpr, seconds, "Institutionsregistret")
    found = await _cases(runtime, cpr, seconds)
    shown: list[Case] = []
    owners: Mapping[str, str] = {}
    if not isinstance(found, Failure):
        owners = found.owners
        shown = [
            case
            for case in shown_cases(found.cases, months_before(today, settings.months_back), today)
            if _connected(settings, case.owner)
        ]
    contacts = Contacts(runtime, seconds)
    await contacts.fetch(case.unit for case in leading_cases(shown))
    departments = department_blocks(shown, contacts.unit, lambda code: owners.get(code, f"kommune {code}"))
    ppr_home = placement.institution.municipality if isinstance(placement, Placement) else ""
    kinds = {block.kind for block in departments}

    def department(kind: CaseKind, municipality: str) -> Part:
        if kind in kinds:
            state = State.FOUND
        elif isinstance(found, Failure):
            state = State.NO_ANSWER
        elif municipality and not _connected(settings, municipality):
            state = State.NOT_CONNECTED
        else:
            state = State.NONE
        return Part(state=state, municipality=municipality, note=STATE_TEXTS[state])

    return Card(
        outcome=_outcome(placement, found, departments),
        head=head(person, today, settings.name_mark),
        school=None if isinstance(placement, Failure) else school_block(placement),
        departments=departments,
        states={
            "school": Part(state=_school_state(placement)),
            "family": department(CaseKind.FAMILY, person.municipality),
            "ppr": department(CaseKind.PPR, ppr_home),
            "contacts": Part(state=State.FOUND if contacts.answered else State.NO_ANSWER),
        },
        municipality=person.municipality,
        rows=len(departments),
    )


async def _cases(runtime: Runtime, cpr: str, seconds: float) -> IndexAnswer | Failure:
    """All cases about the child. The index restricts nothing: age and period are ours to look after."""
    question = {"cpr": cpr, "Filter": {"SagVis": WHOLE_CASE}}
    try:
        found = await ask(runtime, "sagsindeks", "/sagsindeks/fremsoeg", Found, question, timeout=seconds)
        if found.standard_retur.status != case_index.OK:
            raise Unusable(f"the case index answered status {found.standard_retur.status}")
    except (SaidNo, Unreachable) as error:
        return failure_of(error, "Sagsindekset")
    cases = [case for sag in found.sager if (case := case_of(sag)) is not None]
    owners = [sag.relationer.ejer for sag in found.sager]
    return IndexAnswer(cases, {o.user_key: o.full_name for o in owners if o is not None and o.full_name})


def _connected(settings: Settings, municipality: str) -> bool:
    return settings.connected is None or municipality in settings.connected


def _school_state(placement: Placement | Failure | None) -> State:
    if isinstance(placement, Failure):
        return State.NO_ANSWER
    return State.NONE if placement is None else State.FOUND


def _outcome(
    placement: Placement | Failure | None, found: IndexAnswer | Failure, departments: Sized
) -> Outcome:
    """The case index decides: without it the look-up has failed, whatever else could be shown."""
    if isinstance(found, Failure):
        return found.outcome
    if departments or isinstance(placement, Placement):
        return Outcome.SHOWN
    return placement.outcome if isinstance(placement, Failure) else Outcome.EMPTY
