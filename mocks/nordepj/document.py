"""The document of an appointment, built at the moment when somebody asks for it.

Names and addresses are those of SOR: NordEPJ has those of its own units, and asks SOR for others (the
patient's clinic), whose answer it trusts for a day. Without SOR the document comes without them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from mocks.errors import Unreachable
from mocks.identifiers import cpr_birth_date
from mocks.nordepj.book import Version
from mocks.nordepj.settings import BookSettings
from mocks.overview.calls import SaidNo, ask
from mocks.people import Appointment, Person
from mocks.runtime import Runtime
from mocks.standards.appointment_document import (
    Address,
    AppointmentDocument,
    Episode,
    Kind,
    Organisation,
    Patient,
    PersonName,
    Reason,
    Telecom,
)
from mocks.standards.profiles import apd
from mocks.units import Unit, UnitKind

#: A citizen of whom the index of patients knows nothing but the number.
UNKNOWN = "Ukendt"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """What a document needs of an entry in SOR; a clinic's own entry is none that anybody writes to, and has no kind."""

    sor_id: str
    name: str
    kind: UnitKind | None = None
    street: str = ""
    post_code: str = ""
    city: str = ""
    phone: str = ""


class Documents:
    """Builds documents; remembers what SOR said of units that are not NordEPJ's."""

    def __init__(self, runtime: Runtime, settings: BookSettings) -> None:
        self._runtime, self._settings = runtime, settings
        self._own = {unit.sor_id: unit for unit in settings.units}
        self._known: dict[str, tuple[datetime, Listed | None]] = {}

    async def build(self, version: Version, document_id: str) -> AppointmentDocument:
        """The document of this version, as all is known now."""
        appointment, source = version.appointment, self._settings.source
        person = self._settings.patients.find(appointment.cpr)
        unit = await self._unit(appointment.unit)
        provider = await self._unit(person.gp) if person is not None and person.gp else None
        performer = _organisation(appointment.unit, unit)
        custodian = source.custodian or appointment.unit
        in_bup = unit is None or unit.kind is UnitKind.BUP
        return AppointmentDocument(
            id=document_id,
            made=self._runtime.clock.now().replace(microsecond=0),
            patient=_patient(appointment.cpr, person, provider),
            authored=version.made.replace(microsecond=0),
            responsible=performer,
            custodian=_organisation(custodian, await self._unit(custodian), source.custodian_name),
            appointment=appointment.uuid,
            start=appointment.start,
            end=appointment.end,
            performer=performer,
            kind=Kind.REGION,
            place=_place(appointment, performer),
            reason=Reason(text=appointment.reason) if appointment.reason.strip() else None,
            episode=Episode(code="ALAL03", name=apd.EPISODES["ALAL03"]) if in_bup else None,
        )

    async def _unit(self, sor_id: str) -> Unit | Listed | None:
        """The unit as SOR has it; ``None`` where SOR does not know it or did not answer."""
        if (own := self._own.get(sor_id)) is not None:
            return own
        now, source = self._runtime.clock.now(), self._settings.source
        known = self._known.get(sor_id)
        if known is not None and now - known[0] < timedelta(hours=source.sor_hours):
            return known[1]
        try:
            path = f"/sor/{sor_id}?resolve=true"
            unit = await ask(self._runtime, "sor", path, Listed, timeout=source.sor_seconds)
        except SaidNo:
            unit = None
        except Unreachable:
            return None  # and asked again next time
        self._known[sor_id] = (now, unit)
        return unit


def _organisation(sor_id: str, unit: Unit | Listed | None, name: str = "") -> Organisation:
    if unit is None:
        return Organisation(sor=sor_id, name=name or f"SOR {sor_id}")
    return Organisation(
        sor=sor_id,
        name=unit.name,
        address=_address(unit.street, unit.post_code, unit.city),
        telecoms=_phone(unit),
    )


def _address(street: str, post_code: str, city: str) -> Address | None:
    if not (street or post_code or city):
        return None
    return Address(lines=(street,) if street else (), post_code=post_code, city=city)


def _phone(unit: Unit | Listed) -> tuple[Telecom, ...]:
    return (Telecom(f"tel:{unit.phone}", "WP"),) if unit.phone else ()


def _patient(cpr: str, person: Person | None, provider: Unit | Listed | None) -> Patient:
    if person is None:
        return Patient(
            cpr=cpr,
            name=PersonName(family=UNKNOWN, given=(UNKNOWN,)),
            sex="M" if int(cpr[-1]) % 2 else "F",
            birth_date=cpr_birth_date(cpr),
        )
    return Patient(
        cpr=cpr,
        name=PersonName(family=person.family, given=tuple(person.given.split())),
        sex=person.sex,
        birth_date=person.birth_date,
        address=_address(person.street, person.post_code, person.city),
        provider=None if provider is None else _organisation(provider.sor_id, provider),
    )


def _place(appointment: Appointment, performer: Organisation) -> Organisation | None:
    """Where to meet, if that is said: at the unit's own house, unless the booking names another."""
    own = _address(appointment.place_street, appointment.place_post_code, appointment.place_city)
    return None if own is None else msgspec.structs.replace(performer, address=own)
