"""What a citizen hides: from whom, of which unit, from when on; and an answer that holds it all the same is found."""

from __future__ import annotations

from typing import Any

import pytest

from sim.caseload.blocks import Block
from sim.truth import Kind, Part, Truth
from sim.truth.appointments import appointments_shown
from sim.truth.blocks import Blocks
from tests.truth.ground import CHILD, CPR, NOW, OTHER, UNIT, appointment, moment

PPR_OFFICE, ABOVE = "900010041000016006", "900010051000016008"


@pytest.mark.parametrize(
    ("block", "hidden"),
    [
        ({}, True),
        ({"what": UNIT}, True),
        ({"what": OTHER}, False),
        ({"what": "below"}, True),  # a block on a unit takes in what lies above it
        ({"who": PPR_OFFICE}, True),
        ({"who": OTHER}, False),
        ({"what": UNIT, "who": OTHER}, False),
        ({"entered": NOW}, True),
        ({"entered": moment("2025-08-31T14:31")}, False),
    ],
)
def test_a_block_hides_a_units_data_from_a_department(block: dict[str, Any], hidden: bool) -> None:
    blocks = Blocks([Block(CPR, **block)], {"below": UNIT, UNIT: ABOVE}.get)  # type: ignore[arg-type]
    assert blocks.hides(CPR, UNIT, PPR_OFFICE, NOW) is hidden
    assert not blocks.hides("2509479989", UNIT, PPR_OFFICE, NOW)


def test_what_is_blocked_must_not_be_shown_and_is_not_missing() -> None:
    truth = Truth([appointment("2025-09-01T10:00", "a"), appointment("2025-09-02T10:00", "b", unit=OTHER)])
    truth.blocks = Blocks([Block(CPR, what=UNIT)])
    first, second = ({"Starttidspunkt": f"0{day}-09-2025 10:00"} for day in (1, 2))
    judged = appointments_shown(truth, CHILD, [second], NOW, PPR_OFFICE)
    assert judged.complete
    assert (judged.should, judged.did, judged.hidden) == (1, 1, 1)
    leaked = appointments_shown(truth, CHILD, [second, first], NOW, PPR_OFFICE)
    assert [(d.kind, d.part) for d in leaked.deviations] == [(Kind.FORBIDDEN, Part.APPOINTMENT)]
    assert (leaked.state, leaked.true) == ("forbidden", False)
