"""One rehearsal: a world, its ecosystem on a driver, its caseload, and a journal of what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mocks.access.consents import READINGS, ConsentMode
from mocks.drivers.ids import SeededIds
from mocks.drivers.keys import SHORT_KEY_BITS, KeyRing
from mocks.errors import HarnessFault
from mocks.recommendations import Recommendations
from mocks.runtime import Asgi, MemoryStore, Runtime
from mocks.units import Unit
from sim import faults
from sim.caseload.calendar import at
from sim.caseload.log import CaseloadLog
from sim.caseload.parameters import Parameters
from sim.caseload.pilot import PilotCaseload
from sim.collector import no_collector
from sim.ecosystem import Options, System, cases_at_start, systems
from sim.journal import Journal
from sim.kernel import Kernel
from sim.nation.world import World
from sim.registers import Registers
from sim.slow import SlowSometimes
from sim.truth import Rules, Truth

#: Registers behind the overviews, which a fault may slow down; the platform itself is asked by everybody.
_SLOW = frozenset({"sagsindeks", "stil", "sor", "cpr"})
#: Called with the share of the run that is done, 0 to 1, and the virtual moment.
Progress = Callable[[float, datetime], None]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Everything a finished run leaves: read by scenarios, checks and reports."""

    world: World
    parameters: Parameters
    start: date
    end: date
    journal: Journal
    log: CaseloadLog
    truth: Truth
    faults: faults.FaultPlan
    systems: tuple[System, ...]
    stores: Mapping[str, MemoryStore]
    appointments_at_start: int
    ended: datetime


class Stage:
    """A rehearsal before its curtain: systems installed on a kernel, caseload ready."""

    def __init__(
        self,
        world: World,
        parameters: Parameters,
        seed: int,
        start: date,
        end: date,
        fault_choice: str = "none",
        external: Mapping[str, str] | None = None,
        conversion: bool = False,
        rules: Rules | None = None,
        missing_consents: float | None = None,
        recommendations: Recommendations | None = None,
        kernel: Callable[[datetime, Callable[[str, BaseException], None]], Kernel] = Kernel,
    ) -> None:
        self.world, self.parameters = world, parameters
        self.start, self.end = start, end
        self.journal = Journal()
        self._errors: list[tuple[str, BaseException]] = []
        self.kernel = kernel(at(start, 0), self.on_error)
        self.external = dict(external or {})
        self.fault_plan = faults.load(fault_choice, seed, start, end, self.kernel.now)
        self.caseload = PilotCaseload(
            world, parameters, seed, start, end, rules, missing_consents, recommendations,
            lambda user: any(self.fault_plan.chosen(rule, user) for rule in self.fault_plan.at("seb.role")),
        )  # fmt: skip
        self.registers = Registers(
            world, self.kernel.now, int(parameters.number("institution_register_hour"))
        )
        options = Options(
            external=self.external,
            conversion=conversion,
            appointments=tuple(self.caseload.appointments),
            lacks_seb_role=self.caseload.users_without_role,
            registers=self.registers,
            consent_mode=ConsentMode.REGISTERED if self.caseload.rules.registered else ConsentMode.DECLARED,
            consent_rules=READINGS[self.caseload.rules.reading],
            recommendations=self.caseload.recommendations,
            keys=KeyRing(bits=SHORT_KEY_BITS),
        )
        self.systems = tuple(systems(world, options))
        self.stores: dict[str, MemoryStore] = {}
        for system in self.systems:
            store = self.stores[system.name] = MemoryStore()
            runtime = Runtime(
                system=system.name,
                clock=self.kernel,
                network=self.kernel,
                ids=SeededIds(seed, system.name),
                store=store,
                trace=self.journal.trace_for(system.name, self.kernel.now),
                faults=self.fault_plan.for_system(system.name),
            )
            self.kernel.install(system.name, self._slowed(system, runtime))
        self.truth = Truth(
            self.caseload.appointments,
            cases_at_start(world),
            (*world.units, *world.unconnected),
            world,
            (m.code for m in world.pilot_municipalities),
        )
        self.kernel.spawn(
            "caseload",
            self.caseload.run(
                self.kernel,
                self.caseload.intents(),
                self.truth,
                self.registers,
                self.fault_plan,
                self.journal.trace_for("caseload", self.kernel.now),
                self.staffed,
            ),
        )

    def _slowed(self, system: System, runtime: Runtime) -> Asgi:
        """The system itself, or with a fault's delays before it where it answers look-ups."""
        app = system.create(runtime)
        if system.name not in _SLOW or not self.fault_plan.at("register.answer"):
            return app
        return SlowSometimes(app, runtime.clock, runtime.faults, system.name)

    def on_error(self, name: str, error: BaseException) -> None:
        """An error that nobody received is the harness's own; it is kept, and the run goes on."""
        self._errors.append((name, error))

    def staffed(self, unit: Unit) -> bool:
        """Whether our people sit at this unit's desk. At a vendor's system others do."""
        return unit.gln not in self.external

    def play(self, progress: Progress | None = None) -> Rehearsal:
        """Run from the first day to the last, then let everything that is under way come to its end."""
        with no_collector():
            for share, moment in self.stretches():
                self.kernel.run(moment)
                if progress is not None:
                    progress(share, moment)
            return self.finish(self.kernel.drain())

    def stretches(self) -> Iterator[tuple[float, datetime]]:
        """The run in some two hundred pieces: the share that is done after each, and the moment it ends."""
        first, last = at(self.start, 0), at(self.end, 0)
        step = max((last - first) / 200, timedelta(hours=1))
        moment = first
        while moment < last:
            moment = min(moment + step, last)
            yield (moment - first) / (last - first), moment

    def finish(self, waiting: list[str]) -> Rehearsal:
        """What the run leaves. ``waiting``: tasks that never ended.

        Errors: ``HarnessFault`` when something of ours failed or never ended.
        """
        if self._errors:
            name, error = self._errors[0]
            raise HarnessFault(
                f"{len(self._errors)} failure(s) in the harness; the first in {name}: {type(error).__name__}: {error}"
            ) from error
        if waiting:
            raise HarnessFault(f"{len(waiting)} process(es) never ended, the first is {waiting[0]!r}")
        return Rehearsal(
            world=self.world,
            parameters=self.parameters,
            start=self.start,
            end=self.end,
            journal=self.journal,
            log=self.caseload.log,
            truth=self.truth,
            faults=self.fault_plan,
            systems=self.systems,
            stores=self.stores,
            appointments_at_start=len(self.caseload.appointments),
            ended=self.kernel.now(),
        )
