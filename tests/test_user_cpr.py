"""The synthetic CPR number of a user at a screen."""

from __future__ import annotations

from datetime import date

import pytest

from mocks.errors import BadIdentifier
from mocks.identifiers import check_cvr, cpr_birth_date, is_synthetic_cpr, make_cvr, make_user_cpr


def test_synthetic_cvr_numbers_are_in_order_and_differ() -> None:
    numbers = [make_cvr(n) for n in range(2000)]
    assert len(set(numbers)) == 2000
    assert all(check_cvr(number) is None for number in numbers)
    for wrong in (-1, 400_001):
        with pytest.raises(BadIdentifier):
            make_cvr(wrong)


def test_a_user_has_always_the_same_number_and_nobody_real_can_have_it() -> None:
    numbers = {make_user_cpr(f"user-{n}") for n in range(2000)}
    assert len(numbers) > 1990
    assert all(is_synthetic_cpr(number) for number in numbers)
    assert all(date(1960, 1, 1) <= cpr_birth_date(number) < date(2000, 1, 1) for number in numbers)
    assert make_user_cpr("user-1") == make_user_cpr("user-1")
