"""Virtual time: the order of things, what a task may await, and how a run ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.errors import HarnessFault, TimedOut, Unreachable
from mocks.runtime import COPENHAGEN
from sim.kernel import Kernel, Wait

START = datetime(2025, 3, 29, 12, tzinfo=COPENHAGEN)
MARK: ContextVar[str] = ContextVar("MARK", default="none")


class Errors(list[tuple[str, BaseException]]):
    def __call__(self, name: str, error: BaseException) -> None:
        self.append((name, error))


@pytest.fixture
def errors() -> Iterator[Errors]:
    """What no caller received; a test that expects any takes it away."""
    seen = Errors()
    yield seen
    assert seen == []


@pytest.fixture
def kernel(errors: Errors) -> Kernel:
    return Kernel(START, errors)


def system(endpoint: Any) -> Starlette:
    async def handle(request: Request) -> Response:
        return Response(await endpoint(request))

    return Starlette(routes=[Route("/{rest:path}", handle, methods=["GET", "POST", "HEAD"])])


def test_time_passes_only_in_sleep_and_knows_summer_time(kernel: Kernel) -> None:
    async def work() -> list[str]:
        before = kernel.now()
        await kernel.sleep(24 * 3600)
        return [before.isoformat(), kernel.now().isoformat()]

    assert kernel.complete(work()) == ["2025-03-29T12:00:00+01:00", "2025-03-30T13:00:00+02:00"]


def test_sleeping_for_nothing_returns_at_the_same_moment_and_before_others(kernel: Kernel) -> None:
    order: list[str] = []

    async def other() -> None:
        order.append("other")

    async def work() -> None:
        kernel.spawn("other", other())
        await kernel.sleep(0)
        await kernel.sleep(-5)
        order.append("work")

    kernel.complete(work())
    assert (order, kernel.now()) == (["work"], START)
    kernel.run()
    assert order == ["work", "other"]


def test_what_happens_at_the_end_of_a_run_belongs_to_the_next(kernel: Kernel) -> None:
    order: list[int] = []

    async def work() -> None:
        for number in range(3):
            await kernel.sleep(60)
            order.append(number)

    kernel.spawn("work", work())
    kernel.run(START + timedelta(minutes=2))
    assert (order, kernel.now()) == ([0], START + timedelta(minutes=2))
    kernel.run(START)  # the past: nothing happens
    assert kernel.now() == START + timedelta(minutes=2)
    kernel.run()
    assert (order, kernel.unfinished()) == ([0, 1, 2], [])


def test_plain_simpy_processes_live_beside_the_tasks(kernel: Kernel) -> None:
    order: list[str] = []

    def process() -> Iterator[Any]:
        yield kernel.env.timeout(10)
        order.append("process")

    async def task() -> None:
        await kernel.sleep(5)
        order.append("task")

    kernel.env.process(process())
    kernel.spawn("task", task())
    kernel.run()
    assert order == ["task", "process"]


def test_an_error_in_a_simpy_process_ends_the_run(kernel: Kernel) -> None:
    def process() -> Iterator[Any]:
        yield kernel.env.timeout(10)
        raise ValueError("a caseload is broken")

    kernel.env.process(process())
    with pytest.raises(ValueError, match="a caseload is broken"):
        kernel.run()


def test_each_task_has_a_context_of_its_own(kernel: Kernel) -> None:
    async def read(_: Request) -> str:
        seen = MARK.get()
        MARK.set("callee")
        await kernel.sleep(1)
        return f"{seen} {MARK.get()}"

    kernel.install("b", system(read))

    async def work() -> tuple[str, str]:
        MARK.set("caller")
        answer = await kernel.request("GET", "http://b/")
        return answer.body.decode(), MARK.get()

    assert kernel.complete(work()) == ("none callee", "caller")
    assert MARK.get() == "none"


@pytest.mark.parametrize("foreign", ["future", "sleep"])
def test_awaiting_anything_foreign_is_named(kernel: Kernel, errors: Errors, foreign: str) -> None:
    async def work() -> None:
        await (asyncio.Future(loop=loop) if foreign == "future" else asyncio.sleep(0))

    loop = asyncio.new_event_loop()
    kernel.spawn("a system", work())
    kernel.run()
    loop.close()
    ((name, error),) = errors
    assert (name, type(error)) == ("a system", HarnessFault)
    assert "a system awaited" in str(error)
    errors.clear()


def test_a_request_at_the_same_moment_costs_no_event(kernel: Kernel) -> None:
    async def quick(_: Request) -> str:
        return "here"

    kernel.install("b", system(quick))

    async def work() -> None:
        await kernel.request("GET", "http://b/")

    kernel.spawn("work", work())
    kernel.env.step()
    assert kernel.unfinished() == []
    assert kernel.next_event() == float("inf")


def test_the_answer_is_there_with_its_last_byte_and_the_callee_goes_on(kernel: Kernel) -> None:
    after: list[datetime] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one ", "more_body": True})
        await kernel.sleep(5)
        await send({"type": "http.response.body", "body": b"two"})
        await kernel.sleep(60)
        after.append(kernel.now())

    kernel.install("b", app)
    answer = kernel.complete(kernel.request("GET", "http://b/"))
    assert (answer.body, kernel.now()) == (b"one two", START + timedelta(seconds=5))
    assert after == []
    kernel.run()
    assert after == [START + timedelta(seconds=65)]


def test_an_error_after_the_answer_does_not_take_it_back(kernel: Kernel, errors: Errors) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"fine"})
        raise ValueError("afterwards")

    kernel.install("b", app)
    assert kernel.complete(kernel.request("GET", "http://b/x?cpr=secret")).body == b"fine"
    assert [(name, str(error)) for name, error in errors] == [("b GET /x", "afterwards")]
    errors.clear()


def test_an_answer_that_came_in_time_leaves_nothing_to_wait_for(kernel: Kernel) -> None:
    async def slow(_: Request) -> str:
        await kernel.sleep(2)
        return "here"

    kernel.install("b", system(slow))

    async def work() -> None:
        await kernel.request("GET", "http://b/", timeout=3600)

    kernel.spawn("work", work())
    kernel.run()
    assert kernel.now() == START + timedelta(seconds=2)


def test_a_late_answer_is_not_given_to_anybody(kernel: Kernel) -> None:
    async def slow(_: Request) -> str:
        await kernel.sleep(20)
        return "late"

    kernel.install("b", system(slow))

    async def work() -> str:
        try:
            await kernel.request("GET", "http://b/x?secret", timeout=10)
        except TimedOut as error:
            await kernel.sleep(60)
            return str(error)
        return ""

    assert kernel.complete(work()) == "b did not answer GET /x within 10 s"


def test_head_gets_no_body(kernel: Kernel) -> None:
    async def text(_: Request) -> str:
        return "text"

    kernel.install("b", system(text))
    answer = kernel.complete(kernel.request("HEAD", "http://b"))
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "4")


def test_nothing_outside_can_be_reached_in_virtual_time(kernel: Kernel) -> None:
    with pytest.raises(Unreachable, match=r"nothing listens at http://vendor\.example:8080"):
        kernel.complete(kernel.request("GET", "http://vendor.example:8080/secret"))


def test_draining_lets_work_end_and_names_what_never_does(kernel: Kernel) -> None:
    ended: list[str] = []

    async def brief() -> None:
        await kernel.sleep(3600)
        ended.append("brief")

    async def endless() -> None:
        while True:
            await kernel.sleep(86_400)

    async def stuck() -> None:
        try:
            await Wait(kernel.env.event())
        finally:
            ended.append("stuck was closed")

    kernel.spawn("b endless", endless())
    kernel.spawn("a stuck", stuck())
    kernel.spawn("brief", brief())
    kernel.run(START + timedelta(minutes=1))
    assert kernel.unfinished() == ["a stuck", "b endless", "brief"]
    assert kernel.drain(limit=2 * 86_400) == ["a stuck", "b endless"]
    assert ended == ["brief", "stuck was closed"]
    assert kernel.unfinished() == []


def test_work_that_can_never_be_completed_is_a_harness_fault(kernel: Kernel) -> None:
    async def stuck() -> None:
        await Wait(kernel.env.event())

    with pytest.raises(HarnessFault, match="the desk still waits"):
        kernel.complete(stuck(), "the desk")
    assert kernel.drain() == ["the desk"]


def test_a_keyboard_interrupt_ends_the_run(kernel: Kernel) -> None:
    async def work() -> None:
        raise KeyboardInterrupt

    kernel.spawn("work", work())
    with pytest.raises(KeyboardInterrupt):
        kernel.run()
