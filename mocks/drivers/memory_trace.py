"""What happened, kept in memory: the newest events of all systems, for ``/trace`` and for tests.

Every system writes through its own ``of(system)``. Events may also be appended to a file, one JSON object
a line. A CPR number never gets in: a fact that looks like one is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from mocks.errors import HarnessFault

#: Ten digits, or six and four with a dash or space, on their own, that begin with a date; the day may carry
#: 60 more, and a replacement number (eCPR) has two letters near its end. GLNs, SOR ids and UUIDs do not fit.
_CPR = re.compile(
    r"(?<![0-9A-Za-z])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])(?:0[1-9]|1[0-2])\d\d[- ]?"
    r"\d(?:\d\d|[A-Z]{2})\d(?![0-9A-Za-z])",
    re.ASCII,
)


class Event(msgspec.Struct, frozen=True):
    """One event. ``kind`` is ``station``, ``wire``, ``link`` or ``note``; ``name`` says which.

    ``at`` is Danish local time, ISO 8601 with offset and milliseconds. ``message`` is the VANS message
    identifier, empty for notes. Bytes on the wire are told by ``sha256`` and ``size`` only.
    """

    number: int
    at: str
    system: str
    kind: str
    name: str
    message: str
    facts: dict[str, Any]


def carries_cpr(value: object) -> bool:
    """Whether this fact looks like a CPR number or contains one, at any depth."""
    match value:
        case bool() | float() | None:
            return False
        case str():
            return _CPR.search(value) is not None
        case int():
            return 99_999_999 < value < 10_000_000_000 and _CPR.search(f"{value:010d}") is not None
        case bytes():
            return _CPR.search(value.decode("latin-1")) is not None
        case Mapping():
            return any(carries_cpr(key) or carries_cpr(item) for key, item in value.items())
        case Iterable():
            return any(carries_cpr(item) for item in value)
    return _CPR.search(str(value)) is not None


class MemoryTrace:
    """The events of all systems, oldest first, at most ``capacity`` of them.

    ``now`` is a driver's clock. ``path`` names a file to append to; each line is written when it happens.
    ``strict`` raises ``HarnessFault`` on a CPR number (for tests); otherwise the fact is masked and an
    ``cpr_refused`` note says which one it was, so that a stranger's bad input cannot stop a system.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        capacity: int = 100_000,
        path: Path | None = None,
        strict: bool = False,
    ) -> None:
        self._now, self._strict = now, strict
        self._events: deque[Event] = deque(maxlen=capacity)
        self._file = path.open("ab", buffering=0) if path else None
        self._encode = msgspec.json.Encoder(enc_hook=str).encode
        self.seen = 0

    def of(self, system: str) -> SystemTrace:
        """The trace of one system: what goes into its ``Runtime``."""
        return SystemTrace(self, system)

    def add(self, system: str, kind: str, name: str, message: str, facts: dict[str, Any]) -> None:
        refused = [key for key, value in facts.items() if carries_cpr(value)]
        if carries_cpr(message) or carries_cpr(name):
            raise HarnessFault(f"{system} put a CPR number in the name or identifier of a {kind} event")
        if refused and self._strict:
            raise HarnessFault(
                f"{system} put what looks like a CPR number into fact {refused[0]!r} of {kind} {name}; "
                "trace facts carry identifiers of messages and units, never of citizens"
            )
        if refused:
            facts = {key: "(refused)" if key in refused else value for key, value in facts.items()}
        at = self._now().isoformat(timespec="milliseconds")
        event = Event(self.seen, at, system, kind, name, message, facts)
        self.seen += 1
        self._events.append(event)
        if self._file is not None:
            self._file.write(self._encode(event) + b"\n")
        if refused:
            self.add(system, "note", "cpr_refused", message, {"event": name, "fact": refused[0]})

    def events(self, *, since: int = 0, kind: str = "", name: str = "", message: str = "") -> list[Event]:
        """Kept events from number ``since`` on; empty words match all."""
        return [
            event
            for event in self._events
            if event.number >= since
            and kind in ("", event.kind)
            and name in ("", event.name)
            and message in ("", event.message)
        ]

    def json(self, *, since: int = 0, limit: int = 1000) -> bytes:
        """``{"events": [...], "next": n, "dropped": n}``: at most ``limit`` events from ``since`` on.

        ``next`` is the number to ask for next; ``dropped`` counts those that were asked for and are gone.
        """
        first = self._events[0].number if self._events else self.seen
        skip = min(max(0, since - first), len(self._events))  # numbers follow each other without a gap
        found = list(islice(self._events, skip, skip + limit))
        following = found[-1].number + 1 if found else max(since, self.seen)
        return self._encode({"events": found, "next": following, "dropped": max(0, first - since)})

    def error(self, system: str) -> Callable[[str, BaseException], None]:
        """An ``on_error`` that notes ``harness_error`` for this system."""

        def on_error(where: str, error: BaseException) -> None:
            text = _CPR.sub("(refused)", f"{error}")
            self.add(
                system,
                "note",
                "harness_error",
                "",
                {"where": _CPR.sub("(refused)", where), "type": type(error).__name__, "error": text[:500]},
            )

        return on_error

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class SystemTrace:
    """``mocks.runtime.Trace`` of one system, over a ``MemoryTrace``."""

    def __init__(self, log: MemoryTrace, system: str) -> None:
        self._log, self._system = log, system

    def station(self, name: str, message: str, **facts: str | int | float | bool) -> None:
        self._log.add(self._system, "station", name, message, facts)

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
        facts = {
            "sender": sender,
            "receiver": receiver,
            "standard": standard,
            "ids": dict(ids),
            "content_type": content_type,
            "sha256": hashlib.sha256(body).hexdigest(),
            "size": len(body),
        }
        self._log.add(self._system, "wire", standard, message, facts)

    def link(self, message: str, journey: str) -> None:
        self._log.add(self._system, "link", "link", message, {"journey": journey})

    def note(self, kind: str, **facts: Any) -> None:
        self._log.add(self._system, "note", kind, "", facts)
