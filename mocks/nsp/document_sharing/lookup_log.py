"""What a look-up leaves behind: an entry in the citizen's log, and a line in the trace without the citizen."""

from __future__ import annotations

from datetime import datetime

from mocks.nsp.document_sharing.gate import Asker
from mocks.nsp.minlog import MinLog
from mocks.runtime import Runtime
from mocks.standards.minlog import DestinationSystem, Identified, LogDataEntry, SourceSystem

#: The name under which document sharing stands in the citizen's log.
SYSTEM_NAME = "Dokumentdelingsservice"
SEARCHED = "Opslag af aftaler i børne- og ungdomspsykiatrien"
RETRIEVED = "Visning af aftaler fra børne- og ungdomspsykiatrien"
REASON = "Koordinering af indsats"
_FORMATS = {"nsi:sor": "SOR", "nsi:ynumber": "YDER", "nsi:cvr": "CVR"}


class LookupTrail:
    """Writes both. A block is in the trace as ``blocked`` and in no log: the citizen's log would be the hint."""

    def __init__(self, runtime: Runtime, minlog: MinLog) -> None:
        self._runtime, self._minlog = runtime, minlog
        self._destination = DestinationSystem(SystemName=SYSTEM_NAME)

    def logged(self, asker: Asker, at: datetime, activity: str, addition: str) -> str:
        """Put a look-up into the citizen's log; the number of its entry."""
        sequence = self._runtime.ids.uuid("minlog")
        while self._minlog.knows(SYSTEM_NAME, sequence):  # a restart begins the stream of ids anew
            sequence = self._runtime.ids.uuid("minlog")
        hsuid, user = asker.hsuid, asker.user
        source = _FORMATS.get(hsuid.organisation_format, "")
        known = bool(source and hsuid.organisation)
        entry = LogDataEntry(
            Source=SourceSystem(SystemName=hsuid.system[:25]),
            Destination=self._destination,
            Activity=activity,
            Reason=REASON,
            Addition=addition,
            DateTime=at,
            OrganisationId=Identified(source=source, value=hsuid.organisation[:200]) if known else None,
            OrganisationName=hsuid.organisation_responsible[:200],
            PersonIdentifier=Identified(source="CPR", value=hsuid.citizen),
            UserPersonIdentifier=Identified(source="CPR", value=hsuid.acting),
            UserPersonName=user.name[:50],
            UserRole=_role(asker)[:200],
            OnBehalfOfPersonIdentifier=_on_behalf(asker),
            SequenceNumber=sequence,
        )
        self._minlog.add(entry)
        return sequence

    def noted(
        self, transaction: str, asker: Asker, outcome: str, *, found: int = 0, shown: int = 0, minlog: str = "",
        addition: str = "", rule: str = "", relation: str = "",
    ) -> None:  # fmt: skip
        """Tell the trace how a look-up ended: ``denied``, ``blocked``, ``shown``, ``filtered``, ``empty`` or
        ``error``. ``found`` and ``shown`` count documents, ``minlog`` is the number of the log's entry."""
        self._runtime.trace.note(
            "document_lookup",
            transaction=transaction,
            system=self._runtime.system,
            asked_by=asker.hsuid.system,
            user_kind=asker.user.kind.value,
            override=asker.hsuid.override,
            outcome=outcome,
            found=found,
            shown=shown,
            minlog=minlog,
            addition=addition,
            rule=rule,
            relation=relation,
        )


def _role(asker: Asker) -> str:
    person = asker.card.user
    return asker.user.kind.value if person is None else person.role or asker.user.kind.value


def _on_behalf(asker: Asker) -> Identified | None:
    """The health person in charge, where that is another than who sits there."""
    responsible = asker.hsuid.responsible
    if not responsible or responsible == asker.hsuid.acting:
        return None
    return Identified(source="CPR", value=responsible)
