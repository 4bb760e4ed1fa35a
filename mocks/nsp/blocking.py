"""MinSpærring: what a citizen has blocked, or opened again, and what that means for somebody who looks.

The item model, the two checks and their rules follow the national description; spellings on the wire are
not verified. Without a registration everything is open. A positive item beats a negative one for its who and
its what. The period of an item concerns the time of the look-up, not the age of the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mocks.access.users import AccessUser
from mocks.identifiers import check_cpr
from mocks.limits import Refused
from mocks.nsp.organisations import Organisations, is_number
from mocks.runtime import Runtime, fresh

NEGATIVE = 0
#: A moment with its zone: one without could be compared with nothing.
Moment = Annotated[datetime, Meta(tz=True)]
Short = Annotated[str, Meta(max_length=200)]
MOST_ITEMS = 500


class WhoItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom an item concerns: a named professional, or everybody at a treatment place.

    An organisation is given by SOR id or by ydernummer, which is mapped to SOR before matching.
    """

    source: Literal["authorisation", "cpr", "sor", "yder"]
    value: Short
    sub_units: bool = False


class WhatItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which data an item concerns: those of an organisation (SOR id), or one document (its unique id)."""

    source: Literal["sor", "document"]
    value: Short
    sub_units: bool = False


class BlockingItem(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One registration of a citizen. ``consent_type`` 0 blocks, every other value opens; ``what_item`` absent
    means everything, ``who_item`` absent everybody. An inactive item is history and does nothing."""

    id: Short = ""
    citizen_cpr: str
    consent_type: int
    valid_from: Moment
    valid_to: Moment | None = None
    what_item: WhatItem | None = None
    who_item: WhoItem | None = None
    active: bool = True
    creation_timestamp: Moment | None = None
    creating_system_name: Short = ""
    created_by: Short = ""
    modify_timestamp: Moment | None = None
    modifying_system_name: Short = ""
    modified_by: Short = ""

    @property
    def blocks(self) -> bool:
        return self.consent_type == NEGATIVE

    def in_force(self, at: datetime) -> bool:
        """Whether the item counts for a look-up at that moment."""
        return self.active and self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class UserVerdict(StrEnum):
    """The answer of the user check (ConsentForUserCheck)."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    DATA_SPECIFIC = "data-specific"


class DataItem(msgspec.Struct, frozen=True):
    """A metadata entry as the data check sees it: its document and the unit that made it (SOR id)."""

    document: str
    organisation: str


@dataclass(frozen=True, slots=True)
class _Found:
    """The items in force that concern one user."""

    positive: tuple[BlockingItem, ...]
    negative: tuple[BlockingItem, ...]


class Blocking:
    """All registrations; they survive a restart. ``given`` are there from the start.

    Both checks raise ``Unreachable`` when SOR must be asked (an item about an organisation and its sub-units)
    and does not answer; nothing may be shown then.
    """

    def __init__(
        self, runtime: Runtime, organisations: Organisations, given: Iterable[BlockingItem] = ()
    ) -> None:
        self._runtime, self._organisations = runtime, organisations
        self._items = runtime.store.collection("blockings", BlockingItem)
        for item in given:
            if item.id not in self._items:
                self._items.put(item.id, item)
        self._by_citizen: dict[str, list[str]] = {}
        for key, item in self._items.items():
            self._by_citizen.setdefault(item.citizen_cpr, []).append(key)

    async def for_user(self, cpr: str, user: AccessUser, at: datetime) -> UserVerdict:
        """Whether the citizen lets this user look at all, at nothing, or at some data only."""
        found = await self._concerning(cpr, user, at)
        if not found.negative or any(item.what_item is None for item in found.positive):
            return UserVerdict.POSITIVE
        whole = any(item.what_item is None for item in found.negative)
        return UserVerdict.NEGATIVE if whole and not found.positive else UserVerdict.DATA_SPECIFIC

    async def filter(
        self, cpr: str, user: AccessUser, entries: Sequence[DataItem], at: datetime
    ) -> list[DataItem]:
        """The entries that the citizen lets this user see, in their order; nothing says what is missing."""
        found = await self._concerning(cpr, user, at)
        if not found.negative:
            return list(entries)
        return [
            entry
            for entry in entries
            if not await self._any_covers(found.negative, entry, parents=True)
            or await self._any_covers(found.positive, entry, parents=False)
        ]

    def register(self, item: BlockingItem) -> BlockingItem:
        """Keep a new item. Errors: ``Refused``."""
        if problem := check_cpr(item.citizen_cpr):
            raise Refused(400, problem, "$.citizenCpr", "send the ten digits of the citizen")
        if not item.blocks and item.valid_to is None:
            raise Refused(400, "a positive item has no end", "$.validTo", "say until when it opens")
        for where, part in (("$.whoItem", item.who_item), ("$.whatItem", item.what_item)):
            if part is not None and part.source in ("sor", "yder") and not is_number(part.value):
                raise Refused(400, "an organisation has a number", f"{where}.value", "send digits only")
        if item.valid_to is not None and item.valid_to <= item.valid_from:
            raise Refused(400, "the item ends before it begins", "$.validTo", "set a later moment")
        if len(self._by_citizen.get(item.citizen_cpr, ())) >= MOST_ITEMS:
            raise Refused(
                409,
                f"there are {MOST_ITEMS} items already",
                "$.citizenCpr",
                "a citizen has no more than that",
            )
        kept = msgspec.structs.replace(
            item,
            id=fresh(self._runtime.ids, "blocking", self._items),
            active=True,
            creation_timestamp=self._runtime.clock.now(),
        )
        self._items.put(kept.id, kept)
        self._by_citizen.setdefault(kept.citizen_cpr, []).append(kept.id)
        return kept

    def lift(self, item_id: str, by: str, system: str = "") -> BlockingItem:
        """Make an item history. Errors: ``Refused``."""
        item = self._items.get(item_id)
        if item is None:
            raise Refused(404, "no item has this id", "$.id", "send the id of its registration")
        if item.active:
            item = msgspec.structs.replace(
                item,
                active=False,
                modify_timestamp=self._runtime.clock.now(),
                modifying_system_name=system,
                modified_by=by,
            )
            self._items.put(item.id, item)
        return item

    def of(self, cpr: str) -> list[BlockingItem]:
        """All items of a citizen, inactive ones too, in the order of their registration."""
        found = (self._items.get(key) for key in self._by_citizen.get(cpr, ()))
        return [item for item in found if item is not None]

    # Matching

    async def _concerning(self, cpr: str, user: AccessUser, at: datetime) -> _Found:
        items = [i for i in self.of(cpr) if i.in_force(at) and await self._is_about(i.who_item, user)]
        return _Found(
            tuple(item for item in items if not item.blocks), tuple(item for item in items if item.blocks)
        )

    async def _is_about(self, who: WhoItem | None, user: AccessUser) -> bool:
        if who is None:
            return True
        match who.source:
            case "cpr":
                return who.value == user.cpr
            case "authorisation":
                return who.value == user.authorisation
            case "yder" if who.value == user.ydernummer:
                return True
            case "yder":
                places = await self._organisations.of_ydernummer(who.value)
            case "sor":
                places = (who.value,)
        for own in await self._organisations.of_user(user):
            if own in places:
                return True
            if who.sub_units:
                above = await self._organisations.above(own)
                if any(place in above for place in places):
                    return True
        return False

    async def _any_covers(self, items: Iterable[BlockingItem], entry: DataItem, *, parents: bool) -> bool:
        for item in items:
            if await self._covers(item.what_item, entry, parents=parents):
                return True
        return False

    async def _covers(self, what: WhatItem | None, entry: DataItem, *, parents: bool) -> bool:
        """Whether an item is about this entry. ``parents``: a block on an organisation's data takes in those
        of the organisations above it."""
        if what is None:
            return True
        if what.source == "document":
            return what.value == entry.document
        if what.value == entry.organisation:
            return True
        if parents and entry.organisation in await self._organisations.above(what.value):
            return True
        return what.sub_units and what.value in await self._organisations.above(entry.organisation)
