"""Searching the index: expressions become candidates by party, each candidate is compared, hits are ordered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import reduce
from typing import Any

import msgspec

from mocks.kombit.case_index.index import CaseIndex, Kept
from mocks.kombit.case_index.restriction import Rights, may_see
from mocks.standards.sagdok import roles
from mocks.standards.sagdok.answers import SagdokProblem
from mocks.standards.sagdok.case import FremdriftStatusKode, Registrering
from mocks.standards.sagdok.matching import agrees
from mocks.standards.sagdok.roles import Family
from mocks.standards.sagdok.search import (
    Fremsoeg,
    Interval,
    SagInkluder,
    SoegSag,
    SoegUdtryk,
    SorterEfter,
    Sortering,
)


class Hit(msgspec.Struct, frozen=True):
    """A case that was found, and the registrations of it that were asked for."""

    uuid: str
    registreringer: tuple[Registrering, ...]


class Hits(msgspec.Struct, frozen=True):
    """``total`` counts all, ``shown`` are the wanted ones, ``included`` those they relate to."""

    total: int
    shown: tuple[Hit, ...]
    included: tuple[Hit, ...] = ()


def find(index: CaseIndex, search: Fremsoeg, now: datetime, rights: tuple[Rights, ...], most: int) -> Hits:
    """What a search finds for whoever asks. Errors: ``SagdokProblem`` for one without a question."""
    if search.udtryk is None and not (search.sag_uuid or search.dokument_uuid):
        raise SagdokProblem("SoegUdtryk", "is missing: a search is by SoegUdtryk or by SagUuid")
    examples = list(_examples(search.udtryk)) if search.udtryk is not None else []
    sts = next((example.sts for example in examples if example.sts is not None), None)
    hits = [
        Hit(uuid, written)
        for uuid in _candidates(index, search)
        if (kept := index.kept(uuid)) is not None
        and (written := _registrations(kept, sts))
        and (search.udtryk is None or holds(search.udtryk, written[-1], now))
        and may_see(rights, kept.latest)
    ]
    for key in reversed(search.sortering):
        hits.sort(key=lambda hit: _sort_key(key, hit), reverse=key.faldende)
    first = next((example.foerste for example in examples if example.foerste is not None), 0)
    wanted = next((example.most for example in examples if example.most is not None), most)
    shown = tuple(hits[first : first + min(wanted, most)])
    included = _included(index, shown, rights, most) if SagInkluder.SAGSRELATION in search.inkluder else ()
    return Hits(len(hits), shown, included)


def found_by(index: CaseIndex, terms: SoegUdtryk, now: datetime, rights: tuple[Rights, ...]) -> list[str]:
    """UUIDs of everything that an expression finds; for a removal."""
    return [hit.uuid for hit in find(index, Fremsoeg(udtryk=terms), now, rights, 1_000_000).shown]


def holds(terms: SoegUdtryk, written: Registrering, now: datetime) -> bool:
    """Whether an expression is true of a registration. Terms about documents never are: none are kept."""
    return any(_terms(terms, written, now)) if terms.either else all(_terms(terms, written, now))


def _terms(terms: SoegUdtryk, written: Registrering, now: datetime) -> Iterator[bool]:
    for example in terms.sager:
        yield agrees(written, example, now)
    for term in terms.ikke:
        yield not holds(term, written, now)
    for term in terms.udtryk:
        yield holds(term, written, now)
    if terms.dokumenter:
        yield False


def _examples(terms: SoegUdtryk) -> Iterable[SoegSag]:
    yield from terms.sager
    for term in (*terms.udtryk, *terms.ikke):
        yield from _examples(term)


def _candidates(index: CaseIndex, search: Fremsoeg) -> Iterable[str]:
    """UUIDs of the cases that may be meant, in a fixed order."""
    found = _by_party(index, search.udtryk) if search.udtryk is not None else None
    if search.sag_uuid or search.dokument_uuid:
        return [uuid for uuid in dict.fromkeys(search.sag_uuid) if found is None or uuid in found]
    return sorted(found) if found is not None else list(index.uuids())


def _by_party(index: CaseIndex, terms: SoegUdtryk) -> frozenset[str] | None:
    """The cases that can fulfil an expression, as far as its parties tell; ``None``: any."""
    sets = [
        *(_with_parties(index, example) for example in terms.sager),
        *(_by_party(index, term) for term in terms.udtryk),
        *(None for _ in terms.ikke),
    ]
    told = [found for found in sets if found is not None]
    if terms.either:
        return frozenset().union(*told) if len(told) == len(sets) else None
    return reduce(frozenset.intersection, told) if told else None


def _with_parties(index: CaseIndex, example: SoegSag) -> frozenset[str] | None:
    references = [r.reference for r in example.relationer if r.family is Family.PART and r.reference]
    if not references:
        return None
    return reduce(frozenset.intersection, [index.with_party(reference) for reference in references])


def _registrations(kept: Kept, sts: Interval | None) -> tuple[Registrering, ...]:
    """The latest one; with a time, what the index showed then; with a stretch of it, all it showed then."""
    if sts is None:
        return (kept.latest,)
    shown = []
    every = (*kept.earlier, kept.latest)
    for at, written in enumerate(every):
        start = written.sts_tidspunkt
        end = every[at + 1].sts_tidspunkt if at + 1 < len(every) else None
        begun = start is not None and (sts.til is None or start <= sts.til)
        if begun and (sts.fra is None or end is None or sts.fra < end):
            shown.append(written)
    return tuple(shown[-1:] if sts.fra is None else shown)


def _included(
    index: CaseIndex, shown: tuple[Hit, ...], rights: tuple[Rights, ...], most: int
) -> tuple[Hit, ...]:
    """The cases that the shown ones relate to, as far as they may be seen."""
    there = {hit.uuid for hit in shown}
    related = dict.fromkeys(
        relation.reference
        for hit in shown
        for relation in hit.registreringer[-1].relationer
        if relation.family is Family.RELATION and relation.reference not in there
    )
    found = [(uuid, index.kept(uuid)) for uuid in related]
    return tuple(
        [Hit(uuid, (k.latest,)) for uuid, k in found if k is not None and may_see(rights, k.latest)][:most]
    )


def _sort_key(key: Sortering, hit: Hit) -> tuple[bool, Any]:
    value = _SORT_KEYS[key.element](hit.registreringer[-1])
    return value is None, "" if value is None else value


def _klasse(written: Registrering) -> str | None:
    found = written.one(roles.PRIMAER_KLASSE)
    return found.noegle if found is not None else None


def _it_system(written: Registrering) -> str | None:
    found = written.one(roles.IT_MASTER)
    return found.navn if found is not None else None


_PROGRESS = {status: number for number, status in enumerate(FremdriftStatusKode)}
_SORT_KEYS: dict[SorterEfter, Callable[[Registrering], Any]] = {
    SorterEfter.BRUGER: lambda w: w.bruger,
    SorterEfter.STS_REGISTRERING: lambda w: w.sts_tidspunkt.isoformat() if w.sts_tidspunkt else None,
    SorterEfter.REGISTRERING: lambda w: w.tidspunkt.timestamp(),
    SorterEfter.NOEGLE: lambda w: w.egenskaber[-1].noegle if w.egenskaber else None,
    SorterEfter.IT_SYSTEM: _it_system,
    SorterEfter.FREMDRIFT: lambda w: _PROGRESS[w.fremdrift[-1].status] if w.fremdrift else None,
    SorterEfter.TITEL: lambda w: w.egenskaber[-1].titel if w.egenskaber else None,
    SorterEfter.FOELSOMHED: lambda w: max(
        (own.foelsomhed.level for own in w.indeks_egenskaber if own.foelsomhed), default=0
    ),
    SorterEfter.KLASSE: _klasse,
    SorterEfter.LIVSCYKLUS: lambda w: w.livscyklus.value,
}
