"""Whatever message there is: it is written, right by every rule, and read back as the same record."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocks.standards import acknowledgement as ack
from mocks.standards import care_communication as cc
from mocks.standards.exchange.answers import check_receipt
from mocks.standards.fhir_bundle import parse
from mocks.standards.findings import Severity
from mocks.standards.recognise import check_bytes
from tests.standards.fhir_strategies import acknowledgements, messages, new_messages

FORMS = pytest.mark.parametrize("mime", [cc.MIME_JSON, cc.MIME_XML])
_SETTINGS = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@FORMS
@pytest.mark.parametrize("version", ["5.0", "4.0.0"])
@given(data=st.data())
@_SETTINGS
def test_any_correspondence_is_right_and_reads_back_the_same(
    version: str, mime: str, data: st.DataObject
) -> None:
    message = data.draw(messages(version))
    raw = cc.write(message, mime=mime)
    assert check_bytes(raw).findings == []
    read = cc.read(raw)
    assert read == message
    assert cc.write(read, mime=mime) == raw


@FORMS
@given(record=acknowledgements())
@_SETTINGS
def test_any_acknowledgement_is_right_and_reads_back_the_same(mime: str, record: ack.Acknowledgement) -> None:
    raw = ack.write(record, mime=mime)
    assert [f for f in check_bytes(raw).findings if f.severity is not Severity.INFORMATION] == []
    assert ack.read(raw) == record


@given(message=messages("5.0"))
@_SETTINGS
def test_both_forms_hold_the_same_tree(message: cc.CareCommunication) -> None:
    in_json, in_xml = cc.write(message), cc.write(message, mime=cc.MIME_XML)
    assert parse(in_xml) == parse(in_json)


@given(message=new_messages("5.0"))
@_SETTINGS
def test_any_message_has_a_right_answer(message: cc.CareCommunication) -> None:
    ids = iter(f"00000000-0000-4000-8000-{n:012d}" for n in range(9))
    answer = ack.answer(message, "ok", new_id=lambda: next(ids), at=message.timestamp)
    assert check_receipt(ack.write(answer), cc.write(message)) == []
