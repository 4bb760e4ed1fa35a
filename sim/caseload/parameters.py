"""The caseload's numbers, read from one file, each with its reason; shown in every report."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from mocks.errors import BadInput

VOLUMES = ("low", "base", "high")


@dataclass(frozen=True, slots=True)
class Assumption:
    """One input of the caseload. ``source`` is empty where the source documents say nothing."""

    id: str
    what: str
    value: Any
    source: str
    reason: str


class Parameters:
    """The caseload's inputs by name. ``parameters["reply"]["clinic"]`` is a plain value."""

    def __init__(self, entries: dict[str, dict[str, Any]], volume: str) -> None:
        if volume not in VOLUMES:
            raise BadInput(f"--volume is one of {', '.join(VOLUMES)}, not {volume!r}")
        self._values: dict[str, Any] = {}
        self.assumptions: list[Assumption] = []
        for name, entry in entries.items():
            missing = {"what", "reason"} - entry.keys() if "source" not in entry else {"what"} - entry.keys()
            if missing:
                raise BadInput(f"[{name}] lacks {', '.join(sorted(missing))}")
            if "value" in entry:
                value = entry["value"]
            elif all(v in entry for v in VOLUMES):
                value = entry[volume]
            else:
                raise BadInput(f"[{name}] has neither value nor low, base and high")
            self._values[name] = value
            self.assumptions.append(
                Assumption(name, entry["what"], value, entry.get("source", ""), entry.get("reason", ""))
            )

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def number(self, name: str) -> float:
        """A parameter that is one number."""
        return float(self._values[name])


def load(volume: str, file: Path | None = None) -> Parameters:
    """The parameters of the Nordjylland pilot, ours or those of ``file`` (the same form, whole).

    Errors: ``BadInput`` for a file that cannot be read, or that lacks or invents a parameter.
    """
    ours = tomllib.loads(resources.files("sim.caseload").joinpath("nordjylland.toml").read_text("utf-8"))
    if file is None:
        return Parameters(ours, volume)
    try:
        theirs = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise BadInput(f"--parameters: {file} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"--parameters: {file} is not TOML in UTF-8: {error}") from error
    for wrong, names in (
        ("lacks", ours.keys() - theirs.keys()),
        ("has unknown", theirs.keys() - ours.keys()),
    ):
        if names:
            raise BadInput(
                f"--parameters: {file} {wrong} {', '.join(sorted(names))}; start from a copy of ours"
            )
    for name, entry in theirs.items():
        _alike(name, ours[name], entry)
    return Parameters(theirs, volume)


def _alike(name: str, ours: dict[str, Any], theirs: Any) -> None:
    """The values of an entry must be of the kind that ours are, or a run would stumble over them later."""
    if not isinstance(theirs, dict):
        raise BadInput(f"[{name}] is a table with what, value and reason")
    like = ours.get("value", ours.get("base"))
    for key in ("value", *VOLUMES):
        if key in theirs and not _same_kind(like, theirs[key]):
            raise BadInput(f"[{name}] {key} is {theirs[key]!r}; it should look like {like!r}")


def _same_kind(like: Any, value: Any) -> bool:
    if isinstance(like, dict):
        first = next(iter(like.values()))
        return isinstance(value, dict) and bool(value) and all(_same_kind(first, v) for v in value.values())
    if isinstance(like, list):
        return isinstance(value, list) and bool(value) and all(_same_kind(like[0], v) for v in value)
    if isinstance(like, int | float):
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return isinstance(value, type(like))
