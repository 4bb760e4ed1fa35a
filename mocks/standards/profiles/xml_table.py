"""The words in which a table of XML elements is written down: elements, choices, and text with markup."""

from __future__ import annotations

import msgspec

from mocks.standards.profiles.xml_types import Kind


class Element(msgspec.Struct, frozen=True):
    """An element: how often it may stand here (``most`` ``None``: without limit) and what it holds.

    ``content`` is a kind of value, a tuple of parts in order, ``Mixed`` markup, or ``None`` for anything.
    ``attributes`` are all required: none of the standards has an optional one.
    """

    name: str
    content: Kind | tuple[Element | Choice, ...] | Mixed | None
    least: int = 1
    most: int | None = 1
    attributes: tuple[tuple[str, Kind], ...] = ()


class Choice(msgspec.Struct, frozen=True):
    """One of several elements at the same place."""

    elements: tuple[Element, ...]
    least: int = 1
    most: int | None = 1


class Mixed(msgspec.Struct, frozen=True):
    """Text with markup: which markup elements may stand in it, and what each may hold in its turn."""

    markup: tuple[tuple[str, Mixed], ...] = ()
    text: bool = True


def optional(name: str, content: Kind | tuple[Element | Choice, ...] | Mixed, most: int = 1) -> Element:
    """An element that may be left out."""
    return Element(name, content, 0, most)
