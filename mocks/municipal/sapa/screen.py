"""SAPA's screens: find a citizen, pass the warning, log in at SEB, read the appointments; and the other tabs.

Every step is a form in a POST body, so that no CPR number gets into an address. Between "Se aftaler" and the
way back from SEB the look-up waits here under a number that means nothing to anybody else.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.access.users import UserKind
from mocks.errors import BadInput
from mocks.municipal.sapa.appointments import INTRODUCTION, TAB, TITLE, WARNING, AppointmentTab, hyphened
from mocks.municipal.sapa.municipality import of_served
from mocks.municipal.sapa.schools import TAB as SCHOOL_TAB
from mocks.municipal.sapa.schools import SchoolTab
from mocks.municipal.sapa.settings import Settings
from mocks.nsp.seb_sso import SSO
from mocks.overview.lookup_log import LookupRecord
from mocks.overview.session import Failure, LookupRequest, denied
from mocks.overview.viewer import lookup_from
from mocks.people import Person
from mocks.runtime import Runtime
from mocks.saml_login import CONSUMER
from mocks.screens.page import form_fields, page
from mocks.standards.saml.protocol import LoginRequest

TEMPLATE = "mocks.municipal.sapa.screens:appointments.html"
#: Who looks, as the screen lets a user say it; SAPA itself would know it from the user's job-function roles.
ROLES = {
    UserKind.PPR_WORKER: "PPR",
    UserKind.FAMILY_WORKER: "Børne- og familieafdeling",
    UserKind.TREATMENT_TEAM: "Lettilgængeligt tilbud (§ 126 a)",
}
TEXTS: dict[str, Any] = {
    "roles": ROLES,
    "warning": WARNING,
    "tab": TAB,
    "school_tab": SCHOOL_TAB,
    "title": TITLE,
    "introduction": INTRODUCTION,
}
#: How long somebody may take at the login, and how many may be on their way at a time.
LOGIN_TIME = timedelta(minutes=15)
_MOST_PENDING = 1000


class Pending(NamedTuple):
    """A look-up whose user has gone to log in."""

    asked: LookupRequest
    fields: dict[str, str]
    record: LookupRecord
    login: LoginRequest
    until: datetime


class Logins:
    """The look-ups that wait for a login. They live in memory only: who restarts SAPA sends its users back."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._waiting: OrderedDict[str, Pending] = OrderedDict()

    def wait(
        self, asked: LookupRequest, fields: dict[str, str], record: LookupRecord, login: LoginRequest
    ) -> str:
        """Keep a look-up; the number under which its user comes back."""
        relay = self._runtime.ids.uuid("relay")
        until = self._runtime.clock.now() + LOGIN_TIME
        self._waiting[relay] = Pending(asked, fields, record, login, until)
        if len(self._waiting) > _MOST_PENDING:
            self._waiting.popitem(last=False)
        return relay

    def back(self, relay: str) -> Pending | None:
        """The look-up of that number, once; ``None`` where there is none or it took too long."""
        pending = self._waiting.pop(relay, None)
        return pending if pending is not None and self._runtime.clock.now() <= pending.until else None


def screen_routes(
    runtime: Runtime, settings: Settings, appointments: AppointmentTab, schools: SchoolTab
) -> list[Route]:
    """``GET /screen``: find a citizen. ``POST /screen/borger``: the warning. ``POST /screen/aftaler``: to the
    login. ``POST /saml/acs``: back from it, with the list. ``POST /screen/overblik`` and
    ``POST /screen/skole``: the other tabs."""
    logins = Logins(runtime)

    def show(view: str, status: int = 200, **values: Any) -> Response:
        given: dict[str, Any] = {
            "fields": {}, "citizen": "", "problem": "", "found": None, "school": None, "person": None,
            "login": None, "letters": "",
        } | values  # fmt: skip
        heading = {"school": SCHOOL_TAB, "overview": "Overblik", "find": "Min side"}.get(view, TITLE)
        shown: dict[str, Any] = {
            "view": view,
            "heading": heading,
            "texts": TEXTS,
            "served": settings.municipalities,
        }
        return page(TEMPLATE, status, **shown, **given)

    async def asked_with(request: Request) -> tuple[dict[str, str], LookupRequest]:
        fields = await form_fields(request)
        return fields, of_served(lookup_from(fields), settings.municipalities)

    async def headed(cpr: str) -> tuple[str, Person | None]:
        person = await appointments.person(cpr)
        return f"{hyphened(cpr)} - {person.name if person else '-'}", person

    async def find(request: Request) -> Response:
        return show("find")

    async def citizen(request: Request) -> Response:
        fields, asked = await asked_with(request)
        return show("warning", fields=fields, citizen=(await headed(asked.cpr))[0])

    async def overview(request: Request) -> Response:
        fields, asked = await asked_with(request)
        title, person = await headed(asked.cpr)
        return show("overview", fields=fields, citizen=title, person=person)

    async def to_login(request: Request) -> Response:
        fields, asked = await asked_with(request)
        title, _ = await headed(asked.cpr)
        if not asked.consent_declared:
            return show("warning", 409, fields=fields, citizen=title)
        record = appointments.log.begin(asked.user, asked.cpr, asked.consent)
        login, form = appointments.login.request(asked.user)
        form["RelayState"] = logins.wait(asked, fields, record, login)
        base = login.destination.removesuffix(SSO)
        values: dict[str, Any] = {
            "login": {"action": f"{base}/screen/seb", "fields": form},
            "posts_to": (base,),
        }
        return show("login", fields=fields, citizen=title, **values)

    async def listed(request: Request) -> Response:
        said = await form_fields(request)
        pending = logins.back(said.get("RelayState", ""))
        if pending is None:
            return show("failed", 401, citizen="-", problem=denied("expired_token").danish)
        asked, fields = pending.asked, pending.fields
        session = appointments.login.received(asked.user, pending.login, said.get("SAMLResponse", ""))
        found: Any = session
        if isinstance(session, Failure):
            appointments.conclude(pending.record, session)
        else:
            found = await appointments.look_up(asked, pending.record)
        if isinstance(found, Failure):
            values = {"citizen": hyphened(asked.cpr), "problem": found.danish}
            return show("failed", found.status, fields=fields, **values)
        letters = _letters(runtime, settings, asked.user.municipality)
        posts_to = (letters,) if letters else ()
        where = f"{letters}/screen/breve/ny" if letters else ""
        return show(
            "list", fields=fields, citizen=found.citizen, found=found, letters=where, posts_to=posts_to
        )

    async def school(request: Request) -> Response:
        fields, asked = await asked_with(request)
        title, _ = await headed(asked.cpr)
        found = await schools.look_up(asked)
        values: dict[str, Any] = {"fields": fields, "citizen": title}
        if isinstance(found, Failure):
            return show("school", found.status, problem=found.danish, **values)
        return show("school", school=found.school, **values)

    return [
        Route("/screen", find, methods=["GET"]),
        Route("/screen/borger", citizen, methods=["POST"]),
        Route("/screen/overblik", overview, methods=["POST"]),
        Route("/screen/aftaler", to_login, methods=["POST"]),
        Route(CONSUMER, listed, methods=["POST"]),
        Route("/screen/skole", school, methods=["POST"]),
    ]


def _letters(runtime: Runtime, settings: Settings, municipality: str) -> str:
    """Where users of that municipality write: the base URL of its correspondence; empty where the location
    number is to be copied, as in the pilot."""
    system = settings.letters.get(municipality, "") if settings.one_click else ""
    try:
        return runtime.network.address(system) if system else ""
    except BadInput:
        return ""
