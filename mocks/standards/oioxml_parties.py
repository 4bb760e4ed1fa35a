"""Sender and receiver of OIOXML letters: the record, and how it is read and written.

Writing is strict in numbers and codes; names of organisations and streets are cut at their length, as
senders in the field do.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

import msgspec

from mocks.errors import BadInput
from mocks.standards.profiles.oioxml_parts import IDENTIFIER_CODES, SPECIALITIES
from mocks.standards.safe_xml import escape


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Sender or receiver. ``id_code`` says what ``id`` is: ``lokationsnummer``, ``ydernummer``,
    ``sygehusafdelingsnummer``, ``kommunenummer`` or ``sorkode``. Empty fields are left out of the letter;
    a receiver has no phone and no speciality, and a sender must have an organisation."""

    gln: str
    id: str
    id_code: str
    organisation: str = ""
    department: str = ""
    unit: str = ""
    street: str = ""
    suburb: str = ""
    district: str = ""
    post_code: str = ""
    phone: str = ""
    speciality: str = ""


class PartyForm(msgspec.Struct, frozen=True):
    """What a version asks of its parties: its name, its codes for ``id_code``, and whether a sender needs
    an address and a speciality."""

    version: str
    codes: tuple[str, ...] = IDENTIFIER_CODES
    address: bool = False


def read_party(given: dict[str, str]) -> Party:
    """The party whose elements are ``given``. ``KeyError`` where a mandatory one is missing."""
    get = given.get
    return Party(
        gln=given["EANIdentifier"],
        id=given["Identifier"],
        id_code=given["IdentifierCode"],
        organisation=get("OrganisationName", ""),
        department=get("DepartmentName", ""),
        unit=get("UnitName", ""),
        street=get("StreetName", ""),
        suburb=get("SuburbName", ""),
        district=get("DistrictName", ""),
        post_code=get("PostCodeIdentifier", ""),
        phone=get("TelephoneSubscriberIdentifier", ""),
        speciality=get("MedicalSpecialityCode", ""),
    )


# Writing ----------------------------------------------------------------------------------------------

_LENGTHS = MappingProxyType(
    {
        "OrganisationName": 35,
        "DepartmentName": 35,
        "UnitName": 35,
        "StreetName": 35,
        "SuburbName": 35,
        "DistrictName": 35,
        "PostCodeIdentifier": 9,
        "TelephoneSubscriberIdentifier": 25,
        "OccupancyText": 35,
    }
)


# A system writes the same few hundred parties over and over.
@lru_cache(maxsize=4096)
def write_sender(party: Party, form: PartyForm) -> str:
    """The content of a Sender element. ``BadInput`` for what the version does not allow."""
    if not party.organisation:
        raise BadInput("the sender of a letter must have an organisation: give its name")
    if form.address:
        for what, value in (("street", party.street), ("district", party.district)):
            if not value:
                raise BadInput(f"the sender of a letter of {form.version} must have a {what}: give it")
        if not party.speciality:
            raise BadInput(
                f"the sender of a letter of {form.version} must have a speciality: "
                "give it, ikkeklassificeret where none fits"
            )
    speciality = ""
    if party.speciality:
        if party.speciality not in SPECIALITIES:
            raise BadInput(f"speciality {party.speciality[:40]!r} is not in the list of {form.version}")
        speciality = f"<MedicalSpecialityCode>{party.speciality}</MedicalSpecialityCode>"
    phone = names(("TelephoneSubscriberIdentifier", party.phone))
    return f"{_identity(party, 'sender', form)}{_place(party, form.address)}{phone}{speciality}"


@lru_cache(maxsize=4096)
def write_receiver(party: Party, form: PartyForm) -> str:
    """The content of a Receiver element; phone and speciality have no place there."""
    return f"{_identity(party, 'receiver', form)}{_place(party, False)}"


def names(*pairs: tuple[str, str]) -> str:
    """Elements for the values that are not empty, cut at their length."""
    return "".join(f"<{tag}>{escape(value[: _LENGTHS[tag]])}</{tag}>" for tag, value in pairs if value)


def filled(value: str, most: int, what: str) -> str:
    """``value`` as the text of an element. ``BadInput`` when it is empty or too long."""
    if not 1 <= len(value) <= most:
        raise BadInput(f"{what} has {len(value)} characters: give 1 to {most}")
    return escape(value)


def coded(value: str, codes: tuple[str, ...], what: str, version: str) -> str:
    """``value`` if it is one of ``codes``, else ``BadInput``."""
    if value not in codes:
        raise BadInput(f"{what} {value[:40]!r} is not a code of {version}: use one of {', '.join(codes)}")
    return value


def person_number(cpr: str | None, alternative: str | None) -> str:
    """The element of a CPR number or of a replacement number of ten characters."""
    if (cpr is None) == (alternative is None):
        raise BadInput("a patient has a CPR number or a replacement number: give exactly one")
    if cpr is not None:
        if len(cpr) != 10 or not (cpr.isascii() and cpr.isdigit()):
            raise BadInput("the CPR number of the patient must be ten digits, without a hyphen")
        return f"<CivilRegistrationNumber>{cpr}</CivilRegistrationNumber>"
    alternative = alternative or ""
    if len(alternative) != 10:
        raise BadInput(f"a replacement number has ten characters, this has {len(alternative)}")
    return f"<AlternativeIdentifier>{escape(alternative)}</AlternativeIdentifier>"


def person_name(surname: str, given: str | None, whose: str = "the patient") -> str:
    """The elements of a person's name."""
    last = filled(surname, 70, f"the surname of {whose}")
    first = (
        ""
        if given is None
        else f"<PersonGivenName>{filled(given, 70, f'the given name of {whose}')}</PersonGivenName>"
    )
    return f"<PersonSurnameName>{last}</PersonSurnameName>{first}"


def _identity(party: Party, what: str, form: PartyForm) -> str:
    code = coded(party.id_code, form.codes, "IdentifierCode", form.version)
    return (
        f"<EANIdentifier>{filled(party.gln, 35, f'the GLN of the {what}')}</EANIdentifier>"
        f"<Identifier>{filled(party.id, 17, f'the identifier of the {what}')}</Identifier>"
        f"<IdentifierCode>{code}</IdentifierCode>"
    )


def _place(party: Party, with_post_code: bool) -> str:
    empty = "<PostCodeIdentifier></PostCodeIdentifier>" if with_post_code and not party.post_code else ""
    return (
        names(
            ("OrganisationName", party.organisation),
            ("DepartmentName", party.department),
            ("UnitName", party.unit),
            ("StreetName", party.street),
            ("SuburbName", party.suburb),
            ("DistrictName", party.district),
            ("PostCodeIdentifier", party.post_code),
        )
        + empty
    )
