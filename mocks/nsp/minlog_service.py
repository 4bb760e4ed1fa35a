"""The registration service of MinLog2 on the wire: SOAP 1.1, one operation, and its limits."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from mocks import soap
from mocks.errors import BadInput
from mocks.nsp.id_cards import UNDERSTOOD, IdCardCheck
from mocks.nsp.minlog import MinLog, RequestRate
from mocks.runtime import Runtime
from mocks.standards import minlog as wire
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import CLIENT, VERSION_MISMATCH, SoapRefusal

#: A system's card suffices.
LEVEL = 3


def minlog_route(
    runtime: Runtime, log: MinLog, cards: IdCardCheck, *, most_entries: int, most_requests: int | None
) -> Route:
    """``AddRegistrations``, with a system's id card. More entries than ``most_entries`` in a request, or more requests than
    ``most_requests`` an hour from one registrant, are refused by a fault; a wrong entry is told of by itself.
    """
    rate = RequestRate(most_requests)

    async def add(asked: soap.Received) -> Response:
        if asked.envelope.version is not SoapVersion.SOAP11:
            raise SoapRefusal(VERSION_MISMATCH, "MinLog2 is registered to by SOAP 1.1")
        now = runtime.clock.now()
        card = cards.check(asked.envelope, now, level=LEVEL)
        if asked.envelope.body is None:
            raise SoapRefusal(CLIENT, "the Body is empty; send a RegistrationRequest")
        try:
            entries = wire.read_request(asked.envelope.body)
        except BadInput as error:
            raise SoapRefusal(CLIENT, str(error)) from None
        if len(entries) > most_entries:
            raise SoapRefusal(
                CLIENT, f"one request takes {most_entries} entries, this has {len(entries)}; split it"
            )
        if not rate.allows(card.cvr, now):
            raise SoapRefusal(
                CLIENT, f"there were {most_requests} requests within the hour; gather entries and send later"
            )
        added = log.register(entries)
        return soap.answer(asked.envelope, wire.write_response(added))

    return Route(wire.PATH, soap.endpoint(runtime, add, understood=UNDERSTOOD), methods=["POST"])
