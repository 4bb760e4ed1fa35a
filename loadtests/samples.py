"""The raw samples of a load run: one line for every request, written by the generator as answers come.

Verdicts are made from these lines alone, never from a generator's rounded summary table. The first line
says what was intended, the last one how the generator itself fared; a file without its last line comes
from a generator that died. All times are seconds from the start of the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from mocks.errors import BadInput, HarnessFault

SCHEMA = "tvaers.load-samples/1"


class Intention(msgspec.Struct, frozen=True, kw_only=True):
    """First line: the run as it was meant to be."""

    schema: str = SCHEMA
    began: str
    """Wall clock, ISO 8601."""
    seconds: float
    timeout: float
    """Seconds after which an answer is not waited for any longer."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One request. ``status`` 0: no answer came, and ``error`` says why.

    ``intended`` is when the schedule wanted it, ``started`` when the generator did it, ``ended`` when the
    last byte of the answer was there.
    """

    row: int
    op: str
    intended: float
    started: float
    ended: float
    status: int
    expected: int
    error: str = ""

    @property
    def failed(self) -> bool:
        return self.status != self.expected


class Stall(msgspec.Struct, frozen=True):
    """The generator itself stood still: from when, for how many seconds."""

    at: float
    seconds: float


class Fare(msgspec.Struct, frozen=True, kw_only=True):
    """Last line: how the generator fared."""

    finished: bool
    intended: dict[str, int]
    """Requests that the schedule wanted inside the run, by operation."""
    not_started: int
    """Requests among them that the generator never came to."""
    counted_by_locust: int
    stalls: tuple[Stall, ...] = ()
    cpu_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Samples:
    """A whole file of raw samples."""

    intention: Intention
    rows: tuple[Sample, ...]
    fare: Fare


def read(path: Path) -> Samples:
    """Raises ``BadInput`` for a foreign file and ``HarnessFault`` for one that breaks off."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as problem:
        raise BadInput(f"cannot read the samples {path}: {problem.strerror}") from None
    number = 1
    try:
        intention = msgspec.json.decode(lines[0] if lines else b"", type=Intention)
        if intention.schema != SCHEMA:
            raise BadInput(
                f"{path}, line 1: the schema is {intention.schema!r}; this version reads {SCHEMA!r}"
            )
        if len(lines) < 2 or not lines[-1].startswith(b'{"finished":true'):
            raise HarnessFault(
                f"{path}: the generator did not come to its end after {max(0, len(lines) - 1)} samples; "
                "see generator.log beside it, and run again"
            )
        decoder = msgspec.json.Decoder(Sample)
        rows = []
        for line in lines[1:-1]:
            number += 1
            rows.append(decoder.decode(line))
        number += 1
        fare = msgspec.json.decode(lines[-1], type=Fare)
    except msgspec.DecodeError as problem:
        raise BadInput(f"{path}, line {number}: {problem}; these are not samples of a load run") from None
    return Samples(intention, tuple(rows), fare)
