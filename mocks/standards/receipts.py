"""The receipts for OIOXML letters: XCTL01, XCTL02 and XCTL03.

XCTL03 says that the receiving system took the letter, and is sent only when the letter asked for it.
XCTL02 says that it did not, and why; XCTL01 says the same on behalf of the VANS operator. A receipt is
never answered by a receipt. It is not the receipt of the VANSEnvelope, which answers the transport.

A receipt is matched with what it answers by ``original_envelope_id`` and the letter ids, never by sender
and receiver: some systems do not swap them.

Source: MedCom's schemas 2005/08/07 (receipts stayed there when letters moved to 2006/07/01).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from lxml import etree

from mocks.errors import BadInput, Malformed
from mocks.standards import safe_xml
from mocks.standards.findings import Finding, Severity
from mocks.standards.formatted_text import markup, plain
from mocks.standards.oioxml import read_moment, write_moment
from mocks.standards.profiles.xctl import MOST_LETTERS, NAMES, NAMESPACE, RECEIPTS, REFUSE_CODES
from mocks.standards.profiles.xctl_rules import UNREADABLE, check_document
from mocks.standards.safe_xml import escape

_NS = f"{{{NAMESPACE}}}"


class LetterReceiptKind(StrEnum):
    """Which answer it is."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEGATIVE_VANS = "negative_vans"


_ELEMENT_OF = {
    LetterReceiptKind.POSITIVE: "PositiveReceipt",
    LetterReceiptKind.NEGATIVE: "NegativeReceipt",
    LetterReceiptKind.NEGATIVE_VANS: "NegativeVansReceipt",
}
_KIND_OF = {f"{_NS}{element}": kind for kind, element in _ELEMENT_OF.items()}


class OriginalLetter(msgspec.Struct, frozen=True):
    """A letter that is answered: its id and its version as the sender wrote it (``XD9134L``, or ``D9134L``
    when it came as EDIFACT). A refusal of this letter alone has a code and perhaps a text."""

    letter_id: str
    version: str
    refuse_code: str | None = None
    refuse_text: str | None = None


class LetterReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """One receipt. ``refuse_code`` and ``refuse_text`` refuse the whole envelope; a letter has its own.

    ``sent`` is Danish local time to the minute. ``refuse_code`` is one of ``ikke_specificeret``,
    ``ukendt_lokationsnummer``, ``problem_med_modtagerID``, ``problem_med_version``, ``syntaksfejl``.
    """

    kind: LetterReceiptKind
    envelope_id: str
    sent: datetime
    letter_id: str
    sender_gln: str
    receiver_gln: str
    original_envelope_id: str
    original_sender_gln: str
    original_receiver_gln: str
    refuse_code: str | None = None
    refuse_text: str | None = None
    letters: tuple[OriginalLetter, ...] = ()


# Reading ----------------------------------------------------------------------------------------------


def read(raw: bytes) -> LetterReceipt:
    """The receipt in ``raw``. ``Malformed`` (with findings) when it cannot be understood."""
    document = safe_xml.parse(raw)
    try:
        return _receipt(document.root)
    except (LookupError, ValueError, AttributeError, TypeError) as reason:
        wrong = [f for f in check_document(document) if f.severity is Severity.ERROR]
        if not wrong:
            text = f"the receipt cannot be read: {reason}"
            wrong = [UNREADABLE.at("Emessage", text)]
        raise Malformed(tuple(wrong)) from None


def _receipt(root: etree._Element) -> LetterReceipt:
    if root.tag != f"{_NS}Emessage":
        raise ValueError("wrong root")
    envelope = NAMES.children(root[0])
    (answer,) = (child for child in root if child.tag in _KIND_OF)
    parts = NAMES.children(answer)
    original = parts["OriginalEmessage"]
    known = NAMES.children(original)
    return LetterReceipt(
        kind=_KIND_OF[answer.tag],
        envelope_id=_filled(envelope["Identifier"]),
        sent=read_moment(envelope["Sent"]),
        letter_id=_filled(NAMES.children(parts["Letter"])["Identifier"]),
        sender_gln=_filled(parts["Sender"][0]),
        receiver_gln=_filled(parts["Receiver"][0]),
        original_envelope_id=_filled(known["OriginalEnvelopeIdentifier"]),
        original_sender_gln=_filled(known["OriginalSender"][0]),
        original_receiver_gln=_filled(known["OriginalReceiver"][0]),
        refuse_code=_maybe(known.get("RefuseCode")),
        refuse_text=_maybe_text(known.get("RefuseText")),
        letters=tuple(_original_letter(node) for node in original if NAMES.of[node.tag] == "OriginalLetter"),
    )


def _original_letter(node: etree._Element) -> OriginalLetter:
    given = NAMES.children(node)
    return OriginalLetter(
        _filled(given["OriginalLetterIdentifier"]),
        _filled(given["OriginalVersionCode"]),
        _maybe(given.get("RefuseCode")),
        _maybe_text(given.get("RefuseText")),
    )


def _filled(node: etree._Element) -> str:
    value = (node.text or "").strip()
    if not value:
        raise ValueError(f"{node.tag} is empty")
    return value


def _maybe(node: etree._Element | None) -> str | None:
    return None if node is None else node.text


def _maybe_text(node: etree._Element | None) -> str | None:
    return None if node is None else plain(node)


# Writing ----------------------------------------------------------------------------------------------

_HEAD = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<Emessage xmlns="{NAMESPACE}"><Envelope><Sent>'


def write(receipt: LetterReceipt) -> bytes:
    """The receipt as ISO-8859-1. ``BadInput`` for what the schema does not allow, and for a positive
    receipt with a refusal or a negative one without."""
    element = _ELEMENT_OF[receipt.kind]
    kind, version = RECEIPTS[element]
    refused = receipt.refuse_code or any(letter.refuse_code for letter in receipt.letters)
    if bool(refused) is (receipt.kind is LetterReceiptKind.POSITIVE):
        what = "has no refuse code: drop it" if refused else "needs a refuse code, its own or a letter's"
        raise BadInput(f"a {receipt.kind.value} receipt {what}")
    if len(receipt.letters) > MOST_LETTERS:
        raise BadInput(f"a receipt answers {MOST_LETTERS} letters at most, not {len(receipt.letters)}")
    return (
        f"{_HEAD}{write_moment(receipt.sent)}</Sent><Identifier>{_id(receipt.envelope_id, 'envelope')}"
        "</Identifier><AcknowledgementCode>minuspositivkvitt</AcknowledgementCode></Envelope>"
        f"<{element}><Letter><Identifier>{_id(receipt.letter_id, 'letter')}</Identifier><VersionCode>"
        f"{version}</VersionCode><StatisticalCode>{kind}</StatisticalCode></Letter>"
        f"{_ean('Sender', receipt.sender_gln)}{_ean('Receiver', receipt.receiver_gln)}<OriginalEmessage>"
        f"<OriginalEnvelopeIdentifier>{_id(receipt.original_envelope_id, 'original envelope')}"
        f"</OriginalEnvelopeIdentifier>{_ean('OriginalSender', receipt.original_sender_gln)}"
        f"{_ean('OriginalReceiver', receipt.original_receiver_gln)}"
        f"{_refusal(receipt.refuse_code, receipt.refuse_text)}"
        f"{''.join(map(_write_letter, receipt.letters))}</OriginalEmessage></{element}></Emessage>"
    ).encode("iso-8859-1", "xmlcharrefreplace")


def _id(value: str, what: str) -> str:
    if not 1 <= len(value) <= 14:
        raise BadInput(
            f"the {what} identifier has {len(value)} characters: give 1 to 14 (a UUID does not fit)"
        )
    return escape(value)


def _ean(side: str, value: str) -> str:
    if not 1 <= len(value) <= 35:
        raise BadInput(f"the EANIdentifier of {side} has {len(value)} characters: give 1 to 35")
    return f"<{side}><EANIdentifier>{escape(value)}</EANIdentifier></{side}>"


def _refusal(code: str | None, text: str | None) -> str:
    if code is not None and code not in REFUSE_CODES:
        raise BadInput(f"refuse code {code[:40]!r} is unknown: use one of {', '.join(REFUSE_CODES)}")
    coded = "" if code is None else f"<RefuseCode>{code}</RefuseCode>"
    return coded if text is None else f"{coded}<RefuseText>{markup(text)}</RefuseText>"


def _write_letter(letter: OriginalLetter) -> str:
    if not 1 <= len(letter.version) <= 7:
        raise BadInput(
            f"the version of the original letter has {len(letter.version)} characters: give 1 to 7"
        )
    return (
        f"<OriginalLetter><OriginalLetterIdentifier>{_id(letter.letter_id, 'original letter')}"
        f"</OriginalLetterIdentifier><OriginalVersionCode>{escape(letter.version)}</OriginalVersionCode>"
        f"{_refusal(letter.refuse_code, letter.refuse_text)}</OriginalLetter>"
    )


# Checking ---------------------------------------------------------------------------------------------


def check(raw: bytes) -> list[Finding]:
    """Everything that is wrong with the receipt, not only the first thing."""
    try:
        document = safe_xml.parse(raw)
    except Malformed as refused:
        return list(refused.findings)
    return check_document(document)
