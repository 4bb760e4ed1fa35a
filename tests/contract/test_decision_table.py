"""Every row of the decision table, asked over the wire: login, look-up, register, blocking, access log."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from mocks.access.decisions import Decision, decision_table
from mocks.overview.session import Failure
from tests.contract.decision_world import BUP, DecisionWorld
from tests.drivers.harness import Driver

PARTS = {"school": "school", "family": "family", "ppr": "ppr"}


def test_every_row_of_the_decision_table_comes_out_as_it_says(driver: Driver) -> None:
    wrong = []
    for (mode, setting), rows in groupby(sorted(decision_table(), key=_world), key=_world):
        world = DecisionWorld(driver, mode, setting, list(rows))
        for row in world.rows:
            expected = {name: getattr(row, name) for name in _OUTCOME}
            if (seen := outcome(world, row)) != expected:
                wrong.append((row.id, {k: (expected[k], seen[k]) for k in seen if seen[k] != expected[k]}))
    assert wrong == []
    assert driver.trace.events(name="harness_error") == []


_OUTCOME = ("allowed", "shown", "code", "minlog", "addition", "without_consent")


def _world(row: Decision) -> tuple[str, str]:
    return row.mode, row.setting


def outcome(world: DecisionWorld, row: Decision) -> dict[str, str]:
    """What really comes of a row."""
    cpr = world.children[row.id].cpr
    status, said = _look(world, row, cpr)
    allowed = status == 200
    entries = world.post("nsp", "/minlog/soeg", {"cpr": cpr})[1]["rows"]
    return {
        "allowed": "yes" if allowed else "no",
        "shown": _shown(row, said) if allowed else "nothing",
        "code": "" if allowed else said["code"],
        "minlog": "1" if entries else "0",
        "addition": "/".join(sorted({entry["Addition"] for entry in entries})),
        "without_consent": "yes" if allowed and not _registered(world, row, cpr) else "no",
    }


def _look(world: DecisionWorld, row: Decision, cpr: str) -> tuple[int, Any]:
    if row.data == "appointments":
        return world.search(row)
    token = world.token(row)
    if isinstance(token, Failure):
        return token.status, {"code": token.code}
    status, said = world.post("sagsoverblik", "/overblik", {"cpr": cpr, "token": token})
    world.driver.advance(world.driver.unit)  # the entry for the access log is on its way
    return status, said


def _shown(row: Decision, said: Any) -> str:
    if row.data == "card":
        parts = [
            part
            for part in ("school", "family", "ppr")
            if said["states"].get(part, {}).get("state") == "found"
        ]
        return "+".join(parts) or "nothing"
    units = said["units"]
    if len(units) == 2:
        return "all"
    return "nothing" if not units else "one_unit" if units == [BUP] else "other_unit"


def _registered(world: DecisionWorld, row: Decision, cpr: str) -> bool:
    """Whether the register would have let the user in."""
    login = world.login(row)
    scopes = ["appointments"] if row.data == "appointments" else ["school", "family_case", "ppr_case"]
    user = {"kind": login["roles"][0], "cpr": login["cpr"], "organisation": login["organisation"]}
    states = world.post("nsp", "/samtykke/tjek", {"cpr": cpr, "user": user, "scopes": scopes})[1]["states"]
    return any(
        state["standing"] in ("valid", "not_required", "citizen_is_adult") for state in states.values()
    )
