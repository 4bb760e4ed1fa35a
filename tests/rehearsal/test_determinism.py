"""One seed, one history: byte for byte, in any process, time zone and locale; another seed, another."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from scenarios.result import RunResult
from tests.rehearsal.conftest import DAY, Play

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
CHOICES = Choices(start=DAY, end=DAY, standard="mixed", faults="mild")
PROGRAM = f"""
from datetime import date
from scenarios.pilots import nordjylland
from scenarios.pilots.nordjylland import Choices
from tests.rehearsal.test_determinism import told
day = date.fromisoformat({DAY.isoformat()!r})
print(told(nordjylland.rehearse(Choices(start=day, end=day, standard="mixed", faults="mild"))[0]))
"""


def told(result: RunResult) -> str:
    """Everything that a run says of itself but how long it took."""
    plain = msgspec.to_builtins(msgspec.structs.replace(result, wall_seconds=0.0))
    return msgspec.json.encode(plain, order="sorted").decode("ascii", "backslashreplace")


ELSEWHERE = [
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONOPTIMIZE": "1"},
]  # fmt: skip


@pytest.mark.parametrize("environment", ELSEWHERE, ids=["far east, no UTF-8", "far west, optimised"])
def test_a_run_is_the_same_in_another_process_time_zone_and_locale(
    play: Play, environment: dict[str, str], tmp_path: Path
) -> None:
    here = told(play(CHOICES).result)
    done = subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", "-c", PROGRAM],
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode("ascii").strip() == here
    assert b"EncodingWarning" not in done.stderr


def test_a_run_is_the_same_the_second_time(play: Play) -> None:
    again = nordjylland.rehearse(CHOICES)[0]
    assert told(again) == told(play(CHOICES).result)


def test_another_seed_is_another_history(play: Play) -> None:
    one, other = play(CHOICES).result, play(replace(CHOICES, seed=2)).result
    assert one.digest != other.digest
    assert one.parameters["world"] != other.parameters["world"]
    assert one.counts != other.counts
    assert other.verdict == "pass"


def test_faults_change_the_traffic_and_not_the_wishes(play: Play) -> None:
    calm = play(replace(CHOICES, faults="none"))
    rough = play(CHOICES)
    assert calm.result.digest != rough.result.digest
    wished = [(c.at, c.sender, c.receiver, c.child) for c in calm.run.log.contacts if not c.reply_to]
    assert wished == [(c.at, c.sender, c.receiver, c.child) for c in rough.run.log.contacts if not c.reply_to]


def test_the_standard_changes_the_traffic_and_not_the_wishes(play: Play) -> None:
    old, new = play(replace(CHOICES, standard="pilot")), play(CHOICES)
    assert old.result.digest != new.result.digest
    wished, done = (
        [
            (c.at, c.sender, c.receiver, "correspondence" if c.fell_back else c.channel)
            for c in played.run.log.contacts
            if not c.reply_to
        ]
        for played in (old, new)
    )
    assert wished == done
    assert {c.fell_back for c in new.run.log.contacts} <= {"", "no_common_format"}
    assert {c.fell_back for c in old.run.log.contacts} == {""}


def test_the_digest_is_over_every_byte_in_order(play: Play) -> None:
    journal = play(CHOICES).run.journal
    before = journal.digest()
    wires = journal._wires
    first, second = wires[0], wires[1]
    wires[0], wires[1] = second, first
    assert journal.digest() != before
    wires[0], wires[1] = first, second
    wires[0] = (*first[:7], first[7] + b" ", *first[8:])
    assert journal.digest() != before
    wires[0] = first
    assert journal.digest() == before
