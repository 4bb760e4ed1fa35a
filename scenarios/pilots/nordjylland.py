"""The Nordjylland pilot, April to September 2025: run it, judge it, and prepare its report."""

from __future__ import annotations

import platform
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from mocks.access.consents import READINGS, ConsentMode
from mocks.errors import BadInput
from mocks.recommendations import NAMES, Recommendations
from mocks.runtime import MemoryStore
from scenarios.pilots import audit, figures, looked, vendors
from scenarios.pilots.conclusions import Elsewhere, beside, over_volumes
from scenarios.pilots.telling import GIVEN_UP, NOT_SENT, report_data
from scenarios.reports.data import ReportData
from scenarios.result import (
    Assumption,
    InjectedFault,
    RunResult,
    count,
    overall,
    standing_checks,
)
from sim.caseload.calendar import at
from sim.caseload.parameters import VOLUMES, Parameters, load
from sim.nation import PILOT_START, World, world_of
from sim.nation.assumptions import assumptions as world_assumptions
from sim.nation.standards import MODES
from sim.rehearsal import Progress, Rehearsal, Stage
from sim.truth import Rules

PILOT_END = date(2025, 9, 30)
#: Far from its own time the world would stand still: nobody is born in it, and its children grow up.
_YEARS = (2020, 2034)
#: What appointments and cases are known by: a UUID, or a case number (year and six digits).
_IDENTIFIER = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9-])[0-9]{4}-[0-9]{6}(?![0-9-])"
)
#: Systems whose users look into an overview: nothing of what they saw may stay there.
_LOOKING = ("sapa", "nordepj", "lps-", "sagsoverblik")


@dataclass(frozen=True, slots=True)
class Choices:
    """What ``tvaers rehearse nordjylland`` can set. ``end`` is the last day, included."""

    seed: int = 1
    start: date = PILOT_START
    end: date = PILOT_END
    volume: str = "base"
    standard: str = "pilot"
    conversion: bool = False
    faults: str = "none"
    parameters: Path | None = None
    consent: str = "declared"
    missing_consents: float | None = None
    consent_reading: str = "careful"
    recommendations: Recommendations = field(default_factory=Recommendations)
    external: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.end < self.start:
            first = f"--from {self.start}{' (the default)' if self.start == PILOT_START else ''}"
            last = f"--to {self.end}{' (the default)' if self.end == PILOT_END else ''}"
            raise BadInput(f"{last} lies before {first}; give both days")
        if not _YEARS[0] <= self.start.year <= self.end.year <= _YEARS[1]:
            raise BadInput(
                f"the world is that of April 2025; choose days from {_YEARS[0]} to {_YEARS[1]} with --from and --to"
            )
        if (self.end - self.start).days > 800:
            raise BadInput("a rehearsal lasts at most 800 days; choose a later --from or an earlier --to")
        if self.standard not in MODES:
            raise BadInput(f"--standard is one of {', '.join(MODES)}, not {self.standard!r}")
        if self.conversion and self.standard != "mixed":
            raise BadInput(
                f"--conversion is for units of both kinds; with --standard {self.standard} all take the same: "
                "try --standard mixed --conversion"
            )
        if self.consent not in tuple(ConsentMode):
            raise BadInput(f"--consent is one of {', '.join(ConsentMode)}, not {self.consent!r}")
        if self.missing_consents is not None and not 0 <= self.missing_consents <= 1:
            raise BadInput(
                f"--missing-consents is a share from 0 to 1, not {self.missing_consents:g}; try 0.05"
            )
        if self.consent_reading not in READINGS:
            raise BadInput(f"--consent-reading is one of {', '.join(READINGS)}, not {self.consent_reading!r}")
        if self.consent_reading != "careful" and self.consent != ConsentMode.REGISTERED:
            raise BadInput("--consent-reading is for a register that decides: add --consent registered")
        if self.volume not in VOLUMES:
            raise BadInput(f"--volume is one of {', '.join(VOLUMES)}, not {self.volume!r}")

    def command(self) -> str:
        """The command that repeats the run."""
        words = ["tvaers rehearse nordjylland", f"--seed {self.seed}"]
        plain = Choices()
        names = {"start": "from", "end": "to"}
        for name in ("start", "end", "volume", "standard", "faults", "parameters"):
            value = getattr(self, name)
            if value != getattr(plain, name):
                words.append(f"--{names.get(name, name)} {value}")
        if self.conversion:
            words.append("--conversion")
        if self.consent != plain.consent:
            words.append(f"--consent {self.consent}")
        if self.missing_consents is not None:
            words.append(f"--missing-consents {self.missing_consents:g}")
        if self.consent_reading != plain.consent_reading:
            words.append(f"--consent-reading {self.consent_reading}")
        if followed := followed_names(self.recommendations):
            words.append(f"--with {','.join(followed)}")
        return " ".join(words)


def stage(choices: Choices, world: World | None = None, **more: Any) -> Stage:
    """The systems and people of the run, ready to start; ``world`` where it is built already. ``more`` goes to
    ``sim.rehearsal.Stage``."""
    return Stage(
        world_of(choices.seed, choices.standard) if world is None else world,
        load(choices.volume, choices.parameters),
        choices.seed,
        choices.start,
        choices.end + timedelta(days=1),
        fault_choice=choices.faults,
        external=choices.external,
        conversion=choices.conversion,
        rules=Rules(
            registered=choices.consent == ConsentMode.REGISTERED,
            partial=choices.recommendations.partial_consent,
            reading=choices.consent_reading,
        ),
        missing_consents=choices.missing_consents,
        recommendations=choices.recommendations,
        **more,
    )


def rehearse(choices: Choices, progress: Progress | None = None) -> tuple[RunResult, Rehearsal, ReportData]:
    """Run the pilot in virtual time and judge it."""
    began = time.perf_counter()
    with beside(choices) as elsewhere:
        run = stage(choices).play(progress)
        return judged(choices, run, began, elsewhere(run.world))


def judged(
    choices: Choices, run: Rehearsal, began: float, elsewhere: Elsewhere
) -> tuple[RunResult, Rehearsal, ReportData]:
    """The verdict over a finished run. ``began`` is ``time.perf_counter()`` at its start; ``elsewhere`` are the
    verdicts under the other volumes."""
    facts = _facts(run)
    counts = count(
        run.journal,
        children=len(run.world),
        cases=len(run.world.caseload.cases.uuid) + run.log.cases_opened,
        lookups=len(run.log.lookups),
        lookups_logged=facts.logged,
    )
    found = figures.judge(facts)
    checks = (
        *standing_checks(counts, len(run.journal.leaks())),
        *looked.judge(run.log.lookups),
        *audit.judge(run.journal),
        *vendors.judge(run, sorted(choices.external)),
    )
    result = RunResult(
        scenario="nordjylland",
        seed=choices.seed,
        from_=choices.start,
        to=choices.end,
        verdict=overall((*found, *checks)),
        digest=run.journal.digest(),
        counts=counts,
        wall_seconds=round(time.perf_counter() - began, 3),
        figures=found,
        checks=checks,
        assumptions=_assumptions(run.parameters, choices.parameters),
        conclusions=over_volumes(choices, found, elsewhere),
        label="" if choices.standard == "pilot" else "counterfactual",
        parameters={
            "volume": choices.volume, "standard": choices.standard, "conversion": choices.conversion,
            "faults": choices.faults, "consent": choices.consent,
            "recommendations": followed_names(choices.recommendations),
            "external": sorted(choices.external), "world": run.world.digest(),
        },
        versions=_versions(),
        faults=tuple(
            InjectedFault(
                rule=rule.id, action=rule.action, times=run.faults.struck[rule.id], what=rule.what, source=rule.source,
                **asdict(run.faults.effects[rule.id]),
            )
            for rule in run.faults.rules
        ),
        lookup_truth=looked.solutions(run.log.lookups, {m.code: m.name for m in run.world.municipalities}),
        notes=_notes(choices, run),
    )  # fmt: skip
    return result, run, report_data(choices.command(), run)


def _facts(run: Rehearsal) -> figures.Facts:
    world, log = run.world, run.log
    sent = [j.at("sent") for j in run.journal.journeys() if j.at("sent")]
    days = sorted(moment.date() for moment in sent if moment is not None)
    letters = [c for c in log.contacts if c.channel == "correspondence" and c.message]
    partners = Counter(c.sender for c in letters) + Counter(c.receiver for c in letters)
    looked = Counter(x.system for x in log.lookups)
    names = {m.code: m.name for m in world.pilot_municipalities}
    wrote = Counter(c.municipality for c in letters if c.actor in figures.MUNICIPAL)
    users = int(run.parameters.number("users_per_department"))
    return figures.Facts(
        start=run.start,
        end=run.end - timedelta(days=1),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        clinics={c.sor_id: partners[c.sor_id] + looked[c.system] for c in world.pilot_clinics},
        municipalities={name: wrote[code] for code, name in names.items()},
        contacts=log.contacts,
        lookups=log.lookups,
        logged=logged_lookups(run.stores),
        copies=copies(run),
        potential_users=dict.fromkeys(names.values(), 2 * users),
        names=names,
    )


def logged_lookups(stores: Mapping[str, MemoryStore]) -> int:
    """Attempts that stand in the looking systems' own logs, whatever came of them."""
    return sum(
        len(store.collection("lookup_log", msgspec.Struct))
        for name, store in stores.items()
        if name.startswith(("sapa", "nordepj", "lps-"))
    )


def copies(run: Rehearsal) -> int:
    """Records in looking systems that hold an appointment or a case which was only to be shown.

    It searches everything they store for the identifiers of what was looked up.
    """
    shown: set[str] = set()
    for lookup in run.log.lookups:
        if lookup.outcome == "shown":
            shown.update(run.truth.identifiers(lookup.child, lookup.solution))
    found = 0
    for name, store in run.stores.items():
        if not name.startswith(_LOOKING):
            continue
        for collection in store:
            if name == "nordepj" and collection == "appointment_documents":
                continue  # its own appointments
            for _, record in store.collection(collection, msgspec.Struct).items():
                found += not shown.isdisjoint(_IDENTIFIER.findall(_told(record)))
    return found


def _told(record: Any) -> str:
    """What a record says in words, its message bytes left out: those are letters, which people wrote."""
    fields = msgspec.structs.astuple(record) if isinstance(record, msgspec.Struct) else (record,)
    return "\n".join(str(value) for value in fields if not isinstance(value, bytes))


def _assumptions(parameters: Parameters, file: Path | None) -> tuple[Assumption, ...]:
    volumes = {name: load(name, file) for name in VOLUMES}
    rows = []
    for a in parameters.assumptions:
        values = {name: volumes[name][a.id] for name in VOLUMES}
        spread = values if len({repr(v) for v in values.values()}) > 1 else {}
        rows.append(
            Assumption(id=a.id, what=a.what, value=a.value, reason=a.reason, source=a.source, **spread)
        )
    for w in world_assumptions():
        rows.append(
            Assumption(id=w.id, what=w.id.replace("-", " "), value=w.value, reason=w.reason, source=w.source)
        )
    return tuple(rows)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("tvaers", "simpy", "numpy", "lxml", "msgspec"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _notes(choices: Choices, run: Rehearsal) -> tuple[str, ...]:
    log = run.log
    notes = [
        f"Users who turned back at the consent warning, which is no look-up: {log.turned_back}.",
        f"Letters of the last days that nobody had opened when the run ended: {log.unread_at_end}.",
        f"{log.cases_opened:,} cases were opened and {log.cases_closed:,} closed; {log.appointments_booked:,} "
        f"appointments booked, {log.appointments_moved:,} moved, {log.appointments_cancelled:,} cancelled.",
    ]
    if log.events:
        notes.append(_changed(log.events))
    if choices.consent_reading != "careful":
        notes.append(
            f"Whose consent counts where the law is open was read as {choices.consent_reading}: a setting, and no "
            "statement about the law (docs/access.md)."
        )
    if choices.standard != "pilot":
        notes.append(
            f"Counterfactual: the pilot itself ran on XDIS91; this run used --standard {choices.standard}."
        )
    if choices.conversion:
        notes += conversion_notes(run)
    refused = Counter(c.fell_back for c in log.contacts if c.fell_back)
    for reason, times in sorted(refused.items()):
        why = {**NOT_SENT, **GIVEN_UP}.get(reason, f"refused with {reason}")
        notes.append(f"Letters that could not be sent ({why}) and went by Digital Post: {times}.")
    tail = run.ended - at(run.end, 0)
    if tail.total_seconds() > 4 * 3600:
        notes.append(
            f"Messages were under way for {tail.total_seconds() / 3600:.0f} hours after the last day."
        )
    return tuple(notes)


def followed_names(recommendations: Recommendations) -> list[str]:
    """Which of the evaluation's recommendations a run follows, as ``--with`` takes them."""
    return [name.replace("_", "-") for name in NAMES if getattr(recommendations, name)]


def _changed(events: Mapping[str, int]) -> str:
    """What happened around the children, and when the registers knew."""
    words = {
        "move_home": "moved to another municipality", "change_school": "changed schools or day-care",
        "change_custody": "got other custody holders",
    }  # fmt: skip
    told = ", ".join(f"{events[kind]} {word}" for kind, word in words.items() if kind in events)
    return (
        f"Children: {told or 'none moved'}. Departments with new contacts: {events.get('change_contact', 0)}. "
        "SOR publishes at 04:30 the next day, "
        "the CPR replica is refreshed in the nights of weekdays, the institution register the next night "
        "(an assumption): until then look-ups show what was true before."
    )


def conversion_notes(run: Rehearsal) -> list[str]:
    """How often VANS converted, and what was lost how often."""
    stations = [s for j in run.journal.journeys() for s in j.stations if s.station == "converted"]
    into = Counter(str(s.facts["into"]).partition("/")[0] for s in stations)
    told = ", ".join(f"{number} into {name}" for name, number in sorted(into.items()))
    lost = Counter(part for s in stations for part in str(s.facts["lost"]).split("; ") if part)
    return [
        f"VANS converted {len(stations)} messages for units that take only the other standard: {told or 'none'}.",
        *(f"Lost in conversion, {times} times: {what}." for what, times in lost.most_common()),
    ]
