"""Benign changes of referrals, attachments and of messages that hold as much as they may."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from tests.standards.mutants.benign_appointments import APPOINTMENT
from tests.standards.mutants.xml_edits import Edit, drop, edited, find, inside, put, repeat

Change = Callable[[bytes], bytes]
R = "HospitalReferral"
_OPTIONAL = (
    "Sender/TelephoneSubscriberIdentifier",
    "Sender/MedicalSpecialityCode",
    "Sender/Referrer/PersonTitle",
    "Receiver/OrganisationName",
    "AnswerCCReceiver",
    "AnswerCCReceiver/OrganisationName",
    "Patient/PersonGivenName",
    "Patient/TelephoneSubscriber",
    "Patient/EmailIdentifier",
    "Relative",
    "AdditionalInformation",
    "AdditionalInformation/Priority",
    "AdditionalInformation/ReferralStatus",
    "AdditionalInformation/Transport",
    "AdditionalInformation/HospitalChoice",
    "Referral",
    "Referral/Refer",
    "Referral/Refer/DiagnoseCode",
    "Referral/ReferralAdditional",
    "RelevantClinicalInformation",
    "RelevantClinicalInformation/Cave",
    "Reference",
    "HospitalVisitation",
)
_CODES = (
    ("AdditionalInformation/Priority", "akut"),
    ("AdditionalInformation/Priority", "saerlige_forhold"),
    ("AdditionalInformation/ReferralStatus", "indlaeggelse"),
    ("AdditionalInformation/ReferralStatus", "hjemmet"),
    ("AdditionalInformation/Transport", "siddende"),
    ("AdditionalInformation/HospitalChoice", "ALDB03"),
    ("Relative/RelationCode", "barn"),
    ("Referral/Refer/DiagnoseTypeCode", "ICPCkode"),
    ("Referral/ReferralAdditional/DiagnoseDescriptionCode", "roentgenundersoegelse"),
    ("HospitalVisitation/InformationCode", "udenamts_kaution"),
    ("Patient/TelephoneSubscriber/TelephoneSubscriberCode", "fastnet"),
)


def _objects(many: int) -> Edit:
    def edit(root: etree._Element) -> None:
        path = "BinaryLetter/BinaryObject"
        repeat(path, many - 1)(root)
        for n in range(1, many + 1):
            put(f"{path}[{n}]/ObjectIdentifier", f"0F1E2D3C-4B5A-4978-8796-A5B4C3D2E{n:03X}")(root)

    return edit


def _letters(many: int) -> Edit:
    def edit(root: etree._Element) -> None:
        path = "PositiveReceipt/OriginalEmessage/OriginalLetter"
        repeat(path, many)(root)
        for n in range(1, many + 1):
            put(f"{path}[{n}]/OriginalLetterIdentifier", f"BRV{n}")(root)

    return edit


def _several(path: str, name: str, many: int) -> Edit:
    """So many of them, each with another number."""

    def edit(root: etree._Element) -> None:
        repeat(path, many)(root)
        for n in range(1, many + 1):
            put(f"{path}[{n}]/{name}", f"DF81{n}")(root)

    return edit


def _lines(path: str) -> Edit:
    """Base64 in lines of 76 characters."""

    def edit(root: etree._Element) -> None:
        data = find(root, path)
        data.text = "\n" + re.sub(r"(.{4})", r"\1\n", data.text or "")

    return edit


def _wrapped_data(raw: bytes) -> bytes:
    """FHIR allows white space in base64."""
    return raw.replace(b'"data":"JVBERi0x', b'"data":"JVBE\\r\\nRi0x')


#: By base message.
OTHERS: dict[str, dict[str, Change]] = {
    "APD": APPOINTMENT,
    "XREF01": {
        **{f"it has no {path}": edited(drop(f"{R}/{path}")) for path in _OPTIONAL},
        **{f"{path} holds {code}": edited(put(f"{R}/{path}", code)) for path, code in _CODES},
        "its reason has markup": edited(
            inside(
                f"{R}/AdditionalInformation/ClinicalReason",
                "a<Break/><Bold>b</Bold><FixedFont><Italic>c</Italic></FixedFont>",
            )
        ),
        "it belongs to three courses": edited(
            _several(f"{R}/Letter/EpisodeOfCare", "EpisodeOfCareIdentifier", 3)
        ),
        "the patient has three phones": edited(repeat(f"{R}/Patient/TelephoneSubscriber", 3)),
        "it has five further diagnoses": edited(
            _several(f"{R}/Referral/ReferralAdditional", "DiagnoseCode", 5)
        ),
        "it has nine notes of the hospital": edited(repeat(f"{R}/HospitalVisitation", 9)),
    },
    "XBIN01": {
        "it has ten objects": edited(_objects(10)),
        "its base64 stands in lines": edited(_lines("BinaryLetter/BinaryObject/Object_Base64Encoded")),
        "its object's identifier is in small letters": edited(
            put("BinaryLetter/BinaryObject/ObjectIdentifier", "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0")
        ),
        "its size has noughts before it": edited(
            put("BinaryLetter/BinaryObject[2]/OriginalObjectSize", "0019")
        ),
    },
    "XBIN01 system": {"its contents are not told": edited(drop("BinaryLetter/Contents"))},
    "XCTL03": {"it names 99 letters": edited(_letters(99))},
    "CC5 new": {"its file's base64 has a line break": _wrapped_data},
    "CC4 new": {"its file's base64 has a line break": _wrapped_data},
}
