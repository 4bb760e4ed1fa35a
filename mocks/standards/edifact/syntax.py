"""EDIFACT as characters: an interchange is cut into segments, elements and components.

A segment is a tag and elements, divided by ``+`` and ended by ``'``; an element has components, divided by
``:``; ``?`` before one of these four makes it an ordinary character. ``UNA`` may name other separators.
The characters are those of ISO-8859-1 (syntax identifier UNOC). Between UNO and UNP stand raw octets,
whose number UNO says, so that they may contain anything.

``cut`` is linear in the size, and every finding says the segment and the byte. What it cannot go on from
(an end missing, a length that lies) is ``Malformed``; the rest is a finding beside the segments.

Sources: ISO 9735 version 3, MedCom's converter, and the EDIFACT samples published with it.
"""

from __future__ import annotations

import re
from typing import NoReturn

import msgspec

from mocks.errors import Malformed
from mocks.standards.edifact.finding_list import FindingList
from mocks.standards.edifact.syntax_rules import (
    BINARY_BREAK,
    BINARY_LENGTH,
    CHARACTER,
    EMPTY,
    ENCODING,
    LINE_BREAK,
    NO_UNA,
    OTHER_UNA,
    RELEASE,
    SIZE,
    TAG,
    UNA,
    UNTERMINATED,
)
from mocks.standards.findings import Finding
from mocks.standards.rule import Rule

#: As for XML documents: MedCom lets an envelope take 100 MB on the wire.
MAX_BYTES = 100 * 1024 * 1024
#: No segment of the standards comes near: free text is the longest, five times seventy characters.
MAX_SEGMENT = 8_000
#: A letter of the longest text allowed has some 150 segments, and an interchange some hundred letters.
MAX_SEGMENTS = 20_000
#: No segment has more than about twenty.
MAX_COMPONENTS = 200
#: A receipt can answer 99 letters of an interchange, so no sender sends more.
MAX_MESSAGES = 1_000


class Segment(msgspec.Struct, frozen=True, gc=False):
    """One segment. ``elements`` are without the tag, each a tuple of components, as they are meant: without
    release characters. ``number`` counts from 1 at the first after UNA; ``at`` is the byte where it starts.
    ``octets`` are the raw octets that follow a UNO."""

    tag: str
    elements: tuple[tuple[str, ...], ...]
    number: int = 0
    at: int = 0
    octets: bytes = b""

    def value(self, element: int, component: int = 1) -> str:
        """A component by its place, both counted from 1; empty where it is missing."""
        if element > len(self.elements):
            return ""
        components = self.elements[element - 1]
        return components[component - 1] if component <= len(components) else ""

    @property
    def place(self) -> str:
        """For findings: where in the file."""
        return f"segment {self.number}, byte {self.at}"


class Cut(msgspec.Struct, frozen=True):
    """What came of cutting: the segments without UNA, and what was found on the way."""

    segments: tuple[Segment, ...]
    findings: tuple[Finding, ...] = ()


class Separators(msgspec.Struct, frozen=True):
    """The characters that divide; ``release`` is empty when UNA says that none is used."""

    component: str = ":"
    element: str = "+"
    release: str = "?"
    end: str = "'"


_USUAL = Separators()
_TAG = re.compile(r"[A-Z][A-Z0-9]{2}")
_LAYOUT = b" \t\r\n"
_BLANKS = re.compile(rb"[ \t\r\n]*+")
#: What most segments do not have, so that one look is enough for them.
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9fÃ]")
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
_HIGH_CONTROL = re.compile(r"[\x80-\x9f]")


def cut(raw: bytes) -> Cut:
    """The segments of an interchange. ``Malformed`` when there is nothing to go on from."""
    if len(raw) > MAX_BYTES:
        _refuse(SIZE, "", f"the interchange is {len(raw)} bytes; the limit is {MAX_BYTES}")
    found = FindingList()
    at = _skip(raw, 3 if raw.startswith(b"\xef\xbb\xbf") else 0)
    if at == 3:
        found.append(ENCODING.at("byte 0", "the interchange starts with a byte order mark of UTF-8"))
    separators, at = _una(raw, at, found)
    text_end, release = separators.end.encode("latin-1"), separators.release.encode("latin-1")
    split = _splitter(separators)
    segments: list[Segment] = []
    while (at := _skip(raw, at)) < len(raw):
        number = len(segments) + 1
        place = f"segment {number}, byte {at}"
        if number > MAX_SEGMENTS:
            _refuse(SIZE, place, f"the interchange has more than {MAX_SEGMENTS} segments", found)
        end = _end(raw, at, text_end, release)
        if end < 0 and len(raw) - at > MAX_SEGMENT:
            text = f"the segment does not end within {MAX_SEGMENT} characters, the limit"
            _refuse(SIZE, place, text, found)
        if end < 0:
            _unterminated(raw, at, place, separators, found)
        text = raw[at:end].decode("latin-1")
        if _ODD.search(text) is not None:
            text = _clean(text, place, found)
        tag, elements = split(text, place, found)
        octets, after = b"", end + 1
        if tag == "UNO":
            octets = _octets(raw, Segment(tag, elements, number, at), after, found)
            after += len(octets)
        segments.append(Segment(tag, elements, number, at, octets))
        at = after
    if not segments:
        _refuse(EMPTY, "", "the interchange has no segment", found)
    return Cut(tuple(segments), tuple(found))


def _refuse(rule: Rule, path: str, message: str, found: FindingList | None = None) -> NoReturn:
    raise Malformed((*FindingList([rule.at(path, message)]), *(found or ())))


def _skip(raw: bytes, at: int) -> int:
    """Past line breaks and blanks between segments."""
    found = _BLANKS.match(raw, at)
    return found.end() if found else at


def _una(raw: bytes, at: int, found: FindingList) -> tuple[Separators, int]:
    if not raw.startswith(b"UNA", at):
        if at < len(raw):
            found.append(NO_UNA.at(f"byte {at}", "UNA is missing; the usual separators are taken"))
        return _USUAL, at
    named = raw[at + 3 : at + 9].decode("latin-1")
    if len(named) < 6:
        _refuse(UNA, f"byte {at}", f"UNA names {len(named)} separators instead of six", found)
    component, element, _, release, _, end = tuple(named)
    dividing = [component, element, end, *([] if release == " " else [release])]
    if len(set(dividing)) < len(dividing) or any(c.isalnum() or not c.isprintable() for c in dividing):
        _refuse(
            UNA,
            f"byte {at}",
            f"the separators {named!r} cannot be told apart from each other or from text",
            found,
        )
    if " " in dividing:
        _refuse(UNA, f"byte {at}", f"a blank among the separators {named!r} cannot be told from text", found)
    separators = Separators(component, element, release.strip(), end)
    if separators != _USUAL:
        found.append(OTHER_UNA.at(f"byte {at}", f"UNA names the separators {named!r}"))
    return separators, at + 9


def _end(raw: bytes, at: int, terminator: bytes, release: bytes) -> int:
    """Where the segment that starts at ``at`` ends; -1 when it does not, or not within its limit."""
    start, limit = at, at + MAX_SEGMENT + 1
    while (end := raw.find(terminator, at, limit)) >= 0:
        if not release or end == start or raw[end - 1 : end] != release:
            return end
        before = raw[at:end]
        if (len(before) - len(before.rstrip(release))) % 2 == 0:
            return end
        at = end + 1
    return -1


def _unterminated(raw: bytes, at: int, place: str, separators: Separators, found: FindingList) -> NoReturn:
    rest = raw[at : at + 3].decode("latin-1")
    what = f"the segment {rest}" if _TAG.fullmatch(rest) else "what stands here"
    last = raw[-1:].decode("latin-1")
    why = ", and the last character is the release character" if last and last == separators.release else ""
    text = f"{what} has no end; the interchange breaks off {len(raw) - at} bytes later{why}"
    _refuse(UNTERMINATED, place, text, found)


def _clean(text: str, place: str, found: FindingList) -> str:
    """``text`` without line breaks; what else does not belong into text is reported."""
    if "\n" in text or "\r" in text:
        found.append(LINE_BREAK.at(place, "a line break stands inside the segment"))
        text = text.replace("\r", "").replace("\n", "")
    if (control := _CONTROL.search(text)) is not None:
        code = ord(control.group())
        found.append(CHARACTER.at(place, f"the segment has the control character {code:#04x}"))
    if (high := _HIGH_CONTROL.search(text)) is not None:
        byte = f"{ord(high.group()):#04x}"
        what = "UTF-8" if _is_utf8(text) else "perhaps windows-1252"
        found.append(ENCODING.at(place, f"the byte {byte} is no character of ISO-8859-1 ({what})"))
    elif _is_utf8(text):
        found.append(ENCODING.at(place, "the characters of the segment are written in UTF-8"))
    return text


def _is_utf8(text: str) -> bool:
    if "Ã" not in text:  # the first byte of all Danish letters in UTF-8
        return False
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Splitter(msgspec.Struct, frozen=True):
    """Divides the text of a segment into its tag and elements."""

    separators: Separators
    #: What the release character makes ordinary, each with a character that stands for it meanwhile, since
    #: ISO-8859-1 does not have it; and the way back.
    released: tuple[tuple[str, str], ...]
    back: dict[int, str]

    def __call__(self, text: str, place: str, found: FindingList) -> tuple[str, tuple[tuple[str, ...], ...]]:
        known = self.separators
        if releases := known.release and known.release in text:
            for pair, stand_in in self.released:
                text = text.replace(pair, stand_in)
            if known.release in text:
                after = text.partition(known.release)[2][:1].translate(self.back)
                before = repr(after) if after else "the end of the segment"
                found.append(RELEASE.at(place, f"the release character stands before {before}"))
                text = text.replace(known.release, "")
        if text.count(known.element) + text.count(known.component) > MAX_COMPONENTS:
            text = f"the segment has more than {MAX_COMPONENTS} elements and components"
            _refuse(SIZE, place, text, found)
        head, *rest = text.split(known.element)
        component = known.component
        elements = [tuple(each.split(component)) if component in each else (each,) for each in rest]
        if releases:
            elements = [tuple([value.translate(self.back) for value in each]) for each in elements]
        if not _TAG.fullmatch(head):
            letters = head.isprintable() and not any(map(str.isdigit, head))
            shown = repr(head[:12].translate(self.back)) if letters else f"{len(head)} characters"
            found.append(TAG.at(place, f"a tag was expected, and {shown} stands there"))
        return head[:3], tuple(elements)


def _splitter(known: Separators) -> _Splitter:
    # The release character itself first: two of them are one, whatever follows.
    ordinary = (known.release, known.component, known.element, known.end) if known.release else ()
    stand_ins = [chr(0xE000 + number) for number in range(len(ordinary))]
    pairs = tuple(
        (known.release + each, stand_in) for each, stand_in in zip(ordinary, stand_ins, strict=True)
    )
    back = {ord(stand_in): each for each, stand_in in zip(ordinary, stand_ins, strict=True)}
    return _Splitter(known, pairs, back)


def _octets(raw: bytes, uno: Segment, start: int, found: FindingList) -> bytes:
    """The octets after UNO, which says how many they are."""
    said = uno.value(4)
    if not (said.isascii() and said.isdigit() and len(said) <= 12):
        _refuse(BINARY_LENGTH, uno.place, f"UNO does not say a number of octets but {said[:20]!r}", found)
    length = int(said)
    if start + length > len(raw):
        text = f"UNO says {length} octets, and the interchange ends after {len(raw) - start}"
        _refuse(BINARY_LENGTH, uno.place, text, found)
    after = raw[start + length : start + length + 32]
    if after.lstrip(_LAYOUT).startswith(b"UNP") and not after.startswith(b"UNP"):
        text = f"between the {length} octets that UNO says and UNP stands a line break"
        found.append(BINARY_BREAK.at(uno.place, text))
    elif not after.startswith(b"UNP"):
        near = raw.find(b"UNP", start)
        where = f"; the next UNP stands after {near - start}" if near >= 0 else ", and there is none later"
        text = f"UNO says {length} octets, and after them stands no UNP{where}"
        _refuse(BINARY_LENGTH, uno.place, text, found)
    return raw[start : start + length]
