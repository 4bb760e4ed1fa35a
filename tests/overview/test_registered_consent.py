"""Mode ``registered``: the consent register decides what of the card is shown, and to whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from mocks.overview.session import ConsentMode
from mocks.overview.settings import Settings as OverviewSettings
from mocks.people import CaseKind
from tests.overview.world import (
    AALBORG,
    CHILD,
    FAMILY,
    JAMMERBUGT,
    PPR,
    World,
    card_lookup,
    case,
    person,
    school,
)

MOTHER, FATHER = "0201800000", "0202790001"
ALL = ["school", "family_case", "ppr_case"]


def registered(*, partial: bool = True, born: date = date(2013, 3, 14)) -> World:
    child = person(CHILD, "Freja", "Holm", born, AALBORG)
    return World(
        people=[msgspec.structs.replace(child, custody=(MOTHER, FATHER))],
        placements={CHILD: school(AALBORG)},
        cases=[
            case(CaseKind.FAMILY, AALBORG, date(2024, 1, 8)),
            case(CaseKind.PPR, AALBORG, date(2025, 2, 3)),
        ],
        overview_settings=OverviewSettings(consent_mode=ConsentMode.REGISTERED, partial_consent=partial),
    )


def consent(world: World, *scopes: str, givers: tuple[str, ...] = (MOTHER, FATHER), **fields: Any) -> str:
    form = {
        "cpr": CHILD, "scopes": scopes or ALL, "from": "2025-05-01",
        "givers": [{"cpr": giver, "on": "2025-05-01"} for giver in givers],
    }  # fmt: skip
    status, made = world.post("nsp", "/samtykke/registrer", form | fields)
    assert status == 201, made
    return str(made["id"])


def states(card: dict[str, Any]) -> dict[str, str]:
    return {part: card["states"][part]["state"] for part in ("school", "family", "ppr")}


def test_without_a_registered_consent_nothing_is_asked_shown_or_written_to_the_citizens_log() -> None:
    world = registered()
    before = len(world.urls)
    status, said = card_lookup(world, consent=True)
    assert (status, said["code"], said["outcome"]) == (403, "consent_missing", "denied")
    assert "head" not in said
    assert not [url for url in world.urls[before:] if "sagsindeks" in url or "stil" in url]
    assert world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["count"] == 0
    (row,) = world.get("lps-01", "/desk/overblik/log")[1]["rows"]
    assert (row["outcome"], row["reason"]) == ("denied", "consent_missing")


def test_the_register_opens_the_card_and_what_the_looking_system_says_does_not_close_it() -> None:
    world = registered()
    consent(world)
    status, card = card_lookup(world, consent=False)
    assert (status, card["rows"]) == (200, 2)
    assert states(card) == {"school": "found", "family": "found", "ppr": "found"}
    (entry,) = world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["rows"]
    assert entry["Addition"] == "Samtykke"


def test_a_partial_consent_shows_its_parts_and_says_of_the_others_that_the_consent_is_missing() -> None:
    world = registered()
    consent(world, "ppr_case")
    _, card = card_lookup(world)
    assert states(card) == {"school": "no_consent", "family": "no_consent", "ppr": "found"}
    assert card["school"] is None
    assert [block["kind"] for block in card["departments"]] == ["ppr"]


def test_where_partial_consents_are_not_used_one_that_leaves_something_out_opens_nothing() -> None:
    world = registered(partial=False)
    consent(world, "ppr_case")
    assert card_lookup(world)[1]["code"] == "consent_missing"
    consent(world)
    assert card_lookup(world)[0] == 200


def test_a_consent_to_one_department_says_nothing_of_the_others() -> None:
    world = registered()
    consent(world, departments=[FAMILY[AALBORG], PPR[JAMMERBUGT]])
    _, card = card_lookup(world)
    assert states(card) == {"school": "found", "family": "found", "ppr": "no_consent"}
    without_case = registered()
    consent(without_case, departments=[FAMILY[JAMMERBUGT], PPR[JAMMERBUGT]])
    family = card_lookup(without_case)[1]["states"]["family"]
    nobody = World(people=without_case.people.rows.values(), overview_settings=without_case.overview_settings)
    consent(nobody, departments=[FAMILY[JAMMERBUGT], PPR[JAMMERBUGT]])
    assert card_lookup(nobody)[1]["states"]["family"] == family  # the same with and without a case


def test_withdrawal_a_change_of_custody_and_a_birthday_close_the_card_at_the_next_look_up() -> None:
    world = registered()
    made = consent(world)
    assert card_lookup(world)[0] == 200
    world.post("nsp", "/samtykke/tilbagekald", {"consent": made, "by": FATHER})
    assert card_lookup(world)[1]["code"] == "consent_missing"
    consent(world)
    assert card_lookup(world)[0] == 200
    child = world.people.rows[CHILD]
    world.people.rows[CHILD] = msgspec.structs.replace(child, custody=(MOTHER, "0303780003"))
    assert card_lookup(world)[1]["code"] == "consent_missing"
    world.people.rows[CHILD] = msgspec.structs.replace(child, birth_date=date(2010, 5, 12))
    assert card_lookup(world)[1]["code"] == "consent_missing"
    consent(world, givers=(CHILD,))
    assert card_lookup(world)[0] == 200


def test_from_eighteen_on_nothing_is_shown_whatever_is_registered() -> None:
    world = registered(born=date(2007, 5, 12))
    consent(world, givers=(CHILD,))
    status, card = card_lookup(world)
    assert (status, card["outcome"], card["head"], card["departments"]) == (200, "empty", None, [])


@pytest.mark.parametrize("away", ["cpr", "nsp"])
def test_without_an_answer_on_the_consent_nothing_is_shown(away: str) -> None:
    world = registered()
    consent(world)
    world.replace(away, status=500, body=b"no")
    status, said = card_lookup(world)
    assert status == 502
    assert "head" not in said


def test_a_consent_for_child_psychiatry_does_not_open_the_card_for_a_clinic() -> None:
    world = registered()
    consent(world, receivers=["bup_doctor", "bup_nurse"])
    assert card_lookup(world)[1]["code"] == "consent_missing"
    nurse = {"id": "u-3", "role": "bup_nurse"}
    assert card_lookup(world, system="nordepj", user=nurse)[0] == 200


def test_in_the_declared_mode_nobody_checks() -> None:
    world = registered()
    world.overview_settings = OverviewSettings()
    world.start("sagsoverblik")
    assert card_lookup(world, consent=False)[0] == 200


def test_every_attempt_is_in_the_trace_with_its_decision_and_without_the_citizen() -> None:
    world = registered()
    card_lookup(world)
    consent(world, "ppr_case", "family_case")
    card_lookup(world)
    world.post("sagsoverblik", "/overblik", {"cpr": CHILD, "token": "x"})
    noted = world.lookups("card_lookup")
    assert [(n["outcome"], n["rule"], n["withheld"], bool(n["minlog"])) for n in noted] == [
        ("denied", "consent_missing", "", False),
        ("shown", "", "school", True),
        ("denied", "unknown_token", "", False),
    ]
    assert [(n["user_kind"], n["asked_by"], n["rows"]) for n in noted[:2]] == [
        ("gp", "lps-01", 0),
        ("gp", "lps-01", 2),
    ]
    assert CHILD not in str(noted)
