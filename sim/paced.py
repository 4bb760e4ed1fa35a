"""Virtual time at a pace: one real second is ``pace`` virtual ones, and real systems may take part.

asyncio pumps the same SimPy environment, event by event, each at its own virtual moment, and waits in
between until that moment has come. As long as nobody from outside takes part, pacing only waits: the
history is that of virtual time. A request to a real address goes out over httpx and comes back as an
event at the virtual moment that the wall clock has reached; a request from a real system begins there.

Where computing falls behind the pace, the pace gives way (``slipped``): otherwise a vendor would look slow
because we were.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any, TypeVar
from weakref import WeakSet

from simpy.events import Event

from mocks.drivers import asgi
from mocks.errors import BadInput, Unreachable
from mocks.limits import CEILING_BYTES
from mocks.runtime import Asgi, Network, Response
from sim.kernel import DRAIN_LIMIT, Kernel, Outcome, Wait

T = TypeVar("T")

_NEVER = float("inf")
#: Shorter waits (real seconds) than the operating system keeps are not made.
_GRAIN = 0.001
#: The pump looks after sockets at least this often (real seconds).
_BATCH = 0.005
#: What computing may be late (real seconds) before the pace gives way.
_TOLERANCE = 0.05
_CLOSED = Response(503, {"content-type": "text/plain"}, b"The run is over.")
_TOO_LARGE = Response(413, {"content-type": "text/plain"}, b"The body is larger than any system here reads.")
#: Headers that belong to one connection and are not handed on.
_OF_THE_CONNECTION = frozenset(("host", "content-length", "connection", "transfer-encoding", "keep-alive"))


class PacedKernel(Kernel):
    """A ``Kernel`` whose time passes with the wall clock. Use it within one asyncio event loop.

    ``pace``: virtual seconds in a real one. ``outside``: the network for addresses that are no installed
    system (``mocks.drivers.sockets.HttpNetwork``); without one they are unreachable. ``outside_seconds``:
    how long, in *real* seconds, a real system has for an answer, if the caller would wait longer still;
    the wire is real, so a caller's timeout towards it counts real seconds too.
    """

    def __init__(
        self,
        start: datetime,
        on_error: Callable[[str, BaseException], None],
        *,
        pace: float,
        outside: Network | None = None,
        outside_seconds: float = 10.0,
    ) -> None:
        super().__init__(start, on_error)
        if not 0 < pace < _NEVER:
            raise BadInput(f"a pace is a number of virtual seconds above 0, not {pace:g}; try 600")
        self.pace = pace
        #: Real seconds by which the pace gave way, because computing took longer.
        self.slipped = 0.0
        self._outside, self._outside_seconds = outside, outside_seconds
        self._wake = asyncio.Event()
        self._origin: float | None = None  # loop time at which env.now was 0; None while nothing runs
        self._pending: set[asyncio.Task[Response]] = set()
        self._guests: WeakSet[asyncio.Future[Response]] = WeakSet()
        self._closed = False

    # Clock

    def elapsed(self) -> float:
        """The virtual moment (of ``env``) that the wall clock has reached; never before ``env.now``."""
        if self._origin is None:
            return float(self.env.now)
        reached = (asyncio.get_running_loop().time() - self._origin) * self.pace
        return max(reached, float(self.env.now))

    # Network

    async def _elsewhere(
        self,
        method: str,
        url: str,
        body: bytes,
        content_type: str,
        headers: Mapping[str, str] | None,
        timeout: float,
    ) -> Response:
        if self._outside is None or self._closed:
            return await super()._elsewhere(method, url, body, content_type, headers, timeout)

        async def ask(outside: Network) -> Response:
            return await outside.request(
                method,
                url,
                body=body,
                content_type=content_type,
                headers=headers,
                timeout=min(timeout, self._outside_seconds),
            )

        arrived = Event(self.env)
        task = asyncio.get_running_loop().create_task(ask(self._outside))
        self._pending.add(task)
        task.add_done_callback(lambda done: self._arrive_from_outside(arrived, done))
        answer: Response = await Wait(arrived)
        return answer

    def _arrive_from_outside(self, arrived: Event, task: asyncio.Task[Response]) -> None:
        self._pending.discard(task)
        if task.cancelled():
            arrived._ok, arrived._value = False, Unreachable("the run ended before the answer came")
        elif (error := task.exception()) is not None:
            arrived._ok, arrived._value = False, error
        else:
            arrived._ok, arrived._value = True, task.result()
        self.env.schedule(arrived, delay=self.elapsed() - self.env.now)
        self._wake.set()

    async def ingress(
        self,
        system: str,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        content_type: str = "",
        body: bytes = b"",
    ) -> Response:
        """Hand a real system's request to an installed one, at the virtual moment that the wall clock has
        reached, and wait for the answer. ``target`` is path and query. After ``close`` the answer is 503."""
        app = self._apps.get(system)
        if app is None:
            raise BadInput(f"no system is called {system!r}; there are: {', '.join(sorted(self._apps))}")
        if self._closed:
            return _CLOSED
        guest: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._guests.add(guest)

        def answer(response: Response) -> None:
            if not guest.done():
                guest.set_result(response)

        def finished(_: Any, error: BaseException | None) -> None:
            if error is not None:
                self._on_error(f"{system} {method} {target.partition('?')[0]}", error)
                answer(asgi.BROKEN)

        call = asgi.call(app, method, f"http://{system}{target}", headers, content_type, body, answer)
        self._begin(system, call, finished, delay=self.elapsed() - self.env.now)
        self._wake.set()
        return await guest

    def gate(self, system: str) -> Asgi:
        """An ASGI application for a real server: what comes in there goes to ``system`` by ``ingress``."""

        async def gate(scope: Any, receive: Any, send: Any) -> None:
            body = bytearray()
            more = True
            while more and len(body) <= CEILING_BYTES:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return
                body += message.get("body", b"")
                more = message.get("more_body", False)
            if more or len(body) > CEILING_BYTES:
                answer = _TOO_LARGE
            else:
                headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
                kept = {k: v for k, v in headers.items() if k not in _OF_THE_CONNECTION}
                query = scope["query_string"].decode("latin-1")
                target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
                answer = await self.ingress(system, scope["method"], target, headers=kept, body=bytes(body))
            raw = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers.items()]
            await send({"type": "http.response.start", "status": answer.status, "headers": raw})
            await send({"type": "http.response.body", "body": answer.body})

        return gate

    # Running

    async def run(  # type: ignore[override]  # pacing needs the event loop that the sockets live in
        self, until: datetime | None = None, *, linger: float = 0.0
    ) -> None:
        """Let time pass at the pace: to ``until``, or until nothing is left and no outside answer is due.

        ``linger``: real seconds to stay open without ``until`` once nothing is left, as somebody outside
        may still have something to say; each time somebody does, they begin anew.
        """
        end = _NEVER if until is None else until.timestamp() - self._epoch
        await self._pump(end, lambda: False, linger)
        if until is not None:
            self._arrive(end)

    async def complete(  # type: ignore[override]  # as run
        self, work: Coroutine[Any, Any, T], name: str = "complete"
    ) -> T:
        """Let time pass at the pace until this coroutine has finished: its value, or its error."""
        outcome: Outcome[T] = Outcome(name)
        self._begin(name, work, outcome.finished)
        await self._pump(_NEVER, lambda: bool(outcome), 0.0)
        return outcome.unpack()

    async def drain(  # type: ignore[override]  # as run
        self, limit: float = DRAIN_LIMIT, *, linger: float = 0.0
    ) -> list[str]:
        """After the run: as ``Kernel.drain``, at the pace. An answer that is due from outside is waited for.
        ``limit`` is virtual seconds, ``linger`` real ones. Closes the kernel to the outside."""
        await self._pump(self.env.now + limit, lambda: False, linger, until_quiet=True)
        await self.close()
        return self._abandon()

    async def close(self) -> None:
        """Nobody from outside is heard or asked any more; who still waits for us gets a 503."""
        self._closed = True
        for guest in list(self._guests):
            if not guest.done():
                guest.set_result(_CLOSED)
        for task in list(self._pending):
            task.cancel()
        await asyncio.gather(*self._pending, return_exceptions=True)

    async def _pump(
        self, end: float, done: Callable[[], bool], linger: float, until_quiet: bool = False
    ) -> None:
        """Step every event before ``end`` when its moment has come; with a finite ``end`` wait for that too,
        unless ``until_quiet``."""
        loop = asyncio.get_running_loop()
        self._origin = loop.time() - self.env.now / self.pace
        try:
            while not done():
                upcoming = self.next_event()
                if upcoming == _NEVER and (end == _NEVER or until_quiet):
                    if not self._pending and not await self._rest(linger):
                        return
                    if self._pending:
                        await self._rest(None)
                    continue
                if until_quiet and upcoming >= end and not self._pending:
                    return
                due = min(upcoming, end)
                wait = due / self.pace - (loop.time() - self._origin)
                if wait > _GRAIN:
                    await self._rest(wait)
                    continue
                if upcoming >= end:
                    return
                if -wait > _TOLERANCE:
                    self._origin -= wait
                    self.slipped -= wait
                self._step_what_is_due(loop.time, end, done)
                await asyncio.sleep(0)
        finally:
            self._origin = None

    def _step_what_is_due(self, time: Callable[[], float], end: float, done: Callable[[], bool]) -> None:
        assert self._origin is not None
        enough = time() + _BATCH
        reached = (time() - self._origin + _GRAIN) * self.pace
        step = self.env.step
        while not done():
            upcoming = self.next_event()
            if upcoming > reached or upcoming >= end or time() > enough:
                return
            step()

    async def _rest(self, seconds: float | None) -> bool:
        """Wait for something from outside, at most so many real seconds. Whether it came."""
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return False
        return True
