"""Taking what the distribution component (SF2900) brings: journal notes, filed in the department of their subject."""

from __future__ import annotations

from mocks.identifiers import check_cpr
from mocks.kombit.distribution.parties import URN_MESSAGE, URN_SYSTEM
from mocks.municipal.case_system.settings import Settings
from mocks.municipal.case_system.system import CaseSystem
from mocks.standards.distribution.records import (
    Anmodning,
    Fejl,
    ForretningsKode,
    ForretningsKvittering,
    Kvitteringstype,
)
from mocks.standards.sagdok.case import URN_CPR


class DistributedNotes:
    """Files what comes; the same note again changes nothing."""

    def __init__(self, system: CaseSystem, settings: Settings) -> None:
        self._system = system
        kinds = {kle: kind for kind, kle in settings.kle.items()}
        self._departments = {
            kle: unit.sor_id
            for kle, kind in kinds.items()
            for unit in settings.units
            if unit.kind == kind.value
        }

    def take(self, anmodning: Anmodning) -> ForretningsKvittering:
        """File a journal note, and say what became of it."""
        note = anmodning.objekt.journalpost
        if note is None:
            return _refused("objekttype", "only journal notes are taken here")
        unit = self._departments.get(note.emne)
        if unit is None:
            return _refused("emne", f"no department here has the subject {note.emne}")
        cpr = note.part.reference.removeprefix(URN_CPR) if note.part is not None else ""
        if check_cpr(cpr):
            return _refused("part", f"PartAngivelse names no person by {URN_CPR}<10 digits>")
        self._system.file(
            cpr=cpr,
            unit=unit,
            message=(note.dokument.removeprefix(URN_MESSAGE) or note.id)[:140],
            subject=note.titel,
            text=note.notat,
            filed_by=note.bruger.removeprefix(URN_SYSTEM)[:140],
        )
        return ForretningsKvittering(ForretningsKode.ACCEPTERET)


def _refused(kode: str, tekst: str) -> ForretningsKvittering:
    return ForretningsKvittering(
        ForretningsKode.AFVIST, Kvitteringstype.FORRETNING, tekst, (Fejl(kode, tekst),)
    )
