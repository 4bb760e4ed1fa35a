"""Cases are opened and closed at the desks of the municipal case systems."""

from __future__ import annotations

from datetime import date
from typing import Any

from mocks.people import Case, CaseKind
from mocks.units import Unit
from sim.caseload.desks import Desks
from sim.caseload.desks import World as Driver
from sim.caseload.log import CaseloadLog
from sim.truth import Truth


class CaseWork:
    """Opening and closing, and telling the truth about it."""

    def __init__(self, driver: Driver, truth: Truth, log: CaseloadLog) -> None:
        self._driver, self._truth, self._log = driver, truth, log
        self._desks = Desks(driver)

    async def open(self, unit: Unit, kind: CaseKind, cpr: str) -> None:
        """The department opens a case about a child today."""
        today = self._driver.now().date()
        body: dict[str, Any] = {"cpr": cpr, "kind": kind.value, "unit": unit.sor_id, "opened": today}
        status, answer = await self._desks.post(_case_system(unit), "/desk/cases", body)
        if status in (200, 201):
            case = Case(
                uuid=answer["uuid"], cpr=cpr, kind=kind, owner=unit.municipality, unit=unit.sor_id,
                number=answer.get("number", ""), opened=today,
            )  # fmt: skip
            self._truth.case(case, self._driver.now())
            self._log.cases_opened += 1

    async def close(self, unit: Unit, cpr: str, uuid: str) -> None:
        """The department closes a case; today is its last day."""
        today: date = self._driver.now().date()
        status, _ = await self._desks.post(_case_system(unit), f"/desk/cases/{uuid}/close", {"closed": today})
        if status == 200:
            self._truth.close(cpr, uuid, today, self._driver.now())
            self._log.cases_closed += 1


def _case_system(unit: Unit) -> str:
    return unit.system.replace("os2-", "fagsystem-")
