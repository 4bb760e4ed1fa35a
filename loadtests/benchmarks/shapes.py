"""Files made to cost a reader more than they are worth, each of a size that one can choose, and legal ones.

Each is as near to a message as it can be, so that it gets as far as it can.
"""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import Random

from loadtests.benchmarks.checking import a_care_communication, a_letter
from mocks.drivers.ids import SeededIds
from mocks.runtime import COPENHAGEN
from mocks.standards import care_communication as cc
from mocks.standards import clinical_email
from mocks.standards.care_communication import MIME_JSON, MIME_XML
from mocks.standards.vans_envelope import (
    Document,
    EndPoint,
    EndPointKind,
    Envelope,
    MetaInformation,
    Transport,
    write,
)

_AT = datetime(2025, 9, 29, 9, 0, tzinfo=COPENHAGEN)


def _filled(start: bytes, unit: bytes, end: bytes, size: int) -> bytes:
    return start + unit * max(1, (size - len(start) - len(end)) // len(unit)) + end


def _in_letter(unit: bytes, size: int) -> bytes:
    """The letter with ``unit`` as often as it fits, after all else in it."""
    letter = clinical_email.write(a_letter())
    at = letter.index(b"</ClinicalEmail>")
    return _filled(letter[:at], unit, letter[at:], size)


def _letters(size: int) -> bytes:
    letter = clinical_email.write(a_letter())
    start, end = letter.index(b"<ClinicalEmail>"), letter.index(b"</Emessage>")
    return _filled(letter[:start], letter[start:end], letter[end:], size)


def _in_care(place: bytes, unit: bytes, size: int) -> bytes:
    """The message with ``unit`` as often as it fits, behind ``place``."""
    care = cc.write(a_care_communication())
    at = care.index(place) + len(place)
    return _filled(care[:at], unit, care[at:], size)


def _steps(size: int) -> bytes:
    """A history of as many steps as fit into the size and into a bundle, each with an id of its own."""
    care = cc.write(a_care_communication())
    start = care.index(b'{"fullUrl":"https://medcomfhir.dk/ig/carecommunication/Provenance/')
    step = care[start : care.rindex(b"]")]
    own = step[step.index(b"/Provenance/") + 12 :][:36]
    count = min(9_900, size // (len(step) + 1))
    more = b",".join(step.replace(own, b"%s%012d" % (own[:24], number)) for number in range(count))
    return care[:start] + more + b"," + care[start:]


def _with_attachment(size: int, mime: str) -> bytes:
    """A legal message whose attachment makes it about ``size`` bytes."""
    message = a_care_communication()
    author = message.segments[0].author
    assert author is not None
    file = cc.Attachment(
        "Udredning", "application/pdf", Random(1).randbytes(size * 3 // 4 - 12_000), creation="2025-09-01"
    )
    ids = SeededIds(1, "shapes")
    again = cc.new(
        new_id=partial(ids.uuid, "message"), at=_AT, category="healthcare", topic="Trivsel", text="Se filen",
        sender=message.sender, receiver=message.receiver, patient=message.patient,
        author=author, attachments=[file],
    )  # fmt: skip
    return cc.write(again, mime=mime)


def _enveloped(data: bytes) -> bytes:
    message = a_care_communication()
    meta = MetaInformation(
        "0d5b3c18-0000-4000-8000-000000000002",
        Document("HL7", "MCM:FDIS91#healthcare", "5.0", len(data)),
        None,
        Transport("reliable", False, (("MCM:MIME", MIME_JSON),)),
    )
    return write(
        Envelope(
            EndPoint(EndPointKind.EAN, message.sender.gln),
            EndPoint(EndPointKind.EAN, message.receiver.gln),
            "0d5b3c18-0000-4000-8000-000000000001",
            _AT,
            meta,
            data,
        )
    )


def _zip(member: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("letter.xml", member)
    return out.getvalue()


_BOMB = b"<!DOCTYPE a [" + b"".join(
    b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"ha") for n in range(12)
)
_EMESSAGE = b'<Emessage xmlns="http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/">'
_EDIFACT = b"UNA:+.? 'UNB+UNOC:3+5790000121526:14+5790000121526:14+250401:0915+ENV1'UNH+BRV1+MEDDIS:D:93A:UN:D9134L+DIS91'"

#: What is refused, or found to be wrong; by name, made for a size in bytes.
HOSTILE: dict[str, Callable[[int], bytes]] = {
    "elements without end": lambda size: _in_letter(b"<a/>", size),
    "as many elements as are read": lambda size: _in_letter(b"<a/>", min(size, 780_000)),
    "attributes": lambda size: _in_letter(b"<a b='' c='' d=''/>", size),
    "as many attributes as are read": lambda size: _in_letter(b"<a b='' c='' d=''/>", min(size, 2_400_000)),
    "nested elements": lambda size: b"<a>" * (size // 7) + b"</a>" * (size // 7),
    "nested as deep as is read": lambda size: _in_letter(b"<a>" * 90 + b"</a>" * 90, min(size, 680_000)),
    "an entity bomb": lambda size: _filled(_BOMB + b"]><a>&e11;", b" ", b"</a>", size),
    "text": lambda size: _in_letter(
        b"<ClinicalInformation><Text01>" + b"x" * 3000 + b"</Text01></ClinicalInformation>", size
    ),
    "escaped markup": lambda size: _in_letter(
        b"<ClinicalInformation><Text01>" + b"&lt;Break/&gt;" * 1000 + b"</Text01></ClinicalInformation>", size
    ),
    "letters in one envelope": lambda size: _letters(min(size, 3_400_000)),
    "objects": lambda size: _in_care(b'"entry":[', b"{},", size),
    "steps": _steps,
    "nested lists": lambda size: _filled(b'{"resourceType":"Bundle","a":', b"[", b"", size),
    "a name many times": lambda size: _filled(b'{"resourceType":"Bundle"', b',"a":1', b"}", size),
    "as many names as are read": lambda size: b'{"resourceType":"Bundle",%s}'
    % b",".join(b'"k%x":0' % n for n in range(min(size // 11, 490_000))),
    "a number": lambda size: _filled(b'{"resourceType":"Bundle","a":', b"9", b"}", size),
    "a narrative": lambda size: _in_care(b'xhtml\\">', b"<p>x</p>", min(size, 780_000)),
    "base64 without end": lambda size: b64encode(b"<" + bytes(size * 3 // 4)),
    "an envelope of zeros": lambda size: _enveloped(bytes(size * 3 // 4 - 2000)),
    "an envelope of elements": lambda size: _enveloped(_filled(_EMESSAGE, b"<a/>", b"</Emessage>", size * 3 // 4)),
    "white space in an envelope": lambda size: _enveloped(b"").replace(b"<Data>", b"<Data>" + b" \n" * (size // 2)),
    "segments": lambda size: _filled(_EDIFACT, b"S01+01'", b"UNT+1+BRV1'", size),
    "release characters": lambda size: _filled(_EDIFACT + b"FTX+", b"?'", b"'", size),
    "a zip bomb": lambda size: _zip(_filled(_EMESSAGE, b" ", b"</Emessage>", 20 * size)),
    "zeros": bytes,
}  # fmt: skip
#: Messages that conform; with 100 MB they are as large as the envelope around them may be.
LEGAL: dict[str, Callable[[int], bytes]] = {
    "CareCommunication in JSON": lambda size: _with_attachment(size * 3 // 4, MIME_JSON),
    "CareCommunication in XML": lambda size: _with_attachment(size * 3 // 4, MIME_XML),
    "VANSEnvelope of one": lambda size: _enveloped(_with_attachment(size * 3 // 4, MIME_JSON)),
}
