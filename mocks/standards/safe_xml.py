"""Reading XML from strangers: limits first, then the parser, and no entity is ever resolved.

Messages come from other organisations' systems, so every document is suspect until it has been read.
Refused outright, before the parser sees them: documents that are too large, that declare a document
type (the door to entity bombs and to files of ours), or that are in an encoding nobody in the field uses.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NoReturn

import msgspec
from lxml import etree

from mocks.errors import BadInput, Malformed
from mocks.standards.findings import Finding, Severity
from mocks.standards.rule import Rule

#: MedCom lets an envelope take 100 MB on the wire; read here as mebibytes, the lenient way.
MAX_BYTES = 100 * 1024 * 1024
#: No message of the field nests deeper than about twenty elements.
MAX_DEPTH = 100
#: From this size the content of a data element is cut out before parsing: the parser allows no text
#: above ten million characters, and lifting that limit would lift its other guards too.
_CUT_FROM = 256 * 1024
#: Tags and attributes of one document, counted as its ``<`` and ``=``. A letter has some hundred, a long
#: thread in FHIR some ten thousand; each takes up to 200 bytes of memory, and time to check.
MAX_TAGS = 200_000
MAX_ATTRIBUTES = 400_000

_SOURCE = "tvaers: safe reading of XML"
SIZE = Rule(
    id="xml-size",
    statement="A document in XML has at most 100 MiB.",
    source=_SOURCE,
    mend="Send large attachments apart, or as a reference.",
)
WELL_FORMED = Rule(
    id="xml-wellformed",
    statement="A document in XML is complete and well-formed.",
    source=_SOURCE,
    mend="Send a complete XML document.",
)
ENCODING = Rule(
    id="xml-encoding",
    statement="A document in XML declares UTF-8, ISO-8859-1 or -15, windows-1252, or no encoding.",
    source=_SOURCE,
    mend="Send OIOXML in ISO-8859-1, envelopes and FHIR in UTF-8.",
)
DOCTYPE = Rule(
    id="xml-doctype",
    statement="A document in XML declares no document type.",
    source=_SOURCE,
    mend="Leave <!DOCTYPE ...> out: no message standard of the field uses one.",
)
DEPTH = Rule(
    id="xml-depth",
    statement="Elements are nested at most 100 deep.",
    source=_SOURCE,
    mend="No message standard nests as deep.",
)
MANY = Rule(
    id="xml-many-findings",
    statement="A document in XML has no more findings than can be listed.",
    source=_SOURCE,
    mend="Mend what is listed, and check again.",
)
TAGS = Rule(
    id="xml-tags",
    statement=f"A document has at most {MAX_TAGS:,} tags and {MAX_ATTRIBUTES:,} attributes.",
    source=_SOURCE,
    mend="Divide the message; letters of the field have some hundred tags.",
)
RULES: tuple[Rule, ...] = (SIZE, WELL_FORMED, ENCODING, DOCTYPE, DEPTH, MANY, TAGS)

_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)
_DECLARATION = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.S)
_ENCODINGS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
_LONGEST_DECLARATION = 500
_LINE = re.compile(r", line \d+, column \d+.*")


class Document(msgspec.Struct, frozen=True):
    """A parsed document. ``encoding`` is as declared, lower case, empty where none is declared.

    ``pieces`` are the contents of the elements that were cut out of a large document, in their order, and
    ``data`` the first of them; else there are none, and ``data`` is ``None``. ``size`` is that of the file in
    bytes. ``simple``: its texts stand there as they are, without character references and CDATA sections, and
    nothing in it tries to steer a schema. ``written_in`` is another encoding than the declared ISO-8859-1
    that its bytes give away, ``utf-8`` or ``windows-1252``; empty where they do not.
    """

    root: etree._Element
    encoding: str
    pieces: tuple[bytes, ...] = ()
    size: int = 0
    simple: bool = False
    written_in: str = ""

    @property
    def data(self) -> bytes | None:
        """The content that was cut out, where it can be only one."""
        return self.pieces[0] if self.pieces else None


def parse(raw: bytes, *, cut: bytes | tuple[bytes, ...] = ()) -> Document:
    """The document in ``raw``, or ``Malformed`` with one finding that says why it cannot be read.

    ``cut`` names elements whose (large, base64) content is handed over as ``Document.pieces`` and is absent
    from the tree; it happens only for large documents in which it is safe, and for one of the names.
    """
    encoding = examine(raw)
    # The encodings let in write these characters as in ASCII, so without them there is no document type.
    marked = b"!" in raw  # found in a blink, and mostly there is none
    mentioned = marked and raw.find(b"<!DOCTYPE") >= 0
    if mentioned and (prolog := _PROLOG.match(raw)) and raw.startswith(b"<!DOCTYPE", prolog.end()):
        _refuse_doctype()
    whole, name = raw, b""
    pieces: tuple[bytes, ...] = ()
    if cut and len(raw) >= _CUT_FROM:
        for name in (cut,) if isinstance(cut, bytes) else cut:
            if spans := _spans(raw, name):
                pieces = tuple(raw[start:end] for start, end in spans)
                raw = _without(raw, spans)
                break
    try:
        root = etree.fromstring(raw, _PARSER)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        text = _LINE.sub("", str(error.msg or "the document is incomplete"))
        raise WELL_FORMED.refusal(
            f"line {line}, column {column}",
            f"this is not well-formed XML: {text}",
            "Check that the document is complete and its characters match the declared encoding.",
        ) from None
    except ValueError as error:
        raise WELL_FORMED.refusal("", f"this is not well-formed XML: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        _refuse_doctype()
    if raw.count(b"/") > MAX_DEPTH and raw.count(b"</") > MAX_DEPTH and _TOO_DEEP(root):
        raise DEPTH.refusal("", f"elements are nested deeper than {MAX_DEPTH}")
    if pieces and sum(1 for _ in root.iter(f"{{*}}{name.decode('ascii')}")) != len(pieces):
        return parse(whole)  # one of the elements is written another way: it takes the document as it is
    simple = b"&" not in raw and not (marked and b"<![" in raw) and b"XMLSchema-instance" not in raw
    other = _other_encoding(raw) if encoding == "iso-8859-1" and not raw.isascii() else ""
    return Document(root, encoding, pieces, len(whole), simple, other)


def _other_encoding(raw: bytes) -> str:
    """What bytes beyond ASCII that are declared as ISO-8859-1 must be instead; empty if they may be that.

    A text in ISO-8859-1 is next to never valid UTF-8 by chance, and it has no use for the control characters
    where windows-1252 has its quotation marks and dashes. All Danish letters start with one byte in UTF-8.
    """
    try:
        if _FIRST_OF_DANISH in raw and raw.decode("utf-8"):
            return "utf-8"
    except UnicodeDecodeError:
        pass
    return "windows-1252" if len(raw.translate(None, _CONTROLS)) < len(raw) else ""


_FIRST_OF_DANISH = b"\xc3"


_CONTROLS = bytes(range(0x80, 0xA0))


def examine(raw: bytes) -> str:
    """The encoding that a document declares, in lower case, if it declares one.

    ``Malformed`` for what no parser should see: what is too large, no XML, in an encoding that the field does
    not use, or of more tags and attributes than can be held in memory and looked at.
    """
    if len(raw) > MAX_BYTES:
        raise SIZE.refusal("", f"the document is {len(raw)} bytes; the limit is {MAX_BYTES}")
    start = raw[:_LONGEST_DECLARATION]
    end = start.find(b"?>") + 2  # the declaration is one of a few, over and over
    encoding = _declared(start[:end] if end > 1 else start)
    if encoding is None:
        what = "is empty" if not raw.strip() else "does not start with '<'"
        raise WELL_FORMED.refusal("", f"this is not XML: it {what}")
    for sign, most, what in ((b"<", MAX_TAGS, "tags"), (b"=", MAX_ATTRIBUTES, "attributes")):
        if len(raw) > most and (count := raw.count(sign)) > most:
            raise TAGS.refusal("", f"the document has about {count} {what}; at most {most} are read")
    return encoding


@lru_cache(maxsize=256)
def _declared(start: bytes) -> str | None:
    """The encoding that the start of a document declares, empty where none is; ``None`` where it is no XML."""
    start = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<"):
        return None
    if start.startswith(b"<?xml") and b"?>" not in start:  # an encoding further on would not be seen
        raise WELL_FORMED.refusal("", "this is not well-formed XML: its declaration does not end")
    declared = _DECLARATION.match(start)
    encoding = declared.group(1).decode("ascii").lower() if declared else ""
    if encoding and encoding not in _ENCODINGS:
        raise ENCODING.refusal("", f"encoding {encoding!r} is not in use between the field's systems")
    return encoding


def root_of(raw: bytes) -> str:
    """The root of a large document (``{namespace}name``) by a look at its start; empty where that fails."""
    start = raw[:_PEEK]
    if b"<!DOCTYPE" in start:
        return ""
    parser = etree.XMLPullParser(("start",), resolve_entities=False, no_network=True, load_dtd=False)
    try:
        parser.feed(start)
        for _, element in parser.read_events():
            return str(element.tag)  # type: ignore[union-attr]  # of events of this kind it is an element
        return ""
    except (etree.XMLSyntaxError, ValueError):
        return ""


_PEEK = 65_536


def wrong_root(root: etree._Element, rule: str, name: str, namespace: str, source: str) -> Finding:
    """The finding for a document that is well-formed and is something else than expected."""
    name_there, namespace_there = etree.QName(root).localname, etree.QName(root).namespace
    return error(
        rule,
        name_there,
        f"the document is {name_there} in namespace {namespace_there or '(none)'}, not {name} in {namespace}",
        source,
        f'Start the document with <{name} xmlns="{namespace}">.',
    )


def refuse(rule: str, path: str, message: str, mend: str = "", source: str = _SOURCE) -> NoReturn:
    """Raise ``Malformed`` with one error."""
    raise Malformed((error(rule, path, message, source, mend),))


def error(rule: str, path: str, message: str, source: str, mend: str = "") -> Finding:
    """An error finding; for the checks of this package."""
    return Finding(rule=rule, severity=Severity.ERROR, path=path, message=message, source=source, mend=mend)


def warning(rule: str, path: str, message: str, source: str, mend: str = "") -> Finding:
    """A warning finding: a receiver takes the message nevertheless."""
    return Finding(rule=rule, severity=Severity.WARNING, path=path, message=message, source=source, mend=mend)


def information(rule: str, path: str, message: str, source: str, mend: str = "") -> Finding:
    """A remark: the message is in order, and something about it is worth knowing."""
    return Finding(
        rule=rule, severity=Severity.INFORMATION, path=path, message=message, source=source, mend=mend
    )


_SPECIAL = re.compile(r"[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def escape(value: str) -> str:
    """``value`` as the text of an element. ``BadInput`` for characters that XML cannot carry at all."""
    return value if _SPECIAL.search(value) is None else _SPECIAL.sub(_escape_one, value)


def escape_attribute(value: str) -> str:
    """``value`` between the quotation marks of an attribute."""
    return escape(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def _escape_one(found: re.Match[str]) -> str:
    character = found.group()
    if character not in _ESCAPES:
        raise BadInput(f"the character U+{ord(character):04X} cannot stand in XML: take it out of the text")
    return _ESCAPES[character]


def _refuse_doctype() -> NoReturn:
    raise DOCTYPE.refusal(
        "", "the document declares a document type; such declarations can define entities without end"
    )


def _spans(raw: bytes, name: bytes) -> list[tuple[int, int]]:
    """Where the contents of all ``name`` elements lie, if each is plain characters; else none."""
    if raw.count(b"<!") > _MOST_ASIDES:
        return []
    starts, stops = _asides(raw)
    spans = list[tuple[int, int]]()
    for found in re.finditer(rb"<((?:[\w.-]+:)?" + name + rb")(?:\s[^<>]*)?(?<!/)>", raw):
        aside = bisect_right(starts, found.start()) - 1
        if aside >= 0 and found.start() < stops[aside]:
            continue  # it only looks like the tag
        if len(spans) == _MOST_SPANS:
            return []
        end = raw.find(b"<", found.end())
        if (
            end < 0
            or not raw.startswith(b"</" + found.group(1), end)
            or raw.find(b"&", found.end(), end) >= 0
        ):
            return []
        spans.append((found.end(), end))
    return spans


def _asides(raw: bytes) -> tuple[list[int], list[int]]:
    """Where comments and CDATA sections start, and where they stop."""
    starts, stops = list[int](), list[int]()
    at = raw.find(b"<!")
    while at >= 0:
        closing = (
            b"-->" if raw.startswith(b"<!--", at) else b"]]>" if raw.startswith(b"<![CDATA[", at) else b""
        )
        stop = at + 2
        if closing:
            found = raw.find(closing, at + 4)
            stop = len(raw) if found < 0 else found + 3
            starts.append(at)
            stops.append(stop)
        at = raw.find(b"<!", stop)
    return starts, stops


#: No message has more than ten attachments.
_MOST_SPANS = 100
#: And none has comments without end; looking at each costs more than the parser takes for all.
_MOST_ASIDES = 10_000


def _without(raw: bytes, spans: list[tuple[int, int]]) -> bytes:
    edges = [0, *(edge for span in spans for edge in span), len(raw)]
    return b"".join(raw[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
