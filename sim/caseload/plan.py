"""The intents of a whole run, drawn before it starts: who wants to do what about which child, and when.

What comes of an intent (is it refused, read, answered, how fast) happens in the run. Each stream of
intents has its own random stream, so that changing one leaves the others as they were.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sim.caseload.calendar import Office
from sim.caseload.parameters import Parameters
from sim.nation.streams import Draw, Ints


@dataclass(frozen=True, slots=True)
class Intent:
    """Somebody's wish. ``kind``: contact, sapa, overblik, open_case, close_case, book.

    ``actor`` is the kind of unit; ``unit`` its SOR id; ``child`` an index of the world; ``detail`` depends
    on the kind (receiver and channel of a contact, role of a user, ...).
    """

    at: float
    kind: str
    actor: str
    municipality: str
    unit: str
    child: int
    detail: tuple[Any, ...] = ()


def poisson(mean: float, draw: Draw) -> int:
    """A Poisson count: inversion for small means, a rounded normal for large ones."""
    if mean <= 0:
        return 0
    if mean > 200:
        return max(0, round(mean + math.sqrt(mean) * _normal(draw)))
    limit, product, count = math.exp(-mean), 1.0, -1
    while product > limit:
        product *= float(draw.unit(1)[0])
        count += 1
    return max(count, 0)


def uneven_use(seed: int, municipalities: list[str], sigma: float) -> dict[str, float]:
    """A factor on correspondence for each municipality, log-normal, mean 1 over the municipalities (A17)."""
    draw = Draw(seed, "caseload/uneven use")
    factors = [math.exp(sigma * _normal(draw)) for _ in municipalities]
    mean = sum(factors) / len(factors)
    return {code: factor / mean for code, factor in zip(municipalities, factors, strict=True)}


def _normal(draw: Draw) -> float:
    """A standard normal value (Box and Muller)."""
    u1, u2 = (float(u) for u in draw.unit(2))
    return math.sqrt(-2.0 * math.log(1.0 - u1)) * math.cos(2.0 * math.pi * u2)


def pick(shares: dict[str, float], draw: Draw, count: int) -> list[str]:
    """``count`` keys of ``shares``, each as often as its share says."""
    keys = list(shares)
    return [keys[i] for i in draw.pick(count, [shares[k] for k in keys])]


class Planner:
    """Draws the intents of one run, stream by stream; ``plan`` then puts them in order."""

    def __init__(self, seed: int, parameters: Parameters, start: date, end: date) -> None:
        self._seed, self.parameters = seed, parameters
        hours = {int(h): w for h, w in parameters["hours"].items()}
        months = {int(m): w for m, w in parameters["summer"].items()}
        self.office = Office(start, end, hours, months)
        self.volume = parameters.number("volume")
        self.intents: list[Intent] = []

    def draw(self, *purpose: str) -> Draw:
        """A stream of this run's own for that purpose."""
        return Draw(self._seed, "caseload/" + "/".join(purpose))

    def moments(self, per_day: float, draw: Draw) -> list[float]:
        """Moments of a Poisson stream with that mean number in a full working day."""
        return [float(t) for t in self.office.draw(poisson(per_day * self.office.days, draw), draw)]

    def exactly(self, count: int, draw: Draw, shuffled: bool = False) -> list[float]:
        """So many moments in working hours; in order of time, or ``shuffled``."""
        moments = [float(t) for t in self.office.draw(count, draw)]
        return [moments[i] for i in draw.order(len(moments))] if shuffled else moments

    def children(self, candidates: Ints, count: int, draw: Draw) -> list[int]:
        """``count`` of the candidates, with replacement: the same child is written about again."""
        if not len(candidates):
            return []
        return [int(candidates[i]) for i in draw.below(count, len(candidates))]

    def contacts(
        self,
        actor: str,
        municipality: str,
        unit: str,
        per_day: float,
        candidates: Ints,
        receivers: dict[str, float],
        channels: dict[str, Any],
        correspondence_factor: float = 1.0,
    ) -> None:
        """A stream of contacts of one unit.

        ``channels`` is a table by receiver, or one table for all. ``correspondence_factor`` scales the
        number of letters only: the other channels were used as before the pilot.
        """
        draw = self.draw("contacts", unit)
        for channel, receiver, rate in _streams(per_day, receivers, channels, correspondence_factor):
            stream = self.draw("contacts", unit, receiver, channel)
            moments = self.moments(rate * self.volume, stream)
            for at, child in zip(moments, self.children(candidates, len(moments), draw), strict=False):
                self.intents.append(
                    Intent(at, "contact", actor, municipality, unit, child, (receiver, channel))
                )

    def lookups(
        self,
        kind: str,
        actor: str,
        municipality: str,
        unit: str,
        per_day: float,
        candidates: Ints,
        roles: dict[str, float],
    ) -> None:
        """A stream of look-ups. Detail: role, user number, declares consent."""
        draw = self.draw(kind, unit)
        moments = self.moments(per_day, draw)
        count = len(moments)
        children = self.children(candidates, count, draw)
        named = pick(roles, draw, count)
        users = draw.below(count, int(self.parameters.number("users_per_department")))
        declares = draw.unit(count) < self.parameters.number("consent_declared")
        for i in range(min(count, len(children))):
            detail = (named[i], int(users[i]), bool(declares[i]))
            self.intents.append(Intent(moments[i], kind, actor, municipality, unit, children[i], detail))

    def plan(self) -> list[Intent]:
        """All intents in order of time; ties keep the order in which the streams were drawn."""
        order = np.argsort(np.array([i.at for i in self.intents]), kind="stable")
        return [self.intents[i] for i in order]


def _streams(
    per_day: float, receivers: dict[str, float], channels: dict[str, Any], factor: float
) -> list[tuple[str, str, float]]:
    found = []
    for receiver, share in receivers.items():
        table = channels[receiver] if isinstance(next(iter(channels.values())), dict) else channels
        for channel, weight in table.items():
            rate = per_day * share * weight * (factor if channel == "correspondence" else 1.0)
            found.append((channel, receiver, rate))
    return found
