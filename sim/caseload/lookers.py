"""People who look something up, and the comparison of what they saw with what was true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mocks.people import Person
from mocks.units import Unit
from sim.caseload.desks import Desks, World
from sim.caseload.log import CaseloadLog, Lookup
from sim.truth import Judgement, Rules, Truth
from sim.truth.appointments import appointments_shown
from sim.truth.card import card_shown


class Lookers:
    """Look-ups in both overviews, through the desks of SAPA, NordEPJ and Klinik+."""

    def __init__(
        self, world: World, truth: Truth, log: CaseloadLog, rules: Rules, lacks_role: Callable[[str], bool]
    ) -> None:
        self._world, self._truth, self._log = world, truth, log
        self._rules, self._lacks_role = rules, lacks_role
        self._desks = Desks(world)

    async def appointments(
        self, municipality: str, unit: Unit, role: str, user: int, child: Person, consent: bool
    ) -> None:
        """A municipal user opens the tab with BUP's appointments in SAPA, and passes the warning."""
        body = _asked(municipality, unit, role, user, child, consent)
        status, answer = await self._desks.post("sapa", "/desk/aftaler", body)
        lookup = self._keep("aftaleoverblik", "sapa", municipality, role, consent, answer, status, child.cpr)
        self._rule(lookup, status, body["user"]["id"])
        if status == 200:
            rows = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
            lookup.rows = len(rows)
            self._judge(lookup, appointments_shown(self._truth, child, rows, self._world.now()))

    async def card(self, unit: Unit, role: str, user: int, child: Person, consent: bool) -> None:
        """BUP or a GP opens the sags- og kontaktoverblik in its own record system."""
        body = _asked("", unit, role, user, child, consent)
        status, answer = await self._desks.post(unit.system, "/desk/overblik", body)
        lookup = self._keep(
            "sagsoverblik", unit.system, unit.municipality, role, consent, answer, status, child.cpr
        )
        self._rule(lookup, status, body["user"]["id"])
        if status == 200:
            lookup.rows = len({block["kind"] for block in answer.get("departments", ())})
            self._judge(lookup, card_shown(self._truth, child, answer, self._world.now()))

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

    def _rule(self, lookup: Lookup, status: int, user: str) -> None:
        # A card on which the case index is missing is a card all the same: the user was let in.
        outcome = "shown" if status == 200 else lookup.outcome
        lookup.access = self._rules.judge(outcome, consent=lookup.consent, role=not self._lacks_role(user))

    @staticmethod
    def _judge(lookup: Lookup, judgement: Judgement) -> None:
        lookup.judgement = judgement
        lookup.true, lookup.window_kept = judgement.true, judgement.window_kept
        lookup.deviation = judgement.text


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
