"""What is to be checked: the files of a command line, of folders and of archives, one item after the other.

Items come in an order that depends on names only. What is left out is an item too, with its reason, so that
nothing disappears in silence.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

from mocks.errors import BadInput
from mocks.standards.findings import Finding
from scenarios.checking import archives
from scenarios.checking.results import printable

STDIN = "-"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to check. ``name`` is how it is called in the result, ``size`` a guess at its bytes.

    ``path`` and ``members`` (numbers of members, from the outer archive in) are the way to its bytes;
    ``given`` are the bytes themselves, of standard input. ``named`` is what somebody asked for by its own name. An item with
    ``skipped`` (a reason), ``fault`` (why it cannot be read) or ``refused`` (findings) has no bytes.
    """

    name: str
    path: str = ""
    members: tuple[int, ...] = ()
    given: bytes | None = None
    size: int = 0
    named: bool = False
    skipped: str = ""
    fault: str = ""
    refused: tuple[Finding, ...] = ()


def items(paths: Sequence[Path], most_bytes: int, kept: ExitStack) -> Iterator[Item]:
    """Everything below ``paths``; ``-`` is one message or archive from standard input.

    What must stay open until all items have been read is entered into ``kept``.

    Errors: ``BadInput`` for a path that does not exist or cannot be read, before anything is checked.
    """
    for path in paths:
        _exists(path)
    for path in paths:
        if str(path) == STDIN:
            yield from _stdin(most_bytes, kept)
        elif path.is_dir():
            yield from _folder(str(path), most_bytes)
        else:
            yield from _file(str(path), path.stat().st_size, most_bytes, named=True)


def _exists(path: Path) -> None:
    if str(path) == STDIN:
        return
    try:
        path.stat()
        if path.is_dir():
            os.scandir(path).close()
        elif path.is_file():
            path.open("rb").close()
    except OSError as problem:
        raise BadInput(f"{printable(str(path))} cannot be read: {problem.strerror}") from None


def _stdin(most_bytes: int, kept: ExitStack) -> Iterator[Item]:
    stream = sys.stdin.buffer
    start = stream.read(4)
    if not archives.is_archive(start):
        given = start + stream.read(most_bytes + 1 - len(start))
        yield Item(name=STDIN, given=given, size=len(given), named=True)
        return
    folder = kept.enter_context(tempfile.TemporaryDirectory())
    path = Path(folder) / "stdin.zip"  # in a file, since the directory of a zip stands at its end
    with path.open("wb") as file:
        file.write(start)
        shutil.copyfileobj(stream, file)
    yield from _archive(STDIN, str(path), path.stat().st_size, most_bytes, named=True)


def _folder(folder: str, most_bytes: int) -> Iterator[Item]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as problem:
        yield Item(name=printable(folder), fault=f"the folder cannot be read: {problem.strerror}")
        return
    for entry in entries:
        try:
            yield from _entry(entry, most_bytes)
        except OSError as problem:
            yield Item(name=printable(entry.path), fault=f"it cannot be read: {problem.strerror}")


def _entry(entry: os.DirEntry[str], most_bytes: int) -> Iterator[Item]:
    name = printable(entry.path)
    if entry.name.startswith("."):
        yield Item(name=name, skipped="hidden")
    elif entry.is_dir(follow_symlinks=False):
        yield from _folder(entry.path, most_bytes)
    elif entry.is_symlink() and not Path(entry.path).exists():
        yield Item(name=name, skipped="a link that leads nowhere")
    elif entry.is_dir():
        yield Item(name=name, skipped="a link to a folder is not followed; name the folder itself")
    elif not stat.S_ISREG(entry.stat().st_mode):
        yield Item(name=name, skipped="no ordinary file")
    else:
        yield from _file(entry.path, entry.stat().st_size, most_bytes, named=False)


def _file(path: str, size: int, most_bytes: int, *, named: bool) -> Iterator[Item]:
    name = printable(path)
    if Path(path).is_file():  # of a pipe nothing may be read before its time
        with Path(path).open("rb") as file:
            start = file.read(4)
        if archives.is_archive(start):
            yield from _archive(name, path, size, most_bytes, named=named)
            return
    yield Item(name=name, path=path, size=size, named=named)


def _archive(name: str, path: str, size: int, most_bytes: int, *, named: bool) -> Iterator[Item]:
    for member in archives.members(path, most_bytes):
        if named and member.skipped and not member.names:
            yield Item(name=name, path=path, size=size, named=True)  # a document: no message, and asked for
        else:
            yield Item(
                name=name + "".join(f"!/{printable(part)}" for part in member.names),
                path=path,
                members=member.numbers,
                size=member.size,
                skipped=member.skipped,
                refused=member.refused,
            )
