"""The receipts in EDIFACT: CONTRL, as CTL01 (C0130Q), CTL02 (C0230Q) and CTL03 (C0330Q).

They say what XCTL01-03 say, and are read into the same record. Two things differ: the version of the letter
that is answered stands without its X (``D9134L``), with the message type before it; and a text of refusal
has at most five lines of seventy characters, the last of which ends.

``read`` takes what receivers in the field take; ``write`` is strict. Source: MedCom's converter and samples.
"""

from __future__ import annotations

from msgspec.structs import replace

from mocks.errors import BadInput
from mocks.runtime import COPENHAGEN
from mocks.standards.edifact.codes import KINDS, REFUSE_CODE_OF, REFUSE_CODES
from mocks.standards.edifact.free_text import MOST_COMPONENTS, components, ftx, read_text
from mocks.standards.edifact.interchange import (
    Interchange,
    Message,
    sized,
    write_interchange,
)
from mocks.standards.edifact.reading import letters_of, one_of
from mocks.standards.edifact.segment_write import segment
from mocks.standards.edifact.syntax import Segment
from mocks.standards.profiles.ctl import RECEIPTS
from mocks.standards.profiles.xctl import MOST_LETTERS
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter

_NAME_OF = {
    LetterReceiptKind.NEGATIVE_VANS: "CTL01",
    LetterReceiptKind.NEGATIVE: "CTL02",
    LetterReceiptKind.POSITIVE: "CTL03",
}
_KIND_OF = {name: kind for kind, name in _NAME_OF.items()}


# Reading ----------------------------------------------------------------------------------------------


def read(raw: bytes) -> LetterReceipt:
    """The receipt in ``raw``. ``Malformed`` (with findings) when it cannot be understood, or is none."""
    return one_of(letters_of(raw, tuple(RECEIPTS), _receipt))


def _receipt(interchange: Interchange, message: Message) -> LetterReceipt:
    uci, refusal, letters = None, None, list[tuple[Segment, Segment | None]]()
    for each in message.body:
        if each.tag == "UCI" and uci is None:
            uci = each
        elif each.tag == "UCM":
            letters.append((each, None))
        elif each.tag == "FTX" and letters:
            letters[-1] = (letters[-1][0], letters[-1][1] or each)
        elif each.tag == "FTX":
            refusal = refusal or each
    if uci is None or message.version != RECEIPTS[message.name][0]:
        raise ValueError("UCI is missing, or the version is another")
    code, text = _refusal(refusal)
    return LetterReceipt(
        kind=_KIND_OF[message.name],
        envelope_id=interchange.reference,
        sent=interchange.sent,
        letter_id=message.reference,
        sender_gln=_filled(interchange.sender),
        receiver_gln=_filled(interchange.receiver),
        original_envelope_id=_filled(uci.value(1)),
        original_sender_gln=_filled(uci.value(2)),
        original_receiver_gln=_filled(uci.value(3)),
        refuse_code=code,
        refuse_text=text,
        letters=tuple(
            OriginalLetter(_filled(ucm.value(1)), _filled(ucm.value(2, 5)), *_refusal(reason))
            for ucm, reason in letters
        ),
    )


def _filled(value: str) -> str:
    if not value:
        raise ValueError("a component is empty")
    return value


def _refusal(reason: Segment | None) -> tuple[str | None, str | None]:
    if reason is None:
        return None, None
    text = read_text((reason,))
    return REFUSE_CODE_OF[reason.value(1)], text if text.strip("\n") else None


# Writing ----------------------------------------------------------------------------------------------


def write(receipt: LetterReceipt) -> bytes:
    """The receipt as an interchange in ISO-8859-1. ``BadInput`` for what the standard does not allow, and for
    a positive receipt with a refusal or a negative one without."""
    name = _NAME_OF[receipt.kind]
    version, action = RECEIPTS[name]
    refused = receipt.refuse_code or any(letter.refuse_code for letter in receipt.letters)
    if bool(refused) is (receipt.kind is LetterReceiptKind.POSITIVE):
        what = "has no refuse code: drop it" if refused else "needs a refuse code, its own or a letter's"
        raise BadInput(f"a {receipt.kind.value} receipt {what}")
    if len(receipt.letters) > MOST_LETTERS:
        raise BadInput(f"a receipt answers {MOST_LETTERS} letters at most, not {len(receipt.letters)}")
    body = [
        segment(
            "UCI",
            sized(receipt.original_envelope_id, 14, "the original envelope identifier"),
            (sized(receipt.original_sender_gln, 35, "the GLN of the original sender"), "14"),
            (sized(receipt.original_receiver_gln, 35, "the GLN of the original receiver"), "14"),
            action,
        ),
        *_write_refusal(receipt.refuse_code, receipt.refuse_text),
    ]
    for letter in receipt.letters:
        identifier = sized(letter.letter_id, 14, "the original letter identifier")
        body.append(segment("UCM", identifier, _type(letter.version), action))
        body += _write_refusal(letter.refuse_code, letter.refuse_text)
    return write_interchange(
        sender=receipt.sender_gln,
        receiver=receipt.receiver_gln,
        sent=receipt.sent,
        reference=receipt.envelope_id,
        receipt=None,
        messages=((receipt.letter_id, ("CONTRL", "D", "93A", "ZZ", version), name, tuple(body)),),
    )


def _type(version: str) -> tuple[str, ...]:
    """The type of the letter that is answered, by its version."""
    plain = version.removeprefix("X")
    kind = KINDS.get(plain[:1])
    if kind is None or not 1 <= len(plain) <= 7:
        raise BadInput(
            f"the version {version[:12]!r} of the original letter belongs to no message type of EDIFACT: "
            "give it as D9134L or XD9134L"
        )
    return (kind, "D", "93A", "UN", plain)


def _write_refusal(code: str | None, text: str | None) -> list[str]:
    if code is None:
        if text is not None:
            raise BadInput("a text of refusal stands with a refuse code in EDIFACT: give ikke_specificeret")
        return []
    if code not in REFUSE_CODES:
        raise BadInput(f"refuse code {code[:40]!r} is unknown: use one of {', '.join(REFUSE_CODES)}")
    lines = components(text) if text and text.strip("\n") else ["."]  # EDIFACT wants a text
    if len(lines) > MOST_COMPONENTS:
        raise BadInput(
            f"a text of refusal has {MOST_COMPONENTS} lines of 70 characters at most in EDIFACT, this takes {len(lines)}"
        )
    return ftx(REFUSE_CODES[code], lines)


def carried(receipt: LetterReceipt) -> LetterReceipt:
    """The receipt as a reader of the EDIFACT will have it: to the minute, versions without X, lines that end."""
    local = receipt.sent.astimezone(COPENHAGEN) if receipt.sent.tzinfo is not None else receipt.sent
    return replace(
        receipt,
        sent=local.replace(second=0, microsecond=0, tzinfo=COPENHAGEN),
        refuse_text=_ended(receipt.refuse_text),
        letters=tuple(
            replace(
                letter,
                version=letter.version.removeprefix("X"),
                refuse_text=_ended(letter.refuse_text),
            )
            for letter in receipt.letters
        ),
    )


def _ended(text: str | None) -> str | None:
    if text is None or not text.strip("\n"):
        return None
    return text if text.endswith("\n") else f"{text}\n"
