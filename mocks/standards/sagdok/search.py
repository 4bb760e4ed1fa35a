"""What a search asks the case index for: expressions, the blocks to show, the order.

An example (``SoegSag``) finds what agrees with everything it says; every value is compared as it stands,
without wildcards or any language of its own, so that nothing can be smuggled into a search.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from mocks.standards.sagdok.case import Egenskaber, Fremdrift, Moment, Relation, SagIndeksEgenskaber


class SagVis(StrEnum):
    """The blocks of a case that a search may ask for."""

    EGENSKABER = "egenskaber"
    FREMDRIFT = "fremdrift"
    SAGSKLASSE = "sagsklasse"
    SAGSAKTOER = "sagsaktoer"
    SAGSPART = "sagspart"
    SAGSRELATION = "sagsrelation"
    SAGSGENSTAND = "sagsgenstand"
    JOURNALPOST = "journalpost"
    JOURNALNOTE = "journalpost-journalnote"
    ITSYSTEM = "itsystem"
    SIKKERHEDSPROFIL = "sikkerhedsprofil"


#: What it takes to reach whoever works on a case: neither number nor title.
TO_REACH = frozenset((SagVis.FREMDRIFT, SagVis.SAGSKLASSE, SagVis.SAGSAKTOER, SagVis.SAGSPART))
#: And with these, all that people know a case by.
WHOLE_CASE = TO_REACH | {SagVis.EGENSKABER}


class SagInkluder(StrEnum):
    """What else to show with the cases that were found: the cases they relate to, their journal entries."""

    SAGSRELATION = "sagsrelation"
    JOURNALPOST = "journalpost"


class SorterEfter(StrEnum):
    """What cases can be sorted by."""

    BRUGER = "Bruger"
    STS_REGISTRERING = "StsRegistreringstidspunkt"
    REGISTRERING = "Registreringstidspunkt"
    NOEGLE = "BrugervendtNoegle"
    IT_SYSTEM = "ItSystem-Systemnavn"
    FREMDRIFT = "Fremdrift"
    TITEL = "Titel"
    FOELSOMHED = "Foelsomhed"
    KLASSE = "Sagklasse-BrugervendtNoegle"
    LIVSCYKLUS = "Livscyklus"


class Sortering(msgspec.Struct, frozen=True):
    """One key of the order; the lowest ``prioritet`` counts first."""

    element: SorterEfter
    faldende: bool = False
    prioritet: int = 1


class Interval(msgspec.Struct, frozen=True):
    """From a moment, and until another one (exclusive); ``None`` is no limit."""

    fra: Moment | None = None
    til: Moment | None = None


class SoegSag(msgspec.Struct, frozen=True, kw_only=True):
    """An example of what is sought. ``foerste`` counts from 0; ``most`` is how many of the hits are wanted.

    ``virkning``: only what holds within it counts; ``sts``: the registrations that the index made within it,
    so that an earlier state can be asked for. Relations agree when all they say agrees.
    """

    foerste: int | None = None
    most: int | None = None
    livscyklus: str = ""
    bruger: str = ""
    registrering: Interval | None = None
    virkning: Interval | None = None
    sts: Interval | None = None
    egenskaber: tuple[Egenskaber, ...] = ()
    indeks_egenskaber: tuple[SagIndeksEgenskaber, ...] = ()
    fremdrift: tuple[Fremdrift, ...] = ()
    relationer: tuple[Relation, ...] = ()
    oprettet: Interval | None = None
    senest_aendret: Interval | None = None


class SoegUdtryk(msgspec.Struct, frozen=True, kw_only=True):
    """Terms that must all hold, or (``either``) one of them. ``ikke`` are terms turned round.

    ``dokumenter`` counts terms about documents, of which this index holds none.
    """

    either: bool = False
    sager: tuple[SoegSag, ...] = ()
    ikke: tuple[SoegUdtryk, ...] = ()
    udtryk: tuple[SoegUdtryk, ...] = ()
    dokumenter: int = 0


class Fremsoeg(msgspec.Struct, frozen=True, kw_only=True):
    """A whole search."""

    sag_uuid: tuple[str, ...] = ()
    dokument_uuid: tuple[str, ...] = ()
    udtryk: SoegUdtryk | None = None
    vis: frozenset[SagVis] = frozenset()
    inkluder: frozenset[SagInkluder] = frozenset()
    sortering: tuple[Sortering, ...] = ()


class Fjern(msgspec.Struct, frozen=True, kw_only=True):
    """What to take out of the index."""

    sag_uuid: tuple[str, ...] = ()
    udtryk: SoegUdtryk | None = None
