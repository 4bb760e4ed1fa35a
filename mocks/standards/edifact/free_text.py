"""Text in EDIFACT: lines and styles in the components of FTX segments.

A component of free text has at most seventy characters, and an FTX at most five of them. The end of a
component is the end of a line, unless it ends in a backslash: then the line goes on in the next component,
also when that stands in the next FTX. A component that is a single full stop is an empty line. The style
(``P00`` plain, ``PF0`` bold, ``F00`` fixed width, ...) holds for a whole FTX: font (P, F fixed), face
(0, F bold, K italic, U underlined) and side (0 left, M centred, H right).

So a text in EDIFACT always ends with the end of a line. Here text is an ordinary string whose lines are
joined by newlines, with its styles beside it, as in ``formatted_text``.

Source: MedCom's converter, and the text of its samples.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from mocks.standards.edifact.segment_write import segment
from mocks.standards.edifact.syntax import Segment
from mocks.standards.formatted_text import FormattedText, Style, Styled, checked, in_order

#: Characters of a component; components of an FTX; FTX of a segment group.
WIDTH = 70
MOST_COMPONENTS = 5
MOST_FTX = 9
PLAIN = "P00"
_ON = "\\"
_EMPTY_LINE = "."
_FACES = {"F": Style.BOLD, "K": Style.ITALIC, "U": Style.UNDERLINE}
_SIDES = {"H": Style.RIGHT, "M": Style.CENTER}
_CODES = (
    {None: "00"}
    | {style: f"{code}0" for code, style in _FACES.items()}
    | {style: f"0{code}" for code, style in _SIDES.items()}
)


# Reading ----------------------------------------------------------------------------------------------


def read_text(segments: Iterable[Segment]) -> str:
    """The text of FTX segments, without its styles."""
    return "".join(map(_read_one, segments))


def read_formatted(segments: Iterable[Segment]) -> FormattedText:
    """The text of FTX segments with its styles."""
    pieces, stretches, start = list[str](), list[Styled](), 0
    for each in segments:
        piece = _read_one(each)
        pieces.append(piece)
        stop = start + len(piece)
        stretches += (Styled(start, stop, style) for style in _styles(each.value(2)))
        start = stop
    return FormattedText("".join(pieces), in_order(stretches) if stretches else ())


def _styles(code: str) -> Iterator[Style]:
    """OIOXML has no bold text on the right: of a face and a side together the face is kept."""
    if code[:1] == "F":
        yield Style.FIXED
    if (face := _FACES.get(code[1:2])) is not None:
        yield face
    elif (side := _SIDES.get(code[2:3])) is not None:
        yield side


def read_value(components: Iterable[str]) -> str:
    """A value that is divided over components without regard to lines, as a web address."""
    return "".join(
        "" if each == _EMPTY_LINE else each[:-1] if each.endswith(_ON) else each for each in components
    )


def _read_one(ftx: Segment) -> str:
    if len(ftx.elements) < 4:
        return ""
    pieces = []
    for each in ftx.elements[3]:
        if each == _EMPTY_LINE:
            pieces.append("\n")
        elif each.endswith(_ON):
            pieces.append(each[:-1])
        else:
            pieces.append(f"{each}\n")
    return "".join(pieces)


# Writing ----------------------------------------------------------------------------------------------


def components(text: str, *, goes_on: bool = False) -> list[str]:
    """``text`` as components. A last line that does not end gets its end, unless the text ``goes_on`` in the
    next FTX."""
    lines = text.split("\n")
    rest = lines.pop()
    out: list[str] = []
    for line in lines:
        out.extend(_line(line))
    if rest:
        out.extend(_unended(rest) if goes_on else _line(rest))
    return out


def _unended(line: str) -> Iterator[str]:
    """A line that goes on: every component says so."""
    while line:
        end = _break(line, WIDTH - 1)
        yield line[:end] + _ON
        line = line[end:]


def _break(line: str, most: int) -> int:
    """Where to divide a line: after a blank, if there is one not too early."""
    if len(line) <= most:
        return len(line)
    blank = line.rfind(" ", 0, most)
    return blank + 1 if blank > most // 2 else most


def _line(line: str) -> Iterator[str]:
    """One line and its end, divided at blanks where it is too long."""
    if not line:
        yield _EMPTY_LINE
        return
    while len(line) > WIDTH:
        end = _break(line, WIDTH - 1)
        yield line[:end] + _ON
        line = line[end:]
    if line == _EMPTY_LINE or line.endswith(_ON):
        # As it stands it would mean an empty line, or would go on: so it goes on, to nothing but its end.
        yield from _unended(line)
        yield _EMPTY_LINE
    else:
        yield line


def value_components(value: str) -> list[str]:
    """A value divided over as many components as it needs, without regard to lines."""
    out = []
    while len(value) > WIDTH:
        out.append(value[: WIDTH - 1] + _ON)
        value = value[WIDTH - 1 :]
    if value == _EMPTY_LINE or value.endswith(_ON):
        if len(value) == WIDTH:
            out.append(value[:-1] + _ON)
            value = _ON
        value += _ON
    out.append(value)
    return out


def ftx(qualifier: str, parts: Sequence[str], style: str = PLAIN) -> list[str]:
    """FTX segments that carry ``parts``, five to each."""
    return [
        segment("FTX", qualifier, style, "", tuple(parts[at : at + MOST_COMPONENTS]))
        for at in range(0, len(parts), MOST_COMPONENTS)
    ]


def write_formatted(qualifier: str, formatted: FormattedText) -> list[str]:
    """FTX segments that carry a text with its styles: a new one wherever the style changes.

    ``BadInput`` when styles overlap or lie outside the text.
    """
    text, out = formatted.text, list[str]()
    runs = _runs(text, checked(formatted))
    for number, (start, stop, style) in enumerate(runs, start=1):
        out += ftx(qualifier, components(text[start:stop], goes_on=number < len(runs)), style)
    return out


def _runs(text: str, styles: list[Styled]) -> list[tuple[int, int, str]]:
    """From where to where which style code holds."""
    if not styles:
        return [(0, len(text), PLAIN)]
    places = sorted({0, len(text)}.union(*((each.start, each.stop) for each in styles)))
    fixed = deque(each for each in styles if each.style is Style.FIXED)
    others = deque(each for each in styles if each.style is not Style.FIXED)
    out = []
    for start, stop in pairwise(places):
        for waiting in (fixed, others):
            while waiting and waiting[0].stop <= start:
                waiting.popleft()
        wide = "F" if fixed and fixed[0].start <= start else "P"
        look = others[0].style if others and others[0].start <= start else None
        out.append((start, stop, wide + _CODES[look]))
    return out
