"""The JSON face of BRS. The national service speaks SOAP (``brs-nsp/service/brs``) and the names of its answers
are not public; this face carries the same content and is hypothetical."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.access.relations import Category, Contact, Short
from mocks.access.users import AccessUser
from mocks.identifiers import check_cpr
from mocks.limits import JsonBody, Refused
from mocks.nsp.treatment_relation import Changed, TreatmentRelations
from mocks.overview.calls import answer, checked_cpr
from mocks.runtime import Runtime

MOST_CHANGES = 500


class RelationQuestion(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The relation of a user to a patient, now. ``minimum``: the MinimumAcceptableRelation, absent for any."""

    cpr: str
    user: AccessUser
    minimum: Category | None = None
    reference: Short = ""


class RelationAnswer(msgspec.Struct, frozen=True):
    """The grade, and whether it is at least the minimum that was asked for."""

    category: Category
    acceptable: bool


class FollowUpQuestion(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Changes from this offset on."""

    offset: int = 0
    most: int = MOST_CHANGES


class FollowUps(msgspec.Struct, frozen=True):
    changes: list[Changed]


def treatment_routes(runtime: Runtime, relations: TreatmentRelations) -> list[Route]:
    """``POST /brs/tjek``, ``/brs/kilde`` (a source register reports), ``/brs/opfoelgning``."""
    questions, contacts, pulls = JsonBody(RelationQuestion), JsonBody(Contact), JsonBody(FollowUpQuestion)

    async def check(request: Request) -> Response:
        asked = await questions(request)
        cpr = checked_cpr(asked.cpr)
        category = await relations.category(cpr, asked.user, runtime.clock.now(), asked.reference)
        acceptable = asked.minimum is None or category.at_least(asked.minimum)
        return answer(RelationAnswer(category, acceptable))

    async def report(request: Request) -> Response:
        contact = await contacts(request)
        if problem := check_cpr(contact.patient):
            raise Refused(400, problem, "$.patient", "send the ten digits of the patient")
        if not (contact.organisation or contact.ydernummer or contact.professional):
            what = "the contact was with nobody"
            raise Refused(400, what, "$.organisation", "name an organisation, a ydernummer or a professional")
        relations.report(contact)
        return answer(contact, 201)

    async def follow_up(request: Request) -> Response:
        asked = await pulls(request)
        if asked.offset < 0 or not 0 < asked.most <= MOST_CHANGES:
            what = f"an offset is 0 or more, and one answer holds 1 to {MOST_CHANGES} changes"
            raise Refused(400, what, "$.offset", "count from the last offset that came, plus one")
        return answer(FollowUps(relations.changes(asked.offset, asked.most)))

    return [
        Route("/brs/tjek", check, methods=["POST"]),
        Route("/brs/kilde", report, methods=["POST"]),
        Route("/brs/opfoelgning", follow_up, methods=["POST"]),
    ]
