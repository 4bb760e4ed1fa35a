"""The case and contact overview for GP clinics, in the shared portal Klinik+ of their record systems."""

from __future__ import annotations

from starlette.routing import Route

from mocks.overview.settings import ViewerSettings
from mocks.overview.viewer import viewer_routes
from mocks.runtime import Runtime

#: What Klinik+ calls the way in is not shown in the sources: the label is an assumption.
KLINIK_PLUS = ViewerSettings(system_name="Klinik+", button="Sags- og kontaktoverblik")


def overview_routes(runtime: Runtime, settings: ViewerSettings = KLINIK_PLUS) -> list[Route]:
    """The routes of ``mocks.overview.viewer`` as Klinik+ shows them."""
    return viewer_routes(runtime, settings)
