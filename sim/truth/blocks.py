"""What citizens have blocked, reckoned on its own: for whom, and which unit's data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol


class Block(Protocol):
    """A citizen's block (``sim.caseload.blocks.Block``)."""

    @property
    def cpr(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def who(self) -> str: ...
    @property
    def entered(self) -> datetime | None: ...


class Blocks:
    """All of them, by citizen. ``parent``: the SOR id above a unit, empty at the top."""

    def __init__(self, blocks: Iterable[Block] = (), parent: Callable[[str], str] = lambda unit: "") -> None:
        self._by_citizen: dict[str, list[Block]] = {}
        self._parent = parent
        for block in blocks:
            self._by_citizen.setdefault(block.cpr, []).append(block)

    def hides(self, cpr: str, unit: str, department: str, at: datetime) -> bool:
        """Whether the citizen hides that unit's data from somebody of that department at that moment."""
        return any(
            (block.entered is None or block.entered <= at)
            and block.who in ("", department)
            and (not block.what or unit in self._upwards(block.what))
            for block in self._by_citizen.get(cpr, ())
        )

    def _upwards(self, unit: str) -> list[str]:
        """A block on a unit's data takes in those of the organisations above it."""
        chain = []
        while unit and unit not in chain:
            chain.append(unit)
            unit = self._parent(unit)
        return chain
