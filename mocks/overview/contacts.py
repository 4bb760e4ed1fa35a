"""Contact details of units, asked of SOR for one look-up and forgotten after it."""

from __future__ import annotations

from collections.abc import Iterable

from mocks.errors import Unreachable
from mocks.overview.calls import SaidNo, ask
from mocks.overview.session import Failure, failure_of
from mocks.runtime import Runtime
from mocks.units import Unit


class Contacts:
    """The units of one look-up. ``answered`` turns false when SOR was away or too slow, and ``failure`` says
    how. All units are asked for side by side: a slow register costs the user one waiting time and not one
    for each row."""

    def __init__(self, runtime: Runtime, timeout: float) -> None:
        self._runtime, self._timeout = runtime, timeout
        self._units: dict[str, Unit | None] = {}
        self.failure: Failure | None = None

    @property
    def answered(self) -> bool:
        """Whether SOR answered whatever it was asked."""
        return self.failure is None

    async def fetch(self, sor_ids: Iterable[str]) -> None:
        """Ask for each unit once."""
        if not self.answered:
            return
        asked = [sor_id for sor_id in dict.fromkeys(sor_ids) if sor_id and sor_id not in self._units]
        units = await self._runtime.clock.gather("contacts", *(self._one(sor_id) for sor_id in asked))
        self._units.update(zip(asked, units, strict=True))

    def unit(self, sor_id: str) -> Unit | None:
        """The unit, or ``None`` where SOR does not know it (or closed it) or did not answer."""
        return self._units.get(sor_id)

    async def _one(self, sor_id: str) -> Unit | None:
        path = f"/sor/{sor_id}?resolve=true"
        try:
            return await ask(self._runtime, "sor", path, Unit, timeout=self._timeout)
        except SaidNo:
            return None
        except Unreachable as error:
            self.failure = self.failure or failure_of(error, "Kontaktoplysningerne (SOR)")
            return None
