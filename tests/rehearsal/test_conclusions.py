"""Which conclusions hold whatever the volume, and that one which does not is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from scenarios.pilots.conclusions import other_volumes, over_volumes
from scenarios.result import Conclusion
from tests.rehearsal import own
from tests.rehearsal.conftest import Played

pytestmark = pytest.mark.slow


def test_the_conclusions_of_the_pilot_hold_for_every_volume(quarter: Played) -> None:
    conclusions = quarter.result.conclusions
    assert [c.what.split(":")[0] for c in conclusions] == ["A17", "A18", "A19"]
    assert all(c.holds_for_all for c in conclusions)
    assert {(c.low, c.base, c.high) for c in conclusions} == {("pass", "pass", "pass")}


def test_the_verdict_of_the_runs_own_volume_is_that_of_the_run(quarter: Played) -> None:
    failed = tuple(changed(row, verdict="fail") for row in quarter.result.figures)
    elsewhere = other_volumes(quarter.choices, quarter.run.world)
    for conclusion in over_volumes(quarter.choices, failed, elsewhere):
        assert (conclusion.low, conclusion.base, conclusion.high) == ("fail", "pass", "pass")
        assert not conclusion.holds_for_all


def test_assumptions_that_contradict_a_conclusion_are_found_out(quarter: Played, tmp_path: Path) -> None:
    """A caseload in which the family department corresponds with GPs, against A19."""
    channels = (
        "{ gp = { correspondence = 0.66, lae_form = 0.26, phone = 0.08 },"
        " department = { correspondence = 1.0 }, bup = { digital_post = 1.0 } }"
    )
    file = own.parameters(tmp_path / "own.toml", family_channels=channels)
    choices = replace(quarter.choices, parameters=file)
    elsewhere = other_volumes(choices, quarter.run.world)
    found = {c.what[:3]: c for c in over_volumes(choices, quarter.result.figures, elsewhere)}
    assert (found["A19"].base, found["A19"].high) == ("fail", "fail")
    assert not found["A19"].holds_for_all
    assert (found["A18"].base, found["A18"].high) == ("pass", "pass")


@pytest.mark.parametrize(
    ("verdicts", "holds"),
    [
        (("pass", "pass", "pass"), True),
        (("pass", "fail", "pass"), False),
        (("not_exercised", "pass", "pass"), False),
        (("pass", "pass", ""), False),
    ],
)
def test_a_conclusion_holds_only_where_all_three_volumes_pass(
    verdicts: tuple[str, str, str], holds: bool
) -> None:
    low, base, high = verdicts
    assert Conclusion(what="x", low=low, base=base, high=high).holds_for_all is holds
