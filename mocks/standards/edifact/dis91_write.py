"""Writing a correspondence letter as DIS91: strict, and in the order of the standard.

What would lose characters or references is refused; ``carrying.carried`` gives the letter as EDIFACT can
carry it. For each letter that ``write`` takes, ``read(write(letter)) == carried(letter).letter``.
"""

from __future__ import annotations

from collections.abc import Mapping

from mocks.errors import BadInput
from mocks.standards.clinical_email_records import ClinicalEmail, Reference
from mocks.standards.edifact import codes
from mocks.standards.edifact.carrying import MOST_URL_COMPONENTS
from mocks.standards.edifact.free_text import MOST_FTX, value_components, write_formatted
from mocks.standards.edifact.interchange import sized, write_interchange, write_moment
from mocks.standards.edifact.parties import (
    NAME,
    PHONE,
    write_adr,
    write_nad,
    write_pna,
    write_spr,
)
from mocks.standards.edifact.segment_write import segment
from mocks.standards.formatted_text import FormattedText

#: Segment groups S14 for text, as many as XDIS91 has blocks; and how many references they take.
MOST_GROUPS = 10
MOST_REFERENCES = 18


def write(letter: ClinicalEmail) -> bytes:
    """The letter as an interchange in ISO-8859-1.

    ``BadInput`` for what the standard does not allow, for characters that ISO-8859-1 does not have, and for
    a text of more lines than ten segment groups hold. Names of organisations and streets are cut at 35
    characters, as senders do.
    """
    authorised = ("203", write_moment(letter.authorised))
    reference = sized(letter.letter_id, 14, "the letter identifier")
    body = [
        segment("BGM", "EPI", "", "9", "NA"),
        segment("DTM", ("137", *authorised[::-1])),
        segment("S01", "01"),
        write_nad("SSP", letter.sender, "sender"),
        *write_adr(letter.sender),
        *([segment("CON", "", (letter.sender.phone[:PHONE], "TE"))] if letter.sender.phone else ()),
        segment("SEQ", "", "1"),
        write_spr(letter.sender.speciality, "DIS91"),
        segment("S01", "01"),
        write_nad("PO", letter.receiver, "receiver"),
        *write_adr(letter.receiver),
        segment("SEQ", "", "2"),
        segment("S02", "02"),
        segment("GIS", _coded(letter.status, codes.LETTER_STATUSES, "status")),
        segment("RFF", ("SRI", reference)),
    ]
    if letter.priority is not None:
        body.append(segment("RFF", (_coded(letter.priority, codes.PRIORITIES, "priority"), "NC")))
    body += [
        segment("DTM", ("182", *authorised[::-1])),
        segment("S07", "07"),
        *write_pna(letter.patient),
        *write_adr(letter.patient),
    ]
    if letter.patient.occupation:
        body.append(segment("EMP", "1", "", ("", "", "", letter.patient.occupation[:NAME])))
    episode = (
        ("AHI", "1") if letter.episode is None else ("REI", sized(letter.episode, 35, "the episode of care"))
    )
    status = _coded(letter.patient.episode_status, codes.EPISODE_STATUSES, "status of the episode of care")
    body += [
        segment("S11", "11"),
        segment("GIS", "N"),
        segment("RFF", episode),
        segment("SEQ", "", "1"),
        segment("PAS", status),
        *_text_groups(letter),
        *_reference_groups(letter.references),
    ]
    return write_interchange(
        sender=letter.sender.gln,
        receiver=letter.receiver.gln,
        sent=letter.sent,
        reference=letter.envelope_id,
        receipt=letter.wants_receipt,
        messages=((reference, ("MEDDIS", "D", "93A", "UN", "D9134L"), "DIS91", tuple(body)),),
    )


def _coded(value: str, known: Mapping[str, str], what: str) -> str:
    if value not in known:
        raise BadInput(f"the {what} {value[:40]!r} has no code in DIS91: use one of {', '.join(known)}")
    return known[value]


def _text_groups(letter: ClinicalEmail) -> list[str]:
    """The segment groups S14 of subject and text; nine FTX go into each."""
    text = letter.text if letter.styles else letter.text.replace("\r\n", "\n").replace("\r", "\n")
    free = write_formatted("NC", FormattedText(text, letter.styles)) if text else []
    if letter.subject is not None:
        free.insert(0, segment("FTX", "OE", "P00", "", sized(letter.subject, 70, "the subject")))
    if len(free) > MOST_GROUPS * MOST_FTX:
        raise BadInput(
            f"subject and text take {len(free)} FTX of five lines; a letter carries {MOST_GROUPS * MOST_FTX}: "
            "shorten it, divide it between letters, or send it as an attachment"
        )
    out = []
    for at in range(0, len(free), MOST_FTX):
        out += [segment("S14", "14"), *free[at : at + MOST_FTX]]
    return out


def _reference_groups(references: tuple[Reference, ...]) -> list[str]:
    if len(references) > MOST_REFERENCES:
        raise BadInput(
            f"a letter takes {MOST_REFERENCES} references, not {len(references)}: send two letters"
        )
    out = []
    for at in range(0, len(references), MOST_FTX):
        out += [segment("S14", "14"), *map(_write_reference, references[at : at + MOST_FTX])]
    return out


def _write_reference(reference: Reference) -> str:
    description = sized(reference.description, 70, "the description of a reference")
    if reference.url is not None and reference.binary is not None:
        raise BadInput("a reference is a web address or an attachment: make two of it")
    if reference.url is not None:
        parts = value_components(sized(reference.url, 350, "the web address of a reference"))
        if len(parts) > MOST_URL_COMPONENTS:
            raise BadInput(
                f"the web address of a reference has {len(reference.url)} characters; EDIFACT carries about 275"
            )
        return segment("FTX", "URL", "P00", "", (description, *parts))
    if (binary := reference.binary) is not None:
        if binary.size < 1:
            raise BadInput(f"an attachment has at least one byte, this one {binary.size}")
        known = (
            description,
            sized(binary.id, 35, "an object identifier (a UUID without dashes)"),
            _coded(binary.code, codes.OBJECT_CODES, "kind of attachment"),
            _coded(binary.extension, codes.OBJECT_EXTENSIONS, "file extension"),
            str(binary.size),
        )
        return segment("FTX", "BIN", "P00", "", known)
    return segment("FTX", "SUP", "P00", "", description)
