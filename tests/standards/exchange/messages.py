"""A thread of three messages, their answers, and ways to spoil them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson
from msgspec.structs import replace

from mocks.drivers.ids import SeededIds
from mocks.identifiers import make_gln, make_sor
from mocks.runtime import COPENHAGEN
from mocks.standards import acknowledgement as ack
from mocks.standards import care_communication as cc
from mocks.standards import vans_envelope as vans
from mocks.standards.profiles import codes

AT = datetime(2025, 9, 29, 9, 0, tzinfo=COPENHAGEN)
PPR = cc.Organisation(make_sor(1), make_gln(1), "PPR Aalborg")
CLINIC = cc.Organisation(make_sor(2), make_gln(2), "Lægerne")
BUP = cc.Organisation(make_sor(3), make_gln(3), "Børnepsykiatrien")
PSYCHOLOGIST = cc.Author("Mette", "Hansen", "12345678", role_code="psykolog")
DOCTOR = cc.Author("Lars", "Holm", "87654321", role_code="laege")
PDF = cc.Attachment("Rapport", "application/pdf", b"%PDF-1.7 and so on and so on")
PATIENT = cc.PatientIdentity(
    ((codes.CPR, "2509479989"), (codes.X_ECPR, "0703921VJ5"), (codes.D_ECPR_GENERIC, "1206550VK9")),
    "Elmer",
    "Bruno Test",
)
Tree = dict[str, Any]
Change = Callable[[Tree], object]


@cache
def thread() -> tuple[cc.CareCommunication, ...]:
    """A new message, the reply to it, a reply to that, and a forward of the whole."""
    ids = SeededIds(5, "exchange")

    def new_id() -> str:
        return ids.uuid("message")

    new = cc.new(
        new_id=new_id, at=AT, sender=PPR, receiver=CLINIC, patient=PATIENT, category="healthcare",
        text="Vi har set på sagen.\nHører gerne fra jer.", author=PSYCHOLOGIST, attachments=[PDF],
        encounter=cc.Encounter(((codes.LPR3, "urn:uuid:fc60e762-b13b-5773-865e-67f3907bdcc7"),)),
        specific_sender=cc.Team("PPR-teamet"),
    )  # fmt: skip
    reply = cc.reply(
        new, new_id=new_id, at=AT + timedelta(minutes=40), text="Tak, jeg ringer.", author=DOCTOR
    )
    again = cc.reply(reply, new_id=new_id, at=AT + timedelta(minutes=80), text="Godt.", author=PSYCHOLOGIST)
    forward = cc.forward(
        again, new_id=new_id, at=AT + timedelta(hours=3), receiver=BUP, text="Til jer.", author=DOCTOR,
        files={new.segments[1].identifier: PDF},
    )  # fmt: skip
    return new, reply, again, forward


def tree(message: cc.CareCommunication) -> Tree:
    """The message as a tree of its own."""
    found: Tree = orjson.loads(cc.write(message))
    return found


def resource(message: Tree, kind: str, nth: int = 0) -> Tree:
    """The nth resource of a type."""
    return [e["resource"] for e in message["entry"] if e["resource"]["resourceType"] == kind][nth]  # type: ignore[no-any-return]


def spoilt(message: cc.CareCommunication, change: Change) -> Tree:
    """The message with one change in its tree."""
    found = tree(message)
    change(found)
    return found


def answer(message: cc.CareCommunication, code: ack.Code = "ok", minutes: int = 1, seed: int = 1) -> bytes:
    """The Acknowledgement of a message."""
    ids = SeededIds(seed, "answer")
    issues = [] if code == "ok" else [ack.Issue("error", "structure", None, "Se her")]
    at = message.timestamp + timedelta(minutes=minutes)
    return ack.write(ack.answer(message, code, new_id=lambda: ids.uuid("ack"), at=at, issues=issues))


def enveloped(
    content: bytes, number: int, sender: str, receiver: str, at: datetime, message: int = 0
) -> bytes:
    """Content in an envelope with the number ``number``; its message has the same unless told otherwise."""
    is_fhir = content[:1] == b"{"
    name, version = ("MCM:FDIS91#healthcare", "5.0") if is_fhir else ("MCM:XDIS91", "XD9134L")
    tags = (("MCM:MIME", "application/fhir+json"),) if is_fhir else ()
    meta = vans.MetaInformation(
        f"00000000-0000-4000-9000-{message or number:012d}",
        vans.Document("HL7" if is_fhir else "XML", name, version, len(content)),
        transport=vans.Transport("reliable", False, tags),
    )
    ends = (vans.EndPoint(vans.EndPointKind.EAN, sender), vans.EndPoint(vans.EndPointKind.EAN, receiver))
    return vans.write(
        vans.Envelope(*ends, f"00000000-0000-4000-8000-{number:012d}", at, meta=meta, data=content)
    )


def receipt(raw: bytes, number: int, kind: vans.ReceiptKind = vans.ReceiptKind.POSITIVE) -> bytes:
    """The network's receipt of an envelope."""
    envelope = vans.read(raw)
    negative = kind is not vans.ReceiptKind.POSITIVE
    said = vans.Receipt(
        kind, envelope.identifier, envelope.meta, 1 if negative else None, "Nej" if negative else None
    )
    return vans.write(
        vans.Envelope(
            envelope.receiver,
            envelope.sender,
            f"00000000-0000-4000-8000-{number:012d}",
            envelope.sent + timedelta(seconds=5),
            receipt=said,
        )
    )


def changed(message: cc.CareCommunication, **what: Any) -> cc.CareCommunication:
    """The record with other values."""
    return replace(message, **what)
