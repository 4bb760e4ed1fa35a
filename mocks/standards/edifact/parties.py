"""Sender, receiver and patient, as the segments NAD, ADR, CON, SPR, PNA and EMP say them.

The location number of a party is not among them: it stands in UNB. ``_`` stands where a name is missing and
EDIFACT wants one.
"""

from __future__ import annotations

from collections.abc import Iterable

from mocks.errors import BadInput
from mocks.standards.clinical_email_records import Party, Patient
from mocks.standards.edifact.codes import (
    IDENTIFIER_CODE_OF,
    IDENTIFIER_CODES,
    SPECIALITIES,
    SPECIALITY_OF,
    UNCLASSIFIED,
)
from mocks.standards.edifact.interchange import sized
from mocks.standards.edifact.segment_write import segment
from mocks.standards.edifact.syntax import Segment

#: Stands for a missing name.
MISSING = "_"
#: Names of organisations and streets are cut at this length, as senders in the field do.
NAME = 35
POST_CODE = 9
PHONE = 25


def named(value: str) -> str:
    """A name as it was meant: empty where ``_`` stands for it."""
    return "" if value == MISSING else value


# Reading ----------------------------------------------------------------------------------------------


def read_party(gln: str, group: Iterable[Segment]) -> Party:
    """The party of a segment group S01. ``KeyError`` or ``ValueError`` when it says no identifier."""
    name, place = dict[str, str](), dict[str, str]()
    phone = speciality = ""
    for each in group:
        if each.tag == "NAD":
            name = _name(each)
        elif each.tag == "ADR":
            place = read_place(each)
        elif each.tag == "CON":
            phone = each.value(2)
        elif each.tag == "SPR":
            speciality = read_speciality(each.value(2))
    return Party(gln=gln, phone=phone, speciality=speciality, **_filled(name), **place)


def _name(nad: Segment) -> dict[str, str]:
    return {
        "id": nad.value(2),
        "id_code": IDENTIFIER_CODE_OF[nad.value(2, 2)],
        "organisation": named(nad.value(4)),
        "department": named(nad.value(4, 2)),
        "unit": named(nad.value(4, 3)),
    }


def _filled(name: dict[str, str]) -> dict[str, str]:
    if not name.get("id"):
        raise ValueError("a party without identifier")
    return name


def read_place(adr: Segment) -> dict[str, str]:
    """Street, suburb, district and post code of an address."""
    return {
        "street": named(adr.value(2, 2)),
        "suburb": named(adr.value(2, 3)),
        "district": named(adr.value(3)),
        "post_code": named(adr.value(4)),
    }


def read_speciality(number: str) -> str:
    """The speciality of a number in SPR; leading zeros do not matter. ``KeyError`` for an unknown number."""
    if not number:
        return ""
    return SPECIALITY_OF[number] if number in SPECIALITY_OF else SPECIALITY_OF[number.lstrip("0")]


def read_person(group: Iterable[Segment]) -> dict[str, str | None]:
    """Number and name of the patient of a segment group S07, as fields of a record."""
    cpr = alternative = given = None
    surname = ""
    for each in group:
        if each.tag == "PNA":
            cpr = each.value(2) or None
            surname, given = each.value(5, 2), each.value(6, 2) or None
        elif each.tag == "RFF":
            alternative = each.value(1, 2) or None
    if (cpr is None) == (alternative is None) or not surname:
        raise ValueError("a patient has one number and a name")
    return {"cpr": cpr, "alternative": alternative, "surname": surname, "given": given}


# Writing ----------------------------------------------------------------------------------------------


def write_nad(qualifier: str, party: Party, what: str) -> str:
    """The NAD of a party. ``BadInput`` for an identifier that EDIFACT has no code for."""
    code = IDENTIFIER_CODES.get(party.id_code)
    if code is None:
        raise BadInput(
            f"EDIFACT has no code for the {what}'s {party.id_code[:30]!r}: use one of {', '.join(IDENTIFIER_CODES)}"
        )
    names = (party.organisation[:NAME] or MISSING, party.department[:NAME], party.unit[:NAME], "", "", "US")
    return segment("NAD", qualifier, (sized(party.id, 17, f"the identifier of the {what}"), *code), "", names)


def write_adr(of: Party | Patient) -> list[str]:
    """The ADR of an address, none where all is empty."""
    if not (of.street or of.suburb or of.district or of.post_code):
        return []
    line = ("US", of.street[:NAME], of.suburb[:NAME])
    return [segment("ADR", "", line, of.district[:NAME], of.post_code[:POST_CODE])]


def write_spr(speciality: str, name: str) -> str:
    """The SPR of a sender, in a letter of type ``name``. Without a speciality it says 99, unclassified."""
    number = SPECIALITIES.get(speciality or UNCLASSIFIED)
    if number is None:
        raise BadInput(f"speciality {speciality[:40]!r} is not in the list of MedCom")
    return segment("SPR", "ORG", (number, "SKS", "SST"), (name, "SKS", "SST"))


def write_pna(patient: Patient) -> list[str]:
    """The PNA of a patient, and the RFF of a replacement number."""
    if (patient.cpr is None) == (patient.alternative is None):
        raise BadInput("a patient has a CPR number or a replacement number: give exactly one")
    number: tuple[str, ...] = ()
    if patient.cpr is not None:
        if len(patient.cpr) != 10 or not (patient.cpr.isascii() and patient.cpr.isdigit()):
            raise BadInput("the CPR number of the patient must be ten digits, without a hyphen")
        number = (patient.cpr, "", "", "CPR", "IM")
    surname = ("SU", sized(patient.surname, 70, "the surname of the patient"))
    given: tuple[str, ...] = ()
    if patient.given is not None:
        given = ("FO", sized(patient.given, 70, "the given name of the patient"))
    written = [segment("PNA", "PAT", number, "", "", surname, given)]
    if patient.alternative is not None:
        if len(patient.alternative) != 10:
            raise BadInput(f"a replacement number has ten characters, this has {len(patient.alternative)}")
        written.append(segment("RFF", ("XPI", patient.alternative)))
    return written
