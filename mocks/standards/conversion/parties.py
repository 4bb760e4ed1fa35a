"""Sender and receiver: a location number with a name in three parts, or an organisation of SOR.

A letter says who a party is by GLN and by one more number of some kind; a CareCommunication by GLN and SOR
id, with room for further identifiers.
"""

from __future__ import annotations

from collections.abc import Callable

from mocks.standards.clinical_email_records import Party
from mocks.standards.conversion.records import LETTER, MAP, Lost, Registered
from mocks.standards.fhir_bundle import Organisation
from mocks.standards.profiles import codes

#: MedCom's example of a conversion writes the municipality's three digits with a zero before them.
MUNICIPALITY = "http://hl7.dk/fhir/core/CodeSystem/dk-core-municipality-codes"
_SYSTEMS = {"ydernummer": codes.YDERNUMMER, "kommunenummer": MUNICIPALITY}
#: Three fields of a letter hold a name.
_FIELD = 35
_NAMELESS = "_"  # what letters and EDIFACT write where a mandatory name is unknown
Lose = Callable[[Lost], None]


def organisation_of(party: Party, known: Registered, where: str, lose: Lose) -> Organisation:
    """The party of a letter as an organisation; ``known`` is its entry in SOR."""
    others: tuple[tuple[str, str], ...] = ()
    if system := _SYSTEMS.get(party.id_code):
        value = party.id.zfill(4) if system == MUNICIPALITY and len(party.id) == 3 else party.id
        others = ((system, value),)
    elif party.id != party.gln and not (party.id_code == "sorkode" and party.id == known.sor_id):
        lose(Lost(f"{where}/Identifier", f"a {party.id_code} has no place beside SOR id and GLN", MAP))
    if any((party.street, party.suburb, party.district, party.post_code)):
        lose(Lost(f"{where}/StreetName, DistrictName, PostCodeIdentifier", "the address stands in SOR", MAP))
    if party.speciality:
        lose(Lost(f"{where}/MedicalSpecialityCode", "organisations of a message have no speciality", MAP))
    names = (party.organisation, party.department, party.unit)
    name = ", ".join(part for part in names if part and part != _NAMELESS)
    return Organisation(known.sor_id, party.gln, name or None, others)


def party_of(
    organisation: Organisation, known: Registered | None, where: str, lose: Lose, *, phone: str | None = None
) -> Party:
    """The organisation as a party of a letter. ``phone`` is given for a sender, whose name is mandatory."""
    identifier, code = organisation.gln, "lokationsnummer"
    for id_code, system in _SYSTEMS.items():
        value = next((v for s, v in organisation.others if s == system), None)
        if value is not None and 1 <= len(value) <= 17:
            is_code = system == MUNICIPALITY and len(value) == 4 and value[0] == "0"
            identifier, code = (value[1:] if is_code else value), id_code
            break
    kept = {system for system in (_SYSTEMS[code],) if system} if code in _SYSTEMS else set[str]()
    for system, _ in organisation.others:
        if system not in kept:
            lose(Lost(f"{where}.identifier", "a party of a letter has one number beside its GLN", LETTER))
            break
    name = organisation.name or (known.name if known and phone is not None else "")
    parts, complete = spread(name)
    if not complete:
        lose(Lost(f"{where}.name", "a name has three fields of 35 characters", LETTER))
    if phone is not None and not parts[0]:
        parts = (_NAMELESS, "", "")
    if phone and len(phone) > 25:
        lose(Lost("payload.authorContact", "a phone number has at most 25 characters", LETTER))
        phone = ""
    return Party(
        gln=organisation.gln, id=identifier, id_code=code, organisation=parts[0], department=parts[1],
        unit=parts[2], phone=phone or "",
    )  # fmt: skip


def spread(name: str) -> tuple[tuple[str, str, str], bool]:
    """A name over the three fields of a letter, and whether all of it found room.

    It is divided where it has commas, as joining the fields makes them; else between words.
    """
    parts = name.split(", ")
    if len(parts) <= 3 and all(len(part) <= _FIELD for part in parts):
        first, second, third = (*parts, "", "")[:3]
        return (first, second, third), True
    lines = [""]
    for word in name.split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= _FIELD:
            lines[-1] = joined
        else:
            lines.append(word)
    complete = len(lines) <= 3 and all(len(line) <= _FIELD for line in lines)
    first, second, third = (*(line[:_FIELD] for line in lines if line), "", "", "")[:3]
    return (first, second, third), complete


def phone_number(text: str) -> str:
    """A phone number as a message takes it: a plus sign perhaps, digits and hyphens, nothing else."""
    kept = "".join(c for c in text if c in "0123456789-")
    return f"+{kept}" if kept and text.strip().startswith("+") else kept
