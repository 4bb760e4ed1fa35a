"""The case index as case systems write to it and overviews search it.

Four operations of SF1470 with its field names in a JSON face of our own. As in the real service, a
search says which blocks of a case it wants to see, and an *empty filter returns no data*. Not mimicked:
documents and journal notes, nested search expressions, sorting, tokens, and the restriction of data by
owner, class and sensitivity.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.identifiers import check_cpr
from mocks.kombit.case_index.index import OK, WRONG_INPUT, CaseIndex, UnikRetur
from mocks.kombit.case_index.sag import Moment, Relationer, Sag
from mocks.kombit.case_index.settings import Settings
from mocks.limits import JsonBody, Refused, answer, contract_route, guarded
from mocks.runtime import Runtime


class SagVis(StrEnum):
    """The blocks of a case that a search may ask for. The last five are empty in this mock."""

    EGENSKABER = "egenskaber"
    FREMDRIFT = "fremdrift"
    SAGSKLASSE = "sagsklasse"
    SAGSAKTOER = "sagsaktoer"
    SAGSPART = "sagspart"
    ITSYSTEM = "itsystem"
    SAGSRELATION = "sagsrelation"
    SAGSGENSTAND = "sagsgenstand"
    JOURNALPOST = "journalpost"
    JOURNALNOTE = "journalpost-journalnote"
    SIKKERHEDSPROFIL = "sikkerhedsprofil"


#: Everything that an overview needs to show a case.
WHOLE_CASE = (
    SagVis.EGENSKABER,
    SagVis.FREMDRIFT,
    SagVis.SAGSKLASSE,
    SagVis.SAGSAKTOER,
    SagVis.SAGSPART,
)


class Filter(msgspec.Struct, frozen=True):
    sag_vis: tuple[SagVis, ...] = msgspec.field(name="SagVis", default=())


class Sager(msgspec.Struct, frozen=True):
    """Body of ``importer`` and ``opdater``."""

    sager: tuple[Sag, ...]


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Body of ``fremsoeg``: the primary party's CPR number, or the cases' own UUIDs.

    ``Registreringstidspunkt`` asks for what the index showed at that moment.
    """

    cpr: str | None = None
    uuids: tuple[str, ...] = msgspec.field(name="SagUuid", default=())
    filter: Filter = msgspec.field(name="Filter", default=Filter())
    registered: Moment | None = msgspec.field(name="Registreringstidspunkt", default=None)


class Removal(msgspec.Struct, frozen=True):
    """Body of ``fjern``."""

    uuids: tuple[str, ...] = msgspec.field(name="SagUuid")


class StandardRetur(msgspec.Struct, frozen=True, omit_defaults=True):
    status: int = msgspec.field(name="StatusKode")
    text: str = msgspec.field(name="FejlbeskedTekst", default="")


class Outcome(msgspec.Struct, frozen=True):
    """Answer of ``importer``, ``opdater`` and ``fjern``: one line for the whole, one for each case."""

    standard_retur: StandardRetur = msgspec.field(name="StandardRetur")
    unik_retur: tuple[UnikRetur, ...] = msgspec.field(name="UnikRetur")


class Antal(msgspec.Struct, frozen=True):
    sager: int


class Found(msgspec.Struct, frozen=True):
    """Answer of ``fremsoeg``. ``Antal`` counts all hits, of which ``sager`` holds the first ones."""

    standard_retur: StandardRetur = msgspec.field(name="StandardRetur")
    antal: Antal = msgspec.field(name="Antal")
    sager: tuple[Sag, ...]


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """``POST /sagsindeks/{importer, opdater, fremsoeg, fjern}``.

    HTTP 200 with a status code for each case; 400 when the request as a whole cannot be read.
    """
    index = CaseIndex(runtime.store)
    read_sager, read_search, read_removal = JsonBody(Sager), JsonBody(Search), JsonBody(Removal)

    async def importer(request: Request) -> Response:
        body = await read_sager(request)
        now = runtime.clock.now()
        return _outcome(tuple([index.take(sag, now) for sag in body.sager]))

    async def opdater(request: Request) -> Response:
        body = await read_sager(request)
        now = runtime.clock.now()
        return _outcome(tuple([index.take(sag, now, must_exist=True) for sag in body.sager]))

    async def fremsoeg(request: Request) -> Response:
        search = await read_search(request)
        if (search.cpr is None) == (not search.uuids):
            raise Refused(400, "a search is by cpr or by SagUuid", "$", "send one of the two")
        if search.cpr is not None and (wrong := check_cpr(search.cpr)):
            raise Refused(400, wrong, "$.cpr", "send the ten digits of the CPR number")
        blocks = frozenset(search.filter.sag_vis)
        if not blocks:
            text = "Filter/SagVis is empty: an empty filter returns no data"
            return answer(Found(StandardRetur(OK, text), Antal(0), ()))
        if search.cpr is not None:
            hits = index.of_party(search.cpr, search.registered)
        else:
            hits = index.by_uuid(search.uuids, search.registered)
        shown = tuple([_filtered(sag, blocks) for sag in hits[: settings.most_hits]])
        return answer(Found(StandardRetur(OK), Antal(len(hits)), shown))

    async def fjern(request: Request) -> Response:
        body = await read_removal(request)
        now = runtime.clock.now()
        return _outcome(tuple([index.remove(uuid, now) for uuid in body.uuids]))

    routes = [
        Route("/sagsindeks/importer", importer, methods=["POST"]),
        Route("/sagsindeks/opdater", opdater, methods=["POST"]),
        Route("/sagsindeks/fremsoeg", fremsoeg, methods=["POST"]),
        Route("/sagsindeks/fjern", fjern, methods=["POST"]),
        contract_route("mocks.kombit.case_index"),
    ]
    return guarded(runtime, routes, most_bytes=settings.most_bytes)


def _outcome(results: tuple[UnikRetur, ...]) -> Response:
    refused = sum(r.status != OK for r in results)
    overall = StandardRetur(OK)
    if refused:
        overall = StandardRetur(
            WRONG_INPUT, f"{refused} of {len(results)} cases were not taken: see UnikRetur"
        )
    return answer(Outcome(overall, results))


def _filtered(sag: Sag, blocks: frozenset[SagVis]) -> Sag:
    own = SagVis.EGENSKABER in blocks
    actor, klasse, it = SagVis.SAGSAKTOER in blocks, SagVis.SAGSKLASSE in blocks, SagVis.ITSYSTEM in blocks
    r = sag.relationer
    return Sag(
        uuid=sag.uuid,
        registrering=sag.registrering,
        egenskaber=sag.egenskaber if own else None,
        indeks_egenskaber=sag.indeks_egenskaber if own else None,
        tilstand=sag.tilstand if SagVis.FREMDRIFT in blocks else (),
        relationer=Relationer(
            ejer=r.ejer if actor else None,
            ansvarlig=r.ansvarlig if actor else None,
            primaer_behandler=r.primaer_behandler if actor else None,
            bopaelskommune=r.bopaelskommune if actor else None,
            primaer_part=r.primaer_part if SagVis.SAGSPART in blocks else None,
            primaer_klasse=r.primaer_klasse if klasse else None,
            handlingsklasse=r.handlingsklasse if klasse else None,
            it_system_master=r.it_system_master if it else None,
            it_system_afsender=r.it_system_afsender if it else None,
        ),
    )
