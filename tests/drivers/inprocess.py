"""The in-process driver: asyncio on a loop whose time jumps when nothing is ready, and httpx whose requests
are routed by respx straight into the applications."""

from __future__ import annotations

import asyncio
import selectors
from datetime import datetime, timedelta
from typing import Any

import httpx
import respx

from mocks.drivers.sockets import HttpNetwork, WallClock
from mocks.errors import HarnessFault
from mocks.runtime import COPENHAGEN, Asgi


class _Impatient(selectors.DefaultSelector):
    """A selector that never waits: it lets the loop's time jump to the next timer instead."""

    moment = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout is None:
            raise HarnessFault("everything waits, and nothing is left that could make it go on")
        if not ready and timeout:
            self.moment += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop in which an hour of sleep takes no time."""

    def __init__(self) -> None:
        self._impatient = _Impatient()
        super().__init__(self._impatient)

    def time(self) -> float:
        return self._impatient.moment


class JumpingClock(WallClock):
    """A clock that tells the time of the jumping loop, from ``start`` on."""

    def __init__(self, start: datetime, loop: JumpingLoop, on_error: Any) -> None:
        super().__init__(on_error)
        self._start, self._loop = start, loop

    def now(self) -> datetime:
        moment = (self._start + timedelta(seconds=self._loop.time())).timestamp()
        return datetime.fromtimestamp(round(moment, 3), COPENHAGEN)


class RoutedNetwork(HttpNetwork):
    """One respx router for all systems, one pattern a host. Unknown hosts refuse the connection."""

    def __init__(self) -> None:
        self.router = respx.Router(assert_all_called=False, assert_all_mocked=False)
        super().__init__({}, transport=httpx.MockTransport(self._handle))

    def install(self, system: str, app: Asgi) -> None:
        self.addresses = {**self.addresses, system: f"http://{system}"}
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)

        async def enter(request: httpx.Request) -> httpx.Response:
            # The callee goes on when the caller stops waiting, as behind a socket.
            callee = asyncio.get_running_loop().create_task(transport.handle_async_request(request))
            try:
                return await asyncio.shield(callee)
            except AssertionError:  # httpx's own, of an application that broke off
                raise httpx.RemoteProtocolError("the answer broke off", request=request) from None

        self.router.route(host=system).mock(side_effect=enter)

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.host not in self.addresses:
            raise httpx.ConnectError("nothing listens there", request=request)
        return await self.router.async_handler(request)
