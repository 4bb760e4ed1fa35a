"""The organisations as SOR keeps them, and what one reads out of them.

SOR is a tree: an institution owner (IE: a region, a municipality, a practice owner) has health
institutions (SI), and those have organisational units (OE) in any depth. A unit that leaves out its
location number, address or telephone inherits it from its parent; the register keeps the *raw* entry
and resolves the inheritance when somebody reads. What may be sent to a unit (message types) belongs to
the location number, so a unit that inherits the number inherits the mailbox with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

from mocks.errors import BadInput
from mocks.identifiers import check_gln, check_sor
from mocks.units import Unit, UnitKind

#: SNOMED CT DK codes of unit types (value set of healthcareFacilityType). SOR has no code for a
#: family department; the administrative unit's is our assumption.
UNIT_TYPES = {
    UnitKind.PPR: "556841000005105",
    UnitKind.FAMILY: "550811000005108",
    UnitKind.BUP: "550851000005109",
    UnitKind.CLINIC: "394761003",
    UnitKind.DEPARTMENT: "550851000005109",
}


class Level(StrEnum):
    """Level in the tree: institutionsejer, sundhedsinstitution, organisatorisk enhed."""

    IE = "IE"
    SI = "SI"
    OE = "OE"


class Address(msgspec.Struct, frozen=True):
    """Street with number, four-digit post code, city."""

    street: str
    post_code: str
    city: str


class SorEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One raw entry. ``None`` and the empty text mean that the entry itself has no such thing.

    ``gln`` is its own location number; ``gln_inherited`` says that it uses its parent's instead; with
    neither it has none. ``capabilities`` are the rows of the EDI table for its own number. ``kind`` is
    what the unit is to the ecosystem; owners and institutions have none. ``valid_to`` is the last day.
    """

    sor_id: str
    level: Level
    name: str  # at most 60 characters
    parent: str = ""  # SOR id; an IE has none
    kind: UnitKind | None = None
    unit_type: str = ""  # SNOMED CT code
    gln: str | None = None
    gln_inherited: bool = False
    postal: Address | None = None
    visiting: Address | None = None
    activity: Address | None = None
    phone: str = ""
    email: str = ""
    phone_hours: str = ""  # free text; not a field of SOR itself
    ydernummer: str = ""
    cvr: str = ""
    municipality: str = ""  # four-digit code; inherited
    capabilities: tuple[str, ...] = ()
    system: str = ""  # name of the mock that hosts it; inherited
    pilot: bool = False
    valid_from: date = date(2000, 1, 1)
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether the entry is open on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Register:
    """The tree, indexed by everything that one asks for.

    A tree that cannot be (unknown parent, one id twice, a circle, a name over 60 characters) raises
    ``BadInput``. What occurs in the real register (a wrong check digit, one number on two units) is
    kept, and listed in ``defects``.
    """

    def __init__(self, entries: Iterable[SorEntry]) -> None:
        self._raw: dict[str, SorEntry] = {}
        for entry in entries:
            if entry.sor_id in self._raw:
                raise BadInput(f"SOR id {entry.sor_id} is used by two entries; give each its own")
            self._raw[entry.sor_id] = entry
        self._resolved: dict[str, SorEntry] = {}
        self._units: dict[str, Unit] = {}
        self._children: dict[str, list[str]] = {}
        self._by_gln: dict[str, list[str]] = {}
        self._by_yder: dict[str, list[str]] = {}
        for entry in self._raw.values():
            self._place(entry)
        for sor_id in self._raw:
            self._index(self._resolve(sor_id))
        for sor_ids in self._by_gln.values():
            sor_ids.sort(key=lambda i: self._raw[i].gln is None)  # who owns the number, then who inherits it
        self._names = {e.sor_id: _folded(e.name) for e in self._raw.values()}
        self.defects = tuple(self._defects())

    # Reading

    def entry(self, sor_id: str) -> SorEntry | None:
        """The raw entry, as it was registered."""
        return self._raw.get(sor_id)

    def resolved(self, sor_id: str) -> SorEntry | None:
        """The entry with everything filled in that it inherits."""
        return self._resolved.get(sor_id)

    def unit(self, sor_id: str) -> Unit | None:
        """The entry as a unit that can be written to; ``None`` for owners and institutions."""
        return self._units.get(sor_id)

    def units(self) -> tuple[Unit, ...]:
        """All units, in the order of the register, closed ones too."""
        return tuple(self._units.values())

    def find(
        self,
        *,
        gln: str | None = None,
        name: str | None = None,
        parent: str | None = None,
        yder: str | None = None,
    ) -> list[SorEntry]:
        """Resolved entries that fit every given question, in the order of the register, closed ones too.

        ``name`` is a part of the name, in any case.
        """
        asked = ((self._by_gln, gln), (self._children, parent), (self._by_yder, yder))
        hits = [index.get(key, []) for index, key in asked if key is not None]
        ids = hits[0] if hits else list(self._raw)
        for other in map(set, hits[1:]):
            ids = [i for i in ids if i in other]
        if name is not None:
            wanted = _folded(name)
            ids = [i for i in ids if wanted in self._names[i]]
        return [self._resolved[i] for i in ids]

    # Building

    def _place(self, entry: SorEntry) -> None:
        where = f"SOR entry {entry.sor_id} ({entry.name[:60]})"
        if not 0 < len(entry.name) <= 60:
            raise BadInput(f"{where}: the name has {len(entry.name)} characters; SOR holds 1 to 60")
        if entry.level is Level.IE:
            if entry.parent:
                raise BadInput(f"{where}: an institution owner (IE) has no parent; leave it out")
            return
        parent = self._raw.get(entry.parent)
        if parent is None:
            raise BadInput(f"{where}: its parent {entry.parent!r} is not in the register; add it")
        allowed = (Level.IE,) if entry.level is Level.SI else (Level.SI, Level.OE)
        if parent.level not in allowed:
            raise BadInput(
                f"{where}: a parent of {entry.level} is {' or '.join(allowed)}, not {parent.level}"
            )
        self._children.setdefault(entry.parent, []).append(entry.sor_id)

    def _resolve(self, sor_id: str) -> SorEntry:
        # From the top of the tree down, without recursion: OEs nest in any depth.
        chain: list[SorEntry] = []
        here = sor_id
        while here and here not in self._resolved:
            if len(chain) > len(self._raw):
                raise BadInput(f"SOR entry {sor_id} is its own ancestor; correct the parents")
            chain.append(self._raw[here])
            here = self._raw[here].parent
        while chain:
            entry = chain.pop()
            self._resolved[entry.sor_id] = _inherited(entry, self._resolved.get(entry.parent))
        return self._resolved[sor_id]

    def _index(self, entry: SorEntry) -> None:
        if entry.gln:
            self._by_gln.setdefault(entry.gln, []).append(entry.sor_id)
        if entry.ydernummer:
            self._by_yder.setdefault(entry.ydernummer, []).append(entry.sor_id)
        if entry.kind is not None:
            self._units[entry.sor_id] = _as_unit(entry, entry.kind, self._owner_of(entry))

    def _owner_of(self, entry: SorEntry) -> str:
        while entry.parent:
            entry = self._raw[entry.parent]
        return entry.name

    def _defects(self) -> Iterable[str]:
        own: dict[str, str] = {}
        for entry in self._raw.values():
            if wrong := check_sor(entry.sor_id):
                yield wrong
            if entry.gln is None:
                continue
            if wrong := check_gln(entry.gln):
                yield f"{entry.sor_id}: {wrong}"
            if entry.gln in own:
                yield f"location number {entry.gln} is registered on {own[entry.gln]} and {entry.sor_id}"
            own.setdefault(entry.gln, entry.sor_id)


def _inherited(entry: SorEntry, parent: SorEntry | None) -> SorEntry:
    """``entry`` with what it takes from its (already resolved) parent."""
    up = parent or entry
    postal = entry.postal or up.postal
    visiting = entry.visiting or postal
    reach = entry if entry.phone or entry.email else up  # the virtual address comes whole or not at all
    mailbox = up if entry.gln_inherited else entry
    return msgspec.structs.replace(
        entry,
        gln=mailbox.gln,
        capabilities=mailbox.capabilities if mailbox.gln else (),
        postal=postal,
        visiting=visiting,
        activity=entry.activity or visiting,
        phone=reach.phone,
        email=reach.email,
        phone_hours=entry.phone_hours or reach.phone_hours,
        municipality=entry.municipality or up.municipality,
        cvr=entry.cvr or up.cvr,
        system=entry.system or up.system,
    )


def _as_unit(entry: SorEntry, kind: UnitKind, owner: str) -> Unit:
    address = entry.visiting or Address("", "", "")
    return Unit(
        sor_id=entry.sor_id,
        name=entry.name,
        kind=kind,
        system=entry.system,
        gln=entry.gln,
        owner=owner,
        municipality=entry.municipality,
        parent_sor_id=entry.parent,
        ydernummer=entry.ydernummer,
        street=address.street,
        post_code=address.post_code,
        city=address.city,
        phone=entry.phone,
        email=entry.email,
        phone_hours=entry.phone_hours,
        pilot=entry.pilot,
        capabilities=entry.capabilities,
    )


def _folded(text: str) -> str:
    """Case and composition taken out, so that an Å typed as A and ring is found as well."""
    return unicodedata.normalize("NFC", text).casefold()
