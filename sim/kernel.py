"""SimPy as clock and network: the same handlers, and a month takes a second.

A handler is a coroutine. ``Task`` steps it: whatever it awaits must end in a SimPy event, and when that
event is processed the coroutine goes on. A handler that never has to wait runs to its end in one step,
so a request between two systems at the same moment costs no event at all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
from contextvars import Context, copy_context
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import simpy
from simpy.events import Event

from mocks.drivers import asgi
from mocks.errors import BadInput, HarnessFault, TimedOut, Unreachable
from mocks.runtime import COPENHAGEN, Asgi, Response


class _Wait:
    """Awaiting this suspends the coroutine until the event has been processed."""

    __slots__ = ("event",)

    def __init__(self, event: Event) -> None:
        self.event = event

    def __await__(self) -> Generator[Event, Any, Any]:
        return (yield self.event)


class _Done:
    """Awaiting this goes on at once."""

    __slots__ = ()

    def __await__(self) -> Generator[Event, Any, None]:
        return
        yield


_DONE = _Done()


class Task:
    """One coroutine on its way through virtual time, in a context of its own.

    ``finished`` is called once with (value, error). A task that awaits anything but the runtime fails
    with ``HarnessFault`` that names it.
    """

    __slots__ = ("_context", "_coroutine", "_finished", "_live", "name")

    def __init__(
        self,
        name: str,
        coroutine: Coroutine[Any, Any, Any],
        live: dict[int, Task],
        finished: Callable[[Any, BaseException | None], None],
        context: Context | None = None,
    ) -> None:
        self.name = name
        self._coroutine = coroutine
        self._live = live
        self._finished = finished
        self._context = context or copy_context()
        self._live[id(self)] = self

    def start(self) -> None:
        self._step(None, None)

    def _resume(self, event: Event) -> None:
        if event._ok:
            self._step(event._value, None)
        else:
            event._defused = True
            self._step(None, event._value)

    def _step(self, value: Any, error: BaseException | None) -> None:
        run = self._context.run
        while True:
            try:
                if error is None:
                    awaited = run(self._coroutine.send, value)
                else:
                    awaited = run(self._coroutine.throw, error)
            except StopIteration as stop:
                del self._live[id(self)]
                self._finished(stop.value, None)
                return
            except BaseException as problem:
                del self._live[id(self)]
                if not isinstance(problem, Exception):
                    raise
                self._finished(None, problem)
                return
            if not isinstance(awaited, Event):
                value, error = (
                    None,
                    HarnessFault(
                        f"{self.name} awaited {type(awaited).__name__}, which is not of the runtime; "
                        "a handler may await only its runtime"
                    ),
                )
                continue
            if awaited.callbacks is None:  # already processed
                value, error = (awaited._value, None) if awaited._ok else (None, awaited._value)
                continue
            awaited.callbacks.append(self._resume)
            return


class Kernel:
    """Virtual time over one SimPy environment, and the network of all systems that live in it.

    ``start`` is the moment of ``env.now == 0``. ``on_error(name, error)`` hears of every error that no
    caller received.
    """

    def __init__(self, start: datetime, on_error: Callable[[str, BaseException], None]) -> None:
        self.env = simpy.Environment()
        self._epoch = start.timestamp()
        self._on_error = on_error
        self._live: dict[int, Task] = {}
        self._apps: dict[str, Asgi] = {}
        self._blank = copy_context()

    # Clock

    def now(self) -> datetime:
        return datetime.fromtimestamp(round(self._epoch + self.env.now, 3), COPENHAGEN)

    def sleep(self, seconds: float) -> Awaitable[None]:
        if seconds <= 0:
            return _DONE
        return _Wait(self.env.timeout(seconds))

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        def finished(_: Any, error: BaseException | None) -> None:
            if error is not None:
                self._on_error(name, error)

        # A new process starts at this moment, but after what is going on now.
        task = Task(name, work, self._live, finished, self._blank.copy())
        begin = Event(self.env)
        begin.callbacks.append(task._resume)
        begin.succeed()

    # Network

    def install(self, system: str, app: Asgi) -> None:
        """Put a system on the network; ``http://<system>`` is its base URL."""
        self._apps[system] = app

    def address(self, system: str) -> str:
        if system not in self._apps:
            raise BadInput(f"no system is called {system!r}; there are: {', '.join(sorted(self._apps))}")
        return f"http://{system}"

    async def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        content_type: str = "",
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
    ) -> Response:
        host = url[7:].partition("/")[0] if url.startswith("http://") else urlsplit(url).netloc
        app = self._apps.get(host)
        if app is None:
            return await self._elsewhere(method, url, body, content_type, headers, timeout)
        answered: Event | None = None
        outcome: list[Response] = []

        def finished(value: Any, error: BaseException | None) -> None:
            if error is not None:
                self._on_error(f"{host} {method} {urlsplit(url).path}", error)
                value = Response(500, {"content-type": "text/plain"}, b"Internal Server Error")
            outcome.append(value)
            if answered is not None and not answered.triggered:
                answered.succeed(value)

        name = f"{host} {method}"
        call = asgi.call(app, method, url, headers, content_type, body)
        Task(name, call, self._live, finished, self._blank.copy()).start()
        if outcome:
            return outcome[0]
        answered = Event(self.env)
        patience = self.env.timeout(timeout)
        await _Wait(answered | patience)
        if outcome:
            return outcome[0]
        raise TimedOut(f"{host} did not answer {method} {urlsplit(url).path} within {timeout:g} s")

    async def _elsewhere(
        self,
        method: str,
        url: str,
        body: bytes,
        content_type: str,
        headers: Mapping[str, str] | None,
        timeout: float,
    ) -> Response:
        raise Unreachable(f"nothing listens at {urlsplit(url).netloc}")

    # Running

    def run(self, until: datetime | None = None) -> None:
        """Let time pass: to ``until``, or until nothing is left to happen."""
        if until is None:
            self.env.run()
        else:
            target = until.timestamp() - self._epoch
            if target > self.env.now:
                self.env.run(until=target)

    def unfinished(self) -> list[str]:
        """Names of the tasks that still wait. After a drained run there are none."""
        return sorted(task.name for task in self._live.values())
