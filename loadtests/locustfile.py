"""The load generator: fires a schedule with Locust, each request at its moment, and writes raw samples.

Importing this module imports locust, which patches sockets and threads of the whole process. Therefore it
is only ever imported by ``python -P -m loadtests generate``, a process of its own.

The loop is open: a request starts when the schedule says, whether or not earlier ones were answered, as
the country's users do not wait for one another. The generator also watches itself. Whether it kept its
schedule is judged later (``loadtests.verdicts``) from what it writes here.
"""

from __future__ import annotations

# isort: off
# locust first: it must patch the standard library before anything else makes use of it.
from locust import User, task
from locust.env import Environment
from locust.exception import StopUser
# isort: on

import gc
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gevent
import msgspec
from gevent.event import Event
from gevent.pool import Pool
from geventhttpclient import HTTPClient
from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError

from loadtests.samples import Fare, Intention, Sample, Stall
from loadtests.schedule import Row, scan

# Seconds from now to second 0 of the schedule, so that the first request can be on time.
LEAD = 0.3
PULSE = 0.02
PROGRESS = 0.25
MOST_OPEN = 20_000
_TRANSPORT_ERRORS = (OSError, HTTPConnectionClosed, HTTPParseError, ConnectionError, ValueError)


class Generator:
    """One run: keeps the clock, the connections and the books. ``Caseload`` is its hand in Locust."""

    def __init__(
        self, rows: Iterator[Row], seconds: float, timeout: float, hosts: dict[str, str], most_open: int
    ) -> None:
        self._rows = rows
        self.seconds = seconds
        self.timeout = timeout
        self._hosts = hosts
        self._most_open = most_open
        self._pool = Pool(most_open)
        self._clients: dict[str, HTTPClient] = {}
        self._zero = 0.0
        self.fired = self.answered = self.failed = self.not_started = 0
        self.intended: Counter[str] = Counter()
        self.stalls: list[Stall] = []
        self.problem: Exception | None = None
        self.done = Event()

    def now(self) -> float:
        """Seconds since second 0 of the schedule; goes on while the process is stopped."""
        return time.monotonic() - self._zero

    def run(self, fire: Callable[..., None]) -> None:
        """Fire every row that is due before the end, then wait for the answers."""
        self._zero = time.monotonic() + LEAD
        watch = gevent.spawn(self._watch)
        try:
            for number, row in enumerate(self._rows, start=1):
                if row.at >= self.seconds:
                    break
                self.intended[row.op] += 1
                wait = row.at - self.now()
                # Even behind schedule, let answers come in; and never fire after the end.
                gevent.sleep(max(0.0, wait))
                if self.now() > self.seconds + 1:
                    self.not_started += 1
                    continue
                self._pool.spawn(self._send, number, row, fire)
                self.fired += 1
            gevent.sleep(max(0.0, self.seconds - self.now()))
            self._pool.join()  # every request ends by its own timeout
        except Exception as problem:
            # Locust would log it and begin anew; the main program reports it instead.
            self.problem = problem
        finally:
            watch.kill()
            self.done.set()

    def _send(self, number: int, row: Row, fire: Callable[..., None]) -> None:
        started = self.now()
        status, error, size = 0, "", 0
        problem: BaseException | None = None
        headers = {"Content-Type": row.content_type} if row.content_type else {}
        try:
            with gevent.Timeout(self.timeout):
                client, target = self._client(row.url)
                answer = client.request(row.method, target, body=row.body, headers=headers)
                size = len(answer.read())
                status = answer.status_code
        except gevent.Timeout as late:
            if late.seconds != self.timeout:
                raise
            error, problem = f"no answer within {self.timeout:g} s", TimeoutError(str(late))
        except _TRANSPORT_ERRORS as broken:
            error, problem = f"{type(broken).__name__}: {broken}".strip(": "), broken
        ended = self.now()
        if problem is None and status != row.expect_status:
            problem = ValueError(f"status {status} instead of {row.expect_status}")
        self.answered += 1
        self.failed += problem is not None
        sample = Sample(
            row=number,
            op=row.op,
            intended=row.at,
            started=round(started, 6),
            ended=round(ended, 6),
            status=status,
            expected=row.expect_status,
            error=error,
        )
        fire(
            request_type=row.method,
            name=row.op,
            response_time=(ended - row.at) * 1000,
            response_length=size,
            exception=problem,
            context={"sample": sample},
        )

    def _client(self, url: str) -> tuple[HTTPClient, str]:
        parts = urlsplit(url)
        base = self._hosts.get(parts.netloc) or f"{parts.scheme}://{parts.netloc}"
        client = self._clients.get(base)
        if client is None:
            client = self._clients[base] = HTTPClient.from_url(
                base,
                concurrency=self._most_open,
                connection_timeout=self.timeout,
                network_timeout=self.timeout,
            )
        return client, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _watch(self) -> None:
        """Feel the own pulse: waking later than asked means that answers, too, were seen too late."""
        while True:
            before = time.monotonic()
            gevent.sleep(PULSE)
            late = time.monotonic() - before - PULSE
            if late > PULSE:
                self.stalls.append(Stall(round(before - self._zero, 3), round(late, 3)))


class Caseload(User):  # type: ignore[misc]
    """The one Locust user: it plays everybody who appears in the schedule."""

    fixed_count = 1
    generator: Generator

    @task  # type: ignore[untyped-decorator]
    def live(self) -> None:
        self.generator.run(self.environment.events.request.fire)
        raise StopUser


def generate(
    schedule: Path, samples: Path, seconds: float, timeout: float = 30.0, hosts: dict[str, str] | None = None
) -> int:
    """Fire ``schedule`` for ``seconds`` and write ``samples``; progress goes to standard output as JSON.

    ``hosts`` puts an address in the place of a host named in the schedule. Returns the exit code 0. Raises
    ``BadInput`` for a schedule that cannot be used.
    """
    header, rows = scan(schedule)
    seconds = min(seconds, header.seconds)
    generator = Generator(rows, seconds, timeout, hosts or {}, _most_open())
    Caseload.generator = generator
    environment = Environment(user_classes=[Caseload])
    runner = environment.create_local_runner()
    gevent.signal_handler(signal.SIGTERM, sys.exit, 2)
    encode = msgspec.json.Encoder().encode
    with samples.open("wb") as file:
        began = datetime.now(UTC).isoformat(timespec="milliseconds")
        file.write(encode(Intention(began=began, seconds=seconds, timeout=timeout)) + b"\n")

        def record(context: dict[str, Any], **_: Any) -> None:
            file.write(encode(context["sample"]) + b"\n")

        environment.events.request.add_listener(record)
        gc.collect()
        gc.freeze()  # what exists now lives to the end; do not walk it during the run
        busy = time.process_time()
        runner.start(1, spawn_rate=1)
        while not generator.done.wait(timeout=PROGRESS):
            _tell(generator)
        _tell(generator)
        runner.quit()
        if generator.problem is not None:
            raise generator.problem
        fare = Fare(
            finished=True,
            intended=dict(generator.intended),
            not_started=generator.not_started,
            counted_by_locust=environment.stats.total.num_requests,
            stalls=tuple(generator.stalls),
            cpu_seconds=round(time.process_time() - busy, 3),
        )
        file.write(encode(fare) + b"\n")
    return 0


def _tell(generator: Generator) -> None:
    """A line of progress. A reader that went away ends the run: nobody is left to judge it."""
    line = {
        "at": round(max(0.0, generator.now()), 2) if generator._zero else 0.0,
        "fired": generator.fired,
        "answered": generator.answered,
        "failed": generator.failed,
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _most_open() -> int:
    """How many requests may be open at a time: as many as the system lets one process have."""
    try:
        import resource
    except ImportError:  # not on Windows
        return 500
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_OPEN + 100
    allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(50, allowed - 100)
