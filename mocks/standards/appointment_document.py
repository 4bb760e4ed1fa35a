"""The appointment document (DK-APD): one appointment of a patient, shared between regions, GPs and
municipalities as a clinical document (HL7 CDA release 2, MedCom's profile 2.0.1).

A document is one version of an appointment: moving the appointment makes a new document with the same
``appointment`` and a new ``id``. Cancelling makes none; the metadata of the last one says that it counts no
more.

``read`` takes 2.0.1 and 1.0; who typed the appointment in, relatives and copies' receivers are passed over.
``write`` is strict and writes 2.0.1; ``check`` says everything that is wrong.
"""

from __future__ import annotations

from mocks.errors import Malformed
from mocks.standards import safe_xml
from mocks.standards.appointment_document_read import read_root
from mocks.standards.appointment_document_records import (
    Address,
    AppointmentDocument,
    Episode,
    Kind,
    Organisation,
    Patient,
    PersonName,
    Reason,
    Telecom,
)
from mocks.standards.appointment_document_write import write
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles.apd_rules import UNREADABLE, check_document

__all__ = [
    "Address",
    "AppointmentDocument",
    "Episode",
    "Kind",
    "Organisation",
    "Patient",
    "PersonName",
    "Reason",
    "Telecom",
    "check",
    "read",
    "write",
]


def read(raw: bytes) -> AppointmentDocument:
    """The document in ``raw``. ``Malformed`` (with findings) when it cannot be understood."""
    document = safe_xml.parse(raw)
    try:
        return read_root(document.root)
    except (LookupError, ValueError) as reason:
        wrong = [f for f in check_document(document) if f.severity is Severity.ERROR]
        if not wrong:
            wrong = [UNREADABLE.at("ClinicalDocument", f"the document cannot be read: {reason}")]
        raise Malformed(tuple(wrong)) from None


def check(raw: bytes) -> list[Finding]:
    """Everything that is wrong with the document, not only the first thing."""
    try:
        document = safe_xml.parse(raw)
    except Malformed as refused:
        return list(refused.findings)
    return check_document(document)
