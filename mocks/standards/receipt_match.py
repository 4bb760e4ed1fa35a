"""Whether a letter receipt answers the letter that it seems to answer.

A receipt is valid by itself without any letter; what it says of a letter can only be judged beside that
letter. OIOXML and EDIFACT share the records, so a CTL03 may be held against a DIS91, an XCTL03 against an
XDIS91, and either against the other: VANS operators convert on the way.

Sources: MedCom's receipts XCTL01-03 and CTL01-03, as MedCom's converter and OS2korrespondance handle them.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from mocks.runtime import COPENHAGEN
from mocks.standards.clinical_email_records import ClinicalEmail
from mocks.standards.findings import Finding, Severity
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind
from mocks.standards.rule import Rule

_SOURCE = "MedCom's letter receipts (XCTL, CTL)"

ENVELOPE = Rule(
    id="receipt-envelope",
    statement="A receipt names the envelope of the letter that it answers.",
    source=_SOURCE,
    mend="Copy the identifier of the envelope (UNB in EDIFACT) as the original envelope identifier.",
)
LETTER = Rule(
    id="receipt-letter",
    statement="The letters that a receipt names are those of the envelope.",
    source=_SOURCE,
    mend="Copy the identifier of the letter (UNH in EDIFACT) as the original letter identifier.",
)
VERSION = Rule(
    id="receipt-version",
    statement="A receipt names the version of the letter, with its X or without.",
    source=_SOURCE,
    mend="Copy the version code of the letter.",
)
PARTIES = Rule(
    id="receipt-parties",
    statement="Original sender and receiver are sender and receiver of the letter.",
    source=_SOURCE,
    mend="Copy the location numbers of the letter, not swapped: only the receipt itself goes the other way.",
)
UNWANTED = Rule(
    id="receipt-unwanted",
    statement="A positive receipt is sent only for a letter that asks for it.",
    source=_SOURCE,
    mend="Send no XCTL03 or CTL03 for a letter with minuspositivkvitt; negative receipts are sent regardless.",
)
BEFORE = Rule(
    id="receipt-before-letter",
    statement="A receipt is not sent before the letter.",
    source=_SOURCE,
    mend="Check the clocks of both systems.",
    severity=Severity.WARNING,
)
RULES: tuple[Rule, ...] = (ENVELOPE, LETTER, VERSION, PARTIES, UNWANTED, BEFORE)


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt must agree with. ``letters`` are identifier and version of each."""

    envelope_id: str
    sender: str
    receiver: str
    sent: datetime
    wants_receipt: bool
    letters: tuple[tuple[str, str], ...]


def original(letter: ClinicalEmail, *more: ClinicalEmail) -> Original:
    """What a receipt for this letter must agree with; ``more`` are further ones in the same envelope."""
    return Original(
        envelope_id=letter.envelope_id,
        sender=letter.sender.gln,
        receiver=letter.receiver.gln,
        sent=letter.sent,
        wants_receipt=letter.wants_receipt,
        letters=tuple((each.letter_id, each.version) for each in (letter, *more)),
    )


def check_match(receipt: LetterReceipt, answered: Original) -> list[Finding]:
    """Where ``receipt`` and what it answers disagree; paths name the fields of the receipt."""
    out: list[Finding] = []
    if receipt.original_envelope_id != answered.envelope_id:
        text = f"the receipt answers {receipt.original_envelope_id!r}, and the letter came in {answered.envelope_id!r}"
        out.append(ENVELOPE.at("original_envelope_id", text))
    sides = (receipt.original_sender_gln, receipt.original_receiver_gln)
    if sides != (answered.sender, answered.receiver):
        swapped = ", swapped" if sides == (answered.receiver, answered.sender) else ""
        text = f"the receipt says {' to '.join(sides)}{swapped}; the letter went {answered.sender} to {answered.receiver}"
        out.append(PARTIES.at("original_sender_gln", text))
    versions = dict(answered.letters)
    for number, each in enumerate(receipt.letters):
        at = f"letters[{number}]"
        version = versions.get(each.letter_id)
        if version is None:
            there = ", ".join(versions)
            out.append(
                LETTER.at(at, f"the letter {each.letter_id!r} is not in the envelope, which holds {there}")
            )
        elif each.version.removeprefix("X") != version.removeprefix("X"):
            out.append(VERSION.at(at, f"the receipt says {each.version!r}, and the letter is {version!r}"))
    if receipt.kind is LetterReceiptKind.POSITIVE and not answered.wants_receipt:
        out.append(UNWANTED.at("kind", "the letter asked for no positive receipt, and this is one"))
    if _aware(receipt.sent) < _aware(answered.sent):
        text = (
            f"the receipt is of {receipt.sent:%Y-%m-%d %H:%M}, the letter of {answered.sent:%Y-%m-%d %H:%M}"
        )
        out.append(BEFORE.at("sent", text))
    return out


def _aware(when: datetime) -> datetime:
    """A naive moment counts as Danish local time."""
    return when if when.tzinfo is not None else when.replace(tzinfo=COPENHAGEN)
