"""Sharing of appointments: found on demand at the source, logged for the citizen, and kept nowhere.

The source is asked while the user waits (the regions of North Jutland and Central Jutland are connected
that way); only what is approved at that moment comes out, so a cancelled appointment is simply absent.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from mocks.errors import TimedOut, Unreachable
from mocks.nsp.access_check import AccessCheck, user_of
from mocks.nsp.blocking import DataItem
from mocks.nsp.minlog import MinLog, entry_for
from mocks.nsp.seb import Seb, Session
from mocks.nsp.settings import Settings
from mocks.overview.calls import SaidNo, ask
from mocks.runtime import Runtime

SYSTEM_NAME = "Aftaledeling"
ACTIVITY = "Opslag af aftaler i børne- og ungdomspsykiatrien"


class SharedAppointment(msgspec.Struct, frozen=True, kw_only=True):
    """One appointment as it is shared. ``uuid`` stays when it is moved, ``version`` counts the moves.

    ``unit`` is the SOR id of the performing unit; street, post code and city are the meeting place.
    """

    uuid: str
    version: int
    status: str
    start: datetime
    unit: str
    end: datetime | None = None
    place_street: str = ""
    place_post_code: str = ""
    place_city: str = ""
    reason: str = ""


class Appointments(msgspec.Struct, frozen=True):
    """The answer of a source, and of the platform."""

    aftaler: list[SharedAppointment]


class Search(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Appointments of a citizen that start at ``from`` or later and before ``to``; both may be open.
    ``override`` is værdispring."""

    cpr: str
    token: str = ""
    override: bool = False
    from_: datetime | None = None
    to: datetime | None = None


class SourceFailed(Unreachable):
    """The booking system gave no usable answer. ``code`` and ``status`` say so to the asker."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code = status, code
        super().__init__(message)


class Sharing:
    """The way from a logged-in user to the source and back."""

    def __init__(
        self, runtime: Runtime, settings: Settings, seb: Seb, minlog: MinLog, check: AccessCheck
    ) -> None:
        self._runtime, self._settings, self._seb, self._minlog = runtime, settings, seb, minlog
        self._check = check

    async def search(self, cpr: str, search: Search) -> Appointments:
        """Ask the source and log the look-up. Errors: ``TokenRefused``, ``NotAuthorized``, ``SourceFailed``."""
        session = self._seb.check(search.token)
        user, now = user_of(session), self._runtime.clock.now()
        try:
            permit = await self._check.permit(cpr, user, now, override=search.override)
        except Unreachable as error:
            raise SourceFailed(502, "processing_problem", str(error)) from None
        if permit.blocked:
            return Appointments([])
        source = self._settings.appointment_source
        question = {"cpr": cpr, "from": search.from_, "to": search.to}
        try:
            found = await ask(
                self._runtime,
                source,
                "/aftaler/ondemand",
                Appointments,
                question,
                timeout=self._settings.source_seconds,
            )
        except TimedOut:
            raise SourceFailed(504, "source_timeout", f"{source} did not answer in time") from None
        except SaidNo as error:
            raise SourceFailed(502, "source_refused", f"{source}: {error}") from None
        except Unreachable as error:
            raise SourceFailed(502, "source_unreachable", str(error)) from None
        approved = [a for a in found.aftaler if a.status == "Approved"]
        entries = [DataItem(a.uuid, a.unit) for a in approved]
        shown = {item.document for item in await self._check.shown(permit, cpr, user, entries, now)}
        self._log(session, cpr, permit.addition)
        return Appointments([a for a in approved if a.uuid in shown])

    def _log(self, session: Session, cpr: str, addition: str) -> None:
        sequence = self._runtime.ids.uuid("minlog")
        while self._minlog.knows(SYSTEM_NAME, sequence):  # a restart begins the stream of ids anew
            sequence = self._runtime.ids.uuid("minlog")
        now = self._runtime.clock.now()
        entry = entry_for(session, cpr, now, activity=ACTIVITY, destination=SYSTEM_NAME, sequence=sequence)
        self._minlog.add(msgspec.structs.replace(entry, Addition=addition))
