"""Who takes part in distribution, and how the component behaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mocks.kombit.persistent_queue import Patience
from mocks.standards.distribution.names import RECEIVER_PATH, SENDER_PATH
from mocks.standards.soap.envelope import Envelope


@dataclass(frozen=True, slots=True)
class Receiver:
    """A system that takes objects of an authority (CVR number ``cvr``). ``uuid`` is the system's, ``name`` what
    it is called, ``system`` its name on the network. ``subjects`` are KLE numbers, with wildcards as in
    ``01.01.*``; ``facets`` the actions it takes, none for all."""

    cvr: str
    uuid: str
    name: str
    system: str
    subjects: tuple[str, ...]
    facets: tuple[str, ...] = ()
    path: str = RECEIVER_PATH

    def takes(self, subject: str, facet: str) -> bool:
        if self.facets and facet and facet not in self.facets:
            return False
        return any(subject.startswith(s[:-1]) if s.endswith("*") else s == subject for s in self.subjects)


@dataclass(frozen=True, slots=True)
class Sender:
    """A system that sends objects. Its receipts go to ``system``."""

    uuid: str
    system: str
    path: str = SENDER_PATH


@dataclass(frozen=True, slots=True)
class Settings:
    """``check`` looks at the tokens of a request, and refuses by a ``SoapRefusal``; without it all may send.

    ``patience``: how a receiver or sender that is away is tried again (assumptions).
    """

    receivers: tuple[Receiver, ...] = ()
    senders: tuple[Sender, ...] = ()
    check: Callable[[Envelope, datetime], object] | None = None
    patience: Patience = field(default_factory=Patience)
    answer_seconds: float = 30.0
    most_bytes: int = 2_000_000
