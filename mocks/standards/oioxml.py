"""What OIOXML letters and their receipts have in common: moments without a time zone, and formatted text.

Text in OIOXML knows only one line break, the element ``Break``; a line break among the characters is
layout of the file. Here text is an ordinary string whose lines are joined by newlines.
"""

from __future__ import annotations

import re
from datetime import datetime
from types import MappingProxyType
from typing import cast

import msgspec
from lxml import etree

from mocks.errors import BadInput
from mocks.runtime import COPENHAGEN
from mocks.standards.oioxml_parties import coded, filled
from mocks.standards.profiles.oioxml_parts import BLOCK_LENGTH, LETTER_STATUSES
from mocks.standards.profiles.xdis91 import MOST_BLOCKS
from mocks.standards.safe_xml import escape

# Moments ----------------------------------------------------------------------------------------------


def read_moment(node: etree._Element) -> datetime:
    """Date and Time of an OIOXML element: Danish local time. ``ValueError`` when it is something else."""
    day, time = (node[0].text or "").strip(), (node[1].text or "").strip()
    if len(day) != 10 or len(time) != 5:
        raise ValueError("not a date and a time of day")
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=COPENHAGEN)


def write_moment(when: datetime) -> str:
    """Date and Time elements, in Danish local time; a naive moment counts as that."""
    if when.tzinfo is not None:
        when = when.astimezone(COPENHAGEN)
    stamp = when.isoformat(timespec="minutes")
    return f"<Date>{stamp[:10]}</Date><Time>{stamp[11:16]}</Time>"


# Envelope and head of a letter -------------------------------------------------------------------------


class Envelope(msgspec.Struct, frozen=True):
    """The inner envelope of a letter: its identifier, when it was sent, whether it wants a receipt."""

    id: str
    sent: datetime
    wants_receipt: bool


_WANTS = MappingProxyType({"pluspositivkvitt": True, "minuspositivkvitt": False})


def read_envelope(given: dict[str, etree._Element]) -> Envelope:
    """The envelope whose elements are ``given``. ``LookupError`` or ``ValueError`` where one is wrong."""
    return Envelope(
        value_of(given["Identifier"]),
        read_moment(given["Sent"]),
        _WANTS[value_of(given["AcknowledgementCode"])],
    )


def value_of(node: etree._Element) -> str:
    """The text of an element, without white space around it. ``ValueError`` when there is none."""
    value = (node.text or "").strip()
    if not value:
        raise ValueError(f"{node.tag} is empty")
    return value


def write_envelope(identifier: str, sent: datetime, wants_receipt: bool) -> str:
    """The Envelope element."""
    return (
        f"<Envelope><Sent>{write_moment(sent)}</Sent><Identifier>"
        f"{filled(identifier, 14, 'the envelope identifier')}</Identifier><AcknowledgementCode>"
        f"{'plus' if wants_receipt else 'minus'}positivkvitt</AcknowledgementCode></Envelope>"
    )


def write_letter_head(
    identifier: str, version: str, kind: str, authorised: datetime, status: str, more: str = ""
) -> str:
    """The Letter element; ``more`` is what says to which episode of care it belongs."""
    return (
        f"<Letter><Identifier>{filled(identifier, 14, 'the letter identifier')}</Identifier><VersionCode>"
        f"{version}</VersionCode><StatisticalCode>{kind}</StatisticalCode><Authorisation>"
        f"{write_moment(authorised)}</Authorisation><TypeCode>{kind}</TypeCode><StatusCode>"
        f"{coded(status, LETTER_STATUSES, 'StatusCode', version)}</StatusCode>{more}</Letter>"
    )


def write_emessage(namespace: str, envelope: str, root: str, content: str) -> tuple[bytes, bytes]:
    """The file up to the end of ``content``, and what closes it. ISO-8859-1, with numeric references for
    other characters."""
    start = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<Emessage xmlns="{namespace}">{envelope}<{root}>{content}'
    return start.encode("iso-8859-1", "xmlcharrefreplace"), f"</{root}></Emessage>".encode("ascii")


# Text -------------------------------------------------------------------------------------------------

#: Stands for a Break while the pieces are joined; XML cannot carry this character.
_BREAK = "\v"
_LAYOUT_AT_EDGE = re.compile(r"(?:\A|(?<=\v))[ \t]*\n[ \t\n]*|[ \t]*\n[ \t\n]*(?=\v|\Z)")
_LAYOUT = re.compile(r"[ \t]*\n[ \t\n]*")
_ESCAPED_MARKUP = re.compile(r"<(Break|Space)\s*/>")
_FRAGILE_SPACE = re.compile(r"^ | $|(?<= ) ", re.MULTILINE)


def plain(node: etree._Element) -> str:
    """The text of a FormattedText or BreakableText element, without its formatting.

    Line breaks among the characters are layout and count as one space, or as nothing beside a ``Break``.
    Some senders escape their markup once too often: a literal ``<Break/>`` or ``<Space/>`` is understood.
    """
    if len(node):
        pieces: list[str] = []
        _gather(node, pieces)
        text = "".join(pieces)
    else:
        text = node.text or ""
    if "\n" in text:
        text = _LAYOUT.sub(" ", _LAYOUT_AT_EDGE.sub("", text))
    if "<" in text:
        text = _ESCAPED_MARKUP.sub(lambda found: _BREAK if found.group(1) == "Break" else " ", text)
    return text.replace(_BREAK, "\n")


def has_escaped_markup(node: etree._Element) -> bool:
    """Whether markup stands in the text as characters instead of elements."""
    return _ESCAPED_MARKUP.search(_characters(node)) is not None


def is_longer(node: etree._Element, most: int) -> int:
    """The length of the text of ``node`` if that is above ``most``, else 0; quick for what is short."""
    at_most = len(_characters(node)) + int(cast(float, _MARKUP(node)))
    return length if at_most > most and (length := len(plain(node))) > most else 0


def _characters(node: etree._Element) -> str:
    return cast(str, _CHARACTERS(node))


_CHARACTERS = etree.XPath("string(.)", smart_strings=False)
_MARKUP = etree.XPath("count(.//*)")


def _gather(node: etree._Element, pieces: list[str]) -> None:
    if node.text:
        pieces.append(node.text)
    for child in node:
        tag = child.tag
        if tag.endswith("}Break"):
            pieces.append(_BREAK)
        elif tag.endswith("}Space"):
            pieces.append(" ")
        else:
            _gather(child, pieces)
        if child.tail:
            pieces.append(child.tail)


def markup(text: str) -> str:
    """``text`` as FormattedText: ``Break`` for newlines, ``Space`` where a plain space would get lost."""
    text = escape(text)
    if "  " in text or " \n" in text or "\n " in text or text[:1] == " " or text[-1:] == " ":
        text = _FRAGILE_SPACE.sub("<Space/>", text)
    return text.replace("\n", "<Break/>")


def blocks(text: str) -> list[str]:
    """``text`` in pieces of at most 3150 characters that, joined, give the text again.

    Pieces end at a line or a word where that does not make them more than ten. ``BadInput`` for a text
    that ten pieces cannot hold.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) <= BLOCK_LENGTH:
        return [text] if text else []
    if len(text) > BLOCK_LENGTH * MOST_BLOCKS:
        raise BadInput(
            f"the text has {len(text)} characters; a letter carries {BLOCK_LENGTH * MOST_BLOCKS} at most: "
            "shorten it, divide it between letters, or send it as an attachment"
        )
    pieces: list[str] = []
    start = 0
    while start < len(text):
        end = start + BLOCK_LENGTH
        if end < len(text):
            line = text.rfind("\n", start + BLOCK_LENGTH // 2, end) + 1
            end = line or text.rfind(" ", start + BLOCK_LENGTH // 2, end) + 1 or end
        pieces.append(text[start:end])
        start = end
    if len(pieces) > MOST_BLOCKS:
        return [text[at : at + BLOCK_LENGTH] for at in range(0, len(text), BLOCK_LENGTH)]
    return pieces
