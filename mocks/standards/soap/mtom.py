"""Attachments of SOAP messages by MTOM: a multipart body whose first part is the envelope.

In the envelope an ``xop:Include`` stands where the content belongs, and names its part by content id.
Without attachments a message is the envelope alone, and both readers here take that too.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import quote, unquote

from lxml import etree

from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import CLIENT, SoapProblem

XOP = "http://www.w3.org/2004/08/xop/include"
#: A look-up retrieves some ten documents at most.
MAX_PARTS = 1_000
MAX_HEADER_BYTES = 8_192
_ROOT_ID = "envelope@tvaers"


def read(content_type: str, data: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The envelope, and the contents of the other parts by their content id.

    ``content_type`` is the header of the message; other than ``multipart/related``, ``data`` is the envelope.
    Errors: ``SoapProblem`` for a multipart body that is not one, without the envelope, with a part twice,
    or with more than ``MAX_PARTS`` parts.
    """
    if not is_multipart(content_type):
        return data, {}
    boundary = parameter(content_type, "boundary")
    if not 0 < len(boundary) <= 200 or not boundary.isascii():
        raise SoapProblem(CLIENT, "the multipart content type names no boundary that can be read")
    parts = _parts(data, b"--" + boundary.encode())
    start = parameter(content_type, "start").strip("<>")
    if not parts:
        raise SoapProblem(CLIENT, "the multipart body has no part")
    root_id = start if start else next(iter(parts))
    root = parts.pop(root_id, None)
    if root is None:
        raise SoapProblem(CLIENT, "the part that the content type names as its start is not there")
    return root, parts


def is_multipart(content_type: str) -> bool:
    """Whether a message of this content type has parts."""
    return content_type.lstrip()[:17].lower() == "multipart/related"


def parameter(content_type: str, name: str) -> str:
    """A parameter of a content type, without its quotation marks; empty where it is absent."""
    found = re.search(rf';\s*{name}\s*=\s*(?:"([^"]*)"|([^\s;"]+))', content_type, re.IGNORECASE)
    return "" if found is None else found[1] or found[2] or ""


def _parts(data: bytes, mark: bytes) -> dict[str, bytes]:
    """The parts by content id; the first may be without one, and then has the id ''."""
    parts: dict[str, bytes] = {}
    begin = -1
    at = data.find(mark)
    while at >= 0:
        found = _AFTER_MARK.match(data, at + len(mark))
        if found is None or (at and data[at - 1] != _LINE_END):
            at = data.find(mark, at + 1)
            continue  # the characters of the boundary within a line are content
        if begin >= 0:
            if len(parts) == MAX_PARTS:
                raise SoapProblem(CLIENT, f"the message has more than {MAX_PARTS} parts")
            end = at - 2 if data[at - 2 : at] == b"\r\n" else at - 1
            name, content = _part(data, begin, max(begin, end))
            if name in parts or (parts and not name):
                raise SoapProblem(CLIENT, "a part of the message has no content id, or that of another part")
            parts[name] = content
        if found[1]:
            return parts
        begin = found.end()
        at = data.find(mark, begin)
    raise SoapProblem(CLIENT, "the multipart body ends before its last boundary")


_LINE_END = ord("\n")
#: What stands behind a boundary; compiled once, as every message has a boundary of its own.
_AFTER_MARK = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")


def _part(data: bytes, start: int, end: int) -> tuple[str, bytes]:
    """Content id and content of the part in ``data[start:end]``."""
    head_end, content = _head(data, start, end)
    fields: dict[str, str] = {}
    for line in re.split(r"\r?\n(?![ \t])", data[start:head_end].decode("latin-1")):
        key, _, value = line.partition(":")
        fields[key.strip().lower()] = value.strip()
    body = data[content:end]
    encoding = fields.get("content-transfer-encoding", "binary").lower()
    if encoding == "base64":
        body = _unbase64(body)
    elif encoding not in ("binary", "8bit", "7bit"):
        raise SoapProblem(CLIENT, f"transfer encoding {encoding[:20]!r} is not read; send parts as binary")
    return fields.get("content-id", "").strip("<>"), body


def _head(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the header lines of a part end, and where its content starts."""
    for blank in (b"\r\n", b"\n"):
        if data.startswith(blank, start):
            return start, start + len(blank)
    most = min(end, start + MAX_HEADER_BYTES)
    found = re.compile(rb"\r?\n\r?\n").search(data, start, most)
    if found is None:
        raise SoapProblem(CLIENT, f"a part has no blank line within {MAX_HEADER_BYTES} bytes")
    return found.start(), found.end()


def content_of(element: etree._Element, parts: Mapping[str, bytes]) -> bytes:
    """The bytes that an element of base64 stands for: an included part, or its own text.

    Errors: ``SoapProblem`` for a part that is not there and for text that is not base64.
    """
    include = element.find(f"{{{XOP}}}Include")
    if include is None:
        return _unbase64((element.text or "").encode())
    href = include.get("href", "")
    name = unquote(href[4:]) if href[:4].lower() == "cid:" else ""
    content = parts.get(name, parts.get(href[4:])) if name else None
    if content is None:
        raise SoapProblem(CLIENT, "an Include names a part that is not in the message")
    return content


def _unbase64(text: bytes) -> bytes:
    try:
        return b64decode(b"".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise SoapProblem(CLIENT, "the content is neither an included part nor base64") from None


def include(name: str) -> bytes:
    """The element that stands for the part with this content id."""
    return f'<xop:Include xmlns:xop="{XOP}" href="cid:{quote(name, safe="@")}"/>'.encode()


def inline(content: bytes) -> bytes:
    """The content as base64, for a message without attachments."""
    return b64encode(content)


def write(
    root: bytes,
    parts: Mapping[str, bytes],
    *,
    version: SoapVersion = SoapVersion.SOAP12,
    action: str = "",
    content_type: str = "application/octet-stream",
) -> tuple[str, bytes]:
    """Content type and body of a message with attachments; ``content_type`` is that of the parts."""
    boundary = _boundary(root, parts)
    kind = version.content_type
    what = f'; action="{action}"' if action and version is SoapVersion.SOAP12 else ""
    chunks = [
        f"--{boundary}\r\nContent-Type: application/xop+xml; charset=UTF-8; "
        f'type="{kind}"\r\nContent-Transfer-Encoding: binary\r\n'
        f"Content-ID: <{_ROOT_ID}>\r\n\r\n".encode(),
        root,
    ]
    for name, content in parts.items():
        chunks += [
            f"\r\n--{boundary}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: binary\r\n"
            f"Content-ID: <{name}>\r\n\r\n".encode(),
            content,
        ]
    chunks.append(f"\r\n--{boundary}--\r\n".encode())
    header = (
        f'multipart/related; type="application/xop+xml"; start="<{_ROOT_ID}>"; '
        f'start-info="{kind}"; boundary="{boundary}"{what}'
    )
    return header, b"".join(chunks)


def _boundary(root: bytes, parts: Mapping[str, bytes]) -> str:
    """A boundary that stands in none of the contents: the same contents give the same one."""
    seed = sha256(root[:65_536] + len(root).to_bytes(8, "big"))
    while True:
        boundary = f"uuid:{seed.hexdigest()[:32]}"
        mark = boundary.encode()
        if mark not in root and not any(mark in content for content in parts.values()):
            return boundary
        seed.update(mark)
