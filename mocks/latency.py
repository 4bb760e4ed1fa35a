"""A system that takes its time: every answer so many seconds later, whatever it serves."""

from __future__ import annotations

from typing import Any

from mocks.errors import BadInput
from mocks.runtime import Asgi, Clock

#: An hour is longer than anybody waits.
LONGEST = 3600.0


class Slowed:
    """An ASGI application that begins to answer ``seconds`` after it was asked; ``/health`` answers at once.

    Errors: ``BadInput`` for less than nothing or more than ``LONGEST``.
    """

    def __init__(self, app: Asgi, clock: Clock, seconds: float) -> None:
        if not 0 <= seconds <= LONGEST:
            raise BadInput(f"a latency of {seconds:g} s; choose between 0 and {LONGEST:g}")
        self.app, self._clock, self._seconds = app, clock, seconds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] != "/health":
            await self._clock.sleep(self._seconds)
        await self.app(scope, receive, send)
