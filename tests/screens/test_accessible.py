"""Every page of the overviews can be used with a keyboard and a screen reader, and asks for nothing outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from mocks.nsp.settings import Settings as NspSettings
from mocks.overview.settings import Settings as OverviewSettings
from sim.nation import golden
from tests.overview.world import BENTE, DOCTOR, KATRINE, USER, World, card_lookup
from tests.screens.accessible import problems
from tests.screens.browse import Page


def sapa_pages() -> Iterator[Page]:
    world = World(people=[golden.KATRINE], appointments=golden.KATRINES_APPOINTMENTS)
    page = world.visit("sapa", "/screen")
    yield page
    page = page.press("Søg", cpr=KATRINE, user="u", name="Allan Korsman", place="Slagelse Kommune")
    yield page
    yield page.press("Overblik")
    yield page.press("Skole og institutionsoplysninger")
    page = page.press("Se aftaler")
    yield page
    page = page.press("Gå til login")
    yield page
    page = page.press("Log ind")
    yield page
    again = page
    page = page.press("Fortsæt")
    yield page
    yield again.press("Fortsæt")
    world.replace("stil", status=503)
    yield page.press("Skole og institutionsoplysninger")
    world = World(nsp_settings=NspSettings(users_without_seb_role=frozenset({"u"})))
    page = world.visit("sapa", "/screen").press("Søg", cpr=KATRINE, user="u")
    page = page.press("Se aftaler").press("Gå til login").press("Log ind")
    yield page
    yield page.press("Tilbage")


def card_pages() -> Iterator[Page]:
    placements = {BENTE: golden.BENTES_PLACEMENT}
    world = World(people=[golden.BENTE], placements=placements, cases=golden.BENTES_CASES)
    for system in ("nordepj", "lps-01"):
        entrance = world.visit(system, "/screen/overblik")
        yield entrance
        button = entrance.texts("//button")[0]
        who = {"cpr": BENTE, "user": DOCTOR["id"], "name": USER["name"]}
        warned = entrance.press(button, **who)
        assert warned.status == 409
        yield warned
        yield warned.press(button, consent_declared="ja")
        yield entrance.press(button, **who | {"cpr": "0101804444"}, consent_declared="ja")
    world.replace("sagsindeks", status=503)
    world.replace("stil", status=503)
    yield entrance.press(button, **who, consent_declared="ja")
    world = World(
        people=[golden.BENTE],
        placements=placements,
        overview_settings=OverviewSettings(connected=frozenset()),
    )
    assert card_lookup(world, BENTE)[1]["states"]["family"]["state"] == "not_connected"
    yield world.visit("lps-01", "/screen/overblik").press(button, **who, consent_declared="ja")


@pytest.mark.parametrize("pages", [sapa_pages, card_pages])
def test_every_page_is_accessible_and_complete_in_itself(pages: object) -> None:
    found = {f"{page.url} ({page.texts('//h1')})": problems(page) for page in pages()}  # type: ignore[operator]
    assert len(found) > 3
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("before", "after", "wrong"),
    [
        ('lang="da"', "", "does not say that it is Danish"),
        ("<h2>", "<h4>", "a heading of level 4"),
        ("<h1>", "<h2>", "0 main headings"),
        ("<label>Navn <input", "<p>Navn <input", "no label"),
        ("</main>", "<script>1</script></main>", "<script> on the page"),
        ("</main>", '<p style="color:red">x</p></main>', "style"),
        ("</main>", '<img src="https://example.org/x.png"></main>', "<img>"),
        ("body { margin: 0;", "body { margin: 0; background: url(x);", "loads something"),
        ('href="#indhold"', 'href="#inhold"', "leads nowhere"),
        (
            "</main>",
            '<form><input type="hidden" name="cpr"><button>x</button></form></main>',
            "into an address",
        ),
        ("</main>", "<table><tr><th>x</th></tr></table></main>", "without a scope"),
        ('action="/screen/borger"', 'action="http://elsewhere/x"', "the policy stops"),
    ],
)
def test_what_is_wrong_with_a_page_is_found(before: str, after: str, wrong: str) -> None:
    page = World().visit("sapa", "/screen")
    assert problems(page) == [] and before in page.text
    spoilt = replace(page, text=page.text.replace(before, after, 1))
    assert any(wrong in problem for problem in problems(spoilt)), problems(spoilt)


def test_a_page_without_its_headers_is_found() -> None:
    page = World().visit("sapa", "/screen")
    assert len(problems(replace(page, headers={}))) == 7
