"""The live page of ``tvaers up``: message journeys as they happen, for people and for machines."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from html import escape
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mocks.drivers.memory_trace import MemoryTrace
from sim.journal import Journal
from sim.journey import Journey

SCHEMA = "tvaers.journeys/1"
#: Journeys or events in one answer.
_MOST = 10_000


class Example(NamedTuple):
    """A synthetic child to look up on the screens of SAPA and NordEPJ."""

    cpr: str
    municipality: str


def create_app(
    journal: Journal,
    trace: MemoryTrace,
    examples: Sequence[Example] = (),
    names: Mapping[str, str] | None = None,
) -> Starlette:
    """``GET /`` the page, ``GET /journeys[?limit=]`` and ``/journeys/{id}`` as JSON, ``GET /trace`` raw events.

    ``names``: what the page calls systems and location numbers.
    """

    async def listed(request: Request) -> Response:
        newest = islice(reversed(journal.journeys()), _number(request, "limit", 200, _MOST))
        return _json({"schema": SCHEMA, "journeys": [summary(j) for j in newest]})

    async def one(request: Request) -> Response:
        wanted = request.path_params["id"]
        for journey in journal.journeys():
            if journey.id == wanted:
                return _json(whole(journey))
        return _json({"error": "unknown_journey", "text": f"no journey is called {wanted}"}, 404)

    async def events(request: Request) -> Response:
        since = _number(request, "since", 0, sys.maxsize)
        body = trace.json(since=since, limit=_number(request, "limit", 1000, _MOST))
        return Response(body, media_type="application/json")

    async def page(request: Request) -> Response:
        rows = "".join(_row(j, names or {}) for j in reversed(journal.journeys()[-100:]))
        page = _PAGE.replace("{rows}", rows or '<tr><td colspan="5">No message yet.</td></tr>')
        return HTMLResponse(page.replace("{examples}", _examples(examples)))

    async def health(request: Request) -> Response:
        return _json({"system": "console", "status": "ok"})

    return Starlette(
        routes=[
            Route("/", page),
            Route("/journeys", listed),
            Route("/journeys/{id}", one),
            Route("/trace", events),
            Route("/health", health),
        ]
    )


def summary(journey: Journey) -> dict[str, Any]:
    """A journey on one line."""
    return {
        "journey": journey.id,
        "status": journey.status,
        "sender": journey.sender,
        "receiver": journey.receiver,
        "resends": journey.resends,
        "duplicates": journey.duplicates,
        "began": journey.stations[0].at if journey.stations else None,
    }


def whole(journey: Journey) -> dict[str, Any]:
    """A journey with its stations and the envelopes it caused, without their bytes."""
    return {
        **summary(journey),
        "schema": SCHEMA,
        "stations": [
            {"station": s.station, "system": s.system, "at": s.at, "message": s.message, **s.facts}
            for s in journey.stations
        ],
        "messages": [
            {
                "at": m.at,
                "from": m.sender,
                "to": m.receiver,
                "standard": m.standard,
                "ids": m.ids,
                "size": len(m.body),
            }
            for m in journey.messages
        ],
    }


def _number(request: Request, name: str, default: int, most: int) -> int:
    """The number asked for, at most ``most``; the default where there is none."""
    text = request.query_params.get(name, "")
    return min(int(text[:20]), most) if text.isascii() and text.isdigit() else default


def _json(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def _row(journey: Journey, names: Mapping[str, str]) -> str:
    letter = next((m for m in journey.messages if m.message == journey.id), None)
    sender, receiver = (
        _party(names, system, gln)
        for system, gln in (
            (journey.sender, letter.sender if letter else ""),
            (journey.receiver, letter.receiver if letter else ""),
        )
    )
    stations = " &rarr; ".join(escape(name) for name in journey.first)
    began = journey.stations[0].at.strftime("%H:%M:%S") if journey.stations else ""
    return (
        f"<tr><td>{began}</td><td>{sender}</td><td>{receiver}</td>"
        f'<td><b>{escape(journey.status)}</b></td><td><a href="/journeys/{escape(journey.id)}">{stations}</a></td></tr>'
    )


def _party(names: Mapping[str, str], system: str, gln: str) -> str:
    """The unit by name where its number is known, and the system it works on."""
    unit, title = names.get(gln, ""), names.get(system, system)
    return f"{escape(unit)}<br><small>{escape(title)}</small>" if unit else escape(title)


def _examples(examples: Sequence[Example]) -> str:
    if not examples:
        return ""
    children = ", ".join(f"{escape(e.cpr)} ({escape(e.municipality)})" for e in examples)
    return (
        f"<p>Synthetic children with appointments and cases, to look up in SAPA and NordEPJ: {children}.</p>"
    )


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>tvaers: journeys</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1d2733}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d9dfe5}
small{color:#5b6670}a{color:#0b5c8a;text-decoration:none}</style>
<h1>Message journeys</h1><p>The newest first. As JSON: <a href="/journeys">/journeys</a>; raw events:
<a href="/trace">/trace</a>.</p>
{examples}<table><tr><th>began</th><th>from</th><th>to</th><th>status</th><th>stations</th></tr>{rows}</table></html>"""
