"""The two citizens on the pilot's published screens, as records: a small world of their own.

Bente Bach stands on the case and contact overview, Katrine Johansen on SAPA's appointment list. Rendered
with these records, our screens must show what the published ones show. What the screens do not show (SOR
ids, case numbers, UUIDs, municipality codes, institution number) is synthetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from mocks.identifiers import make_sor
from mocks.people import Appointment, Case, CaseKind, Institution, Person, Placement
from mocks.runtime import COPENHAGEN
from mocks.units import XCTL, XDIS91, Unit, UnitKind

#: The screens show "KOMBIT" as the authority; it is no municipality, so its code is invented.
AUTHORITY, AUTHORITY_CODE = "KOMBIT", "0999"

#: Who is logged in on the SAPA screen, and for whom.
USER, USER_AUTHORITY = "Allan Korsman", "Slagelse Kommune"

_USER_CODE = "0330"  # Slagelse

#: The head of the overview adds the project's name to the citizen's, without a space.
OVERVIEW_HEAD = "Bente Bach(HOIBU)"

BENTE = Person(
    cpr="2802156666",
    given="Bente",
    family="Bach",
    birth_date=date(2015, 2, 28),
    sex="F",
    municipality=AUTHORITY_CODE,
)

KATRINE = Person(
    cpr="0204087194",
    given="Katrine",
    family="Johansen",
    birth_date=date(2008, 4, 2),
    sex="F",
    municipality=_USER_CODE,
)

BENTES_PLACEMENT = Placement(
    institution=Institution(
        number="990000",
        name="KOMBIT - udsatte børn og unge 1",
        kind="",
        municipality=AUTHORITY_CODE,
        admin_municipality=AUTHORITY_CODE,
        street="Halfdanskgade 8",
        post_code="2300",
        city="København S",
    ),
    group="3.U",
)

FAMILY_UNIT = Unit(
    sor_id=make_sor(9_000_001),
    name="Sekretariatet for børn og familie",
    kind=UnitKind.FAMILY,
    system="",
    gln=None,
    owner=AUTHORITY,
    municipality=AUTHORITY_CODE,
    street="Halfdanskgade 8",
    post_code="2300",
    city="København S",
    phone="85124512",
    phone_hours="Man-fre 09:30-11:30 Torsdag 13:30-16:00",
)

PPR_UNIT = Unit(
    sor_id=make_sor(9_000_002),
    name="Pædagogisk, psykologisk rådgivning",
    kind=UnitKind.PPR,
    system="",
    gln="5790002523519",
    owner=AUTHORITY,
    municipality=AUTHORITY_CODE,
    street="Rådhusgade 54C",
    post_code="8300",
    city="Odder",
    phone="85961278",
    phone_hours="Man-fre 09:30-10:30",
    capabilities=(XDIS91, XCTL),
)

PSYCHIATRY_UNIT = Unit(
    sor_id=make_sor(9_000_003),
    name="PS Central Visitation",
    kind=UnitKind.BUP,
    system="nordepj",
    gln="5790002511608",
    owner="Region Nordjylland",
    phone="97643000",
    email="Psykiatri@rn.dk",
    capabilities=(XDIS91, XCTL),
)

BENTES_CASES = (
    Case(
        uuid="7a1f3a52-6a0d-4a57-9c0e-0d1c6f0b2a01",
        cpr=BENTE.cpr,
        kind=CaseKind.FAMILY,
        owner=AUTHORITY_CODE,
        unit=FAMILY_UNIT.sor_id,
        number="2024-000001",
        opened=date(2024, 8, 15),
        worker="Sonny Sæl",
        worker_phone="12345678",
    ),
    Case(
        uuid="7a1f3a52-6a0d-4a57-9c0e-0d1c6f0b2a02",
        cpr=BENTE.cpr,
        kind=CaseKind.PPR,
        owner=AUTHORITY_CODE,
        unit=PPR_UNIT.sor_id,
        number="2023-000001",
        opened=date(2023, 5, 1),
        worker="allan k",
        worker_phone="93544649",
    ),
)


def _appointment(
    last: int, start: tuple[int, int, int, int], end: tuple[int, int] | None, *place: str
) -> Appointment:
    month, day, hour, minute = start
    street, post_code, city = place or ("", "", "")
    return Appointment(
        uuid=f"7a1f3a52-6a0d-4a57-9c0e-0d1c6f0b2b{last:02d}",
        cpr=KATRINE.cpr,
        unit=PSYCHIATRY_UNIT.sor_id,
        start=datetime(2049, month, day, hour, minute, tzinfo=COPENHAGEN),
        end=datetime(2049, month, day, *end, tzinfo=COPENHAGEN) if end else None,
        place_street=street,
        place_post_code=post_code,
        place_city=city,
    )


#: Newest first, as the screen lists them.
KATRINES_APPOINTMENTS = (
    _appointment(1, (10, 9, 0, 0), None, "Selsbjergvej 38", "7120", "Vejle Øst"),
    _appointment(2, (10, 1, 8, 0), (9, 30), "Munkebjergvej 81", "5230", "Odense M"),
    _appointment(3, (4, 21, 15, 0), (15, 30)),
    _appointment(4, (4, 3, 10, 15), (10, 30), "Munkebjergvej 81", "5230", "Odense M"),
)


@dataclass(frozen=True, slots=True)
class GoldenWorld:
    """The records of the published screens, with the look-ups that registers offer."""

    people: tuple[Person, ...] = (BENTE, KATRINE)
    units: tuple[Unit, ...] = (FAMILY_UNIT, PPR_UNIT, PSYCHIATRY_UNIT)
    cases: tuple[Case, ...] = BENTES_CASES
    appointments: tuple[Appointment, ...] = KATRINES_APPOINTMENTS

    def find(self, cpr: str) -> Person | None:
        """The citizen with that number."""
        return next((p for p in self.people if p.cpr == cpr), None)

    def placement_of(self, cpr: str) -> Placement | None:
        """Where that citizen goes to school; only Bente's screen says so."""
        return BENTES_PLACEMENT if cpr == BENTE.cpr else None

    def cases_of(self, cpr: str) -> tuple[Case, ...]:
        """The municipal cases of that citizen, family first as on the screen."""
        return tuple(c for c in self.cases if c.cpr == cpr)

    def appointments_of(self, cpr: str) -> tuple[Appointment, ...]:
        """The appointments of that citizen, newest first."""
        return tuple(a for a in self.appointments if a.cpr == cpr)

    def by_sor(self, sor_id: str) -> Unit | None:
        """The unit with that SOR id."""
        return next((u for u in self.units if u.sor_id == sor_id), None)


def golden_world() -> GoldenWorld:
    """The citizens of the published screens."""
    return GoldenWorld()
