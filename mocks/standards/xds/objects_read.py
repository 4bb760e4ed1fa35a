"""Registry objects out of ebRIM 3.0. Official samples break lines inside values, so blanks are folded."""

from __future__ import annotations

from lxml import etree

from mocks.standards.xds.names import (
    RIM,
    AssociationType,
    Availability,
    DocumentType,
    ErrorCode,
    Scheme,
)
from mocks.standards.xds.records import (
    Association,
    Author,
    Code,
    DocumentEntry,
    Slot,
    Submission,
    SubmissionSet,
    XdsProblem,
)

_SLOT, _VALUE = f"{{{RIM}}}Slot", f"{{{RIM}}}Value"
_NAME, _TEXT = f"{{{RIM}}}Name", f"{{{RIM}}}LocalizedString"
_VERSION = f"{{{RIM}}}VersionInfo"
_CLASSIFICATION, _IDENTIFIER = f"{{{RIM}}}Classification", f"{{{RIM}}}ExternalIdentifier"
_ENTRY, _PACKAGE = f"{{{RIM}}}ExtrinsicObject", f"{{{RIM}}}RegistryPackage"
_ASSOCIATION = f"{{{RIM}}}Association"
_LIST = f"{{{RIM}}}RegistryObjectList"

#: Slots that have a field of their own.
_FIELDS = {
    "creationTime": "creation_time",
    "hash": "hash",
    "serviceStartTime": "service_start",
    "serviceStopTime": "service_stop",
    "repositoryUniqueId": "repository",
    "size": "size",
    "sourcePatientId": "source_patient_id",
    "languageCode": "language",
}
_SINGLE_CODES = {
    Scheme.CLASS_CODE: "class_code",
    Scheme.FORMAT_CODE: "format_code",
    Scheme.FACILITY_TYPE: "facility_type",
    Scheme.PRACTICE_SETTING: "practice_setting",
    Scheme.TYPE_CODE: "type_code",
}
_MANY_CODES = {Scheme.CONFIDENTIALITY: "confidentiality", Scheme.EVENT_CODE: "event_codes"}
_AUTHOR_SLOTS = {
    "authorInstitution": "institutions",
    "authorPerson": "persons",
    "authorRole": "roles",
    "authorSpecialty": "specialties",
}
#: Entries and associations that one submission may have; a booking system sends one or two.
MOST_OBJECTS = 1_000


def fold(text: str | None) -> str:
    """A value without the line breaks and indentation that writers put into it."""
    return " ".join(text.split()) if text else ""


def slots(element: etree._Element) -> dict[str, tuple[str, ...]]:
    """The slots of an object by name; values of a name that comes twice are put together."""
    found: dict[str, tuple[str, ...]] = {}
    for slot in element.iterchildren(_SLOT):
        name = slot.get("name", "")
        values = tuple(fold(value.text) for value in slot.iter(_VALUE))
        found[name] = found[name] + values if name in found else values
    return found


def read_entry(element: etree._Element) -> DocumentEntry:
    """An ``ExtrinsicObject``. Errors: ``XdsProblem`` for one without id, patient or document id."""
    fields: dict[str, object] = {}
    other: list[Slot] = []
    for name, values in slots(element).items():
        if name in _FIELDS:
            fields[_FIELDS[name]] = values[0] if values else ""
        elif name == "sourcePatientInfo":
            fields["source_patient_info"] = values
        else:
            other.append(Slot(name, values))
    authors: list[Author] = []
    many: dict[str, list[Code]] = {}
    for part in element.iterchildren(_CLASSIFICATION):
        scheme = part.get("classificationScheme", "")
        if scheme == Scheme.AUTHOR:
            authors.append(_author(part))
        elif scheme in _SINGLE_CODES:
            fields[_SINGLE_CODES[scheme]] = _code(part)
        elif scheme in _MANY_CODES:
            many.setdefault(_MANY_CODES[scheme], []).append(_code(part))
    identifiers = _identifiers(element)
    version = element.find(_VERSION)
    ident = element.get("id", "")
    return DocumentEntry(
        id=_needed(ident, "id", "ExtrinsicObject"),
        logical_id=element.get("lid", "") or ident,
        unique_id=_needed(identifiers.get(Scheme.UNIQUE_ID, ""), "uniqueId", "XDSDocumentEntry"),
        patient_id=_needed(identifiers.get(Scheme.PATIENT_ID, ""), "patientId", "XDSDocumentEntry"),
        type=_type(element.get("objectType", "")),
        status=_status(element.get("status", "")),
        mime_type=element.get("mimeType", ""),
        home_community=element.get("home", ""),
        title=_text(element),
        version="1" if version is None else version.get("versionName", "1"),
        authors=tuple(authors),
        other_slots=tuple(other),
        **{name: tuple(codes) for name, codes in many.items()},  # type: ignore[arg-type]
        **fields,  # type: ignore[arg-type]
    )


def read_submission(listed: etree._Element) -> Submission:
    """A ``RegistryObjectList`` with its submission set. Errors: ``XdsProblem``."""
    if len(listed) > MOST_OBJECTS:
        raise XdsProblem(
            ErrorCode.METADATA, f"a submission holds at most {MOST_OBJECTS} objects; this has {len(listed)}"
        )
    packages = [e for e in listed.iterchildren(_PACKAGE) if _is_submission_set(e, listed)]
    if len(packages) != 1:
        raise XdsProblem(
            ErrorCode.METADATA,
            f"a submission has exactly one submission set; this has {len(packages)}",
            "RegistryPackage",
        )
    entries = tuple(read_entry(e) for e in listed.iterchildren(_ENTRY))
    associations = tuple(_association(e) for e in listed.iterchildren(_ASSOCIATION))
    return Submission(set=_set(packages[0]), entries=entries, associations=associations)


def object_list(parent: etree._Element) -> etree._Element:
    """The list of objects in a message. Errors: ``XdsProblem`` where there is none."""
    found = next(parent.iter(_LIST), None)
    if found is None:
        raise XdsProblem(ErrorCode.METADATA, "the submission has no RegistryObjectList", "RegistryObjectList")
    return found


def entries_of(listed: etree._Element) -> tuple[DocumentEntry, ...]:
    """All entries of a list."""
    return tuple(read_entry(element) for element in listed.iterchildren(_ENTRY))


def _is_submission_set(package: etree._Element, listed: etree._Element) -> bool:
    """Whether a package is classified as a submission set, inside it or beside it."""
    ident = package.get("id")
    return any(
        part.get("classificationNode") == Scheme.SUBMISSION_SET and part.get("classifiedObject") == ident
        for parent in (package, listed)
        for part in parent.iterchildren(_CLASSIFICATION)
    )


def _set(package: etree._Element) -> SubmissionSet:
    identifiers, values = _identifiers(package), slots(package)
    content = next(
        (
            _code(part)
            for part in package.iterchildren(_CLASSIFICATION)
            if part.get("classificationScheme") == Scheme.CONTENT_TYPE
        ),
        None,
    )
    return SubmissionSet(
        id=package.get("id", ""),
        unique_id=_needed(identifiers.get(Scheme.SET_UNIQUE_ID, ""), "uniqueId", "XDSSubmissionSet"),
        patient_id=_needed(identifiers.get(Scheme.SET_PATIENT_ID, ""), "patientId", "XDSSubmissionSet"),
        source_id=identifiers.get(Scheme.SET_SOURCE_ID, ""),
        submission_time=next(iter(values.get("submissionTime", ())), ""),
        content_type=content,
    )


def _association(element: etree._Element) -> Association:
    kind = element.get("associationType", "")
    try:
        type_ = AssociationType(kind)
    except ValueError:
        raise XdsProblem(
            ErrorCode.METADATA, f"association type {kind[:80]!r} is not taken here", "Association"
        ) from None
    values = slots(element)

    def value(name: str) -> str:
        return next(iter(values.get(name, ())), "")

    return Association(
        type=type_,
        source=element.get("sourceObject", ""),
        target=element.get("targetObject", ""),
        id=element.get("id", ""),
        original_status=value("OriginalStatus"),
        new_status=value("NewStatus"),
        set_status=value("SubmissionSetStatus"),
    )


def _author(part: etree._Element) -> Author:
    values = slots(part)
    return Author(**{field: values[name] for name, field in _AUTHOR_SLOTS.items() if name in values})


def _code(part: etree._Element) -> Code:
    scheme = slots(part).get("codingScheme", ())
    return Code(part.get("nodeRepresentation", ""), scheme[0] if scheme else "", _text(part))


def _identifiers(element: etree._Element) -> dict[str, str]:
    return {
        part.get("identificationScheme", ""): fold(part.get("value", ""))
        for part in element.iterchildren(_IDENTIFIER)
    }


def _text(element: etree._Element) -> str:
    name = element.find(_NAME)
    text = None if name is None else name.find(_TEXT)
    return "" if text is None else fold(text.get("value", ""))


def _type(value: str) -> DocumentType:
    try:
        return DocumentType(value)
    except ValueError:
        raise XdsProblem(
            ErrorCode.METADATA, f"objectType {value[:60]!r} is no document entry", "ExtrinsicObject"
        ) from None


def _status(value: str) -> Availability:
    if not value:
        return Availability.APPROVED  # a submitter may leave it out; the registry approves
    try:
        return Availability(value)
    except ValueError:
        raise XdsProblem(
            ErrorCode.METADATA, f"status {value[:60]!r} is no availability", "ExtrinsicObject"
        ) from None


def _needed(value: str, name: str, where: str) -> str:
    if not value:
        raise XdsProblem(ErrorCode.METADATA, f"{where} has no {name}", f"{where}.{name}")
    return value
