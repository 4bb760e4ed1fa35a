"""The index itself: what it keeps of each case, and how cases are found by a party's reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from mocks.kombit.case_index.restriction import Rights, may_write
from mocks.kombit.case_index.settings import KnownCases
from mocks.people import Case
from mocks.runtime import Store
from mocks.standards.sagdok import roles, rules
from mocks.standards.sagdok.answers import (
    CONFLICT,
    NOT_ALLOWED,
    OK,
    UNKNOWN,
    WRONG_INPUT,
    UnikRetur,
    Unreadable,
)
from mocks.standards.sagdok.case import URN_CPR, Registrering, Sag, Update
from mocks.standards.sagdok.roles import Family
from mocks.standards.sagdok.timeline import updated


class Handling(StrEnum):
    """What became of a case (ObjektHandling of an event; the words are an assumption)."""

    IMPORTERET = "Importeret"
    OPDATERET = "Opdateret"
    FJERNET = "Fjernet"


class Kept(msgspec.Struct, kw_only=True):
    """One case over all its registrations. A removed one is kept too, and no longer found."""

    latest: Registrering
    earlier: tuple[Registrering, ...] = ()
    removed: datetime | None = None

    def at(self, moment: datetime) -> Registrering | None:
        """The registration that the index showed at that moment."""
        for written in (self.latest, *reversed(self.earlier)):
            if written.sts_tidspunkt is not None and written.sts_tidspunkt <= moment:
                return written
        return None


class Started(msgspec.Struct, frozen=True):
    """When the index was first started: what it knew then is registered at that moment."""

    at: datetime


#: Hears of a change: the case's UUID, what became of it, and its last registration.
Listener = Callable[[str, Handling, Registrering], None]


class CaseIndex:
    """What changed is in the store, what was known from the start comes from the settings; the ways to find
    a case are rebuilt from both."""

    def __init__(self, store: Store, known: Iterable[KnownCases] = (), now: datetime | None = None) -> None:
        self._kept = store.collection("sager", Kept)
        started = store.collection("sagsindeks.started", Started)
        if now is not None and not len(started):
            started.put("", Started(now))
        self._started = next((row.at for _, row in started.items()), None)
        self._of_party: dict[str, set[str]] = {}
        self._numbers: dict[tuple[str, str], str] = {}
        self._known: dict[str, tuple[KnownCases, Case]] = {}
        self._written_out: dict[str, Kept] = {}
        self.listeners: list[Listener] = []
        for group in known:
            for case in group.cases:
                self._known[case.uuid] = group, case
                if case.uuid not in self._kept:
                    self._numbers[group.owner, case.number] = case.uuid
                self._of_party.setdefault(URN_CPR + case.cpr, set()).add(case.uuid)
        for uuid, kept in self._kept.items():
            self._point_to(uuid, kept.latest, kept.removed is None)
            for written in kept.earlier:
                self._point_to(uuid, written, False)

    # Taking in

    def take(self, sag: Sag | Unreadable, now: datetime, rights: tuple[Rights, ...] = ()) -> UnikRetur:
        """Take in a case with its registrations. The same content again changes nothing, so a sender may
        repeat."""
        if isinstance(sag, Unreadable):
            return _unreadable(sag)
        if text := rules.fault_of(sag):
            return _retur(WRONG_INPUT, sag.uuid, text)
        kept = self._find(sag.uuid)
        if not self._allowed(rights, sag.latest, kept):
            return _retur(NOT_ALLOWED, sag.uuid, "the token gives no right to write this case")
        stamped = tuple([msgspec.structs.replace(w, sts_tidspunkt=now) for w in sag.registreringer])
        if kept is not None and kept.removed is None and _same_content(kept.latest, sag.latest):
            return _retur(OK, sag.uuid)
        if kept is not None and sag.latest.tidspunkt < kept.latest.tidspunkt:
            text = "Registrering/Tidspunkt: a later registration of this case is already here"
            return _retur(CONFLICT, sag.uuid, text)
        earlier = () if kept is None else (*kept.earlier, kept.latest)
        known = kept is not None and kept.removed is None
        handling = Handling.OPDATERET if known else Handling.IMPORTERET
        return self._keep(
            sag.uuid, kept, Kept(latest=stamped[-1], earlier=(*earlier, *stamped[:-1])), handling,
            sag.uden_notifikation,
        )  # fmt: skip

    def update(
        self, change: Update | Unreadable, now: datetime, rights: tuple[Rights, ...] = ()
    ) -> UnikRetur:
        """Lay a change over the latest registration of a case. One that changes nothing is taken and kept
        no trace of."""
        if isinstance(change, Unreadable):
            return _unreadable(change)
        kept = self._find(change.uuid)
        if kept is None or kept.removed is not None:
            return _retur(UNKNOWN, change.uuid, "no such case; use importer for a new one")
        made = updated(kept.latest, change)
        if text := rules.fault_of(Sag(uuid=change.uuid, registreringer=(made,))):
            return _retur(WRONG_INPUT, change.uuid, text)
        if not self._allowed(rights, made, kept):
            return _retur(NOT_ALLOWED, change.uuid, "the token gives no right to write this case")
        if _same_content(kept.latest, made):
            return _retur(OK, change.uuid)
        if change.tidspunkt < kept.latest.tidspunkt:
            return _retur(CONFLICT, change.uuid, "Tidspunkt: a later registration is already here")
        stamped = msgspec.structs.replace(made, sts_tidspunkt=now)
        new = Kept(latest=stamped, earlier=(*kept.earlier, kept.latest))
        return self._keep(change.uuid, kept, new, Handling.OPDATERET, change.uden_notifikation)

    def remove(self, uuid: str, now: datetime, rights: tuple[Rights, ...] = ()) -> UnikRetur:
        """Take a case out of every search. Its registrations are kept."""
        kept = self._find(uuid)
        if kept is None or kept.removed is not None:
            return _retur(UNKNOWN, uuid, "no such case")
        if not may_write(rights, kept.latest):
            return _retur(NOT_ALLOWED, uuid, "the token gives no right to remove this case")
        self._numbers.pop(_number(kept.latest), None)
        self._put(uuid, Kept(latest=kept.latest, earlier=kept.earlier, removed=now))
        self._tell(uuid, Handling.FJERNET, kept.latest)
        return _retur(OK, uuid)

    # Finding

    def kept(self, uuid: str) -> Kept | None:
        """A case that is not removed."""
        kept = self._find(uuid)
        return kept if kept is not None and kept.removed is None else None

    def with_party(self, reference: str) -> frozenset[str]:
        """UUIDs of all cases that have, or once had, this party."""
        return frozenset(self._of_party.get(reference, ()))

    def uuids(self) -> Iterator[str]:
        """Every case, in the order in which it came."""
        yield from self._known
        yield from (uuid for uuid, _ in self._kept.items() if uuid not in self._known)

    # Inside

    def _find(self, uuid: str) -> Kept | None:
        kept = self._kept.get(uuid) or self._written_out.get(uuid)
        if kept is None and (known := self._known.get(uuid)) is not None:
            group, case = known
            assert self._started is not None
            written = group.entry(case, self._started).latest
            kept = Kept(latest=msgspec.structs.replace(written, sts_tidspunkt=self._started))
            self._written_out[uuid] = kept
        return kept

    def _keep(
        self, uuid: str, before: Kept | None, after: Kept, handling: Handling, silent: bool
    ) -> UnikRetur:
        number = _number(after.latest)
        if self._numbers.get(number, uuid) != uuid:
            text = f"Sagsnummer {number[1]} is used by another case of this owner; numbers are unique there"
            return _retur(CONFLICT, uuid, text)
        if before is not None:
            if fault := _immutable_fault(before.latest, after.latest):
                return _retur(CONFLICT, uuid, fault)
            if before.removed is None:
                self._numbers.pop(_number(before.latest), None)
        self._put(uuid, after)
        self._point_to(uuid, after.latest, True)
        if not silent:
            self._tell(uuid, handling, after.latest)
        return _retur(OK, uuid)

    def _put(self, uuid: str, kept: Kept) -> None:
        self._kept.put(uuid, kept)
        self._written_out.pop(uuid, None)

    def _tell(self, uuid: str, handling: Handling, written: Registrering) -> None:
        for listener in self.listeners:
            listener(uuid, handling, written)

    def _point_to(self, uuid: str, written: Registrering, numbered: bool) -> None:
        if numbered:
            self._numbers[_number(written)] = uuid
        for relation in written.relationer:
            if relation.family is Family.PART:
                self._of_party.setdefault(relation.reference, set()).add(uuid)

    @staticmethod
    def _allowed(rights: tuple[Rights, ...], new: Registrering, kept: Kept | None) -> bool:
        return may_write(rights, new) and (kept is None or may_write(rights, kept.latest))


def _retur(status: int, uuid: str, text: str = "") -> UnikRetur:
    return UnikRetur(status=status, uuid=uuid[:36], text=text)


def _unreadable(row: Unreadable) -> UnikRetur:
    return UnikRetur(status=row.status, uuid=row.uuid, kind=row.kind, text=row.text)


def _number(written: Registrering) -> tuple[str, str]:
    owner = written.one(roles.EJER)
    assert owner is not None
    return owner.reference, written.egenskaber[-1].sagsnummer


def _same_content(old: Registrering, new: Registrering) -> bool:
    return (
        old.egenskaber == new.egenskaber
        and old.indeks_egenskaber == new.indeks_egenskaber
        and old.fremdrift == new.fremdrift
        and set(old.relationer) == set(new.relationer)  # their order says nothing
    )


def _immutable_fault(old: Registrering, new: Registrering) -> str | None:
    before, after = old.one(roles.IT_MASTER), new.one(roles.IT_MASTER)
    if before is not None and after is not None and before.reference != after.reference:
        return "Relationer/ITSystemMaster: the master system of a case cannot be changed"
    return None
