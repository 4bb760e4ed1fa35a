"""The index itself: what it keeps of each case, and how a case is found by the child's CPR number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from mocks.kombit.case_index.rules import fault_of
from mocks.kombit.case_index.sag import URN_CPR, Sag
from mocks.runtime import Store

#: Status codes. 20 is the service's own; of the others only 41 (wrong input) was seen, in a sample of a
#: neighbouring service: 44 and 49 are mock-only.
OK, WRONG_INPUT, UNKNOWN, CONFLICT = 20, 41, 44, 49


class Kept(msgspec.Struct, kw_only=True):
    """One case over all its registrations. A removed one is kept too, and no longer found."""

    latest: Sag
    earlier: tuple[Sag, ...] = ()
    removed: datetime | None = None

    def at(self, moment: datetime) -> Sag | None:
        """The registration that the index showed at that moment."""
        for sag in (self.latest, *reversed(self.earlier)):
            if (seen := sag.registrering.sts_tidspunkt) is not None and seen <= moment:
                return sag
        return None


class UnikRetur(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one case of a request."""

    status: int = msgspec.field(name="StatusKode")
    uuid: str = msgspec.field(name="UUID")
    kind: str = msgspec.field(name="Type")
    text: str = msgspec.field(name="FejlbeskedTekst", default="")


class CaseIndex:
    """Everything is in the store; the ways to find it are rebuilt from there."""

    def __init__(self, store: Store) -> None:
        self._kept = store.collection("sager", Kept)
        self._of_party: dict[str, set[str]] = {}
        self._numbers: dict[tuple[str, str], str] = {}
        for _, kept in self._kept.items():
            if kept.removed is None:
                self._point_to(kept.latest)

    def take(self, sag: Sag, now: datetime, *, must_exist: bool = False) -> UnikRetur:
        """Take in one registration. The same content again changes nothing, so a sender may repeat."""
        if text := fault_of(sag):
            return _retur(WRONG_INPUT, sag.uuid[:36], text)
        kept = self._kept.get(sag.uuid)
        if kept is None and must_exist:
            return _retur(UNKNOWN, sag.uuid, "no such case; use importer for a new one")
        if self._numbers.get(number := _number(sag), sag.uuid) != sag.uuid:
            text = f"Sagsnummer {number[1]} is used by another case of this owner; numbers are unique there"
            return _retur(CONFLICT, sag.uuid, text)
        stamped = msgspec.structs.replace(
            sag, registrering=msgspec.structs.replace(sag.registrering, sts_tidspunkt=now)
        )
        if kept is None:
            self._kept.put(sag.uuid, Kept(latest=stamped))
        else:
            if text := _immutable_fault(kept.latest, sag):
                return _retur(CONFLICT, sag.uuid, text)
            if kept.removed is None and _same_content(kept.latest, sag):
                return _retur(OK, sag.uuid)
            if sag.registrering.tidspunkt < kept.latest.registrering.tidspunkt:
                text = "Registrering/Tidspunkt: a later registration of this case is already here"
                return _retur(CONFLICT, sag.uuid, text)
            if kept.removed is None:
                self._forget(kept.latest)
            self._kept.put(sag.uuid, Kept(latest=stamped, earlier=(*kept.earlier, kept.latest)))
        self._point_to(stamped)
        return _retur(OK, sag.uuid)

    def remove(self, uuid: str, now: datetime) -> UnikRetur:
        """Take a case out of every search. Its registrations are kept."""
        kept = self._kept.get(uuid)
        if kept is None or kept.removed is not None:
            return _retur(UNKNOWN, uuid[:36], "no such case")
        self._forget(kept.latest)
        self._kept.put(uuid, Kept(latest=kept.latest, earlier=kept.earlier, removed=now))
        return _retur(OK, uuid)

    def of_party(self, cpr: str, registered: datetime | None = None) -> list[Sag]:
        """The cases whose primary party is this person, in the order of their UUIDs."""
        return self.by_uuid(sorted(self._of_party.get(cpr, ())), registered)

    def by_uuid(self, uuids: Iterable[str], registered: datetime | None = None) -> list[Sag]:
        """The cases that exist, as they are now or as they were registered at a moment."""
        found: list[Sag] = []
        for uuid in uuids:
            kept = self._kept.get(uuid)
            if kept is None or kept.removed is not None:
                continue
            sag = kept.latest if registered is None else kept.at(registered)
            if sag is not None:
                found.append(sag)
        return found

    def _point_to(self, sag: Sag) -> None:
        self._numbers[_number(sag)] = sag.uuid
        if (cpr := _party(sag)) is not None:
            self._of_party.setdefault(cpr, set()).add(sag.uuid)

    def _forget(self, sag: Sag) -> None:
        self._numbers.pop(_number(sag), None)
        if (cpr := _party(sag)) is not None:
            self._of_party[cpr].discard(sag.uuid)


def _retur(status: int, uuid: str, text: str = "") -> UnikRetur:
    return UnikRetur(status=status, uuid=uuid, kind="Sag", text=text)


def _number(sag: Sag) -> tuple[str, str]:
    assert sag.relationer.ejer is not None and sag.egenskaber is not None
    return sag.relationer.ejer.reference, sag.egenskaber.sagsnummer


def _party(sag: Sag) -> str | None:
    party = sag.relationer.primaer_part
    if party is None or not party.reference.startswith(URN_CPR):
        return None
    return party.reference[len(URN_CPR) :]


def _same_content(old: Sag, new: Sag) -> bool:
    return msgspec.structs.replace(new, registrering=old.registrering) == old


def _immutable_fault(old: Sag, new: Sag) -> str | None:
    before, after = old.relationer.it_system_master, new.relationer.it_system_master
    if before is not None and after is not None and before.reference != after.reference:
        return "Relationer/ITSystemMaster: the master system of a case cannot be changed"
    return None
