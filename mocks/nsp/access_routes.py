"""The JSON faces of the consent register and of MinSpærring.

The consent register is hypothetical. MinSpærring's own service is SOAP with spellings that are not public;
these faces carry the same content.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.access.consents import Consent, ConsentState, Scope
from mocks.access.users import AccessUser
from mocks.errors import Unreachable
from mocks.limits import JsonBody, Refused
from mocks.nsp.access_check import AccessCheck
from mocks.nsp.access_settings import AccessSettings
from mocks.nsp.blocking import Blocking, BlockingItem, DataItem, Short, UserVerdict
from mocks.nsp.consent_register import ConsentRegister, NewConsent
from mocks.nsp.organisations import Organisations
from mocks.nsp.treatment_relation import TreatmentRelations
from mocks.nsp.treatment_routes import treatment_routes
from mocks.overview.calls import answer, checked_cpr, refusal
from mocks.runtime import Runtime

MOST_ENTRIES = 10_000


class ConsentQuestion(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether ``user`` may see these kinds of data about a citizen, now."""

    cpr: str
    user: AccessUser
    scopes: Annotated[tuple[Scope, ...], Meta(max_length=20)]


class ConsentAnswer(msgspec.Struct, frozen=True):
    """One state for each kind of data that was asked for."""

    states: dict[Scope, ConsentState]


class _Withdraw(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    consent: str
    by: str
    scopes: Annotated[tuple[Scope, ...], Meta(max_length=20)] = ()


class _Citizen(msgspec.Struct, forbid_unknown_fields=True):
    cpr: str


class UserQuestion(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """ConsentForUserCheck: may this user look at this citizen's data?"""

    cpr: str
    user: AccessUser


class DataQuestion(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """ConsentForDataCheck: which of these metadata entries may this user see?"""

    cpr: str
    user: AccessUser
    entries: list[DataItem]


class UserAnswer(msgspec.Struct, frozen=True):
    consent: UserVerdict


class DataAnswer(msgspec.Struct, frozen=True):
    entries: list[DataItem]


class _Lift(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: str
    by: Short
    system: Short = ""


class Registers:
    """The registers of access of one platform, for its routes and for document sharing beside them."""

    def __init__(self, runtime: Runtime, settings: AccessSettings) -> None:
        self.organisations = Organisations(runtime, settings.register_seconds)
        self.consents = ConsentRegister(
            runtime,
            settings.consent_rules,
            settings.consents,
            legal=settings.legal,
            health_persons=settings.health_persons,
            cpr_seconds=settings.register_seconds,
        )
        self.blocking = Blocking(runtime, self.organisations, settings.blockings)
        self.relations = TreatmentRelations(
            runtime,
            self.organisations,
            settings.contacts,
            wait_days=settings.relation_wait_days,
            cpr_seconds=settings.register_seconds,
        )
        self.check = AccessCheck(
            settings.consent_mode, self.consents, self.blocking, settings.legal, settings.health_persons
        )


def access_routes(runtime: Runtime, registers: Registers) -> list[Route]:
    """``/samtykke/registrer|tilbagekald|tjek|soeg`` and ``/minsp/verify/user|data``,
    ``/minsp/registrer|ophaev|soeg``, ``/brs/tjek|kilde|opfoelgning``; all POST."""
    return [
        *_consent_routes(runtime, registers.consents),
        *_blocking_routes(runtime, registers.blocking),
        *treatment_routes(runtime, registers.relations),
    ]


def _consent_routes(runtime: Runtime, register: ConsentRegister) -> list[Route]:
    news, questions = JsonBody(NewConsent), JsonBody(ConsentQuestion)
    withdrawals, citizens = JsonBody(_Withdraw), JsonBody(_Citizen)

    async def enter(request: Request) -> Response:
        return answer(register.register(await news(request)), 201)

    async def withdraw(request: Request) -> Response:
        asked = await withdrawals(request)
        return answer(await register.withdraw(asked.consent, asked.by, asked.scopes))

    async def check(request: Request) -> Response:
        asked = await questions(request)
        cpr = checked_cpr(asked.cpr)
        if not asked.scopes:
            raise Refused(400, "nothing is asked for", "$.scopes", f"name at least one of {', '.join(Scope)}")
        scopes = tuple(dict.fromkeys(asked.scopes))
        return answer(ConsentAnswer(await register.states(cpr, scopes, asked.user, runtime.clock.now())))

    async def search(request: Request) -> Response:
        consents: list[Consent] = register.of(checked_cpr((await citizens(request)).cpr))
        return answer({"consents": consents})

    return [
        Route("/samtykke/registrer", enter, methods=["POST"]),
        Route("/samtykke/tilbagekald", withdraw, methods=["POST"]),
        Route("/samtykke/tjek", check, methods=["POST"]),
        Route("/samtykke/soeg", search, methods=["POST"]),
    ]


def _blocking_routes(runtime: Runtime, blocking: Blocking) -> list[Route]:
    users, data, items = JsonBody(UserQuestion), JsonBody(DataQuestion), JsonBody(BlockingItem)
    lifts, citizens = JsonBody(_Lift), JsonBody(_Citizen)

    async def verify_user(request: Request) -> Response:
        asked = await users(request)
        cpr = checked_cpr(asked.cpr)
        try:
            return answer(UserAnswer(await blocking.for_user(cpr, asked.user, runtime.clock.now())))
        except Unreachable:
            return _undecided()

    async def verify_data(request: Request) -> Response:
        asked = await data(request)
        cpr = checked_cpr(asked.cpr)
        if len(asked.entries) > MOST_ENTRIES:
            what = f"one request takes {MOST_ENTRIES} entries, this has {len(asked.entries)}"
            raise Refused(413, what, "$.entries", "split it")
        try:
            kept = await blocking.filter(cpr, asked.user, asked.entries, runtime.clock.now())
        except Unreachable:
            return _undecided()
        return answer(DataAnswer(kept))

    async def enter(request: Request) -> Response:
        return answer(blocking.register(await items(request)), 201)

    async def lift(request: Request) -> Response:
        asked = await lifts(request)
        return answer(blocking.lift(asked.id, asked.by, asked.system))

    async def search(request: Request) -> Response:
        return answer({"items": blocking.of(checked_cpr((await citizens(request)).cpr))})

    return [
        Route("/minsp/verify/user", verify_user, methods=["POST"]),
        Route("/minsp/verify/data", verify_data, methods=["POST"]),
        Route("/minsp/registrer", enter, methods=["POST"]),
        Route("/minsp/ophaev", lift, methods=["POST"]),
        Route("/minsp/soeg", search, methods=["POST"]),
    ]


def _undecided() -> Response:
    return refusal(
        503,
        "processing_problem",
        "SOR did not answer, and a registration names an organisation; ask again later",
        "Der kan ikke svares lige nu. Prøv igen senere.",
    )
