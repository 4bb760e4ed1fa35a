"""The right messages that mutants are made of, all written by our own writers.

People are MedCom's published test persons; locations are synthetic.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import cache

import orjson
from msgspec.structs import replace

from mocks.drivers.ids import SeededIds
from mocks.identifiers import make_gln, make_sor
from mocks.standards import acknowledgement as ack
from mocks.standards import care_communication as cc
from mocks.standards import fhir_bundle, vans_envelope
from mocks.standards.profiles import codes
from mocks.standards.vans_envelope import (
    Document,
    EndPoint,
    EndPointKind,
    Envelope,
    MetaInformation,
    Receipt,
    ReceiptKind,
    Transport,
)
from tests.standards.mutants.appointment_bases import appointment_documents
from tests.standards.mutants.edifact_bases import edifact_messages
from tests.standards.mutants.oioxml_bases import SENT, oioxml_letters

# FHIR -------------------------------------------------------------------------------------------------

AT = datetime(2025, 9, 29, 9, 0, tzinfo=timezone(timedelta(hours=2)))
PPR = cc.Organisation(make_sor(1), make_gln(1), "PPR Aalborg")
CLINIC = cc.Organisation(make_sor(2), make_gln(2), "Lægerne på Torvet")
BUP = cc.Organisation(make_sor(3), make_gln(3), "BUP Nord")
CHILD = cc.PatientIdentity.of_cpr("2509479989", "Elmer", "Bruno Test")
NUMBERS = cc.PatientIdentity(
    (
        (codes.CPR, "2509479989"),
        ("urn:oid:1.2.208.176.1.6.1.1", "0703921VJ4"),
        ("urn:oid:1.2.208.176.1.6.1.3.179", "1206550VK9"),
    ),
    "Elmer",
    "Bruno Test",
)
PSYCHOLOGIST = cc.Author("Mette", "Hansen", "12345678", role_code="psykolog")
DOCTOR = cc.Author("Lars", "Holm", "+4587654321", role_code="laege")
PDF = cc.Attachment("Udredning", "application/pdf", b"%PDF-1.7 x", creation="2025-09-01")
LINK = cc.Attachment("Vejledning", url="https://example.org/vejledning")


def _thread(version: str) -> dict[str, cc.CareCommunication]:
    """All that a thread can hold: a first message with everything optional, a reply, a forward."""
    ids = SeededIds(3, "mutants")

    def new_id() -> str:
        return ids.uuid("message")

    def plain(**more: object) -> cc.CareCommunication:
        given: dict[str, object] = {
            "version": version,
            "new_id": new_id,
            "at": AT,
            "sender": PPR,
            "receiver": CLINIC,
            "patient": CHILD,
            "category": "healthcare",
            "text": "Kære læge\nHvordan går det med skolegangen?",
            "author": PSYCHOLOGIST,
            **more,
        }
        return cc.new(**given)  # type: ignore[arg-type]

    episodes = (
        (codes.LPR3, "urn:uuid:fc60e762-b13b-5773-865e-67f3907bdcc7"),
        (codes.SOR_ENDPOINT + PPR.sor_id, "urn:uuid:0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c"),
    )
    new = plain(
        category="regarding-referral",
        priority="asap",
        topic="Om henvisningen",
        attachments=[PDF, LINK],
        encounter=cc.Encounter(episodes),
        specific_sender=cc.Team("PPR-teamet"),
        specific_recipient=cc.Person(replace(DOCTOR, phone="")),
    )
    reply = cc.reply(
        new, new_id=new_id, at=AT + timedelta(minutes=30), text="Svar", author=DOCTOR, attachments=[PDF]
    )
    forward = cc.forward(
        new, new_id=new_id, at=AT + timedelta(minutes=90), receiver=BUP, text="Til jer", author=DOCTOR
    )
    return {
        "simple": plain(),
        "other": plain(category="other", topic="Skolegang"),
        "new": new,
        "reply": reply,
        "again": cc.reply(
            reply, new_id=new_id, at=AT + timedelta(minutes=60), text="Tak", author=PSYCHOLOGIST
        ),
        "forward": forward,
        "numbers": plain(patient=NUMBERS),
        "role text": plain(author=replace(PSYCHOLOGIST, role_code=None, role_text="PPR-psykolog"))
        if version == "5.0"
        else plain(),
        "letter reply": plain(answers_letter="5790009000020#BRV00000000001"),
    }


def _care_communications() -> dict[str, bytes]:
    found = {}
    for version, mark in (("5.0", "CC5"), ("4.0.0", "CC4")):
        for name, message in _thread(version).items():
            found[f"{mark} {name}"] = cc.write(message)
            found[f"{mark} {name} xml"] = cc.write(message, mime=cc.MIME_XML)
    found["CC5 rich"] = orjson.dumps(_rich(orjson.loads(found["CC5 simple"])))
    return found


def _rich(tree: fhir_bundle.Tree) -> fhir_bundle.Tree:
    """Elements that FHIR allows and MedCom's profiles do not speak of."""
    phone = {"system": "phone", "use": "work", "value": "12345678"}
    address = {"use": "work", "line": ["Prøvevej 1"], "city": "Prøveby", "postalCode": "9999"}
    source = {"url": "http://hl7.org/fhir/StructureDefinition/humanname-own-name", "valueString": "Elmer"}
    more = {
        "Organization": {"active": True, "telecom": [phone], "address": [address]},
        "Practitioner": {"gender": "female", "birthDate": "1980-02-28", "telecom": [phone]},
        "Patient": {
            "active": True,
            "gender": "male",
            "birthDate": "1947-09-25",
            "telecom": [phone],
            "address": [address],
            "multipleBirthInteger": 2,
        },
        "Communication": {"sent": "2025-09-29T09:00:00+02:00"},
        "Provenance": {"occurredDateTime": "2025-09-29T09:00:00+02:00"},
    }
    for entry in tree["entry"]:
        resource = entry["resource"]
        resource.update(more.get(resource["resourceType"], {}))
        for identifier in resource["identifier"] if resource["resourceType"] == "Organization" else ():
            identifier["type"] = {"text": "Nummer"}
            identifier["period"] = {"start": "2020-01-01"}
        if resource["resourceType"] == "Patient":
            resource["name"][0]["_family"] = {"extension": [source]}
    return tree


def _acknowledgements() -> dict[str, bytes]:
    ids = SeededIds(4, "mutants")
    received = _thread("5.0")["simple"]
    fault = ack.Issue("error", "value", "MSG_VALUESET_VALUE_UNKNOWN", "Kategorien findes ikke")
    away = ack.Issue("error", "structure", "MSG_Mailbox_Out_Of_Operation")
    made: list[tuple[ack.Code, list[ack.Issue]]] = [
        ("ok", []),
        ("fatal-error", [fault]),
        ("transient-error", [away]),
    ]
    found = {}
    for code, issues in made:
        record = ack.answer(received, code, new_id=lambda: ids.uuid("ack"), at=AT, issues=issues)
        found[f"ACK {code}"] = ack.write(record)
        found[f"ACK {code} xml"] = ack.write(record, mime=ack.MIME_XML)
    return found


# VANS -------------------------------------------------------------------------------------------------

_ID = "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f{}"
_VANS = EndPoint(EndPointKind.VANS, "DKTESTVANS")


def _ean(gln: str) -> EndPoint:
    return EndPoint(EndPointKind.EAN, gln)


def wrap(
    content: bytes, kind: str, name: str, version: str, sender: str, receiver: str, mime: str = ""
) -> bytes:
    """``content`` in an envelope with the right label."""
    tags = (("MCM:MIME", mime),) if mime else (("MCM:STATISTIC", "manual"),)
    meta = MetaInformation(
        _ID.format(1),
        Document(kind, name, version, len(content)),
        ("provider", "service"),
        Transport("reliable", False, tags),
    )
    return vans_envelope.write(Envelope(_ean(sender), _ean(receiver), _ID.format(2), SENT, meta, content))


_PPR_TO_SURGERY = ("5790009990017", "5790009990024")
_SURGERY_TO_PPR = ("5790009990024", "5790009990017")
#: Name of the content, its format and version, and who sends it to whom.
_OTHERS = (
    ("XBIN01", "XML", "XB0131X", _PPR_TO_SURGERY),
    ("XREF01", "XML", "XH0131R", _SURGERY_TO_PPR),
    ("DIS91", "EDIFACT", "D9134L", _PPR_TO_SURGERY),
    ("CTL03", "EDIFACT", "C0330Q", _SURGERY_TO_PPR),
    ("BIN01", "EDIFACT", "B0131X", _SURGERY_TO_PPR),
)


def _envelopes(inner: dict[str, bytes]) -> dict[str, bytes]:
    glns = (PPR.gln, CLINIC.gln)
    original = MetaInformation(_ID.format(1), Document("XML", "MCM:XDIS91", "XD9134L", 2800))
    back = (_ean("5790009990024"), _ean("5790009990017"), _ID.format(3), SENT, None, None)
    lost = Receipt(ReceiptKind.NEGATIVE_VANS, _ID.format(2), None, 3, "Ukendt modtager")
    return {
        "VANS XDIS91": wrap(
            inner["XDIS91"], "XML", "MCM:XDIS91", "XD9134L", "5790009990017", "5790009990024"
        ),
        "VANS XCTL03": wrap(
            inner["XCTL03"], "XML", "MCM:XCTL03", "XC0330Q", "5790009990024", "5790009990017"
        ),
        **{
            f"VANS {name}": wrap(inner[name], kind, f"MCM:{name}", version, *parties)
            for name, kind, version, parties in _OTHERS
        },
        "VANS CC5": wrap(inner["CC5 simple"], "HL7", "MCM:FDIS91#healthcare", "5.0", *glns, cc.MIME_JSON),
        "VANS CC5 xml": wrap(
            inner["CC5 simple xml"], "HL7", "MCM:FDIS91#healthcare", "5.0", *glns, cc.MIME_XML
        ),
        "VANS CC4": wrap(inner["CC4 simple"], "HL7", "MCM:FDIS91#healthcare", "4.0.0", *glns, cc.MIME_JSON),
        "VANS ACK": wrap(
            inner["ACK fatal-error"], "HL7", "MCM:FCTL#fatal-error", "2.0.0", *reversed(glns), cc.MIME_JSON
        ),
        "VANS positive": vans_envelope.write(
            Envelope(*back, Receipt(ReceiptKind.POSITIVE, _ID.format(2), original))
        ),
        "VANS negative": vans_envelope.write(
            Envelope(*back, Receipt(ReceiptKind.NEGATIVE, _ID.format(2), original, 7, "Kan ikke læses"))
        ),
        "VANS undelivered": vans_envelope.write(
            Envelope(_VANS, _ean("5790009990017"), _ID.format(3), SENT, None, None, lost)
        ),
    }


@cache
def bases() -> dict[str, bytes]:
    """All base messages by name."""
    found: dict[str, bytes] = {}
    parts: tuple[Callable[[], dict[str, bytes]], ...] = (
        _care_communications,
        _acknowledgements,
        oioxml_letters,
        edifact_messages,
        appointment_documents,
    )
    for part in parts:
        found.update(part())
    found.update(_envelopes(found))
    return found
