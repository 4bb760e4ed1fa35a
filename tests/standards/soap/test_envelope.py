"""Envelopes of both versions: what is written is read, and what is no envelope is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import CLIENT, MUST_UNDERSTAND, VERSION_MISMATCH, SoapProblem

VERSIONS = tuple(SoapVersion)
#: Texts of headers: whatever XML can carry, without blanks at the ends.
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")).map(
    str.strip
)


def wrapped(inner: str, version: SoapVersion = SoapVersion.SOAP11) -> bytes:
    return f'<s:Envelope xmlns:s="{version}">{inner}</s:Envelope>'.encode()


def problem(data: bytes) -> SoapProblem:
    with pytest.raises(SoapProblem) as caught:
        envelopes.read(data)
    return caught.value


@given(
    version=st.sampled_from(VERSIONS), action=TEXTS, message_id=TEXTS, relates_to=TEXTS, to=TEXTS, text=TEXTS
)
def test_an_envelope_is_read_as_it_was_written(
    version: SoapVersion, action: str, message_id: str, relates_to: str, to: str, text: str
) -> None:
    body = f'<a xmlns="urn:a">{envelopes.escape(text)}</a>'.encode()
    written = envelopes.write(
        version,
        body,
        headers=[b'<h xmlns="urn:h"/>', b'<h xmlns="urn:h"/>'],
        action=action,
        message_id=message_id,
        relates_to=relates_to,
        to=to,
    )
    read = envelopes.read(written)
    assert (read.version, read.action, read.message_id, read.relates_to, read.to) == (
        version,
        action,
        message_id,
        relates_to,
        to,
    )
    assert read.body is not None and read.body.tag == "{urn:a}a" and (read.body.text or "") == text
    assert len(read.headers("{urn:h}h")) == 2 and read.headers("{urn:h}other") == []


@pytest.mark.parametrize("version", VERSIONS)
def test_an_envelope_may_have_no_header_and_an_empty_body(version: SoapVersion) -> None:
    read = envelopes.read(wrapped("<s:Body/>", version))
    assert (read.version, read.header, read.body) == (version, None, None)
    assert read.headers("{urn:h}h") == [] and read.action == ""


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", CLIENT, "not XML"),
        (b"GET / HTTP/1.1", CLIENT, "not XML"),
        (b"<html/>", CLIENT, "html"),
        (wrapped("<s:Body>")[:-20], CLIENT, "well-formed"),
        (b'<Envelope xmlns="urn:soap-1.3"/>', VERSION_MISMATCH, "1.1"),
        (b"<Envelope/>", VERSION_MISMATCH, "1.1"),
        (wrapped(""), CLIENT, "no Body"),
        (wrapped("<s:Header/>"), CLIENT, "no Body"),
        (wrapped("<s:Body/><s:Body/>"), CLIENT, "one Header and one Body"),
        (wrapped("<s:Body/><s:Header/>"), CLIENT, "one Header and one Body"),
        (wrapped("<s:Header/><s:Header/><s:Body/>"), CLIENT, "one Header and one Body"),
        (wrapped("<s:Body><a/><b/></s:Body>"), CLIENT, "2 elements"),
        (wrapped('<Body xmlns="urn:x"/>'), CLIENT, "one Header and one Body"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>' + wrapped("<s:Body>&x;</s:Body>"), CLIENT, "document type"),
        (wrapped("<s:Body>&x;</s:Body>"), CLIENT, "well-formed"),
        (wrapped("<s:Body>" + "<a>" * 120 + "</a>" * 120 + "</s:Body>"), CLIENT, "deep"),
        (b'<?xml version="1.0" encoding="UTF-7"?>' + wrapped("<s:Body/>"), CLIENT, "encoding"),
    ],
)
def test_what_is_no_envelope_is_refused_with_its_code_and_reason(data: bytes, code: str, says: str) -> None:
    refused = problem(data)
    assert refused.code == code
    assert says in refused.reason


def test_an_envelope_past_the_limit_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelopes, "MAX_BYTES", 20)
    assert "at most 20" in problem(wrapped("<s:Body/>")).reason


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_and_never_break_the_reader(data: bytes) -> None:
    with pytest.raises(SoapProblem):
        envelopes.read(data)


@given(at=st.integers(0, 300), byte=st.integers(0, 255))
def test_an_envelope_with_a_wrong_byte_is_read_or_refused(at: int, byte: int) -> None:
    data = bytearray(envelopes.write(SoapVersion.SOAP12, b"<a/>", action="urn:a", to="urn:b"))
    data[at % len(data)] = byte
    try:
        read = envelopes.read(bytes(data))
        assert read.to is not None
    except SoapProblem as error:
        assert error.reason


def test_a_header_of_addressing_that_stands_there_twice_is_a_problem() -> None:
    read = envelopes.read(
        wrapped(f'<s:Header xmlns:w="{envelopes.WSA}"><w:To>a</w:To><w:To>b</w:To></s:Header><s:Body/>')
    )
    with pytest.raises(SoapProblem, match="2 times"):
        assert read.to


def understood(header: str, version: SoapVersion) -> None:
    data = wrapped(f'<s:Header xmlns:w="{envelopes.WSA}">{header}</s:Header><s:Body/>', version)
    envelopes.read(data).require_understood({"{urn:known}h"})


@pytest.mark.parametrize(
    ("header", "version"),
    [
        ('<h xmlns="urn:other"/>', SoapVersion.SOAP11),
        ('<h xmlns="urn:other" s:mustUnderstand="0"/>', SoapVersion.SOAP11),
        ('<h xmlns="urn:known" s:mustUnderstand="1"/>', SoapVersion.SOAP11),
        ('<w:Action s:mustUnderstand="true">a</w:Action>', SoapVersion.SOAP12),
        ('<h xmlns="urn:other" s:mustUnderstand="1" s:actor="urn:a-proxy"/>', SoapVersion.SOAP11),
        ('<h xmlns="urn:other" s:mustUnderstand="true" s:role="urn:a-proxy"/>', SoapVersion.SOAP12),
    ],
)
def test_headers_that_are_known_optional_or_for_others_are_no_problem(
    header: str, version: SoapVersion
) -> None:
    understood(header, version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("value", ["1", "true"])
def test_a_header_that_must_be_understood_and_is_not_is_a_problem(version: SoapVersion, value: str) -> None:
    with pytest.raises(SoapProblem, match="is not understood") as caught:
        understood(f'<h xmlns="urn:other" s:mustUnderstand="{value}"/>', version)
    assert caught.value.code == MUST_UNDERSTAND
