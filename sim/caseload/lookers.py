"""People who look something up, and the comparison of what they saw with what was true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mocks.people import Person
from mocks.runtime import Trace
from mocks.units import Unit
from sim.caseload.desks import Desks, World
from sim.caseload.hits import Hits
from sim.caseload.log import CaseloadLog, Lookup
from sim.truth import Judgement, Rules, Truth
from sim.truth.access import judge
from sim.truth.appointments import appointments_shown
from sim.truth.card import card_shown
from sim.truth.consents import SCOPES, as_the_replica_knew
from sim.truth.window import ADULT


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the rules say of a look-up before it is made. ``covered``: the kinds of data with a valid consent, as
    far as the CPR replica knows who has custody; ``consent``: whether there really is one for everything wanted;
    ``old_custody``: the two differ."""

    at: datetime
    solution: str
    needed: frozenset[str]
    covered: frozenset[str]
    adult: bool
    consent: bool
    withheld: frozenset[str]
    old_custody: bool


class Lookers:
    """Look-ups in both overviews, through the desks of SAPA, NordEPJ and Klinik+."""

    def __init__(
        self,
        world: World,
        truth: Truth,
        log: CaseloadLog,
        rules: Rules,
        lacks_role: Callable[[str], bool],
        hits: Hits,
        trace: Trace,
    ) -> None:
        self._trace = trace
        self._world, self._truth, self._log = world, truth, log
        self._rules, self._lacks_role, self._hits = rules, lacks_role, hits
        self._desks = Desks(world)

    async def appointments(self, municipality: str, unit: Unit, role: str, user: int, child: Person) -> None:
        """A municipal user opens the tab with BUP's appointments in SAPA, and passes the warning."""
        ruled = self._ruled("aftaleoverblik", child)
        body = _asked(municipality, unit, role, user, child, ruled.consent)
        status, answer = await self._desks.post("sapa", "/desk/aftaler", body)
        lookup = self._keep(ruled, "sapa", municipality, role, body, answer, status)
        if status == 200:
            rows = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
            lookup.rows = len(rows)
            self._judge(lookup, appointments_shown(self._truth, child, rows, self._world.now(), unit.sor_id))
        self._end(lookup, body["user"]["id"])

    async def card(self, unit: Unit, role: str, user: int, child: Person) -> None:
        """BUP or a GP opens the sags- og kontaktoverblik in its own record system."""
        ruled = self._ruled("sagsoverblik", child)
        body = _asked("", unit, role, user, child, ruled.consent)
        status, answer = await self._desks.post(unit.system, "/desk/overblik", body)
        lookup = self._keep(ruled, unit.system, unit.municipality, role, body, answer, status)
        if status == 200:
            lookup.rows = len({block["kind"] for block in answer.get("departments", ())})
            self._judge(lookup, card_shown(self._truth, child, answer, self._world.now(), ruled.withheld))
        self._end(lookup, body["user"]["id"])

    def _ruled(self, solution: str, child: Person) -> Ruled:
        """What the rules demand at this moment, before anybody is asked."""
        now, needed = self._world.now(), SCOPES[solution]
        custody, consents = self._truth.custody(child.cpr), self._truth.consents
        really = consents.covered(child, custody.value(now), now)
        known = consents.covered(child, as_the_replica_knew(custody).value(now), now)
        return Ruled(
            now, solution, needed, known, child.age(now.date()) >= ADULT, needed <= really,
            self._rules.withheld(needed=needed, covered=known), (needed <= known) is not (needed <= really),
        )  # fmt: skip

    def _keep(
        self,
        ruled: Ruled,
        system: str,
        municipality: str,
        role: str,
        asked: dict[str, Any],
        answer: dict[str, Any],
        status: int,
    ) -> Lookup:
        outcome = str(answer.get("outcome") or ("denied" if status == 403 else "error"))
        may = self._rules.allow(
            needed=ruled.needed,
            covered=ruled.covered,
            adult=ruled.adult,
            role=not self._lacks_role(asked["user"]["id"]),
        )
        lookup = Lookup(
            ruled.at, ruled.solution, system, municipality, role, outcome, ruled.consent, child=asked["cpr"],
            # A card on which the case index is missing is a card all the same: the user was let in.
            access=judge("shown" if status == 200 else outcome, may), old_custody=ruled.old_custody,
            partial=bool(ruled.withheld) and ruled.withheld != ruled.needed,
            seconds=(self._world.now() - ruled.at).total_seconds(),
        )  # fmt: skip
        self._log.lookups.append(lookup)
        return lookup

    def _end(self, lookup: Lookup, user: str) -> None:
        """What it met, and a line in the journal: what the person at the desk tried, and how much was seen."""
        self._hits.by(lookup, user)
        judgement = lookup.judgement
        self._trace.note(
            "attempt",
            solution=lookup.solution,
            system=lookup.system,
            user_kind=lookup.user_kind,
            outcome=lookup.outcome,
            should=judgement.should if judgement else 0,
            did=judgement.did if judgement else 0,
            hidden=judgement.hidden if judgement else 0,
        )

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
