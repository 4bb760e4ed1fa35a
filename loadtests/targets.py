"""The response-time targets, read from ``targets.toml`` or from a file of the user's own."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec

from mocks.errors import BadInput

SCHEMA = "tvaers.load-targets/1"

_Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
_Milliseconds = Annotated[float, msgspec.Meta(gt=0)]


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One target: ``percentile`` % of all requests of ``operation`` answered rightly within ``limit_ms``."""

    operation: str
    what: str
    percentile: Annotated[float, msgspec.Meta(gt=0, lt=100)]
    limit_ms: _Milliseconds
    minimum_sample: Annotated[int, msgspec.Meta(ge=1)]
    assumption: bool
    source: str
    reason: str


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far the generator may fall behind before its figures judge nobody."""

    late_ms: _Milliseconds = 100.0
    late_share: _Share = 0.02
    longest_stall_ms: _Milliseconds = 500.0
    min_rate: _Share = 0.98


class Targets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole file of targets."""

    schema: str
    target: tuple[Target, ...]
    confidence: _Share = 0.95
    generator: Limits = Limits()


def read(path: Path | None = None) -> Targets:
    """The targets in ``path``, or our own. Raises ``BadInput`` that names file and field."""
    name = str(path or "targets.toml")
    try:
        text = (
            path.read_text("utf-8")
            if path
            else (resources.files("loadtests") / "targets.toml").read_text("utf-8")
        )
    except OSError as problem:
        raise BadInput(f"cannot read the targets {name}: {problem.strerror}") from None
    try:
        targets = msgspec.convert(tomllib.loads(text), Targets)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as problem:
        raise BadInput(f"{name}: {problem}; see loadtests/targets.toml for the form") from None
    if targets.schema != SCHEMA:
        raise BadInput(f"{name}: the schema is {targets.schema!r}; this version reads {SCHEMA!r}")
    if not targets.target:
        raise BadInput(f"{name}: it holds no [[target]]; give at least one")
    return targets
