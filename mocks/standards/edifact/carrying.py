"""What EDIFACT can carry of a correspondence letter, and what gets lost.

A letter written as DIS91 has only the characters of ISO-8859-1, names of 35 characters, a text whose last
line ends, times to the minute, and always a speciality. (XDIS91 and FHIR are wider.)
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from itertools import accumulate

import msgspec
from msgspec.structs import replace

from mocks.runtime import COPENHAGEN
from mocks.standards.clinical_email_records import ClinicalEmail, Party, Patient, Reference
from mocks.standards.edifact.codes import UNCLASSIFIED
from mocks.standards.edifact.free_text import value_components
from mocks.standards.edifact.parties import NAME, PHONE, POST_CODE, named
from mocks.standards.edifact.segment_write import foreign
from mocks.standards.formatted_text import Styled, in_order
from mocks.standards.profiles.xdis91 import VERSION

#: Components of an FTX that a web address may fill; the first is its description.
MOST_URL_COMPONENTS = 4
_READABLE = str.maketrans(
    {
        "\t": " ",
        "–": "-",
        "—": "-",
        "−": "-",
        "•": "-",
        "‘": "'",
        "’": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "…": "...",
        "€": "EUR",
        "™": "(TM)",
        "≤": "<=",
        "≥": ">=",
        "\u2009": " ",
        "\u202f": " ",
        "\u2028": "\n",
        "\u2029": "\n",
    }
)


class Carried(msgspec.Struct, frozen=True):
    """The letter as a reader of the EDIFACT will have it, and a sentence for everything that got lost."""

    letter: ClinicalEmail
    lost: tuple[str, ...] = ()


def carried(letter: ClinicalEmail) -> Carried:
    """``letter`` as DIS91 can carry it. What no letter may have (an empty name, an unknown code) stays, for
    ``write`` to refuse."""
    lost: list[str] = []
    text, styles = _text(letter.text, letter.styles, lost)
    subject = letter.subject
    if subject is not None and (plain := _characters(subject, "the subject", lost)) != subject:
        subject = plain[:70]
    references = tuple(
        kept
        for number, each in enumerate(letter.references, start=1)
        if (kept := _reference(each, number, lost)) is not None
    )
    return Carried(
        replace(
            letter,
            sent=_minute(letter.sent),
            authorised=_minute(letter.authorised),
            subject=subject,
            version=VERSION,
            text=text,
            styles=styles,
            sender=_sender(letter.sender, lost),
            receiver=_receiver(letter.receiver, lost),
            patient=_patient(letter.patient, lost),
            references=references,
        ),
        tuple(lost),
    )


def _minute(when: datetime) -> datetime:
    local = when.astimezone(COPENHAGEN) if when.tzinfo is not None else when
    return local.replace(second=0, microsecond=0, tzinfo=COPENHAGEN)


def _text(text: str, styles: tuple[Styled, ...], lost: list[str]) -> tuple[str, tuple[Styled, ...]]:
    """The text in the characters of ISO-8859-1, its last line ended, and its styles moved along."""
    pieces = _pieces(text, "the text", lost, keep="\n\r")
    for at, piece in enumerate(pieces):
        if piece == "\r":
            pieces[at] = "" if pieces[at + 1 : at + 2] == ["\n"] else "\n"
    there = "".join(pieces)
    if there and not there.endswith("\n"):
        pieces[-1] += "\n"
        there += "\n"
    if not styles:
        return there, ()
    places = [0, *accumulate(map(len, pieces))]
    size = len(text)
    moved = [
        Styled(places[min(each.start, size)], places[min(each.stop, size)], each.style) for each in styles
    ]
    return there, in_order(moved)


def _characters(value: str, what: str, lost: list[str]) -> str:
    """``value`` in the characters of ISO-8859-1, as readable as can be."""
    if value.isascii() and value.isprintable():
        return value
    return "".join(_pieces(value, what, lost))


def _pieces(value: str, what: str, lost: list[str], keep: str = "") -> list[str]:
    """What each character of ``value`` becomes."""
    out, replaced = [], set[str]()
    for character in value:
        if character in keep or foreign(character) is None:
            out.append(character)
            continue
        replaced.add(character)
        out.append(_one(character, keep))
    if replaced:
        shown = ", ".join(f"U+{ord(each):04X}" for each in sorted(replaced)[:8])
        lost.append(f"{what} has characters that ISO-8859-1 does not have; they were replaced: {shown}")
    return out


def _one(character: str, keep: str) -> str:
    readable = character.translate(_READABLE)
    if readable == character:
        readable = "".join(
            each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each)
        )
    return readable if readable and all(c in keep or foreign(c) is None for c in readable) else "?"


def _cut(value: str, most: int, what: str, lost: list[str]) -> str:
    value = named(_characters(value, what, lost))
    if len(value) > most:
        lost.append(f"{what} has {len(value)} characters; it was cut at {most}")
    return value[:most]


def _place(of: Party | Patient, whose: str, lost: list[str]) -> dict[str, str]:
    return {
        "street": _cut(of.street, NAME, f"the street of {whose}", lost),
        "suburb": _cut(of.suburb, NAME, f"the suburb of {whose}", lost),
        "district": _cut(of.district, NAME, f"the district of {whose}", lost),
        "post_code": _cut(of.post_code, POST_CODE, f"the post code of {whose}", lost),
    }


def _party(party: Party, whose: str, lost: list[str]) -> Party:
    return replace(
        party,
        organisation=_cut(party.organisation, NAME, f"the organisation of {whose}", lost),
        department=_cut(party.department, NAME, f"the department of {whose}", lost),
        unit=_cut(party.unit, NAME, f"the unit of {whose}", lost),
        **_place(party, whose, lost),
    )


def _sender(sender: Party, lost: list[str]) -> Party:
    if not sender.speciality:
        lost.append("EDIFACT always says a speciality; the sender without one became unclassified")
    return replace(
        _party(sender, "the sender", lost),
        phone=_cut(sender.phone, PHONE, "the phone number of the sender", lost),
        speciality=sender.speciality or UNCLASSIFIED,
    )


def _receiver(receiver: Party, lost: list[str]) -> Party:
    if receiver.phone or receiver.speciality:
        lost.append("a receiver has neither phone number nor speciality; they were left out")
    return replace(_party(receiver, "the receiver", lost), phone="", speciality="")


def _patient(patient: Patient, lost: list[str]) -> Patient:
    given = patient.given
    return replace(
        patient,
        surname=_characters(patient.surname, "the surname of the patient", lost),
        given=None if given is None else _characters(given, "the given name of the patient", lost),
        occupation=_cut(patient.occupation, NAME, "the occupation of the patient", lost),
        **_place(patient, "the patient", lost),
    )


def _reference(reference: Reference, number: int, lost: list[str]) -> Reference | None:
    what = f"reference {number}"
    description = _characters(reference.description, f"the description of {what}", lost)[:70]
    if reference.url is not None:
        if (wrong := foreign(reference.url)) is not None:
            lost.append(f"{what} was left out: its web address has the character U+{ord(wrong):04X}")
            return None
        if len(value_components(reference.url)) > MOST_URL_COMPONENTS:
            lost.append(f"{what} was left out: its web address has {len(reference.url)} characters")
            return None
    return replace(reference, description=description)
