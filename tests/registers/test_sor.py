"""SOR: inheritance, look-ups, and what happens with ids that are wrong, unknown or closed."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from mocks import sor
from mocks.errors import BadInput
from mocks.identifiers import make_gln, make_sor
from mocks.sor import Address, Level, Register, SorEntry
from mocks.units import FDIS91_5, XCTL, XDIS91, Unit, UnitKind

OWNER, HOUSE, PPR, TEAM, FAMILY, CLOSED, FUTURE, PRACTICE, CLINIC = (make_sor(n) for n in range(9))
G_HOUSE, G_PPR, G_CLINIC = make_gln(1), make_gln(2), make_gln(3)
HALL = Address("Rådhustorvet 1", "9000", "Ålborg Prøve")
SIDE = Address("Sidegaden 2", "9400", "Nørresundby Prøve")

ENTRIES = (
    SorEntry(
        sor_id=OWNER,
        level=Level.IE,
        name="Ålborg Prøvekommune",
        cvr="12345674",
        municipality="0851",
        postal=HALL,
        phone="11111111",
        email="post@example.org",
    ),
    SorEntry(
        sor_id=HOUSE,
        level=Level.SI,
        name="Børne- og Ungeforvaltningen",
        parent=OWNER,
        gln=G_HOUSE,
        capabilities=(XDIS91,),
        system="alldialogue-aalborg",
    ),
    SorEntry(
        sor_id=PPR,
        level=Level.OE,
        name="PPR Ålborg",
        parent=HOUSE,
        kind=UnitKind.PPR,
        unit_type="556841000005105",
        gln=G_PPR,
        visiting=SIDE,
        phone="22222222",
        phone_hours="man-fre 9.30-11.30",
        capabilities=(XDIS91, XCTL, FDIS91_5),
        pilot=True,
    ),
    SorEntry(
        sor_id=TEAM,
        level=Level.OE,
        name="PPR Ålborg, team Øst",
        parent=PPR,
        kind=UnitKind.PPR,
        gln_inherited=True,
        capabilities=(FDIS91_5,),
    ),
    SorEntry(
        sor_id=FAMILY,
        level=Level.OE,
        name="Familieafdelingen",
        parent=HOUSE,
        kind=UnitKind.FAMILY,
        capabilities=(XDIS91,),
    ),
    SorEntry(
        sor_id=CLOSED,
        level=Level.OE,
        name="Gammel PPR",
        parent=HOUSE,
        kind=UnitKind.PPR,
        gln_inherited=True,
        valid_to=date(2025, 3, 31),
    ),
    SorEntry(
        sor_id=FUTURE,
        level=Level.OE,
        name="Ny PPR",
        parent=HOUSE,
        kind=UnitKind.PPR,
        valid_from=date(2025, 7, 1),
    ),
    SorEntry(sor_id=PRACTICE, level=Level.IE, name="Lægerne Åen I/S"),
    SorEntry(
        sor_id=CLINIC,
        level=Level.SI,
        name="Lægerne Åen",
        parent=PRACTICE,
        kind=UnitKind.CLINIC,
        gln=G_CLINIC,
        ydernummer="012345",
        capabilities=(XDIS91,),
    ),
)


@pytest.fixture
def ask(world: Any) -> Any:
    world.start("sor", sor.create_app, sor.Settings(entries=ENTRIES))
    return world


def unit(world: Any, sor_id: str, query: str = "") -> Unit:
    return msgspec.convert(world.get(f"http://sor/sor/{sor_id}{query}"), Unit)


def names(world: Any, query: str) -> list[str]:
    return [u["name"] for u in world.get(f"http://sor/sor?{query}")]


def test_a_unit_tells_its_own_number_address_and_capabilities(ask: Any) -> None:
    ppr = unit(ask, PPR)
    assert (ppr.gln, ppr.system, ppr.municipality) == (G_PPR, "alldialogue-aalborg", "0851")
    assert ppr.address == "Sidegaden 2, 9400 Nørresundby Prøve"
    assert ppr.owner == "Ålborg Prøvekommune"
    assert ppr.capabilities == (XDIS91, XCTL, FDIS91_5)


def test_an_inherited_number_brings_the_mailbox_and_not_the_units_own_capabilities(ask: Any) -> None:
    team = unit(ask, TEAM)
    assert team.gln == G_PPR
    assert team.capabilities == (XDIS91, XCTL, FDIS91_5)


def test_a_number_is_not_inherited_unless_marked(ask: Any) -> None:
    family = unit(ask, FAMILY)
    assert family.gln is None
    assert family.capabilities == ()


def test_the_virtual_address_comes_from_the_nearest_that_has_one_and_as_a_whole(ask: Any) -> None:
    assert (unit(ask, FAMILY).phone, unit(ask, FAMILY).email) == ("11111111", "post@example.org")
    assert (unit(ask, PPR).phone, unit(ask, PPR).email) == ("22222222", "")
    assert (unit(ask, TEAM).phone, unit(ask, TEAM).phone_hours) == ("22222222", "man-fre 9.30-11.30")


def test_the_visiting_address_falls_back_to_the_postal_one_which_is_inherited(ask: Any) -> None:
    # The team's parent has a visiting address of its own; that one is not inherited.
    assert unit(ask, TEAM).address == "Rådhustorvet 1, 9000 Ålborg Prøve"


def test_the_raw_view_shows_only_what_is_registered(ask: Any) -> None:
    raw = msgspec.convert(ask.get(f"http://sor/sor/{TEAM}?resolve=false"), SorEntry)
    assert raw == ENTRIES[3]


def test_an_owner_answers_as_its_entry(ask: Any) -> None:
    assert ask.get(f"http://sor/sor/{HOUSE}")["postal"]["city"] == "Ålborg Prøve"


def test_units_are_found_by_number_name_parent_and_ydernummer(ask: Any) -> None:
    assert names(ask, f"gln={G_PPR}") == ["PPR Ålborg", "PPR Ålborg, team Øst"]
    assert names(ask, "name=%C3%85LBORG") == ["PPR Ålborg", "PPR Ålborg, team Øst"]
    assert names(ask, "name=TEAM+%C3%B8st") == ["PPR Ålborg, team Øst"]
    assert names(ask, "name=A%CC%8Aen") == ["Lægerne Åen"]  # A and ring as two characters
    assert names(ask, f"parent={HOUSE}") == ["PPR Ålborg", "Familieafdelingen"]
    assert names(ask, "yder=012345") == ["Lægerne Åen"]
    assert names(ask, f"parent={HOUSE}&name=familie") == ["Familieafdelingen"]


def test_nothing_found_by_name_or_below_a_leaf_is_an_empty_list(ask: Any) -> None:
    assert names(ask, "name=findes+ikke") == []
    assert names(ask, f"parent={TEAM}") == []
    assert names(ask, f"gln={G_PPR}&name=familie") == []


def test_who_owns_a_number_comes_before_who_inherits_it() -> None:
    child, top, mid = make_sor(1), make_sor(2), make_sor(3)
    register = Register(
        (
            SorEntry(
                sor_id=child,
                level=Level.OE,
                name="b",
                parent=mid,
                kind=UnitKind.PPR,
                gln_inherited=True,
            ),
            SorEntry(sor_id=mid, level=Level.SI, name="a", parent=top, gln=G_PPR, kind=UnitKind.PPR),
            SorEntry(sor_id=top, level=Level.IE, name="o"),
        )
    )
    assert [e.sor_id for e in register.find(gln=G_PPR)] == [mid, child]


def test_a_closed_unit_is_gone_and_its_raw_entry_stays(ask: Any) -> None:
    gone = ask.get(f"http://sor/sor/{CLOSED}", 410)
    assert "2025-03-31" in gone["message"]
    assert unit(ask, CLOSED, "?at=2025-03-31").gln == G_HOUSE
    assert ask.get(f"http://sor/sor/{CLOSED}?resolve=false")["valid_to"] == "2025-03-31"
    assert "Gammel PPR" not in names(ask, f"parent={HOUSE}")
    assert names(ask, f"gln={G_HOUSE}&at=2025-03-31") == ["Gammel PPR"]


def test_a_number_whose_last_unit_has_closed_says_so(ask: Any) -> None:
    assert "no unit" in ask.get(f"http://sor/sor?gln={G_HOUSE}", 404)["message"]
    raw = ask.get(f"http://sor/sor?gln={G_HOUSE}&resolve=false")
    assert [e["name"] for e in raw] == ["Børne- og Ungeforvaltningen", "Gammel PPR"]


def test_a_number_that_only_an_institution_uses_is_no_unit(world: Any) -> None:
    world.start("sor", sor.create_app, sor.Settings(entries=ENTRIES[:2]))
    said = world.get(f"http://sor/sor?gln={G_HOUSE}", 404)
    assert "no unit that one writes to" in said["message"]


def test_a_unit_closes_while_time_passes(world: Any) -> None:
    open_until = msgspec.structs.replace(ENTRIES[2], valid_to=date(2025, 4, 1))
    world.start("sor", sor.create_app, sor.Settings(entries=(*ENTRIES[:2], open_until)))
    assert unit(world, PPR).gln == G_PPR
    world.kernel.env.run(until=24 * 3600)
    world.get(f"http://sor/sor/{PPR}", 410)
    assert "no unit with" in world.get(f"http://sor/sor?gln={G_PPR}", 404)["message"]


def test_a_future_unit_opens_on_its_day(ask: Any) -> None:
    assert "2025-07-01" in ask.get(f"http://sor/sor/{FUTURE}", 404)["message"]
    assert unit(ask, FUTURE, "?at=2025-07-01").name == "Ny PPR"


@pytest.mark.parametrize(
    ("path", "part"),
    [
        (f"/{PPR[:-1]}{(int(PPR[-1]) + 1) % 10}", "check digit"),
        ("/123", "at least 11 digits"),
        ("/2512489996", "at least 11 digits"),
        ("/90000001000999004", "namespace"),
        (f"?gln={G_PPR[:-1]}{(int(G_PPR[-1]) + 1) % 10}", "check digit of GLN"),
        ("?gln=123", "13 digits"),
        ("?parent=abc", "at least 11 digits"),
        ("?yder=abc", "ydernummer"),
        ("", "nothing to look for"),
        ("?gln=", "nothing to look for"),
        ("?nmae=x", "'nmae'"),
        ("?name=x&limit=0", "1 to 100"),
        ("?name=x&limit=101", "1 to 100"),
        ("?name=x&offset=-1", "offset"),
        ("?name=x&offset=%D9%A1", "offset"),
        ("?name=x&at=1.4.2025", "YYYY-MM-DD"),
        (f"/{PPR}?resolve=maybe", "resolve"),
        (f"/{PPR}?resolved=true", "'resolved'"),
    ],
)
def test_a_malformed_question_gets_400_and_says_why(ask: Any, path: str, part: str) -> None:
    said = ask.get(f"http://sor/sor{path}", 400)
    assert part in said["message"] + said["what_to_do"]


@pytest.mark.parametrize(
    "path",
    [f"/{make_sor(77)}", f"?gln={make_gln(77)}", f"?parent={make_sor(77)}", "?yder=999999"],
)
def test_a_well_formed_id_that_nobody_has_gets_404(ask: Any, path: str) -> None:
    assert "SOR has no entry" in ask.get(f"http://sor/sor{path}", 404)["message"]


def test_a_long_list_says_that_there_is_more_and_where(world: Any) -> None:
    clinics = tuple(
        SorEntry(sor_id=make_sor(100 + n), level=Level.IE, name=f"Klinik {n}", kind=UnitKind.CLINIC)
        for n in range(25)
    )
    world.start("sor", sor.create_app, sor.Settings(entries=clinics, list_limit=5))
    seen: list[str] = []
    parts = 0
    link = "/sor?name=klinik"
    while link:
        response = world.request("GET", f"http://sor{link}")
        parts += 1
        assert response.headers["x-total-count"] == "25"
        seen += [u["name"] for u in msgspec.json.decode(response.body)]
        link = response.headers.get("link", "").partition(">")[0].lstrip("<")
    assert (parts, seen) == (5, [f"Klinik {n}" for n in range(25)])


def test_a_registered_id_with_a_wrong_check_digit_is_served_and_listed_as_a_defect() -> None:
    dummy = "191901000016999"
    entry = SorEntry(sor_id=dummy, level=Level.IE, name="Eksempel", gln="5790000121530", kind=UnitKind.CLINIC)
    twin = msgspec.structs.replace(entry, sor_id=make_sor(1))
    register = Register((entry, twin))
    assert register.unit(dummy) is not None
    assert any(dummy in d and "check digit" in d for d in register.defects)
    assert any("5790000121530" in d and "check digit" in d for d in register.defects)
    assert any("is registered on" in d for d in register.defects)


@pytest.mark.parametrize(
    ("entries", "part"),
    [
        ((ENTRIES[0], ENTRIES[0]), "two entries"),
        ((ENTRIES[1],), "not in the register"),
        ((ENTRIES[0], msgspec.structs.replace(ENTRIES[2], parent=OWNER)), "a parent of OE"),
        ((ENTRIES[0], msgspec.structs.replace(ENTRIES[7], parent=OWNER)), "has no parent"),
        ((msgspec.structs.replace(ENTRIES[0], name="x" * 61),), "61 characters"),
        (
            (
                SorEntry(sor_id=PPR, level=Level.OE, name="a", parent=TEAM),
                SorEntry(sor_id=TEAM, level=Level.OE, name="b", parent=PPR),
            ),
            "its own ancestor",
        ),
    ],
)
def test_a_tree_that_cannot_be_is_refused_at_start(entries: tuple[SorEntry, ...], part: str) -> None:
    with pytest.raises(BadInput, match=part):
        Register(entries)


def test_units_nested_a_thousand_deep_resolve() -> None:
    chain = [SorEntry(sor_id=make_sor(0), level=Level.IE, name="top", phone="1", gln=G_PPR)]
    chain.append(
        SorEntry(sor_id=make_sor(1), level=Level.SI, name="0", parent=make_sor(0), gln_inherited=True)
    )
    chain += [
        SorEntry(
            sor_id=make_sor(n),
            level=Level.OE,
            name=str(n),
            parent=make_sor(n - 1),
            gln_inherited=True,
            kind=UnitKind.PPR,
        )
        for n in range(2, 3000)
    ]
    deepest = Register(reversed(chain)).unit(make_sor(2999))
    assert deepest is not None
    assert (deepest.gln, deepest.phone, deepest.owner) == (G_PPR, "1", "top")
