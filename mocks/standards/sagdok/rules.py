"""What must hold of a case before the index takes it in: KOMBIT's guidance for the case object, version 1.7."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mocks.identifiers import check_cpr, check_cvr
from mocks.standards.findings import Finding
from mocks.standards.rule import Rule
from mocks.standards.sagdok import roles
from mocks.standards.sagdok.case import (
    URN_CPR,
    URN_CVR,
    URN_EMPTY,
    Egenskaber,
    FremdriftStatusKode,
    LivscyklusKode,
    Registrering,
    Relation,
    Sag,
    Virkning,
)
from mocks.standards.sagdok.roles import Family, Role
from mocks.standards.sagdok.timeline import overlap

_SOURCE = "KOMBIT SF1470: guidance for the case object, version 1.7"
_KLE = re.compile(r"\d\d\.\d\d\.\d\d", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*", re.ASCII)
#: Forms of a party, by what follows ``urn:oio:``.
_PARTY = re.compile(
    r"urn:oio:(?:cpr-nr:\d{10}|us:personid:\d{7}|udk:borgerid:\d{12}|cvr-nr:\d{8}|pnr:\d{10}|fuldtnavn:.+)",
    re.ASCII,
)
#: A journal note has at most 100 KB; base64 makes four characters of three bytes.
_LONGEST_NOTE = 100 * 1024 * 4 // 3 + 4


def _rule(id_: str, statement: str, mend: str) -> Rule:
    return Rule(id=f"sag-{id_}", statement=statement, source=_SOURCE, mend=mend)


UUID = _rule("uuid", "A case has a UUID of the sender's making.", "Write it in lower case with dashes.")
LIFE_CYCLE = _rule("livscyklus", "An import writes the life cycle Importeret.", "Write Importeret.")
PROPERTIES = _rule("egenskaber", "A case has a number and a title.", "Give Sagsnummer and Titel.")
NUMBER = _rule("sagsnummer", "The user key repeats the case number.", "Write the number in both.")
LENGTH = _rule("length", "Texts keep their greatest length.", "Shorten the text.")
DISPOSAL = _rule("kassationskode", "The disposal code is B or K.", "Write B (keep) or K (discard).")
SENSITIVITY = _rule("foelsomhed", "A case says how sensitive it is.", "Give Foelsomhed.")
PROGRESS = _rule(
    "fremdrift", "The whole history of progress is sent, from Opstaaet on.", "Send every stretch of it."
)
TIME = _rule(
    "virkning", "What is sent holds from a finite moment, and until a later one or without end.",
    "Give FraTidspunkt; TilTidspunkt is exclusive.",
)  # fmt: skip
CARDINALITY = _rule("cardinality", "A relation is there as often as its role allows.", "Add or end some.")
KIND = _rule("type", "A relation points to a kind that its role allows.", "Correct Type or Rolle.")
REFERENCE = _rule("reference", "A relation points to a UUID or a URN.", "Give ReferenceID.")
OWNER = _rule("ejer", "The owner is an authority by its CVR number.", f"Write {URN_CVR}<8 digits>.")
HOME = _rule(
    "bopaelskommune", "The home municipality is given only when it is not the owner.", "Leave it out."
)
PARTY = _rule("part", "A party is a URN of a known form.", f"Write {URN_CPR}<10 digits> for a person.")
SUBJECT = _rule("klasse", "The primary class is a KLE subject.", "Write NN.NN.NN as its user key.")
NOTE = _rule(
    "journalnotat", "A journal note is base64 of at most 100 KB and points to nothing.",
    f"Write {URN_EMPTY} as its reference, and shorten the note.",
)  # fmt: skip
RULES: tuple[Rule, ...] = (
    UUID, LIFE_CYCLE, PROPERTIES, NUMBER, LENGTH, DISPOSAL, SENSITIVITY, PROGRESS, TIME, CARDINALITY, KIND,
    REFERENCE, OWNER, HOME, PARTY, SUBJECT, NOTE,
)  # fmt: skip


def check(sag: Sag) -> list[Finding]:
    """Everything that is wrong with a case; nothing repeats a person's number."""
    return list(_findings(sag))


def fault_of(sag: Sag) -> str:
    """The first thing that is wrong with a case, with its place; empty when all is right."""
    for found in _findings(sag):
        return f"{found.path}: {found.message}"
    return ""


def _findings(sag: Sag) -> Iterator[Finding]:
    if not _UUID.fullmatch(sag.uuid):
        yield UUID.at("UUIDIdentifikator", "not a UUID in lower case with dashes")
    for written in sag.registreringer:
        if written.livscyklus is not LivscyklusKode.IMPORTERET:
            yield LIFE_CYCLE.at(
                "Registrering/LivscyklusKode", f"a sender writes Importeret, not {written.livscyklus}"
            )
        yield from _too_long("Registrering/NoteTekst", written.note, 1024)
        yield from _of_properties(written)
        yield from _of_progress(written)
        yield from _of_relations(written)


def _too_long(path: str, text: str, most: int) -> Iterator[Finding]:
    if len(text) > most:
        yield LENGTH.at(path, f"{len(text)} characters; {most} are allowed")


def _of_properties(written: Registrering) -> Iterator[Finding]:
    if not written.egenskaber:
        yield PROPERTIES.at("Egenskaber", "missing; number and title are mandatory")
    for own in written.egenskaber:
        yield from _of_own(own)
    if not written.indeks_egenskaber:
        yield SENSITIVITY.at("SagIndeksEgenskaber", "missing; Foelsomhed is mandatory")
    for extra in written.indeks_egenskaber:
        if extra.foelsomhed is None:
            yield SENSITIVITY.at("SagIndeksEgenskaber/Foelsomhed", "missing")
        yield from _of_time("SagIndeksEgenskaber", extra.virkning, mandatory=False)
        for name in ("sagsstatus", "sagskategori", "lokation"):
            yield from _too_long(f"SagIndeksEgenskaber/{name.capitalize()}", getattr(extra, name), 255)


def _of_own(own: Egenskaber) -> Iterator[Finding]:
    if not 0 < len(own.sagsnummer) <= 50:
        yield LENGTH.at("Egenskaber/Sagsnummer", f"{len(own.sagsnummer)} characters; 1 to 50 are allowed")
    if own.noegle != own.sagsnummer:
        yield NUMBER.at("Egenskaber/BrugervendtNoegle", "must repeat Sagsnummer")
    if not own.titel:
        yield PROPERTIES.at("Egenskaber/Titel", "missing")
    yield from _too_long("Egenskaber/Titel", own.titel, 255)
    yield from _too_long("Egenskaber/Beskrivelse", own.beskrivelse, 4096)
    yield from _too_long("Egenskaber/HjemmelSpecifikation", own.hjemmel, 1024)
    yield from _too_long("Egenskaber/OffentlighedUndtaget", own.alternativ_titel, 255)
    yield from _too_long("Egenskaber/OffentlighedUndtaget", own.undtaget_hjemmel, 1024)
    if own.kassationskode not in ("", "B", "K"):
        yield DISPOSAL.at("Egenskaber/Kassationskode", "neither B nor K")
    yield from _of_time("Egenskaber", own.virkning)


def _of_progress(written: Registrering) -> Iterator[Finding]:
    steps = written.fremdrift
    if not steps:
        yield PROGRESS.at("Tilstand", "missing; the whole history must be sent")
        return
    if steps[0].status is not FremdriftStatusKode.OPSTAAET:
        yield PROGRESS.at("Tilstand[0]", "the history starts with Opstaaet")
    last = len(steps) - 1
    for at, step in enumerate(steps):
        yield from _of_time(f"Tilstand[{at}]", step.virkning)
        end = step.virkning.til if step.virkning is not None else None
        if end is None and at != last:
            yield PROGRESS.at(f"Tilstand[{at}]/Virkning", "only the last one can be without an end")
        elif at != last and overlap(step.virkning, steps[at + 1].virkning):
            yield PROGRESS.at(f"Tilstand[{at + 1}]/Virkning", f"starts before Tilstand[{at}] has ended")


def _of_time(path: str, held: Virkning | None, *, mandatory: bool = True) -> Iterator[Finding]:
    if held is None or held.fra is None:
        if mandatory:
            yield TIME.at(f"{path}/Virkning", "FraTidspunkt must be there and finite")
    elif held.til is not None and held.til <= held.fra:
        yield TIME.at(f"{path}/Virkning", "TilTidspunkt is exclusive and must be later than FraTidspunkt")


# Relations -------------------------------------------------------------------------------------------------


def _of_relations(written: Registrering) -> Iterator[Finding]:
    by_role: dict[str, list[Relation]] = {}
    for relation in written.relationer:
        by_role.setdefault(relation.rolle, []).append(relation)
    for role in _MANDATORY:
        if role.uuid not in by_role:
            yield CARDINALITY.at(f"Relationer/{role.name}", "missing; exactly one is mandatory")
    for uuid, there in by_role.items():
        if len(there) > 1 and (known := roles.BY_UUID.get(uuid)) is not None:
            yield from _of_several(known, there)
    for relation in written.relationer:
        yield from _of_relation(relation)
    owners = {relation.reference for relation in by_role.get(roles.EJER.uuid, ())}
    for home in by_role.get(roles.BOPAELSKOMMUNE.uuid, ()):
        if home.reference in owners:
            yield HOME.at(
                "Relationer/Bopaelskommune", "is given only when it differs from Ejer; leave it out"
            )


_MANDATORY = tuple(role for role in roles.ROLES if role.least)


def _of_several(role: Role, there: list[Relation]) -> Iterator[Finding]:
    if role.most == 1:
        for at, one in enumerate(there):
            if any(overlap(one.virkning, other.virkning) for other in there[at + 1 :]):
                yield CARDINALITY.at(f"Relationer/{role.name}", "more than one at a time; one is allowed")
                break


def _of_relation(relation: Relation) -> Iterator[Finding]:
    role = roles.BY_UUID.get(relation.rolle)
    path = f"Relationer/{role.name if role is not None else relation.family}"
    if role is not None and role.family is not relation.family:
        yield KIND.at(path, f"stands in {relation.family}, and belongs into {role.family}")
    kinds = roles.KINDS.get(relation.rolle)
    if kinds is not None and relation.type not in kinds:
        yield KIND.at(f"{path}/Type", "is none of the kinds that this role may point to")
    if not relation.reference:
        yield REFERENCE.at(f"{path}/ReferenceID", "missing")
    elif not _UUID.fullmatch(relation.reference) and relation.reference[:4].lower() != "urn:":
        yield REFERENCE.at(f"{path}/ReferenceID", "must be a URN or a UUID")
    yield from _too_long(f"{path}/ReferenceID", relation.reference, 255)
    yield from _too_long(f"{path}/Indeks", relation.indeks, 36)
    yield from _too_long(f"{path}/FuldtNavn", relation.navn, 255)
    yield from _too_long(f"{path}/BrugervendtNoegle", relation.noegle, 50)
    yield from _of_time(path, relation.virkning)
    if role is roles.EJER:
        if wrong := _fault_of_owner(relation.reference):
            yield OWNER.at(f"{path}/ReferenceID", wrong)
    elif role is roles.PRIMAER_KLASSE and not _KLE.fullmatch(relation.noegle):
        yield SUBJECT.at(f"{path}/BrugervendtNoegle", "a KLE subject is written NN.NN.NN")
    if relation.family is Family.PART:
        yield from _of_party(path, relation.reference)
    elif relation.family is Family.JOURNALPOST and relation.journalpost is not None:
        yield from _of_note(path, relation)


def _of_party(path: str, reference: str) -> Iterator[Finding]:
    if reference.startswith(URN_CPR):
        if wrong := check_cpr(reference.removeprefix(URN_CPR)):
            yield PARTY.at(f"{path}/ReferenceID", wrong)
    elif not _PARTY.fullmatch(reference):
        yield PARTY.at(f"{path}/ReferenceID", f"must be a URN such as {URN_CPR}<10 digits>")


def _of_note(path: str, relation: Relation) -> Iterator[Finding]:
    entry = relation.journalpost
    assert entry is not None
    yield from _too_long(f"{path}/Dokumenttitel", entry.dokumenttitel, 255)
    yield from _too_long(f"{path}/JournalnotatEgenskaber/Titel", entry.titel, 255)
    if not entry.notat:
        return
    if len(entry.notat) > _LONGEST_NOTE:
        yield NOTE.at(f"{path}/JournalnotatEgenskaber/Notat", "more than 100 KB")
    elif not _BASE64.fullmatch(entry.notat):
        yield NOTE.at(f"{path}/JournalnotatEgenskaber/Notat", "is not base64")
    if relation.reference != URN_EMPTY:
        yield NOTE.at(f"{path}/ReferenceID", f"a journal note has {URN_EMPTY}")


@lru_cache(maxsize=256)  # an import repeats one owner thousands of times
def _fault_of_owner(reference: str) -> str:
    if not reference.startswith(URN_CVR):
        return f"must be {URN_CVR}<8 digits>"
    return check_cvr(reference.removeprefix(URN_CVR)) or ""
