"""The consent register as other systems ask it."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from mocks.nsp.access_settings import AccessSettings
from mocks.nsp.settings import Settings
from tests.access.test_consents import CHILD, FATHER, MOTHER, NEW_FATHER, child, consent
from tests.overview.world import World

FORM: dict[str, Any] = {
    "cpr": CHILD,
    "scopes": ["school", "ppr_case"],
    "givers": [{"cpr": MOTHER, "on": "2025-02-03"}, {"cpr": FATHER, "on": "2025-02-05"}],
    "from": "2025-02-05",
    "until": "2025-12-31",
}
QUESTION: dict[str, Any] = {"cpr": CHILD, "user": {"kind": "gp"}, "scopes": ["school", "family_case"]}


def states(world: World, **fields: Any) -> dict[str, str]:
    status, said = world.post("nsp", "/samtykke/tjek", QUESTION | fields)
    assert status == 200
    return {scope: state["standing"] for scope, state in said["states"].items()}


def test_a_registered_consent_is_found_and_survives_a_restart() -> None:
    world = World(people=[child(MOTHER, FATHER)])
    assert states(world) == {"school": "none", "family_case": "none"}
    status, made = world.post("nsp", "/samtykke/registrer", FORM)
    assert (status, made["from"], made["registered_at"][:10]) == (201, "2025-02-05", "2025-05-12")
    expected = {"school": "valid", "family_case": "not_for_these_data"}
    assert states(world) == expected
    world.start("nsp")
    assert states(world) == expected
    assert world.post("nsp", "/samtykke/soeg", {"cpr": CHILD})[1]["consents"] == [made]


def test_custody_is_read_when_somebody_looks() -> None:
    world = World(people=[child(MOTHER, FATHER)])
    world.post("nsp", "/samtykke/registrer", FORM)
    world.people.rows[CHILD] = child(MOTHER, NEW_FATHER)
    assert states(world)["school"] == "givers_do_not_suffice"


def test_without_the_cpr_replica_nothing_is_decided_and_nothing_open() -> None:
    world = World(people=[child(MOTHER, FATHER)])
    world.post("nsp", "/samtykke/registrer", FORM)
    world.replace("cpr", status=500, body=b"no")
    assert states(world)["school"] == "register_did_not_answer"
    assert states(World(), cpr="0101110000")["school"] == "unknown_citizen"


def test_a_consent_is_withdrawn_for_some_data_by_somebody_who_has_a_say() -> None:
    world = World(people=[child(MOTHER, NEW_FATHER)])
    made = world.post("nsp", "/samtykke/registrer", FORM)[1]["id"]
    stranger = {"consent": made, "by": "0404770009"}
    assert world.post("nsp", "/samtykke/tilbagekald", stranger)[0] == 403
    by_new_father = {"consent": made, "by": NEW_FATHER, "scopes": ["school"]}
    status, said = world.post("nsp", "/samtykke/tilbagekald", by_new_father)
    assert (status, [w["scopes"] for w in said["withdrawals"]]) == (200, [["school"]])
    again = world.post("nsp", "/samtykke/tilbagekald", by_new_father)[1]
    assert len(again["withdrawals"]) == 1
    by_giver = world.post("nsp", "/samtykke/tilbagekald", {"consent": made, "by": FATHER})[1]
    assert by_giver["withdrawals"][1]["scopes"] == ["ppr_case"]
    assert states(world, scopes=["ppr_case"]) == {"ppr_case": "withdrawn"}
    assert world.post("nsp", "/samtykke/tilbagekald", {"consent": "x", "by": FATHER})[0] == 404


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"cpr": "123"}, "$.cpr"),
        ({"scopes": []}, "$.scopes"),
        ({"scopes": ["diagnoses"]}, "$.scopes[0]"),
        ({"givers": []}, "$.givers"),
        ({"givers": [{"cpr": "9999999999", "on": "2025-01-01"}]}, "$.givers[0].cpr"),
        ({"until": "2025-01-01"}, "$.until"),
        ({"unheard": 1}, "$"),
    ],
)
def test_a_consent_that_cannot_be_is_refused(fields: dict[str, Any], where: str) -> None:
    status, said = World().post("nsp", "/samtykke/registrer", FORM | fields)
    assert (status, said["where"]) == (400, where)


def test_consents_of_the_start_are_there_and_a_withdrawn_one_does_not_come_back() -> None:
    given = consent(MOTHER, from_=date(2025, 1, 1))
    settings = Settings(access=AccessSettings(consents=(given,)))
    world = World(people=[child(MOTHER)], nsp_settings=settings)
    asked: dict[str, Any] = {"user": {"kind": "ppr"}, "scopes": ["appointments"]}
    assert states(world, **asked) == {"appointments": "valid"}
    world.post("nsp", "/samtykke/tilbagekald", {"consent": given.id, "by": MOTHER})
    world.start("nsp")
    assert states(world, **asked) == {"appointments": "withdrawn"}
    assert msgspec.to_builtins(given)["from"] == "2025-01-01"


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ({"kind": "ppr"}, "none"),
        ({"kind": "bup_doctor"}, "not_required"),
        ({"kind": "bup_doctor", "health_person": []}, "none"),
        ({"kind": "bup_psychologist"}, "none"),  # before the configured day
        ({"kind": "126a"}, "not_required"),
        ({"kind": "gp"}, "not_required"),
        ({"kind": "citizen", "cpr": CHILD}, "not_required"),
        ({"kind": "citizen", "cpr": MOTHER}, "no_legal_basis"),
        ({"kind": "custody", "cpr": MOTHER}, "not_required"),
        ({"kind": "custody", "cpr": NEW_FATHER}, "no_legal_basis"),
        ({"kind": ""}, "no_legal_basis"),
    ],
)
def test_who_needs_a_consent_for_appointments_is_told_by_the_legal_table(
    user: dict[str, Any], expected: str
) -> None:
    world = World(people=[child(MOTHER, FATHER)])
    assert states(world, user=user, scopes=["appointments"]) == {"appointments": expected}


def test_no_address_carries_a_cpr_number() -> None:
    world = World(people=[child(MOTHER, FATHER)])
    world.post("nsp", "/samtykke/registrer", FORM)
    states(world)
    assert not [url for url in world.urls if CHILD in url or MOTHER in url]
