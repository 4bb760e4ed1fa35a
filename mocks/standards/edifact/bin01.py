"""Reading a binary letter in EDIFACT (MEDBIN, version B0131X, letter type BIN01) into the record of XBIN01.

It carries attachments that another letter points at, as raw octets. Its version becomes ``XB0131X``, and the
identifiers of its objects get the dashes that XBIN01 wants. A letter about systems instead of a patient has
``Data`` where the surname stands.

Source: MedCom's converter, and its sample of a greeting.
"""

from __future__ import annotations

from mocks.standards.binary_letter_records import BinaryLetter, BinaryObject, Citizen
from mocks.standards.edifact.codes import EXTENSION_OF, OBJECT_CODE_OF, STATUS_OF
from mocks.standards.edifact.interchange import Interchange, Message, read_moment
from mocks.standards.edifact.parties import named, read_party, read_person
from mocks.standards.edifact.reading import Groups, letters_of, one_of
from mocks.standards.edifact.syntax import Segment

NAME = "BIN01"
VERSION = "B0131X"
_SYSTEMS = "Data"


def read(raw: bytes) -> BinaryLetter:
    """The binary letter in ``raw``. ``Malformed`` (with findings) when it cannot be understood."""
    return one_of(letters_of(raw, (NAME,), _letter))


def _letter(interchange: Interchange, message: Message) -> BinaryLetter:
    if message.version != VERSION:
        raise ValueError("another version")
    groups = Groups(message)
    if groups.within(groups.one("S02"), "GIS").value(1) not in STATUS_OF:
        raise ValueError("an unknown status")
    group = groups.one("S07")
    name = groups.within(group, "PNA")
    systems = name.value(5, 2) == _SYSTEMS and not name.value(2)
    objects = tuple(_object(each) for each in message.body if each.tag == "UNO")
    if not objects:
        raise ValueError("a binary letter without an object")
    return BinaryLetter(
        version=f"X{VERSION}",
        envelope_id=interchange.reference,
        sent=interchange.sent,
        wants_receipt=interchange.receipt == "1",
        letter_id=message.reference,
        authorised=read_moment(groups.root("DTM").value(1, 2)),
        sender=read_party(interchange.sender, groups.party("SSP")),
        receiver=read_party(interchange.receiver, groups.party("PO")),
        patient=None if systems else _citizen(group),
        contents=named(name.value(6, 2)) or None if systems else None,
        objects=objects,
    )


def _citizen(group: list[Segment]) -> Citizen:
    person = read_person(group)
    return Citizen(
        cpr=person["cpr"],
        alternative=person["alternative"],
        surname=person["surname"] or "",
        given=person["given"],
    )


def _object(uno: Segment) -> BinaryObject:
    plain = uno.value(2, 2)
    dashed = "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
    return BinaryObject(
        dashed if len(plain) == 32 else plain,
        OBJECT_CODE_OF[uno.value(3, 2)],
        EXTENSION_OF[uno.value(3, 3)],
        uno.octets,
    )
