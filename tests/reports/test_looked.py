"""What a report says of look-ups: how they compare with the truth, and that it names no citizen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from mocks.runtime import COPENHAGEN
from scenarios.pilots import looked
from scenarios.reports.html import looked as section
from scenarios.reports.wording import lookup_lines
from sim.caseload.log import Lookup
from sim.truth import Access, Deviation, Judgement, Kind, Part

NOON = datetime(2025, 5, 20, 12, tzinfo=COPENHAGEN)
CPR = "2512489996"


def lookup(
    *deviations: Deviation, access: Access = Access.ALLOWED, consent: bool = True, **more: Any
) -> Lookup:
    judgement = Judgement(deviations) if access in (Access.ALLOWED, Access.ALLOWED_AGAINST) else None
    return Lookup(
        NOON, "sagsoverblik", "nordepj", "0851", "bup", "shown", consent, child=CPR, access=access,
        judgement=judgement, **more,
    )  # fmt: skip


STALE = Deviation(Kind.STALE, Part.CONTACT, "ppr, Tlf. nr.: as it was before", 3600.0)
OLDER = Deviation(Kind.STALE, Part.AUTHORITY, "family: the municipality before", 7200.0)
GONE = Deviation(Kind.CANCELLED, Part.APPOINTMENT, "an appointment is shown that was cancelled", 60.0)
LOOKUPS = [
    lookup(),
    lookup(consent=False),
    lookup(STALE),
    lookup(STALE, OLDER),
    lookup(GONE),
    lookup(access=Access.DENIED_AGAINST),
    lookup(access=Access.DENIED),
]


def test_each_solution_has_its_distribution_and_its_worst_cases() -> None:
    (row,) = looked.solutions(LOOKUPS, {"0851": "Aalborg"})
    assert (row.solution, row.attempts, row.right, row.without_consent) == ("sagsoverblik", 7, 4, 1)
    assert row.access == {"allowed": 5, "denied": 1, "denied_against_rules": 1}
    assert row.shown == {"cancelled": 1, "complete": 2, "stale": 2}
    assert row.deviations == {"cancelled appointment": 1, "stale authority": 1, "stale contact": 2}
    assert (row.staleness.count, row.staleness.median, row.staleness.longest) == (3, 3600.0, 7200.0)
    assert [w.state for w in row.worst] == ["denied_against_rules", "cancelled", "stale", "stale"]
    assert [w.seconds for w in row.worst] == [0.0, 60.0, 7200.0, 3600.0]
    assert row.worst[0].municipality == "Aalborg"


def test_nothing_told_names_the_citizen(make_result: Any, told: Any) -> None:
    rows = looked.solutions(LOOKUPS, {})
    result = msgspec.structs.replace(make_result(told.journal), lookup_truth=rows)
    page = section.section(result)
    assert "shown though cancelled" in page and "denied against the rules" in page
    for text in (msgspec.json.encode(rows).decode(), page, "".join(lookup_lines(rows[0]))):
        assert CPR not in text


def test_a_run_without_look_ups_has_no_such_section(make_result: Any, told: Any) -> None:
    assert section.section(make_result(told.journal)) == ""
    assert looked.solutions([], {}) == ()


def test_somebody_let_in_or_turned_away_against_the_rules_fails_the_run() -> None:
    (good,) = looked.judge([lookup(), lookup(access=Access.DENIED)])
    assert good.verdict == "pass"
    for access in (Access.ALLOWED_AGAINST, Access.DENIED_AGAINST):
        (bad,) = looked.judge([lookup(), lookup(access=access)])
        assert bad.verdict == "fail"
    hidden = Deviation(Kind.FORBIDDEN, Part.CASE, "ppr: shown without a consent")
    assert looked.judge([lookup(hidden)])[0].verdict == "fail"
    assert looked.judge([])[0].verdict == "not_exercised"
