"""What every driver promises to a system (``mocks.runtime``)."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.errors import BadInput, TimedOut, Unreachable
from mocks.runtime import COPENHAGEN, Runtime
from tests.drivers.harness import Driver


class Note(msgspec.Struct, frozen=True):
    text: str


def echoing(runtime: Runtime) -> Starlette:
    """Answers with what it got, and how it saw it."""

    async def echo(request: Request) -> Response:
        body = await request.body()
        seen = {
            "method": request.method,
            "path": request.url.path,
            "name": request.path_params["name"],
            "query": dict(request.query_params),
            "type": request.headers.get("content-type", ""),
            "extra": request.headers.get("x-extra", ""),
            "body": body.decode(),
        }
        return Response(msgspec.json.encode(seen), 201, {"X-Seen": "yes"}, "application/json")

    return Starlette(routes=[Route("/echo/{name}", echo, methods=["GET", "POST"])])


def answers(endpoint: Any) -> Any:
    """A factory of a system with one endpoint, ``POST /do``; the endpoint gets (runtime, request)."""

    def create(runtime: Runtime) -> Starlette:
        async def do(request: Request) -> Response:
            text: str = await endpoint(runtime, request)
            return Response(text)

        return Starlette(routes=[Route("/do", do, methods=["POST"])])

    return create


def post(driver: Driver, system: str, timeout: float = 30.0, body: bytes = b"") -> tuple[int, str]:
    network = driver.runtime("asker").network

    async def ask() -> tuple[int, str]:
        url = network.address(system) + "/do"
        answer = await network.request("POST", url, timeout=timeout, body=body)
        return answer.status, answer.body.decode()

    return driver.run(ask())


def test_the_clock_tells_danish_time_in_whole_milliseconds(driver: Driver) -> None:
    now = driver.runtime("a").clock.now()
    assert now.tzinfo is COPENHAGEN
    assert now.microsecond % 1000 == 0


def test_who_sleeps_less_wakes_first_and_time_has_passed(driver: Driver) -> None:
    clock = driver.runtime("a").clock
    woken: list[str] = []

    async def nap(name: str, units: float) -> None:
        await clock.sleep(units * driver.unit)
        woken.append(name)

    async def work() -> float:
        before = clock.now()
        clock.spawn("late", nap("late", 2))
        clock.spawn("soon", nap("soon", 1))
        await clock.sleep(3 * driver.unit)
        return (clock.now() - before).total_seconds()

    assert driver.run(work()) >= 2.9 * driver.unit
    assert woken == ["soon", "late"]


def test_spawned_work_starts_after_what_is_going_on(driver: Driver) -> None:
    clock = driver.runtime("a").clock
    order: list[str] = []

    async def spawned() -> None:
        order.append("spawned")

    async def work() -> None:
        clock.spawn("spawned", spawned())
        order.append("going on")
        await clock.sleep(driver.unit)

    driver.run(work())
    assert order == ["going on", "spawned"]


def test_an_error_in_spawned_work_is_traced_and_harms_nobody(driver: Driver) -> None:
    clock = driver.runtime("a").clock

    async def failing() -> None:
        raise ValueError("broken on purpose")

    async def work() -> str:
        clock.spawn("a failing", failing())
        await clock.sleep(driver.unit)
        return "went on"

    assert driver.run(work()) == "went on"
    (event,) = driver.trace.events(name="harness_error")
    assert event.facts["where"] == "a failing"
    assert event.facts["error"] == "broken on purpose"


def test_gathered_work_goes_on_side_by_side_and_answers_in_the_order_it_was_given(driver: Driver) -> None:
    clock = driver.runtime("a").clock
    ended: list[str] = []

    async def nap(name: str, units: float) -> str:
        await clock.sleep(units * driver.unit)
        ended.append(name)
        return name

    async def work() -> tuple[list[str], float]:
        begun = clock.now()
        names = await clock.gather("naps", nap("long", 3), nap("short", 1), nap("none", 0), nap("middle", 2))
        return names, (clock.now() - begun).total_seconds()

    names, passed = driver.run(work())
    assert names == ["long", "short", "none", "middle"]
    assert ended == ["none", "short", "middle", "long"]
    assert passed >= 3 * driver.unit - 0.002
    if driver.name == "virtual":
        assert passed == 3 * driver.unit  # and not the six that one after the other would take


def test_gathered_work_is_waited_for_also_when_some_of_it_fails(driver: Driver) -> None:
    clock = driver.runtime("a").clock
    ended: list[str] = []

    async def fail(name: str, units: float) -> None:
        await clock.sleep(units * driver.unit)
        ended.append(name)
        raise TimedOut(name)

    async def nap(units: float) -> None:
        await clock.sleep(units * driver.unit)
        ended.append("nap")

    async def work() -> None:
        with pytest.raises(TimedOut, match="first in order"):
            await clock.gather("naps", nap(3), fail("first in order", 2), fail("first in time", 1))

    driver.run(work())
    assert ended == ["first in time", "first in order", "nap"]


def test_gathered_requests_to_one_slow_system_cost_one_waiting_time(driver: Driver) -> None:
    async def slowly(runtime: Runtime, request: Request) -> str:
        await runtime.clock.sleep(2 * driver.unit)
        return (await request.body()).decode()

    driver.install("slow", answers(slowly))
    runtime = driver.runtime("asker")
    url = runtime.network.address("slow") + "/do"

    async def one(text: str) -> bytes:
        return (
            await runtime.network.request("POST", url, body=text.encode(), timeout=900 * driver.unit)
        ).body

    async def work() -> tuple[list[bytes], float]:
        begun = runtime.clock.now()
        bodies = await runtime.clock.gather("questions", *(one(text) for text in "abc"))
        return bodies, (runtime.clock.now() - begun).total_seconds()

    bodies, passed = driver.run(work())
    assert bodies == [b"a", b"b", b"c"]
    if driver.name == "virtual":
        assert passed == 2 * driver.unit


def test_nothing_gathered_is_nothing(driver: Driver) -> None:
    clock = driver.runtime("a").clock

    async def work() -> list[Any]:
        return await clock.gather("nothing")

    assert driver.run(work()) == []


def test_a_request_arrives_as_it_was_sent_and_so_does_its_answer(driver: Driver) -> None:
    driver.install("b", echoing)
    network = driver.runtime("a").network

    async def work() -> Any:
        return await network.request(
            "POST",
            network.address("b") + "/echo/b%C3%B8rn?q=sm%C3%A5&plain=æ b",
            body="blåbær".encode(),
            content_type="text/plain; charset=utf-8",
            headers={"X-Extra": "1"},
        )

    answer = driver.run(work())
    assert answer.status == 201
    assert answer.headers["x-seen"] == "yes"
    assert answer.headers["content-type"] == "application/json"
    assert msgspec.json.decode(answer.body) == {
        "method": "POST",
        "path": "/echo/børn",
        "name": "børn",
        "query": {"q": "små", "plain": "æ b"},
        "type": "text/plain; charset=utf-8",
        "extra": "1",
        "body": "blåbær",
    }


def test_a_callee_may_sleep_and_ask_others_before_it_answers(driver: Driver) -> None:
    async def third(runtime: Runtime, request: Request) -> str:
        await runtime.clock.sleep(driver.unit)
        return "third"

    async def second(runtime: Runtime, request: Request) -> str:
        url = runtime.network.address("third") + "/do"
        return "second and " + (await runtime.network.request("POST", url, timeout=90)).body.decode()

    driver.install("third", answers(third))
    driver.install("second", answers(second))
    assert post(driver, "second", timeout=100 * driver.unit) == (200, "second and third")


def test_a_timeout_ends_the_waiting_and_the_callee_goes_on(driver: Driver) -> None:
    finished: list[str] = []

    async def slow(runtime: Runtime, request: Request) -> str:
        await request.body()
        await runtime.clock.sleep(3 * driver.unit)
        finished.append("yes")
        return "late"

    driver.install("slow", answers(slow))
    with pytest.raises(TimedOut, match="did not answer POST"):
        post(driver, "slow", timeout=driver.unit)
    assert finished == []
    driver.advance(4 * driver.unit)
    assert finished == ["yes"]
    assert driver.trace.events(name="harness_error") == []


def test_an_answer_in_time_is_no_timeout(driver: Driver) -> None:
    async def steady(runtime: Runtime, request: Request) -> str:
        await runtime.clock.sleep(driver.unit)
        return "here"

    driver.install("steady", answers(steady))
    assert post(driver, "steady", timeout=100 * driver.unit) == (200, "here")


def test_an_error_in_a_handler_is_a_500_for_the_caller_and_a_harness_error_in_the_trace(
    driver: Driver,
) -> None:
    async def broken(runtime: Runtime, request: Request) -> str:
        raise KeyError("broken on purpose")

    driver.install("broken", answers(broken))
    assert post(driver, "broken") == (500, "Internal Server Error")
    (event,) = driver.trace.events(name="harness_error")
    assert event.facts["type"] == "KeyError"
    assert event.facts["where"] == "broken POST /do"


def test_an_application_without_an_answer_is_a_500_too(driver: Driver) -> None:
    def create(runtime: Runtime) -> Any:
        async def silent(scope: Any, receive: Any, send: Any) -> None:
            return

        return silent

    driver.install("silent", create)
    assert post(driver, "silent")[0] == 500
    assert len(driver.trace.events(name="harness_error")) == 1


def test_any_status_is_an_answer(driver: Driver) -> None:
    driver.install("b", echoing)
    assert post(driver, "b")[0] == 404


def test_an_unknown_system_has_no_address(driver: Driver) -> None:
    driver.install("b", echoing)
    with pytest.raises(BadInput, match=re.escape("no system is called 'nobody'; there are: b")):
        driver.runtime("a").network.address("nobody")


def test_where_nothing_listens_is_unreachable(driver: Driver) -> None:
    network = driver.runtime("a").network

    async def work() -> None:
        await network.request("GET", "http://127.0.0.1:9/x")  # the discard port

    with pytest.raises(Unreachable) as caught:
        driver.run(work())
    assert not isinstance(caught.value, TimedOut)


def test_identifiers_are_those_of_seed_system_and_purpose(driver: Driver) -> None:
    ids = driver.runtime("a").ids
    assert ids.uuid("letter") == "2dbe0421-abb8-4548-8f46-45c17d963242"
    assert ids.letters("envelope") == "BIRPA6VSJ6LWQJ"
    assert ids.uuid("letter") != driver.runtime("b").ids.uuid("letter")


def test_a_restart_loses_nothing_that_was_put(driver: Driver) -> None:
    def create(runtime: Runtime) -> Starlette:
        notes = runtime.store.collection("notes", Note)

        async def do(request: Request) -> Response:
            text = (await request.body()).decode()
            if text.startswith("-"):
                notes.drop(text[1:])
            elif text:
                notes.put(text[0], Note(text))
            return Response(",".join(f"{key}={note.text}" for key, note in notes.items()))

        return Starlette(routes=[Route("/do", do, methods=["POST"])])

    driver.install("keeper", create)
    for text in (b"b1", b"a1", b"c1", b"b2", b"-c", b"-x"):
        post(driver, "keeper", body=text)
    before = post(driver, "keeper")
    driver.install("keeper", create)
    assert before == post(driver, "keeper") == (200, "b=b2,a=a1")
