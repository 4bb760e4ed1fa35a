"""A register that takes its time with some of its answers: those that the faults of a run pick."""

from __future__ import annotations

from typing import Any

from mocks.runtime import Asgi, Clock, Faults


class SlowSometimes:
    """An ASGI application some of whose answers begin later; ``/health`` never does."""

    def __init__(self, app: Asgi, clock: Clock, faults: Faults, system: str) -> None:
        self._app, self._clock, self._faults, self._system = app, clock, faults, system

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] != "/health":
            fault = self._faults.strike("register.answer", {"system": self._system})
            if fault is not None:
                await self._clock.sleep(fault.seconds)
        await self._app(scope, receive, send)
