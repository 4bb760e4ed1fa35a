"""Identifiers out of seeded streams. One stream for each (seed, system, purpose): a system that asks
once more does not shift what another one gets."""

from __future__ import annotations

import hashlib
from random import Random

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def stream(seed: int | str, *names: str) -> Random:
    """A generator of its own for these names, the same on every machine and in every process."""
    key = "\x1f".join((str(seed), *names)).encode()
    return Random(int.from_bytes(hashlib.sha256(key).digest()[:16], "big"))


class SeededIds:
    """``mocks.runtime.Ids`` for one system."""

    def __init__(self, seed: int | str, system: str) -> None:
        self._seed, self._system = seed, system
        self._streams: dict[str, Random] = {}

    def _stream(self, purpose: str) -> Random:
        found = self._streams.get(purpose)
        if found is None:
            found = self._streams[purpose] = stream(self._seed, self._system, purpose)
        return found

    def uuid(self, purpose: str) -> str:
        bits = self._stream(purpose).getrandbits(128)
        bits = bits & ~(0xF000 << 64) & ~(0xC000 << 48) | (4 << 76) | (8 << 60)
        h = f"{bits:032x}"
        return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"

    def letters(self, purpose: str) -> str:
        return "".join(self._stream(purpose).choices(_ALPHABET, k=14))
