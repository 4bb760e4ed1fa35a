"""Everything stops, and starts again on what it remembers: in memory, and from the log on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mocks.drivers.log_store import LogStore
from mocks.messaging import ResendPolicy
from mocks.runtime import Response, Store
from mocks.standards.vans_envelope import ReceiptKind
from tests.messaging.conftest import CAPABILITIES
from tests.messaging.ground import START, Ground, kind_of

Make = Callable[..., Ground]
LETTERS, RECEIPTS = ("MCM:XDIS91", "MCM:FDIS91"), ("MCM:XCTL", "MCM:FCTL")


class Logs:
    """A log for each system; the one that is open is closed before it is opened again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, LogStore] = {}

    def __call__(self, system: str) -> Store:
        if system in self._open:
            self._open[system].close()
        self._open[system] = LogStore(self._folder / f"{system}.log")
        return self._open[system]

    def close(self) -> None:
        for store in self._open.values():
            store.close()


@pytest.fixture(params=["memory", "log"])
def kept(request: pytest.FixtureRequest, ground: Make, standard: str, tmp_path: Path) -> Iterator[Make]:
    """Makes a ground that remembers in memory, or in logs."""
    logs = Logs(tmp_path)
    spoken = CAPABILITIES[standard]

    def make(policy: ResendPolicy | None = None) -> Ground:
        stores = logs if request.param == "log" else None
        return ground(ppr=spoken, clinic=spoken, stores=stores, policy=policy or ResendPolicy())

    yield make
    logs.close()


def test_what_was_sent_received_read_and_filed_is_still_there(kept: Make) -> None:
    ground = kept()
    ground.write(subject="Æbler & pærer")
    message = ground.write("clinic", "ppr")
    ground.settle()
    ground.act("ppr", message, "read")
    ground.act("ppr", message, "file")
    before = [ground.inbox(), ground.sent(), ground.inbox("ppr"), ground.sent("clinic")]
    text = ground.act("ppr", message, "read")[1]["text"]
    ground.restart()
    after = [ground.inbox(), ground.sent(), ground.inbox("ppr"), ground.sent("clinic")]
    assert after == before
    assert ground.act("ppr", message, "read")[1]["text"] == text


def test_a_letter_that_waits_for_its_acknowledgement_is_sent_again_after_a_restart(kept: Make) -> None:
    ground = kept()
    for name in LETTERS:
        ground.trouble.next(name, "drop")
    message = ground.write()
    ground.wait(minutes=10)
    ground.restart(after_minutes=5)
    ground.settle()
    journey = ground.journey(message)
    assert journey.at("resent") == START + timedelta(minutes=45), "its full time anew"
    assert (journey.shown, journey.acknowledged) == (1, True)
    assert ground.sent()[0]["envelopes"] == 2


def test_a_letter_in_the_outbox_goes_out_after_a_restart(kept: Make) -> None:
    ground = kept()
    ground.lines.away.add("vans")
    message = ground.write()
    ground.wait(minutes=3)
    ground.restart()
    ground.settle()
    journey = ground.journey(message)
    assert (journey.shown, journey.resends, journey.acknowledged) == (1, 0, True)


def test_a_settled_letter_is_not_sent_again_after_a_restart(kept: Make) -> None:
    ground = kept()
    ground.write()
    ground.settle()
    ground.restart()
    ground.settle()
    assert len(ground.letters()) == 1


def test_what_vans_had_accepted_is_delivered_after_a_restart(kept: Make) -> None:
    ground = kept()
    message = ground.write()  # accepted, and still at VANS
    ground.wait(seconds=5)
    ground.restart()
    ground.wait(minutes=5)
    journey = ground.journey(message)
    assert (journey.shown, journey.resends, journey.acknowledged) == (1, 0, True)


def test_what_vans_holds_for_a_receiver_that_is_away_survives_too(kept: Make) -> None:
    ground = kept(ResendPolicy(acknowledgement_seconds=86400.0))
    ground.lines.away.add("lps")
    message = ground.write()
    ground.wait(hours=2)
    ground.restart(after_minutes=60)
    ground.settle()
    journey = ground.journey(message)
    assert (journey.shown, journey.resends, journey.acknowledged) == (1, 0, True)


def test_a_refusal_that_vans_could_not_bring_survives_too(kept: Make) -> None:
    ground = kept(ResendPolicy(acknowledgement_seconds=86400.0, most_resends=0))
    ground.write()
    ground.lines.says["lps"] = Response(404, {}, b"")
    ground.lines.away.add("os2")
    ground.wait(minutes=3)
    ground.restart()
    ground.wait(minutes=3)
    assert ground.sent()[0]["state"] == "undeliverable"
    statistics = ground.get("http://vans/vans/statistics")
    assert statistics["in_transit"] == 0
    assert [(r["accepted"], r["delivered"], r["refused"]) for r in statistics["rows"]] == [(1, 0, 1)]


def test_copies_are_recognised_after_a_restart(kept: Make) -> None:
    ground = kept()
    message = ground.write()
    ground.wait(minutes=5)
    (letter,) = [w.body for w in ground.journal.wires if w.standard.startswith(LETTERS)]
    ground.restart()
    assert kind_of(ground.deliver(letter)) is ReceiptKind.POSITIVE
    ground.settle()
    journey = ground.journey(message)
    assert (journey.shown, journey.duplicates) == (1, 1)
    assert [x["copies"] for x in ground.inbox()] == [2]


def test_an_envelope_identifier_stays_used_after_a_restart(kept: Make) -> None:
    ground = kept()
    ground.write()
    ground.wait(minutes=5)
    (letter,) = [w.body for w in ground.journal.wires if w.standard.startswith(LETTERS)]
    (message,) = [e.meta.identifier for e in ground.letters() if e.meta]
    other = letter.replace(message.encode(), b"55555555-0000-4000-8000-000000000001")
    ground.restart()
    assert kind_of(ground.post(letter)) is ReceiptKind.POSITIVE
    assert kind_of(ground.post(other)) is ReceiptKind.NEGATIVE_VANS
    assert kind_of(ground.deliver(other)) is ReceiptKind.NEGATIVE
    ground.settle()
    assert len(ground.inbox()) == 1


def test_an_acknowledgement_in_the_outbox_goes_out_after_a_restart(kept: Make) -> None:
    ground = kept()
    message = ground.write()
    ground.wait(seconds=19)
    ground.lines.away.add("vans")
    ground.wait(minutes=2)
    ground.restart()
    ground.settle()
    assert ground.journey(message).resends == 0
    assert ground.sent()[0]["state"] == "acknowledged"


def test_an_acknowledgement_that_comes_after_the_senders_restart_is_understood(kept: Make) -> None:
    ground = kept()
    for name in RECEIPTS:
        ground.trouble.next(name, "delay", 600)
    ground.write()
    ground.wait(minutes=2)
    ground.restart()
    ground.settle()
    assert ground.sent()[0]["state"] == "acknowledged"


def test_new_identifiers_differ_from_those_before_the_restart(kept: Make) -> None:
    ground = kept()
    first = ground.write()
    ground.settle()
    ground.restart()
    second = ground.write()
    ground.settle()
    assert first != second
    assert len(ground.inbox()) == 2
