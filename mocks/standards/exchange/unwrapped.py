"""A message as rules between messages see it: its envelope, if it has one, and what lies inside, read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from mocks.errors import Malformed
from mocks.runtime import COPENHAGEN
from mocks.standards import receipts, vans_envelope
from mocks.standards.edifact import ctl, dis91
from mocks.standards.fhir_bundle import Tree
from mocks.standards.look import look_at
from mocks.standards.oioxml import read_moment
from mocks.standards.receipt_match import Original, original
from mocks.standards.receipts import LetterReceipt
from mocks.standards.vans_envelope import Envelope

_NEVER = datetime(1, 1, 2, tzinfo=COPENHAGEN)


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """``standard`` is that of the content, or ``VANSEnvelope`` for a receipt of the network, or ``unknown``.

    ``tree`` is there for FHIR, ``letter`` for letters in OIOXML and EDIFACT (what receipts name of them),
    ``answer`` for their receipts.
    """

    standard: str
    content: bytes
    envelope: Envelope | None = None
    tree: Tree | None = None
    letter: Original | None = None
    answer: LetterReceipt | None = None

    @property
    def where(self) -> str:
        """What paths into the content begin with."""
        return "VANSEnvelope/Message/Data > " if self.envelope is not None and self.envelope.meta else ""

    @property
    def sent(self) -> datetime | None:
        """When the envelope was sent, or the letter; ``None`` where neither says so."""
        if self.envelope is not None:
            return self.envelope.sent
        sent = self.letter.sent if self.letter else self.answer.sent if self.answer else None
        if sent is None or sent == _NEVER:
            return None
        return sent if sent.tzinfo is not None else sent.replace(tzinfo=COPENHAGEN)


def unwrap(raw: bytes) -> Unwrapped:
    """What ``raw`` is. Never an error: what cannot be read is ``unknown``."""
    look = look_at(raw)
    envelope = None
    if look.row is not None and look.row.name == "VANSEnvelope":
        try:
            envelope = vans_envelope.read(raw)
        except Malformed:
            return Unwrapped("unknown", raw)
        if envelope.data is None:
            return Unwrapped("VANSEnvelope", raw, envelope)
        raw = envelope.data
        look = look_at(raw)
    name = look.row.name if look.row is not None else "unknown"
    letter: Original | None = None
    answer: LetterReceipt | None = None
    try:
        if name.startswith("XCTL"):
            answer = receipts.read(raw)
        elif name.startswith("CTL"):
            answer = ctl.read(raw)
        elif name == "DIS91":
            letter = original(*dis91.read_all(raw))
        elif look.opened.letter is not None:
            letter = _letter(look.opened.letter)
    except Malformed:
        pass  # a finding of the message alone
    return Unwrapped(name, raw, envelope, look.opened.tree, letter, answer)


def _letter(node: etree._Element) -> Original:
    emessage = node.getparent()
    space = f"{{{etree.QName(node).namespace or ''}}}"

    def text(at: etree._Element | None, *steps: str) -> str:
        found = None if at is None else at.findtext("/".join(space + step for step in steps))
        return (found or "").strip()

    sent = None if emessage is None else emessage.find(f"{space}Envelope/{space}Sent")
    try:
        moment = _NEVER if sent is None else read_moment(sent)
    except (ValueError, IndexError):
        moment = _NEVER
    return Original(
        envelope_id=text(emessage, "Envelope", "Identifier"),
        sender=text(node, "Sender", "EANIdentifier"),
        receiver=text(node, "Receiver", "EANIdentifier"),
        sent=moment,
        wants_receipt=text(emessage, "Envelope", "AcknowledgementCode") == "pluspositivkvitt",
        letters=((text(node, "Letter", "Identifier"), text(node, "Letter", "VersionCode")),),
    )
