"""Cases, changes, and what goes over the wire with them, as XML. Pieces are text with the prefixes of ``names``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from mocks.standards.safe_xml import escape
from mocks.standards.sagdok.case import (
    URN_CPR,
    Egenskaber,
    Fremdrift,
    Journalpost,
    Registrering,
    Relation,
    Sag,
    SagIndeksEgenskaber,
    Update,
    Virkning,
)
from mocks.standards.sagdok.names import PREFIXES, Operation
from mocks.standards.sagdok.roles import Family
from mocks.standards.sagdok.search import SagVis

#: All blocks of a case.
EVERYTHING = frozenset(SagVis)
_BLOCK = {
    Family.AKTOER: SagVis.SAGSAKTOER,
    Family.KLASSE: SagVis.SAGSKLASSE,
    Family.PART: SagVis.SAGSPART,
    Family.RELATION: SagVis.SAGSRELATION,
    Family.GENSTAND: SagVis.SAGSGENSTAND,
    Family.JOURNALPOST: SagVis.JOURNALPOST,
    Family.IT_SYSTEM: SagVis.ITSYSTEM,
    Family.SIKKERHED: SagVis.SIKKERHEDSPROFIL,
}
#: Relations stand in this order; the last two in an extension.
_OWN = (
    Family.AKTOER, Family.KLASSE, Family.PART, Family.RELATION, Family.GENSTAND, Family.JOURNALPOST,
)  # fmt: skip
_EXTENSIONS = (Family.SIKKERHED, Family.IT_SYSTEM)


def write_import(sager: Iterable[Sag]) -> bytes:
    """The body of ``importer``."""
    return document(Operation.IMPORTER, "Input", "".join([_sag(sag) for sag in sager]))


def write_update(updates: Iterable[Update]) -> bytes:
    """The body of ``opdater``."""
    return document(Operation.OPDATER, "Input", "".join([_update(update) for update in updates]))


def document(operation: Operation, direction: str, content: str) -> bytes:
    """The element of an operation's ``Input`` or ``Output``."""
    name = f"sdi:{operation.element}{direction}"
    return f"<{name} {PREFIXES}>{content}</{name}>".encode()


def registrering(written: Registrering, blocks: frozenset[SagVis] = EVERYTHING) -> str:
    """One registration with the blocks asked for."""
    own = SagVis.EGENSKABER in blocks
    attributes = "".join(map(_egenskaber, written.egenskaber)) if own else ""
    if own and written.indeks_egenskaber:
        attributes += _extension("".join(map(_indeks_egenskaber, written.indeks_egenskaber)))
    progress = "".join(map(_fremdrift, written.fremdrift)) if SagVis.FREMDRIFT in blocks else ""
    sts = (
        f"<gd:StsTidspunkt>{moment(written.sts_tidspunkt)}</gd:StsTidspunkt>" if written.sts_tidspunkt else ""
    )
    return (
        f"<sag:Registrering>{element('sd:NoteTekst', written.note)}"
        f"<sd:Tidspunkt>{moment(written.tidspunkt)}</sd:Tidspunkt>"
        f"<sd:LivscyklusKode>{written.livscyklus.value}</sd:LivscyklusKode>"
        f"{unik('sd:BrugerRef', written.bruger)}{sts}"
        f"<sag:AttributListe>{attributes}</sag:AttributListe><sag:TilstandListe>{progress}</sag:TilstandListe>"
        f"<sag:RelationListe>{relationer(written.relationer, blocks)}</sag:RelationListe></sag:Registrering>"
    )


def lists(
    egenskaber: Iterable[Egenskaber],
    indeks_egenskaber: Iterable[SagIndeksEgenskaber],
    fremdrift: Iterable[Fremdrift],
    relations: tuple[Relation, ...],
    *,
    search: str = "",
    always: bool = False,
) -> str:
    """The three lists of a change or of a search; what is empty is left out unless ``always``.

    ``search`` is an extension for the attributes.
    """
    extension = "".join(map(_indeks_egenskaber, indeks_egenskaber)) + search
    attributes = "".join(map(_egenskaber, egenskaber)) + (_extension(extension) if extension else "")
    parts = (
        ("AttributListe", attributes),
        ("TilstandListe", "".join(map(_fremdrift, fremdrift))),
        ("RelationListe", relationer(relations, EVERYTHING)),
    )
    return "".join([f"<sag:{name}>{text}</sag:{name}>" for name, text in parts if text or always])


def relationer(relations: tuple[Relation, ...], blocks: frozenset[SagVis]) -> str:
    """Relations of the blocks asked for, in the order of the schema."""
    notes = SagVis.JOURNALNOTE in blocks
    by_family: dict[Family, list[str]] = {}
    for relation in relations:
        family = relation.family
        if _BLOCK[family] in blocks or (notes and family is Family.JOURNALPOST):
            by_family.setdefault(family, []).append(_relation(relation, notes))
    extensions = "".join([text for family in _EXTENSIONS for text in by_family.get(family, ())])
    return "".join([text for family in _OWN for text in by_family.get(family, ())]) + (
        _extension(extensions) if extensions else ""
    )


# Small things ----------------------------------------------------------------------------------------------


def element(name: str, text: str) -> str:
    """An element with this text; nothing for none."""
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def unik(name: str, reference: str) -> str:
    """A UUID or a URN, each in its own element; nothing for none."""
    return _unik(name, reference) if reference[:15] != URN_CPR else _reference(name, reference)


def _reference(name: str, reference: str) -> str:
    if not reference:
        return ""
    inner = "sd:URNIdentifikator" if reference[:4].lower() == "urn:" else "sd:UUIDIdentifikator"
    return f"<{name}><{inner}>{escape(reference)}</{inner}></{name}>"


#: Roles, kinds, owners and classes come over and over; people are not remembered.
_unik = lru_cache(maxsize=4096)(_reference)


@lru_cache(maxsize=8192)
def moment(value: datetime) -> str:
    """As the index writes it: milliseconds and the zone."""
    return value.isoformat(timespec="milliseconds")


def tidspunkt(name: str, value: datetime | None) -> str:
    """A moment, or no limit."""
    if value is None:
        return f"<{name}><sd:GraenseIndikator>true</sd:GraenseIndikator></{name}>"
    return f"<{name}><sd:TidsstempelDatoTid>{moment(value)}</sd:TidsstempelDatoTid></{name}>"


@lru_cache(maxsize=4096)
def virkning(name: str, held: Virkning | None) -> str:
    """When something holds; nothing where that is not said."""
    if held is None:
        return ""
    kind = f"<sd:AktoerTypeKode>{held.aktoer_type.value}</sd:AktoerTypeKode>" if held.aktoer_type else ""
    return (
        f"<{name}>{tidspunkt('sd:FraTidspunkt', held.fra)}{tidspunkt('sd:TilTidspunkt', held.til)}"
        f"{unik('sd:AktoerRef', held.aktoer)}{kind}{element('sd:NoteTekst', held.note)}</{name}>"
    )


def boolean(name: str, value: bool | None) -> str:
    return "" if value is None else f"<{name}>{'true' if value else 'false'}</{name}>"


# The parts of a case ---------------------------------------------------------------------------------------


def _sag(sag: Sag) -> str:
    silent = "<sag:UdenNotifikation>true</sag:UdenNotifikation>" if sag.uden_notifikation else ""
    return (
        f"<sdi:SagIndeks><sd:UUIDIdentifikator>{escape(sag.uuid)}</sd:UUIDIdentifikator>"
        f"{''.join(map(registrering, sag.registreringer))}{silent}</sdi:SagIndeks>"
    )


def _update(update: Update) -> str:
    return (
        f"<sdi:OpdaterSagIndeks><sd:UUIDIdentifikator>{escape(update.uuid)}</sd:UUIDIdentifikator>"
        f"{element('sd:NoteTekst', update.note)}"
        f"{lists(update.egenskaber, update.indeks_egenskaber, update.fremdrift, update.relationer)}"
        f"<sdi:Tidspunkt>{moment(update.tidspunkt)}</sdi:Tidspunkt>"
        f"{boolean('sdi:UdenNotifikation', update.uden_notifikation or None)}</sdi:OpdaterSagIndeks>"
    )


def _egenskaber(own: Egenskaber) -> str:
    exempt = ""
    if own.alternativ_titel or own.undtaget_hjemmel:
        exempt = (
            f"<sag:OffentlighedUndtaget><sd:TitelAlternativTekst>{escape(own.alternativ_titel)}"
            f"</sd:TitelAlternativTekst><sd:OffentlighedUndtagetHjemmelTekst>{escape(own.undtaget_hjemmel)}"
            f"</sd:OffentlighedUndtagetHjemmelTekst></sag:OffentlighedUndtaget>"
        )
    return (
        f"<sag:Egenskaber>{virkning('sag:Virkning', own.virkning)}{element('sag:BrugervendtNoegle', own.noegle)}"
        f"{boolean('sag:AfleveretIndikator', own.afleveret)}{element('sag:Beskrivelse', own.beskrivelse)}"
        f"{element('sag:HjemmelSpecifikation', own.hjemmel)}"
        f"{element('sag:Kassationskode', own.kassationskode)}"
        f"{exempt}{boolean('sag:PrincipielIndikator', own.principiel)}"
        f"{element('sag:Sagsnummer', own.sagsnummer)}{element('sag:Titel', own.titel)}</sag:Egenskaber>"
    )


def _indeks_egenskaber(own: SagIndeksEgenskaber) -> str:
    made = f"<si:OprettetTidspunkt>{moment(own.oprettet)}</si:OprettetTidspunkt>" if own.oprettet else ""
    return (
        f"<si:SagIndeksEgenskaber>{virkning('gd:Virkning', own.virkning)}"
        f"{element('si:Sagsstatus', own.sagsstatus)}{element('si:Sagskategori', own.sagskategori)}"
        f"{element('si:Foelsomhed', own.foelsomhed.value if own.foelsomhed else '')}"
        f"{element('si:Lokation', own.lokation)}{made}</si:SagIndeksEgenskaber>"
    )


def _fremdrift(step: Fremdrift) -> str:
    return (
        f"<sag:Fremdrift>{virkning('sag:Virkning', step.virkning)}"
        f"<sag:FremdriftStatusKode>{step.status.value}</sag:FremdriftStatusKode></sag:Fremdrift>"
    )


def _extension(content: str) -> str:
    return f"<gd:LokalUdvidelseListe>{content}</gd:LokalUdvidelseListe>"


def _relation(relation: Relation, notes: bool) -> str:
    family = relation.family
    extension, after = "", ""
    key = element("si:BrugervendtNoegle", relation.noegle)
    match family:
        case Family.AKTOER:
            inner = f"{key}{element('si:FuldtNavn', relation.navn)}{element('si:CVR-Nummer', relation.cvr)}"
            extension = element_of("si:SagsaktoerLokalUdvidelse", inner)
            extension += element("tv:Telefon", relation.telefon)
        case Family.KLASSE:
            titles = element("si:Facettitel", relation.facettitel) + element("si:Klassetitel", relation.navn)
            extension = element_of("si:SagsklasseLokalUdvidelse", titles + key)
        case Family.PART:
            inner = key + element("si:FuldtNavn", relation.navn)
            extension = element_of("si:SagspartLokalUdvidelse", inner)
        case Family.GENSTAND:
            text = element("si:Tekstfelt", relation.navn)
            extension = element_of("si:SagsgenstandeLokalUdvidelse", text)
        case Family.JOURNALPOST if relation.journalpost is not None:
            after = _journalpost(relation.journalpost, notes)
        case Family.IT_SYSTEM:
            after = element("si:SystemNavn", relation.navn) + element("si:SystemURI", relation.uri)
    name = f"{'si' if family in _EXTENSIONS else 'sag'}:{family.value}"
    return (
        f"<{name}>{virkning('gd:Virkning', relation.virkning)}{unik('gd:Rolle', relation.rolle)}"
        f"{unik('gd:Type', relation.type)}{element('gd:Indeks', relation.indeks)}"
        f"{unik('gd:ReferenceID', relation.reference)}{_extension(extension) if extension else ''}{after}</{name}>"
    )


def element_of(name: str, content: str) -> str:
    """An element around markup; nothing for none."""
    return f"<{name}>{content}</{name}>" if content else ""


def _journalpost(entry: Journalpost, notes: bool) -> str:
    note = ""
    if notes and (entry.titel or entry.notat or entry.format):
        note = (
            f"<sag:JournalnotatEgenskaber>{element('sag:Titel', entry.titel)}{element('sag:Notat', entry.notat)}"
            f"{element('sag:Format', entry.format)}</sag:JournalnotatEgenskaber>"
        )
    title = element("sag:Dokumenttitel", entry.dokumenttitel)
    return f"<sag:JournalpostEgenskaber>{title}{note}</sag:JournalpostEgenskaber>"
