"""XML from strangers is read within limits, or refused with one finding that says why."""

from __future__ import annotations

import pytest

from mocks.errors import BadInput, Malformed
from mocks.standards import safe_xml

BOMB = (
    b'<?xml version="1.0"?>\n<!-- a comment first --><!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><bomb>&b;&b;&b;</bomb>'
)
FILE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>'


def refusal(raw: bytes) -> str:
    with pytest.raises(Malformed) as caught:
        safe_xml.parse(raw)
    (finding,) = caught.value.findings
    assert finding.message and finding.mend
    return finding.rule


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "xml-wellformed"),
        (b"   \n", "xml-wellformed"),
        (b"UNA:+.? '", "xml-wellformed"),
        (b"{}", "xml-wellformed"),
        (b"<a><b></a>", "xml-wellformed"),
        (b"<a><b>", "xml-wellformed"),
        (b"<a>&unknown;</a>", "xml-wellformed"),
        (b"<a>\xff\xfe</a>", "xml-wellformed"),
        (b"<a>\x00</a>", "xml-wellformed"),
        (BOMB, "xml-doctype"),
        (b"\xef\xbb\xbf" + BOMB, "xml-doctype"),
        (FILE, "xml-doctype"),
        (b"<?pi <!-- ?>" + FILE, "xml-doctype"),
        ("<a/>".encode("utf-16"), "xml-wellformed"),
        (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "xml-encoding"),
        (b"<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE a+AD4-<a/>", "xml-encoding"),
        (b"<a>" * 101 + b"</a>" * 101, "xml-depth"),
        (b"<a>" * 5000 + b"</a>" * 5000, "xml-wellformed"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_document_that_cannot_be_trusted_is_refused_with_its_reason(raw: bytes, rule: str) -> None:
    assert refusal(raw) == rule


def test_a_document_above_the_limit_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "MAX_BYTES", 10)
    assert refusal(b"<a>12345678</a>") == "xml-size"


def test_text_that_only_speaks_of_a_doctype_is_read() -> None:
    document = safe_xml.parse(b"<a><![CDATA[<!DOCTYPE x>]]></a>")
    assert document.root.text == "<!DOCTYPE x>"


def test_a_hundred_levels_are_read() -> None:
    assert safe_xml.parse(b"<a>" * 100 + b"</a>" * 100).root.tag == "a"


def test_the_declared_encoding_is_told_and_used() -> None:
    document = safe_xml.parse('<?xml version="1.0" encoding="ISO-8859-1"?><a>æøå</a>'.encode("latin-1"))
    assert (document.encoding, document.root.text) == ("iso-8859-1", "æøå")


def test_the_content_of_a_large_element_is_cut_out_whatever_its_prefix() -> None:
    content = b"A" * 12_000_000  # more than the parser takes as one text
    document = safe_xml.parse(b'<v:e xmlns:v="u"><v:Data>' + content + b"</v:Data></v:e>", cut=b"Data")
    assert document.data == content
    assert document.root[0].tag == "{u}Data" and document.root[0].text is None


@pytest.mark.parametrize("disguise", [b"<!-- <Data>x</Data> -->", b"<![CDATA[<Data>x</Data>]]>"])
def test_what_only_looks_like_a_tag_is_not_cut(disguise: bytes) -> None:
    content = b"B" * 300_000
    document = safe_xml.parse(b"<e>" + disguise + b"<Data>" + content + b"</Data></e>", cut=b"Data")
    assert document.pieces == (content,)
    assert document.root[-1].text is None
    assert document.root.text == ("<Data>x</Data>" if b"CDATA" in disguise else None)


@pytest.mark.parametrize(
    "beside",
    [
        b"<?odd <Data>x</Data> ?>",
        b"<Data/>",
        b"<Data><b/></Data>",
        b"<Data>&amp;</Data>",
        b"<Data><![CDATA[x]]></Data>",
    ],
)
def test_nothing_is_cut_where_one_of_the_elements_is_written_another_way(beside: bytes) -> None:
    content = b"B" * 300_000
    document = safe_xml.parse(b"<e>" + beside + b"<Data>" + content + b"</Data></e>", cut=b"Data")
    assert document.pieces == ()
    assert document.root[-1].text == content.decode()


def test_several_large_elements_are_cut_in_their_order() -> None:
    one, two = b"A" * 11_000_000, b"B" * 11_000_000
    raw = b"<e><D>" + one + b"</D><D></D><D>" + two + b"</D></e>"
    assert safe_xml.parse(raw, cut=(b"Data", b"D")).pieces == (one, b"", two)


def test_special_characters_are_escaped_and_impossible_ones_refused() -> None:
    assert safe_xml.escape("a<b & c>\r") == "a&lt;b &amp; c&gt;&#13;"
    assert safe_xml.escape_attribute('"\n') == "&quot;&#10;"
    with pytest.raises(BadInput, match=r"U\+0007"):
        safe_xml.escape("bell \x07")
