"""The log of look-ups that each looking system keeps: every attempt, however it ended.

A row is put in the store *before* anything is asked, as an interrupted one, and completed afterwards: a
system that dies on the way has logged the attempt all the same. What was shown is never in it, and the
citizen only masked.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from mocks.identifiers import mask_cpr
from mocks.runtime import Runtime, fresh


class Outcome(StrEnum):
    """How an attempt ended for the person at the screen."""

    SHOWN = "shown"
    EMPTY = "empty"  # answered, and there was nothing
    DENIED = "denied"
    TIMEOUT = "timeout"
    ERROR = "error"


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Who sits at the screen.

    ``role`` is the kind of user (``ppr``, ``family``, ``bup``, ``gp``); ``municipality`` the 4-digit code
    of a municipal user; ``organisation`` the SOR id of the unit, and ``cpr`` or ``authorisation`` the
    person for the citizen's access log, all three where known.
    """

    id: str
    name: str = ""
    municipality: str = ""
    role: str = ""
    organisation: str = ""
    cpr: str = ""
    authorisation: str = ""


class LookupRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt. ``consent`` says whether a valid consent existed, not whether one was declared."""

    lookup: str
    at: datetime
    service: str
    user: str
    user_name: str
    municipality: str
    organisation: str
    role: str
    criteria: str
    consent: bool
    outcome: Outcome = Outcome.ERROR
    rows: int = 0
    reason: str = "afbrudt"


class LookupLog:
    """The log of one service in one looking system.

    ``kind`` is the trace event that tells of each concluded attempt; ``solution`` goes into it.
    """

    def __init__(
        self, runtime: Runtime, service: str, solution: str, *, name: str = "lookup_log", kind: str = "lookup"
    ) -> None:
        self._runtime, self._service, self._solution, self._kind = runtime, service, solution, kind
        self._rows = runtime.store.collection(name, LookupRecord)

    def begin(self, user: User, cpr: str, consent: bool) -> LookupRecord:
        """Log that somebody looks. The row stays if nothing ever concludes it."""
        record = LookupRecord(
            lookup=fresh(self._runtime.ids, "lookup", self._rows),
            at=self._runtime.clock.now(),
            service=self._service,
            user=user.id,
            user_name=user.name,
            municipality=user.municipality,
            organisation=user.organisation,
            role=user.role,
            criteria=f"CPR-nr.: {mask_cpr(cpr)}",
            consent=consent,
        )
        self._rows.put(record.lookup, record)
        return record

    def conclude(
        self, record: LookupRecord, outcome: Outcome, rows: int = 0, reason: str = "", municipality: str = ""
    ) -> LookupRecord:
        """Log how it ended, and tell the trace. ``municipality``: the child's, where the user has none."""
        done = msgspec.structs.replace(record, outcome=outcome, rows=rows, reason=reason)
        self._rows.put(done.lookup, done)
        self._runtime.trace.note(
            self._kind,
            lookup=done.lookup,
            solution=self._solution,
            system=self._runtime.system,
            user_kind=done.role,
            municipality=done.municipality or municipality,
            outcome=outcome.value,
            consent=done.consent,
            rows=rows,
        )
        return done

    def __len__(self) -> int:
        return len(self._rows)

    def newest(self, limit: int) -> list[LookupRecord]:
        """The last ``limit`` attempts, oldest first."""
        rows = [record for _, record in self._rows.items()]
        return rows[-limit:] if limit else []
