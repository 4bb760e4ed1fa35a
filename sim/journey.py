"""One message on its way: the stations it passed, the bytes it caused, and what became of it.

A journey belongs to one letter. The acknowledgement that answers it and the receipts that VANS writes
for both travel in envelopes of their own, and are part of the same journey. *Sent, accepted by VANS,
delivered, acknowledged, read, filed* are states apart, and a journey knows each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

#: How long a sender waits for an acknowledgement before it sends again (MedCom, reliable messaging).
PATIENCE = timedelta(minutes=30)

#: Stations that only a letter has; the others are also those of the envelopes of its acknowledgement.
LETTER_STATIONS = frozenset(
    (
        *("composed", "shown", "acknowledged", "read", "filed"),
        *("resent", "duplicate", "refused", "negative", "gave_up"),
    )
)

_AT_RECEIVER = frozenset(("delivered", "shown", "duplicate", "rejected", "read", "filed"))


class Station(NamedTuple):
    """``message`` reached a station, as ``system`` saw it."""

    station: str
    system: str
    at: datetime
    facts: Mapping[str, Any]
    message: str


class WireRecord(NamedTuple):
    """Exactly ``body`` was put on the wire at that moment; ``system`` is who recorded it."""

    at: datetime
    system: str
    sender: str
    receiver: str
    standard: str
    ids: Mapping[str, str]
    content_type: str
    body: bytes
    message: str


class Remark(NamedTuple):
    """Something out of the ordinary on a journey, and the party it lies with."""

    at: datetime
    kind: str  # "resend", "duplicate", "late", "missing", "refused"
    party: str
    text: str


@dataclass(slots=True)
class Journey:
    """The journey of the letter with that VANS message identifier.

    ``first`` gives the first moment of each station of the letter, ``times`` how often it was reached.
    """

    id: str
    stations: list[Station] = field(default_factory=list)
    messages: list[WireRecord] = field(default_factory=list)
    first: dict[str, datetime] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def add(self, station: Station) -> None:
        """Take in one station; those of linked messages do not change the letter's own state."""
        self.stations.append(station)
        if station.message == self.id or station.station in LETTER_STATIONS:
            name = station.station
            if name not in self.first:
                self.first[name] = station.at
            self.times[name] = self.times.get(name, 0) + 1

    # States

    def at(self, station: str) -> datetime | None:
        """When the letter first reached that station, or ``None``."""
        return self.first.get(station)

    @property
    def sent(self) -> bool:
        return "sent" in self.first or "accepted" in self.first

    @property
    def accepted(self) -> bool:
        return "accepted" in self.first

    @property
    def delivered(self) -> bool:
        return "delivered" in self.first

    @property
    def receipted(self) -> bool:
        return "receipted" in self.first

    @property
    def acknowledged(self) -> bool:
        return "acknowledged" in self.first

    @property
    def read(self) -> bool:
        return "read" in self.first

    @property
    def filed(self) -> bool:
        return "filed" in self.first

    @property
    def shown(self) -> int:
        """How often it was put into the receiver's inbox. Once is right."""
        return self.times.get("shown", 0)

    @property
    def resends(self) -> int:
        """How often it was sent again and VANS took it; a try that VANS turned away is none."""
        return len(self.resent()) if "resent" in self.first else 0

    def resent(self) -> list[Station]:
        """The stations of those resends."""
        envelopes = {name: set[Any]() for name in ("not_taken", "accepted")}
        for station in self.stations:
            if station.station in envelopes and "envelope" in station.facts:
                envelopes[station.station].add(station.facts["envelope"])
        turned_away = envelopes["not_taken"] - envelopes["accepted"]
        return [
            s for s in self.stations if s.station == "resent" and s.facts.get("envelope") not in turned_away
        ]

    @property
    def duplicates(self) -> int:
        """Copies that arrived and that the receiver recognised."""
        return self.times.get("duplicate", 0)

    @property
    def refused(self) -> bool:
        return "refused" in self.first

    @property
    def negative(self) -> bool:
        """The receiver answered with a negative acknowledgement."""
        return "negative" in self.first

    @property
    def negative_vans(self) -> bool:
        """VANS reported that it could not deliver."""
        return "negative_vans" in self.first

    @property
    def gave_up(self) -> bool:
        return "gave_up" in self.first

    @property
    def lost(self) -> bool:
        """VANS took it, and it was neither delivered nor negatively reported."""
        return self.accepted and not (self.delivered or self.negative_vans or self.negative)

    @property
    def complete(self) -> bool:
        """Acknowledged, and shown exactly once: nothing about it needs attention.

        What a vendor's system shows to its users nobody else can see; its acknowledgement must do.
        """
        return self.acknowledged and (self.shown == 1 or (self.shown == 0 and self.to_vendor))

    @property
    def to_vendor(self) -> bool:
        """Whether a vendor's own system received the letter."""
        return any(
            s.station == "delivered" and s.message == self.id and self.by_vendor(s) for s in self.stations
        )

    @property
    def from_vendor(self) -> bool:
        """Whether a vendor's own system wrote the letter."""
        return any(s.station == "sent" and s.message == self.id and self.by_vendor(s) for s in self.stations)

    @property
    def status(self) -> str:
        """One word for how it ended: the furthest good state, or what went wrong."""
        first = self.first
        if self.acknowledged or self.shown:
            for name in ("filed", "read", "acknowledged"):
                if name in first:
                    return name
        if self.negative:
            return "negative"
        if self.negative_vans:
            return "undeliverable"
        if self.shown:
            return "unacknowledged"
        if self.lost:
            return "lost"
        if self.gave_up:
            return "gave_up"
        if self.refused:
            return "refused"
        return next((n for n in ("delivered", "accepted", "sent", "composed") if n in first), "unknown")

    # Parties

    @property
    def sender(self) -> str:
        """The system that wrote the letter; a vendor's by its location number."""
        for station in self.stations:
            if station.station in ("composed", "sent") and station.message == self.id:
                return self.party(station)
        return next((w.system for w in self.messages if w.message == self.id), "")

    @property
    def receiver(self) -> str:
        """The system it is for, as far as the journey tells; before delivery a location number."""
        for station in self.stations:
            if station.station in _AT_RECEIVER and station.message == self.id:
                return self.party(station)
        return next((w.receiver for w in self.messages if w.message == self.id), "")

    @property
    def reply_to(self) -> str:
        """What this letter answers (fact ``reply_to`` at a station), or empty."""
        for station in self.stations:
            if answered := station.facts.get("reply_to"):
                return str(answered)
        return ""

    def by_vendor(self, station: Station) -> bool:
        """Whether that station was a vendor's system and not one of our mocks."""
        return bool(station.facts.get("vendor"))

    def party(self, station: Station) -> str:
        """Who was at that station. VANS reports for a vendor's system and names its location number."""
        if station.facts.get("vendor") and "party" in station.facts:
            return str(station.facts["party"])
        return station.system

    @property
    def vendor_stations(self) -> list[Station]:
        return [station for station in self.stations if self.by_vendor(station)]
