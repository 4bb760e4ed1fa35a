"""Single changes of an EDIFACT interchange, segment by segment.

A segment is named by its tag and, where there are several, its number among them: ``NAD#1`` is the second.
The number of segments in UNT is kept right, unless the change is meant to make it wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Change = Callable[[bytes], bytes]
Edit = Callable[[list[str]], None]
_SEGMENT = re.compile(r"(?:\?.|[^'?])*'", re.DOTALL)


def segments(raw: bytes) -> list[str]:
    """The segments with their terminators, UNA among them; line breaks stay before a segment."""
    text = raw.decode("iso-8859-1")
    head = text[:9] if text.startswith("UNA") else ""
    return [*([head] if head else []), *_SEGMENT.findall(text[len(head) :])]


def edited(edit: Edit, *, recount: bool = True) -> Change:
    """The change of bytes that makes ``edit`` in the list of segments."""

    def change(raw: bytes) -> bytes:
        found = segments(raw)
        tail = raw.decode("iso-8859-1").rpartition("'")[2]
        before = len(found)
        edit(found)
        if recount and len(found) != before:
            at = index(found, "UNT")
            found[at] = re.sub(r"UNT\+(\d+)", lambda m: f"UNT+{int(m[1]) + len(found) - before}", found[at])
        return ("".join(found) + tail).encode("iso-8859-1")

    return change


def index(found: list[str], name: str) -> int:
    """Where a segment stands in the list."""
    tag, _, nth = name.partition("#")
    places = [i for i, each in enumerate(found) if each.strip().startswith(tag)]
    if len(places) <= int(nth or 0):
        raise LookupError(f"the base message has no {name}")
    return places[int(nth or 0)]


def number(raw: bytes, name: str) -> int:
    """The number of a segment as findings count: UNB is the first."""
    found = segments(raw)
    return index(found, name) + (0 if found[0].startswith("UNA") else 1)


def put(name: str, old: str, new: str) -> Edit:
    """Another text at the first place in the segment where ``old`` stands."""

    def edit(found: list[str]) -> None:
        at = index(found, name)
        assert old in found[at], f"{name} has no {old!r}: {found[at]}"
        found[at] = found[at].replace(old, new, 1)

    return edit


def drop(name: str) -> Edit:
    """The segment is missing."""

    def edit(found: list[str]) -> None:
        del found[index(found, name)]

    return edit


def repeat(name: str, times: int = 2) -> Edit:
    """The segment stands several times."""

    def edit(found: list[str]) -> None:
        at = index(found, name)
        found[at:at] = [found[at]] * (times - 1)

    return edit


def swap(name: str) -> Edit:
    """The segment stands after the one that should follow it."""

    def edit(found: list[str]) -> None:
        at = index(found, name)
        found[at], found[at + 1] = found[at + 1], found[at]

    return edit


def add_before(name: str, text: str) -> Edit:
    """A new segment before another."""

    def edit(found: list[str]) -> None:
        found.insert(index(found, name), text)

    return edit


def both(*edits: Edit) -> Edit:
    """Changes that are one fault together."""

    def edit(found: list[str]) -> None:
        for one in edits:
            one(found)

    return edit
