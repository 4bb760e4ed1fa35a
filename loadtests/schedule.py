"""The load schedule: which request starts when, made from a caseload before any load runs.

A schedule is a JSON Lines file. Its first line says where the load comes from: seed, the figures it rests
on with source and reason, and what is assumed. Every further line is one request and the moment it is
*meant* to start, in seconds from the beginning, whether or not earlier ones have been answered by then
(an open loop). The generator reads nothing else, so a load run can be repeated from this file alone.

    {"schema": "tvaers.load-schedule/1", "scenario": "nordjylland", "seed": 1, "figures": [...], ...}
    {"at": 0.013, "op": "sor-lookup", "method": "GET", "url": "http://127.0.0.1:8102/sor/...", ...}
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from mocks.errors import BadInput

SCHEMA = "tvaers.load-schedule/1"

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_URL = re.compile(r"https?://[^\s/?#]+(?:[/?#][^\s\x00-\x1f\x7f]*)?")
# A CPR number: day (plus 60 in replacement and test numbers), month, year, and four digits, standing alone.
# GLNs and SOR ids are longer, and parts of a UUID do not stand alone.
_CPR_IN_URL = re.compile(
    r"(?<![\w-])(?:[0-2]\d|3[01]|[6-8]\d|9[01])(?:0[1-9]|1[0-2])\d{2}-?\d{4}(?![\w-])", re.ASCII
)


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number the load rests on: what it says, where it is from, and why it was used this way."""

    what: str
    value: float
    source: str
    reason: str
    unit: str = ""
    assumption: bool = False


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first line of a schedule. ``seconds`` is the stretch of time that the rows cover."""

    schema: str = SCHEMA
    scenario: str
    seed: int
    seconds: float
    figures: tuple[Figure, ...] = ()
    assumptions: tuple[str, ...] = ()
    scaling: tuple[str, ...] = ()
    """What was done to the times or the number of rows since the caseload made them, in order."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"body": "body_b64"}):
    """One request. ``at`` is its intended start in seconds; ``op`` the operation that targets speak of.

    Any answer with another status than ``expect_status`` counts as failed. In the file the body is base64.
    """

    at: float
    op: str
    method: str
    url: str
    content_type: str = ""
    body: bytes = b""
    expect_status: int = 200


def scan(path: Path) -> tuple[Header, Iterator[Row]]:
    """The header, and the rows one by one as they are asked for: for schedules larger than memory.

    Raises ``BadInput`` with file and line, at once for the header and on the way for the rows.
    """
    try:
        file = path.open("rb")
    except OSError as problem:
        raise BadInput(f"cannot read the schedule {path}: {problem.strerror}") from None
    try:
        header = _decoded(path, 1, file.readline(), msgspec.json.Decoder(Header))
        if header.schema != SCHEMA:
            raise BadInput(f"{path}, line 1: the schema is {header.schema!r}; this version reads {SCHEMA!r}")
        if not (math.isfinite(header.seconds) and header.seconds > 0):
            raise BadInput(f"{path}, line 1: seconds is {header.seconds}; it is the length of the schedule")
    except BaseException:
        file.close()
        raise

    def rows() -> Iterator[Row]:
        decoder = msgspec.json.Decoder(Row)
        before = 0.0
        with file:
            for number, line in enumerate(file, start=2):
                row = _decoded(path, number, line, decoder)
                if wrong := _wrong(row, before):
                    raise BadInput(f"{path}, line {number}: {wrong}")
                before = row.at
                yield row

    return header, rows()


def _decoded(path: Path, number: int, line: bytes, decoder: msgspec.json.Decoder[Any]) -> Any:
    if not line.strip():
        raise BadInput(
            f"{path}, line {number}: empty; a schedule is one header line and one line for each request"
        )
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise BadInput(f"{path}, line {number}: {problem}; write the schedule anew") from None


def _wrong(row: Row, before: float) -> str:
    """What is wrong with a row; empty when nothing is."""
    if not (math.isfinite(row.at) and row.at >= 0):
        return f"at is {row.at}; it counts seconds from the start of the run"
    if row.at < before:
        return f"at is {row.at}, before the line above ({before}); sort the requests by their start"
    if not row.op:
        return "op is empty; name the operation, as targets.toml does"
    if row.method not in _METHODS:
        return f"method is {row.method!r}; one of {', '.join(sorted(_METHODS))} is meant"
    if not _URL.fullmatch(row.url):
        return f"url is {row.url!r}; a complete http or https address is needed"
    if _CPR_IN_URL.search(row.url):
        return "the url holds what looks like a CPR number; those belong into the body of a POST"
    if "\r" in row.content_type or "\n" in row.content_type:
        return "content_type holds a line break"
    if not 100 <= row.expect_status <= 599:
        return f"expect_status is {row.expect_status}; an HTTP status is between 100 and 599"
    return ""
