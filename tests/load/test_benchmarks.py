"""The frame of the benchmarks compares fairly, and its goals can be missed."""

import json
from pathlib import Path

import pytest

from loadtests.benchmarks import __main__ as command
from loadtests.benchmarks import frame, lookup
from loadtests.benchmarks.catalogue import CATALOGUE
from loadtests.benchmarks.frame import Benchmark, Contest, Result, measure, report
from mocks.errors import BadInput, HarnessFault
from scenarios.verdict import Verdict


class Stopwatch:
    """Time that passes only when a contender works, so that these tests measure nothing real."""

    def __init__(self) -> None:
        self.now = 0.0
        self.log: list[str] = []

    def perf_counter(self) -> float:
        return self.now

    def work(self, name: str, *seconds: float) -> "Worker":
        return Worker(self, name, seconds)


class Worker:
    def __init__(self, watch: Stopwatch, name: str, seconds: tuple[float, ...]) -> None:
        self.watch, self.name, self.seconds, self.calls = watch, name, seconds, 0

    def __call__(self) -> None:
        self.watch.now += self.seconds[self.calls % len(self.seconds)]
        self.watch.log.append(self.name)
        self.calls += 1


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    stopwatch = Stopwatch()
    monkeypatch.setattr(frame, "time", stopwatch)
    return stopwatch


def of(contest: Contest) -> Benchmark:
    return Benchmark("made-up", "a contest", "piece", lambda: contest)


def contest(watch: Stopwatch, *other: float, at_most: float | None = None, units: int = 1) -> Contest:
    return Contest(
        "base",
        {"base": watch.work("base", 1.0), "other": watch.work("other", *other)},
        units=units,
        at_most={} if at_most is None else {"other": at_most},
    )


def test_the_ratio_is_that_of_the_work_and_the_times_are_per_unit(watch: Stopwatch) -> None:
    base, other = measure(of(contest(watch, 3.0, units=10)), rounds=7, slot=0.5).standings
    assert base.ratio.value == 1.0
    assert other.ratio == frame.Ratio(pytest.approx(3.0), pytest.approx(3.0), pytest.approx(3.0))
    assert other.microseconds == pytest.approx(300_000)
    assert other.per_second == pytest.approx(10 / 3)
    assert other.verdict is None


def test_contenders_take_turns_and_the_order_is_reversed_every_round(watch: Stopwatch) -> None:
    measure(of(contest(watch, 1.0)), rounds=4, slot=0.5)
    assert watch.log[2:] == ["base", "other", "other", "base", "base", "other", "other", "base"]


def test_quick_work_is_repeated_until_it_fills_its_slot(watch: Stopwatch) -> None:
    measure(of(contest(watch, 0.25)), rounds=1, slot=1.0)
    assert watch.log[-2:] == ["other", "other"]
    assert watch.log[:1] == ["base"]
    calls = watch.log[watch.log.index("base", 1) :].count("other")
    assert calls * 0.25 >= 1.0


@pytest.mark.parametrize(
    ("at_most", "verdict"), [(5.0, Verdict.PASS), (1.5, Verdict.FAIL), (3.0, Verdict.INCONCLUSIVE)]
)
def test_a_goal_is_kept_missed_or_undecided(watch: Stopwatch, at_most: float, verdict: Verdict) -> None:
    result = measure(of(contest(watch, 2.0, 4.0, at_most=at_most)), rounds=8, slot=0.5)
    assert result.standings[1].verdict is verdict
    assert report([result]).verdict is verdict


def test_too_few_rounds_decide_nothing(watch: Stopwatch) -> None:
    result = measure(of(contest(watch, 2.0, at_most=100.0)), rounds=5, slot=0.5)
    assert result.standings[1].ratio.high is None
    assert result.standings[1].verdict is Verdict.INCONCLUSIVE


def test_without_goals_there_is_no_verdict(watch: Stopwatch) -> None:
    assert report([measure(of(contest(watch, 2.0)), rounds=6, slot=0.5)]).verdict is None


def test_a_contest_cannot_speak_of_somebody_who_does_not_take_part() -> None:
    with pytest.raises(BadInput, match="nobody"):
        Contest("nobody", {"a": lambda: None})
    with pytest.raises(BadInput, match="b"):
        Contest("a", {"a": lambda: None}, at_most={"b": 2.0})


#: They start the mocks on sockets, and one of them is enough here.
_OVER_SOCKETS = [b.name for b in lookup.OVER_SOCKETS]


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in CATALOGUE if n not in _OVER_SOCKETS[1:]])
def test_every_benchmark_in_the_catalogue_runs(name: str) -> None:
    result = measure(CATALOGUE[name], rounds=1, slot=0.0001)
    assert len(result.standings) >= 2
    assert result.standings[0].ratio.value == 1.0


def test_the_command_prints_ratios_and_writes_them_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "deep" / "bench.json"
    assert command.main(["envelope-write", "--rounds", "6", "--slot", "0.0001", "--json", str(file)]) == 0
    assert "ratio" in capsys.readouterr().out
    written = json.loads(file.read_bytes())
    assert written["schema"] == "tvaers.bench/1"
    assert written["benchmarks"][0]["name"] == "envelope-write"
    assert written["verdict"] is None


def test_a_missed_goal_ends_with_1_and_our_own_error_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], watch: Stopwatch
) -> None:
    def broken() -> Contest:
        raise HarnessFault("the contest has no ground to stand on")

    slow = of(contest(watch, 9.0, at_most=2.0))
    monkeypatch.setattr(command, "CATALOGUE", {"slow": slow, "broken": Benchmark("b", "w", "u", broken)})
    assert command.main(["slow", "--rounds", "6"]) == 1
    assert command.main(["broken"]) == 2
    assert capsys.readouterr().err == "benchmarks: the contest has no ground to stand on\n"
    with pytest.raises(SystemExit) as stop:
        command.main(["unheard-of"])
    assert stop.value.code == 2


def test_a_result_survives_json() -> None:
    import msgspec

    result = measure(CATALOGUE["envelope-read"], rounds=1, slot=0.0001)
    assert msgspec.json.decode(msgspec.json.encode(result), type=Result) == result
