"""MinLog: the log in which citizens read who has looked at their data, and the service that takes entries.

What registers does so by SOAP, as the official service wants it; a citizen's reading is a JSON face of our
own, since the page where citizens read has no public interface.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from mocks.identifiers import check_sor, make_user_cpr
from mocks.nsp.seb import Session
from mocks.runtime import Runtime
from mocks.standards.minlog import (
    CONSENT,
    NOT_CITIZEN,
    NOT_CUSTODY_HOLDER,
    Added,
    DestinationSystem,
    Fault,
    Identified,
    LogDataEntry,
    SourceSystem,
)

__all__ = ["Added", "Fault", "LogDataEntry", "MinLog", "RequestRate", "entry_for"]


class MinLog:
    """The log, and who may read what of it."""

    def __init__(self, runtime: Runtime) -> None:
        self._trace = runtime.trace
        self._entries = runtime.store.collection("minlog", LogDataEntry)
        self._by_citizen: dict[str, list[str]] = {}
        for key, entry in self._entries.items():
            self._by_citizen.setdefault(entry.PersonIdentifier.value, []).append(key)

    def register(self, entries: Iterable[LogDataEntry | Fault]) -> Added:
        """Add what is in order; faults stand for what is not.

        An entry that came before, with the same sequence number, counts as added and is not stored twice.
        """
        faults, added = list[Fault](), 0
        for entry in entries:
            if isinstance(entry, Fault):
                faults.append(entry)
            else:
                self.add(entry)
                added += 1
        return Added(added, len(faults), faults)

    def knows(self, destination: str, sequence: str) -> bool:
        """Whether an entry with this number is in the log."""
        return f"{destination}/{sequence}" in self._entries

    def add(self, entry: LogDataEntry) -> None:
        """Add an entry that is known to be in order."""
        key = f"{entry.Destination.SystemName}/{entry.SequenceNumber}" if entry.SequenceNumber else ""
        if self._entries.get(key) == entry:
            return  # sent again because the first answer got lost
        if not key or key in self._entries:
            key = f"{key}#{len(self._entries):09d}"
        self._entries.put(key, entry)
        self._trace.note(
            "minlog_entry",
            destination=entry.Destination.SystemName,
            sequence=entry.SequenceNumber,
            addition=entry.Addition,
        )
        self._by_citizen.setdefault(entry.PersonIdentifier.value, []).append(key)

    def read(self, cpr: str, custody_holder: bool = False) -> list[LogDataEntry]:
        """What the citizen, or a custody holder of the citizen, is shown; oldest first."""
        hidden = NOT_CUSTODY_HOLDER if custody_holder else NOT_CITIZEN
        found = (self._entries.get(key) for key in self._by_citizen.get(cpr, ()))
        return [entry for entry in found if entry is not None and hidden not in entry.Filter]


class RequestRate:
    """How many requests each registrant made within an hour; in memory only, a restart forgets."""

    HOUR = timedelta(hours=1)

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._seen: dict[str, deque[datetime]] = {}

    def allows(self, registrant: str, now: datetime) -> bool:
        """Whether one more request is within the limit; it is counted if so."""
        if self._most is None:
            return True
        seen = self._seen.setdefault(registrant, deque())
        while seen and seen[0] <= now - self.HOUR:
            seen.popleft()
        if len(seen) >= self._most:
            return False
        seen.append(now)
        return True


def entry_for(
    session: Session, cpr: str, at: datetime, *, activity: str, destination: str, sequence: str
) -> LogDataEntry:
    """The entry for a look-up that ``session`` made: the consent was declared, hence ``Samtykke``."""
    if session.authorisation and not session.cpr:
        user = Identified(source="Autorisation", value=session.authorisation)
    else:
        user = Identified(source="CPR", value=session.cpr or make_user_cpr(session.user))
    is_sor = check_sor(session.organisation) is None
    return LogDataEntry(
        Source=SourceSystem(SystemName=session.system[:25]),
        Destination=DestinationSystem(SystemName=destination),
        Activity=activity,
        Reason="Koordinering af indsats",
        Addition=CONSENT,
        DateTime=at,
        OrganisationId=Identified(source="SOR", value=session.organisation) if is_sor else None,
        OrganisationName="" if is_sor else session.organisation[:200],
        PersonIdentifier=Identified(source="CPR", value=cpr),
        UserPersonIdentifier=user,
        UserPersonName=session.name[:50],
        UserRole=", ".join(session.roles)[:200],
        SequenceNumber=sequence,
    )
