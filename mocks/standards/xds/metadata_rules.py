"""What DROS checks of an entry's metadata before it goes into the registry.

The values are those of the Danish metadata profile for appointments. Which of them the national service
really refuses is not published, hence the level (``ValidationLevel``).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mocks.errors import BadInput
from mocks.identifiers import check_cpr
from mocks.standards.rule import Rule
from mocks.standards.xds.names import DocumentType, ErrorCode
from mocks.standards.xds.records import DocumentEntry, RegistryError
from mocks.standards.xds.values import cpr_of, full_moment, sor_of

_SOURCE = "Danish XDS metadata (medcomdk/dk-medcom-xds-metadata); ITI-18 and ITI-41 samples of the appointment sharing"
#: The published samples have numbers with dots that are no OIDs, so no more is asked.
_DOTTED = re.compile(r"\d+(\.\d+)*", re.ASCII)
LOINC, DK_CLASSES, CONFIDENTIALITY = "2.16.840.1.113883.6.1", "1.2.208.184.100.9", "2.16.840.1.113883.5.25"
#: Types of documents that the profile lists for appointments.
APPOINTMENT_TYPES = frozenset(("39289-4", "56446-8", "39290-2"))


def _rule(id: str, statement: str, mend: str) -> Rule:
    return Rule(id=id, statement=statement, source=_SOURCE, mend=mend)


def _patient(entry: DocumentEntry) -> bool:
    cpr = cpr_of(entry.patient_id)
    return cpr is not None and check_cpr(cpr) is None


def _moments(entry: DocumentEntry) -> bool:
    try:
        values = [entry.creation_time, entry.service_start, entry.service_stop]
        full = [full_moment(value) for value in values if value]
    except BadInput:
        return False
    return bool(full)


def _order(entry: DocumentEntry) -> bool:
    if not entry.service_start or not entry.service_stop or not _moments(entry):
        return True
    return full_moment(entry.service_start) <= full_moment(entry.service_stop)


def _institution(entry: DocumentEntry) -> bool:
    return any(sor_of(xon) for author in entry.authors for xon in author.institutions)


def _unique_id(entry: DocumentEntry) -> bool:
    root, _, extension = entry.unique_id.partition("^")
    return len(entry.unique_id) <= 128 and _DOTTED.fullmatch(root) is not None and len(extension) <= 64


#: Rule and the condition that an entry must meet, in the order in which they are told.
CHECKS: tuple[tuple[Rule, Callable[[DocumentEntry], bool]], ...] = (
    (
        _rule("xds-patient", "patientId is a CPR number with its OID.", "Send CPR^^^&1.2.208.176.1.2&ISO."),
        _patient,
    ),
    (
        _rule("xds-unique-id", "uniqueId is an OID, with an extension behind ^ or without.", "Send digits with dots."),
        _unique_id,
    ),
    (
        _rule(
            "xds-moments",
            "creationTime and the service times are moments in UTC, YYYYMMDDhhmmss.",
            "Send digits only, in UTC.",
        ),
        _moments,
    ),
    (
        _rule("xds-service-order", "serviceStopTime is not before serviceStartTime.", "Set a later stop."),
        _order,
    ),
    (
        _rule("xds-type-code", "typeCode is a LOINC code.", f"Send 39289-4 of {LOINC} for an appointment."),
        lambda e: e.type_code is not None and e.type_code.scheme == LOINC,
    ),
    (
        _rule("xds-class-code", "classCode is of the Danish class codes.", f"Send 001 of {DK_CLASSES}."),
        lambda e: e.class_code is not None and e.class_code.scheme == DK_CLASSES,
    ),
    (
        _rule("xds-format-code", "formatCode is given.", "Send urn:ad:dk:medcom:apd-v2.0.1:full of 1.2.208.184.100.10."),
        lambda e: e.format_code is not None and bool(e.format_code.code and e.format_code.scheme),
    ),
    (
        _rule(
            "xds-author-institution",
            "authorInstitution names an organisation by its SOR id.",
            "Send Name^^^^^&1.2.208.176.1.1&ISO^^^^SOR-id.",
        ),
        _institution,
    ),
    (
        _rule(
            "xds-service-start",
            "an appointment has serviceStartTime.",
            "Send the start of the appointment in UTC.",
        ),
        lambda e: e.type_code is None or e.type_code.code != "39289-4" or bool(e.service_start),
    ),
    (
        _rule(
            "xds-repository", "an on-demand entry names its repository.", "Send the slot repositoryUniqueId."
        ),
        lambda e: e.type is not DocumentType.ON_DEMAND or bool(e.repository),
    ),
    (
        _rule(
            "xds-on-demand-bytes",
            "an on-demand entry has neither hash nor size.",
            "Leave both out: the document is made when somebody asks.",
        ),
        lambda e: e.type is not DocumentType.ON_DEMAND or not (e.hash or e.size),
    ),
)  # fmt: skip
RULES: tuple[Rule, ...] = tuple(rule for rule, _ in CHECKS)


def problems(entry: DocumentEntry, severity: str) -> list[RegistryError]:
    """What is wrong with an entry, as errors of an answer; no value of the entry is repeated."""
    return [
        RegistryError(ErrorCode.METADATA, f"{rule.statement} {rule.mend}", rule.id, severity)
        for rule, holds in CHECKS
        if not holds(entry)
    ]
