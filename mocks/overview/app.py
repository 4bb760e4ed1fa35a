"""The overview service (system ``sagsoverblik``): composes the card for whoever is logged in.

It stands where the pilot had its infrastructure between the municipalities' index and the health sector;
that protocol is not public, this one is the mock's own.
"""

from __future__ import annotations

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.access.users import AccessUser
from mocks.kombit.access_settings import CASE_INDEX
from mocks.kombit.client import KombitLogin
from mocks.limits import JsonBody, contract_route, guarded
from mocks.nsp.access_check import user_of
from mocks.nsp.minlog import entry_for
from mocks.nsp.seb import SebCheck, TokenRefused
from mocks.overview.access_log import AccessLog
from mocks.overview.calls import answer, checked_cpr
from mocks.overview.consented import Consented, consented, relation_missing
from mocks.overview.session import ConsentMode, Failure, denied, refusal_of
from mocks.overview.settings import Settings
from mocks.overview.sources import Deadline, compose
from mocks.runtime import Runtime
from mocks.signatures import only

ACTIVITY = "Opslag i sags- og kontaktoverblik for børn og unge"


class CardRequest(msgspec.Struct, kw_only=True):
    """Whose card, and the token of who asks. What else the asker says about the user is not believed."""

    cpr: str
    token: str


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """``POST /overblik`` answers ``mocks.overview.card.Card``. 401 for a token that opens nothing; 403
    ``consent_missing`` (mode ``registered``) or ``no_treatment_relation`` (where that is checked); 502 and 504
    when a register that decides does not answer. One that only tells leaves a gap in the card.

    Every attempt is noted in the trace as ``card_lookup``: how it was decided, and the number of its entry in
    the citizen's log, if there is one."""
    requests = JsonBody(CardRequest)
    access_log = AccessLog(runtime, settings)
    seb = SebCheck(only(settings.seb))
    security = None
    if settings.kombit is not None:
        security = KombitLogin(runtime, settings.kombit).securing(settings.kombit.cvr, CASE_INDEX)

    async def overview(request: Request) -> Response:
        asked = await requests(request)
        cpr = checked_cpr(asked.cpr)
        deadline = Deadline(runtime, settings)
        try:
            session = seb.check(asked.token, runtime.clock.now())
        except TokenRefused as error:
            _note(runtime, None, "denied", rule=error.code)
            return refusal_of(denied(error.code, str(error)), 401)
        user = user_of(session)
        shown = await _permitted(runtime, settings, user, cpr, deadline)
        if isinstance(shown, Failure):
            _note(runtime, user, shown.outcome.value, asked_by=session.system, rule=shown.code)
            return refusal_of(shown)
        card = await compose(
            runtime,
            settings,
            cpr,
            withheld=shown.withheld,
            departments=shown.departments,
            deadline=deadline,
            security=security,
        )
        sequence = ""
        if card.head is not None:
            sequence = access_log.sequence_number()
            access_log.add(
                entry_for(
                    session,
                    cpr,
                    runtime.clock.now(),
                    activity=ACTIVITY,
                    destination="Sags- og kontaktoverblik",
                    sequence=sequence,
                )
            )
        withheld = ",".join(sorted(shown.withheld | set(shown.departments)))
        outcome = card.outcome.value
        _note(
            runtime,
            user,
            outcome,
            asked_by=session.system,
            minlog=sequence,
            rows=card.rows,
            withheld=withheld,
        )
        return answer(card)

    routes = [Route("/overblik", overview, methods=["POST"]), contract_route("mocks.overview")]
    return guarded(runtime, routes, most_bytes=settings.most_bytes)


async def _permitted(
    runtime: Runtime, settings: Settings, user: AccessUser, cpr: str, deadline: Deadline
) -> Consented | Failure:
    """What of the card this user may see, as far as it is configured that somebody checks."""
    seconds = deadline.patience("nsp")
    found: Consented | Failure = Consented()
    if settings.consent_mode is ConsentMode.REGISTERED:
        found = await consented(runtime, user, cpr, partial=settings.partial_consent, timeout=seconds)
    if settings.relation_check and not isinstance(found, Failure):
        minimum = settings.relation_minimum
        return await relation_missing(runtime, user, cpr, minimum, timeout=seconds) or found
    return found


def _note(
    runtime: Runtime,
    user: AccessUser | None,
    outcome: str,
    *,
    asked_by: str = "",
    minlog: str = "",
    rows: int = 0,
    rule: str = "",
    withheld: str = "",
) -> None:
    """Tell the trace how an attempt was decided. ``withheld``: the parts that the consent left out or limited."""
    runtime.trace.note(
        "card_lookup",
        system=runtime.system,
        asked_by=asked_by,
        user_kind="" if user is None else user.kind.value,
        outcome=outcome,
        rows=rows,
        minlog=minlog,
        rule=rule,
        withheld=withheld,
    )
