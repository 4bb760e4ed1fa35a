"""SOR as it is published: what an administrator registers today stands in tomorrow's files.

The extracts are built every night between 01:00 and 04:30; until then everybody sees the register as it was.
Changes survive a restart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import msgspec

from mocks.limits import Refused
from mocks.runtime import COPENHAGEN, Runtime
from mocks.sor.register import Address, Register, SorEntry

#: When the night's files are out.
PUBLISHED = time(4, 30)


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an administrator registers anew about one entry; what is left out stays as it is."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    phone_hours: str | None = None
    gln: str | None = None
    visiting: Address | None = None


class Registered(msgspec.Struct, frozen=True):
    """A change and the moment from which it is published."""

    sor_id: str
    change: Change
    effective: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """The register of one night, and its entries as they go over the wire."""

    register: Register
    raw: dict[str, bytes]
    units: dict[str, bytes]


class NightlyRegister:
    """The register as the newest files have it."""

    def __init__(self, runtime: Runtime, entries: Iterable[SorEntry]) -> None:
        self._clock = runtime.clock
        self._entries = {entry.sor_id: entry for entry in entries}
        self._changes = runtime.store.collection("sor_changes", Registered)
        self._waiting = [change for _, change in self._changes.items()]
        self._published = _published(Register(self._entries.values()))
        self._next: datetime | None = min((w.effective for w in self._waiting), default=None)

    def current(self) -> Published:
        """What is published at this moment."""
        if self._next is not None and self._next <= self._clock.now():
            self._publish()
        return self._published

    def change(self, sor_id: str, change: Change) -> Registered:
        """Register a change; the next night's files have it. Errors: ``Refused``."""
        if sor_id not in self._entries:
            raise Refused(
                404, f"SOR has no entry {sor_id}", "sor_id in the path", "look it up by name or gln"
            )
        if change.name is not None and not 0 < len(change.name) <= 60:
            raise Refused(400, "a name has 1 to 60 characters", "$.name", "shorten it")
        made = Registered(sor_id, change, next_files(self._clock.now()))
        self._changes.put(f"{len(self._changes):06d}", made)
        self._waiting.append(made)
        self._next = min(self._next or made.effective, made.effective)
        return made

    def _publish(self) -> None:
        now = self._clock.now()
        for made in self._waiting:
            if made.effective <= now:
                new = {k: v for k, v in msgspec.structs.asdict(made.change).items() if v is not None}
                self._entries[made.sor_id] = msgspec.structs.replace(self._entries[made.sor_id], **new)
        self._waiting = [made for made in self._waiting if made.effective > now]
        self._next = min((made.effective for made in self._waiting), default=None)
        self._published = _published(Register(self._entries.values()))


def next_files(now: datetime) -> datetime:
    """When what is registered now is published: at half past four of the next day."""
    tomorrow = now.astimezone(COPENHAGEN).date() + timedelta(days=1)
    return datetime.combine(tomorrow, PUBLISHED, COPENHAGEN)


def _published(register: Register) -> Published:
    encode = msgspec.json.Encoder().encode
    raw, units = {}, {}
    for entry in register.find():
        raw[entry.sor_id] = encode(register.entry(entry.sor_id))
        units[entry.sor_id] = encode(register.unit(entry.sor_id) or entry)
    return Published(register, raw, units)
