"""A run is as good as its worst part, and nobody looking is never a pass."""

import itertools

import pytest

from scenarios.verdict import WORST_FIRST, ExitCode, Verdict, combine, exit_code


def test_every_verdict_has_its_place_and_its_exit_code() -> None:
    assert sorted(WORST_FIRST) == sorted(Verdict)
    assert {verdict: int(exit_code(verdict)) for verdict in Verdict} == {
        "pass": 0,
        "disputed": 0,
        "fail": 1,
        "error": 2,
        "invalid": 2,
        "not_exercised": 3,
        "skipped": 3,
        "inconclusive": 3,
    }


def test_nothing_at_all_is_not_exercised() -> None:
    assert combine([]) is Verdict.NOT_EXERCISED
    assert exit_code(combine([])) is ExitCode.NOT_EXERCISED


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (["pass", "pass"], "pass"),
        (["pass", "not_exercised", "skipped"], "pass"),
        (["not_exercised", "skipped"], "not_exercised"),
        (["skipped"], "skipped"),
        (["pass", "fail", "disputed"], "fail"),
        (["pass", "disputed"], "disputed"),
        (["pass", "inconclusive"], "inconclusive"),
        (["inconclusive", "fail"], "fail"),
        (["fail", "invalid"], "invalid"),
        (["fail", "error"], "error"),
    ],
)
def test_the_worst_part_decides(parts: list[str], whole: str) -> None:
    for order in itertools.permutations(parts):
        assert combine(Verdict(part) for part in order) == whole


def test_only_a_pass_without_a_worse_part_or_a_dispute_ends_green() -> None:
    for size in (1, 2, 3):
        for parts in itertools.combinations(Verdict, size):
            if exit_code(combine(parts)) is ExitCode.PASS:
                assert Verdict.PASS in parts or Verdict.DISPUTED in parts
                assert not {Verdict.FAIL, Verdict.ERROR, Verdict.INVALID, Verdict.INCONCLUSIVE} & set(parts)
