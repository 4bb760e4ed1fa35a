"""A ground for each test. Whatever a test does: no handler fails, and no CPR number gets into the trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.messaging.ground import FHIR_4, FHIR_5, OLD, Ground

CAPABILITIES = {"XDIS91/XD9134L": OLD, "FDIS91/4.0.0": FHIR_4, "FDIS91/5.0": FHIR_5}


@pytest.fixture
def ground() -> Iterator[Callable[..., Ground]]:
    """Makes a ground: ``ground(ppr=FHIR_5, clinic=FHIR_5, policy=...)``."""
    made: list[Ground] = []

    def make(**fields: Any) -> Ground:
        capabilities = {n: fields.pop(n) for n in ("ppr", "clinic", "family", "integrated") if n in fields}
        made.append(Ground(capabilities=capabilities, **fields))
        return made[-1]

    yield make
    for one in made:
        one.stop()
    for one in made:
        assert one.errors == []
        assert one.journal.leaks() == []


@pytest.fixture(params=list(CAPABILITIES))
def standard(request: pytest.FixtureRequest) -> str:
    """Each kind of correspondence, by its capability in SOR."""
    return str(request.param)


@pytest.fixture
def pair(ground: Callable[..., Ground], standard: str) -> Callable[..., Ground]:
    """Makes a ground on which PPR and the clinic speak ``standard``."""

    def make(**fields: Any) -> Ground:
        spoken = CAPABILITIES[standard]
        return ground(ppr=spoken, clinic=spoken, **fields)

    return make
