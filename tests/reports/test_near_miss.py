"""A missing acknowledgement is explained, and lies with the party that caused it."""

from __future__ import annotations

from typing import Any

from sim.near_miss import INJECTED, awaited, remarks


def only(script: Any) -> Any:
    (journey,) = script.journal.journeys()
    return journey


def test_nothing_is_said_of_a_plain_journey(told: Any) -> None:
    assert remarks(told.journal.journeys()[0]) == []


def test_an_envelope_lost_by_a_fault_is_not_blamed_on_anybody(told: Any) -> None:
    (remark,) = remarks(told.journal.journeys()[1])
    assert (remark.kind, remark.party) == ("resend", INJECTED)
    assert "lost" in remark.text


def test_a_receiver_that_writes_no_acknowledgement_is_named(script: Any) -> None:
    script.send("letter")
    script.show("letter")
    script.wait(minutes=30)
    script.send("letter", again=True)
    script.at("os2-thisted", "gave_up", "letter")
    found = remarks(only(script))
    assert [(r.kind, r.party) for r in found] == [("resend", "lps-03"), ("missing", "lps-03")]
    assert "put no acknowledgement on the wire" in found[-1].text
    assert "after 1 resend:" in found[-1].text


def test_an_acknowledgement_that_stays_with_vans_is_not_blamed_on_the_receiver(script: Any) -> None:
    script.send("letter")
    script.show("letter")
    script.acknowledge("letter", "receipt", arrives=False)
    remark = awaited(only(script))
    assert remark is not None and remark.party == "vans"
    assert "VANS had it and had not delivered it to os2-thisted" in remark.text


def test_a_letter_that_vans_keeps_lies_with_the_receiver_that_is_away(script: Any) -> None:
    script.send("letter", arrives=False)
    script.at("vans", "held", "letter", envelope="e1", reason="nobody answers")
    remark = awaited(only(script))
    assert remark is not None and "could not be reached" in remark.text


def test_a_network_that_turns_envelopes_away_is_named(script: Any) -> None:
    script.at("os2-thisted", "composed", "letter")
    envelope = script.put("os2-thisted", "letter", "MCM:XDIS91")
    script.at("os2-thisted", "sent", "letter", envelope=envelope)
    script.at("os2-thisted", "not_taken", "letter", envelope=envelope, reason="VANS answered 503")
    remark = awaited(only(script))
    assert remark is not None and remark.party == "vans" and "503" in remark.text


def test_a_refusal_is_told_with_its_reason(told: Any) -> None:
    remark = awaited(told.journal.journeys()[3])
    assert remark is not None and remark.kind == "refused"
    assert remark.text.endswith("could not deliver: nobody receives there")


def test_a_late_acknowledgement_lies_with_the_receiver(script: Any) -> None:
    script.send("letter")
    script.show("letter")
    script.wait(minutes=47)
    script.acknowledge("letter", "receipt")
    (remark,) = remarks(only(script))
    assert (remark.kind, remark.party) == ("late", "lps-03")
    assert "47 minutes" in remark.text


def test_a_copy_made_by_a_fault_is_told_apart_from_a_copy_made_by_a_resend(told: Any, script: Any) -> None:
    (doubled,) = remarks(told.journal.journeys()[2])
    assert doubled.party == INJECTED
    script.send("letter")
    script.show("letter")
    script.wait(minutes=30)
    script.send("letter", again=True)
    script.at("lps-03", "duplicate", "letter")
    script.acknowledge("letter", "receipt")
    kinds = [(r.kind, r.party) for r in remarks(only(script))]
    assert kinds == [("resend", "lps-03"), ("duplicate", "os2-thisted"), ("late", "lps-03")]


def test_a_letter_shown_twice_lies_with_the_system_that_showed_it(script: Any) -> None:
    script.send("letter")
    script.show("letter")
    script.show("letter")
    script.acknowledge("letter", "receipt")
    (remark,) = remarks(only(script))
    assert remark.party == "lps-03" and "once more" in remark.text
    assert not only(script).complete


VENDOR = {"vendor": True, "party": "5790009000174"}


def test_a_vendor_that_loses_its_acknowledgement_is_named_by_location_number(script: Any) -> None:
    script.at("os2-thisted", "composed", "letter")
    for station in ("sent", "resent"):
        envelope = script.put("os2-thisted", "letter", "MCM:XDIS91")
        script.at("os2-thisted", station, "letter", envelope=envelope)
        script.at("vans", "accepted", "letter", envelope=envelope)
        script.at("vans", "delivered", "letter", envelope=envelope, **VENDOR)
        script.wait(minutes=30)
    found = remarks(only(script))
    assert {r.party for r in found} == {"5790009000174 (vendor's system)"}
    assert [r.kind for r in found] == ["resend", "missing"]


def test_a_vendor_that_sends_a_letter_twice_is_the_cause_of_the_copy(script: Any) -> None:
    for _ in range(2):
        envelope = script.put("vans", "letter", "MCM:XDIS91")
        script.at("vans", "sent", "letter", envelope=envelope, **VENDOR)
        script.at("vans", "accepted", "letter", envelope=envelope)
        script.at("os2-thisted", "delivered", "letter", envelope=envelope)
        script.wait(minutes=1)
    script.at("os2-thisted", "shown", "letter")
    script.at("os2-thisted", "duplicate", "letter")
    script.at("vans", "acknowledged", "letter")
    (remark,) = remarks(only(script))
    assert (remark.kind, remark.party) == ("duplicate", "5790009000174 (vendor's system)")


def test_a_vendor_that_acknowledges_twice_or_reuses_an_envelope_is_named(script: Any) -> None:
    trace = script.journal.trace_for("vans", lambda: script.now)
    script.at("os2-thisted", "composed", "letter")
    envelope = script.put("os2-thisted", "letter", "MCM:XDIS91")
    script.at("os2-thisted", "sent", "letter", envelope=envelope)
    script.at("vans", "delivered", "letter", envelope=envelope, **VENDOR)
    for receipt in ("r1", "r2"):
        trace.link(receipt, "letter")
        script.put("vans", receipt, "MCM:XCTL03")
    script.at("os2-thisted", "acknowledged", "letter")
    (remark,) = remarks(only(script))
    assert "acknowledged twice what it got once" in remark.text


def test_what_vans_converts_counts_neither_as_a_letter_nor_as_an_acknowledgement_of_the_receiver(
    script: Any,
) -> None:
    script.send("letter", arrives=False)
    made = script.put("vans", "letter", "MCM:FDIS91#other")
    script.at("vans", "converted", "letter", envelopes=made)
    script.show("letter")
    script.at("lps-03", "duplicate", "letter", envelope=made)
    script.acknowledge("letter", "receipt")
    back = script.put("vans", "receipt", "MCM:XCTL03")
    script.at("vans", "converted", "receipt", envelopes=back)
    (remark,) = remarks(only(script))
    assert remark.text == "a second copy arrived that the sender had not written"


def test_a_letter_that_waits_for_its_attachment_lies_with_its_sender(script: Any) -> None:
    script.send("letter", arrives=False)
    script.at("vans", "waits", "letter", envelope="e1", reason="for 1 attachments")
    remark = awaited(only(script))
    assert remark is not None
    assert (remark.party, "had to wait for 1 attachments" in remark.text) == ("os2-thisted", True)
