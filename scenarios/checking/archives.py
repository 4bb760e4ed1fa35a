"""Zips with messages in them, opened in memory and never unpacked to disk.

An archive comes from outside like every message, so its directory is judged before anything is read:
how many members, how large, how much larger than their compressed form. What breaks a limit is refused
with a finding. An archive in an archive is opened; one inside that is not.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

import msgspec

from mocks.errors import Malformed
from mocks.standards.findings import Finding
from mocks.standards.rule import Rule

MOST_MEMBERS = 100_000
#: Bytes of the directory of an archive, which is read as a whole.
MOST_DIRECTORY = 32 * 1024 * 1024
#: Bytes of all members of an archive together, unpacked.
MOST_TOTAL = 50_000_000_000
#: How many times larger a member, or all together, may become, from ``_RATIO_FROM`` bytes on. Messages
#: reach about 30.
MOST_RATIO = 200
_RATIO_FROM = 1_000_000
#: An archive, and an archive in it.
MOST_LEVELS = 2
#: Bytes of an archive in an archive, which is held in memory.
MOST_NESTED = 100_000_000

_SOURCE = "tvaers: safe reading of archives"
_READABLE = Rule(
    id="zip-readable",
    statement="An archive can be read as a zip, and each member as its directory says.",
    source=_SOURCE,
    mend="Make the archive again; it may have been cut off on its way.",
)
_SIZE = Rule(
    id="zip-size",
    statement="An archive and its members stay within the sizes that are read.",
    source=_SOURCE,
    mend="Divide the archive, or check a folder of files.",
)
_RATIO = Rule(
    id="zip-ratio",
    statement=f"A member grows at most {MOST_RATIO}-fold when it is unpacked.",
    source=_SOURCE,
    mend="If the file is no trap, check it unpacked.",
)
_NESTING = Rule(
    id="zip-nesting",
    statement="An archive may hold archives, and those none.",
    source=_SOURCE,
    mend="Unpack the outer archive.",
)
_METHOD = Rule(
    id="zip-method",
    statement="Members are stored or deflated, and not encrypted.",
    source=_SOURCE,
    mend="Make the archive without a password, with ordinary compression.",
)
RULES = (_READABLE, _SIZE, _RATIO, _NESTING, _METHOD)

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
#: Members that tell a document or a program in the form of a zip from an archive of files.
_NO_ARCHIVE = {"[Content_Types].xml": "an Office document", "mimetype": "an OpenDocument or EPUB file",
               "META-INF/MANIFEST.MF": "a Java archive"}  # fmt: skip


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One member: its names and numbers from the outer archive in. ``size`` in bytes, unpacked.

    With ``refused`` or ``skipped`` it stands for what is not read; without names that is the archive itself.
    """

    names: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    size: int = 0
    skipped: str = ""
    refused: tuple[Finding, ...] = ()


def is_archive(start: bytes) -> bool:
    """Whether the first four bytes are those of a zip."""
    return start in _MAGIC


def members(path: str, most_bytes: int) -> Iterator[Member]:
    """The members of the archive at ``path``, in the order of their names."""
    yield from _members(path, (), (), most_bytes)


def content(path: str, numbers: tuple[int, ...]) -> bytes:
    """The bytes of a member that ``members`` gave. Errors: ``Malformed`` if they cannot be unpacked."""
    archive = _opened(path, numbers[:-1])
    try:
        return archive.read(archive.infolist()[numbers[-1]])
    except _BROKEN as problem:
        raise Malformed((_unreadable(problem),)) from None


def forget() -> None:
    """Close the archives that are kept open between two members."""
    _opened.cache_clear()


def _members(
    path: str, names: tuple[str, ...], numbers: tuple[int, ...], most_bytes: int
) -> Iterator[Member]:
    try:
        archive = _opened(path, numbers)
        _refuse_too_much(archive)
    except Malformed as refused:
        yield Member(names=names, numbers=numbers, refused=refused.findings)
        return
    infos = archive.infolist()
    for name, what in _NO_ARCHIVE.items():
        if any(info.filename == name for info in infos):
            yield Member(names=names, numbers=numbers, skipped=what)
            return
    if not infos:
        yield Member(names=names, numbers=numbers, skipped="an empty archive")
    for number in sorted(range(len(infos)), key=lambda at: (infos[at].filename, at)):
        info = infos[number]
        if info.is_dir():
            continue
        at = (*names, info.filename), (*numbers, number)
        if any(part.startswith(".") or part == "__MACOSX" for part in info.filename.split("/")):
            yield Member(names=at[0], numbers=at[1], skipped="hidden")
        elif wrong := _wrong(info, most_bytes):
            yield Member(names=at[0], numbers=at[1], refused=(wrong,))
        else:
            yield from _member(path, archive, info, at, most_bytes)


def _member(
    path: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo,
    at: tuple[tuple[str, ...], tuple[int, ...]], most_bytes: int,
) -> Iterator[Member]:  # fmt: skip
    names, numbers = at
    try:
        with archive.open(info) as stream:
            start = stream.read(4)
    except _BROKEN as problem:
        yield Member(names=names, numbers=numbers, refused=(_unreadable(problem),))
        return
    if not is_archive(start):
        yield Member(names=names, numbers=numbers, size=info.file_size)
    elif len(numbers) >= MOST_LEVELS:
        text = f"an archive in an archive in an archive: {MOST_LEVELS} levels are opened"
        yield Member(names=names, numbers=numbers, refused=(_NESTING.at("", text),))
    elif info.file_size > MOST_NESTED:
        text = f"the archive inside has {info.file_size} bytes; {MOST_NESTED} are held in memory at most"
        yield Member(names=names, numbers=numbers, refused=(_SIZE.at("", text),))
    else:
        yield from _members(path, names, numbers, most_bytes)


def _refuse_too_much(archive: zipfile.ZipFile) -> None:
    total, packed = 0, 0
    for info in archive.infolist():
        total, packed = total + info.file_size, packed + info.compress_size
    # Members of a trap may share their bytes, so what counts is the file, not the sum of what they claim.
    packed = min(packed, archive.start_dir)
    if total > MOST_TOTAL:
        text = f"the members have {total} bytes together; the limit is {MOST_TOTAL}"
        raise Malformed((_SIZE.at("", text),))
    if total > max(_RATIO_FROM, MOST_RATIO * packed):
        text = f"{packed} bytes would become {total} in all, more than {MOST_RATIO} times as many"
        raise Malformed((_RATIO.at("", text),))


def _wrong(info: zipfile.ZipInfo, most_bytes: int) -> Finding | None:
    if info.flag_bits & 0x1:
        return _METHOD.at("", "the member is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return _METHOD.at("", f"the member is compressed by method {info.compress_type}")
    if info.file_size > max(_RATIO_FROM, MOST_RATIO * info.compress_size):
        text = (
            f"{info.compress_size} bytes would become {info.file_size}, more than {MOST_RATIO} times as many"
        )
        return _RATIO.at("", text)
    if info.file_size > most_bytes:
        return _SIZE.at("", f"the member has {info.file_size} bytes; an envelope may hold 100 MB at most")
    return None


_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    struct.error,
)


def _unreadable(problem: Exception) -> Finding:
    said = str(problem) if isinstance(problem, zipfile.BadZipFile) else type(problem).__name__
    return _READABLE.at("", f"the archive cannot be read: {said[:100]}")


@lru_cache(maxsize=2)  # the outer archive and the one in it, while their members follow each other
def _opened(path: str, numbers: tuple[int, ...]) -> zipfile.ZipFile:
    source = io.BytesIO(content(path, numbers)) if numbers else Path(path)
    try:
        _refuse_long_directory(source)
        return zipfile.ZipFile(source)
    except _BROKEN as problem:
        raise Malformed((_unreadable(problem),)) from None


_END = struct.Struct("<4s6xHI6x")  #: end record: how many members, bytes of the directory
_END_64 = struct.Struct("<4s28xQQ8x")  #: the same of a large archive, before its locator
_LOCATOR = 20
_COMMENT = 65_535


def _refuse_long_directory(source: Path | io.BytesIO) -> None:
    """Look at the last record of the file, before the library reads the directory into memory as a whole."""
    with ExitStack() as opened:
        file = source if isinstance(source, io.BytesIO) else opened.enter_context(source.open("rb"))
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - _COMMENT - _END.size - _LOCATOR - _END_64.size))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise zipfile.BadZipFile("its directory is missing")
    _, count, long = _END.unpack_from(tail, at)
    large = at - _LOCATOR - _END_64.size
    if large >= 0 and tail.startswith(b"PK\x06\x06", large):
        _, count, long = _END_64.unpack_from(tail, large)
    if count > MOST_MEMBERS or long > MOST_DIRECTORY:
        text = f"the archive has {count} members; {MOST_MEMBERS} are read at most"
        raise Malformed((_SIZE.at("", text),))
