"""Cases and changes out of XML: what ``importer`` and ``opdater`` are sent, and the lists they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from lxml import etree

from mocks.standards.sagdok.answers import DOKUMENT, NOT_KEPT, SagdokProblem, Unreadable
from mocks.standards.sagdok.case import (
    Egenskaber,
    Foelsomhed,
    Fremdrift,
    FremdriftStatusKode,
    Journalpost,
    LivscyklusKode,
    Registrering,
    Relation,
    Sag,
    SagIndeksEgenskaber,
    Update,
)
from mocks.standards.sagdok.elements import boolean, code, local, moment, text, unexpected, unik, virkning
from mocks.standards.sagdok.names import GD, SAG, SD, SDI, SI, TV
from mocks.standards.sagdok.roles import Family

_UUID = f"{{{SD}}}UUIDIdentifikator"
_RELATIONS = {f"{{{SAG}}}{family.value}": family for family in Family} | {
    f"{{{SI}}}{family.value}": family for family in (Family.IT_SYSTEM, Family.SIKKERHED)
}
_EXTENSION = f"{{{GD}}}LokalUdvidelseListe"


class Lists(NamedTuple):
    """The attributes, states and relations of a registration, a change or an example."""

    egenskaber: tuple[Egenskaber, ...]
    indeks_egenskaber: tuple[SagIndeksEgenskaber, ...]
    fremdrift: tuple[Fremdrift, ...]
    relationer: tuple[Relation, ...]
    search: etree._Element | None  # an extension with intervals, of a search only


def read_import(body: etree._Element) -> list[Sag | Unreadable]:
    """What ``importer`` was sent, in its order; what cannot be read stands there as such."""
    return [
        _guarded(child, _sag)
        if child.tag == f"{{{SDI}}}SagIndeks"
        else _document(child, body, "DokumentIndeks")
        for child in body
    ]


def read_update(body: etree._Element) -> list[Update | Unreadable]:
    """What ``opdater`` was sent, in its order."""
    own = f"{{{SDI}}}OpdaterSagIndeks"
    return [
        _guarded(child, _update) if child.tag == own else _document(child, body, "OpdaterDokumentIndeks")
        for child in body
    ]


def _guarded(element: etree._Element, read: Callable[[etree._Element], Any]) -> Any:
    try:
        return read(element)
    except SagdokProblem as problem:
        return Unreadable(_uuid_in(element), str(problem))


def _document(element: etree._Element, parent: etree._Element, name: str) -> Unreadable:
    if element.tag != f"{{{SDI}}}{name}":
        raise unexpected(element, parent)
    return Unreadable(_uuid_in(element), "documents are not kept by this index", DOKUMENT, NOT_KEPT)


def _uuid_in(element: etree._Element) -> str:
    found = element.find(_UUID)
    return (found.text or "").strip()[:36] if found is not None else ""


def _sag(element: etree._Element) -> Sag:
    uuid, silent = "", False
    registrations = []
    for child in element:
        if child.tag == _UUID:
            uuid = text(child).lower()
        elif child.tag == f"{{{SAG}}}Registrering":
            registrations.append(registrering(child))
        elif child.tag == f"{{{SAG}}}UdenNotifikation":
            silent = boolean(child)
        else:
            raise unexpected(child, element)
    if not registrations:
        raise SagdokProblem("SagIndeks", "has no Registrering; at least one is mandatory")
    return Sag(uuid=uuid, registreringer=tuple(registrations), uden_notifikation=silent)


def _update(element: etree._Element) -> Update:
    uuid = note = ""
    at, silent = None, False
    parts: dict[str, etree._Element] = {}
    for child in element:
        match local(child):
            case "UUIDIdentifikator":
                uuid = text(child).lower()
            case "NoteTekst":
                note = text(child)
            case "AttributListe" | "TilstandListe" | "RelationListe" as name:
                parts[name] = child
            case "Tidspunkt":
                at = moment(child)
            case "UdenNotifikation":
                silent = boolean(child)
            case _:
                raise unexpected(child, element)
    if at is None:
        raise SagdokProblem("OpdaterSagIndeks", "has no Tidspunkt")
    read = read_lists(parts)
    return Update(
        uuid=uuid,
        tidspunkt=at,
        note=note,
        egenskaber=read.egenskaber,
        indeks_egenskaber=read.indeks_egenskaber,
        fremdrift=read.fremdrift,
        relationer=read.relationer,
        uden_notifikation=silent,
    )


def registrering(element: etree._Element) -> Registrering:
    """One registration."""
    at = sts = None
    note = user = ""
    cycle = None
    parts: dict[str, etree._Element] = {}
    for child in element:
        match local(child):
            case "NoteTekst":
                note = text(child)
            case "Tidspunkt":
                at = moment(child)
            case "LivscyklusKode":
                cycle = code(child, LivscyklusKode)
            case "BrugerRef":
                user = unik(child)
            case "StsTidspunkt":
                sts = moment(child)
            case "AttributListe" | "TilstandListe" | "RelationListe" as name:
                parts[name] = child
            case _:
                raise unexpected(child, element)
    if at is None or cycle is None:
        raise SagdokProblem("Registrering", "must have Tidspunkt and LivscyklusKode")
    read = read_lists(parts)
    return Registrering(
        tidspunkt=at,
        livscyklus=cycle,
        sts_tidspunkt=sts,
        bruger=user,
        note=note,
        egenskaber=read.egenskaber,
        indeks_egenskaber=read.indeks_egenskaber,
        fremdrift=read.fremdrift,
        relationer=read.relationer,
    )


def read_lists(parts: dict[str, etree._Element]) -> Lists:
    """AttributListe, TilstandListe and RelationListe, as far as they are there."""
    own: list[Egenskaber] = []
    index: list[SagIndeksEgenskaber] = []
    search = None
    for child in parts.get("AttributListe", ()):
        if child.tag == f"{{{SAG}}}Egenskaber":
            own.append(_egenskaber(child))
        elif child.tag == _EXTENSION:
            for extra in child:
                if extra.tag == f"{{{SI}}}SagIndeksEgenskaber":
                    index.append(_indeks_egenskaber(extra))
                elif extra.tag == f"{{{SI}}}SoegEgenskaberLokalUdvidelse":
                    search = extra
                elif local(extra) != "SenestAendretTidspunkt":
                    raise unexpected(extra, child)
        else:
            raise unexpected(child, parts["AttributListe"])
    progress = []
    for child in parts.get("TilstandListe", ()):
        if child.tag == f"{{{SAG}}}Fremdrift":
            progress.append(_fremdrift(child))
        elif child.tag != _EXTENSION:
            raise unexpected(child, parts["TilstandListe"])
    relations = tuple(_relations(parts["RelationListe"])) if "RelationListe" in parts else ()
    return Lists(tuple(own), tuple(index), tuple(progress), relations, search)


def _relations(element: etree._Element) -> Iterator[Relation]:
    for child in element:
        if child.tag == _EXTENSION:
            for extra in child:
                if extra.tag in _RELATIONS:
                    yield _relation(extra, _RELATIONS[extra.tag])
                elif local(extra) != "SenestAendretTidspunkt":
                    raise unexpected(extra, child)
        elif (family := _RELATIONS.get(child.tag)) is not None:
            yield _relation(child, family)
        else:
            raise unexpected(child, element)


def _egenskaber(element: etree._Element) -> Egenskaber:
    found: dict[str, Any] = {}
    for child in element:
        match local(child):
            case "Virkning":
                found["virkning"] = virkning(child)
            case "AfleveretIndikator":
                found["afleveret"] = boolean(child)
            case "PrincipielIndikator":
                found["principiel"] = boolean(child)
            case "OffentlighedUndtaget":
                for part in child:
                    exempt = local(part) == "TitelAlternativTekst"
                    found["alternativ_titel" if exempt else "undtaget_hjemmel"] = text(part)
            case name if name in _EGENSKABER:
                found[_EGENSKABER[name]] = text(child)
            case _:
                raise unexpected(child, element)
    return Egenskaber(**found)


_EGENSKABER = {
    "BrugervendtNoegle": "noegle",
    "Beskrivelse": "beskrivelse",
    "HjemmelSpecifikation": "hjemmel",
    "Kassationskode": "kassationskode",
    "Sagsnummer": "sagsnummer",
    "Titel": "titel",
}


def _indeks_egenskaber(element: etree._Element) -> SagIndeksEgenskaber:
    found: dict[str, Any] = {}
    for child in element:
        match local(child):
            case "Virkning":
                found["virkning"] = virkning(child)
            case "Foelsomhed":
                found["foelsomhed"] = code(child, Foelsomhed)
            case "OprettetTidspunkt":
                found["oprettet"] = moment(child)
            case "Sagsstatus" | "Sagskategori" | "Lokation" as name:
                found[name.lower()] = text(child)
            case _:
                raise unexpected(child, element)
    return SagIndeksEgenskaber(**found)


def _fremdrift(element: etree._Element) -> Fremdrift:
    held, status = None, None
    for child in element:
        match local(child):
            case "Virkning":
                held = virkning(child)
            case "FremdriftStatusKode":
                status = code(child, FremdriftStatusKode)
            case _:
                raise unexpected(child, element)
    if status is None:
        raise SagdokProblem("Fremdrift", "has no FremdriftStatusKode")
    return Fremdrift(status=status, virkning=held)


#: Texts of a relation and of its extensions, by element.
_TEXTS = {
    f"{{{GD}}}Indeks": "indeks",
    f"{{{SI}}}BrugervendtNoegle": "noegle",
    f"{{{SI}}}FuldtNavn": "navn",
    f"{{{SI}}}CVR-Nummer": "cvr",
    f"{{{SI}}}Klassetitel": "navn",
    f"{{{SI}}}Facettitel": "facettitel",
    f"{{{SI}}}Tekstfelt": "navn",
    f"{{{SI}}}SystemNavn": "navn",
    f"{{{SI}}}SystemURI": "uri",
    f"{{{TV}}}Telefon": "telefon",
}
_REFERENCES = {
    f"{{{GD}}}Rolle": "rolle",
    f"{{{GD}}}Type": "type",
    f"{{{GD}}}ReferenceID": "reference",
}
_VIRKNING = f"{{{GD}}}Virkning"
_JOURNALPOST = f"{{{SAG}}}JournalpostEgenskaber"
_INSIDE = frozenset(
    f"{{{SI}}}{name}LokalUdvidelse" for name in ("Sagsaktoer", "Sagsklasse", "Sagspart", "Sagsgenstande")
)
_PASSED_OVER = frozenset((f"{{{SI}}}Soegeord", f"{{{GD}}}SenestAendretTidspunkt"))


def _relation(element: etree._Element, family: Family) -> Relation:
    found: dict[str, Any] = {"rolle": ""}
    for child in element:
        tag = child.tag
        if tag in _REFERENCES:
            found[_REFERENCES[tag]] = unik(child)
        elif tag == _VIRKNING:
            found["virkning"] = virkning(child)
        elif tag == _EXTENSION:
            for extra in child:
                if extra.tag in _INSIDE:
                    for part in extra:
                        _put(found, part, extra)
                else:
                    _put(found, extra, child)
        elif tag == _JOURNALPOST:
            found["journalpost"] = _journalpost(child)
        else:
            _put(found, child, element)
    return Relation(family=family, **found)


def _put(found: dict[str, Any], element: etree._Element, parent: etree._Element) -> None:
    name = _TEXTS.get(element.tag)
    if name is not None:
        found[name] = text(element)
    elif element.tag not in _PASSED_OVER:
        raise unexpected(element, parent)


def _journalpost(element: etree._Element) -> Journalpost:
    title = ""
    note: dict[str, str] = {}
    for child in element:
        match local(child):
            case "Dokumenttitel":
                title = text(child)
            case "JournalnotatEgenskaber":
                note = {local(part).lower(): text(part) for part in child}
            case "OffentlighedUndtaget":
                pass
            case _:
                raise unexpected(child, element)
    known = {name: value for name, value in note.items() if name in ("titel", "notat", "format")}
    return Journalpost(dokumenttitel=title, **known)
