"""What XDS messages say, as records: entries of the registry, submissions, documents, answers and errors."""

from __future__ import annotations

import msgspec

from mocks.standards.xds.names import (
    ERROR,
    AssociationType,
    Availability,
    DocumentType,
    ErrorCode,
    Status,
)


class Code(msgspec.Struct, frozen=True):
    """A code of a code system (an OID), with its text."""

    code: str
    scheme: str
    display: str = ""


class Author(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who is responsible for a document: organisations as XON, persons as XCN."""

    institutions: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()


class Slot(msgspec.Struct, frozen=True):
    """A named list of texts that no field of ours stands for; kept as it came."""

    name: str
    values: tuple[str, ...] = ()


class DocumentEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the registry knows of one document (ebRIM ``ExtrinsicObject``).

    ``id`` is the entry's own UUID (``urn:uuid:...``), ``unique_id`` that of the document; ``logical_id`` stays
    over its versions. Patients are CX, moments UTC digits (``YYYYMMDDhhmmss``, possibly shortened). An
    on-demand entry has neither ``hash`` nor ``size``: its document is made when somebody asks.
    """

    id: str
    unique_id: str
    patient_id: str
    type: DocumentType = DocumentType.STABLE
    status: Availability = Availability.APPROVED
    logical_id: str = ""
    version: str = "1"
    mime_type: str = ""
    title: str = ""
    creation_time: str = ""
    hash: str = ""
    service_start: str = ""
    service_stop: str = ""
    repository: str = ""
    size: str = ""
    source_patient_id: str = ""
    source_patient_info: tuple[str, ...] = ()
    language: str = ""
    home_community: str = ""
    authors: tuple[Author, ...] = ()
    class_code: Code | None = None
    confidentiality: tuple[Code, ...] = ()
    event_codes: tuple[Code, ...] = ()
    format_code: Code | None = None
    facility_type: Code | None = None
    practice_setting: Code | None = None
    type_code: Code | None = None
    other_slots: tuple[Slot, ...] = ()


class Association(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``source`` does to ``target`` what ``type`` says. The two statuses belong to a change of availability."""

    type: AssociationType
    source: str
    target: str
    id: str = ""
    original_status: str = ""
    new_status: str = ""
    set_status: str = ""


class SubmissionSet(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is handed in together, by whom, when and about whom."""

    id: str
    unique_id: str
    patient_id: str
    source_id: str
    submission_time: str = ""
    content_type: Code | None = None


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """The metadata of ITI-41, ITI-57 and ITI-61."""

    set: SubmissionSet
    entries: tuple[DocumentEntry, ...] = ()
    associations: tuple[Association, ...] = ()


class Document(msgspec.Struct, frozen=True):
    """The bytes of the document whose entry has this ``id`` in the submission."""

    id: str
    content: bytes
    mime_type: str = "text/xml"


class DocumentRequest(msgspec.Struct, frozen=True):
    """One document that ITI-43 asks for."""

    repository: str
    unique_id: str
    home_community: str = ""


class RetrievedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One document that ITI-43 answers. The ``new_`` ones name a document that was made on demand."""

    repository: str
    unique_id: str
    content: bytes
    mime_type: str = "text/xml"
    home_community: str = ""
    new_repository: str = ""
    new_unique_id: str = ""


class RegistryError(msgspec.Struct, frozen=True):
    """What went wrong: a code for programs, and words that name no citizen."""

    code: ErrorCode
    context: str
    location: str = ""
    severity: str = ERROR


class XdsProblem(Exception):
    """A request that cannot be met; becomes the errors of a failed answer."""

    def __init__(self, code: ErrorCode, context: str, location: str = "") -> None:
        self.error = RegistryError(code, context, location)
        super().__init__(f"{code}: {context}")


class QueryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of ITI-18: entries, or with ``ObjectRef`` their ids only."""

    status: Status
    entries: tuple[DocumentEntry, ...] = ()
    references: tuple[str, ...] = ()
    errors: tuple[ReceivedError, ...] = ()


class RetrieveAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of ITI-43."""

    status: Status
    documents: tuple[RetrievedDocument, ...] = ()
    errors: tuple[ReceivedError, ...] = ()


class RegistryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of ITI-41, ITI-57 and ITI-61."""

    status: Status
    errors: tuple[ReceivedError, ...] = ()


class ReceivedError(msgspec.Struct, frozen=True):
    """An error in somebody else's answer, with whatever code it has."""

    code: str
    context: str
    severity: str = ERROR
    location: str = ""
