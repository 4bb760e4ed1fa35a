"""Lines in the text for what the other standard has no field for, ``label: value`` each.

They stand at the very top or at the very bottom, so that people read them as part of the letter, and so
that a conversion back finds them and takes them out again. Author and role stand at the bottom in MedCom's
example of a conversion; the other labels are our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum


class Label(StrEnum):
    """What a line tells."""

    PRIORITY = "Prioritet"
    STATUS = "Brevstatus"
    SUBJECT = "Emne"
    RECIPIENT = "Att."
    BY_POST = "Følger med posten"
    NOT_CARRIED = "Bilag kunne ikke overføres"
    MISSING = "Bilag er ikke modtaget"
    LINK = "Link"
    ANSWERS = "Svar på brev"
    SENDER = "På vegne af"
    AUTHOR = "Forfatter"
    ROLE = "Stilling"


Line = tuple[Label, str]

_TOP = (Label.PRIORITY, Label.STATUS, Label.SUBJECT, Label.RECIPIENT)
_BOTTOM = tuple(label for label in Label if label not in _TOP)


def _matching(labels: Iterable[Label]) -> re.Pattern[str]:
    return re.compile(f"({'|'.join(re.escape(label) for label in labels)}): (.+)")


_IS_TOP, _IS_BOTTOM = _matching(_TOP), _matching(_BOTTOM)


def put(text: str, lines: Iterable[Line]) -> str:
    """The text with its lines, each at its end of it."""
    given = [(label, " ".join(value.split())) for label, value in lines]
    top = [f"{label}: {value}" for label, value in given if label in _TOP and value]
    bottom = [f"{label}: {value}" for label, value in given if label in _BOTTOM and value]
    return "\n".join((*top, *([text] if text else ()), *bottom))


def take(text: str) -> tuple[str, list[Line]]:
    """The text without the lines that stand at its ends, and those lines."""
    lines = text.split("\n")
    top: list[Line] = []
    while lines and (found := _IS_TOP.fullmatch(lines[0])):
        top.append((Label(found[1]), found[2]))
        del lines[0]
    bottom: list[Line] = []
    while lines and (found := _IS_BOTTOM.fullmatch(lines[-1])):
        bottom.append((Label(found[1]), found[2]))
        del lines[-1]
    return "\n".join(lines), [*top, *reversed(bottom)]
