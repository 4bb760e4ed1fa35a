"""Municipalities, organisations and population, built once from a seed."""

from sim.nation.assumptions import Assumption, assumptions
from sim.nation.construction import PILOT_START, build, with_standard, world_of
from sim.nation.golden import GoldenWorld, golden_world
from sim.nation.municipalities import Municipality
from sim.nation.world import World

__all__ = [
    "PILOT_START",
    "Assumption",
    "GoldenWorld",
    "Municipality",
    "World",
    "assumptions",
    "build",
    "golden_world",
    "with_standard",
    "world_of",
]
