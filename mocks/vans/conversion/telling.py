"""What the service writes into the trace: that something was converted, into what, and what was lost."""

from __future__ import annotations

from collections.abc import Sequence

from mocks.runtime import Runtime
from mocks.standards.conversion import Lost
from mocks.vans.records import Transit


def tell(
    runtime: Runtime, transit: Transit, into: str, made: Sequence[Transit], lost: Sequence[Lost]
) -> None:
    """``transit`` became ``made``. Losses are told by element and reason, never by value."""
    runtime.trace.station(
        "converted",
        transit.message,
        envelope=transit.envelope,
        into=into,
        envelopes=" ".join(each.envelope for each in made),
        losses=len(lost),
        lost="; ".join(f"{each.element}: {each.reason}" for each in lost),
    )
