"""References of a letter and attachments of a message.

A letter points at files that follow in letters of their own (XBIN01), at web addresses, and at paper; a
message has files and links inside. A message takes six file types, a letter twenty-four of other ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from mocks.errors import BadInput
from mocks.identifiers import is_uuid
from mocks.standards.binary_letter import OBJECT_CODE_OF, BinaryObject, object_key, unpacked
from mocks.standards.care_communication_records import Attachment, Segment
from mocks.standards.clinical_email_records import BinaryReference, Reference
from mocks.standards.conversion.notes import Label, Line
from mocks.standards.conversion.parties import Lose
from mocks.standards.conversion.records import (
    LETTER,
    MESSAGE,
    OURS,
    Lost,
    NotConvertible,
)
from mocks.standards.fhir_bundle import Organisation

#: File extension of a letter -> MIME type of a message.
TYPES = {
    "pdf": "application/pdf",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
}
_EXTENSIONS = {mime: extension for extension, mime in TYPES.items()}
MOST_REFERENCES = 10
_MOST_DESCRIPTION = 70
_MOST_URL = 350
#: A file that was packed is unpacked up to this size.
_MOST_BYTES = 100_000_000


def segments_of(
    references: Iterable[Reference],
    objects: Mapping[str, BinaryObject],
    *,
    new_id: Callable[[], str],
    sent: datetime,
    organisation: Organisation,
    lose: Lose,
) -> tuple[list[Segment], list[Line]]:
    """What a letter refers to as segments of a message, and as lines of its text where no segment can be.

    ``objects`` are the files that came, by ``object_key``. A file that did not come becomes a line.
    """
    segments: list[Segment] = []
    lines: list[Line] = []
    used: set[str] = set()

    def add(attachment: Attachment, identifier: str) -> None:
        if not is_uuid(identifier) or identifier in used:
            identifier = new_id()
        used.add(identifier)
        segments.append(Segment(identifier, sent, organisation, None, None, attachment))

    for number, reference in enumerate(references):
        where = f"Reference[{number}]"
        if reference.url is not None:
            add(Attachment(reference.description, url=reference.url), "")
        elif reference.binary is None:
            lines.append((Label.BY_POST, reference.description))
        else:
            file = objects.get(object_key(reference.binary.id))
            mime = TYPES.get(reference.binary.extension)
            if mime is None:
                extension = reference.binary.extension
                lines.append((Label.NOT_CARRIED, f"{reference.description} ({extension})"))
                lose(Lost(f"{where}/BIN", f"a message takes no files of type {extension}", MESSAGE))
            elif file is None:
                lines.append((Label.MISSING, reference.description))
                lose(Lost(f"{where}/BIN", "the file did not come in time", OURS))
            else:
                data = _plain(file.content)
                add(Attachment(reference.description, mime, data), _uuid(object_key(reference.binary.id)))
    return segments, lines


def _plain(content: bytes) -> bytes:
    try:
        return unpacked(content, _MOST_BYTES)
    except BadInput as error:
        raise NotConvertible(f"an attached file is packed: {error}") from None


def _uuid(key: str) -> str:
    low = key.lower()
    return f"{low[:8]}-{low[8:12]}-{low[12:16]}-{low[16:20]}-{low[20:]}" if len(low) == 32 else ""


def references_of(
    segments: Iterable[Segment], new_id: Callable[[], str], lose: Lose
) -> tuple[list[Reference], list[BinaryObject], list[Line]]:
    """The attachments of a message as references of a letter, the files to send after it, and lines of text
    for links that ten references have no room for.

    Errors: ``NotConvertible`` for more than ten files.
    """
    references: list[Reference] = []
    links: list[Reference] = []
    files: list[BinaryObject] = []
    lines: list[Line] = []
    for number, segment in enumerate(segments):
        attachment = segment.attachment
        if attachment is None:
            continue
        where = f"attachment[{number}]"
        if len(attachment.title) > _MOST_DESCRIPTION:
            lose(Lost(f"{where}.title", f"a description has at most {_MOST_DESCRIPTION} characters", LETTER))
        title = one_line(attachment.title)[:_MOST_DESCRIPTION] or "Bilag"
        if attachment.creation:
            lose(Lost(f"{where}.creation", "a letter does not say when a file was made", LETTER))
        if attachment.data:
            file = _file(segment, attachment, new_id, where, lose)
            files.append(file)
            binary = BinaryReference(file.id, file.code, file.extension, len(file.content))
            references.append(Reference(title, None, binary))
        elif attachment.url:
            links.append(Reference(title, attachment.url))
    if len(files) > MOST_REFERENCES:
        raise NotConvertible(
            f"the message has {len(files)} attached files; a letter refers to {MOST_REFERENCES} at most: "
            "send fewer in one message"
        )
    for link in links:
        url = link.url or ""
        if len(references) < MOST_REFERENCES and len(url) <= _MOST_URL:
            references.append(link)
        else:
            lines.append((Label.LINK, f"{link.description} {url}"))
    return references, files, lines


def _file(
    segment: Segment, attachment: Attachment, new_id: Callable[[], str], where: str, lose: Lose
) -> BinaryObject:
    extension = _EXTENSIONS.get(attachment.content_type or "")
    if extension is None:
        lose(Lost(f"{where}.contentType", "letters have no file extension for it", LETTER))
        extension = "bin"
    identifier = segment.identifier if is_uuid(segment.identifier) else new_id()
    code = OBJECT_CODE_OF[extension]
    return BinaryObject(identifier.replace("-", ""), code, extension, attachment.data or b"")


def one_line(text: str) -> str:
    """A text that a field of one line can hold: line breaks and tabs count as blanks."""
    return " ".join(text.split()) if any(c in text for c in "\r\n\t") else text
