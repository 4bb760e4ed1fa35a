"""What the evaluation recommends, as switches: each changes what is shown, and is off in the pilot as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mocks.errors import BadInput
from mocks.laegepraksis.app import KLINIK_PLUS
from mocks.municipal.sapa.settings import Settings as SapaSettings
from mocks.overview.settings import Settings as OverviewSettings
from mocks.people import CaseKind
from mocks.recommendations import NAMES, Recommendations, recommended
from tests.overview.world import (
    AALBORG,
    CHILD,
    JAMMERBUGT,
    World,
    appointment,
    card_lookup,
    case,
    sapa_list,
    school,
)
from tests.screens.accessible import problems
from tests.screens.browse import Page


def world(**settings: object) -> World:
    return World(
        placements={
            CHILD: school(JAMMERBUGT, "Vestre Skole", street="Skolevej 1", post_code="9440", city="Aabybro")
        },
        cases=[
            case(CaseKind.FAMILY, AALBORG, date(2024, 1, 8)),
            case(CaseKind.PPR, JAMMERBUGT, date(2025, 2, 3)),
        ],
        appointments=[appointment(1, "2025-06-02T09:00")],
        **settings,  # type: ignore[arg-type]
    )


def klinik(ground: World) -> Page:
    entrance = ground.visit("lps-01", "/screen/overblik")
    page = entrance.press("Sags- og kontaktoverblik", cpr=CHILD, user="u-2", consent_declared="ja")
    assert page.status == 200 and problems(page) == []
    return page


def test_the_names_are_known_with_dashes_too_and_all_is_all_of_them() -> None:
    assert recommended(["one-click", "help_texts"]) == Recommendations(one_click=True, help_texts=True)
    assert recommended([]) == Recommendations()
    everything = recommended(["all"])
    assert all(getattr(everything, name) for name in NAMES)
    with pytest.raises(BadInput, match="no recommendation is called 'one_clik'; there are: all, one-click, "):
        recommended(["one-clik"])


def test_the_minimised_card_has_what_is_needed_to_reach_somebody_and_no_more() -> None:
    ground = world(overview_settings=OverviewSettings(minimised=True))
    _, card = card_lookup(ground)
    assert card["school"] == {
        "Institution": "Vestre Skole", "Stue": "", "Adresse": "", "Tlf. nr.": "Findes ikke",
        "E-mail (ikke garanteret sikkermail)": "",
    }  # fmt: skip
    for block in card["departments"]:
        assert (block["since"], block["Adresse"]) == ("", "")
        assert block["Tlf. nr."] == "85124512" or block["Tlf. nr."] == "85961278"
        assert block["Primær kontaktperson"]["Navn"] == "Sonny Sæl"
    page = klinik(ground)
    labels = [label for at in (2, 3, 4) for label, _ in page.fields(f"(//dl)[{at}]")]
    assert not {"Stue:", "Adresse:", "E-mail (ikke garanteret sikkermail):"} & set(labels)
    assert {"Institution :", "Tlf. nr.:", "Lokations nr.", "Telefontid:"} <= set(labels)
    assert "Skolevej" not in page.text and "siden" not in page.text
    assert "Skolevej" in klinik(world()).text and "siden" in klinik(world()).text


def test_help_texts_stand_beside_each_department() -> None:
    with_help = klinik(world(viewer=replace(KLINIK_PLUS, help_texts=True)))
    assert [s for s in with_help.texts("//summary") if s.startswith("Hvad laver")] == [
        "Hvad laver Familieområdet?",
        "Hvad laver Pædagogisk psykologisk Rådgivning?",
    ]
    assert "Hvad laver" not in klinik(world()).text


def test_one_click_makes_a_location_number_lead_to_a_new_message_and_its_absence_to_none() -> None:
    page = klinik(world(viewer=replace(KLINIK_PLUS, one_click=True)))
    forms = page.tree.xpath("//form[@action='/screen/breve/ny']")
    (fields,) = [dict(form.form_values()) for form in forms]  # the family department has no number
    assert fields["cpr"] == CHILD and fields["patient"] == "Freja Holm" and len(fields["receiver"]) == 13
    assert not klinik(world()).tree.xpath("//form[@action='/screen/breve/ny']")


def test_in_sapa_one_click_leads_to_the_correspondence_of_the_users_own_municipality() -> None:
    municipalities = {"0330": "Slagelse Kommune", AALBORG: "Aalborg Kommune"}
    given = SapaSettings(municipalities=municipalities, one_click=True, letters={"0330": "lps-01"})
    page = sapa_list(world(sapa_settings=given), CHILD)
    (form,) = page.tree.xpath("//tbody//form")
    assert form.get("action") == "http://lps-01/screen/breve/ny"
    assert dict(form.form_values())["receiver"] == page.texts("//tbody//td[7]")[0]
    assert problems(page) == []
    elsewhere = sapa_list(world(sapa_settings=given), CHILD, place="Aalborg Kommune")
    assert elsewhere.tree.xpath("//tbody//form") == []  # it writes nowhere that is known
    off = SapaSettings(municipalities=municipalities, letters={"0330": "lps-01"})
    assert sapa_list(world(sapa_settings=off), CHILD).tree.xpath("//tbody//form") == []
