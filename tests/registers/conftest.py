"""A small world in virtual time for the registers and case systems: network, clock, trace, restarts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
import pytest

from mocks.drivers.ids import SeededIds
from mocks.runtime import COPENHAGEN, Asgi, MemoryStore, Response, Runtime
from sim.kernel import Kernel

START = datetime(2025, 4, 1, 8, tzinfo=COPENHAGEN)


class Notes:
    """A trace that only remembers."""

    def __init__(self) -> None:
        self.stations: list[tuple[str, str]] = []
        self.notes: list[tuple[str, dict[str, Any]]] = []

    def station(self, name: str, message: str, **facts: str | int | float | bool) -> None:
        self.stations.append((name, message))

    def wire(self, message: str, **facts: Any) -> None:
        raise AssertionError("no register puts an envelope on the wire")

    def link(self, message: str, journey: str) -> None:
        raise AssertionError("no register links journeys")

    def note(self, kind: str, **facts: Any) -> None:
        self.notes.append((kind, facts))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [facts for name, facts in self.notes if name == kind]


class World:
    """Systems by name. Errors that no caller received fail the test at its end."""

    def __init__(self) -> None:
        self.errors: list[tuple[str, BaseException]] = []
        self.kernel = Kernel(START, lambda name, error: self.errors.append((name, error)))
        self.trace = Notes()
        self.stores: dict[str, MemoryStore] = {}

    def runtime(self, system: str) -> Runtime:
        store = self.stores.setdefault(system, MemoryStore())
        return Runtime(system, self.kernel, self.kernel, SeededIds(1, system), store, self.trace)

    def start(self, system: str, create_app: Callable[[Runtime, Any], Asgi], settings: Any) -> None:
        """Start a system, or start it again on what its store holds."""
        self.kernel.install(system, create_app(self.runtime(system), settings))

    def request(
        self,
        method: str,
        url: str,
        body: Any = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """One request, until its answer is here. ``body`` is sent as JSON unless it is bytes."""
        raw = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
        answers: list[Response] = []

        async def ask() -> None:
            answers.append(
                await self.kernel.request(
                    method, url, body=raw, content_type=content_type if raw else "", headers=headers
                )
            )

        self.kernel.spawn("test", ask())
        while not answers:
            self.kernel.env.step()
        return answers[0]

    def get(self, url: str, status: int = 200) -> Any:
        return self._json(self.request("GET", url), status)

    def post(self, url: str, body: Any = None, status: int = 200) -> Any:
        return self._json(self.request("POST", url, body), status)

    @staticmethod
    def _json(response: Response, status: int) -> Any:
        assert response.status == status, response.body.decode()
        return msgspec.json.decode(response.body)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    assert made.errors == []
