"""SAPA's screens: find a citizen, pass the warning, read the appointments; and the school tab.

Every step is a form in a POST body, so that no CPR number gets into an address.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.municipal.sapa.appointments import INTRODUCTION, TAB, TITLE, WARNING, AppointmentTab, hyphened
from mocks.municipal.sapa.municipality import of_served
from mocks.municipal.sapa.schools import TAB as SCHOOL_TAB
from mocks.municipal.sapa.schools import SchoolTab
from mocks.municipal.sapa.settings import Settings
from mocks.overview.session import Failure
from mocks.overview.viewer import lookup_from
from mocks.screens.page import form_fields, page

TEMPLATE = "mocks.municipal.sapa.screens:appointments.html"
TEXTS = {
    "warning": WARNING,
    "tab": TAB,
    "school_tab": SCHOOL_TAB,
    "title": TITLE,
    "introduction": INTRODUCTION,
}


def screen_routes(settings: Settings, appointments: AppointmentTab, schools: SchoolTab) -> list[Route]:
    """``GET /screen``: find a citizen. ``POST /screen/borger``: the warning. ``POST /screen/aftaler``: the
    list. ``POST /screen/skole``: the school tab."""

    async def find(request: Request) -> Response:
        return _screen("find", served=settings.municipalities)

    async def citizen(request: Request) -> Response:
        fields = await form_fields(request)
        asked = of_served(lookup_from(fields), settings.municipalities)
        name = await appointments.name(asked.cpr)
        return _screen("warning", fields=fields, citizen=f"{hyphened(asked.cpr)} - {name}")

    async def listed(request: Request) -> Response:
        fields = await form_fields(request)
        asked = of_served(lookup_from(fields), settings.municipalities)
        if not asked.consent_declared:
            return _screen("warning", 409, fields=fields, citizen=hyphened(asked.cpr))
        found = await appointments.look_up(asked)
        if isinstance(found, Failure):
            values = {"citizen": hyphened(asked.cpr), "problem": found.danish}
            return _screen("failed", found.status, fields=fields, **values)
        return _screen("list", fields=fields, citizen=found.citizen, found=found)

    async def school(request: Request) -> Response:
        fields = await form_fields(request)
        asked = of_served(lookup_from(fields), settings.municipalities)
        name = await appointments.name(asked.cpr)
        found = await schools.look_up(asked)
        values: dict[str, Any] = {"fields": fields, "citizen": f"{hyphened(asked.cpr)} - {name}"}
        if isinstance(found, Failure):
            return _screen("failed", found.status, problem=found.danish, **values)
        return _screen("school", school=found.school, **values)

    return [
        Route("/screen", find, methods=["GET"]),
        Route("/screen/borger", citizen, methods=["POST"]),
        Route("/screen/aftaler", listed, methods=["POST"]),
        Route("/screen/skole", school, methods=["POST"]),
    ]


def _screen(view: str, status: int = 200, **values: Any) -> Response:
    given = {"fields": {}, "citizen": "", "problem": "", "found": None, "school": None, "served": {}} | values
    return page(TEMPLATE, status, view=view, texts=TEXTS, **given)
