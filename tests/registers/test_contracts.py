"""Each system serves its contract, and the contract says what the system does."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mocks import sor, stil
from mocks.kombit import cpr
from mocks.limits import Refusal
from mocks.municipal import case_system
from mocks.municipal.case_system.outbox import TurnedDown
from mocks.people import Case, Person, Placement
from mocks.sor.nightly import Change, Registered
from mocks.units import Unit

SYSTEMS: dict[str, tuple[Any, Any, tuple[Any, ...]]] = {
    "sor": (sor.create_app, sor.Settings(), (Unit, sor.SorEntry, Change, Registered)),
    "stil": (stil.create_app, stil.Settings(register={}), (stil.PlacementQuestion, Placement)),  # type: ignore[arg-type]
    "cpr": (cpr.create_app, cpr.Settings(register={}), (cpr.PersonQuestion, Person)),  # type: ignore[arg-type]
    "fagsystem-rebild": (
        case_system.create_app,
        case_system.Settings(municipality="0840", name="Rebild Kommune", cvr="12345674", units=()),
        (
            case_system.NewCase,
            case_system.Closing,
            case_system.Letter,
            Case,
            case_system.JournalEntry,
            TurnedDown,
        ),
    ),
}


def _form(part: Any) -> Any:
    """A schema without its prose, which may be reworded without changing the contract."""
    if isinstance(part, list):
        return [_form(p) for p in part]
    if isinstance(part, dict):
        return {k: _form(v) for k, v in part.items() if not (k == "description" and isinstance(v, str))}
    return part


@pytest.fixture(params=SYSTEMS)
def served(request: pytest.FixtureRequest, world: Any) -> Any:
    create_app, settings, types = SYSTEMS[request.param]
    app = create_app(world.runtime(request.param), settings)
    world.kernel.install(request.param, app)
    return world, request.param, app, types


def test_every_system_says_that_it_is_up_and_who_it_is(served: Any) -> None:
    world, name, _, _ = served
    assert world.get(f"http://{name}/health") == {"system": name, "status": "ok"}


def test_the_contract_names_every_route_and_no_other(served: Any) -> None:
    world, name, app, _ = served
    document = world.get(f"http://{name}/contract")
    promised = {(path, method.upper()) for path, way in document["paths"].items() for method in way}
    routes = {(r.path, m) for r in app.routes for m in r.methods - {"HEAD"}}
    assert {p for p in promised if p[1] != "PARAMETERS"} == routes - {("/contract", "GET")}


def test_the_contract_describes_the_records_as_they_are(served: Any) -> None:
    world, name, _, types = served
    schemas = world.get(f"http://{name}/contract")["components"]["schemas"]
    _, expected = msgspec.json.schema_components(
        (*types, Refusal), ref_template="#/components/schemas/{name}"
    )
    assert _form(schemas) == _form(msgspec.json.decode(msgspec.json.encode(expected)))


def test_the_contract_says_that_it_is_a_mock_and_refers_only_to_what_it_has(served: Any) -> None:
    world, name, _, _ = served
    document = world.get(f"http://{name}/contract")
    assert "(mock" in document["info"]["title"]
    assert "not an official interface" in document["info"]["description"]

    def references(part: Any) -> set[str]:
        if isinstance(part, list):
            return {r for p in part for r in references(p)}
        if isinstance(part, dict):
            own = {part["$ref"]} if "$ref" in part else set()
            return own | {r for p in part.values() for r in references(p)}
        return set()

    known = {f"#/components/schemas/{n}" for n in document["components"]["schemas"]}
    assert references(document) <= known
