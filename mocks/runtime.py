"""The seam: everything a system may do to the world outside itself.

Handlers await only what stands here. A driver supplies it: virtual time (``sim.kernel``), paced time,
asyncio on sockets (``mocks.drivers.sockets``), or asyncio with jumping time in the tests. The same
protocol code runs in all of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Container, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

#: Danish local time. OIOXML dates carry no zone and mean this one.
COPENHAGEN = ZoneInfo("Europe/Copenhagen")

R = TypeVar("R")


def start_of(day: date) -> datetime:
    """Midnight in Danish local time."""
    return datetime.combine(day, time(), COPENHAGEN)


#: An ASGI application, as far as we call one.
Asgi = Any


class Clock(Protocol):
    """Time, and the work that goes on in it."""

    def now(self) -> datetime:
        """The present moment: aware, in Danish local time, whole milliseconds."""
        ...

    def sleep(self, seconds: float) -> Awaitable[None]:
        """Wait. Zero or less returns at the same moment."""
        ...

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start ``work`` beside the caller. An error in it is traced as ``harness_error``."""
        ...

    def gather(self, name: str, *works: Coroutine[Any, Any, Any]) -> Awaitable[list[Any]]:
        """Do all of them side by side, begun in this order, and wait until each has ended.

        Their values, in this order; or, when some failed, the error of the first of those (in this order).
        """
        ...


class Response(NamedTuple):
    """An HTTP answer, complete. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Network(Protocol):
    """The way to another system."""

    def address(self, system: str) -> str:
        """Base URL of a system of the ecosystem, without a trailing slash. Unknown name: ``BadInput``."""
        ...

    def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        content_type: str = "",
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
    ) -> Awaitable[Response]:
        """Send a request and wait for the whole answer, at most ``timeout`` seconds.

        Errors: ``Unreachable``, ``TimedOut``. A timeout ends the waiting; the callee goes on.
        Any HTTP status is an answer, not an error.
        """
        ...


class Ids(Protocol):
    """Fresh identifiers: one stream for each (seed, system, purpose)."""

    def uuid(self, purpose: str) -> str:
        """A version 4 UUID, lower case, with dashes."""
        ...

    def letters(self, purpose: str) -> str:
        """Fourteen characters A-Z and 0-9, as OIOXML letters and envelopes are numbered."""
        ...


def fresh(ids: Ids, purpose: str, taken: Container[str]) -> str:
    """A UUID that is not ``taken`` yet: a seeded stream starts over when its system is restarted."""
    while (drawn := ids.uuid(purpose)) in taken:
        pass
    return drawn


class Collection(Protocol[R]):
    """One kind of record in a store, by key. Insertion order is kept, also across a restart."""

    def get(self, key: str) -> R | None: ...

    def put(self, key: str, record: R) -> None:
        """Insert or replace. Durable drivers have written it when this returns."""
        ...

    def drop(self, key: str) -> None:
        """Forget the key; an unknown key is no error."""
        ...

    def items(self) -> Iterable[tuple[str, R]]: ...

    def __len__(self) -> int: ...

    def __contains__(self, key: object) -> bool: ...


class Store(Protocol):
    """What a system remembers. A restart loses nothing that was put."""

    def collection(self, name: str, record_type: type[R]) -> Collection[R]:
        """The collection of that name; ``record_type`` is a ``msgspec.Struct`` and gives its form on disk."""
        ...


class Trace(Protocol):
    """What happened, as each station saw it. Journeys, checks and reports read only this."""

    def station(self, name: str, message: str, **facts: str | int | float | bool) -> None:
        """A message (by its VANS message identifier) reached a station of its journey."""
        ...

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
        """Exactly these bytes were put on the wire, once for each envelope, by whoever wrote it."""
        ...

    def link(self, message: str, journey: str) -> None:
        """``message`` (an acknowledgement, a receipt, a resend) belongs to the journey of another."""
        ...

    def note(self, kind: str, **facts: Any) -> None:
        """Anything else worth keeping: a look-up, a fault, a refused request, a harness error."""
        ...


class Fault(NamedTuple):
    """What a fault does to one message: ``drop``, ``duplicate``, ``delay`` (seconds) or ``away``."""

    rule: str
    action: str
    seconds: float = 0.0


class Faults(Protocol):
    """Trouble, drawn from the seed at named points."""

    def strike(self, point: str, facts: Mapping[str, str]) -> Fault | None:
        """Whether something goes wrong here, now, to this; drawn once for each call."""
        ...


class NoFaults:
    """The world without trouble."""

    def strike(self, point: str, facts: Mapping[str, str]) -> Fault | None:
        return None


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a driver hands to ``create_app(runtime, settings)`` of one system."""

    system: str
    clock: Clock
    network: Network
    ids: Ids
    store: Store
    trace: Trace
    faults: Faults = field(default_factory=NoFaults)


class MemoryCollection(dict[str, R]):
    """A collection that lives as long as the process."""

    def put(self, key: str, record: R) -> None:
        self[key] = record

    def drop(self, key: str) -> None:
        self.pop(key, None)


class MemoryStore:
    """A store for virtual time: as fast as a dictionary, and gone with the run."""

    def __init__(self) -> None:
        self._collections: dict[str, MemoryCollection[Any]] = {}

    def collection(self, name: str, record_type: type[R]) -> Collection[R]:
        return self._collections.setdefault(name, MemoryCollection())

    def __iter__(self) -> Iterator[str]:
        return iter(self._collections)
