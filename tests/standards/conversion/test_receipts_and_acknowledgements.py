"""XCTL02 and XCTL03 to Acknowledgement and back: who answers what, and why."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace

from mocks.identifiers import make_gln, make_sor
from mocks.standards import acknowledgement, receipts
from mocks.standards.acknowledgement import Acknowledgement, Issue
from mocks.standards.care_communication import Organisation, Step
from mocks.standards.conversion import LetterIds, Lost
from mocks.standards.conversion.receipts import Answered, Awaiting, acknowledgement_of, receipts_of
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter
from mocks.standards.recognise import check_bytes
from tests.standards.conversion.letters import AT

WRITER, READER = (
    Organisation(make_sor(1), make_gln(1), "PPR"),
    Organisation(make_sor(2), make_gln(2), "Klinik"),
)
HEADER = "00000001-0000-4000-8000-000000000001"
WAITING = Awaiting(HEADER, Step(HEADER, AT, "new-message", WRITER, ("a",), None), WRITER, READER)
LETTER = Answered("ENV1", "BRV1", "XD9134L")
FILE = Answered("ENV2", "BRV2", "XB0131X")


def acknowledged(code: str, *issues: Issue) -> Acknowledgement:
    return Acknowledgement(
        bundle_id="00000002-0000-4000-8000-000000000001", timestamp=AT,
        header_id="00000003-0000-4000-8000-000000000001", sender=READER, receiver=WRITER, original_header_id=HEADER,
        code=code, original_step=replace(WAITING.step, sources=()), at=AT, issues=issues,
    )  # fmt: skip


def made(answer: Acknowledgement, *letters: Answered) -> tuple[list[LetterReceipt], list[Lost]]:
    numbers = count(1)
    found = receipts_of(
        answer, letters, new_ids=lambda: LetterIds(f"E{next(numbers)}", f"B{next(numbers)}"),
        sender=make_gln(2), receiver=make_gln(1), at=AT,
    )  # fmt: skip
    for each in found[0]:
        assert check_bytes(receipts.write(each)).findings == []
    return found


def receipt(kind: LetterReceiptKind = LetterReceiptKind.POSITIVE, **fields: Any) -> LetterReceipt:
    refused = kind is not LetterReceiptKind.POSITIVE and "letters" not in fields
    code, text = ("syntaksfejl", "PersonSurnameName mangler") if refused else (None, None)
    given: dict[str, Any] = {
        "kind": kind, "envelope_id": "E9", "sent": AT, "letter_id": "B9", "sender_gln": make_gln(2),
        "receiver_gln": make_gln(1), "original_envelope_id": "ENV1", "original_sender_gln": make_gln(1),
        "original_receiver_gln": make_gln(2), "letters": (OriginalLetter("BRV1", "XD9134L", code, text),), **fields,
    }  # fmt: skip
    return LetterReceipt(**given)


def together(*found: LetterReceipt) -> tuple[Acknowledgement, list[Lost]]:
    answer = acknowledgement_of(
        found, WAITING, header="00000004-0000-4000-8000-000000000001",
        bundle="00000005-0000-4000-8000-000000000001", at=AT,
    )  # fmt: skip
    raw = acknowledgement.write(answer[0])
    assert check_bytes(raw).findings == []
    assert acknowledgement.read(raw) == answer[0]
    return answer


def test_ok_becomes_a_positive_receipt_for_the_letter_and_for_each_file() -> None:
    found, lost = made(acknowledged("ok"), LETTER, FILE)
    assert [(r.kind, r.original_envelope_id, r.letters[0]) for r in found] == [
        (LetterReceiptKind.POSITIVE, "ENV1", OriginalLetter("BRV1", "XD9134L")),
        (LetterReceiptKind.POSITIVE, "ENV2", OriginalLetter("BRV2", "XB0131X")),
    ]
    assert [(r.sender_gln, r.receiver_gln) for r in found] == [(make_gln(2), make_gln(1))] * 2
    assert lost == []


def test_a_letter_that_asked_for_no_receipt_gets_none_unless_it_was_refused() -> None:
    silent = replace(FILE, wants_receipt=False)
    assert [r.original_envelope_id for r in made(acknowledged("ok"), LETTER, silent)[0]] == ["ENV1"]
    refusal = acknowledged("fatal-error", Issue("error", "structure", None, "forkert"))
    assert len(made(refusal, LETTER, silent)[0]) == 2


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        ("MSG_Receiver_Identifier_UNKNOWN", "ukendt_lokationsnummer"),
        ("MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE", "problem_med_version"),
        ("MSG_BAD_SYNTAX", "syntaksfejl"),
        ("MSG_VALUESET_VALUE_UNKNOWN", "ikke_specificeret"),
        (None, "ikke_specificeret"),
    ],
)
def test_a_fatal_error_becomes_a_negative_receipt_with_its_reason(detail: str | None, reason: str) -> None:
    (found,), _ = made(
        acknowledged("fatal-error", Issue("error", "value", detail, "Kategori mangler")), LETTER
    )
    assert found.kind is LetterReceiptKind.NEGATIVE
    assert found.letters[0] == OriginalLetter("BRV1", "XD9134L", reason, "Kategori mangler")


def test_a_transient_error_becomes_nothing_and_is_listed() -> None:
    found, lost = made(acknowledged("transient-error", Issue("error", "transient", None, "nede")), LETTER)
    assert (found, [each.element for each in lost]) == ([], ["MessageHeader.response.code"])


def test_a_reason_that_is_too_long_for_a_receipt_is_cut_and_listed() -> None:
    (found,), lost = made(acknowledged("fatal-error", Issue("error", "value", None, "x" * 400)), LETTER)
    assert len(found.letters[0].refuse_text or "") == 350
    assert [each.element for each in lost] == ["OperationOutcome.issue"]


def test_positive_receipts_for_the_letter_and_its_files_become_one_ok() -> None:
    answer, lost = together(receipt(), receipt(original_envelope_id="ENV2"))
    assert (answer.code, answer.original_header_id, answer.issues, lost) == ("ok", HEADER, (), [])
    assert (answer.sender, answer.receiver) == (READER, WRITER)
    assert answer.original_step == replace(WAITING.step, sources=())


@pytest.mark.parametrize("kind", [LetterReceiptKind.NEGATIVE, LetterReceiptKind.NEGATIVE_VANS])
def test_one_negative_receipt_makes_a_fatal_error_with_its_reason(kind: LetterReceiptKind) -> None:
    answer, lost = together(receipt(), receipt(kind))
    assert answer.code == "fatal-error"
    assert answer.issues == (Issue("error", "structure", "MSG_BAD_SYNTAX", "PersonSurnameName mangler"),)
    assert bool(lost) is (kind is LetterReceiptKind.NEGATIVE_VANS)


def test_a_refusal_of_the_whole_envelope_and_one_without_words_are_issues_too() -> None:
    whole = receipt(
        LetterReceiptKind.NEGATIVE, refuse_code="ukendt_lokationsnummer", refuse_text=None, letters=()
    )
    assert together(whole)[0].issues == (
        Issue("error", "processing", "MSG_Receiver_Identifier_UNKNOWN", None),
    )
    silent = receipt(LetterReceiptKind.NEGATIVE, refuse_code="ikke_specificeret", letters=())
    assert together(silent)[0].issues == (
        Issue("error", "processing", None, "the receiving system: no reason given"),
    )


def test_a_refusal_comes_back_as_it_was() -> None:
    (there,), _ = made(
        acknowledged("fatal-error", Issue("error", "structure", "MSG_BAD_SYNTAX", "forkert")), LETTER
    )
    back, _ = together(there)
    assert back.issues == (Issue("error", "structure", "MSG_BAD_SYNTAX", "forkert"),)
