"""The bounded trace, its file, and its guard against CPR numbers."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mocks.drivers.memory_trace import MemoryTrace, carries_cpr
from mocks.errors import HarnessFault
from mocks.runtime import COPENHAGEN

NOW = datetime(2025, 4, 1, 9, 30, 0, 5000, tzinfo=COPENHAGEN)
#: MedCom's published test persons.
CPR = "2512489996"


def trace(**options: Any) -> MemoryTrace:
    return MemoryTrace(lambda: NOW, **options)


def test_events_are_kept_as_they_happened() -> None:
    log = trace()
    vans = log.of("vans")
    vans.station("accepted", "E1", size=3)
    vans.wire(
        "E1", sender="5790009000028", receiver="5790009000035", standard="XDIS91", ids={"letter": "L1"},
        content_type="text/xml", body=b"<a/>",
    )  # fmt: skip
    vans.link("E2", "E1")
    log.of("sor").note("lookup", outcome="shown")
    assert [(e.system, e.kind, e.name, e.message) for e in log.events()] == [
        ("vans", "station", "accepted", "E1"),
        ("vans", "wire", "XDIS91", "E1"),
        ("vans", "link", "link", "E2"),
        ("sor", "note", "lookup", ""),
    ]
    first, wire = log.events()[:2]
    assert first.at == "2025-04-01T09:30:00.005+02:00"
    assert wire.facts["size"] == 4
    assert wire.facts["sha256"] == hashlib.sha256(b"<a/>").hexdigest()
    assert [e.name for e in log.events(message="E1", kind="station")] == ["accepted"]


def test_only_the_newest_are_kept_and_the_json_says_how_many_are_gone() -> None:
    log = trace(capacity=3)
    for number in range(5):
        log.of("a").note("n", number=number)
    page = msgspec.json.decode(log.json(since=1, limit=2))
    assert [event["facts"]["number"] for event in page["events"]] == [2, 3]
    assert (page["next"], page["dropped"]) == (4, 1)
    rest = msgspec.json.decode(log.json(since=page["next"]))
    assert ([event["number"] for event in rest["events"]], rest["next"]) == ([4], 5)
    assert msgspec.json.decode(log.json(since=5)) == {"events": [], "next": 5, "dropped": 0}


def test_each_event_is_in_the_file_when_it_happened(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    path.write_bytes(b'{"earlier": true}\n')
    log = trace(path=path)
    log.of("a").note("n", when=NOW.date(), text="blåbær")
    lines = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
    assert lines[0] == {"earlier": True}
    assert lines[1]["facts"] == {"when": "2025-04-01", "text": "blåbær"}
    log.close()


@pytest.mark.parametrize(
    "value",
    [
        CPR, "251248-9996", "251248 9996", f"child {CPR} unknown", int(CPR), CPR.encode(), [CPR],
        {"a": {"b": CPR}}, {CPR: 1}, "8512489996", "6509479989", "0203291WQ3",
    ],
)  # fmt: skip
def test_what_looks_like_a_cpr_number_is_seen(value: object) -> None:
    assert carries_cpr(value)


@pytest.mark.parametrize(
    "value",
    [
        "5790009000028", "325251000016005", "12345678-1234-4abc-8def-0123456789ab", "20250401",
        "ABCD2512489996", "1743500000", 1743500000, 17, 1.5, True, None, "2025-04-01T09:30:00", "97643000",
        datetime(2025, 4, 1, tzinfo=UTC),
    ],
)  # fmt: skip
def test_other_identifiers_and_times_are_no_cpr_numbers(value: object) -> None:
    assert not carries_cpr(value)


def test_a_strict_trace_refuses_a_cpr_number() -> None:
    with pytest.raises(HarnessFault, match="fact 'who' of note lookup"):
        trace(strict=True).of("nsp").note("lookup", who=CPR)


def test_a_trace_masks_a_cpr_number_and_says_so() -> None:
    log = trace()
    log.of("vans").station("refused", "E1", reason=f"unknown child {CPR}", size=3)
    refused, note = log.events()
    assert refused.facts == {"reason": "(refused)", "size": 3}
    assert (note.name, note.facts) == ("cpr_refused", {"event": "refused", "fact": "reason"})
    with pytest.raises(HarnessFault, match="name or identifier"):
        log.of("vans").station("refused", CPR)


def test_errors_are_noted_without_cpr_numbers() -> None:
    log = trace(strict=True)
    log.error("sor")(f"sor GET /{CPR}", ValueError(f"no {CPR} here"))
    (event,) = log.events(name="harness_error")
    assert event.facts == {"where": "sor GET /(refused)", "type": "ValueError", "error": "no (refused) here"}
