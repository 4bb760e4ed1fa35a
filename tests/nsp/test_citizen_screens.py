"""What citizens see: who has looked, and their own yes or no."""

from __future__ import annotations

from datetime import date

import msgspec

from mocks.access.consents import ConsentMode
from mocks.nsp.access_settings import AccessSettings
from mocks.nsp.settings import Settings
from mocks.overview.settings import Settings as OverviewSettings
from tests.overview.world import (
    AALBORG,
    CHILD,
    DOCTOR,
    USER,
    World,
    appointment,
    card_lookup,
    person,
    sapa_lookup,
    school,
)
from tests.screens.accessible import problems
from tests.screens.browse import Page

MOTHER, FATHER, STRANGER = "1212809996", "1111809995", "0204087194"


def world(start: str = "2025-05-12T10:00", **settings: object) -> World:
    child = person(CHILD, "Freja", "Holm", date(2013, 3, 14), AALBORG)
    child = msgspec.structs.replace(child, custody=(MOTHER, FATHER))
    people = [
        child,
        person(MOTHER, "Mette", "Holm", date(1980, 12, 12), AALBORG),
        person(FATHER, "Finn", "Holm", date(1980, 11, 11), AALBORG),
        person(STRANGER, "Katrine", "Johansen", date(2008, 4, 2), AALBORG),
    ]
    return World(
        start,
        people=people,
        placements={CHILD: school(AALBORG)},
        appointments=[appointment(1, "2025-06-02T09:00")],
        **settings,  # type: ignore[arg-type]
    )


def log_in(world: World, me: str, child: str = "") -> Page:
    return world.visit("nsp", "/screen/borger").press("Se, hvem der har set", me=me, child=child)


def test_the_citizen_reads_who_looked_when_for_whom_and_on_which_basis() -> None:
    ground = world()
    sapa_lookup(ground)
    ground.settle(60.0)
    card_lookup(ground)
    ground.settle(600.0)
    page = log_in(ground, CHILD)
    assert page.texts("//h1") == ["Hvem har set oplysninger om Freja Holm?"]
    assert page.texts("//thead//th") == [
        "Tidspunkt", "Hvem har set", "Rolle", "Organisation", "Hvad er set", "Hvorfor", "Grundlag", "System",
    ]  # fmt: skip
    rows = [[" ".join(c.itertext()) for c in row.xpath("./th|./td")] for row in page.tree.xpath("//tbody/tr")]
    newest, _, oldest = rows
    assert newest[0] == "12-05-2025 10:01" and newest[1] == DOCTOR["name"]
    assert newest[4] == "Opslag i sags- og kontaktoverblik for børn og unge" and newest[6] == "Samtykke"
    assert oldest[0] == "12-05-2025 10:00" and oldest[1] == USER["name"] and oldest[2] == "PPR"
    assert problems(page) == []


def test_a_custody_holder_reads_about_a_child_a_stranger_does_not_and_from_fifteen_on_nobody_else() -> None:
    ground = world()
    card_lookup(ground)
    ground.settle(600.0)
    assert len(log_in(ground, MOTHER, CHILD).tree.xpath("//tbody/tr")) == 1
    refused = log_in(ground, STRANGER, CHILD)
    assert refused.status == 403 and "forældremyndighed" in refused.texts("//p[@role='alert']")[0]
    assert "Freja" not in refused.text
    older = world("2028-03-13T10:00")
    assert log_in(older, MOTHER, CHILD).status == 200
    older = world("2028-03-14T10:00")
    assert log_in(older, MOTHER, CHILD).status == 403 and log_in(older, CHILD).status == 200
    nobody = log_in(ground, "0101804444")
    assert nobody.status == 404
    ground.replace("cpr", status=503, body=b"")
    assert log_in(ground, CHILD).status == 503


def consenting() -> World:
    return world(
        nsp_settings=Settings(
            digital_consent=True, access=AccessSettings(consent_mode=ConsentMode.REGISTERED)
        ),
        overview_settings=OverviewSettings(consent_mode=ConsentMode.REGISTERED),
    )


def test_without_the_recommendation_there_is_no_page_for_consents() -> None:
    ground = world()
    assert "Giv samtykke" not in ground.visit("nsp", "/screen/borger").text
    assert ground.ask("POST", "nsp", "/screen/samtykke", body=b"me=1").status == 404


def test_a_look_up_opens_when_the_last_giver_has_said_yes_and_closes_when_one_takes_it_back() -> None:
    ground = consenting()

    def page(me: str) -> Page:
        return ground.visit("nsp", "/screen/borger").press("Giv samtykke", me=me, child=CHILD)

    assert card_lookup(ground)[0] == 403
    yes = page(MOTHER).press("Ja, jeg giver samtykke")
    assert yes.texts("//p[@role='status']") == ["Dit samtykke er registreret."]
    assert card_lookup(ground)[0] == 403  # the father has not
    page(FATHER).press("Ja, jeg giver samtykke")
    status, card = card_lookup(ground)
    assert status == 200 and card["states"]["school"]["state"] == "found"
    withdrawn = page(FATHER).press("Træk samtykket fra 12-05-2025 tilbage")
    assert "Trukket tilbage" in " ".join(withdrawn.texts("//h3"))
    assert card_lookup(ground)[0] == 403


def test_a_consent_without_any_data_or_with_an_end_that_is_past_is_not_registered() -> None:
    ground = consenting()
    page = ground.visit("nsp", "/screen/borger").press("Giv samtykke", me=MOTHER, child=CHILD)
    nothing = dict.fromkeys(("appointments", "school", "family_case", "ppr_case"), "nej")
    for typed, said in (
        (nothing, "mindst én"),
        ({"until": "2025-05-11"}, "overskredet"),
        ({"until": "i morgen"}, "ÅÅÅÅ-MM-DD"),
    ):
        answer = page.press("Ja, jeg giver samtykke", **typed)
        assert answer.status == 400 and said in answer.texts("//p[@role='alert']")[0]
    assert ground.post("nsp", "/samtykke/soeg", {"cpr": CHILD})[1]["consents"] == []


def test_the_pages_of_the_citizen_are_accessible_and_complete_in_themselves() -> None:
    ground = consenting()
    entrance = ground.visit("nsp", "/screen/borger")
    consent = entrance.press("Giv samtykke", me=MOTHER, child=CHILD)
    pages = [entrance, consent, consent.press("Ja, jeg giver samtykke"), consent.press("Hvem har set")]
    pages.append(entrance.press("Se, hvem der har set", me=STRANGER, child=CHILD))
    assert [problems(page) for page in pages] == [[]] * 5
