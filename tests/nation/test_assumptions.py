"""What the world assumes is written down, with its reason, and can be replaced."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mocks.errors import BadInput, HarnessFault
from sim.nation import assumptions
from sim.nation.assumptions import Assumed

ROOT = Path(__file__).resolve().parents[2]


def test_every_assumption_has_a_reason_and_a_value_inside_its_range() -> None:
    rows = assumptions()
    assert len(rows) > 30
    for row in rows:
        assert len(row.reason) > 20, row.id
        if row.low is not None and row.high is not None:
            assert not isinstance(row.value, str)
            assert row.low <= row.value <= row.high, row.id


def test_every_figure_is_used_by_the_code_and_every_used_one_is_listed() -> None:
    listed = {row.id for row in assumptions() if not isinstance(row.value, str)}
    code = "".join(p.read_text("utf-8") for p in (ROOT / "sim" / "nation").glob("*.py"))
    used = set(re.findall(r'assumed\(\s*"([^"]+)"', code)) | {"ppr-case-months", "family-case-months"}
    used |= {"somatic-departments"}  # counted in test_organisations
    assert used == listed


def test_the_documentation_lists_each_assumption_with_its_value() -> None:
    text = (ROOT / "docs" / "assumptions-world.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", text, re.MULTILINE))
    assert rows == {row.id: str(row.value) for row in assumptions()}


def test_the_shares_that_are_derived_agree_with_their_derivation() -> None:
    value = Assumed()
    children = value("children-aged-0-5") + value("children-aged-6-15") + value("children-aged-16-17")
    assert children == 1_137_799
    assert value("bup-share") == pytest.approx(43_530 / children, abs=5e-5)
    aged_0_22 = children * 23 / 18
    assert value("family-share") == pytest.approx(52_600 / aged_0_22, abs=5e-5)
    high = next(row.high for row in assumptions() if row.id == "family-share")
    assert high == pytest.approx((52_600 + 13_900) / aged_0_22, abs=5e-5)
    assert value("children-per-school") == round(value("children-aged-6-15") / (1066 + 547))
    assert value("children-per-special-school") == round(value("children-aged-6-15") / 121)
    assert value("children-per-day-care") == round(value("children-aged-0-5") / (2791 + 520 + 553 + 51))


def test_unknown_and_impossible_figures_are_refused() -> None:
    with pytest.raises(BadInput, match="these can be replaced"):
        Assumed({"ppr-shares": 0.1})
    with pytest.raises(BadInput, match="outside 0 to 1;"):
        Assumed({"ppr-share": 1.3})
    with pytest.raises(BadInput, match="outside 1 to"):
        Assumed({"cases-per-worker": 0})
    with pytest.raises(BadInput, match="no figure named"):
        Assumed({"siblings": 2})
    with pytest.raises(HarnessFault):
        Assumed()("siblings")
