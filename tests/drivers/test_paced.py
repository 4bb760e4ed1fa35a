"""A pace only waits; and what comes from outside comes at the moment the wall clock has reached."""

from __future__ import annotations

import asyncio
import http.client
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.drivers.ids import stream
from mocks.drivers.memory_trace import MemoryTrace
from mocks.drivers.sockets import HttpNetwork, wall_now
from mocks.errors import BadInput, TimedOut, Unreachable
from mocks.runtime import Clock, Network
from mocks.serve import Serving, bind
from sim.kernel import Kernel
from sim.paced import PacedKernel
from tests.drivers.harness import START

History = list[tuple[datetime, str]]


def fail(where: str, error: BaseException) -> None:
    raise AssertionError(where) from error


def busy_system(clock: Clock, history: History) -> Starlette:
    """Thinks for a while that depends on the question, and sometimes leaves something to do."""

    async def do(request: Request) -> Response:
        text = (await request.body()).decode()
        history.append((clock.now(), f"asked {text}"))
        await clock.sleep(int(text) % 7 * 0.5)
        if int(text) % 3 == 0:
            clock.spawn("later", later(text))
        return Response(text)

    async def later(text: str) -> None:
        await clock.sleep(90)
        history.append((clock.now(), f"later {text}"))

    return Starlette(routes=[Route("/do", do, methods=["POST"])])


async def caseload(clock: Clock, network: Network, history: History, name: str) -> None:
    random = stream(3, name)
    for _ in range(60):
        await clock.sleep(random.choice((0, 1, 60, 3600.5)))
        question = str(random.randrange(1000))
        try:
            await network.request("POST", "http://busy/do", body=question.encode(), timeout=2)
            history.append((clock.now(), f"{name} got {question}"))
        except TimedOut:
            history.append((clock.now(), f"{name} gave up {question}"))


def stage(kernel: Kernel) -> History:
    history: History = []
    kernel.install("busy", busy_system(kernel, history))
    for name in ("ppr", "bup", "gp"):
        kernel.spawn(name, caseload(kernel, kernel, history, name))
    return history


def test_without_anybody_from_outside_the_history_is_that_of_virtual_time() -> None:
    virtual = Kernel(START, fail)
    expected = stage(virtual)
    virtual.run()

    async def play() -> tuple[History, PacedKernel]:
        paced = PacedKernel(START, fail, pace=1e6)
        history = stage(paced)
        await paced.run(START + timedelta(hours=2))
        assert paced.now() == START + timedelta(hours=2)
        await paced.run()
        return history, paced

    history, paced = asyncio.run(play())
    assert any("gave up" in what for _, what in expected)  # or the comparison would say little
    assert history == expected
    assert paced.env.now == virtual.env.now
    assert paced.unfinished() == []


class Vendor(BaseHTTPRequestHandler):
    """Somebody else's server: answers what it got."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(202)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def serve_vendor() -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def stop_vendor(server: ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()


def test_a_real_system_answers_at_the_moment_the_wall_clock_has_reached() -> None:
    server = serve_vendor()

    async def play() -> tuple[int, bytes, float]:
        outside = HttpNetwork({})
        kernel = PacedKernel(START, fail, pace=600, outside=outside)
        inbox = f"http://127.0.0.1:{server.server_port}/inbox"
        answer = await kernel.complete(kernel.request("POST", inbox, body=b"letter", timeout=30))
        reached = kernel.env.now
        await kernel.drain()
        await outside.close()
        return answer.status, answer.body, reached

    try:
        status, body, reached = asyncio.run(play())
    finally:
        stop_vendor(server)
    assert (status, body) == (202, b"letter")
    assert reached > 0  # a real answer takes real time, and that is virtual time too


def test_a_run_stays_open_for_an_answer_that_is_due_from_outside() -> None:
    server = serve_vendor()
    history: History = []

    async def play() -> list[str]:
        outside = HttpNetwork({})
        kernel = PacedKernel(START, fail, pace=1e6, outside=outside)

        async def ask() -> None:
            await kernel.request("POST", f"http://127.0.0.1:{server.server_port}/", body=b"x")
            history.append((kernel.now(), "answered"))

        kernel.spawn("ask", ask())
        await kernel.run()
        left = kernel.unfinished()
        await outside.close()
        return left

    try:
        assert asyncio.run(play()) == []
    finally:
        stop_vendor(server)
    assert [what for _, what in history] == ["answered"]


def test_a_real_system_that_is_away_is_unreachable_and_a_mute_one_times_out() -> None:
    listeners = bind(["mute", "gone"])
    gone = listeners["gone"].url
    listeners["gone"].close()

    async def play() -> None:
        outside = HttpNetwork({})
        kernel = PacedKernel(START, fail, pace=600, outside=outside, outside_seconds=0.05)
        with pytest.raises(Unreachable):
            await kernel.complete(kernel.request("POST", f"{gone}/inbox"))
        with pytest.raises(TimedOut):
            await kernel.complete(kernel.request("POST", f"{listeners['mute'].url}/inbox", timeout=1e9))
        await outside.close()

    asyncio.run(play())
    listeners["mute"].close()


def test_a_real_system_may_call_in_through_a_gate() -> None:
    history: History = []

    def call_in(url: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
        connection.request("POST", "/do", body=b"21")
        answer = connection.getresponse()
        status, body = answer.status, answer.read()
        connection.close()
        return status, body

    async def play() -> tuple[tuple[int, bytes], tuple[int, bytes]]:
        kernel = PacedKernel(START, fail, pace=600)
        kernel.install("busy", busy_system(kernel, history))
        listeners = bind(["busy"])
        trace = MemoryTrace(wall_now)
        async with Serving(listeners, {"busy": kernel.gate("busy")}, trace):
            running = asyncio.create_task(kernel.run(START + timedelta(minutes=2)))
            first = await asyncio.to_thread(call_in, listeners["busy"].url)
            await running
            assert await kernel.drain() == []
            return first, await asyncio.to_thread(call_in, listeners["busy"].url)

    first, after = asyncio.run(play())
    assert first == (200, b"21")
    assert after == (503, b"The run is over.")
    assert [what for _, what in history] == ["asked 21", "later 21"]
    assert history[1][0] - history[0][0] >= timedelta(seconds=90)


def test_an_error_in_a_handler_reaches_the_guest_as_a_500() -> None:
    errors: list[str] = []

    async def broken(request: Request) -> Response:
        raise KeyError("broken on purpose")

    async def play() -> int:
        kernel = PacedKernel(START, lambda where, error: errors.append(where), pace=600)
        kernel.install("broken", Starlette(routes=[Route("/", broken)]))
        guest = asyncio.create_task(kernel.ingress("broken", "GET", "/?who=me"))
        await asyncio.sleep(0)
        await kernel.run()
        with pytest.raises(BadInput, match="no system is called"):
            await kernel.ingress("nobody", "GET", "/")
        return (await guest).status

    assert asyncio.run(play()) == 500
    assert errors == ["broken GET /"]


@pytest.mark.parametrize("pace", [0, -1, float("inf"), float("nan")])
def test_a_pace_is_above_zero(pace: float) -> None:
    with pytest.raises(BadInput, match="pace"):
        PacedKernel(START, fail, pace=pace)
