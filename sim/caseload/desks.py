"""Acting at the desks of systems, as people do: through their JSON faces, over whatever network there is."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from mocks.errors import Unreachable
from mocks.runtime import Clock, Network


class World(Clock, Network, Protocol):
    """Time and network in one: a kernel of virtual time, or one at a pace."""


class Desks:
    """A person's hands. Answers are (status, body); status 0 means that the system could not be reached."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def post(self, system: str, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        """POST ``body`` as JSON to a path of a system's desk."""
        return await self._send("POST", system, path, msgspec.json.encode(body))

    async def get(self, system: str, path: str) -> tuple[int, dict[str, Any]]:
        """GET a path of a system's desk."""
        return await self._send("GET", system, path, b"")

    async def _send(self, method: str, system: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        try:
            answer = await self._world.request(
                method,
                self._world.address(system) + path,
                body=body,
                content_type="application/json" if body else "",
                timeout=120.0,
            )
        except Unreachable as error:
            return 0, {"error": "unreachable", "text": str(error)}
        if not answer.body:
            return answer.status, {}
        try:
            decoded = msgspec.json.decode(answer.body)
        except msgspec.DecodeError:
            return answer.status, {"error": "not_json", "text": answer.body[:200].decode("utf-8", "replace")}
        return answer.status, decoded if isinstance(decoded, dict) else {"value": decoded}
