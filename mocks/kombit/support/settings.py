"""What the shared registers hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mocks.runtime import COPENHAGEN
from mocks.standards.oio_objects import ENHED, KLASSE, ORGANISATION, OioObject, Service
from mocks.standards.sagdok.case import URN_CVR
from mocks.standards.sagdok.roles import assumed_uuid
from mocks.units import Unit

#: Registered long before any run (assumption).
_SINCE = datetime(2020, 1, 1, tzinfo=COPENHAGEN)
#: Subjects and facets that the mocks use. Titles are ours, as is PPR's number (assumptions).
SUBJECTS: Mapping[str, str] = {
    "27.24.00": "Børn og unge: den sociale journal",
    "17.00.00": "Pædagogisk psykologisk rådgivning (antagelse)",
    "G01": "Generel sag (handlingsfacet)",
}


def class_uuid(key: str) -> str:
    """The UUID under which our classification has a KLE number: made from it (assumption)."""
    return assumed_uuid("kle", key)


def unit_uuid(sor_id: str) -> str:
    """The UUID under which our organisation register has a department: made from its SOR id (assumption)."""
    return assumed_uuid("enhed", sor_id)


def organisation_uuid(cvr: str) -> str:
    return assumed_uuid("organisation", cvr)


@dataclass(frozen=True, slots=True)
class Settings:
    """``organisations``: CVR number -> name. ``units``: departments with the CVR number they belong to; a
    unit's key is its SOR id (how the pilot came from a unit to SOR is not published: an assumption)."""

    organisations: Mapping[str, str] = field(default_factory=dict)
    units: tuple[tuple[Unit, str], ...] = ()
    classes: Mapping[str, str] = field(default_factory=lambda: SUBJECTS)
    most_bytes: int = 200_000

    def objects(self) -> dict[Service, tuple[OioObject, ...]]:
        """What each register holds."""
        return {
            KLASSE: tuple(
                [OioObject(uuid=class_uuid(k), key=k, name=t, since=_SINCE) for k, t in self.classes.items()]
            ),
            ORGANISATION: tuple(
                [
                    OioObject(
                        uuid=organisation_uuid(cvr), key=cvr, name=name, since=_SINCE,
                        relations={"Virksomhed": URN_CVR + cvr},
                    )
                    for cvr, name in self.organisations.items()
                ]
            ),
            ENHED: tuple(
                [
                    OioObject(
                        uuid=unit_uuid(unit.sor_id), key=unit.sor_id, name=unit.name, since=_SINCE,
                        relations={"Tilhoerer": organisation_uuid(cvr)},
                    )
                    for unit, cvr in self.units
                ]
            ),
        }  # fmt: skip
