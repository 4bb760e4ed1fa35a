"""What OIOXML letters and their receipts have in common: moments without a time zone, envelope, head."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

import msgspec
from lxml import etree

from mocks.runtime import COPENHAGEN
from mocks.standards.oioxml_parties import coded, filled
from mocks.standards.profiles.oioxml_parts import LETTER_STATUSES

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
