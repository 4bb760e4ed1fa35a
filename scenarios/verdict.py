"""The words a check may end with, how several become one, and what a command then exits with.

This is the one place that decides it. The order of ``WORST_FIRST`` is the rule of combination:
a run is as good as its worst part, and "nobody looked" never counts as "it works".
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """How one check, one target or a whole run ended."""

    PASS = "pass"
    FAIL = "fail"
    DISPUTED = "disputed"
    """The public rules contradict each other, and one of them allows what was seen."""
    NOT_EXERCISED = "not_exercised"
    """There was no opportunity to see it; never the same as ``pass``."""
    SKIPPED = "skipped"
    """Left out on purpose, with a reason."""
    ERROR = "error"
    """The harness's own fault, never that of the system under test."""
    INCONCLUSIVE = "inconclusive"
    """Measured with too few samples to tell (load); or no error, and not all could be checked (check)."""
    INVALID = "invalid"
    """The load generator did not do what it set out to do, so its figures judge nobody (load)."""


class ExitCode(IntEnum):
    """What every command returns to the shell."""

    PASS = 0
    FAIL = 1
    HARNESS_ERROR = 2
    NOT_EXERCISED = 3


WORST_FIRST = (
    Verdict.ERROR,  # a broken harness may have missed or invented failures: repair it first
    Verdict.INVALID,
    Verdict.FAIL,
    Verdict.INCONCLUSIVE,
    Verdict.DISPUTED,
    Verdict.PASS,  # something passed and nothing spoke against it
    Verdict.NOT_EXERCISED,
    Verdict.SKIPPED,
)

_EXIT = {
    Verdict.PASS: ExitCode.PASS,
    Verdict.DISPUTED: ExitCode.PASS,  # nobody is proven wrong; the word stands in the report
    Verdict.FAIL: ExitCode.FAIL,
    Verdict.ERROR: ExitCode.HARNESS_ERROR,
    Verdict.INVALID: ExitCode.HARNESS_ERROR,
    Verdict.NOT_EXERCISED: ExitCode.NOT_EXERCISED,
    Verdict.SKIPPED: ExitCode.NOT_EXERCISED,
    Verdict.INCONCLUSIVE: ExitCode.NOT_EXERCISED,  # not exercised often enough to be decided
}


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a whole from those of its parts: the worst one. Of nothing: not exercised."""
    found = set(verdicts)
    return next((verdict for verdict in WORST_FIRST if verdict in found), Verdict.NOT_EXERCISED)


def exit_code(verdict: Verdict) -> ExitCode:
    """What a command exits with when its run ended in ``verdict``."""
    return _EXIT[verdict]
