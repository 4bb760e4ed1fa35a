"""The case system's desk, and the doors through which letters are filed: a call of its own, and SF2900.

``case_routes`` can be built into a system that has correspondence of its own; ``create_app`` stands alone.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.identifiers import check_cpr
from mocks.kombit.distribution.parties import receiver_route
from mocks.limits import JsonBody, Refused, answer, contract_route, guarded
from mocks.municipal.case_system.distributed import DistributedNotes
from mocks.municipal.case_system.settings import Settings
from mocks.municipal.case_system.system import CaseSystem, Direction
from mocks.people import CaseKind
from mocks.runtime import Runtime

_Name = Annotated[str, msgspec.Meta(max_length=140)]


class NewCase(msgspec.Struct, frozen=True, kw_only=True):
    """Body of ``POST /desk/cases``. ``opened`` is today unless given."""

    cpr: str
    kind: CaseKind
    unit: str
    worker: _Name = ""
    worker_phone: _Name = ""
    opened: date | None = None


class Closing(msgspec.Struct, frozen=True):
    """Body of ``POST /desk/cases/{uuid}/close``: the last day, today unless given. May be left out."""

    closed: date | None = None


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """Body of ``POST /journal``. ``message`` is the VANS message identifier; ``unit`` the SOR id."""

    cpr: str
    unit: str
    message: Annotated[str, msgspec.Meta(min_length=1, max_length=140)]
    subject: str = ""
    text: str = ""
    direction: Direction = Direction.IN
    filed_by: _Name = ""


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """A case system of its own. It tells the index of its initial cases as soon as time passes."""
    routes = [*case_routes(runtime, settings), contract_route("mocks.municipal.case_system")]
    return guarded(runtime, routes, most_bytes=settings.most_bytes)


def case_routes(runtime: Runtime, settings: Settings) -> list[Route]:
    """``/desk/cases``, ``/journal``, ``/desk/journal``, ``/desk/index`` and the endpoint for distributed notes.

    For any application that is ``guarded``.
    """
    system = CaseSystem(runtime, settings)
    read_case, read_closing, read_letter = JsonBody(NewCase), JsonBody(Closing), JsonBody(Letter)

    def today() -> date:
        return runtime.clock.now().date()

    def known_unit(unit: str, where: str) -> str:
        if unit not in system.units:
            raise Refused(
                404,
                f"unit {unit[:24]!r} is none of {settings.name}'s departments here",
                where,
                f"use one of {', '.join(system.units) or 'none (no units are configured)'}",
            )
        return unit

    async def open_case(request: Request) -> Response:
        new = await read_case(request)
        _well_formed_cpr(new.cpr)
        known_unit(new.unit, "$.unit")
        opened = new.opened or today()
        if opened > today():
            raise Refused(400, f"{opened} is in the future", "$.opened", "open a case today or earlier")
        return answer(system.open(new.cpr, new.kind, new.unit, opened, new.worker, new.worker_phone), 201)

    async def close_case(request: Request) -> Response:
        closing = await read_closing(request) if await request.body() else Closing()
        case = system.case(request.path_params["uuid"])
        if case is None:
            raise Refused(404, "no such case", "uuid in the path", "list the cases with GET /desk/cases")
        last_day = closing.closed or today()
        if case.closed is not None:
            if closing.closed is None or case.closed == last_day:
                return answer(case)
            raise Refused(409, f"closed already on {case.closed}", "$.closed", "nothing is left to do")
        if not case.opened <= last_day <= today():
            raise Refused(
                400, f"{last_day} is not between {case.opened} and today", "$.closed", "correct the day"
            )
        return answer(system.close(case, last_day))

    async def list_cases(request: Request) -> Response:
        asked = request.query_params
        unit = known_unit(asked["unit"], "query, unit") if "unit" in asked else ""
        active = {"true": True, "false": False, None: None}.get(asked.get("active"), "?")
        if isinstance(active, str):
            raise Refused(400, "active is neither true nor false", "query, active", "use true or false")
        return _page("cases", system.cases(unit, active), request, settings.list_limit)

    async def file_letter(request: Request) -> Response:
        letter = await read_letter(request)
        _well_formed_cpr(letter.cpr)
        known_unit(letter.unit, "$.unit")
        entry, new = system.file(
            cpr=letter.cpr,
            unit=letter.unit,
            message=letter.message,
            subject=letter.subject,
            text=letter.text,
            direction=letter.direction,
            filed_by=letter.filed_by,
        )
        receipt = {"entry": entry.id, "case": entry.case or None, "filed": entry.filed, "duplicate": not new}
        return answer(receipt, 201 if new else 200)

    async def list_journal(request: Request) -> Response:
        unit = known_unit(request.query_params.get("unit", ""), "query, unit")
        return _page("entries", system.journal(unit), request, settings.list_limit)

    async def index_state(request: Request) -> Response:
        return answer({"waiting": len(system.outbox), "refused": system.outbox.refused()})

    return [
        Route("/desk/cases", open_case, methods=["POST"]),
        Route("/desk/cases", list_cases, methods=["GET"]),
        Route("/desk/cases/{uuid}/close", close_case, methods=["POST"]),
        Route("/journal", file_letter, methods=["POST"]),
        receiver_route(runtime, DistributedNotes(system, settings).take),
        Route("/desk/journal", list_journal, methods=["GET"]),
        Route("/desk/index", index_state, methods=["GET"]),
    ]


def _well_formed_cpr(cpr: str) -> None:
    if wrong := check_cpr(cpr):
        raise Refused(400, wrong, "$.cpr", "send the ten digits of the child's CPR number")


def _page(name: str, rows: list[Any], request: Request, limit: int) -> Response:
    said = request.query_params.get("offset", "0")
    if not (said.isascii() and said.isdecimal() and len(said) < 9):
        raise Refused(400, f"offset is {said[:20]!r}", "query, offset", "use the next_offset of an answer")
    offset = int(said)
    end = offset + limit
    more = end < len(rows)
    return answer(
        {name: rows[offset:end], "total": len(rows), "more": more, "next_offset": end if more else None}
    )
