"""The card of the case and contact overview, put together from what the registers answered.

Three parts: where the child goes to school or day-care; the family department; PPR (the municipality's
pedagogical-psychological advice). A department is shown when it has a case that is active or ended within
the last six months. Pure functions: what to ask and whom is in ``sources``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import msgspec

from mocks.identifiers import cpr_birth_date
from mocks.overview.lookup_log import Outcome
from mocks.overview.parts import Part
from mocks.overview.window import danish_date
from mocks.people import Case, CaseKind, Person, Placement, age_on
from mocks.units import Unit

MISSING = "Findes ikke"
MISSING_GLN = "Lokations nr. findes ikke"
HEADINGS = {
    CaseKind.FAMILY: "Familieområdet",
    CaseKind.PPR: "Pædagogisk psykologisk Rådgivning",
}
#: What stands in place of the name while CPR does not answer (assumption).
NO_NAME = "Navnet kan ikke hentes"
SCHOOL_HEADING = "Skole/daginstitution :"


class Head(msgspec.Struct, frozen=True):
    """Who the card is about."""

    name: str = msgspec.field(name="Navn")
    cpr: str = msgspec.field(name="Cpr. nr")
    age: str = msgspec.field(name="Alder")


class SchoolBlock(msgspec.Struct, frozen=True):
    """School or day-care; ``Findes ikke`` where the register has nothing."""

    institution: str = msgspec.field(name="Institution", default=MISSING)
    group: str = msgspec.field(name="Stue", default=MISSING)
    address: str = msgspec.field(name="Adresse", default=MISSING)
    phone: str = msgspec.field(name="Tlf. nr.", default=MISSING)
    email: str = msgspec.field(name="E-mail (ikke garanteret sikkermail)", default=MISSING)


class Worker(msgspec.Struct, frozen=True):
    """The primary contact person of the case."""

    name: str = msgspec.field(name="Navn")
    phone: str = msgspec.field(name="Tlf. nr.")


class DepartmentBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A department with a case. ``owner`` is the 4-digit code of its municipality, ``unit`` its SOR id."""

    kind: CaseKind
    heading: str
    since: str
    owner: str
    unit: str
    cases: int
    department: str = msgspec.field(name="Afdeling")
    phone: str = msgspec.field(name="Tlf. nr.")
    gln: str = msgspec.field(name="Lokations nr.")
    address: str = msgspec.field(name="Adresse")
    hours: str = msgspec.field(name="Telefontid")
    worker: Worker = msgspec.field(name="Primær kontaktperson")


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The whole card. ``outcome`` is ``timeout`` or ``error`` when the case index did not answer, even
    though the school may be shown: the overview of cases has then failed. ``states`` says of each part how
    it came out. ``head`` is absent when nothing may be shown, and ``note`` says why.
    ``rows`` counts the department blocks."""

    outcome: Outcome
    head: Head | None = None
    school: SchoolBlock | None = None
    departments: tuple[DepartmentBlock, ...] = ()
    states: dict[str, Part] = {}
    municipality: str = ""
    rows: int = 0
    note: str = ""


def school_block(placement: Placement | None) -> SchoolBlock:
    """The school part. ``Stue`` is the group that the institution put the child in."""
    if placement is None:
        return SchoolBlock()
    place = placement.institution
    return SchoolBlock(
        place.name or MISSING,
        placement.group or MISSING,
        place.address or MISSING,
        place.phone or MISSING,
        place.email or MISSING,
    )


def head(person: Person | None, cpr: str, on: date, mark: str) -> Head:
    """Name with the project's mark, CPR number, and age on that day; what CPR did not tell (``None``) is
    said to be missing, and the age is that of the number."""
    if person is None:
        return Head(NO_NAME, cpr, f"{age_on(cpr_birth_date(cpr), on)} år")
    return Head(person.name + mark, person.cpr, f"{person.age(on)} år")


def minimised(card: Card) -> Card:
    """What is needed to reach somebody, and no more: without group, addresses, e-mail, and since when.

    The evaluation recommends to exchange only what is relevant; which fields that are is an assumption.
    """
    replace = msgspec.structs.replace
    school = card.school and replace(card.school, group="", address="", email="")
    blocks = tuple(replace(block, since="", address="") for block in card.departments)
    return replace(card, school=school, departments=blocks)


def shown_cases(cases: Iterable[Case], earliest: date, today: date) -> list[Case]:
    """Cases that are active now, or ended on ``earliest`` or later; not those that start in the future."""
    return [c for c in cases if c.opened <= today and (c.closed is None or c.closed >= earliest)]


def department_blocks(
    cases: Iterable[Case],
    unit: Callable[[str], Unit | None],
    municipality_name: Callable[[str], str],
) -> tuple[DepartmentBlock, ...]:
    """One block for each department kind and municipality, family first.

    ``since`` is the earliest start among the cases shown; department and contact person are those of the
    newest active case, or of the one that ended last.
    """
    return tuple(_block(group, unit, municipality_name) for group in _groups(cases))


def leading_cases(cases: Iterable[Case]) -> list[Case]:
    """Of each block to come, the case whose department and contact person are shown."""
    return [_leading(group) for group in _groups(cases)]


def _groups(cases: Iterable[Case]) -> list[list[Case]]:
    groups: dict[tuple[CaseKind, str], list[Case]] = {}
    for case in cases:
        groups.setdefault((case.kind, case.owner), []).append(case)
    kinds = list(HEADINGS)
    return [groups[key] for key in sorted(groups, key=lambda key: (kinds.index(key[0]), key[1]))]


def _leading(cases: Iterable[Case]) -> Case:
    return max(cases, key=lambda c: (c.closed is None, c.closed or date.min, c.opened, c.uuid))


def _block(
    cases: list[Case],
    unit: Callable[[str], Unit | None],
    municipality_name: Callable[[str], str],
) -> DepartmentBlock:
    leading = _leading(cases)
    kind, owner = leading.kind, leading.owner
    department = unit(leading.unit)
    authority = (department and department.owner) or municipality_name(owner)
    return DepartmentBlock(
        kind=kind,
        heading=f"{HEADINGS[kind]}, {authority}",
        since=f"Aktiv(e) sag(er) siden {danish_date(min(c.opened for c in cases))}",
        owner=owner,
        unit=leading.unit,
        cases=len(cases),
        department=(department and department.name) or MISSING,
        phone=(department and department.phone) or MISSING,
        gln=(department and department.gln) or MISSING_GLN,
        address=(department and department.address) or MISSING,
        hours=(department and department.phone_hours) or MISSING,
        worker=Worker(leading.worker or MISSING, leading.worker_phone or MISSING),
    )
