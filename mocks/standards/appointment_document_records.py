"""An appointment document (DK-APD) as records: who meets whom, when, where, and who answers for it."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from mocks.standards.profiles.apd import SNOMED, VERSION, Kind

__all__ = [
    "Address",
    "AppointmentDocument",
    "Episode",
    "Kind",
    "Organisation",
    "Patient",
    "PersonName",
    "Reason",
    "Telecom",
]


class Telecom(msgspec.Struct, frozen=True):
    """A phone number, e-mail address or page with its scheme (``tel:65119999``), and ``use`` (H, WP, MC)."""

    value: str
    use: str = ""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """``lines`` are the street, the building, and what else comes before the post code."""

    lines: tuple[str, ...] = ()
    post_code: str = ""
    city: str = ""
    country: str = ""
    use: str = ""


class PersonName(msgspec.Struct, frozen=True, kw_only=True):
    """A person by name; ``prefix`` is a title or a role, as ``Læge``."""

    family: str = ""
    given: tuple[str, ...] = ()
    prefix: str = ""


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """A unit by its SOR id, and a person of it where the document names one. ``sor`` is empty for a meeting
    place that is no unit."""

    sor: str
    name: str = ""
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()
    person: PersonName | None = None


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """The citizen. ``sex`` is F, M or UN; ``provider`` is the unit the patient belongs to, mostly the GP's."""

    cpr: str
    name: PersonName
    sex: str
    birth_date: date | None = None
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = ()
    provider: Organisation | None = None


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why the patient comes: a text, with a code (of SNOMED CT, if nothing else is said) or without."""

    text: str
    code: str = ""
    system: str = SNOMED


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """What course of care the appointment is part of: an SKS code (``ALAL03``) and identifiers, each with
    the root that gives it."""

    code: str
    name: str = ""
    ids: tuple[tuple[str, str], ...] = ()


class AppointmentDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one appointment.

    ``id`` is that of the document, new with every version; ``appointment`` that of the appointment, the
    same in all of them. ``responsible`` (aftaleansvarlig) answers for it since ``authored``, ``requester``
    (aftalerekvirent) asked for it, ``performer`` (aftaleudførende) holds it at ``place`` (mødested), and
    ``custodian`` (aftaleforvalter) keeps the document. Times are precise to the second and carry a zone; a
    naive one counts as Danish local time. ``end`` may be unknown. ``indicative``: the time is a guide only.
    ``series`` is the id of a row of appointments. ``version`` is that of the profile: ``2.0.1``, or ``1.0``
    in documents that were read.
    """

    version: str = VERSION

    id: str
    made: datetime
    patient: Patient
    authored: datetime
    responsible: Organisation
    custodian: Organisation
    appointment: str
    start: datetime
    end: datetime | None = None
    performer: Organisation
    kind: Kind | None = Kind.REGION
    status: str = "active"
    requester: Organisation | None = None
    place: Organisation | None = None
    reason: Reason | None = None
    episode: Episode | None = None
    indicative: bool = False
    series: str | None = None
