"""What a system needs to take part: the endpoint where it takes objects, and the one where it hears receipts."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Route

from mocks import soap
from mocks.kombit.distribution.app import refusal
from mocks.runtime import Runtime
from mocks.standards.distribution.names import (
    ANVENDER_REQUEST,
    MODTAG_REQUEST,
    RECEIVER_PATH,
    SENDER_PATH,
    V2,
)
from mocks.standards.distribution.read import read_anmodning, read_kvittering
from mocks.standards.distribution.records import (
    Anmodning,
    Context,
    DistributionProblem,
    ForretningsKvittering,
)
from mocks.standards.distribution.write import write_anvender_answer, write_modtag_answer

#: How a journal note refers to the letter that it repeats (of this mock), and how a system is named.
URN_MESSAGE = "urn:tvaers:besked:"
URN_SYSTEM = "urn:oio:it-system-uuid:"


def receiver_route(
    runtime: Runtime, take: Callable[[Anmodning], ForretningsKvittering], path: str = RECEIVER_PATH
) -> Route:
    """``FordelingsobjektModtag``: ``take`` gives the business receipt."""

    async def serve(received: soap.Received) -> Response:
        body = received.envelope.body
        if body is None or body.tag != MODTAG_REQUEST:
            raise refusal("input", f"this endpoint takes {MODTAG_REQUEST}")
        try:
            anmodning = read_anmodning(body, V2)
        except DistributionProblem as problem:
            raise refusal("input", str(problem)) from None
        return soap.answer(received.envelope, write_modtag_answer(take(anmodning)))

    return Route(path, soap.endpoint(runtime, serve), methods=["POST"])


def sender_route(
    runtime: Runtime, hear: Callable[[ForretningsKvittering, Context], None], path: str = SENDER_PATH
) -> Route:
    """``FordelingskvitteringModtag`` at a sender: ``hear`` gets each receipt, maybe more than once."""

    async def serve(received: soap.Received) -> Response:
        body = received.envelope.body
        if body is None or body.tag != ANVENDER_REQUEST:
            raise refusal("input", f"this endpoint takes {ANVENDER_REQUEST}")
        try:
            receipt, context = read_kvittering(body, V2)
        except DistributionProblem as problem:
            raise refusal("input", str(problem)) from None
        hear(receipt, context)
        return soap.answer(received.envelope, write_anvender_answer())

    return Route(path, soap.endpoint(runtime, serve), methods=["POST"])
