"""Searches, removals and answers out of XML. Expressions have limits: how deep they nest, how many terms."""

from __future__ import annotations

from typing import Any

from lxml import etree

from mocks.identifiers import check_cpr
from mocks.standards.sagdok import answers
from mocks.standards.sagdok.answers import Found, Outcome, SagdokProblem, StandardRetur, UnikRetur
from mocks.standards.sagdok.case import URN_CPR, LivscyklusKode, Sag
from mocks.standards.sagdok.elements import code, local, number, text, tidspunkt, unexpected, unik
from mocks.standards.sagdok.names import SAG, SD, SDI
from mocks.standards.sagdok.read import read_lists, registrering
from mocks.standards.sagdok.search import (
    Fjern,
    Fremsoeg,
    Interval,
    SagInkluder,
    SagVis,
    SoegSag,
    SoegUdtryk,
    SorterEfter,
    Sortering,
)

#: No search of the field comes near (assumption).
DEEPEST, MOST_TERMS, MOST_UUIDS = 10, 100, 1000


def read_fremsoeg(body: etree._Element) -> Fremsoeg:
    """What ``fremsoeg`` was sent. ``SagdokProblem`` for what is no search, or too much of one."""
    sager: list[str] = []
    documents: list[str] = []
    expression = None
    shown: frozenset[SagVis] = frozenset()
    included: frozenset[SagInkluder] = frozenset()
    order: tuple[Sortering, ...] = ()
    for child in body:
        match child.tag:
            case value if value == f"{{{SDI}}}SagUuid":
                sager.append(text(child).lower())
            case value if value == f"{{{SDI}}}DokumentUuid":
                documents.append(text(child).lower())
            case value if value == f"{{{SDI}}}SoegUdtryk":
                expression = _udtryk(child, 1, [0])
            case value if value == f"{{{SDI}}}Filter":
                shown, included = _filter(child)
            case value if value == f"{{{SDI}}}Sortering":
                order = _sortering(child)
            case _:
                raise unexpected(child, body)
    _few(len(sager) + len(documents))
    return Fremsoeg(
        sag_uuid=tuple(sager),
        dokument_uuid=tuple(documents),
        udtryk=expression,
        vis=shown,
        inkluder=included,
        sortering=order,
    )


def read_fjern(body: etree._Element) -> Fjern:
    """What ``fjern`` was sent."""
    sager: list[str] = []
    expression = None
    for child in body:
        match child.tag:
            case value if value == f"{{{SDI}}}SagUuid":
                sager.append(unik(child))
            case value if value == f"{{{SDI}}}SoegUdtryk":
                expression = _udtryk(child, 1, [0])
            case _ if local(child) in ("EfterladSagsloeseDokumenter", "FjernOgsaaYdelse"):
                pass  # neither documents nor benefits are kept here
            case _:
                raise unexpected(child, body)
    _few(len(sager))
    return Fjern(sag_uuid=tuple(sager), udtryk=expression)


def read_outcome(output: etree._Element) -> Outcome:
    """The answer of ``importer``, ``opdater`` or ``fjern``."""
    lines: list[UnikRetur] = []
    whole = None
    for child in output:
        if child.tag == f"{{{SD}}}UnikRetur":
            lines.append(_unik_retur(child))
        elif child.tag == f"{{{SD}}}StandardRetur":
            whole = _standard(child)
        else:
            raise unexpected(child, output)
    return Outcome(tuple(lines), whole)


def read_found(output: etree._Element) -> Found:
    """The answer of ``fremsoeg``."""
    retur = None
    count = 0
    sager: list[Sag] = []
    for child in output:
        match child.tag:
            case value if value == f"{{{SDI}}}SagFiltreretOejebliksbillede":
                sager.append(_picture(child))
            case value if value == f"{{{SD}}}StandardRetur":
                retur = _standard(child)
            case value if value == f"{{{SDI}}}Antal":
                parts = {local(part): text(part) for part in child if not len(part)}
                if parts.get("Element") == "sager" and parts.get("Antal", "").isdecimal():
                    count = int(parts["Antal"])
            case value if value == f"{{{SDI}}}DokumentFiltreretOejebliksbillede":
                pass
            case _:
                raise unexpected(child, output)
    if retur is None:
        raise SagdokProblem(local(output), "has no StandardRetur")
    return Found(retur=retur, antal=count, sager=tuple(sager))


def _picture(element: etree._Element) -> Sag:
    uuid = ""
    registrations = []
    for child in element:
        if child.tag == f"{{{SAG}}}Registrering":
            registrations.append(registrering(child))
        elif child.tag == f"{{{SAG}}}ObjektType":
            uuid = unik(child)
        else:
            raise unexpected(child, element)
    if not registrations:
        raise SagdokProblem(local(element), "has no Registrering")
    return Sag(uuid=uuid, registreringer=tuple(registrations))


# Expressions -----------------------------------------------------------------------------------------------


def _udtryk(element: etree._Element, depth: int, terms: list[int]) -> SoegUdtryk:
    if depth > DEEPEST:
        raise SagdokProblem("SoegUdtryk", f"is nested deeper than {DEEPEST}")
    either, documents = False, 0
    sager: list[SoegSag] = []
    inverted: list[SoegUdtryk] = []
    nested: list[SoegUdtryk] = []
    for child in element:
        terms[0] += 1
        if terms[0] > MOST_TERMS:
            raise SagdokProblem("SoegUdtryk", f"has more than {MOST_TERMS} terms")
        match local(child):
            case "operation":
                if (said := text(child)) not in ("AND", "OR"):
                    raise SagdokProblem("SoegUdtryk/operation", "is neither AND nor OR")
                either = said == "OR"
            case "SoegSag":
                sager.append(_soeg_sag(child))
            case "NOT":
                inverted.append(_udtryk(child, depth + 1, terms))
            case "SoegUdtryk":
                nested.append(_udtryk(child, depth + 1, terms))
            case "SoegDokument" | "SoegSagsloeseDokumenter":
                documents += 1
            case _:
                raise unexpected(child, element)
    if not (sager or inverted or nested or documents):
        raise SagdokProblem(local(element), "has no term")
    return SoegUdtryk(
        either=either, sager=tuple(sager), ikke=tuple(inverted), udtryk=tuple(nested), dokumenter=documents
    )


def _soeg_sag(element: etree._Element) -> SoegSag:
    found: dict[str, Any] = {}
    parts: dict[str, etree._Element] = {}
    sts_from = sts_until = None
    for child in element:
        match local(child):
            case "FoersteResultatReference":
                found["foerste"] = number(child)
            case "MaksimalAntalKvantitet":
                found["most"] = number(child)
            case "SoegRegistrering":
                found.update(_soeg_registrering(child))
            case "SoegVirkning":
                found["virkning"] = _interval(child)
            case "SoegStsFraTidspunkt":
                sts_from = tidspunkt(child)
            case "SoegStsTilTidspunkt":
                sts_until = tidspunkt(child)
            case "AttributListe" | "TilstandListe" | "RelationListe" as name:
                parts[name] = child
            case _:
                raise unexpected(child, element)
    read = read_lists(parts)
    for child in read.search if read.search is not None else ():
        if (interval := _INTERVALS.get(local(child))) is None:
            raise unexpected(child, element)
        found[interval] = _interval(child)
    for relation in read.relationer:
        person = relation.reference.removeprefix(URN_CPR)
        if person != relation.reference and (wrong := check_cpr(person)):
            raise SagdokProblem(f"SoegSag/{relation.family}/ReferenceID", wrong)
    return SoegSag(
        sts=Interval(sts_from, sts_until) if sts_from or sts_until else None,
        egenskaber=read.egenskaber,
        indeks_egenskaber=read.indeks_egenskaber,
        fremdrift=read.fremdrift,
        relationer=read.relationer,
        **found,
    )


_INTERVALS = {"OprettetTidspunktInterval": "oprettet", "SenestAendretInterval": "senest_aendret"}


def _soeg_registrering(element: etree._Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        match local(child):
            case "LivscyklusKode":
                found["livscyklus"] = code(child, LivscyklusKode).value
            case "BrugerRef":
                found["bruger"] = unik(child)
    found["registrering"] = _interval(element)
    return found


def _interval(element: etree._Element) -> Interval:
    start = until = None
    for child in element:
        match local(child):
            case "FraTidspunkt":
                start = tidspunkt(child)
            case "TilTidspunkt":
                until = tidspunkt(child)
    return Interval(start, until)


def _few(uuids: int) -> None:
    if uuids > MOST_UUIDS:
        raise SagdokProblem("SagUuid", f"is there {uuids} times; at most {MOST_UUIDS} are looked up at once")


# Blocks, order, codes --------------------------------------------------------------------------------------


def _filter(element: etree._Element) -> tuple[frozenset[SagVis], frozenset[SagInkluder]]:
    shown: set[SagVis] = set()
    included: set[SagInkluder] = set()
    for child in element:
        match local(child):
            case "SagVis":
                shown.update(code(part, SagVis) for part in child)
            case "SagInkluder":
                included.add(code(child, SagInkluder))
            case "DokumentVis" | "DokumentInkluder":
                pass  # no documents are kept here
            case _:
                raise unexpected(child, element)
    return frozenset(shown), frozenset(included)


def _sortering(element: etree._Element) -> tuple[Sortering, ...]:
    keys = []
    for child in element:
        if child.tag != f"{{{SDI}}}SagSortering":
            continue
        by, falling, priority = None, False, 1
        for part in child:
            match local(part):
                case "Element":
                    by = code(part, SorterEfter)
                case "Retning":
                    if (said := text(part)) not in ("Stigende", "Faldende"):
                        raise SagdokProblem("SagSortering/Retning", "is neither Stigende nor Faldende")
                    falling = said == "Faldende"
                case "Prioritet":
                    priority = number(part)
                case _:
                    raise unexpected(part, child)
        if by is None:
            raise SagdokProblem("SagSortering", "has no Element")
        keys.append(Sortering(by, falling, priority))
    return tuple(sorted(keys, key=lambda key: key.prioritet))


def _standard(element: etree._Element) -> StandardRetur:
    parts = {local(part): text(part) for part in element}
    return StandardRetur(
        _status(parts), parts.get("FejlbeskedTekst", ""), parts.get("DetaljeretFejlbesked", "")
    )


def _unik_retur(element: etree._Element) -> UnikRetur:
    parts = {local(part): text(part) for part in element}
    return UnikRetur(
        status=_status(parts),
        uuid=parts.get("UUIDIdentifikator", "").lower(),
        kind=parts.get("Type", answers.SAG),
        text=parts.get("FejlbeskedTekst", ""),
        detail=parts.get("DetaljeretFejlbesked", ""),
    )


def _status(parts: dict[str, str]) -> int:
    said = parts.get("StatusKode", "")
    if not (said.isascii() and said.isdecimal() and len(said) < 6):
        raise SagdokProblem("StatusKode", "is no number")
    return int(said)
