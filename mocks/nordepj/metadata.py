"""What the national registry is told of an appointment: the entry of its document, and each change to it.

Identifiers follow from the appointment and its version, so that a change that is told twice is told with the
same ones. None of them holds a CPR number: identifiers of documents stand in logs and receipts, and national
samples that were made of ``<CPR>.<SOR>.<number>`` have leaked it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID, uuid5

from mocks.nordepj.book import Change
from mocks.nordepj.settings import BookSettings
from mocks.people import Appointment, AppointmentStatus
from mocks.standards.profiles import apd
from mocks.standards.xds.names import AssociationType, Availability, DocumentType
from mocks.standards.xds.objects_write import member_of
from mocks.standards.xds.records import Association, Author, Code, DocumentEntry, Submission, SubmissionSet
from mocks.standards.xds.values import organisation_xon, patient_cx, utc_moment
from mocks.units import UnitKind

_SPACE = UUID("0d5b6e0e-8f7e-5d54-9a5b-6f6d7a2d3c10")
TYPE_CODE = Code(apd.DOCUMENT_CODE, apd.LOINC, apd.DOCUMENT_NAME)
FORMAT_CODE = Code("urn:ad:dk:medcom:apd-v2.0.1:full", "1.2.208.184.100.10", "DK Appointment Document")
CLASS_CODE = Code("001", "1.2.208.184.100.9", "Klinisk rapport")
CONFIDENTIALITY = Code("N", apd.CONFIDENTIALITY, "Normal")
HOSPITAL = Code("22232009", apd.SNOMED, "hospital")
MENTAL_DISORDERS = Code("ALAL03", apd.SKS, "Psykiske lidelser")
#: Specialty of the units. That of a somatic department is an assumption: no register of ours has it.
PRACTICE = {
    UnitKind.BUP: Code("394588006", apd.SNOMED, "børne- og ungdomspsykiatri"),
    UnitKind.DEPARTMENT: Code("394537008", apd.SNOMED, "pædiatri"),
}


def entry_id(uuid: str, version: int) -> str:
    """The registry's id of one version."""
    return f"urn:uuid:{uuid5(_SPACE, f'entry {uuid} {version}')}"


def unique_id(uuid: str, version: int) -> str:
    """The number by which the document of one version is asked for."""
    return f"{apd.CDA}^{uuid5(_SPACE, f'document {uuid} {version}')}"


def entry_of(
    appointment: Appointment, version: int, settings: BookSettings, about: tuple[str, ...] | None = None
) -> DocumentEntry:
    """The on-demand entry of one version. ``about``: who the patient is (sourcePatientInfo), where that is known
    already."""
    unit, source = settings.unit(appointment.unit), settings.source
    name = f"SOR {appointment.unit}" if unit is None else unit.name
    kind = UnitKind.BUP if unit is None else unit.kind
    ident, patient = entry_id(appointment.uuid, version), patient_cx(appointment.cpr)
    return DocumentEntry(
        id=ident,
        logical_id=ident,
        unique_id=unique_id(appointment.uuid, version),
        patient_id=patient,
        source_patient_id=patient,
        source_patient_info=_patient_info(appointment.cpr, settings) if about is None else about,
        type=DocumentType.ON_DEMAND,
        status=Availability.APPROVED,
        mime_type="text/xml",
        title=f"{apd.TITLE} {appointment.cpr}",
        language="da-DK",
        service_start=utc_moment(appointment.start),
        service_stop="" if appointment.end is None else utc_moment(appointment.end),
        repository=source.repository,
        home_community=source.home_community,
        authors=(Author(institutions=(organisation_xon(name, appointment.unit),)),),
        class_code=CLASS_CODE,
        confidentiality=(CONFIDENTIALITY,),
        event_codes=(MENTAL_DISORDERS,) if kind is UnitKind.BUP else (),
        format_code=FORMAT_CODE,
        facility_type=HOSPITAL,
        practice_setting=PRACTICE.get(kind, PRACTICE[UnitKind.DEPARTMENT]),
        type_code=TYPE_CODE,
    )


def entries_at_start(
    settings: BookSettings, appointments: Iterable[Appointment] | None = None
) -> Iterator[DocumentEntry]:
    """What stands in the registry when all begins: an entry for each appointment in the book."""
    about: dict[str, tuple[str, ...]] = {}  # a patient has many appointments
    for appointment in settings.appointments if appointments is None else appointments:
        if appointment.status is not AppointmentStatus.CANCELLED:
            if (cpr := appointment.cpr) not in about:
                about[cpr] = _patient_info(cpr, settings)
            yield entry_of(appointment, 1, settings, about[cpr])


def submission_of(
    change: Change, appointment: Appointment, version: int, settings: BookSettings, at: datetime
) -> Submission:
    """One change as the registry takes it: a new entry (ITI-61), one that replaces the version before, or the
    end of the last one (ITI-57)."""
    about = f"{change} {appointment.uuid} {version}"
    made = SubmissionSet(
        id=f"urn:uuid:{uuid5(_SPACE, f'set {about}')}",
        unique_id=f"urn:uuid:{uuid5(_SPACE, f'submission {about}')}",
        patient_id=patient_cx(appointment.cpr),
        source_id=settings.source.source_id,
        submission_time=utc_moment(at),
        content_type=TYPE_CODE,
    )
    if change is Change.CANCELLED:
        ended = Association(
            type=AssociationType.UPDATES_AVAILABILITY,
            source=made.id,
            target=entry_id(appointment.uuid, version),
            original_status=Availability.APPROVED,
            new_status=Availability.DEPRECATED,
        )
        return Submission(set=made, associations=(ended,))
    entry = entry_of(appointment, version, settings)
    associations = [member_of(made, entry)]
    if change is Change.MOVED:
        before = entry_id(appointment.uuid, version - 1)
        associations.append(Association(type=AssociationType.REPLACES, source=entry.id, target=before))
    return Submission(set=made, entries=(entry,), associations=tuple(associations))


def _patient_info(cpr: str, settings: BookSettings) -> tuple[str, ...]:
    person = settings.patients.find(cpr)
    if person is None:
        return ()
    name = "^".join(part.replace("^", " ").replace("|", " ") for part in (person.family, person.given))
    return f"PID-5|{name}", f"PID-7|{person.birth_date:%Y%m%d}", f"PID-8|{person.sex}"
