"""The codes and object identifiers of an appointment document (DK-APD, CDA release 2).

Source: MedCom's appointment document 2.0.1, its published example and the schematron rules of its section
and its encounter.
"""

from __future__ import annotations

from enum import StrEnum

NAMESPACE = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
VERSION = "2.0.1"
#: The version before, which is read and not checked.
VERSION_1 = "1.0"

# Object identifiers: who gives a number, and which code system a code is of.
CDA = "1.2.208.184"  #: MedCom's own identifiers: of documents, of appointments, of series
CPR = "1.2.208.176.1.2"
SOR = "1.2.208.176.1.1"
LOINC = "2.16.840.1.113883.6.1"
SNOMED = "2.16.840.1.113883.6.96"
SKS = "1.2.208.176.2.4"
MESSAGE_CODES = "1.2.208.184.100.1"
CONFIDENTIALITY = "2.16.840.1.113883.5.25"
GENDER = "2.16.840.1.113883.5.1"
PARTICIPATION = "2.16.840.1.113883.5.90"
MODEL = "2.16.840.1.113883.1.3"
MODEL_EXTENSION = "POCD_HD000040"
PROFILE_VERSIONS = "1.2.208.184.100.10"
PROFILE_VERSION = "apd-v2.0.1"

# Templates: which part of the document stands here.
DOCUMENT_TEMPLATE = "1.2.208.184.14.1"
SECTION_TEMPLATE = "1.2.208.184.14.11.1"
ENCOUNTER_TEMPLATE = "1.2.208.184.14.11.2"
PLACE_TEMPLATE = "1.2.208.184.14.11.3"
SERIES_TEMPLATE = "1.2.208.184.14.11.4"
INDICATIVE_TEMPLATE = "1.2.208.184.14.11.5"
TEMPLATE_DATE = "2019-09-10"
TIME_TEMPLATE = "1.2.208.184.10.1.11"
PROFILE_TEMPLATE = "1.2.208.184.10.1.10"
EPISODE_TEMPLATE = "1.2.208.184.10.1.12"

DOCUMENT_CODE = "39289-4"
DOCUMENT_NAME = "Dato og tidspunkt for møde mellem patient og sundhedsperson"
SECTION_CODE = "18776-5"
TITLE = "Aftale for"
SECTION_TITLE = "Aftale"
RESPONSIBLE_PARTY = "RESB"
INDICATIVE = "GuidedIntervalType"
SERIES = "RepeatingDocumentType"


class Kind(StrEnum):
    """Who the appointment is with."""

    PRACTITIONER = "PractitionerAppointment"
    REGION = "RegionalAppointment"
    MUNICIPALITY = "MunicipalityAppointment"


#: HL7's ActStatus. The published examples are all ``active``.
STATUSES = (
    "normal", "aborted", "active", "cancelled", "completed", "held", "new", "suspended", "nullified", "obsolete",
)  # fmt: skip
GENDERS = ("F", "M", "UN")
#: Episodes of care by SKS code, as MedCom's metadata names them.
EPISODES = {
    "ALAL01": "Kræft",
    "ALAL02": "Hjerte",
    "ALAL03": "Psykiske lidelser",
    "ALAL21": "KOL",
    "ALAL22": "Type 2-diabetes",
    "ALAL23": "",
    "ALAL51": "Graviditet, fødsel og barsel",
    "ALAL52": "",
}
