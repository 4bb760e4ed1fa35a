"""NordEPJ whole: correspondence, the booking of appointments, and the button "Psyk BU tværdata"."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.applications import Starlette

from mocks.access.users import UserKind
from mocks.health_login import HealthLogin, LoginSettings
from mocks.limits import guarded
from mocks.messaging import MessagingSettings, all_formats, messaging_routes
from mocks.messaging.records import ReceivedLetter
from mocks.nordepj.appointments import appointment_routes
from mocks.nordepj.settings import BookSettings, NoPatients, Patients, SourceSettings
from mocks.overview.settings import ViewerSettings
from mocks.overview.viewer import viewer_routes
from mocks.people import Appointment
from mocks.runtime import Runtime

#: The case and contact overview behind NordEPJ's button.
NORDEPJ = ViewerSettings(
    system_name="NordEPJ",
    button="Psyk BU tværdata",
    letters=True,
    login=LoginSettings(name="NordEPJ"),
    roles={
        UserKind.BUP_SOCIAL_WORKER: "Socialrådgiver",
        UserKind.BUP_DOCTOR: "Læge",
        UserKind.BUP_PSYCHOLOGIST: "Psykolog",
        UserKind.BUP_NURSE: "Sygeplejerske",
        UserKind.BUP_STAFF: "Lægesekretær",
    },
)


@dataclass(frozen=True, slots=True)
class Settings:
    """BUP and the somatic departments work on one system. ``appointments``: the book at the start;
    ``patients``: the hospital's index of its patients; ``source``: how appointments are shared."""

    messaging: MessagingSettings
    appointments: tuple[Appointment, ...] = ()
    overview: ViewerSettings = NORDEPJ
    patients: Patients = field(default_factory=NoPatients)
    source: SourceSettings = field(default_factory=SourceSettings)

    @property
    def book(self) -> BookSettings:
        """What of it the booking system needs."""
        return BookSettings(
            appointments=self.appointments,
            units=tuple(self.messaging.units),
            patients=self.patients,
            source=self.source,
        )


def create_app(runtime: Runtime, settings: Settings) -> Starlette:
    """A letter that was read is kept with the patient's record: filing never fails here."""

    login = HealthLogin(runtime, settings.overview.login)

    async def headers() -> list[bytes]:
        return (await login.system_card()).headers(runtime.ids.uuid("dgws-message"))

    async def file(letter: ReceivedLetter) -> bool:
        return True

    routes = [
        *viewer_routes(runtime, settings.overview),
        *messaging_routes(runtime, settings.messaging, all_formats(), file, files_itself=True),
        *appointment_routes(runtime, settings.book, headers),
    ]
    return guarded(runtime, routes, most_bytes=settings.messaging.most_bytes)
