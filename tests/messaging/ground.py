"""A small ground for messages, in virtual time: VANS, SOR, three messaging systems and a case system.

*os2* is a correspondence module of PPR, a family department and two odd units; *alldialogue* has it built
into the case system; *lps* is the record system of a clinic and of one that SOR knows no message type of.
Lines can be cut, systems can refuse, VANS can lose, double and delay what one asks it to, and everything
can be started again on what it remembers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import msgspec

from mocks import laegepraksis, sor, vans
from mocks.drivers.ids import SeededIds
from mocks.errors import TimedOut, Unreachable
from mocks.identifiers import make_gln, make_sor
from mocks.messaging import MessagingSettings, ResendPolicy
from mocks.municipal import case_system, correspondence
from mocks.runtime import COPENHAGEN, Asgi, Fault, MemoryStore, Response, Runtime, Store
from mocks.sor import Level, SorEntry
from mocks.standards import vans_envelope
from mocks.standards.vans_envelope import (
    Document,
    EndPoint,
    EndPointKind,
    Envelope,
    MetaInformation,
    Receipt,
    ReceiptKind,
    Transport,
)
from mocks.units import FCTL, FDIS91_4, FDIS91_5, XCTL, XDIS91, Unit, UnitKind
from sim.journal import Journal
from sim.journey import Journey, WireRecord
from sim.kernel import Kernel
from tests.screens.browse import Page, visit

START = datetime(2025, 4, 1, 9, tzinfo=COPENHAGEN)
CHILD = {"cpr": "2512489996", "given": "Nanna", "family": "Testperson"}
OLD, FHIR_4, FHIR_5 = (XDIS91, XCTL), (XDIS91, XCTL, FDIS91_4, FCTL), (XDIS91, XCTL, FDIS91_5, FCTL)
NEW, NEW_4 = (FDIS91_5, FCTL), (FDIS91_4, FCTL)
NOBODY = make_gln(99)
LIMIT = 200_000


def unit(
    number: int, kind: UnitKind, system: str, capabilities: tuple[str, ...] = OLD, **fields: Any
) -> Unit:
    given: dict[str, Any] = {
        "sor_id": make_sor(number), "name": f"Enhed {number}", "kind": kind, "system": system,
        "gln": make_gln(number), "owner": "Prøve Kommune", "phone": "11112222", "street": "Torvet 1",
        "post_code": "9000", "city": "Aalborg", "capabilities": capabilities,
    }  # fmt: skip
    return Unit(**{**given, **fields})


def people(capabilities: Mapping[str, tuple[str, ...]]) -> dict[str, Unit]:
    """The units by a short name; ``capabilities`` sets those of some."""

    def made(name: str, number: int, kind: UnitKind, system: str, **fields: Any) -> tuple[str, Unit]:
        return name, unit(number, kind, system, capabilities.get(name, OLD), **fields)

    return dict(
        (
            made("ppr", 1, UnitKind.PPR, "os2"),
            made("clinic", 2, UnitKind.CLINIC, "lps", ydernummer="000002", owner=""),
            made("family", 3, UnitKind.FAMILY, "os2"),
            made("integrated", 4, UnitKind.PPR, "alldialogue"),
            ("silent", unit(5, UnitKind.CLINIC, "lps", (), owner="")),  # SOR knows no message type of it
            ("numberless", unit(6, UnitKind.FAMILY, "os2", (), gln=None)),
        )
    )


class Lines(Kernel):
    """A network whose lines can be cut. ``away``: systems that nobody reaches; ``says``: systems that
    answer everything with this; ``mute``: paths that work and whose answer never comes back."""

    def __init__(self, start: datetime, on_error: Callable[[str, BaseException], None]) -> None:
        super().__init__(start, on_error)
        self.away: set[str] = set()
        self.says: dict[str, Response] = {}
        self.mute: set[str] = set()

    async def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        content_type: str = "",
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
    ) -> Response:
        host, _, path = url.removeprefix("http://").partition("/")
        if host in self.away:
            raise Unreachable(f"{host} cannot be reached")
        if host in self.says:
            return self.says[host]
        answer = await super().request(
            method, url, body=body, content_type=content_type, headers=headers, timeout=timeout
        )
        if "/" + path in self.mute:
            raise TimedOut(f"{host} did not answer")
        return answer


class Trouble:
    """``mocks.runtime.Faults`` by hand: the next things of a type that pass are struck, in this order."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, Fault]] = []

    def next(self, type_: str, action: str, seconds: float = 0.0) -> None:
        """Strike the next envelope whose document name starts with ``type_``, on its way through VANS."""
        self.waiting.append((type_, Fault(f"{action} {type_}", action, seconds)))

    def strike(self, point: str, facts: Mapping[str, str]) -> Fault | None:
        for place, (type_, fault) in enumerate(self.waiting):
            if point == "vans.route" and facts["type"].startswith(type_):
                del self.waiting[place]
                return fault
        return None


@dataclass
class Ground:
    """See the module. ``stores`` makes the store of a system; at a restart it is asked again."""

    capabilities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    policy: ResendPolicy = field(default_factory=ResendPolicy)
    stores: Callable[[str], Store] | None = None
    network: Mapping[str, Any] = field(default_factory=dict)  # of the VANS settings
    mail: Mapping[str, Any] = field(default_factory=dict)  # of the messaging settings
    errors: list[tuple[str, BaseException]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.units = people(self.capabilities)
        self.journal = Journal()
        self.trouble = Trouble()
        self._memory: dict[str, MemoryStore] = {}
        self._generation = 0
        self._raise_curtain(START)

    def _raise_curtain(self, at: datetime) -> None:
        self._generation += 1
        self.lines = Lines(at, lambda name, error: self.errors.append((name, error)))
        for system, create in self._systems().items():
            store = self.stores(system) if self.stores else self._memory.setdefault(system, MemoryStore())
            runtime = Runtime(
                system=system,
                clock=self.lines,
                network=self.lines,
                ids=SeededIds(f"ground {self._generation}", system),
                store=store,
                trace=self.journal.trace_for(system, self.now),
                faults=self.trouble,
            )
            self.lines.install(system, create(runtime))

    def _systems(self) -> dict[str, Callable[[Runtime], Asgi]]:
        routes = {u.gln: u.system for u in self.units.values() if u.gln}
        network = vans.Settings(**{"routes": routes, "most_bytes": LIMIT, **self.network})
        os2 = correspondence.ModuleSettings(self._messaging("os2"), "fagsystem")
        both = correspondence.IntegratedSettings(self._messaging("alldialogue"), self._cases("alldialogue"))
        clinics = laegepraksis.Settings(self._messaging("lps"), klinik_plus=False)
        entries = self._entries()
        return {
            "sor": lambda r: sor.create_app(r, sor.Settings(entries=entries)),
            "vans": lambda r: vans.create_app(r, network),
            "fagsystem": lambda r: case_system.create_app(r, self._cases("os2")),
            "os2": lambda r: correspondence.create_module(r, os2),
            "alldialogue": lambda r: correspondence.create_integrated(r, both),
            "lps": lambda r: laegepraksis.create_app(r, clinics),
        }

    def _messaging(self, system: str) -> MessagingSettings:
        units = tuple(u for u in self.units.values() if u.system == system)
        return MessagingSettings(
            units=units,
            policy=self.policy,
            conversion=self.network.get("conversion") is not None,
            **self.mail,
        )

    def _cases(self, system: str) -> case_system.Settings:
        units = tuple(u for u in self.units.values() if u.system == system)
        return case_system.Settings(municipality="0851", name="Aalborg", cvr="29189420", units=units)

    def _entries(self) -> tuple[SorEntry, ...]:
        owner, house = make_sor(1000), make_sor(1001)
        rows = [
            SorEntry(sor_id=owner, level=Level.IE, name="Ejer"),
            SorEntry(sor_id=house, level=Level.SI, name="Institution", parent=owner),
        ]
        for u in self.units.values():
            rows.append(
                SorEntry(
                    sor_id=u.sor_id, level=Level.OE, name=u.name, parent=house, kind=u.kind, gln=u.gln,
                    capabilities=u.capabilities, system=u.system, ydernummer=u.ydernummer, phone=u.phone,
                )
            )  # fmt: skip
        return tuple(rows)

    # Time

    def now(self) -> datetime:
        return self.lines.now()

    def wait(self, **span: float) -> None:
        """Let time pass: ``wait(minutes=31)``."""
        self.lines.run(self.now() + timedelta(**span))

    def settle(self) -> None:
        """Let everything that is under way come to its end."""
        left = self.lines.drain()
        assert left == [], f"these never end: {left}"

    def restart(self, after_minutes: float = 0.0) -> None:
        """Everything stops at once and starts again later; only the stores are kept."""
        self.stop()
        self._raise_curtain(self.now() + timedelta(minutes=after_minutes))

    def stop(self) -> None:
        """Nobody goes on with what was begun."""
        self.lines._abandon()

    # Desks

    def ask(
        self, method: str, url: str, body: Any = None, content_type: str = "application/json"
    ) -> Response:
        raw = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
        kind = content_type if raw else ""
        return self.lines.complete(
            self.lines.request(method, url, body=raw, content_type=kind, timeout=600.0)
        )

    def get(self, url: str) -> Any:
        answer = self.ask("GET", url)
        assert answer.status == 200, answer.body.decode()
        return msgspec.json.decode(answer.body)

    def draft(self, sender: str = "ppr", receiver: str = "clinic", **fields: Any) -> dict[str, Any]:
        to = self.units[receiver].gln if receiver in self.units else receiver
        return {
            "unit": self.units[sender].sor_id, "receiver": to, **CHILD, "subject": "Trivsel",
            "text": "Kender du familien?", "author": {"given": "Anne", "family": "Holm", "role": "psykolog"},
            **fields,
        }  # fmt: skip

    def try_to_write(self, sender: str = "ppr", receiver: str = "clinic", **fields: Any) -> tuple[int, Any]:
        """Write a letter at the sender's desk: status and answer."""
        system = self.units[sender].system
        answer = self.ask("POST", f"http://{system}/desk/messages", self.draft(sender, receiver, **fields))
        return answer.status, msgspec.json.decode(answer.body)

    def write(self, sender: str = "ppr", receiver: str = "clinic", **fields: Any) -> str:
        """Write a letter; its message identifier."""
        status, answer = self.try_to_write(sender, receiver, **fields)
        assert status == 201, answer
        return str(answer["message"])

    def inbox(self, name: str = "clinic") -> list[dict[str, Any]]:
        found = self.units[name]
        letters: list[dict[str, Any]] = self.get(f"http://{found.system}/desk/inbox?unit={found.sor_id}")[
            "letters"
        ]
        return letters

    def sent(self, name: str = "ppr") -> list[dict[str, Any]]:
        found = self.units[name]
        letters: list[dict[str, Any]] = self.get(f"http://{found.system}/desk/sent?unit={found.sor_id}")[
            "letters"
        ]
        return letters

    def act(self, name: str, message: str, verb: str) -> tuple[int, Any]:
        """``read`` or ``file`` a received letter at the desk of that unit."""
        answer = self.ask("POST", f"http://{self.units[name].system}/desk/messages/{message}/{verb}", {})
        return answer.status, msgspec.json.decode(answer.body)

    # Screens

    def visit(self, system: str, path: str = "/screen/breve") -> Page:
        """A page as a browser without scripts sees it; its forms and links lead on."""
        return visit(self._send, f"http://{system}{path}")

    def _send(self, method: str, url: str, body: bytes, kind: str) -> tuple[int, dict[str, str], str]:
        answer = self.ask(method, url, body or None, kind)
        if answer.status == 303:
            return self._send("GET", urljoin(url, answer.headers["location"]), b"", "")
        return answer.status, dict(answer.headers), answer.body.decode()

    # The wire

    def post(self, raw: bytes) -> Response:
        """Hand bytes to VANS."""
        return self.ask("POST", "http://vans/vans/envelopes", raw, "application/xml")

    def deliver(self, raw: bytes, system: str = "lps") -> Response:
        """Hand bytes to a system, as VANS does."""
        return self.ask("POST", f"http://{system}/vans/inbox", raw, "application/xml")

    def wires(self, name: str) -> list[WireRecord]:
        """What was put on the wire under document names that start so."""
        return [wire for wire in self.journal.wires if wire.standard.startswith(name)]

    def letters(self) -> list[Envelope]:
        """The envelopes that held a letter, in the order in which they were put on the wire."""
        return [vans_envelope.read(w.body) for w in self.journal.wires if w.standard.startswith(_LETTERS)]

    def receipts(self) -> list[bytes]:
        """The acknowledgements on the wire, out of their envelopes."""
        found = [vans_envelope.read(w.body) for w in self.journal.wires if w.standard.startswith(_RECEIPTS)]
        return [envelope.data or b"" for envelope in found]

    def journey(self, message: str) -> Journey:
        (found,) = [j for j in self.journal.journeys() if j.id == message]
        return found

    def stations(self, message: str, *names: str) -> list[str]:
        """The stations of the letter's journey in order; of these names only, where any are given."""
        return [s.station for s in self.journey(message).stations if not names or s.station in names]


_LETTERS = ("MCM:XDIS91", "MCM:FDIS91")
_RECEIPTS = ("MCM:XCTL", "MCM:FCTL")


def enclose(
    payload: bytes,
    *,
    sender: str = make_gln(1),
    receiver: str = make_gln(2),
    envelope: str = "00000000-0000-4000-8000-0000000000e1",
    message: str = "00000000-0000-4000-8000-0000000000a1",
    name: str = "MCM:XDIS91",
    version: str = "XD9134L",
    size: int | None = None,
) -> bytes:
    """An envelope by hand. ``size`` tells a lie about the length of the payload."""
    raw = vans_envelope.write(
        Envelope(
            sender=EndPoint(EndPointKind.EAN, sender),
            receiver=EndPoint(EndPointKind.EAN, receiver),
            identifier=envelope,
            sent=START,
            meta=MetaInformation(
                message, Document("XML", name, version, len(payload)), None, Transport("reliable")
            ),
            data=payload,
        )
    )
    if size is not None:
        told = f"<SizeInBytes>{len(payload)}<".encode()
        assert told in raw
        raw = raw.replace(told, f"<SizeInBytes>{size}<".encode())
    return raw


def receipt_of(answer: Response) -> Receipt:
    """The receipt in an answer."""
    assert answer.status == 200, (answer.status, answer.body)
    receipt = vans_envelope.read(answer.body).receipt
    assert receipt is not None
    return receipt


def kind_of(answer: Response) -> ReceiptKind:
    return receipt_of(answer).kind
