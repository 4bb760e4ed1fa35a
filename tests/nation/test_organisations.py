"""The organisations: identifiers, roles, location numbers, message formats, institutions."""

from __future__ import annotations

from collections import Counter

import pytest

from mocks.errors import BadInput
from mocks.identifiers import check_cvr, check_gln, check_sor, check_ydernummer
from mocks.sor.register import Level, Register
from mocks.units import FCTL, FDIS91_4, FDIS91_5, XCTL, XDIS91, Unit, UnitKind
from sim.nation import World, with_standard

SLUGS = ["aalborg", "broenderslev", "thisted", "jammerbugt", "rebild"]


def test_identifiers_are_well_formed_and_used_once(world: World) -> None:
    entries = world.sor_entries
    sor = [e.sor_id for e in entries]
    gln = [e.gln for e in entries if e.gln]
    yder = [e.ydernummer for e in entries if e.ydernummer]
    assert [check_sor(s) for s in sor] == [None] * len(sor)
    assert [check_gln(g) for g in gln] == [None] * len(gln)
    assert [check_ydernummer(y) for y in yder] == [None] * 125
    assert [check_cvr(m.cvr) for m in world.municipalities] == [None] * 10
    for numbers in (sor, gln, yder):
        assert len(set(numbers)) == len(numbers)


def test_the_register_accepts_the_entries_and_finds_no_defect(world: World) -> None:
    assert Register(world.sor_entries).defects == ()


def test_the_five_municipalities_have_ppr_and_a_family_department_on_their_own_system(world: World) -> None:
    assert [m.slug for m in world.pilot_municipalities] == SLUGS
    for m in world.pilot_municipalities:
        expected = "alldialogue-aalborg" if m.slug == "aalborg" else f"os2-{m.slug}"
        for unit, kind in ((world.ppr_of(m.code), UnitKind.PPR), (world.family_of(m.code), UnitKind.FAMILY)):
            assert (unit.kind, unit.system, unit.municipality, unit.pilot) == (kind, expected, m.code, True)
            assert unit.gln and unit.capabilities == (XDIS91, XCTL)
            assert unit.owner == f"{m.name} Kommune"


def test_there_are_as_many_units_as_the_pilot_had(world: World) -> None:
    kinds = Counter(u.kind for u in world.units if u.pilot)
    assert kinds[UnitKind.PPR] == kinds[UnitKind.FAMILY] == 5
    assert kinds[UnitKind.CLINIC] == 15
    assert [u.system for u in world.pilot_clinics] == [f"lps-{n:02d}" for n in range(1, 16)]
    assert {u.system for u in world.outside_clinics} == {"lps-udenfor"}
    assert len(world.outside_clinics) == 110
    assert {u.system for u in (*world.bup, *world.departments)} == {"nordepj"}
    assert not any(u.pilot for u in world.departments)
    assert len(world.departments) == 20


def test_hosted_units_have_a_location_number_of_their_own_and_are_found_by_it(world: World) -> None:
    for unit in world.units:
        assert unit.gln is not None
        assert world.by_gln(unit.gln) == unit
        assert world.by_sor(unit.sor_id) == unit
    assert world.by_gln("5790000000000") is None


def test_the_register_shows_own_inherited_and_missing_location_numbers(world: World) -> None:
    raw = {e.name: e for e in world.sor_entries}
    register = Register(world.sor_entries)
    team = raw["PPR Aalborg, team skole"]
    assert team.gln is None and team.gln_inherited
    resolved = register.resolved(team.sor_id)
    assert resolved is not None and resolved.gln == world.ppr_of("0851").gln
    assert raw["Sundhedsplejen Aalborg"].gln is None and not raw["Sundhedsplejen Aalborg"].gln_inherited
    assert world.ppr_of("0820").gln is None
    family = world.family_of("0860")
    assert raw[family.name].gln is None and family.gln == raw["Børne- og Ungeforvaltningen Hjørring"].gln
    assert {e.level for e in world.sor_entries} == {Level.IE, Level.SI, Level.OE}


def test_neighbours_are_known_to_the_register_but_hosted_by_no_system(world: World) -> None:
    assert len(world.unconnected) == 10
    assert {u.system for u in world.unconnected} == {""}
    assert not {u.sor_id for u in world.unconnected} & {u.sor_id for u in world.units}


def test_names_fit_into_old_letters(world: World) -> None:
    for unit in (*world.units, *world.unconnected):
        for text in (unit.name, unit.street, unit.city):
            assert 0 < len(text) <= 35
            text.encode("iso-8859-1")
    names = [u.name for u in world.units]
    assert len(set(names)) == len(names)


def test_nobody_can_be_called_or_mailed(world: World) -> None:
    for entry in world.sor_entries:
        assert entry.phone == "" or (entry.phone.startswith("01") and len(entry.phone) == 8)
        assert entry.email == "" or entry.email.endswith(".example")
    for place in world.institutions:
        assert place.phone == "" or place.phone.startswith("01")
    phones = [e.phone for e in world.sor_entries if e.phone] + [
        p.phone for p in world.institutions if p.phone
    ]
    assert len(set(phones)) == len(phones)


@pytest.mark.parametrize(
    ("mode", "formats"),
    [("pilot", {XDIS91, XCTL}), ("4.0.3", {FDIS91_4, FCTL}), ("5.0.2", {FDIS91_5, FCTL})],
)
def test_one_standard_for_everybody(world: World, mode: str, formats: set[str]) -> None:
    changed = with_standard(world, mode)
    assert changed.standard == mode
    assert {c for u in changed.units for c in u.capabilities} == formats
    assert all(bool(e.capabilities) == bool(e.gln) for e in changed.sor_entries)
    assert world.standard == "pilot"


def _meet(a: Unit, b: Unit) -> bool:
    return bool(set(a.capabilities) & set(b.capabilities))


def test_in_the_mixed_mode_most_pairs_have_a_common_format_and_a_few_have_none(world: World) -> None:
    mixed = with_standard(world, "mixed")
    municipal = [u for u in mixed.units if u.kind in (UnitKind.PPR, UnitKind.FAMILY)]
    clinics = (*mixed.pilot_clinics, *mixed.outside_clinics)
    apart = sum(not _meet(a, b) for a in municipal for b in clinics) / (len(municipal) * len(clinics))
    assert 0 < apart < 0.10
    assert all(_meet(u, b) for u in municipal for b in mixed.bup)
    assert all(
        len({u.capabilities for u in municipal if u.system == s}) == 1 for s in {u.system for u in municipal}
    )
    assert with_standard(world, "mixed").units == mixed.units


def test_an_unknown_standard_is_refused(world: World) -> None:
    with pytest.raises(BadInput, match="choose one of pilot"):
        with_standard(world, "6.0")


def test_institutions_are_as_many_as_the_national_figures_give(world: World) -> None:
    codes = {m.code for m in world.pilot_municipalities}
    kinds = Counter(i.kind for i in world.institutions if i.municipality in codes)
    assert 90 <= kinds["Folkeskole"] + kinds["Fri- og privatskole"] <= 110
    assert 220 <= kinds["Daginstitution"] <= 270
    assert kinds["Dagpleje"] == 5
    assert kinds["Specialskole"] >= 5
    numbers = [i.number for i in world.institutions]
    assert len(set(numbers)) == len(numbers) and all(len(n) == 6 for n in numbers)
    names = [i.name for i in world.institutions]
    assert len(set(names)) == len(names)
    assert any(i.phone == "" and i.email == "" for i in world.institutions)
