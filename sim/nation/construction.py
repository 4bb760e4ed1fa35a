"""Building the world from a seed, and giving it another message standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from mocks.sor.register import Register, SorEntry
from mocks.units import Unit
from sim.nation.assumptions import Assumed
from sim.nation.case_columns import caseload
from sim.nation.cpr_numbers import day_number
from sim.nation.institutions import institutions
from sim.nation.municipalities import municipalities
from sim.nation.organisations import organisations
from sim.nation.population import Surroundings, population
from sim.nation.standards import registered
from sim.nation.streams import Draw
from sim.nation.world import World

#: First day of the pilot (figure A4).
PILOT_START = date(2025, 4, 1)


def build(seed: int, as_of: date = PILOT_START, figures: Mapping[str, float] | None = None) -> World:
    """The world of that seed on that day. ``figures`` replaces assumptions by id.

    Errors: ``BadInput`` for a date before 2018 or after 2036 and for an unknown or impossible figure.
    """
    assumed = Assumed(figures)
    where = municipalities()
    roles = organisations(where, seed)
    places = institutions(where, seed, assumed)
    position = {m.code: k for k, m in enumerate(where)}
    entries = tuple(roles.entries)
    home = {e.sor_id: e.municipality for e in entries}
    parent = {e.sor_id: e.parent for e in entries}
    sizes = (Draw(seed, "clinic sizes").unit(len(roles.pilot_clinics + roles.outside_clinics)) + 0.5).tolist()
    clinics = tuple(
        (position[home[parent[parent[sor_id]]]], size)
        for sor_id, size in zip(roles.pilot_clinics + roles.outside_clinics, sizes, strict=True)
    )
    people = population(Surroundings(where, places, clinics), seed, as_of, assumed)
    lies_in = np.array([position[place.municipality] for place in places.rows], dtype=np.int64)
    today = day_number(as_of.isoformat())
    cases = caseload(people, lies_in, sum(m.pilot for m in where), seed, today, assumed)
    numbers = np.r_[people.children.cpr, people.adults.cpr]
    order = np.argsort(numbers, kind="stable").astype(np.int64)
    units, unconnected, by_sor, by_gln = _resolved(entries)
    return World(
        seed=seed,
        as_of=as_of,
        standard="pilot",
        assumed=assumed,
        municipalities=where,
        sor_entries=entries,
        units=units,
        unconnected=unconnected,
        institutions=tuple(places.rows),
        people=people,
        caseload=cases,
        _roles=roles,
        _by_sor=by_sor,
        _by_gln=by_gln,
        _sorted_cpr=numbers[order],
        _sorted_row=order,
    )


def world_of(seed: int, standard: str) -> World:
    """The world of that seed on the pilot's first day, in that standard. Errors: as ``with_standard``."""
    world = build(seed, PILOT_START)
    return world if standard == world.standard else with_standard(world, standard)


def with_standard(world: World, mode: str) -> World:
    """The same world, where each location number receives what ``mode`` says.

    ``mode`` is ``pilot``, ``4.0.3``, ``5.0.2`` or ``mixed``; another one raises ``BadInput``.
    """
    entries = registered(world.sor_entries, mode, world.seed, world.assumed)
    units, unconnected, by_sor, by_gln = _resolved(entries)
    return replace(
        world,
        standard=mode,
        sor_entries=entries,
        units=units,
        unconnected=unconnected,
        _by_sor=by_sor,
        _by_gln=by_gln,
    )


def _resolved(
    entries: tuple[SorEntry, ...],
) -> tuple[tuple[Unit, ...], tuple[Unit, ...], dict[str, Unit], dict[str, Unit]]:
    """Units that a system hosts, units that none does, and both by SOR id and location number."""
    every = Register(entries).units()
    by_gln: dict[str, Unit] = {}
    raw = {entry.sor_id: entry for entry in entries}
    for unit in sorted(every, key=lambda u: raw[u.sor_id].gln is None):
        if unit.gln:
            by_gln.setdefault(unit.gln, unit)
    return (
        tuple(u for u in every if u.system),
        tuple(u for u in every if not u.system),
        {u.sor_id: u for u in every},
        by_gln,
    )
