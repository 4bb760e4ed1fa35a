"""The sags- og kontaktoverblik compared: school, cases, who is in charge, and whom to call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from operator import eq
from typing import Any

from mocks.people import Case, CaseKind, Person, Placement
from mocks.units import Unit
from sim.truth.appointments import contact
from sim.truth.facts import Truth
from sim.truth.judgement import Deviation, Judgement, Kind, Part
from sim.truth.timeline import Timeline, seconds_since
from sim.truth.window import ADULT, half_a_year_before

_MISSING = "Findes ikke"
#: The state of a part that could not be had.
_NO_ANSWER = "no_answer"
_MISSING_GLN = "Lokations nr. findes ikke"

#: Fields of a department block, what the truth has in their place, and what stands for nothing.
_CONTACTS: tuple[tuple[str, Callable[[Unit], str], str], ...] = (
    ("Afdeling", lambda u: u.name, _MISSING),
    ("Tlf. nr.", lambda u: u.phone or _MISSING, _MISSING),
    ("Lokations nr.", lambda u: u.gln or _MISSING_GLN, _MISSING_GLN),
    ("Adresse", lambda u: u.address or _MISSING, _MISSING),
    ("Telefontid", lambda u: u.phone_hours or _MISSING, _MISSING),
)


#: The parts of a card, by the kinds of data that a consent covers.
_PARTS = {"school": "school", "family_case": "family", "ppr_case": "ppr"}


def card_shown(
    truth: Truth,
    child: Person,
    card: Mapping[str, Any],
    now: datetime,
    withheld: frozenset[str] = frozenset(),
) -> Judgement:
    """Compare a card, as the desk hands it out, with what holds at ``now``.

    A field that is not there, or empty, is not compared: what was left out on purpose is not missing. ``withheld``: kinds of
    data that no consent covers, and that the card must leave out.
    """
    hidden = {_PARTS[scope] for scope in withheld if scope in _PARTS}
    grown = child.age(now.date()) >= ADULT
    blocks = [dict(block) for block in card.get("departments") or ()]
    deviations: list[Deviation] = []
    kept, should = True, 0
    for kind in CaseKind:
        mine = [block for block in blocks if block["kind"] == kind.value]
        if kind.value in hidden:
            if mine:
                deviations.append(Deviation(Kind.FORBIDDEN, Part.CASE, f"{kind}: shown without a consent"))
            continue
        standing = [] if grown else _standing(truth, child.cpr, kind, now)
        should += len({case.owner for case in standing})
        said = (card.get("states") or {}).get(kind.value) or {}
        found = list(_cases(truth, child.cpr, kind, standing, mine, now, said.get("state") == _NO_ANSWER))
        kept = kept and (bool(standing) or not mine)
        deviations += found
        if not found:
            deviations += (d for block in mine for d in _contacts(truth, block, now))
    if not grown and card.get("head") is not None:
        if "school" not in hidden:
            deviations += _school(truth.placement(child.cpr), card.get("school"), now)
        elif card.get("school"):
            deviations.append(Deviation(Kind.FORBIDDEN, Part.SCHOOL, "school: shown without a consent"))
        # Whose PPR it would be follows from the school: where that is withheld, the card cannot say.
        unsaid = hidden | {"ppr"} if "school" in hidden else hidden
        states = {k: v for k, v in (card.get("states") or {}).items() if k not in unsaid}
        deviations += _authorities(truth, child.cpr, states, now)
    return Judgement(tuple(deviations), kept, should, len(blocks))


def _standing(truth: Truth, cpr: str, kind: CaseKind, now: datetime) -> list[Case]:
    """Cases that are active, or ended within half a year."""
    first = half_a_year_before(now.date())
    return [
        c
        for c in truth.cases(cpr)
        if c.kind is kind and c.opened <= now.date() and (c.closed is None or c.closed >= first)
    ]


def _cases(
    truth: Truth,
    cpr: str,
    kind: CaseKind,
    standing: list[Case],
    blocks: list[dict[str, Any]],
    now: datetime,
    admitted: bool,
) -> Iterator[Deviation]:
    if not standing:
        if blocks:
            yield Deviation(Kind.UNFOUNDED, Part.CASE, f"{kind}: a case is shown and there is none")
        return
    since = max(t.since(now) for t in truth.cases_since(cpr) if t.value(now) in standing)
    if not blocks:
        why = ", and the card says that it could not be had" if admitted else ""
        text = f"{kind}: no case is shown and there is one{why}"
        yield Deviation(Kind.MISSING, Part.CASE, text, seconds_since(since, now), admitted)
        return
    said = [_day(block["since"]) for block in blocks if block["since"]]  # left out where data are minimised
    if said and (began := min(said)) != min(c.opened for c in standing):
        yield Deviation(Kind.UNFOUNDED, Part.CASE, f"{kind}: shown since {began}")
    elif {block["unit"] for block in blocks} != {c.unit for c in standing}:
        yield Deviation(Kind.UNFOUNDED, Part.CASE, f"{kind}: another department is shown than has the case")


def _contacts(truth: Truth, block: Mapping[str, Any], now: datetime) -> Iterator[Deviation]:
    unit = truth.unit(block["unit"])
    if unit is None:
        return
    for label, tells, empty in _CONTACTS:
        if said := block.get(label):  # empty: left out on purpose
            yield from contact(unit, f"{block['kind']}, {label}", said, tells, empty, now)


def _school(
    placement: Timeline[Placement | None], block: Mapping[str, Any] | None, now: datetime
) -> Iterator[Deviation]:
    if block is None:  # the register did not answer, and the card says so
        if placement.value(now) is not None:
            yield Deviation(Kind.MISSING, Part.SCHOOL, "school: not shown, and there is one")
        return
    said = (block.get("Institution") or _MISSING, block.get("Stue") or None)

    def fits(place: Placement | None) -> bool:
        name = place.institution.name if place else _MISSING
        group = (place.group if place else "") or _MISSING
        return said[0] == name and said[1] in (None, group)

    if fits(placement.value(now)):
        return
    ended = placement.ended(fits, now)
    if ended is not None:
        yield Deviation(Kind.STALE, Part.SCHOOL, "school: as it was before", seconds_since(ended, now))
    elif said[0] == _MISSING:
        yield Deviation(Kind.MISSING, Part.SCHOOL, "school: not shown, and there is one")
    else:
        yield Deviation(Kind.UNFOUNDED, Part.SCHOOL, "school: another than the child goes or went to")


def _authorities(
    truth: Truth, cpr: str, states: Mapping[str, Mapping[str, Any]], now: datetime
) -> Iterator[Deviation]:
    """The family department is that of the home, PPR that of the municipality where the school lies; and where
    that municipality delivers nothing, nobody may read that there is no case."""
    homes, places = truth.home(cpr), truth.placement(cpr)
    for kind in CaseKind:
        state = states.get(kind.value)
        if state is None:
            continue
        said = state.get("municipality", "")
        if not said:  # whose it is could not be found out
            if state.get("state") == "none":
                text = f"{kind}: no case is claimed, and whose it would be is not known"
                yield Deviation(Kind.UNFOUNDED, Part.AUTHORITY, text)
            continue
        code = homes.value(now) if kind is CaseKind.FAMILY else _lies_in(places.value(now))
        if said != code:
            before = (
                homes.ended(partial(eq, said), now)
                if kind is CaseKind.FAMILY
                else places.ended(partial(_lies_there, said), now)
            )
            what = (
                f"{kind}: the municipality that was in charge before"
                if before
                else f"{kind}: another municipality"
            )
            yield Deviation(
                Kind.STALE if before else Kind.UNFOUNDED, Part.AUTHORITY, what, seconds_since(before, now)
            )
        elif state.get("state") == "none" and code and code not in truth.connected:
            yield Deviation(
                Kind.UNFOUNDED,
                Part.AUTHORITY,
                f"{kind}: no case is claimed for a municipality that is not connected",
            )


def _lies_in(place: Placement | None) -> str:
    return place.institution.municipality if place else ""


def _lies_there(municipality: str, place: Placement | None) -> bool:
    return _lies_in(place) == municipality


def _day(text: str) -> date:
    """The date at the end of ``Aktiv(e) sag(er) siden DD-MM-YYYY``."""
    return datetime.strptime(text[-10:], "%d-%m-%Y").date()
