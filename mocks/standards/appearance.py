"""What a file looks like by its first bytes, before anything is read: XML, JSON, EDIFACT, or no message at all.

Whoever hands in the wrong file should hear what it is, and not that it is broken XML.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from enum import StrEnum

import msgspec


class Form(StrEnum):
    """The form in which a message may come; ``OTHER`` is none of a message."""

    XML = "XML"
    JSON = "JSON"
    EDIFACT = "EDIFACT"
    OTHER = "other"


class Appearance(msgspec.Struct, frozen=True):
    """``what`` says in a few words what it is, ``mend`` what to do about it.

    ``foreign`` is true for what is certainly no message; the rest may be a message that is broken.
    """

    form: Form
    what: str = ""
    mend: str = ""
    foreign: bool = False


_BLANK = b"\xef\xbb\xbf \t\r\n"
_XML, _JSON, _EDIFACT = Appearance(Form.XML), Appearance(Form.JSON), Appearance(Form.EDIFACT)
_UTF_8 = "Write it in UTF-8 (OIOXML and EDIFACT in ISO-8859-1)."
#: First bytes of what people keep beside their messages.
_KINDS = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"PK\x03\x04", "a zip, or an Office document"),
    (b"\x1f\x8b", "compressed by gzip"),
    (b"BZh", "compressed by bzip2"),
    (b"\xfd7zXZ", "compressed by xz"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)  # fmt: skip
_HTML = re.compile(rb"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)


def appearance(raw: bytes) -> Appearance:
    """What ``raw`` looks like."""
    if not raw:
        return Appearance(Form.OTHER, "empty", "Send the whole message; the copy may have been cut off.")
    if wide := _wide(raw):
        return wide
    for start, what in _KINDS:
        if raw.startswith(start):
            return Appearance(Form.OTHER, what, "Hand in the message itself.", foreign=True)
    start = raw[:200].lstrip(_BLANK)
    if start[:1] == b"<":
        if _HTML.match(start):
            return Appearance(Form.OTHER, "an HTML page", "Hand in the message itself.", foreign=True)
        return _XML
    if start[:1] == b"{":
        return _JSON
    if start.startswith((b"UNA", b"UNB")):
        return _EDIFACT
    return _other(raw, start)


def _wide(raw: bytes) -> Appearance | None:
    """XML and JSON in UTF-16 or UTF-32, with a mark at the start or without."""
    start = raw[:80]
    if not start.startswith((b"\xff\xfe", b"\xfe\xff")) and start.count(0) < len(start) // 3:
        return None
    plain = start.replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip()
    if len(plain) == len(start) or not plain.startswith((b"<", b"{", b"[", b"UN")):
        return None
    form = "XML" if plain[:1] == b"<" else "EDIFACT" if plain[:1] == b"U" else "JSON"
    width = "UTF-32" if start.count(0) > len(start) // 2 + 2 else "UTF-16"
    return Appearance(Form.OTHER, f"{form} in {width}, two or four bytes a character", _UTF_8)


def _other(raw: bytes, start: bytes) -> Appearance:
    if not start:
        if raw.strip(_BLANK):
            return Appearance(
                Form.OTHER, "white space at its start, 200 bytes or more", "Begin with the message."
            )
        return Appearance(Form.OTHER, "nothing but white space", "Send the whole message.")
    if start[:1] == b"[":
        mend, foreign = (
            "Send one message: a JSON object that is a Bundle.",
            b'"resourceType"' not in raw[:10_000],
        )
        return Appearance(Form.OTHER, "a JSON array, and no single message", mend, foreign)
    if start[:1] == b'"':
        return Appearance(Form.OTHER, "a JSON string, and no message", "Send the message itself.")
    if b"<?xml" in start or b"<Emessage" in start:
        return Appearance(
            Form.OTHER, "XML with something before it", "Begin with the message: take out what precedes it."
        )
    if is_base64_of_message(start):
        mend = "Check that it is complete, with padding, and holds nothing but base64."
        return Appearance(Form.OTHER, "the base64 of a message, and cannot be decoded as a whole", mend)
    if b"\x00" in raw[:1000]:
        return Appearance(
            Form.OTHER, "binary data of an unknown kind", "Hand in the message itself.", foreign=True
        )
    return Appearance(Form.OTHER, "plain text", "Hand in the message itself.", foreign=True)


_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16}")


def is_base64_of_message(start: bytes) -> bool:
    """Whether a file that starts so may be the base64 of XML, JSON or EDIFACT."""
    found = _BASE64.match(start)
    return found is not None and a2b_base64(found.group()).lstrip(_BLANK).startswith(
        (b"<", b"{", b"UNA", b"UNB")
    )
