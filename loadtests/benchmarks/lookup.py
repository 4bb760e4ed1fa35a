"""What a look-up costs, by the empty hops that it cannot avoid: in one process, and over sockets.

The user has logged in, as users have who look up several children; the login has its own cost and is not in it.
Hops are counted, not assumed: each request from one system to another, the desk's own included.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import date
from functools import cache, partial
from typing import Any

import httpx
import msgspec

from loadtests.benchmarks.frame import Benchmark, Contest
from mocks.errors import HarnessFault
from mocks.runtime import Response
from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from sim.rehearsal import Stage

#: "In-process look-ups with all checks at least 2,000 per second and core."
WANTED = 2000.0
#: "A look-up costs at most 1.5 times its hops times one empty hop, and so does its p99."
RATIO = 1.5
JSON = "application/json"
#: So many look-ups are made before their entries in the citizens' log are carried there in one request.
_TOGETHER = 20


class Ground:
    """The pilot's systems in virtual time, and one child with three appointments, cases and a school."""

    def __init__(self) -> None:
        day = date(2025, 5, 5)
        self.stage: Stage = nordjylland.stage(Choices(start=day, end=day))
        self.kernel = self.stage.kernel
        self._send = self.kernel.request
        self.desks = _desks(self.stage)
        self._asked = 0
        atexit.register(self.settle)

    def ask(self, *request: Any, **more: Any) -> Response:
        """One request, until its answer is here."""
        answers: list[Response] = []

        async def once() -> None:
            answers.append(await self._send(*request, **more))

        self._drive(once(), answers)
        self._asked += 1
        if self._asked % _TOGETHER == 0:
            self.settle()
        return answers[0]

    def settle(self) -> None:
        """Let what is under way come to its end: entries for the citizens' log, which go together."""
        env = self.kernel.env
        while env.peek() <= env.now:
            env.step()

    def _drive(self, work: Coroutine[Any, Any, None], answers: list[Response]) -> None:
        self.kernel.spawn("benchmark", work)
        while not answers:
            self.kernel.env.step()
        if answers[0].status != 200:
            raise HarnessFault(
                f"the benchmark's look-up was answered {answers[0].status}: {answers[0].body[:200]!r}"
            )

    def look_up(self, solution: str) -> Callable[[], Response]:
        """A look-up at the desk of that solution; the first one logs in."""
        system, path, body = self.desks[solution]
        work = partial(self.ask, "POST", f"http://{system}{path}", body=body, content_type=JSON, timeout=60.0)
        work()
        return work

    def hops(self, solution: str) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
        """The requests of one such look-up: the desk's, and what systems then ask each other."""
        work = self.look_up(solution)
        system, path, _ = self.desks[solution]
        self.settle()
        seen: list[tuple[tuple[Any, ...], dict[str, Any]]] = [(("POST", f"http://{system}{path}"), {})]

        async def watched(*request: Any, **more: Any) -> Response:
            seen.append((request, more))
            return await self._send(*request, **more)

        self.kernel.request = watched  # type: ignore[method-assign]
        work()
        self.kernel.request = self._send  # type: ignore[method-assign]
        # What goes to the citizens' log goes later and by itself: nobody waits for it.
        return [(request, more) for request, more in seen if not _later(str(request[1]))]


def _later(url: str) -> bool:
    return "minlog" in url or "/sts/" in url


def _desks(stage: Stage) -> dict[str, tuple[str, str, bytes]]:
    world = stage.world
    count = Counter(a.cpr for a in stage.caseload.appointments)
    cpr = next(cpr for cpr, number in count.items() if number == 3 and len(world.cases_of(cpr)) > 1)
    unit = world.ppr_of("0851")

    def body(role: str, organisation: str, municipality: str) -> bytes:
        user = {
            "id": "bench-01", "name": "Bruger", "municipality": municipality, "role": role, "organisation": organisation
        }  # fmt: skip
        return msgspec.json.encode({"user": user, "cpr": cpr, "consent_declared": True, "consent": True})

    return {
        "aftaleoverblik": ("sapa", "/desk/aftaler", body("ppr", unit.sor_id, "0851")),
        "sagsoverblik": ("nordepj", "/desk/overblik", body("bup_social_worker", world.bup[0].sor_id, "")),
    }


@cache
def _ground() -> Ground:
    return Ground()


def _in_process() -> Contest:
    """The base is an empty hop. One look-up of each solution, and the platform's search by itself."""
    ground = _ground()
    appointments, card = ground.look_up("aftaleoverblik"), ground.look_up("sagsoverblik")
    search, more = next((r, m) for r, m in ground.hops("aftaleoverblik") if "ddsregistry" in str(r[1]))
    return Contest(
        "empty hop",
        {
            "empty hop": partial(ground.ask, "GET", "http://sor/health"),
            "document search (ITI-18), all checks": partial(ground.ask, *search, **more),
            "aftaleoverblik, all checks": appointments,
            "sagsoverblik, all checks": card,
        },
        per_second={"aftaleoverblik, all checks": WANTED, "sagsoverblik, all checks": WANTED},
    )


@cache
def _served() -> tuple[httpx.Client, dict[str, str]]:
    """The mocks on sockets, in a process of their own, and one client that keeps its connections."""
    command = [sys.executable, "-P", "-m", "scenarios.cli", "up", "--json", "--port-base", "0", "--for", "1h"]
    mocks = subprocess.Popen(command, stdout=subprocess.PIPE)
    atexit.register(mocks.terminate)
    assert mocks.stdout is not None
    line = mocks.stdout.readline()
    if not line:
        raise HarnessFault("the mocks did not start; run tvaers up to see why")
    urls = {system["system"]: str(system["url"]) for system in json.loads(line)["systems"]}
    client = httpx.Client(timeout=30.0)
    atexit.register(client.close)
    return client, urls


def _over_sockets(solution: str, percentile: float | None) -> Contest:
    ground = _ground()
    hops = [str(request[1]).split("/")[2] for request, _ in ground.hops(solution)]
    client, urls = _served()
    system, path, body = ground.desks[solution]

    def look_up() -> None:
        answer = client.post(urls[system] + path, content=body, headers={"content-type": JSON})
        if answer.status_code != 200:
            raise HarnessFault(f"the look-up was answered {answer.status_code}: {answer.text[:200]}")

    def empty() -> None:
        for hop in hops:
            client.get(urls[hop] + "/health")

    look_up()
    name = f"{solution}, {len(hops)} hops"
    base = f"{len(hops)} empty hops"
    return Contest(base, {base: empty, name: look_up}, at_most={name: RATIO}, percentile=percentile)


IN_PROCESS = Benchmark(
    "lookup-in-process", "a look-up of a user who has logged in, in virtual time", "look-up", _in_process
)
OVER_SOCKETS = tuple(
    Benchmark(
        f"lookup-{solution}{suffix}",
        f"the {solution} over sockets, by as many empty hops of the same client{words}",
        "look-up",
        partial(_over_sockets, solution, percentile),
    )
    for solution in ("aftaleoverblik", "sagsoverblik")
    for suffix, words, percentile in (("-p50", ", median", 0.5), ("-p99", ", p99", 0.99))
)
