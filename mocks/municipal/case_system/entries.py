"""How a case of the case system becomes an entry of the case index."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from mocks.kombit.case_index.cases import URN_MUNICIPALITY, URN_SOR, URN_WORKER
from mocks.municipal.case_system.settings import Settings
from mocks.people import Case, CaseKind
from mocks.runtime import start_of
from mocks.standards.sagdok import roles
from mocks.standards.sagdok.case import (
    URN_CPR,
    URN_CVR,
    Egenskaber,
    Foelsomhed,
    Fremdrift,
    FremdriftStatusKode,
    Registrering,
    Relation,
    Sag,
    SagIndeksEgenskaber,
    Update,
    Virkning,
)
from mocks.standards.sagdok.roles import Role, assumed_uuid

_TITLES = {CaseKind.PPR: "PPR-sag", CaseKind.FAMILY: "Børne- og familiesag"}
#: How an entry names the system that writes it.
URN_SYSTEM = "urn:oio:it-system-uuid:"


class Entries:
    """Makes index entries for one system. ``system`` is its name; it is master of all its cases."""

    def __init__(self, system: str, settings: Settings) -> None:
        self._settings = settings
        self._system = assumed_uuid("it-system", system)
        self._name = system
        self._units = {unit.sor_id: unit.name for unit in settings.units}
        self._from = lru_cache(maxsize=4096)(self._relations_from)

    def of(self, case: Case, now: datetime) -> Sag:
        """The entry as registered at ``now``, with the case's whole history."""
        start = start_of(case.opened)
        end = None if case.closed is None else start_of(case.closed + timedelta(days=1))
        progress = [
            Fremdrift(status=FremdriftStatusKode.OPSTAAET, virkning=Virkning(fra=start, til=end)),
        ]
        if end is not None:
            progress.append(Fremdrift(status=FremdriftStatusKode.AFSLUTTET, virkning=Virkning(fra=end)))
        registered = Registrering(
            tidspunkt=now,
            bruger=URN_SYSTEM + self._system,
            egenskaber=(
                Egenskaber(
                    virkning=Virkning(fra=start),
                    noegle=case.number,
                    sagsnummer=case.number,
                    titel=_TITLES[case.kind],  # a title must not tell who the case is about
                ),
            ),
            indeks_egenskaber=(
                SagIndeksEgenskaber(
                    sagsstatus="Aktiv" if end is None else "Afsluttet",
                    foelsomhed=Foelsomhed.FOELSOMME_PERSONOPLYSNINGER,
                    oprettet=start,
                ),
            ),
            fremdrift=tuple(progress),
            relationer=self._relations(case, start),
        )
        return Sag(uuid=case.uuid, registreringer=(registered,))

    def change(self, case: Case, now: datetime) -> Update:
        """What has changed of a case that the index knows already: how far it has come."""
        written = self.of(case, now).latest
        return Update(
            uuid=case.uuid,
            tidspunkt=now,
            indeks_egenskaber=written.indeks_egenskaber,
            fremdrift=written.fremdrift,
        )

    def _relations(self, case: Case, start: datetime) -> tuple[Relation, ...]:
        own = [*self._from(case.kind, case.unit, start)]
        held = Virkning(fra=start)
        if case.worker:
            own.append(
                _relation(
                    roles.PRIMAER_BEHANDLER,
                    roles.BRUGER,
                    URN_WORKER + case.worker.replace(" ", "-"),
                    held,
                    navn=case.worker,
                    telefon=case.worker_phone,
                )
            )
        if (home := self._home(case)) is not None:
            code, reference = home
            own.append(_relation(roles.BOPAELSKOMMUNE, roles.ORGANISATION, reference, held, noegle=code))
        own.append(_relation(roles.PRIMAER_PART, roles.PERSON, URN_CPR + case.cpr, held))
        return tuple(own)

    def _relations_from(self, kind: CaseKind, unit: str, start: datetime) -> tuple[Relation, ...]:
        """Those that many cases share: a department's of one day."""
        settings, held = self._settings, Virkning(fra=start)
        subject, action = settings.kle[kind], settings.action
        return (
            _relation(
                roles.EJER,
                roles.ORGANISATION,
                URN_CVR + settings.cvr,
                held,
                noegle=settings.municipality,
                navn=settings.name,
            ),
            _relation(
                roles.ANSVARLIG,
                roles.ORG_ENHED,
                URN_SOR + unit,
                held,
                navn=self._units[unit],
                cvr=settings.cvr,
            ),
            _relation(roles.PRIMAER_KLASSE, roles.KLASSE, assumed_uuid("kle", subject), held, noegle=subject),
            _relation(roles.HANDLINGSKLASSE, roles.KLASSE, assumed_uuid("kle", action), held, noegle=action),
            _relation(roles.IT_MASTER, roles.IT_SYSTEM, self._system, held, navn=self._name),
            _relation(roles.IT_AFSENDER, roles.IT_SYSTEM, self._system, held, navn=self._name),
        )

    def _home(self, case: Case) -> tuple[str, str] | None:
        """Code and reference of the child's home municipality, only where it is another one than ours."""
        residents = self._settings.residents
        home = residents.home_of(case.cpr) if residents is not None else None
        if home is None or home == self._settings.municipality:
            return None
        cvr = self._settings.cvr_of.get(home)
        return home, URN_CVR + cvr if cvr else URN_MUNICIPALITY + home


def _relation(role: Role, kind: str, reference: str, held: Virkning, **more: Any) -> Relation:
    return Relation(
        family=role.family, rolle=role.uuid, type=kind, reference=reference, virkning=held, **more
    )
