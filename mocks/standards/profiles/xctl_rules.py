"""What a table cannot say of a letter receipt: which one it is, its direction, its refusals."""

from __future__ import annotations

from lxml import etree

from mocks.standards.findings import Finding
from mocks.standards.profiles.xctl import NAMESPACE, RECEIPTS, source, walks
from mocks.standards.profiles.xdis91_rules import check_ean, check_encoding, check_repeated
from mocks.standards.safe_xml import Document, error, warning, wrong_root

_NS = f"{{{NAMESPACE}}}"
_ANY = "XCTL (schema 2005/08/07)"


def check_document(document: Document) -> list[Finding]:
    """Everything that is wrong with a parsed receipt."""
    root, out = document.root, list[Finding]()
    if root.tag != f"{_NS}Emessage":
        return [wrong_root(root, "xctl-namespace", "Emessage", NAMESPACE, _ANY)]
    answers = [(child, name) for child in root if (name := child.tag.removeprefix(_NS)) in RECEIPTS]
    if not answers:
        return [
            error(
                "xctl-receipt",
                "Emessage",
                f"the message holds no receipt: none of {', '.join(RECEIPTS)}",
                _ANY,
                "Put one receipt after Envelope.",
            )
        ]
    name = answers[0][1]
    walks[name](root, "Emessage", out)
    check_encoding(document.encoding, out)
    if len(answers) > 1 and all(other == name for _, other in answers):
        out.append(
            warning(
                "oioxml-one-letter",
                "Emessage",
                f"the envelope holds {len(answers)} receipts; systems send and read one",
                _ANY,
                "Send each receipt in an envelope of its own.",
            )
        )
    if root.findtext(f"{_NS}Envelope/{_NS}AcknowledgementCode") == "pluspositivkvitt":
        out.append(
            error(
                "xctl-acknowledgement-code",
                "Emessage/Envelope/AcknowledgementCode",
                "the receipt asks for a receipt; receipts are never answered",
                _ANY,
                "Write minuspositivkvitt.",
            )
        )
    for each, its_name in answers:
        _check_answer(each, its_name, out)
    return out


def _check_answer(answer: etree._Element, name: str, out: list[Finding]) -> None:
    kind, path = RECEIPTS[name][0], f"Emessage/{name}"
    statistical = answer.findtext(f"{_NS}Letter/{_NS}StatisticalCode") or ""
    if statistical and statistical != kind:
        out.append(
            warning(
                "xctl-statistical-code",
                f"{path}/Letter/StatisticalCode",
                f"the statistical code is {statistical[:20]!r} in a receipt of type {kind}",
                source(kind),
                f"Write {kind}.",
            )
        )
    ean = f"{_NS}EANIdentifier"
    original = f"{_NS}OriginalEmessage"
    sender = answer.findtext(f"{_NS}Sender/{ean}") or ""
    receiver = answer.findtext(f"{_NS}Receiver/{ean}") or ""
    first_sender = answer.findtext(f"{original}/{_NS}OriginalSender/{ean}") or ""
    first_receiver = answer.findtext(f"{original}/{_NS}OriginalReceiver/{ean}") or ""
    if kind != "XCTL01":  # a VANS operator names itself by its network id
        check_ean(sender, f"{path}/Sender/EANIdentifier", out)
    check_ean(receiver, f"{path}/Receiver/EANIdentifier", out)
    check_ean(first_sender, f"{path}/OriginalEmessage/OriginalSender/EANIdentifier", out)
    check_ean(first_receiver, f"{path}/OriginalEmessage/OriginalReceiver/EANIdentifier", out)
    turned = receiver == first_sender and (kind == "XCTL01" or sender == first_receiver)
    if not turned and sender and receiver and first_sender and first_receiver:
        out.append(
            warning(
                "xctl-direction",
                f"{path}/Sender",
                "the receipt does not go back the way the letter came: sender and receiver are not swapped",
                "Official examples; some systems do not swap",
                "Sender is the receiver of the letter, receiver its sender.",
            )
        )
    if kind != "XCTL03" and answer.find(f".//{_NS}RefuseCode") is None:
        out.append(
            warning(
                "xctl-refuse-code",
                f"{path}/OriginalEmessage",
                "the receipt refuses and gives no RefuseCode, neither for the envelope nor for a letter",
                source(kind),
                "Give a code; ikke_specificeret where none fits.",
            )
        )
    letters = [
        node.text for node in answer.iterfind(f"{original}/{_NS}OriginalLetter/{_NS}OriginalLetterIdentifier")
    ]
    where = f"{path}/OriginalEmessage/OriginalLetter/OriginalLetterIdentifier"
    check_repeated(letters, "xctl-duplicate-letter", where, "letter", source(kind), out)
