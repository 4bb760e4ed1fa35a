"""Ways to spoil a message: its bytes, its structure, its values, what is wrapped around it.

Everything is drawn from one generator, so a number names a file for good.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random
from typing import Any

from lxml import etree

Spoil = Callable[[Random, bytes, Sequence[bytes]], bytes]

_TEXTS = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n" * 50, b" " * 50, b"'", b'"', b"?", b"+", b":", b"<", b">", b"&",
    b"]]>", b"<![CDATA[x]]>", b"<!-- x -->", b"<?x y?>", b"&#0;", b"&#x110000;", b"&#xD800;", b"&nope;", b"<!DOCTYPE a>",
    b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>', b'<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    b"\\u0000", b"\\ud800", b"\\", b"NaN", b"Infinity", b"-0", b"1e999", b"1E-999999", b"0x1F", b"9" * 400, b"9" * 5000,
    b"-9223372036854775809", b"null", b"true", b"[]", b"{}", b"[" * 300, b"{\"a\":" * 300, b"<a>" * 300,
    b"\xe6\xf8\xe5", "æøå".encode(), "\u202e\u0000\ufeff".encode(), "𝔘🏥".encode(), b"\xc0\x80", b"\xed\xa0\x80", b"%00%n%s",
    b"../../../../etc/passwd", b"${jndi:x}", b"0000-00-00", b"9999-12-31T23:59:60+99:99", b"24:00", b"--", b"A" * 70_000,
    b"xmlns:x=''", b"xmlns=''", b"xml:space='preserve'", b"a=b", b"UNB+UNOC:3'", b"UNA'''''' ", b"UNO+1'", b"UNH+1'",
)  # fmt: skip


# Bytes ------------------------------------------------------------------------------------------------


def _flip(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    out = bytearray(raw or b"\0")
    for _ in range(draw.choice((1, 1, 2, 5, 50))):
        out[draw.randrange(len(out))] ^= 1 << draw.randrange(8)
    return bytes(out)


def _cut(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    at = draw.randrange(len(raw) + 1)
    return raw[:at] if draw.random() < 0.7 else raw[at:]


def _span(draw: Random, raw: bytes) -> tuple[int, int]:
    start = draw.randrange(len(raw) + 1)
    return start, min(len(raw), start + draw.choice((1, 2, 10, 100, 1000)))


def _drop(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _span(draw, raw)
    return raw[:start] + raw[end:]


def _again(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _span(draw, raw)
    return raw[:end] + raw[start:end] * draw.choice((1, 2, 20, 300)) + raw[end:]


def _insert(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _span(draw, raw)
    text = draw.choice(_TEXTS) if draw.random() < 0.8 else draw.randbytes(draw.choice((1, 4, 100)))
    return raw[:start] + text + (raw[start:] if draw.random() < 0.5 else raw[end:])


def _splice(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    other = draw.choice(others)
    start, end = _span(draw, raw)
    there = _span(draw, other)
    if draw.random() < 0.5:
        return raw[:start] + other[there[0] :]
    return raw[:start] + other[there[0] : there[1]] + raw[end:]


def _encode(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    text = raw.decode("latin-1" if draw.random() < 0.5 else "utf-8", "replace")
    code = draw.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-7"))
    return text.encode(code, "replace")


def _declare(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    code = draw.choice(
        (b"utf-8", b"UTF-16", b"ISO-8859-1", b"windows-1252", b"us-ascii", b"EBCDIC-CP-DK", b"utf-7", b"x")
    )
    body = re.sub(rb"^<\?xml[^>]*\?>", b"", raw)
    return b'<?xml version="1.0" encoding="' + code + b'"?>' + body


# Values -----------------------------------------------------------------------------------------------

_VALUE = re.compile(rb">[^<>]{0,200}<|\"[^\"\\]{0,200}\"|[+:][^+:']{0,70}(?=[+:'])")


def _value(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    """Another text where a value stands, with the signs around it as they were."""
    found = list(_VALUE.finditer(raw[:200_000]))
    if not found:
        return _insert(draw, raw, others)
    place = draw.choice(found)
    inside = place.group()
    keep = (inside[:1], inside[-1:] if inside[:1] in b'>"' else b"")
    return raw[: place.start()] + keep[0] + draw.choice(_TEXTS) + keep[1] + raw[place.end() :]


def _digits(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    found = list(re.finditer(rb"\d+", raw[:200_000]))
    if not found:
        return _flip(draw, raw, others)
    place = draw.choice(found)
    number = draw.choice(
        (b"0", b"-1", b"00", b"1e400", b"2147483648", b"9" * 20, b"9" * 4400, b"0" * 4400, "٣".encode())
    )
    return raw[: place.start()] + number + raw[place.end() :]


# Structure --------------------------------------------------------------------------------------------


def _nested(draw: Random) -> Any:
    inside: Any = "x"
    for _ in range(draw.choice((3, 90, 101, 300, 900))):
        inside = [inside] if draw.random() < 0.5 else {"extension": inside}
    return inside


def _json_value(draw: Random) -> Any:
    return draw.choice((
        None, True, 0, -1, 1.5, 10**25, "", " ", "x" * 300, "\x00", "\u202e", [], {}, [None], [[]], [{}], {"": ""},
        ["x", 1, None], {"resourceType": "Bundle"}, {"resourceType": 1}, {"reference": "#"}, {"reference": None},
        {"url": []}, {"a": {}},
        {"extension": [{"url": "x", "extension": []}]}, "2025-02-30", "urn:uuid:", "Bundle/1/_history/1", _nested(draw),
    ))  # fmt: skip


def _json(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    try:
        tree = json.loads(raw)
    except (ValueError, RecursionError):
        return _value(draw, raw, others)
    for _ in range(draw.choice((1, 1, 2, 6))):
        _change_node(draw, tree)
    try:
        return json.dumps(tree, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass")
    except RecursionError:
        return _value(draw, raw, others)


def _change_node(draw: Random, tree: Any) -> None:
    places: list[tuple[Any, Any]] = []
    stack = [tree]
    while stack:
        node = stack.pop()
        inside = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
        for key, value in inside:
            places.append((node, key))
            if isinstance(value, dict | list):
                stack.append(value)
    if not places:
        return
    node, key = draw.choice(places)
    match draw.randrange(6):
        case 0:
            del node[key]
        case 1:
            node[key] = [node[key]]
        case 2 if isinstance(node, dict):
            node[
                draw.choice(("_" + key, key.upper(), "id", "extension", "resourceType", "contained", ""))
            ] = node.pop(key)
        case 3:
            other, there = draw.choice(places)
            if there in other if isinstance(other, dict) else there < len(other):
                node[key] = json.loads(json.dumps(other[there]))
        case 4 if isinstance(node, list):
            node.extend([node[key]] * draw.choice((1, 3, 200)))
        case _:
            node[key] = _json_value(draw)


def _xml(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    try:
        root = etree.fromstring(raw)
    except (etree.XMLSyntaxError, ValueError):
        return _value(draw, raw, others)
    for _ in range(draw.choice((1, 1, 2, 6))):
        _change_element(draw, root, others)
    return etree.tostring(
        root, xml_declaration=draw.random() < 0.5, encoding=draw.choice(("utf-8", "iso-8859-1"))
    )


def _change_element(draw: Random, root: etree._Element, others: Sequence[bytes]) -> None:
    node = draw.choice([each for each in root.iter() if isinstance(each.tag, str)])
    above = node.getparent()
    match draw.randrange(10):
        case 0 if above is not None:
            above.remove(node)
        case 1 if above is not None:
            for _ in range(draw.choice((1, 3, 120))):
                above.append(deepcopy(node))
        case 2:
            node.tag = draw.choice(
                ("x", "{urn:x}y", f"{{urn:x}}{etree.QName(node).localname}", etree.QName(node).localname)
            )
        case 3:
            node.text = draw.choice(
                ("", " ", "\n", "0", "-1", "9" * 5000, "æøå\u202e", "x" * 5000, "2025-13-40", "<&>")
            )
        case 4:
            node.set(draw.choice(("value", "id", "url", "EndPointType", "{urn:x}a", "{http://www.w3.org/2001/XMLSchema-instance}nil")),
                     draw.choice(("", " ", "x", "9" * 5000, "true", "\n")))  # fmt: skip
        case 5:
            inside = node
            for _ in range(draw.choice((2, 60, 101, 240))):
                inside = etree.SubElement(inside, node.tag)
        case 6:
            node.append(draw.choice((etree.Comment("x"), etree.ProcessingInstruction("x", "y"))))
        case 7:
            node[:] = reversed(node)
        case 8 if above is not None and above.getparent() is not None:
            above.getparent().append(node)  # type: ignore[union-attr]
        case _:
            node.tail = draw.choice(("x", " ", "9" * 100))


def _segments(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    """Segments of an interchange: lost, twice, in another order, with other signs between their parts."""
    if raw.lstrip()[:2] != b"UN":
        return _value(draw, raw, others)
    parts = raw.split(b"'")
    at = draw.randrange(len(parts))
    match draw.randrange(6):
        case 0:
            del parts[at]
        case 1:
            parts[at:at] = [parts[at]] * draw.choice((1, 3, 500))
        case 2:
            draw.shuffle(parts)
        case 3:
            return raw[: raw.find(b"UNB")] + raw.replace(
                draw.choice((b"+", b":", b"'")), draw.choice((b"|", b"?", b"", b"''"))
            )
        case 4:
            return b"UNA" + draw.randbytes(6) + raw.removeprefix(b"UNA:+.? '")
        case _:
            parts[at] += draw.choice((b"+", b":", b"?", b"??", b"+" * 3000, b":" * 3000, b"?'"))
    return b"'".join(parts)


_DATA = re.compile(rb"(<(?:\w+:)?(?:Data|Object_Base64Encoded)[^>]*>)([A-Za-z0-9+/=\s]+)<")


def _inside(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    """Spoil what an envelope or an attachment holds, or what stands there as base64."""
    found = _DATA.search(raw)
    if found is None:
        return _value(draw, raw, others)
    if draw.random() < 0.2:
        coded = _flip(draw, found.group(2), others)
    else:
        try:
            inner = b64decode(found.group(2))
        except ValueError:
            inner = b""
        coded = b64encode(spoilt(draw, inner, others, depth=1))
    return raw[: found.end(1)] + coded + raw[found.end() - 1 :]


# What is around ---------------------------------------------------------------------------------------


def _wrap(draw: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    match draw.randrange(4):
        case 0:
            return b64encode(raw)
        case 1:
            return _flip(draw, b64encode(raw), others)
        case 2:
            return b"[" + raw + b"]"
        case _:
            return raw + draw.choice((b"", b"\n", b"\x00", b"x")) + draw.choice(others)


BYTES: tuple[Spoil, ...] = (_flip, _cut, _drop, _again, _insert, _splice, _encode, _declare, _wrap)
#: What leaves a message readable, so that its rules are reached, by the first sign of its form.
MEANING: dict[bytes, tuple[Spoil, ...]] = {
    b"<": (_value, _digits, _xml, _xml, _xml, _xml, _inside, _inside),
    b"{": (_value, _digits, _json, _json, _json, _json),
    b"U": (_value, _digits, _segments, _segments),
}
_MOST = 300_000


def spoilt(draw: Random, raw: bytes, others: Sequence[bytes], depth: int = 0) -> bytes:
    """``raw`` after one to four changes, at most 300 kB of it; two times of three only to what it means."""
    spoils = MEANING.get(raw.lstrip(b"\xef\xbb\xbf \r\n")[:1], BYTES) if draw.random() < 0.7 else BYTES
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        spoil = draw.choice(spoils)
        if depth and spoil is _inside:
            continue
        raw = spoil(draw, raw, others)[:_MOST]
    return raw


def hostile(number: int, seed: int, samples: Sequence[Sequence[bytes]]) -> bytes:
    """The file of that number, made from one of a group of ``samples``; every fiftieth is a zip, and spoilt
    as that as well."""
    draw = Random(f"{seed}/{number}")
    group = draw.choice(samples)
    everything = [raw for each in samples for raw in each]
    raw = spoilt(draw, draw.choice(group), everything)
    if number % 50:
        return raw
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name in ("a.xml", "b/c.json", "a.xml"[: draw.randrange(1, 5)]):
            archive.writestr(zipfile.ZipInfo(name), raw)
    return _flip(draw, out.getvalue(), everything) if draw.random() < 0.7 else out.getvalue()
