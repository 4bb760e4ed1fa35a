"""A GP's record system (laegepraksissystem): correspondence, and for pilot clinics Klinik+.

One system may serve one clinic or many; the location number says whose letter it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.applications import Starlette

from mocks.access.users import UserKind
from mocks.limits import guarded
from mocks.messaging import MessagingSettings, all_formats, messaging_routes
from mocks.messaging.records import ReceivedLetter
from mocks.overview.settings import ViewerSettings
from mocks.overview.viewer import viewer_routes
from mocks.runtime import Runtime

#: What Klinik+ calls the way in is not shown in the sources: the label is an assumption.
KLINIK_PLUS = ViewerSettings(
    system_name="Klinik+",
    button="Sags- og kontaktoverblik",
    letters=True,
    roles={UserKind.GP: "Læge", UserKind.CLINIC_STAFF: "Klinikpersonale"},
)


@dataclass(frozen=True, slots=True)
class Settings:
    """``klinik_plus``: whether the clinics here can open the sags- og kontaktoverblik."""

    messaging: MessagingSettings
    klinik_plus: bool = True
    overview: ViewerSettings = KLINIK_PLUS


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """A letter that was read is kept with the patient's record: filing never fails here."""

    async def file(letter: ReceivedLetter) -> bool:
        return True

    routes = messaging_routes(runtime, settings.messaging, all_formats(), file, files_itself=True)
    if settings.klinik_plus:
        routes = [*viewer_routes(runtime, settings.overview), *routes]
    return guarded(runtime, routes, most_bytes=settings.messaging.most_bytes)
