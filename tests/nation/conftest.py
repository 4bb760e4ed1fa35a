from __future__ import annotations

import pytest

from sim.nation import World, build


@pytest.fixture(scope="session")
def world() -> World:
    return build(20250401)
