"""What a table cannot say of a letter in EDIFACT: numbers, repetitions, and segments that belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from mocks.identifiers import check_sor, check_ydernummer
from mocks.standards.edifact.codes import IDENTIFIER_CODE_OF, IDENTIFIER_CODES
from mocks.standards.edifact.interchange import Interchange, Message, read_moment
from mocks.standards.edifact.parties import MISSING
from mocks.standards.edifact.reading import Groups
from mocks.standards.edifact.syntax import Segment
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles.oioxml_rules import SOR, YDERNUMMER, check_cpr_number, check_ean
from mocks.standards.rule import Rule

_MEDCOM = "MedCom's EDIFACT messages, as its converter reads and writes them"

SRI = Rule(
    id="edifact-letter-reference",
    statement="RFF+SRI in S02 repeats the reference of the message.",
    source=_MEDCOM,
    mend="Write the reference of UNH.",
)
SAME_TIME = Rule(
    id="edifact-same-time",
    statement="The time in S02 is that of authorisation at the beginning of the message.",
    source=_MEDCOM,
    mend="Write the same moment twice.",
    severity=Severity.WARNING,
)
AUTHORISED = Rule(
    id="edifact-authorised-after-sent",
    statement="A letter is authorised before it is sent.",
    source=_MEDCOM,
    mend="Authorise, then send; check the clocks of both systems.",
    severity=Severity.WARNING,
)
PATIENT = Rule(
    id="edifact-patient-number",
    statement="A patient has a CPR number in PNA or a replacement number in RFF+XPI, not both.",
    source=_MEDCOM,
    mend="Give one of the two; a CPR number is followed by :::CPR:IM.",
)
CPR_QUALIFIER = Rule(
    id="edifact-cpr-qualifier",
    statement="CPR:IM stands after a CPR number, and only there.",
    source=_MEDCOM,
    mend="Write <number>:::CPR:IM.",
)
GIVEN = Rule(
    id="edifact-given-name",
    statement="FO stands before a given name, and only there.",
    source=_MEDCOM,
    mend="Write FO:<given name>, or leave both out.",
)
AGENCY = Rule(
    id="edifact-identifier-agency",
    statement="A kind of identifier in NAD has its agency: SKS:SST, YNR:SFU, KOM:IM, SOR:SST; location numbers 9.",
    source=_MEDCOM,
    mend="Write the agency that belongs to the kind; a location number has only the agency, ::9.",
)
NAMELESS = Rule(
    id="edifact-sender-name",
    statement="A sender says its organisation; the sign _ for a missing name is for receivers.",
    source=f"{_MEDCOM}; OIOXML requires the name of a sender",
    mend="Give the name of the sending organisation.",
    severity=Severity.WARNING,
)
OBJECT = Rule(
    id="edifact-object-identifier",
    statement="An attachment is named by a UUID without dashes.",
    source=_MEDCOM,
    mend="Write the 32 hexadecimal digits of the UUID of the attachment.",
    severity=Severity.WARNING,
)
SAME_OBJECT = Rule(
    id="edifact-duplicate-object",
    statement="Each attachment stands once in a letter.",
    source=_MEDCOM,
    mend="Give each its own identifier, and refer to each once.",
)
SUBJECT = Rule(
    id="edifact-subject",
    statement="The subject stands once, first in the first S14.",
    source=_MEDCOM,
    mend="Write FTX+OE at the beginning of the first S14, and only there.",
)
ON = Rule(
    id="edifact-text-continues",
    statement="A text does not end with a backslash, which says that its line goes on.",
    source=_MEDCOM,
    mend="Leave the backslash out at the end of the last line.",
    severity=Severity.WARNING,
)
UNP = Rule(
    id="edifact-unp",
    statement="UNP repeats the number of octets and the number of the object.",
    source="MedCom BIN01",
    mend="Write UNP+<octets>+<number of the object>.",
)
NUMBERED = Rule(
    id="edifact-object-number",
    statement="The objects of a binary letter are numbered from 1 on.",
    source="MedCom BIN01",
    mend="Number the objects 1, 2, 3 ...",
)
RULES = (
    SRI,
    SAME_TIME,
    AUTHORISED,
    PATIENT,
    CPR_QUALIFIER,
    GIVEN,
    AGENCY,
    NAMELESS,
    OBJECT,
    SAME_OBJECT,
    SUBJECT,
    ON,
    UNP,
    NUMBERED,
)

_UUID = re.compile(r"[0-9a-fA-F]{32}")
_REFERENCES = frozenset({"BIN", "URL", "SUP"})


def check_letter(interchange: Interchange, message: Message, path: str, out: list[Finding]) -> None:
    """What is wrong with a DIS91, REF01 or BIN01 beside what its table says."""
    groups = Groups(message)
    _check_times(interchange, message, groups, path, out)
    for each in message.body:
        if each.tag == "NAD":
            _check_identifier(each, path, out)
        elif each.tag == "PNA":
            _check_name(each, path, out)
    senders = [each for each in message.body if each.tag == "NAD"][:1]
    for nad in senders:
        if nad.value(4) == MISSING:
            out.append(NAMELESS.at(_at(path, nad), "the organisation of the sender is _"))
    for group in groups.of("S02"):
        for each in group:
            if each.tag == "RFF" and each.value(1) == "SRI" and each.value(1, 2) != message.reference:
                text = f"RFF+SRI says {each.value(1, 2)[:20]!r}, and UNH {message.reference[:20]!r}"
                out.append(SRI.at(_at(path, each), text))
    for group in groups.of("S07"):
        _check_patient(group, path, out)
    _check_text(groups, path, out)
    _check_objects(message, path, out)
    _check_octets(message, path, out)


def _at(path: str, segment: Segment) -> str:
    return f"{path}/{segment.tag} ({segment.place})"


def _moment(segment: Segment) -> datetime | None:
    try:
        return read_moment(segment.value(1, 2))
    except ValueError:
        return None


def _check_times(
    interchange: Interchange, message: Message, groups: Groups, path: str, out: list[Finding]
) -> None:
    moments = [each for each in message.body if each.tag == "DTM"]
    authorised = _moment(moments[0]) if moments else None
    if authorised is None:
        return
    for each in moments[1:]:
        if (other := _moment(each)) is not None and other != authorised:
            out.append(
                SAME_TIME.at(
                    _at(path, each),
                    f"the moment is {other:%Y-%m-%d %H:%M}, at the beginning {authorised:%Y-%m-%d %H:%M}",
                )
            )
    try:
        sent = interchange.sent
    except ValueError:
        return
    if authorised > sent:
        text = f"the letter was authorised at {authorised:%Y-%m-%d %H:%M}, after it was sent at {sent:%Y-%m-%d %H:%M}"
        out.append(AUTHORISED.at(_at(path, moments[0]), text))


def _check_identifier(nad: Segment, path: str, out: list[Finding]) -> None:
    value, qualifier, agency = (nad.value(2, component) for component in (1, 2, 3))
    kind = IDENTIFIER_CODE_OF.get(qualifier)
    if not value or kind is None:
        return
    at = _at(path, nad)
    if agency != IDENTIFIER_CODES[kind][1]:
        out.append(
            AGENCY.at(at, f"the identifier has the qualifier {qualifier!r} and the agency {agency[:6]!r}")
        )
    if kind == "lokationsnummer":
        check_ean(value, at, out)
    elif kind == "sorkode" and (wrong := check_sor(value)):
        out.append(SOR.at(at, wrong))
    elif kind == "ydernummer" and (wrong := check_ydernummer(value)):
        out.append(YDERNUMMER.at(at, wrong))


def _check_name(pna: Segment, path: str, out: list[Finding]) -> None:
    cpr, at = pna.value(2), _at(path, pna)
    if bool(cpr) != (pna.value(2, 4) == "CPR") or bool(cpr) != (pna.value(2, 5) == "IM"):
        what = "the CPR number is not followed by CPR:IM" if cpr else "CPR:IM stands there without a number"
        out.append(CPR_QUALIFIER.at(at, what))
    if bool(pna.value(6, 2)) != bool(pna.value(6)):
        what = "the given name stands without FO" if pna.value(6, 2) else "FO stands without a given name"
        out.append(GIVEN.at(at, what))
    check_cpr_number(cpr, at, out)


def _check_patient(group: Sequence[Segment], path: str, out: list[Finding]) -> None:
    cpr = any(each.tag == "PNA" and each.value(2) for each in group)
    alternative = any(each.tag == "RFF" and each.value(1, 2) for each in group)
    if cpr == alternative:
        what = "both numbers" if cpr else "neither number"
        out.append(PATIENT.at(_at(path, group[0]), f"the patient has {what}"))


def _check_text(groups: Groups, path: str, out: list[Finding]) -> None:
    subjects = 0
    for trigger in ("S02", "S12", "S14", "S18", "S19"):
        last: Segment | None = None
        for number, group in enumerate(groups.of(trigger)):
            for place, each in enumerate(group):
                if each.tag != "FTX" or each.value(1) in _REFERENCES:
                    continue
                if each.value(1) == "OE":
                    subjects += 1
                    if number or place != 1 or subjects > 1:
                        out.append(
                            SUBJECT.at(_at(path, each), "FTX+OE does not stand first in the first S14")
                        )
                    continue
                if last is not None and last.value(1) != each.value(1):
                    _check_end(last, path, out)
                last = each
        if last is not None:
            _check_end(last, path, out)


def _check_end(ftx: Segment, path: str, out: list[Finding]) -> None:
    if len(ftx.elements) > 3 and ftx.elements[3][-1].endswith("\\"):
        out.append(ON.at(_at(path, ftx), "the text ends with a backslash, and no further text follows"))


def _check_objects(message: Message, path: str, out: list[Finding]) -> None:
    seen = set[str]()
    for each in message.body:
        if each.tag == "FTX" and each.value(1) == "BIN":
            identifier = each.value(4, 2)
        elif each.tag == "UNO":
            identifier = each.value(2, 2)
        else:
            continue
        if identifier and not _UUID.fullmatch(identifier):
            text = f"{identifier[:40]!r} is not a UUID without dashes"
            out.append(OBJECT.at(_at(path, each), text))
        normal = identifier.replace("-", "").upper()
        if normal and normal in seen:
            out.append(SAME_OBJECT.at(_at(path, each), f"the attachment {identifier[:40]!r} stands twice"))
        seen.add(normal)


def _check_octets(message: Message, path: str, out: list[Finding]) -> None:
    number, uno = 0, None
    for each in message.body:
        if each.tag == "UNO":
            number, uno = number + 1, each
            if each.value(1) != str(number):
                out.append(
                    NUMBERED.at(_at(path, each), f"object {number} has the number {each.value(1)[:6]!r}")
                )
        elif each.tag == "UNP" and uno is not None:
            if each.value(1) != uno.value(4) or each.value(2) != uno.value(1):
                text = (
                    f"UNP says {each.value(1)[:12]!r} octets of object {each.value(2)[:6]!r}, "
                    f"UNO {uno.value(4)} of {uno.value(1)[:6]!r}"
                )
                out.append(UNP.at(_at(path, each), text))
            uno = None
