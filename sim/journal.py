"""What a rehearsal writes down while it runs, and the journeys that come out of it afterwards.

Every system traces into one journal. During the run that must cost next to nothing, so the journal only
appends; ``journeys`` joins the pieces once the run is over. All lists keep the order in which things
happened, so equal runs leave equal journals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from mocks.identifiers import check_cpr, mask_cpr
from mocks.runtime import Trace
from sim.collector import no_collector
from sim.journey import Journey, Station, WireRecord

#: What looks like a CPR number, with or without its hyphen, and is no part of a longer number or word.
CPR_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{6})-?(\d{4})(?![0-9A-Za-z])", re.ASCII)


class Note(NamedTuple):
    """Something that belongs to no journey: a look-up, a fault, a refused request, a harness error."""

    kind: str
    system: str
    at: datetime
    facts: Mapping[str, Any]


class Leak(NamedTuple):
    """A place where a CPR number stands and must not. The number itself is masked."""

    where: str
    system: str
    at: datetime
    fact: str
    masked: str


class JournalTrace:
    """The trace of one system (``mocks.runtime.Trace``), writing into the common journal."""

    __slots__ = ("_links", "_notes", "_now", "_stations", "_system", "_wires")

    def __init__(self, journal: Journal, system: str, now: Callable[[], datetime]) -> None:
        self._stations = journal._stations
        self._wires = journal._wires
        self._links = journal._links
        self._notes = journal._notes
        self._system = system
        self._now = now

    def station(self, name: str, message: str, **facts: str | int | float | bool) -> None:
        self._stations.append((name, self._system, self._now(), facts, message))

    def wire(
        self,
        message: str,
        *,
        sender: str,
        receiver: str,
        standard: str,
        ids: Mapping[str, str],
        content_type: str,
        body: bytes,
    ) -> None:
        self._wires.append(
            (self._now(), self._system, sender, receiver, standard, ids, content_type, body, message)
        )

    def link(self, message: str, journey: str) -> None:
        self._links.append((message, journey))

    def note(self, kind: str, **facts: Any) -> None:
        self._notes.append(Note(kind, self._system, self._now(), facts))


class Journal:
    """The collector behind every trace of a rehearsal."""

    def __init__(self) -> None:
        self._stations: list[tuple[str, str, datetime, Mapping[str, Any], str]] = []
        self._wires: list[tuple[datetime, str, str, str, str, Mapping[str, str], str, bytes, str]] = []
        self._links: list[tuple[str, str]] = []
        self._notes: list[Note] = []
        self._joined: tuple[tuple[int, int, int], list[Journey]] | None = None

    def trace_for(self, system: str, now: Callable[[], datetime]) -> Trace:
        """The trace to put into the runtime of ``system``; ``now`` is the clock of the driver."""
        return JournalTrace(self, system, now)

    @property
    def wires(self) -> Iterator[WireRecord]:
        """Everything that was put on the wire, in that order."""
        return map(WireRecord._make, self._wires)

    def notes(self, kind: str | None = None) -> list[Note]:
        """The notes of one kind, or all of them."""
        return [note for note in self._notes if kind is None or note.kind == kind]

    def digest(self) -> str:
        """SHA-256 over all wire bodies in the order of the wire, each led by its length in 8 bytes.

        Equal digests mean byte-equal traffic.
        """
        total = sha256()
        for wire in self._wires:
            total.update(len(wire[7]).to_bytes(8, "big"))
            total.update(wire[7])
        return total.hexdigest()

    def journeys(self) -> list[Journey]:
        """One journey for each letter, in the order in which they began.

        A message that was linked belongs to the journey of the other, also over several links; without a
        link a message is a journey of its own. The result is kept until something more is traced.
        """
        state = (len(self._stations), len(self._wires), len(self._links))
        if self._joined is not None and self._joined[0] == state:
            return self._joined[1]
        with no_collector():
            joined = self._join()
        self._joined = (state, joined)
        return joined

    def _join(self) -> list[Journey]:
        root = self._roots()
        found: dict[str, Journey] = {}
        for row in self._stations:
            key = root.get(row[4], row[4])
            journey = found.get(key)
            if journey is None:
                journey = found[key] = Journey(key)
            journey.add(Station._make(row))
        for wire in self._wires:
            key = root.get(wire[8], wire[8])
            journey = found.get(key)
            if journey is None:
                journey = found[key] = Journey(key)
            journey.messages.append(WireRecord._make(wire))
        return list(found.values())

    def _roots(self) -> dict[str, str]:
        """Each linked message and the letter whose journey it belongs to. The first link of a message
        counts; one that would close a circle is ignored."""
        parent: dict[str, str] = {}
        for message, journey in self._links:
            if message in parent:
                continue
            above = journey
            while above != message and above in parent:
                above = parent[above]
            if above != message:
                parent[message] = journey
        root: dict[str, str] = {}
        for message in parent:
            above = message
            while above in parent:
                above = parent[above]
            root[message] = above
        return root

    def leaks(self) -> list[Leak]:
        """CPR numbers in the facts of stations and notes, and among the ids of wire records.

        There should be none: a CPR number belongs into message bodies only. Anything of ten digits that
        starts with a date counts.
        """
        clean: set[Any] = set()
        leaks: list[Leak] = []

        def scan(where: str, system: str, at: datetime, facts: Mapping[str, Any]) -> None:
            for name, value in facts.items():
                for text in _texts(value):
                    if text in clean:
                        continue
                    number = _cpr_in(text)
                    if number is None:
                        clean.add(text)
                    else:
                        leaks.append(Leak(where, system, at, name, mask_cpr(number)))

        for station in self._stations:
            scan(f"station {station[0]}", station[1], station[2], station[3])
        for note in self._notes:
            scan(f"note {note.kind}", note.system, note.at, note.facts)
        for wire in self._wires:
            scan("wire", wire[1], wire[0], wire[5])
        return leaks


def _texts(value: Any) -> Iterator[str]:
    """Every text in a fact, however deep it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield f"{value:010d}"


def _cpr_in(text: str) -> str | None:
    if len(text) < 10:
        return None
    for match in CPR_NUMBER.finditer(text):
        number = match[1] + match[2]
        if check_cpr(number) is None:
            return number
    return None
