"""The oracle of the aftaleoverblik: every way of showing something else than what holds is found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
import pytest

from mocks.people import Person
from sim.truth import Judgement, Kind, Truth
from sim.truth.appointments import appointments_shown
from tests.truth.ground import CHILD, CPR, NOW, PPR, UNIT, appointment, case, moment


def shown(truth: Truth, *starts: str, child: Person = CHILD, now: datetime = NOW) -> Judgement:
    """Compare rows with these start times, in this order."""
    return appointments_shown(truth, child, [{"Starttidspunkt": start} for start in starts], now)


def test_future_and_half_a_year_of_past_appointments_are_true_newest_first() -> None:
    truth = Truth(
        [appointment("2025-02-28T00:00", "a"), appointment("2025-12-24T09:30", "b"), appointment("2025-02-27T23:59", "c")],
    )  # fmt: skip
    judged = shown(truth, "24-12-2025 09:30", "28-02-2025 00:00")
    assert judged == Judgement(should=2, did=2)
    assert (judged.state, judged.complete, judged.true) == ("complete", True, True)


ONE = "01-09-2025 10:00"
PLANTED: list[tuple[tuple[str, ...], list[Kind]]] = [
    ((), [Kind.MISSING]),
    ((ONE, "02-09-2025 10:00"), [Kind.UNFOUNDED, Kind.DISORDERED]),
    ((ONE, ONE), [Kind.UNFOUNDED]),
    (("01-09-2025 11:00",), [Kind.UNFOUNDED, Kind.MISSING]),
    (("01-09-2026 10:00",), [Kind.UNFOUNDED, Kind.MISSING]),
]


@pytest.mark.parametrize(
    ("rows", "kinds"), PLANTED, ids=["none", "one more", "one twice", "wrong hour", "wrong year"]
)
def test_a_planted_row_is_found(rows: tuple[str, ...], kinds: list[Kind]) -> None:
    truth = Truth([appointment("2025-09-01T10:00")])
    assert shown(truth, ONE).complete
    judged = shown(truth, *rows)
    assert [d.kind for d in judged.deviations] == kinds
    assert not judged.true


def test_an_end_that_is_shown_wrongly_is_found() -> None:
    truth = Truth([appointment("2025-09-01T10:00")])
    row = {"Starttidspunkt": ONE, "Sluttidspunkt": "01-09-2025 10:45"}
    assert appointments_shown(truth, CHILD, [row], NOW).complete
    for end in ("-", "01-09-2025 11:45"):
        assert not appointments_shown(truth, CHILD, [{**row, "Sluttidspunkt": end}], NOW).true


def test_rows_in_the_wrong_order_are_found() -> None:
    truth = Truth([appointment("2025-09-01T10:00", "a"), appointment("2025-09-02T10:00", "b")])
    assert shown(truth, "02-09-2025 10:00", "01-09-2025 10:00").complete
    wrong = shown(truth, "01-09-2025 10:00", "02-09-2025 10:00")
    assert (wrong.true, wrong.state, wrong.text) == (False, "disordered", "the rows are not newest first")


def test_a_row_from_before_the_window_breaks_the_window() -> None:
    truth = Truth([appointment("2025-02-27T12:00")])
    assert shown(truth) == Judgement()
    assert shown(truth, "27-02-2025 12:00").window_kept is False


def test_a_moved_appointment_is_true_at_its_new_time_and_stale_at_the_old_one() -> None:
    truth = Truth([appointment("2025-09-01T10:00")])
    truth.booked(appointment("2025-09-03T12:00"), moment("2025-08-31T14:00"))
    assert shown(truth, "03-09-2025 12:00").complete
    old = shown(truth, "01-09-2025 10:00")
    assert (old.state, old.staleness, len(old.deviations)) == ("stale", 1800.0, 1)
    both = shown(truth, "03-09-2025 12:00", "01-09-2025 10:00")
    assert both.state == "stale"


def test_before_it_was_moved_it_was_true_at_the_old_time() -> None:
    truth = Truth([appointment("2025-09-01T10:00")])
    truth.booked(appointment("2025-09-03T12:00"), moment("2025-08-31T14:00"))
    assert shown(truth, "01-09-2025 10:00", now=moment("2025-08-31T13:59")).complete


def test_a_cancelled_appointment_is_true_nowhere_and_found_as_cancelled() -> None:
    truth = Truth([appointment("2025-09-01T10:00")])
    truth.cancelled(CPR, "a1", moment("2025-08-30T14:30"))
    assert shown(truth).complete
    judged = shown(truth, ONE)
    assert (judged.state, judged.staleness, judged.true) == ("cancelled", 86400.0, False)


def test_what_has_been_missing_for_how_long_is_told() -> None:
    truth = Truth()
    truth.booked(appointment("2025-09-01T10:00"), moment("2025-08-31T14:29"))
    (deviation,) = shown(truth).deviations
    assert (deviation.kind, deviation.seconds) == (Kind.MISSING, 60.0)


def test_the_appointments_of_another_child_are_not_true() -> None:
    truth = Truth([appointment("2025-09-01T10:00", cpr="2509479989")])
    assert shown(truth).complete
    assert not shown(truth, ONE).true


@pytest.mark.parametrize(("day", "grown"), [("2030-03-03", False), ("2030-03-04", True)])
def test_from_the_eighteenth_birthday_on_nothing_is_true(day: str, grown: bool) -> None:
    now = moment(f"{day}T12:00")
    truth = Truth([appointment(f"{day}T10:00")], [case("2029-01-01")])
    row = now.strftime("%d-%m-%Y 10:00")
    assert shown(truth, *(() if grown else (row,)), now=now).complete
    assert not shown(truth, *((row,) if grown else ()), now=now).true


def test_a_child_born_on_the_29th_of_february_is_of_age_on_the_first_of_march() -> None:
    born = Person(cpr=CPR, given="N", family="T", birth_date=date(2008, 2, 29), sex="F", municipality="0851")
    truth = Truth([appointment("2026-04-01T10:00")])
    assert shown(truth, "01-04-2026 10:00", child=born, now=moment("2026-02-28T12:00")).complete
    assert shown(truth, child=born, now=moment("2026-03-01T00:00")).complete


# Whom to call


def called(truth: Truth, now: datetime = NOW, **cells: str) -> Judgement:
    row: Mapping[str, str] = {
        "Starttidspunkt": ONE, "Udførende enhed": PPR.name, "Kontakttelefon": PPR.phone,
        "Kontaktmail": PPR.email, "Lokationsnummer": PPR.gln or "-", **cells,
    }  # fmt: skip
    return appointments_shown(truth, CHILD, [row], now)


def test_an_old_telephone_number_is_stale_since_the_change_and_leaves_the_appointments_true() -> None:
    truth = Truth([appointment("2025-09-01T10:00")], units=[PPR])
    assert called(truth).complete
    truth.unit_changed(msgspec.structs.replace(PPR, phone="01299999"), moment("2025-08-31T02:30"))
    assert called(truth, Kontakttelefon="01299999").complete
    judged = called(truth)
    assert (judged.state, judged.staleness, judged.true) == ("stale", 12 * 3600.0, True)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"Kontakttelefon": "-"}, Kind.MISSING),
        ({"Kontakttelefon": "01200002"}, Kind.UNFOUNDED),
        ({"Lokationsnummer": "5790001234574"}, Kind.UNFOUNDED),
        ({"Udførende enhed": "PPR Rebild"}, Kind.UNFOUNDED),
    ],
)
def test_a_contact_that_never_was_is_found(cells: dict[str, str], kind: Kind) -> None:
    truth = Truth([appointment("2025-09-01T10:00")], units=[PPR])
    assert [d.kind for d in called(truth, **cells).deviations] == [kind]


def test_a_deviation_never_names_the_citizen() -> None:
    truth = Truth([appointment("2025-09-01T10:00")], units=[PPR])
    text = shown(truth).text + shown(truth, "02-09-2025 10:00").text + called(truth, Kontaktmail="x").text
    assert text
    assert CPR not in text and "Nanna" not in text


def test_the_identifiers_of_a_copy_are_those_of_what_was_shown() -> None:
    truth = Truth([appointment("2025-09-01T10:00")], [case("2023-05-01")])
    assert truth.identifiers(CPR, "aftaleoverblik") == ["a1"]
    assert truth.identifiers(CPR, "sagsoverblik") == ["c1", "27.00-1"]
    assert truth.identifiers("2509479989", "sagsoverblik") == []
    assert truth.appointment(CPR, "a1").unit == UNIT
