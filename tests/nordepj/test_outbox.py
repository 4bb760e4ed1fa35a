"""Telling the registry of changes: in their order, none forgotten, none told as two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from mocks.errors import Unreachable
from mocks.identifiers import make_sor
from mocks.nordepj.metadata import entry_id
from mocks.nordepj.settings import BookSettings, SourceSettings
from mocks.runtime import COPENHAGEN
from mocks.standards.dgws.fault_codes import DgwsFault, FaultCode
from mocks.standards.xds.names import AssociationType, ErrorCode
from sim.kernel import Kernel
from tests.nordepj.platform import Hospital

START = datetime(2025, 4, 1, 8, tzinfo=COPENHAGEN)
BOOKING = {"cpr": "2512489996", "unit": make_sor(1), "start": "2025-06-02T09:00:00"}


def fail(name: str, error: BaseException) -> None:
    raise error


class House(Hospital):
    """A hospital with somebody at its desk."""

    def __init__(self, **source: Any) -> None:
        super().__init__(BookSettings(source=SourceSettings(**source)), Kernel(START, fail))

    def desk(self, path: str, body: Any = None, method: str = "POST") -> Any:
        async def work() -> Any:
            raw = b"" if method == "GET" else msgspec.json.encode(body or {})
            url = self.kernel.address("nordepj") + path
            answer = await self.kernel.request(method, url, body=raw, content_type="application/json")
            assert answer.status in (200, 201), answer.body
            return msgspec.json.decode(answer.body)

        return self.kernel.complete(work())

    def book(self) -> str:
        return str(self.desk("/desk/appointments", BOOKING)["uuid"])

    def move(self, uuid: str) -> None:
        self.desk(f"/desk/appointments/{uuid}/move", {"start": "2025-06-04T13:00:00"})

    def cancel(self, uuid: str) -> None:
        self.desk(f"/desk/appointments/{uuid}/cancel")

    def wait(self, **time: float) -> None:
        self.kernel.run(self.kernel.now() + timedelta(**time))

    @property
    def waiting(self) -> int:
        return int(self.desk("/desk/sharing", method="GET")["waiting"])

    @property
    def refused(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.desk("/desk/sharing", method="GET")["refused"]
        return found

    def told(self) -> list[tuple[str, str]]:
        """Path and the last association of each submission."""
        return [(path, told.associations[-1].type.name) for path, told in self.platform.told]


NEW = ("/dros/iti61", AssociationType.HAS_MEMBER.name)
MOVED = ("/dros/iti61", AssociationType.REPLACES.name)
GONE = ("/dros/iti57", AssociationType.UPDATES_AVAILABILITY.name)


def test_booking_moving_and_cancelling_are_told_at_once() -> None:
    house = House()
    uuid = house.book()
    house.move(uuid)
    house.cancel(uuid)
    house.wait(seconds=1)
    assert house.told() == [NEW, MOVED, GONE]
    assert [told.entries[0].id for _, told in house.platform.told[:2]] == [
        entry_id(uuid, 1),
        entry_id(uuid, 2),
    ]
    assert house.waiting == 0 and house.refused == []


def test_a_source_that_does_not_offer_tells_nothing() -> None:
    house = House(offers=False)
    house.book()
    house.wait(hours=1)
    assert house.told() == [] and house.waiting == 0


def test_while_the_platform_is_away_changes_wait_in_their_order_and_are_told_when_it_is_back() -> None:
    house = House()
    house.platform.away = True
    uuid = house.book()
    house.move(uuid)
    house.cancel(uuid)
    house.wait(hours=5)
    assert house.told() == [] and house.waiting == 3
    assert [event.facts["waiting"] for event in house.trace.events(name="sharing_away")] == [1]
    house.platform.away = False
    house.wait(hours=1)
    assert house.told() == [NEW, MOVED, GONE]


def test_a_fault_of_the_platform_is_no_refusal_and_the_change_is_told_again() -> None:
    house = House()
    house.platform.faulty = True
    house.book()
    house.wait(hours=1)
    assert house.waiting == 1 and house.refused == []
    (note, *_) = house.trace.events(name="sharing_away")
    assert "refused" in note.facts["reason"]
    house.platform.faulty = False
    house.wait(hours=1)
    assert house.waiting == 0 and house.told()[-1] == NEW


def test_a_message_that_the_platform_cannot_read_is_kept_for_a_person_and_holds_up_nothing_else() -> None:
    house = House()
    house.platform.faulty, house.platform.fault = True, FaultCode.SYNTAX_ERROR
    uuid = house.book()
    house.wait(minutes=1)
    house.platform.faulty = False
    house.book()
    house.wait(minutes=1)
    assert [refused["uuid"] for refused in house.refused] == [uuid]
    assert house.waiting == 0 and len(house.told()) == 2


@pytest.mark.parametrize("error", [Unreachable("the STS is away"), DgwsFault(FaultCode.INVALID_IDCARD, "no")])
def test_without_an_id_card_of_its_own_the_source_waits(error: Exception) -> None:
    house, cards = House(), 0

    async def headers() -> Sequence[bytes]:
        nonlocal cards
        cards += 1
        if cards < 3:
            raise error
        return [b'<card xmlns="urn:test"/>']

    house.restart(headers)
    house.book()
    house.wait(hours=1)
    assert cards == 3 and house.told() == [NEW] and house.platform.headers[-1] > 0


def test_a_restart_finds_what_was_not_told() -> None:
    house = House(most_attempts=1)
    house.platform.away = True
    uuid = house.book()
    house.wait(minutes=1)
    house.platform.away = False
    house.restart()
    house.wait(minutes=1)
    assert house.told() == [NEW] and house.waiting == 0
    house.restart()
    house.cancel(uuid)
    house.wait(minutes=1)
    assert house.told() == [NEW, GONE]


def test_what_got_no_answer_is_told_again_with_the_same_identifiers_and_counts_if_it_is_there_already() -> (
    None
):
    house = House(answer_seconds=10.0)
    house.platform.mute = True
    house.book()
    house.wait(seconds=30)
    house.platform.mute, house.platform.refuses = False, ErrorCode.DUPLICATE_DOCUMENT
    house.wait(hours=2)
    first, second = (told for _, told in house.platform.told)
    assert first.entries == second.entries and first.set.unique_id == second.set.unique_id
    assert house.waiting == 0 and house.refused == []


@pytest.mark.parametrize("code", [ErrorCode.METADATA, ErrorCode.DUPLICATE_DOCUMENT])
def test_what_the_registry_refuses_is_kept_for_a_person_and_holds_up_nothing_else(code: ErrorCode) -> None:
    house = House()
    house.platform.refuses = code
    uuid = house.book()
    house.wait(minutes=1)
    house.platform.refuses = None
    house.book()
    house.wait(minutes=1)
    (refused,) = house.refused
    assert (refused["uuid"], refused["change"], refused["reason"]) == (uuid, "booked", f"{code}: no")
    assert house.waiting == 0 and len(house.told()) == 2
    (note,) = house.trace.events(name="sharing_refused")
    assert "2512489996" not in str(note.facts) and note.facts["appointment"] == uuid
