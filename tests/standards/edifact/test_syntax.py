"""Cutting EDIFACT into segments: exact, linear, and never astonished by what comes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mocks.errors import BadInput, Malformed
from mocks.standards.edifact.finding_list import MOST_SHOWN
from mocks.standards.edifact.segment_write import END, HEAD, component, foreign, segment
from mocks.standards.edifact.syntax import MAX_COMPONENTS, MAX_SEGMENT, MAX_SEGMENTS, cut


def found(raw: bytes) -> list[str]:
    """The rules that cutting ``raw`` breaks, refused or not."""
    try:
        return [finding.rule for finding in cut(raw).findings]
    except Malformed as refused:
        return [finding.rule for finding in refused.findings]


def test_segments_are_cut_into_elements_and_components() -> None:
    done = cut(b"UNA:+.? 'BGM+EPI++9+NA'\r\nNAD+SSP+1:KOM:IM++A:B:::US'")
    assert done.findings == ()
    assert [each.tag for each in done.segments] == ["BGM", "NAD"]
    assert done.segments[0].elements == (("EPI",), ("",), ("9",), ("NA",))
    assert done.segments[1].value(2, 3) == "IM" and done.segments[1].value(4, 5) == "US"
    assert done.segments[1].value(4, 6) == "" and done.segments[1].value(9) == ""
    assert (done.segments[1].number, done.segments[1].at) == (2, 25)


def test_the_release_character_makes_separators_ordinary() -> None:
    (ftx,) = cut(b"UNA:+.? 'FTX+a?:b?+c?'d??:e'").segments
    assert ftx.elements == (("a:b+c'd?", "e"),)


@pytest.mark.parametrize("raw", [b"FTX+a'", b"UNA:+.? 'FTX+a'", b"\r\n UNA:+.? '\r\n\r\nFTX+a'\n  \n"])
def test_una_and_line_breaks_may_stand_or_not(raw: bytes) -> None:
    assert [each.tag for each in cut(raw).segments] == ["FTX"]


def test_other_separators_hold_when_una_names_them() -> None:
    done = cut(b"UNA|*,\\ ~FTX*a|b\\|c~")
    assert done.segments[0].elements == (("a", "b|c"),)
    assert [each.rule for each in done.findings] == ["edifact-una-other"]


def test_without_a_release_character_none_is_special() -> None:
    assert cut(b"UNA:+.  'FTX+a?'").segments[0].elements == (("a?",),)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "edifact-empty"),
        (b"UNA:+.? '", "edifact-empty"),
        (b" \r\n ", "edifact-empty"),
        (b"UNA:+.?", "edifact-una"),
        (b"UNA::.? 'BGM+1'", "edifact-una"),
        (b"UNAABCDEFBGM+1'", "edifact-una"),
        (b"UNA:+.?  BGM+1 ", "edifact-una"),
        (b"BGM+1'", "edifact-una-missing"),
        (b"UNA:+.? 'BGM+1", "edifact-unterminated"),
        (b"UNA:+.? 'BGM+1?'", "edifact-unterminated"),
        (b"UNA:+.? 'BGM+1?", "edifact-unterminated"),
        (b"UNA:+.? 'BGM+1'x", "edifact-unterminated"),
        (b"UNA:+.? 'bgm+1'", "edifact-tag"),
        (b"UNA:+.? '+1'", "edifact-tag"),
        (b"UNA:+.? 'BGM:1+1'", "edifact-tag"),
        (b"UNA:+.? 'BGM+a?b'", "edifact-release"),
        (b"UNA:+.? 'BGM+a\x00'", "edifact-character"),
        (b"UNA:+.? 'BGM+a\r\nb'", "edifact-line-break"),
        (b"UNA:+.? 'BGM+\xc3\xa6'", "edifact-encoding"),
        (b"UNA:+.? 'BGM+\x96'", "edifact-encoding"),
        (b"\xef\xbb\xbfUNA:+.? 'BGM+1'", "edifact-encoding"),
        (b"UNA:+.? 'BGM+" + b"x" * MAX_SEGMENT + b"'", "edifact-size"),
        (b"UNA:+.? '" + b"BGM'" * (MAX_SEGMENTS + 1), "edifact-size"),
        (b"UNA:+.? 'BGM" + b"+" * (MAX_COMPONENTS + 1) + b"'", "edifact-size"),
        (b"UNA:+.? 'UNO+1+AID+OBJ+x'", "edifact-binary-length"),
        (b"UNA:+.? 'UNO+1+AID+OBJ+-1'", "edifact-binary-length"),
        (b"UNA:+.? 'UNO+1+AID+OBJ'", "edifact-binary-length"),
        (b"UNA:+.? 'UNO+1+AID+OBJ+99'abc", "edifact-binary-length"),
        (b"UNA:+.? 'UNO+1+AID+OBJ+999999999999'abc", "edifact-binary-length"),
        (b"UNA:+.? 'UNO+1+AID+OBJ+2'abcUNP+2+1'", "edifact-binary-length"),
        (b"UNA:+.? 'UNO+1+AID+OBJ+4'abcUNP+2+1'", "edifact-binary-length"),
        (b"UNA:+.? 'UNO+1+AID+OBJ+3'abc\r\nUNP+3+1'", "edifact-binary-line-break"),
    ],
)
def test_each_fault_of_syntax_has_its_rule_and_its_place(raw: bytes, rule: str) -> None:
    assert rule in found(raw)
    try:
        findings = cut(raw).findings
    except Malformed as refused:
        findings = refused.findings
    assert all(each.message and each.source for each in findings)
    assert all("byte" in each.path for each in findings if each.rule not in ("edifact-empty",))


def test_a_line_break_inside_a_segment_is_dropped() -> None:
    assert cut(b"UNA:+.? 'FTX+ab\r\ncd'").segments[0].elements == (("abcd",),)


def test_octets_may_be_anything() -> None:
    octets = b"a'b?+\x00UNP+\r\nUNZ'"
    uno, unp = cut(b"UNA:+.? 'UNO+1+AID:1+OBJ+%d:14'" % len(octets) + octets + b"UNP+16+1'").segments
    assert uno.octets == octets and unp.tag == "UNP" and unp.number == 2


def test_a_length_that_lies_is_told_with_the_right_one() -> None:
    with pytest.raises(Malformed, match=r"2 octets.*the next UNP stands after 3"):
        cut(b"UNA:+.? 'UNO+1+AID+OBJ+2'abcUNP+2+1'")


def test_of_one_fault_a_bounded_number_is_shown() -> None:
    assert found(b"UNA:+.? '" + b"bgm+1'" * 1000) == ["edifact-tag"] * MOST_SHOWN


@pytest.mark.parametrize(
    "raw",
    [
        b"?" * 2_000_000,
        b"UNA:+.? 'FTX+" + b"?'" * 1_000_000,
        b"UNA:+.? 'FTX+" + b"?" * 2_000_001 + b"'",
        b"UNA:+.? '" + b"'" * 2_000_000,
        b"UNA:+.? '" + b"FTX+?'" * 300_000,
        b" " * 2_000_000,
        b"UNA:+.? '" + (b"FTX+" + b"?a" * 3_900 + b"'") * 500,
        b"UNA:+.? '" + b"UNO+1+2+3+0'UNP'" * 20_000,
    ],
)
def test_hostile_repetition_ends_in_a_finding(raw: bytes) -> None:
    found(raw)  # quadratic work would not end here


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="latin-1"), max_size=12), min_size=1, max_size=4), max_size=4
    )
)
@settings(max_examples=300, deadline=None)
def test_what_is_written_is_cut_into_the_same(elements: list[list[str]]) -> None:
    if any(foreign(value) for element in elements for value in element):
        with pytest.raises(BadInput, match=r"U\+00"):
            segment("FTX", *map(tuple, elements))
        return
    written = segment("FTX", *map(tuple, elements))
    (there,) = cut((HEAD + written + END).encode("latin-1")).segments
    for number, element in enumerate(elements, start=1):
        for place, value in enumerate(element, start=1):
            assert there.value(number, place) == value


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_end_in_segments_or_findings(raw: bytes) -> None:
    for start in (b"", b"UNA:+.? '", b"UNA:+.? 'UNB+UNOC:3'UNO+1+2+3+5'"):
        found(start + raw)


def test_a_foreign_character_is_refused_with_its_number() -> None:
    with pytest.raises(BadInput, match=r"U\+2013.*OIOXML"):
        component("a – b")
