"""The four drivers behind one face, so that one test runs under all of them.

``install`` makes an application from a runtime; to install a system again is a restart: its store is all
that it keeps. ``unit`` is a stretch of time in seconds that a test can let pass under this driver.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from mocks.drivers.asgi import Watched
from mocks.drivers.ids import SeededIds
from mocks.drivers.log_store import LogStore
from mocks.drivers.memory_trace import MemoryTrace
from mocks.drivers.sockets import HttpNetwork, WallClock, sockets_runtime, wall_now
from mocks.runtime import COPENHAGEN, Asgi, Clock, MemoryStore, Network, Runtime
from mocks.serve import Serving, bind, fastest_loop
from sim.kernel import Kernel
from sim.paced import PacedKernel
from tests.drivers.inprocess import JumpingClock, JumpingLoop, RoutedNetwork

T = TypeVar("T")

START = datetime(2025, 4, 1, 8, tzinfo=COPENHAGEN)
NAMES = ("virtual", "paced", "inprocess", "sockets")
Create = Callable[[Runtime], Asgi]


class Driver(Protocol):
    """What a test of the contract suite can do."""

    name: str
    unit: float
    trace: MemoryTrace

    def runtime(self, system: str) -> Runtime:
        """The runtime that ``install`` gives to this system's factory, or would give."""
        ...

    def install(self, system: str, create: Create) -> None: ...

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run the coroutine to its end and give its value, or its error."""
        ...

    def advance(self, seconds: float) -> None:
        """Let time pass. On sockets it really passes."""
        ...

    def close(self) -> None: ...


def make(name: str, folder: Path) -> Driver:
    """A driver by its name; ``folder`` is for durable stores."""
    match name:
        case "virtual":
            return VirtualDriver()
        case "paced":
            return PacedDriver()
        case "inprocess":
            return InprocessDriver()
    return SocketsDriver(folder)


class VirtualDriver:
    name = "virtual"
    unit = 60.0

    def __init__(self) -> None:
        self.kernel = Kernel(START, self._on_error)
        self.trace = MemoryTrace(self.kernel.now, strict=True)
        self._stores: dict[str, MemoryStore] = {}

    def _on_error(self, where: str, error: BaseException) -> None:
        self.trace.error(where.partition(" ")[0])(where, error)

    def runtime(self, system: str) -> Runtime:
        store = self._stores.setdefault(system, MemoryStore())
        return _runtime(system, self.kernel, self.kernel, store, self.trace)

    def install(self, system: str, create: Create) -> None:
        self.kernel.install(system, create(self.runtime(system)))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.kernel.complete(work)

    def advance(self, seconds: float) -> None:
        self.kernel.run(self.kernel.now() + timedelta(seconds=seconds))

    def close(self) -> None:
        self.kernel.drain()


class PacedDriver(VirtualDriver):
    """So fast a pace that the tests do not notice."""

    name = "paced"

    def __init__(self, pace: float = 1e7) -> None:
        super().__init__()
        self._loop = asyncio.Runner(loop_factory=fastest_loop())
        self.outside = HttpNetwork({})
        self.kernel = self.paced = PacedKernel(START, self._on_error, pace=pace, outside=self.outside)
        self.trace = MemoryTrace(self.kernel.now, strict=True)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(self.paced.complete(work))

    def advance(self, seconds: float) -> None:
        self._loop.run(self.paced.run(self.paced.now() + timedelta(seconds=seconds)))

    def close(self) -> None:
        self._loop.run(self.paced.drain())
        self._loop.run(self.outside.close())
        self._loop.close()


class InprocessDriver:
    name = "inprocess"
    unit = 60.0

    def __init__(self) -> None:
        loop = JumpingLoop()
        self._loop = asyncio.Runner(loop_factory=lambda: loop)
        self._jumping = loop
        self._loop.get_loop()
        self._stores: dict[str, MemoryStore] = {}
        self._clocks: dict[str, JumpingClock] = {}
        self.network = RoutedNetwork()
        now = JumpingClock(START, loop, lambda *_: None).now
        self.trace = MemoryTrace(now, strict=True)

    def runtime(self, system: str) -> Runtime:
        if system not in self._clocks:
            self._clocks[system] = JumpingClock(START, self._jumping, self.trace.error(system))
        store = self._stores.setdefault(system, MemoryStore())
        return _runtime(system, self._clocks[system], self.network, store, self.trace)

    def install(self, system: str, create: Create) -> None:
        async def start() -> None:
            if (before := self._clocks.pop(system, None)) is not None:
                await before.stop()
            app = create(self.runtime(system))
            self.network.install(system, Watched(app, system, self.trace.error(system)))

        self._loop.run(start())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(work)

    def advance(self, seconds: float) -> None:
        self._loop.run(asyncio.sleep(seconds))

    def close(self) -> None:
        for clock in self._clocks.values():
            self._loop.run(clock.stop())
        self._loop.run(self.network.close())
        self._loop.close()


class SocketsDriver:
    name = "sockets"
    unit = 0.03

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop = asyncio.Runner(loop_factory=fastest_loop())
        self._urls: dict[str, str] = {}
        self._servings: dict[str, Serving] = {}
        self._runtimes: dict[str, Runtime] = {}
        self.network = HttpNetwork(self._urls)
        self.trace = MemoryTrace(wall_now, strict=True)

    def runtime(self, system: str) -> Runtime:
        if system not in self._runtimes:
            store = LogStore(self._folder / f"{system}.log")
            self._runtimes[system] = sockets_runtime(
                system, network=self.network, trace=self.trace, seed=1, store=store
            )
        return self._runtimes[system]

    def install(self, system: str, create: Create) -> None:
        self._loop.run(self._start(system, create))

    async def _start(self, system: str, create: Create) -> None:
        if system in self._servings:
            await self._stop(system)
        listeners = bind([system])
        self._urls[system] = listeners[system].url
        self._servings[system] = Serving(listeners, {system: create(self.runtime(system))}, self.trace)
        await self._servings[system].start()

    async def _stop(self, system: str) -> None:
        if (serving := self._servings.pop(system, None)) is not None:
            await serving.stop()
        runtime = self._runtimes.pop(system)
        assert isinstance(runtime.clock, WallClock) and isinstance(runtime.store, LogStore)
        await runtime.clock.stop()
        runtime.store.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(work)

    def advance(self, seconds: float) -> None:
        self._loop.run(asyncio.sleep(seconds))

    def close(self) -> None:
        with contextlib.ExitStack() as stack:
            stack.callback(self._loop.close)
            for system in list(self._runtimes):
                self._loop.run(self._stop(system))
            self._loop.run(self.network.close())


def _runtime(system: str, clock: Clock, network: Network, store: MemoryStore, trace: MemoryTrace) -> Runtime:
    return Runtime(
        system=system,
        clock=clock,
        network=network,
        ids=SeededIds(1, system),
        store=store,
        trace=trace.of(system),
    )
