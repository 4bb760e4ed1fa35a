"""Who has a case on the day the world starts: PPR, family department, BUP, and the pilot's target group.

PPR belongs to the municipality of the school or day-care, the family department to the home. A municipality
outside the pilot has no case system here: such PPR cases exist but nobody can see them (``unseen``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.nation.assumptions import Assumed
from sim.nation.institutions import Stage
from sim.nation.names import names
from sim.nation.population import Population, given_names
from sim.nation.streams import Draw, Floats, Ints

PPR, FAMILY = 0, 1
OPEN = -1  # in ``closed``
_MONTH = 30.4375
_LONGEST = 3650  # days


@dataclass(frozen=True, slots=True)
class CaseColumns:
    """One row a case, sorted by child. ``owner`` is a position in the municipalities.

    ``opened`` and ``closed`` are days since 1970, ``closed`` is ``OPEN`` while active; ``number`` counts
    in the owner's system; ``worker`` is a row of the case workers; ``uuid`` holds 128 random bits.
    """

    child: Ints
    kind: Ints
    owner: Ints
    opened: Ints
    closed: Ints
    number: Ints
    worker: Ints
    uuid: NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Workers:
    """One row a case worker; those of a department stand together."""

    owner: Ints
    kind: Ints
    given: Ints
    male: NDArray[np.int8]
    family: Ints


@dataclass(frozen=True, slots=True)
class Caseload:
    """Cases and workers, and rows of children: those whose PPR case is ``unseen``, the BUP ``patients``
    of a year, and the ``followed``, who have an active case and at the same time BUP or their GP."""

    cases: CaseColumns
    workers: Workers
    unseen: Ints
    patients: Ints
    followed: Ints


def caseload(
    people: Population,
    lies_in: Ints,
    pilot: int,
    seed: int,
    today: int,
    assumed: Assumed,
) -> Caseload:
    """``lies_in`` gives each institution's municipality; the first ``pilot`` municipalities have case
    systems."""
    children = people.children
    home = people.households.municipality[children.household]
    has_place = children.institution >= 0
    known = today - children.birth >= assumed("case-from-days")
    at_ppr = has_place & known & (children.stage != Stage.YOUTH)
    ppr_owner = np.where(has_place, lies_in[children.institution], home)

    active_ppr, closed_ppr = _ppr(people, at_ppr, seed, assumed)
    active_family, closed_family = _family(active_ppr, known, seed, assumed)
    connected = ppr_owner < pilot
    parts = [
        _dated(rows, kind, closed, owner, children.birth, seed, today, assumed)
        for rows, kind, closed, owner in (
            (np.flatnonzero(active_ppr & connected), PPR, False, ppr_owner),
            (np.flatnonzero(closed_ppr & connected), PPR, True, ppr_owner),
            (np.flatnonzero(active_family), FAMILY, False, home),
            (np.flatnonzero(closed_family), FAMILY, True, home),
        )
    ]
    child, kind, owner, opened, closed = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((kind, child))
    child, kind, owner, opened, closed = (c[order] for c in (child, kind, owner, opened, closed))
    workers, worker = _workers(kind, owner, closed == OPEN, pilot, seed, assumed)
    n = len(child)

    visible = np.zeros(len(children.birth), dtype=bool)
    visible[child[closed == OPEN]] = True
    patients = _patients(active_ppr | active_family, children.birth, seed, today, assumed)
    gp_effort = Draw(seed, "gp effort").unit(len(visible)) < assumed("gp-effort-share")
    return Caseload(
        cases=CaseColumns(
            child=child,
            kind=kind,
            owner=owner,
            opened=opened,
            closed=closed,
            number=_numbers(owner, opened),
            worker=worker,
            uuid=Draw(seed, "case uuids").raw(2 * n).reshape(n, 2),
        ),
        workers=workers,
        unseen=np.flatnonzero(active_ppr & ~connected),
        patients=np.flatnonzero(patients),
        followed=np.flatnonzero(visible & (patients | gp_effort)),
    )


def _ppr(
    people: Population, at_ppr: NDArray[np.bool_], seed: int, assumed: Assumed
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    relative = np.zeros(len(at_ppr))
    for stage, weight in ((Stage.UNDER_THREE, 0.3), (Stage.KINDERGARTEN, 1.0), (Stage.SCHOOL, 1.15)):
        relative[at_ppr & (people.children.stage == stage)] = weight
    chance = relative * (assumed("ppr-share") * np.count_nonzero(at_ppr) / relative.sum())
    draw = Draw(seed, "ppr")
    active = draw.unit(len(at_ppr)) < chance
    # In a steady state as many close in a month as are active, divided by their length in months.
    lately = chance * (assumed("closed-cases-kept-months") / assumed("ppr-case-months"))
    return active, ~active & (draw.unit(len(at_ppr)) < lately)


def _family(
    ppr: NDArray[np.bool_], known: NDArray[np.bool_], seed: int, assumed: Assumed
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    draw = Draw(seed, "family")
    chance = _split(ppr, assumed("family-share"), assumed("family-also-ppr")) * known
    active = draw.unit(len(ppr)) < chance
    lately = chance * (assumed("closed-cases-kept-months") / assumed("family-case-months"))
    return active, ~active & (draw.unit(len(ppr)) < lately)


def _patients(
    has_case: NDArray[np.bool_], birth: Ints, seed: int, today: int, assumed: Assumed
) -> NDArray[np.bool_]:
    old_enough = today - birth >= assumed("bup-from-age") * 365.25
    inside = has_case[old_enough]
    share = assumed("bup-share") * len(birth) / max(1, len(inside))
    patients = np.zeros(len(birth), dtype=bool)
    patients[old_enough] = Draw(seed, "bup").unit(len(inside)) < _split(
        inside, share, assumed("bup-with-municipal-case")
    )
    return patients


def _split(inside: NDArray[np.bool_], share: float, overlap: float) -> Floats:
    """Chances that give ``share`` of all rows, ``overlap`` of them among those ``inside``."""
    part = np.count_nonzero(inside) / max(1, len(inside))
    return np.where(inside, share * overlap / max(part, 1e-9), share * (1 - overlap) / max(1 - part, 1e-9))


def _dated(
    rows: Ints, kind: int, closed: bool, owner: Ints, birth: Ints, seed: int, today: int, assumed: Assumed
) -> tuple[Ints, ...]:
    """Child, kind, owner, opened and closed of these cases."""
    name = "family" if kind == FAMILY else "ppr"
    draw = Draw(seed, f"{name} dates {'closed' if closed else 'active'}")
    n = len(rows)
    length = draw.waits(n, assumed(f"{name}-case-months") * _MONTH)
    # PPR knows no child before day-care; nobody has a case before birth or for over ten years.
    earliest = birth[rows] + (1 if kind == FAMILY else 300)
    if closed:
        kept = round(assumed("closed-cases-kept-months") * _MONTH)
        end = np.clip(today - 1 - draw.below(n, kept), earliest + 2, today - 1)
    else:
        end = np.full(n, today)
    begin = np.maximum(end - 1 - np.minimum(length, _LONGEST), np.minimum(earliest, end - 1))
    shut = end if closed else np.full(n, OPEN)
    return rows, np.full(n, kind), owner[rows], begin, shut


def _numbers(owner: Ints, opened: Ints) -> Ints:
    """Running numbers in each municipality, in the order in which the cases were opened."""
    order = np.lexsort((opened, owner))
    number = np.zeros(len(owner), dtype=np.int64)
    ordered = owner[order]
    starts = np.searchsorted(ordered, ordered, side="left")
    number[order] = np.arange(len(owner)) - starts + 1
    return number


def _workers(
    kind: Ints,
    owner: Ints,
    active: NDArray[np.bool_],
    pilot: int,
    seed: int,
    assumed: Assumed,
) -> tuple[Workers, Ints]:
    draw = Draw(seed, "workers")
    units = draw.unit(len(kind))
    worker = np.zeros(len(kind), dtype=np.int64)
    owners: list[int] = []
    kinds: list[int] = []
    for place in range(pilot):
        for sort in (PPR, FAMILY):
            here = (owner == place) & (kind == sort)
            staff = max(3, round(np.count_nonzero(here & active) / assumed("cases-per-worker")))
            worker[here] = len(owners) + (units[here] * staff).astype(np.int64)
            owners += [place] * staff
            kinds += [sort] * staff
    n = len(owners)
    male = (draw.unit(n) < 0.2).astype(np.int8)
    given = given_names(male, draw)
    family = draw.below(n, len(names().family))
    return Workers(np.array(owners), np.array(kinds), given, male, family), worker
