"""The code lists, systems and addresses that MedCom's FHIR messages draw on.

A required binding is a closed list: any other code is an error. Lists come from MedCom terminology
2.0.1 (CareCommunication 5.0), 1.8.1 (CareCommunication 4.0) and 1.4.0 (Acknowledgement 2.0), and from
FHIR R4 4.0.1. Danish texts are shown to people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Canonical roots ------------------------------------------------------------------------------------

IG: Final = "http://medcomfhir.dk/ig"
CC_PROFILES: Final = f"{IG}/carecommunication/StructureDefinition"
ACK_PROFILES: Final = f"{IG}/acknowledgement/StructureDefinition"
MESSAGING_PROFILES: Final = f"{IG}/messaging/StructureDefinition"
CORE_PROFILES: Final = f"{IG}/core/StructureDefinition"
_TERMINOLOGY = f"{IG}/terminology/CodeSystem"

CC_MESSAGE: Final = f"{CC_PROFILES}/medcom-careCommunication-message"
CC_HEADER: Final = f"{CC_PROFILES}/medcom-careCommunication-messageHeader"
CC_COMMUNICATION: Final = f"{CC_PROFILES}/medcom-careCommunication-communication"
CC_PROVENANCE: Final = f"{CC_PROFILES}/medcom-careCommunication-provenance"
ACK_MESSAGE: Final = f"{ACK_PROFILES}/medcom-messaging-acknowledgement"
ACK_HEADER: Final = f"{ACK_PROFILES}/medcom-messaging-acknowledgementHeader"
ACK_OUTCOME: Final = f"{ACK_PROFILES}/medcom-acknowledgement-operationoutcome"
MESSAGING_MESSAGE: Final = f"{MESSAGING_PROFILES}/medcom-messaging-message"
MESSAGING_PROVENANCE: Final = f"{MESSAGING_PROFILES}/medcom-messaging-provenance"
MESSAGING_ORGANIZATION: Final = f"{MESSAGING_PROFILES}/medcom-messaging-organization"
DESTINATION_USE_EXTENSION: Final = f"{MESSAGING_PROFILES}/medcom-messaging-destinationUseExtension"
CORE_PATIENT: Final = f"{CORE_PROFILES}/medcom-core-patient"
CORE_PRACTITIONER: Final = f"{CORE_PROFILES}/medcom-core-practitioner"
CORE_PRACTITIONER_ROLE: Final = f"{CORE_PROFILES}/medcom-core-practitionerrole"
CORE_ORGANIZATION: Final = f"{CORE_PROFILES}/medcom-core-organization"
CORE_CARE_TEAM: Final = f"{CORE_PROFILES}/medcom-core-careteam"
CORE_ENCOUNTER: Final = f"{CORE_PROFILES}/medcom-core-encounter"
DATE_EXTENSION: Final = f"{CORE_PROFILES}/medcom-core-datetime-extension"
AUTHOR_EXTENSION: Final = f"{CORE_PROFILES}/medcom-core-practitioner-extension"
CONTACT_EXTENSION: Final = f"{CORE_PROFILES}/medcom-core-contact-extension"
IDENTIFIER_EXTENSION: Final = f"{CORE_PROFILES}/medcom-core-identifier-extension"
SENDER_EXTENSION: Final = f"{CORE_PROFILES}/medcom-core-sender-extension"

#: What ``MessageHeader.definition`` says, by the version of the standard.
CC_DEFINITION_5: Final = f"{IG}/messagedefinitions/MessageDefinition/MedComCareCommunicationMessageDefinition"
CC_DEFINITION_4: Final = f"{IG}/carecommunication/medcom-careCommunication-message-definition|4.0.0"

# Identifier systems ---------------------------------------------------------------------------------

SOR: Final = "urn:oid:1.2.208.176.1.1"
GLN: Final = "https://www.gs1.org/gln"
YDERNUMMER: Final = "urn:oid:1.2.208.176.1.4"
CVR: Final = "http://cvr.dk"
CVR_OID: Final = "urn:oid:2.16.840.1.113883.2.24.1.1"
KOMBIT_ORG: Final = "https://kombit.dk/sts/organisation"
CPR: Final = "urn:oid:1.2.208.176.1.2"
X_ECPR: Final = "urn:oid:1.2.208.176.1.6.1.1"
D_ECPR_GENERIC: Final = "urn:oid:1.2.208.176.1.6.1.3"
#: Decentral replacement numbers: the generic system and one for each region.
D_ECPR_SYSTEMS: Final = frozenset(
    {D_ECPR_GENERIC, *(f"{D_ECPR_GENERIC}.{region}" for region in ("177", "179", "181", "183", "187"))}
)
LPR3: Final = "https://www.esundhed.dk/Registre/Landspatientregisteret"
#: Prefix of an endpoint: the SOR id of the organisation follows.
SOR_ENDPOINT: Final = "https://sor2.sum.dsdn.dk/#id="

# Code systems ---------------------------------------------------------------------------------------

CATEGORY_SYSTEM: Final = f"{_TERMINOLOGY}/medcom-careCommunication-categoryCodes"
EVENT_SYSTEM: Final = f"{_TERMINOLOGY}/medcom-messaging-eventCodes"
ACTIVITY_SYSTEM: Final = f"{_TERMINOLOGY}/medcom-messaging-activityCodes"
DESTINATION_USE_SYSTEM: Final = f"{_TERMINOLOGY}/medcom-messaging-destinationUse"
ERROR_SYSTEM: Final = f"{_TERMINOLOGY}/medcom-acknowledgement-error-codes"
OUTCOME_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/operation-outcome"
#: Terminology 1.4.0, which Acknowledgement 2.0.3 pins, names the system by its value set.
OUTCOME_SYSTEM_1_4: Final = "http://hl7.org/fhir/ValueSet/operation-outcome"
ACT_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
MEDCOM_ACT_SYSTEM: Final = f"{_TERMINOLOGY}/medcom-core-encounter-act-codes"
ROLE_SYSTEM_SKS: Final = f"{_TERMINOLOGY}/medcom-core-PractitionerRolesSKSadministrativ"
ROLE_SYSTEM_AUTHORISED: Final = f"{_TERMINOLOGY}/medcom-core-PractitionerRolesAutorisationsregistret"
MARITAL_STATUS: Final = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
NULL_FLAVOR: Final = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"

#: Categories of CareCommunication with the Danish and the English text.
CATEGORIES: Final[Mapping[str, tuple[str, str]]] = {
    "alcohol-and-drug-treatment": ("Rusmiddelbehandling", "Alcohol and drug treatment"),
    "assistive-devices": ("Hjælpemidler", "Assistive technology"),
    "carecoordination": ("Forløbskoordinering", "Care Coordination"),
    "decease": ("Dødsfald", "Decease"),
    "discharge": ("Udskrivelse", "Discharge"),
    "examination-results": ("Undersøgelsessvar", "Examination Results"),
    "healthcare": ("Sundhedspleje", "Healthcare"),
    "home-care-assessment": ("Visitation", "Home care assessment"),
    "medicine": ("Medicin", "Medicine"),
    "nursing": ("Sygepleje", "Nursing"),
    "outpatient": ("Ambulant", "Outpatient"),
    "psychiatry-social-disability": ("Psykiatri, social, handicap", "Psychiatry, Social, Disability"),
    "regarding-referral": ("Vedr. henvisning", "Regarding Referral"),
    "telemedicine": ("Telemedicin", "Telemedicine"),
    "training": ("Træning", "Training"),
    "acute-ambulant": ("Akut ambulant", "Acute ambulant"),
    "extended-care-responsibility": ("Udvidet behandlingsansvar", "Extended care responsibility"),
    "other": ("Andet", "Other"),
}
CATEGORIES_5: Final = frozenset(CATEGORIES)
CATEGORIES_4: Final = CATEGORIES_5 - {"acute-ambulant", "extended-care-responsibility"}

PRIORITIES: Final = frozenset({"routine", "asap"})

#: Activities of CareCommunication with the Danish text.
CC_ACTIVITIES: Final[Mapping[str, str]] = {
    "new-message": "Ny meddelelse",
    "reply-message": "Svar",
    "forward-message": "Videresendelse",
}
_NOTIFIED = ("admit-emergency", "admit-inpatient", "start-leave-inpatient", "end-leave-inpatient")
_HOME = ("discharge-emergency-home", "discharge-inpatient-home")
#: All of MedCom's activities (terminology 1.4.0): an acknowledgement repeats that of another standard.
ACTIVITIES: Final = frozenset(
    {
        *CC_ACTIVITIES,
        "retract-message",
        "modified-message",
        "carboncopy-message",
        "acknowledgement",
        *(prefix + code for code in (*_NOTIFIED, *_HOME) for prefix in ("", "revise-", "cancel-")),
    }
)
EVENTS: Final = frozenset(
    {
        "empty-message",
        "care-communication-message",
        "hospital-notification-message",
        "acknowledgement-message",
        "homecareobservation-message",
    }
)
MIME_TYPES: Final = frozenset(
    {"application/pdf", "image/gif", "image/jpeg", "image/png", "image/tiff", "image/bmp"}
)

#: Roles with an authorisation that have a code in that code system; all others are of the SKS list.
AUTHORISED_ROLES: Final = frozenset({"ambulancebehandler", "laege", "osteopat"})

# FHIR R4 --------------------------------------------------------------------------------------------

NARRATIVE_STATUS: Final = frozenset({"generated", "extensions", "additional", "empty"})
RESPONSE_CODES: Final = frozenset({"ok", "transient-error", "fatal-error"})
ISSUE_SEVERITIES: Final = frozenset({"fatal", "error", "warning", "information"})
ISSUE_TYPES: Final = _words(
    """invalid structure required value invariant security login unknown expired forbidden suppressed
    processing not-supported duplicate multiple-matches not-found deleted too-long code-invalid
    extension too-costly business-rule conflict transient lock-error no-store exception timeout
    incomplete throttled informational"""
)
ENCOUNTER_STATUS: Final = _words(
    "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown"
)
#: Below ``_ActEncounterCode`` of HL7 v3; MedCom takes them all but OBSENC, and adds one of its own.
ENCOUNTER_CLASSES: Final = frozenset(
    {
        *((ACT_SYSTEM, code) for code in _words("AMB EMER FLD HH IMP ACUTE NONAC PRENC SS VR")),
        (MEDCOM_ACT_SYSTEM, "other"),
    }
)
PROVENANCE_ROLES: Final = frozenset({"derivation", "revision", "quotation", "source", "removal"})
CONTACT_SYSTEMS: Final = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
CONTACT_USES: Final = frozenset({"home", "work", "temp", "old", "mobile"})
IDENTIFIER_USES: Final = frozenset({"usual", "official", "temp", "secondary", "old"})
GENDERS: Final = frozenset({"male", "female", "other", "unknown"})
NAME_USES: Final = frozenset({"usual", "official", "temp", "nickname", "anonymous", "old", "maiden"})

# Acknowledgement ------------------------------------------------------------------------------------

MEDCOM_ERRORS: Final = frozenset(
    {
        "MSG_Receiver_Identifier_UNKNOWN",
        "MSG_Receiver_Identifier_MISSING",
        "MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE",
        "MSG_VALUESET_VALUE_UNKNOWN",
        "MSG_CodeSystem_VALUE_UNKNOWN",
        "MSG_Element_To_Long",
        "MSG_Datatype_Wrong",
        "MSG_Mailbox_Out_Of_Operation",
        "MSG_Damaged_durin_transport",  # spelled so by MedCom
    }
)
OUTCOME_CODES: Final = frozenset(
    f"MSG_{name}"
    for name in _words(
        """ID_INVALID ID_TOO_LONG BAD_FORMAT BAD_SYNTAX DATE_FORMAT DUPLICATE_ID INVALID_ID JSON_OBJECT
    LOCAL_FAIL NO_MATCH NO_EXIST NO_SUMMARY PARAM_INVALID PARAM_NO_REPEAT PARAM_UNKNOWN
    RESOURCE_ID_MISMATCH RESOURCE_ID_FAIL RESOURCE_ID_MISSING RESOURCE_NOT_ALLOWED RESOURCE_REQUIRED
    RESOURCE_TYPE_MISMATCH TRANSACTION_DUPLICATE_ID TRANSACTION_MISSING_ID UNKNOWN_TYPE VERSION_AWARE
    VERSION_AWARE_CONFLICT VERSION_AWARE_URL WRONG_NS"""
    )
)
#: (system, code) pairs that ``OperationOutcome.issue.details.coding`` may hold.
ISSUE_DETAILS: Final = frozenset(
    {
        *((ERROR_SYSTEM, code) for code in MEDCOM_ERRORS),
        *((system, code) for code in OUTCOME_CODES for system in (OUTCOME_SYSTEM, OUTCOME_SYSTEM_1_4)),
    }
)


def role_system(code: str) -> str:
    """The code system that lists a practitioner role."""
    if code in AUTHORISED_ROLES:
        return ROLE_SYSTEM_AUTHORISED
    return NULL_FLAVOR if code == "NAVU" else ROLE_SYSTEM_SKS


def outcome_system(code: str) -> str:
    """The code system that lists a detail code of an acknowledgement's issue."""
    return ERROR_SYSTEM if code in MEDCOM_ERRORS else OUTCOME_SYSTEM
