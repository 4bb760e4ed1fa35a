"""The generator against a server whose latency is known, over sockets, each in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from loadtests import run, samples, schedule, targets, verdicts
from loadtests.run import LoadResult, run_load
from loadtests.schedule import Header, Row
from loadtests.targets import Limits
from mocks.errors import BadInput, HarnessFault
from scenarios.verdict import ExitCode, Verdict

pytestmark = pytest.mark.slow

# Other work on the machine must not fail these tests: only a real standstill may.
CALM = Limits(late_ms=400, late_share=0.5, longest_stall_ms=900, min_rate=0.5)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("slow_server.py"))], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    process.kill()
    process.wait()
    process.stdout.close()


def aims(folder: Path, limits: Limits = CALM, **limit_ms: float) -> Path:
    text = 'schema = "tvaers.load-targets/1"\n[generator]\n'
    text += "".join(f"{name} = {getattr(limits, name)}\n" for name in limits.__struct_fields__)
    for operation, limit in limit_ms.items():
        text += (
            f'[[target]]\noperation = "{operation}"\nwhat = "w"\npercentile = 90\nlimit_ms = {limit}\n'
            'minimum_sample = 50\nassumption = true\nsource = "s"\nreason = "r"\n'
        )
    (folder / "targets.toml").write_text(text, "utf-8")
    return folder / "targets.toml"


def written(folder: Path, seconds: float, rate: float, paths: dict[str, str], **fields: object) -> Path:
    rows = []
    names = list(paths)
    for i in range(int(seconds * rate)):
        op = names[i % len(names)]
        given = {"method": "POST", "content_type": "text/plain", "body": b"x" * 100, **fields}
        rows.append(Row(at=i / rate, op=op, url=paths[op], **given))  # type: ignore[arg-type]
    header = Header(scenario="known server", seed=1, seconds=seconds)
    file = folder / "schedule.jsonl"
    file.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in (header, *rows)))
    return file


def fired(folder: Path, file: Path, seconds: float, limits: Path, **options: object) -> LoadResult:
    console = Console(file=StringIO(), width=120)
    return run_load(file, folder / "out", seconds, targets_path=limits, console=console, **options)  # type: ignore[arg-type]


def started(*arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "loadtests", *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, env=run._environment())


def test_known_latencies_come_out_and_each_target_gets_its_verdict(server: str, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        2.0,
        150,
        {"quick": f"{server}/fixed/20", "slow": f"{server}/fixed/1300", "health": f"{server}/fixed/0"},
    )
    result = fired(tmp_path, file, 2.0, aims(tmp_path, quick=1000.0, slow=1200.0, never=5.0))
    report = result.report
    assert [outcome.verdict for outcome in report.targets] == [
        Verdict.PASS,
        Verdict.FAIL,
        Verdict.NOT_EXERCISED,
    ]
    assert (result.verdict, result.exit_code) == (Verdict.FAIL, ExitCode.FAIL)
    times = {operation.operation: operation.latency_ms["50"] for operation in report.operations}
    # 100 requests of 1.3 s each were started in 2 s: nobody waited for anybody.
    assert all(operation.requests == 100 for operation in report.operations)
    assert times["quick"] is not None and times["quick"] >= 20
    assert times["slow"] is not None and times["slow"] >= 1300
    assert report.baseline_ms is not None
    assert result.report_path.read_bytes().startswith(b'{\n  "schema": "tvaers.load/1"')
    raw = samples.read(result.samples_path)
    assert raw.fare.counted_by_locust == len(raw.rows) == 300


def test_a_server_that_stands_still_is_slow_for_all_who_came_meanwhile(server: str, tmp_path: Path) -> None:
    """No coordinated omission: a second's stall in four hits the requests of that second, not one request."""
    file = written(tmp_path, 4.0, 50, {"op": f"{server}/stall/1.5/1.0"})
    report = fired(tmp_path, file, 4.0, aims(tmp_path, op=250.0)).report
    rows = samples.read(tmp_path / "out" / "samples.jsonl").rows
    assert len(rows) == 200
    slow = sum(row.ended - row.intended > 0.25 for row in rows)
    assert slow >= 30  # 37 or 38 requests were meant to start in the first 0.75 s of the stall
    assert report.targets[0].verdict is Verdict.FAIL
    high = report.operations[0].latency_ms["90"]
    assert high is not None and high > 250


def test_a_generator_that_was_stopped_for_a_second_judges_nobody(server: str, tmp_path: Path) -> None:
    file = written(tmp_path, 3.0, 50, {"op": f"{server}/fixed/1"})
    out = tmp_path / "samples.jsonl"
    child = started("generate", "--schedule", file, "--samples", out, "--for", "3s")
    assert child.stdout is not None
    for line in child.stdout:
        if b'"fired": 0,' not in line:
            break
    os.kill(child.pid, signal.SIGSTOP)
    time.sleep(1.0)  # the pause is what is tested; nothing waits for a result here
    os.kill(child.pid, signal.SIGCONT)
    child.communicate()
    assert child.returncode == 0
    header, rows = schedule.scan(file)
    report = verdicts.judge(samples.read(out), targets.read(), header)
    assert report.verdict is Verdict.INVALID
    assert report.exit_code == 2
    assert "started more than 100 ms late" in report.explanation
    assert "stood still" in report.explanation
    assert len(list(rows)) == report.generator.intended


def test_an_unexpected_answer_and_no_answer_at_all_are_failures(server: str, tmp_path: Path) -> None:
    paths = {"broken": f"{server}/broken", "gone": "http://127.0.0.1:9/", "late": f"{server}/fixed/5000"}
    file = written(tmp_path, 1.0, 180, paths)
    limits = aims(tmp_path, broken=1000.0, gone=1000.0, late=9000.0)
    report = fired(tmp_path, file, 1.0, limits, timeout=0.5).report
    assert [outcome.verdict for outcome in report.targets] == [Verdict.FAIL] * 3
    answers = {operation.operation: operation.answers for operation in report.operations}
    assert answers["broken"] == {"500": 60}
    assert answers["late"] == {"no answer within 0.5 s": 60}
    assert len(answers["gone"]) == 1 and "refused" in next(iter(answers["gone"]))


def test_an_expected_refusal_is_no_failure(server: str, tmp_path: Path) -> None:
    file = written(tmp_path, 1.0, 100, {"op": f"{server}/broken"}, expect_status=500)
    assert fired(tmp_path, file, 1.0, aims(tmp_path, op=1000.0)).verdict is Verdict.PASS


def test_hosts_named_in_the_schedule_can_be_put_elsewhere(server: str, tmp_path: Path) -> None:
    file = written(tmp_path, 1.0, 60, {"op": "http://sor/fixed/1?name=%C3%A6"})
    result = fired(tmp_path, file, 1.0, aims(tmp_path, op=1000.0), hosts={"sor": server})
    assert result.verdict is Verdict.PASS


def test_a_run_shorter_than_the_schedule_fires_only_its_part(server: str, tmp_path: Path) -> None:
    file = written(tmp_path, 10.0, 60, {"op": f"{server}/fixed/1"})
    assert fired(tmp_path, file, 1.0, aims(tmp_path, op=1000.0)).report.generator.intended == 60


def test_a_generator_that_dies_is_our_error_in_one_line(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, 1.0, 10, {"op": server})
    broken = tmp_path / "path" / "loadtests"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("")
    (broken / "__main__.py").write_text("raise SystemExit('it broke in the middle')")
    monkeypatch.setattr(run, "_environment", lambda: {"PYTHONPATH": str(broken.parent)})
    with pytest.raises(HarnessFault, match=r"ended with code 1: .*it broke in the middle") as fault:
        fired(tmp_path, file, 1.0, aims(tmp_path, op=1000.0))
    assert "\n" not in str(fault.value)


def test_no_time_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="positive number"):
        run_load(tmp_path / "none", tmp_path, 0)


def test_ctrl_c_ends_the_generator_too(server: str, tmp_path: Path) -> None:
    file = written(tmp_path, 60.0, 20, {"op": f"{server}/fixed/1"})
    out = tmp_path / "out"
    parent = started("run", "--schedule", file, "--out", out, "--for", "60s")
    deadline = time.monotonic() + 20
    while not ((out / "samples.jsonl").exists() and (out / "samples.jsonl").stat().st_size):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    if not children.exists():
        parent.kill()
        pytest.skip("this system does not tell the children of a process")
    (child,) = children.read_text().split()
    parent.send_signal(signal.SIGINT)
    _, said = parent.communicate(timeout=20)
    assert parent.returncode == 2
    assert said.decode().strip() == "loadtests: stopped; an unfinished load run has no verdict"
    assert not Path(f"/proc/{child}").exists()


def test_a_generator_nobody_watches_stops(server: str, tmp_path: Path) -> None:
    file = written(tmp_path, 60.0, 20, {"op": f"{server}/fixed/1"})
    child = started("generate", "--schedule", file, "--samples", tmp_path / "s.jsonl", "--for", "60s")
    assert child.stdout is not None and child.stderr is not None
    child.stdout.readline()
    child.stdout.close()
    said = child.stderr.read().decode()
    assert child.wait(timeout=20) == 2
    child.stderr.close()
    assert said.strip() == "loadtests: nobody reads the progress any more; stopped"


def test_only_the_generator_imports_locust() -> None:
    code = (
        "import sys, loadtests.run, loadtests.__main__, loadtests.verdicts, loadtests.table\n"
        "sys.exit('locust' in sys.modules or 'gevent' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-P", "-c", code], env=run._environment()).returncode == 0
