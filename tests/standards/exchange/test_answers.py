"""An answer beside what it answers, on the layers of envelope, letter and message."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from msgspec.structs import replace

from mocks.standards import acknowledgement as ack
from mocks.standards import care_communication as cc
from mocks.standards import clinical_email, receipts
from mocks.standards import vans_envelope as vans
from mocks.standards.exchange.answer_rules import RULES
from mocks.standards.exchange.answers import check_receipt, meaning
from mocks.standards.exchange.unwrapped import unwrap
from mocks.standards.findings import Severity
from mocks.standards.readings import CURRENT, profile, weigh
from tests.standards.exchange.messages import (
    AT,
    BUP,
    CLINIC,
    PPR,
    answer,
    enveloped,
    receipt,
    resource,
    thread,
    tree,
)
from tests.standards.mutants.oioxml_bases import ACCEPTED, LETTER

NEW, REPLY, *_ = thread()
ENVELOPE = enveloped(cc.write(NEW), 1, PPR.gln, CLINIC.gln, AT)
BACK = receipt(ENVELOPE, 2)
POSITIVE = receipts.write(ACCEPTED)
TOLD: set[str] = set()


def broken(said: bytes, original: bytes) -> set[str]:
    found = {finding.rule for finding in check_receipt(said, original)}
    TOLD.update(found)
    return found


def test_right_answers_have_no_findings() -> None:
    assert check_receipt(BACK, ENVELOPE) == []
    for kind in vans.ReceiptKind:
        assert check_receipt(receipt(ENVELOPE, 2, kind), ENVELOPE) == []
    assert check_receipt(answer(NEW), cc.write(NEW)) == []
    assert check_receipt(answer(NEW), cc.write(NEW, mime=cc.MIME_XML)) == []
    assert check_receipt(answer(NEW, "transient-error"), ENVELOPE) == []
    assert check_receipt(POSITIVE, clinical_email.write(LETTER)) == []
    there = enveloped(clinical_email.write(LETTER), 3, LETTER.sender.gln, LETTER.receiver.gln, LETTER.sent)
    assert check_receipt(POSITIVE, there) == []


def edited(raw: bytes, **what: object) -> bytes:
    return vans.write(replace(vans.read(raw), **what))


def said(**what: object) -> bytes:
    envelope = vans.read(BACK)
    assert envelope.receipt is not None
    return vans.write(replace(envelope, receipt=replace(envelope.receipt, **what)))


def test_a_receipt_of_an_envelope_is_held_against_the_envelope() -> None:
    original = vans.read(ENVELOPE)
    assert original.meta is not None
    assert broken(said(original_envelope="99999999-0000-4000-8000-000000000001"), ENVELOPE) == {
        "vans-receipt-envelope"
    }
    (finding,) = check_receipt(said(original_envelope=original.meta.identifier), ENVELOPE)
    assert "names the message" in finding.message
    assert broken(edited(BACK, identifier=original.identifier), ENVELOPE) == {"vans-receipt-envelope"}
    other = replace(original.meta, identifier="99999999-0000-4000-8000-000000000001")
    assert broken(said(original=other), ENVELOPE) == {"vans-receipt-message"}
    relabelled = replace(original.meta, document=replace(original.meta.document, version="4.0.0", size=7))
    assert [f.rule for f in check_receipt(said(original=relabelled), ENVELOPE)] == [
        "vans-receipt-message"
    ] * 2
    elsewhere = vans.EndPoint(vans.EndPointKind.EAN, BUP.gln)
    assert broken(edited(BACK, receiver=elsewhere), ENVELOPE) == {"vans-receipt-way"}
    assert broken(edited(BACK, sender=elsewhere), ENVELOPE) == {"vans-receipt-way"}
    assert broken(edited(BACK, sent=AT - timedelta(hours=1)), ENVELOPE) == {"answer-early"}
    unreliable = edited(ENVELOPE, meta=replace(original.meta, transport=vans.Transport("unreliable")))
    assert broken(receipt(unreliable, 2), unreliable) == {"vans-receipt-unasked"}


def test_an_operator_may_name_itself_where_it_could_not_deliver() -> None:
    back = receipt(ENVELOPE, 2, vans.ReceiptKind.NEGATIVE_VANS)
    operator = vans.EndPoint(vans.EndPointKind.VANS, "VANS1")
    assert check_receipt(edited(back, sender=operator), ENVELOPE) == []


def test_an_acknowledgement_is_held_against_the_message() -> None:
    def spoilt(**what: object) -> bytes:
        return ack.write(replace(ack.read(answer(NEW)), **what))

    raw = cc.write(NEW)
    assert broken(spoilt(original_header_id="x"), raw) == {"acknowledgement-original"}
    (finding,) = check_receipt(spoilt(original_header_id=NEW.bundle_id), raw)
    assert "Bundle.id" in finding.message
    assert broken(spoilt(sender=BUP), raw) == {"acknowledgement-way"}
    step = ack.read(answer(NEW)).original_step
    assert broken(spoilt(original_step=replace(step, activity="reply-message")), raw) == {
        "acknowledgement-step"
    }
    assert broken(spoilt(at=AT - timedelta(hours=1)), raw) == {"answer-early"}


def test_a_valid_message_is_not_called_invalid_unless_another_reading_says_so() -> None:
    found = check_receipt(answer(NEW, "fatal-error"), cc.write(NEW))
    assert [(f.rule, f.severity) for f in weigh(found, CURRENT)] == [
        ("acknowledgement-code", Severity.DISPUTED)
    ]
    assert weigh(found, profile("use-cases-b2")) == []


def test_an_invalid_message_is_not_accepted() -> None:
    spoilt = tree(NEW)
    resource(spoilt, "Communication").pop("category")
    raw = orjson.dumps(spoilt)
    assert broken(answer(NEW), raw) == {"acknowledgement-code"}
    assert check_receipt(answer(NEW, "fatal-error"), raw) == []


def test_layers_are_not_mixed_and_answers_not_answered() -> None:
    letter = clinical_email.write(LETTER)
    for reply, original in (
        (BACK, cc.write(NEW)),
        (BACK, BACK),
        (POSITIVE, cc.write(NEW)),
        (POSITIVE, POSITIVE),
        (answer(NEW), letter),
        (answer(NEW), answer(NEW)),
        (letter, letter),
    ):
        assert broken(reply, original) == {"answer-pair"}


def test_paths_tell_that_the_answer_lies_in_an_envelope() -> None:
    wrapped = enveloped(answer(NEW), 9, CLINIC.gln, PPR.gln, AT)
    (finding,) = check_receipt(wrapped, cc.write(REPLY))[:1]
    assert finding.path.startswith("VANSEnvelope/Message/Data > Bundle.entry[0]")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (BACK, "not that its content was accepted"),
        (receipt(ENVELOPE, 2, vans.ReceiptKind.NEGATIVE), "not what it thinks of the content"),
        (receipt(ENVELOPE, 2, vans.ReceiptKind.NEGATIVE_VANS), "network could not deliver"),
        (POSITIVE, "not that anybody has read it"),
        (answer(NEW), "not that anybody has read it"),
        (answer(NEW, "transient-error"), "may be sent again"),
        (answer(NEW, "fatal-error"), "does not help"),
        (cc.write(NEW), ""),
    ],
)
def test_an_answer_says_no_more_than_its_layer_knows(raw: bytes, words: str) -> None:
    assert words in meaning(unwrap(raw)) if words else meaning(unwrap(raw)) == ""


def test_every_rule_has_been_broken() -> None:
    assert {rule.id for rule in RULES} <= TOLD
