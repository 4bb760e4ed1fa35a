"""The correspondence letter in EDIFACT: MEDDIS, version D9134L, letter type DIS91.

It says what XDIS91 says, and is read into the same record. What it cannot carry ``carried`` names. An
interchange may hold several letters; systems of the field send one.

``read`` takes what receivers in the field take; ``write`` is strict; ``check`` (in ``check.py``) says
everything that is wrong. Source: MedCom's converter and samples.
"""

from __future__ import annotations

from collections.abc import Sequence

from mocks.standards.clinical_email_records import BinaryReference, ClinicalEmail, Patient, Reference
from mocks.standards.edifact.carrying import carried
from mocks.standards.edifact.codes import (
    EPISODE_STATUS_OF,
    EXTENSION_OF,
    OBJECT_CODE_OF,
    PRIORITY_OF,
    STATUS_OF,
)
from mocks.standards.edifact.dis91_write import write
from mocks.standards.edifact.free_text import read_formatted, read_value
from mocks.standards.edifact.interchange import Interchange, Message, read_moment
from mocks.standards.edifact.parties import read_party, read_person, read_place
from mocks.standards.edifact.reading import Groups, letters_of, one_of
from mocks.standards.edifact.syntax import Segment

__all__ = ["carried", "read", "read_all", "write"]

NAME = "DIS91"
VERSION = "D9134L"
_REFERENCES = ("BIN", "URL", "SUP")


def read(raw: bytes) -> ClinicalEmail:
    """The letter in ``raw``. ``Malformed`` (with findings) when it cannot be understood, or is not one."""
    return one_of(read_all(raw))


def read_all(raw: bytes) -> tuple[ClinicalEmail, ...]:
    """All letters of an interchange, in their order. ``Malformed`` when one cannot be understood."""
    return letters_of(raw, (NAME,), _letter)


def _letter(interchange: Interchange, message: Message) -> ClinicalEmail:
    if message.version != VERSION:
        raise ValueError("another version")
    groups = Groups(message)
    letter = groups.one("S02")
    patient = groups.one("S07")
    episode = groups.one("S11")
    ftx = [each for group in groups.of("S14") for each in group if each.tag == "FTX"]
    body = read_formatted(_texts(groups))
    subjects = [each.value(4) for each in ftx if each.value(1) == "OE"]
    return ClinicalEmail(
        envelope_id=interchange.reference,
        sent=interchange.sent,
        wants_receipt=interchange.receipt == "1",
        letter_id=message.reference,
        authorised=read_moment(groups.root("DTM").value(1, 2)),
        status=STATUS_OF[groups.within(letter, "GIS").value(1)],
        episode=_qualified(episode, "REI"),
        sender=read_party(interchange.sender, groups.party("SSP")),
        receiver=read_party(interchange.receiver, groups.party("PO")),
        patient=_patient(patient, EPISODE_STATUS_OF[groups.within(episode, "PAS").value(1)]),
        priority=_priority(letter),
        subject=subjects[0] if subjects else None,
        text=body.text,
        styles=body.styles,
        references=tuple(read_reference(each) for each in ftx if each.value(1) in _REFERENCES),
    )


def _texts(groups: Groups) -> list[Segment]:
    """The FTX of the letter's text: all of S14 but subject and references."""
    apart = ("OE", *_REFERENCES)
    return [
        each
        for group in groups.of("S14")
        for each in group
        if each.tag == "FTX" and each.value(1) not in apart
    ]


def _qualified(group: Sequence[Segment], qualifier: str) -> str | None:
    """The value of the RFF with this qualifier."""
    for each in group:
        if each.tag == "RFF" and each.value(1) == qualifier:
            return each.value(1, 2) or None
    return None


def _priority(letter: Sequence[Segment]) -> str | None:
    for each in letter:
        if each.tag == "RFF" and each.value(1) in PRIORITY_OF:
            return PRIORITY_OF[each.value(1)]
    return None


def _patient(group: Sequence[Segment], episode_status: str) -> Patient:
    person = read_person(group)
    place, occupation = dict[str, str](), ""
    for each in group:
        if each.tag == "ADR":
            place = read_place(each)
        elif each.tag == "EMP":
            occupation = each.value(3, 4)
    return Patient(
        cpr=person["cpr"],
        alternative=person["alternative"],
        surname=person["surname"] or "",
        given=person["given"],
        occupation=occupation,
        episode_status=episode_status,
        **place,
    )


def read_reference(ftx: Segment) -> Reference:
    """The reference of an FTX with the qualifier BIN, URL or SUP. ``ValueError`` or ``KeyError`` when it is
    none that can be followed."""
    kind, description = ftx.value(1), ftx.value(4)
    if kind == "URL":
        return Reference(description, read_value(ftx.elements[3][1:]))
    if kind == "SUP":
        return Reference(description)
    _, identifier, code, extension, size = (ftx.value(4, component) for component in range(1, 6))
    if not (size.isascii() and size.isdigit() and len(size) <= 12):
        raise ValueError("the size of an attachment is not a number")
    return Reference(
        description,
        None,
        BinaryReference(identifier, OBJECT_CODE_OF[code], EXTENSION_OF[extension], int(size)),
    )
