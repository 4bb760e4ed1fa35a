"""The oracle of the sags- og kontaktoverblik: cases, school, who is in charge, and whom to call."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from mocks.people import CaseKind, Placement
from sim.truth import Judgement, Kind, Part, Truth
from sim.truth.card import card_shown
from tests.truth.ground import CHILD, CPR, NOW, OTHER, PPR, SCHOOL, UNIT, Homes, case, moment


def card(truth: Truth, *departments: dict[str, Any], now: datetime = NOW, **parts: Any) -> Judgement:
    return card_shown(truth, CHILD, {"departments": list(departments), **parts}, now)


def block(since: str, *, kind: str = "ppr", unit: str = UNIT, **fields: str) -> dict[str, Any]:
    day = date.fromisoformat(since)
    return {"kind": kind, "unit": unit, "since": f"Aktiv(e) sag(er) siden {day:%d-%m-%Y}", **fields}


@pytest.mark.parametrize(
    ("closed", "stands"),
    [(None, True), ("2025-08-31", True), ("2025-02-28", True), ("2025-02-27", False), ("2024-01-01", False)],
)
def test_a_case_stands_there_until_half_a_year_after_its_end(closed: str | None, stands: bool) -> None:
    truth = Truth([], [case("2023-05-01", closed)])
    assert card(truth, *([block("2023-05-01")] if stands else [])).complete
    assert not card(truth, *([] if stands else [block("2023-05-01")])).true


def test_a_case_does_not_stand_there_before_it_begins() -> None:
    truth = Truth([], [case("2025-09-01")])
    assert card(truth).complete
    assert card(truth, block("2025-09-01"), now=moment("2025-09-01T00:00")).complete


def test_of_several_cases_the_earliest_start_is_true() -> None:
    truth = Truth(
        [], [case("2024-05-01"), case("2023-05-01", uuid="c2"), case("2020-01-01", "2020-06-01", "c3")]
    )
    assert card(truth, block("2023-05-01")).complete
    assert card(truth, block("2024-05-01")).text == "ppr: shown since 2024-05-01"


ELSEWHERE = "ppr: another department is shown than has the case"
TWO_KINDS = [block("2023-05-01"), block("2023-05-01", kind="family")]
TWO_UNITS = [block("2023-05-01"), block("2023-05-01", unit=OTHER)]
WRONG: list[tuple[list[dict[str, Any]], str, Kind, bool]] = [
    ([], "ppr: no case is shown and there is one", Kind.MISSING, True),
    (TWO_KINDS, "family: a case is shown and there is none", Kind.UNFOUNDED, False),
    ([block("2023-05-02")], "ppr: shown since 2023-05-02", Kind.UNFOUNDED, True),
    ([block("2023-05-01", unit=OTHER)], ELSEWHERE, Kind.UNFOUNDED, True),
    (TWO_UNITS, ELSEWHERE, Kind.UNFOUNDED, True),
]


@pytest.mark.parametrize(("blocks", "text", "kind", "kept"), WRONG)
def test_a_planted_case_is_found(blocks: list[dict[str, Any]], text: str, kind: Kind, kept: bool) -> None:
    truth = Truth([], [case("2023-05-01")])
    assert card(truth, block("2023-05-01")) == Judgement(should=1, did=1)
    judged = card(truth, *blocks)
    assert ([(d.kind, d.text) for d in judged.deviations], judged.window_kept) == ([(kind, text)], kept)
    assert not judged.true
    assert CPR not in judged.text


def test_cases_of_two_municipalities_stand_side_by_side() -> None:
    """A child that changed school: PPR of the old municipality has closed its case, that of the new one opened one."""
    truth = Truth(
        [], [case("2023-05-01", "2025-06-30"), case("2025-08-01", uuid="c2", owner="0849", unit=OTHER)]
    )
    assert card(truth, block("2023-05-01"), block("2025-08-01", unit=OTHER)).complete
    assert not card(truth, block("2023-05-01", unit=OTHER)).true


def test_cases_open_and_close_as_they_become_known() -> None:
    truth = Truth()
    truth.case(case("2025-03-01"), moment("2025-08-31T14:00"))
    assert card(truth, block("2025-03-01")).complete
    (deviation,) = card(truth).deviations
    assert deviation.seconds == 1800.0
    assert [c.uuid for c in truth.open_cases()] == ["c1"]
    truth.close(CPR, "c1", date(2025, 4, 1))
    assert truth.open_cases() == []
    assert card(truth, block("2025-03-01")).complete
    assert card(truth, now=moment("2025-10-02T12:00")).complete


@pytest.mark.parametrize(("day", "grown"), [("2030-03-03", False), ("2030-03-04", True)])
def test_from_the_eighteenth_birthday_on_no_case_is_true(day: str, grown: bool) -> None:
    truth = Truth([], [case("2029-01-01")])
    now = moment(f"{day}T12:00")
    assert card(truth, *([] if grown else [block("2029-01-01")]), now=now).complete
    assert not card(truth, *([block("2029-01-01")] if grown else []), now=now).true


# Whom to call

REACHED = {
    "Afdeling": "PPR Aalborg", "Tlf. nr.": "01200001", "Lokations nr.": "5790001234567",
    "Adresse": "Nygade 1, 9000 Aalborg", "Telefontid": "Man-fre 09:00-11:00",
}  # fmt: skip


def reached(truth: Truth, **fields: str) -> Judgement:
    return card(truth, block("2023-05-01", **{**REACHED, **fields}))


@pytest.mark.parametrize("name", list(REACHED))
def test_each_field_of_a_department_is_compared(name: str) -> None:
    truth = Truth([], [case("2023-05-01")], [PPR])
    assert reached(truth).complete
    judged = reached(truth, **{name: "something else"})
    assert [(d.kind, d.part) for d in judged.deviations] == [(Kind.UNFOUNDED, Part.CONTACT)]
    assert judged.true, "the case itself is right"


def test_what_a_department_was_before_is_stale_and_a_gap_is_missing() -> None:
    truth = Truth([], [case("2023-05-01")], [PPR])
    truth.unit_changed(msgspec.structs.replace(PPR, phone="01299999"), moment("2025-08-31T13:30"))
    assert (reached(truth).state, reached(truth).staleness) == ("stale", 3600.0)
    assert reached(truth, **{"Tlf. nr.": "Findes ikke"}).state == "missing"
    assert reached(truth, **{"Tlf. nr.": "01299999"}).complete


def test_a_field_that_was_left_out_is_not_missing() -> None:
    truth = Truth([], [case("2023-05-01")], [PPR])
    assert card(truth, block("2023-05-01", Afdeling="PPR Aalborg")).complete
    assert card(truth, {**block("2023-05-01", **REACHED), "since": "", "Adresse": ""}).complete
    assert not card(truth, {**block("2023-05-01", **REACHED), "since": "", "unit": OTHER}).true


# School, and who is in charge

HEAD = {"head": {"Navn": "Nanna Test"}}
GOES = {"Institution": "Nyskolen", "Stue": "3.B"}


def at_school(truth: Truth, now: datetime = NOW, **school: str) -> Judgement:
    return card(truth, school={**GOES, **school}, now=now, **HEAD)


def test_the_school_of_yesterday_is_stale_and_another_one_never_was_true() -> None:
    truth = Truth(people=Homes())
    assert at_school(truth).complete
    elsewhere = Placement(institution=msgspec.structs.replace(SCHOOL.institution, name="Sydskolen"))
    truth.changed_school(CPR, elsewhere, moment("2025-08-30T14:30"))
    assert (at_school(truth).state, at_school(truth).staleness) == ("stale", 86400.0)
    assert at_school(truth, now=moment("2025-08-30T14:00")).complete
    assert at_school(truth, Institution="Sydskolen", Stue="Findes ikke").complete
    assert at_school(truth, Institution="Vestskolen").state == "unfounded"
    assert at_school(truth, Institution="Findes ikke", Stue="Findes ikke").state == "missing"
    assert card(truth, school=None, **HEAD).state == "missing"


def states(family: str = "0851", ppr: str = "0851", said: str = "none") -> dict[str, Any]:
    return {
        "family": {"state": said, "municipality": family}, "ppr": {"state": said, "municipality": ppr}
    }  # fmt: skip


def in_charge(truth: Truth, now: datetime = NOW, **said: str) -> Judgement:
    return card(truth, school=GOES, states=states(**said), now=now, **HEAD)


def test_the_municipality_of_before_is_stale_until_the_register_knows() -> None:
    truth = Truth(people=Homes(), connected=["0851", "0849"])
    assert in_charge(truth).complete
    truth.moved_home(CPR, "0849", moment("2025-08-29T14:30"))
    judged = in_charge(truth)
    assert (judged.state, judged.staleness, judged.true) == ("stale", 2 * 86400.0, True)
    assert in_charge(truth, family="0849").complete
    assert in_charge(truth, family="0820").state == "unfounded"


def test_no_case_may_be_claimed_for_a_municipality_that_is_not_connected() -> None:
    truth = Truth(people=Homes(), connected=["0849"])
    assert [d.part for d in in_charge(truth).deviations] == [Part.AUTHORITY, Part.AUTHORITY]
    assert in_charge(truth, said="not_connected").complete
    assert {kind.value for kind in CaseKind} == {"family", "ppr"}


# Parts that no consent covers

PPR_ONLY = frozenset({"school", "family_case"})


def test_what_no_consent_covers_must_not_be_shown() -> None:
    truth = Truth([], [case("2023-05-01", kind=CaseKind.FAMILY)], people=Homes(), connected=["0851"])
    hidden = {"school": None, "states": {"family": {"state": "no_consent"}}, **HEAD}
    assert card_shown(truth, CHILD, hidden, NOW, PPR_ONLY).complete
    shown = {"departments": [block("2023-05-01", kind="family")], "school": GOES, **HEAD}
    judged = card_shown(truth, CHILD, shown, NOW, PPR_ONLY)
    assert [(d.kind, d.part) for d in judged.deviations] == [
        (Kind.FORBIDDEN, Part.CASE),
        (Kind.FORBIDDEN, Part.SCHOOL),
    ]
    assert judged.state == "forbidden"
    assert card_shown(truth, CHILD, hidden, NOW).state == "missing"
