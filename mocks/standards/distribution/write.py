"""Objects, receipts and look-ups of the distribution component, as XML."""

from __future__ import annotations

from collections.abc import Iterable

from mocks.standards.distribution.names import AUTHORITY, V2, V3, Operation
from mocks.standards.distribution.records import (
    Anmodning,
    Context,
    Fejl,
    ForretningsKvittering,
    Journalpost,
    Modtagersystem,
    Routing,
    TransportKvittering,
)
from mocks.standards.safe_xml import escape

_PREFIXES = f'xmlns:d="{V3}" xmlns:t="{V2}"'


def write_afsend(anmodning: Anmodning, authority: str = "") -> bytes:
    """What a sender asks of the component. ``authority``: the CVR number it acts for."""
    return _v3(Operation.AFSEND, "Request", _authority(authority) + _anmodning("d:anmodning", anmodning))


def write_afsend_answer(receipt: ForretningsKvittering, context: Context) -> bytes:
    content = _forretning("d:ForretningsKvittering", receipt) + _context("d:DistributionContext", context)
    return _v3(Operation.AFSEND, "Response", content)


def write_modtag(anmodning: Anmodning) -> bytes:
    """What the component asks of a receiver."""
    return _v2("FordelingsobjektModtagRequest", _anmodning("t:anmodning", anmodning))


def write_modtag_answer(receipt: ForretningsKvittering) -> bytes:
    return _v2("FordelingsobjektModtagResponse", _forretning("t:ForretningsKvittering", receipt))


def write_kvittering(receipt: ForretningsKvittering, context: Context, authority: str = "") -> bytes:
    """A receiver's later receipt, for the component."""
    content = _authority(authority) + _forretning("d:Forretningskvittering", receipt)
    return _v3(Operation.KVITTERING, "Request", content + _context("d:DistributionContext", context))


def write_kvittering_answer() -> bytes:
    return _v3(Operation.KVITTERING, "Response", "")


def write_anvender_kvittering(receipt: ForretningsKvittering, context: Context) -> bytes:
    """A receipt that the component hands on to the sender."""
    content = _forretning("t:Forretningskvittering", receipt) + _context("t:DistributionContext", context)
    return _v2("FordelingskvitteringModtagAnvenderRequest", content)


def write_anvender_answer() -> bytes:
    return _v2("FordelingskvitteringModtagAnvenderResponse", "")


def write_transport(receipt: TransportKvittering) -> bytes:
    """The transport receipt; the detail of a fault."""
    content = (
        f"<t:TransportValideringsKode>{receipt.kode.value}</t:TransportValideringsKode>"
        f"{_text('t:Begrundelse', receipt.begrundelse)}{_fejl(receipt.fejl)}"
    )
    return _v2("TransportKvittering", content)


def write_list(afsender: str, myndighed: str, emne: str, facet: str = "") -> bytes:
    """Which systems take a subject?"""
    content = (
        f"<d:Routing>{_text('t:AfsendendeMyndighed', afsender)}{_text('t:RoutingMyndighed', myndighed)}"
        f"{_text('t:RoutingKLEEmne', emne)}{_text('t:RoutingHandlingFacet', facet)}</d:Routing>"
    )
    return _v3(Operation.LIST, "Request", content)


def write_list_answer(systems: Iterable[Modtagersystem]) -> bytes:
    rows = "".join(
        [
            f"<t:System>{_text('t:SystemMyndighed', s.myndighed)}{_text('t:SystemUUID', s.uuid)}"
            f"{_text('t:SystemNavn', s.navn)}{_text('t:RoutingKLEEmne', s.emne)}"
            f"{_text('t:RoutingHandlingFacet', s.facet)}</t:System>"
            for s in systems
        ]
    )
    return _v3(Operation.LIST, "Response", f"<d:Systemer>{rows}</d:Systemer>")


def write_valider(afsender: str, routes: Iterable[Routing]) -> bytes:
    """Can these receivers take objects?"""
    rows = "".join([f"<t:Routing>{_routing(route)}</t:Routing>" for route in routes])
    content = f"{_text('d:AfsendendeMyndighed', afsender)}<d:RoutingListe>{rows}</d:RoutingListe>"
    return _v3(Operation.VALIDER, "Request", content)


def write_valider_answer(routes: Iterable[Routing]) -> bytes:
    rows = "".join(
        [
            f"<t:RoutingModtager>{_routing(route)}<t:KanModtage>{'true' if route.kan_modtage else 'false'}"
            f"</t:KanModtage></t:RoutingModtager>"
            for route in routes
        ]
    )
    return _v3(Operation.VALIDER, "Response", f"<d:RoutingListe>{rows}</d:RoutingListe>")


# The parts -------------------------------------------------------------------------------------------------


def _v3(operation: Operation, direction: str, content: str) -> bytes:
    name = f"d:{operation.value}{direction}"
    return f"<{name} {_PREFIXES}>{content}</{name}>".encode()


def _v2(name: str, content: str) -> bytes:
    return f'<t:{name} xmlns:t="{V2}">{content}</t:{name}>'.encode()


def _text(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _authority(cvr: str) -> str:
    if not cvr:
        return ""
    return (
        f'<a:AuthorityContext xmlns:a="{AUTHORITY}"><a:MunicipalityCVR>{escape(cvr)}</a:MunicipalityCVR>'
        f"</a:AuthorityContext>"
    )


def _fejl(errors: tuple[Fejl, ...]) -> str:
    rows = "".join(
        [f"<t:Fejl>{_text('t:FejlKode', f.kode)}{_text('t:FejlTekst', f.tekst)}</t:Fejl>" for f in errors]
    )
    return f"<t:FejlListe>{rows}</t:FejlListe>" if rows else ""


def _forretning(name: str, receipt: ForretningsKvittering) -> str:
    return (
        f"<{name}><t:ForretningsValideringsKode>{receipt.kode.value}</t:ForretningsValideringsKode>"
        f"<t:Kvitteringstype>{receipt.type.value}</t:Kvitteringstype>"
        f"{_text('t:Begrundelse', receipt.begrundelse)}{_fejl(receipt.fejl)}</{name}>"
    )


def _context(name: str, context: Context) -> str:
    way = f"<t:RoutingModtagerAktoer>{escape(context.modtager)}</t:RoutingModtagerAktoer>"
    if not context.modtager:
        way = (
            f"<t:RoutingKLEEmneHandling>{_text('t:RoutingKLEEmne', context.emne)}"
            f"{_text('t:RoutingHandlingFacet', context.facet)}</t:RoutingKLEEmneHandling>"
        )
    return (
        f"<{name}>{_text('t:AnvenderTransaktionsID', context.transaktion)}"
        f"{_text('t:DistributionTransktionsID', context.distribution)}"  # so misspelled on the wire
        f"{_text('t:DigitalPostMeddelelsesID', context.digital_post)}"
        f"{_text('t:AfsendendeMyndighed', context.afsender)}{_text('t:RoutingMyndighed', context.myndighed)}"
        f"<t:RoutingValg>{way}</t:RoutingValg>{_text('t:DokumentFilNavn', context.fil)}</{name}>"
    )


def _anmodning(name: str, anmodning: Anmodning) -> str:
    objekt = anmodning.objekt
    inner = _journalpost(objekt.journalpost) if objekt.journalpost is not None else objekt.raw.decode()
    return (
        f"<{name}>{_context('t:DistributionContext', anmodning.context)}<t:DistributionObject>"
        f"<t:ObjektType>{objekt.type.value}</t:ObjektType><t:ObjektIndhold>{inner}</t:ObjektIndhold>"
        f"</t:DistributionObject></{name}>"
    )


def _reference(name: str, reference: str) -> str:
    if not reference:
        return ""
    inner = "t:URN" if reference[:4].lower() == "urn:" else "t:UUID"
    return f"<{name}><{inner}>{escape(reference)}</{inner}></{name}>"


def _journalpost(note: Journalpost) -> str:
    since = note.fra.isoformat(timespec="milliseconds")
    part = ""
    if note.part is not None:
        part = (
            f"<t:PartAngivelse><t:ObjektType>{escape(note.part.type)}</t:ObjektType>"
            f"{_reference('t:ReferenceID', note.part.reference)}</t:PartAngivelse>"
        )
    document = ""
    if note.dokument:
        document = (
            f"<t:Dokument><t:Objekttype>Dokument</t:Objekttype>{_reference('t:ReferenceID', note.dokument)}"
            f"</t:Dokument>"
        )
    title = ""
    if note.dokumenttitel:
        title = f"<t:JournalpostAttributter>{_text('t:Dokumenttitel', note.dokumenttitel)}</t:JournalpostAttributter>"
    actor = _reference("t:Aktoer", note.system)
    return (
        f"<t:DistributionJournalPost>{_text('t:ID', note.id)}{_text('t:KLEEmneForslag', note.emne)}"
        f"{_text('t:HandlingFacetForslag', note.facet)}{_text('t:SagForslag', note.sag)}{part}"
        f"<t:Registrering><t:FraTidsPunkt>{since}</t:FraTidsPunkt><t:LivscyklusKode>Oprettet</t:LivscyklusKode>"
        f"{_reference('t:BrugerRef', note.bruger)}{_reference('t:RegistreringItSystem', note.system)}"
        f"<t:RelationListe><t:JournalPost><t:Virkning><t:FraTidspunkt>{since}</t:FraTidspunkt>{actor}"
        f"<t:AktoerType>ItSystem</t:AktoerType></t:Virkning><t:Rolle>Journalpost</t:Rolle><t:Indeks>1</t:Indeks>"
        f"{document}{title}<t:JournalnotatAttributter>{_text('t:Titel', note.titel)}"
        f"<t:Notat>{escape(note.notat)}</t:Notat></t:JournalnotatAttributter></t:JournalPost></t:RelationListe>"
        f"</t:Registrering></t:DistributionJournalPost>"
    )


_ROUTE = ("t:RoutingMyndighed", "t:RoutingModtagerAktoer")


def _routing(route: Routing) -> str:
    return _text(_ROUTE[0], route.myndighed) + _text(_ROUTE[1], route.modtager)
