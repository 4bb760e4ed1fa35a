"""All benchmarks by name. A new one is added here, and nowhere else."""

from __future__ import annotations

from loadtests.benchmarks import checking, envelope, journey, lookup, packages, request
from loadtests.benchmarks.frame import Benchmark

CATALOGUE: dict[str, Benchmark] = {
    benchmark.name: benchmark
    for benchmark in (
        envelope.READING,
        envelope.WRITING,
        request.REQUESTING,
        *checking.CHECKING,
        *packages.CHECKING,
        journey.OLD,
        journey.NEW,
        lookup.IN_PROCESS,
        *lookup.OVER_SOCKETS,
    )
}
