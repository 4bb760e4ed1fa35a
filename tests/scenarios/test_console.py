"""The live page: what it answers to people and to machines that ask in pages."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import httpx
import pytest

from mocks.drivers.memory_trace import MemoryTrace
from mocks.runtime import COPENHAGEN
from scenarios import console
from sim.journal import Journal

NOW = datetime(2025, 4, 1, 8, tzinfo=COPENHAGEN)


def ask(
    address: str,
    journal: Journal | None = None,
    trace: MemoryTrace | None = None,
    names: dict[str, str] | None = None,
) -> httpx.Response:
    app = console.create_app(journal or Journal(), trace or MemoryTrace(lambda: NOW), names=names)

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as client:
            return await client.get(address)

    return asyncio.run(get())


@pytest.fixture
def letters() -> Journal:
    journal = Journal()
    trace = journal.trace_for("os2-thisted", lambda: NOW)
    for name in ("first", "second", "third"):
        trace.station("sent", name)
    return journal


@pytest.mark.parametrize(
    ("limit", "told"),
    [("", ["third", "second", "first"]), ("?limit=2", ["third", "second"]), ("?limit=0", [])],
)
def test_journeys_are_listed_newest_first_and_no_more_than_asked_for(
    letters: Journal, limit: str, told: list[str]
) -> None:
    found: Any = ask(f"/journeys{limit}", letters).json()
    assert [j["journey"] for j in found["journeys"]] == told


def test_the_page_calls_units_and_systems_by_their_names(letters: Journal) -> None:
    letters.trace_for("os2-thisted", lambda: NOW).wire(
        "first", sender="5790009100027", receiver="5790009100522", standard="MCM:XDIS91", ids={},
        content_type="application/xml", body=b"",
    )  # fmt: skip
    names = {"5790009100027": "PPR <Thisted>", "os2-thisted": "OS2korrespondance, Thisted"}
    page = ask("/", letters, names=names).text
    assert "PPR &lt;Thisted&gt;<br><small>OS2korrespondance, Thisted</small>" in page
    assert "5790009100522" in page, "whoever has no name is shown by number"


@pytest.mark.parametrize("since", [0, 9_999, 10_001, 10**30])
def test_events_can_be_asked_for_page_by_page_to_the_end(since: int) -> None:
    trace = MemoryTrace(lambda: NOW)
    for number in range(10_003):
        trace.of("vans").note("event", count=number)
    page = ask(f"/trace?since={since}&limit=2", trace=trace).json()
    assert [event["number"] for event in page["events"]] == [
        number for number in (since, since + 1) if number < 10_003
    ]


def test_a_number_that_is_none_is_the_default() -> None:
    assert ask("/journeys?limit=many").status_code == 200
    assert ask("/trace?since=-1").status_code == 200
