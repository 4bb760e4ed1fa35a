"""A store that survives a restart: one append-only log a system, replayed at start.

The log begins with ``TVLOG1`` and a line feed. Then come frames: four bytes length, four bytes CRC-32 (both
big endian), and MessagePack ``[collection, key, record]``, where no record means that the key was dropped.
Each frame has been handed to the operating system when ``put`` returns. A last frame that was cut off by a
crash is thrown away; damage before it is an error. A log that is mostly dead is rewritten when it is opened.
"""

from __future__ import annotations

import os
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from mocks.errors import BadInput, HarnessFault

if sys.platform != "win32":
    import fcntl

R = TypeVar("R")

_MAGIC = b"TVLOG1\n"
_HEAD = struct.Struct(">II")
#: A rewrite pays when the log has this many bytes and less than half of its frames are alive.
_COMPACT_FROM = 64 * 1024
#: No record comes near this; a longer length means damage.
_LONGEST = 256 * 1024 * 1024
_META = "\x00log"

_encode = msgspec.msgpack.Encoder().encode
_RAW_FRAME = msgspec.msgpack.Decoder(tuple[str, str, msgspec.Raw])
_NIL = b"\xc0"


class LogCollection(dict[str, R]):
    """``mocks.runtime.Collection`` that writes every change to its store's log. Change it only by ``put``
    and ``drop``."""

    def __init__(self, store: LogStore, name: str) -> None:
        super().__init__()
        self._store, self._name = store, name

    def put(self, key: str, record: R) -> None:
        self._store.append(self._name, key, record)
        self[key] = record

    def drop(self, key: str) -> None:
        if key in self:
            self._store.append(self._name, key, None)
            del self[key]


class LogStore:
    """``mocks.runtime.Store`` on one file. Only one process may have it open.

    ``generation`` counts how often the log was opened, so that seeded identifiers differ after a restart.
    Errors: ``BadInput`` when the file is no log, is damaged, is in use, or holds records of another form.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        try:
            self._claim()
            self._waiting: dict[str, dict[str, bytes]] = {}
            self._collections: dict[str, LogCollection[Any]] = {}
            self._size, frames = self._replay()
            alive = sum(map(len, self._waiting.values()))
            if self._size >= _COMPACT_FROM and alive * 2 < frames:
                self._compact()
        except BaseException:
            os.close(self._file)
            raise
        self.generation: int = msgspec.msgpack.decode(self._waiting.pop(_META, {}).get("opened", b"\x00")) + 1
        self.append(_META, "opened", self.generation)

    def collection(self, name: str, record_type: type[R]) -> LogCollection[R]:
        """See ``mocks.runtime.Store``. The records are read into ``record_type`` at the first call."""
        found = self._collections.get(name)
        if found is None:
            found = LogCollection(self, name)
            decode = msgspec.msgpack.Decoder(record_type).decode
            for key, raw in self._waiting.get(name, {}).items():
                try:
                    found[key] = decode(raw)
                except msgspec.ValidationError as error:
                    raise BadInput(
                        f"{self.path}: collection {name!r} holds a record that is no {record_type.__name__} "
                        f"({error}); it was written by another version: start with an empty folder"
                    ) from None
            self._waiting.pop(name, None)
            self._collections[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._waiting, *self._collections}))

    def append(self, collection: str, key: str, record: object) -> None:
        """Write one frame. A record of ``None`` drops the key.

        Moments are written as ISO 8601 text: MessagePack's own timestamps would come back in UTC.
        """
        plain = msgspec.to_builtins(record, builtin_types=(bytes,))
        self._write(_frame(_encode((collection, key, plain))))

    def close(self) -> None:
        """Give the file back. Nothing is lost without it."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, frame: bytes) -> None:
        if self._file < 0:
            raise HarnessFault(f"{self.path}: the store was closed and something is still put into it")
        try:
            written = os.write(self._file, frame)
            while written < len(frame):
                written += os.write(self._file, frame[written:])
        except OSError as error:
            os.ftruncate(self._file, self._size)  # no torn frame in the middle of later ones
            raise HarnessFault(f"{self.path}: cannot be written ({error}); free some disk space") from error
        self._size += len(frame)

    def _claim(self) -> None:
        if sys.platform != "win32":
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BadInput(
                    f"{self.path} is in use by another process; stop that one or choose another folder"
                ) from None

    def _replay(self) -> tuple[int, int]:
        """Read the log into ``_waiting``: its good length in bytes, and its number of frames."""
        data = memoryview(self.path.read_bytes())
        size = len(data)
        if size < len(_MAGIC):
            if bytes(data) != _MAGIC[:size]:
                raise BadInput(f"{self.path} is not a tvaers log; choose another folder")
            os.ftruncate(self._file, 0)
            self._size = 0
            self._write(_MAGIC)
            return self._size, 0
        if bytes(data[: len(_MAGIC)]) != _MAGIC:
            raise BadInput(f"{self.path} is not a tvaers log; choose another folder")
        at, frames = len(_MAGIC), 0
        while at < size:
            payload = self._payload(data, at)
            if payload is None:
                os.ftruncate(self._file, at)
                break
            collection, key, record = _RAW_FRAME.decode(payload)
            records = self._waiting.setdefault(collection, {})
            if bytes(record) == _NIL:
                records.pop(key, None)
            else:
                records[key] = bytes(record)
            at += _HEAD.size + len(payload)
            frames += 1
        return at, frames

    def _payload(self, data: memoryview, at: int) -> memoryview | None:
        """The payload of the frame at this place; ``None`` when the log was torn there."""
        if at + _HEAD.size > len(data):
            return None
        length, checksum = _HEAD.unpack_from(data, at)
        end = at + _HEAD.size + length
        if length <= _LONGEST and end > len(data):
            return None
        payload = data[at + _HEAD.size : end]
        if length <= _LONGEST and zlib.crc32(payload) == checksum:
            return payload
        if end == len(data):
            return None
        raise BadInput(f"{self.path} is damaged at byte {at}; restore it or start with an empty folder")

    def _compact(self) -> None:
        """Write what is alive to a new log, and put that in the old one's place in one step."""
        rewritten = self.path.with_name(self.path.name + ".new")
        with rewritten.open("wb") as new:
            new.write(_MAGIC)
            for collection, records in self._waiting.items():
                for key, raw in records.items():
                    new.write(_frame(_encode((collection, key, msgspec.Raw(raw)))))
            new.flush()
            os.fsync(new.fileno())
        old = self._file
        self._file = os.open(rewritten, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0))
        self._claim()
        os.close(old)
        rewritten.replace(self.path)
        self._size = self.path.stat().st_size


def _frame(payload: bytes) -> bytes:
    return _HEAD.pack(len(payload), zlib.crc32(payload)) + payload
