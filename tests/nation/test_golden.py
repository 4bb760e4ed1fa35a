"""The citizens of the published screens."""

from __future__ import annotations

from datetime import date

from mocks.identifiers import check_gln, check_sor, is_synthetic_cpr
from mocks.people import AppointmentStatus, CaseKind
from sim.nation import World, golden_world
from sim.nation.golden import BENTE, KATRINE, OVERVIEW_HEAD, USER, USER_AUTHORITY

DURING_THE_PILOT = date(2025, 6, 1)


def test_bente_stands_as_on_the_case_and_contact_overview() -> None:
    golden = golden_world()
    bente = golden.find("2802156666")
    assert bente is not None
    assert (bente.name, bente.age(DURING_THE_PILOT), bente.sex) == ("Bente Bach", 10, "F")
    assert f"{bente.name}(HOIBU)" == OVERVIEW_HEAD
    placement = golden.placement_of(bente.cpr)
    assert placement is not None
    school = placement.institution
    assert (school.name, placement.group) == ("KOMBIT - udsatte børn og unge 1", "3.U")
    assert school.address == "Halfdanskgade 8, 2300 København S"
    assert (school.phone, school.email) == ("", "")


def test_her_two_cases_have_the_departments_and_workers_of_the_screen() -> None:
    golden = golden_world()
    family, ppr = golden.cases_of(BENTE.cpr)
    assert (family.kind, family.opened, family.closed) == (CaseKind.FAMILY, date(2024, 8, 15), None)
    assert (family.worker, family.worker_phone) == ("Sonny Sæl", "12345678")
    assert (ppr.kind, ppr.opened, ppr.closed) == (CaseKind.PPR, date(2023, 5, 1), None)
    assert (ppr.worker, ppr.worker_phone) == ("allan k", "93544649")
    department, advice = golden.by_sor(family.unit), golden.by_sor(ppr.unit)
    assert department is not None and advice is not None
    assert department.name == "Sekretariatet for børn og familie"
    assert (department.gln, department.phone) == (None, "85124512")
    assert department.address == "Halfdanskgade 8, 2300 København S"
    assert department.phone_hours == "Man-fre 09:30-11:30 Torsdag 13:30-16:00"
    assert advice.name == "Pædagogisk, psykologisk rådgivning"
    assert (advice.gln, advice.phone) == ("5790002523519", "85961278")
    assert advice.address == "Rådhusgade 54C, 8300 Odder"
    assert advice.phone_hours == "Man-fre 09:30-10:30"
    assert {department.owner, advice.owner} == {"KOMBIT"}


def test_katrines_appointments_are_the_four_rows_newest_first() -> None:
    golden = golden_world()
    assert golden.find("0204087194") == KATRINE and KATRINE.name == "Katrine Johansen"
    assert (USER, USER_AUTHORITY) == ("Allan Korsman", "Slagelse Kommune")
    rows = [
        (
            f"{a.start:%d-%m-%Y %H:%M}",
            f"{a.end:%d-%m-%Y %H:%M}" if a.end else "-",
            f"{a.place_street} {a.place_post_code} {a.place_city}".strip() or "-",
        )
        for a in golden.appointments_of(KATRINE.cpr)
    ]
    assert rows == [
        ("09-10-2049 00:00", "-", "Selsbjergvej 38 7120 Vejle Øst"),
        ("01-10-2049 08:00", "01-10-2049 09:30", "Munkebjergvej 81 5230 Odense M"),
        ("21-04-2049 15:00", "21-04-2049 15:30", "-"),
        ("03-04-2049 10:15", "03-04-2049 10:30", "Munkebjergvej 81 5230 Odense M"),
    ]
    for appointment in golden.appointments:
        unit = golden.by_sor(appointment.unit)
        assert unit is not None
        assert (unit.name, unit.phone, unit.email, unit.gln) == (
            "PS Central Visitation",
            "97643000",
            "Psykiatri@rn.dk",
            "5790002511608",
        )
        assert appointment.status is AppointmentStatus.BOOKED


def test_the_golden_identifiers_are_well_formed_and_not_in_the_caseload(world: World) -> None:
    golden = golden_world()
    for person in golden.people:
        assert is_synthetic_cpr(person.cpr)
        assert world.find(person.cpr) is None
    for unit in golden.units:
        assert check_sor(unit.sor_id) is None
        assert unit.gln is None or check_gln(unit.gln) is None
        assert world.by_sor(unit.sor_id) is None
        assert unit.gln is None or world.by_gln(unit.gln) is None
