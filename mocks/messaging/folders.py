"""The folders of a mailbox: inbox with folders of its own, sent, archive, deleted.

Where a letter lies is kept apart from the letter: it is the mailbox owner's order, and nobody else's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from mocks.runtime import Runtime

INBOX, SENT, ARCHIVE, DELETED = "indbakke", "sendt", "arkiv", "slettet"
TITLES = {INBOX: "Indbakke", SENT: "Sendte beskeder", ARCHIVE: "Arkiv", DELETED: "Slettede beskeder"}


@dataclass(frozen=True, slots=True)
class Folder:
    """``key`` stands in addresses; a folder inside the inbox has a number there."""

    key: str
    title: str
    inside: bool = False


class Place(msgspec.Struct, frozen=True):
    """Where somebody put a letter."""

    folder: str


class Folders:
    """The folders of one system. ``inside``: the titles of those inside the inbox, for all mailboxes."""

    def __init__(self, runtime: Runtime, inside: Sequence[str]) -> None:
        self._places = runtime.store.collection("folders", Place)
        own = [Folder(f"{INBOX}-{number}", title, True) for number, title in enumerate(inside, start=1)]
        self.all = (
            Folder(INBOX, TITLES[INBOX]),
            *own,
            *(Folder(key, TITLES[key]) for key in (SENT, ARCHIVE, DELETED)),
        )
        self._keys = {folder.key: folder for folder in self.all}

    def folder(self, key: str) -> Folder | None:
        """The folder with that key."""
        return self._keys.get(key)

    def of(self, message: str, start: str) -> str:
        """The key of the folder in which a letter lies; ``start``: where it came to lie by itself. A letter
        whose folder is no more lies there again."""
        place = self._places.get(message)
        return place.folder if place is not None and place.folder in self._keys else start

    def move(self, message: str, key: str) -> None:
        """Put a letter into a folder that exists."""
        self._places.put(message, Place(key))

    def open_to(self, start: str) -> list[Folder]:
        """The folders that a letter can be moved to: a received one not into the sent ones, nor the other way
        round."""
        sent = (SENT, ARCHIVE, DELETED)
        if start == SENT:
            return [folder for folder in self.all if folder.key in sent]
        return [folder for folder in self.all if folder.key != SENT]
