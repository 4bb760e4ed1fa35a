"""Between the index's form of a case and the one that people work with: who, which department, since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from mocks.people import Case, CaseKind
from mocks.runtime import COPENHAGEN
from mocks.standards.sagdok import roles
from mocks.standards.sagdok.case import URN_CPR, FremdriftStatusKode, Sag

#: Mock-only. In reality a department is a UUID of the shared organisation service (SF1500), and how the
#: pilot came from there to SOR is not published.
URN_SOR = "urn:tvaers:sor-id:"
URN_WORKER = "urn:tvaers:medarbejder:"
URN_MUNICIPALITY = "urn:tvaers:kommunekode:"

#: 27.24.00 is the child's social journal. The sources do not name PPR's number: an assumption, to be
#: configured.
KLE_FAMILY = "27.24.00"
KLE_PPR_ASSUMED = "17.00.00"
KLE_KINDS: Mapping[str, CaseKind] = {KLE_FAMILY: CaseKind.FAMILY, KLE_PPR_ASSUMED: CaseKind.PPR}


def case_of(sag: Sag, kinds: Mapping[str, CaseKind] = KLE_KINDS) -> Case | None:
    """The case behind an index entry, or ``None`` when its class is none of ``kinds`` (KLE -> kind).

    Needs the blocks of ``WHOLE_CASE``; without *egenskaber* there is no number. ``closed`` is the last day on
    which the case was still open.
    """
    written = sag.latest
    subject, owner = written.one(roles.PRIMAER_KLASSE), written.one(roles.EJER)
    unit, party = written.one(roles.ANSVARLIG), written.one(roles.PRIMAER_PART)
    kind = kinds.get(subject.noegle) if subject is not None else None
    if kind is None or owner is None or unit is None or party is None:
        return None
    if not written.fremdrift:
        return None
    worker = written.one(roles.PRIMAER_BEHANDLER)
    first, last = written.fremdrift[0].virkning, written.fremdrift[-1].virkning
    if first is None or first.fra is None:
        return None
    closed = None
    if (
        written.fremdrift[-1].status is FremdriftStatusKode.AFSLUTTET
        and last is not None
        and last.fra is not None
    ):
        closed = (last.fra - timedelta(microseconds=1)).astimezone(COPENHAGEN).date()
    return Case(
        uuid=sag.uuid,
        cpr=party.reference.removeprefix(URN_CPR),
        kind=kind,
        owner=owner.noegle,
        unit=unit.reference.removeprefix(URN_SOR),
        number=written.egenskaber[-1].sagsnummer if written.egenskaber else "",
        opened=first.fra.astimezone(COPENHAGEN).date(),
        closed=closed,
        worker=worker.navn if worker else "",
        worker_phone=worker.telefon if worker else "",
    )
