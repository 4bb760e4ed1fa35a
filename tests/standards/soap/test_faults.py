"""Faults of both versions are read as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks.errors import BadInput
from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import (
    CLIENT,
    MUST_UNDERSTAND,
    SERVER,
    VERSION_MISMATCH,
    Fault,
    SoapRefusal,
    read_fault,
    write_fault,
)

TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))
CODES = st.sampled_from(
    (CLIENT, SERVER, VERSION_MISMATCH, MUST_UNDERSTAND, "{urn:trust}FailedAuthentication", "{urn:a&b}c.d-e")
)


def sent(fault: Fault) -> Fault | None:
    return read_fault(envelopes.read(envelopes.write(fault.version, write_fault(fault))))


@given(version=st.sampled_from(list(SoapVersion)), code=CODES, reason=TEXTS, actor=TEXTS)
def test_a_fault_is_read_as_it_was_written(version: SoapVersion, code: str, reason: str, actor: str) -> None:
    detail = b'<d:FaultCode xmlns:d="urn:d">not_authorized</d:FaultCode><e xmlns="urn:e"></e>'
    fault = Fault(version, code, reason, detail, actor)
    assert sent(fault) == fault
    assert [element.tag for element in fault.details()] == ["{urn:d}FaultCode", "{urn:e}e"]


def test_the_versions_name_the_same_code_differently_on_the_wire() -> None:
    assert b">soap:Client<" in write_fault(Fault(SoapVersion.SOAP11, CLIENT, "r"))
    assert b">soap:Sender<" in write_fault(Fault(SoapVersion.SOAP12, CLIENT, "r"))
    assert b">soap:Receiver<" in write_fault(Fault(SoapVersion.SOAP12, SERVER, "r"))


@pytest.mark.parametrize("code", ["", "client", "wst:FailedAuthentication", "{}x", "{urn:a}b c", "{urn:a}<b"])
def test_a_code_of_neither_form_cannot_be_written(code: str) -> None:
    with pytest.raises(BadInput, match="fault code"):
        write_fault(Fault(SoapVersion.SOAP11, code, "r"))


def test_an_answer_without_a_fault_has_none() -> None:
    assert read_fault(envelopes.read(envelopes.write(SoapVersion.SOAP12, b"<a/>"))) is None
    assert read_fault(envelopes.read(envelopes.write(SoapVersion.SOAP12, b""))) is None


@pytest.mark.parametrize("version", list(SoapVersion))
def test_a_fault_that_says_nothing_is_still_a_fault(version: SoapVersion) -> None:
    body = f'<s:Fault xmlns:s="{version}"/>'.encode()
    assert read_fault(envelopes.read(envelopes.write(version, body))) == Fault(version, "", "")


def test_a_detail_without_a_canonical_form_is_read_as_it_stands() -> None:
    fault = Fault(SoapVersion.SOAP11, CLIENT, "r", b'<d xmlns="relative!address"/>')
    read = sent(fault)
    assert read is not None and b"relative!address" in read.detail


def test_a_code_whose_prefix_stands_for_nothing_is_its_local_name() -> None:
    version = SoapVersion.SOAP11
    body = f'<s:Fault xmlns:s="{version}"><faultcode>x:Odd</faultcode></s:Fault>'.encode()
    found = read_fault(envelopes.read(envelopes.write(version, body)))
    assert found is not None and found.code == "Odd"


def test_a_refusal_becomes_a_fault_of_the_version_that_was_asked_in() -> None:
    refusal = SoapRefusal("{urn:t}InvalidRequest", "why", b"<d/>", "urn:who")
    assert refusal.fault(SoapVersion.SOAP12) == Fault(
        SoapVersion.SOAP12, "{urn:t}InvalidRequest", "why", b"<d/>", "urn:who"
    )
    assert str(refusal) == "InvalidRequest: why"
