"""The case system's own work: cases are opened and closed, letters are filed, the index is told.

A generic case system: the sources name no product for the pilot's departments.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from mocks.errors import BadInput
from mocks.municipal.case_system.entries import Entries
from mocks.municipal.case_system.outbox import Outbox
from mocks.municipal.case_system.settings import Settings
from mocks.people import Case, CaseKind
from mocks.runtime import Runtime, fresh
from mocks.standards.sagdok.case import Sag, Update
from mocks.units import Unit


class Direction(StrEnum):
    """Which way a letter went, as seen from the department."""

    IN = "in"
    OUT = "out"


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One filed letter. ``case`` is empty when the child has no case in the department."""

    id: str
    unit: str
    cpr: str
    message: str
    subject: str
    text: str
    direction: Direction
    filed_by: str
    filed: datetime
    case: str = ""


class CaseSystem:
    """Everything is in the store; the ways to find it are rebuilt from there at start.

    The initial cases are put into the store once, and from there into the index unless it has them already.
    """

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings
        self._entries = Entries(runtime.system, settings)
        self._cases = runtime.store.collection("case_system.cases", Case)
        self._journal = runtime.store.collection("case_system.journal", JournalEntry)
        self.units: dict[str, Unit] = {u.sor_id: u for u in settings.units}
        known = frozenset(case.uuid for case in settings.cases) if settings.indexed else frozenset()
        self.outbox = Outbox(runtime, settings, self._entry, self._change, known.__contains__)
        self._of_unit: dict[str, list[str]] = {sor_id: [] for sor_id in self.units}
        self._of_child: dict[tuple[str, str], list[str]] = {}
        self._numbers: set[str] = set()
        self._filed: dict[str, list[str]] = {}
        self._entry_ids: set[str] = set()
        for _, case in self._cases.items():
            self._point_to(case)
        for case in settings.cases:
            if case.uuid not in self._cases:
                self._take_over(case)
        for key, entry in self._journal.items():
            self._point_to_entry(key, entry)
        self.outbox.wake()

    # Cases

    def case(self, uuid: str) -> Case | None:
        return self._cases.get(uuid)

    def cases(self, unit: str = "", active: bool | None = None) -> list[Case]:
        """The cases of a unit (or of all), oldest first; ``active`` picks open or closed ones."""
        uuids = self._of_unit[unit] if unit else [u for u, _ in self._cases.items()]
        found = [c for u in uuids if (c := self._cases.get(u)) is not None]
        return found if active is None else [c for c in found if (c.closed is None) is active]

    def open(
        self, cpr: str, kind: CaseKind, unit: str, opened: date, worker: str = "", worker_phone: str = ""
    ) -> Case:
        """Open a case and tell the index. ``unit`` must be one of ours."""
        case = Case(
            uuid=fresh(self._runtime.ids, "case", self._cases),
            cpr=cpr,
            kind=kind,
            owner=self._settings.municipality,
            unit=unit,
            number=self._next_number(kind, opened),
            opened=opened,
            worker=worker,
            worker_phone=worker_phone,
        )
        self._cases.put(case.uuid, case)
        self._point_to(case)
        self._changed(case, "opened")
        return case

    def close(self, case: Case, last_day: date) -> Case:
        """Close a case after ``last_day`` and tell the index."""
        case = msgspec.structs.replace(case, closed=last_day)
        self._cases.put(case.uuid, case)
        self._changed(case, "closed")
        return case

    # The journal

    def file(
        self,
        *,
        cpr: str,
        unit: str,
        message: str,
        subject: str,
        text: str,
        direction: Direction = Direction.IN,
        filed_by: str = "",
    ) -> tuple[JournalEntry, bool]:
        """File a letter into the child's case in the unit: the newest open one, else the newest.

        Returns the entry and whether it is new: a message is filed once in a unit, however often it comes.
        """
        key = f"{unit}/{message}"
        if (known := self._journal.get(key)) is not None:
            return known, False
        entry = JournalEntry(
            id=fresh(self._runtime.ids, "journal", self._entry_ids),
            unit=unit,
            cpr=cpr,
            message=message,
            subject=subject,
            text=text,
            direction=direction,
            filed_by=filed_by,
            filed=self._runtime.clock.now(),
            case=self._case_for(cpr, unit),
        )
        self._journal.put(key, entry)
        self._point_to_entry(key, entry)
        # The station "filed" is the correspondence module's to write, when our receipt has reached it.
        self._runtime.trace.note(
            "journal",
            system=self._runtime.system,
            message=message,
            entry=entry.id,
            unit=unit,
            case=entry.case,
        )
        return entry, True

    def journal(self, unit: str) -> list[JournalEntry]:
        """What was filed in a unit, oldest first."""
        return [e for key in self._filed.get(unit, ()) if (e := self._journal.get(key)) is not None]

    # Inside

    def _entry(self, uuid: str, now: datetime) -> Sag:
        case = self._cases.get(uuid)
        assert case is not None  # cases are closed, never deleted
        return self._entries.of(case, now)

    def _change(self, uuid: str, now: datetime) -> Update:
        case = self._cases.get(uuid)
        assert case is not None
        return self._entries.change(case, now)

    def _changed(self, case: Case, what: str) -> None:
        self.outbox.add(case.uuid)
        self.outbox.wake()
        self._runtime.trace.note(
            "case",
            event=what,
            system=self._runtime.system,
            case=case.uuid,
            municipality=case.owner,
            unit=case.unit,
            case_kind=case.kind.value,
        )

    def _take_over(self, case: Case) -> None:
        where = f"case {case.uuid} in the settings of {self._runtime.system}"
        if case.owner != self._settings.municipality:
            raise BadInput(f"{where}: owner is {case.owner}, not {self._settings.municipality}")
        if case.unit not in self.units:
            raise BadInput(f"{where}: unit {case.unit} is none of its departments; add it to units")
        if case.number in self._numbers:
            raise BadInput(
                f"{where}: number {case.number} is used twice; numbers are unique in a municipality"
            )
        self._cases.put(case.uuid, case)
        self._point_to(case)
        if not self._settings.indexed:
            self.outbox.add(case.uuid)

    def _point_to(self, case: Case) -> None:
        self._of_unit.setdefault(case.unit, []).append(case.uuid)
        self._of_child.setdefault((case.cpr, case.unit), []).append(case.uuid)
        self._numbers.add(case.number)

    def _point_to_entry(self, key: str, entry: JournalEntry) -> None:
        self._filed.setdefault(entry.unit, []).append(key)
        self._entry_ids.add(entry.id)

    def _case_for(self, cpr: str, unit: str) -> str:
        cases = [c for u in self._of_child.get((cpr, unit), ()) if (c := self._cases.get(u)) is not None]
        best = max(cases, key=lambda c: (c.closed is None, c.opened), default=None)
        return best.uuid if best is not None else ""

    def _next_number(self, kind: CaseKind, opened: date) -> str:
        # The pattern is that of a published case-system fixture: 27.24.00-G01-5-19.
        serial = len(self._numbers)
        while True:
            serial += 1
            number = f"{self._settings.kle[kind]}-{self._settings.action}-{serial}-{opened:%y}"
            if number not in self._numbers:
                return number
