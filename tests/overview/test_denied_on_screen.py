"""What a denied user reads: in Danish, why, and nothing about the citizen."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from mocks.access.consents import ConsentMode
from mocks.access.users import UserKind
from mocks.nsp.access_settings import AccessSettings
from mocks.nsp.settings import Settings as NspSettings
from mocks.overview.settings import Settings as OverviewSettings
from mocks.people import CaseKind
from tests.overview.test_registered_consent import FATHER, MOTHER, consent
from tests.overview.world import (
    AALBORG,
    CHILD,
    World,
    appointment,
    case,
    person,
    sapa_list,
    school,
)
from tests.screens.accessible import problems
from tests.screens.browse import Page


def world(**overview: object) -> World:
    child = person(CHILD, "Freja", "Holm", date(2013, 3, 14), AALBORG)
    settings = OverviewSettings(consent_mode=ConsentMode.REGISTERED)
    return World(
        people=[msgspec.structs.replace(child, custody=(MOTHER, FATHER))],
        placements={CHILD: school(AALBORG, "Vestre Skole")},
        cases=[case(CaseKind.FAMILY, AALBORG, date(2024, 1, 8))],
        appointments=[appointment(1, "2025-06-02T09:00")],
        overview_settings=overview.get("settings", settings),  # type: ignore[arg-type]
        nsp_settings=NspSettings(access=AccessSettings(consent_mode=ConsentMode.REGISTERED)),
    )


def klinik(ground: World) -> Page:
    entrance = ground.visit("lps-01", "/screen/overblik")
    return entrance.press("Sags- og kontaktoverblik", cpr=CHILD, user="u-2", consent_declared="ja")


def alerts(page: Page) -> list[str]:
    assert problems(page) == []
    return page.texts("//p[@role='alert']")


def test_without_a_registered_consent_klinik_plus_says_that_it_is_missing_and_shows_nothing() -> None:
    page = klinik(world())
    assert page.status == 403
    assert alerts(page) == ["Der er ikke registreret et gyldigt samtykke til disse oplysninger."]
    assert "Freja" not in page.text and "Vestre" not in page.text


def test_a_consent_to_the_school_alone_shows_the_school_and_says_that_the_rest_is_not_covered() -> None:
    ground = world()
    consent(ground, "school")
    page = klinik(ground)
    assert page.status == 200 and alerts(page) == []
    assert ("Institution :", "Vestre Skole") in page.fields("(//dl)[2]")
    told = page.texts("//p[@class='missing']")
    assert told == ["Samtykket omfatter ikke disse oplysninger. De er ikke hentet."] * 2
    assert page.texts("//h2")[1:] == ["Familieområdet", "Pædagogisk psykologisk Rådgivning"]


def test_where_the_relation_is_checked_a_clinic_without_one_reads_so() -> None:
    page = klinik(world(settings=OverviewSettings(relation_check=True)))
    assert page.status == 403
    assert alerts(page) == ["Der er ikke fundet en behandlingsrelation mellem klinikken og borgeren."]


def test_sapa_says_that_there_is_no_basis_and_keeps_the_attempt() -> None:
    ground = world()
    page = sapa_list(ground, CHILD)
    assert page.status == 403 and "2025" not in page.text
    assert alerts(page)[0] in (
        "Der er ikke registreret et gyldigt samtykke til disse oplysninger.",
        "Du har ikke adgang: der er ikke registreret et gyldigt samtykke eller andet grundlag.",
    )
    assert [r["outcome"] for r in ground.get("sapa", "/desk/log")[1]["rows"]] == ["denied"]
    consent(ground, "appointments")
    assert sapa_list(ground, CHILD).status == 200


@pytest.mark.parametrize(
    ("system", "first", "kinds"),
    [("nordepj", "Socialrådgiver", 5), ("lps-01", "Læge", 2)],
)
def test_users_say_what_they_are_and_the_log_has_it(system: str, first: str, kinds: int) -> None:
    ground = world()
    entrance = ground.visit(system, "/screen/overblik")
    assert entrance.texts("//select[@name='role']/option")[0] == first
    values = entrance.tree.xpath("//select[@name='role']/option/@value")
    assert len(values) == kinds and set(values) <= set(UserKind)
    entrance.press(
        entrance.texts("//button")[0], cpr=CHILD, user="u-2", role=values[1], consent_declared="ja"
    )
    (row,) = ground.get(system, "/desk/overblik/log")[1]["rows"]
    assert row["role"] == values[1]
