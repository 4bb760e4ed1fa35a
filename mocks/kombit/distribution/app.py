"""The component's four operations over SOAP 1.1. What cannot be carried is a SOAP fault with the transport
receipt in it; what can is answered by MODTAGET and the component's own transaction number."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from lxml import etree
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from mocks import soap
from mocks.kombit.distribution.deliveries import Deliveries
from mocks.kombit.distribution.settings import Receiver, Settings
from mocks.kombit.request_header import SECURITY
from mocks.limits import guarded
from mocks.runtime import Runtime
from mocks.standards.distribution.names import OPERATIONS, PATH, Operation
from mocks.standards.distribution.read import (
    authority_of,
    read_anmodning,
    read_kvittering,
    read_list,
    read_valider,
)
from mocks.standards.distribution.records import (
    Context,
    DistributionProblem,
    Fejl,
    ForretningsKode,
    ForretningsKvittering,
    Kvitteringstype,
    Modtagersystem,
    Routing,
    TransportKode,
    TransportKvittering,
)
from mocks.standards.distribution.write import (
    write_afsend_answer,
    write_kvittering_answer,
    write_list_answer,
    write_transport,
    write_valider_answer,
)
from mocks.standards.soap.faults import CLIENT, SoapProblem, SoapRefusal


def refusal(kode: str, tekst: str) -> SoapRefusal:
    """A transport receipt that says no: a fault. The codes are this mock's own."""
    receipt = TransportKvittering(TransportKode.FEJL, tekst, (Fejl(kode, tekst),))
    return SoapRefusal(CLIENT, tekst, write_transport(receipt))


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """``POST /service/SP/Distribution/3``, an operation by its SOAP action."""
    deliveries = Deliveries(runtime, settings)

    def receiver_of(context: Context) -> Receiver:
        own = [r for r in settings.receivers if r.cvr == context.myndighed]
        for receiver in own:
            if receiver.uuid == context.modtager or (
                context.emne and receiver.takes(context.emne, context.facet)
            ):
                return receiver
        what = "this system" if context.modtager else f"subject {context.emne}"
        raise refusal("ingen_modtager", f"nobody takes {what} at the authority that was named")

    def afsend(body: etree._Element) -> bytes:
        anmodning = read_anmodning(body)
        authority = authority_of(body)
        if authority and authority != anmodning.context.afsender:
            raise refusal("myndighed", "AuthorityContext and AfsendendeMyndighed are not the same")
        sender = anmodning.objekt.system.removeprefix("urn:oio:it-system-uuid:")
        key = deliveries.take(anmodning, receiver_of(anmodning.context), sender)
        context = msgspec.structs.replace(anmodning.context, distribution=key)
        receipt = ForretningsKvittering(ForretningsKode.MODTAGET, Kvitteringstype.TEKNISK)
        return write_afsend_answer(receipt, context)

    def kvittering(body: etree._Element) -> bytes:
        receipt, context = read_kvittering(body)
        delivery = deliveries.kept(context.distribution)
        if delivery is None or delivery.anmodning.context.transaktion != context.transaktion:
            raise refusal("ukendt", "no object was distributed under these transaction numbers")
        deliveries.settle(context.distribution, delivery, receipt)
        return write_kvittering_answer()

    def receivers(body: etree._Element) -> bytes:
        _, authority, subject, facet = read_list(body)
        return write_list_answer(
            [
                Modtagersystem(r.cvr, r.uuid, r.name, pattern)
                for r in settings.receivers
                if r.cvr == authority and r.takes(subject, facet)
                for pattern in r.subjects
            ]
        )

    def valider(body: etree._Element) -> bytes:
        known = {(r.cvr, r.uuid) for r in settings.receivers}
        return write_valider_answer(
            [Routing(r.myndighed, r.modtager, (r.myndighed, r.modtager) in known) for r in read_valider(body)]
        )

    operations: dict[Operation, Callable[[etree._Element], bytes]] = {
        Operation.AFSEND: afsend,
        Operation.KVITTERING: kvittering,
        Operation.LIST: receivers,
        Operation.VALIDER: valider,
    }

    async def serve(received: soap.Received) -> Response:
        operation = OPERATIONS.get(received.action)
        if operation is None:
            raise SoapProblem(CLIENT, f"no such SOAP action; there are {', '.join(OPERATIONS)}")
        body = received.envelope.body
        if body is None or body.tag != operation.request:
            raise SoapProblem(CLIENT, f"the action {operation} takes {operation.request}")
        if settings.check is not None:
            settings.check(received.envelope, runtime.clock.now())
        try:
            content = operations[operation](body)
        except DistributionProblem as problem:
            raise refusal("input", str(problem)) from None
        return soap.answer(received.envelope, content)

    routes = [Route(PATH, soap.endpoint(runtime, serve, understood=(SECURITY,)), methods=["POST"])]
    return guarded(
        runtime,
        routes,
        most_bytes=settings.most_bytes,
        too_large=lambda: soap.too_large(settings.most_bytes),
    )
