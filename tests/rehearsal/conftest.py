"""Rehearsals that many tests look at: each is played once a session, over worlds that are built once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

import pytest

from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from scenarios.result import RunResult
from sim.rehearsal import Rehearsal

#: A quarter of the pilot at low volume: just long enough for the figures about who took part.
QUARTER = Choices(volume="low", start=date(2025, 4, 1), end=date(2025, 7, 1))
#: Three weeks with trouble.
TROUBLED = Choices(start=date(2025, 5, 5), end=date(2025, 5, 25), faults="mild")
DAY = date(2025, 5, 20)


class Played(NamedTuple):
    """A finished run and what was made of it."""

    choices: Choices
    result: RunResult
    run: Rehearsal


Play = Callable[[Choices], Played]


@pytest.fixture(scope="session")
def play() -> Iterator[Play]:
    """Plays a rehearsal; choices that were played already are not played again. Look, do not touch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nordjylland, "world_of", cache(nordjylland.world_of))
        played: dict[str, Played] = {}

        def once(choices: Choices) -> Played:
            key = repr(choices)
            if key not in played:
                result, run, _ = nordjylland.rehearse(choices)
                played[key] = Played(choices, result, run)
            return played[key]

        yield once


@pytest.fixture(scope="session")
def quarter(play: Play) -> Played:
    return play(QUARTER)


@pytest.fixture(scope="session")
def troubled(play: Play) -> Played:
    return play(TROUBLED)
