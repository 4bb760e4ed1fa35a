"""Bytes that are not a message: a clear finding each, never a traceback."""

from __future__ import annotations

import pytest

from mocks.errors import Malformed
from mocks.standards import care_communication as cc
from mocks.standards import fhir_form
from mocks.standards.fhir_bundle import derived_ids, event_code, parse
from mocks.standards.findings import Severity
from mocks.standards.readings import profile, weigh

BAD = [
    (b"", "fhir-json"),
    (b"hello", "fhir-json"),
    (b"[1, 2]", "fhir-json"),
    (b'{"resourceType": "Bundle"', "fhir-json"),
    (b'{"resourceType": "B\xe6"}', "fhir-utf-8"),
    (b'{"id": "a", "id": "b"}', "fhir-json-names"),
    (b'{"id" : "a", "id": "b"}', "fhir-json-names"),
    (b'{"a": "\\u0022:", "id": "a", "id": "b"}', "fhir-json-names"),
    (b'{"a": {"x": 1, "x": 1}}', "fhir-json-names"),
    (b'{"a":' * 500 + b"1" + b"}" * 500, "fhir-depth"),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, "fhir-json"),
    (b"<Bundle", "fhir-xml"),
    (b'<Bundle xmlns="http://example.org"/>', "fhir-xml-namespace"),
    (b'<Bundle xmlns="http://hl7.org/fhir"><x xmlns="urn:x"/></Bundle>', "fhir-xml-namespace"),
    (b'<!DOCTYPE x [<!ENTITY a "b">]><Bundle xmlns="http://hl7.org/fhir">&a;</Bundle>', "fhir-xml-doctype"),
    (
        b"<!--" + b" " * 5000 + b'--><!DOCTYPE x><Bundle xmlns="http://hl7.org/fhir"/>',
        "fhir-xml-doctype",
    ),
    (
        b'<Bundle xmlns="http://hl7.org/fhir">' + b"<a>" * 150 + b"</a>" * 150 + b"</Bundle>",
        "fhir-depth",
    ),
    (b'<Bundle xmlns="http://hl7.org/fhir">' + b"<a>" * 9000, "fhir-xml"),
]


@pytest.mark.parametrize(("raw", "rule"), BAD, ids=[f"{n} {r}" for n, (_, r) in enumerate(BAD)])
def test_what_cannot_be_parsed_is_refused_with_its_rule(raw: bytes, rule: str) -> None:
    (finding,) = cc.check(raw)
    assert finding.rule == rule
    assert finding.message
    assert finding.mend
    with pytest.raises(Malformed):
        cc.read(raw)


def test_a_message_beyond_the_size_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir_form, "MAX_BYTES", 10)
    (finding,) = cc.check(b'{"resourceType": "Bundle"}')
    assert finding.rule == "medcom-size"


def test_the_limit_counts_the_envelope_and_an_older_text_had_half_of_it() -> None:
    def severity(size: int, reading: str, in_envelope: bool = False) -> list[Severity]:
        found = fhir_form.size_findings(size, in_envelope=in_envelope)
        return [finding.severity for finding in weigh(found, profile(reading))]

    assert severity(37_000_000, "older") == severity(74_000_000, "current") == []
    assert severity(38_000_000, "older") == [Severity.DISPUTED]
    assert severity(75_000_001, "current") == [Severity.ERROR]  # base64 adds a third
    assert severity(75_000_001, "current", in_envelope=True) == []
    assert severity(100_000_001, "older", in_envelope=True) == [Severity.ERROR]


def test_too_many_entries_are_refused() -> None:
    raw = b'{"resourceType": "Bundle", "entry": [' + b",".join([b"{}"] * 10_001) + b"]}"
    assert [f.rule for f in cc.check(raw)] == ["fhir-many"]


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": "x\\":y", "b": [{"a": 1}, {"a": 2}]}',
        b'{ "a" : 1 , "b" : "\\u0022:" }',
        b'\xef\xbb\xbf{"a": 1}',
        b' \n{"a": "\xc3\xa6"}',
    ],
)
def test_names_that_only_look_repeated_are_accepted(raw: bytes) -> None:
    assert "a" in parse(raw)


def test_another_resource_than_a_bundle_is_no_message() -> None:
    (finding,) = cc.check(b'{"resourceType": "Patient"}')
    assert "Patient" in finding.message


def test_the_event_tells_what_kind_of_message_it_is() -> None:
    tree = {"entry": [{"resource": {"eventCoding": {"code": "acknowledgement-message"}}}]}
    assert event_code(tree) == "acknowledgement-message"
    assert event_code({}) is None
    assert event_code({"entry": [{"resource": []}]}) is None


def test_derived_ids_depend_on_the_seed_alone_and_do_not_repeat() -> None:
    one, again, other = derived_ids("a"), derived_ids("a"), derived_ids("b")
    drawn = [one() for _ in range(1000)]
    assert drawn == [again() for _ in range(1000)]
    assert len({*drawn, *(other() for _ in range(1000))}) == 2000
    assert all(len(i) == 36 and i[14] == "4" and i[19] in "89ab" for i in drawn)
