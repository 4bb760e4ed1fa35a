"""Grounds on which VANS converts. *ppr* takes one standard, *clinic* the other; *stub* is a unit at VANS whose
system only keeps what it gets, so that a test can answer for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mocks.runtime import Asgi, Runtime
from mocks.standards import vans_envelope
from mocks.standards.vans_envelope import Envelope
from mocks.units import UnitKind
from mocks.vans import ConversionSettings
from tests.messaging.ground import NEW, OLD, Ground, unit


class ConversionGround(Ground):
    """``kept`` is what the stub got, in order; it answers with a receipt of its own in ``says`` only."""

    kept: list[bytes]

    def __post_init__(self) -> None:
        self.kept = []
        super().__post_init__()

    def _systems(self) -> dict[str, Callable[[Runtime], Asgi]]:
        if "stub" not in self.units:
            capabilities = self.capabilities.get("stub", OLD)
            self.units["stub"] = unit(7, UnitKind.CLINIC, "stub", capabilities, owner="", name="Stub")
        return {**super()._systems(), "stub": lambda runtime: self._keep}

    async def _keep(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while (part := await receive()).get("more_body"):
            body += part.get("body", b"")
        self.kept.append(body + part.get("body", b""))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def at_stub(self, name: str = "MCM:") -> list[Envelope]:
        """What the stub got under document names that start so; receipts for envelopes are left out."""
        found = [vans_envelope.read(raw) for raw in self.kept]
        return [e for e in found if e.meta is not None and e.meta.document.name.startswith(name)]


@pytest.fixture
def ground() -> Iterator[Callable[..., ConversionGround]]:
    """Makes a ground: ``ground(ppr=OLD, clinic=NEW, wait_seconds=...)``; settings of the conversion by name."""
    made: list[ConversionGround] = []

    def make(
        ppr: tuple[str, ...] = OLD, clinic: tuple[str, ...] = NEW, stub: tuple[str, ...] = OLD, **given: Any
    ) -> ConversionGround:
        others = {n: given.pop(n) for n in ("policy", "stores") if n in given}
        network = {"conversion": ConversionSettings(**given)}
        made.append(
            ConversionGround(
                capabilities={"ppr": ppr, "clinic": clinic, "stub": stub}, network=network, **others
            )
        )
        return made[-1]

    yield make
    for one in made:
        one.stop()
    for one in made:
        assert one.errors == []
        assert one.journal.leaks() == []
