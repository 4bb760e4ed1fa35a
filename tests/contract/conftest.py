"""Every test here runs under all four drivers: it asks for ``driver``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drivers.harness import NAMES, Driver, make


@pytest.fixture(params=NAMES)
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    made = make(request.param, tmp_path)
    yield made
    made.close()
