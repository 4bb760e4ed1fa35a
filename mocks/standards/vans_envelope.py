"""The VANSEnvelope: the cover in which every message travels between two systems.

VANS operators are the post offices of health messaging. The cover names sender and receiver, says what
is inside without opening it, and carries the message as base64. The answer to a message is a second
envelope with a ``Receipt`` instead: positive, negative (the receiver could not use the message), or
negative from the VANS operator (it could not be delivered).

Two identifiers matter: that of the *envelope* is new for each sending, that of the *message*
(``MetaInformation/Identifier``) stays when the same message is sent again.

``read`` takes what receivers in the field take; ``write`` is strict; ``check`` says everything that is
wrong. Source: MedCom's schema ``urn:oio:medcom:vans-envelope:1.0.4`` and its governance for network
envelopes and reliable messaging.
"""

from __future__ import annotations

import binascii
from datetime import datetime
from enum import StrEnum

import msgspec
from lxml import etree

from mocks.errors import BadInput, Malformed
from mocks.runtime import COPENHAGEN
from mocks.standards import safe_xml
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles.vans_envelope import NAMES, NAMESPACE
from mocks.standards.profiles.vans_rules import UNREADABLE, UUID, check_document
from mocks.standards.profiles.xml_types import decode_base64
from mocks.standards.safe_xml import escape, escape_attribute

_NS = f"{{{NAMESPACE}}}"


class EndPointKind(StrEnum):
    """How a sender or receiver is named. A SOR id is not among them."""

    EAN = "EAN"  # a lokationsnummer (GLN)
    CVR = "CVR"
    VANS = "VANS"  # the operator itself, as sender of a NegativeVans


class ReceiptKind(StrEnum):
    """Which answer a receipt is; the values are the element names."""

    POSITIVE = "PositiveMessage"
    NEGATIVE = "NegativeMessage"
    NEGATIVE_VANS = "NegativeVans"


class EndPoint(msgspec.Struct, frozen=True):
    """Sender or receiver."""

    kind: EndPointKind
    id: str


class Document(msgspec.Struct, frozen=True):
    """What is inside: ``format`` is XML, EDIFACT, HL7, Binary or Other; ``name`` as ``MCM:XDIS91`` or
    ``MCM:FDIS91#carecoordination``; ``size`` counts the bytes before base64."""

    format: str
    name: str
    version: str | None
    size: int


class Transport(msgspec.Struct, frozen=True):
    """How it travels: ``kind`` ``reliable`` (also when ``None``) asks for a receipt, ``unreliable`` does not.

    ``transform`` allows VANS to convert the content; ``tags`` are (name, value) pairs, at most five.
    """

    kind: str | None = None
    transform: bool = False
    tags: tuple[tuple[str, str], ...] = ()


class MetaInformation(msgspec.Struct, frozen=True):
    """The label of a message; a receipt repeats it. ``processing`` is (provider, service) of a process."""

    identifier: str
    document: Document
    processing: tuple[str, str] | None = None
    transport: Transport | None = None

    @property
    def wants_receipt(self) -> bool:
        """Reliable messaging is the default: only ``unreliable`` switches the receipt off."""
        return self.transport is None or self.transport.kind != "unreliable"


class Receipt(msgspec.Struct, frozen=True):
    """The answer to an envelope. ``original`` may be missing only in a NegativeVans; a positive one has
    no error. ``error_code`` has no public code list."""

    kind: ReceiptKind
    original_envelope: str
    original: MetaInformation | None = None
    error_code: int | None = None
    error_text: str | None = None


class Envelope(msgspec.Struct, frozen=True):
    """One envelope: either ``meta`` and ``data`` (a message), or ``receipt``.

    ``sent`` is aware: with the offset that was written, or in Danish local time where none was.
    """

    sender: EndPoint
    receiver: EndPoint
    identifier: str
    sent: datetime
    meta: MetaInformation | None = None
    data: bytes | None = None
    receipt: Receipt | None = None


# Reading ----------------------------------------------------------------------------------------------


def read(raw: bytes) -> Envelope:
    """The envelope in ``raw``. ``Malformed`` (with findings) when it cannot be understood.

    Lenient as receivers in the field are: identifiers need not be UUIDs, the time zone may be missing,
    white space may stand in the base64, elements that are not needed may be wrong. What the label says of
    the content (size, name) is not compared here: ``check`` does that.
    """
    document = safe_xml.parse(raw, cut=b"Data")
    try:
        return _envelope(document)
    except (LookupError, ValueError, AttributeError, TypeError) as reason:
        wrong = [f for f in check_document(document) if f.severity is Severity.ERROR]
        if not wrong:
            wrong = [UNREADABLE.at("VANSEnvelope", f"the envelope cannot be read: {reason}")]
        raise Malformed(tuple(wrong)) from None


def _envelope(document: safe_xml.Document) -> Envelope:
    root = document.root
    if root.tag != f"{_NS}VANSEnvelope":
        raise ValueError("wrong root")
    found = NAMES.children(root)
    identifier = _filled(found["EnvelopeIdentifier"])
    sender = _endpoint(found["SenderID"])
    receiver = _endpoint(found["ReceiverID"])
    sent = _moment(_filled(found["SentDateTime"]))
    message = found.get("Message")
    if message is None:
        return Envelope(sender, receiver, identifier, sent, None, None, _receipt(found["Receipt"]))
    inner = NAMES.children(message)
    meta = _meta(inner["MetaInformation"])
    data = inner["Data"]
    raw = document.data if document.data is not None else (data.text or "").encode("ascii")
    if len(data) or "Receipt" in found:
        raise ValueError("more than a message")
    return Envelope(sender, receiver, identifier, sent, meta, decode_base64(raw), None)


def _filled(node: etree._Element) -> str:
    value = (node.text or "").strip()
    if not value:
        raise ValueError(f"{node.tag} is empty")
    return value


def _endpoint(node: etree._Element) -> EndPoint:
    return EndPoint(_KINDS[node.get("EndPointType") or ""], _filled(node))


_KINDS: dict[str, EndPointKind] = {kind.value: kind for kind in EndPointKind}


def _moment(text: str) -> datetime:
    if len(text) < 19 or text[10] != "T":
        raise ValueError("no date and time")
    sent = datetime.fromisoformat(text)
    return sent if sent.tzinfo is not None else sent.replace(tzinfo=COPENHAGEN)


def _meta(node: etree._Element) -> MetaInformation:
    found = NAMES.children(node)
    inside = NAMES.children(found["Document"])
    version = inside.get("Version")
    processing = transport = None
    if len(found) > 2:
        if (process := found.get("Processing")) is not None:
            given = NAMES.children(process)
            processing = (
                _filled(given["ProviderIdentifier"]),
                _filled(given["ServiceIdentifier"]),
            )
        if (way := found.get("Transport")) is not None:
            transport = _transport(way)
    return MetaInformation(
        _filled(found["Identifier"]),
        Document(
            _filled(inside["Format"]),
            _filled(inside["Name"]),
            None if version is None else version.text,
            int(inside["SizeInBytes"].text or ""),
        ),
        processing,
        transport,
    )


def _transport(node: etree._Element) -> Transport:
    kind, transform, tags = None, False, []
    for child in node:
        name = NAMES.of[child.tag]
        if name == "TransformMessage":
            transform = (child.text or "").strip() in ("true", "1")
        elif name == "Type":
            kind = child.text
        elif name == "ServiceTag":
            tags.append((child.get("name") or "", child.text or ""))
    return Transport(kind, transform, tuple(tags))


def _receipt(node: etree._Element) -> Receipt:
    (answer,) = node
    kind = ReceiptKind(answer.tag.removeprefix(_NS))
    found = NAMES.children(answer)
    original = found.get("OriginalMessage")
    code = text = None
    if kind is not ReceiptKind.POSITIVE:
        reason = NAMES.children(found["Error"])
        text = reason["Description"].text
        if (number := reason.get("Code")) is not None:
            code = int(number.text or "")
    if original is None and kind is not ReceiptKind.NEGATIVE_VANS:
        raise KeyError("OriginalMessage")
    return Receipt(
        kind,
        _filled(found["OriginalEnvelopeIdentifier"]),
        None if original is None else _meta(original),
        code,
        text,
    )


# Writing ----------------------------------------------------------------------------------------------

_FORMATS = frozenset({"XML", "EDIFACT", "HL7", "Binary", "Other"})


def write(envelope: Envelope) -> bytes:
    """The envelope as UTF-8, sent time in Danish local time with its offset, to the second.

    ``BadInput`` when the envelope would break the schema, or when its label gives a wrong size.
    """
    sent = envelope.sent
    sent = sent.replace(tzinfo=COPENHAGEN) if sent.tzinfo is None else sent.astimezone(COPENHAGEN)
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<VANSEnvelope xmlns="{NAMESPACE}">'
        f"{_end(envelope.sender, 'SenderID')}{_end(envelope.receiver, 'ReceiverID')}"
        f"<EnvelopeIdentifier>{_uuid(envelope.identifier, 'EnvelopeIdentifier')}"
        f"</EnvelopeIdentifier><SentDateTime>{sent.isoformat(timespec='seconds')}</SentDateTime>"
    )
    meta, data, receipt = envelope.meta, envelope.data, envelope.receipt
    if receipt is not None:
        if meta is not None or data is not None:
            raise BadInput("an envelope holds a message or a receipt, not both: drop one of them")
        return f"{head}<Receipt>{_write_receipt(receipt)}</Receipt></VANSEnvelope>".encode()
    if meta is None or data is None:
        raise BadInput("an envelope without receipt needs both meta and data")
    if meta.document.size != len(data):
        raise BadInput(
            f"SizeInBytes is {meta.document.size}, and the data are {len(data)} bytes: give their length"
        )
    label = f"{head}<Message><MetaInformation>{_write_meta(meta)}</MetaInformation><Data>"
    return b"".join(
        (label.encode(), binascii.b2a_base64(data, newline=False), b"</Data></Message></VANSEnvelope>")
    )


def _end(endpoint: EndPoint, where: str) -> str:
    text = _text(" ".join(endpoint.id.split()), 18, where)
    return f'<{where} EndPointType="{endpoint.kind.value}">{text}</{where}>'


def _uuid(value: str, where: str) -> str:
    if UUID.fullmatch(value) is None:
        raise BadInput(
            f"{where} {value[:40]!r} is not a UUID with dashes: draw one for each envelope and message"
        )
    return value


def _text(value: str, most: int, where: str) -> str:
    if not 1 <= len(value) <= most:
        raise BadInput(f"{where} has {len(value)} characters: give 1 to {most}")
    return escape(value)


def _write_meta(meta: MetaInformation) -> str:
    document, processing, transport = meta.document, meta.processing, meta.transport
    if document.format not in _FORMATS:
        raise BadInput(f"Document/Format {document.format[:20]!r}: use one of {', '.join(sorted(_FORMATS))}")
    if not -(2**31) <= document.size < 2**31:
        raise BadInput(f"Document/SizeInBytes {document.size} does not fit the schema's 32 bits")
    process = (
        ""
        if processing is None
        else f"<Processing><ProviderIdentifier>{_text(processing[0], 255, 'ProviderIdentifier')}"
        f"</ProviderIdentifier><ServiceIdentifier>{_text(processing[1], 255, 'ServiceIdentifier')}"
        "</ServiceIdentifier></Processing>"
    )
    version = document.version
    versioned = "" if version is None else f"<Version>{_text(version, 255, 'Document/Version')}</Version>"
    return (
        f"<Identifier>{_uuid(meta.identifier, 'MetaInformation/Identifier')}</Identifier>{process}<Document>"
        f"<Format>{document.format}</Format><Name>{_text(document.name, 255, 'Document/Name')}</Name>"
        f"{versioned}<SizeInBytes>{document.size}</SizeInBytes></Document>"
        f"{'' if transport is None else _write_transport(transport)}"
    )


def _write_transport(transport: Transport) -> str:
    if transport.kind not in (None, "reliable", "unreliable"):
        raise BadInput(f"Transport/Type {transport.kind!r}: use reliable, unreliable, or leave it out")
    if len(transport.tags) > 5:
        raise BadInput(f"an envelope takes five ServiceTags, not {len(transport.tags)}")
    kind = "" if transport.kind is None else f"<Type>{transport.kind}</Type>"
    tags = "".join(
        f'<ServiceTag name="{escape_attribute(_named(name))}">{_text(value, 70, "ServiceTag")}</ServiceTag>'
        for name, value in transport.tags
    )
    transform = "true" if transport.transform else "false"
    return f"<Transport>{kind}<TransformMessage>{transform}</TransformMessage>{tags}</Transport>"


def _named(name: str) -> str:
    if not 1 <= len(name) <= 70:
        raise BadInput(f"the name of a ServiceTag has {len(name)} characters: give 1 to 70")
    return name


def _write_receipt(receipt: Receipt) -> str:
    kind, reason, original = receipt.kind, "", ""
    if kind is ReceiptKind.POSITIVE:
        if receipt.error_text is not None or receipt.error_code is not None:
            raise BadInput("a PositiveMessage carries no error: drop error_code and error_text")
    else:
        if receipt.error_code is not None and receipt.error_code < 1:
            raise BadInput(f"Error/Code {receipt.error_code} must be at least 1, or left out")
        code = "" if receipt.error_code is None else f"<Code>{receipt.error_code}</Code>"
        text = _text(receipt.error_text or "", 512, "Error/Description")
        reason = f"<Error>{code}<Description>{text}</Description></Error>"
    if receipt.original is not None:
        original = f"<OriginalMessage>{_write_meta(receipt.original)}</OriginalMessage>"
    elif kind is not ReceiptKind.NEGATIVE_VANS:
        raise BadInput(f"a {kind.value} repeats the label of the message: give original")
    return (
        f"<{kind.value}>{reason}<OriginalEnvelopeIdentifier>"
        f"{_uuid(receipt.original_envelope, 'OriginalEnvelopeIdentifier')}"
        f"</OriginalEnvelopeIdentifier>{original}</{kind.value}>"
    )


# Checking ---------------------------------------------------------------------------------------------


def check(raw: bytes) -> list[Finding]:
    """Everything that is wrong with the envelope itself; ``recognise.check_bytes`` opens it as well."""
    try:
        document = safe_xml.parse(raw, cut=b"Data")
    except Malformed as refused:
        return list(refused.findings)
    return check_document(document)
