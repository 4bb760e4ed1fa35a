"""The SOAP envelope, read and written, with the headers of WS-Addressing that the field's services use.

DGWS services speak SOAP 1.1 and name their operation in ``SOAPAction``; document sharing (IHE XDS) speaks
SOAP 1.2 with WS-Addressing. One reader takes both.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from lxml import etree

from mocks.errors import Malformed
from mocks.standards import safe_xml
from mocks.standards.safe_xml import escape
from mocks.standards.soap.faults import CLIENT, MUST_UNDERSTAND, VERSION_MISMATCH, SoapProblem

WSA = "http://www.w3.org/2005/08/addressing"
ANONYMOUS = f"{WSA}/anonymous"
#: An envelope without its attachments: a registration of five hundred log entries has about one megabyte.
MAX_BYTES = 20_000_000


class SoapVersion(StrEnum):
    """The value is the envelope's namespace."""

    SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
    SOAP12 = "http://www.w3.org/2003/05/soap-envelope"

    @property
    def content_type(self) -> str:
        """The media type of a message without attachments."""
        return "text/xml" if self is SoapVersion.SOAP11 else "application/soap+xml"


@dataclass(frozen=True)
class Envelope:
    """A message. ``header`` is the Header element, if there is one; ``body`` the first element in Body,
    ``None`` where Body is empty. The texts are those of WS-Addressing, empty where they are absent.
    """

    version: SoapVersion
    header: etree._Element | None
    body: etree._Element | None

    def headers(self, name: str) -> list[etree._Element]:
        """The header blocks of that name, ``{namespace}local``, in their order."""
        return list(self._blocks.get(name, ()))

    @cached_property
    def _blocks(self) -> dict[str, list[etree._Element]]:
        """The header blocks by name: a service looks for half a dozen of them."""
        found: dict[str, list[etree._Element]] = {}
        for block in () if self.header is None else self.header:
            found.setdefault(str(block.tag), []).append(block)
        return found

    @cached_property
    def action(self) -> str:
        return self._addressed("Action")

    @cached_property
    def message_id(self) -> str:
        return self._addressed("MessageID")

    @cached_property
    def relates_to(self) -> str:
        return self._addressed("RelatesTo")

    @cached_property
    def to(self) -> str:
        return self._addressed("To")

    def _addressed(self, name: str) -> str:
        found = self.headers(f"{{{WSA}}}{name}")
        if len(found) > 1:
            raise SoapProblem(CLIENT, f"the header wsa:{name} stands there {len(found)} times; once is right")
        return (found[0].text or "").strip() if found else ""

    def require_understood(self, understood: Container[str]) -> None:
        """``SoapProblem`` for a header block that must be understood and is not in ``understood``
        (``{namespace}local``). WS-Addressing is always understood; blocks for other actors are theirs.
        """
        space = f"{{{self.version}}}"
        role = "actor" if self.version is SoapVersion.SOAP11 else "role"
        for block in () if self.header is None else self.header:
            if block.get(f"{space}mustUnderstand") not in ("1", "true"):
                continue
            if (block.get(f"{space}{role}") or _NEXT[0]) not in _NEXT:
                continue
            if block.tag not in understood and not str(block.tag).startswith(f"{{{WSA}}}"):
                name = etree.QName(block)
                raise SoapProblem(
                    MUST_UNDERSTAND,
                    f"the header {name.localname} of {name.namespace or 'no namespace'} is not understood here",
                )


_NEXT = (
    "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
    "http://www.w3.org/2003/05/soap-envelope/role/next",
    "http://schemas.xmlsoap.org/soap/actor/next",
)
_TAGS = {f"{{{version}}}Envelope": version for version in SoapVersion}
_PARTS = {version: (f"{{{version}}}Header", f"{{{version}}}Body") for version in SoapVersion}


def read(data: bytes) -> Envelope:
    """The envelope in ``data``.

    Errors: ``SoapProblem``, with code ``VersionMismatch`` for an envelope of another kind of SOAP, and
    ``Client`` for everything else: no XML, too large or too deep, a document type, no Body, several bodies.
    """
    if len(data) > MAX_BYTES:
        raise SoapProblem(CLIENT, f"the envelope has {len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        root = safe_xml.parse(data).root
    except Malformed as error:
        raise SoapProblem(CLIENT, str(error)) from None
    version = _TAGS.get(str(root.tag))
    if version is None:
        name = etree.QName(root)
        if name.localname == "Envelope":
            raise SoapProblem(VERSION_MISMATCH, "the envelope is neither of SOAP 1.1 nor of SOAP 1.2")
        raise SoapProblem(CLIENT, f"the document is {name.localname}, not a SOAP envelope")
    header = body = None
    header_tag, body_tag = _PARTS[version]
    for child in root:
        if child.tag == body_tag and body is None:
            body = child
        elif child.tag == header_tag and header is None and body is None:
            header = child
        else:
            local = etree.QName(child).localname
            raise SoapProblem(CLIENT, f"{local} cannot stand there: an envelope is one Header and one Body")
    if body is None:
        raise SoapProblem(CLIENT, "the envelope has no Body")
    if len(body) > 1:
        raise SoapProblem(CLIENT, f"Body holds {len(body)} elements; one is right")
    return Envelope(version, header, body[0] if len(body) else None)


def write(
    version: SoapVersion,
    body: bytes,
    *,
    headers: Iterable[bytes] = (),
    action: str = "",
    message_id: str = "",
    relates_to: str = "",
    to: str = "",
) -> bytes:
    """An envelope in UTF-8 around ``body`` and ``headers``, which are complete elements with their own
    namespaces. The headers of WS-Addressing are written for the values that are given.
    """
    parts = [f'<soap:Envelope xmlns:soap="{version}">'.encode()]
    addressed = [
        f'<wsa:{name} xmlns:wsa="{WSA}">{escape(value)}</wsa:{name}>'.encode()
        for name, value in (
            ("Action", action),
            ("MessageID", message_id),
            ("RelatesTo", relates_to),
            ("To", to),
        )
        if value
    ]
    blocks: Sequence[bytes] = [*addressed, *headers]
    if blocks:
        parts += [b"<soap:Header>", *blocks, b"</soap:Header>"]
    parts += [b"<soap:Body>", body, b"</soap:Body></soap:Envelope>"]
    return b"".join(parts)
