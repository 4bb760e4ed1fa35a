"""What gets lost, late or nowhere: who tries again, with what, how often, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import orjson
import pytest

from mocks.messaging import ResendPolicy
from mocks.runtime import Response
from mocks.standards import acknowledgement, care_communication, receipts, vans_envelope
from mocks.standards.acknowledgement import Issue
from mocks.standards.vans_envelope import Envelope, ReceiptKind
from tests.messaging.ground import FHIR_5, START, Ground, enclose, receipt_of

Make = Callable[..., Ground]
LETTERS, RECEIPTS = ("MCM:XDIS91", "MCM:FDIS91"), ("MCM:XCTL", "MCM:FCTL")
QUICK = ResendPolicy(retry_seconds=(60.0, 300.0), most_retries=4)


def lose(ground: Ground, names: tuple[str, ...], times: int = 1) -> None:
    """VANS loses the next envelopes of either kind of correspondence."""
    for _ in range(times):
        for name in names:
            ground.trouble.next(name, "drop")


def same_letter(first: Envelope, second: Envelope) -> None:
    """New only what must be new."""
    assert first.identifier != second.identifier
    assert first.sent < second.sent
    assert first.meta is not None and second.meta is not None
    assert first.meta.identifier == second.meta.identifier
    assert first.data is not None and second.data is not None
    if first.data.startswith(b"{"):
        old, new = orjson.loads(first.data), orjson.loads(second.data)
        assert old.pop("id") != new.pop("id")
        assert old.pop("timestamp") < new.pop("timestamp")
        assert old["entry"][0]["resource"]["id"] == new["entry"][0]["resource"]["id"]
        assert old == new
    else:
        assert first.data == second.data


# On the way there ---------------------------------------------------------------------------------------


def test_a_lost_envelope_is_sent_again_after_thirty_minutes(pair: Make) -> None:
    ground = pair()
    lose(ground, LETTERS)
    message = ground.write()
    ground.wait(minutes=29, seconds=59)
    assert len(ground.letters()) == 1
    ground.wait(seconds=2)
    first, second = ground.letters()
    same_letter(first, second)
    ground.settle()
    journey = ground.journey(message)
    assert journey.at("resent") == START + timedelta(minutes=30)
    assert (journey.resends, journey.shown, journey.acknowledged) == (1, 1, True)
    assert (ground.sent()[0]["envelopes"], ground.sent()[0]["state"]) == (2, "acknowledged")


def test_each_resend_is_the_same_letter_in_an_envelope_of_its_own(pair: Make) -> None:
    ground = pair()
    lose(ground, LETTERS, times=3)
    ground.write()
    ground.settle()
    letters = ground.letters()
    assert len(letters) == 4
    for first, second in pairwise(letters):
        same_letter(first, second)
    assert len(ground.inbox()) == 1


def test_a_lost_acknowledgement_costs_a_resend_and_no_second_showing(pair: Make) -> None:
    ground = pair()
    lose(ground, RECEIPTS)
    message = ground.write()
    ground.settle()
    journey = ground.journey(message)
    assert (journey.shown, journey.duplicates, journey.resends) == (1, 1, 1)
    assert journey.acknowledged
    assert journey.at("acknowledged") == START + timedelta(minutes=30, seconds=40)
    first, second = ground.receipts()
    if first.startswith(b"{"):
        one, two = acknowledgement.read(first), acknowledgement.read(second)
        assert (
            (one.code, one.original_header_id)
            == (two.code, two.original_header_id)
            == ("ok", one.original_header_id)
        )
        assert one.bundle_id != two.bundle_id
    else:
        assert _told(first) == _told(second)


def _told(receipt: bytes) -> tuple[object, ...]:
    found = receipts.read(receipt)
    return found.kind, found.original_envelope_id, found.letters, found.sender_gln, found.receiver_gln


def test_a_letter_that_comes_after_its_resend_is_shown_once(pair: Make) -> None:
    ground = pair()
    for name in LETTERS:
        ground.trouble.next(name, "delay", 5400)
    message = ground.write()
    ground.settle()
    journey = ground.journey(message)
    assert (journey.resends, journey.shown, journey.duplicates) == (1, 1, 1)
    assert ground.sent()[0]["state"] == "acknowledged"


def test_a_receipt_that_is_lost_in_vans_does_not_keep_the_acknowledgement_back(pair: Make) -> None:
    ground = pair()
    ground.trouble.next("Receipt", "drop")
    message = ground.write()
    ground.settle()
    assert ground.stations(message, "receipted", "acknowledged", "fault") == ["fault", "acknowledged"]


# Receivers that are away ----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["unreachable", "answers 503"])
def test_a_receiver_that_is_away_for_three_hours_gets_the_letter_once(pair: Make, how: str) -> None:
    ground = pair()
    if how == "unreachable":
        ground.lines.away.add("lps")
    else:
        ground.lines.says["lps"] = Response(503, {}, b"down")
    message = ground.write()
    ground.wait(hours=3)
    journey = ground.journey(message)
    assert journey.times["held"] >= 3
    assert (journey.delivered, journey.lost) == (False, True), "until it comes back"
    ground.lines.away.clear()
    ground.lines.says.clear()
    ground.settle()
    journey = ground.journey(message)
    assert (journey.shown, journey.acknowledged, journey.lost) == (1, True, False)
    assert ground.sent()[0]["state"] == "acknowledged"
    assert len(ground.inbox()) == 1


def test_vans_asks_more_and_more_seldom_while_a_receiver_is_away(ground: Make) -> None:
    made = ground(network={"retry_seconds": (60.0, 300.0, 900.0)})
    made.lines.away.add("lps")
    message = made.write()
    made.wait(hours=1)
    (first, *_) = made.letters()
    held = [
        s.at - START
        for s in made.journey(message).stations
        if s.station == "held" and s.facts["envelope"] == first.identifier
    ]
    assert [round(h.total_seconds()) for h in held] == [20, 80, 380, 1280, 2180, 3080]


def test_what_vans_cannot_deliver_for_two_days_is_reported_to_its_sender(pair: Make) -> None:
    ground = pair(policy=ResendPolicy(most_resends=0))
    ground.lines.away.add("lps")
    message = ground.write()
    ground.settle()
    journey = ground.journey(message)
    assert journey.negative_vans
    assert not journey.lost
    assert (journey.at("negative_vans") or START) >= START + timedelta(hours=48)
    negative = [vans_envelope.read(w.body) for w in ground.wires("VANSEnvelope")]
    kinds = [e.receipt.kind for e in negative if e.receipt]
    assert kinds == [ReceiptKind.POSITIVE, ReceiptKind.NEGATIVE_VANS]
    assert ground.get("http://vans/vans/statistics")["in_transit"] == 0


def test_a_refusal_reaches_a_sender_that_was_away_itself(ground: Make) -> None:
    made = ground(policy=ResendPolicy(most_resends=0, acknowledgement_seconds=7 * 86400.0))
    made.lines.says["lps"] = Response(404, {}, b"no such thing")
    made.write()
    made.lines.away.add("os2")
    made.wait(hours=5)
    made.lines.away.clear()
    assert made.sent()[0]["state"] == "accepted"
    made.wait(hours=1)
    assert made.sent()[0]["state"] == "undeliverable"
    made.settle()


# VANS that is away ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["unreachable", "answers 503", "answers without a receipt"])
def test_letters_wait_in_the_outbox_while_vans_is_away(pair: Make, how: str) -> None:
    ground = pair()
    _away(ground, how)
    messages = [ground.write(subject=f"Brev {n}") for n in range(3)]
    ground.wait(hours=3)
    assert {x["state"] for x in ground.sent()} == {"queued"}
    ground.lines.away.clear()
    ground.lines.says.clear()
    ground.settle()
    assert [x["state"] for x in ground.sent()] == ["acknowledged"] * 3
    assert [x["message"] for x in ground.inbox()] == messages
    for message in messages:
        journey = ground.journey(message)
        assert (journey.shown, journey.lost, journey.gave_up) == (1, False, False)


def _away(ground: Ground, how: str) -> None:
    if how == "unreachable":
        ground.lines.away.add("vans")
    else:
        status = 503 if how == "answers 503" else 200
        ground.lines.says["vans"] = Response(status, {}, b"the network rests")


def test_a_letter_that_vans_took_without_its_answer_coming_back_is_shown_once(pair: Make) -> None:
    ground = pair()
    ground.lines.mute.add("/vans/envelopes")
    message = ground.write()
    ground.lines.mute.clear()
    assert ground.sent()[0]["state"] == "queued"
    ground.settle()
    journey = ground.journey(message)
    assert (journey.shown, journey.acknowledged) == (1, True)
    assert ground.sent()[0]["state"] == "acknowledged"


def test_an_outbox_retry_is_no_resend(pair: Make) -> None:
    ground = pair()
    ground.lines.away.add("vans")
    message = ground.write()
    ground.wait(hours=1)
    ground.lines.away.clear()
    ground.settle()
    journey = ground.journey(message)
    assert journey.resends == 0
    assert journey.times["not_taken"] == journey.times["sent"] - 1 > 2


def test_acknowledgements_wait_in_the_outbox_too(pair: Make) -> None:
    ground = pair()
    message = ground.write()
    ground.wait(seconds=19)
    ground.lines.away.add("vans")
    ground.wait(minutes=20)
    assert ground.sent()[0]["state"] == "delivered"
    ground.lines.away.clear()
    ground.settle()
    assert ground.journey(message).resends == 0
    assert ground.sent()[0]["state"] == "acknowledged"


def test_a_sender_gives_up_on_a_vans_that_never_comes_back(pair: Make) -> None:
    ground = pair(policy=QUICK)
    ground.lines.away.add("vans")
    message = ground.write()
    ground.settle()
    (letter,) = ground.sent()
    assert (letter["state"], letter["reason"]) == ("in_error", "VANS does not take it")
    journey = ground.journey(message)
    assert (journey.gave_up, journey.lost, journey.times["not_taken"]) == (
        True,
        False,
        QUICK.most_retries + 1,
    )


def test_a_letter_that_vans_will_never_take_is_not_tried_again(ground: Make) -> None:
    made = ground(ppr=FHIR_5, clinic=FHIR_5)
    message = made.write(text="æ" * 200_000)
    made.settle()
    (letter,) = made.sent()
    assert (letter["state"], letter["envelopes"]) == ("undeliverable", 1)
    assert letter["reason"].startswith("VANS answered 413")
    journey = made.journey(message)
    assert (journey.refused, journey.status, journey.lost) == (True, "refused", False)


# How often, and the end -------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [2, 3])
def test_a_sender_resends_as_often_as_its_policy_says_and_then_gives_up(pair: Make, most: int) -> None:
    ground = pair(policy=ResendPolicy(most_resends=most))
    lose(ground, LETTERS, times=10)
    message = ground.write()
    ground.settle()
    journey = ground.journey(message)
    assert journey.resends == most
    assert len(ground.letters()) == most + 1
    assert journey.at("gave_up") == START + timedelta(minutes=30 * (most + 1))
    assert journey.status == "lost", "VANS took it and lost it, and the journey says so"
    (letter,) = ground.sent()
    assert (letter["state"], letter["reason"]) == ("in_error", "no acknowledgement after the last resend")


def test_a_late_acknowledgement_still_counts_after_giving_up(pair: Make) -> None:
    ground = pair(policy=ResendPolicy(most_resends=1))
    for name in RECEIPTS:
        ground.trouble.next(name, "delay", 4 * 3600)
        ground.trouble.next(name, "drop")
    message = ground.write()
    ground.settle()
    assert ground.stations(message, "gave_up", "acknowledged") == ["gave_up", "acknowledged"]
    assert ground.sent()[0]["state"] == "acknowledged"


def test_the_patience_is_the_policys(pair: Make) -> None:
    ground = pair(policy=ResendPolicy(acknowledgement_seconds=120.0))
    lose(ground, LETTERS)
    message = ground.write()
    ground.settle()
    assert ground.journey(message).at("resent") == START + timedelta(minutes=2)


def test_a_transient_error_is_answered_by_a_resend_that_has_its_full_time(ground: Make) -> None:
    made = ground(ppr=FHIR_5, clinic=FHIR_5, policy=ResendPolicy(most_resends=2))
    lose(made, LETTERS, times=1)
    message = made.write()
    made.wait(minutes=10)
    _transient(made)
    made.wait(minutes=1)
    assert made.stations(message, "transient", "resent") == ["transient", "resent"]
    assert made.journey(message).at("resent") == START + timedelta(minutes=10)
    made.settle()
    assert made.sent()[0]["state"] == "acknowledged"


def test_the_timer_of_the_first_sending_does_not_cut_the_second_one_short(ground: Make) -> None:
    made = ground(ppr=FHIR_5, clinic=FHIR_5)
    lose(made, LETTERS, times=2)
    message = made.write()
    made.wait(minutes=10)
    _transient(made)
    made.settle()
    resent = [s.at - START for s in made.journey(message).stations if s.station == "resent"]
    assert resent == [timedelta(minutes=10), timedelta(minutes=40)]


def _transient(ground: Ground) -> None:
    """The clinic says, out of turn, that it could not take the letter in just now."""
    (letter, *_) = ground.letters()
    ids = iter(f"33333333-0000-4000-8000-{n:012d}" for n in range(99))
    original = care_communication.read(letter.data or b"")
    answer = acknowledgement.answer(
        original, "transient-error", new_id=lambda: next(ids), at=ground.now(),
        issues=(Issue("error", "exception", None, "the database rests"),),
    )  # fmt: skip
    raw = enclose(
        acknowledgement.write(answer), sender=letter.receiver.id, receiver=letter.sender.id,
        name="MCM:FCTL#transient-error", version="2.0.0",
    )  # fmt: skip
    assert receipt_of(ground.deliver(raw, "os2")).kind is ReceiptKind.POSITIVE
