"""The world of the pilot: organisations, children, custody holders, placements and cases, from one seed.

``sim.nation.construction.build`` makes it in a fraction of a second as columns; the accessors turn single
rows into the records that the registers hand out (``mocks.people``). The world never changes: what happens
after its first day is the business of ``sim.caseload``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta

import msgspec
import numpy as np

from mocks.people import Case, CaseKind, Institution, Person, Placement
from mocks.sor.register import SorEntry
from mocks.units import Unit
from sim.nation.assumptions import Assumed
from sim.nation.case_columns import OPEN, PPR, Caseload
from sim.nation.contacts import phone_number
from sim.nation.institutions import Stage
from sim.nation.municipalities import Municipality
from sim.nation.names import invented, names
from sim.nation.organisations import Organisations
from sim.nation.population import Population
from sim.nation.streams import Ints

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False, repr=False)
class World:
    """Everything that is true on ``as_of``. Rows are positions: children 0 to ``len(people.children.cpr)``.

    ``units`` are hosted by a system of the ecosystem and can be written to; ``unconnected`` are known to
    SOR only (PPR and family departments of neighbours, ``system`` is empty). ``sor_entries`` is the raw
    register. ``people`` and ``caseload`` hold the columns.
    """

    seed: int
    as_of: date
    standard: str
    assumed: Assumed
    municipalities: tuple[Municipality, ...]
    sor_entries: tuple[SorEntry, ...]
    units: tuple[Unit, ...]
    unconnected: tuple[Unit, ...]
    institutions: tuple[Institution, ...]
    people: Population
    caseload: Caseload
    _roles: Organisations
    _by_sor: Mapping[str, Unit]
    _by_gln: Mapping[str, Unit]
    _sorted_cpr: Ints
    _sorted_row: Ints

    def __repr__(self) -> str:
        return (
            f"World(seed={self.seed}, as_of={self.as_of}, standard={self.standard!r}, {len(self)} children)"
        )

    # Organisations

    @property
    def pilot_municipalities(self) -> tuple[Municipality, ...]:
        """The five."""
        return tuple(m for m in self.municipalities if m.pilot)

    def municipality(self, code: str) -> Municipality | None:
        """By 4-digit code."""
        return next((m for m in self.municipalities if m.code == code), None)

    def by_sor(self, sor_id: str) -> Unit | None:
        """The unit with that SOR id, hosted or not."""
        return self._by_sor.get(sor_id)

    def by_gln(self, gln: str) -> Unit | None:
        """The unit that has this location number, first the one that owns it."""
        return self._by_gln.get(gln)

    def ppr_of(self, municipality: str) -> Unit:
        """PPR of the municipality with that code. Outside the pilot its ``system`` is empty."""
        return self._by_sor[self._roles.ppr[municipality]]

    def family_of(self, municipality: str) -> Unit:
        """Family department of the municipality with that code."""
        return self._by_sor[self._roles.family[municipality]]

    @property
    def bup(self) -> tuple[Unit, ...]:
        """Child and adolescent psychiatry: first its central visitation, then the ambulatories."""
        return self._units(self._roles.bup)

    @property
    def departments(self) -> tuple[Unit, ...]:
        """Somatic hospital departments."""
        return self._units(self._roles.departments)

    @property
    def pilot_clinics(self) -> tuple[Unit, ...]:
        """The 15 clinics of the pilot, ``lps-01`` first."""
        return self._units(self._roles.pilot_clinics)

    @property
    def outside_clinics(self) -> tuple[Unit, ...]:
        """All other clinics."""
        return self._units(self._roles.outside_clinics)

    def _units(self, ids: list[str]) -> tuple[Unit, ...]:
        return tuple(self._by_sor[sor_id] for sor_id in ids)

    # People

    def __len__(self) -> int:
        """How many children there are."""
        return len(self.people.children.cpr)

    @property
    def register(self) -> World:
        """The CPR register: anything with ``find(cpr)``, which the world itself has."""
        return self

    @property
    def placements(self) -> PlacementRegister:
        """The institution register, whose ``find(cpr)`` gives a placement."""
        return PlacementRegister(self)

    def child(self, row: int) -> Person:
        """The child in that row."""
        c, h = self.people.children, self.people.households
        house = c.household[row].item()
        m = self.municipalities[h.municipality[house].item()]
        post_code, city, _ = m.towns[h.town[house].item()]
        male = c.male[row].item()
        first = h.first_adult[house].item()
        holders = self.people.adults.cpr[first : first + h.adults[house].item()].tolist()
        tables = names()
        return Person(
            cpr=f"{c.cpr[row].item():010d}",
            given=tables.given[male][c.given[row].item()],
            family=tables.family[h.family[house].item()],
            birth_date=_date(c.birth[row].item()),
            sex="FM"[male],
            municipality=m.code,
            street=f"{tables.streets[h.street[house].item()]} {h.number[house].item()}",
            post_code=post_code,
            city=city,
            custody=tuple(f"{number:010d}" for number in holders),
            gp=self.gp_of(row).sor_id,
        )

    def adult(self, row: int) -> Person:
        """The custody holder in that row."""
        a, h = self.people.adults, self.people.households
        house = a.household[row].item()
        m = self.municipalities[h.municipality[house].item()]
        post_code, city, _ = m.towns[h.town[house].item()]
        male = a.male[row].item()
        tables = names()
        return Person(
            cpr=f"{a.cpr[row].item():010d}",
            given=tables.given[male][a.given[row].item()],
            family=tables.family[a.family[row].item()],
            birth_date=_date(a.birth[row].item()),
            sex="FM"[male],
            municipality=m.code,
            street=f"{tables.streets[a.street[row].item()]} {a.number[row].item()}",
            post_code=post_code,
            city=city,
            gp=self._clinic(h.gp[house].item()).sor_id,
        )

    def gp_of(self, row: int) -> Unit:
        """The clinic of the child in that row."""
        house = self.people.children.household[row].item()
        return self._clinic(self.people.households.gp[house].item())

    def _clinic(self, position: int) -> Unit:
        pilot = self._roles.pilot_clinics
        inside = position < len(pilot)
        return self._by_sor[pilot[position] if inside else self._roles.outside_clinics[position - len(pilot)]]

    def placement(self, row: int) -> Placement | None:
        """Where the child in that row goes; ``None`` where it goes nowhere."""
        c = self.people.children
        place = c.institution[row].item()
        if place < 0:
            return None
        group, grade, stage = c.group[row].item(), c.grade[row].item(), c.stage[row].item()
        words = invented("groups")
        letter = words["letters"][group % len(words["letters"])]
        if stage == Stage.SCHOOL:
            name = f"{grade}.{letter}"
        elif stage == Stage.YOUTH:
            name = f"1.{letter}"
        else:
            name = words["rooms"][group % len(words["rooms"])]
        return Placement(institution=self.institutions[place], group=name)

    def row_of(self, cpr: str) -> int | None:
        """The row of the child with that number; ``None`` for adults and unknown numbers."""
        row = self._row(cpr)
        return row if row is not None and row < len(self) else None

    def find(self, cpr: str) -> Person | None:
        """The child or custody holder with that number."""
        row = self._row(cpr)
        if row is None:
            return None
        return self.child(row) if row < len(self) else self.adult(row - len(self))

    def home_of(self, cpr: str) -> str | None:
        """The 4-digit code of the municipality in which the child with that number lives."""
        row = self.row_of(cpr)
        if row is None:
            return None
        house = self.people.children.household[row].item()
        place: int = self.people.households.municipality[house].item()
        return self.municipalities[place].code

    def placement_of(self, cpr: str) -> Placement | None:
        """Where the child with that number goes."""
        row = self.row_of(cpr)
        return None if row is None else self.placement(row)

    def _row(self, cpr: str) -> int | None:
        if len(cpr) != 10 or not (cpr.isascii() and cpr.isdigit()):
            return None
        number = int(cpr)
        at = int(np.searchsorted(self._sorted_cpr, number))
        if at == len(self._sorted_cpr) or self._sorted_cpr[at] != number:
            return None
        return int(self._sorted_row[at])

    # Cases

    @property
    def bup_patients(self) -> Ints:
        """Rows of the children with BUP contact in the year."""
        return self.caseload.patients

    @property
    def followed(self) -> Ints:
        """Rows of the pilot's target group: an active case, and at the same time BUP or their GP."""
        return self.caseload.followed

    def case(self, position: int) -> Case:
        """The case at that position of the case columns."""
        return next(self._cases(np.array([position])))

    def _cases(self, positions: Ints) -> Iterator[Case]:
        c = self.caseload.cases
        numbers = self.people.children.cpr[c.child[positions]].tolist()
        columns = (c.kind, c.owner, c.opened, c.closed, c.number, c.worker, c.uuid)
        rows = zip(numbers, *(column[positions].tolist() for column in columns), strict=True)
        for cpr, kind, owner, opened, closed, number, worker, uuid in rows:
            code, ppr, start = self.municipalities[owner].code, kind == PPR, _date(opened)
            yield Case(
                uuid=_uuid4(*uuid),
                cpr=f"{cpr:010d}",
                kind=CaseKind.PPR if ppr else CaseKind.FAMILY,
                owner=code,
                unit=(self._roles.ppr if ppr else self._roles.family)[code],
                number=f"{start.year}-{number:06d}",
                opened=start,
                closed=None if closed == OPEN else _date(closed),
                worker=self.worker_name(worker),
                worker_phone=phone_number(200_000 + worker),
            )

    def worker_name(self, worker: int) -> str:
        """Name of the case worker in that row."""
        w, tables = self.caseload.workers, names()
        given = tables.given[w.male[worker].item()][w.given[worker].item()]
        return f"{given} {tables.family[w.family[worker].item()]}"

    def cases_of_child(self, row: int) -> tuple[Case, ...]:
        """The cases of the child in that row, PPR first; empty also where only others could see one."""
        child = self.caseload.cases.child
        start, end = (int(np.searchsorted(child, row, side=side)) for side in ("left", "right"))
        return tuple(self._cases(np.arange(start, end)))

    def cases_of(self, cpr: str) -> tuple[Case, ...]:
        """The cases of the child with that number."""
        row = self.row_of(cpr)
        return () if row is None else self.cases_of_child(row)

    def cases_in(self, municipality: str) -> Iterator[Case]:
        """All cases that the municipality with that code leads."""
        place = [m.code for m in self.municipalities].index(municipality)
        yield from self._cases(np.flatnonzero(self.caseload.cases.owner == place))

    # The whole

    def digest(self) -> str:
        """SHA-256 over everything the world consists of. Equal digests mean equal worlds."""
        total = hashlib.sha256(f"{self.as_of}/{self.standard}/".encode())
        total.update(msgspec.json.encode([self.municipalities, self.sor_entries, self.institutions]))
        total.update(msgspec.json.encode([names().given, names().family, names().streets]))
        parts = self.people.households, self.people.children, self.people.adults
        for part in (*parts, self.caseload.cases, self.caseload.workers, self.caseload):
            for f in fields(part):
                column = getattr(part, f.name)
                if isinstance(column, np.ndarray):
                    total.update(f"{f.name}:{len(column)}:".encode())
                    total.update(np.ascontiguousarray(column).astype(f"<{column.dtype.str[1:]}").tobytes())
        return total.hexdigest()


@dataclass(frozen=True, slots=True)
class PlacementRegister:
    """The world as the institution register sees it."""

    world: World

    def find(self, cpr: str) -> Placement | None:
        """Where the child with that number goes."""
        return self.world.placement_of(cpr)


def _date(day: int) -> date:
    return _EPOCH + timedelta(days=day)


def _uuid4(high: int, low: int) -> str:
    """128 random bits in the form of a version 4 UUID."""
    high = (high & ~0xF000) | 0x4000
    low = (low & ~(0b11 << 62)) | (0b10 << 62)
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
