"""Entries for the citizen's access log (MinLog) that are on their way to the national platform.

The user does not wait for them. They lie in the store until the platform has taken them, so that neither
a platform that is away nor a restart loses one.
"""

from __future__ import annotations

from itertools import islice

from mocks import soap
from mocks.errors import BadInput, Unreachable
from mocks.health_login import HealthLogin
from mocks.overview.settings import Settings
from mocks.runtime import Runtime, fresh
from mocks.standards import minlog
from mocks.standards.minlog import LogDataEntry
from mocks.standards.soap.envelope import SoapVersion

#: MinLog takes at most so many entries a request.
BATCH = 500


class AccessLog:
    """Puts entries away and carries them. ``refused`` entries stay in the store for somebody to look at."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime, self._settings = runtime, settings
        self._login = HealthLogin(runtime, settings.login)
        self._pending = runtime.store.collection("minlog_pending", LogDataEntry)
        self._refused = runtime.store.collection("minlog_refused", LogDataEntry)
        self._carrying = False
        if len(self._pending):
            self._start()

    def sequence_number(self) -> str:
        """A number for the next entry, by which it is known on its way."""
        return fresh(self._runtime.ids, "minlog", self._pending)

    def add(self, entry: LogDataEntry) -> None:
        """Take responsibility for an entry that has such a number."""
        self._pending.put(entry.SequenceNumber, entry)
        self._start()

    def _start(self) -> None:
        if not self._carrying:
            self._carrying = True
            self._runtime.clock.spawn(f"{self._runtime.system} access log", self._carry())

    async def _carry(self) -> None:
        """Deliver until nothing is left. Gives up after many tries; the next entry starts it anew."""
        tries = 0
        try:
            await self._runtime.clock.sleep(self._settings.minlog_gather_seconds)
            while len(self._pending) and tries <= self._settings.minlog_most_retries:
                if not await self._deliver():
                    tries += 1
                    await self._runtime.clock.sleep(self._settings.minlog_retry_seconds)
        finally:
            self._carrying = False

    async def _deliver(self) -> bool:
        batch = [entry for _, entry in islice(self._pending.items(), BATCH)]
        batch = [entry for entry in batch if not self._unfit(entry)]
        if not batch:
            return True
        try:
            card = await self._login.system_card()
            said = await soap.call(
                self._runtime,
                "nsp",
                minlog.PATH,
                minlog.write_request(batch),
                version=SoapVersion.SOAP11,
                action=minlog.ACTION,
                headers=card.headers(self._runtime.ids.uuid("dgws-message")),
                timeout=self._settings.source_seconds,
            )
            if said.envelope.body is None:
                return False
            added = minlog.read_response(said.envelope.body)
        except (soap.SaidFault, Unreachable, BadInput):  # a login that failed is a BadInput too
            return False
        failed = {fault.SequenceNumber for fault in added.FailedLogDataEntries}
        for entry in batch:
            if entry.SequenceNumber in failed:
                self._refuse(entry)
            self._pending.drop(entry.SequenceNumber)
        return True

    def _unfit(self, entry: LogDataEntry) -> bool:
        """Put an entry aside that the schema does not take: it would hold up all others."""
        if minlog.problem_of(entry) is None:
            return False
        self._refuse(entry)
        self._pending.drop(entry.SequenceNumber)
        return True

    def _refuse(self, entry: LogDataEntry) -> None:
        self._refused.put(entry.SequenceNumber, entry)
        self._runtime.trace.note("minlog_refused", system=self._runtime.system)
