"""Where a child goes, as the institution register tells whoever looks."""

from __future__ import annotations

from mocks.errors import Unreachable
from mocks.overview.calls import SaidNo, ask
from mocks.overview.session import Failure, failure_of
from mocks.people import Placement
from mocks.runtime import Runtime


async def placement_of(runtime: Runtime, cpr: str, seconds: float, what: str) -> Placement | Failure | None:
    """The child's school or day-care; ``None`` where it goes nowhere. ``what`` is Danish: what the user asked
    for; ``seconds``: how long the register may take."""
    try:
        return await ask(runtime, "stil", "/stil/placering", Placement, {"cpr": cpr}, timeout=seconds)
    except (SaidNo, Unreachable) as error:
        if isinstance(error, SaidNo) and error.status == 404:
            return None
        return failure_of(error, what)
