"""Text in FTX: lines, continuations and styles, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mocks.standards.edifact.free_text import (
    components,
    ftx,
    read_formatted,
    read_text,
    read_value,
    value_components,
    write_formatted,
)
from mocks.standards.edifact.segment_write import END, HEAD
from mocks.standards.edifact.syntax import Segment, cut
from mocks.standards.formatted_text import FormattedText, Style, Styled, in_order

LINES = st.text(st.sampled_from("ab .\\?:+'æ\n "), max_size=400)


def segments(written: list[str]) -> tuple[Segment, ...]:
    return cut((HEAD + "".join(each + END for each in written)).encode("latin-1")).segments


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("a\n", ["a"]),
        ("a", ["a"]),
        ("a\n\nb\n", ["a", ".", "b"]),
        ("\n", ["."]),
        (".\n", [".\\", "."]),
        ("a\\\n", ["a\\\\", "."]),
        ("x" * 70 + "\n", ["x" * 70]),
        ("x" * 71 + "\n", ["x" * 69 + "\\", "xx"]),
        ("a" * 40 + " " + "b" * 40 + "\n", ["a" * 40 + " \\", "b" * 40]),
    ],
)
def test_lines_become_components(text: str, parts: list[str]) -> None:
    assert components(text) == parts


@given(LINES)
@settings(max_examples=500, deadline=None)
def test_any_text_comes_back_with_its_last_line_ended(text: str) -> None:
    parts = components(text)
    assert all(1 <= len(part) <= 70 for part in parts)
    ended = text if not text or text.endswith("\n") else f"{text}\n"
    assert read_text(segments(ftx("NC", parts)) if parts else ()) == ended


@given(st.text(st.sampled_from("a.\\?:/"), min_size=1, max_size=200))
@settings(max_examples=300, deadline=None)
def test_a_value_over_several_components_comes_back(value: str) -> None:
    parts = value_components(value)
    assert all(1 <= len(part) <= 70 for part in parts) and read_value(parts) == value


def test_an_empty_component_is_an_empty_line_too() -> None:
    assert read_text(cut(b"UNA:+.? 'FTX+NC+P00++a::b'").segments) == "a\n\nb\n"


def test_a_line_goes_on_into_the_next_segment() -> None:
    assert read_text(cut(b"UNA:+.? 'FTX+NC+P00++a \\'FTX+NC+P00++b'").segments) == "a b\n"


def test_styles_hold_for_a_whole_segment_and_neighbours_are_joined() -> None:
    raw = b"UNA:+.? 'FTX+NC+P00++a:b \\'FTX+NC+PK0++c\\'FTX+NC+PK0++ d'FTX+NC+FF0++e'FTX+NC+P0M++f'"
    assert read_formatted(cut(raw).segments) == FormattedText(
        "a\nb c d\ne\nf\n",
        (
            Styled(4, 8, Style.ITALIC),
            Styled(8, 10, Style.FIXED),
            Styled(8, 10, Style.BOLD),
            Styled(10, 12, Style.CENTER),
        ),
    )


def styled(text: str, stretches: list[tuple[int, int, Style]]) -> FormattedText:
    """The text with those stretches that no other one overlaps."""
    kept: list[Styled] = []
    for start, stop, style in stretches:
        each = Styled(min(start, stop), max(start, stop), style)
        if each.start < each.stop <= len(text) and not any(
            each.start < other.stop and other.start < each.stop for other in kept
        ):
            kept.append(each)
    return FormattedText(text, in_order(kept))


@given(
    LINES.map(lambda text: f"{text}\n"),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400), st.sampled_from(list(Style))), max_size=6),
)
@settings(max_examples=400, deadline=None)
def test_any_styled_text_comes_back(text: str, stretches: list[tuple[int, int, Style]]) -> None:
    formatted = styled(text, stretches)
    if any(each.stop == len(text) - 1 for each in formatted.styles):
        return  # the last end of line shares the style of what stands before it
    assert read_formatted(segments(write_formatted("NC", formatted))) == formatted


def test_bold_within_fixed_width_comes_back() -> None:
    formatted = FormattedText("abc\ndef\n", (Styled(0, 8, Style.FIXED), Styled(1, 6, Style.BOLD)))
    assert read_formatted(segments(write_formatted("NC", formatted))) == formatted
