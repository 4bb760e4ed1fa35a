"""The two screens of the pilot's evaluation: the same citizens, rows, labels and values come out."""

from __future__ import annotations

import pytest

from sim.nation import golden
from tests.overview.world import BENTE, KATRINE, USER, World, card_lookup, sapa_lookup

COLUMNS = [
    "Udførende enhed",
    "Starttidspunkt",
    "Sluttidspunkt",
    "Status",
    "Udførende enheds adresse",
    "Kontakttelefon",
    "Kontaktmail",
    "Lokationsnummer",
    "Aftaledetaljer",
]
CONTACT = ["97643000", "Psykiatri@rn.dk", "5790002511608", "Se detaljer"]
UNIT = "PS Central Visitation"
ODENSE = "Munkebjergvej 81 5230 Odense M"
ROWS = [
    [UNIT, "09-10-2049 00:00", "-", "Fremtidig", "Selsbjergvej 38 7120 Vejle Øst", *CONTACT],
    [UNIT, "01-10-2049 08:00", "01-10-2049 09:30", "Fremtidig", ODENSE, *CONTACT],
    [UNIT, "21-04-2049 15:00", "21-04-2049 15:30", "Fremtidig", "-", *CONTACT],
    [UNIT, "03-04-2049 10:15", "03-04-2049 10:30", "Fremtidig", ODENSE, *CONTACT],
]


def katrine() -> World:
    return World(people=[golden.KATRINE], appointments=reversed(golden.KATRINES_APPOINTMENTS))


def bente() -> World:
    return World(
        people=[golden.BENTE],
        placements={BENTE: golden.BENTES_PLACEMENT},
        cases=golden.BENTES_CASES,
    )


def test_the_appointments_of_katrine_johansen_are_those_of_the_screen() -> None:
    status, shown = sapa_lookup(katrine(), KATRINE)
    assert status == 200
    assert shown["citizen"] == "020408-7194 - Katrine Johansen"
    assert shown["title"] == "Kalenderaftaler fra Børne- og ungdomspsykiatrien"
    assert shown["columns"] == COLUMNS
    assert shown["rows"] == ROWS


def test_sapa_shows_the_warning_first_and_then_the_same_rows_as_html() -> None:
    world = katrine()
    fields = {"cpr": "020408-7194", "user": "u-1", "name": "Allan Korsman", "place": "Slagelse Kommune"}
    status, warning = world.form("sapa", "/screen/borger", fields)
    assert status == 200
    assert "OBS! DU SKAL HAVE BORGERENS GYLDIGE SAMTYKKE FOR AT SE AFTALERNE." in warning
    assert "Se aftaler" in warning and "2049" not in warning
    assert world.form("sapa", "/screen/aftaler", fields)[0] == 409
    status, html = world.form("sapa", "/screen/aftaler", fields | {"consent_declared": "ja"})
    assert status == 200
    texts = [*COLUMNS, *(cell for row in ROWS for cell in row)]
    at = 0
    for text in texts:
        at = html.index(f">{text}<", at)
    assert "020408-7194 - Katrine Johansen" in html
    assert "Her kan du se kalenderaftaler fra Børne- og ungdomspsykiatrien frem i tiden" in html
    assert "http" not in html.replace("http-equiv", "")


@pytest.mark.parametrize("system", ["nordepj", "lps-01"])
def test_the_card_of_bente_bach_is_that_of_the_screen(system: str) -> None:
    status, card = card_lookup(bente(), BENTE, system)
    assert status == 200 and card["outcome"] == "shown"
    assert card["head"] == {"Navn": golden.OVERVIEW_HEAD, "Cpr. nr": "2802156666", "Alder": "10 år"}
    assert card["school"] == {
        "Institution": "KOMBIT - udsatte børn og unge 1",
        "Stue": "3.U",
        "Adresse": "Halfdanskgade 8, 2300 København S",
        "Tlf. nr.": "Findes ikke",
        "E-mail (ikke garanteret sikkermail)": "Findes ikke",
    }
    family, ppr = card["departments"]
    assert family["heading"] == "Familieområdet, KOMBIT"
    assert family["since"] == "Aktiv(e) sag(er) siden 15-08-2024"
    assert family["Afdeling"] == "Sekretariatet for børn og familie"
    assert family["Tlf. nr."] == "85124512"
    assert family["Lokations nr."] == "Lokations nr. findes ikke"
    assert family["Adresse"] == "Halfdanskgade 8, 2300 København S"
    assert family["Telefontid"] == "Man-fre 09:30-11:30 Torsdag 13:30-16:00"
    assert family["Primær kontaktperson"] == {"Navn": "Sonny Sæl", "Tlf. nr.": "12345678"}
    assert ppr["heading"] == "Pædagogisk psykologisk Rådgivning, KOMBIT"
    assert ppr["since"] == "Aktiv(e) sag(er) siden 01-05-2023"
    assert ppr["Afdeling"] == "Pædagogisk, psykologisk rådgivning"
    assert ppr["Tlf. nr."] == "85961278"
    assert ppr["Lokations nr."] == "5790002523519"
    assert ppr["Adresse"] == "Rådhusgade 54C, 8300 Odder"
    assert ppr["Telefontid"] == "Man-fre 09:30-10:30"
    assert ppr["Primær kontaktperson"] == {"Navn": "allan k", "Tlf. nr.": "93544649"}


def test_the_screen_of_nordepj_has_the_labels_and_values_of_the_card_in_order() -> None:
    world = bente()
    entrance = world.ask("GET", "nordepj", "/screen/overblik").body.decode()
    assert "Psyk BU tværdata" in entrance
    fields = {"cpr": BENTE, "user": "u-9", "name": USER["name"], "consent_declared": "ja"}
    status, html = world.form("nordepj", "/screen/overblik", fields)
    assert status == 200
    at = 0
    for text in (
        golden.OVERVIEW_HEAD,
        "Cpr. nr:",
        "2802156666",
        "10 år",
        "Skole/daginstitution :",
        "Institution :",
        "Stue:",
        "3.U",
        "Findes ikke",
        "Familieområdet, KOMBIT",
        "Aktiv(e) sag(er) siden 15-08-2024",
        "Afdeling:",
        "Sekretariatet for børn og familie",
        "Lokations nr.",
        "Lokations nr. findes ikke",
        "Telefontid:",
        "Primær kontaktperson:",
        "Sonny Sæl",
        "Pædagogisk psykologisk Rådgivning, KOMBIT",
        "Aktiv(e) sag(er) siden 01-05-2023",
        "5790002523519",
        "allan k",
        "93544649",
        "Mærket i parentes efter navnet er pilotens eget",
    ):
        at = html.index(text, at)
