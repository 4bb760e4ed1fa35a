"""Event messages of KOMBIT's message distributor (SF1461): ModtagBeskedInput, pushed, and its answer.

An event says that something happened to an object and gives its identifiers and class; never its content.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from lxml import etree

from mocks.errors import BadInput
from mocks.standards import safe_xml
from mocks.standards.safe_xml import escape

SD = "urn:oio:sagdok:3.0.0"
STS = "urn:oio:sts:1.0.0"
KUVERT = "urn:oio:besked:kuvert:1.0"
#: Taken; anything else is sent again.
OK, UNREADABLE = 20, 41


class RelatedObject(msgspec.Struct, frozen=True):
    """An object that the event is about (RelateretObjekt)."""

    id: str
    type: str
    role: str = ""


class EventMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One event (Haendelsesbesked).

    ``authority`` (ObjektAnsvarligMyndighed), ``handling`` (ObjektHandling) and ``subject`` (OpgaveEmne, a KLE
    number) are what subscribers choose by; ``made`` is when, ``transaction`` whose doing, ``source`` the
    system it comes from.
    """

    id: str
    type: str
    authority: str = ""
    handling: str = ""
    subject: str = ""
    objects: tuple[RelatedObject, ...] = ()
    receivers: tuple[str, ...] = ()
    made: datetime | None = None
    transaction: str = ""
    source: str = ""
    classification: str = ""


def write(event: EventMessage) -> bytes:
    """The event as it is pushed."""
    objects = "".join(
        [
            f"<b:RelateretObjekt>{_unik('b:ObjektId', each.id)}{_text('b:ObjektType', each.type)}"
            f"{_text('b:ObjektRolle', each.role)}</b:RelateretObjekt>"
            for each in event.objects
        ]
    )
    registered = (
        f"<b:ObjektRegistrering>{_unik('b:ObjektAnsvarligMyndighed', event.authority)}"
        f"{_text('b:ObjektHandling', event.handling)}{_text('b:OpgaveEmne', event.subject)}"
        f"</b:ObjektRegistrering>"
    )
    made = ""
    if event.made is not None:
        stamp = event.made.isoformat(timespec="milliseconds")
        made = (
            f"<b:Dannelsestidspunkt><sd:TidsstempelDatoTid>{stamp}</sd:TidsstempelDatoTid>"
            f"</b:Dannelsestidspunkt>"
        )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><sts:ModtagBeskedInput xmlns:sts="{STS}" xmlns:b="{KUVERT}"'
        f' xmlns:sd="{SD}"><b:Haendelsesbesked>{_unik("b:BeskedId", event.id)}'
        f"<b:BeskedVersion>1.0</b:BeskedVersion><b:Beskedkuvert><b:Filtreringsdata>"
        f"{_unik('b:Beskedtype', event.type)}"
        f"{''.join([_unik('b:TilladtModtager', receiver) for receiver in event.receivers])}"
        f"{objects}{registered}</b:Filtreringsdata><b:Leveranceinformation>{made}"
        f"{_unik('b:TransaktionsId', event.transaction)}{_unik('b:Kildesystem', event.source)}"
        f"{_text('b:Sikkerhedsklassificering', event.classification)}</b:Leveranceinformation>"
        f"</b:Beskedkuvert></b:Haendelsesbesked></sts:ModtagBeskedInput>"
    ).encode()


def read(data: bytes) -> EventMessage:
    """The event in what was pushed. Errors: ``BadInput`` for what is none, or has no identifier."""
    root = safe_xml.parse(data).root
    if root.tag != f"{{{STS}}}ModtagBeskedInput":
        raise BadInput("the document is no ModtagBeskedInput; push one event in that element")
    event = root.find(f"{{{KUVERT}}}Haendelsesbesked")
    identifier = _reference(event, f"{{{KUVERT}}}BeskedId") if event is not None else ""
    if event is None or not identifier:
        raise BadInput("Haendelsesbesked/BeskedId is missing; every event has a UUID of its own")
    envelope = f"{{{KUVERT}}}Beskedkuvert/{{{KUVERT}}}"
    filtering = event.find(f"{envelope}Filtreringsdata")
    delivery = event.find(f"{envelope}Leveranceinformation")
    registered = filtering.find(f"{{{KUVERT}}}ObjektRegistrering") if filtering is not None else None
    stamp = (
        delivery.findtext(f"{{{KUVERT}}}Dannelsestidspunkt/{{{SD}}}TidsstempelDatoTid")
        if delivery is not None
        else None
    )
    return EventMessage(
        id=identifier,
        type=_reference(filtering, f"{{{KUVERT}}}Beskedtype"),
        authority=_reference(registered, f"{{{KUVERT}}}ObjektAnsvarligMyndighed"),
        handling=_said(registered, "ObjektHandling"),
        subject=_said(registered, "OpgaveEmne"),
        objects=tuple(_objects(filtering.iterfind(f"{{{KUVERT}}}RelateretObjekt")))
        if filtering is not None
        else (),
        receivers=tuple(
            [_inner(each) for each in filtering.iterfind(f"{{{KUVERT}}}TilladtModtager")]
            if filtering is not None
            else []
        ),
        made=_moment(stamp),
        transaction=_reference(delivery, f"{{{KUVERT}}}TransaktionsId"),
        source=_reference(delivery, f"{{{KUVERT}}}Kildesystem"),
        classification=_said(delivery, "Sikkerhedsklassificering"),
    )


def write_answer(status: int, text: str = "") -> bytes:
    """What a receiver says: ``OK``, or a status that makes the event come again."""
    said = f"<sd:FejlbeskedTekst>{escape(text)}</sd:FejlbeskedTekst>" if text else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><sts:ModtagBeskedOutput xmlns:sts="{STS}" xmlns:sd="{SD}">'
        f"<sd:StandardRetur><sd:StatusKode>{status}</sd:StatusKode>{said}</sd:StandardRetur>"
        f"</sts:ModtagBeskedOutput>"
    ).encode()


def read_answer(data: bytes) -> int:
    """The status of an answer. Errors: ``BadInput`` for what is none."""
    root = safe_xml.parse(data).root
    said = root.findtext(f"{{{SD}}}StandardRetur/{{{SD}}}StatusKode") or ""
    if root.tag != f"{{{STS}}}ModtagBeskedOutput" or not (said.strip().isdecimal() and len(said) < 8):
        raise BadInput("the answer is no ModtagBeskedOutput with a StatusKode")
    return int(said)


def _text(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _unik(name: str, reference: str) -> str:
    if not reference:
        return ""
    inner = "sd:URNIdentifikator" if reference[:4].lower() == "urn:" else "sd:UUIDIdentifikator"
    return f"<{name}><{inner}>{escape(reference)}</{inner}></{name}>"


def _inner(element: etree._Element | None) -> str:
    if element is None or not len(element):
        return ""
    return (element[0].text or "").strip()


def _reference(parent: etree._Element | None, path: str) -> str:
    return _inner(parent.find(path)) if parent is not None else ""


def _said(parent: etree._Element | None, name: str) -> str:
    return (parent.findtext(f"{{{KUVERT}}}{name}") or "").strip() if parent is not None else ""


def _objects(elements: Iterable[etree._Element]) -> Iterable[RelatedObject]:
    for each in elements:
        yield RelatedObject(
            _reference(each, f"{{{KUVERT}}}ObjektId"), _said(each, "ObjektType"), _said(each, "ObjektRolle")
        )


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip()) if text else None
    except ValueError:
        raise BadInput("Dannelsestidspunkt is no moment such as 2025-03-01T00:00:00.000+01:00") from None
