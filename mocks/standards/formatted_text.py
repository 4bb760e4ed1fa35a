"""Text in OIOXML, with its markup: read from elements, written as elements, divided into blocks.

Text in OIOXML knows only one line break, the element ``Break``; a line break among the characters is
layout of the file. Here text is an ordinary string whose lines are joined by newlines. What is bold, centred
and so on is said beside it, as stretches of characters: whoever wants the words only reads ``text``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from enum import StrEnum
from itertools import accumulate
from typing import cast

import msgspec
from lxml import etree

from mocks.errors import BadInput
from mocks.standards.profiles.oioxml_parts import BLOCK_LENGTH
from mocks.standards.safe_xml import escape


class Style(StrEnum):
    """How a stretch of text looks; the values are the names of the elements."""

    RIGHT = "Right"
    CENTER = "Center"
    BOLD = "Bold"
    ITALIC = "Italic"
    UNDERLINE = "Underline"
    FIXED = "FixedFont"


class Styled(msgspec.Struct, frozen=True, order=True):
    """The characters from ``start`` up to, not including, ``stop`` look like ``style``."""

    start: int
    stop: int
    style: Style


class FormattedText(msgspec.Struct, frozen=True):
    """A text and how it looks. Stretches lie in order, and none inside another, except that those of fixed
    width (``FIXED``) may hold others. Stretches of one style that touch are one."""

    text: str
    styles: tuple[Styled, ...] = ()


# Reading ----------------------------------------------------------------------------------------------

#: Stands for a Break while the pieces are joined; XML cannot carry this character.
_BREAK = "\v"
#: ``br`` is no element of these letters, and stands in MedCom's own example of a letter to convert.
_BREAKS = ("}Break", "}br")
_CARRIAGE_RETURN = re.compile(r"\r\n?")
# A match starts where white space starts, and never gives back what it took: long runs cost once.
_LAYOUT_AT_EDGE = re.compile(r"(?:\A|(?<=\v))[ \t]*+\n[ \t\n]*+|(?<![ \t\n])[ \t]*+\n[ \t\n]*+(?=\v|\Z)")
_LAYOUT = re.compile(r"(?<![ \t\n])[ \t]*+\n[ \t\n]*+")
_ESCAPED_MARKUP = re.compile(r"<(Break|Space)\s*/>")
_FRAGILE_SPACE = re.compile(r"^ | $|(?<= ) ", re.MULTILINE)


def plain(node: etree._Element) -> str:
    """The text of a FormattedText or BreakableText element, without its formatting.

    Line breaks among the characters are layout and count as one space, or as nothing beside a ``Break``.
    Some senders escape their markup once too often: a literal ``<Break/>`` or ``<Space/>`` is understood.
    """
    pieces = list[str]()
    _gather(node, pieces)
    return _plain("".join(pieces))


def _plain(text: str) -> str:
    if "\r" in text:
        text = _CARRIAGE_RETURN.sub("\n", text)
    if "\n" in text:
        text = _LAYOUT.sub(" ", _LAYOUT_AT_EDGE.sub("", text))
    if "<" in text:
        text = _ESCAPED_MARKUP.sub(lambda found: _BREAK if found.group(1) == "Break" else " ", text)
    return text.replace(_BREAK, "\n")


def written(node: etree._Element) -> str:
    """The element as it is written: what holds no ``&lt;`` has no ``<`` among its characters, and its text is
    no longer than this. Much quicker than a look at the text itself."""
    return etree.tostring(node, encoding="unicode", with_tail=False)


def characters(node: etree._Element) -> tuple[str, int]:
    """The characters of a text as they stand, and how many elements of markup are among them."""
    count, _, text = cast(str, _COUNT_AND_TEXT(node)).partition(" ")
    return text, int(count)


_COUNT_AND_TEXT = etree.XPath("concat(count(.//*), ' ', .)", smart_strings=False)


def has_escaped_markup(text: str) -> bool:
    """Whether markup stands in the characters of a text instead of elements."""
    return "<" in text and _ESCAPED_MARKUP.search(text) is not None


def _gather(node: etree._Element, pieces: list[str]) -> bool:
    """Adds the text below ``node``; returns whether any of it has a style."""
    styled = False
    if node.text:
        pieces.append(node.text)
    for child in node:
        tag = child.tag
        if tag.endswith(_BREAKS):
            pieces.append(_BREAK)
        elif tag.endswith("}Space"):
            pieces.append(" ")
        else:
            _gather(child, pieces)
            styled = True
        if child.tail:
            pieces.append(child.tail)
    return styled


_STYLES = {style.value: style for style in Style}


def read_formatted(node: etree._Element) -> FormattedText:
    """The text of a FormattedText element with its markup; ``text`` is what ``plain`` gives."""
    pieces = list[str]()
    if not _gather(node, pieces):
        return FormattedText(_plain("".join(pieces)))
    pieces, found = list[str](), list[tuple[int, int, Style]]()
    _gather_styled(node, 0, pieces, found)
    text = "".join(pieces)
    edges = [edge for start, stop, _ in found for edge in (start, stop)]
    for pattern, by in (
        (_CARRIAGE_RETURN, "\n"),
        (_LAYOUT_AT_EDGE, ""),
        (_LAYOUT, " "),
        (_ESCAPED_SPACE, " "),
    ):
        text, edges = _replaced(text, pattern, by, edges)
    text, edges = _replaced(text, _ESCAPED_BREAK, _BREAK, edges)
    stretches = [
        Styled(start, stop, style)
        for start, stop, (_, _, style) in zip(edges[::2], edges[1::2], found, strict=True)
    ]
    return FormattedText(text.replace(_BREAK, "\n"), in_order(stretches))


_ESCAPED_BREAK = re.compile(r"<Break\s*/>")
_ESCAPED_SPACE = re.compile(r"<Space\s*/>")


def _gather_styled(
    node: etree._Element, size: int, pieces: list[str], found: list[tuple[int, int, Style]]
) -> int:
    """Adds the text below ``node``, which starts after ``size`` characters; returns how many there are then."""

    def add(piece: str | None) -> int:
        pieces.append(piece or "")
        return size + len(piece or "")

    size = add(node.text)
    for child in node:
        tag = str(child.tag).rpartition("}")[2]
        if tag in ("Break", "br"):
            size = add(_BREAK)
        elif tag == "Space":
            size = add(" ")
        else:
            start = size
            size = _gather_styled(child, size, pieces, found)
            if (style := _STYLES.get(tag)) is not None:
                found.append((start, size, style))
        size = add(child.tail)
    return size


def _replaced(text: str, pattern: re.Pattern[str], by: str, edges: list[int]) -> tuple[str, list[int]]:
    """``text`` with each match replaced, and where the edges (starts and stops in turn) lie then."""
    matches = [found.span() for found in pattern.finditer(text)]
    if not matches:
        return text, edges

    starts, stops = [start for start, _ in matches], [stop for _, stop in matches]
    shifts = [0, *accumulate(len(by) - (stop - start) for start, stop in matches)]

    def moved(edge: int, is_stop: bool) -> int:
        before = bisect_right(stops, edge)
        if before < len(starts) and starts[before] < edge:
            # within what is replaced: a start lies after it, a stop before it
            return starts[before] + shifts[before] + (0 if is_stop else len(by))
        return edge + shifts[before]

    edges = [moved(edge, bool(number % 2)) for number, edge in enumerate(edges)]
    return pattern.sub(lambda found: by, text), edges


def in_order(stretches: Iterable[Styled]) -> tuple[Styled, ...]:
    """The stretches in order, without empty ones, and with those joined that touch in the same style.

    Where a stretch of fixed width begins or ends, nothing else is joined: it would lie half inside.
    """
    fixed = _joined([each for each in stretches if each.style is Style.FIXED], frozenset())
    edges = frozenset(edge for each in fixed for edge in (each.start, each.stop))
    free = _joined([each for each in stretches if each.style is not Style.FIXED], edges)
    return tuple(sorted((*fixed, *free), key=_order))


def _order(each: Styled) -> tuple[int, int, bool]:
    return each.start, -each.stop, each.style is not Style.FIXED


def _joined(stretches: list[Styled], apart: frozenset[int]) -> list[Styled]:
    out = list[Styled]()
    last: dict[Style, int] = {}
    for each in sorted(stretches, key=_order):
        before = last.get(each.style)
        if each.start >= each.stop:
            continue
        if before is not None and out[before].stop == each.start and each.start not in apart:
            out[before] = Styled(out[before].start, each.stop, each.style)
        else:
            last[each.style] = len(out)
            out.append(each)
    return out


# Writing ----------------------------------------------------------------------------------------------


def markup(text: str) -> str:
    """``text`` as FormattedText: ``Break`` for newlines, ``Space`` where a plain space would get lost."""
    text = escape(text)
    if "  " in text or " \n" in text or "\n " in text or text[:1] == " " or text[-1:] == " ":
        text = _FRAGILE_SPACE.sub("<Space/>", text)
    return text.replace("\n", "<Break/>")


def write_formatted(formatted: FormattedText) -> str:
    """The content of a FormattedText element. ``BadInput`` when styles overlap or lie outside the text."""
    return _marked(formatted.text, 0, len(formatted.text), checked(formatted))


def write_blocks(formatted: FormattedText, most: int | None) -> list[str]:
    """The contents of as many FormattedText elements as the text needs, ``most`` at most."""
    text = formatted.text
    if not formatted.styles:
        return [markup(piece) for piece in blocks(text, most)]
    styles = checked(formatted)
    out, start = list[str](), 0
    for piece in blocks(text, most):
        out.append(_marked(text, start, start + len(piece), styles))
        start += len(piece)
    return out


def _marked(text: str, start: int, stop: int, styles: list[Styled]) -> str:
    """The characters from ``start`` to ``stop``, with the styles that lie there."""
    pieces, at = list[str](), start
    for index, each in enumerate(styles):
        if each.start >= stop:
            break
        first, last = max(each.start, at), min(each.stop, stop)
        if first >= last:
            continue
        inside = styles[index + 1 :] if each.style is Style.FIXED else []
        within = _marked(text, first, last, inside)
        pieces.append(f"{markup(text[at:first])}<{each.style.value}>{within}</{each.style.value}>")
        at = last
    pieces.append(markup(text[at:stop]))
    return "".join(pieces)


def checked(formatted: FormattedText) -> list[Styled]:
    """The styles in order, if they can be written. ``BadInput`` when they overlap or lie outside the text."""
    styles, text = sorted(formatted.styles, key=_order), formatted.text
    if styles and "\r" in text:
        raise BadInput("a styled text has carriage returns: join its lines by newlines only")
    fixed_from = fixed = free = 0  # the last stretch of fixed width, and where the last of the others ends
    for each in styles:
        where = f"{each.style.value} from {each.start} to {each.stop}"
        if not 0 <= each.start < each.stop <= len(text):
            raise BadInput(f"{where} lies outside the text of {len(text)} characters: correct it")
        if each.style is Style.FIXED:
            wrong = each.start < max(fixed, free)
            fixed_from, fixed = each.start, each.stop
        else:
            wrong = each.start < free or fixed_from <= each.start < fixed < each.stop
            free = each.stop
        if wrong:
            raise BadInput(f"{where} overlaps another style: only fixed width may hold other styles whole")
    return styles


def blocks(text: str, most: int | None) -> list[str]:
    """``text`` in pieces of at most 3150 characters that, joined, give the text again.

    Pieces end at a line or a word where that does not make them more than ``most``. ``BadInput`` for a text
    that so many pieces cannot hold.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) <= BLOCK_LENGTH:
        return [text] if text else []
    if most is not None and len(text) > BLOCK_LENGTH * most:
        raise BadInput(
            f"the text has {len(text)} characters; a letter carries {BLOCK_LENGTH * most} at most: "
            "shorten it, divide it between letters, or send it as an attachment"
        )
    pieces: list[str] = []
    start = 0
    while start < len(text):
        end = start + BLOCK_LENGTH
        if end < len(text):
            line = text.rfind("\n", start + BLOCK_LENGTH // 2, end) + 1
            end = line or text.rfind(" ", start + BLOCK_LENGTH // 2, end) + 1 or end
        pieces.append(text[start:end])
        start = end
    if most is not None and len(pieces) > most:
        return [text[at : at + BLOCK_LENGTH] for at in range(0, len(text), BLOCK_LENGTH)]
    return pieces
