"""How a case of the case system becomes an entry of the case index."""

from __future__ import annotations

from datetime import datetime, timedelta

from mocks.kombit.case_index.sag import (
    URN_CPR,
    URN_CVR,
    URN_KLE,
    URN_MUNICIPALITY,
    URN_SOR,
    URN_SYSTEM,
    URN_WORKER,
    Egenskaber,
    Foelsomhed,
    FremdriftStatusKode,
    LivscyklusKode,
    Registrering,
    Relation,
    Relationer,
    Sag,
    SagIndeksEgenskaber,
    Tilstand,
    Virkning,
)
from mocks.municipal.case_system.settings import Settings
from mocks.people import Case, CaseKind
from mocks.runtime import start_of

_TITLES = {CaseKind.PPR: "PPR-sag", CaseKind.FAMILY: "Børne- og familiesag"}


class Entries:
    """Makes index entries for one system. ``system`` is its name; it is master of all its cases."""

    def __init__(self, system: str, settings: Settings) -> None:
        self._settings = settings
        self._owner = Relation(
            reference=URN_CVR + settings.cvr, user_key=settings.municipality, full_name=settings.name
        )
        self._it = Relation(reference=URN_SYSTEM + system)
        self._action = Relation(reference=URN_KLE + settings.action, user_key=settings.action)
        self._classes = {
            kind: Relation(reference=URN_KLE + kle, user_key=kle) for kind, kle in settings.kle.items()
        }
        self._units = {
            u.sor_id: Relation(reference=URN_SOR + u.sor_id, full_name=u.name, cvr=settings.cvr)
            for u in settings.units
        }

    def of(self, case: Case, now: datetime) -> Sag:
        """The entry as registered at ``now``, with the case's whole history."""
        start = start_of(case.opened)
        end = None if case.closed is None else start_of(case.closed + timedelta(days=1))
        progress: tuple[Tilstand, ...] = (
            Tilstand(
                virkning=Virkning(fra_tidspunkt=start, til_tidspunkt=end),
                fremdrift_status_kode=FremdriftStatusKode.OPSTAAET,
            ),
        )
        if end is not None:
            closing = Tilstand(
                virkning=Virkning(fra_tidspunkt=end), fremdrift_status_kode=FremdriftStatusKode.AFSLUTTET
            )
            progress = (*progress, closing)
        return Sag(
            uuid=case.uuid,
            registrering=Registrering(tidspunkt=now, livscyklus_kode=LivscyklusKode.IMPORTERET),
            egenskaber=Egenskaber(
                virkning=Virkning(fra_tidspunkt=start),
                brugervendt_noegle=case.number,
                sagsnummer=case.number,
                titel=_TITLES[case.kind],  # a title must not tell who the case is about
            ),
            tilstand=progress,
            indeks_egenskaber=SagIndeksEgenskaber(
                foelsomhed=Foelsomhed.FOELSOMME_PERSONOPLYSNINGER,
                oprettet_tidspunkt=start,
                sagsstatus="Aktiv" if end is None else "Afsluttet",
            ),
            relationer=Relationer(
                ejer=self._owner,
                ansvarlig=self._units[case.unit],
                primaer_behandler=_worker(case),
                bopaelskommune=self._home(case),
                primaer_part=Relation(reference=URN_CPR + case.cpr),
                primaer_klasse=self._classes[case.kind],
                handlingsklasse=self._action,
                it_system_master=self._it,
                it_system_afsender=self._it,
            ),
        )

    def _home(self, case: Case) -> Relation | None:
        """The child's home municipality, only where it is another one than ours."""
        residents = self._settings.residents
        home = residents.home_of(case.cpr) if residents is not None else None
        if home is None or home == self._settings.municipality:
            return None
        cvr = self._settings.cvr_of.get(home)
        reference = URN_CVR + cvr if cvr else URN_MUNICIPALITY + home
        return Relation(reference=reference, user_key=home)


def _worker(case: Case) -> Relation | None:
    if not case.worker:
        return None
    return Relation(
        reference=URN_WORKER + case.worker.replace(" ", "-"), full_name=case.worker, phone=case.worker_phone
    )
