"""The fixed names of XDS: namespaces, actions, and the UUIDs and URIs that stand for everything else."""

from __future__ import annotations

from enum import StrEnum

RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
RS = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
QUERY = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
XDSB = "urn:ihe:iti:xds-b:2007"


class Action(StrEnum):
    """WS-Addressing actions of the requests; an answer's is the same with ``Response`` behind it."""

    ITI_18 = "urn:ihe:iti:2007:RegistryStoredQuery"
    ITI_41 = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
    ITI_43 = "urn:ihe:iti:2007:RetrieveDocumentSet"
    ITI_57 = "urn:ihe:iti:2010:UpdateDocumentSet"
    ITI_61 = "urn:ihe:iti:2010:RegisterOnDemandDocumentEntry"  # assumption: IHE's name, no Danish sample seen


def response_action(request: str) -> str:
    """The action of the answer to a request with this action."""
    return f"{request}Response"


class DocumentType(StrEnum):
    """``objectType`` of an entry. The on-demand one is IHE's; no Danish sample shows it."""

    STABLE = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
    ON_DEMAND = "urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248"


class Availability(StrEnum):
    """``status`` of an entry. What is deprecated was replaced or cancelled: no searcher sees which."""

    APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
    DEPRECATED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"


class AssociationType(StrEnum):
    """How two objects of a submission belong together."""

    HAS_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
    REPLACES = "urn:ihe:iti:2007:AssociationType:RPLC"
    UPDATES_AVAILABILITY = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"


class Status(StrEnum):
    """How a request went. ``PARTIAL`` is IHE's; no Danish sample shows it."""

    SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
    FAILURE = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure"
    PARTIAL = "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess"


class ErrorCode(StrEnum):
    """Error codes of IHE's technical framework; which of them the national service uses is not published."""

    REGISTRY = "XDSRegistryError"
    REPOSITORY = "XDSRepositoryError"
    METADATA = "XDSRegistryMetadataError"
    MISSING_DOCUMENT = "XDSMissingDocument"
    MISSING_PARAMETER = "XDSStoredQueryMissingParam"
    PARAMETER_NUMBER = "XDSStoredQueryParamNumber"
    UNKNOWN_QUERY = "XDSUnknownStoredQuery"
    UNKNOWN_PATIENT = "XDSUnknownPatientId"
    UNKNOWN_REPOSITORY = "XDSUnknownRepositoryId"
    UNKNOWN_DOCUMENT = "XDSDocumentUniqueIdError"
    DUPLICATE_DOCUMENT = "XDSDuplicateUniqueIdInRegistry"
    REPLACE_FAILED = "XDSReplaceFailed"
    UPDATE_FAILED = "XDSMetadataUpdateError"
    PATIENT_DIFFERS = "XDSPatientIdDoesNotMatch"
    TOO_MANY = "XDSTooManyResults"
    UNAVAILABLE = "XDSUnavailableCommunity"


SEVERITY = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:"
ERROR, WARNING = f"{SEVERITY}Error", f"{SEVERITY}Warning"


class StoredQuery(StrEnum):
    """The stored queries served here. The second is IHE's; no Danish sample shows it."""

    FIND_DOCUMENTS = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
    GET_DOCUMENTS = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"


class Scheme:
    """UUIDs of the classification and identification schemes of entry and submission set."""

    AUTHOR = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
    CLASS_CODE = "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a"
    CONFIDENTIALITY = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
    EVENT_CODE = "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"
    FORMAT_CODE = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"
    FACILITY_TYPE = "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
    PRACTICE_SETTING = "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead"
    TYPE_CODE = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
    PATIENT_ID = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
    UNIQUE_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
    SUBMISSION_SET = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
    CONTENT_TYPE = "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"
    SET_PATIENT_ID = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
    SET_UNIQUE_ID = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
    SET_SOURCE_ID = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"
