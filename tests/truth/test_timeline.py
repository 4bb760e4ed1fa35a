"""What held when, and since when."""

from __future__ import annotations

from sim.truth.timeline import EVER, Timeline, seconds_since
from tests.truth.ground import NOW, moment


def test_a_timeline_knows_what_held_at_each_moment() -> None:
    phone = Timeline("1")
    phone.change("2", moment("2025-05-01T12:00"))
    phone.change("1", moment("2025-06-01T12:00"))
    days = ("2025-05-01T11:59", "2025-05-01T12:00", "2025-06-01T12:00")
    assert [phone.value(moment(day)) for day in days] == ["1", "2", "1"]
    assert phone.last == "1"
    assert phone.since(moment("2025-05-20T00:00")) == moment("2025-05-01T12:00")
    assert phone.ended("2".__eq__, NOW) == moment("2025-06-01T12:00")
    assert phone.ended("3".__eq__, NOW) is None


def test_what_began_before_the_run_has_no_known_age() -> None:
    assert seconds_since(EVER, NOW) == seconds_since(None, NOW) == 0.0
    assert seconds_since(moment("2025-08-31T14:29"), NOW) == 60.0
