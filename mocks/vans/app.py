"""The VANS network as an ASGI application."""

from __future__ import annotations

import csv
import io

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.limits import guarded
from mocks.runtime import Runtime
from mocks.vans.network import Answer, VansNetwork
from mocks.vans.settings import Settings


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """Intake at ``POST /vans/envelopes``; ``GET /vans/statistics[?format=csv]``; ``GET /vans/refusals``."""
    network = VansNetwork(runtime, settings)
    network.start()

    def made(answer: Answer) -> Response:
        return Response(answer.body, answer.status, media_type=answer.content_type)

    async def take_in(request: Request) -> Response:
        return made(await network.take_in(await request.body()))

    async def statistics(request: Request) -> Response:
        rows = network.statistics()
        if request.query_params.get("format") == "csv":
            text = io.StringIO()
            table = csv.writer(text, delimiter=";", lineterminator="\n")
            table.writerow(("month", "type", "sender", "receiver", "accepted", "delivered", "refused"))
            for r in rows:
                table.writerow((r.month, r.type, r.sender, r.receiver, r.accepted, r.delivered, r.refused))
            return Response(text.getvalue(), media_type="text/csv")
        body = msgspec.json.encode({"rows": rows, "in_transit": network.in_transit()})
        return Response(body, media_type="application/json")

    async def refusals(request: Request) -> Response:
        return Response(msgspec.json.encode({"rows": network.refusals()}), media_type="application/json")

    routes = [
        Route("/vans/envelopes", take_in, methods=["POST"]),
        Route("/vans/statistics", statistics),
        Route("/vans/refusals", refusals),
    ]
    return guarded(
        runtime, routes, most_bytes=settings.most_bytes, too_large=lambda: made(network.too_large())
    )
