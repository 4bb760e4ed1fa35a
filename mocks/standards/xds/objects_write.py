"""Registry objects as ebRIM 3.0: entries, submission sets and associations, as bytes.

Prefix ``rim`` must be declared round them. Ids of classifications and identifiers follow from the id of what
they belong to, so the same object is always written the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from mocks.standards.safe_xml import escape, escape_attribute
from mocks.standards.xds.names import AssociationType, Scheme
from mocks.standards.xds.records import Association, Author, Code, DocumentEntry, Slot, SubmissionSet

_TEXT_LANGUAGE = "da-DK"
_OBJECT = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject"


def entry_xml(entry: DocumentEntry) -> bytes:
    """An entry as ``ExtrinsicObject``, slots first, then texts, classifications and identifiers."""
    ident = escape_attribute(entry.id)
    head = (
        f'<rim:ExtrinsicObject mimeType="{escape_attribute(entry.mime_type or "text/xml")}" '
        f'lid="{escape_attribute(entry.logical_id or entry.id)}" objectType="{entry.type}" '
        f'status="{entry.status}" id="{ident}"'
    )
    home = f' home="{escape_attribute(entry.home_community)}"' if entry.home_community else ""
    parts = [
        f"{head}{home}>",
        *(_slot(name, values) for name, values in _slots(entry)),
        _name(entry.title) if entry.title else "",
        f'<rim:VersionInfo versionName="{escape_attribute(entry.version)}"/>',
        *_classifications(entry),
        _identifier(entry.id, Scheme.PATIENT_ID, entry.patient_id, "XDSDocumentEntry.patientId"),
        _identifier(entry.id, Scheme.UNIQUE_ID, entry.unique_id, "XDSDocumentEntry.uniqueId"),
        "</rim:ExtrinsicObject>",
    ]
    return "".join(parts).encode()


def set_xml(submission: SubmissionSet) -> bytes:
    """A submission set: the package, and the classification that says what the package is."""
    ident = escape_attribute(submission.id)
    content = submission.content_type
    parts = [
        f'<rim:RegistryPackage objectType="{_OBJECT}:RegistryPackage" '
        f'status="urn:oasis:names:tc:ebxml-regrep:StatusType:Approved" id="{ident}">',
        _slot("submissionTime", (submission.submission_time,)) if submission.submission_time else "",
        _coded(submission.id, Scheme.CONTENT_TYPE, content, 0) if content else "",
        _identifier(
            submission.id, Scheme.SET_PATIENT_ID, submission.patient_id, "XDSSubmissionSet.patientId"
        ),
        _identifier(submission.id, Scheme.SET_UNIQUE_ID, submission.unique_id, "XDSSubmissionSet.uniqueId"),
        _identifier(submission.id, Scheme.SET_SOURCE_ID, submission.source_id, "XDSSubmissionSet.sourceId"),
        "</rim:RegistryPackage>",
        f'<rim:Classification classifiedObject="{ident}" classificationNode="{Scheme.SUBMISSION_SET}" '
        f'id="{_part_id(submission.id, Scheme.SUBMISSION_SET, 0)}"/>',
    ]
    return "".join(parts).encode()


def association_xml(association: Association) -> bytes:
    """An association with the slots that its type needs."""
    slots = [
        _slot(name, (value,))
        for name, value in (
            ("SubmissionSetStatus", association.set_status),
            ("OriginalStatus", association.original_status),
            ("NewStatus", association.new_status),
        )
        if value
    ]
    ident = association.id or _part_id(association.source, association.target + association.type, 0)
    made = (
        f'<rim:Association associationType="{association.type}" '
        f'sourceObject="{escape_attribute(association.source)}" '
        f'targetObject="{escape_attribute(association.target)}" id="{escape_attribute(ident)}"'
    )
    return (f"{made}>{''.join(slots)}</rim:Association>" if slots else f"{made}/>").encode()


def member_of(submission: SubmissionSet, entry: DocumentEntry) -> Association:
    """The association that puts an entry into its submission set."""
    return Association(
        type=AssociationType.HAS_MEMBER, source=submission.id, target=entry.id, set_status="Original"
    )


def _slots(entry: DocumentEntry) -> Iterable[tuple[str, tuple[str, ...]]]:
    single = (
        ("creationTime", entry.creation_time),
        ("hash", entry.hash),
        ("languageCode", entry.language),
        ("serviceStartTime", entry.service_start),
        ("serviceStopTime", entry.service_stop),
        ("repositoryUniqueId", entry.repository),
        ("size", entry.size),
        ("sourcePatientId", entry.source_patient_id),
    )
    yield from ((name, (value,)) for name, value in single if value)
    if entry.source_patient_info:
        yield "sourcePatientInfo", entry.source_patient_info
    yield from ((slot.name, slot.values) for slot in entry.other_slots)


def _classifications(entry: DocumentEntry) -> Iterable[str]:
    for number, author in enumerate(entry.authors):
        yield _author(entry.id, author, number)
    groups: tuple[tuple[str, tuple[Code | None, ...]], ...] = (
        (Scheme.CLASS_CODE, (entry.class_code,)),
        (Scheme.CONFIDENTIALITY, entry.confidentiality),
        (Scheme.EVENT_CODE, entry.event_codes),
        (Scheme.FORMAT_CODE, (entry.format_code,)),
        (Scheme.FACILITY_TYPE, (entry.facility_type,)),
        (Scheme.PRACTICE_SETTING, (entry.practice_setting,)),
        (Scheme.TYPE_CODE, (entry.type_code,)),
    )
    for scheme, codes in groups:
        for number, code in enumerate(codes):
            if code is not None:
                yield _coded(entry.id, scheme, code, number)


def _author(owner: str, author: Author, number: int) -> str:
    slots = (
        ("authorInstitution", author.institutions),
        ("authorPerson", author.persons),
        ("authorRole", author.roles),
        ("authorSpecialty", author.specialties),
    )
    inside = "".join(_slot(name, values) for name, values in slots if values)
    return f"{_classification(owner, Scheme.AUTHOR, '', number)}{inside}</rim:Classification>"


def _coded(owner: str, scheme: str, code: Code, number: int) -> str:
    named = _name(code.display) if code.display else ""
    start = _classification(owner, scheme, code.code, number)
    return f"{start}{_slot('codingScheme', (code.scheme,))}{named}</rim:Classification>"


def _classification(owner: str, scheme: str, code: str, number: int) -> str:
    return (
        f'<rim:Classification classificationScheme="{scheme}" classifiedObject="{escape_attribute(owner)}" '
        f'nodeRepresentation="{escape_attribute(code)}" id="{_part_id(owner, scheme, number)}">'
    )


def _identifier(owner: str, scheme: str, value: str, name: str) -> str:
    return (
        f'<rim:ExternalIdentifier registryObject="{escape_attribute(owner)}" '
        f'identificationScheme="{scheme}" value="{escape_attribute(value)}" id="{_part_id(owner, scheme, 0)}">'
        f'<rim:Name><rim:LocalizedString value="{name}"/></rim:Name></rim:ExternalIdentifier>'
    )


def slot_xml(slot: Slot) -> str:
    """A slot with its values."""
    return _slot(slot.name, slot.values)


def _slot(name: str, values: Iterable[str]) -> str:
    listed = "".join(f"<rim:Value>{escape(value)}</rim:Value>" for value in values)
    return f'<rim:Slot name="{escape_attribute(name)}"><rim:ValueList>{listed}</rim:ValueList></rim:Slot>'


def _name(text: str) -> str:
    return (
        f'<rim:Name><rim:LocalizedString xml:lang="{_TEXT_LANGUAGE}" charset="UTF-8" '
        f'value="{escape_attribute(text)}"/></rim:Name>'
    )


def _part_id(owner: str, what: str, number: int) -> str:
    """A UUID of version 8 (RFC 9562, custom): a dozen a document, so it must cost little."""
    h = blake2b(f"{owner} {what} {number}".encode(), digest_size=16).hexdigest()
    return f"urn:uuid:{h[:8]}-{h[8:12]}-8{h[13:16]}-8{h[17:20]}-{h[20:]}"
