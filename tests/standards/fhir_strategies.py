"""Any CareCommunication and any Acknowledgement that the standards allow, as strategies."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from mocks.identifiers import make_gln, make_sor
from mocks.standards import acknowledgement as ack
from mocks.standards import care_communication as cc
from mocks.standards.profiles import codes

_LETTER = st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="\ufffe\uffff")
LINES = st.text(_LETTER | st.just(" "), min_size=1, max_size=40).map(lambda s: " ".join(s.split()) or "x")
#: As a person writes: lines, empty ones among them, tabs, and characters that XML must escape.
TEXTS = st.lists(LINES | st.sampled_from(["", '\t<b> & "c"', "å", "  to  "]), min_size=1, max_size=6).map(
    lambda lines: "\n".join(["x", *lines]).rstrip() or "x"
)
NAMES = st.lists(LINES.map(lambda s: s.replace(" ", "")), min_size=1, max_size=3).map(" ".join)
PHONES = st.sampled_from(["38683868", "+4512345789", "004512345789", "12-34-56-78"])
UUIDS = st.uuids(version=4).map(str)
IDS = UUIDS | st.from_regex(r"[A-Za-z0-9.\-]{1,64}", fullmatch=True)
ZONES = st.sampled_from([timezone(timedelta(hours=h)) for h in (0, 1, 2)])
MOMENTS = st.builds(
    lambda when, zone, micro: when.replace(microsecond=micro, tzinfo=zone),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda m: m.replace(microsecond=0)),
    ZONES,
    st.sampled_from([0, 0, 0, 250_000]),
)
DATES = st.dates(datetime(1930, 1, 1).date(), datetime(2026, 1, 1).date()).map(str)


@st.composite
def organisations(draw: st.DrawFn) -> cc.Organisation:
    number = draw(st.integers(1, 30))
    return cc.Organisation(make_sor(number), make_gln(number), draw(st.none() | LINES))


def _numbers(day: int, letters: str, digit: int) -> tuple[tuple[str, str], ...]:
    return (
        (codes.CPR, f"{day:02d}0279998{digit}"),
        (codes.X_ECPR, f"{day:02d}02991{letters}{digit}"),
        (codes.D_ECPR_GENERIC + ".181", f"{day:02d}02995{letters}{digit}"),
        (codes.D_ECPR_GENERIC, f"{day:02d}02990{letters}{digit}"),
    )


@st.composite
def patients(draw: st.DrawFn) -> cc.PatientIdentity:
    day, digit = draw(st.integers(10, 28)), draw(st.integers(0, 9))
    cpr, national, regional, local = _numbers(day, draw(st.sampled_from(["AA", "VJ", "ZK"])), digit)
    kinds = draw(
        st.sampled_from(
            [
                (cpr,),
                (national,),
                (regional,),
                (local,),
                (cpr, national),
                (cpr, national, local),
                (national, local),
            ]
        )
    )
    died = draw(st.none() | DATES | MOMENTS.map(lambda m: m.isoformat(timespec="seconds")))
    telecom = st.builds(
        cc.Telecom,
        st.sampled_from(["phone", "email"]),
        LINES,
        st.none() | st.sampled_from(["home", "mobile"]),
    )
    address = st.builds(
        cc.Address, st.lists(LINES, min_size=1, max_size=2).map(tuple), LINES, st.sampled_from(["", "9000"])
    )
    return cc.PatientIdentity(
        kinds,
        draw(NAMES),
        draw(st.just("") | NAMES),
        died is not None or draw(st.booleans()),
        draw(st.none() | address),
        died,
        tuple(draw(st.lists(telecom, max_size=2))),
    )


@st.composite
def authors(draw: st.DrawFn, version: str) -> cc.Author:
    role: dict[str, Any] = draw(
        st.sampled_from([{"role_code": "laege"}, {"role_code": "psykolog"}, {"role_code": "socialraadgiver"}])
    )
    if version == "5.0":
        role = draw(st.just(role) | LINES.map(lambda text: {"role_text": text}))
    return cc.Author(draw(NAMES), draw(NAMES), draw(PHONES), **role)


@st.composite
def attachments(draw: st.DrawFn) -> cc.Attachment:
    title = draw(LINES.map(lambda text: f"{text} bilag"))
    creation = draw(st.none() | DATES | MOMENTS.map(lambda m: m.isoformat(timespec="seconds")))
    if draw(st.booleans()):
        kind = draw(st.sampled_from(sorted(codes.MIME_TYPES)))
        return cc.Attachment(title, kind, draw(st.binary(min_size=1, max_size=80)), None, creation)
    return cc.Attachment(title, None, None, draw(st.sampled_from(["https://example.dk/æ?a=1&b=2"])), creation)


def parties(version: str) -> st.SearchStrategy[cc.Team | cc.Person]:
    """A specific sender or recipient; a person has no phone there."""
    person = authors(version).map(
        lambda a: cc.Person(cc.Author(a.given, a.family, "", a.role_code, a.role_text))
    )
    return st.builds(cc.Team, LINES) | person


@st.composite
def encounters(draw: st.DrawFn) -> cc.Encounter:
    lpr3 = st.uuids(version=5).map(lambda u: (codes.LPR3, f"urn:uuid:{u}"))
    local = st.uuids(version=4).map(lambda u: (codes.SOR_ENDPOINT + make_sor(4), f"urn:uuid:{u}"))
    episodes = draw(st.lists(lpr3, max_size=1)) + draw(st.lists(local, max_size=2))
    return cc.Encounter(
        tuple(episodes or [draw(lpr3)]),
        draw(st.sampled_from(sorted(codes.ENCOUNTER_STATUS))),
        draw(st.sampled_from(["AMB", "IMP", "VR", "other"])),
        draw(st.none() | organisations()),
    )


@st.composite
def new_messages(draw: st.DrawFn, version: str) -> cc.CareCommunication:
    """A new message, or the reply to an older letter."""
    category = draw(st.sampled_from(sorted(codes.CATEGORIES_5 if version == "5.0" else codes.CATEGORIES_4)))
    sender, receiver = draw(organisations()), draw(organisations())
    letter = f"{make_gln(9)}#{draw(st.from_regex(r'[A-Z0-9]{1,14}', fullmatch=True))}"
    return cc.new(
        version=version,
        new_id=lambda: draw(UUIDS),
        at=draw(MOMENTS),
        sender=sender,
        receiver=receiver,
        patient=draw(patients()),
        category=category,
        text=draw(TEXTS),
        author=draw(authors(version)),
        topic=draw(LINES) if category == "other" else draw(st.none() | LINES),
        priority=draw(st.sampled_from([None, "asap", "routine"]))
        if category == "regarding-referral"
        else None,
        attachments=draw(st.lists(attachments(), max_size=3)),
        encounter=draw(st.none() | encounters()),
        specific_sender=draw(st.none() | parties(version)),
        specific_recipient=draw(st.none() | parties(version)),
        answers_letter=draw(st.none() | st.just(letter)),
    )


@st.composite
def messages(draw: st.DrawFn, version: str) -> cc.CareCommunication:
    """A message of any length of thread: new, replied to, added to, forwarded."""
    message = draw(new_messages(version))
    for _ in range(draw(st.integers(0, 3))):
        at = message.timestamp + timedelta(seconds=draw(st.integers(0, 100_000)))
        more: dict[str, Any] = {
            "new_id": lambda: draw(UUIDS),
            "at": at,
            "text": draw(TEXTS),
            "author": draw(authors(version)),
            "attachments": draw(st.lists(attachments(), max_size=2)),
        }
        if draw(st.booleans()):
            whose = draw(st.sampled_from([None, message.sender]))
            message = cc.reply(message, sender=whose, **more)
        else:
            files = {s.identifier: draw(attachments()) for s in message.segments if s.attachment is not None}
            message = cc.forward(message, receiver=draw(organisations()), files=files, **more)
    return message


@st.composite
def acknowledgements(draw: st.DrawFn) -> ack.Acknowledgement:
    message = draw(new_messages("5.0"))
    code: ack.Code = draw(st.sampled_from(["ok", "transient-error", "fatal-error"]))
    details = {
        "ok": [None],
        "fatal-error": [
            None,
            "MSG_VALUESET_VALUE_UNKNOWN",
            "MSG_DUPLICATE_ID",
            "MSG_Receiver_Identifier_UNKNOWN",
        ],
        "transient-error": [None, "MSG_Mailbox_Out_Of_Operation", "MSG_LOCAL_FAIL"],
    }[code]
    issue = st.builds(
        ack.Issue,
        st.just("information") if code == "ok" else st.sampled_from(["error", "fatal"]),
        st.sampled_from(sorted(codes.ISSUE_TYPES)),
        st.sampled_from(details),
        LINES,
    )
    issues = draw(st.lists(issue, min_size=0 if code == "ok" else 1, max_size=3))
    at = message.timestamp + timedelta(seconds=draw(st.integers(0, 1800)))
    return ack.answer(message, code, new_id=lambda: draw(UUIDS), at=at, issues=issues)
