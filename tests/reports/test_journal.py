"""The journal joins what was traced into journeys, and guards what may stand in a trace."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sim.journal import Journal


def journey(script: Any, key: str) -> Any:
    return next(j for j in script.journal.journeys() if j.id == key)


def test_each_letter_is_one_journey_in_the_order_in_which_they_began(told: Any) -> None:
    assert [j.id for j in told.journal.journeys()] == ["plain", "saved", "twice", "nowhere", "to-vendor"]


def test_an_acknowledgement_and_its_receipts_belong_to_the_letter_they_answer(told: Any) -> None:
    plain = journey(told, "plain")
    assert [m.standard for m in plain.messages] == [
        "MCM:XDIS91",
        "VANSEnvelope",
        "MCM:XCTL03",
        "VANSEnvelope",
    ]
    assert "receipt_arrived" in [s.station for s in plain.stations]


def test_links_are_followed_over_several_steps_and_may_come_late(script: Any) -> None:
    trace = script.journal.trace_for("vans", lambda: script.now)
    script.put("vans", "c", "VANSEnvelope")
    script.put("vans", "b", "MCM:XCTL03")
    trace.link("c", "b")
    trace.link("b", "a")
    script.at("vans", "accepted", "a")
    (only,) = script.journal.journeys()
    assert only.id == "a"
    assert [m.message for m in only.messages] == ["c", "b"]


def test_a_circle_of_links_is_cut_where_it_would_close(script: Any) -> None:
    trace = script.journal.trace_for("vans", lambda: script.now)
    for one, other in (("a", "b"), ("b", "a"), ("a", "a")):
        trace.link(one, other)
    script.at("vans", "accepted", "a")
    script.at("vans", "accepted", "b")
    assert [j.id for j in script.journal.journeys()] == ["b"]


def test_the_states_of_a_letter_are_apart(told: Any) -> None:
    plain, twice = journey(told, "plain"), journey(told, "twice")
    assert (
        plain.sent
        and plain.accepted
        and plain.delivered
        and plain.acknowledged
        and plain.read
        and plain.filed
    )
    assert twice.acknowledged and not twice.read and not twice.filed
    assert (plain.status, twice.status) == ("filed", "acknowledged")


def test_an_envelope_of_the_acknowledgement_does_not_make_the_letter_accepted(script: Any) -> None:
    trace = script.journal.trace_for("vans", lambda: script.now)
    script.at("os2-thisted", "composed", "letter")
    trace.link("receipt", "letter")
    trace.station("accepted", "receipt")
    (only,) = script.journal.journeys()
    assert not only.accepted


def test_a_resend_keeps_the_journey_and_is_counted(told: Any) -> None:
    saved = journey(told, "saved")
    assert saved.resends == 1 and saved.shown == 1 and saved.complete


def test_a_try_that_vans_turned_away_is_no_resend(script: Any) -> None:
    script.send("letter")
    script.at("os2-thisted", "resent", "letter", envelope="refused")
    script.at("os2-thisted", "not_taken", "letter", envelope="refused", reason="VANS answered 503")
    assert journey(script, "letter").resends == 0
    script.send("letter", again=True)
    assert journey(script, "letter").resends == 1


def test_a_recognised_copy_is_a_duplicate_and_is_shown_once(told: Any) -> None:
    twice = journey(told, "twice")
    assert twice.duplicates == 1 and twice.shown == 1


def test_a_letter_that_vans_took_and_never_delivered_is_lost(script: Any, told: Any) -> None:
    script.send("gone", arrives=False)
    assert journey(script, "gone").lost
    assert journey(script, "gone").status == "lost"
    assert not any(j.lost for j in told.journal.journeys())


def test_a_negative_vans_receipt_is_undeliverable_and_not_lost(told: Any) -> None:
    nowhere = journey(told, "nowhere")
    assert nowhere.negative_vans and not nowhere.lost and nowhere.status == "undeliverable"


def test_the_stations_of_a_vendor_are_known_by_its_location_number(told: Any) -> None:
    vendor = journey(told, "to-vendor")
    assert [s.station for s in vendor.vendor_stations] == ["delivered"]
    assert vendor.receiver == "5790009000174"
    assert vendor.complete, "what a vendor shows to its users nobody else can see"
    assert not journey(told, "plain").vendor_stations


def test_the_digest_knows_order_and_borders_of_the_messages(script: Any) -> None:
    def digest(*bodies: bytes) -> str:
        journal = Journal()
        trace = journal.trace_for("vans", lambda: datetime(2025, 4, 1, tzinfo=UTC))
        for body in bodies:
            trace.wire("m", sender="a", receiver="b", standard="s", ids={}, content_type="t", body=body)
        return journal.digest()

    assert digest(b"one", b"two") == digest(b"one", b"two")
    assert len({digest(b"one", b"two"), digest(b"two", b"one"), digest(b"onet", b"wo"), digest(b"one")}) == 4
    assert digest(b"one") == sha256((3).to_bytes(8, "big") + b"one").hexdigest()


def test_journeys_are_joined_anew_when_more_was_traced(script: Any) -> None:
    script.send("first")
    assert len(script.journal.journeys()) == 1
    assert script.journal.journeys() is script.journal.journeys()
    script.send("second")
    assert len(script.journal.journeys()) == 2


def test_cpr_numbers_in_facts_notes_and_ids_are_found_and_masked(script: Any) -> None:
    script.at("lps-03", "shown", "m", who="patient 251248-9996")
    script.note("lookup", user={"child": ["2512489996"]})
    script.note("lookup", number=2509479989)
    trace = script.journal.trace_for("vans", lambda: script.now)
    trace.wire(
        "m", sender="a", receiver="b", standard="s", ids={"cpr": "2512489996"}, content_type="t", body=b""
    )
    leaks = script.journal.leaks()
    assert [leak.where for leak in leaks] == ["station shown", "note lookup", "note lookup", "wire"]
    assert {leak.masked for leak in leaks} == {"251248-****", "250947-****"}


def test_location_numbers_identifiers_and_other_ten_digits_are_no_cpr_numbers(script: Any, told: Any) -> None:
    script.at("lps-03", "shown", "m", gln="5790009000017", sor="900010021000016000", other="9999999999", n=7)
    script.note("lookup", uuid="cfd6d492-94b8-41d7-85dc-983ba1034b40", share=0.5, ok=True)
    assert script.journal.leaks() == []
    assert told.journal.leaks() == []
