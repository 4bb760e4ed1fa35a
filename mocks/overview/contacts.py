"""Contact details of units, asked of SOR for one look-up and forgotten after it."""

from __future__ import annotations

from collections.abc import Iterable

from mocks.errors import Unreachable
from mocks.overview.calls import SaidNo, ask
from mocks.runtime import Runtime
from mocks.units import Unit


class Contacts:
    """The units of one look-up. ``answered`` turns false when SOR was away or too slow; it is then not
    asked again, so that a slow register costs the user one waiting time and not one for each row."""

    def __init__(self, runtime: Runtime, timeout: float) -> None:
        self._runtime, self._timeout = runtime, timeout
        self._units: dict[str, Unit | None] = {}
        self.answered = True

    async def fetch(self, sor_ids: Iterable[str]) -> None:
        """Ask for each unit once."""
        for sor_id in dict.fromkeys(sor_ids):
            if sor_id and sor_id not in self._units and self.answered:
                self._units[sor_id] = await self._one(sor_id)

    def unit(self, sor_id: str) -> Unit | None:
        """The unit, or ``None`` where SOR does not know it (or closed it) or did not answer."""
        return self._units.get(sor_id)

    async def _one(self, sor_id: str) -> Unit | None:
        path = f"/sor/{sor_id}?resolve=true"
        try:
            return await ask(self._runtime, "sor", path, Unit, timeout=self._timeout)
        except SaidNo:
            return None
        except Unreachable:
            self.answered = False
            return None
