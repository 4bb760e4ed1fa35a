"""A file says what it is: whoever hands in the wrong one does not hear of broken XML."""

from __future__ import annotations

from base64 import b64encode

import pytest

from mocks.standards.appearance import Form, appearance
from mocks.standards.recognise import check_bytes

XML = b'<?xml version="1.0"?><Emessage/>'
WIDE = XML.decode()


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (XML, Form.XML),
        (b"\xef\xbb\xbf\n " + XML, Form.XML),
        (b"<broken", Form.XML),
        (b'{"resourceType":', Form.JSON),
        (b"\xef\xbb\xbf\t{", Form.JSON),
        (b"UNA:+.? '", Form.EDIFACT),
        (b"UNB+UNOC:3'", Form.EDIFACT),
        (b"\r\nUNB+UNOC:3'", Form.EDIFACT),
    ],
)
def test_a_message_shows_its_form(raw: bytes, form: Form) -> None:
    assert appearance(raw).form is form
    assert not appearance(raw).what


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "empty"),
        (b" \r\n\t", "nothing but white space"),
        (WIDE.encode("utf-16"), "XML in UTF-16"),
        (WIDE.encode("utf-16-le"), "XML in UTF-16"),
        (WIDE.encode("utf-16-be"), "XML in UTF-16"),
        (WIDE.encode("utf-32"), "XML in UTF-32"),
        ('{"resourceType":"Bundle"}'.encode("utf-16"), "JSON in UTF-16"),
        (b'[{"resourceType":"Bundle"}]', "a JSON array"),
        (b'"<Emessage/>"', "a JSON string"),
        (b"date: today\n<?xml version='1.0'?>", "XML with something before it"),
        (b" " * 300 + XML, "white space at its start"),
        (b64encode(XML * 9)[:-5] + b"!", "the base64 of a message"),
    ],
)
def test_what_may_be_a_broken_message_is_named_and_never_left_out(raw: bytes, what: str) -> None:
    seen = appearance(raw)
    assert seen.form is Form.OTHER and seen.what.startswith(what) and not seen.foreign
    (finding,) = check_bytes(raw).findings
    assert finding.rule == "unrecognised" and what in finding.message and finding.mend
    assert not check_bytes(raw).foreign


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"PK\x03\x04", "zip"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"{\\rtf1}", "RTF"),
        (b"<!DOCTYPE HTML><p>", "HTML"),
        (b"<html lang='da'>", "HTML"),
        (b"[1, 2]", "JSON array"),
        (b"hello", "plain text"),
        (b"a\x00b" * 400, "binary"),
    ],
)
def test_what_is_no_message_is_named(raw: bytes, what: str) -> None:
    assert what in appearance(raw).what and appearance(raw).foreign
    checked = check_bytes(raw)
    assert what in checked.foreign and what in checked.findings[0].message


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b'<schema xmlns="http://www.w3.org/2001/XMLSchema"/>', "root schema"),
        (b'{"name": "a package"}', "JSON, and no FHIR"),
        (b'{"name": "a package"', "no FHIR"),
        (b'{"resourceType": "Patient"}', "a FHIR Patient"),
        (b'{"resourceType": "Bundle", "type": "searchset"}', "of the type 'searchset'"),
    ],
)
def test_a_document_of_another_kind_is_no_message(raw: bytes, what: str) -> None:
    assert what in check_bytes(raw).foreign


@pytest.mark.parametrize(
    "raw",
    [
        b'<VANSEnvelop xmlns="urn:oio:medcom:vans-envelope:1.0.4"/>',
        b'<EMessage xmlns="http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"/>',
        b'<Emessage xmlns="http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"/>',
        b'{"resourceType": "Bundle", "type": "message"}',
        b'{"resourceType": "Bundle", ',
        b"UNB+UNOC:3+a+b'",
    ],
)
def test_a_message_that_is_broken_is_not_taken_for_something_else(raw: bytes) -> None:
    checked = check_bytes(raw)
    assert checked.findings and not checked.foreign and not checked.unchecked
