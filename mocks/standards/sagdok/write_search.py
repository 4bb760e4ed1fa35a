"""Searches and removals, and the answers of all operations, as XML."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mocks.standards.safe_xml import escape
from mocks.standards.sagdok.answers import Found, Outcome, StandardRetur, UnikRetur
from mocks.standards.sagdok.names import Operation
from mocks.standards.sagdok.search import Fjern, Fremsoeg, Interval, SoegSag, SoegUdtryk, Sortering
from mocks.standards.sagdok.write import (
    document,
    element,
    element_of,
    lists,
    registrering,
    tidspunkt,
    unik,
)


def write_fremsoeg(search: Fremsoeg) -> bytes:
    """The body of ``fremsoeg``."""
    shown = "".join(
        [f"<sdi:SagVis><sdi:Vis>{vis.value}</sdi:Vis></sdi:SagVis>" for vis in sorted(search.vis)]
    )
    shown += "".join([f"<sdi:SagInkluder>{more.value}</sdi:SagInkluder>" for more in sorted(search.inkluder)])
    return document(
        Operation.FREMSOEG,
        "Input",
        f"{''.join([element('sdi:SagUuid', uuid) for uuid in search.sag_uuid])}"
        f"{''.join([element('sdi:DokumentUuid', uuid) for uuid in search.dokument_uuid])}"
        f"{_udtryk('sdi:SoegUdtryk', search.udtryk) if search.udtryk else ''}"
        f"<sdi:Filter>{shown}</sdi:Filter>"
        f"{element_of('sdi:Sortering', ''.join(map(_sortering, search.sortering)))}",
    )


def write_fjern(removal: Fjern) -> bytes:
    """The body of ``fjern``."""
    uuids = "".join([unik("sdi:SagUuid", uuid) for uuid in removal.sag_uuid])
    expression = _udtryk("sdi:SoegUdtryk", removal.udtryk) if removal.udtryk else ""
    return document(Operation.FJERN, "Input", uuids + expression)


def write_outcome(operation: Operation, outcome: Outcome) -> bytes:
    """The answer of ``importer``, ``opdater`` and ``fjern``."""
    if outcome.standard is not None:
        return document(operation, "Output", _standard(outcome.standard))
    return document(operation, "Output", "".join(map(_unik_retur, outcome.unik)))


def write_found(found: Found) -> bytes:
    """The answer of ``fremsoeg``, with everything that the cases hold."""
    pictures = [oejebliksbillede(sag.uuid, map(registrering, sag.registreringer)) for sag in found.sager]
    return write_pictures(found.retur, found.antal, pictures)


def write_pictures(retur: StandardRetur, antal: int, pictures: Iterable[str]) -> bytes:
    """The answer of ``fremsoeg`` from pictures of cases that are written already."""
    count = f"<sdi:Antal><sdi:Element>sager</sdi:Element><sdi:Antal>{antal}</sdi:Antal></sdi:Antal>"
    return document(Operation.FREMSOEG, "Output", _standard(retur) + count + "".join(pictures))


def oejebliksbillede(uuid: str, registrations: Iterable[str]) -> str:
    """A case as a search shows it."""
    return (
        f"<sdi:SagFiltreretOejebliksbillede><sag:ObjektType><sd:UUIDIdentifikator>{uuid}</sd:UUIDIdentifikator>"
        f"</sag:ObjektType>{''.join(registrations)}</sdi:SagFiltreretOejebliksbillede>"
    )


def _udtryk(name: str, terms: SoegUdtryk) -> str:
    return (
        f"<{name}>{'<sdi:operation>OR</sdi:operation>' if terms.either else ''}"
        f"{'<sdi:SoegDokument/>' * terms.dokumenter}{''.join(map(_soeg_sag, terms.sager))}"
        f"{''.join([_udtryk('sdi:NOT', term) for term in terms.ikke])}"
        f"{''.join([_udtryk('sdi:SoegUdtryk', term) for term in terms.udtryk])}</{name}>"
    )


def _soeg_sag(example: SoegSag) -> str:
    written = example.registrering or Interval()
    registered = (
        _limit("sd:FraTidspunkt", written.fra)
        + _limit("sd:TilTidspunkt", written.til)
        + element("sd:LivscyklusKode", example.livscyklus)
        + unik("sd:BrugerRef", example.bruger)
    )
    held = example.virkning or Interval()
    effective = _limit("sd:FraTidspunkt", held.fra) + _limit("sd:TilTidspunkt", held.til)
    sts = example.sts or Interval()
    made = _interval("si:OprettetTidspunktInterval", example.oprettet)
    changed = _interval("si:SenestAendretInterval", example.senest_aendret)
    content = lists(
        example.egenskaber,
        example.indeks_egenskaber,
        example.fremdrift,
        example.relationer,
        search=element_of("si:SoegEgenskaberLokalUdvidelse", made + changed),
        always=True,
    )
    return (
        f"<sdi:SoegSag>{_number('sd:FoersteResultatReference', example.foerste)}"
        f"{_number('sd:MaksimalAntalKvantitet', example.most)}"
        f"{element_of('sd:SoegRegistrering', registered)}{element_of('sd:SoegVirkning', effective)}"
        f"{_limit('go:SoegStsFraTidspunkt', sts.fra)}{_limit('go:SoegStsTilTidspunkt', sts.til)}"
        f"{content}</sdi:SoegSag>"
    )


def _limit(name: str, value: datetime | None) -> str:
    return "" if value is None else tidspunkt(name, value)


def _interval(name: str, interval: Interval | None) -> str:
    if interval is None:
        return ""
    inner = _limit("go:FraTidspunkt", interval.fra) + _limit("go:TilTidspunkt", interval.til)
    return f"<{name}>{inner}</{name}>"


def _number(name: str, value: int | None) -> str:
    return "" if value is None else f"<{name}>{value}</{name}>"


def _sortering(key: Sortering) -> str:
    direction = "Faldende" if key.faldende else "Stigende"
    return (
        f"<sdi:SagSortering><sdi:Element>{key.element.value}</sdi:Element><sdi:Retning>{direction}</sdi:Retning>"
        f"<sdi:Prioritet>{key.prioritet}</sdi:Prioritet></sdi:SagSortering>"
    )


def _standard(retur: StandardRetur) -> str:
    return f"<sd:StandardRetur>{_codes(retur.status, retur.text, retur.detail)}</sd:StandardRetur>"


def _unik_retur(retur: UnikRetur) -> str:
    return (
        f"<sd:UnikRetur>{_codes(retur.status, retur.text, retur.detail)}<sd:Type>{escape(retur.kind)}</sd:Type>"
        f"<sd:UUIDIdentifikator>{escape(retur.uuid)}</sd:UUIDIdentifikator></sd:UnikRetur>"
    )


def _codes(status: int, text: str, detail: str) -> str:
    return (
        f"<sd:StatusKode>{status}</sd:StatusKode>{element('sd:FejlbeskedTekst', text)}"
        f"{element('sd:DetaljeretFejlbesked', detail)}"
    )
