"""What citizens see: who has looked (MinLog), and, as a recommendation, giving a consent on a screen.

The login stands for MitID: the page asks only who it is. Whether somebody may read about a child is the CPR
replica's answer (custody) on that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.access.consents import Consent, Giver, Scope
from mocks.access.users import UserKind
from mocks.errors import Unreachable
from mocks.limits import Refused
from mocks.nsp.consent_register import ConsentRegister, NewConsent
from mocks.nsp.minlog import MinLog
from mocks.overview.calls import SaidNo, ask, checked_cpr
from mocks.overview.contacts import Contacts
from mocks.overview.window import danish_date, danish_moment
from mocks.people import Person
from mocks.runtime import Runtime
from mocks.screens.page import form_fields, page
from mocks.standards.minlog import LogDataEntry

LOGIN, LOG, CONSENT = (f"mocks.nsp.screens:{name}.html" for name in ("citizen_login", "minlog", "consent"))
COLUMNS = (
    "Tidspunkt",
    "Hvem har set",
    "Rolle",
    "Organisation",
    "Hvad er set",
    "Hvorfor",
    "Grundlag",
    "System",
)
#: What a consent can cover, as the screen says it (our words).
SCOPES = {
    Scope.APPOINTMENTS: "Aftaler i børne- og ungdomspsykiatrien, til kommunen",
    Scope.SCHOOL: "Skole eller dagtilbud, til psykiatri og egen læge",
    Scope.FAMILY_CASE: "Sager i Familieområdet, til psykiatri og egen læge",
    Scope.PPR_CASE: "Sager i PPR, til psykiatri og egen læge",
}
#: The user kinds of the overviews in words that citizens know (ours); other roles are shown as they stand.
ROLES: dict[str, str] = {
    UserKind.PPR_WORKER: "PPR",
    UserKind.FAMILY_WORKER: "Børne- og familieafdeling",
    UserKind.TREATMENT_TEAM: "Lettilgængeligt tilbud",
    UserKind.BUP_DOCTOR: "Læge i psykiatrien",
    UserKind.BUP_PSYCHOLOGIST: "Psykolog i psykiatrien",
    UserKind.BUP_NURSE: "Sygeplejerske i psykiatrien",
    UserKind.BUP_SOCIAL_WORKER: "Socialrådgiver i psykiatrien",
    UserKind.BUP_STAFF: "Medarbejder i psykiatrien",
    UserKind.GP: "Praktiserende læge",
    UserKind.CLINIC_STAFF: "Klinikpersonale",
}
FORM = "digital"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is at the page, and about whom: the same person, or a child of whom the reader has custody."""

    me: str
    about: Person

    @property
    def fields(self) -> dict[str, str]:
        return {"me": self.me, "child": "" if self.me == self.about.cpr else self.about.cpr}


class _Turned(Exception):
    """The page cannot be shown; what the reader is told."""

    def __init__(self, status: int, danish: str) -> None:
        self.status, self.danish = status, danish
        super().__init__(danish)


def citizen_screen_routes(
    runtime: Runtime,
    minlog: MinLog,
    consents: ConsentRegister,
    *,
    digital_consent: bool,
    seconds: float,
    young_from: int = 15,
) -> list[Route]:
    """``GET /screen/borger``: the login; ``POST /screen/minlog``: who has looked; and with ``digital_consent``
    ``POST /screen/samtykke``, ``/giv`` and ``/tilbage`` below it.

    ``young_from``: from this age on the young person's own log and consent are nobody else's (an assumption
    for the log). ``seconds``: how long the registers may take.
    """

    async def person(cpr: str) -> Person:
        try:
            return await ask(runtime, "cpr", "/cpr/opslag", Person, {"cpr": cpr}, timeout=seconds)
        except (SaidNo, Unreachable) as error:
            if isinstance(error, SaidNo) and error.status == 404:
                raise _Turned(404, "CPR-nummeret findes ikke.") from None
            raise _Turned(503, "Dine oplysninger kan ikke hentes lige nu. Prøv igen senere.") from None

    async def reader_of(fields: dict[str, str]) -> Reader:
        me = checked_cpr(fields.get("me", ""))
        child = checked_cpr(fields["child"]) if fields.get("child") else me
        about = await person(child)
        if child != me:
            if me not in about.custody:
                raise _Turned(403, "Du har ikke forældremyndighed over barnet.")
            if about.age(today()) >= young_from:
                raise _Turned(403, f"Den unge er fyldt {young_from} år og ser selv sine oplysninger.")
        return Reader(me, about)

    def today() -> date:
        return runtime.clock.now().date()

    def show(template: str, status: int = 200, **values: Any) -> Response:
        given: dict[str, Any] = {"fields": {}, "problem": "", "digital_consent": digital_consent}
        return page(template, status, **given | values)

    async def with_reader(request: Request) -> tuple[dict[str, str], Reader] | Response:
        fields = await form_fields(request)
        try:
            return fields, await reader_of(fields)
        except _Turned as turned:
            return show(LOGIN, turned.status, problem=turned.danish)

    async def entrance(request: Request) -> Response:
        return show(LOGIN)

    async def log(request: Request) -> Response:
        found = await with_reader(request)
        if isinstance(found, Response):
            return found
        reader = found[1]
        entries = minlog.read(reader.about.cpr, custody_holder=reader.me != reader.about.cpr)
        entries = sorted(entries, key=lambda e: e.DateTime or e.FromDateTime or datetime.min, reverse=True)
        contacts = Contacts(runtime, seconds)
        await contacts.fetch(_sor(entry) for entry in entries)
        rows = [_row(entry, contacts) for entry in entries]
        return show(LOG, columns=COLUMNS, rows=rows, reader=reader, fields=reader.fields)

    def consent_page(reader: Reader, status: int = 200, problem: str = "", done: str = "") -> Response:
        now = runtime.clock.now()
        own = [_shown(consent, now) for consent in consents.of(reader.about.cpr)]
        return show(
            CONSENT, status, reader=reader, scopes=SCOPES, consents=own, fields=reader.fields, problem=problem,
            done=done, young=reader.about.age(today()) >= young_from, today=danish_date(today()),
        )  # fmt: skip

    async def consent(request: Request) -> Response:
        found = await with_reader(request)
        return found if isinstance(found, Response) else consent_page(found[1])

    async def give(request: Request) -> Response:
        found = await with_reader(request)
        if isinstance(found, Response):
            return found
        fields, reader = found
        scopes = tuple(scope for scope in Scope if fields.get(scope.value) == "ja")
        if not scopes:
            return consent_page(reader, 400, "Vælg mindst én slags oplysninger.")
        try:
            until = date.fromisoformat(fields["until"]) if fields.get("until") else None
        except ValueError:
            return consent_page(reader, 400, "Slutdatoen kan ikke læses. Skriv den som ÅÅÅÅ-MM-DD.")
        if until is not None and until < today():
            return consent_page(reader, 400, "Slutdatoen er overskredet.")
        consents.register(
            NewConsent(
                cpr=reader.about.cpr,
                scopes=scopes,
                givers=(Giver(reader.me, today()),),
                from_=today(),
                until=until,
                form=FORM,
                registered_by=reader.me,
            )
        )
        return consent_page(reader, done="Dit samtykke er registreret.")

    async def take_back(request: Request) -> Response:
        found = await with_reader(request)
        if isinstance(found, Response):
            return found
        fields, reader = found
        if fields.get("consent") not in {consent.id for consent in consents.of(reader.about.cpr)}:
            raise Refused(404, "no consent of this citizen has that id", "consent", "take one of the page")
        await consents.withdraw(fields["consent"], reader.me)
        return consent_page(reader, done="Samtykket er trukket tilbage.")

    routes = [
        Route("/screen/borger", entrance, methods=["GET"]),
        Route("/screen/minlog", log, methods=["POST"]),
    ]
    if digital_consent:
        routes += [
            Route("/screen/samtykke", consent, methods=["POST"]),
            Route("/screen/samtykke/giv", give, methods=["POST"]),
            Route("/screen/samtykke/tilbage", take_back, methods=["POST"]),
        ]
    return routes


def _sor(entry: LogDataEntry) -> str:
    found = entry.OrganisationId
    return found.value if found is not None and found.source == "SOR" else ""


def _row(entry: LogDataEntry, contacts: Contacts) -> tuple[str, ...]:
    unit = contacts.unit(_sor(entry))
    organisation = entry.OrganisationName or (unit.name if unit else "") or _sor(entry)
    system = entry.Source.SystemName if entry.Source else entry.Destination.SystemName
    return (
        danish_moment(entry.DateTime or entry.FromDateTime),
        entry.UserPersonName or "-",
        ROLES.get(entry.UserRole, entry.UserRole) or "-",
        organisation or "-",
        entry.Activity,
        entry.Reason or "-",
        entry.Addition or "-",
        system,
    )


def _shown(consent: Consent, now: datetime) -> dict[str, Any]:
    """A consent for the page: what it still covers, and who gave it (masked)."""
    left: Sequence[Scope] = [scope for scope in consent.scopes if not consent.withdrawn(scope, now)]
    ended = consent.until is not None and consent.until < now.date()
    return {
        "id": consent.id,
        "scopes": [SCOPES[scope] for scope in consent.scopes],
        "from": danish_date(consent.from_),
        "until": danish_date(consent.until) if consent.until else "indtil videre",
        "givers": len(consent.givers),
        "state": "Trukket tilbage" if not left else "Udløbet" if ended else "Gælder",
    }
