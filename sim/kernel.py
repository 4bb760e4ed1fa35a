"""SimPy as clock and network: the same handlers, and a month takes a second.

A handler is a coroutine. ``Task`` steps it: whatever it awaits must end in a SimPy event, and when that
event is processed the coroutine goes on. A handler that never has to wait runs to its end in one step,
so a request between two systems at the same moment costs no event at all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
from contextvars import Context, copy_context
from datetime import datetime
from typing import Any, Generic, TypeVar

import simpy
from simpy.events import URGENT, Event

from mocks.drivers import asgi
from mocks.errors import BadInput, HarnessFault, TimedOut, Unreachable
from mocks.runtime import COPENHAGEN, Asgi, Response

T = TypeVar("T")

#: How long ``drain`` lets work finish that was begun before the end, in seconds of virtual time.
DRAIN_LIMIT = 14 * 86_400.0


class Wait:
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


class _Patience(Event):  # type: ignore[misc]  # simpy is read untyped
    """How long a caller waits for an answer. ``over`` once the answer came: then it is nobody's event."""

    over = False


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
        live: set[Task],
        finished: Callable[[Any, BaseException | None], None],
        context: Context,
    ) -> None:
        self.name = name
        self._coroutine = coroutine
        self._live = live
        self._finished = finished
        self._context = context

    def start(self) -> None:
        self._step(None, None)

    def resume(self, event: Event) -> None:
        """Callback of the event that the coroutine waits for."""
        self._live.discard(self)
        if event._ok:
            self._step(event._value, None)
        else:
            event._defused = True
            self._step(None, event._value)

    def _step(self, value: Any, error: BaseException | None) -> None:
        run, coroutine = self._context.run, self._coroutine
        while True:
            try:
                awaited = run(coroutine.send, value) if error is None else run(coroutine.throw, error)
            except StopIteration as stop:
                self._finished(stop.value, None)
                return
            except Exception as problem:
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
            self._live.add(self)  # only one that waits can be left unfinished
            awaited.callbacks.append(self.resume)
            return

    def abandon(self) -> None:
        """Close the coroutine of a task that will never go on, at the end of a run."""
        self._live.discard(self)
        self._coroutine.close()


class Kernel:
    """Virtual time over one SimPy environment, and the network of all systems that live in it.

    ``start`` is the moment of ``env.now == 0``. ``on_error(name, error)`` hears of every error that no
    caller received. Its name carries system, method and path, never a query or a body.
    """

    def __init__(self, start: datetime, on_error: Callable[[str, BaseException], None]) -> None:
        self.env = simpy.Environment()
        self._epoch = start.timestamp()
        self._on_error = on_error
        self._live: set[Task] = set()
        self._apps: dict[str, Asgi] = {}
        self._blank = copy_context()
        self._read_at: float = -1.0
        self._reading = start

    # Clock

    def now(self) -> datetime:
        moment = self.env.now
        if moment != self._read_at:
            self._read_at, self._reading = moment, self.at(moment)
        return self._reading

    def at(self, moment: float) -> datetime:
        """The Danish local time of a moment of ``env``, in whole milliseconds."""
        return datetime.fromtimestamp(round(self._epoch + moment, 3), COPENHAGEN)

    def sleep(self, seconds: float) -> Awaitable[None]:
        if seconds <= 0:
            return _DONE
        return Wait(self.env.timeout(seconds))

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        def finished(_: Any, error: BaseException | None) -> None:
            if error is not None:
                self._on_error(name, error)

        self._begin(name, work, finished)

    async def gather(self, name: str, *works: Coroutine[Any, Any, Any]) -> list[Any]:
        ended: list[tuple[Any, BaseException | None] | None] = [None] * len(works)
        waiting: Event | None = None

        def finisher(place: int) -> Callable[[Any, BaseException | None], None]:
            def finished(value: Any, error: BaseException | None) -> None:
                ended[place] = (value, error)
                if waiting is not None and None not in ended:
                    waiting.succeed()

            return finished

        for place, work in enumerate(works):
            Task(name, work, self._live, finisher(place), copy_context()).start()
        if None in ended:  # what never has to wait costs no event here either
            waiting = Event(self.env)
            await Wait(waiting)
        outcomes = [outcome for outcome in ended if outcome is not None]
        for _, error in outcomes:
            if error is not None:
                raise error
        return [value for value, _ in outcomes]

    def _begin(
        self,
        name: str,
        work: Coroutine[Any, Any, Any],
        finished: Callable[[Any, BaseException | None], None],
        delay: float = 0.0,
    ) -> None:
        """A new task: it starts after what is going on at its moment, and counts as unfinished till then."""
        task = Task(name, work, self._live, finished, self._blank.copy())
        self._live.add(task)
        begin = Event(self.env)
        begin._ok, begin._value = True, None
        begin.callbacks.append(task.resume)
        self.env.schedule(begin, delay=delay)

    # Network

    def install(self, system: str, app: Asgi) -> None:
        """Put a system on the network, or another in its place; ``http://<system>`` is its base URL."""
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
        host = url[7:].partition("/")[0] if url.startswith("http://") else ""
        app = self._apps.get(host)
        if app is None:
            return await self._elsewhere(method, url, body, content_type, headers, timeout)
        outcome: Response | None = None
        answered: Event | None = None

        def answer(response: Response) -> None:
            nonlocal outcome
            outcome = response
            if answered is not None and not answered.triggered:
                answered.succeed()

        def finished(_: Any, error: BaseException | None) -> None:
            if error is not None:
                self._on_error(f"{host} {method} {asgi.split(url)[1]}", error)
                if outcome is None:
                    answer(asgi.BROKEN)

        # The callee is a task of its own: the caller may stop waiting, and the callee goes on.
        call = asgi.call(app, method, url, headers, content_type, body, answer)
        Task(host, call, self._live, finished, self._blank.copy()).start()
        if outcome is not None:
            return outcome
        answered = Event(self.env)
        patience = self._patience(answered, timeout)
        await Wait(answered)
        patience.over = True
        if outcome is None:
            raise TimedOut(f"{host} did not answer {method} {asgi.split(url)[1]} within {timeout:g} s")
        return outcome

    def _patience(self, answered: Event, timeout: float) -> _Patience:
        """Let ``answered`` happen after ``timeout`` seconds, if it has not by then."""

        def give_up(_: Event) -> None:
            if not answered.triggered:
                answered.succeed()

        patience = _Patience(self.env)
        patience._ok, patience._value = True, None
        patience.callbacks.append(give_up)
        self.env.schedule(patience, delay=max(timeout, 0.0))
        return patience

    async def _elsewhere(
        self,
        method: str,
        url: str,
        body: bytes,
        content_type: str,
        headers: Mapping[str, str] | None,
        timeout: float,
    ) -> Response:
        raise Unreachable(f"nothing listens at {asgi.split(url)[0]}")

    # Running

    def next_event(self) -> float:
        """The moment of the next event that matters to anybody; infinite when there is none.

        Patience whose answer came is thrown away here, so that it neither makes a run longer nor lets
        a paced one wait.
        """
        queue = self.env._queue
        while queue and isinstance(queue[0][3], _Patience) and queue[0][3].over:
            self._discard()
        return float(self.env.peek())

    def _discard(self) -> None:
        """Process the front event without letting its time pass."""
        before = self.env.now
        self.env.step()
        self.env._now = before

    def run(self, until: datetime | None = None) -> None:
        """Let time pass: to ``until`` (what happens at that moment is left), or until nothing is left."""
        end = float("inf") if until is None else until.timestamp() - self._epoch
        step = self.env.step
        while self.next_event() < end:
            step()
        if until is not None:
            self._arrive(end)

    def _arrive(self, moment: float) -> None:
        """Let the time up to ``moment`` pass, in which nothing happens."""
        if moment > self.env.now:
            arrival = Event(self.env)
            arrival._ok, arrival._value = True, None
            self.env.schedule(arrival, URGENT, moment - self.env.now)
            self.env.step()

    def complete(self, work: Coroutine[Any, Any, T], name: str = "complete") -> T:
        """Let time pass until this coroutine has finished: its value, or its error.

        ``HarnessFault`` when nothing is left that could make it go on.
        """
        outcome: Outcome[T] = Outcome(name)
        self._begin(name, work, outcome.finished)
        while not outcome and self.next_event() != float("inf"):
            self.env.step()
        return outcome.unpack()

    def drain(self, limit: float = DRAIN_LIMIT) -> list[str]:
        """After the run: let what was begun come to its end, for at most ``limit`` seconds of virtual time.

        Returns the names of the tasks that still wait then (sorted; each is a harness error) and closes
        them. Whoever starts new work by himself has to have stopped before.
        """
        end = self.env.now + limit
        while self.next_event() <= end:
            self.env.step()
        return self._abandon()

    def _abandon(self) -> list[str]:
        left = self.unfinished()
        for task in sorted(self._live, key=lambda task: task.name):
            task.abandon()
        return left

    def unfinished(self) -> list[str]:
        """Names of the tasks that still wait. After a drained run there are none."""
        return sorted(task.name for task in self._live)


class Outcome(Generic[T]):
    """What became of one task: its value or its error, once it ended."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._ended: tuple[T, BaseException | None] | None = None

    def __bool__(self) -> bool:
        return self._ended is not None

    def finished(self, value: T, error: BaseException | None) -> None:
        """The ``finished`` callback of the task."""
        self._ended = (value, error)

    def unpack(self) -> T:
        """The value; or raises the task's error, or ``HarnessFault`` when it has not ended."""
        if self._ended is None:
            raise HarnessFault(f"{self._name} still waits, and nothing is left that could make it go on")
        value, error = self._ended
        if error is not None:
            raise error
        return value
