"""SOR as other systems ask it: one unit by its SOR id, or a list by location number, name, parent or
ydernummer.

The JSON face is our own mock contract, over the register as the newest nightly files have it (``nightly``). That
those hold active and future entries and no closed ones is here a question of the day: ``at``, today by default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.identifiers import check_gln, check_sor, check_ydernummer
from mocks.limits import JsonBody, Refused, answer, contract_route, guarded
from mocks.runtime import Runtime
from mocks.sor.nightly import Change, NightlyRegister
from mocks.sor.register import Register, SorEntry
from mocks.sor.settings import Settings

_QUESTIONS = ("gln", "name", "parent", "yder")
_OPTIONS = ("resolve", "at", "limit", "offset")


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """``GET /sor/{sor_id}`` and ``GET /sor?gln= | name= | parent= | yder=``; ``POST /desk/entries/{sor_id}``, where
    an administrator registers a change that the next night's files have (202 with the moment).

    One entry answers as ``mocks.units.Unit``; an owner, institution or team, which nobody writes to, as its
    entry with the inheritance filled in. Lists hold units only. ``resolve=false`` answers raw entries of
    all levels. A list longer than the limit says so: ``x-total-count`` counts all, and ``link`` leads to
    the next part. 400 for a malformed id, 404 for an unknown one, 410 for a unit closed on that day.
    """
    nightly = NightlyRegister(runtime, settings.entries)
    changes = JsonBody(Change)

    async def one(request: Request) -> Response:
        sor_id = request.path_params["sor_id"]
        asked = request.query_params
        _only(asked, ("resolve", "at"))
        published = nightly.current()
        found = published.register.entry(sor_id)
        if found is None:
            # Official examples use a SOR id with a wrong check digit; what is registered is served.
            _well_formed(check_sor(sor_id), "sor_id in the path")
            raise Refused(
                404, f"SOR has no entry {sor_id}", "sor_id in the path", "look it up by name or gln"
            )
        if not _resolve(asked):
            return answer(published.raw[sor_id])
        _open(found, _day(asked, runtime))
        return answer(published.units[sor_id])

    async def listed(request: Request) -> Response:
        asked = request.query_params
        _only(asked, (*_QUESTIONS, *_OPTIONS))
        questions = {q: asked[q].strip() for q in _QUESTIONS if q in asked}
        if not questions or not all(questions.values()):
            raise Refused(
                400, "there is nothing to look for", "query", f"give at least one of {', '.join(_QUESTIONS)}"
            )
        day = _day(asked, runtime)
        published = nightly.current()
        form, found = published.raw, _find(published.register, questions)
        if _resolve(asked):
            form, found = published.units, [e for e in found if e.kind is not None and e.in_force(day)]
        if not found:
            _explain(published.register, questions, day)
        limit = _number(asked, "limit", settings.list_limit, 1, settings.list_limit)
        offset = _number(asked, "offset", 0, 0, 10_000_000)
        page = found[offset : offset + limit]
        response = answer(b"[" + b",".join([form[e.sor_id] for e in page]) + b"]")
        response.headers["x-total-count"] = str(len(found))
        if offset + len(page) < len(found):
            more = request.url.include_query_params(offset=offset + limit)
            response.headers["link"] = f'<{more.path}?{more.query}>; rel="next"'
        return response

    async def change(request: Request) -> Response:
        made = nightly.change(request.path_params["sor_id"], await changes(request))
        return answer(made, 202)

    routes = [
        Route("/sor/{sor_id}", one),
        Route("/desk/entries/{sor_id}", change, methods=["POST"]),
        Route("/sor", listed),
        contract_route("mocks.sor"),
    ]
    return guarded(runtime, routes, most_bytes=settings.most_bytes)


def _find(register: Register, questions: Mapping[str, str]) -> list[SorEntry]:
    ask = questions.get
    return register.find(gln=ask("gln"), name=ask("name"), parent=ask("parent"), yder=ask("yder"))


def _open(entry: SorEntry, day: date) -> None:
    if day < entry.valid_from:
        raise Refused(
            404,
            f"{entry.name} opens on {entry.valid_from}; asked for {day}",
            "sor_id in the path",
            "ask with at=YYYY-MM-DD for that day, or resolve=false for the raw entry",
        )
    if not entry.in_force(day):
        raise Refused(
            410,
            f"{entry.name} was closed after {entry.valid_to}; asked for {day}",
            "sor_id in the path",
            "address another unit; resolve=false still answers the raw entry",
        )


def _explain(register: Register, questions: Mapping[str, str], day: date) -> None:
    """Why an identifier found nothing. A name that fits nothing is simply an empty list."""
    checks: dict[str, Callable[[str], str | None]] = {
        "gln": check_gln,
        "parent": check_sor,
        "yder": check_ydernummer,
    }
    for question, value in questions.items():
        if question == "name" or (question == "parent" and register.entry(value) is not None):
            continue
        where = f"query, {question}"
        hits = _find(register, {question: value})
        if not hits:
            _well_formed(checks[question](value), where)
            what = f"SOR has no entry with {question}={value}"
        elif not (fitting := [e for e in hits if e.kind is not None]):
            what = f"{question}={value} belongs to {hits[0].name}, which is no unit that one writes to"
        elif not any(e.in_force(day) for e in fitting):
            what = f"no unit with {question}={value} is open on {day}"
        else:
            continue  # another question left nothing over
        raise Refused(404, what, where, "look the unit up by name, or ask with resolve=false")


def _well_formed(wrong: str | None, where: str) -> None:
    if wrong:
        raise Refused(400, wrong, where, "correct the identifier and ask again")


def _only(asked: Mapping[str, str], allowed: tuple[str, ...]) -> None:
    for name in asked:
        if name not in allowed:
            raise Refused(400, f"{name[:40]!r} is no question here", "query", f"use {', '.join(allowed)}")


def _resolve(asked: Mapping[str, str]) -> bool:
    said = asked.get("resolve", "true")
    if said not in ("true", "false"):
        raise Refused(400, f"resolve is {said[:20]!r}", "query, resolve", "use true or false")
    return said == "true"


def _day(asked: Mapping[str, str], runtime: Runtime) -> date:
    if (said := asked.get("at")) is None:
        return runtime.clock.now().date()
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Refused(400, f"{said[:20]!r} is not a date", "query, at", "write YYYY-MM-DD") from None


def _number(asked: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    said = asked.get(name)
    if said is None:
        return default
    # isdecimal alone would let other scripts' digits and endless numbers through to int().
    if not (said.isascii() and said.isdecimal() and len(said) < 9 and least <= int(said) <= most):
        raise Refused(
            400, f"{name} is {said[:20]!r}", f"query, {name}", f"use a number from {least} to {most}"
        )
    return int(said)
