"""The caseload of the Nordjylland pilot: everybody's intents, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from mocks.drivers.ids import stream
from mocks.people import Appointment
from mocks.recommendations import Recommendations
from mocks.runtime import COPENHAGEN, Trace
from mocks.units import Unit
from sim.caseload.acts import Acts
from sim.caseload.blocks import enter, plan_blocks
from sim.caseload.bookings import plan_bookings
from sim.caseload.calendar import at
from sim.caseload.changes import plan_changes
from sim.caseload.consents import Given, plan_consents
from sim.caseload.desks import World as Driver
from sim.caseload.hits import mislaid
from sim.caseload.letters import LetterWriters
from sim.caseload.log import CaseloadLog
from sim.caseload.parameters import Parameters
from sim.caseload.plan import Intent, Planner, uneven_use
from sim.caseload.registering import Registering
from sim.caseload.troubles import Troubles
from sim.faults import FaultPlan
from sim.nation.case_columns import OPEN, PPR
from sim.nation.streams import Draw, Ints
from sim.nation.world import World
from sim.registers import Registers
from sim.truth import Rules, Truth
from sim.truth.blocks import Blocks
from sim.truth.consents import Consents


class PilotCaseload:
    """One run's caseload: ``appointments`` is BUP's book at the start, ``intents`` what people set out to do, and
    ``run`` lets them do it. ``rules`` is what the run demands of look-ups; ``missing_consents`` goes before the
    parameter of that name; ``recommendations`` change how people work with their systems."""

    def __init__(
        self,
        world: World,
        parameters: Parameters,
        seed: int,
        start: date,
        end: date,
        rules: Rules | None = None,
        missing_consents: float | None = None,
        recommendations: Recommendations | None = None,
        lacks_role_too: Callable[[str], bool] = lambda user: False,
    ) -> None:
        self.world, self.parameters, self.seed = world, parameters, seed
        self.start, self.end = start, end
        self.log = CaseloadLog()
        self.rules = rules or Rules()
        self.recommendations = recommendations or Recommendations()
        self._missing = (
            parameters.number("missing_consents") if missing_consents is None else missing_consents
        )
        self._lacks_role_too = lacks_role_too
        self.users_without_role = self._users_without_role()
        self._bup, self._departments = world.bup, world.departments
        self._receiver = lru_cache(maxsize=None)(self._receiver_of)

    @cached_property
    def _booked(self) -> tuple[list[Appointment], list[Intent]]:
        return plan_bookings(
            self.seed, self.parameters, self.start, self.end, self._patients(), list(self.world.bup)
        )

    @property
    def appointments(self) -> list[Appointment]:
        """BUP's book at the start of the run."""
        return self._booked[0]

    def _patients(self) -> list[tuple[int, str]]:
        rows = np.intersect1d(self.world.followed, self.world.bup_patients)
        return [(int(row), f"{self.world.people.children.cpr[row].item():010d}") for row in rows]

    def _users_without_role(self) -> Callable[[str], bool]:
        share = self.parameters.number("missing_seb_role")

        def lacks(user: str) -> bool:
            return stream(self.seed, "SEB role", user).random() < share or self._lacks_role_too(user)

        return lacks

    # Intents

    def intents(self) -> list[Intent]:
        """Everything that somebody wants to do in the run, in order of time."""
        planner = Planner(self.seed, self.parameters, self.start, self.end)
        self._people(planner)
        for m in self.world.pilot_municipalities:
            self._turnover(planner, m.code)
        planner.intents.extend(self._booked[1])
        followed = self.world.followed
        patients = np.intersect1d(followed, self.world.bup_patients)
        plan_changes(planner, self.world, self.start, self.end, followed, patients)
        end = at(self.end, 0).timestamp()
        return [intent for intent in planner.plan() if intent.at < end]

    def consents(self, intents: Sequence[Intent]) -> list[Given]:
        """What families have consented to, for every child that is looked up by these intents."""
        custody = {
            intent.child: (datetime.fromtimestamp(intent.at, COPENHAGEN), intent.detail)
            for intent in intents
            if intent.kind == "change_custody"
        }
        return plan_consents(
            self.world, self.parameters, self.seed, self.start, self.end, self._looked_up(intents), custody,
            self._missing,
        )  # fmt: skip

    @staticmethod
    def _looked_up(intents: Iterable[Intent]) -> list[int]:
        """The children that somebody looks up, each once."""
        return list(dict.fromkeys(i.child for i in intents if i.kind in ("sapa", "overblik")))

    def people_intents(self) -> list[Intent]:
        """Only contacts and look-ups: the same as in ``intents``, without cases and appointments."""
        planner = Planner(self.seed, self.parameters, self.start, self.end)
        self._people(planner)
        return planner.plan()

    @cached_property
    def _at_home(self) -> NDArray[np.str_]:
        """The home municipality's code of each child."""
        people = self.world.people
        codes = np.array([m.code for m in self.world.municipalities])
        return codes[people.households.municipality[people.children.household]]

    def _people(self, planner: Planner) -> None:
        world, p = self.world, self.parameters
        followed = set(world.followed.tolist())
        cases = world.caseload.cases
        open_cases = np.flatnonzero(cases.closed == OPEN)
        codes = [m.code for m in world.municipalities]
        users = p.number("users_per_department")
        uneven = uneven_use(
            self.seed, [m.code for m in world.pilot_municipalities], p.number("uneven_use_sigma")
        )
        patients = np.intersect1d(world.followed, world.bup_patients)
        for m in world.pilot_municipalities:
            place = codes.index(m.code)
            for kind, unit in ((PPR, world.ppr_of(m.code)), (1 - PPR, world.family_of(m.code))):
                mine = open_cases[(cases.owner[open_cases] == place) & (cases.kind[open_cases] == kind)]
                children = np.array([c for c in cases.child[mine].tolist() if c in followed], dtype=np.int64)
                with_bup = np.intersect1d(children, patients)
                actor = unit.kind.value
                planner.contacts(
                    actor, m.code, unit.sor_id, p.number(f"{actor}_contacts") * users, children,
                    p[f"{actor}_receivers"], p[f"{actor}_channels"], uneven[m.code],
                )  # fmt: skip
                planner.lookups(
                    "sapa", actor, m.code, unit.sor_id, p["sapa_lookups"][actor], with_bup, {actor: 1.0}
                )
        self._health_side(planner, patients)

    def _health_side(self, planner: Planner, patients: Ints) -> None:
        world, p = self.world, self.parameters
        pilot_codes = {m.code for m in world.pilot_municipalities}
        followed = np.array(
            [r for r in world.followed.tolist() if self._at_home[r] in pilot_codes], dtype=np.int64
        )
        bup = world.bup[0]
        patients = np.intersect1d(patients, followed)
        to = {"ppr": p.number("bup_to_ppr"), "family": 1.0 - p.number("bup_to_ppr")}
        planner.contacts("bup", "", bup.sor_id, p.number("bup_contacts"), patients, to, p["bup_channels"])
        planner.lookups("overblik", "bup", "", bup.sor_id, p.number("bup_lookups"), patients, p["bup_roles"])
        gp = {"ppr": p.number("gp_to_ppr"), "family": 1.0 - p.number("gp_to_ppr")}
        by_clinic: dict[str, list[int]] = {}
        for row in followed.tolist():
            by_clinic.setdefault(world.gp_of(row).sor_id, []).append(row)
        for clinic in (*world.pilot_clinics, *world.outside_clinics):
            children = np.array(by_clinic.get(clinic.sor_id, ()), dtype=np.int64)
            rate = p.number("gp_contacts" if clinic.pilot else "outside_gp_contacts")
            planner.contacts("clinic", "", clinic.sor_id, rate, children, gp, p["gp_channels"])
            if clinic.pilot:
                planner.lookups(
                    "overblik",
                    "clinic",
                    "",
                    clinic.sor_id,
                    p.number("clinic_lookups"),
                    children,
                    {"gp": 1.0},
                )

    def _turnover(self, planner: Planner, municipality: str) -> None:
        """Cases are opened and closed at the rate that keeps their number level."""
        world, p = self.world, self.parameters
        cases = world.caseload.cases
        place = [m.code for m in world.municipalities].index(municipality)
        for kind, unit in ((PPR, world.ppr_of(municipality)), (1 - PPR, world.family_of(municipality))):
            actor = unit.kind.value
            mine = np.flatnonzero((cases.owner == place) & (cases.kind == kind) & (cases.closed == OPEN))
            per_day = len(mine) / (p["case_months"][actor] * 21.0)
            draw = planner.draw("turnover", unit.sor_id)
            closing = planner.moments(per_day, draw)
            order = draw.order(len(mine)).tolist()[: len(closing)]
            for moment, position in zip(closing, order, strict=False):
                row = int(mine[position])
                planner.intents.append(
                    Intent(
                        moment, "close_case", actor, municipality, unit.sor_id, int(cases.child[row]), (row,)
                    )
                )
            candidates = np.flatnonzero(self._at_home == municipality)
            without = np.setdiff1d(candidates, cases.child[cases.kind == kind])
            opening = planner.moments(per_day, draw)
            chosen = draw.order(len(without)).tolist()[: len(opening)]
            for moment, position in zip(opening, chosen, strict=False):
                child = int(without[position])
                owner = self._ppr_municipality(child) if kind == PPR else municipality
                if owner == municipality:
                    planner.intents.append(
                        Intent(moment, "open_case", actor, municipality, unit.sor_id, child)
                    )

    def _ppr_municipality(self, child: int) -> str:
        placement = self.world.placement(child)
        return placement.institution.municipality if placement else ""

    def receiver_of(self, intent: Intent) -> Unit | None:
        """Whom a contact is for: the child's own GP, its PPR or family department, or a hospital unit.

        A child meets the same hospital unit each time. ``None`` where PPR lies outside the pilot.
        """
        receiver: Unit | None = self._receiver(intent.detail[0], intent.child)
        return receiver

    def _receiver_of(self, kind: str, child: int) -> Unit | None:
        world = self.world
        if kind == "gp":
            return world.gp_of(child)
        if kind in ("bup", "department"):
            units = self._bup if kind == "bup" else self._departments
            return units[int(Draw(self.seed, f"receiver/{kind}/{child}").below(1, len(units))[0])]
        if kind == "ppr":
            code = self._ppr_municipality(child)
            return world.ppr_of(code) if code and world.ppr_of(code).system else None
        return world.family_of(str(self._at_home[child]))

    # Running

    async def run(
        self,
        driver: Driver,
        intents: Sequence[Intent],
        truth: Truth,
        registers: Registers,
        faults: FaultPlan,
        trace: Trace,
        staffed: Callable[[Unit], bool],
    ) -> None:
        """Let everybody act, each at their moment. Ends when the last intent has been begun."""
        end = at(self.end, 0)
        units = {unit.sor_id: unit for unit in self.world.units}
        troubles = Troubles(faults)
        letters = LetterWriters(
            driver, self.parameters, self.seed, end, units, self.log, staffed, troubles, self.recommendations
        )
        acts = Acts(self, driver, truth, registers, letters, troubles, trace, staffed)
        mislaid(self.world, faults, registers, truth, self._looked_up(intents), at(self.start, 0))
        given = self.consents(intents)
        truth.consents = Consents(given, self.rules.reading)
        share = self.parameters.number("blocked_children")
        looked = self._looked_up(intents)
        blocks = plan_blocks(self.world, share, self.seed, self.start, self.end, looked)
        truth.blocks = Blocks(blocks, truth.above)
        await enter(driver, blocks)
        if self.rules.registered:
            await Registering(driver, self.log).begin(given)
        for unit in self.daily_units():
            if staffed(unit):
                driver.spawn(f"{unit.name} works", letters.every_day(unit))
        for intent in intents:
            wait = intent.at - driver.now().timestamp()
            if wait > 0:
                await driver.sleep(wait)
            driver.spawn(intent.kind, acts.act(intent))
        driver.spawn("last count", self._last_count(driver, letters, end))

    async def _last_count(self, driver: Driver, letters: LetterWriters, end: datetime) -> None:
        await driver.sleep((end - driver.now()).total_seconds() + 3 * 3600)
        self.log.unread_at_end = await letters.unread(list(self.world.units))

    def daily_units(self) -> list[Unit]:
        """The municipal units and BUP look into their inbox whether or not anything has come; clinics are told
        of new letters by their systems."""
        world = self.world
        found = [
            unit
            for m in world.pilot_municipalities
            for unit in (world.ppr_of(m.code), world.family_of(m.code))
        ]
        return [*found, *world.bup]
