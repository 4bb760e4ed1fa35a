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
    """The parameters of the Nordjylland pilot, ours or those of ``file`` (the same form, whole)."""
    if file is None:
        text = resources.files("sim.caseload").joinpath("nordjylland.toml").read_text("utf-8")
    else:
        text = file.read_text("utf-8")
    return Parameters(tomllib.loads(text), volume)
