"""The answers of receiving systems: XCTL02 and XCTL03 of the old standard, Acknowledgement of the new one.

A letter and each file after it have receipts of their own, a message with everything inside has one. So one
acknowledgement becomes a receipt for each letter that it answers, and one acknowledgement is made when all
receipts are there, or one of them is negative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec

from mocks.standards.acknowledgement import Acknowledgement, Issue
from mocks.standards.conversion.records import MAP, OURS, LetterIds, Lost
from mocks.standards.fhir_bundle import Organisation, Step
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter

_RECEIPT: Final = "XCTL (schema 2005/08/07)"
_ACKNOWLEDGEMENT: Final = "Acknowledgement 2.0, value set of issue details"
#: Reasons of a negative receipt -> detail codes of an issue. The other way, all further codes are unspecific.
_DETAILS = MappingProxyType(
    {
        "ukendt_lokationsnummer": "MSG_Receiver_Identifier_UNKNOWN",
        "problem_med_modtagerID": "MSG_Receiver_Identifier_MISSING",
        "problem_med_version": "MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE",
        "syntaksfejl": "MSG_BAD_SYNTAX",
    }
)
_REASONS = MappingProxyType(
    {
        **{detail: reason for reason, detail in _DETAILS.items()},
        "MSG_BAD_FORMAT": "syntaksfejl",
        "MSG_Datatype_Wrong": "syntaksfejl",
        "MSG_UNKNOWN_TYPE": "problem_med_version",
    }
)
_UNSPECIFIC = "ikke_specificeret"
_MOST_TEXT = 350


class Answered(msgspec.Struct, frozen=True):
    """A letter that waits for its receipt: its numbers, its version, and whether it asked for a positive one."""

    envelope: str
    letter: str
    version: str
    wants_receipt: bool = True


class Awaiting(msgspec.Struct, frozen=True):
    """A message that waits for its acknowledgement: its ``MessageHeader.id``, its step, and the parties."""

    header: str
    step: Step
    sender: Organisation
    receiver: Organisation


def receipts_of(
    answer: Acknowledgement,
    letters: Sequence[Answered],
    *,
    new_ids: Callable[[], LetterIds],
    sender: str,
    receiver: str,
    at: datetime,
) -> tuple[list[LetterReceipt], list[Lost]]:
    """The receipts that say what an acknowledgement says: one for each letter that it answers.

    ``sender`` and ``receiver`` are location numbers: who acknowledges, and who wrote the letters. There is no
    receipt for ``transient-error``, and no positive one for a letter that did not ask for it.
    """
    if answer.code == "transient-error":
        reason = "no receipt asks for another try: nothing is sent, and the sender tries again by itself"
        return [], [Lost("MessageHeader.response.code", reason, OURS)]
    accepted = answer.code == "ok"
    lost: list[Lost] = []
    code, text = (None, None) if accepted else _refusal(answer.issues, lost)
    if accepted and answer.issues:
        lost.append(Lost("OperationOutcome.issue", "a positive receipt has no text", _RECEIPT))
    found = []
    for letter in letters:
        if accepted and not letter.wants_receipt:
            continue
        ids = new_ids()
        found.append(
            LetterReceipt(
                kind=LetterReceiptKind.POSITIVE if accepted else LetterReceiptKind.NEGATIVE,
                envelope_id=ids.envelope,
                sent=at,
                letter_id=ids.letter,
                sender_gln=sender,
                receiver_gln=receiver,
                original_envelope_id=letter.envelope,
                original_sender_gln=receiver,
                original_receiver_gln=sender,
                letters=(OriginalLetter(letter.letter, letter.version, code, text),),
            )
        )
    return found, lost


def _refusal(issues: Iterable[Issue], lost: list[Lost]) -> tuple[str, str | None]:
    given = list(issues)
    reasons = [_REASONS[i.detail_code] for i in given if i.detail_code and i.detail_code in _REASONS]
    told = "; ".join(filter(None, (i.text or i.detail_code for i in given)))
    if len(told) > _MOST_TEXT:
        lost.append(Lost("OperationOutcome.issue", f"cut at {_MOST_TEXT} characters", OURS))
    return (reasons[0] if reasons else _UNSPECIFIC), told[:_MOST_TEXT] or None


def acknowledgement_of(
    receipts: Sequence[LetterReceipt],
    waiting: Awaiting,
    *,
    header: str,
    bundle: str,
    at: datetime,
) -> tuple[Acknowledgement, list[Lost]]:
    """The acknowledgement that says what the receipts for a letter and its files say together.

    One negative receipt is enough for ``fatal-error``: the message was not taken in as a whole.
    """
    lost: list[Lost] = []
    issues = tuple(
        issue for r in receipts if r.kind is not LetterReceiptKind.POSITIVE for issue in _issues(r)
    )
    if any(r.kind is LetterReceiptKind.NEGATIVE_VANS for r in receipts):
        lost.append(Lost("NegativeVansReceipt", "that VANS refused it, and not the receiver, is text", MAP))
    return (
        Acknowledgement(
            header_id=header,
            bundle_id=bundle,
            timestamp=at,
            sender=waiting.receiver,
            receiver=waiting.sender,
            original_header_id=waiting.header,
            code="fatal-error" if issues else "ok",
            original_step=msgspec.structs.replace(waiting.step, sources=(), previous=None),
            at=at,
            issues=issues,
        ),
        lost,
    )


def _issues(receipt: LetterReceipt) -> list[Issue]:
    """One issue for each reason that a negative receipt gives, for the envelope or for a letter in it."""
    given = [(receipt.refuse_code, receipt.refuse_text)]
    given += [(letter.refuse_code, letter.refuse_text) for letter in receipt.letters]
    found = [
        Issue("error", "structure" if code == "syntaksfejl" else "processing", _DETAILS.get(code or ""), text)
        for code, text in given
        if code or text
    ]
    whose = "VANS" if receipt.kind is LetterReceiptKind.NEGATIVE_VANS else "the receiving system"
    told = [
        msgspec.structs.replace(issue, text=f"{whose}: no reason given")
        if issue.text is None and issue.detail_code is None
        else issue
        for issue in found
    ]
    return told or [Issue("error", "processing", None, f"{whose}: no reason given")]
