"""The two screens of the pilot's evaluation: the same citizens, rows, labels and values come out."""

from __future__ import annotations

import pytest

from sim.nation import golden
from tests.overview.world import BENTE, KATRINE, USER, World, card_lookup, sapa_lookup
from tests.screens.browse import words

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


def test_sapa_shows_the_warning_first_then_the_login_and_then_the_same_rows() -> None:
    world = katrine()
    fields = {"cpr": "020408-7194", "user": "u-1", "name": "Allan Korsman", "place": "Slagelse Kommune"}
    warned = world.visit("sapa", "/screen").press("Søg", **fields)
    assert warned.texts("//p[@class='notice strong']") == [
        "OBS! DU SKAL HAVE BORGERENS GYLDIGE SAMTYKKE FOR AT SE AFTALERNE."
    ]
    assert warned.texts("//p[@class='user']") == ["Allan Korsman Slagelse Kommune"]
    assert "2049" not in warned.text
    assert world.form("sapa", "/screen/aftaler", fields)[0] == 409
    to_login = warned.press("Se aftaler")
    assert "2049" not in to_login.text
    at_seb = to_login.press("Gå til login")
    assert at_seb.url == "http://nsp/screen/seb" and "SEB" in at_seb.text
    page = at_seb.press("Log ind").press("Fortsæt")
    assert page.status == 200 and page.url == "http://sapa/saml/acs"
    assert page.texts("//h1") == ["020408-7194 - Katrine Johansen"]
    assert page.texts("//span[@class='tag']") == ["PERSON"]
    assert page.texts("//ul[@class='actions']/li") == [
        "Opret tværgående bemærkning",
        "Tilføj til foretrukne",
        "Kopier",
        "Opret påmindelse",
    ]
    assert page.texts("//nav[@class='tabs']//button") == [
        "Overblik",
        "Aftaler fra Børne- og Ungdomspsykiatrien",
        "Skole og institutionsoplysninger",
    ]
    assert page.texts("//h2")[0] == "Kalenderaftaler fra Børne- og ungdomspsykiatrien"
    assert (
        "Her kan du se kalenderaftaler fra Børne- og ungdomspsykiatrien frem i tiden og 6 måneder tilbage."
        in page.texts("//p")
    )
    assert page.texts("//thead//th") == COLUMNS
    cells = [row.xpath("./th|./td") for row in page.tree.xpath("//tbody/tr")]
    assert [[words(cell) for cell in row] for row in cells] == ROWS
    assert [[bool(cell.xpath("./a")) for cell in row] for row in cells] == [[True, *[False] * 7, True]] * 4
    details = page.fields("//section[@id='aftale-2']//dl")
    assert details == list(zip(COLUMNS[:8], ROWS[1][:8], strict=True))


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


@pytest.mark.parametrize(
    ("system", "button"), [("nordepj", "Psyk BU tværdata"), ("lps-01", "Sags- og kontaktoverblik")]
)
def test_the_screen_has_the_labels_and_values_of_the_card_field_by_field(system: str, button: str) -> None:
    entrance = bente().visit(system, "/screen/overblik")
    page = entrance.press(button, cpr=BENTE, user="u-9", name=USER["name"], consent_declared="ja")
    assert page.status == 200
    assert page.texts("//h1") == [golden.OVERVIEW_HEAD]
    assert page.texts("//h2") == [
        "Skole/daginstitution :",
        "Familieområdet, KOMBIT",
        "Pædagogisk psykologisk Rådgivning, KOMBIT",
    ]
    assert page.texts("//p[@class='since']") == [
        "Aktiv(e) sag(er) siden 15-08-2024",
        "Aktiv(e) sag(er) siden 01-05-2023",
    ]
    head, school, family, ppr = (page.fields(f"(//dl)[{number}]") for number in (1, 2, 3, 4))
    assert head == [("Cpr. nr:", "2802156666"), ("Alder:", "10 år")]
    assert school == [
        ("Institution :", "KOMBIT - udsatte børn og unge 1"),
        ("Stue:", "3.U"),
        ("Adresse:", "Halfdanskgade 8, 2300 København S"),
        ("Tlf. nr.:", "Findes ikke"),
        ("E-mail (ikke garanteret sikkermail):", "Findes ikke"),
    ]
    assert family == [
        ("Afdeling:", "Sekretariatet for børn og familie"),
        ("Tlf. nr.:", "85124512"),
        ("Lokations nr.", "Lokations nr. findes ikke"),
        ("Adresse:", "Halfdanskgade 8, 2300 København S"),
        ("Telefontid:", "Man-fre 09:30-11:30 Torsdag 13:30-16:00"),
        ("Primær kontaktperson:", "Sonny Sæl Tlf. nr.: 12345678"),
    ]
    assert ppr == [
        ("Afdeling:", "Pædagogisk, psykologisk rådgivning"),
        ("Tlf. nr.:", "85961278"),
        ("Lokations nr.", "5790002523519"),
        ("Adresse:", "Rådhusgade 54C, 8300 Odder"),
        ("Telefontid:", "Man-fre 09:30-10:30"),
        ("Primær kontaktperson:", "allan k Tlf. nr.: 93544649"),
    ]
    assert "Mærket i parentes efter navnet er pilotens eget" in page.text
