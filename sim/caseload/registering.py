"""Consents are entered at the consent register, and withdrawn there, as families give and withdraw them.

Only where consents are registered at all; otherwise they lie in the drawers of those who asked for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sim.caseload.consents import Given
from sim.caseload.desks import Desks
from sim.caseload.desks import World as Driver
from sim.caseload.log import CaseloadLog


class Registering:
    """Whoever keeps the register up to date for the families."""

    def __init__(self, driver: Driver, log: CaseloadLog) -> None:
        self._driver, self._log = driver, log
        self._desks = Desks(driver)

    async def begin(self, consents: Iterable[Given]) -> None:
        """Enter what was given before the run, and see that the rest is entered and withdrawn in time."""
        for number, given in enumerate(consents):
            if given.entered is None:
                await self._enter(given)
            if given.entered is not None or given.withdrawn is not None:
                self._driver.spawn(f"consent {number}", self._follow(given))

    async def _follow(self, given: Given) -> None:
        if given.entered is not None:
            await self._until(given.entered)
            await self._enter(given)
        if given.withdrawn is not None:
            await self._until(given.withdrawn)
            await self._withdraw(given)

    async def _enter(self, given: Given) -> None:
        body: dict[str, Any] = {
            "cpr": given.cpr, "scopes": given.scopes, "from": given.first, "until": given.last,
            "givers": [{"cpr": giver, "on": given.first} for giver in given.givers],
        }  # fmt: skip
        status, _ = await self._desks.post("nsp", "/samtykke/registrer", body)
        self._log.consents_registered += status == 201

    async def _withdraw(self, given: Given) -> None:
        _, found = await self._desks.post("nsp", "/samtykke/soeg", {"cpr": given.cpr})
        for consent in found.get("consents", ()):
            if consent["from"] == given.first.isoformat():
                body = {"consent": consent["id"], "by": given.givers[0]}
                status, _ = await self._desks.post("nsp", "/samtykke/tilbagekald", body)
                self._log.consents_withdrawn += status == 200

    async def _until(self, moment: datetime) -> None:
        await self._driver.sleep(max(0.0, (moment - self._driver.now()).total_seconds()))
