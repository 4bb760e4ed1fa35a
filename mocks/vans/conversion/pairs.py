"""The lasting tie between the numbers of the two standards: 14 characters here, UUIDs there.

The same letter always gets the same numbers, also after a restart, so that a receiver knows a resend when
it sees one, and a receipt finds the letter that it answers.
"""

from __future__ import annotations

from mocks.runtime import Runtime
from mocks.standards.conversion import LetterIds
from mocks.vans.conversion.records import Pair, Pointer


class Pairs:
    """All pairs, found by either name."""

    def __init__(self, runtime: Runtime) -> None:
        self._ids = runtime.ids
        store = runtime.store
        self._pairs = store.collection("conversion_pairs", Pair)
        self._letters = store.collection("conversion_letters", Pointer)
        self._emessages = store.collection("conversion_emessages", Pointer)
        self._bundles = store.collection("conversion_bundles", Pointer)

    def put(self, pair: Pair) -> None:
        """Keep a pair, new or changed."""
        self._pairs.put(pair.header, pair)
        for letter in (pair.letter, *(file.letter for file in pair.files)):
            self._point(self._letters, f"{pair.gln}/{letter}", pair.header)
        for envelope in (pair.envelope, *(file.envelope for file in pair.files)):
            self._point(self._emessages, f"{pair.gln}/{envelope}", pair.header)

    @staticmethod
    def _point(collection: object, key: str, to: str) -> None:
        if collection.get(key) != Pointer(to):  # type: ignore[attr-defined]
            collection.put(key, Pointer(to))  # type: ignore[attr-defined]

    def of_message(self, header: str) -> Pair | None:
        """By ``MessageHeader.id``."""
        return self._pairs.get(header)

    def of_letter(self, gln: str, letter: str) -> Pair | None:
        """By the number of the letter, or of one that carries its attachment, and its sender."""
        found = self._letters.get(f"{gln}/{letter}")
        return self._pairs.get(found.to) if found else None

    def of_emessage(self, gln: str, envelope: str) -> Pair | None:
        """By the number of an Emessage and its sender: receipts may leave out the letter."""
        found = self._emessages.get(f"{gln}/{envelope}")
        return self._pairs.get(found.to) if found else None

    def bundle(self, gln: str, envelope: str) -> str:
        """The ``Bundle.id`` for an Emessage: the same number, the same bundle."""
        key = f"{gln}/{envelope}"
        found = self._bundles.get(key)
        if found is None:
            found = Pointer(self.uuid())
            self._bundles.put(key, found)
        return found.to

    def emessage(self, bundle: str, part: str) -> str:
        """The number of the Emessage for a part of a bundle: its letter, or one of its files."""
        key = f"{bundle}/{part}"
        found = self._bundles.get(key)
        if found is None:
            found = Pointer(self._ids.letters("conversion emessage"))
            self._bundles.put(key, found)
        return found.to

    def uuid(self) -> str:
        """A fresh UUID."""
        return self._ids.uuid("conversion")

    def letter(self) -> str:
        """A fresh number for a letter."""
        return self._ids.letters("conversion letter")

    def receipt(self) -> LetterIds:
        """Fresh numbers for a receipt."""
        return LetterIds(self._ids.letters("conversion emessage"), self.letter())
