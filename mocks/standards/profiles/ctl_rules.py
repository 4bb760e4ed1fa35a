"""What a table cannot say of a receipt in EDIFACT: its direction, its refusals, and what it may answer."""

from __future__ import annotations

from mocks.standards.edifact.interchange import Interchange, Message
from mocks.standards.edifact.syntax import Segment
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles.oioxml_rules import check_ean
from mocks.standards.rule import Rule

_MEDCOM = "MedCom's EDIFACT messages, as its converter reads and writes them"

ASKS = Rule(
    id="edifact-receipt-asks",
    statement="A receipt does not ask for a receipt.",
    source=_MEDCOM,
    mend="Leave the ninth element of UNB out.",
)
ANSWERED = Rule(
    id="edifact-receipt-for-receipt",
    statement="A receipt is never answered by a receipt.",
    source=_MEDCOM,
    mend="Send no receipt for a CONTRL.",
)
DIRECTION = Rule(
    id="edifact-receipt-direction",
    statement="A receipt goes back the way the letter came.",
    source="Official examples; some systems do not swap",
    mend="The sender of the receipt is the receiver of the letter, and the other way round.",
    severity=Severity.WARNING,
)
NO_REASON = Rule(
    id="edifact-refuse-code",
    statement="A receipt that refuses says why, of the interchange or of a letter.",
    source=_MEDCOM,
    mend="Give an FTX after UCI or after UCM; NC where no reason fits.",
    severity=Severity.WARNING,
)
SAME_LETTER = Rule(
    id="edifact-receipt-letter",
    statement="Each letter stands once in a receipt.",
    source=_MEDCOM,
    mend="Answer each letter once.",
)
RULES = (ASKS, ANSWERED, DIRECTION, NO_REASON, SAME_LETTER)


def check_receipt(interchange: Interchange, message: Message, path: str, out: list[Finding]) -> None:
    """What is wrong with a CTL01, CTL02 or CTL03 beside what its table says."""
    if interchange.receipt == "1":
        out.append(ASKS.at(f"UNB ({message.unh.place} follows)", "the ninth element asks for a receipt"))
    uci = next((each for each in message.body if each.tag == "UCI"), None)
    if uci is not None:
        _check_direction(interchange, message, uci, path, out)
    if message.name != "CTL03" and not any(each.tag == "FTX" and each.value(1) for each in message.body):
        at = uci or message.unh
        out.append(NO_REASON.at(_at(path, at), "the receipt refuses and gives no reason"))
    seen = set[str]()
    for each in message.body:
        if each.tag != "UCM":
            continue
        letter = each.value(1)
        if letter and letter in seen:
            out.append(SAME_LETTER.at(_at(path, each), f"the letter {letter[:20]!r} stands twice"))
        seen.add(letter)
        if each.value(2) == "CONTRL":
            out.append(ANSWERED.at(_at(path, each), f"the letter {letter[:20]!r} is a receipt itself"))


def _at(path: str, segment: Segment) -> str:
    return f"{path}/{segment.tag} ({segment.place})"


def _check_direction(
    interchange: Interchange, message: Message, uci: Segment, path: str, out: list[Finding]
) -> None:
    sender, receiver = uci.value(2), uci.value(3)
    for who, value in (("sender", sender), ("receiver", receiver)):
        check_ean(value, f"{path}/UCI {who} ({uci.place})", out)
    if not (sender and receiver and interchange.sender and interchange.receiver):
        return
    turned = interchange.receiver == sender and (
        message.name == "CTL01" or interchange.sender == receiver  # a VANS operator names itself
    )
    if not turned:
        out.append(
            DIRECTION.at(
                _at(path, uci), "sender and receiver of the receipt are not those of the letter, swapped"
            )
        )
