"""What the case index demands of a case before it takes it in (guidance for SF1470, version 1.7)."""

from __future__ import annotations

import re
from functools import lru_cache

from mocks.identifiers import check_cpr, check_cvr
from mocks.kombit.case_index.sag import URN_CPR, URN_CVR, FremdriftStatusKode, LivscyklusKode, Sag

_KLE = re.compile(r"\d\d\.\d\d\.\d\d", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)

#: Relations with cardinality 1. (PrimaerPart is 0..1: a case may be about nobody in particular.)
_MANDATORY = (
    ("Ejer", "ejer"),
    ("Ansvarlig", "ansvarlig"),
    ("PrimaerKlasse", "primaer_klasse"),
    ("Handlingsklasse", "handlingsklasse"),
    ("ITSystemMaster", "it_system_master"),
    ("ITSystemAfsender", "it_system_afsender"),
)


def fault_of(sag: Sag) -> str | None:
    """The first thing that is wrong with a case, as a sentence with its place; ``None`` when all is right.

    A CPR number is never repeated in it.
    """
    if not _UUID.fullmatch(sag.uuid):
        return "UUIDIdentifikator: not a UUID in lower case with dashes"
    if sag.registrering.livscyklus_kode is not LivscyklusKode.IMPORTERET:
        return (
            f"Registrering/LivscyklusKode: a sender writes Importeret, not {sag.registrering.livscyklus_kode}"
        )
    return _fault_of_properties(sag) or _fault_of_progress(sag) or _fault_of_relations(sag)


def _fault_of_properties(sag: Sag) -> str | None:
    own = sag.egenskaber
    if own is None:
        return "Egenskaber: missing; number and title are mandatory"
    if not 0 < len(own.sagsnummer) <= 50:
        return f"Egenskaber/Sagsnummer: {len(own.sagsnummer)} characters; 1 to 50 are allowed"
    if own.brugervendt_noegle != own.sagsnummer:
        return "Egenskaber/BrugervendtNoegle: must repeat Sagsnummer"
    if len(own.titel) > 255:
        return f"Egenskaber/Titel: {len(own.titel)} characters; 255 are allowed"
    if sag.indeks_egenskaber is None:
        return "SagIndeksEgenskaber: missing; Foelsomhed is mandatory"
    return None


def _fault_of_progress(sag: Sag) -> str | None:
    if not sag.tilstand:
        return "Tilstand: missing; the whole history must be sent"
    if sag.tilstand[0].fremdrift_status_kode is not FremdriftStatusKode.OPSTAAET:
        return "Tilstand[0]: the history starts with Opstaaet"
    last = len(sag.tilstand) - 1
    for at, step in enumerate(sag.tilstand):
        end = step.virkning.til_tidspunkt
        if end is None:
            if at != last:
                return f"Tilstand[{at}]/Virkning: only the last one may be without TilTidspunkt"
        elif end <= step.virkning.fra_tidspunkt:
            return f"Tilstand[{at}]/Virkning: TilTidspunkt is exclusive and must be later than FraTidspunkt"
        elif at != last and sag.tilstand[at + 1].virkning.fra_tidspunkt < end:
            return f"Tilstand[{at + 1}]/Virkning: starts before Tilstand[{at}] has ended"
    return None


def _fault_of_relations(sag: Sag) -> str | None:
    relations = sag.relationer
    for name, attribute in _MANDATORY:
        if getattr(relations, attribute) is None:
            return f"Relationer/{name}: missing; exactly one is mandatory"
    assert relations.ejer is not None and relations.primaer_klasse is not None
    if not _KLE.fullmatch(relations.primaer_klasse.user_key):
        return "Relationer/PrimaerKlasse/BrugervendtNoegle: a KLE subject is written NN.NN.NN"
    owner = relations.ejer.reference
    if wrong := _fault_of_owner(owner):
        return wrong
    home = relations.bopaelskommune
    if home is not None and home.reference == owner:
        return "Relationer/Bopaelskommune: is given only when it differs from Ejer; leave it out"
    party = relations.primaer_part
    if party is not None and party.reference.startswith(URN_CPR):
        if wrong := check_cpr(party.reference.removeprefix(URN_CPR)):
            return f"Relationer/PrimaerPart/ReferenceID: {wrong}"
    elif party is not None and not party.reference.startswith("urn:oio:"):
        return f"Relationer/PrimaerPart/ReferenceID: must be a URN such as {URN_CPR}<10 digits>"
    return None


@lru_cache(maxsize=256)  # an import repeats one owner thousands of times
def _fault_of_owner(reference: str) -> str | None:
    if not reference.startswith(URN_CVR):
        return f"Relationer/Ejer/ReferenceID: must be {URN_CVR}<8 digits>"
    if wrong := check_cvr(reference.removeprefix(URN_CVR)):
        return f"Relationer/Ejer/ReferenceID: {wrong}"
    return None
