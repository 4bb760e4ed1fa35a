"""How the case index behaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mocks.kombit.case_index.restriction import Rights
from mocks.kombit.events import Subscriber
from mocks.people import Case
from mocks.standards.sagdok.case import Sag
from mocks.standards.soap.envelope import Envelope

#: Looks at the tokens of a request, and says what its parties may do. Refuses by a ``SoapRefusal``.
Check = Callable[[Envelope, datetime], tuple[Rights, ...]]


@dataclass(frozen=True, slots=True)
class KnownCases:
    """Cases of one owner that the index has from the start, each written out only when somebody asks.

    ``owner`` is the owner's reference; ``entry`` makes the index's form of a case as registered at a moment.
    """

    owner: str
    cases: tuple[Case, ...]
    entry: Callable[[Case, datetime], Sag]


@dataclass(frozen=True, slots=True)
class Settings:
    """``most_bytes``: an import carries many cases at once, so it is larger than elsewhere (assumption).

    ``most_hits``: how many cases one search answers at most. ``known``: what the index starts with, as
    registered when it first started. ``check``: who may do what; without it, all may do everything.
    ``subscribers``: systems that hear of changes by events (SF1461).
    """

    most_bytes: int = 10_000_000
    most_hits: int = 500
    known: tuple[KnownCases, ...] = field(default=(), repr=False)
    check: Check | None = None
    subscribers: tuple[Subscriber, ...] = ()
