"""A receipt held against the letter that it answers, in OIOXML and in EDIFACT."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from mocks.runtime import COPENHAGEN
from mocks.standards import clinical_email, receipts
from mocks.standards.clinical_email_records import ClinicalEmail, Party, Patient
from mocks.standards.edifact import ctl, dis91
from mocks.standards.receipt_match import RULES, check_match, original
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter
from mocks.standards.rulebook import rulebook

A = Party(gln="5790009990017", id="999", id_code="kommunenummer", organisation="Prøveby Kommune")
B = Party(gln="5790009990024", id="000001", id_code="ydernummer", organisation="Lægehuset")
LETTER = ClinicalEmail(
    envelope_id="ENV00000000002",
    sent=datetime(2026, 3, 2, 9, 15, tzinfo=COPENHAGEN),
    wants_receipt=True,
    letter_id="BRV00000000002",
    authorised=datetime(2026, 3, 2, 9, 14, tzinfo=COPENHAGEN),
    sender=A,
    receiver=B,
    patient=Patient(cpr="2512489996", surname="Testperson"),
    text="Hej\n",
)
RECEIPT = LetterReceipt(
    kind=LetterReceiptKind.POSITIVE,
    envelope_id="ENVCTL030000",
    sent=LETTER.sent + timedelta(minutes=2),
    letter_id="BRVCTL030000",
    sender_gln=B.gln,
    receiver_gln=A.gln,
    original_envelope_id=LETTER.envelope_id,
    original_sender_gln=A.gln,
    original_receiver_gln=B.gln,
    letters=(OriginalLetter(LETTER.letter_id, "XD9134L"),),
)


def test_a_receipt_matches_its_letter_in_either_form() -> None:
    letters = [clinical_email.read(clinical_email.write(LETTER)), dis91.read(dis91.write(LETTER))]
    answers = [receipts.read(receipts.write(RECEIPT)), ctl.read(ctl.write(RECEIPT))]
    for letter in letters:
        for answer in answers:
            assert check_match(answer, original(letter)) == []


@pytest.mark.parametrize(
    ("receipt", "rule"),
    [
        (replace(RECEIPT, original_envelope_id="ENV00000000009"), "receipt-envelope"),
        (replace(RECEIPT, letters=(OriginalLetter("BRV00000000009", "XD9134L"),)), "receipt-letter"),
        (replace(RECEIPT, letters=(OriginalLetter(LETTER.letter_id, "XD9133L"),)), "receipt-version"),
        (replace(RECEIPT, original_sender_gln=B.gln, original_receiver_gln=A.gln), "receipt-parties"),
        (replace(RECEIPT, original_receiver_gln="5790009990031"), "receipt-parties"),
        (replace(RECEIPT, sent=LETTER.sent - timedelta(minutes=1)), "receipt-before-letter"),
    ],
)
def test_each_disagreement_is_found(receipt: LetterReceipt, rule: str) -> None:
    (found,) = check_match(receipt, original(LETTER))
    assert found.rule == rule and found.path and found.mend


def test_a_positive_receipt_must_be_wanted_and_a_negative_one_not() -> None:
    silent = original(replace(LETTER, wants_receipt=False))
    assert [each.rule for each in check_match(RECEIPT, silent)] == ["receipt-unwanted"]
    negative = replace(
        RECEIPT,
        kind=LetterReceiptKind.NEGATIVE,
        letters=(OriginalLetter(LETTER.letter_id, "XD9134L", "syntaksfejl"),),
    )
    assert check_match(negative, silent) == []


def test_several_letters_of_an_envelope_are_answered_together() -> None:
    second = replace(LETTER, letter_id="BRV00000000003")
    both = replace(RECEIPT, letters=(*RECEIPT.letters, OriginalLetter("BRV00000000003", "D9134L")))
    assert check_match(both, original(LETTER, second)) == []


def test_the_rules_stand_in_the_rulebook() -> None:
    assert all(rulebook()[rule.id].rule == rule for rule in RULES)
