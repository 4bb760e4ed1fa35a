"""Writing a letter of attachments (XBIN01, XBIN02): strict, in the order and the lengths of the schemas."""

from __future__ import annotations

import binascii
import re

from mocks.errors import BadInput
from mocks.standards.binary_letter_records import BinaryLetter, BinaryObject
from mocks.standards.oioxml import write_emessage, write_envelope, write_letter_head
from mocks.standards.oioxml_parties import (
    PartyForm,
    coded,
    filled,
    person_name,
    person_number,
    write_receiver,
    write_sender,
)
from mocks.standards.profiles.oioxml_parts import OBJECT_CODES
from mocks.standards.profiles.xbin import MOST_OBJECTS, VERSIONS, Version

_FORMS = {code: PartyForm(code, address=version.address) for code, version in VERSIONS.items()}
_HEX_32 = re.compile("[0-9A-Fa-f]{32}")


def write(letter: BinaryLetter) -> bytes:
    """The letter as ISO-8859-1. ``BadInput`` for what the schema of its version does not allow.

    ``OriginalObjectSize`` is the number of bytes of the content, and the statistical code that of the type.
    """
    version = VERSIONS.get(letter.version)
    if version is None:
        raise BadInput(
            f"{letter.version[:20]!r} is no version of a letter of attachments: use {', '.join(VERSIONS)}"
        )
    if not 1 <= len(letter.objects) <= MOST_OBJECTS:
        raise BadInput(
            f"a letter carries 1 to {MOST_OBJECTS} attachments, not {len(letter.objects)}: send several letters"
        )
    keys = {each.key for each in letter.objects}
    if len(keys) < len(letter.objects):
        raise BadInput("two attachments have the same identifier: give each its own UUID")
    head = write_letter_head(letter.letter_id, version.code, version.kind, letter.authorised, "nytbrev")
    form = _FORMS[version.code]
    content = (
        f"{head}<Sender>{write_sender(letter.sender, form)}</Sender>"
        f"<Receiver>{write_receiver(letter.receiver, form)}</Receiver>{_whom(letter)}"
    )
    start, end = write_emessage(
        version.namespace,
        write_envelope(letter.envelope_id, letter.sent, letter.wants_receipt),
        version.root,
        content,
    )
    # The attachments may be large: they are put between as bytes, without a detour over text.
    return b"".join((start, *(_object(each, version) for each in letter.objects), end))


def _whom(letter: BinaryLetter) -> str:
    if (patient := letter.patient) is not None:
        if letter.contents is not None:
            raise BadInput("contents describe information about systems: leave them out for a patient")
        number = person_number(patient.cpr, patient.alternative)
        return f"<Patient>{number}{person_name(patient.surname, patient.given)}</Patient>"
    contents = (
        ""
        if letter.contents is None
        else f"<Contents>{filled(letter.contents, 70, 'the description of the contents')}</Contents>"
    )
    return f"<SystemInformation>true</SystemInformation>{contents}"


def _object(item: BinaryObject, version: Version) -> bytes:
    if not item.content:
        raise BadInput("an attachment has at least one byte, this one none")
    code = coded(item.code, OBJECT_CODES, "ObjectCode", version.code)
    extension = coded(item.extension, version.extensions, "ObjectExtensionCode", version.code)
    head = (
        f"<BinaryObject><ObjectIdentifier>{_identifier(item.id, version)}</ObjectIdentifier>"
        f"<ObjectCode>{code}</ObjectCode><ObjectExtensionCode>{extension}</ObjectExtensionCode>"
        f"<OriginalObjectSize>{len(item.content)}</OriginalObjectSize><Object_Base64Encoded>"
    ).encode("iso-8859-1", "xmlcharrefreplace")
    data = binascii.b2a_base64(item.content, newline=False)
    return b"".join((head, data, b"</Object_Base64Encoded></BinaryObject>"))


def _identifier(value: str, version: Version) -> str:
    bare = value.replace("-", "")
    is_uuid = _HEX_32.fullmatch(bare) is not None
    if version.dashes:
        if not is_uuid:
            raise BadInput(f"in {version.code} the identifier of an attachment is a UUID: give one")
        return "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))
    if is_uuid:
        return bare
    return filled(value, 35, "an object identifier (a UUID without dashes)")
