"""What the world assumes: every figure that no source gives, with its reason, in ``assumptions.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mocks.errors import BadInput, HarnessFault


@dataclass(frozen=True, slots=True)
class Assumption:
    """One assumption. ``low`` and ``high`` are ``None`` where a range makes no sense; an empty
    ``source`` says that the figure is our own choice."""

    id: str
    value: float | str
    reason: str
    source: str = ""
    low: float | None = None
    high: float | None = None


@cache
def _table() -> Mapping[str, Assumption]:
    text = resources.files("sim.nation").joinpath("assumptions.toml").read_text("utf-8")
    rows = [Assumption(**row) for row in tomllib.loads(text)["assumption"]]
    table = {row.id: row for row in rows}
    if len(table) != len(rows):
        raise HarnessFault("sim/nation/assumptions.toml lists an id twice")
    return table


def assumptions() -> list[Assumption]:
    """All assumptions of the world, in the order of the file."""
    return list(_table().values())


class Assumed:
    """The figures a world is built with: those of the file, but for the ones somebody replaced."""

    def __init__(self, replaced: Mapping[str, float] | None = None) -> None:
        self._replaced = dict(replaced or {})
        for name, value in self._replaced.items():
            row = _table().get(name)
            if row is None or isinstance(row.value, str):
                known = ", ".join(a.id for a in assumptions() if not isinstance(a.value, str))
                raise BadInput(f"the world has no figure named {name!r}; these can be replaced: {known}")
            # A share stays a share; a count or a duration stays positive (some are divided by).
            low, top = (0.0, 1.0) if row.value < 1 else (1.0, float("inf"))
            if not low <= value <= top:
                raise BadInput(f"{name} = {value} is outside {low:g} to {top:g}; choose a value inside")

    def __call__(self, name: str) -> float:
        """The figure of that id."""
        value = self._replaced.get(name, _table()[name].value)
        if isinstance(value, str):
            raise HarnessFault(f"assumption {name} is a rule in words, not a figure")
        return float(value)
