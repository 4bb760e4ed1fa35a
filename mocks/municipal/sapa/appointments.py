"""The appointment tab: what a municipal user sees of a child's appointments in child psychiatry.

Fetched when somebody looks, shown, and forgotten; the log keeps that somebody looked, not what was there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from mocks.errors import Unreachable
from mocks.health_login import Card, HealthLogin
from mocks.identifiers import check_sor, cpr_birth_date
from mocks.kombit.client import KombitLogin
from mocks.municipal.sapa.settings import Settings
from mocks.overview import appointment_client
from mocks.overview.appointment_client import SharedAppointment
from mocks.overview.calls import SaidNo, ask
from mocks.overview.contacts import Contacts
from mocks.overview.lookup_log import LookupLog, LookupRecord, Outcome
from mocks.overview.session import (
    Failure,
    LookupRequest,
)
from mocks.overview.window import danish_moment, months_before
from mocks.people import Person, age_on
from mocks.runtime import Runtime, start_of
from mocks.standards.dgws.hsuid import Hsuid, UserType

WARNING = "OBS! DU SKAL HAVE BORGERENS GYLDIGE SAMTYKKE FOR AT SE AFTALERNE."
TAB = "Aftaler fra Børne- og Ungdomspsykiatrien"
TITLE = "Kalenderaftaler fra Børne- og ungdomspsykiatrien"
INTRODUCTION = (
    "Her kan du se kalenderaftaler fra Børne- og ungdomspsykiatrien frem i tiden og 6 måneder tilbage."
)
FUTURE = "Fremtidig"
COLUMNS = (
    "Udførende enhed",
    "Starttidspunkt",
    "Sluttidspunkt",
    "Status",
    "Udførende enheds adresse",
    "Kontakttelefon",
    "Kontaktmail",
    "Lokationsnummer",
    "Aftaledetaljer",
)
DETAILS_LINK = "Se detaljer"
#: Behind the number of appointments that were found and could not be fetched.
MISSING_NOTE = "aftale(r) kunne ikke hentes. Prøv igen senere."


class AppointmentList(msgspec.Struct, frozen=True, kw_only=True):
    """What the tab shows: ``rows`` hold the texts of ``columns``, newest first; ``appointments`` the ids
    of the rows. ``contacts_answered`` is false when SOR could not be asked and contact cells are empty."""

    lookup: str
    outcome: Outcome
    citizen: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    appointments: list[str]
    contacts_answered: bool
    note: str = ""


class AppointmentTab:
    """Look-ups in one SAPA."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings
        self.login = HealthLogin(runtime, settings.login)
        self._municipal = KombitLogin(runtime, settings.login) if settings.municipal_login else None
        self.log = LookupLog(runtime, "Visning Aftaler", "aftaleoverblik")

    async def look_up(
        self, asked: LookupRequest, record: LookupRecord | None = None
    ) -> AppointmentList | Failure:
        """One look-up of a user who has passed the warning; logged however it ends. ``record``: its row in the
        log, where the user went to log in meanwhile."""
        record = record or self.log.begin(asked.user, asked.cpr, asked.consent)
        try:
            shown = await self._compose(asked, record.lookup)
        except Exception:
            self.log.conclude(record, Outcome.ERROR, reason="internal")
            raise
        self.conclude(record, shown)
        return shown

    def conclude(self, record: LookupRecord, shown: AppointmentList | Failure) -> None:
        """Log how a look-up ended."""
        if isinstance(shown, Failure):
            self.log.conclude(record, shown.outcome, reason=shown.code)
        else:
            self.log.conclude(record, shown.outcome, len(shown.rows))

    async def _compose(self, asked: LookupRequest, lookup: str) -> AppointmentList | Failure:
        found = await self._fetch(asked)
        if isinstance(found, Failure):
            return found
        appointments, contacts, note = found
        now = self._runtime.clock.now()
        return AppointmentList(
            lookup=lookup,
            outcome=Outcome.SHOWN if appointments else Outcome.EMPTY,
            citizen=f"{hyphened(asked.cpr)} - {await self.name(asked.cpr)}",
            title=TITLE,
            columns=COLUMNS,
            rows=[row(a, contacts, now, self._settings.past_status) for a in appointments],
            appointments=[a.uuid for a in appointments],
            contacts_answered=contacts.answered,
            note=note,
        )

    async def _fetch(
        self, asked: LookupRequest
    ) -> tuple[Sequence[SharedAppointment], Contacts, str] | Failure:
        runtime, settings = self._runtime, self._settings
        contacts = Contacts(runtime, settings.register_seconds)
        today = runtime.clock.now().date()
        if self._municipal is not None:
            let_in = await self._municipal.user_token(asked.user)
            if isinstance(let_in, Failure):
                return let_in
        card = await self.login.user_card(asked.user, settings.login_seconds)
        if isinstance(card, Failure):
            return card
        if settings.age_limit is not None and age_on(cpr_birth_date(asked.cpr), today) >= settings.age_limit:
            return (
                (),
                contacts,
                f"Aftaler vises kun for børn og unge under {settings.age_limit} år (antagelse).",
            )
        earliest = start_of(months_before(today, settings.months_back))
        hsuid = self._hsuid(asked, card)
        found = await appointment_client.find(
            runtime, card, hsuid, asked.cpr, earliest, seconds=settings.nsp_seconds
        )
        if isinstance(found, Failure):
            return found
        shown = found.found[::-1]
        await contacts.fetch(a.unit for a in shown)
        note = f"{found.missing} {MISSING_NOTE}" if found.missing else ""
        return shown, contacts, note

    def _hsuid(self, asked: LookupRequest, card: Card) -> Hsuid:
        """Who looks, at whom, for whom. A unit without a SOR id is named by its municipality's code."""
        user, person = asked.user, card.card.user
        has_unit = check_sor(user.organisation) is None
        name = self._settings.municipalities.get(user.municipality) or user.municipality or "SAPA"
        return Hsuid(
            user_type=UserType.HEALTHCARE_PROFESSIONAL,
            citizen=asked.cpr,
            acting=person.cpr if person is not None else "",
            organisation=user.organisation if has_unit else user.municipality or "0000",
            organisation_format="nsi:sor" if has_unit else "nsi:communalnumber",
            authorisation=user.authorisation,
            system_owner="KOMBIT",
            system="SAPA",
            system_version="1.0",
            organisation_responsible=name,
        )

    async def person(self, cpr: str) -> Person | None:
        """The citizen for the head of the page; the page stands without it too."""
        timeout = self._settings.register_seconds
        try:
            return await ask(self._runtime, "cpr", "/cpr/opslag", Person, {"cpr": cpr}, timeout=timeout)
        except (SaidNo, Unreachable):
            return None

    async def name(self, cpr: str) -> str:
        """The citizen's name, or ``-``."""
        person = await self.person(cpr)
        return person.name if person else "-"


def row(
    appointment: SharedAppointment, contacts: Contacts, now: datetime, past_status: str
) -> tuple[str, ...]:
    """The nine texts of one appointment; what is missing is ``-``."""
    unit = contacts.unit(appointment.unit)
    place = " ".join(
        filter(None, (appointment.place_street, appointment.place_post_code, appointment.place_city))
    )
    return (
        unit.name if unit else appointment.unit_name or f"SOR {appointment.unit}",
        danish_moment(appointment.start),
        danish_moment(appointment.end),
        FUTURE if appointment.start > now else past_status,
        place or "-",
        (unit and unit.phone) or "-",
        (unit and unit.email) or "-",
        (unit and unit.gln) or "-",
        DETAILS_LINK,
    )


def hyphened(cpr: str) -> str:
    """As SAPA writes a CPR number on the screen: ``DDMMYY-SSSS``."""
    return f"{cpr[:6]}-{cpr[6:]}"
