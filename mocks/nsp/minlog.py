"""MinLog: the log in which citizens read who has looked at their data.

Field names, lengths and values are those of MinLog2 (registration service of 12 March 2025); the JSON
around them, the fault codes, and the user source ``Lokal`` are the mock's own. ``Lokal`` exists because
simulated users have neither a CPR number nor an authorisation.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mocks.identifiers import check_cpr, check_sor
from mocks.nsp.seb import Session
from mocks.runtime import COPENHAGEN, Runtime

Text25 = Annotated[str, Meta(min_length=1, max_length=25)]
Text46 = Annotated[str, Meta(max_length=46)]
Text50 = Annotated[str, Meta(max_length=50)]
Text75 = Annotated[str, Meta(min_length=1, max_length=75)]
Text200 = Annotated[str, Meta(max_length=200)]
Moment = Annotated[datetime, Meta(tz=True)]

#: MinLog2 takes nothing older.
EARLIEST = datetime(2015, 1, 1, tzinfo=COPENHAGEN)

NOT_CITIZEN = "Ikke borger"
NOT_CUSTODY_HOLDER = "Ikke forældremyndigheds-indehaver"


class DestinationSystem(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The system that was asked."""

    SystemName: Text25


class SourceSystem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The system the look-up came from."""

    SystemName: Text25
    CorrelationId: Text46 = ""


class OrganisationRef(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Who the looker works for."""

    source: Literal["SOR", "YDER", "CVR", "EuropeanHealthcareOrganisation"]
    value: Annotated[str, Meta(min_length=1, max_length=200)]


class CitizenRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Whose data were looked at."""

    source: Literal["CPR", "eCPR"]
    value: Annotated[str, Meta(min_length=1, max_length=50)]


class UserRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who looked."""

    source: Literal["CPR", "Autorisation", "EuropeanHealthcareProfessional", "Lokal"]
    value: Annotated[str, Meta(min_length=1, max_length=50)]


class LogDataEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One look-up at one citizen's data. ``DateTime``, or ``FromDateTime`` with ``ToDateTime``."""

    Destination: DestinationSystem
    Activity: Text75
    PersonIdentifier: CitizenRef
    UserPersonIdentifier: UserRef
    Source: SourceSystem | None = None
    Reason: Text50 = ""
    Addition: Text50 = ""
    Criticality: str = ""
    DateTime: Moment | None = None
    FromDateTime: Moment | None = None
    ToDateTime: Moment | None = None
    OrganisationId: OrganisationRef | None = None
    OrganisationName: Text200 = ""
    PersonName: str = ""
    CorrelationId: Text46 = ""
    SequenceNumber: Annotated[str, Meta(max_length=36)] = ""
    UserPersonName: str = ""
    UserRole: Text200 = ""
    OnBehalfOfPersonIdentifier: UserRef | None = None
    OnBehalfOfPersonName: str = ""
    OnBehalfOfUserRole: Text200 = ""
    Filter: tuple[Literal["Ikke borger", "Ikke forældremyndigheds-indehaver"], ...] = ()


class Fault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Why one entry was not added."""

    FaultCode: str
    FaultText: str
    SequenceNumber: str = ""


class Added(msgspec.Struct, frozen=True):
    """The answer to a registration: how many were added, and what was wrong with the others."""

    NumberAdded: int
    NumberFailed: int
    FailedLogDataEntries: list[Fault]


class MinLog:
    """The log, and who may read what of it."""

    def __init__(self, runtime: Runtime) -> None:
        self._entries = runtime.store.collection("minlog", LogDataEntry)
        self._by_citizen: dict[str, list[str]] = {}
        for key, entry in self._entries.items():
            self._by_citizen.setdefault(entry.PersonIdentifier.value, []).append(key)

    def register(self, raw: list[Any]) -> Added:
        """Add what is in order, name what is not.

        An entry that came before, with the same sequence number, counts as added and is not stored twice.
        """
        faults = []
        for number, item in enumerate(raw):
            try:
                entry = msgspec.convert(item, LogDataEntry)
            except msgspec.ValidationError as error:
                name = item.get("SequenceNumber") if isinstance(item, dict) else None
                faults.append(
                    Fault(FaultCode="invalid_entry", FaultText=f"{error}", SequenceNumber=str(name or number))
                )
                continue
            if (problem := _problem(entry)) is not None:
                name = entry.SequenceNumber or str(number)
                faults.append(Fault(FaultCode="invalid_entry", FaultText=problem, SequenceNumber=name))
                continue
            self.add(entry)
        return Added(len(raw) - len(faults), len(faults), faults)

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
        self._by_citizen.setdefault(entry.PersonIdentifier.value, []).append(key)

    def read(self, cpr: str, custody_holder: bool = False) -> list[LogDataEntry]:
        """What the citizen, or a custody holder of the citizen, is shown; oldest first."""
        hidden = NOT_CUSTODY_HOLDER if custody_holder else NOT_CITIZEN
        found = (self._entries.get(key) for key in self._by_citizen.get(cpr, ()))
        return [entry for entry in found if entry is not None and hidden not in entry.Filter]


def entry_for(
    session: Session, cpr: str, at: datetime, *, activity: str, destination: str, sequence: str
) -> LogDataEntry:
    """The entry for a look-up that ``session`` made: the consent was declared, hence ``Samtykke``."""
    if session.cpr:
        user = UserRef(source="CPR", value=session.cpr)
    elif session.authorisation:
        user = UserRef(source="Autorisation", value=session.authorisation)
    else:
        user = UserRef(source="Lokal", value=session.user[:50])
    is_sor = check_sor(session.organisation) is None
    return LogDataEntry(
        Source=SourceSystem(SystemName=session.system[:25]),
        Destination=DestinationSystem(SystemName=destination),
        Activity=activity,
        Reason="Koordinering af indsats",
        Addition="Samtykke",
        DateTime=at,
        OrganisationId=OrganisationRef(source="SOR", value=session.organisation) if is_sor else None,
        OrganisationName="" if is_sor else session.organisation[:200],
        PersonIdentifier=CitizenRef(source="CPR", value=cpr),
        UserPersonIdentifier=user,
        UserPersonName=session.name,
        UserRole=", ".join(session.roles)[:200],
        SequenceNumber=sequence,
    )


def _problem(entry: LogDataEntry) -> str | None:
    """What the form alone cannot say."""
    interval = (entry.FromDateTime, entry.ToDateTime)
    if (entry.DateTime is None) == (interval == (None, None)):
        return "DateTime, or FromDateTime with ToDateTime: exactly one of the two is needed"
    if entry.DateTime is None and None in interval:
        return "FromDateTime and ToDateTime belong together"
    for moment in (entry.DateTime, *interval):
        if moment is not None and moment < EARLIEST:
            return "MinLog takes no entry from before 1 January 2015"
    if entry.PersonIdentifier.source == "CPR" and (problem := check_cpr(entry.PersonIdentifier.value)):
        return f"PersonIdentifier: {problem}"
    return None
