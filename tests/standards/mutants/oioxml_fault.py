"""How a fault in an OIOXML letter becomes a mutant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tests.standards.mutants.mutant import Meant, Mutant
from tests.standards.mutants.xml_edits import Edit, drop, edited, put, repeat, swap

Change = Callable[[bytes], bytes]


class Faults:
    """Mutants of one kind of letter: ``base`` is one of the base messages, ``root`` is the letter's element.

    A path begins below the letter's element, or with ``/`` below ``Emessage``.
    """

    def __init__(self, standard: str, base: str, root: str) -> None:
        self.standard, self.base, self.root = standard, base, root

    def full(self, path: str) -> str:
        """The path from below ``Emessage``."""
        return path[1:] if path.startswith("/") else f"{self.root}/{path}" if path else self.root

    def at(self, path: str) -> str:
        """The place of a finding, without counts."""
        return re.sub(r"\[\d+\]", "", f"Emessage/{self.full(path)}")

    def named(self, name: str, edit: Edit, path: str, *, lenient: bool = False) -> Mutant:
        """A finding may stand at the element or at its parent, and names the element."""
        parent, _, element = self.at(path).rpartition("/")
        return Mutant(
            name,
            self.standard,
            self.base,
            edited(edit),
            Meant(parent, says=rf"\b{element}\b", lenient=lenient),
        )

    def made(
        self,
        name: str,
        edit: Edit,
        path: str = "",
        *,
        rule: str = "",
        says: str = "",
        lenient: bool = False,
    ) -> Mutant:
        """A finding stands at ``path`` or below."""
        meant = Meant(self.at(path), rule, says, lenient)
        return Mutant(name, self.standard, self.base, edited(edit), meant)

    def raw(self, name: str, change: Change, meant: Meant) -> Mutant:
        """A change of the bytes."""
        return Mutant(name, self.standard, self.base, change, meant)

    def missing(self, *paths: str) -> Iterator[Mutant]:
        """Each of these elements is missing."""
        for path in paths:
            yield self.named(f"{path} is missing", drop(self.full(path)), path)

    def twice(self, *paths: str) -> Iterator[Mutant]:
        """Each of these elements stands twice."""
        for path in paths:
            yield self.named(f"{path} stands twice", repeat(self.full(path)), path)

    def late(self, *paths: str) -> Iterator[Mutant]:
        """Each of these elements stands after the one that should follow it."""
        for path in paths:
            yield self.named(f"{path} stands after what follows it", swap(self.full(path)), path)

    def wrong(self, *rows: tuple[str, str, str]) -> Iterator[Mutant]:
        """Elements with a text that they must not have, and what is wrong with it."""
        for path, text, why in rows:
            yield self.made(f"{path} holds {why}", put(self.full(path), text), path)
