"""EDIFACT in a VANSEnvelope: recognised, checked, and compared with the label."""

from __future__ import annotations

from datetime import datetime

import pytest
from msgspec.structs import replace

from mocks.runtime import COPENHAGEN
from mocks.standards import vans_envelope
from mocks.standards.clinical_email_records import ClinicalEmail, Party, Patient
from mocks.standards.edifact import ctl, dis91
from mocks.standards.findings import is_valid
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter
from mocks.standards.recognise import Recognised, check_bytes, recognise
from mocks.standards.vans_envelope import Document, EndPoint, EndPointKind, Envelope, MetaInformation

A, B, C = "5790009990017", "5790009990024", "5790009990031"
SENT = datetime(2026, 3, 2, 9, 15, tzinfo=COPENHAGEN)
LETTER = dis91.write(
    ClinicalEmail(
        envelope_id="ENV00000000002",
        sent=SENT,
        wants_receipt=True,
        letter_id="BRV00000000002",
        authorised=SENT,
        sender=Party(gln=A, id="999", id_code="kommunenummer", organisation="Prøveby Kommune"),
        receiver=Party(gln=B, id="000001", id_code="ydernummer", organisation="Lægehuset"),
        patient=Patient(cpr="2512489996", surname="Testperson"),
        text="Hej\n",
    )
)
RECEIPT = ctl.write(
    LetterReceipt(
        kind=LetterReceiptKind.POSITIVE,
        envelope_id="ENVCTL030000",
        sent=SENT,
        letter_id="BRVCTL030000",
        sender_gln=A,
        receiver_gln=B,
        original_envelope_id="ENV",
        original_sender_gln=B,
        original_receiver_gln=A,
        letters=(OriginalLetter("BRV", "D9134L"),),
    )
)
DIS91 = Document("EDIFACT", "MCM:DIS91", "D9134L", 0)
CTL03 = Document("EDIFACT", "MCM:CTL03", "C0330Q", 0)


def enveloped(data: bytes, label: Document, sender: str = A) -> bytes:
    meta = MetaInformation("0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f1", replace(label, size=len(data)), None, None)
    parties = EndPoint(EndPointKind.EAN, sender), EndPoint(EndPointKind.EAN, B)
    identifier = "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f2"
    return vans_envelope.write(Envelope(*parties, identifier, SENT, meta, data))


@pytest.mark.parametrize(("data", "label"), [(LETTER, DIS91), (RECEIPT, CTL03)])
def test_a_right_label_passes(data: bytes, label: Document) -> None:
    checked = check_bytes(enveloped(data, label))
    assert checked.findings == []
    assert (
        checked.content == recognise(data) == Recognised(label.name.removeprefix("MCM:"), label.version or "")
    )


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (enveloped(LETTER, replace(DIS91, format="XML")), "vans-format"),
        (enveloped(LETTER, replace(DIS91, name="MCM:XDIS91")), "vans-name"),
        (enveloped(LETTER, replace(DIS91, name="MCM:CTL03")), "vans-name"),
        (enveloped(LETTER, replace(DIS91, version="XD9134L")), "vans-version"),
        (enveloped(LETTER, DIS91, sender=C), "vans-senderid"),
        (enveloped(RECEIPT, CTL03, sender=C), "vans-senderid"),
        (enveloped(LETTER[:400], DIS91), "edifact-unterminated"),
        (enveloped(LETTER.replace(b"UNH+", b"UNX+"), DIS91), "vans-content"),
        (enveloped(LETTER.replace(b"PAS+POT", b"PAS+XX"), DIS91), "DIS91/S11/PAS/status"),
    ],
)
def test_each_disagreement_is_found(raw: bytes, rule: str) -> None:
    assert rule in {finding.rule for finding in check_bytes(raw).findings}


def test_a_receipt_that_was_not_turned_round_is_only_warned_of() -> None:
    assert is_valid(check_bytes(enveloped(RECEIPT, CTL03, sender=C)).findings)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (LETTER.replace(b"UNH+BRV", b"UNX+BRV"), "edifact-message"),
        (LETTER[:60], "edifact-unterminated"),
        (b"UNA:+.? '", "edifact-empty"),
        (LETTER.replace(b"D9134L+DIS91", b"D9134L+DIS19"), "DIS91/head/UNH/letter-type"),
    ],
)
def test_a_broken_interchange_is_told_what_is_broken(raw: bytes, rule: str) -> None:
    checked = check_bytes(raw)
    assert rule in {finding.rule for finding in checked.findings} and not is_valid(checked.findings)
