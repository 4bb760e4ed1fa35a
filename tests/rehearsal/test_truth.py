"""The oracle: what an overview must show at a moment, and that every way of showing something else is found."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocks.overview.window import months_before
from mocks.people import Appointment, Case, CaseKind, Person
from mocks.runtime import COPENHAGEN
from sim.truth import Comparison, Truth, half_a_year_before

CPR = "2512489996"
NOW = datetime(2025, 8, 31, 14, 30, tzinfo=COPENHAGEN)
CHILD = Person(
    cpr=CPR, given="Nanna", family="Test", birth_date=date(2012, 3, 4), sex="F", municipality="0851"
)
UNIT, OTHER = "900010021000016000", "900010031000016009"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


def appointment(start: str, uuid: str = "a1", cpr: str = CPR) -> Appointment:
    begin = moment(start)
    return Appointment(uuid=uuid, cpr=cpr, unit=UNIT, start=begin, end=begin + timedelta(minutes=45))


def case(opened: str, closed: str | None = None, uuid: str = "c1", **fields: Any) -> Case:
    ended = date.fromisoformat(closed) if closed else None
    given: dict[str, Any] = {"kind": CaseKind.PPR, "owner": "0851", "unit": UNIT, "number": "27.00-1"}
    return Case(uuid=uuid, cpr=CPR, opened=date.fromisoformat(opened), closed=ended, **{**given, **fields})


# Half a year -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2025-08-31", "2025-02-28"),
        ("2024-08-31", "2024-02-29"),
        ("2025-08-30", "2025-02-28"),
        ("2024-08-30", "2024-02-29"),
        ("2024-08-29", "2024-02-29"),
        ("2025-08-29", "2025-02-28"),
        ("2025-08-28", "2025-02-28"),
        ("2025-03-31", "2024-09-30"),
        ("2025-12-31", "2025-06-30"),
        ("2025-05-31", "2024-11-30"),
        ("2025-06-30", "2024-12-30"),
        ("2025-01-01", "2024-07-01"),
        ("2025-07-01", "2025-01-01"),
        ("2024-02-29", "2023-08-29"),
    ],
)
def test_half_a_year_is_six_calendar_months(day: str, first: str) -> None:
    assert half_a_year_before(date.fromisoformat(day)).isoformat() == first


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_the_oracle_and_the_overviews_reckon_alike_though_they_share_no_code(day: date) -> None:
    assert half_a_year_before(day) == months_before(day, 6)


# Appointments ----------------------------------------------------------------------------------------------


def shown(truth: Truth, *starts: str, child: Person = CHILD, now: datetime = NOW) -> Comparison:
    """Compare rows with these start times, in this order."""
    return truth.appointments_shown(child, [{"Starttidspunkt": start} for start in starts], now)


def test_future_and_half_a_year_of_past_appointments_are_true_newest_first() -> None:
    truth = Truth(
        [appointment("2025-02-28T00:00", "a"), appointment("2025-12-24T09:30", "b"), appointment("2025-02-27T23:59", "c")],
        [],
    )  # fmt: skip
    assert shown(truth, "24-12-2025 09:30", "28-02-2025 00:00") == Comparison(True, True)


ONE = ("01-09-2025 10:00",)
PLANTED = [
    ((), "a row is missing", "1 appointments should stand there, 0 did"),
    (("01-09-2025 10:00", "02-09-2025 10:00"), "a row too many", "1 appointments should stand there, 2 did"),
    (("01-09-2025 10:00", "01-09-2025 10:00"), "a row twice", "1 appointments should stand there, 2 did"),
    (("01-09-2025 11:00",), "a wrong hour", "1 appointments should stand there, 1 did"),
    (("01-09-2026 10:00",), "a wrong year", "1 appointments should stand there, 1 did"),
]


@pytest.mark.parametrize(("rows", "what", "text"), PLANTED, ids=[p[1] for p in PLANTED])
def test_a_planted_row_is_found(rows: tuple[str, ...], what: str, text: str) -> None:
    truth = Truth([appointment("2025-09-01T10:00")], [])
    assert shown(truth, *ONE) == Comparison(True, True)
    assert shown(truth, *rows) == Comparison(False, True, text)


def test_rows_in_the_wrong_order_are_found() -> None:
    truth = Truth([appointment("2025-09-01T10:00", "a"), appointment("2025-09-02T10:00", "b")], [])
    assert shown(truth, "02-09-2025 10:00", "01-09-2025 10:00").true
    wrong = shown(truth, "01-09-2025 10:00", "02-09-2025 10:00")
    assert (wrong.true, wrong.deviation) == (False, "the rows are not newest first")


def test_a_row_from_before_the_window_breaks_the_window() -> None:
    truth = Truth([appointment("2025-02-27T12:00")], [])
    assert shown(truth) == Comparison(True, True)
    assert shown(truth, "27-02-2025 12:00").window_kept is False


def test_a_moved_appointment_is_true_at_its_new_place_only() -> None:
    truth = Truth([appointment("2025-09-01T10:00")], [])
    truth.booked(appointment("2025-09-03T12:00"))
    assert shown(truth, "03-09-2025 12:00").true
    assert not shown(truth, "01-09-2025 10:00").true


def test_a_cancelled_appointment_is_true_nowhere() -> None:
    truth = Truth([appointment("2025-09-01T10:00")], [])
    truth.cancelled(CPR, "a1")
    assert shown(truth).true
    assert not shown(truth, *ONE).true


def test_the_appointments_of_another_child_are_not_true() -> None:
    truth = Truth([appointment("2025-09-01T10:00", cpr="2509479989")], [])
    assert shown(truth).true
    assert not shown(truth, *ONE).true


@pytest.mark.parametrize(("day", "grown"), [("2030-03-03", False), ("2030-03-04", True)])
def test_from_the_eighteenth_birthday_on_nothing_is_true(day: str, grown: bool) -> None:
    now = moment(f"{day}T12:00")
    truth = Truth([appointment(f"{day}T10:00")], [case("2029-01-01")])
    row = now.strftime("%d-%m-%Y 10:00")
    assert shown(truth, *(() if grown else (row,)), now=now).true
    assert not shown(truth, *((row,) if grown else ()), now=now).true
    block = None if grown else {"since": date(2029, 1, 1), "units": {UNIT}}
    assert truth.card_shown(CHILD, {CaseKind.PPR: block}, now).true


def test_a_child_born_on_the_29th_of_february_is_of_age_on_the_first_of_march() -> None:
    born = Person(cpr=CPR, given="N", family="T", birth_date=date(2008, 2, 29), sex="F", municipality="0851")
    truth = Truth([appointment("2026-04-01T10:00")], [])
    assert shown(truth, "01-04-2026 10:00", child=born, now=moment("2026-02-28T12:00")).true
    assert shown(truth, child=born, now=moment("2026-03-01T00:00")).true


# Cases ------------------------------------------------------------------------------------------------------


def card(truth: Truth, now: datetime = NOW, **blocks: dict[str, Any] | None) -> Comparison:
    given = {"ppr": None, "family": None, **blocks}
    return truth.card_shown(CHILD, {kind: given[kind.value] for kind in CaseKind}, now)


def block(since: str, *units: str) -> dict[str, Any]:
    return {"since": date.fromisoformat(since), "units": set(units or (UNIT,))}


@pytest.mark.parametrize(
    ("closed", "stands"),
    [(None, True), ("2025-08-31", True), ("2025-02-28", True), ("2025-02-27", False), ("2024-01-01", False)],
)
def test_a_case_stands_there_until_half_a_year_after_its_end(closed: str | None, stands: bool) -> None:
    truth = Truth([], [case("2023-05-01", closed)])
    assert card(truth, ppr=block("2023-05-01") if stands else None) == Comparison(True, True)
    assert not card(truth, ppr=None if stands else block("2023-05-01")).true


def test_a_case_does_not_stand_there_before_it_begins() -> None:
    truth = Truth([], [case("2025-09-01")])
    assert card(truth).true
    assert card(truth, now=moment("2025-09-01T00:00"), ppr=block("2025-09-01")).true


def test_of_several_cases_the_earliest_start_is_true() -> None:
    truth = Truth(
        [], [case("2024-05-01"), case("2023-05-01", uuid="c2"), case("2020-01-01", "2020-06-01", "c3")]
    )
    assert card(truth, ppr=block("2023-05-01")).true
    assert card(truth, ppr=block("2024-05-01")).deviation == "ppr: shown since 2024-05-01"


WRONG = [
    ({}, "ppr: no case is shown and there is one", True),
    ({"ppr": block("2023-05-01"), "family": block("2023-05-01")}, "family: a case is shown and there is none", False),
    ({"ppr": block("2023-05-02")}, "ppr: shown since 2023-05-02", True),
    ({"ppr": block("2023-05-01", OTHER)}, "ppr: another department is shown than has the case", True),
    ({"ppr": block("2023-05-01", UNIT, OTHER)}, "ppr: another department is shown than has the case", True),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "text", "kept"), WRONG, ids=[w[1] for w in WRONG])
def test_a_planted_case_is_found(blocks: dict[str, Any], text: str, kept: bool) -> None:
    truth = Truth([], [case("2023-05-01")])
    assert card(truth, ppr=block("2023-05-01")).true
    assert card(truth, **blocks) == Comparison(False, kept, text)


def test_cases_of_two_municipalities_stand_side_by_side() -> None:
    """A child that changed school: PPR of the old municipality has closed its case, that of the new one opened one."""
    truth = Truth(
        [], [case("2023-05-01", "2025-06-30"), case("2025-08-01", uuid="c2", owner="0849", unit=OTHER)]
    )
    assert card(truth, ppr=block("2023-05-01", UNIT, OTHER)).true
    assert not card(truth, ppr=block("2023-05-01", OTHER)).true


def test_cases_open_and_close_as_they_become_known() -> None:
    truth = Truth([], [])
    truth.case(case("2025-03-01"))
    assert card(truth, ppr=block("2025-03-01")).true
    assert [c.uuid for c in truth.open_cases()] == ["c1"]
    truth.close(CPR, "c1", date(2025, 4, 1))
    assert truth.open_cases() == []
    assert card(truth, ppr=block("2025-03-01")).true
    assert card(truth, now=moment("2025-10-02T12:00")).true


def test_a_deviation_never_names_the_citizen() -> None:
    truth = Truth([appointment("2025-09-01T10:00")], [case("2023-05-01")])
    texts = shown(truth).deviation + card(truth, family=block("2023-05-01")).deviation
    assert texts
    assert CPR not in texts and "Nanna" not in texts


def test_the_identifiers_of_a_copy_are_those_of_what_was_shown() -> None:
    truth = Truth([appointment("2025-09-01T10:00")], [case("2023-05-01")])
    assert truth.identifiers(CPR, "aftaleoverblik") == ["a1"]
    assert truth.identifiers(CPR, "sagsoverblik") == ["c1", "27.00-1"]
    assert truth.identifiers("2509479989", "sagsoverblik") == []
