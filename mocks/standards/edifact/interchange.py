"""The envelope of EDIFACT: who sends to whom (UNB to UNZ), and the messages in it (UNH to UNT).

``open_interchange`` cuts the bytes and gathers each message; what is wrong with the service segments,
their counters and their references, it reports on the way. An interchange may hold several messages.

UNB gives its year by two digits. The pivot here is our own choice: 80 to 99 are the years 1980 to 1999,
and 00 to 79 are 2000 to 2079. (MedCom's converter takes 21 to 99 for 19xx, which no longer can be right.)
Inside messages years have four digits.

Sources: ISO 9735 version 3; MedCom's converter and samples.
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from mocks.errors import BadInput, Malformed
from mocks.runtime import COPENHAGEN
from mocks.standards.edifact.finding_list import FindingList
from mocks.standards.edifact.segment_write import END, HEAD, segment
from mocks.standards.edifact.syntax import MAX_MESSAGES, Segment, cut
from mocks.standards.edifact.syntax_rules import SIZE
from mocks.standards.findings import Finding
from mocks.standards.profiles.oioxml_rules import check_ean
from mocks.standards.rule import Rule

#: Two-digit years from here on belong to the last century.
PIVOT = 80

_ISO = "ISO 9735 version 3"
_MEDCOM = "MedCom's EDIFACT messages, as its converter reads and writes them"

UNB = Rule(
    id="edifact-unb",
    statement="An interchange has one UNB, first of all.",
    source=_ISO,
    mend="Start with UNA and UNB; send each interchange in a file of its own.",
)
UNZ = Rule(
    id="edifact-unz",
    statement="An interchange ends with one UNZ.",
    source=_ISO,
    mend="End with UNZ+<number of messages>+<reference of UNB>'.",
)
MESSAGES = Rule(
    id="edifact-message",
    statement="Between UNB and UNZ stand messages, each from UNH to UNT, and nothing else.",
    source=_ISO,
    mend="Let each message start with UNH and end with UNT.",
)
LEVEL = Rule(
    id="edifact-unb-syntax",
    statement="The syntax of an interchange is UNOC version 3.",
    source=_MEDCOM,
    mend="Write UNB+UNOC:3.",
)
PARTY = Rule(
    id="edifact-unb-party",
    statement="Sender and receiver of an interchange are location numbers with qualifier 14, 1 to 35 characters.",
    source=_MEDCOM,
    mend="Write the location number that SOR lists, and :14 after it.",
)
TIME = Rule(
    id="edifact-unb-time",
    statement="UNB says date and time of sending as YYMMDD:HHMM.",
    source=_ISO,
    mend="Write the local date and time as YYMMDD:HHMM.",
)
REFERENCE = Rule(
    id="edifact-reference",
    statement="The references of interchange and message have 1 to 14 characters.",
    source=_MEDCOM,
    mend="Give each its own reference of at most 14 letters and digits.",
)
RECEIPT = Rule(
    id="edifact-unb-receipt",
    statement="The ninth element of UNB asks for a positive receipt with 1; 0 or nothing does not.",
    source=_MEDCOM,
    mend="Write 1 or 0.",
)
UNT_COUNT = Rule(
    id="edifact-unt-count",
    statement="UNT says how many segments the message has, UNH and UNT among them.",
    source=_ISO,
    mend="Count the segments from UNH to UNT; trigger segments, UNO and UNP count, octets do not.",
)
UNT_REFERENCE = Rule(
    id="edifact-unt-reference",
    statement="UNT repeats the reference of its UNH.",
    source=_ISO,
    mend="Repeat the reference of UNH.",
)
UNZ_COUNT = Rule(
    id="edifact-unz-count",
    statement="UNZ says how many messages the interchange has.",
    source=_ISO,
    mend="Count the UNH.",
)
UNZ_REFERENCE = Rule(
    id="edifact-unz-reference",
    statement="UNZ repeats the reference of its UNB.",
    source=_ISO,
    mend="Repeat the reference of UNB.",
)
SAME_REFERENCE = Rule(
    id="edifact-unh-reference",
    statement="Each message of an interchange has a reference of its own.",
    source=_ISO,
    mend="Give each message a reference of its own, and send each once.",
)
RULES = (
    UNB,
    UNZ,
    MESSAGES,
    LEVEL,
    PARTY,
    TIME,
    REFERENCE,
    RECEIPT,
    UNT_COUNT,
    UNT_REFERENCE,
    UNZ_COUNT,
    UNZ_REFERENCE,
    SAME_REFERENCE,
)

#: Without these an interchange may have lost a part on its way, so readers refuse it.
WHOLE = frozenset(
    rule.id for rule in (UNB, UNZ, MESSAGES, UNT_COUNT, UNT_REFERENCE, UNZ_COUNT, UNZ_REFERENCE)
)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message from UNH to UNT. ``kind`` is the message type (MEDDIS), ``version`` MedCom's version code
    (D9134L), ``name`` the letter's type (DIS91). ``body`` are the segments between UNH and UNT."""

    reference: str
    kind: str
    version: str
    name: str
    unh: Segment
    body: tuple[Segment, ...]


class Interchange(msgspec.Struct, frozen=True, kw_only=True):
    """An interchange as its service segments say it; a value that is missing is empty.

    ``stamp`` is date and time as they stand there; ``findings`` is what is wrong so far, everything that
    concerns the inside of messages excepted.
    """

    sender: str
    receiver: str
    stamp: str
    reference: str
    receipt: str
    messages: tuple[Message, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def sent(self) -> datetime:
        """When it was sent, Danish local time. ``ValueError`` when UNB does not say it rightly."""
        return read_stamp(self.stamp)


def open_interchange(raw: bytes) -> Interchange:
    """The interchange in ``raw``. ``Malformed`` (with findings) when it cannot be cut into segments."""
    done = cut(raw)
    segments, out = done.segments, FindingList(done.findings)
    if sum(each.tag == "UNH" for each in segments) > MAX_MESSAGES:
        text = f"the interchange has more than {MAX_MESSAGES} messages"
        raise Malformed((SIZE.at(segments[-1].place, text), *out))
    unb = _only(segments, "UNB", UNB, out)
    unz = _only(segments, "UNZ", UNZ, out)
    if unb is not None and segments[0] is not unb:
        out.append(UNB.at(_at(unb), f"UNB is not the first segment; {segments[0].tag} is"))
    if unz is not None and segments[-1] is not unz:
        out.append(UNZ.at(_at(unz), f"after UNZ stands {segments[-1].tag}"))
    messages = _messages(segments, out)
    if unb is not None:
        _check_unb(unb, out)
    if unz is not None:
        _check_counter(unz, UNZ_COUNT, len(messages), "messages", out)
        if unb is not None and unz.value(2) != unb.value(5):
            text = f"UNZ says {unz.value(2)[:20]!r} and UNB {unb.value(5)[:20]!r}"
            out.append(UNZ_REFERENCE.at(_at(unz), text))
    return Interchange(
        sender=unb.value(2) if unb else "",
        receiver=unb.value(3) if unb else "",
        stamp=f"{unb.value(4)}:{unb.value(4, 2)}" if unb else "",
        reference=unb.value(5) if unb else "",
        receipt=unb.value(9) if unb else "",
        messages=messages,
        findings=tuple(out),
    )


def _at(at: Segment) -> str:
    return f"{at.tag} ({at.place})"


def _only(segments: tuple[Segment, ...], tag: str, rule: Rule, out: list[Finding]) -> Segment | None:
    there = [each for each in segments if each.tag == tag]
    if not there:
        out.append(rule.at(f"{segments[-1 if tag == 'UNZ' else 0].place}", f"{tag} is missing"))
        return None
    if len(there) > 1:
        out.append(rule.at(_at(there[1]), f"{tag} stands {len(there)} times"))
    return there[0]


def _messages(segments: tuple[Segment, ...], out: list[Finding]) -> tuple[Message, ...]:
    found: list[Message] = []
    references: set[str] = set()
    start: int | None = None
    for index, each in enumerate(segments):
        tag = each.tag
        if tag == "UNH":
            if start is not None:
                out.append(MESSAGES.at(_at(each), "UNH stands inside a message; UNT is missing before it"))
                found.append(_message(segments[start:index]))
            start = index
            if (reference := each.value(1)) in references:
                out.append(SAME_REFERENCE.at(_at(each), f"the reference {reference[:20]!r} stands twice"))
            references.add(reference)
            if not 1 <= len(reference) <= 14:
                text = f"the reference of the message has {len(reference)} characters"
                out.append(REFERENCE.at(_at(each), text))
        elif tag == "UNT":
            if start is None:
                out.append(MESSAGES.at(_at(each), "UNT stands outside of a message"))
                continue
            unh = segments[start]
            _check_counter(each, UNT_COUNT, index - start + 1, "segments", out)
            if each.value(2) != unh.value(1):
                text = f"UNT says {each.value(2)[:20]!r} and UNH {unh.value(1)[:20]!r}"
                out.append(UNT_REFERENCE.at(_at(each), text))
            found.append(_message(segments[start:index]))
            start = None
        elif tag in ("UNB", "UNZ"):
            if start is not None:
                out.append(MESSAGES.at(_at(each), f"{tag} stands inside a message; UNT is missing before it"))
                found.append(_message(segments[start:index]))
                start = None
        elif start is None:
            out.append(MESSAGES.at(_at(each), f"{tag[:3]} stands outside of a message"))
    if start is not None:
        out.append(MESSAGES.at(_at(segments[start]), "the message has no UNT"))
        found.append(_message(segments[start:]))
    if not found:
        out.append(MESSAGES.at(segments[-1].place, "the interchange has no message"))
    return tuple(found)


def _message(segments: tuple[Segment, ...]) -> Message:
    unh = segments[0]
    return Message(
        reference=unh.value(1),
        kind=unh.value(2),
        version=unh.value(2, 5),
        name=unh.value(3),
        unh=unh,
        body=segments[1:],
    )


def _check_counter(at: Segment, rule: Rule, right: int, what: str, out: list[Finding]) -> None:
    said = at.value(1)
    if said.isascii() and said.isdigit() and len(said) <= 9 and int(said) == right:
        return
    out.append(rule.at(_at(at), f"{at.tag} says {said[:12]!r}, and there are {right} {what}"))


def _check_unb(unb: Segment, out: list[Finding]) -> None:
    at = _at(unb)
    if (unb.value(1), unb.value(1, 2)) != ("UNOC", "3"):
        out.append(LEVEL.at(at, f"the syntax is {unb.value(1)[:8]!r} version {unb.value(1, 2)[:8]!r}"))
    for element, who in ((2, "sender"), (3, "receiver")):
        party, qualifier = unb.value(element), unb.value(element, 2)
        if not 1 <= len(party) <= 35:
            out.append(PARTY.at(at, f"the {who} has {len(party)} characters"))
        elif qualifier != "14":
            out.append(PARTY.at(at, f"the qualifier of the {who} is {qualifier[:8]!r}"))
        elif party[:1].isdigit() or who == "receiver":
            # A VANS operator signs its receipts with its network id, which is no location number.
            check_ean(party, f"UNB {who} ({unb.place})", out)
    try:
        read_stamp(f"{unb.value(4)}:{unb.value(4, 2)}")
    except ValueError:
        out.append(
            TIME.at(at, f"{unb.value(4)[:12]!r}:{unb.value(4, 2)[:12]!r} is not date and time of sending")
        )
    if not 1 <= len(unb.value(5)) <= 14:
        out.append(REFERENCE.at(at, f"the reference of the interchange has {len(unb.value(5))} characters"))
    if unb.value(9) not in ("", "0", "1"):
        out.append(RECEIPT.at(at, f"the ninth element is {unb.value(9)[:8]!r}"))


# Moments ----------------------------------------------------------------------------------------------

_STAMP = re.compile(r"(\d\d)(\d\d)(\d\d):([01]\d|2[0-3])([0-5]\d)", re.ASCII)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)([01]\d|2[0-3])([0-5]\d)", re.ASCII)


def read_stamp(value: str) -> datetime:
    """``YYMMDD:HHMM`` of UNB as Danish local time, the century by the pivot. ``ValueError`` if it is none."""
    if (found := _STAMP.fullmatch(value)) is None:
        raise ValueError("not YYMMDD:HHMM")
    year, month, day, hour, minute = map(int, found.groups())
    return datetime(year + (1900 if year >= PIVOT else 2000), month, day, hour, minute, tzinfo=COPENHAGEN)


def read_moment(value: str) -> datetime:
    """``CCYYMMDDHHMM`` (format 203) as Danish local time. ``ValueError`` when it is something else."""
    if (found := _MOMENT.fullmatch(value)) is None:
        raise ValueError("not CCYYMMDDHHMM")
    year, month, day, hour, minute = map(int, found.groups())
    return datetime(year, month, day, hour, minute, tzinfo=COPENHAGEN)


def write_moment(when: datetime) -> str:
    """A moment as CCYYMMDDHHMM in Danish local time; a naive one counts as that."""
    local = when.astimezone(COPENHAGEN) if when.tzinfo is not None else when
    return local.strftime("%Y%m%d%H%M").rjust(12, "0")


# Writing ----------------------------------------------------------------------------------------------


def write_interchange(
    *,
    sender: str,
    receiver: str,
    sent: datetime,
    reference: str,
    receipt: bool | None,
    messages: tuple[tuple[str, tuple[str, ...], str, tuple[str, ...]], ...],
) -> bytes:
    """An interchange of ``messages``: each a reference, the components of its type, its name, its segments.

    ``receipt`` ``None`` leaves the ninth element of UNB out. ``BadInput`` for what EDIFACT cannot carry.
    """
    stamp = write_moment(sent)
    if not 1900 + PIVOT <= int(stamp[:4]) < 2000 + PIVOT:
        raise BadInput(f"the year {stamp[:4]} cannot be told by the two digits of UNB")
    asks: tuple[str, ...] = () if receipt is None else ("", "", "", "1" if receipt else "0")
    head = segment(
        "UNB",
        ("UNOC", "3"),
        (sized(sender, 35, "the GLN of the sender"), "14"),
        (sized(receiver, 35, "the GLN of the receiver"), "14"),
        (stamp[2:8], stamp[8:]),
        sized(reference, 14, "the envelope identifier"),
        *asks,
    )
    written = [HEAD.removesuffix("'"), head]
    for identifier, kind, name, body in messages:
        identifier = sized(identifier, 14, "the letter identifier")
        written += [segment("UNH", identifier, kind, name), *body]
        written.append(segment("UNT", str(len(body) + 2), identifier))
    written += [segment("UNZ", str(len(messages)), reference), ""]
    return END.join(written).encode("latin-1")


def sized(value: str, most: int, what: str) -> str:
    """``value``, or ``BadInput`` when it is empty or too long."""
    if not 1 <= len(value) <= most:
        raise BadInput(f"{what} has {len(value)} characters: give 1 to {most}")
    return value
