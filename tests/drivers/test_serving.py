"""Systems on local ports: addresses first, all healthy, gone when stopped."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mocks import serve
from mocks.drivers.log_store import LogStore
from mocks.drivers.memory_trace import MemoryTrace
from mocks.drivers.sockets import HttpNetwork, sockets_runtime, wall_now
from mocks.errors import BadInput, Unreachable


def healthy(name: str) -> Starlette:
    async def health(request: Request) -> Response:
        return JSONResponse({"system": name, "status": "ok"})

    async def stuck(request: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    return Starlette(routes=[Route("/health", health), Route("/stuck", stuck)])


@pytest.fixture(params=["fastest", "plain"])
def loop_factory(request: pytest.FixtureRequest) -> Any:
    return serve.fastest_loop() if request.param == "fastest" else asyncio.new_event_loop


def test_many_systems_start_answer_and_are_gone_when_stopped(loop_factory: Any) -> None:
    names = [f"system-{number}" for number in range(35)]

    async def main() -> tuple[dict[str, str], dict[str, str]]:
        listeners = serve.bind(names)
        network = HttpNetwork({name: listener.url for name, listener in listeners.items()})
        apps = {name: healthy(name) for name in names}
        async with serve.Serving(listeners, apps, MemoryTrace(wall_now)):
            up = await serve.health(network, names)
        down = await serve.health(network, names)
        await network.close()
        return up, down

    up, down = serve.run(main(), loop_factory)
    assert up == dict.fromkeys(names, "ok")
    assert list(down) == names
    assert "ok" not in down.values()


def test_a_system_that_is_not_well_is_named(loop_factory: Any) -> None:
    async def main() -> dict[str, str]:
        listeners = serve.bind(["ill"])
        network = HttpNetwork({"ill": listeners["ill"].url})
        async with serve.Serving(listeners, {"ill": Starlette()}, MemoryTrace(wall_now)):
            found = await serve.health(network, ["ill"])
        await network.close()
        return found

    assert serve.run(main(), loop_factory) == {"ill": "answers /health with status 404"}


def test_a_request_that_never_ends_does_not_keep_the_systems_from_stopping(loop_factory: Any) -> None:
    async def main() -> None:
        listeners = serve.bind(["a"])
        network = HttpNetwork({"a": listeners["a"].url})
        serving = serve.Serving(listeners, {"a": healthy("a")}, MemoryTrace(wall_now))
        await serving.start()
        request = asyncio.create_task(network.request("GET", network.address("a") + "/stuck"))
        await serve.health(network, ["a"])  # the stuck one was sent before
        await serving.stop(grace=0.02)
        (outcome,) = await asyncio.gather(request, return_exceptions=True)
        assert isinstance(outcome, Unreachable) or outcome.status == 500
        await network.close()

    serve.run(main(), loop_factory)


def test_given_ports_are_taken_in_order_and_a_taken_one_is_refused() -> None:
    free = serve.bind(["x"])["x"]
    base = free.port
    with pytest.raises(BadInput, match=rf"vans cannot listen on 127.0.0.1:{base}"):
        serve.bind(["vans"], port_base=base)
    free.close()
    bound = serve.bind(["vans"], port_base=base)
    assert bound["vans"].url == f"http://127.0.0.1:{base}"
    bound["vans"].close()


def test_a_port_beyond_the_last_is_refused() -> None:
    with pytest.raises(BadInput, match=r"second cannot listen on 127\.0\.0\.1:65536"):
        serve.bind(["first", "second"], port_base=65535)


def test_listeners_and_applications_must_match() -> None:
    listeners = serve.bind(["a"])
    with pytest.raises(BadInput, match="a, b"):
        serve.Serving(listeners, {"b": healthy("b")}, MemoryTrace(wall_now))
    listeners["a"].close()


def test_a_termination_signal_ends_the_waiting(loop_factory: Any) -> None:
    async def main() -> tuple[bool, bool]:
        asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), signal.SIGTERM)
        return await serve.until_stopped(30), await serve.until_stopped(0.01)

    assert serve.run(main(), loop_factory) == (True, False)


def test_seeded_identifiers_do_not_come_again_after_a_restart(tmp_path: Path) -> None:
    network, trace = HttpNetwork({}), MemoryTrace(wall_now)

    def first_letter() -> str:
        store = LogStore(tmp_path / "a.log")
        runtime = sockets_runtime("a", network=network, trace=trace, seed=1, store=store)
        store.close()
        return runtime.ids.letters("letter")

    assert first_letter() != first_letter()


def test_without_a_seed_identifiers_are_drawn() -> None:
    network, trace = HttpNetwork({}), MemoryTrace(wall_now)
    drawn = {sockets_runtime("a", network=network, trace=trace).ids.uuid("x") for _ in range(2)}
    assert len(drawn) == 2
