"""Attachments that were packed with gzip before they were sent: told by their first bytes, unpacked with a limit.

No standard announces it, and the official example of XBIN01 does it; so whoever shows an attachment looks first.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from mocks.errors import BadInput

_MAGIC = b"\x1f\x8b\x08"
_STEP = 1024 * 1024


class BrokenGzip(BadInput):
    """It starts like gzip and cannot be unpacked."""


class TooLarge(BadInput):
    """Unpacked it would be larger than allowed."""


def is_gzip(content: bytes) -> bool:
    """Whether ``content`` starts like a gzip file."""
    return content.startswith(_MAGIC)


def unpack(content: bytes, most: int) -> bytes:
    """The file in ``content``, at most ``most`` bytes."""
    return b"".join(_pieces(content, most))


def measure(content: bytes, most: int) -> int:
    """How many bytes ``content`` unpacks to, without keeping them; at most ``most``."""
    return sum(map(len, _pieces(content, most)))


def _pieces(content: bytes, most: int) -> Iterator[bytes]:
    """The file piece by piece. A gzip file may consist of several members, one after the other."""
    size, rest = 0, content
    while rest:
        member = zlib.decompressobj(wbits=31)
        try:
            while not member.eof:
                piece = member.decompress(rest, _STEP)
                rest = member.unconsumed_tail
                size += len(piece)
                if size > most:
                    raise TooLarge(f"the attachment unpacks to more than {most} bytes: send it apart")
                if not piece and not rest and not member.eof:
                    raise BrokenGzip("the packed attachment ends too early: send it complete")
                yield piece
        except zlib.error as reason:
            raise BrokenGzip(f"the attachment starts like gzip and is not: {reason}") from None
        rest = member.unused_data.lstrip(b"\0")
