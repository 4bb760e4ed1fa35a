"""Single faults in a receipt that is held against its letter: each is found, by the rule meant for it."""

# ruff: noqa: E501 - a row of a table of faults stays one row

from __future__ import annotations

from collections.abc import Callable

import pytest

from mocks.standards import clinical_email, receipts
from mocks.standards.findings import Finding
from mocks.standards.receipt_match import check_match, original
from tests.standards.mutants.bases import bases
from tests.standards.mutants.xml_edits import Edit, both, edited, put

_ORIGINAL = "PositiveReceipt/OriginalEmessage"
_PARTIES = (f"{_ORIGINAL}/OriginalSender/EANIdentifier", f"{_ORIGINAL}/OriginalReceiver/EANIdentifier")


def said(receipt: bytes, letter: bytes) -> list[Finding]:
    return check_match(receipts.read(receipt), original(clinical_email.read(letter)))


def same(raw: bytes) -> bytes:
    return raw


#: What is wrong, the change of the receipt, the change of the letter, and what the finding's rule speaks of.
FAULTS: tuple[tuple[str, Callable[[bytes], bytes], Callable[[bytes], bytes], str], ...] = (
    ("it answers another envelope", edited(put(f"{_ORIGINAL}/OriginalEnvelopeIdentifier", "ENV00000000009")), same, "envelope"),
    ("the letter's envelope was another", same, edited(put("Envelope/Identifier", "ENV00000000009")), "envelope"),
    ("it answers another letter", edited(put(f"{_ORIGINAL}/OriginalLetter/OriginalLetterIdentifier", "BRV9")), same, "letter"),
    ("it answers another version", edited(put(f"{_ORIGINAL}/OriginalLetter/OriginalVersionCode", "XD9133L")), same, "version"),
    ("it names another sender", edited(put(_PARTIES[0], "5790009990048")), same, "parties"),
    ("it names another receiver", edited(put(_PARTIES[1], "5790009990048")), same, "parties"),
    ("it has the parties of the letter changed about", edited(both(put(_PARTIES[0], "5790009990024"), put(_PARTIES[1], "5790009990017"))), same, "parties"),
    ("nobody asked for it", same, edited(put("Envelope/AcknowledgementCode", "minuspositivkvitt")), "unwanted|asked|wanted"),
    ("it is a day older than the letter", edited(put("Envelope/Sent/Date", "2025-09-28")), same, "before|sent|order|time"),
)  # fmt: skip


@pytest.mark.parametrize(("what", "receipt", "letter", "rule"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_receipt_that_does_not_belong_to_its_letter_is_seen(
    what: str, receipt: Callable[[bytes], bytes], letter: Callable[[bytes], bytes], rule: str
) -> None:
    findings = said(receipt(bases()["XCTL03"]), letter(bases()["XDIS91"]))
    assert any(part in finding.rule for finding in findings for part in rule.split("|")), what
    assert len(findings) == 1


#: Changes of a receipt that still belongs to its letter.
BENIGN: dict[str, Edit] = {
    "its own sender is not the one that the letter went to": put(
        "PositiveReceipt/Sender/EANIdentifier", "5790009990017"
    ),
    "the version is that of EDIFACT": put(f"{_ORIGINAL}/OriginalLetter/OriginalVersionCode", "D9134L"),
}


@pytest.mark.parametrize("what", BENIGN)
def test_a_receipt_that_is_only_written_otherwise_belongs_to_its_letter(what: str) -> None:
    assert said(edited(BENIGN[what])(bases()["XCTL03"]), bases()["XDIS91"]) == []


def test_a_receipt_belongs_to_its_letter() -> None:
    assert said(bases()["XCTL03"], bases()["XDIS91"]) == []
