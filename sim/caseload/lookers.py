"""People who look something up, and the comparison of what they saw with what was true."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from mocks.people import CaseKind, Person
from mocks.units import Unit
from sim.caseload.desks import Desks, World
from sim.caseload.log import CaseloadLog, Lookup
from sim.truth import Comparison, Truth


class Lookers:
    """Look-ups in both overviews, through the desks of SAPA, NordEPJ and Klinik+."""

    def __init__(self, world: World, truth: Truth, log: CaseloadLog) -> None:
        self._world, self._truth, self._log = world, truth, log
        self._desks = Desks(world)

    async def appointments(
        self, municipality: str, unit: Unit, role: str, user: int, child: Person, consent: bool
    ) -> None:
        """A municipal user opens the tab with BUP's appointments in SAPA, and passes the warning."""
        body = _asked(municipality, unit, role, user, child, consent)
        status, answer = await self._desks.post("sapa", "/desk/aftaler", body)
        lookup = self._keep("aftaleoverblik", "sapa", municipality, role, consent, answer, status, child.cpr)
        if status == 200:
            rows = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
            lookup.rows = len(rows)
            self._judge(lookup, self._truth.appointments_shown(child, rows, self._world.now()))

    async def card(self, unit: Unit, role: str, user: int, child: Person, consent: bool) -> None:
        """BUP or a GP opens the sags- og kontaktoverblik in its own record system."""
        body = _asked("", unit, role, user, child, consent)
        status, answer = await self._desks.post(unit.system, "/desk/overblik", body)
        lookup = self._keep(
            "sagsoverblik", unit.system, unit.municipality, role, consent, answer, status, child.cpr
        )
        if status == 200:
            blocks = {kind: _block(answer, kind) for kind in CaseKind}
            lookup.rows = sum(block is not None for block in blocks.values())
            self._judge(lookup, self._truth.card_shown(child, blocks, self._world.now()))

    def _keep(
        self,
        solution: str,
        system: str,
        municipality: str,
        role: str,
        consent: bool,
        answer: dict[str, Any],
        status: int,
        child: str,
    ) -> Lookup:
        outcome = str(answer.get("outcome") or ("denied" if status == 403 else "error"))
        lookup = Lookup(
            self._world.now(), solution, system, municipality, role, outcome, consent, child=child
        )
        self._log.lookups.append(lookup)
        return lookup

    @staticmethod
    def _judge(lookup: Lookup, comparison: Comparison) -> None:
        lookup.true, lookup.window_kept = comparison.true, comparison.window_kept
        lookup.deviation = comparison.deviation


def _asked(
    municipality: str, unit: Unit, role: str, user: int, child: Person, consent: bool
) -> dict[str, Any]:
    return {
        "user": {
            "id": f"{unit.sor_id}-{user:02d}", "name": f"Bruger {user:02d}, {unit.name}", "municipality": municipality,
            "role": role, "organisation": unit.sor_id,
        },
        "cpr": child.cpr,
        "consent_declared": True,
        "consent": consent,
    }  # fmt: skip


def _block(card: dict[str, Any], kind: CaseKind) -> dict[str, Any] | None:
    """The block of one department on the card, ``None`` where it shows no case."""
    blocks = [block for block in card.get("departments", ()) if block["kind"] == kind.value]
    if not blocks:
        return None
    since = min(_day(block["since"]) for block in blocks)
    return {"since": since, "units": {block["unit"] for block in blocks}}


def _day(text: str) -> date:
    """The date at the end of ``Aktiv(e) sag(er) siden DD-MM-YYYY``."""
    return datetime.strptime(text[-10:], "%d-%m-%Y").date()
