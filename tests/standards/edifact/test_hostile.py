"""Interchanges that were damaged on the way or made to harm: a verdict each, and never a traceback."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import datetime

import pytest

from mocks.errors import Malformed
from mocks.standards.clinical_email_records import BinaryReference, ClinicalEmail, Party, Patient, Reference
from mocks.standards.edifact import bin01, ctl, dis91, ref01
from mocks.standards.edifact.check import check
from mocks.standards.edifact.finding_list import MOST_SHOWN
from mocks.standards.edifact.syntax import MAX_MESSAGES
from mocks.standards.findings import is_valid
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter
from mocks.standards.recognise import check_bytes

A = Party(
    gln="5790009990017", id="999", id_code="kommunenummer", organisation="Prøveby Kommune", phone="12345678"
)
B = Party(gln="5790009990024", id="000001", id_code="ydernummer", street="Prøvetorv 2", post_code="9999")
LETTER = dis91.write(
    ClinicalEmail(
        envelope_id="ENV00000000002",
        sent=datetime(2026, 3, 2, 9, 15),
        wants_receipt=True,
        letter_id="BRV00000000002",
        authorised=datetime(2026, 3, 2, 9, 14),
        sender=A,
        receiver=B,
        patient=Patient(cpr="2512489996", surname="Testperson", given="Prøve"),
        text="Kære klinik\n\nHvad siger I: er det nok? Vi mener ja + nej.\n",
        subject="Trivsel",
        priority="rutine",
        references=(
            Reference(
                "Bilag", None, BinaryReference("0F1E2D3C4B5A49788796A5B4C3D2E1F0", "billede", "png", 9)
            ),
            Reference("Vejledning", "https://example.invalid/"),
        ),
    )
)
RECEIPT = ctl.write(
    LetterReceipt(
        kind=LetterReceiptKind.NEGATIVE,
        envelope_id="ENVCTL020000",
        sent=datetime(2026, 3, 2, 9, 20),
        letter_id="BRVCTL020000",
        sender_gln=B.gln,
        receiver_gln=A.gln,
        original_envelope_id="ENV00000000002",
        original_sender_gln=A.gln,
        original_receiver_gln=B.gln,
        letters=(OriginalLetter("BRV00000000002", "D9134L", "syntaksfejl", "Nej\n"),),
    )
)
HEAD = LETTER[: LETTER.index(b"BGM")]
OBJECT = b"UNO+1+AID:0F1E2D3C4B5A69788796A5B4C3D2E1F0+OBJ:IMG:PNG:91+4:14:1:A'a'b?UNP+4+1'"
BINARY = LETTER.replace(b"MEDDIS:D:93A:UN:D9134L+DIS91", b"MEDBIN:D:93A:UN:B0131X+BIN01").replace(
    b"S14+14'", OBJECT + b"S14+14'", 1
)
REFERRAL = LETTER.replace(b"MEDDIS:D:93A:UN:D9134L+DIS91", b"MEDREF:D:93A:UN:H0130R+REF01")
PIECES = [
    b"'",
    b"+",
    b":",
    b"?",
    b"\\",
    b"\r\n",
    b"\x00",
    b"\xff",
    b"_",
    b".",
    b"UNH",
    b"UNT",
    b"UNZ",
    b"UNO",
    b"9" * 13,
]
READERS: dict[str, Callable[[bytes], object]] = {
    "DIS91": dis91.read,
    "CTL02": ctl.read,
    "BIN01": bin01.read,
    "REF01": ref01.read,
}


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """``raw`` with one to six edits somewhere."""
    out = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 6))):
        start = chance.randrange(len(out) + 1)
        stop = min(len(out), start + chance.choice((1, 2, 5, 40)))
        match chance.randrange(4):
            case 0:
                del out[start:stop]
            case 1:
                out[start:start] = chance.choice(PIECES)
            case 2:
                out[start:stop] = chance.choice(PIECES)
            case 3:
                out[start:start] = out[start:stop] * chance.choice((1, 3, 30))
    return bytes(out)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_interchanges_get_a_verdict_and_what_is_valid_can_be_read(seed: int) -> None:
    chance = random.Random(seed)
    refused = 0
    for _ in range(150):
        raw = damaged(chance.choice((LETTER, RECEIPT, BINARY, REFERRAL)), chance)
        checked = check_bytes(raw)
        assert not any(re.search(r"(?<!\d)2512489996(?!\d)", f.message) for f in checked.findings)
        refused += not is_valid(checked.findings)
        for name, read in READERS.items():
            try:
                read(raw)
            except Malformed as reason:
                assert reason.findings
                assert checked.standard != name or not is_valid(checked.findings), raw
    assert refused > 75  # not everything that was damaged is wrong


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"S14+14'FTX+NC+P00++a:b?:c'" * 9_000,
        HEAD + b"UNH+1+MEDDIS:D:93A:UN:D9134L+DIS91'" * (MAX_MESSAGES + 1),
        RECEIPT[: RECEIPT.index(b"UNT+")] + b"UCM+1+MEDDIS:D:93A:UN:D9134L+4'" * 9_000,
        HEAD + b"UNO+1+AID:1+OBJ:IMG:TIF:91+0:14:1:A'UNP+0+1'" * 5_000,
        HEAD + b"UNO+1+AID:1+OBJ:IMG:TIF:91+99999999:14:1:A'" + bytes(1_000_000),
        HEAD + (b"NAD" + b"+a" * 90 + b"'") * 9_000,
        HEAD + (b"PNA" + b"+2512489996" * 90 + b"'") * 2_000,
    ],
)
def test_floods_end_in_a_bounded_list_of_findings(raw: bytes) -> None:
    found = check(raw)
    assert not is_valid(found) and len(found) < 1_000
    listed = [each.rule for each in found if each.rule != "edifact-more"]
    assert all(listed.count(rule) <= MOST_SHOWN for rule in set(listed))
    assert not any("2512489996" in each.message for each in found)


def test_what_is_not_listed_is_counted() -> None:
    found = check(HEAD + b"XXX+1'" * 30 + b"UNT+32+BRV00000000002'UNZ+1+ENV00000000002'")
    (more,) = [each for each in found if each.rule == "edifact-more"]
    assert more.message == "10 further findings of DIS91/head/unknown-segment are not listed"


def test_an_attachment_of_ninety_megabytes_is_read_at_once() -> None:
    octets = bytes(90_000_000)
    letter = bin01.read(
        b"UNA:+.? 'UNB+UNOC:3+5790009990017:14+5790009990024:14+260302:0915+ENV00000000003'"
        b"UNH+1+MEDBIN:D:93A:UN:B0131X+BIN01'DTM+137:202603020914:203'"
        b"S01+01'NAD+SSP+5790009990017::9++A:::::US'S01+01'NAD+PO+5790009990024::9++B:::::US'"
        b"S02+02'GIS+N'S07+07'PNA+PAT+2512489996:::CPR:IM+++SU:X'"
        + b"UNO+1+AID:0F1E2D3C4B5A69788796A5B4C3D2E1F0+OBJ:IMG:PNG:91+%d:14:1:A'" % len(octets)
        + octets
        + b"UNP+%d+1'UNT+13+1'UNZ+1+ENV00000000003'" % len(octets)
    )
    assert len(letter.objects[0].content) == len(octets)
