"""The citizen and the episode of care: numbers, name, address, and how it stands with them.

The status code of a letter falls apart in three: whether the citizen is dead, and status and class of the
encounter, which a message has only where it carries the identifier of an episode of care.
"""

from __future__ import annotations

import re

from mocks.identifiers import check_cpr, is_uuid
from mocks.standards.care_communication_records import Address, Encounter, PatientIdentity
from mocks.standards.clinical_email_records import Patient
from mocks.standards.conversion.parties import Lose
from mocks.standards.conversion.records import LETTER, MAP, MESSAGE, Lost
from mocks.standards.profiles import codes

#: Status of the episode of care in a letter -> status and class of the encounter.
ENCOUNTERS = {
    "inaktiv": ("unknown", "other"),
    "doed": ("unknown", "other"),
    "indlagt": ("in-progress", "IMP"),
    "ambulant": ("in-progress", "AMB"),
    "ambulant_roentgen": ("in-progress", "AMB"),
}
_OVER = frozenset({"planned", "finished", "cancelled", "entered-in-error"})
_ADMITTED = frozenset({"IMP", "ACUTE", "NONAC", "SS"})
_UNSEEN = frozenset({"other", "PRENC"})
#: Date, then a letter pair that tells the national replacement number from the decentral one.
_X_ECPR = re.compile(r"[0-3]\d[01]\d\d\d[17][A-Z]{2}\d")
_D_ECPR = re.compile(r"[0-3]\d[01]\d\d\d[056][A-Z]{2}\d")
_HEX_32 = re.compile(r"[0-9a-fA-F]{32}")
_NAMELESS = "_"


def identity_of(patient: Patient, sender_sor: str, lose: Lose) -> PatientIdentity:
    """The patient of a letter. ``sender_sor`` is whose own number it is where it has no national form."""
    number = patient.cpr or patient.alternative or ""
    if patient.suburb:
        lose(Lost("Patient/SuburbName", "the address of a message has street, post code and city", MAP))
    if patient.occupation:
        lose(Lost("Patient/OccupancyText", "a message says nothing of the occupation", MAP))
    address = Address(
        (patient.street,) if patient.street else (), patient.district, patient.post_code
    )  # fmt: skip
    return PatientIdentity(
        ((_number_system(number, sender_sor), number),),
        patient.surname,
        patient.given or "",
        patient.episode_status == "doed",
        address if address != Address() else None,
    )


def _number_system(number: str, sender_sor: str) -> str:
    if check_cpr(number) is None and number[:2] <= "31":
        return codes.CPR
    if _X_ECPR.fullmatch(number):
        return codes.X_ECPR
    if _D_ECPR.fullmatch(number):
        return codes.D_ECPR_GENERIC
    return codes.SOR_ENDPOINT + sender_sor


def patient_of(identity: PatientIdentity, encounter: Encounter | None, lose: Lose) -> Patient:
    """The patient as a letter names one: with a single number."""
    order = {codes.CPR: 0, codes.X_ECPR: 1, **dict.fromkeys(codes.D_ECPR_SYSTEMS, 2)}
    numbers = sorted(identity.identifiers, key=lambda pair: order.get(pair[0], 3))
    fitting = [value for _, value in numbers if len(value) == 10]
    number = fitting[0] if fitting else ""
    if len(identity.identifiers) > 1:
        lose(Lost("Patient.identifier", "a letter names one number of the patient", LETTER))
    family, given = identity.family or _NAMELESS, identity.given or None
    if len(family) > 70 or len(given or "") > 70:
        lose(Lost("Patient.name", "names have at most 70 characters", LETTER))
        family, given = family[:70], given[:70] if given else None
    digits = number.isascii() and number.isdigit()
    address = identity.address or Address()
    street = ", ".join(address.lines)
    if len(street) > 35 or len(address.city) > 35 or len(address.postal_code) > 9:
        lose(Lost("Patient.address", "street and city have at most 35 characters", LETTER))
    return Patient(
        cpr=number if digits else None,
        alternative=None if digits else number,
        surname=family,
        given=given,
        street=street[:35],
        district=address.city[:35],
        post_code=address.postal_code[:9],
        episode_status=_status_of(identity, encounter),
    )


def _status_of(identity: PatientIdentity, encounter: Encounter | None) -> str:
    if identity.deceased:
        return "doed"
    if encounter is None or encounter.status in _OVER or encounter.class_code in _UNSEEN:
        return "inaktiv"
    return "indlagt" if encounter.class_code in _ADMITTED else "ambulant"


# The episode of care ------------------------------------------------------------------------------------


def encounter_of(episode: str | None, status: str, sender_sor: str, lose: Lose) -> Encounter | None:
    """The encounter that carries the episode of a letter, ``None`` where the letter names none."""
    known, class_code = ENCOUNTERS.get(status, ENCOUNTERS["inaktiv"])
    if status == "ambulant_roentgen":
        lose(Lost("Patient/EpisodeOfCareStatusCode", "X-ray patients are out-patients like others", MESSAGE))
    if episode is None:
        if status not in ("inaktiv", "doed"):
            reason = "without the identifier of an episode of care there is no encounter to say it"
            lose(Lost("Patient/EpisodeOfCareStatusCode", reason, MESSAGE))
        return None
    system, value = codes.SOR_ENDPOINT + sender_sor, episode
    if _HEX_32.fullmatch(episode):
        low = episode.lower()
        value = f"urn:uuid:{low[:8]}-{low[8:12]}-{low[12:16]}-{low[16:20]}-{low[20:]}"
        if low[12] == "5" and low[16] in "89ab":  # the form of LPR3's own; local ones are of version 4
            system = codes.LPR3
    return Encounter(((system, value),), known, class_code)


def episode_of(encounter: Encounter | None, lose: Lose) -> str | None:
    """The episode of care that a letter can name: 35 characters, so a UUID goes without dashes."""
    if encounter is None or not encounter.episodes:
        return None
    chosen = sorted(encounter.episodes, key=lambda pair: pair[0] != codes.LPR3)[0][1]
    if len(encounter.episodes) > 1:
        lose(Lost("Encounter.episodeOfCare", "a letter names one episode of care", LETTER))
    plain = chosen.removeprefix("urn:uuid:")
    if is_uuid(plain):
        return plain.replace("-", "")
    if not 1 <= len(plain) <= 35:
        lose(Lost("Encounter.episodeOfCare", "the identifier has more than 35 characters", LETTER))
        return None
    return plain
