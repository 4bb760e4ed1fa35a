"""Attachments come out as they went in, and a multipart body that is none is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mocks.standards.soap import mtom
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import SoapProblem

NAMES = st.text("abcdefghij0123456789-.@:_", min_size=1, max_size=20)
TYPE = 'Multipart/Related; boundary=b; type="application/xop+xml"'


def refused(content_type: str, data: bytes) -> str:
    with pytest.raises(SoapProblem) as caught:
        mtom.read(content_type, data)
    return caught.value.reason


@given(
    root=st.binary(max_size=300),
    parts=st.dictionaries(NAMES, st.binary(max_size=300), max_size=4),
    version=st.sampled_from(list(SoapVersion)),
)
def test_parts_are_read_as_they_were_written(
    root: bytes, parts: dict[str, bytes], version: SoapVersion
) -> None:
    content_type, data = mtom.write(root, parts, version=version, action="urn:a")
    assert mtom.read(content_type, data) == (root, parts)
    assert mtom.parameter(content_type, "start-info") == version.content_type


def test_the_boundary_is_another_one_where_a_part_holds_it() -> None:
    content_type, _ = mtom.write(b"<a/>", {})
    inside = b"\r\n--" + mtom.parameter(content_type, "boundary").encode() + b"--\r\n"
    again, data = mtom.write(b"<a/>", {"x": inside})
    assert again != content_type
    assert mtom.read(again, data) == (b"<a/>", {"x": inside})


def test_a_message_without_parts_is_the_envelope() -> None:
    assert mtom.read("application/soap+xml; charset=utf-8", b"<a/>") == (b"<a/>", {})
    assert mtom.read("", b"<a/>") == (b"<a/>", {})


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_both_line_ends_a_preamble_and_base64_are_read(end: bytes) -> None:
    lines = [
        b"a preamble with --b in it",
        b"--b",
        b"",
        b"<a/>",
        b"--b  ",
        b"Content-Transfer-Encoding: BASE64",
        b"Content-ID:",
        b" <x@y>",
        b"",
        b"aGVq\naGVq",
        b"--bc",
        b"",
        b"--b--",
        b"an epilogue",
    ]
    with pytest.raises(SoapProblem, match="base64"):  # the line --bc belongs to the content
        mtom.read(TYPE, end.join(lines))
    del lines[10:12]
    assert mtom.read(TYPE, end.join(lines)) == (b"<a/>", {"x@y": b"hejhej"})


@pytest.mark.parametrize(
    ("content_type", "data", "says"),
    [
        ("multipart/related", b"--b--", "no boundary"),
        ('multipart/related; boundary="' + "b" * 300 + '"', b"", "no boundary"),
        (TYPE, b"", "before its last boundary"),
        (TYPE, b"--b\r\n\r\n<a/>", "before its last boundary"),
        (TYPE, b"--b\r\n\r\n<a/>\r\n--b", "before its last boundary"),
        (TYPE, b"--b--", "no part"),
        (TYPE + '; start="<z>"', b"--b\n\n<a/>\n--b--", "start"),
        (TYPE, b"--b\n\n<a/>\n--b\n\nx\n--b--", "no content id"),
        (TYPE, b"--b\nContent-ID: <a>\n\n<a/>\n--b\nContent-ID: <a>\n\nx\n--b--", "that of another"),
        (TYPE, b"--b\nContent-Transfer-Encoding: quoted-printable\n\n<a/>\n--b--", "transfer encoding"),
        (TYPE, b"--b\n" + b"X: y\n" * 3000 + b"\n<a/>\n--b--", "no blank line"),
        (TYPE, b"--b\nContent-ID: <a>\n--b--", "no blank line"),
        (TYPE, b"--b\n\n<a/>\n" + b"".join(b"--b\nContent-ID: <%d>\n\nx\n" % n for n in range(1001)) + b"--b--",
         "1000 parts"),
    ],
)  # fmt: skip
def test_a_multipart_body_that_is_none_is_refused(content_type: str, data: bytes, says: str) -> None:
    assert says in refused(content_type, data)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        mtom.read(TYPE, b"--b\n" + data + b"\n--b--")
    except SoapProblem as error:
        assert error.reason


def element(inner: bytes) -> etree._Element:
    return etree.fromstring(b"<Document>" + inner + b"</Document>")


@given(name=NAMES, content=st.binary(max_size=50))
def test_an_included_part_stands_for_its_content_as_base64_does(name: str, content: bytes) -> None:
    assert mtom.content_of(element(mtom.include(name)), {name: content}) == content
    assert mtom.content_of(element(mtom.inline(content)), {}) == content


def test_an_include_without_its_part_and_text_that_is_not_base64_are_problems() -> None:
    with pytest.raises(SoapProblem, match="not in the message"):
        mtom.content_of(element(mtom.include("x")), {"y": b""})
    with pytest.raises(SoapProblem, match="not in the message"):
        mtom.content_of(element(f'<i:Include xmlns:i="{mtom.XOP}" href="file:/x"/>'.encode()), {"": b""})
    with pytest.raises(SoapProblem, match="base64"):
        mtom.content_of(element(b"%%%"), {})
