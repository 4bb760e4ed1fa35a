"""What terminal and page say: whole words, right numbers, and what it was that failed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mocks.messaging import desk
from scenarios.pilots.telling import NOT_SENT
from scenarios.reports.wording import counted, headline, key_text, observed_text
from scenarios.result import FigureResult
from sim.near_miss import often


def test_one_is_not_many() -> None:
    assert [counted(n, "letter") for n in (0, 1, 1234)] == ["0 letters", "1 letter", "1,234 letters"]
    assert [often(n) for n in (1, 2, 3, 1000)] == ["once", "twice", "3 times", "1,000 times"]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("ppr_correspondence_to_gps", "PPR correspondence to GPs"),
        ("family_lae_forms_to_gps", "family LÆ forms to GPs"),
        ("Aalborg", "Aalborg"),
    ],
)
def test_keys_are_written_as_the_field_writes_them(key: str, words: str) -> None:
    assert key_text(key) == words
    assert observed_text({key: 3}) == f"{words} 3"


def failed(name: str) -> FigureResult:
    return FigureResult(
        id=name, what=name, source="", expected="nothing sent twice", observed={"remarks": 2}, verdict="fail"
    )


def test_the_headline_says_what_failed_and_how(told: Any, make_result: Any) -> None:
    result = make_result(told.journal)
    one = msgspec.structs.replace(result, checks=(), figures=(failed("Your system at Lægehuset"),))
    assert headline(one) == (
        "1 of 1 expectation did not hold: Your system at Lægehuset. "
        "Expected: nothing sent twice. Seen: remarks 2."
    )
    many = msgspec.structs.replace(one, figures=tuple(map(failed, "ABCDE")))
    assert headline(many) == "5 of 5 expectations did not hold: A; B; C and 2 more."


def test_every_reason_for_which_a_desk_refuses_a_letter_has_words() -> None:
    assert set(NOT_SENT) == set(desk._STATUS)
