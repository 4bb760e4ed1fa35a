"""``tvaers up``: the whole ecosystem on local ports, until somebody stops it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from rich.console import Console
from rich.table import Table

from mocks import serve
from mocks.drivers.folder_pair import FolderPair
from mocks.drivers.keys import KeyRing
from mocks.drivers.log_store import LogStore
from mocks.drivers.memory_trace import MemoryTrace
from mocks.drivers.sockets import HttpNetwork, sockets_runtime, wall_now
from mocks.errors import BadInput
from mocks.identifiers import cpr_birth_date
from mocks.latency import LONGEST
from mocks.overview.session import ConsentMode
from mocks.people import Appointment
from mocks.runtime import Asgi, Response
from scenarios import console as live
from scenarios.recommending import recommended, registered
from scenarios.replacing import (
    DOCUMENT_SOURCE,
    Replacement,
    at,
    case_systems,
    consumers,
    document_source,
    known,
    parse,
    sapa,
)
from sim.caseload.bookings import plan_bookings
from sim.caseload.parameters import load
from sim.ecosystem import KOMBIT, REGION, Options, System, cases_at_start, systems
from sim.journal import Journal
from sim.nation import World, world_of

SCHEMA = "tvaers.up/1"
CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Ground:
    """The ecosystem while it stands: what it consists of and where it listens."""

    world: World
    systems: tuple[System, ...]
    urls: Mapping[str, str]
    health: Mapping[str, str]
    journal: Journal
    seconds_to_start: float


class Ecosystem:
    """All mocks on local ports, from ``async with`` to its end."""

    def __init__(
        self,
        *,
        seed: int,
        standard: str,
        port_base: int,
        conversion: bool = False,
        replacements: list[Replacement] | None = None,
        state: Path | None = None,
        keys: Path | None = None,
        latency: Mapping[str, float] | None = None,
        follow: str = "",
    ) -> None:
        self._keys, self._latency = keys, latency or {}
        self._follow = recommended(follow)
        self._consent_mode = ConsentMode.REGISTERED if registered(follow) else ConsentMode.DECLARED
        self._seed, self._standard, self._port_base = seed, standard, port_base
        self._conversion = conversion
        self._replacements = replacements or []
        self._state = state
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Ground:
        try:
            return await self._start()
        except BaseException:
            await self._stack.aclose()
            raise

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> Ground:
        began = time.perf_counter()
        world = world_of(self._seed, self._standard)
        known(self._replacements, world)
        folders = {r: FolderPair(r.folder) for r in self._replacements if r.folder is not None}
        external = {r.gln: r.url for r in at(self._replacements, "vans") if r.folder is None}
        taken = case_systems(self._replacements, world)
        vendors = {
            taken[unit.municipality]: r.url
            for r in at(self._replacements, "sf1470")
            if (unit := world.by_gln(r.gln)) is not None
        }
        source = document_source(self._replacements, world)
        looking = consumers(self._replacements, world)
        if source is not None:
            vendors[DOCUMENT_SOURCE] = "{0.scheme}://{0.netloc}".format(urlsplit(source.url))
        elsewhere = frozenset[str]()
        if own_sapa := sapa(self._replacements, world):
            vendors["sapa"], elsewhere = own_sapa, frozenset({"sapa"})
        standing = systems(world, Options(case_systems=taken, elsewhere=elsewhere))
        names = [system.name for system in standing] + [r.system for r in folders] + [CONSOLE]
        listeners = serve.bind(names, port_base=self._port_base)
        for r in folders:
            external[r.gln] = f"{listeners[r.system].url}/vans/inbox"
        book = self._book(world)
        options = Options(
            external=external,
            forward_seconds=0.0,
            appointments=book,
            conversion=self._conversion,
            keys=(ring := KeyRing()),
            tokens=self._keys is not None,
            case_systems=taken,
            elsewhere=elsewhere,
            latency=self._latency,
            recommendations=self._follow,
            consent_mode=self._consent_mode,
            document_source=None if source is None else (DOCUMENT_SOURCE, urlsplit(source.url).path),
            own_consumers=tuple(looking),
        )
        if source is not None:
            ring.key(DOCUMENT_SOURCE, REGION)
        for m in world.pilot_municipalities:
            if m.code in looking:
                ring.key(looking[m.code], m.cvr)
        plan = tuple(systems(world, options))
        # What is opened first is closed last: stores outlive the network, and that outlives all work.
        stores = {system.name: self._store(system.name) for system in plan}
        network = HttpNetwork({name: listener.url for name, listener in listeners.items()} | vendors)
        self._stack.push_async_callback(network.close)
        trace, journal = MemoryTrace(wall_now), Journal()
        apps: dict[str, Asgi] = {}
        for system in plan:
            runtime = sockets_runtime(
                system.name, network=network, trace=trace, seed=None, store=stores[system.name]
            )
            self._stack.push_async_callback(runtime.clock.stop)  # type: ignore[attr-defined]  # a WallClock
            tee = Tee(runtime.trace, journal.trace_for(system.name, wall_now))
            apps[system.name] = system.create(dataclasses.replace(runtime, trace=tee))
        if self._keys is not None:
            if own_sapa:
                ring.key("sapa", KOMBIT)
            ring.write(self._keys)
        for r, pair in folders.items():
            apps[r.system] = pair.app()
        apps[CONSOLE] = live.create_app(journal, trace, _examples(world, book), _names(world, plan))
        await self._stack.enter_async_context(serve.Serving(listeners, apps, trace))
        for pair in folders.values():
            watch = asyncio.create_task(pair.watch(_hand_to_vans(network)))
            self._stack.callback(watch.cancel)
        health = await serve.health(network, [system.name for system in plan])
        urls = {name: listener.url for name, listener in listeners.items()}
        return Ground(world, plan, urls, health, journal, time.perf_counter() - began)

    def _store(self, system: str) -> LogStore | None:
        if self._state is None:
            return None
        try:
            self._state.mkdir(parents=True, exist_ok=True)
            store = LogStore(self._state / f"{system}.log")
        except OSError as problem:
            raise BadInput(
                f"cannot keep state in {self._state}: {problem.strerror}; choose another folder with --state"
            ) from None
        self._stack.callback(store.close)
        return store

    def _book(self, world: World) -> tuple[Any, ...]:
        """BUP's book around today, so that the overview has something to show."""
        today = wall_now().date()
        patients = [(int(row), world.child(int(row)).cpr) for row in world.bup_patients[:200]]
        book, _ = plan_bookings(self._seed, load("base"), today, today, patients, list(world.bup))
        return tuple(book)


def _examples(world: World, book: Sequence[Appointment], most: int = 3) -> list[live.Example]:
    """The youngest children whom both overviews know: an active case, and an appointment still to come."""
    now = wall_now()
    coming = {a.cpr for a in book if a.start > now}
    found: dict[str, live.Example] = {}
    for case in cases_at_start(world):
        if case.cpr in coming and case.closed is None and case.cpr not in found:
            owner = next(m.name for m in world.pilot_municipalities if m.code == case.owner)
            found[case.cpr] = live.Example(case.cpr, owner)
    return sorted(found.values(), key=lambda e: cpr_birth_date(e.cpr), reverse=True)[:most]


def _names(world: World, plan: Sequence[System]) -> dict[str, str]:
    """What systems, and units by their location number, are called on the live page."""
    numbers = {unit.gln for system in plan for unit in system.units if unit.gln}
    owners = {gln: owner.name for gln in numbers if (owner := world.by_gln(gln)) is not None}
    return owners | {system.name: system.title for system in plan}


SCREENS = ("sapa", "nordepj")  # the systems whose screens the pilot showed; "/" leads to the first of them


class Tee:
    """Writes every event into two traces: the bounded one for ``/trace``, the journal for journeys."""

    def __init__(self, *traces: Any) -> None:
        self._traces = traces

    def station(self, name: str, message: str, **facts: Any) -> None:
        for trace in self._traces:
            trace.station(name, message, **facts)

    def wire(self, message: str, **what: Any) -> None:
        for trace in self._traces:
            trace.wire(message, **what)

    def link(self, message: str, journey: str) -> None:
        for trace in self._traces:
            trace.link(message, journey)

    def note(self, kind: str, **facts: Any) -> None:
        for trace in self._traces:
            trace.note(kind, **facts)


def _hand_to_vans(network: HttpNetwork) -> Any:
    async def post(raw: bytes) -> Response:
        url = f"{network.address('vans')}/vans/envelopes"
        return await network.request("POST", url, body=raw, content_type="application/xml")

    return post


def up(
    *,
    seed: int,
    standard: str,
    conversion: bool,
    port_base: int,
    seconds: float | None,
    replace: list[str],
    state: Path | None,
    as_json: bool,
    keys: Path | None = None,
    latency: Sequence[str] = (),
    follow: str = "",
) -> None:
    """Start everything, print where it is, and wait for Ctrl-C or the end of ``seconds``.

    ``keys``: a folder for test keys; then the case index asks for tokens too. ``latency``: ``SYSTEM=SECONDS``
    each. ``follow``: recommendations of the evaluation, as ``recommending`` reads them.
    """
    replacements = parse(replace)
    for interface, what in (("sapa", "a SAPA of your own"), ("xds", "your document source or consumer")):
        if at(replacements, interface) and keys is None:
            raise BadInput(f"--replace: {what} signs with a test key; say where with --keys FOLDER")
    slow = latencies(latency)
    console = Console()

    async def main() -> None:
        ecosystem = Ecosystem(
            seed=seed,
            standard=standard,
            conversion=conversion,
            port_base=port_base,
            replacements=replacements,
            state=state,
            keys=keys,
            latency=slow,
            follow=follow,
        )
        async with ecosystem as ground:
            if as_json:
                sys.stdout.buffer.write(msgspec.json.encode(table(ground, replacements)) + b"\n")
                sys.stdout.flush()
            else:
                _show(console, ground, replacements)
            await serve.until_stopped(seconds)
        if not as_json:
            console.print("stopped")

    serve.run(main())


def latencies(options: Sequence[str]) -> dict[str, float]:
    """``SYSTEM=SECONDS`` each. Errors: ``BadInput``."""
    found: dict[str, float] = {}
    for option in options:
        system, _, seconds = option.partition("=")
        try:
            found[system] = float(seconds)
        except ValueError:
            raise BadInput(f"--latency {option!r} is not SYSTEM=SECONDS, such as sagsindeks=10") from None
        if not 0 <= found[system] <= LONGEST:
            raise BadInput(f"--latency {option!r}: choose between 0 and {LONGEST:g} seconds")
    return found


def table(ground: Ground, replacements: list[Replacement]) -> dict[str, Any]:
    """What ``--json`` prints: every system with its units, address and health."""
    replaced = {r.gln: r.url or str(r.folder) for r in replacements}
    return {
        "schema": SCHEMA,
        "console": ground.urls[CONSOLE],
        "ready_seconds": round(ground.seconds_to_start, 3),
        "systems": [
            {
                "system": system.name, "title": system.title, "url": ground.urls[system.name],
                "health": ground.health[system.name],
                "units": [
                    {"sor_id": u.sor_id, "gln": u.gln, "name": u.name, "replaced_by": replaced.get(u.gln or "")}
                    for u in system.units
                ],
            }
            for system in ground.systems
        ],
    }  # fmt: skip


def _show(console: Console, ground: Ground, replacements: list[Replacement]) -> None:
    replaced = {r.gln: r.url or f"folder {r.folder}" for r in replacements}
    rows = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    rows.add_column("system", no_wrap=True)
    for column in ("SOR id", "GLN", "address", "health"):
        rows.add_column(column, no_wrap=True)
    wide = console.width >= 120  # what a vendor needs comes first; titles only where there is room
    if wide:
        rows.add_column("what", no_wrap=True, overflow="ellipsis", ratio=1)
    for system in ground.systems:
        first = system.units[0] if system.units else None
        health = ground.health[system.name]
        colour = "green" if health == "ok" else "red"
        url = ground.urls[system.name]
        address = url if wide else f"[link={url}]{url.removeprefix('http://')}[/link]"
        cells = [system.name, first.sor_id if first else "", (first.gln or "") if first else "", address]
        title = [system.title] if wide else []
        rows.add_row(*cells, f"[{colour}]{health}[/{colour}]", *title)
        for unit in system.units:
            if unit.gln in replaced:
                name = [unit.name] if wide else []
                rows.add_row("  replaced by you", unit.sor_id, unit.gln, "", "", *name, style="yellow")
        if len(system.units) > 1:
            rows.add_row(
                f"  of {len(system.units)} units", "", "", "", "", *([first.name] if wide and first else [])
            )
    for gln, where in replaced.items():
        console.print(f"[yellow]{gln} is yours: {where}[/yellow]")
    console.print(rows)
    screens = [
        f"{system.title} {ground.urls[system.name]}/" for system in ground.systems if system.name in SCREENS
    ]
    console.print(f"\nScreens to look at: {', '.join(screens)}", soft_wrap=True)
    console.print(
        f"Ready in {ground.seconds_to_start:.1f} s. All units: tvaers up --json. Journeys as they happen: "
        f"[bold]{ground.urls[CONSOLE]}[/bold]  Ctrl-C stops everything."
    )
