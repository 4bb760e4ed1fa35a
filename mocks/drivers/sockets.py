"""Wall-clock time: asyncio as the clock, httpx as the way to other systems, a store that may be durable.

``sockets_runtime`` builds what ``create_app`` of one system is given; ``mocks.serve`` puts the
applications on ports. All systems of a process share one ``HttpNetwork``.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any

import httpx

from mocks.drivers.ids import SeededIds
from mocks.drivers.log_store import LogStore
from mocks.drivers.memory_trace import MemoryTrace
from mocks.errors import BadInput, TimedOut, Unreachable
from mocks.runtime import COPENHAGEN, Faults, MemoryStore, NoFaults, Response, Runtime, Store

#: Shorter than the servers keep an idle connection, so that we never write into one that is closing.
_IDLE_SECONDS = 10.0


class WallClock:
    """``mocks.runtime.Clock`` of one system on asyncio. ``on_error(name, error)`` hears of spawned work
    that failed. Use it within a running event loop; ``now`` works everywhere."""

    def __init__(self, on_error: Callable[[str, BaseException], None]) -> None:
        self._on_error = on_error
        self._tasks: set[asyncio.Task[None]] = set()

    def now(self) -> datetime:
        moment = datetime.now(COPENHAGEN)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0.0))

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)  # asyncio itself keeps only weak references
        task.add_done_callback(self._ended)

    async def gather(self, name: str, *works: Coroutine[Any, Any, Any]) -> list[Any]:
        ended = await asyncio.gather(*works, return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, BaseException):
                raise outcome
        return ended

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_error(task.get_name(), error)

    async def stop(self) -> None:
        """End all spawned work, at its next wait."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _PoolPerSystem(httpx.AsyncBaseTransport):
    """A connection pool for each host and port: httpx looks through a whole pool for every request."""

    def __init__(self) -> None:
        self._pools: dict[tuple[str, str, int | None], httpx.AsyncHTTPTransport] = {}
        self._tls: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        place = (url.scheme, url.host, url.port)
        pool = self._pools.get(place)
        if pool is None:
            pool = self._pools[place] = self._pool(url.scheme == "https")
        return await pool.handle_async_request(request)

    def _pool(self, encrypted: bool) -> httpx.AsyncHTTPTransport:
        if encrypted and self._tls is None:  # reading the trusted certificates takes a while
            self._tls = httpx.create_ssl_context()
        return httpx.AsyncHTTPTransport(
            verify=self._tls or False,
            trust_env=False,
            limits=httpx.Limits(
                max_connections=None, max_keepalive_connections=64, keepalive_expiry=_IDLE_SECONDS
            ),
        )

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()
        self._pools.clear()


def http_client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """The one client of a process: as many connections as needed, no proxies, no redirects, no compression
    (every driver hands over the same bytes), and no timeout of its own."""
    return httpx.AsyncClient(
        transport=transport or _PoolPerSystem(),
        headers={"accept-encoding": "identity", "user-agent": "tvaers"},
        timeout=None,
        trust_env=False,
        follow_redirects=False,
    )


class HttpNetwork:
    """``mocks.runtime.Network`` over one shared client, with the address book of the ecosystem.

    ``addresses`` maps a system's name to its base URL without a trailing slash; it is read at each call, so
    a system may be added or moved later. ``transport`` is for tests.
    """

    def __init__(
        self, addresses: Mapping[str, str], *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.addresses = addresses
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    def address(self, system: str) -> str:
        found = self.addresses.get(system)
        if found is None:
            raise BadInput(f"no system is called {system!r}; there are: {', '.join(sorted(self.addresses))}")
        return found

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
        if self._client is None:
            self._client = http_client(self._transport)
        sent = dict(headers or {})
        if content_type:
            sent["content-type"] = content_type
        where = url.partition("?")[0]
        try:
            async with asyncio.timeout(timeout):
                answer = await self._client.request(method, url, content=body, headers=sent)
        except TimeoutError:
            raise TimedOut(f"{where} did not answer {method} within {timeout:g} s") from None
        except (httpx.TransportError, httpx.InvalidURL, httpx.DecodingError) as error:
            raise Unreachable(f"{method} {where}: {error or type(error).__name__}") from error
        return Response(answer.status_code, dict(answer.headers), answer.content)

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def sockets_runtime(
    system: str,
    *,
    network: HttpNetwork,
    trace: MemoryTrace,
    seed: int | str | None = None,
    store: Store | None = None,
    faults: Faults | None = None,
) -> Runtime:
    """The runtime of one system in wall-clock time.

    ``seed`` of ``None`` draws one. With a ``LogStore`` a seeded stream of identifiers starts anew at each
    opening of the store: what was handed out before a restart is not handed out again.
    """
    chosen = secrets.token_hex(16) if seed is None else str(seed)
    if isinstance(store, LogStore) and store.generation > 1:
        chosen += f"/{store.generation}"
    return Runtime(
        system=system,
        clock=WallClock(trace.error(system)),
        network=network,
        ids=SeededIds(chosen, system),
        store=MemoryStore() if store is None else store,
        trace=trace.of(system),
        faults=faults or NoFaults(),
    )


def wall_now() -> datetime:
    """The clock of a ``MemoryTrace`` in wall-clock time."""
    return datetime.now(COPENHAGEN)
