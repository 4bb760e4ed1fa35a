"""The ways to those who receive: our own systems, and a vendor's endpoint in a mock's place."""

from __future__ import annotations

from mocks.errors import Unreachable
from mocks.runtime import Response, Runtime
from mocks.vans.settings import Settings

XML = "application/xml"


class Ways:
    """By location number, as the settings say."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings

    def reaches(self, gln: str) -> bool:
        """Whether anybody receives at a location number."""
        return gln in self._settings.external or gln in self._settings.routes

    async def post(self, receiver: str, raw: bytes) -> Response:
        """Hand an envelope to whoever receives there. Errors: ``Unreachable``."""
        url = self._settings.external.get(receiver)
        if url is None:
            system = self._settings.routes.get(receiver)
            if system is None:
                raise Unreachable(f"nobody receives at {receiver}")
            url = self._runtime.network.address(system) + "/vans/inbox"
        return await self._runtime.network.request(
            "POST", url, body=raw, content_type=XML, timeout=self._settings.answer_seconds
        )
