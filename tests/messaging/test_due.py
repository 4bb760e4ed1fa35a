"""What falls due: each thing at its own moment, whatever was added before or after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from mocks.messaging.due import DueList
from sim.kernel import Kernel
from tests.messaging.ground import START, Ground

Make = Callable[..., Ground]


class Acted:
    """A due list in virtual time that notes when it acted on what."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self.kernel = Kernel(START, lambda name, error: self.errors.append(error))
        self.list = DueList("test", self.kernel, self._act)
        self.noted: list[tuple[str, float]] = []
        self.patience = 0.0

    async def _act(self, key: str) -> None:
        self.noted.append((key, (self.kernel.now() - START).total_seconds()))
        await self.kernel.sleep(self.patience)
        if key == "broken":
            raise ZeroDivisionError

    def at(self, seconds: float) -> datetime:
        return START + timedelta(seconds=seconds)


@pytest.fixture
def acted() -> Acted:
    return Acted()


def test_each_key_is_acted_on_at_its_own_moment(acted: Acted) -> None:
    for key, seconds in (("b", 60), ("c", 90), ("a", 30), ("d", 90)):
        acted.list.add(acted.at(seconds), key)
    acted.kernel.run()
    assert acted.noted == [("a", 30), ("b", 60), ("c", 90), ("d", 90)]


def test_something_that_falls_due_sooner_takes_over(acted: Acted) -> None:
    acted.list.add(acted.at(1800), "late")
    acted.kernel.run(acted.at(10))
    acted.list.add(acted.at(60), "soon")
    acted.kernel.run()
    assert acted.noted == [("soon", 60), ("late", 1800)]


def test_what_is_due_already_is_acted_on_at_once(acted: Acted) -> None:
    acted.kernel.run(acted.at(100))
    acted.list.add(acted.at(40), "past")
    acted.list.add(acted.at(100), "now")
    acted.kernel.run()
    assert acted.noted == [("past", 100), ("now", 100)]


def test_a_key_may_be_due_more_than_once(acted: Acted) -> None:
    acted.list.add(acted.at(10), "a")
    acted.list.add(acted.at(20), "a")
    acted.kernel.run()
    assert acted.noted == [("a", 10), ("a", 20)]


def test_the_list_can_be_used_again_after_it_ran_empty(acted: Acted) -> None:
    for seconds in (10, 500):
        acted.list.add(acted.at(seconds), "a")
        acted.kernel.run()
    assert acted.noted == [("a", 10), ("a", 500)]


def test_what_takes_long_or_fails_holds_up_nothing_else(acted: Acted) -> None:
    acted.patience = 1000.0
    for key, seconds in (("broken", 10), ("slow", 10), ("other", 20)):
        acted.list.add(acted.at(seconds), key)
    acted.kernel.run()
    assert acted.noted == [("broken", 10), ("slow", 10), ("other", 20)]
    assert [type(error) for error in acted.errors] == [ZeroDivisionError]


def test_letters_that_were_lost_one_after_another_are_sent_again_one_after_another(pair: Make) -> None:
    ground = pair()
    messages = []
    for _ in range(3):
        for name in ("MCM:XDIS91", "MCM:FDIS91"):
            ground.trouble.waiting = [(t, f) for t, f in ground.trouble.waiting if t != name]
            ground.trouble.next(name, "drop")
        messages.append(ground.write())
        ground.wait(minutes=10)
    ground.settle()
    resent = [ground.journey(message).at("resent") for message in messages]
    assert resent == [START + timedelta(minutes=minutes) for minutes in (30, 40, 50)]


def test_a_letter_in_the_outbox_does_not_wait_for_one_that_is_only_due_later(ground: Make) -> None:
    made = ground()
    made.trouble.next("MCM:XDIS91", "drop")
    first = made.write()  # due in half an hour
    made.lines.away.add("vans")
    second = made.write()  # due in a minute
    made.lines.away.clear()
    made.settle()
    assert made.journey(second).at("accepted") == START + timedelta(minutes=1)
    assert made.journey(first).at("resent") == START + timedelta(minutes=30)
