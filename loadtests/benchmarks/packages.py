"""What a check against the official packages costs, by parsing the same bytes.

The packages are not ours to ship: the benchmark is there where ``$TVAERS_OFFICIAL_DATA`` leads to them.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import orjson

from loadtests.benchmarks.checking import a_care_communication
from loadtests.benchmarks.frame import Benchmark, Contest
from mocks.standards import care_communication as cc
from mocks.standards.packages.message import load

PACKAGES = (
    Path(os.environ.get("TVAERS_OFFICIAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
    / "medcom-fhir"
    / "packages"
)


def _contest() -> Contest:
    raw = cc.write(a_care_communication())
    packages = load([PACKAGES])
    result = packages.check(raw)  # compiles what the message needs
    if result.broken or result.not_checked:
        raise AssertionError(f"the message is not in order: {result.told}")
    return Contest(
        "orjson.loads",
        {"orjson.loads": partial(orjson.loads, raw), "official packages": partial(packages.check, raw)},
        at_most={"official packages": 150.0},
    )


CHECKING = (
    (
        Benchmark(
            "check-packages", "an 8 KB CareCommunication against the official packages", "message", _contest
        ),
    )
    if PACKAGES.is_dir()
    else ()
)
