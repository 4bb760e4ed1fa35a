"""The button "Psyk BU tværdata" in NordEPJ: the case and contact overview for child psychiatry."""

from __future__ import annotations

from starlette.routing import Route

from mocks.overview.settings import ViewerSettings
from mocks.overview.viewer import viewer_routes
from mocks.runtime import Runtime

NORDEPJ = ViewerSettings(system_name="NordEPJ", button="Psyk BU tværdata")


def overview_routes(runtime: Runtime, settings: ViewerSettings = NORDEPJ) -> list[Route]:
    """The routes of ``mocks.overview.viewer`` as NordEPJ shows them."""
    return viewer_routes(runtime, settings)
