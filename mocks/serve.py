"""Many systems on local ports, in one process and one event loop.

Ports are bound first, so that the address of every system is known before any application is made::

    async def main() -> None:
        listeners = bind(["sor", "vans"])
        network = HttpNetwork({name: listener.url for name, listener in listeners.items()})
        trace = MemoryTrace(wall_now)
        apps = {name: create_app(sockets_runtime(name, network=network, trace=trace), ...) for ...}
        async with Serving(listeners, apps, trace):
            await until_stopped(seconds=30)
        await network.close()

    run(main())

Applications are made inside the loop, as some start work of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import signal
import socket
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import uvicorn
from uvicorn.server import ServerState

from mocks.drivers.asgi import Watched
from mocks.drivers.memory_trace import MemoryTrace
from mocks.errors import BadInput, TvaersError
from mocks.runtime import Asgi, Network

T = TypeVar("T")

#: Servers keep idle connections longer than our own clients do.
_KEEP_ALIVE_SECONDS = 30
_BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound port of one system. ``url`` is its base URL, without a trailing slash."""

    system: str
    url: str
    socket: socket.socket

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def close(self) -> None:
        self.socket.close()


def bind(
    systems: Iterable[str], *, host: str = "127.0.0.1", port_base: int = 0, option: str = "--port-base"
) -> dict[str, Listener]:
    """Bind a port for each system: free ones for ``port_base`` 0, else ``port_base`` and those that follow
    it, in the order given. ``BadInput`` when one is taken; then none stays bound. ``option``: where the user
    gave the port."""
    listeners: dict[str, Listener] = {}
    try:
        for position, system in enumerate(systems):
            port = port_base + position if port_base else 0
            listeners[system] = _listen(system, host, port, option)
    except BaseException:
        for listener in listeners.values():
            listener.close()
        raise
    return listeners


def _listen(system: str, host: str, port: int, option: str) -> Listener:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setblocking(False)
        bound.bind((host, port))
        bound.listen(_BACKLOG)  # who comes before the application is there waits
    except (OSError, OverflowError) as error:
        bound.close()
        raise BadInput(
            f"{system} cannot listen on {host}:{port} ({error}); choose another {option}, or 0 for a free port"
        ) from None
    reachable = "127.0.0.1" if host in ("", "0.0.0.0") else host
    return Listener(system, f"http://{reachable}:{bound.getsockname()[1]}", bound)


class Serving:
    """Applications answering on their listeners, from ``start`` to ``stop``; also ``async with``.

    Errors in handlers become ``harness_error`` events of ``trace`` and a 500 for the caller.
    """

    def __init__(
        self, listeners: Mapping[str, Listener], apps: Mapping[str, Asgi], trace: MemoryTrace
    ) -> None:
        if missing := sorted(listeners.keys() ^ apps.keys()):
            raise BadInput(
                f"each listener needs an application and the other way round: {', '.join(missing)}"
            )
        self._listeners, self._apps, self._trace = listeners, apps, trace
        self._state = ServerState()
        self._servers: list[asyncio.AbstractServer] = []

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        for system, listener in self._listeners.items():
            protocol = self._protocol(system)
            self._servers.append(await loop.create_server(protocol, sock=listener.socket, backlog=_BACKLOG))

    def _protocol(self, system: str) -> Callable[[], asyncio.Protocol]:
        config = uvicorn.Config(
            Watched(self._apps[system], system, self._trace.error(system)),
            lifespan="off",
            ws="none",
            interface="asgi3",
            proxy_headers=False,
            access_log=False,
            log_config=None,
            log_level=logging.CRITICAL,  # errors are in the trace; a rude client is no news
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
        config.load()
        make: Callable[..., asyncio.Protocol] = config.http_protocol_class
        return lambda: make(config=config, server_state=self._state, app_state={})

    async def stop(self, grace: float = 0.3) -> None:
        """Stop listening, let running requests end within ``grace`` seconds, then cut them off."""
        for server in self._servers:
            server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        loop = asyncio.get_running_loop()
        end = loop.time() + grace
        while (self._state.connections or self._state.tasks) and loop.time() < end:
            await asyncio.sleep(0.005)
        for task in list(self._state.tasks):
            task.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
        for connection in list(self._state.connections):
            if (transport := getattr(connection, "transport", None)) is not None:
                transport.abort()
        self._servers.clear()
        for listener in self._listeners.values():
            listener.close()
        await asyncio.sleep(0)  # closed transports say goodbye in the next round

    async def __aenter__(self) -> Serving:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


async def health(network: Network, systems: Iterable[str], timeout: float = 5.0) -> dict[str, str]:
    """``ok`` for each system that answers ``GET /health`` as it should, else what is wrong with it."""

    async def one(system: str) -> str:
        try:
            answer = await network.request("GET", network.address(system) + "/health", timeout=timeout)
        except TvaersError as error:
            return str(error)
        return "ok" if answer.status == 200 else f"answers /health with status {answer.status}"

    names = list(systems)
    return dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))


async def until_stopped(seconds: float | None = None) -> bool:
    """Wait for Ctrl-C or a termination signal, at most ``seconds``. True when a signal came."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    caught = []
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, other threads
            loop.add_signal_handler(number, stopped.set)
            caught.append(number)
    try:
        async with asyncio.timeout(seconds):
            await stopped.wait()
    except TimeoutError:
        return False
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
    return True


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop where it is installed, else asyncio's own."""
    try:
        factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    except ImportError:
        return asyncio.new_event_loop
    return factory


def run(main: Coroutine[Any, Any, T], factory: Callable[[], asyncio.AbstractEventLoop] | None = None) -> T:
    """Run ``main`` to its end on an event loop of its own."""
    with asyncio.Runner(loop_factory=factory or fastest_loop()) as runner:
        return runner.run(main)
