"""The same ground as for messaging. No handler fails, whatever a stranger sends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.messaging.ground import Ground


@pytest.fixture
def ground() -> Iterator[Ground]:
    made = Ground()
    yield made
    made.stop()
    assert made.errors == []
    assert made.journal.leaks() == []
