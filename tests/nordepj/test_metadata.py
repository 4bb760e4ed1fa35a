"""What the registry is told of appointments: the metadata of the national profile, and no CPR number in an identifier."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from mocks.identifiers import make_sor
from mocks.nordepj.book import Change
from mocks.nordepj.metadata import entries_at_start, entry_id, entry_of, submission_of, unique_id
from mocks.nordepj.settings import BookSettings
from mocks.people import Appointment, AppointmentStatus, Person
from mocks.runtime import COPENHAGEN
from mocks.standards.xds.metadata_rules import problems
from mocks.standards.xds.names import ERROR, AssociationType, Availability, DocumentType
from mocks.units import Unit, UnitKind

NANCY = "2512489996"
BUP = Unit(sor_id=make_sor(1), name="BUP Nord ^ & Søn", kind=UnitKind.BUP, system="nordepj")
WARD = Unit(sor_id=make_sor(2), name="Børneafdelingen", kind=UnitKind.DEPARTMENT, system="nordepj")
VISIT = Appointment(
    uuid="6f1f6f0a-5a0c-4c51-8d5c-2f9f4bb6a002",
    cpr=NANCY,
    unit=BUP.sor_id,
    start=datetime(2025, 10, 1, 10, tzinfo=COPENHAGEN),
    end=datetime(2025, 10, 1, 10, 45, tzinfo=COPENHAGEN),
)


class Index:
    def find(self, cpr: str) -> Person | None:
        return Person(
            cpr=cpr,
            given="Nancy Ann",
            family="Berggren",
            birth_date=date(1948, 12, 25),
            sex="F",
            municipality="0851",
        )


SETTINGS = BookSettings(units=(BUP, WARD), patients=Index())
AT = datetime(2025, 9, 1, 9, tzinfo=COPENHAGEN)


def test_an_entry_has_the_metadata_of_the_national_profile() -> None:
    entry = entry_of(VISIT, 1, SETTINGS)
    assert problems(entry, ERROR) == []
    assert entry.type is DocumentType.ON_DEMAND and entry.status is Availability.APPROVED
    assert (entry.service_start, entry.service_stop) == ("20251001080000", "20251001084500")
    assert entry.patient_id == entry.source_patient_id == f"{NANCY}^^^&1.2.208.176.1.2&ISO"
    assert entry.source_patient_info == ("PID-5|Berggren^Nancy Ann", "PID-7|19481225", "PID-8|F")
    assert entry.authors[0].institutions == (f"BUP Nord     Søn^^^^^&1.2.208.176.1.1&ISO^^^^{BUP.sor_id}",)
    assert entry.type_code is not None and entry.type_code.code == "39289-4"
    assert entry.format_code is not None and entry.format_code.code == "urn:ad:dk:medcom:apd-v2.0.1:full"
    assert entry.practice_setting is not None and entry.practice_setting.code == "394588006"
    assert [code.code for code in entry.event_codes] == ["ALAL03"]
    assert not (entry.hash or entry.size or entry.creation_time)


def test_a_somatic_department_says_nothing_of_mental_disorders() -> None:
    entry = entry_of(Appointment(uuid="x", cpr=NANCY, unit=WARD.sor_id, start=AT, end=None), 1, SETTINGS)
    assert entry.event_codes == () and entry.service_stop == ""
    assert entry.practice_setting is not None and entry.practice_setting.code != "394588006"


def test_a_unit_that_is_not_the_houses_own_is_named_by_its_sor_id() -> None:
    entry = entry_of(VISIT, 1, BookSettings())
    assert entry.authors[0].institutions == (f"SOR {BUP.sor_id}^^^^^&1.2.208.176.1.1&ISO^^^^{BUP.sor_id}",)
    assert problems(entry, ERROR) == [] and entry.source_patient_info == ()


@pytest.mark.parametrize("version", [1, 2])
def test_no_identifier_holds_a_cpr_number(version: int) -> None:
    entry = entry_of(VISIT, version, SETTINGS)
    sets = [submission_of(change, VISIT, version, SETTINGS, AT).set for change in Change]
    for ident in (
        entry.id,
        entry.unique_id,
        entry.logical_id,
        *(s.id for s in sets),
        *(s.unique_id for s in sets),
    ):
        assert NANCY not in ident and NANCY[:6] not in ident
    assert len({s.unique_id for s in sets}) == 3


def test_a_move_replaces_the_version_before_it_and_a_cancellation_deprecates() -> None:
    moved = submission_of(Change.MOVED, VISIT, 2, SETTINGS, AT)
    replaces = [a for a in moved.associations if a.type is AssociationType.REPLACES]
    assert [(a.source, a.target) for a in replaces] == [(entry_id(VISIT.uuid, 2), entry_id(VISIT.uuid, 1))]
    assert moved.entries[0].unique_id == unique_id(VISIT.uuid, 2) != unique_id(VISIT.uuid, 1)
    ended = submission_of(Change.CANCELLED, VISIT, 2, SETTINGS, AT)
    assert ended.entries == ()
    (association,) = ended.associations
    assert (association.type, association.source) == (AssociationType.UPDATES_AVAILABILITY, ended.set.id)
    assert association.target == entry_id(VISIT.uuid, 2)
    assert (association.original_status, association.new_status) == (
        Availability.APPROVED,
        Availability.DEPRECATED,
    )


def test_what_stands_in_the_book_at_the_start_has_entries_except_the_cancelled() -> None:
    gone = Appointment(
        uuid="gone", cpr=NANCY, unit=BUP.sor_id, start=AT, end=None, status=AppointmentStatus.CANCELLED
    )
    settings = BookSettings(appointments=(VISIT, gone), units=(BUP,))
    assert [entry.id for entry in entries_at_start(settings)] == [entry_id(VISIT.uuid, 1)]
