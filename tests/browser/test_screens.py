"""The screens in a real browser, as people use them: step by step, and the text of each field."""

from __future__ import annotations

import time

import pytest

from sim.nation import golden
from tests.browser import walks
from tests.browser.chromium import Tab
from tests.browser.town import Streets, Town
from tests.overview.test_golden_screens import COLUMNS, ROWS
from tests.overview.world import BENTE, KATRINE

WARNING = "OBS! DU SKAL HAVE BORGERENS GYLDIGE SAMTYKKE FOR AT SE AFTALERNE."


def test_from_the_warning_over_the_login_to_the_list_every_field_is_that_of_the_published_screen(
    tab: Tab, pilot: Streets
) -> None:
    walks.warned(tab, pilot)
    assert tab.texts(".notice.strong") == [WARNING]
    assert tab.texts("h1") == ["020408-7194 - Katrine Johansen"]
    tab.press("Se aftaler")
    tab.press("Gå til login")
    assert tab.url.startswith(pilot.urls["nsp"])
    tab.press("Log ind")
    assert "Allan Korsman" in tab.texts("form p")[0]
    tab.press("Fortsæt")
    assert tab.url == f"{pilot.urls['sapa']}/saml/acs"
    assert tab.texts("header .user") == ["Allan Korsman Slagelse Kommune"]
    assert tab.texts("thead th") == COLUMNS
    cells = tab.texts("tbody th, tbody td")
    assert [cells[at : at + 9] for at in range(0, len(cells), 9)] == ROWS
    tab.follow("tbody tr:nth-child(2) td:last-child a")
    assert tab.texts("section.detail:target dd") == ROWS[1][:8]
    assert tab.evaluate("getComputedStyle(document.querySelector('.listed')).display") == "none"
    tab.follow("section.detail:target .row a")
    assert tab.evaluate("getComputedStyle(document.querySelector('.listed')).display") == "block"


@pytest.mark.parametrize("system", ["nordepj", "lps-01"])
def test_the_card_shows_every_field_of_the_published_screen(tab: Tab, pilot: Streets, system: str) -> None:
    walks.card(tab, pilot, system)
    assert tab.texts("h1") == [golden.OVERVIEW_HEAD]
    assert tab.texts("h2") == [
        "Skole/daginstitution :",
        "Familieområdet, KOMBIT",
        "Pædagogisk psykologisk Rådgivning, KOMBIT",
    ]
    assert tab.texts("dd") == [
        "2802156666", "10 år",
        "KOMBIT - udsatte børn og unge 1", "3.U", "Halfdanskgade 8, 2300 København S", "Findes ikke", "Findes ikke",
        "Sekretariatet for børn og familie", "85124512", "Lokations nr. findes ikke",
        "Halfdanskgade 8, 2300 København S", "Man-fre 09:30-11:30 Torsdag 13:30-16:00",
        "Sonny Sæl Tlf. nr.: 12345678",
        "Pædagogisk, psykologisk rådgivning", "85961278", "5790002523519", "Rådhusgade 54C, 8300 Odder",
        "Man-fre 09:30-10:30", "allan k Tlf. nr.: 93544649",
    ]  # fmt: skip
    assert tab.texts(".since") == ["Aktiv(e) sag(er) siden 15-08-2024", "Aktiv(e) sag(er) siden 01-05-2023"]


def test_with_the_recommendation_a_location_number_leads_to_a_new_message_with_its_receiver(
    tab: Tab, recommended: Streets
) -> None:
    walks.card(tab, recommended, "nordepj")
    assert "Hvad laver Pædagogisk psykologisk Rådgivning?" in tab.texts("summary")
    tab.press("5790002523519: skriv besked til Pædagogisk, psykologisk rådgivning")
    assert tab.url == f"{recommended.urls['nordepj']}/screen/breve/ny" and BENTE not in tab.url
    assert tab.evaluate("document.querySelector('main [name=receiver]').value") == "5790002523519"
    assert tab.evaluate("document.querySelector('main [name=given]').value") == "Bente"
    tab.type(subject="Møde", text="Hvornår passer det?")
    tab.press("Send")
    assert tab.texts("h1") == ["Emne: Møde"]


def test_from_sapas_list_the_new_message_opens_in_the_municipalitys_own_module(
    tab: Tab, recommended: Streets
) -> None:
    walks.appointments(tab, recommended)
    tab.press("5790002511608: skriv besked til PS Central Visitation")
    assert tab.url == f"{recommended.urls['os2']}/screen/breve/ny"
    assert tab.evaluate("document.querySelector('main [name=cpr]').value").replace("-", "") == KATRINE
    assert tab.complaints == []


def test_a_letter_goes_from_the_clinic_to_ppr_and_its_answer_back(tab: Tab, recommended: Streets) -> None:
    walks.write_to_ppr(tab, recommended)
    for _ in range(100):
        tab.go(f"{recommended.urls['os2']}/screen/breve")
        if tab.texts("tbody tr"):
            break
        time.sleep(0.1)
    assert "Advis: 1 ulæst besked" in tab.texts("[role=status]")[0]
    walks.answer_of_ppr(tab, recommended)
    assert tab.texts("h1") == ["Emne: SV: Trivsel"]


def test_with_a_case_index_that_is_slow_the_rest_is_shown_and_the_missing_part_says_why(tab: Tab) -> None:
    with Streets(Town(), {"sagsindeks": 30.0}) as streets:
        walks.card(tab, streets)
        assert tab.texts("h1") == [golden.OVERVIEW_HEAD]
        missing = tab.texts(".missing")
        assert len(missing) == 2
        assert all("ikke svar i tide" in text and "Der kan være en sag" in text for text in missing)
        assert "KOMBIT - udsatte børn og unge 1" in tab.texts("dd")


def test_the_citizen_sees_who_has_looked(tab: Tab, recommended: Streets) -> None:
    walks.appointments(tab, recommended)
    for _ in range(100):
        walks.citizen(tab, recommended, "Se, hvem der har set")
        if tab.texts("tbody tr"):
            break
        time.sleep(0.1)
    assert tab.texts("h1") == ["Hvem har set oplysninger om Katrine Johansen?"]
    assert "Allan Korsman" in tab.texts("tbody td")
