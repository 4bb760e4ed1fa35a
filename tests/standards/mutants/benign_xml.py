"""Changes of an XML message that change nothing of what it says: they must not lead to a finding."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

Change = Callable[[bytes], bytes]
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def encoding_of(raw: bytes) -> str:
    """The encoding that the message declares, else UTF-8."""
    found = re.search(rb'encoding=["\']([\w-]+)', raw[:100])
    return found.group(1).decode() if found else "utf-8"


def _text_of(raw: bytes) -> str:
    """The message without its declaration."""
    return re.sub(r"^\ufeff?<\?xml.*?\?>\s*", "", raw.decode(encoding_of(raw)))


def encoded(encoding: str, text: str) -> bytes:
    """The text as a document that declares its encoding."""
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.encode(encoding, "xmlcharrefreplace")


def _in_text(change: Callable[[str], str]) -> Change:
    """A change of the text, in whatever encoding it has."""
    return lambda raw: encoded(encoding_of(raw), change(_text_of(raw)))


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _between_tags(text: str, between: str) -> str:
    """Between elements that hold elements only; text and narrative stay as they are."""
    root = etree.fromstring(text.encode("utf-8"))
    for element in root.iter("*"):
        if element.tag.startswith("{http://www.w3.org/1999/xhtml}") or not len(element):
            continue
        parts = [element.text or "", *((child.tail or "") for child in element)]
        if any(part.strip() for part in parts) or _holds_text(element):
            continue
        element.text = between
        for child in element:
            child.tail = between
    return etree.tostring(root, encoding="unicode")


#: Elements of OIOXML whose content is text with markup, so that white space counts there.
_TEXTS = frozenset(
    ("Text01", "RefuseText", "Supplementary", "ClinicalReason", "Cave", "Anamnesis", "Examination")
)
_MARKED = frozenset(
    ("ActualMedicine", "Information", "Bold", "Italic", "Underline", "Right", "Center", "FixedFont")
)


def _holds_text(element: etree._Element) -> bool:
    return etree.QName(element).localname in _TEXTS | _MARKED


def _prefixed(text: str) -> str:
    """The document's own namespace gets a prefix; a narrative keeps none."""
    root = etree.fromstring(text.encode("utf-8"))
    space = etree.QName(root).namespace
    new = etree.Element(root.tag, nsmap={"m": space})
    new.attrib.update(root.attrib)
    new.text, new.tail = root.text, root.tail
    new.extend(list(root))
    etree.cleanup_namespaces(new, top_nsmap={"m": space})
    return etree.tostring(new, encoding="unicode")


def _commented(text: str) -> str:
    root = etree.fromstring(text.encode("utf-8"))
    root.insert(0, etree.Comment(" written by hand "))
    root[-1].addprevious(etree.Comment("a"))
    return f"<!-- before -->{etree.tostring(root, encoding='unicode')}<!-- after -->"


def _instructed(text: str) -> str:
    return f'<?xml-stylesheet type="text/xsl" href="letter.xsl"?>{text}<?end of it?>'


def _located(text: str) -> str:
    root = etree.fromstring(text.encode("utf-8"))
    space = etree.QName(root).namespace
    root.set(f"{{{_XSI}}}schemaLocation", f"{space} EMessage.xsd")
    return etree.tostring(root, encoding="unicode")


def _referenced(text: str) -> str:
    """Danish letters as character references."""
    return re.sub(r"[^\x00-\x7f]", lambda found: f"&#x{ord(found.group()):X};", text)


def _single_quoted(text: str) -> str:
    def turned(tag: re.Match[str]) -> str:
        return re.sub(r'="([^"\']*)"', r"='\1'", tag.group())

    return re.sub(r"<\w[^<>]*>", turned, text)


def _open_and_closed(text: str) -> str:
    """``<a/>`` as ``<a></a>``."""
    return re.sub(r"<([\w:.]+)((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/>", r"<\1\2></\1>", text)


def _spread(text: str) -> str:
    """White space inside of tags."""
    return re.sub(r"<([\w:.]+)((?: [^<>]*[^<>/])?)(/?)>", r"<\1\2\n \3>", text)


def _reversed_attributes(text: str) -> str:
    def turn(found: re.Match[str]) -> str:
        attributes = re.findall(r"\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*')", found.group(2))
        return f"<{found.group(1)}{''.join(reversed(attributes))}{found.group(3)}>"

    return re.sub(r"<([\w:.]+)((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))+)(\s*/?)>", turn, text)


#: Of any XML message.
ANY_XML: dict[str, Change] = {
    "its lines end with CR and LF": _in_text(_crlf),
    "its elements stand on lines of their own": _in_text(lambda text: _between_tags(text, "\n  ")),
    "its elements stand on lines that end with CR and LF": _in_text(
        lambda text: _crlf(_between_tags(text, "\n\t"))
    ),
    "no white space stands between its elements": _in_text(lambda text: _between_tags(text, "")),
    "its namespace has a prefix": _in_text(_prefixed),
    "it has comments": _in_text(_commented),
    "it has processing instructions": _in_text(_instructed),
    "its Danish letters are character references": _in_text(_referenced),
    "its attributes are in single quotes": _in_text(_single_quoted),
    "its empty elements are opened and closed": _in_text(_open_and_closed),
    "its tags hold white space": _in_text(_spread),
    "its attributes stand in another order": _in_text(_reversed_attributes),
    "white space follows its end": lambda raw: raw + b"\r\n\r\n ",
}
#: Of a message in UTF-8.
UTF8_XML: dict[str, Change] = {
    "it has no XML declaration": lambda raw: _text_of(raw).encode("utf-8"),
    "it begins with a byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "its encoding is written in small letters": lambda raw: encoded("utf-8", _text_of(raw)),
}
#: Encodings in which letters are met; a warning may say that others are usual.
LETTER_ENCODINGS: dict[str, Change] = {
    f"it is {name}": lambda raw, name=name: encoded(name, _text_of(raw))  # type: ignore[misc]
    for name in ("iso-8859-1", "windows-1252", "utf-8", "US-ASCII")
}
#: Of a message with a schema: the schema of schemas allows this attribute anywhere.
WITH_SCHEMA: dict[str, Change] = {"it says where its schema lies": _in_text(_located)}
