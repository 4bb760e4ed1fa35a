"""Hostile files are refused in little memory, and the largest legal messages checked in a bearable one."""

from __future__ import annotations

import pytest

from loadtests.benchmarks.hostile import cost
from loadtests.benchmarks.shapes import HOSTILE, LEGAL

TEN_MEGABYTES = 10_000_000
MOST_HOSTILE = 256 * 1024 * 1024
MOST_LEGAL = 1_500_000_000
#: What a shape is refused for, or what is found in it first; ``None`` where it is large and right.
REFUSED = {
    "elements without end": "xml-tags",
    "as many attributes as are read": "XD9134L/ClinicalEmail/unknown-element",
    "an entity bomb": "xml-doctype",
    "objects": "fhir-many",
    "nested lists": "fhir-many",
    "base64 without end": "unrecognised",
    "a zip bomb": "zip-ratio",
    "segments": "edifact-size",
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", REFUSED)
def test_a_hostile_file_of_ten_megabytes_takes_little_memory(shape: str) -> None:
    found = cost(shape, TEN_MEGABYTES)
    assert (found.verdict, found.rule) == ("fail", REFUSED[shape])
    assert found.before <= found.peak < MOST_HOSTILE


@pytest.mark.slow
def test_a_history_of_thousands_of_steps_is_read_in_little_memory() -> None:
    found = cost("steps", TEN_MEGABYTES)
    assert found.kind == "CareCommunication 5.0" and found.size > TEN_MEGABYTES * 0.9
    assert found.peak < MOST_HOSTILE


@pytest.mark.slow
@pytest.mark.parametrize("shape", LEGAL)
def test_a_legal_message_of_a_hundred_megabytes_passes_in_bearable_memory(shape: str) -> None:
    found = cost(shape, 99_000_000)
    assert (found.verdict, found.findings) == ("pass", 0)
    assert found.size > 70_000_000 and found.peak < MOST_LEGAL


def test_the_shapes_are_of_the_size_that_was_asked_for() -> None:
    for name, make in HOSTILE.items():
        if name != "a zip bomb":  # which is small by its nature
            assert 60_000 < len(make(100_000)) < 150_000, name
