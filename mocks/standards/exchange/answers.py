"""Whether an answer answers the message that it is held against, on its own layer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from mocks.errors import Malformed
from mocks.standards import acknowledgement
from mocks.standards import care_communication as cc
from mocks.standards.exchange import answer_rules as rules
from mocks.standards.exchange.unwrapped import Unwrapped, unwrap
from mocks.standards.fhir_bundle import Tree
from mocks.standards.findings import Finding, is_valid
from mocks.standards.profiles.vans_content import answer_code
from mocks.standards.readings import CURRENT, weigh
from mocks.standards.receipt_match import check_match
from mocks.standards.vans_envelope import EndPointKind, Envelope, ReceiptKind

_RECEIPT = "VANSEnvelope/Receipt"


def check_receipt(receipt: bytes, original: bytes) -> list[Finding]:
    """What is wrong with ``receipt`` as an answer to ``original``; both may lie in envelopes.

    A receipt of the network is held against the envelope, any other against what lies in it.
    """
    return check_unwrapped(unwrap(receipt), unwrap(original))


def check_unwrapped(receipt: Unwrapped, original: Unwrapped) -> list[Finding]:
    """As ``check_receipt``, for what has been unwrapped."""
    if receipt.envelope is not None and receipt.envelope.receipt is not None:
        if original.envelope is None:
            return [rules.NO_PAIR.at(_RECEIPT, "the receipt is one of an envelope, the original is none")]
        return list(_of_envelope(receipt.envelope, original.envelope))
    found: list[Finding]
    if receipt.answer is not None:
        if original.letter is None:
            said = f"{receipt.standard} answers a letter in OIOXML or EDIFACT, the original is {original.standard}"
            found = [rules.NO_PAIR.at("", said)]
        else:
            found = check_match(receipt.answer, original.letter)
    elif receipt.standard == "Acknowledgement" and receipt.tree is not None:
        if original.standard != "CareCommunication" or original.tree is None:
            said = f"the Acknowledgement is held against {original.standard}, which gets none"
            found = [rules.NO_PAIR.at("Bundle", said)]
        else:
            found = list(_of_message(receipt.tree, original.tree))
    else:
        found = [rules.NO_PAIR.at("", f"{receipt.standard} is no answer")]
    if not receipt.where:
        return found
    return [msgspec.structs.replace(each, path=f"{receipt.where}{each.path}") for each in found]


# Envelopes --------------------------------------------------------------------------------------------


def _of_envelope(answer: Envelope, original: Envelope) -> Iterator[Finding]:
    receipt = answer.receipt
    assert receipt is not None
    path = f"{_RECEIPT}/{receipt.kind}"
    if original.meta is None:
        yield rules.NO_PAIR.at(path, "the original is a receipt itself, and receipts are not answered")
        return
    named = receipt.original_envelope.lower()
    if named != original.identifier.lower():
        said = "the receipt names another envelope"
        if named == original.meta.identifier.lower():
            said = "the receipt names the message where it must name the envelope"
        yield rules.ENVELOPE.at(f"{path}/OriginalEnvelopeIdentifier", said)
    if answer.identifier.lower() == original.identifier.lower():
        said = "the receipt travels in an envelope with the identifier of the original"
        yield rules.ENVELOPE.at("VANSEnvelope/EnvelopeIdentifier", said)
    if receipt.original is not None:
        yield from _label(answer, original, f"{path}/OriginalMessage")
    by_operator = receipt.kind is ReceiptKind.NEGATIVE_VANS
    if answer.receiver.id != original.sender.id:
        said = f"the receipt goes to {answer.receiver.id}, the envelope came from {original.sender.id}"
        yield rules.ENVELOPE_WAY.at("VANSEnvelope/ReceiverID", said)
    from_operator = by_operator or answer.sender.kind is EndPointKind.VANS  # it answers for what it took in
    if answer.sender.id != original.receiver.id and not from_operator:
        said = f"the receipt comes from {answer.sender.id}, the envelope went to {original.receiver.id}"
        yield rules.ENVELOPE_WAY.at("VANSEnvelope/SenderID", said)
    if not original.meta.wants_receipt:
        yield rules.UNASKED.at(path, "the envelope travelled unreliably and asked for no receipt")
    yield from _early(answer.sent, original.sent, "VANSEnvelope/SentDateTime")


def _label(answer: Envelope, original: Envelope, path: str) -> Iterator[Finding]:
    said, meta = answer.receipt.original if answer.receipt else None, original.meta
    assert said is not None and meta is not None
    if said.identifier.lower() != meta.identifier.lower():
        yield rules.LABEL.at(f"{path}/Identifier", "the receipt names another message")
    for name, given, wanted in (
        ("Name", said.document.name, meta.document.name),
        ("Version", said.document.version, meta.document.version),
        ("SizeInBytes", str(said.document.size), str(meta.document.size)),
        ("Format", said.document.format, meta.document.format),
    ):
        if given != wanted:
            text = f"{name} is {given!r} in the receipt and {wanted!r} in the original"
            yield rules.LABEL.at(f"{path}/Document/{name}", text)


def _early(answered: datetime | None, sent: datetime | None, path: str) -> Iterator[Finding]:
    if answered is not None and sent is not None and answered < sent:
        yield rules.EARLY.at(path, "the answer was sent before what it answers")


# FHIR -------------------------------------------------------------------------------------------------


def _of_message(tree: Tree, original: Tree) -> Iterator[Finding]:
    try:
        answer = acknowledgement.read_tree(tree)
    except Malformed:
        return  # a finding of the acknowledgement alone
    header = (original.get("entry") or [{}])[0].get("resource") or {}
    path = "Bundle.entry[0].resource"
    if answer.original_header_id != header.get("id"):
        said = f"response.identifier is {answer.original_header_id}, the message is {header.get('id')}"
        if answer.original_header_id == original.get("id"):
            said = "response.identifier is the Bundle.id of the message, not its MessageHeader.id"
        yield rules.ORIGINAL.at(f"{path}.response.identifier", said)
    yield from _code(answer.code, original, f"{path}.response.code")
    try:
        message = cc.read_tree(original)
    except Malformed:
        return  # it can be answered all the same, and is
    pair = (answer.sender.sor_id, answer.receiver.sor_id)
    if pair != (message.receiver.sor_id, message.sender.sor_id):
        said = f"the answer goes from {pair[0]} to {pair[1]}"
        yield rules.WAY.at(f"{path}.destination", f"{said}; the message went another way")
    step, own = answer.original_step, message.step
    if step.header_id == own.header_id and (step.at, step.activity, step.organisation.sor_id) != (
        own.at,
        own.activity,
        own.organisation.sor_id,
    ):
        yield rules.STEP.at("Bundle.entry", "the repeated step differs from that of the message")
    yield from _early(answer.at, own.at, "Bundle.entry")


def _code(code: str, original: Tree, path: str) -> Iterator[Finding]:
    valid = is_valid(weigh(cc.check_tree(original), CURRENT))
    if valid and code == "fatal-error":
        said = "the answer calls the message invalid, and our check finds no error in it"
        yield rules.CODE.at(path, said, disputed=True)
    elif not valid and code == "ok":
        yield rules.CODE.at(path, "the answer accepts a message in which our check finds errors")


# What an answer means ---------------------------------------------------------------------------------

_MEANS = {
    "PositiveMessage": "the envelope arrived at the receiving system; not that its content was accepted",
    "NegativeMessage": "the receiving system could not take the envelope; not what it thinks of the content",
    "NegativeVans": "the network could not deliver the envelope; the receiving system knows nothing of it",
    "XCTL01": "the network could not deliver the letter; the receiving system knows nothing of it",
    "XCTL02": "the receiving system refuses the letter",
    "XCTL03": "the receiving system took the letter; not that anybody has read it",
    "ok": "the receiving system found the message valid and took it; not that anybody has read it",
    "transient-error": "the receiving system could not judge the message; it may be sent again",
    "fatal-error": "the receiving system found the message invalid; sending it again does not help",
}


def meaning(answer: Unwrapped) -> str:
    """What an answer says, in words that keep the layers apart; empty for what is no answer."""
    if answer.envelope is not None and answer.envelope.receipt is not None:
        return _MEANS[answer.envelope.receipt.kind]
    if answer.standard == "Acknowledgement" and answer.tree is not None:
        return _MEANS.get(answer_code(answer.tree), "")
    return _MEANS.get(answer.standard, _MEANS.get(f"X{answer.standard}", ""))
