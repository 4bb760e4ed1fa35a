"""Whatever is sent to the registers of access, the answer is clear: no 500, nothing stored, no CPR number told."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from tests.access.test_consents import CHILD, FATHER, MOTHER, child
from tests.overview.world import BUP, World

CONSENT: dict[str, Any] = {
    "cpr": CHILD, "scopes": ["school"], "givers": [{"cpr": MOTHER, "on": "2025-02-03"}], "from": "2025-02-03",
}  # fmt: skip
ITEM: dict[str, Any] = {
    "citizenCpr": CHILD, "consentType": 0, "validFrom": "2025-01-01T00:00:00Z",
    "whoItem": {"source": "sor", "value": BUP, "sub_units": True},
}  # fmt: skip
USER: dict[str, Any] = {"kind": "bup_nurse", "organisation": BUP, "cpr": MOTHER, "authorisation": "SRTTQ"}
REQUESTS: dict[str, dict[str, Any]] = {
    "/samtykke/registrer": CONSENT,
    "/samtykke/tjek": {"cpr": CHILD, "user": USER, "scopes": ["school"]},
    "/samtykke/tilbagekald": {"consent": "x", "by": MOTHER, "scopes": ["school"]},
    "/samtykke/soeg": {"cpr": CHILD},
    "/minsp/registrer": ITEM,
    "/minsp/ophaev": {"id": "x", "by": "citizen"},
    "/minsp/soeg": {"cpr": CHILD},
    "/minsp/verify/user": {"cpr": CHILD, "user": USER},
    "/minsp/verify/data": {"cpr": CHILD, "user": USER, "entries": [{"document": "d", "organisation": BUP}]},
    "/brs/tjek": {"cpr": CHILD, "user": USER, "minimum": "B"},
    "/brs/kilde": {
        "source": "lpr3", "patient": CHILD, "organisation": BUP, "known_from": "2025-05-01T00:00:00Z",
        "on": "2025-05-01",
    },
    "/brs/opfoelgning": {"offset": 0},
}  # fmt: skip
ODD: list[Any] = [
    None, True, -1, 10**30, 1e308, "", "x" * 5000, "\u0000", "../../stop", "0001-01-01", "9999-12-31",
    "2025-02-30", "2025-01-01T00:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", [], {}, [[]] * 40,
    {"a": {"b": {}}}, CHILD, "' or 1=1 --",
]  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    made = World(people=[child(MOTHER, FATHER)])
    assert made.post("nsp", "/minsp/registrer", ITEM)[0] == 201
    assert made.post("nsp", "/samtykke/registrer", CONSENT)[0] == 201
    return made


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a request, the request itself first."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in inside for found in places(inner, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    copy = msgspec.json.decode(msgspec.json.encode(value))
    if not path:
        return odd
    here = copy
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = odd
    return copy


@pytest.mark.parametrize("path", sorted(REQUESTS))
def test_no_odd_value_anywhere_in_a_request_is_an_error_of_ours(world: World, path: str) -> None:
    for place in places(REQUESTS[path]):
        for odd in ODD:
            status, said = world.post("nsp", path, changed(REQUESTS[path], place, odd))
            assert status in (200, 201, 400, 403, 404, 409, 413), (place, odd, said)
            if status >= 400:
                assert said["message"] and said["code"], (place, odd)
                assert CHILD not in str(said)
    assert world.errors == []


@pytest.mark.parametrize("path", sorted(REQUESTS))
def test_two_odd_values_at_once_are_no_error_of_ours_either(world: World, path: str) -> None:
    drawn = random.Random(path)
    for _ in range(60):
        body: Any = REQUESTS[path]
        for _ in range(2):
            body = (
                changed(body, drawn.choice(places(body)), drawn.choice(ODD))
                if isinstance(body, dict)
                else body
            )
        assert world.post("nsp", path, body)[0] < 500, body
    assert world.errors == []


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/samtykke/registrer", "givers"),
        ("/samtykke/registrer", "departments"),
        ("/minsp/verify/data", "entries"),
    ],
)
def test_long_lists_are_refused(world: World, path: str, field: str) -> None:
    one = {"givers": {"cpr": MOTHER, "on": "2025-01-01"}, "departments": "1"}.get(field)
    one = one or {"document": "d", "organisation": "1"}
    status, said = world.post("nsp", path, REQUESTS[path] | {field: [one] * 10_001})
    assert status in (400, 413), said


def test_a_moment_without_a_zone_is_refused(world: World) -> None:
    status, said = world.post("nsp", "/minsp/registrer", ITEM | {"validFrom": "2025-01-01T00:00:00"})
    assert (status, said["where"]) == (400, "$.validFrom")


def test_a_citizen_has_no_end_of_consents_or_blocks() -> None:
    world = World(people=[child(MOTHER)])
    statuses = {world.post("nsp", "/samtykke/registrer", CONSENT)[0] for _ in range(201)}
    assert statuses == {201, 409}
    statuses = {world.post("nsp", "/minsp/registrer", ITEM)[0] for _ in range(501)}
    assert statuses == {201, 409}
