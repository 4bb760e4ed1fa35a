"""docs/access.md shows the legal table and the decision table as they are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from mocks.access.decisions import WORDS, decision_table
from mocks.access.legal import legal_table
from mocks.access.telling import renewed

PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"
RENEW = "write it anew: PAGE.write_text(renewed(PAGE.read_text())) with mocks.access.telling.renewed"


def test_the_page_shows_both_tables_as_they_are() -> None:
    page = PAGE.read_text("utf-8")
    assert renewed(page) == page, RENEW
    assert all(f"| {row.id} |" in page for row in decision_table())
    assert all(f"`{rule.id}`" in page for rule in legal_table().rules)
    assert f"{len(decision_table())} situations" in page


def test_a_page_that_differs_is_renewed() -> None:
    page = PAGE.read_text("utf-8")
    changed = page.replace("| A001 |", "| A999 |")
    assert changed != page
    assert renewed(changed) == page


def test_the_decision_table_is_wide_enough_and_every_row_names_its_source() -> None:
    rows = decision_table()
    assert len(rows) >= 60
    assert max(Counter(row.id for row in rows).values()) == 1
    situations = [tuple(getattr(row, name) for name in row.__struct_fields__[1:12]) for row in rows]
    assert [s for s, count in Counter(situations).items() if count > 1] == []
    assert all(row.source for row in rows)
    for name, most in (
        ("user", 10),
        ("consent", 10),
        ("block", 10),
        ("age", 5),
        ("setting", 4),
        ("token", 4),
    ):
        assert len({getattr(row, name) for row in rows}) >= most, name
    assert {row.mode for row in rows} == {"declared", "registered"}


def test_a_denied_or_empty_look_up_leaves_no_entry_in_the_citizens_log() -> None:
    for row in decision_table():
        assert (row.minlog == "1") is bool(row.addition), row.id
        if row.allowed == "no":
            assert (row.minlog, row.shown) == ("0", "nothing"), row.id
            assert row.code, row.id
        if (
            row.block == "all"
            and row.override == "no"
            and row.data == "appointments"
            and row.user != "citizen"
        ):
            assert row.minlog == "0", row.id


def test_every_setting_of_the_table_is_explained() -> None:
    assert {row.setting for row in decision_table()} - {"default"} <= set(WORDS)
