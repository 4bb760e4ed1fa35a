"""From BUP's desk to the municipality's screen, through the whole pilot and under every driver."""

from __future__ import annotations

from typing import Any

import pytest

from sim.nation import PILOT_START, World, build
from tests.contract.test_systems import Ecosystem
from tests.drivers.harness import Driver


@pytest.fixture(scope="module")
def world() -> World:
    return build(1, PILOT_START)


#: On sockets it is today, and not the pilot: somebody who stays a child for long.
CHILD = "1403139996"
USER = {"id": "u-1", "name": "Allan Korsman", "municipality": "0851"}


def test_what_bup_books_moves_and_cancels_is_what_the_municipality_sees(driver: Driver, world: World) -> None:
    ecosystem = Ecosystem(driver, world)
    unit = world.bup[0]

    def rows() -> list[list[str]]:
        body = {"user": USER, "cpr": CHILD, "consent_declared": True, "consent": True}
        status, said = ecosystem.ask("POST", "sapa", "/desk/aftaler", body)
        assert status == 200, said
        found: list[list[str]] = said["rows"]
        return found

    def desk(path: str, body: Any) -> Any:
        status, said = ecosystem.ask("POST", "nordepj", f"/desk/appointments{path}", body)
        assert status in (200, 201), said
        ecosystem.until(lambda: ecosystem.ask("GET", "nordepj", "/desk/sharing")[1]["waiting"] == 0)
        assert ecosystem.ask("GET", "nordepj", "/desk/sharing")[1]["refused"] == []
        return said

    assert rows() == []
    uuid = desk("", {"cpr": CHILD, "unit": unit.sor_id, "start": "2030-06-02T09:00:00"})["uuid"]
    (shown,) = rows()
    assert shown[1] == "02-06-2030 09:00" and unit.name in shown
    desk(f"/{uuid}/move", {"start": "2030-06-04T13:00:00", "end": "2030-06-04T14:00:00"})
    (shown,) = rows()
    assert shown[1] == "04-06-2030 13:00"
    ecosystem.start()  # everybody, from what each kept
    (shown,) = rows()
    assert shown[1] == "04-06-2030 13:00"
    desk(f"/{uuid}/cancel", {})
    assert rows() == []
    assert ecosystem.errors() == []
