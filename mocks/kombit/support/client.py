"""Asking the shared registers, and remembering for a day what they said."""

from __future__ import annotations

from datetime import datetime, timedelta

from lxml import etree

from mocks import soap
from mocks.errors import BadInput
from mocks.kombit.request_header import written_header
from mocks.runtime import Runtime
from mocks.standards import oio_objects
from mocks.standards.oio_objects import ENHED, KLASSE, Service

SYSTEM = "stoettesystemer"
_DAY = timedelta(days=1)


class SupportClient:
    """One system's way to the registers. Calls raise ``soap.SaidFault``, ``Unreachable``, and ``BadInput`` for
    what is not there."""

    def __init__(self, runtime: Runtime, *, system: str = SYSTEM, seconds: float = 10.0) -> None:
        self._runtime, self._system, self._seconds = runtime, system, seconds
        self._known: dict[tuple[str, str], tuple[datetime, str]] = {}

    async def sor_id(self, unit: str) -> str:
        """The SOR id of a department by its UUID."""
        return await self._remembered(ENHED, unit)

    async def subject(self, uuid: str) -> str:
        """The KLE number of a class by its UUID."""
        return await self._remembered(KLASSE, uuid)

    async def class_of(self, subject: str) -> str:
        """The UUID of a class by its KLE number."""
        found = oio_objects.read_ids(await self._ask(KLASSE, "soeg", oio_objects.write_soeg(KLASSE, subject)))
        if not found:
            raise BadInput(f"the classification has no class {subject[:12]}")
        return found[0]

    async def _remembered(self, service: Service, uuid: str) -> str:
        now = self._runtime.clock.now()
        known = self._known.get((service.path, uuid))
        if known is not None and now < known[0] + _DAY:
            return known[1]
        answered = await self._ask(service, "laes", oio_objects.write_laes(service, uuid))
        key, _ = oio_objects.read_key_and_name(service, answered)
        self._known[service.path, uuid] = now, key
        return key

    async def _ask(self, service: Service, operation: str, body: bytes) -> etree._Element:
        answered = await soap.call(
            self._runtime,
            self._system,
            service.path,
            body,
            action=service.actions + operation,
            headers=[written_header(self._runtime.ids.uuid("transaction"))],
            timeout=self._seconds,
        )
        found = answered.envelope.body
        if found is None or found.tag != service.element(f"{operation.capitalize()}Output"):
            raise BadInput(f"{self._system} answered {operation} with something else")
        return found
