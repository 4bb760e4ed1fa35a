"""SOR is published at night: a change of today is seen from half past four tomorrow, and survives a restart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mocks import sor
from mocks.identifiers import make_sor
from mocks.sor import Level, SorEntry
from mocks.units import UnitKind

OWNER, PPR = make_sor(0), make_sor(1)
ENTRIES = (
    SorEntry(sor_id=OWNER, level=Level.IE, name="Prøvekommune", phone="11111111"),
    SorEntry(sor_id=PPR, level=Level.SI, name="PPR", parent=OWNER, kind=UnitKind.PPR),
)


def start(world: Any) -> None:
    world.start("sor", sor.create_app, sor.Settings(entries=ENTRIES))


def wait(world: Any, hours: float) -> None:
    world.kernel.run(world.kernel.now() + timedelta(hours=hours))


def phone(world: Any) -> str:
    return str(world.get(f"http://sor/sor/{PPR}")["phone"])


def test_a_change_is_seen_from_half_past_four_of_the_next_day(world: Any) -> None:
    start(world)  # at eight in the morning
    made = world.post(f"http://sor/desk/entries/{OWNER}", {"phone": "22222222"}, status=202)
    assert made["effective"].startswith("2025-04-02T04:30")
    assert phone(world) == "11111111"
    wait(world, 20.4)
    assert phone(world) == "11111111"
    wait(world, 0.2)
    assert phone(world) == "22222222", "the unit inherits its owner's number"
    (found,) = world.get("http://sor/sor?name=ppr")
    assert found["phone"] == "22222222"


def test_changes_survive_a_restart_before_and_after_the_night(world: Any) -> None:
    start(world)
    world.post(f"http://sor/desk/entries/{PPR}", {"phone": "33333333"}, status=202)
    start(world)
    assert phone(world) == "11111111"
    wait(world, 24)
    start(world)
    assert phone(world) == "33333333"


def test_a_change_of_nothing_that_is_there_is_refused(world: Any) -> None:
    start(world)
    world.post(f"http://sor/desk/entries/{make_sor(9)}", {"phone": "1"}, status=404)
    world.post(f"http://sor/desk/entries/{PPR}", {"name": "x" * 61}, status=400)
    world.post(f"http://sor/desk/entries/{PPR}", {"telephone": "1"}, status=400)
