"""Who can be written to: a sender's look-ups in SOR, trusted for a day as a nightly copy would be."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from mocks.errors import BadInput, Unreachable
from mocks.identifiers import check_gln
from mocks.runtime import Runtime
from mocks.units import Unit


class Directory:
    """SOR by location number, through the network, remembered for ``hours``."""

    def __init__(self, runtime: Runtime, hours: float) -> None:
        self._runtime = runtime
        self._trust = timedelta(hours=hours)
        self._known: dict[str, tuple[datetime, Unit | None]] = {}
        self._decode = msgspec.json.Decoder(list[Unit])

    async def find(self, gln: str) -> Unit | None:
        """The unit with that location number; ``None`` where SOR knows none.

        Errors: ``BadInput`` for a malformed number, ``Unreachable`` where SOR does not answer.
        """
        now = self._runtime.clock.now()
        known = self._known.get(gln)
        if known is not None and now - known[0] < self._trust:
            return known[1]
        if problem := check_gln(gln):
            raise BadInput(problem)
        network = self._runtime.network
        answer = await network.request("GET", f"{network.address('sor')}/sor?gln={gln}")
        if answer.status == 404:
            unit = None
        elif answer.status == 200:
            units = self._decode.decode(answer.body)
            unit = units[0] if units else None
        else:
            raise Unreachable(f"SOR answered {answer.status} to the look-up of {gln}")
        self._known[gln] = (now, unit)
        return unit
