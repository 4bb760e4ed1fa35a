"""The benchmark of look-ups counts its hops and makes the look-ups that it says it makes."""

from __future__ import annotations

import json
from collections import Counter

from loadtests.benchmarks import lookup
from loadtests.benchmarks.frame import Benchmark, Contest, measure
from scenarios.verdict import Verdict


def systems(solution: str) -> Counter[str]:
    return Counter(str(request[1]).split("/")[2] for request, _ in lookup._ground().hops(solution))


def test_a_look_up_of_appointments_passes_the_platform_twice_and_the_booking_system_once() -> None:
    found = systems("aftaleoverblik")
    assert (found["sapa"], found["nsp"], found["nordepj"], found["cpr"]) == (1, 2, 1, 1)
    assert found["sor"] >= 1


def test_a_card_asks_each_register_once() -> None:
    found = systems("sagsoverblik")
    once = ("nordepj", "sagsoverblik", "cpr", "stil", "sagsindeks")
    assert {name: found[name] for name in once} == dict.fromkeys(once, 1)


def test_both_look_ups_show_what_they_are_for() -> None:
    ground = lookup._ground()
    rows = json.loads(ground.look_up("aftaleoverblik")().body)["rows"]
    card = json.loads(ground.look_up("sagsoverblik")().body)
    assert 1 <= len(rows) <= 3
    assert card["departments"] and card["school"]
    ground.settle()


def test_a_goal_in_pieces_a_second_is_judged() -> None:
    def contest(goal: float) -> Contest:
        return Contest("a", {"a": lambda: sum(range(50))}, per_second={"a": goal})

    found = [
        measure(Benchmark("x", "w", "u", lambda goal=goal: contest(goal)), rounds=7, slot=0.001)  # type: ignore[misc]
        for goal in (1.0, 1e12)
    ]
    assert [r.standings[0].verdict for r in found] == [Verdict.PASS, Verdict.FAIL]


def test_a_percentile_of_single_calls_can_be_compared() -> None:
    calls: list[int] = []
    contest = Contest("a", {"a": lambda: calls.append(1)}, percentile=0.99)
    measure(Benchmark("x", "w", "u", lambda: contest), rounds=1, slot=1e-9)
    assert len(calls) >= 100
