"""Whether a registration agrees with an example. Values are compared as they stand.

What an example says must hold at the moment of asking, or within the times it gives (SoegVirkning). That an
example without times means *now* is the general OIO way; for this index it is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from mocks.standards.sagdok.case import (
    Egenskaber,
    Fremdrift,
    Registrering,
    Relation,
    SagIndeksEgenskaber,
    Virkning,
)
from mocks.standards.sagdok.search import Interval, SoegSag
from mocks.standards.sagdok.timeline import overlap

T = TypeVar("T", Egenskaber, SagIndeksEgenskaber, Fremdrift, Relation)

_EGENSKABER = ("noegle", "sagsnummer", "titel", "beskrivelse", "hjemmel", "kassationskode")
_INDEKS = ("sagsstatus", "sagskategori", "foelsomhed", "lokation", "oprettet")
_RELATION = ("family", "rolle", "type", "indeks", "reference", "noegle", "navn", "cvr")


def agrees(written: Registrering, example: SoegSag, now: datetime) -> bool:
    """Whether the registration has everything that the example says."""
    if example.livscyklus and written.livscyklus.value != example.livscyklus:
        return False
    if example.bruger and written.bruger != example.bruger:
        return False
    if not within(written.tidspunkt, example.registrering):
        return False
    if not within(written.tidspunkt, example.senest_aendret):
        return False
    if example.oprettet is not None and not any(
        own.oprettet is not None and within(own.oprettet, example.oprettet)
        for own in written.indeks_egenskaber
    ):
        return False
    asked = example.virkning
    return (
        _has(written.egenskaber, example.egenskaber, _EGENSKABER, asked, now)
        and _has(written.indeks_egenskaber, example.indeks_egenskaber, _INDEKS, asked, now)
        and _has(written.fremdrift, example.fremdrift, ("status",), asked, now)
        and _has(written.relationer, example.relationer, _RELATION, asked, now)
    )


def within(moment: datetime, interval: Interval | None) -> bool:
    """Whether a moment lies in an interval; its end is exclusive."""
    if interval is None:
        return True
    return (interval.fra is None or interval.fra <= moment) and (
        interval.til is None or moment < interval.til
    )


def _has(
    there: Iterable[T], wanted: Iterable[T], names: tuple[str, ...], asked: Interval | None, now: datetime
) -> bool:
    return all(any(_alike(piece, want, names, asked, now) for piece in there) for want in wanted)


def _alike(piece: T, want: T, names: tuple[str, ...], asked: Interval | None, now: datetime) -> bool:
    for name in names:
        value = getattr(want, name)
        if value and getattr(piece, name) != value:
            return False
    held = piece.virkning
    if want.virkning is not None:
        return overlap(held, want.virkning)
    if asked is None:
        return held is None or held.holds(now)
    return overlap(held, Virkning(fra=asked.fra, til=asked.til))
