"""Objects, receipts and look-ups of the distribution component out of XML. Errors: ``DistributionProblem``."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from lxml import etree

from mocks.runtime import COPENHAGEN
from mocks.standards.distribution.names import AUTHORITY, V2, V3
from mocks.standards.distribution.records import (
    Anmodning,
    Context,
    DistributionProblem,
    Fejl,
    ForretningsKode,
    ForretningsKvittering,
    Journalpost,
    Kvitteringstype,
    Modtagersystem,
    Objekt,
    ObjektType,
    Part,
    Routing,
    TransportKode,
    TransportKvittering,
)

E = TypeVar("E", bound=StrEnum)

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_CVR = re.compile(r"\d{8}", re.ASCII)
_SUBJECT = re.compile(r"\d\d\.\d\d\.\d\d", re.ASCII)
_FACET = re.compile(r"[A-ZÆØÅ]\d\d", re.ASCII)
_CONTENTS = {
    "DistributionJournalPost": ObjektType.JOURNALPOST,
    "DistributionDokument": ObjektType.DOKUMENT,
    "DistributionFormular": ObjektType.FORMULAR,
}
#: A journal note in the index has at most 100 KB; the component's own limit is not published (assumption).
LONGEST_NOTE = 1_000_000


def read_anmodning(body: etree._Element, space: str = V3) -> Anmodning:
    """What ``FordelingsobjektAfsend`` (``V3``) or ``FordelingsobjektModtag`` (``V2``) holds."""
    request = _one(body, "anmodning", space)
    context = read_context(_one(request, "DistributionContext"))
    held = _one(request, "DistributionObject")
    kind = _code(held, "ObjektType", ObjektType)
    content = _one(held, "ObjektIndhold")
    inner = next((child for child in content if _local(child) in _CONTENTS), None)
    if inner is None or _CONTENTS[_local(inner)] is not kind:
        raise DistributionProblem("ObjektIndhold", f"does not hold what ObjektType {kind} says")
    identifier, subject = _uuid(inner, "ID"), _subject(inner, "KLEEmneForslag")
    if kind is not ObjektType.JOURNALPOST:
        if kind is ObjektType.DOKUMENT and not context.fil:
            raise DistributionProblem("DokumentFilNavn", "is mandatory for a DOKUMENT")
        system = inner.find(f"{{{V2}}}Registrering/{{{V2}}}RegistreringItSystem")
        raw = etree.tostring(inner, method="c14n", exclusive=True, with_tail=False)
        return Anmodning(
            context, Objekt(type=kind, id=identifier, emne=subject, system=_reference(system), raw=raw)
        )
    note = _journalpost(inner, identifier, subject)
    return Anmodning(
        context, Objekt(type=kind, id=identifier, emne=subject, journalpost=note, system=note.system)
    )


def authority_of(body: etree._Element) -> str:
    """The CVR number in AuthorityContext; empty without one."""
    return (body.findtext(f"{{{AUTHORITY}}}AuthorityContext/{{{AUTHORITY}}}MunicipalityCVR") or "").strip()


def read_context(element: etree._Element) -> Context:
    choice = _one(element, "RoutingValg")
    by_subject = choice.find(f"{{{V2}}}RoutingKLEEmneHandling")
    receiver = _said(choice, "RoutingModtagerAktoer").lower()
    if (by_subject is None) == (not receiver):
        raise DistributionProblem(
            "RoutingValg", "holds one of RoutingKLEEmneHandling and RoutingModtagerAktoer"
        )
    if receiver and not _UUID.fullmatch(receiver):
        raise DistributionProblem("RoutingModtagerAktoer", "is no UUID")
    return Context(
        transaktion=_uuid(element, "AnvenderTransaktionsID"),
        afsender=_cvr(element, "AfsendendeMyndighed"),
        myndighed=_cvr(element, "RoutingMyndighed"),
        emne=_subject(by_subject, "RoutingKLEEmne") if by_subject is not None else "",
        facet=_facet(by_subject) if by_subject is not None else "",
        modtager=receiver,
        distribution=_uuid(element, "DistributionTransktionsID", mandatory=False),
        digital_post=_said(element, "DigitalPostMeddelelsesID"),
        fil=_said(element, "DokumentFilNavn"),
    )


def read_forretning(element: etree._Element) -> ForretningsKvittering:
    return ForretningsKvittering(
        _code(element, "ForretningsValideringsKode", ForretningsKode),
        _code(element, "Kvitteringstype", Kvitteringstype),
        _said(element, "Begrundelse"),
        _fejl(element),
    )


def read_transport(element: etree._Element) -> TransportKvittering:
    kode = _code(element, "TransportValideringsKode", TransportKode)
    return TransportKvittering(kode, _said(element, "Begrundelse"), _fejl(element))


def read_afsend_answer(body: etree._Element) -> tuple[ForretningsKvittering, Context]:
    receipt = read_forretning(_one(body, "ForretningsKvittering", V3))
    return receipt, read_context(_one(body, "DistributionContext", V3))


def read_modtag_answer(body: etree._Element) -> ForretningsKvittering:
    return read_forretning(_one(body, "ForretningsKvittering"))


def read_kvittering(body: etree._Element, space: str = V3) -> tuple[ForretningsKvittering, Context]:
    """A receipt on its way: to the component (``V3``), or from there to the sender (``V2``)."""
    receipt = read_forretning(_one(body, "Forretningskvittering", space))
    return receipt, read_context(_one(body, "DistributionContext", space))


def read_list(body: etree._Element) -> tuple[str, str, str, str]:
    """Sending authority, receiving authority, subject, facet."""
    routing = _one(body, "Routing", V3)
    return (
        _cvr(routing, "AfsendendeMyndighed"),
        _cvr(routing, "RoutingMyndighed"),
        _subject(routing, "RoutingKLEEmne"),
        _facet(routing),
    )


def read_list_answer(body: etree._Element) -> tuple[Modtagersystem, ...]:
    names = ("SystemMyndighed", "SystemUUID", "SystemNavn", "RoutingKLEEmne", "RoutingHandlingFacet")
    rows = _one(body, "Systemer", V3).iterfind(f"{{{V2}}}System")
    return tuple([Modtagersystem(*[_said(row, name) for name in names]) for row in rows])


def read_valider(body: etree._Element) -> tuple[Routing, ...]:
    rows = _one(body, "RoutingListe", V3).iterfind(f"{{{V2}}}Routing")
    found = tuple([Routing(_cvr(r, "RoutingMyndighed"), _uuid(r, "RoutingModtagerAktoer")) for r in rows])
    if not found:
        raise DistributionProblem("RoutingListe", "has no Routing")
    return found


def read_valider_answer(body: etree._Element) -> tuple[Routing, ...]:
    rows = _one(body, "RoutingListe", V3).iterfind(f"{{{V2}}}RoutingModtager")
    return tuple(
        [
            Routing(
                _said(r, "RoutingMyndighed"),
                _said(r, "RoutingModtagerAktoer"),
                _said(r, "KanModtage") == "true",
            )
            for r in rows
        ]
    )


# The parts -------------------------------------------------------------------------------------------------


def _journalpost(element: etree._Element, identifier: str, subject: str) -> Journalpost:
    registered = _one(element, "Registrering")
    if _said(registered, "LivscyklusKode") != "Oprettet":
        raise DistributionProblem("Registrering/LivscyklusKode", "can only be Oprettet")
    entry = _one(_one(registered, "RelationListe"), "JournalPost")
    note = _one(entry, "JournalnotatAttributter")
    text = note.find(f"{{{V2}}}Notat")
    if text is None or len(text):
        raise DistributionProblem("JournalnotatAttributter/Notat", "is missing, or holds elements")
    if len(text.text or "") > LONGEST_NOTE:
        raise DistributionProblem("JournalnotatAttributter/Notat", f"has more than {LONGEST_NOTE} characters")
    part = element.find(f"{{{V2}}}PartAngivelse")
    system = _reference(registered.find(f"{{{V2}}}RegistreringItSystem"))
    if not system:
        raise DistributionProblem("Registrering/RegistreringItSystem", "is missing")
    return Journalpost(
        id=identifier,
        emne=subject,
        facet=_said(element, "HandlingFacetForslag"),
        sag=_uuid(element, "SagForslag", mandatory=False),
        fra=_moment(registered, "FraTidsPunkt"),
        system=system,
        bruger=_reference(registered.find(f"{{{V2}}}BrugerRef")),
        notat=text.text or "",
        titel=_said(note, "Titel"),
        dokumenttitel=(entry.findtext(f"{{{V2}}}JournalpostAttributter/{{{V2}}}Dokumenttitel") or "").strip(),
        dokument=_reference(entry.find(f"{{{V2}}}Dokument/{{{V2}}}ReferenceID")),
        part=Part(_reference(part.find(f"{{{V2}}}ReferenceID")), _said(part, "ObjektType"))
        if part is not None
        else None,
    )


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _one(parent: etree._Element, name: str, space: str = V2) -> etree._Element:
    found = parent.findall(f"{{{space}}}{name}")
    if len(found) != 1:
        raise DistributionProblem(f"{_local(parent)}/{name}", f"is there {len(found)} times; once is right")
    return found[0]


def _said(parent: etree._Element, name: str) -> str:
    return (parent.findtext(f"{{{V2}}}{name}") or "").strip()


def _code(parent: etree._Element, name: str, codes: type[E]) -> E:
    try:
        return codes(_said(parent, name))
    except ValueError:
        raise DistributionProblem(name, f"is none of {', '.join(codes)}") from None


def _uuid(parent: etree._Element, name: str, *, mandatory: bool = True) -> str:
    said = _said(parent, name).lower()
    if (said or mandatory) and not _UUID.fullmatch(said):
        raise DistributionProblem(name, "is missing, or is no UUID")
    return said


def _cvr(parent: etree._Element, name: str) -> str:
    said = _said(parent, name)
    if not _CVR.fullmatch(said):
        raise DistributionProblem(name, "is no CVR number of eight digits")
    return said


def _subject(parent: etree._Element, name: str) -> str:
    said = _said(parent, name)
    if not _SUBJECT.fullmatch(said):
        raise DistributionProblem(name, "is no KLE subject NN.NN.NN")
    return said


def _facet(parent: etree._Element) -> str:
    said = _said(parent, "RoutingHandlingFacet")
    if said and not _FACET.fullmatch(said):
        raise DistributionProblem("RoutingHandlingFacet", "is no KLE facet such as G01")
    return said


def _reference(element: etree._Element | None) -> str:
    if element is None or not len(element):
        return ""
    return (element[0].text or "").strip()


def _fejl(element: etree._Element) -> tuple[Fejl, ...]:
    rows = element.iterfind(f"{{{V2}}}FejlListe/{{{V2}}}Fejl")
    return tuple([Fejl(_said(row, "FejlKode"), _said(row, "FejlTekst")) for row in rows])


def _moment(parent: etree._Element, name: str) -> datetime:
    try:
        read = datetime.fromisoformat(_said(parent, name))
    except ValueError:
        raise DistributionProblem(name, "is no moment such as 2025-03-01T00:00:00+01:00") from None
    return read if read.tzinfo is not None else read.replace(tzinfo=COPENHAGEN)
