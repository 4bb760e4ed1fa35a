"""What a whole journey costs in virtual time, by the reading that no implementation can avoid.

The journey: a desk sends a letter, SOR is asked (once), VANS takes it in, delivers it, the receiver checks
it, shows it and acknowledges it, and the acknowledgement arrives; every receipt for every envelope with it.
The base: each envelope of those journeys unwrapped and parsed once, by our own readers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import msgspec

from loadtests.benchmarks.frame import Benchmark, Contest
from mocks import laegepraksis, nordepj, sor, vans
from mocks.drivers.ids import SeededIds
from mocks.identifiers import make_gln, make_sor
from mocks.messaging import MessagingSettings
from mocks.messaging.records import Author, Draft
from mocks.runtime import MemoryStore, Runtime
from mocks.sor import Level, SorEntry
from mocks.standards import acknowledgement, care_communication, clinical_email, receipts, vans_envelope
from mocks.units import FCTL, FDIS91_5, XCTL, XDIS91, UnitKind
from sim.caseload.calendar import at
from sim.journal import Journal
from sim.kernel import Kernel

JOURNEYS = 40
_TEXT = (
    "Vi er i gang med en vurdering i PPR. Familien har sagt ja til, at jeg skriver.\n"
    "Er der noget i den fysiske helbredsundersøgelse, som vi skal tage hensyn til?"
)


class Ground:
    """A hospital unit and a clinic on a network of their own."""

    def __init__(self, capabilities: tuple[str, ...]) -> None:
        self._errors: list[BaseException] = []
        self.kernel = Kernel(at(date(2025, 4, 1), 9), lambda name, error: self._errors.append(error))
        self.journal = Journal()
        units = [
            SorEntry(sor_id=make_sor(8), level=Level.IE, name="Region Prøve", system="nordepj"),
            SorEntry(sor_id=make_sor(9), level=Level.SI, name="Prøvehuset", parent=make_sor(8)),
        ]
        units += [
            SorEntry(
                sor_id=make_sor(number), parent=make_sor(9), level=Level.OE, name=name, kind=kind,
                gln=make_gln(99_000 + number), system=system, capabilities=capabilities,
            )
            for number, name, kind, system in (
                (1, "BUP, Ambulatorium", UnitKind.BUP, "nordepj"),
                (2, "Lægerne Prøvevænget", UnitKind.CLINIC, "lps-01"),
            )
        ]  # fmt: skip
        register = sor.Register(tuple(units))
        self.sender, self.receiver = (unit for unit in register.units())
        routes = {unit.gln or "": unit.system for unit in (self.sender, self.receiver)}
        self._install("sor", lambda r: sor.create_app(r, sor.Settings(entries=tuple(units))))
        self._install("vans", lambda r: vans.create_app(r, vans.Settings(routes=routes)))
        self._install(
            "nordepj",
            lambda r: nordepj.create_app(
                r, nordepj.Settings(messaging=MessagingSettings(units=(self.sender,)))
            ),
        )
        self._install(
            "lps-01",
            lambda r: laegepraksis.create_app(
                r, laegepraksis.Settings(messaging=MessagingSettings(units=(self.receiver,)))
            ),
        )
        self._draft = msgspec.json.encode(
            Draft(
                unit=self.sender.sor_id, receiver=self.receiver.gln or "", cpr="2512489996", given="Nancy Ann",
                family="Berggren", subject="Spørgsmål før samtale", text=_TEXT, author=Author("Anne", "Dam", "psykolog"),
            )
        )  # fmt: skip

    def _install(self, name: str, create: Callable[[Runtime], object]) -> None:
        runtime = Runtime(
            system=name,
            clock=self.kernel,
            network=self.kernel,
            ids=SeededIds(1, name),
            store=MemoryStore(),
            trace=self.journal.trace_for(name, self.kernel.now),
        )
        self.kernel.install(name, create(runtime))

    async def _send(self) -> None:
        url = self.kernel.address("nordepj") + "/desk/messages"
        for _ in range(JOURNEYS):
            answer = await self.kernel.request("POST", url, body=self._draft, content_type="application/json")
            assert answer.status == 201, answer.body

    def journeys(self) -> None:
        """Send the letters and let everything come to its end."""
        self.kernel.spawn("desk", self._send())
        self.kernel.run()
        if self._errors:
            raise self._errors[0]

    def check(self) -> list[bytes]:
        """The envelopes of the first journeys; each must have been acknowledged and shown once."""
        found = self.journal.journeys()
        assert len(found) >= JOURNEYS and all(j.acknowledged and j.shown == 1 for j in found)
        return [message.body for journey in found[:JOURNEYS] for message in journey.messages]


def _parse(envelopes: list[bytes]) -> None:
    for raw in envelopes:
        envelope = vans_envelope.read(raw)
        if envelope.meta is not None and envelope.data is not None:
            _READERS[envelope.meta.document.name[:8]](envelope.data)


_READERS: dict[str, Callable[[bytes], object]] = {
    "MCM:XDIS": clinical_email.read,
    "MCM:XCTL": receipts.read,
    "MCM:FDIS": care_communication.read,
    "MCM:FCTL": acknowledgement.read,
}


def _contest(capabilities: tuple[str, ...]) -> Contest:
    ground = Ground(capabilities)
    ground.journeys()
    envelopes = ground.check()
    return Contest(
        "unwrap and parse every envelope once",
        {
            "unwrap and parse every envelope once": partial(_parse, envelopes),
            "the whole journey": ground.journeys,
        },
        units=JOURNEYS,
        at_most={"the whole journey": 5.0},
    )


OLD = Benchmark(
    "journey-xdis91", "an XDIS91 letter and its XCTL receipt, in virtual time", "journey",
    partial(_contest, (XDIS91, XCTL)),
)  # fmt: skip
NEW = Benchmark(
    "journey-fhir", "a CareCommunication and its Acknowledgement, in virtual time", "journey",
    partial(_contest, (FDIS91_5, FCTL)),
)  # fmt: skip
