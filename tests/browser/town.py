"""The citizens of the published screens, and correspondence beside them, on real ports for a real browser.

The clock begins on a day on which the published screens are true and goes on from there.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Self

import msgspec
from starlette.applications import Starlette
from starlette.routing import Route

from mocks import sor, vans
from mocks.drivers.ids import SeededIds
from mocks.drivers.memory_trace import MemoryTrace
from mocks.drivers.sockets import HttpNetwork, WallClock
from mocks.identifiers import make_gln, make_sor
from mocks.laegepraksis.app import KLINIK_PLUS
from mocks.latency import Slowed
from mocks.limits import guarded
from mocks.messaging import MessagingSettings, all_formats, messaging_routes
from mocks.messaging.records import ReceivedLetter
from mocks.municipal import correspondence
from mocks.municipal.sapa.settings import Settings as SapaSettings
from mocks.nordepj.app import NORDEPJ
from mocks.nsp.settings import Settings as NspSettings
from mocks.overview.settings import Settings as OverviewSettings
from mocks.overview.settings import ViewerSettings
from mocks.runtime import COPENHAGEN, Asgi, MemoryStore, Runtime
from mocks.serve import Serving, bind, fastest_loop
from mocks.sor import Level, SorEntry
from mocks.units import XCTL, XDIS91, Unit, UnitKind
from sim.nation import golden
from tests.overview.world import AALBORG, BENTE, JAMMERBUGT, KOMBIT, World, entries

START = datetime(2025, 9, 15, 10, 3, tzinfo=COPENHAGEN)
SLAGELSE = "0330"
OLD = (XDIS91, XCTL)
PPR_SLAGELSE = Unit(
    sor_id=make_sor(9_000_010), name="PPR Slagelse", kind=UnitKind.PPR, system="os2", gln=make_gln(910),
    owner="Slagelse Kommune", municipality=SLAGELSE, capabilities=OLD, street="Rådhuspladsen 11",
    post_code="4200", city="Slagelse", phone="58573600",
)  # fmt: skip
CLINIC = Unit(
    sor_id=make_sor(9_000_011), name="Lægerne Torvet", kind=UnitKind.CLINIC, system="lps-01", gln=make_gln(911),
    ydernummer="090001", capabilities=OLD, street="Torvet 2", post_code="4200", city="Slagelse", phone="58520000",
)  # fmt: skip
KOMBIT_PPR = msgspec.structs.replace(golden.PPR_UNIT, system="os2-kombit")
UNITS = {
    "os2": PPR_SLAGELSE,
    "os2-kombit": KOMBIT_PPR,
    "nordepj": golden.PSYCHIATRY_UNIT,
    "lps-01": CLINIC,
}
TITLES = {
    "os2": "OS2korrespondance",
    "os2-kombit": "OS2korrespondance",
    "nordepj": "NordEPJ",
    "lps-01": "Lægepraksissystem",
}
NAMES = (
    "cpr", "stil", "sor", "sagsindeks", "nsp", "sagsoverblik", "sapa", "nordepj", "lps-01",
    *(f"fagsystem-{code}" for code in (AALBORG, JAMMERBUGT, KOMBIT)), "vans", "os2", "os2-kombit",
)  # fmt: skip


class Town(World):
    """The world of the overviews with the golden citizens; NordEPJ, Klinik+ and two modules correspond."""

    def __init__(self, *, follow: bool = False, **settings: Any) -> None:
        self.follow = follow
        given: dict[str, Any] = {
            "people": [golden.BENTE, golden.KATRINE],
            "placements": {BENTE: golden.BENTES_PLACEMENT},
            "cases": golden.BENTES_CASES,
            "appointments": golden.KATRINES_APPOINTMENTS,
            "sapa_settings": SapaSettings(
                municipalities={SLAGELSE: golden.USER_AUTHORITY}, one_click=follow, letters={SLAGELSE: "os2"}
            ),
            "overview_settings": OverviewSettings(source_seconds=1.0, card_seconds=2.0),
            "nsp_settings": NspSettings(digital_consent=follow),
        }
        super().__init__(START.strftime("%Y-%m-%dT%H:%M"), **given | settings)

    def _app(self, name: str, runtime: Runtime) -> Starlette:
        match name:
            case "sor":
                return sor.create_app(runtime, sor.Settings(entries=registered()))
            case "vans":
                return vans.create_app(runtime, vans.Settings({u.gln: s for s, u in UNITS.items() if u.gln}))
            case "os2" | "os2-kombit":
                settings = correspondence.ModuleSettings(self._mail(name), f"fagsystem-{KOMBIT}")
                return correspondence.create_module(runtime, settings)
        app = super()._app(name, runtime)
        if name not in UNITS or not hasattr(self, "follow"):
            return app

        async def file(letter: ReceivedLetter) -> bool:
            return True

        own = [r for r in app.routes if isinstance(r, Route) and r.path not in ("/", "/health")]
        mail = messaging_routes(runtime, self._mail(name), all_formats(), file, files_itself=True)
        return guarded(runtime, [*own, *mail])

    def _mail(self, name: str) -> MessagingSettings:
        module = name.startswith("os2")
        return MessagingSettings(
            units=(UNITS[name],),
            title=TITLES[name],
            folders=correspondence.FOLDERS if module else (),
            home=None
            if module
            else ({"nordepj": NORDEPJ, "lps-01": KLINIK_PLUS}[name].button, "/screen/overblik"),
            notice=self.follow and module,
        )

    def _overview(self, runtime: Runtime, usual: ViewerSettings) -> list[Route]:
        if self.follow:
            self.viewer = replace(usual, one_click=True, help_texts=True)
        return super()._overview(runtime, usual)


def registered() -> tuple[SorEntry, ...]:
    """SOR's entries of the world, who takes which letters, and the units that only correspond."""
    rows = [
        msgspec.structs.replace(e, capabilities=OLD)
        if e.gln in (golden.PSYCHIATRY_UNIT.gln, golden.PPR_UNIT.gln)
        else e
        for e in entries()
    ]
    owner, house = make_sor(9_000_020), make_sor(9_000_021)
    rows.append(SorEntry(sor_id=owner, level=Level.IE, name="Slagelse Kommune", municipality=SLAGELSE))
    rows.append(SorEntry(sor_id=house, level=Level.SI, name="Forvaltning", parent=owner))
    for unit in (PPR_SLAGELSE, CLINIC):
        rows.append(
            SorEntry(
                sor_id=unit.sor_id, level=Level.OE, name=unit.name, parent=house, kind=unit.kind, gln=unit.gln,
                capabilities=OLD, phone=unit.phone, system=unit.system, ydernummer=unit.ydernummer,
            )
        )  # fmt: skip
    return tuple(rows)


class ShiftedClock(WallClock):
    """The wall clock, as if it had been ``START`` when this was made."""

    def __init__(self, on_error: Any) -> None:
        super().__init__(on_error)
        self._shift: timedelta = super().now() - START

    def now(self) -> datetime:
        return (super().now() - self._shift).astimezone(COPENHAGEN)


class Streets:
    """A town on ports, in a thread of its own; ``with Streets(Town()) as streets: streets.urls["sapa"]``."""

    def __init__(self, town: Town, slow: Mapping[str, float] | None = None) -> None:
        self._town, self._slow = town, slow or {}
        self._listeners = bind(NAMES)
        self.urls = {name: listener.url for name, listener in self._listeners.items()}
        self.network = HttpNetwork(self.urls)
        self.trace = MemoryTrace(lambda: datetime.now(COPENHAGEN), strict=True)
        self._ready, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(30), "the town did not come up"
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)

    def _live(self) -> None:
        with asyncio.Runner(loop_factory=fastest_loop()) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        clocks: list[WallClock] = []
        apps: dict[str, Asgi] = {}
        for name in NAMES:
            clock = ShiftedClock(self.trace.error(name))
            clocks.append(clock)
            runtime = Runtime(
                system=name, clock=clock, network=self.network, ids=SeededIds(1, name), store=MemoryStore(),
                trace=self.trace.of(name),
            )  # fmt: skip
            app = self._town._app(name, runtime)
            apps[name] = Slowed(app, clock, self._slow[name]) if name in self._slow else app
        async with Serving(self._listeners, apps, self.trace):
            self._ready.set()
            await asyncio.to_thread(self._stop.wait)
        for clock in clocks:
            await clock.stop()
        await self.network.close()
