"""Distribution (SF2900) under every driver: a letter goes from a module to a case system, and receipts come back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response as Answer
from starlette.routing import Route

from mocks import soap
from mocks.kombit import distribution
from mocks.kombit.distribution import Receiver, Sender
from mocks.kombit.distribution.parties import receiver_route, sender_route
from mocks.limits import guarded
from mocks.municipal import case_system
from mocks.runtime import COPENHAGEN, Asgi, Runtime
from mocks.soap import SaidFault
from mocks.standards.distribution.names import PATH, RECEIVER_PATH, Operation
from mocks.standards.distribution.read import (
    read_afsend_answer,
    read_anmodning,
    read_list_answer,
    read_transport,
    read_valider_answer,
)
from mocks.standards.distribution.records import (
    Anmodning,
    Context,
    ForretningsKode,
    ForretningsKvittering,
    Journalpost,
    Objekt,
    ObjektType,
    Part,
    Routing,
    TransportKode,
)
from mocks.standards.distribution.write import (
    write_afsend,
    write_kvittering,
    write_list,
    write_modtag,
    write_valider,
)
from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap.envelope import SoapVersion
from mocks.units import Unit, UnitKind
from tests.drivers.harness import Driver

CHILD = "6105150001"
CVR, OTHER_CVR = "12345674", "29189420"
CASES, MODULE = "55555555-5555-4555-8555-555555555555", "66666666-6666-4666-8666-666666666666"
TRANSACTION = "77777777-7777-4777-8777-777777777777"
NOTE_ID = "88888888-8888-4888-8888-888888888888"
FAMILY = Unit(sor_id="900000011000016004", name="Familieafdelingen", kind=UnitKind.FAMILY, system="fagsystem")
CPR_LIKE = re.compile(r"(?<!\d)\d{10}(?!\d)")
SETTINGS = distribution.Settings(
    receivers=(Receiver(CVR, CASES, "Fagsystem", "fagsystem", ("27.24.00", "17.*")),),
    senders=(Sender(MODULE, "os2"),),
)
NOTE = Journalpost(
    id=NOTE_ID,
    emne="27.24.00",
    facet="G01",
    fra=datetime(2025, 4, 1, 8, tzinfo=COPENHAGEN),
    system=MODULE,
    titel="Svar",
    notat="Kære <kollega> & co\nlinje to",
    dokumenttitel="Brev",
    dokument="urn:tvaers:besked:m-1",
    bruger="urn:oio:it-system-uuid:os2",
    sag=TRANSACTION,
    part=Part(f"urn:oio:cpr-nr:{CHILD}"),
)
CONTEXT = Context(transaktion=TRANSACTION, afsender=CVR, myndighed=CVR, emne="27.24.00", facet="G01")


def request(context: Context = CONTEXT, **note: Any) -> Anmodning:
    made = msgspec.structs.replace(NOTE, **note)
    objekt = Objekt(type=ObjektType.JOURNALPOST, id=made.id, emne=made.emne, journalpost=made, system=MODULE)
    return Anmodning(context, objekt)


class Town:
    """The component, a case system, and a module that hears receipts."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.receipts: list[tuple[ForretningsKvittering, Context]] = []
        self.start_component()
        self.start_cases()
        self.start_module()

    def start_component(self) -> None:
        self.driver.install("fordeling", lambda runtime: distribution.create_app(runtime, SETTINGS))

    def start_cases(self) -> None:
        settings = case_system.Settings(municipality="0840", name="Rebild Kommune", cvr=CVR, units=(FAMILY,))
        self.driver.install("fagsystem", lambda runtime: case_system.create_app(runtime, settings))

    def start_module(self) -> None:
        def hear(receipt: ForretningsKvittering, context: Context) -> None:
            self.receipts.append((receipt, context))

        def create(runtime: Runtime) -> Asgi:
            return guarded(runtime, [sender_route(runtime, hear)])

        self.driver.install("os2", create)

    def receiving(self, take: Any) -> None:
        """Another receiver in the case system's place."""
        self.driver.install("fagsystem", lambda runtime: guarded(runtime, [receiver_route(runtime, take)]))

    def ask(self, operation: Operation, body: bytes) -> Any:
        call = soap.call(
            self.driver.runtime("os2"),
            "fordeling",
            PATH,
            body,
            version=SoapVersion.SOAP11,
            action=operation.action,
        )
        return self.driver.run(call).envelope.body

    def send(self, anmodning: Anmodning | None = None) -> tuple[ForretningsKvittering, Context]:
        return read_afsend_answer(self.ask(Operation.AFSEND, write_afsend(anmodning or request(), CVR)))

    def refused(self, body: bytes, operation: Operation = Operation.AFSEND) -> str:
        """The code of the error in a transport receipt."""
        with pytest.raises(SaidFault) as caught:
            self.ask(operation, body)
        fault = caught.value.fault
        receipt = read_transport(fault.details()[0])
        assert receipt.kode is TransportKode.FEJL and fault.code == "Client"
        assert not CPR_LIKE.search(str(receipt))
        return receipt.fejl[0].kode

    def wait(self, count: int = 1) -> list[ForretningsKode]:
        for _ in range(100):
            if len(self.receipts) >= count:
                break
            self.driver.advance(self.driver.unit)
        self.driver.advance(self.driver.unit)
        return [receipt.kode for receipt, _ in self.receipts]

    def journal(self) -> list[dict[str, Any]]:
        network = self.driver.runtime("person").network
        url = f"{network.address('fagsystem')}/desk/journal?unit={FAMILY.sor_id}"

        async def work() -> Any:
            return msgspec.json.decode((await network.request("GET", url)).body)["entries"]

        found: list[dict[str, Any]] = self.driver.run(work())
        return found


@pytest.fixture
def town(driver: Driver) -> Town:
    return Town(driver)


def test_a_note_is_carried_to_the_system_of_its_subject_and_the_receipt_comes_back(town: Town) -> None:
    receipt, context = town.send()
    assert (receipt.kode, receipt.type) == ("MODTAGET", "Teknisk")
    assert context.transaktion == TRANSACTION and context.distribution
    assert town.wait() == ["ACCEPTERET"]
    assert town.receipts[0][1] == context
    (entry,) = town.journal()
    assert (entry["message"], entry["subject"], entry["cpr"], entry["filed_by"]) == (
        "m-1",
        "Svar",
        CHILD,
        "os2",
    )
    assert entry["text"] == NOTE.notat
    assert not CPR_LIKE.search(str([event.facts for event in town.driver.trace.events()]))


def test_the_misspelled_name_stands_on_the_wire() -> None:
    context = msgspec.structs.replace(CONTEXT, distribution=TRANSACTION)
    assert b"<t:DistributionTransktionsID>" in write_modtag(request(context))


def test_what_is_written_reads_back(driver: Driver) -> None:
    full = msgspec.structs.replace(CONTEXT, distribution=NOTE_ID, digital_post="d", fil="f.pdf")
    body = envelopes.read(envelopes.write(SoapVersion.SOAP11, write_afsend(request(full), CVR))).body
    assert body is not None and read_anmodning(body) == request(full)


def test_the_same_transaction_again_is_the_same_one(town: Town) -> None:
    first, again = town.send(), town.send()
    assert first[1] == again[1]
    assert town.wait() == ["ACCEPTERET"]
    assert len(town.journal()) == 1
    town.start_component()
    assert town.send()[1] == first[1], "also after a restart"
    assert town.wait() == ["ACCEPTERET"]


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ({"emne": "17.00.00"}, "emne"),  # carried, and no department here has it
        ({"part": None}, "part"),
        ({"part": Part("urn:oio:cpr-nr:123")}, "part"),
    ],
)
def test_what_the_case_system_cannot_file_is_turned_down_with_a_reason(
    town: Town, note: dict[str, Any], code: str
) -> None:
    assert town.send(request(**note))[0].kode is ForretningsKode.MODTAGET
    assert town.wait() == ["AFVIST"]
    assert town.receipts[0][0].fejl[0].kode == code
    assert town.journal() == []


GOOD = write_afsend(request(), CVR)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (write_afsend(request(msgspec.structs.replace(CONTEXT, emne="99.99.99")), CVR), "ingen_modtager"),
        (write_afsend(request(msgspec.structs.replace(CONTEXT, myndighed=OTHER_CVR)), CVR), "ingen_modtager"),
        (write_afsend(request(msgspec.structs.replace(CONTEXT, emne="", modtager=MODULE)), CVR), "ingen_modtager"),
        (write_afsend(request(), OTHER_CVR), "myndighed"),
        (GOOD.replace(b"27.24.00", b"27-24-00"), "input"),
        (GOOD.replace(TRANSACTION.encode(), b"1"), "input"),
        (GOOD.replace(b"<t:AfsendendeMyndighed>12345674", b"<t:AfsendendeMyndighed>1234"), "input"),
        (GOOD.replace(b"<t:RoutingHandlingFacet>G01", b"<t:RoutingHandlingFacet>1"), "input"),
        (GOOD.replace(b">JOURNALPOST<", b">FORMULAR<"), "input"),
        (GOOD.replace(b">JOURNALPOST<", b">BREV<"), "input"),
        (GOOD.replace(b">Oprettet<", b">Rettet<"), "input"),
        (GOOD.replace(b"2025-04-01T08:00:00.000+02:00", b"i dag"), "input"),
        (GOOD.replace(b"Notat>", b"Note>"), "input"),
        (GOOD.replace(b"t:anmodning", b"t:anmod").replace(b"d:anmodning", b"d:anmod"), "input"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_is_a_fault_with_the_transport_receipt(
    town: Town, body: bytes, code: str
) -> None:
    assert body != GOOD
    assert town.refused(body) == code
    assert town.journal() == []


def test_the_way_can_also_be_by_receiver(town: Town) -> None:
    context = msgspec.structs.replace(CONTEXT, emne="", facet="", modtager=CASES)
    assert town.send(request(context))[0].kode is ForretningsKode.MODTAGET
    assert town.wait() == ["ACCEPTERET"]


def test_who_takes_a_subject_can_be_asked(town: Town) -> None:
    rows = read_list_answer(town.ask(Operation.LIST, write_list(CVR, CVR, "17.03.00", "G01")))
    assert [(r.uuid, r.navn, r.emne) for r in rows] == [
        (CASES, "Fagsystem", "27.24.00"),
        (CASES, "Fagsystem", "17.*"),
    ]
    assert read_list_answer(town.ask(Operation.LIST, write_list(CVR, CVR, "99.00.00"))) == ()
    assert town.refused(write_list(CVR, CVR, "27"), Operation.LIST) == "input"


def test_whether_a_receiver_takes_anything_can_be_asked(town: Town) -> None:
    asked = (Routing(CVR, CASES), Routing(OTHER_CVR, CASES), Routing(CVR, MODULE))
    answered = read_valider_answer(town.ask(Operation.VALIDER, write_valider(CVR, asked)))
    assert [route.kan_modtage for route in answered] == [True, False, False]


def test_a_receiver_may_say_more_later(town: Town) -> None:
    town.receiving(lambda anmodning: ForretningsKvittering(ForretningsKode.AFLEVERET))
    _, context = town.send()
    assert town.wait() == ["AFLEVERET"]
    later = ForretningsKvittering(ForretningsKode.ACCEPTERET)
    town.ask(Operation.KVITTERING, write_kvittering(later, context))
    assert town.wait(2) == ["AFLEVERET", "ACCEPTERET"]
    strange = msgspec.structs.replace(context, transaktion=NOTE_ID)
    assert town.refused(write_kvittering(later, strange), Operation.KVITTERING) == "ukendt"


def test_an_action_or_a_body_that_is_not_served_gets_a_fault(town: Town) -> None:
    with pytest.raises(SaidFault):
        town.ask(Operation.LIST, GOOD)
    call = soap.call(
        town.driver.runtime("os2"), "fordeling", PATH, GOOD, version=SoapVersion.SOAP11, action="urn:x"
    )
    with pytest.raises(SaidFault):
        town.driver.run(call)


@pytest.mark.parametrize("body", [b"<a/>", write_modtag(request()).replace(b"27.24.00", b"x")])
def test_a_receiver_refuses_what_it_cannot_read(town: Town, body: bytes) -> None:
    call = soap.call(town.driver.runtime("f"), "fagsystem", RECEIVER_PATH, body, version=SoapVersion.SOAP11)
    with pytest.raises(SaidFault) as caught:
        town.driver.run(call)
    assert read_transport(caught.value.fault.details()[0]).kode is TransportKode.FEJL


def test_what_waits_for_a_receiver_or_a_sender_survives_restarts(driver: Driver) -> None:
    if driver.name == "sockets":
        pytest.skip("the pauses between attempts are real there")
    town = Town(driver)

    async def away(request: Request) -> Answer:
        return Answer(b"", 503)

    for name in ("fagsystem", "os2"):
        app = Starlette(routes=[Route("/{path:path}", away, methods=["POST", "GET"])])
        driver.install(name, lambda runtime, app=app: app)  # type: ignore[misc]
    town.send()
    driver.advance(600.0)
    town.start_component()
    town.start_cases()
    driver.advance(7200.0)
    assert len(town.journal()) == 1 and town.receipts == []
    town.start_component()
    town.start_module()
    driver.advance(7200.0)
    assert [receipt.kode for receipt, _ in town.receipts] == ["ACCEPTERET"]
    assert len(town.journal()) == 1
