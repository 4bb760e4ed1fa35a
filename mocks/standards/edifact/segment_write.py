"""Writing EDIFACT: values escaped, components joined to elements and elements to segments."""

from __future__ import annotations

import re

from mocks.errors import BadInput

_ESCAPED = re.compile(r"[:+?']")
HEAD = "UNA:+.? '"
#: Ends a segment in what we write; receivers skip the line break.
END = "'\r\n"


def component(value: str) -> str:
    """``value`` as a component. ``BadInput`` for a character that ISO-8859-1 or EDIFACT does not have."""
    if value.isascii() and value.isprintable():
        return _ESCAPED.sub(r"?\g<0>", value)
    if (wrong := foreign(value)) is not None:
        raise BadInput(
            f"the character U+{ord(wrong):04X} cannot stand in EDIFACT, which is written in ISO-8859-1: "
            "replace it, or send the letter as OIOXML"
        )
    return _ESCAPED.sub(r"?\g<0>", value)


def foreign(value: str) -> str | None:
    """The first character of ``value`` that EDIFACT cannot carry, or ``None``."""
    for character in value:
        code = ord(character)
        if code > 0xFF or code < 0x20 or 0x7F <= code < 0xA0:
            return character
    return None


def segment(tag: str, *elements: str | tuple[str, ...]) -> str:
    """A segment without its end; a string is an element of one component. Empty ends are left out."""
    written = [tag]
    for element in elements:
        components = [element] if isinstance(element, str) else list(element)
        while components and not components[-1]:
            components.pop()
        written.append(":".join(map(component, components)))
    while not written[-1]:
        written.pop()
    return "+".join(written)
