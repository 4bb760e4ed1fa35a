"""A small world around the overviews: the real mocks of this repository, in virtual time.

Aalborg and Jammerbugt have a family department and PPR each; KOMBIT is the authority of the pilot's own
test citizens. Any system can be replaced by one that refuses, dawdles or is away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks import sor, stil
from mocks.drivers.ids import SeededIds
from mocks.drivers.memory_trace import MemoryTrace
from mocks.health_login import HealthLogin, LoginSettings
from mocks.identifiers import make_gln, make_sor
from mocks.kombit import case_index, cpr
from mocks.laegepraksis.app import KLINIK_PLUS
from mocks.limits import guarded
from mocks.municipal import case_system
from mocks.municipal.sapa import app as sapa
from mocks.municipal.sapa.settings import Settings as SapaSettings
from mocks.nordepj.app import NORDEPJ
from mocks.nordepj.appointments import appointment_routes
from mocks.nordepj.metadata import entries_at_start
from mocks.nordepj.settings import BookSettings
from mocks.nsp import app as nsp
from mocks.nsp.seb import Session
from mocks.nsp.settings import Settings as NspSettings
from mocks.overview import app as overview
from mocks.overview.lookup_log import User
from mocks.overview.session import Failure
from mocks.overview.settings import Settings as OverviewSettings
from mocks.overview.settings import ViewerSettings
from mocks.overview.viewer import viewer_routes
from mocks.people import Appointment, Case, CaseKind, Institution, Person, Placement
from mocks.runtime import COPENHAGEN, MemoryStore, Runtime
from mocks.runtime import Response as Answer
from mocks.sor import Address, Level, SorEntry
from mocks.units import Unit, UnitKind
from sim.kernel import Kernel
from sim.nation import golden
from tests.screens.browse import Page, visit

AALBORG, JAMMERBUGT, KOMBIT = "0851", "0849", golden.AUTHORITY_CODE
CVR = {AALBORG: "29189420", JAMMERBUGT: "29189439", KOMBIT: "19435075"}
CHILD, BENTE, KATRINE = "1403139996", golden.BENTE.cpr, golden.KATRINE.cpr
USER = {"id": "u-1", "name": "Allan Korsman", "municipality": AALBORG, "role": "ppr"}
DOCTOR = {"id": "u-2", "name": "Signe Lund", "role": "gp", "organisation": make_sor(99)}

REGION, HOSPITAL, BUP = make_sor(1), make_sor(2), golden.PSYCHIATRY_UNIT.sor_id
FAMILY = {AALBORG: make_sor(12), JAMMERBUGT: make_sor(22), KOMBIT: golden.FAMILY_UNIT.sor_id}
PPR = {AALBORG: make_sor(13), JAMMERBUGT: make_sor(23), KOMBIT: golden.PPR_UNIT.sor_id}


def moment(text: str) -> datetime:
    """Danish local time from ISO text."""
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


def entries() -> tuple[SorEntry, ...]:
    """The organisations of this world as SOR has them."""
    rows = [
        SorEntry(sor_id=REGION, level=Level.IE, name="Region Nordjylland"),
        SorEntry(sor_id=HOSPITAL, level=Level.SI, name="Psykiatrien", parent=REGION),
        SorEntry(
            sor_id=BUP,
            level=Level.OE,
            name="PS Central Visitation",
            parent=HOSPITAL,
            kind=UnitKind.BUP,
            gln=golden.PSYCHIATRY_UNIT.gln,
            phone="97643000",
            email="Psykiatri@rn.dk",
            system="nordepj",
        ),
    ]
    names = {AALBORG: "Aalborg Kommune", JAMMERBUGT: "Jammerbugt Kommune", KOMBIT: "KOMBIT"}
    for number, (code, name) in enumerate(names.items(), start=1):
        owner, administration = make_sor(10 * number), make_sor(10 * number + 1)
        rows.append(SorEntry(sor_id=owner, level=Level.IE, name=name, municipality=code))
        rows.append(SorEntry(sor_id=administration, level=Level.SI, name="Forvaltning", parent=owner))
        rows.append(
            SorEntry(
                sor_id=FAMILY[code],
                level=Level.OE,
                name="Sekretariatet for børn og familie",
                parent=administration,
                kind=UnitKind.FAMILY,
                visiting=Address("Halfdanskgade 8", "2300", "København S"),
                phone="85124512",
                phone_hours="Man-fre 09:30-11:30 Torsdag 13:30-16:00",
            )
        )
        rows.append(
            SorEntry(
                sor_id=PPR[code],
                level=Level.OE,
                name="Pædagogisk, psykologisk rådgivning",
                parent=administration,
                kind=UnitKind.PPR,
                gln=golden.PPR_UNIT.gln if code == KOMBIT else make_gln(number),
                visiting=Address("Rådhusgade 54C", "8300", "Odder"),
                phone="85961278",
                phone_hours="Man-fre 09:30-10:30",
            )
        )
    return tuple(rows)


def person(number: str, given: str, family: str, born: date, municipality: str) -> Person:
    return Person(cpr=number, given=given, family=family, birth_date=born, sex="F", municipality=municipality)


def school(municipality: str, name: str = "Skolen", **fields: Any) -> Placement:
    place = Institution(number="101088", name=name, kind="Folkeskole", municipality=municipality, **fields)
    return Placement(institution=place, group="3.U")


def case(kind: CaseKind, owner: str, opened: date, closed: date | None = None, **fields: Any) -> Case:
    unit = (FAMILY if kind is CaseKind.FAMILY else PPR)[owner]
    # One number and one id for each (kind, day): unique enough here.
    number = f"{kind}-{opened}"
    tail = f"{abs(hash((kind, owner, opened, closed))) % 10**12:012d}"
    given = {"cpr": CHILD, "uuid": f"00000000-0000-4000-8000-{tail}", "worker": "Sonny Sæl"} | fields
    return Case(kind=kind, owner=owner, unit=unit, number=number, opened=opened, closed=closed, **given)


def appointment(
    number: int, start: str, end: str = "", cpr_number: str = CHILD, **fields: Any
) -> Appointment:
    return Appointment(
        uuid=f"00000000-0000-4000-9000-{number:012d}",
        cpr=cpr_number,
        unit=BUP,
        start=moment(start),
        end=moment(end) if end else None,
        **fields,
    )


class Rows:
    """People or placements by CPR number."""

    def __init__(self, rows: dict[str, Any]) -> None:
        self.rows = rows

    def find(self, number: str) -> Any:
        return self.rows.get(number)

    def home_of(self, number: str) -> str | None:
        found = self.rows.get(number)
        return found.municipality if found else None


class World:
    """All systems of the overviews. ``post`` and ``get`` let virtual time pass until the answer is there."""

    def __init__(
        self,
        start: str = "2025-05-12T10:00",
        *,
        people: Iterable[Person] = (),
        placements: dict[str, Placement] | None = None,
        cases: Iterable[Case] = (),
        appointments: Iterable[Appointment] = (),
        nsp_settings: NspSettings | None = None,
        sapa_settings: SapaSettings | None = None,
        overview_settings: OverviewSettings | None = None,
        viewer: ViewerSettings | None = None,
        stores: dict[str, MemoryStore] | None = None,
    ) -> None:
        self.errors: list[tuple[str, BaseException]] = []
        self.kernel = Kernel(moment(start), lambda name, error: self.errors.append((name, error)))
        self.trace = MemoryTrace(self.kernel.now, strict=True)
        self.urls: list[str] = []
        self.stores = stores or {}
        self.people = Rows({p.cpr: p for p in people})
        if not self.people.rows:
            self.people.rows[CHILD] = person(CHILD, "Freja", "Holm", date(2013, 3, 14), AALBORG)
        self.placements = Rows(placements or {})
        self.cases = tuple(cases)
        self.appointments = tuple(appointments)
        self.nsp_settings = nsp_settings or NspSettings()
        self.sapa_settings = sapa_settings or SapaSettings()
        self.overview_settings, self.viewer = overview_settings or OverviewSettings(), viewer
        for name in ("cpr", "stil", "sor", "sagsindeks", "nsp", "sagsoverblik", "sapa", "nordepj", "lps-01"):
            self.start(name)
        for code in (AALBORG, JAMMERBUGT, KOMBIT):
            self.start(f"fagsystem-{code}")
        self.settle()

    def runtime(self, name: str) -> Runtime:
        return Runtime(
            system=name,
            clock=self.kernel,
            network=self,
            ids=SeededIds(1, name),
            store=self.stores.setdefault(name, MemoryStore()),
            trace=self.trace.of(name),
        )

    def start(self, name: str) -> None:
        """Start a system, or start it again from what its store holds."""
        self.kernel.install(name, self._app(name, self.runtime(name)))

    def _app(self, name: str, runtime: Runtime) -> Starlette:
        if name.startswith("fagsystem-"):
            return self._case_system(name.removeprefix("fagsystem-"), runtime)
        match name:
            case "cpr":
                return cpr.create_app(runtime, cpr.Settings(register=self.people))
            case "stil":
                return stil.create_app(runtime, stil.Settings(register=self.placements))
            case "sor":
                return sor.create_app(runtime, sor.Settings(entries=entries()))
            case "sagsindeks":
                return case_index.create_app(runtime, case_index.Settings())
            case "nsp":
                sharing = replace(self.nsp_settings.sharing, entries=tuple(entries_at_start(self._book)))
                return nsp.create_app(runtime, replace(self.nsp_settings, sharing=sharing))
            case "sagsoverblik":
                return overview.create_app(runtime, self.overview_settings)
            case "sapa":
                return sapa.create_app(runtime, self.sapa_settings)
            case "nordepj":
                login = HealthLogin(runtime, NORDEPJ.login)

                async def headers() -> list[bytes]:
                    return (await login.system_card()).headers(runtime.ids.uuid("dgws-message"))

                routes = [
                    *appointment_routes(runtime, self._book, headers),
                    *self._overview(runtime, NORDEPJ),
                ]
                return guarded(runtime, routes)
        return guarded(runtime, self._overview(runtime, KLINIK_PLUS))

    @property
    def _book(self) -> BookSettings:
        unit = Unit(sor_id=BUP, name="PS Central Visitation", kind=UnitKind.BUP, system="nordepj")
        return BookSettings(appointments=self.appointments, patients=self.people, units=(unit,))

    def _overview(self, runtime: Runtime, usual: ViewerSettings) -> list[Route]:
        return viewer_routes(runtime, self.viewer or usual)

    def _case_system(self, code: str, runtime: Runtime) -> Starlette:
        units = tuple(
            Unit(sor_id=unit, name=kind.value, kind=UnitKind(kind.value), system=runtime.system)
            for kind, unit in ((CaseKind.FAMILY, FAMILY[code]), (CaseKind.PPR, PPR[code]))
        )
        settings = case_system.Settings(
            municipality=code,
            name=code,
            cvr=CVR[code],
            units=units,
            cases=tuple(c for c in self.cases if c.owner == code),
            residents=self.people,
            cvr_of=CVR,
        )
        return case_system.create_app(runtime, settings)

    # The network, listened to

    def address(self, system: str) -> str:
        return self.kernel.address(system)

    async def request(self, method: str, url: str, **options: Any) -> Answer:
        self.urls.append(url)
        return await self.kernel.request(method, url, **options)

    def replace(self, system: str, *, seconds: float = 0.0, status: int = 200, body: bytes = b"{}") -> None:
        """Put a system in the place of another that answers everything so, after so many seconds."""

        async def reply(request: Request) -> Response:
            await self.kernel.sleep(seconds)
            return Response(body, status)

        methods = ["GET", "POST"]
        self.kernel.install(system, Starlette(routes=[Route("/{path:path}", reply, methods=methods)]))

    # Asking

    def post(self, system: str, path: str, body: Any) -> tuple[int, Any]:
        raw = msgspec.json.encode(body)
        answer = self.ask("POST", system, path, body=raw, content_type="application/json")
        return answer.status, msgspec.json.decode(answer.body)

    def get(self, system: str, path: str) -> tuple[int, Any]:
        answer = self.ask("GET", system, path)
        return answer.status, msgspec.json.decode(answer.body)

    def form(self, system: str, path: str, fields: dict[str, str]) -> tuple[int, str]:
        from urllib.parse import urlencode

        kind = "application/x-www-form-urlencoded"
        answer = self.ask("POST", system, path, body=urlencode(fields).encode(), content_type=kind)
        return answer.status, answer.body.decode()

    def visit(self, system: str, path: str) -> Page:
        """A page as a browser without scripts sees it; its forms and links lead on."""
        return visit(self._send, self.address(system) + path)

    def _send(self, method: str, url: str, body: bytes, kind: str) -> tuple[int, dict[str, str], str]:
        system, _, path = url.removeprefix("http://").partition("/")
        headers = {"accept": "text/html"}
        answer = self.ask(method, system, f"/{path}", body=body, content_type=kind, headers=headers)
        return answer.status, dict(answer.headers), answer.body.decode()

    def ask(self, method: str, system: str, path: str, **options: Any) -> Answer:
        answers: list[Answer] = []

        async def work() -> None:
            url = self.address(system) + path
            answers.append(await self.request(method, url, timeout=600.0, **options))

        self.kernel.spawn("test", work())
        while not answers:
            self.kernel.env.step()
        self.settle()
        return answers[0]

    def settle(self, seconds: float = 0.0) -> None:
        """Let everything happen that is due now, or within these seconds."""
        done = self.kernel.env.timeout(seconds)
        self.kernel.env.run(until=done)

    def login(self, system: str, user: str, **more: Any) -> Session | Failure:
        """A login of a user of that system at SEB."""
        found: list[Session | Failure] = []

        async def work() -> None:
            client = HealthLogin(self.runtime(system), LoginSettings())
            found.append(await client.session(User(id=user, **more)))

        self.kernel.spawn("login", work())
        self.settle()
        return found[0]

    def system_card(self, system: str) -> list[bytes]:
        """The headers with a system's own id card."""
        found: list[list[bytes]] = []

        async def work() -> None:
            card = await HealthLogin(self.runtime(system), LoginSettings()).system_card()
            found.append(card.headers("m-1"))

        self.kernel.spawn("login", work())
        self.settle()
        return found[0]

    def token(self, system: str, user: str, **more: Any) -> str:
        """The token of such a login."""
        found = self.login(system, user, **more)
        assert isinstance(found, Session), found
        return found.token

    def lookups(self, kind: str = "lookup") -> list[dict[str, Any]]:
        return [event.facts for event in self.trace.events(name=kind)]


def sapa_lookup(world: World, cpr_number: str = CHILD, **fields: Any) -> tuple[int, Any]:
    body = {"user": USER, "cpr": cpr_number, "consent_declared": True, "consent": True} | fields
    return world.post("sapa", "/desk/aftaler", body)


def card_lookup(
    world: World, cpr_number: str = CHILD, system: str = "lps-01", **fields: Any
) -> tuple[int, Any]:
    body = {"user": DOCTOR, "cpr": cpr_number, "consent_declared": True, "consent": True} | fields
    return world.post(system, "/desk/overblik", body)


def sapa_list(world: World, cpr_number: str, **typed: str) -> Page:
    """As a person does it: find the citizen, pass the warning, log in at SEB, come back."""
    who = {"cpr": cpr_number, "user": USER["id"], "name": USER["name"], "place": "Slagelse Kommune"} | typed
    warned = world.visit("sapa", "/screen").press("Søg", **who)
    return warned.press("Se aftaler").press("Gå til login").press("Log ind").press("Fortsæt")
