"""Verdicts from raw samples: right when it can be known, and silent when it cannot."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path

import msgspec
import numpy as np
import pytest
from rich.console import Console

from loadtests import samples as files
from loadtests import table, targets
from loadtests.samples import Fare, Intention, Sample, Samples, Stall
from loadtests.schedule import Header
from loadtests.targets import Limits, Target, Targets
from loadtests.verdicts import Report, judge
from mocks.errors import BadInput, HarnessFault
from scenarios.verdict import Verdict

HEADER = Header(scenario="synthetic", seed=1, seconds=60.0)


def target(limit_ms: float = 1000.0, percentile: float = 95.0, minimum: int = 100, op: str = "op") -> Target:
    return Target(
        operation=op,
        what="synthetic",
        percentile=percentile,
        limit_ms=limit_ms,
        minimum_sample=minimum,
        assumption=True,
        source="none",
        reason="a test",
    )


def measured(
    latencies_ms: Iterable[float],
    *,
    op: str = "op",
    lags_ms: Sequence[float] | None = None,
    wrong: Iterable[int] = (),
    stalls: tuple[Stall, ...] = (),
    not_started: int = 0,
    by_locust: int | None = None,
) -> Samples:
    """Samples evenly spread over 60 seconds with these latencies from the intended start."""
    times = list(latencies_ms)
    bad = set(wrong)
    rows = []
    for i, ms in enumerate(times):
        intended = 60 * i / len(times)
        lag = lags_ms[i] / 1000 if lags_ms else 0.0
        rows.append(
            Sample(
                row=i + 1,
                op=op,
                intended=intended,
                started=intended + lag,
                ended=intended + ms / 1000,
                status=500 if i in bad else 200,
                expected=200,
            )
        )
    counted: Counter[str] = Counter(row.op for row in rows)
    if not_started:
        counted[op] += not_started
    return Samples(
        Intention(began="2026-01-01T00:00:00Z", seconds=60.0, timeout=30.0),
        tuple(rows),
        Fare(
            finished=True,
            intended=dict(counted),
            not_started=not_started,
            counted_by_locust=len(rows) if by_locust is None else by_locust,
            stalls=stalls,
        ),
    )


def judged(samples: Samples, *aims: Target, limits: Limits | None = None) -> Report:
    given = Targets(schema=targets.SCHEMA, target=aims or (target(),), generator=limits or Limits())
    return judge(samples, given, HEADER)


@pytest.mark.parametrize("shape", ["lognormal", "exponential", "two humps"])
@pytest.mark.parametrize(("side", "right"), [(0.8, Verdict.PASS), (1.25, Verdict.FAIL)])
def test_a_server_with_a_known_percentile_gets_the_right_verdict(
    shape: str, side: float, right: Verdict
) -> None:
    """The true 95th percentile lies at ``side`` times the limit."""
    found: Counter[Verdict] = Counter()
    for seed in range(200):
        draw = np.random.default_rng(seed)
        n = 1500
        if shape == "lognormal":
            times = draw.lognormal(0, 0.7, n) / math.exp(0.7 * 1.6448536269514722)
        elif shape == "exponential":
            times = draw.exponential(1, n) / -math.log(0.05)
        else:  # a tenth of the answers is slow, from 0.75 to 1.25 evenly: 5 % lie above 1
            slow = draw.random(n) < 0.1
            times = np.where(slow, 0.75 + 0.5 * draw.random(n), 0.1)
        found[judged(measured(times * side * 1000)).verdict] += 1
    assert found[right] >= 190


def test_at_the_limit_itself_a_wrong_word_is_rare() -> None:
    """The true percentile is exactly the limit: pass and fail are then both at most 2.5 % of the trials."""
    found: Counter[Verdict] = Counter()
    for seed in range(400):
        times = np.random.default_rng(seed).exponential(1000, 500) / -math.log(0.05)
        found[judged(measured(times)).verdict] += 1
    assert found[Verdict.PASS] <= 20
    assert found[Verdict.FAIL] <= 20
    assert found[Verdict.INCONCLUSIVE] >= 360


def test_1049_ms_break_a_limit_of_1000_ms_and_1000_ms_keep_it() -> None:
    assert judged(measured([1049.0] * 200)).verdict is Verdict.FAIL
    assert judged(measured([1000.4] * 200)).verdict is Verdict.FAIL
    assert judged(measured([999.9] * 200)).verdict is Verdict.PASS
    report = judged(measured([1000.4] * 200))
    assert report.targets[0].observed_ms == pytest.approx(1000.4)
    assert "1,000.400" in shown(report)


def test_too_few_samples_are_inconclusive_and_the_missing_number_is_said() -> None:
    report = judged(measured([10.0] * 40))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.exit_code == 3
    assert report.targets[0].samples_missing == 60
    assert "need 60 more samples" in report.targets[0].explanation
    assert "need 60 more samples" in shown(report)
    assert judged(measured([10.0] * 100)).verdict is Verdict.PASS


def test_what_would_settle_it_is_said_as_the_option_to_give() -> None:
    assert "run for longer: --for 3m" in shown(
        judged(measured([10.0] * 40))
    )  # 100 of 40 in 60 s, and a tenth
    assert "run for longer: --for 74s" in shown(judged(measured([10.0] * 90)))
    for settled in (measured([10.0] * 200), measured([5000.0] * 200), measured([10.0] * 40, by_locust=1)):
        assert "--for" not in shown(judged(settled))
    hopeless = judged(
        measured([10.0] * 95 + [5000.0] * 5)
    )  # exactly at the limit: no length is known to help
    assert hopeless.targets[0].samples_missing is None
    assert "--for" not in shown(hopeless)


def test_a_small_minimum_cannot_make_a_percentile_known() -> None:
    report = judged(measured([10.0] * 50), target(minimum=10))
    assert report.targets[0].verdict is Verdict.INCONCLUSIVE
    assert report.targets[0].high_ms is None
    assert report.targets[0].samples_missing == 22  # 72 are needed at the 95th percentile


def test_the_missing_number_would_decide_if_the_share_stayed() -> None:
    few = [10.0] * 194 + [5000.0] * 6  # 97 % in time
    missing = judged(measured(few)).targets[0].samples_missing
    assert missing is not None
    n = 200 + missing
    slow = n - math.floor(0.97 * n)
    assert judged(measured([10.0] * (n - slow) + [5000.0] * slow)).verdict is Verdict.PASS


def test_an_operation_nobody_asked_for_is_not_exercised() -> None:
    report = judged(measured([10.0] * 200), target(), target(op="other"))
    assert [outcome.verdict for outcome in report.targets] == [Verdict.PASS, Verdict.NOT_EXERCISED]
    assert report.verdict is Verdict.PASS
    nothing = judged(measured([]))
    assert nothing.verdict is Verdict.NOT_EXERCISED
    assert nothing.exit_code == 3


def test_fast_errors_do_not_make_a_server_fast() -> None:
    report = judged(measured([1.0] * 200, wrong=range(0, 200, 5)))
    assert report.verdict is Verdict.FAIL
    assert report.targets[0].observed_ms is None
    assert "40 of 200 were not answered as expected" in report.targets[0].explanation
    failed = report.operations[0].failed
    assert (failed.count, failed.value) == (40, 0.2)
    assert failed.low < 0.2 < failed.high
    assert "not answered" in shown(report)


def test_a_few_errors_count_as_the_slowest_answers() -> None:
    report = judged(measured([1.0] * 1000, wrong=range(10)))
    assert report.verdict is Verdict.PASS
    assert report.operations[0].latency_ms["95"] == pytest.approx(1.0)
    assert report.operations[0].latency_ms["100"] is None


def test_the_time_counts_from_the_intended_start_and_the_servers_own_time_is_shown_beside_it() -> None:
    report = judged(measured([1100.0] * 200, lags_ms=[80.0] * 200))
    assert report.verdict is Verdict.FAIL
    assert report.operations[0].latency_ms["95"] == pytest.approx(1100.0)
    assert report.operations[0].service_ms["95"] == pytest.approx(1020.0)


def test_a_late_generator_makes_the_run_invalid_whatever_it_measured() -> None:
    lags = [150.0 if i % 20 == 0 else 1.0 for i in range(1000)]  # 5 % late
    report = judged(measured([500.0] * 1000, lags_ms=lags))
    assert report.verdict is Verdict.INVALID
    assert report.exit_code == 2
    assert report.targets[0].verdict is Verdict.INVALID
    assert report.targets[0].observed_ms == pytest.approx(500.0)
    assert "50 of 1,000 requests started more than 100 ms late" in report.explanation
    tolerant = judged(measured([500.0] * 1000, lags_ms=lags), limits=Limits(late_ms=200))
    assert tolerant.verdict is Verdict.PASS


def test_a_generator_that_misses_its_rate_makes_the_run_invalid() -> None:
    report = judged(measured([5.0] * 970, not_started=30))
    assert report.verdict is Verdict.INVALID
    assert "only 970 of 1,000 requests were started" in report.explanation
    assert report.generator.achieved_rate < report.generator.intended_rate


def test_requests_that_start_after_the_end_do_not_count_as_achieved() -> None:
    lags = [0.0] * 900 + [30_000.0] * 100
    report = judged(measured([40_000.0] * 1000, lags_ms=lags))
    assert report.generator.started_in_time == 900
    assert "only 900 of 1,000 requests were started" in report.explanation


def test_a_pause_without_a_single_late_request_is_noticed_by_the_pulse() -> None:
    assert judged(measured([5.0] * 200, stalls=(Stall(10.0, 0.4),))).verdict is Verdict.PASS
    long = judged(measured([5.0] * 200, stalls=(Stall(10.0, 0.9),)))
    assert long.verdict is Verdict.INVALID
    assert "stood still for 900 ms" in long.explanation
    often = judged(measured([5.0] * 200, stalls=tuple(Stall(float(i), 0.1) for i in range(20))))
    assert often.verdict is Verdict.INVALID
    assert "of the time" in often.explanation


def test_books_that_do_not_agree_make_the_run_invalid() -> None:
    report = judged(measured([5.0] * 200, by_locust=199))
    assert report.verdict is Verdict.INVALID
    assert "the books do not agree" in report.explanation


def test_slow_answers_in_bursts_are_pointed_out() -> None:
    draw = np.random.default_rng(5)
    scattered = draw.exponential(100, 1000)
    burst = np.concatenate([scattered[scattered < 69], scattered[scattered >= 69]])
    assert judged(measured(scattered)).operations[0].slow_in_a_row == pytest.approx(1, abs=0.15)
    report = judged(measured(burst))
    assert report.operations[0].slow_in_a_row > 10
    assert "bursts" in shown(report)
    assert "bursts" not in shown(judged(measured(scattered)))


def test_the_empty_handler_of_the_same_run_is_the_floor() -> None:
    report = judged(measured([2.0] * 200, op="health"))
    assert report.baseline_ms is not None
    assert report.baseline_ms["50"] == pytest.approx(2.0)
    assert "floor of this machine" in shown(report)
    assert judged(measured([2.0] * 200)).baseline_ms is None


def test_the_report_is_plain_json_with_every_assumption() -> None:
    report = json.loads(msgspec.json.encode(judged(measured([5.0] * 199 + [1.0], wrong=[7]))))
    assert report["schema"] == "tvaers.load/1"
    assert report["verdict"] == "pass"
    assert report["targets"][0]["target"]["limit_ms"] == 1000.0
    assert report["assumptions"][0].startswith("op: p95 within 1000 ms. a test")
    assert report["operations"][0]["answers"] == {"200": 199, "500": 1}


def test_our_own_targets_cover_the_operations_and_are_all_marked_as_assumptions() -> None:
    ours = targets.read()
    assert {aim.operation for aim in ours.target} == {
        "desk-send",
        "vans-intake",
        "sor-lookup",
        "overview-sapa",
        "overview-sagsoverblik",
        "inbox-read",
    }
    assert all(aim.assumption and aim.reason and aim.source for aim in ours.target)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("schema = 3", "Expected `str`"),
        ("no toml", "Expected '='"),
        ('schema = "tvaers.load-targets/1"\ntarget = []', "no \\[\\[target\\]\\]"),
        ('schema = "x"\ntarget = []', "this version reads"),
        ('schema = "tvaers.load-targets/1"\n[[target]]\noperation = "a"', "missing required field"),
        ('schema = "tvaers.load-targets/1"\nlimit = 1\ntarget = []', "unknown field `limit`"),
    ],
)
def test_bad_targets_are_refused_with_the_reason(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "t.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInput, match=says) as refused:
        targets.read(file)
    assert str(file) in str(refused.value)


def test_samples_of_a_generator_that_died_are_a_fault_of_the_harness(tmp_path: Path) -> None:
    file = tmp_path / "samples.jsonl"
    whole = measured([1.0] * 3)
    lines = [msgspec.json.encode(part) for part in (whole.intention, *whole.rows, whole.fare)]
    file.write_bytes(b"\n".join(lines) + b"\n")
    assert files.read(file) == whole
    file.write_bytes(b"\n".join(lines[:-1]) + b"\n")
    with pytest.raises(HarnessFault, match="did not come to its end after 3 samples"):
        files.read(file)
    file.write_bytes(b"\n".join([lines[0], b"{}", lines[-1]]))
    with pytest.raises(BadInput, match="line 2"):
        files.read(file)
    file.write_bytes(b"")
    with pytest.raises(BadInput, match="line 1"):
        files.read(file)


def shown(report: Report) -> str:
    text = StringIO()
    table.show(report, Console(file=text, width=120))
    return text.getvalue()
