"""Text with markup: what it looks like survives writing and reading, whatever the layout of the file."""

# ruff: noqa: E501 - a row of a table stays one row

from __future__ import annotations

import pytest
from hypothesis import given, settings
from lxml import etree

from mocks.errors import BadInput
from mocks.standards.formatted_text import (
    FormattedText,
    Style,
    Styled,
    in_order,
    plain,
    read_formatted,
    write_blocks,
    write_formatted,
)
from tests.standards.oioxml_strategies import formatted_texts


def element(content: str) -> etree._Element:
    return etree.fromstring(f'<Text01 xmlns="urn:x">{content}</Text01>')


def read(content: str) -> FormattedText:
    return read_formatted(element(content))


@pytest.mark.parametrize(
    ("markup", "text", "styles"),
    [
        ("a<Break/>b", "a\nb", []),
        ("a <Bold>fed</Bold> b", "a fed b", [Styled(2, 5, Style.BOLD)]),
        ("<Right>r</Right><Center>c<Break/></Center>", "rc\n", [Styled(0, 1, Style.RIGHT), Styled(1, 3, Style.CENTER)]),
        ("<Italic>a<Space/></Italic><Underline>b</Underline>", "a b", [Styled(0, 2, Style.ITALIC), Styled(2, 3, Style.UNDERLINE)]),
        ("<FixedFont>a<Bold>b</Bold>c</FixedFont>", "abc", [Styled(0, 3, Style.FIXED), Styled(1, 2, Style.BOLD)]),
        ("\n  a\n  <Bold>\n  b\n  </Bold>\n", "a b", [Styled(2, 3, Style.BOLD)]),
        ("a<Break/>\n  <Bold>b</Bold>", "a\nb", [Styled(2, 3, Style.BOLD)]),
        ("<Bold>a&#13;\nb</Bold>", "a b", [Styled(0, 3, Style.BOLD)]),
        ("<Bold>a&lt;Break/&gt;b</Bold>c&lt;Space/&gt;d", "a\nbc d", [Styled(0, 3, Style.BOLD)]),
        ("<Bold/>a<Bold>b</Bold><Bold>c</Bold>", "abc", [Styled(1, 3, Style.BOLD)]),
        ("<Bold>a</Bold><FixedFont><Bold>b</Bold></FixedFont>", "ab", [Styled(0, 1, Style.BOLD), Styled(1, 2, Style.FIXED), Styled(1, 2, Style.BOLD)]),
    ],
)  # fmt: skip
def test_what_a_text_looks_like_is_said_beside_it(markup: str, text: str, styles: list[Styled]) -> None:
    assert read(markup) == FormattedText(text, tuple(styles))
    assert plain(element(markup)) == text


@given(formatted_texts())
@settings(max_examples=300, deadline=None)
def test_any_formatted_text_is_read_back_as_it_was_written(formatted: FormattedText) -> None:
    again = read(write_formatted(formatted))
    assert again == formatted
    assert read(write_formatted(again)) == again
    assert plain(element(write_formatted(formatted))) == formatted.text


def test_a_long_styled_text_is_divided_and_its_styles_with_it() -> None:
    text = "ord " * 2000
    formatted = FormattedText(text, (Styled(10, 5000, Style.FIXED), Styled(3000, 4000, Style.BOLD)))
    blocks = write_blocks(formatted, 10)
    assert len(blocks) == 3
    size, styles = 0, list[Styled]()
    for block in map(read, blocks):
        styles += [Styled(each.start + size, each.stop + size, each.style) for each in block.styles]
        size += len(block.text)
    assert in_order(styles) == formatted.styles


@pytest.mark.parametrize(
    ("styles", "says"),
    [
        ([Styled(0, 9, Style.BOLD)], "outside the text of 5 characters"),
        ([Styled(2, 2, Style.BOLD)], "outside"),
        ([Styled(0, 3, Style.BOLD), Styled(2, 5, Style.ITALIC)], "overlaps"),
        ([Styled(0, 5, Style.BOLD), Styled(1, 2, Style.ITALIC)], "overlaps"),
        ([Styled(0, 3, Style.FIXED), Styled(2, 5, Style.FIXED)], "overlaps"),
        ([Styled(0, 3, Style.FIXED), Styled(2, 5, Style.BOLD)], "overlaps"),
        ([Styled(0, 3, Style.BOLD), Styled(2, 5, Style.FIXED)], "overlaps"),
    ],
)
def test_styles_that_elements_cannot_say_are_not_written(styles: list[Styled], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        write_formatted(FormattedText("abcde", tuple(styles)))


def test_long_runs_of_white_space_cost_once() -> None:
    spaces = " " * 300_000
    assert plain(element(f"a{spaces}b\n<Break/>{spaces}\n\n{spaces}c")) == f"a{spaces}b\nc"
    assert plain(element("a" + "\n" * 300_000 + "b")) == "a b"
