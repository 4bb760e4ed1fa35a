"""What a table cannot say of a letter receipt: which one it is, its direction, its refusals."""

from __future__ import annotations

from lxml import etree

from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles.oioxml_rules import ONE_LETTER, check_ean, check_encoding, check_repeated
from mocks.standards.profiles.xctl import NAMESPACE, RECEIPTS, walks
from mocks.standards.rule import Rule
from mocks.standards.safe_xml import Document, wrong_root

_NS = f"{{{NAMESPACE}}}"
_SOURCE = "XCTL (schema 2005/08/07)"

_NAMESPACE = Rule(
    id="xctl-namespace",
    statement="A receipt is an Emessage in the namespace of 2005/08/07.",
    source=_SOURCE,
    mend=f'Start the document with <Emessage xmlns="{NAMESPACE}">.',
)
_RECEIPT = Rule(
    id="xctl-receipt",
    statement="The message holds a receipt.",
    source=_SOURCE,
    mend="Put one receipt after Envelope.",
)
_ASKS = Rule(
    id="xctl-acknowledgement-code",
    statement="A receipt asks for no receipt: receipts are never answered.",
    source="MedCom's conversion between OIOXML and EDIFACT",
    mend="Write minuspositivkvitt.",
)
_STATISTICAL = Rule(
    id="xctl-statistical-code",
    statement="A receipt is counted as what it is: XCTL01, XCTL02 or XCTL03.",
    source=_SOURCE,
    mend="Write the type of the receipt.",
    severity=Severity.WARNING,
)
_DIRECTION = Rule(
    id="xctl-direction",
    statement="A receipt goes back the way the letter came.",
    source="Official examples; some systems do not swap",
    mend="Sender is the receiver of the letter, receiver its sender.",
    severity=Severity.WARNING,
)
_REFUSE_CODE = Rule(
    id="xctl-refuse-code",
    statement="A receipt that refuses says why by a RefuseCode, for the envelope or for a letter.",
    source=_SOURCE,
    mend="Give a code; ikke_specificeret where none fits.",
    severity=Severity.INFORMATION,
)
_DUPLICATE = Rule(
    id="xctl-duplicate-letter",
    statement="A receipt answers each letter once.",
    source=_SOURCE,
    mend="Give each its own, and send each once.",
)
#: For readers.
UNREADABLE = Rule(
    id="XCTL/unreadable",
    statement="A receipt without errors can be read: what cannot is a gap in our rules.",
    source="tvaers: reading of receipts",
    mend="Report it, with the receipt.",
)
RULES: tuple[Rule, ...] = (
    _NAMESPACE,
    _RECEIPT,
    _ASKS,
    _STATISTICAL,
    _DIRECTION,
    _REFUSE_CODE,
    _DUPLICATE,
    UNREADABLE,
)


def check_document(document: Document) -> list[Finding]:
    """Everything that is wrong with a parsed receipt."""
    root, out = document.root, list[Finding]()
    if root.tag != f"{_NS}Emessage":
        return [wrong_root(root, _NAMESPACE.id, "Emessage", NAMESPACE, _SOURCE)]
    answers = [(child, name) for child in root if (name := child.tag.removeprefix(_NS)) in RECEIPTS]
    if not answers:
        return [_RECEIPT.at("Emessage", f"the message holds no receipt: none of {', '.join(RECEIPTS)}")]
    name = answers[0][1]
    walks[name](document, out)
    check_encoding(document, out)
    if len(answers) > 1 and all(other == name for _, other in answers):
        out.append(
            ONE_LETTER.at(
                "Emessage", f"the envelope holds {len(answers)} receipts; systems send and read one"
            )
        )
    if root.findtext(f"{_NS}Envelope/{_NS}AcknowledgementCode") == "pluspositivkvitt":
        where = "Emessage/Envelope/AcknowledgementCode"
        out.append(_ASKS.at(where, "the receipt asks for a receipt; receipts are never answered"))
    for each, its_name in answers:
        _check_answer(each, its_name, out)
    return out


def _check_answer(answer: etree._Element, name: str, out: list[Finding]) -> None:
    kind, path = RECEIPTS[name][0], f"Emessage/{name}"
    statistical = answer.findtext(f"{_NS}Letter/{_NS}StatisticalCode") or ""
    if statistical and statistical != kind:
        message = f"the statistical code is {statistical[:20]!r} in a receipt of type {kind}"
        out.append(_STATISTICAL.at(f"{path}/Letter/StatisticalCode", message, f"Write {kind}."))
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
        message = "the receipt does not go back the way the letter came: sender and receiver are not swapped"
        out.append(_DIRECTION.at(f"{path}/Sender", message))
    if kind != "XCTL03" and answer.find(f".//{_NS}RefuseCode") is None:
        message = "the receipt refuses and gives no RefuseCode, neither for the envelope nor for a letter"
        out.append(_REFUSE_CODE.at(f"{path}/OriginalEmessage", message))
    letters = [
        node.text for node in answer.iterfind(f"{original}/{_NS}OriginalLetter/{_NS}OriginalLetterIdentifier")
    ]
    where = f"{path}/OriginalEmessage/OriginalLetter/OriginalLetterIdentifier"
    check_repeated(letters, _DUPLICATE, where, "letter", out)
