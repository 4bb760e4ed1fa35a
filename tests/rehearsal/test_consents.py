"""Consents in a run: declared and counted, or registered and checked; and the rules are kept either way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mocks.access.consents import ConsentState, Standing
from mocks.errors import BadInput
from mocks.nsp import consent_register
from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from scenarios.recommending import recommended
from sim.caseload.consents import SCOPES, plan_consents
from sim.caseload.parameters import load
from sim.truth import Access
from tests.rehearsal.conftest import DAY, Play, Played
from tests.rehearsal.own import parameters

MAY = Choices(start=date(2025, 5, 5), end=date(2025, 5, 25), volume="low")


@pytest.fixture(scope="module")
def declared(play: Play) -> Played:
    return play(replace(MAY, missing_consents=0.2))


@pytest.fixture(scope="module")
def registered(play: Play) -> Played:
    return play(replace(MAY, missing_consents=0.2, consent="registered"))


def by_access(played: Played) -> Counter[str]:
    return Counter(str(x.access) for x in played.run.log.lookups)


def test_declared_look_ups_without_a_consent_are_all_found_and_none_is_denied_for_that(
    declared: Played,
) -> None:
    without = [x for x in declared.run.log.lookups if not x.consent]
    assert len(without) > 15
    roles = declared.run.log.lookups
    assert {x.access for x in without} <= {Access.ALLOWED, Access.DENIED}
    counted = sum(row.without_consent for row in declared.result.lookup_truth)
    assert counted == sum(x.access is Access.ALLOWED for x in without)
    assert declared.result.counts.lookups_without_valid_consent == len(without)
    denied = [x for x in roles if x.access is Access.DENIED]
    assert len(denied) < 0.1 * len(roles), "only those without a role in SEB"
    assert declared.run.log.consents_registered == 0


def test_registered_look_ups_are_decided_as_the_rules_say(registered: Played, declared: Played) -> None:
    found = by_access(registered)
    assert found["denied"] > by_access(declared)["denied"] + 10
    assert set(found) == {"allowed", "denied"}
    assert registered.run.log.consents_registered > 50
    assert registered.result.verdict == "pass"
    for lookup in registered.run.log.lookups:
        assert lookup.consent or lookup.access is Access.DENIED


def test_both_modes_make_the_same_look_ups_with_the_same_consents(
    registered: Played, declared: Played
) -> None:
    asked = [
        [(x.at, x.system, x.child, x.consent) for x in p.run.log.lookups] for p in (registered, declared)
    ]
    assert asked[0] == asked[1]
    assert registered.result.digest == declared.result.digest, "letters do not depend on consents"


def test_custody_that_cpr_has_not_passed_on_is_told_apart(play: Play, tmp_path_factory: Any) -> None:
    file = parameters(
        tmp_path_factory.mktemp("custody") / "own.toml", custody_changes="0.9", home_moves="0.01",
        lookup_after_change="1.0", lookup_after_change_hours="3",
    )  # fmt: skip
    played = play(replace(MAY, end=date(2025, 5, 16), consent="registered", parameters=file))
    assert set(by_access(played)) == {"allowed", "denied"}
    late = [x for x in played.run.log.lookups if x.old_custody]
    assert late
    assert sum(row.old_custody for row in played.result.lookup_truth) == len(late)


def test_a_register_that_finds_every_consent_valid_is_found(
    monkeypatch: pytest.MonkeyPatch, play: Play
) -> None:
    choices = replace(MAY, end=date(2025, 5, 9), missing_consents=0.5, consent="registered")
    assert play(choices).result.verdict == "pass"
    monkeypatch.setattr(consent_register, "judge", lambda *_, **__: ConsentState(standing=Standing.VALID))
    result, _, _ = nordjylland.rehearse(choices)
    assert {c.id: c.verdict for c in result.checks}["access_by_rules"] == "fail"


def test_a_register_that_finds_none_valid_is_found(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    choices = replace(MAY, end=date(2025, 5, 9), consent="registered")
    monkeypatch.setattr(consent_register, "judge", lambda *_, **__: ConsentState(standing=Standing.EXPIRED))
    result, _, _ = nordjylland.rehearse(choices)
    (check,) = [c for c in result.checks if c.id == "access_by_rules"]
    assert check.verdict == "fail" and check.observed["denied"] > check.observed["allowed"] == 0


# What families give


def test_each_childs_consents_are_drawn_by_themselves(declared: Played) -> None:
    world, p = declared.run.world, load("base")
    rows = [int(row) for row in world.followed[:60]]

    def plan(children: list[int], missing: float = 0.05) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for given in plan_consents(world, p, 1, MAY.start, MAY.end, children, {}, missing):
            found.setdefault(given.cpr, []).append(given)
        return found

    everybody = plan(rows)
    assert plan(rows[30:]) == {cpr: g for cpr, g in everybody.items() if cpr in plan(rows[30:])}
    fewer = plan(rows, 0.5)
    assert 10 < len(fewer) < len(everybody)
    assert all(everybody[cpr] == given for cpr, given in fewer.items())
    assert plan(rows, 1.0) == {}
    assert {scope for given in everybody.values() for scope in given[0].scopes} == set(SCOPES)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"consent": "assumed"}, "--consent is one of"),
        ({"missing_consents": 1.5}, "--missing-consents is a share"),
    ],
)
def test_other_choices_are_refused(choice: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Choices(start=DAY, end=DAY, **choice)


def test_the_choices_stand_in_the_command_that_repeats_the_run() -> None:
    command = replace(MAY, missing_consents=0.05, consent="registered").command()
    assert "--consent registered" in command and "--missing-consents 0.05" in command


def test_with_every_recommendation_the_rules_are_kept_and_partial_consents_show_a_part(
    play: Play, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = parameters(tmp_path_factory.mktemp("partial") / "own.toml", consent_partial="0.5")
    played = play(replace(MAY, consent="registered", recommendations=recommended("all"), parameters=file))
    assert set(by_access(played)) == {"allowed", "denied"}
    assert played.result.verdict == "pass"
    partial = [x for x in played.run.log.lookups if x.partial and x.access is Access.ALLOWED]
    assert len(partial) > 5
    assert {x.solution for x in partial} == {"sagsoverblik"}
    assert sum(row.partial for row in played.result.lookup_truth) == len(partial)
    assert sum(row.without_consent for row in played.result.lookup_truth) == 0
    strict = play(replace(MAY, consent="registered", parameters=file))
    assert by_access(strict)["denied"] >= by_access(played)["denied"] + len(partial)


def test_how_the_law_is_read_is_said_checked_and_part_of_the_command() -> None:
    choices = Choices(consent="registered", consent_reading="syddjurs")
    assert "--consent registered --consent-reading syddjurs" in choices.command()
    with pytest.raises(BadInput, match="--consent-reading is one of careful, one-holder"):
        Choices(consent="registered", consent_reading="strict")
    with pytest.raises(BadInput, match="add --consent registered"):
        Choices(consent_reading="one-year")
