"""Each system serves the contract it keeps: the same addresses, and forms that its answers have."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.routing import Route

from tests.overview.world import CHILD, World, appointment, sapa_lookup


@pytest.mark.parametrize("system", ["nsp", "sagsoverblik", "sapa"])
def test_the_contract_names_the_addresses_that_are_served(system: str) -> None:
    world = World()
    _, contract = world.get(system, "/contract")
    promised = {(method.upper(), path) for path, item in contract["paths"].items() for method in item}
    app = world._app(system, world.runtime(system))
    served = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route)
        and route.path != "/"  # leads to the screen
        and not route.path.startswith(("/screen", "/health", "/contract"))
        for method in (route.methods or ()) - {"HEAD"}
    }
    assert promised == served
    assert "mock contract" in contract["info"]["description"]


def test_the_contract_names_the_fields_of_an_answer() -> None:
    world = World(appointments=[appointment(1, "2025-06-02T09:00")])
    _, contract = world.get("sapa", "/contract")
    schemas: dict[str, Any] = contract["components"]["schemas"]
    _, shown = sapa_lookup(world)
    assert set(shown) == set(schemas["AppointmentList"]["properties"])
    _, contract = world.get("nsp", "/contract")
    row = world.post("nsp", "/minlog/soeg", {"cpr": CHILD})[1]["rows"][0]
    assert set(row) <= set(contract["components"]["schemas"]["LogDataEntry"]["properties"])


@pytest.mark.parametrize("system", ["nsp", "sagsoverblik", "sapa"])
def test_every_reference_in_a_contract_leads_somewhere(system: str) -> None:
    _, contract = World().get(system, "/contract")

    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [ref for value in node.values() for ref in references(value)]
        return [ref for item in node for ref in references(item)] if isinstance(node, list) else []

    found = references(contract)
    assert found
    for reference in found:
        assert reference.removeprefix("#/components/schemas/") in contract["components"]["schemas"]
